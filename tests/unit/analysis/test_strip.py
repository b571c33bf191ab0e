"""The cohort strip says at weeks 12, 24, 52 and 104 what the ledger says, and nothing after today or the course."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from lupusmon.clinical.drugs import DRUGS
from lupusmon.demo.cohort import build_cohort
from lupusmon.ingest import read_frame
from lupusmon.ingest.source import Kind
from lupusmon.output.strip import LETTERS
from lupusmon.pipeline import analyze_tables

WANTED = ("courses", "responses", "strip")


def analyse(frames: dict[str, pd.DataFrame], as_of: str | None = None):
    kinds = {"labs": Kind.LABS, "infusions": Kind.INFUSIONS, "assessments": Kind.ASSESSMENTS}
    tables = [read_frame(frames[name], kind, name) for name, kind in kinds.items() if name in frames]
    return analyze_tables(tables, as_of=as_of, wanted=WANTED)


@pytest.fixture(scope="module")
def demo():
    found = analyse(build_cohort(60, 3))
    strip = found.arrow["strip"].to_pandas()
    return found, strip.assign(**{name: strip[name].astype(str) for name in strip})


def test_at_the_visits_of_the_ledger_the_cells_are_the_ledgers_verdicts(demo):
    found, strip = demo
    cells = {(r.patient_id, r.course_id, r.criterion): r.cells for r in strip.itertuples()}
    compared = 0
    for row in found.responses.itertuples():
        if row.week == "latest":
            continue
        cell = cells[row.patient_id, row.course_id, row.criterion][int(row.week) // 4 - 1]
        if cell != ".":  # the window of a visit to come has opened, or the course ended before
            assert cell == LETTERS[row.verdict], row
            compared += 1
    assert compared > 3000


def test_a_strip_has_26_cells_and_reaches_to_today_or_to_the_end_of_the_course(demo):
    found, strip = demo
    own = strip[strip["criterion"] == "lldas"].set_index(["patient_id", "course_id"])["cells"]
    assert len(own) == len(found.courses) and (own.str.len() == 26).all()
    for course in found.courses.itertuples():
        first, last = (date.fromisoformat(str(day)[:10]) for day in (course.first_infusion, course.last_infusion))
        end = found.as_of
        if course.status == "ended":
            end = min(end, last + timedelta(days=DRUGS[course.drug].course_gap_days))
        expected = max(0, min(26, (end - first).days // 28))
        cells = own[course.patient_id, course.course_id]
        assert len(cells.rstrip(".")) == expected and "." not in cells[:expected]


def test_a_criterion_of_some_weeks_has_cells_at_these_alone(demo):
    _, strip = demo
    own = strip.loc[strip["criterion"] == "renal_eular", "cells"]
    assert all({i for i, letter in enumerate(cells) if letter != "."} <= {2, 5, 12} for cells in own)
    assert (own.str[2] != ".").any()


def test_a_cell_judges_the_value_nearest_to_its_day():
    """C3 low until day 50, normal at day 70: not met at week 4, met at week 12 (day 84), as the nearest value says."""
    labs = pd.DataFrame(
        [("P1", day, "C3", value, "mg/dL") for day, value in
         (("2025-01-01", "60"), ("2025-02-20", "70"), ("2025-03-12", "110"))],
        columns=["patient_id", "collected_at", "analyte", "value", "unit"],
    )  # fmt: skip
    infusions = pd.DataFrame({"patient_id": ["P1"], "given_at": ["2025-01-01"], "drug": ["anifrolumab"]})
    found = analyse({"labs": labs, "infusions": infusions}, as_of="2025-04-20")
    strip = {r["criterion"]: r["cells"] for r in found.arrow["strip"].to_pylist()}
    assert strip["c3_normalised"] == "nnm" + "." * 23  # weeks 4 (day 50 is 22 days off), 8 and 12
    assert strip["c4_normalised"] == "uuu" + "." * 23, "no baseline of C4: nobody can tell"
