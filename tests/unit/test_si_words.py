"""Values in sentences follow the units of the screen."""

from __future__ import annotations

import pandas as pd
import pytest

from lupusmon.si_words import convert, find_test, say_in_units
from lupusmon.ui.ledger import build_checks

SAID = [
    (
        "C3 62 mg/dL on 2026-03-09 (week 13), below its lower limit; baseline 57 mg/dL on 2025-10-20",
        "C3 0.62 g/L on 2026-03-09 (week 13), below its lower limit; baseline 0.57 g/L on 2025-10-20",
    ),
    (
        "C4 6 mg/dL on 2026-05-06, newly below its lower limit of 10 since 2026-05-06",
        "C4 0.06 g/L on 2026-05-06, newly below its lower limit of 0.1 since 2026-05-06",
    ),
    ("UPCR < 0.5 g/g on 2026-01-01, not below 0.5", "UPCR < 56.56 mg/mmol on 2026-01-01, not below 56.56"),
    (
        "UPCR 1 g/g on 2026-08-24, against < 0.1 on 2026-04-20 (lowest of the 365 days before)",
        "UPCR 113.1 mg/mmol on 2026-08-24, against < 11.31 on 2026-04-20 (lowest of the 365 days before)",
    ),
    (
        "Creatinine 1 mg/dL on 2026-11-06, up 32 % from 0.5 on 2026-01-21",
        "Creatinine 88.4 µmol/L on 2026-11-06, up 32 % from 44.2 on 2026-01-21",
    ),
    (
        "Anti-dsDNA 73 IU/mL on 2026-11-06, up from 20 on 2026-01-01, while C3 fell from 90 on 2026-01-01 to 48",
        "Anti-dsDNA 73 kIU/L on 2026-11-06, up from 20 on 2026-01-01, while C3 fell from 0.9 on 2026-01-01 to 0.48",
    ),
    ("needs baseline UPCR of 0.5 g/g or more", "needs baseline UPCR of 56.56 mg/mmol or more"),
]
SAME = (
    "UPCR: no result between 2026-11-13 and 2026-12-13",
    "UPCR on 2026-01-01 (week 24), fell by 50 % or more",
    "prednisone raised from 5 to 20 mg/d after C3",
    "Platelets 34 10*9/L on 2026-09-18, under 50 since 2026-03-06",
    "eGFR at least 0.85 x baseline or 60",
)


@pytest.mark.parametrize(("text", "expected"), SAID)
def test_values_and_limits_of_a_sentence_are_written_in_si_units(text, expected):
    assert say_in_units(text, "conventional") == text
    assert say_in_units(text, "si") == expected


@pytest.mark.parametrize("text", SAME)
def test_dates_shares_weeks_and_other_things_stay(text):
    assert say_in_units(text, "si") == text


def test_a_value_in_another_unit_than_the_rules_use_is_not_multiplied():
    assert convert(5.0, "U/mL", "DSDNA", "si") == (5.0, "U/mL")
    assert convert(50.0, "mg/dL", "C3", "conventional") == (50.0, "mg/dL")
    assert find_test("no rescue treatment") is None and find_test("C3: no result") == "C3"


def test_the_checks_of_a_verdict_follow_the_units_and_shares_stay_shares():
    row = {
        "criterion": "renal_complete", "week": "24", "check": "upcr", "verdict": "not_met", "unit": "g/g", "limit": 0.5,
        "baseline_value": 3.0, "baseline_at": "2025-01-01", "baseline_comparator": "", "value": 1.0,
        "value_at": "2025-06-01", "comparator": "", "source_file": "labs.csv", "source_line": 3,
        "text": "UPCR 1 g/g on 2025-06-01 (week 24), not below 0.5; baseline 3 g/g on 2025-01-01",
    }  # fmt: skip
    rows = build_checks(pd.DataFrame([row, row | {"check": "upcr_halved"}]), "si").rows
    assert [cell["text"] for cell in rows[0]["cells"][3:5]] == ["339.4 mg/mmol", "113.1 mg/mmol"]
    assert (rows[0]["cells"][5], rows[1]["cells"][5]) == ("56.56", "0.5")
