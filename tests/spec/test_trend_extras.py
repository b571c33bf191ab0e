"""Trend extras: time in target weighted by time, days to the first value in target, nadir and peak."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.spec.runs import history, run
from tests.text_tables import table

AS_OF = "2026-10-10"


def trend(labs: pd.DataFrame, *, scope: str = "last_365d", start: str = "") -> pd.Series:
    doses = pd.DataFrame([{"patient_id": "P1", "given_at": start, "drug": "anifrolumab"}], dtype=str) if start else None
    return run("trends", labs=labs, infusions=doses, as_of=AS_OF).trends.query("scope == @scope").squeeze()


TIME = table("""
    analyte | history                                                  | share | why
    C3      | 2026-07-01 80; 2026-07-11 95; 2026-08-10 85; 2026-08-20 95 | 60  | 30 of 50 days; the last has none
    C3      | 2026-07-01 90; 2026-08-10 89                             | 100   | at the limit is in target
    C3      | 2026-07-01 89.9; 2026-08-10 95                           | 0     | just below
    C3      | 2026-07-01 200; 2026-08-10 95                            | 100   | only the lower limit counts
    C3      | 2026-01-01 95; 2026-09-08 80; 2026-10-08 95              | 80    | 250 days count 120: 120 of 150
    C3      | 2026-01-01 95; 2026-05-01 80; 2026-10-08 95              | 50    | 120 of 240
    C3      | 2026-07-01 95; 2026-07-11 <95; 2026-08-10 80; 2026-08-20 80 | 50 | the undecided days count neither way
    C3      | 2026-07-01 95                                            |       | one day
    C3      | 2026-07-01 <95; 2026-08-10 95                            |       | nothing decided
    UPCR    | 2026-07-01 0.5; 2026-07-11 0.49; 2026-07-21 0.1          | 50    | below 0.5
    PLT     | 2026-07-01 99.9; 2026-07-11 100; 2026-07-21 90           | 50    | 100 or more
    DSDNA   | 2026-07-01 30; 2026-07-11 30.1; 2026-07-21 90            | 50    | 30 or less
    HGB     | 2026-07-01 11.9; 2026-07-11 12; 2026-07-21 16; 2026-07-31 16.1; 2026-08-10 12 | 50 | both limits
    CREAT   | 2026-07-01 1; 2026-08-10 1                               |       | no limits
""")


@pytest.mark.parametrize("case", [c for _, c in TIME.iterrows()], ids=lambda c: f"{c.analyte} {c.history} ({c.why})")
def test_time_in_target(case: pd.Series) -> None:
    share = trend(history(case.analyte, case.history)).time_in_target_pct
    assert pd.isna(share) if case["share"] == "" else share == pytest.approx(float(case["share"]))


DAYS = table("""
    history                                             | days | why
    2026-07-01 80; 2026-07-11 85; 2026-08-10 90         | 40   | the first at the limit
    2026-07-01 90; 2026-07-11 85                        | 0    | from the start
    2026-07-01 80; 2026-07-11 89.9                      |      | never
    2026-07-01 80; 2026-07-11 >80; 2026-08-10 >90       | 40   | a censored value counts once it is certain
    2026-07-01 80; 2026-07-11 95; 2026-08-10 80         | 10   | later falls do not matter
""")


@pytest.mark.parametrize("case", [c for _, c in DAYS.iterrows()], ids=lambda c: f"{c.history} ({c.why})")
def test_days_to_normal(case: pd.Series) -> None:
    days = trend(history("C3", case.history, limits="90-180")).days_to_normal
    assert pd.isna(days) if case.days == "" else days == int(case.days)


EXTREMES = table("""
    history                                             | nadir          | peak           | why
    2026-07-01 80; 2026-07-11 70; 2026-08-10 95         | 70 2026-07-11  | 95 2026-08-10  |
    2026-07-01 80; 2026-07-11 70; 2026-08-10 70         | 70 2026-07-11  | 80 2026-07-01  | the earliest of equal ones
    2026-07-01 80; 2026-07-11 80                        | 80 2026-07-01  | 80 2026-07-01  | likewise
    2026-07-01 10; 2026-07-11 <10; 2026-08-10 95        | 10 2026-07-11  | 95 2026-08-10  | <10 lies under 10
    2026-07-01 300; 2026-07-11 >300; 2026-08-10 95      | 95 2026-08-10  | 300 2026-07-11 | >300 lies over 300
    2026-07-01 80                                       | 80 2026-07-01  | 80 2026-07-01  | one day
""")


@pytest.mark.parametrize("case", [c for _, c in EXTREMES.iterrows()], ids=lambda c: f"{c.history} ({c.why})")
def test_nadir_and_peak(case: pd.Series) -> None:
    row = trend(history("C3", case.history))
    assert f"{row.nadir_value:g} {row.nadir_at}" == case.nadir
    assert f"{row.peak_value:g} {row.peak_at}" == case.peak


def test_since_baseline_counts_from_the_baseline() -> None:
    labs = history("C3", "2026-05-01 60; 2026-06-20 80; 2026-07-11 85; 2026-08-10 95; 2026-09-09 92")
    row = trend(labs, scope="since_baseline", start="2026-07-01")
    assert (row.nadir_value, row.nadir_at, row.peak_value, row.peak_at) == (80, "2026-06-20", 95, "2026-08-10")
    assert row.days_to_normal == 51
    assert row.time_in_target_pct == pytest.approx(30 / 81 * 100)


def test_the_baseline_itself_is_the_first_day_even_if_a_later_draw_follows_that_day() -> None:
    labs = history("C3", "2026-07-01T08:00 80; 2026-07-01T18:00 60; 2026-08-10 95")
    row = trend(labs, scope="since_baseline", start="2026-07-01T09:00")
    assert (row.first_value, row.nadir_value, row.n) == (80, 80, 2)


def test_series_are_never_joined() -> None:
    labs = pd.concat([history("DSDNA", "2026-07-01 80; 2026-08-10 20", method=m) for m in ("ELISA", "Farr")])
    rows = run("trends", labs=labs, as_of=AS_OF).trends
    assert rows.days_to_normal.tolist() == [40, 40]
