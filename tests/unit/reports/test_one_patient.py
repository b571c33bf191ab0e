"""A report analyses its own patient and nobody else, and says what the analysis of everybody would."""

from __future__ import annotations

import pandas as pd
import pytest

from lupusmon import pipeline
from lupusmon.errors import UnusableArgument
from lupusmon.output.people import build_assessments, build_patients
from lupusmon.patient_tables import select_patient
from lupusmon.quality.assemble import assemble
from lupusmon.reporting import report_patient
from lupusmon.reports.patient import build_report
from lupusmon.reports.render import render_html


def test_nobody_else_is_analysed(tables, monkeypatch) -> None:
    seen = []
    whole = pipeline.compute_tables
    monkeypatch.setattr(pipeline, "compute_tables", lambda cohort, **how: seen.append(cohort) or whole(cohort, **how))
    report_patient(tables, "R", as_of="2026-07-20")
    assert [cohort.patients.tolist() for cohort in seen] == [["R"]]


@pytest.mark.parametrize("as_of", [None, "2026-07-20"])
@pytest.mark.parametrize("patient", ["R", "NB", "NI", "NL"])
def test_the_page_is_the_one_of_the_whole_cohort(tables, patient, as_of) -> None:
    analysis = pipeline.analyze_tables(tables, as_of=as_of)
    cohort = assemble(tables, as_of=pipeline.to_day(analysis.as_of)).cohort
    people = {"assessments": build_assessments(cohort), "patients": build_patients(cohort)}
    own = select_patient(analysis, patient, **people)
    whole = build_report(own, analysis.receipt, as_of=analysis.as_of)
    assert render_html(report_patient(tables, patient, as_of=as_of)) == render_html(whole)


def test_an_unknown_id_is_told_with_the_number_of_all_patients(tables) -> None:
    with pytest.raises(UnusableArgument, match='patient "r": not among the 4 patients'):
        report_patient(tables, "r")


def test_the_day_looked_from_is_that_of_everybody(tables) -> None:
    alone = report_patient(tables, "NB")
    assert alone.as_of == pd.Timestamp("2026-06-20").date()
