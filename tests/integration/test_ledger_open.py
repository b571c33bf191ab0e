"""An open verdict that no result would settle says in its cell why it is open."""

from __future__ import annotations

from datetime import date

from lupusmon.ingest import read_frame
from lupusmon.ingest.source import Kind
from lupusmon.pipeline import analyze_tables
from lupusmon.stages import SCREEN_TABLES
from lupusmon.tables import OUTPUTS
from lupusmon.ui.ledger import build_ledger
from lupusmon.ui.snapshot import build_snapshot
from tests.text_tables import table

LABS = table("""
    patient_id | collected_at | analyte | value | unit
    R          | 2026-05-20   | PLT     | 45    | 10*9/L
    R          | 2026-11-16   | PLT     | 160   | 10*9/L
""")
INFUSIONS = table("""
    patient_id | given_at   | drug      | dose | dose_unit
    R          | 2026-05-25 | belimumab | 10   | mg/kg
    R          | 2026-08-17 | belimumab | 10   | mg/kg
    R          | 2026-11-02 | ivig      | 1    | g/kg
    R          | 2026-11-09 | belimumab | 10   | mg/kg
""")


def test_platelets_after_ivig_say_so_in_the_cell() -> None:
    tables = [read_frame(LABS, Kind.LABS, "labs"), read_frame(INFUSIONS, Kind.INFUSIONS, "infusions")]
    analysis = analyze_tables(tables, as_of="2026-11-30", wanted=(*OUTPUTS, *SCREEN_TABLES))
    one = build_snapshot(analysis, version="v", link_key=b"k" * 32).patient("R")
    course = one.courses.loc[one.courses["drug"] == "belimumab", "course_id"].iloc[-1]
    grid = build_ledger(one, course, picked=None, everything=False, as_of=date(2026, 11, 30))
    (row,) = [row for row in grid.rows if row.get("key") == "platelets_iwg"]
    latest = row["cells"][-1]
    assert latest["verdict"] == "not_assessable"
    said = "PLT 160 ×10⁹/L on 2026-11-16 (week 25), IVIG in the 28 days before; the rise is not credited"
    assert latest["notes"] == [["open because:", said]]
