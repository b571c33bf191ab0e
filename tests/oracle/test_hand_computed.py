"""Small cases worked out by hand from the text of CRITERIA."""

from __future__ import annotations

from datetime import date
from math import log

import pytest

from .builders import assessment, dose, lab
from .change import compute_rcv
from .oracle import analyze
from .rows import Lab, read_rows
from .values import all_of, any_of, exactly, interval_of, is_above, is_above_upper_limit, is_below

START, AS_OF = "2025-01-01", date(2025, 4, 1)  # week 12 is 2025-03-26
COURSE = [dose(START, "belimumab", 10, "mg/kg")]


def run(labs=(), infusions=COURSE, assessments=(), patients=(), as_of=AS_OF) -> dict[str, list[dict]]:
    return analyze(list(labs), list(infusions), list(assessments), list(patients), as_of)


def verdict(tables: dict, criterion: str, week: str = "12", check: str | None = None) -> str:
    rows = tables["evidence" if check else "responses"]
    rows = [r for r in rows if r["course_id"] == "belimumab-1"]
    found = [r["verdict"] for r in rows if (r["criterion"], r["week"], r.get("check")) == (criterion, week, check)]
    assert len(found) == 1, found
    return found[0]


def result(text: str, analyte: str = "UPCR", **limits) -> Lab:
    return read_rows(Lab, [lab(START, analyte, text, **limits)])[0]


@pytest.mark.parametrize(
    ("text", "above_30"),
    [("<10", False), ("<30", False), ("<50", None), (">300", True), (">30", True), (">29", None), ("30", False)]
    + [("30.00004", False), ("30.0001", True)],
)
def test_censored_values_are_intervals(text: str, above_30: bool | None) -> None:
    assert is_above(interval_of(result(text)), exactly(30)) is above_30


def test_censored_value_below_its_own_end() -> None:
    assert is_below(interval_of(result("<30")), exactly(30)) is True
    assert is_below(interval_of(result(">30")), exactly(30)) is False


@pytest.mark.parametrize(
    ("text", "high", "expected"),
    [("positive", None, True), ("negative", None, False), ("trace", None, None), ("1:10", None, True)]
    + [("1:5", None, False), ("<1:10", None, False), ("1:40", 40, False), ("1:80", 40, True), (">1:20", 40, None)],
)
def test_dsdna_words_and_titres(text: str, high: float | None, expected: bool | None) -> None:
    assert is_above_upper_limit(result(text, "DSDNA", high=high)) is expected


def test_three_valued_logic() -> None:
    assert all_of([None, False]) is False and all_of([None, True]) is None and all_of([]) is True
    assert any_of([None, True]) is True and any_of([None, False]) is None and any_of([]) is False


def test_reference_change_values_of_the_fact_sheet() -> None:
    """CLINICAL 11: creatinine +15.9/-13.7, platelets +25.0/-20.0, haemoglobin +8.3/-7.7, eGFR +19.4/-16.3 per cent."""
    printed = {"CREAT": (15.9, 13.7), "PLT": (25.0, 20.0), "HGB": (8.3, 7.7), "EGFR": (19.4, 16.3), "C4": (31.7, 24.1)}
    for analyte, (up, down) in printed.items():
        found = compute_rcv(analyte, "number")
        assert [round(100 * x, 1) for x in found] == [up, down], analyte


def test_baseline_of_the_first_day_goes_by_the_clock_where_both_have_one() -> None:
    labs = [lab("2025-01-01T08:00", "C3", "70"), lab("2025-01-01T09:00", "C3", "71"), lab("2025-01-01", "C3", "72")]
    timed = run(labs, [dose("2025-01-01T08:30", "belimumab")])["baselines"]
    assert [row["value"] for row in timed] == [70]  # the bare date counts as before, and comes first of its day
    assert [row["value"] for row in run(labs)["baselines"]] == [71]


def test_window_ends_and_ties() -> None:
    labs = [lab("2024-10-03", "C3", "60"), lab("2025-02-26", "C3", "91"), lab("2025-04-23", "C3", "92")]
    tables = run(labs, as_of=date(2025, 4, 30))
    assert [row["value"] for row in tables["baselines"]] == [60]  # 90 days before
    row = next(r for r in tables["evidence"] if (r["criterion"], r["week"]) == ("c3_normalised", "12"))
    assert (row["value"], row["verdict"]) == (92, "met")  # 28 days either side: the later
    assert run([lab("2024-10-02", "C3", "60")])["baselines"] == []


def test_other_assay_serves_for_limits_never_for_change() -> None:
    labs = [lab(START, "DSDNA", "100", method="A"), lab("2025-03-26", "DSDNA", "10", method="B")]
    tables = run(labs)
    assert verdict(tables, "dsdna_normalised") == "not_assessable"
    labs = [lab(START, "UPCR", "2", method="A"), lab("2025-03-26", "UPCR", "0.4", method="B")]
    tables = run(labs)
    assert verdict(tables, "renal_complete", check="upcr") == "met"
    assert verdict(tables, "renal_partial", check="upcr_halved") == "unknown"


def test_first_follow_up_never_becomes_the_baseline() -> None:
    tables = run([lab("2025-01-02", "UPCR", "2"), lab("2025-03-26", "UPCR", "0.4")])
    assert verdict(tables, "renal_complete") == "not_assessable"


@pytest.mark.parametrize(("upcr", "expected"), [("0.49", "met"), ("0.5", "not_met"), ("<0.5", "met")])
def test_renal_complete_at_the_limit(upcr: str, expected: str) -> None:
    labs = [lab(START, "UPCR", "2"), lab(START, "EGFR", "100"), lab("2025-03-26", "EGFR", "85")]
    assert verdict(run([*labs, lab("2025-03-26", "UPCR", upcr)]), "renal_complete") == expected


def test_egfr_is_computed_from_creatinine() -> None:
    """CLINICAL 10: a woman of 50 with 1.0 mg/dL has 68.6: at least 60, so PERR holds whatever the baseline."""
    labs = [lab(START, "UPCR", "2"), lab("2025-03-26", "UPCR", "0.7"), lab("2025-03-26", "CREAT", "1.0")]
    woman = {"patient_id": "P1", "sex": "F", "birth_year": 1975}
    assert verdict(run(labs, patients=[woman]), "renal_perr") == "met"
    assert verdict(run(labs, patients=[woman | {"sex": None}]), "renal_perr") == "not_assessable"
    assert verdict(run(labs, patients=[woman | {"birth_year": 2008}]), "renal_perr") == "not_assessable"


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ([], "met"),
        ([dose("2025-03-26", "methylprednisolone", 250)], "not_met"),
        ([dose("2025-03-27", "methylprednisolone", 250)], "met"),  # after the target day
        ([dose(START, "methylprednisolone", 250)], "met"),  # the first day: background
        ([dose("2025-02-01", "methylprednisolone", 249)], "met"),
        ([dose("2025-02-01", "methylprednisolone")], "unknown"),
        ([dose("2025-02-01", "methylprednisolone", 5, "mg/kg")], "unknown"),
        ([dose("2025-02-01", "methylprednisolone", 5, "mg/kg", weight=50)], "not_met"),
        ([dose("2025-02-01", "methylprednisolone", 250), dose("2024-10-03", "methylprednisolone", 250)], "met"),
        ([dose("2025-02-01", "methylprednisolone", 250), dose("2024-10-02", "methylprednisolone", 250)], "not_met"),
        ([dose("2025-02-01", "methylprednisolone", 250), dose("2024-12-02", "methylprednisolone", 100)], "not_met"),
        ([dose("2025-02-01", "methylprednisolone", 250), dose("2024-12-02", "methylprednisolone")], "unknown"),
        ([dose("2025-02-01", "ivig", status="planned")], "met"),
    ],
)
def test_rescue(extra: list[dict], expected: str) -> None:
    labs = [lab(START, "UPCR", "2"), lab("2025-03-26", "UPCR", "0.4")]
    assert verdict(run(labs, COURSE + extra), "renal_perr", check="no_rescue") == expected


def test_rescue_counts_until_a_later_upcr() -> None:
    labs = [lab(START, "UPCR", "2"), lab("2025-03-30", "UPCR", "0.4")]
    tables = run(labs, [*COURSE, dose("2025-03-30", "ivig")])
    assert verdict(tables, "renal_perr", check="no_rescue") == "not_met"
    assert verdict(run(labs, [*COURSE, dose("2025-03-31", "ivig")]), "renal_perr", check="no_rescue") == "met"


def test_courses_and_timing() -> None:
    days = ("2025-01-01", "2025-01-15", "2025-02-06", "2025-03-06", "2025-07-05")  # 0, 0, +8, 0; then 121 days
    tables = run([], [dose(d, "belimumab") for d in days], as_of=date(2025, 7, 31))
    assert [(r["course_id"], r["days_from_due"], r["timing"]) for r in tables["infusions"]] == [
        ("belimumab-1", None, "first"),
        ("belimumab-1", 0, "on_time"),
        ("belimumab-1", 8, "late"),
        ("belimumab-1", 0, "on_time"),
        ("belimumab-2", None, "first"),
    ]
    first, second = tables["courses"]
    assert (first["n_infusions"], first["status"], first["next_due"]) == (4, "ended", None)
    assert (second["next_due"], second["overdue_days"], second["status"]) == (date(2025, 7, 19), 12, "overdue")


def test_ivig_cycles() -> None:
    days = ("2025-01-01", "2025-01-02", "2025-01-07", "2025-01-29", "2025-02-26")
    tables = run([], [dose(d, "ivig", 1, "g/kg") for d in days], as_of=date(2025, 3, 1))
    timed = [(r["days_from_due"], r["timing"]) for r in tables["infusions"]]
    assert timed == [(None, "first"), (None, "on_time"), (None, "on_time"), (0, "on_time"), (0, "on_time")]
    assert tables["courses"][0]["next_due"] == date(2025, 3, 26)


def test_trend_of_a_series() -> None:
    """Slopes of pairs: 30/30, 20/60, -10/30 days: median 10 per 30 days. S = 1 + 1 - 1."""
    labs = [lab("2025-01-01", "C3", "60"), lab("2025-01-31", "C3", "90"), lab("2025-03-02", "C3", "80")]
    rows = {r["scope"]: r for r in run(labs)["trends"]}
    row = rows["since_baseline"]
    assert row["slope_per_30d"] == pytest.approx(10) and (row["n"], row["mk_s"], row["mk_p"]) == (3, 1, None)
    assert row["pct_change"] == pytest.approx(100 / 3)
    assert (row["beyond_rcv"], row["direction"], row["course_id"]) == ("true", "improving", "belimumab-1")
    assert rows["last_365d"]["course_id"] is None


def test_mann_kendall_with_ties() -> None:
    """1, 2, 2, 3: S = 5, variance (4·3·13 - 2·1·9)/18 = 138/18; p = 2(1 - Φ(4/√7.6667)) = 0.14857 (by hand)."""
    days = ("2025-01-01", "2025-01-11", "2025-01-21", "2025-01-31")
    labs = [lab(d, "DSDNA", v) for d, v in zip(days, ("<10", "10", "10", ">10"), strict=True)]
    row = run(labs)["trends"][0]
    assert row["mk_s"] == 5 and row["mk_p"] == pytest.approx(0.14857, abs=1e-5)
    assert row["slope_per_30d"] == 0 and row["pct_change"] is None


def test_titre_reaching_two_dilutions_is_beyond() -> None:
    labs = [lab("2025-01-01", "DSDNA", "1:160"), lab("2025-02-01", "DSDNA", "1:40")]
    row = run(labs)["trends"][0]
    assert (row["beyond_rcv"], row["rcv_up_pct"], row["rcv_down_pct"]) == ("true", 300, 75)
    assert row["slope_per_30d"] == pytest.approx(-log(4) / 31 * 30)


def test_scores_look_back_thirty_days() -> None:
    labs = [lab("2025-01-01", "C3", "89"), lab("2025-01-31", "PLT", "99"), lab("2025-02-01", "PLT", "100")]
    rows = [(r["lab_sledai"], r["low_complement"], r["thrombocytopenia"]) for r in run(labs)["scores"]]
    assert rows == [(2, "true", None), (3, "true", "true"), (0, None, "false")]


def test_c3_and_c4_both_needed_for_a_quiet_complement() -> None:
    labs = [lab("2025-01-01", "C3", "90"), lab("2025-01-01", "C4", "10")]
    assert run(labs)["scores"][0]["low_complement"] == "false"
    assert run([*labs, lab("2025-01-01", "CH50", "<50")])["scores"][0]["low_complement"] is None


@pytest.mark.parametrize(
    ("upcr", "previous", "creatinine", "grades"),
    [
        ("0.9", None, (None, None), "B"),
        ("0.884016973", None, (None, None), "B"),  # 100 mg/mmol is not above 100, but at least 50
        ("0.9", "1.2", (None, None), "C"),  # fell by a quarter: improved
        ("0.9", "1.0", ("1.6", "1.0"), "A"),
        ("0.9", "1.0", ("1.6", None), "B"),
        ("0.23", "1.0", ("1.6", "1.35"), "B"),
        ("0.22", None, (None, None), "D"),
        ("<0.5", None, (None, None), "BCD"),
    ],
)
def test_renal_grades(upcr, previous, creatinine, grades) -> None:
    from .bilag import grade_renal

    def maybe(text, analyte):
        return None if text is None else result(text, analyte)

    now, before = (maybe(c, "CREAT") for c in creatinine)
    assert grade_renal(result(upcr), now, (maybe(previous, "UPCR"), before)) == frozenset(grades)


def test_lldas_and_doris_of_a_quiet_patient() -> None:
    """CLINICAL 5: low complement and dsDNA only: SLEDAI-2K 4, clinical 0: LLDAS met, DORIS met."""
    from .facts import ITEMS

    items = dict.fromkeys(ITEMS, False) | {"low_complement": True, "increased_dna_binding": True}
    quiet = {"sledai_2k": 4, "pga": 0.49, "prednisone_mg_per_day": 5, "items": items}
    before = assessment(START, **quiet)
    tables = run(assessments=[before, assessment("2025-03-26", **quiet)])
    assert (verdict(tables, "lldas"), verdict(tables, "doris")) == ("met", "met")
    tables = run(assessments=[before, assessment("2025-03-26", **quiet | {"pga": 0.5})])
    assert (verdict(tables, "lldas"), verdict(tables, "doris")) == ("met", "not_met")
    renal = dict.fromkeys(ITEMS, False) | {"proteinuria": True}
    tables = run(assessments=[before, assessment("2025-03-26", **quiet | {"items": renal})])
    assert (verdict(tables, "lldas"), verdict(tables, "doris")) == ("not_met", "not_met")


def test_platelets_under_ivig_are_not_credited() -> None:
    labs = [lab(START, "PLT", "40"), lab("2025-03-26", "PLT", "120")]
    assert verdict(run(labs), "platelets_iwg") == "met"
    masked = [*COURSE, dose("2025-02-26", "ivig", 1, "g/kg")]
    assert verdict(run(labs, masked), "platelets_iwg") == "not_assessable"
    assert verdict(run(labs, [*COURSE, dose("2025-02-25", "ivig", 1, "g/kg")]), "platelets_iwg") == "met"


def test_a_visit_whose_window_has_not_opened_gives_no_row() -> None:
    weeks = {r["week"] for r in run(as_of=date(2025, 2, 26))["responses"]}
    assert weeks == {"12", "latest"}
    assert {r["week"] for r in run(as_of=date(2025, 2, 25))["responses"]} == {"latest"}
