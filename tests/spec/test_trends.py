"""CRITERIA 4: slope, Mann-Kendall, change, reference change value and direction, against outside numbers."""

from __future__ import annotations

import math
from datetime import date
from functools import cache
from random import Random

import pandas as pd
import pymannkendall
import pytest
from scipy.stats import theilslopes

from lupusmon.data_notes import describe_data
from lupusmon.patient_tables import PatientTables
from tests.spec.cases import Cases, analyze, day_of, doses, on, results
from tests.text_tables import table

ONE_PATIENT = ["results", "courses", "infusions", "baselines", "trends", "scores", "responses", "evidence", "alerts"]
NOTHING_ELSE = {name: pd.DataFrame() for name in ("assessments", "patients", "superseded")}


def trends(text: str, as_of: str = "400", drug: str = "") -> pd.DataFrame:
    return analyze(results(text), doses(drug), as_of=on(as_of)).trends


def one_trend(text: str, as_of: str = "400") -> pd.Series:
    return trends(text, as_of).query("scope == 'last_365d'").iloc[0]


@cache
def trends_together(entries: tuple[str, ...], as_of: str = "100") -> list[pd.Series]:
    """The trend of the last year of each entry, every entry a patient of one run."""
    rows = [row for at, entry in enumerate(entries) for row in results(entry, f"P{at:03d}")]
    found = analyze(rows, as_of=on(as_of)).trends.query("scope == 'last_365d'")
    assert found.patient_id.tolist() == [f"P{at:03d}" for at in range(len(entries))]
    return [row for _, row in found.iterrows()]


def dated(values: str) -> str:
    """`C3 10; C3 <10` on days 30 apart."""
    return "; ".join(f"{value} @{30 * at}" for at, value in enumerate(values.split(";")))


def text(value: object) -> str:
    return "none" if pd.isna(value) else str(value).lower() if not isinstance(value, float) else f"{value:.10g}"


# --- slope and Mann-Kendall against scipy 1.17 and pymannkendall 1.4.3; tolerance 1e-9


def random_series(seed: int, analyte: str) -> list[tuple[int, str, float]]:
    """(day, value text, number used for the slope) on irregular days, with ties and a few censored values."""
    rng = Random(seed)
    days = sorted(rng.sample(range(50, 400), rng.randrange(3, 13)))
    found = []
    for day in days:
        value = rng.choice([10, 20, 20, 40, 80, round(rng.uniform(1, 100), 1)]) / (10 if analyte == "UPCR" else 1)
        found.append((day, rng.choice(["", "", "", "", "<", ">"]) + f"{value:g}", float(f"{value:g}")))
    return found


SERIES = {
    (seed, analyte): random_series(seed, analyte) for seed in range(12) for analyte in ("C3", "DSDNA", "UPCR", "PLT")
}


@pytest.fixture(scope="module")
def random_trends() -> pd.DataFrame:
    rows = []
    for (seed, analyte), series in SERIES.items():
        rows += results(";".join(f"{analyte} {value} @{day}" for day, value, _ in series), f"{seed}")
    frame = analyze(rows, as_of=on("400")).trends
    return frame.set_index(["patient_id", "analyte"])


def number(value: float) -> float:
    """The value as the pipeline rounds it to 6 digits in every comparison."""
    return float(f"{value:.6g}")


@pytest.mark.parametrize(("seed", "analyte"), SERIES, ids=[f"{a} {s}" for s, a in SERIES])
def test_slope_is_theil_sen_on_calendar_days_and_mann_kendall_agrees(
    seed: int, analyte: str, random_trends: pd.DataFrame
) -> None:
    row, series = random_trends.loc[str(seed), analyte], SERIES[seed, analyte]
    log = analyte in ("DSDNA", "UPCR")
    values = [math.log(v) if log else v for _, _, v in series]
    expected = theilslopes(values, [day for day, _, _ in series])[0] * 30
    assert row.scale == ("log" if log else "linear")
    assert row.slope_per_30d == pytest.approx(expected, rel=1e-6, abs=1e-12)
    nudge = {"<": 1 - 1e-7, ">": 1 + 1e-7}  # `<L` just under L, `>U` just above U
    ranked = [v * nudge.get(value[0], 1) for _, value, v in series]
    outside = pymannkendall.original_test(ranked)
    assert row.mk_s == outside.s
    if len(series) < 4:
        assert pd.isna(row.mk_p)
    else:
        assert row.mk_p == pytest.approx(outside.p, abs=1e-9)


RANKS = table("""
    values                    | s
    C3 10; C3 <10; C3 9       | -3
    C3 10; C3 >10; C3 11      | 3
    C3 <10; C3 <10; C3 10     | 2
    C3 >10; C3 >10; C3 10     | -2
    C3 <10; C3 >10; C3 10     | 1
    C3 <20; C3 <10; C3 15     | -1
    C3 5; C3 5; C3 5          | 0
""")


@pytest.mark.parametrize("at", range(len(RANKS)), ids=RANKS["values"])
def test_for_ranks_a_censored_value_sits_just_beside_its_limit(at: int) -> None:
    row = trends_together(tuple(map(dated, RANKS["values"])))[at]
    assert row.mk_s == int(RANKS.s[at]) and pd.isna(row.mk_p)


def test_p_is_given_from_four_days_on() -> None:
    assert pd.isna(one_trend("C3 1 @0; C3 2 @30; C3 3 @60", "90").mk_p)
    assert one_trend("C3 1 @0; C3 2 @30; C3 3 @60; C3 4 @80", "90").mk_p == pytest.approx(
        pymannkendall.original_test([1, 2, 3, 4]).p, abs=1e-9
    )


def test_slope_is_per_30_days_of_the_calendar() -> None:
    assert one_trend("C3 80 @0; C3 81 @1; C3 110 @30", "30").slope_per_30d == pytest.approx(30)
    doubling = one_trend("DSDNA 50 @0; DSDNA 100 @30; DSDNA 200 @60", "60")
    assert doubling.slope_per_30d == pytest.approx(math.log(2))
    assert one_trend("C3 80 @0T23:00; C3 81 @1T01:00", "30").slope_per_30d == pytest.approx(30)


# --- which results: scopes, days, series

SCOPES = Cases(
    """
    case                                     | labs                                                   | scope         | days
    365 days back                            | C3 60 @35; C3 61 @100                                  | last_365d     | 35 100 2
    366 days back                            | C3 60 @34; C3 61 @100                                  | last_365d     | 100 100 1
    as_of                                    | C3 60 @100; C3 61 @400                                 | last_365d     | 100 400 2
    after as_of                              | C3 60 @100; C3 61 @401                                 | last_365d     | 100 100 1
    same day: the last                       | C3 60 @100T09:00; C3 61 @100T08:00; C3 62 @100         | last_365d     | 100 100 1 60
    from the baseline                        | C3 59 @-20; C3 60 @-3; C3 61 @100                      | since_baseline | -3 100 2 60
    every later day                          | C3 60 @0T07:00; C3 61 @0T11:00; C3 62 @300; C3 63 @400 | since_baseline | 0 400 3 60
    later on the baseline's day is not later | C3 60 @0T07:00; C3 61 @0T11:00                         | since_baseline | 0 0 1 60
    between baseline and infusion hour       | C3 60 @-10; C3 61 @0T11:00; C3 62 @5                   | since_baseline | -10 5 3 60
    no baseline, no row                      | C3 60 @-91; C3 61 @5; C3 62 @60                        | since_baseline |
    a baseline without a number, no row      | DSDNA 80 @-9; DSDNA positive @-3; DSDNA 40 @60         | since_baseline |
    words stay out                           | DSDNA 80 @100; DSDNA negative @130; DSDNA 40 @160      | last_365d     | 100 160 2 80
    """,
    as_of="400",
    everyone={"doses": "belimumab @0T10:00"},
)


@SCOPES.each
def test_scope_of_a_trend(case) -> None:
    rows = case.rows("trends").query(f"scope == '{case.line['scope']}'")
    found = [f"{day_of(r.first_at)} {day_of(r.last_at)} {r.n} {r.first_value:g}" for r in rows.itertuples()]
    days = case.line["days"]
    assert [f[: len(days)] for f in found] == ([days] if days else [])
    assert rows.course_id.fillna("none").tolist() == (
        ["belimumab-1" if case.line["scope"] == "since_baseline" else "none"] if days else []
    )


def test_series_are_never_joined_and_each_course_has_its_own_row() -> None:
    found = trends("C3 60 @-3 /A; C3 61 @100 /A; C3 62 @-2 /B; C3 63 @250 /B", drug="belimumab @0; belimumab @300")
    rows = found.query("scope == 'since_baseline'")[["course_id", "method", "n", "first_value", "last_value"]]
    assert rows.values.tolist() == [
        ["belimumab-1", "A", 2, 60, 61],
        ["belimumab-1", "B", 2, 62, 63],
        ["belimumab-2", "B", 1, 63, 63],
    ]


# --- per cent change

CHANGE = table("""
    values                  | pct_change
    C3 80; C3 100           | 25
    C3 80; C3 60            | -25
    C3 80; C3 80            | 0
    C3 <80; C3 100          | none
    C3 80; C3 >100          | none
    CRP 0; CRP 5            | none
    CRP 5; CRP 0            | -100
    UPCR 2; UPCR 0.5        | -75
    DSDNA 1:40; DSDNA 1:160 | 300
""")


@pytest.mark.parametrize("at", range(len(CHANGE)), ids=CHANGE["values"])
def test_per_cent_change_is_empty_where_an_end_is_censored_or_the_first_is_0(at: int) -> None:
    row = trends_together(tuple(map(dated, CHANGE["values"])))[at]
    assert text(row["pct_change"]) == CHANGE["pct_change"][at]


def test_a_zero_left_out_of_a_slope_is_said_so() -> None:
    rows = results("UPCR 0 @0; UPCR 0.4 @30; DSDNA 0 @30; DSDNA >0 @60; CRP 0 @0; C3 0 @0; UPCR <0.1 @60")
    analysis = analyze(rows, as_of=on("100"))
    said = analysis.issues[["source_line", "column", "outcome", "code"]].values.tolist()
    assert said == [[line, "value", "note", "zero_on_log_scale"] for line in (2, 4, 5)]
    assert (
        analysis.issues.message[0] == "the trend of UPCR is on a logarithmic scale, so this 0 is left out of its slope"
    )
    one = PatientTables("P1", "", **{name: getattr(analysis, name) for name in ONE_PATIENT}, **NOTHING_ELSE)
    assert "3 results of 0 left out of the slope, which is on a logarithmic scale." in describe_data(
        one, date(2024, 4, 1)
    )


def test_zero_is_left_out_of_a_logarithmic_slope_only() -> None:
    row = one_trend("DSDNA 100 @0; DSDNA 0 @10; DSDNA 50 @30", "90")
    assert (row.n, row.slope_per_30d) == (3, pytest.approx(math.log(0.5)))
    assert row["pct_change"] == -50


# --- reference change values. Rows with a source: CLINICAL 11 (EFLM medians, log-normal, Fokkema 2006), printed to 0.1;
# the others from the formula of CRITERIA 4 with its CVs, computed here in plain arithmetic

PRINTED = table("""
    analyte | up   | down
    CREAT   | 15.9 | 13.7
    PLT     | 25.0 | 20.0
    HGB     | 8.3  | 7.7
    EGFR    | 19.4 | 16.3
    C3      | 17.5 | 14.9
    C4      | 31.7 | 24.1
""")
CVS = {"C3": (5.2, 2.6), "C4": (8.9, 4.45), "CH50": (8, 5), "DSDNA": (25, 10), "UPCR": (35, 5), "PLT": (7.26, 3.5)}
CVS |= {"CREAT": (4.39, 3), "EGFR": (5.3, 3.6), "HGB": (2.7, 1), "WBC": (11, 2.5)}


def reference_change(analyte: str) -> tuple[float, float]:
    cv_i, cv_a = (cv / 100 for cv in CVS[analyte])
    spread = 1.96 * math.sqrt(2) * math.sqrt(math.log(1 + cv_a**2) + math.log(1 + cv_i**2))
    return 100 * (math.exp(spread) - 1), 100 * (1 - math.exp(-spread))


@pytest.fixture(scope="module")
def reference_changes() -> pd.DataFrame:
    values = {"UPCR": 1, "CREAT": 1, "HGB": 12, "WBC": 5}
    codes = [*CVS, "CRP", "ESR", "NEUT", "UPROT24"]
    found = trends(";".join(f"{code} {values.get(code, 20)} @{day}" for code in codes for day in (0, 30, 60)), "90")
    return found.set_index("analyte")


@pytest.mark.parametrize("analyte", CVS)
def test_reference_change_values_follow_the_log_normal_formula(analyte: str, reference_changes: pd.DataFrame) -> None:
    row = reference_changes.loc[analyte]
    assert (row.rcv_up_pct, row.rcv_down_pct) == pytest.approx(reference_change(analyte), rel=1e-6)


@pytest.mark.parametrize(("analyte", "up", "down"), list(PRINTED.itertuples(index=False)), ids=PRINTED.analyte)
def test_reference_change_values_are_the_printed_ones(
    analyte: str, up: str, down: str, reference_changes: pd.DataFrame
) -> None:
    row = reference_changes.loc[analyte]
    assert (row.rcv_up_pct, row.rcv_down_pct) == pytest.approx((float(up), float(down)), abs=0.05)


def test_without_variation_there_is_no_reference_change_and_without_a_good_direction_no_direction(
    reference_changes: pd.DataFrame,
) -> None:
    for code in ("CRP", "ESR", "NEUT", "UPROT24"):
        row = reference_changes.loc[code]
        assert [text(row[c]) for c in ("rcv_up_pct", "rcv_down_pct", "beyond_rcv", "direction")] == ["none"] * 4, code
    assert [text(reference_changes.loc["WBC", c]) for c in ("beyond_rcv", "direction")] == ["false", "none"]


BEYOND = table("""
    values                   | beyond
    C3 100; C3 117.4         | false
    C3 100; C3 117.6         | true
    C3 100; C3 85.2          | false
    C3 100; C3 85.0          | true
    C4 10; C4 >14            | true
    C4 10; C4 >13            | false
    C4 10; C4 <7.5           | true
    C4 10; C4 <7.7           | false
    C4 <10; C4 14            | true
    C4 <10; C4 13            | false
    C4 >10; C4 5             | true
    C4 >10; C4 13            | false
    C4 >10; C4 >20           | false
    UPCR 0; UPCR 0.1         | true
    UPCR 0; UPCR 0           | false
    UPCR 0; UPCR >0.1        | true
    UPCR 0; UPCR <0.1        | false
    UPCR 1; UPCR 0           | true
    DSDNA 1:40; DSDNA 1:80   | false
    DSDNA 1:40; DSDNA 1:159  | false
    DSDNA 1:40; DSDNA 1:160  | true
    DSDNA 1:160; DSDNA 1:80  | false
    DSDNA 1:160; DSDNA 1:41  | false
    DSDNA 1:160; DSDNA 1:40  | true
    DSDNA 1:40; DSDNA >1:160 | true
    DSDNA 1:40; DSDNA >1:80  | false
    DSDNA 1:40; DSDNA <1:10  | true
    DSDNA 1:40; DSDNA <1:20  | false
    DSDNA <1:10; DSDNA 1:40  | true
    DSDNA <1:10; DSDNA 1:20  | false
""")


@pytest.mark.parametrize("at", range(len(BEYOND)), ids=BEYOND["values"])
def test_a_change_is_beyond_where_its_whole_interval_is(at: int) -> None:
    assert text(trends_together(tuple(map(dated, BEYOND["values"])))[at].beyond_rcv) == BEYOND.beyond[at]


# --- direction

DIRECTION = table("""
    case                            | labs                                                    | direction
    up is good for C3               | C3 60 @0; C3 70 @30; C3 80 @60                          | improving
    down is bad for C3              | C3 80 @0; C3 70 @30; C3 60 @60                          | worsening
    up is good for C4               | C4 6 @0; C4 9 @30; C4 12 @60                            | improving
    up is good for CH50             | CH50 20 @0; CH50 30 @30; CH50 40 @60                    | improving
    up is good for platelets        | PLT 60 @0; PLT 80 @30; PLT 120 @60                      | improving
    up is good for eGFR             | EGFR 60 @0; EGFR 70 @30; EGFR 80 @60                    | improving
    up is good for haemoglobin      | HGB 9 @0; HGB 10 @30; HGB 11 @60                        | improving
    down is good for anti-dsDNA     | DSDNA 200 @0; DSDNA 100 @30; DSDNA 50 @60               | improving
    up is bad for anti-dsDNA        | DSDNA 50 @0; DSDNA 100 @30; DSDNA 200 @60               | worsening
    down is good for UPCR           | UPCR 3 @0; UPCR 2 @30; UPCR 1 @60                       | improving
    down is good for creatinine     | CREAT 2 @0; CREAT 1.5 @30; CREAT 1 @60                  | improving
    up is bad for creatinine        | CREAT 1 @0; CREAT 1.5 @30; CREAT 2 @60                  | worsening
    two days                        | C3 60 @0; C3 80 @60                                     | insufficient
    27 days                         | C3 60 @0; C3 70 @13; C3 80 @27                          | insufficient
    28 days                         | C3 60 @0; C3 70 @13; C3 80 @28                          | improving
    not beyond the reference change | C3 100 @0; C3 105 @30; C3 117 @60                       | stable
    slope against the change        | C3 60 @0; C3 100 @10; C3 95 @20; C3 90 @30; C3 85 @40; C3 80 @50 | stable
    slope with the change           | C3 60 @0; C3 65 @10; C3 95 @20; C3 90 @30; C3 85 @40; C3 80 @50 | improving
    flat slope                      | C3 60 @0; C3 80 @10; C3 80 @20; C3 80 @30; C3 80 @40    | stable
    white cells have no direction   | WBC 2 @0; WBC 4 @30; WBC 8 @60                          | none
""")


@pytest.mark.parametrize("at", range(len(DIRECTION)), ids=DIRECTION.case)
def test_direction(at: int) -> None:
    assert text(trends_together(tuple(DIRECTION.labs))[at].direction) == DIRECTION.direction[at]
