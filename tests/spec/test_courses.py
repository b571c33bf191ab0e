"""CRITERIA 2: courses, due days, timing, status. Days count from the first dose, day 0."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pandas as pd
import pytest

from tests.spec.cases import START, analyze, doses, on
from tests.text_tables import table

DOSE = {
    "belimumab": "belimumab 600 mg", "anifrolumab": "anifrolumab 300 mg", "rituximab": "rituximab 1000 mg",
    "rituximab_375": "rituximab 375 mg/m2", "obinutuzumab": "obinutuzumab 1000 mg",
    "euro_lupus": "cyclophosphamide 500 mg", "nih": "cyclophosphamide 750 mg/m2",
    "methylprednisolone": "methylprednisolone 500 mg", "ivig": "ivig 0.4 g/kg", "no dose": "cyclophosphamide",
}  # fmt: skip


def given(regimen: str, days: str) -> str:
    return ";".join(f"{DOSE[regimen]} @{day}" for day in days.split())


COMMON = 2000  # cases of one table are run together: each is moved so that its as_of falls on this day


def moved(entries: str, as_of: str, patient: str) -> list[dict[str, str]]:
    """The rows of a case, later by as many days as its as_of lies before the common one."""
    rows = doses(entries, patient)
    for row in rows:
        day, _, clock = row["given_at"].partition("T")
        later = date.fromisoformat(day) + timedelta(days=COMMON - int(as_of))
        row["given_at"] = later.isoformat() + (f"T{clock}" if clock else "")
    return rows


def run_together(cases: list[tuple[str, str]]) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """The courses and infusions of each case (entries, as_of), days counted from its day 0."""
    patients = [f"P{i:03d}" for i in range(len(cases))]
    rows = [moved(entries, as_of, who) for (entries, as_of), who in zip(cases, patients, strict=True)]
    analysis = analyze(infusions=sum(rows, []), as_of=on(str(COMMON)))
    found = []
    for who, (_, as_of) in zip(patients, cases, strict=True):
        start = START + timedelta(days=COMMON - int(as_of))
        tables = [frame[frame.patient_id == who].copy() for frame in (analysis.courses, analysis.infusions)]
        for frame in tables:
            for column in frame.columns.intersection(["first_infusion", "last_infusion", "next_due", "given_at"]):
                frame[column] = [
                    "" if pd.isna(d) else str((pd.Timestamp(d).date() - start).days) for d in frame[column]
                ]
        found.append(tuple(tables))
    return found


def run(entries: str, as_of: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    return run_together([(entries, as_of)])[0]


def text(value: object) -> str:
    return "" if pd.isna(value) else str(value)


# --- due days: on the schedule every dose is on time, and the next is due after the next interval

SCHEDULES = table("""
    regimen       | intervals
    belimumab     | 14 14 28 28 28
    anifrolumab   | 28 28 28
    rituximab     | 14 168 14 168 14
    rituximab_375 | 7 7 7 161 7 7 7 161
    obinutuzumab  | 14 154 14 182 182
    euro_lupus    | 14 14 14 14 14 -
    nih           | 28 28 28 28 28 91 91
    ivig          | 28 28 28
""")


def schedules() -> list[tuple[str, int, list[int], str]]:
    """(regimen, doses so far, their days, next due day) for every beginning of every schedule."""
    found = []
    for line in SCHEDULES.itertuples():
        days = [0]
        for interval in line.intervals.split():
            due = "" if interval == "-" else str(days[-1] + int(interval))
            found.append((line.regimen, len(days), list(days), due))
            days += [int(due)] if due else []
    return found


def test_every_dose_on_its_due_day_is_on_time_and_the_next_one_is_announced() -> None:
    cases = schedules()
    runs = run_together([(given(regimen, " ".join(map(str, days))), str(days[-1])) for regimen, _, days, _ in cases])
    for (regimen, n, days, due), (courses, infusions) in zip(cases, runs, strict=True):
        (row,) = courses.itertuples()
        assert (row.regimen, row.n_infusions, row.status, row.next_due) == (regimen, n, "active", due), days
        assert text(row.overdue_days) == ("0" if due else "")
        assert infusions.timing.tolist() == ["first"] + ["on_time"] * (n - 1)
        assert [text(d) for d in infusions.days_from_due] == [""] + ["0"] * (n - 1)


# --- timing: below −(late after) early, above it late, from the interval on after_missed

TIMING = table("""
    regimen       | before       | day | days_from_due | timing
    belimumab     | 0            | 6   | -8  | early
    belimumab     | 0            | 7   | -7  | on_time
    belimumab     | 0            | 21  | 7   | on_time
    belimumab     | 0            | 22  | 8   | late
    belimumab     | 0            | 27  | 13  | late
    belimumab     | 0            | 28  | 14  | after_missed
    belimumab     | 0 14 28      | 48  | -8  | early
    belimumab     | 0 14 28      | 49  | -7  | on_time
    belimumab     | 0 14 28      | 63  | 7   | on_time
    belimumab     | 0 14 28      | 64  | 8   | late
    belimumab     | 0 14 28      | 83  | 27  | late
    belimumab     | 0 14 28      | 84  | 28  | after_missed
    anifrolumab   | 0            | 13  | -15 | early
    anifrolumab   | 0            | 20  | -8  | early
    anifrolumab   | 0            | 21  | -7  | on_time
    anifrolumab   | 0            | 35  | 7   | on_time
    anifrolumab   | 0            | 36  | 8   | late
    anifrolumab   | 0            | 55  | 27  | late
    anifrolumab   | 0            | 56  | 28  | after_missed
    rituximab     | 0            | 1   | -13 | on_time
    rituximab     | 0            | 27  | 13  | on_time
    rituximab     | 0            | 28  | 14  | after_missed
    rituximab     | 0 14         | 167 | -15 | early
    rituximab     | 0 14         | 168 | -14 | on_time
    rituximab     | 0 14         | 196 | 14  | on_time
    rituximab     | 0 14         | 197 | 15  | late
    rituximab     | 0 14         | 314 | 132 | late
    rituximab_375 | 0            | 1   | -6  | on_time
    rituximab_375 | 0            | 13  | 6   | on_time
    rituximab_375 | 0            | 14  | 7   | after_missed
    rituximab_375 | 0 7 14 21    | 167 | -15 | early
    rituximab_375 | 0 7 14 21    | 168 | -14 | on_time
    rituximab_375 | 0 7 14 21    | 196 | 14  | on_time
    rituximab_375 | 0 7 14 21    | 197 | 15  | late
    rituximab_375 | 0 7 14 21    | 321 | 139 | late
    obinutuzumab  | 0            | 27  | 13  | on_time
    obinutuzumab  | 0            | 28  | 14  | after_missed
    obinutuzumab  | 0 14         | 153 | -15 | early
    obinutuzumab  | 0 14         | 154 | -14 | on_time
    obinutuzumab  | 0 14         | 182 | 14  | on_time
    obinutuzumab  | 0 14         | 183 | 15  | late
    obinutuzumab  | 0 14         | 313 | 145 | late
    euro_lupus    | 0            | 6   | -8  | early
    euro_lupus    | 0            | 7   | -7  | on_time
    euro_lupus    | 0            | 21  | 7   | on_time
    euro_lupus    | 0            | 22  | 8   | late
    euro_lupus    | 0            | 28  | 14  | after_missed
    nih           | 0            | 13  | -15 | early
    nih           | 0            | 14  | -14 | on_time
    nih           | 0            | 42  | 14  | on_time
    nih           | 0            | 43  | 15  | late
    nih           | 0            | 55  | 27  | late
    nih           | 0            | 56  | 28  | after_missed
    nih           | 0 28 56 84 112 140 | 216 | -15 | early
    nih           | 0 28 56 84 112 140 | 217 | -14 | on_time
    nih           | 0 28 56 84 112 140 | 245 | 14  | on_time
    nih           | 0 28 56 84 112 140 | 246 | 15  | late
    nih           | 0 28 56 84 112 140 | 260 | 29  | late
    ivig          | 0            | 13  | -15 | early
    ivig          | 0            | 14  | -14 | on_time
    ivig          | 0            | 42  | 14  | on_time
    ivig          | 0            | 43  | 15  | late
    ivig          | 0            | 55  | 27  | late
    ivig          | 0            | 56  | 28  | after_missed
    methylprednisolone | 0       | 28  |     |
    no dose       | 0            | 28  |     |
    euro_lupus    | 0 14 28 42 56 70 | 84 |  |
""")


@cache
def timing_runs() -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    return run_together([(given(r.regimen, f"{r.before} {r.day}"), r.day) for r in TIMING.itertuples()])


@pytest.mark.parametrize(
    "at", range(len(TIMING)), ids=[f"{r.regimen} day {r.day} after {r.before.split()[-1]}" for r in TIMING.itertuples()]
)
def test_timing_of_a_dose(at: int) -> None:
    infusions, line = timing_runs()[at][1], TIMING.loc[at]
    last = infusions.iloc[-1]
    assert (last.given_at, text(last.days_from_due), text(last.timing)) == (line.day, line.days_from_due, line.timing)
    assert infusions.timing.iloc[0] == "first"


def test_the_due_day_follows_the_previous_given_dose_not_the_plan() -> None:
    infusions = run(given("belimumab", "0 20 36 64"), "64")[1]
    assert infusions.days_from_due.tolist()[1:] == [6, 2, 0]


def test_days_are_counted_on_the_calendar_not_on_the_clock() -> None:
    for entries in ("belimumab @0T23:00; belimumab @21T01:00", "belimumab @0T01:00; belimumab @21T23:00"):
        assert run(entries, "30")[1].days_from_due.tolist()[1:] == [7]


# --- gaps: more than the gap starts a new course

GAPS = table("""
    regimen            | gap
    belimumab          | 120
    anifrolumab        | 120
    rituximab          | 300
    rituximab_375      | 300
    obinutuzumab       | 300
    euro_lupus         | 120
    nih                | 120
    methylprednisolone | 60
    ivig               | 90
    no dose            | 120
""")


def test_a_new_course_starts_after_more_than_the_gap() -> None:
    lines = [(DOSE[r.regimen].split()[0], r.regimen, int(r.gap)) for r in GAPS.itertuples()]
    at_gap = run_together([(given(regimen, f"0 {gap}"), str(gap)) for _, regimen, gap in lines])
    after = run_together([(given(regimen, f"0 {gap + 1}"), str(gap + 1)) for _, regimen, gap in lines])
    for (drug, _, gap), (one, _), (two, infusions) in zip(lines, at_gap, after, strict=True):
        assert one.course_id.tolist() == [f"{drug}-1"], gap
        assert two.course_id.tolist() == [f"{drug}-1", f"{drug}-2"], gap
        assert two.status.tolist() == ["ended", "active"]
        assert infusions.timing.tolist() == ["first", "first"]
        assert infusions.course_id.tolist() == [f"{drug}-1", f"{drug}-2"]


def test_a_course_has_ended_when_the_last_dose_lies_more_than_the_gap_back() -> None:
    cases = [(r.regimen, str(int(r.gap) + more)) for r in GAPS.itertuples() for more in (0, 1)]
    runs = run_together([(given(regimen, "0"), as_of) for regimen, as_of in cases])
    for at, ((regimen, as_of), (courses, _)) in enumerate(zip(cases, runs, strict=True)):
        row = courses.iloc[0]
        unscheduled = regimen in ("methylprednisolone", "no dose")
        assert row.status == ("ended" if at % 2 else "active" if unscheduled else "overdue"), (regimen, as_of)
        if row.status == "ended":
            assert (text(row.next_due), text(row.overdue_days)) == ("", ""), (regimen, as_of)


def test_courses_are_numbered_in_time_order_whatever_the_order_of_the_rows() -> None:
    courses = run("belimumab @300; belimumab @0; belimumab @14; belimumab @310; rituximab @5", "310")[0]
    columns = courses[["course_id", "first_infusion", "last_infusion", "n_infusions"]]
    assert columns.values.tolist() == [
        ["belimumab-1", "0", "14", 2],
        ["belimumab-2", "300", "310", 2],
        ["rituximab-1", "5", "5", 1],
    ]


def test_patients_and_drugs_have_courses_of_their_own() -> None:
    one, two = run_together([("belimumab @0; anifrolumab @0", "10"), ("belimumab @7", "10")])
    assert one[0].course_id.tolist() == ["anifrolumab-1", "belimumab-1"]
    assert two[0].course_id.tolist() == ["belimumab-1"]


# --- status: overdue above (late after)

STATUS = table("""
    regimen       | given        | as_of | next_due | overdue | status
    belimumab     | 0 14 28      | 55    | 56       | 0       | active
    belimumab     | 0 14 28      | 56    | 56       | 0       | active
    belimumab     | 0 14 28      | 63    | 56       | 7       | active
    belimumab     | 0 14 28      | 64    | 56       | 8       | overdue
    belimumab     | 0 14 28      | 148   | 56       | 92      | overdue
    belimumab     | 0 14 28      | 149   |          |         | ended
    anifrolumab   | 0            | 35    | 28       | 7       | active
    anifrolumab   | 0            | 36    | 28       | 8       | overdue
    rituximab     | 0 14         | 196   | 182      | 14      | active
    rituximab     | 0 14         | 197   | 182      | 15      | overdue
    rituximab_375 | 0 7          | 28    | 14       | 14      | active
    rituximab_375 | 0 7          | 29    | 14       | 15      | overdue
    obinutuzumab  | 0 14         | 182   | 168      | 14      | active
    obinutuzumab  | 0 14         | 183   | 168      | 15      | overdue
    euro_lupus    | 0            | 21    | 14       | 7       | active
    euro_lupus    | 0            | 22    | 14       | 8       | overdue
    euro_lupus    | 0 14 28 42 56 70 | 190 |        |         | active
    euro_lupus    | 0 14 28 42 56 70 | 191 |        |         | ended
    nih           | 0            | 42    | 28       | 14      | active
    nih           | 0            | 43    | 28       | 15      | overdue
    methylprednisolone | 0 1 2   | 62    |          |         | active
    methylprednisolone | 0 1 2   | 63    |          |         | ended
    ivig          | 0 1 2 3 4    | 42    | 28       | 14      | active
    ivig          | 0 1 2 3 4    | 43    | 28       | 15      | overdue
    ivig          | 0 1 2 3 4    | 94    | 28       | 66      | overdue
    ivig          | 0 1 2 3 4    | 95    |          |         | ended
    no dose       | 0            | 120   |          |         | active
""")


@cache
def status_runs() -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    return run_together([(given(r.regimen, r.given), r.as_of) for r in STATUS.itertuples()])


@pytest.mark.parametrize("at", range(len(STATUS)), ids=[f"{r.regimen} on day {r.as_of}" for r in STATUS.itertuples()])
def test_status_of_a_course(at: int) -> None:
    row, line = status_runs()[at][0].iloc[0], STATUS.loc[at]
    assert (row.next_due, text(row.overdue_days), row.status) == (line.next_due, line.overdue, line.status)


STOPPED = table("""
    case                               | doses                                                     | as_of | status
    on the day of the last dose        | belimumab @0; belimumab @14; belimumab stopped @14        | 15    | ended
    after the last dose                | belimumab @0; belimumab @14; belimumab stopped @20        | 20    | ended
    before the last dose               | belimumab @0; belimumab @14; belimumab stopped @13        | 15    | active
    after as_of                        | belimumab @0; belimumab @14; belimumab stopped @16        | 15    | active
    another drug                       | belimumab @0; belimumab @14; rituximab stopped @14        | 15    | active
    held is not stopped                | belimumab @0; belimumab @14; belimumab held @15           | 15    | active
    earlier that day, by the clock     | belimumab @0; belimumab @14T10:00; belimumab stopped @14T08:00 | 15 | ended
""")


@cache
def stopped_runs() -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    return run_together([(r.doses, r.as_of) for r in STOPPED.itertuples()])


@pytest.mark.parametrize("at", range(len(STOPPED)), ids=STOPPED.case)
def test_a_stopped_row_on_or_after_the_last_dose_ends_the_course(at: int) -> None:
    row = stopped_runs()[at][0].iloc[0]
    assert (row.status, row.n_infusions) == (STOPPED.status[at], 2)
    if row.status == "ended":
        assert (text(row.next_due), text(row.overdue_days)) == ("", "")


def test_a_stop_of_an_earlier_course_does_not_end_the_next_one() -> None:
    courses = run("belimumab @0; belimumab stopped @3; belimumab @200", "201")[0]
    assert courses.status.tolist() == ["ended", "active"]


# --- IVIG cycles


def test_ivig_doses_up_to_five_days_apart_are_one_cycle_and_cycles_are_counted_from_their_first_dose() -> None:
    courses, infusions = run(given("ivig", "0 1 2 3 4 28 29 56 57"), "60")
    assert infusions.timing.tolist() == ["first"] + ["on_time"] * 8
    assert [text(d) for d in infusions.days_from_due] == ["", "", "", "", "", "0", "", "0", ""]
    assert courses.next_due.tolist() == ["84"]


@pytest.mark.parametrize(("day", "days_from_due", "timing"), [("5", "", "on_time"), ("6", "-22", "early")])
def test_ivig_doses_five_days_apart_are_one_cycle_six_are_not(day: str, days_from_due: str, timing: str) -> None:
    last = run(given("ivig", f"0 {day}"), "10")[1].iloc[-1]
    assert (text(last.days_from_due), last.timing) == (days_from_due, timing)


# --- cyclophosphamide: the course's first dose decides

CYCLOPHOSPHAMIDE = table("""
    first    | regimen
    500 mg   | euro_lupus
    600 mg   | euro_lupus
    0.6 g    | euro_lupus
    600      | euro_lupus
    601 mg   | nih
    0.61 g   | nih
    1000 mg  | nih
    500 mg/m2| nih
    750 mg/m2| nih
    15 mg/kg | nih
             |
""")


def test_the_first_dose_of_cyclophosphamide_decides_the_regimen() -> None:
    more = "; cyclophosphamide 500 mg @14; cyclophosphamide 1000 mg @28"
    runs = run_together([(f"cyclophosphamide {first} @0{more}", "28") for first in CYCLOPHOSPHAMIDE["first"]])
    for line, (courses, _) in zip(CYCLOPHOSPHAMIDE.itertuples(), runs, strict=True):
        row = courses.iloc[0]
        due = {"euro_lupus": "42", "nih": "56", "": ""}[line.regimen]
        assert (text(row.regimen), row.next_due) == (line.regimen, due), line


def test_each_course_of_cyclophosphamide_decides_for_itself() -> None:
    courses = run("cyclophosphamide 500 mg @0; cyclophosphamide 1000 mg @121", "130")[0]
    assert courses.regimen.tolist() == ["euro_lupus", "nih"]


@pytest.mark.parametrize(
    ("first", "regimen", "due"),
    [
        ("1000 mg", "rituximab", "14"),
        ("", "rituximab", "14"),
        ("375 mg/m2", "rituximab_375", "7"),
        ("500 mg/m2", "rituximab_375", "7"),
    ],
)
def test_any_rituximab_per_square_metre_is_the_weekly_regimen(first: str, regimen: str, due: str) -> None:
    row = run(f"rituximab {first} @0", "0")[0].iloc[0]
    assert (row.regimen, row.next_due) == (regimen, due)


# --- rows of another status, and rows after as_of

OTHER_STATUS = table("""
    entry                  | course
    belimumab held @-1     |
    belimumab held @14     | belimumab-1
    belimumab missed @28   | belimumab-1
    belimumab stopped @150 | belimumab-1
    belimumab planned @199 | belimumab-1
    belimumab held @200    | belimumab-2
    belimumab planned @201 | belimumab-2
    belimumab planned @400 | belimumab-2
    rituximab missed @20   |
""")


def test_rows_of_another_status_carry_the_course_begun_last_and_no_timing() -> None:
    runs = run_together(
        [(f"belimumab @0; belimumab @200T10:00; {line.entry}", "202") for line in OTHER_STATUS.itertuples()]
    )
    for line, (courses, infusions) in zip(OTHER_STATUS.itertuples(), runs, strict=True):
        (row,) = infusions[infusions.status != "given"].itertuples()
        assert (text(row.course_id), text(row.timing), text(row.days_from_due)) == (line.course, "", ""), line
        assert courses.n_infusions.tolist() == [1, 1]


def test_planned_held_and_missed_rows_are_no_doses() -> None:
    row = run("belimumab @0; belimumab held @14; belimumab missed @20; belimumab planned @30", "21")[0].iloc[0]
    assert (row.n_infusions, row.last_infusion, row.next_due, row.overdue_days) == (1, "0", "14", 7)


def test_a_patient_without_a_given_dose_has_no_course() -> None:
    assert not len(run("belimumab planned @5; belimumab held @1", "3")[0])


def test_a_dose_after_as_of_stays_in_its_table_and_enters_no_rule() -> None:
    courses, infusions = run("belimumab @0; belimumab @14", "13")
    row, later = courses.iloc[0], infusions.iloc[1]
    assert (row.n_infusions, row.last_infusion, row.next_due) == (1, "0", "14")
    assert (later.given_at, text(later.timing), text(later.days_from_due)) == ("14", "", "")


def test_an_empty_status_is_given() -> None:
    assert run("belimumab @0; belimumab given @14", "14")[1].status.tolist() == ["given", "given"]
