"""The labs a chart opens with: what an alert is about is drawn."""

from __future__ import annotations

import pytest

from lupusmon.default_labs import select_default_labs
from lupusmon.figures.timeline import DEFAULT_ANALYTES
from lupusmon.ingest import read_frame
from lupusmon.ingest.source import Kind
from lupusmon.pipeline import analyze_tables
from lupusmon.stages import SCREEN_TABLES
from lupusmon.tables import OUTPUTS
from lupusmon.ui.snapshot import build_snapshot
from tests.spec.runs import history
from tests.text_tables import table

INFUSIONS = table("""
    patient_id | given_at   | drug      | dose | dose_unit
    R          | 2026-01-05 | belimumab | 700  | mg
""")


@pytest.mark.parametrize(
    ("code", "values", "sixth"),
    [
        ("CREAT", "2025-12-20 0.8; 2026-01-20 1.9", ("CREAT",)),
        ("CREAT", "2025-12-20 0.8; 2026-01-20 0.8", ("UPROT24",)),
        ("UPCR", "2025-12-20 0.1; 2026-01-20 0.1", ()),
    ],
)
def test_a_sixth_lab_is_shown_where_it_matters(code: str, values: str, sixth: tuple[str, ...]) -> None:
    day_protein = history("UPROT24", "2025-12-20 3; 2026-01-20 2", patient="R")
    frames = [(history(code, values, patient="R"), Kind.LABS), (day_protein, Kind.LABS), (INFUSIONS, Kind.INFUSIONS)]
    tables = [read_frame(frame, kind, f"{place}") for place, (frame, kind) in enumerate(frames)]
    analysis = analyze_tables(tables, as_of="2026-02-01", wanted=(*OUTPUTS, *SCREEN_TABLES))
    one = build_snapshot(analysis, version="v", link_key=b"k" * 32).patient("R")
    assert select_default_labs(one) == (*DEFAULT_ANALYTES, *sixth)
