"""Flares between two assessments: every part below, at and above its limit; certainty where grades are missing."""

from __future__ import annotations

import pandas as pd
import pytest

from lupusmon.clean import SYSTEMS
from tests.spec.runs import run
from tests.text_tables import table

SHORT = {"CON": "constitutional", "MUC": "mucocutaneous", "MSK": "musculoskeletal", "REN": "renal"}
SHORT |= {"HAEM": "haematological", "NEURO": "neuropsychiatric"}


def visit(day: str, sledai: str = "", pga: str = "", prednisone: str = "", grades: str = "", others: str = "D") -> dict:
    """grades: `REN A, MUC C`; every other system has the grade `others`, none where that is empty."""
    row = {"patient_id": "P1", "assessed_at": day, "sledai_2k": sledai, "pga": pga, "prednisone_mg_per_day": prednisone}
    row |= {f"bilag_{system}": others for system in SYSTEMS}
    for part in filter(None, grades.split(", ")):
        system, grade = part.split()
        row[f"bilag_{SHORT[system]}"] = "" if grade == "-" else grade
    return row


def flares(*visits: dict, weights: str = "") -> pd.DataFrame:
    doses = [
        {"patient_id": "P1", "given_at": day, "drug": "belimumab", "dose": "600", "dose_unit": "mg", "weight_kg": kg}
        for day, kg in (entry.split() for entry in weights.split(";") if entry)
    ]
    infusions = pd.DataFrame(doses, dtype=str) if doses else None
    return run("flares", assessments=pd.DataFrame(visits, dtype=str), infusions=infusions, as_of="2026-06-01").flares


def said(frame: pd.DataFrame, index: str) -> str:
    return " ".join(frame[frame["index"] == index].severity.fillna("yes"))


SELENA = table("""
    sledai | pga       | prednisone | expected      | why
    6 8    | 1 1       | 5 5        |               | +2
    6 9    | 1 1       | 5 5        | mild_moderate | +3
    9 12   | 1 1       | 5 5        | mild_moderate | to 12, not more
    9 13   | 1 1       | 5 5        | severe        | to 13
    12 13  | 1 1       | 5 5        | severe        | +1, to 13
    13 14  | 1 1       | 5 5        |               | +1, was above 12
    13 16  | 1 1       | 5 5        | severe        | +3, above 12
    16 13  | 1 1       | 5 5        |               | down
    - 16   | 1 1       | 5 5        |               | before is not known
    6 -    | 1 1       | 5 5        |               | now is not known
    6 6    | 1 1.994   | 5 5        |               | +0.99
    6 6    | 1 1.996   | 5 5        | mild_moderate | +1.00 to two decimals
    6 6    | 0.9 1.9   | 5 5        | mild_moderate | +1.0, rounded before comparing
    6 6    | 1.5 2.5   | 5 5        | mild_moderate | to 2.5, not more
    6 6    | 1.5 2.51  | 5 5        | severe        | to 2.51
    6 6    | 2.4 2.6   | 5 5        | severe        | +0.2, to 2.6
    6 6    | 2.6 2.8   | 5 5        |               | +0.2, was above 2.5
    6 6    | - 2.9     | 5 5        |               | before is not known
    6 6    | 1 1       | 5 7.5      | mild_moderate | more prednisone, weight not known
    6 6    | 1 1       | 7.5 5      |               | less prednisone
    6 9    | 1.5 2.6   | 5 5        | severe        | the sharpest part
    6 9    | - -       | - -        | mild_moderate | the other parts are not known
""")


def pair(case: pd.Series) -> list[dict]:
    cells = [[c.replace("-", "") for c in case[name].split()] for name in ("sledai", "pga", "prednisone")]
    return [visit(day, *(cell[at] for cell in cells)) for at, day in enumerate(("2026-01-05", "2026-03-02"))]


@pytest.mark.parametrize("case", [c for _, c in SELENA.iterrows()], ids=lambda c: f"{c.sledai} {c.pga} ({c.why})")
def test_selena_flare_index(case: pd.Series) -> None:
    assert said(flares(*pair(case)), "selena") == case.expected


@pytest.mark.parametrize(
    "dose, weights, expected",
    [
        ("30", "2026-03-02 60", "mild_moderate"),  # 0.5 mg/kg
        ("30.1", "2026-03-02 60", "severe"),
        ("60", "", "mild_moderate"),
        ("60", "2025-03-02 60", "severe"),  # the weight of 365 days before
        ("60", "2025-03-01 60", "mild_moderate"),  # too old
        ("60", "2025-06-02 60;2026-03-01 130", "mild_moderate"),  # the nearest weight counts
    ],
)
def test_prednisone_by_weight(dose: str, weights: str, expected: str) -> None:
    found = flares(visit("2026-01-05", prednisone="10"), visit("2026-03-02", prednisone=dose), weights=weights)
    assert said(found, "selena") == expected


def test_a_flare_shows_values_source_and_what_is_open() -> None:
    row = flares(visit("2026-01-05", "5", "1", "5"), visit("2026-03-02", "9", "", "10")).squeeze()
    assert row.text == (
        "SELENA flare index on 2026-03-02: mild or moderate flare; SLEDAI-2K 9, up from 5; prednisone 10 mg/d, up from 5 "
        "on 2026-01-05. Not decided: PGA (0-3) (not recorded both times); prednisone above 0.5 mg/kg (weight not known); "
        "new signs with their treatment, other new drugs, hospital admission"
    )
    assert (row.patient_id, row.date, row["index"], row.measure) == ("P1", "2026-03-02", "selena", "sledai_2k")
    assert (row.value, row.previous, row.previous_date) == (9, 5, "2026-01-05")
    assert (row.source_file, row.source_line) == ("assessments", 3)


BILAG = table("""
    before              | now                        | bilag    | tulip | why
    REN B               | REN A                      | severe   | yes   | new A
    REN A               | REN A                      |          |       | was A
    REN A, MUC A        | REN B, MUC B               |          |       | A to B is better
    MUC C, MSK C        | MUC B, MSK B               | moderate | yes   | two new B
    MUC C               | MUC B                      | mild     |       | one new B
    MUC D, MSK D, CON D | MUC C, MSK C, CON C        | mild     |       | three new C
    MUC D, MSK D        | MUC C, MSK C               |          |       | two new C
    MUC B, MSK B, CON B | MUC C, MSK C, CON C        |          |       | C from B is better
    REN B, MUC C        | REN A, MUC B               | severe   | yes   | the sharpest
    REN -               | REN A                      |          |       | before is not known
    REN B               | REN -                      |          |       | now is not known
    REN -, MUC C        | REN A, MUC B               | mild     |       | one is certain
    MUC E, MSK E        | MUC B, MSK B               | moderate | yes   | from E too
""")


@pytest.mark.parametrize("case", [c for _, c in BILAG.iterrows()], ids=lambda c: f"{c.before} > {c.now} ({c.why})")
def test_bilag_and_tulip_flares(case: pd.Series) -> None:
    found = flares(visit("2026-01-05", grades=case.before), visit("2026-03-02", grades=case.now))
    assert (said(found, "bilag"), said(found, "tulip")) == (case.bilag, case.tulip)


def test_missing_grades_are_said() -> None:
    found = flares(visit("2026-01-05", grades="REN -, MUC C"), visit("2026-03-02", grades="REN A, MUC B"))
    assert found.text.item() == (
        "BILAG flare on 2026-03-02: mild or worse; since 2026-01-05 mucocutaneous C to B. "
        "Not decided: 1 of 9 systems, not graded both times"
    )


VIGNETTES = table("""
    grades                 | expected
    REN A, MUC B, MSK C    | severe
    MUC B, MSK B, HAEM C   | moderate
    MUC C, MSK C, HAEM C   | mild
    REN A, NEURO A, CON A  | severe
    MSK A, CON B           | severe
    MSK A                  | severe
    MUC B, MSK B           | moderate
    MSK B                  | mild
""")


@pytest.mark.parametrize("case", [c for _, c in VIGNETTES.iterrows()], ids=lambda c: c.grades)
def test_published_flares_of_the_bilag_index(case: pd.Series) -> None:
    """CORTICOLUP, Ann Rheum Dis (ard.bmj.com 262926, table 3), from remission before."""
    found = flares(visit("2026-01-05"), visit("2026-03-02", grades=case.grades))
    assert said(found, "bilag") == case.expected


def test_each_assessment_is_held_against_the_one_before_it() -> None:
    found = flares(
        visit("2026-05-04", "9"), visit("2026-01-05", "4"), visit("2026-03-02", "6"), visit("2026-06-02", "16")
    )
    assert found.date.tolist() == ["2026-05-04"]  # +3; the last one lies after as_of


def test_a_first_assessment_is_no_flare() -> None:
    assert not len(flares(visit("2026-01-05", "20", "3", "60", "REN A, MUC B")))
