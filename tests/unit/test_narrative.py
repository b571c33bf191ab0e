"""The status sentence: what cannot be compared is named with its reason, and an old picture with its date."""

from __future__ import annotations

import pandas as pd

from lupusmon.ingest import read_frame
from lupusmon.ingest.source import Kind
from lupusmon.reporting import report_patient
from tests.spec.runs import history
from tests.text_tables import table

INFUSIONS = """
    patient_id | given_at   | drug      | dose | dose_unit | status
    R          | 2026-01-05 | belimumab | 700  | mg        | given
    R          | 2026-01-19 | belimumab | 700  | mg        | given
"""


def sentence(*labs: pd.DataFrame, as_of: str) -> str:
    frames = {Kind.LABS: pd.concat(labs, ignore_index=True), Kind.INFUSIONS: table(INFUSIONS)}
    tables = [read_frame(frame, kind, kind.value) for kind, frame in frames.items()]
    return report_patient(tables, "R", as_of=as_of).sentence


C3 = history("C3", "2025-12-20 62; 2026-03-01 88; 2026-04-01 101", patient="R", limits="90-180")


def test_an_old_picture_is_dated() -> None:
    assert "; last labs on 2026-04-01, 91 days ago; better since baseline: C3" in sentence(C3, as_of="2026-07-01")


def test_a_fresh_picture_needs_no_date() -> None:
    assert "last labs" not in sentence(C3, as_of="2026-05-27")


def test_after_a_change_of_assay_the_old_course_of_values_is_not_told_as_news() -> None:
    before = history("DSDNA", "2025-12-20 240; 2026-01-20 150; 2026-03-01 60", patient="R", method="ELISA")
    after = history("DSDNA", "2026-04-01 300", patient="R", method="CLIA")
    said = sentence(C3, before, after, as_of="2026-05-01")
    assert "not compared: anti-dsDNA (assay changed)" in said and "anti-dsDNA (−" not in said
    assert "anti-dsDNA (−75 %)" in sentence(C3, before, as_of="2026-05-01")


def test_words_and_single_results_are_said_to_be_so() -> None:
    word = history("DSDNA", "2025-12-20 positive; 2026-04-01 positive", patient="R")
    once = history("C4", "2025-12-20 8; 2026-01-20 9", patient="R")
    assert "not compared: C4 (too few results since baseline), anti-dsDNA (results in words)" in sentence(
        C3, word, once, as_of="2026-05-01"
    )
