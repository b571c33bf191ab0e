"""What a verdict used: every input at baseline and at the visit, from the engine, on the sample cohort and by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from lupusmon.clean import SYSTEMS, Pin
from lupusmon.ingest import read_files, read_frame
from lupusmon.ingest.source import Kind
from lupusmon.pipeline import analyze_tables
from lupusmon.reporting import select_rows
from lupusmon.verdict_inputs import find_inputs
from tests.text_tables import table

SAMPLE = Path(__file__).parents[2] / "sample_data"
LABS = """
    patient_id | collected_at | analyte | value | unit   | ref_low | ref_high
    P1         | 2024-12-30   | C3      | 60    | mg/dL  | 90      | 180
    P1         | 2024-12-28   | C4      | 5     | mg/dL  | 10      | 40
    P1         | 2024-12-20   | DSDNA   | 200   | IU/mL  |         | 30
    P1         | 2025-01-02   | UPCR    | 2     | g/g    |         | 0.2
    P1         | 2025-01-01   | PLT     | 60    | 10*9/L | 150     | 400
    P1         | 2025-01-01   | CREAT   | 0.8   | mg/dL  |         |
    P1         | 2025-03-20   | C3      | 80    | mg/dL  | 90      | 180
    P1         | 2025-03-28   | C3      | 95    | mg/dL  | 90      | 180
    P1         | 2025-04-05   | C4      | 12    | mg/dL  | 10      | 40
    P1         | 2025-03-25   | DSDNA   | 20    | IU/mL  |         | 30
    P1         | 2025-03-30   | UPCR    | 0.4   | g/g    |         | 0.2
    P1         | 2025-04-02   | PLT     | 160   | 10*9/L | 150     | 400
"""
INFUSIONS = """
    patient_id | given_at   | drug      | dose | dose_unit
    P1         | 2025-01-03 | belimumab | 700  | mg
    P1         | 2025-03-20 | ivig      | 70   | g
"""
ASSESSMENTS = f"""
    patient_id | assessed_at | sledai_2k | pga | prednisone_mg_per_day{"".join(f" | bilag_{s}" for s in SYSTEMS)}
    P1         | 2025-01-02  | 12        | 2   | 20 {"| B " * len(SYSTEMS)}
    P1         | 2025-02-14  | 8         | 1   | 10 {"| C " * len(SYSTEMS)}
    P1         | 2025-03-29  | 4         | 0.4 | 5  {"| C " * len(SYSTEMS)}
"""


def used(
    criterion: str, week: str = "12", course: str = "belimumab-1", labs: str = LABS, pins=()
) -> set[tuple[str, str, str]]:
    frames = {Kind.LABS: labs, Kind.INFUSIONS: INFUSIONS, Kind.ASSESSMENTS: ASSESSMENTS}
    tables = [read_frame(table(text), kind, kind.value) for kind, text in frames.items()]
    as_of = analyze_tables(tables, wanted=()).as_of
    found = find_inputs(tables, course_id=course, criterion=criterion, week=week, as_of=as_of, pins=pins)
    return {(row.code or row.kind, row.side, row.at) for row in found.itertuples()}


BASELINE = {
    *(("C3", "baseline", "2024-12-30"), ("C4", "baseline", "2024-12-28"), ("DSDNA", "baseline", "2024-12-20")),
    *(("UPCR", "baseline", "2025-01-02"), ("PLT", "baseline", "2025-01-01"), ("CREAT", "baseline", "2025-01-01")),
}
VISIT = {
    *(("C3", "visit", "2025-03-28"), ("C4", "visit", "2025-04-05"), ("DSDNA", "visit", "2025-03-25")),
    *(("UPCR", "visit", "2025-03-30"), ("PLT", "visit", "2025-04-02")),
}


def test_the_lab_only_verdict_used_every_test_on_both_sides_each_at_its_own_date() -> None:
    assert {one for one in used("sri_lab") if one[0] != "ivig"} == BASELINE | VISIT


def test_single_organs_used_their_own_tests_only() -> None:
    assert used("c3_normalised") == {("C3", "baseline", "2024-12-30"), ("C3", "visit", "2025-03-28")}
    assert used("renal_complete") == {("UPCR", "baseline", "2025-01-02"), ("UPCR", "visit", "2025-03-30")}


def test_a_pinned_value_is_the_one_that_was_used() -> None:
    pins = (
        Pin("P1", "belimumab-1", "12", "C3", "", "2025-03-20", "80"),
        Pin("P2", "belimumab-1", "12", "C3", "", "2025-03-20", "80"),
    )
    assert used("c3_normalised", pins=pins) == {("C3", "baseline", "2024-12-30"), ("C3", "visit", "2025-03-20")}


def test_the_ivig_that_keeps_a_rise_from_counting_is_an_input() -> None:
    plt = {("PLT", "baseline", "2025-01-01"), ("PLT", "visit", "2025-04-02")}
    assert used("platelets_iwg") == plt | {("ivig", "visit", "2025-03-20")}


def test_assessed_verdicts_used_the_assessments_they_compare() -> None:
    visit, first = ("assessment", "visit", "2025-03-29"), ("assessment", "baseline", "2025-01-02")
    assert {visit, first} <= used("sri_4") and {visit, first} <= used("bicla")
    assert used("lldas") == {visit, ("assessment", "before", "2025-02-14")}
    assert used("doris") == {visit, *(one for one in VISIT if one[0] in ("C3", "DSDNA"))}, "labs stand in for items"


def test_where_a_criterion_does_not_apply_its_entry_value_says_why() -> None:
    healthy = LABS.replace("UPCR    | 2 ", "UPCR    | 0.1 ").replace("| 60    | 10*9/L", "| 220   | 10*9/L")
    assert used("renal_complete", labs=healthy) == {("UPCR", "baseline", "2025-01-02")}
    assert used("platelets_iwg", labs=healthy) == {("PLT", "baseline", "2025-01-01")}
    graded = {one for one in BASELINE if one[0] in ("UPCR", "CREAT", "PLT")}
    assert used("bicla_lab", labs=healthy) == graded


def test_no_such_verdict_used_nothing() -> None:
    assert used("sri_lab", week="52") == set() and used("nonsense") == set() and used("sri_lab", course="x-1") == set()


@pytest.mark.parametrize("patient", ["P0001", "P0046", "00833"])
def test_whatever_the_evidence_names_is_among_the_inputs(patient: str) -> None:
    whole = read_files([SAMPLE])
    analysis = analyze_tables(whole, wanted=("evidence",))
    tables = [select_rows(one, patient) for one in whole]
    evidence = analysis.evidence[analysis.evidence["patient_id"] == patient]
    for (course, week, criterion), rows in evidence.groupby(["course_id", "week", "criterion"]):
        found = find_inputs(tables, course_id=course, criterion=criterion, week=week, as_of=analysis.as_of)
        lines = set(zip(found["source_file"], found["source_line"], strict=True))
        named = {(r.source_file, r.source_line) for r in rows.itertuples() if isinstance(r.source_file, str)}
        assert named <= lines, (course, week, criterion)
