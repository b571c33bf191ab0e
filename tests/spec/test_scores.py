"""CRITERIA 5: the four items of the lab SLEDAI-2K, their window, and scores with an unknown item inside criteria."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.spec.cases import Case, Cases, analyze, on, results

ITEMS = ("low_complement", "increased_dna_binding", "proteinuria", "thrombocytopenia")


def answer(value: object) -> str:
    return "?" if pd.isna(value) else "yes" if value else "no"


# results of one day; the four items, leukopenia, the points, whether complete

DAY = Cases("""
    case                           | labs                                                | items       | leuko | points | complete
    nothing abnormal               | C3 100; C4 20; DSDNA 5; UPCR 0.1; PLT 200; WBC 5    | no no no no | no | 0 | yes
    everything abnormal            | C3 50; C4 5; DSDNA 90; UPCR 2; PLT 50; WBC 1        | yes yes yes yes | yes | 9 | yes
    C3 just below                  | C3 89.9; C4 20; DSDNA 5; UPCR 0.1; PLT 200          | yes no no no | ? | 2 | yes
    C3 at its limit                | C3 90; C4 20; DSDNA 5; UPCR 0.1; PLT 200            | no no no no | ? | 0 | yes
    C4 just below                  | C3 100; C4 9.9; DSDNA 5; UPCR 0.1; PLT 200          | yes no no no | ? | 2 | yes
    C4 at its limit                | C3 100; C4 10; DSDNA 5; UPCR 0.1; PLT 200           | no no no no | ? | 0 | yes
    CH50 just below                | C3 100; C4 20; CH50 29.9; DSDNA 5; UPCR 0.1; PLT 200 | yes no no no | ? | 2 | yes
    CH50 at its limit              | C3 100; C4 20; CH50 30; DSDNA 5; UPCR 0.1; PLT 200  | no no no no | ? | 0 | yes
    all three low count once       | C3 50; C4 5; CH50 9                                 | yes ? ? ?   | ? | 2 | no
    C3 alone, low                  | C3 50                                               | yes ? ? ?   | ? | 2 | no
    C3 alone, not low              | C3 100                                              | ? ? ? ?     | ? | 0 | no
    C4 alone, not low              | C4 20                                               | ? ? ? ?     | ? | 0 | no
    CH50 alone, not low            | CH50 40                                             | ? ? ? ?     | ? | 0 | no
    CH50 alone, low                | CH50 20                                             | yes ? ? ?   | ? | 2 | no
    C3 and C4 known suffice        | C3 100; C4 20                                       | no ? ? ?    | ? | 0 | no
    CH50 does not stand in for C4  | C3 100; CH50 40                                     | ? ? ? ?     | ? | 0 | no
    an undecided CH50              | C3 100; C4 20; CH50 <40                             | ? ? ? ?     | ? | 0 | no
    an undecided C3 and a low C4   | C3 <100; C4 5                                       | yes ? ? ?   | ? | 2 | no
    own lower limits               | C3 89 [80-160]; C4 20                               | no ? ? ?    | ? | 0 | no
    dsDNA at its limit             | DSDNA 30                                            | ? no ? ?    | ? | 0 | no
    dsDNA just above               | DSDNA 30.1                                          | ? yes ? ?   | ? | 2 | no
    UPCR at 0.5                    | UPCR 0.5                                            | ? ? no ?    | ? | 0 | no
    UPCR just above                | UPCR 0.501                                          | ? ? yes ?   | ? | 4 | no
    UPCR has its own threshold     | UPCR 0.3 [-0.2]                                     | ? ? no ?    | ? | 0 | no
    24 h protein at 0.5            | UPROT24 0.5                                         | ? ? no ?    | ? | 0 | no
    24 h protein just above        | UPROT24 0.501                                       | ? ? yes ?   | ? | 4 | no
    24 h protein in mg             | UPROT24 501 mg/(24.h)                               | ? ? yes ?   | ? | 4 | no
    UPCR counts before 24 h        | UPCR 0.4; UPROT24 0.9                               | ? ? no ?    | ? | 0 | no
    UPCR counts before 24 h, above | UPCR 0.6; UPROT24 0.1                               | ? ? yes ?   | ? | 4 | no
    platelets at 100               | PLT 100                                             | ? ? ? no    | ? | 0 | no
    platelets just below           | PLT 99.9                                            | ? ? ? yes   | ? | 1 | no
    platelets, the fixed threshold | PLT 120 [150-400]                                   | ? ? ? no    | ? | 0 | no
    white cells at 3.0             | WBC 3.0                                             | ? ? ? ?     | no | 0 | no
    white cells just below         | WBC 2.99                                            | ? ? ? ?     | yes | 0 | no
    one unknown is not complete    | C3 50; C4 5; DSDNA 90; UPCR 2                       | yes yes yes ? | ? | 8 | no
""")


@DAY.each
def test_items_and_points_of_a_day(case: Case) -> None:
    (row,) = case.rows("scores").to_dict("records")
    assert " ".join(answer(row[item]) for item in ITEMS) == case.line["items"]
    assert answer(row["leukopenia"]) == case.line["leuko"]
    assert (str(row["lab_sledai"]), answer(row["complete"])) == (case.line["points"], case.line["complete"])


# the window: the last result of the 30 days up to a day

WINDOW = Cases("""
    case                              | labs                                              | day | items
    30 days back                      | PLT 50 @70; UPCR 0.1 @100                         | 100 | ? ? no yes
    31 days back                      | PLT 50 @69; UPCR 0.1 @100                         | 100 | ? ? no ?
    that day                          | PLT 50 @100T23:00; UPCR 0.1 @100T07:00            | 100 | ? ? no yes
    later results do not look back    | PLT 50 @101; UPCR 0.1 @100                        | 100 | ? ? no ?
    the last, not the worst           | PLT 50 @90; PLT 200 @95; UPCR 0.1 @100            | 100 | ? ? no no
    the last of a day                 | PLT 50 @95T12:00; PLT 200 @95; UPCR 0.1 @100      | 100 | ? ? no yes
    the last over the assays          | DSDNA 90 @95 /A; DSDNA 5 @96 /B; UPCR 0.1 @100    | 100 | ? no no ?
    UPCR of the window before 24 h    | UPCR 0.1 @71; UPROT24 0.9 @100                    | 100 | ? ? no ?
    24 h where the window has no UPCR | UPCR 0.1 @69; UPROT24 0.9 @100                    | 100 | ? ? yes ?
    no result outside its window      | C3 50 @60; C4 20 @100                             | 100 | ? ? ? ?
""")


@WINDOW.each
def test_each_item_uses_the_last_result_of_the_30_days_up_to_the_day(case: Case) -> None:
    (row,) = case.rows("scores").query(f"date == '{on(case.line['day'])}'").to_dict("records")
    assert " ".join(answer(row[item]) for item in ITEMS) == case.line["items"]


@pytest.mark.parametrize("code", ["C3 90", "C4 9", "CH50 40", "DSDNA 9", "UPCR 1", "UPROT24 1", "PLT 99", "WBC 4"])
def test_a_day_with_any_of_these_results_has_one_row(code: str) -> None:
    scores = analyze(
        results(f"{code} @1T08:00; {code} @1T09:00; {code} @5; HGB 12 @7; CREAT 1 @8"), as_of=on("9")
    ).scores
    assert scores.date.tolist() == [on("1"), on("5")]


def test_a_day_after_as_of_has_no_row() -> None:
    scores = analyze(results("PLT 99 @1; PLT 98 @3"), as_of=on("2")).scores
    assert scores.date.tolist() == [on("1")]


# inside a criterion: entry needs 4 points at baseline, the drop is decided where the whole interval decides it

INSIDE = Cases("""
    case                                | baseline                                  | week_52                                    | sri_lab | sri_lab.lab_sledai_drop | bicla_lab.lab_sledai_not_worse
    8 points to 4                       | C3 50; C4 9; DSDNA 90; UPCR 2; PLT 200    | C3 95; C4 12; DSDNA 9; UPCR 2; PLT 200     |      | met     | met
    8 points to 5                       | C3 50; C4 9; DSDNA 90; UPCR 2; PLT 200    | C3 95; C4 12; DSDNA 9; UPCR 2; PLT 90      |      | not     | met
    9 points to 5                       | C3 50; C4 9; DSDNA 90; UPCR 2; PLT 90     | C3 95; C4 12; DSDNA 9; UPCR 2; PLT 90      |      | met     | met
    the same points                     | C3 50; C4 9; DSDNA 90; UPCR 2; PLT 90     | C3 50; C4 9; DSDNA 90; UPCR 2; PLT 90      | not  | not     | met
    one point more                      | C3 50; C4 9; DSDNA 90; UPCR 2; PLT 110    | C3 50; C4 9; DSDNA 90; UPCR 2; PLT 90      | not  | not     | not
    entry at 4                          | C3 95; C4 12; DSDNA 9; UPCR 2; PLT 200    | C3 95; C4 12; DSDNA 9; UPCR 0.2; PLT 200   | met  | met     | met
    entry at 4, by serology             | C3 50; C4 12; DSDNA 90; UPCR 0.2; PLT 200 | C3 95; C4 12; DSDNA 9; UPCR 0.2; PLT 200   | met  | met     |
    entry at 3                          | C3 50; C4 12; DSDNA 9; UPCR 0.2; PLT 90   | C3 95; C4 12; DSDNA 9; UPCR 0.2; PLT 200   | n/a  | no row  |
    entry with an unknown item, at 4    | UPCR 2; PLT 200                           | C3 95; C4 12; DSDNA 9; UPCR 0.2; PLT 200   | met  | met     | met
    entry undecided, 2 to 4             | C3 50; UPCR 0.2; PLT 200                  | C3 95; C4 12; DSDNA 9; UPCR 0.2; PLT 200   | open | unknown |
    entry surely under 4, 2 to 3        | C3 50; DSDNA 9; UPCR 0.2                  | C3 95; C4 12; DSDNA 9; UPCR 0.2; PLT 200   | n/a  | no row  |
    no baseline                         |                                           | C3 95; C4 12; DSDNA 9; UPCR 0.2; PLT 200   | open | unknown | met
    visit item unknown, still 4         | C3 95; C4 12; DSDNA 90; UPCR 2; PLT 90    | UPCR 0.2; DSDNA 9; PLT 200                 | open | met     | met
    visit item unknown, undecided       | C3 95; C4 12; DSDNA 9; UPCR 2; PLT 90     | UPCR 0.2; DSDNA 9; PLT 200                 | open | unknown | met
    visit item unknown, surely not      | C3 95; C4 12; DSDNA 90; UPCR 2; PLT 90    | C3 50; UPCR 2; DSDNA 9                     | not  | not     | met
    both unknown in the same item       | UPCR 2; DSDNA 9; PLT 200                  | UPCR 0.2; DSDNA 9; PLT 200                 | open | unknown | met
    no visit at all                     | C3 50; C4 9; DSDNA 90; UPCR 2; PLT 200    |                                            | open | unknown | unknown
    4 points at baseline, no visit      | C3 95; C4 12; DSDNA 9; UPCR 2; PLT 200    |                                            | open | unknown | unknown
    24 h protein where there is no UPCR | C3 95; C4 12; DSDNA 9; UPROT24 2; PLT 200 | C3 95; C4 12; DSDNA 9; UPROT24 0.4; PLT 200 | open | met    |
""")


@INSIDE.each
def test_a_check_on_the_score_is_decided_where_the_whole_interval_decides_it(case: Case) -> None:
    assert case.answers == case.expected
