"""The truth table of CRITERIA 9: twelve patients at week 52."""

from __future__ import annotations

from datetime import date

import pytest

from .builders import assessment, dose
from .oracle import analyze

START, WEEK_52, AS_OF = "2025-01-01", "2025-12-31", date(2026, 1, 1)
MET, NOT, NA = "met", "not_met", "not_applicable"

# SLEDAI before, now | BILAG before | now | PGA before, now | sri_4, sri_5, bicla
CASES = {
    1: (10, 6, "MSK A, MUC B", "MSK B, MUC C", 1.8, 1.5, MET, NOT, MET),
    2: (10, 6, "MSK A, MUC B", "MSK B, MUC B", 1.8, 1.5, MET, NOT, NOT),
    3: (10, 8, "MSK A, MUC B", "MSK B, MUC C", 1.8, 1.5, NOT, NOT, MET),
    4: (12, 6, "MSK A, HAEM C", "MSK C, HAEM B", 1.5, 1.3, MET, MET, MET),
    5: (12, 6, "MSK A, HAEM C, REN D", "MSK C, HAEM B, REN B", 1.5, 1.3, NOT, NOT, NOT),
    6: (12, 6, "MSK A, REN B", "MSK C, REN A", 1.5, 1.3, NOT, NOT, NOT),
    7: (12, 8, "MSK A", "MSK B", 1.0, 1.3, NOT, NOT, NOT),
    8: (12, 8, "MSK A", "MSK B", 1.0, 1.29, MET, NOT, MET),
    9: (3, 0, "MUC B", "MUC D", 1.0, 0.2, NA, NA, MET),
    10: (10, 11, "MSK A", "MSK B", 1.8, 1.2, NOT, NOT, NOT),
    11: (10, 6, "MSK A, MUC A", "MSK B, MUC B", 1.8, 1.5, MET, NOT, MET),
    12: (10, 4, "MSK A", "MSK C", 1.8, 0.5, NOT, NOT, NOT),
}


def verdicts(case: int, bicla: str = "tulip") -> dict[str, str]:
    sledai, now, before_grades, now_grades, pga, pga_now, *_ = CASES[case]
    rescue = [dose("2025-10-08", "methylprednisolone", 1000)] if case == 12 else []
    tables = analyze(
        [],
        [dose(START, "belimumab", 10, "mg/kg"), *rescue],
        [
            assessment(START, sledai_2k=sledai, pga=pga, bilag=before_grades),
            assessment(WEEK_52, sledai_2k=now, pga=pga_now, bilag=now_grades),
        ],
        [],
        AS_OF,
        bicla=bicla,
    )
    rows = [r for r in tables["responses"] if (r["week"], r["course_id"]) == ("52", "belimumab-1")]
    return {r["criterion"]: r["verdict"] for r in rows}


@pytest.mark.parametrize("case", CASES)
def test_case_has_the_verdicts_of_the_page(case: int) -> None:
    found = verdicts(case)
    assert (found["sri_4"], found["sri_5"], found["bicla"]) == CASES[case][-3:]


def test_case_7_is_met_under_eprovide() -> None:
    found = verdicts(7, bicla="eprovide")
    assert (found["sri_4"], found["bicla"]) == (NOT, MET)
