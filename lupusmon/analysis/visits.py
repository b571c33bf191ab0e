"""The visit table: a row per course and visit, with the baseline and visit value of every input (CRITERIA 3)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import ClassVar

import numpy as np

from lupusmon.analysis.answers import UNKNOWN
from lupusmon.analysis.assessed import AssessmentIndex, AssessmentReading
from lupusmon.analysis.courses import Courses
from lupusmon.analysis.labs import LabIndex
from lupusmon.analysis.lookup import DayIndex
from lupusmon.analysis.picking import Columns, Rows
from lupusmon.analysis.readings import Reading
from lupusmon.analysis.rescue import NEVER, Rescue, compute_rescue, ivig_index
from lupusmon.analysis.scores import read_items_at
from lupusmon.clean import Cohort
from lupusmon.clinical.thresholds import BASELINE_DAYS, LATEST_DAYS, VISIT_DAYS, VISIT_WEEKS

WEEKS = (*(str(week) for week in VISIT_WEEKS), "latest")
LATEST = len(VISIT_WEEKS)
READ_ANALYTES = ("C3", "C4", "CH50", "DSDNA", "UPCR", "UPROT24", "PLT", "CREAT", "EGFR")


@dataclass(frozen=True)
class Sources:
    """What visits are chosen from: indexed once per cohort."""

    cohort: Cohort
    courses: Courses
    labs: LabIndex
    assessments: AssessmentIndex
    rescue: Rescue
    ivig: DayIndex

    @classmethod
    def build(cls, cohort: Cohort, courses: Courses, labs: LabIndex) -> Sources:
        return cls(
            cohort, courses, labs, AssessmentIndex.build(cohort), compute_rescue(cohort, courses), ivig_index(cohort)
        )

    @cached_property
    def people_row(self) -> np.ndarray:
        """Row of People for each patient; -1 where nothing is known of the person."""
        row = np.full(len(self.cohort.patients), -1)
        row[self.cohort.people.patient] = np.arange(len(self.cohort.people))
        return row


class Visits(Columns):
    """One visit a row; every field is aligned with the visits (the mappings hold one Reading per analyte).

    course: row of Courses. week: index into WEEKS. target: day; for `latest` as_of. low, high: the window's end days.
    rescue_certain, rescue_possible, failure_day: first such day after the start, NEVER where none. failure_row: row of
    Assessments, or -1.
    lab_complement, lab_dna: the labs' SLEDAI items of the 30 days up to the assessment (without one: the target).
    Derived answers are remembered in `memo`, keyed by the function that made them.
    """

    sources: Sources
    course: np.ndarray
    patient: np.ndarray
    drug: np.ndarray
    week: np.ndarray
    start: np.ndarray
    target: np.ndarray
    low: np.ndarray
    high: np.ndarray
    baseline: Mapping[str, Reading]
    value: Mapping[str, Reading]
    first_assessment: AssessmentReading
    assessment: AssessmentReading
    previous_assessment: AssessmentReading
    rescue_certain: np.ndarray
    rescue_possible: np.ndarray
    failure_day: np.ndarray
    failure_row: np.ndarray
    lab_complement: np.ndarray
    lab_dna: np.ndarray
    memo: dict
    SHARED: ClassVar = ("sources",)

    def __len__(self) -> int:
        return len(self.course)

    def take(self, rows: Rows) -> Visits:
        """Some of the visits; nothing remembered."""
        return super().take(rows).change()

    def keep(self, codes: Collection[str]) -> Visits:
        """Only the readings of these analytes, for criteria that read no others."""
        sides = {side: {code: getattr(self, side)[code] for code in codes} for side in ("baseline", "value")}
        return self.change(**sides)

    def forget(self) -> None:
        """Drops the derived answers, which know the visits: so both are freed when nobody else knows them."""
        self.memo.clear()

    def change(self, **columns) -> Visits:
        """The same visits with other columns; nothing remembered."""
        return super().change(**columns, memo={})


def remembered(function: Callable) -> Callable:
    """Computed once per visit table and arguments; kept in its memo."""

    @wraps(function)
    def recall(visits: Visits, *args):
        key = (function.__module__, function.__qualname__, *args)
        if key not in visits.memo:
            visits.memo[key] = function(visits, *args)
        return visits.memo[key]

    return recall


def list_visits(courses: Courses, as_of: int) -> tuple[np.ndarray, np.ndarray]:
    """(course, week) of every visit whose window has opened, course by course; `latest` always has."""
    course = np.repeat(np.arange(len(courses)), len(WEEKS))
    week = np.tile(np.arange(len(WEEKS)), len(courses))
    opened = (week == LATEST) | (as_of >= _targets(courses.start[course], week, as_of) - VISIT_DAYS)
    return course[opened], week[opened]


def build_visits(sources: Sources) -> Visits:
    """Baseline and visit values of all courses.

    Baseline: the last result from 90 days before the first infusion up to it, over all series. Value: nearest to the
    target within 28 days (tie: the later; one day: the last) in the baseline's series, failing that in any; `latest`:
    likewise the last in 56 days. Only days after the first infusion count. Source: CRITERIA 3.
    """
    course, week = list_visits(sources.courses, sources.labs.as_of)
    return build_visits_at(sources, course, week, _targets(sources.courses.start[course], week, sources.labs.as_of))


def build_visits_at(sources: Sources, course: np.ndarray, week: np.ndarray, target: np.ndarray) -> Visits:
    """The same on any days after the first infusion. week: index into WEEKS, -1 where the day is none of these."""
    courses, as_of = sources.courses, sources.labs.as_of
    start, patient = courses.start[course], courses.patient[course]
    low, high = _window(start, week, target, as_of)
    baseline = {code: read_baseline(sources, code).take(course) for code in READ_ANALYTES}
    slots = (course, week, patient, target, low, high)
    value = {code: _read_value(sources, code, baseline[code], *slots) for code in READ_ANALYTES}
    assessments = sources.assessments
    seen = assessments.index.nearest(patient, target, low, high)
    first = assessments.index.last(courses.patient, courses.start - BASELINE_DAYS, courses.start)
    complement, dna = _lab_items(sources, patient, _assessed_on(assessments.read(seen), target))
    failure_day, failure_row = assessments.first_failure(patient, start, NEVER)
    return Visits(
        sources=sources,
        course=course,
        patient=patient,
        drug=courses.drug[course],
        week=week,
        start=start,
        target=target,
        low=low,
        high=high,
        baseline=baseline,
        value=value,
        first_assessment=assessments.read(first[course]),
        assessment=assessments.read(seen),
        previous_assessment=assessments.read(assessments.previous(seen)),
        rescue_certain=sources.rescue.certain_day[course],
        rescue_possible=sources.rescue.possible_day[course],
        failure_day=failure_day,
        failure_row=failure_row,
        lab_complement=complement,
        lab_dna=dna,
        memo={},
    )


def move_windows(visits: Visits, days: int) -> Visits:
    """The same visits with every window moved: values and assessments are chosen again around the moved target.

    A pinned value stays: a person chose it, not the window.
    """
    sources = visits.sources
    middle = visits.target + days
    low, high = _window(visits.start, visits.week, middle, sources.labs.as_of)
    slots = (visits.course, visits.week, visits.patient, middle, low, high)
    value = {code: _read_value(sources, code, visits.baseline[code], *slots) for code in READ_ANALYTES}
    moved = visits.change(low=low, high=high, value=value)
    assessments = sources.assessments
    if not len(assessments.assessments):
        return moved
    seen = assessments.index.nearest(visits.patient, middle, low, high)
    complement, dna = _lab_items(sources, visits.patient, _assessed_on(assessments.read(seen), visits.target))
    return moved.change(
        assessment=assessments.read(seen),
        previous_assessment=assessments.read(assessments.previous(seen)),
        lab_complement=complement,
        lab_dna=dna,
    )


def _window(start, week, middle, as_of: int) -> tuple[np.ndarray, np.ndarray]:
    """First and last day of the window around `middle`; `latest` looks back only."""
    latest = week == LATEST
    low = np.maximum(np.where(latest, middle - LATEST_DAYS, middle - VISIT_DAYS), start + 1)
    return low, np.minimum(np.where(latest, middle, middle + VISIT_DAYS), as_of)


def slot_window(start: int, week: int | None, as_of: int) -> tuple[int, int]:
    """First and last day on which a result may be the baseline (week None) or the value of a visit of the course."""
    if week is None:
        return start - BASELINE_DAYS, start
    days, number = np.array([start]), np.array([week])
    low, high = _window(days, number, _targets(days, number, as_of), as_of)
    return int(low[0]), int(high[0])


def _assessed_on(assessment: AssessmentReading, target: np.ndarray) -> np.ndarray:
    return np.where(assessment.present, assessment.day, target)


def _lab_items(sources: Sources, patient: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The labs' items on given days; not looked up where nobody was assessed."""
    if not len(sources.assessments.assessments):
        nothing = np.full(len(day), UNKNOWN)
        return nothing, nothing
    items = read_items_at(sources.labs, patient, day)
    return items["low_complement"], items["increased_dna_binding"]


def read_baseline(sources: Sources, code: str) -> Reading:
    """The analyte's baseline of every course, the last over its series, or the one that was pinned."""
    courses, labs = sources.courses, sources.labs
    rows = labs.last(code, courses.patient, courses.start - BASELINE_DAYS, courses.start, courses.start_micros)
    if labs.pins is not None:
        rows = labs.pins.put_baselines(rows, code)
    return labs.read(rows)


def _read_value(sources: Sources, code: str, baseline: Reading, course, week, patient, target, low, high) -> Reading:
    labs = sources.labs
    rows = np.full(len(patient), -1, dtype=np.int64)
    own = np.flatnonzero(baseline.present)
    rows[own] = labs.by_series.nearest(baseline.series[own], target[own], low[own], high[own])
    open_ = np.flatnonzero(rows < 0)
    rows[open_] = labs.nearest(code, patient[open_], target[open_], low[open_], high[open_])
    if labs.pins is not None:
        rows = labs.pins.put_values(rows, code, course, week)
    return labs.read(rows)


def _targets(start: np.ndarray, week: np.ndarray, as_of: int) -> np.ndarray:
    weeks = np.array([*VISIT_WEEKS, 0])
    return np.where(week == LATEST, as_of, start + 7 * weeks[week])
