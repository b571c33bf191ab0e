"""CRITERIA 9: the twelve constructed cases of SRI-4, SRI-5 and BICLA, at week 52."""

from __future__ import annotations

import pandas as pd
import pytest

import lupusmon
from lupusmon.clean import SYSTEMS
from tests.text_tables import table

START, WEEK_52 = "2024-01-02", "2024-12-31"
SHORT = {"MSK": "musculoskeletal", "MUC": "mucocutaneous", "HAEM": "haematological", "REN": "renal"}

CASES = table("""
    case | sledai | bilag                        | pga       | rescue     | sri_4          | sri_5          | bicla   | eprovide
    1    | 10 6   | MSK A B, MUC B C             | 1.8 1.5   |            | met            | not_met        | met     | met
    2    | 10 6   | MSK A B, MUC B B             | 1.8 1.5   |            | met            | not_met        | not_met | not_met
    3    | 10 8   | MSK A B, MUC B C             | 1.8 1.5   |            | not_met        | not_met        | met     | met
    4    | 12 6   | MSK A C, HAEM C B            | 1.5 1.3   |            | met            | met            | met     | met
    5    | 12 6   | MSK A C, HAEM C B, REN D B   | 1.5 1.3   |            | not_met        | not_met        | not_met | not_met
    6    | 12 6   | MSK A C, REN B A             | 1.5 1.3   |            | not_met        | not_met        | not_met | not_met
    7    | 12 8   | MSK A B                      | 1.0 1.3   |            | not_met        | not_met        | not_met | met
    8    | 12 8   | MSK A B                      | 1.0 1.29  |            | met            | not_met        | met     | met
    9    | 3 0    | MUC B D                      | 1.0 0.2   |            | not_applicable | not_applicable | met     | met
    10   | 10 11  | MSK A B                      | 1.8 1.2   |            | not_met        | not_met        | not_met | not_met
    11   | 10 6   | MSK A B, MUC A B             | 1.8 1.5   |            | met            | not_met        | met     | met
    12   | 10 4   | MSK A C                      | 1.8 0.5   | 2024-10-08 | not_met        | not_met        | not_met | not_met
""")


def _assessments(case: pd.Series, scale: float = 1.0) -> pd.DataFrame:
    rows = []
    for at, day in enumerate((START, WEEK_52)):
        grades = dict.fromkeys(SYSTEMS, "D")
        for part in case.bilag.split(", "):
            system, *pair = part.split()
            grades[SHORT[system]] = pair[at]
        pga = round(float(case.pga.split()[at]) * scale, 6)
        row = {"patient_id": case.case, "assessed_at": day, "sledai_2k": case.sledai.split()[at], "pga": f"{pga:g}"}
        row |= {"pga_max": f"{3 * scale:g}"}
        rows.append(row | {f"bilag_{system}": grade for system, grade in grades.items()})
    return pd.DataFrame(rows, dtype=str)


def _infusions(case: pd.Series) -> pd.DataFrame:
    rows = [{"patient_id": case.case, "given_at": START, "drug": "belimumab", "dose": "600", "dose_unit": "mg"}]
    if case.rescue:
        rows.append({"patient_id": case.case, "given_at": case.rescue, "drug": "methylprednisolone", "dose": "1000"})
    return pd.DataFrame(rows, dtype=str).fillna("")


NO_LABS = pd.DataFrame(
    {name: pd.Series(dtype=str) for name in ("patient_id", "collected_at", "analyte", "value", "unit")}
)


@pytest.mark.parametrize("scale", [1.0, 10 / 3, 100 / 3], ids=["pga 0-3", "pga 0-10", "pga 0-100"])
@pytest.mark.parametrize("variant", ["tulip", "eprovide"])
@pytest.mark.parametrize("case", [row for _, row in CASES.iterrows()], ids=lambda case: f"case {case.case}")
def test_case_of_the_truth_table(case: pd.Series, variant: str, scale: float) -> None:
    analysis = lupusmon.analyze(NO_LABS, _infusions(case), _assessments(case, scale), as_of="2025-02-01", bicla=variant)
    week = analysis.responses.query("week == '52' and course_id == 'belimumab-1'").set_index("criterion").verdict
    expected = {"sri_4": case.sri_4, "sri_5": case.sri_5, "bicla": case.bicla if variant == "tulip" else case.eprovide}
    assert {code: week[code] for code in expected} == expected
