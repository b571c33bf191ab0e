"""Courses of infusions: where one starts and ends, when each dose was due, what comes next (CRITERIA 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lupusmon.analysis.lookup import pack
from lupusmon.clean import DOSE_UNITS, GIVEN, STOPPED, Cohort, Doses
from lupusmon.clinical.drugs import CODES, DRUGS, EURO_LUPUS_MAX_MG, IVIG_CYCLE_MAX_DAYS, REGIMENS, Repeat
from lupusmon.sorting import sort_order, starts_of_runs

FIRST, ON_TIME, EARLY, LATE, AFTER_MISSED, NO_TIMING = 0, 1, 2, 3, 4, -1
TIMING = ("first", "on_time", "early", "late", "after_missed")
ACTIVE, OVERDUE, ENDED = 0, 1, 2
STATUS = ("active", "overdue", "ended")
NONE = np.iinfo(np.int32).min  # no day, no interval
UNSCHEDULED = -1

_REGIMENS = tuple(REGIMENS.values())
_REGIMEN = {r.code: i for i, r in enumerate(_REGIMENS)}
_GAPS = np.array([DRUGS[code].course_gap_days for code in CODES])
_LATE_AFTER = np.array([r.late_after_days if r.late_after_days is not None else 0 for r in _REGIMENS] + [0])
_IVIG = CODES.index("ivig")
_MG, _G, _MG_KG, _G_KG, _MG_M2 = range(len(DOSE_UNITS))


@dataclass(frozen=True)
class Courses:
    """One course a row, sorted by patient, drug, start. number: k of `<drug>-k`. regimen: index into REGIMENS or -1.

    next_due, NONE where nothing is to come. start_micros: -1 where the first infusion has no time.
    """

    patient: np.ndarray
    drug: np.ndarray
    number: np.ndarray
    start: np.ndarray
    start_micros: np.ndarray
    last: np.ndarray
    last_micros: np.ndarray
    count: np.ndarray
    regimen: np.ndarray
    next_due: np.ndarray
    overdue_days: np.ndarray
    status: np.ndarray

    def __len__(self) -> int:
        return len(self.patient)


@dataclass(frozen=True)
class DoseTiming:
    """Aligned with Cohort.doses. course: row of Courses or -1. days_from_due: NONE where it has none. timing: or -1."""

    course: np.ndarray
    days_from_due: np.ndarray
    timing: np.ndarray


def dose_in_mg(doses: Doses) -> np.ndarray:
    """The absolute dose; nan where unknown, per m2, or per kg without a weight."""
    per_kg = np.isin(doses.dose_unit, (_MG_KG, _G_KG))
    grams = np.isin(doses.dose_unit, (_G, _G_KG))
    mg = doses.dose * np.where(grams, 1000.0, 1.0) * np.where(per_kg, doses.weight_kg, 1.0)
    return np.where(doses.dose_unit == _MG_M2, np.nan, mg)


def compute_courses(cohort: Cohort) -> tuple[Courses, DoseTiming]:
    """Courses of all patients and the timing of every dose row.

    Doses after as_of and doses not given start no course. Same day: clock time, then reading order.
    Complexity: n log n in the doses. Source: CRITERIA 2.
    """
    doses, as_of = cohort.doses, cohort.as_of
    given = np.flatnonzero((doses.status == GIVEN) & (doses.day <= as_of))
    given = given[
        sort_order(doses.patient[given], doses.drug[given], doses.day[given], doses.micros[given], doses.order[given])
    ]
    patient, drug, day = doses.patient[given], doses.drug[given], doses.day[given].astype(np.int64)
    new_drug = starts_of_runs(patient, drug)
    gap = np.diff(day, prepend=day[:1])
    new_course = new_drug | (gap > _GAPS[drug])
    course = np.cumsum(new_course) - 1
    first = np.flatnonzero(new_course)
    nth = np.arange(len(given)) - first[course] + 1
    last = np.append(first[1:], len(given)) - 1 if len(first) else first
    regimen = _find_regimens(doses, given[first])

    due_from, interval = _due(day, drug, course, nth, regimen, first)
    new_cycle = np.where(drug == _IVIG, due_from != NONE, nth > 1)
    scheduled = new_cycle & (interval != NONE)
    from_due = np.where(scheduled, day - due_from - interval, NONE)
    timing = _assess_timing(from_due, interval, regimen[course], nth, (drug == _IVIG) & ~new_cycle)

    dose_course = np.full(len(doses), -1)
    dose_from_due, dose_timing = np.full(len(doses), NONE), np.full(len(doses), NO_TIMING)
    dose_course[given], dose_from_due[given], dose_timing[given] = course, from_due, timing

    end = _course_ends(doses, as_of, patient[first], drug[first], day[first], day[last], regimen, nth[last])
    cycle_start = _cycle_starts(day, drug, course)
    next_due = _next_due(np.where(drug[last] == _IVIG, cycle_start[last], day[last]), regimen, nth[last])
    next_due = np.where(end == ENDED, NONE, next_due)
    overdue = np.where(next_due == NONE, NONE, np.maximum(0, as_of - next_due))
    status = np.where((end != ENDED) & (next_due != NONE) & (overdue > _LATE_AFTER[regimen]), OVERDUE, end)
    run_start = np.maximum.accumulate(np.where(new_drug[first], np.arange(len(first)), 0)) if len(first) else first
    courses = Courses(
        patient=patient[first],
        drug=drug[first],
        number=np.arange(len(first)) - run_start + 1,
        start=day[first],
        start_micros=doses.micros[given][first],
        last=day[last],
        last_micros=doses.micros[given][last],
        count=nth[last],
        regimen=regimen,
        next_due=next_due,
        overdue_days=overdue,
        status=status,
    )
    _carry_course(doses, courses, dose_course)
    return courses, DoseTiming(dose_course, dose_from_due, dose_timing)


def interval_after(regimen: np.ndarray, nth: np.ndarray) -> np.ndarray:
    """Days from dose number `nth` to the next one; NONE where none is to come."""
    out = np.full(len(nth), NONE, dtype=np.int64)
    for index, definition in enumerate(_REGIMENS):
        listed = np.array(definition.intervals_days, dtype=np.int64)
        rows = np.flatnonzero(regimen == index)
        if not len(listed) or not len(rows):
            continue
        step = nth[rows] - 1
        match definition.repeat:
            case Repeat.CYCLE:
                out[rows] = listed[step % len(listed)]
            case Repeat.LAST:
                out[rows] = listed[np.minimum(step, len(listed) - 1)]
            case Repeat.STOP:
                out[rows] = np.where(step < len(listed), listed[np.minimum(step, len(listed) - 1)], NONE)
    return out


def _find_regimens(doses: Doses, first: np.ndarray) -> np.ndarray:
    """The regimen that each course's first dose decides; -1 for cyclophosphamide without a dose."""
    drug, dose, unit = doses.drug[first], doses.dose[first], doses.dose_unit[first]
    regimen = np.array([_REGIMEN[DRUGS[code].regimens[0]] for code in CODES])[drug]
    regimen = np.where((drug == CODES.index("rituximab")) & (unit == _MG_M2), _REGIMEN["rituximab_375"], regimen)
    flat = np.isin(unit, (_MG, _G))
    flat_mg = dose * np.where(unit == _G, 1000.0, 1.0)
    cyclo = drug == CODES.index("cyclophosphamide")
    euro = flat & (flat_mg <= EURO_LUPUS_MAX_MG)
    which = np.where(np.isnan(dose), UNSCHEDULED, np.where(euro, _REGIMEN["euro_lupus"], _REGIMEN["nih"]))
    return np.where(cyclo, which, regimen)


def _cycle_starts(day: np.ndarray, drug: np.ndarray, course: np.ndarray) -> np.ndarray:
    """Day of the first dose of each dose's IVIG cycle (for other drugs: of its own day)."""
    if not len(day):
        return day
    near = (np.diff(day, prepend=day[:1]) <= IVIG_CYCLE_MAX_DAYS) & ~starts_of_runs(course)
    begins = ~(near & (drug == _IVIG))
    return day[np.maximum.accumulate(np.where(begins, np.arange(len(day)), 0))]


def _due(day, drug, course, nth, regimen, first) -> tuple[np.ndarray, np.ndarray]:
    """Day each dose's interval runs from, and the interval; NONE where the dose has no due day."""
    if not len(day):
        return day, day
    previous_day = np.where(nth > 1, np.roll(day, 1), NONE)
    interval = np.where(nth > 1, interval_after(regimen[course], np.maximum(nth - 1, 1)), NONE)
    cycle = _cycle_starts(day, drug, course)
    previous_cycle = np.roll(cycle, 1)
    new_cycle = (nth > 1) & (cycle != previous_cycle)
    ivig_from = np.where(new_cycle, previous_cycle, NONE)
    return np.where(drug == _IVIG, ivig_from, previous_day), interval


def _assess_timing(from_due, interval, regimen, nth, within_cycle) -> np.ndarray:
    late_after = _LATE_AFTER[regimen]
    known = from_due != NONE
    timing = np.where(known, ON_TIME, NO_TIMING)
    timing = np.where(known & (from_due > late_after), LATE, timing)
    timing = np.where(known & (from_due < -late_after), EARLY, timing)
    timing = np.where(known & (from_due >= interval), AFTER_MISSED, timing)
    timing = np.where(within_cycle, ON_TIME, timing)
    return np.where(nth == 1, FIRST, timing)


def _course_ends(doses, as_of, patient, drug, start, last, regimen, count) -> np.ndarray:
    """ENDED where the gap has passed or a `stopped` row lies on or after the last dose; else ACTIVE."""
    stops = np.flatnonzero((doses.status == STOPPED) & (doses.day <= as_of))
    group = patient.astype(np.int64) * len(CODES) + drug
    stop_key = np.sort(pack(doses.patient[stops].astype(np.int64) * len(CODES) + doses.drug[stops], doses.day[stops]))
    stopped = np.searchsorted(stop_key, pack(group, np.full(len(group), as_of)), side="right") > np.searchsorted(
        stop_key, pack(group, last), side="left"
    )
    return np.where((as_of - last > _GAPS[drug]) | stopped, ENDED, ACTIVE)


def _next_due(last_day, regimen, count) -> np.ndarray:
    interval = interval_after(regimen, count)
    return np.where(interval == NONE, NONE, last_day + interval)


def _carry_course(doses: Doses, courses: Courses, dose_course: np.ndarray) -> None:
    """Rows of another status carry the course of their drug begun last by their day."""
    rows = np.flatnonzero(doses.status != GIVEN)
    if not len(rows) or not len(courses):
        return
    key = pack(courses.patient.astype(np.int64) * len(CODES) + courses.drug, courses.start)
    group = doses.patient[rows].astype(np.int64) * len(CODES) + doses.drug[rows]
    at = np.searchsorted(key, pack(group, doses.day[rows]), side="right") - 1
    safe = np.clip(at, 0, None)
    same = (at >= 0) & (courses.patient[safe] == doses.patient[rows]) & (courses.drug[safe] == doses.drug[rows])
    dose_course[rows] = np.where(same, safe, -1)
