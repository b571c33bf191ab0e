"""The stored rows through the pipeline: what `analyze` says of the files, `analyze_store` says of the store."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from lupusmon.analysis.criteria.registry import TULIP
from lupusmon.ingest.source import SourceTable
from lupusmon.marks import apply_marks
from lupusmon.pipeline import analyze_tables
from lupusmon.result import Analysis
from lupusmon.storage import EditKind, Store, View
from lupusmon.tables import OUTPUTS


def read_tables(view: View, patients: Collection[str] | None = None) -> list[SourceTable]:
    """The surviving files in import order, results marked as not usable set aside. patients: only their rows."""
    return apply_marks(view.load_tables(patients), view.edits(EditKind.UNUSABLE, patients))


def analyze_store(
    store: Store,
    *,
    as_of: date | str | None = None,
    bicla: str = TULIP,
    wanted: Collection[str] = tuple(OUTPUTS),
) -> Analysis:
    """The output tables of everything stored (CONTRACT 4), computed anew."""
    with store.view() as view:
        tables = read_tables(view)
    return analyze_tables(tables, as_of=as_of, bicla=bicla, wanted=wanted)
