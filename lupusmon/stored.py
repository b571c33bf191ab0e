"""The stored rows through the pipeline: what `analyze` says of the files, `analyze_store` says of the store."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from lupusmon.analysis.criteria.registry import TULIP
from lupusmon.clean import Pin
from lupusmon.ingest.source import SourceTable
from lupusmon.marks import apply_marks, read_pins
from lupusmon.pipeline import analyze_tables
from lupusmon.result import Analysis
from lupusmon.storage import EditKind, Store, View
from lupusmon.tables import OUTPUTS


def read_tables(view: View, patients: Collection[str] | None = None) -> list[SourceTable]:
    """The surviving files in import order, results marked as not usable set aside. patients: only their rows."""
    return apply_marks(view.load_tables(patients), view.edits(EditKind.UNUSABLE, patients))


def read_stored_pins(view: View, patients: Collection[str] | None = None) -> tuple[Pin, ...]:
    """The pins that hold in this state of the store, of all or of some patients."""
    return read_pins(view.edits(EditKind.PIN, patients))


def analyze_store(
    store: Store,
    *,
    as_of: date | str | None = None,
    bicla: str = TULIP,
    wanted: Collection[str] = tuple(OUTPUTS),
) -> Analysis:
    """The output tables of everything stored (CONTRACT 4), computed anew."""
    with store.view() as view:
        tables, pins = read_tables(view), read_stored_pins(view)
    return analyze_tables(tables, as_of=as_of, bicla=bicla, wanted=wanted, pins=pins)
