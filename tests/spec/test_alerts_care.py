"""Alerts on doses and tests that are due, and on responses that were lost."""

from __future__ import annotations

import pandas as pd
import pytest

from lupusmon.analysis.alert_care import full_title
from lupusmon.analysis.criteria.registry import list_criteria
from lupusmon.clinical.alert_rules import CORE_LABS
from tests.spec.runs import history, run
from tests.text_tables import table

NO_LABS = history("C3", "")


def infusions(drug: str, days: str, *, dose: str = "", unit: str = "") -> pd.DataFrame:
    rows = [
        {"patient_id": "P1", "given_at": day, "drug": drug, "dose": dose, "dose_unit": unit} for day in days.split()
    ]
    return pd.DataFrame(rows, dtype=str)


def alerts(labs: pd.DataFrame, doses: pd.DataFrame, as_of: str) -> pd.DataFrame:
    return run("alerts", labs=labs, infusions=doses, as_of=as_of).alerts


INFUSIONS = table("""
    drug        | days                             | as_of      | expected         | why
    anifrolumab | 2026-01-01                       | 2026-02-05 |                  | 7 days late is within
    anifrolumab | 2026-01-01                       | 2026-02-06 | infusion_overdue | 8 days
    anifrolumab | 2026-01-01                       | 2026-02-25 | infusion_overdue | 27 days
    anifrolumab | 2026-01-01                       | 2026-02-26 | infusion_missed  | 28 days, the whole interval
    anifrolumab | 2026-01-01                       | 2026-05-01 | infusion_missed  | 120 days after the last
    anifrolumab | 2026-01-01                       | 2026-05-02 |                  | ended
    belimumab   | 2026-01-01                       | 2026-01-29 | infusion_missed  | the first interval is 14 days
    rituximab   | 2026-01-01 2026-01-15            | 2026-07-17 | infusion_overdue | 15 days
    rituximab   | 2026-01-01 2026-01-15            | 2026-07-16 |                  | 14 days is within
    methylprednisolone | 2026-01-01                | 2026-02-20 |                  | unscheduled
""")


@pytest.mark.parametrize("case", [c for _, c in INFUSIONS.iterrows()], ids=lambda c: f"{c.drug} {c.as_of} ({c.why})")
def test_infusions(case: pd.Series) -> None:
    found = alerts(NO_LABS, infusions(case.drug, case.days), case.as_of)
    assert " ".join(found[found.code.str.startswith("infusion")].code) == case.expected


def test_a_missed_infusion_says_so() -> None:
    row = (
        alerts(NO_LABS, infusions("anifrolumab", "2026-01-01"), "2026-02-26")
        .query("code == 'infusion_missed'")
        .squeeze()
    )
    assert row.text == (
        "Anifrolumab infusion due on 2026-01-29, 28 days overdue (last given on 2026-01-01): "
        "a whole interval of 28 days missed"
    )
    assert row.severity == "medium" and pd.isna(row.analyte)


def test_two_drugs_may_both_be_overdue() -> None:
    both = pd.concat([infusions("anifrolumab", "2026-01-01"), infusions("ivig", "2026-01-01", dose="30", unit="g")])
    found = alerts(NO_LABS, both, "2026-02-20").query("code == 'infusion_overdue'")
    assert [text.split()[0] for text in found.text] == ["Anifrolumab", "IVIG"]
    assert set(found.severity) == {"low"}


LABS = table("""
    drug             | last       | as_of      | expected | why
    anifrolumab      | 2026-02-01 | 2026-05-04 |          | 92 days
    anifrolumab      | 2026-02-01 | 2026-05-05 | C3       | 93 days
    anifrolumab      |            | 2026-04-03 |          | never; 92 days since the first infusion
    anifrolumab      |            | 2026-04-04 | C3       | never; 93 days
    anifrolumab      | 2025-12-20 | 2026-04-03 |          | before the course: counted from its start
    anifrolumab      | 2025-12-20 | 2026-04-04 | C3       | likewise
    cyclophosphamide | 2026-02-01 | 2026-03-04 |          | 31 days
    cyclophosphamide | 2026-02-01 | 2026-03-05 | C3       | 32 days
""")


@pytest.mark.parametrize("case", [c for _, c in LABS.iterrows()], ids=lambda c: f"{c.drug} {c['last']} ({c.why})")
def test_labs_overdue(case: pd.Series) -> None:
    doses = infusions(case.drug, "2026-01-01 2026-01-29 2026-02-26 2026-03-26 2026-04-23")
    doses = doses[doses.given_at <= case.as_of]
    labs = history("C3", f"{case['last']} 100") if case["last"] else NO_LABS
    found = alerts(labs, doses, case.as_of).query("code == 'lab_overdue'")
    assert ("C3" in set(found.analyte)) == (case.expected == "C3")


def test_every_core_test_is_expected_and_the_text_says_what_was_last() -> None:
    found = alerts(history("PLT", "2026-01-05 210"), infusions("anifrolumab", "2026-01-01 2026-01-29"), "2026-05-01")
    found = found.query("code == 'lab_overdue'").set_index("analyte")
    assert set(found.index) == set(CORE_LABS)
    assert found.text["PLT"] == (
        "Platelets overdue: last 210 ×10⁹/L on 2026-01-05; expected every 92 days on this treatment"
    )
    assert found.text["C3"] == (
        "C3 overdue: none on record; first infusion on 2026-01-01; expected every 92 days on this treatment"
    )


@pytest.mark.parametrize("stand_in, code", [("EGFR", "CREAT"), ("UPROT24", "UPCR")])
def test_a_test_that_stands_in_counts(stand_in: str, code: str) -> None:
    found = alerts(history(stand_in, "2026-04-20 1"), infusions("anifrolumab", "2026-01-01 2026-01-29"), "2026-05-01")
    assert code not in set(found.query("code == 'lab_overdue'").analyte)


def test_the_stricter_of_two_courses_speaks_once() -> None:
    doses = pd.concat([infusions("anifrolumab", "2026-01-01 2026-01-29"), infusions("ivig", "2026-01-01 2026-01-29")])
    found = alerts(history("C3", "2026-01-10 100"), doses, "2026-04-20").query("analyte == 'C3'")
    assert found.text.tolist() == ["C3 overdue: last 100 mg/dL on 2026-01-10; expected every 31 days on this treatment"]


def test_no_test_is_expected_after_the_course() -> None:
    found = alerts(history("C3", "2026-01-10 100"), infusions("anifrolumab", "2026-01-01"), "2026-12-20")
    assert not len(found.query("code == 'lab_overdue'"))


START = "2025-06-02"
MONTHLY = " ".join(str(d.date()) for d in pd.date_range(START, "2026-10-01", freq="28D"))


def lost(upcr: str, *, doses: pd.DataFrame | None = None, as_of: str = "2026-06-10") -> list[str]:
    labs = pd.concat(
        [history("UPCR", upcr), history("EGFR", "2025-06-01 95; 2025-08-25 95; 2026-06-01 95; 2026-06-05 95")]
    )
    doses = infusions("anifrolumab", MONTHLY) if doses is None else doses
    return alerts(labs, doses[doses.given_at <= as_of], as_of).query("code == 'response_lost'").text.tolist()


def test_a_response_met_before_and_not_met_now_is_lost() -> None:
    assert lost("2025-06-01 2.0; 2025-08-25 0.4; 2026-06-05 1.9") == [
        "Response to anifrolumab lost: Complete renal response (KDIGO 2024), Partial renal response (KDIGO 2024), "
        "PERR (BLISS-LN), CRR (BLISS-LN), CRR (AURORA-1) (met at week 12); not met now"
    ]


def test_a_lost_response_by_labs_alone_says_so_in_brackets() -> None:
    titles = [full_title(c) for c in list_criteria("tulip") if c.code in ("sri_lab", "sri_4")]
    assert sorted(titles) == ["SRI-4", "SRI-style (simplified, labs only)"], "names are listed with commas"


@pytest.mark.parametrize(
    "upcr, why",
    [
        ("2025-06-01 2.0; 2025-08-25 0.4; 2026-06-05 0.4", "still met"),
        ("2025-06-01 2.0; 2025-08-25 1.9; 2026-06-05 1.9", "never met"),
        ("2025-06-01 2.0; 2025-08-25 0.4", "not known now"),
        ("2025-06-01 2.0; 2025-08-25 0.4; 2026-06-05 <1.9", "cannot be told now"),
        ("2025-06-01 0.8; 2025-08-25 0.35; 2026-06-05 0.45", "no longer halved, but complete"),
    ],
)
def test_a_response_is_not_lost(upcr: str, why: str) -> None:
    assert lost(upcr) == [], why


def test_an_older_course_is_silent_once_another_began() -> None:
    before = infusions("rituximab", "2025-06-02 2025-06-16")
    upcr = "2025-06-01 2.0; 2025-08-25 0.4; 2026-06-05 1.9"
    assert lost(upcr, doses=before) != []
    assert lost(upcr, doses=pd.concat([before, infusions("anifrolumab", "2026-05-01 2026-05-29")])) == []
