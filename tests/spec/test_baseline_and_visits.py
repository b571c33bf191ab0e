"""CRITERIA 3: which result is the baseline and which is the visit's. Day 0 is the first infusion."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.spec.cases import Case, Cases, analyze, day_of, doses, on, results
from tests.text_tables import table

# --- baselines: a row for each series, `value@day`; the analyte's baseline is the last over its series

BASELINES = Cases("""
    case                              | labs                                               | doses              | baselines
    day -91 is too early              | C3 60 @-91                                         |                    |
    day -90 is the first day          | C3 60 @-90                                         |                    | C3 60@-90
    the last of several               | C3 60 @-90; C3 61 @-2; C3 62 @-30                  |                    | C3 61@-2
    the day of the infusion           | C3 60 @0                                           |                    | C3 60@0
    the day after is no baseline      | C3 60 @1                                           |                    |
    the first follow-up is none       | C3 60 @14; C3 60 @84                               |                    |
    bare date, infusion with time     | C3 60 @0                                           | belimumab @0T10:00 | C3 60@0
    time, infusion without            | C3 60 @0T18:00                                     | belimumab @0       | C3 60@0
    a minute before                   | C3 60 @-5; C3 61 @0T09:59                          | belimumab @0T10:00 | C3 61@0
    at the same minute                | C3 60 @-5; C3 61 @0T10:00                          | belimumab @0T10:00 | C3 61@0
    a minute after                    | C3 60 @-5; C3 61 @0T10:01                          | belimumab @0T10:00 | C3 60@-5
    a second after                    | C3 60 @-5; C3 61 @0T10:00:01                       | belimumab @0T10:00 | C3 60@-5
    late the day before               | C3 60 @-1T23:59                                    | belimumab @0T00:30 | C3 60@-1
    day -90, before the hour          | C3 60 @-90T06:00                                   | belimumab @0T10:00 | C3 60@-90
    a bare date comes first that day  | C3 61 @0T08:00; C3 60 @0                           | belimumab @0T10:00 | C3 61@0
    by the clock on one day           | C3 61 @-3T09:00; C3 60 @-3T08:00                   |                    | C3 61@-3
    one of each series                | C3 60 @-3 /A; C3 61 @-2 /B; C3 62 @-9 /A           |                    | C3 60@-3, C3 61@-2
    a series outside the window       | C3 60 @-91 /A; C3 61 @-2 /B                        |                    | C3 61@-2
    a word is a baseline              | DSDNA 80 @-5; DSDNA negative @-2                   |                    | DSDNA word@-2
    a titre is a series of its own    | DSDNA 80 @-5; DSDNA 1:160 @-2                      |                    | DSDNA 80@-5, DSDNA 160@-2
    censored stays censored           | DSDNA <10 @-2                                      |                    | DSDNA <10@-2
    the first of two infusions        | C3 60 @-5; C3 61 @0T11:00                          | belimumab @0T10:00; belimumab @0T12:00 | C3 60@-5
""")


@BASELINES.each
def test_baseline_of_a_series_is_the_last_result_of_the_90_days_up_to_the_infusion(case: Case) -> None:
    rows = case.rows("baselines")
    values = ["word" if pd.isna(v) else f"{v:g}" for v in rows.value]
    signs = ["" if pd.isna(c) else c for c in rows.comparator]
    found = [
        f"{a} {c}{v}@{day_of(d)}" for a, c, v, d in zip(rows.analyte, signs, values, rows.collected_at, strict=True)
    ]
    assert sorted(found) == sorted(filter(None, case.line["baselines"].split(", ")))


LAST = Cases("""
    case                               | labs                                                            | dsdna_normalised.dsdna.baseline_value | dsdna_normalised.dsdna.baseline_at
    the later day, whatever the series | DSDNA 80 @-5 /A; DSDNA 90 @-4 /B                                | 90   | -4
    the later time                     | DSDNA 80 @-5T09:00 /A; DSDNA 90 @-5T08:00 /B                    | 80   | -5
    a bare date before a time          | DSDNA 80 @-5T00:01 /A; DSDNA 90 @-5 /B                          | 80   | -5
    a titre after a word               | DSDNA 1:160 @-5 /A; DSDNA positive @-5 /B                       | 160  | -5
    a number after a titre             | DSDNA 80 @-5 /A; DSDNA 1:160 @-5 /B                             | 80   | -5
    a number after a word              | DSDNA 80 @-5 /A; DSDNA positive @-5 /B                          | 80   | -5
    the time before the kind           | DSDNA 80 @-5T08:00 /A; DSDNA 1:160 @-5T08:01 /B                 | 160  | -5
    else the later read                | DSDNA 80 @-5 /B; DSDNA 90 @-5 /A                                | 90   | -5
    else the later read, the other way | DSDNA 90 @-5 /A; DSDNA 80 @-5 /B                                | 80   | -5
""")


@LAST.each
def test_the_last_goes_by_day_time_kind_and_reading_order(case: Case) -> None:
    assert case.answers == case.expected


def test_every_course_has_a_baseline_of_its_own() -> None:
    given = doses("belimumab @0; belimumab @14; belimumab @300; rituximab @10")
    baselines = analyze(results("C3 60 @-5; C3 70 @20; C3 75 @211; C3 80 @301"), given, as_of=on("310")).baselines
    assert baselines[["course_id", "value"]].values.tolist() == [
        ["belimumab-1", 60],
        ["belimumab-2", 75],
        ["rituximab-1", 60],
    ]


def test_planned_doses_and_doses_after_as_of_start_no_course() -> None:
    given = doses("belimumab planned @0; belimumab @14")
    assert not len(analyze(results("C3 60 @-5"), given, as_of=on("13")).baselines)


# --- the value at a visit, seen in c3_normalised (baseline C3 60, assay A, day -7; week 52 is day 364)

VISITS = Cases(
    """
    case                              | labs                                       | c3_normalised.c3.value | c3_normalised.c3.value_at
    first day of the window           | C3 70 @w52-28 /A                           | 70   | 336
    the day before                    | C3 70 @w52-29 /A                           | none | none
    last day of the window            | C3 70 @w52+28 /A                           | 70   | 392
    the day after                     | C3 70 @w52+29 /A                           | none | none
    last day, at night                | C3 70 @w52+28T23:59 /A                     | 70   | 392
    the nearest, before               | C3 70 @w52-3 /A; C3 71 @w52+4 /A           | 70   | 361
    the nearest, after                | C3 70 @w52-4 /A; C3 71 @w52+3 /A           | 71   | 367
    a tie goes to the later           | C3 71 @w52+5 /A; C3 70 @w52-5 /A           | 71   | 369
    a tie by calendar, not by clock   | C3 70 @w52-5T23:00 /A; C3 71 @w52+5T23:30 /A | 71 | 369
    several that day: the last        | C3 72 @w52T17:00 /A; C3 70 @w52 /A; C3 71 @w52T09:00 /A | 72 | 364
    that day counts before the clock  | C3 70 @w52-1T23:59 /A; C3 71 @w52+1T00:01 /A | 71 | 365
    the baseline's series first       | C3 70 @w52-28 /A; C3 71 @w52 /B            | 70   | 336
    another series fails that         | C3 71 @w52+9 /B; C3 72 @w52+10 /C          | 71   | 373
    other series, tie to the later    | C3 71 @w52-9 /B; C3 72 @w52+9 /C           | 72   | 373
    other series, that day: last read | C3 72 @w52 /C; C3 71 @w52 /B               | 71   | 364
    an empty method is a series       | C3 70 @w52-28 /A; C3 71 @w52               | 70   | 336
""",
    everyone={"baseline": "C3 60 /A"},
)


@VISITS.each
def test_the_visit_value_is_the_nearest_of_the_baselines_series_within_28_days(case: Case) -> None:
    assert case.answers == case.expected


NO_BASELINE = Cases("""
    case                            | labs                                  | c3_normalised | c3_normalised.c3.value_at
    nearest of any series           | C3 120 @w52-9 /A; C3 121 @w52+3 /B    | open          | 367
    baseline outside the window     | C3 60 @-91 /A; C3 120 @w52 /B         | open          | 364
""")


@NO_BASELINE.each
def test_without_a_baseline_the_nearest_of_any_series_is_the_visits(case: Case) -> None:
    assert case.answers == case.expected


LATEST = Cases(
    """
    case                          | as_of | baseline | labs                                   | c3_normalised.c3.value@latest | c3_normalised.c3.value_at@latest
    56 days back                  | 200   | C3 60 /A | C3 70 @144 /A                          | 70   | 144
    57 days back                  | 200   | C3 60 /A | C3 70 @143 /A                          | none | none
    as_of itself                  | 200   | C3 60 /A | C3 70 @200T23:00 /A                    | 70   | 200
    after as_of                   | 200   | C3 60 /A | C3 70 @190 /A; C3 71 @201 /A           | 70   | 190
    the last                      | 200   | C3 60 /A | C3 70 @190 /A; C3 71 @199 /A; C3 72 @150 /A | 71 | 199
    the last of that day          | 200   | C3 60 /A | C3 71 @199T09:00 /A; C3 70 @199 /A     | 71   | 199
    the baseline's series first   | 200   | C3 60 /A | C3 70 @144 /A; C3 71 @200 /B           | 70   | 144
    else the last of any          | 200   | C3 60 /A | C3 70 @199 /C; C3 71 @180 /B           | 70   | 199
    not the day of the infusion   | 20    | C3 60 /A | C3 70 @0T18:00 /A                      | none | none
    from the day after            | 20    | C3 60 /A | C3 70 @1T00:30 /A                      | 70   | 1
    not before the infusion       | 20    | C3 60 /A | C3 70 @-3 /A                           | none | none
"""
)


@LATEST.each
def test_latest_is_the_last_in_the_56_days_up_to_as_of(case: Case) -> None:
    assert case.answers == case.expected


OPENED = table("""
    as_of | weeks
    0     | latest
    55    | latest
    56    | 12 latest
    139   | 12 latest
    140   | 12 24 latest
    335   | 12 24 latest
    336   | 12 24 52 latest
    699   | 12 24 52 latest
    700   | 12 24 52 104 latest
""")


@pytest.mark.parametrize(("as_of", "weeks"), list(OPENED.itertuples(index=False)), ids=OPENED.as_of)
def test_a_visit_has_a_row_from_the_day_its_window_opens(as_of: str, weeks: str) -> None:
    analysis = analyze(results("C3 60 @-5"), doses("belimumab @0"), as_of=on(as_of))
    found = analysis.responses.query("criterion == 'c3_normalised'").week
    assert sorted(found) == sorted(weeks.split())


def test_a_value_after_as_of_is_not_the_visits() -> None:
    analysis = analyze(results("C3 60 @-5; C3 95 @w52-3; C3 96 @w52-1"), doses("belimumab @0"), as_of=on("w52-2"))
    assert len(analysis.results) == 3
    row = analysis.evidence.query("criterion == 'c3_normalised' and week == '52'").iloc[0]
    assert (row.value, day_of(row.value_at)) == (95, "361")


ASSAY = Cases("""
    case                                 | baseline                          | week_52      | c3_normalised | sri_lab.no_worsening | renal_eular.upcr_fall@12 | renal_partial.upcr_halved | week_12
    same assay                           | C3 60 /A; UPCR 2 /A               | C3 95 /A; UPCR 0.4 /A | met  |              | met     | met     | UPCR 1 /A
    another assay serves for limits only | C3 60 /A; UPCR 2 /A               | C3 95 /B; UPCR 0.4 /B | met  |              | unknown | unknown | UPCR 1 /B
    another assay below the limit        | C3 60 /A; UPCR 2 /A               | C3 50 /B; UPCR 0.4    | not  | unknown      | unknown | unknown | UPCR 1
""")


@ASSAY.each
def test_another_series_serves_for_limits_never_for_change(case: Case) -> None:
    assert case.answers == case.expected


def test_another_series_is_called_assay_changed() -> None:
    analysis = analyze(results("UPCR 2 @-5 /A; UPCR 0.4 @w52 /B"), doses("belimumab @0"), as_of=on("w52+9"))
    row = analysis.evidence.query("check == 'upcr_halved' and week == '52'").iloc[0]
    assert row.verdict == "unknown" and "assay changed" in row.text
