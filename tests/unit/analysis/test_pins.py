"""Pins: the result a person chose stands for the slot everywhere, or is said not to be applied."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lupusmon.analysis.pins import APPLIED, NO_COURSE, NO_RESULT, NO_SLOT, OUTSIDE
from lupusmon.clean import Pin
from lupusmon.ingest import read_bytes
from lupusmon.output.files import csv_text
from lupusmon.pipeline import analyze_tables
from lupusmon.result import Analysis

LABS = """patient_id,collected_at,analyte,value,unit,method,status
P1,2024-12-20,C3,95,mg/dL,,
P1,2025-01-03,C3,62,mg/dL,,
P1,2025-01-03,UPCR,1.8,g/g,,
P1,2024-12-01T08:30,UPCR,3.0,g/g,,
P1,2025-12-20,UPCR,0.9,g/g,,
P1,2026-01-09,UPCR,0.6,g/g,,
P1,2026-01-20,UPCR,<0.2,g/g,,
P1,2024-12-05,DSDNA,80,IU/mL,ELISA,
P1,2025-01-02,DSDNA,120,IU/mL,Farr,
P1,2026-01-10,DSDNA,60,IU/mL,Farr,
P1,2026-01-12,DSDNA,20,IU/mL,ELISA,
P2,2025-01-02,C3,50,mg/dL,,
"""
DOSES = "patient_id,given_at,drug\nP1,2025-01-10,belimumab\nP1,2025-02-07,belimumab\nP2,2025-01-10,belimumab\n"
C3 = Pin("P1", "belimumab-1", "baseline", "C3", "", "2024-12-20", "95")
UPCR = Pin("P1", "belimumab-1", "baseline", "UPCR", "", "2024-12-01T08:30:00", "3")
LATER = Pin("P1", "belimumab-1", "52", "UPCR", "", "2026-01-20", "<0.2")


def run(*pins: Pin, labs: str = LABS) -> Analysis:
    tables = [*read_bytes("labs.csv", labs.encode()), *read_bytes("doses.csv", DOSES.encode())]
    return analyze_tables(tables, as_of="2026-02-15", pins=pins)


def states(analysis: Analysis) -> list[str]:
    return analysis.pins.column("state").to_pylist()


def evidence(analysis: Analysis, criterion: str, check: str, week: str = "52"):
    e = analysis.evidence
    return e[
        (e["criterion"] == criterion) & (e["check"] == check) & (e["week"] == week) & (e["patient_id"] == "P1")
    ].iloc[0]


def test_without_pins_nothing_changes() -> None:
    plain, none = run(), run(replace(C3, patient_id="nobody"))
    assert plain.pins is None and "pins" not in plain.receipt
    assert states(none) == [NO_RESULT]
    assert {n: csv_text(t) for n, t in plain.arrow.items()} == {n: csv_text(t) for n, t in none.arrow.items()}


def test_a_pinned_baseline_is_in_baselines_trends_and_evidence() -> None:
    plain, pinned = run(), run(UPCR)
    base = pinned.baselines[pinned.baselines["analyte"] == "UPCR"].iloc[0]
    assert (base.value, base.collected_at) == (3.0, "2024-12-01T08:30:00")
    row = evidence(pinned, "renal_partial", "upcr_halved")
    assert (row.baseline_value, row.baseline_at) == (3.0, "2024-12-01T08:30:00")
    assert "baseline 3 g/g on 2024-12-01 (pinned)" in row.text
    assert "pinned" not in evidence(plain, "renal_partial", "upcr_halved").text
    trend = pinned.trends[(pinned.trends["analyte"] == "UPCR") & (pinned.trends["scope"] == "since_baseline")].iloc[0]
    assert (trend.first_value, trend.first_at) == (3.0, "2024-12-01T08:30:00")
    assert states(pinned) == [APPLIED] and pinned.receipt["pins"] == {"applied": 1, "not_applied": 0}


def test_a_pinned_visit_value_decides_the_verdict_of_its_visit_only() -> None:
    plain, pinned = run(), run(LATER)
    row = evidence(pinned, "renal_complete", "upcr")
    assert (row.value, row.comparator, row.value_at, row.verdict) == (0.2, "<", "2026-01-20", "met")
    assert "(week 54, pinned)" in row.text
    assert evidence(plain, "renal_complete", "upcr").verdict == "not_met"
    latest = [evidence(one, "renal_complete", "upcr", "latest").text for one in (plain, pinned)]
    assert latest[0] == latest[1]


def test_a_value_pinned_to_another_assay_is_not_compared_with_its_baseline() -> None:
    pinned = run(Pin("P1", "belimumab-1", "52", "DSDNA", "ELISA", "2026-01-12", "20"))
    assert evidence(run(), "dsdna_normalised", "dsdna").value == 60
    assert evidence(pinned, "dsdna_normalised", "dsdna").verdict == "unknown"


def test_a_baseline_pinned_to_another_assay_is_followed_by_the_visit_value() -> None:
    pinned = run(Pin("P1", "belimumab-1", "baseline", "DSDNA", "ELISA", "2024-12-05", "80"))
    row = evidence(pinned, "dsdna_normalised", "dsdna")
    assert (row.baseline_value, row.value) == (80, 20)
    own = pinned.baselines[pinned.baselines["analyte"] == "DSDNA"]
    assert own["value"].tolist() == [80, 120]  # a row for each series, as always


def test_other_patients_keep_their_values() -> None:
    assert run(C3).baselines.query("patient_id == 'P2'")["value"].tolist() == [50]


@pytest.mark.parametrize(
    "pin, labs, state",
    [
        (replace(C3, value="96"), LABS, NO_RESULT),
        (replace(C3, method="ELISA"), LABS, NO_RESULT),
        (replace(C3, collected_at="soon"), LABS, NO_RESULT),
        (C3, LABS + "P1,2024-12-20,C3,97,mg/dL,,corrected\n", NO_RESULT),
        (replace(C3, course_id="belimumab-2"), LABS, NO_COURSE),
        (replace(C3, course_id="rituximab-1"), LABS, NO_COURSE),
        (replace(C3, slot="latest"), LABS, NO_SLOT),
        (replace(C3, slot="13"), LABS, NO_SLOT),
        (replace(C3, analyte="XYZ"), LABS, NO_SLOT),
        (replace(C3, slot="52"), LABS, OUTSIDE),
        (replace(C3, collected_at="2024-10-12"), LABS.replace("P1,2024-12-20,C3", "P1,2024-10-12,C3"), APPLIED),
        (replace(C3, collected_at="2024-10-11"), LABS.replace("P1,2024-12-20,C3", "P1,2024-10-11,C3"), OUTSIDE),
        (replace(C3, collected_at="2025-01-11"), LABS.replace("P1,2024-12-20,C3", "P1,2025-01-11,C3"), OUTSIDE),
        (replace(LATER, collected_at="2026-02-06"), LABS.replace("2026-01-20", "2026-02-06"), APPLIED),
        (replace(LATER, collected_at="2026-02-07"), LABS.replace("2026-01-20", "2026-02-07"), OUTSIDE),
    ],
)  # fmt: skip
def test_a_pin_that_cannot_hold_is_not_applied_and_says_why(pin: Pin, labs: str, state: str) -> None:
    assert states(run(pin, labs=labs)) == [state]


def test_the_window_moved_on_the_edge_keeps_a_pinned_value() -> None:
    """Near the day of week 52 C3 is still low; a week earlier or later the nearest is that value too."""
    labs = LABS + "P1,2026-01-09,C3,70,mg/dL,,\nP1,2026-01-30,C3,110,mg/dL,,\n"
    pinned = run(Pin("P1", "belimumab-1", "52", "C3", "", "2026-01-30", "110"), labs=labs)
    one = pinned.responses.query("patient_id == 'P1' and week == '52' and criterion == 'c3_normalised'").iloc[0]
    assert (one.verdict, evidence(pinned, "c3_normalised", "c3").value) == ("met", 110)
    assert "window" not in str(one.edge)


def test_in_the_cohort_strip_a_pinned_visit_value_counts_in_the_cell_of_its_week_only() -> None:
    pin = Pin("P1", "belimumab-1", "52", "C3", "", "2026-01-30", "110")
    assert strip("70", pin) == (APPLIED, "n" * 12 + "m" + "." * 13)


def test_in_the_cohort_strip_a_pinned_baseline_is_no_cells_own_value() -> None:
    pin = replace(C3, value="60")
    assert strip("110", pin) == (APPLIED, "m" * 13 + "." * 13)


def strip(value: str, pin: Pin) -> tuple[str, str]:
    """State of the pin and the cells of C3 normalised. C3: 60, then 70 at baseline, each month `value`, then 110."""
    months = [f"2025-{month:02}-20" for month in range(2, 13)]
    labs = LABS.replace("12-20,C3,95", "12-20,C3,60").replace("01-03,C3,62", "01-03,C3,70")
    labs += (
        "".join(f"P1,{day},C3,{value},mg/dL,,\n" for day in [*months, "2026-01-09"]) + "P1,2026-01-30,C3,110,mg/dL,,\n"
    )
    doses = DOSES + "".join(f"P1,{day},belimumab\n" for day in months)
    tables = [*read_bytes("labs.csv", labs.encode()), *read_bytes("doses.csv", doses.encode())]
    found = analyze_tables(tables, as_of="2026-01-31", pins=[pin], wanted=("strip",))
    rows = found.arrow["strip"].to_pylist()
    own = (row["cells"] for row in rows if (row["patient_id"], row["criterion"]) == ("P1", "c3_normalised"))
    return states(found)[0], next(own)
