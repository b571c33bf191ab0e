"""Doses that make a response uninterpretable: rescue treatment, and IVIG before a platelet count (CRITERIA 7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lupusmon.analysis.answers import NO, UNKNOWN, YES
from lupusmon.analysis.courses import Courses, dose_in_mg
from lupusmon.analysis.lookup import DayIndex, expand
from lupusmon.clean import GIVEN, Cohort
from lupusmon.clinical.drugs import CODES, PRIOR_DRUG_DAYS, STEROID_RESCUE_MG
from lupusmon.rounding import round_compare

NEVER = np.iinfo(np.int32).max
_STEROID = CODES.index("methylprednisolone")
_IVIG = CODES.index("ivig")


@dataclass(frozen=True)
class Rescue:
    """Per course: the first day of a certain and of a possible rescue dose (NEVER = none), and the dose rows."""

    certain_day: np.ndarray
    possible_day: np.ndarray
    certain_dose: np.ndarray
    possible_dose: np.ndarray


def compute_rescue(cohort: Cohort, courses: Courses) -> Rescue:
    """The first rescue dose of each course.

    Rescue: another drug given after the course's first day that was not given in the 90 days up to its start;
    methylprednisolone counts, in both places, from 250 mg; a dose not known leaves it possible.
    Complexity: n log n in the doses.
    """
    doses = cohort.doses
    given = np.flatnonzero((doses.status == GIVEN) & (doses.day <= cohort.as_of))
    given = given[np.argsort(doses.patient[given], kind="stable")]
    counts_as = _counts_as(cohort)[given]
    patient, drug, day = doses.patient[given], doses.drug[given], doses.day[given]
    first = np.searchsorted(patient, courses.patient, side="left")
    count = np.searchsorted(patient, courses.patient, side="right") - first
    course, at = expand(first, count)
    other = drug[at] != courses.drug[course]
    prior = other & (day[at] >= courses.start[course] - PRIOR_DRUG_DAYS) & (day[at] <= courses.start[course])
    background = np.zeros((len(courses), len(CODES)), dtype=np.uint8)
    np.maximum.at(background, (course[prior], drug[at][prior]), counts_as[at][prior])
    later = other & (day[at] > courses.start[course])
    course, at = course[later], at[later]
    is_rescue = np.minimum(counts_as[at], 2 - background[course, drug[at]])
    certain = _first(course, day[at], is_rescue == YES, len(courses))
    possible = _first(course, day[at], is_rescue >= UNKNOWN, len(courses))
    row = np.append(given[at], -1)
    return Rescue(certain[0], possible[0], row[certain[1]], row[possible[1]])


def ivig_index(cohort: Cohort) -> DayIndex:
    """Given IVIG doses by patient and day."""
    doses = cohort.doses
    rows = np.flatnonzero((doses.status == GIVEN) & (doses.day <= cohort.as_of) & (doses.drug == _IVIG))
    return DayIndex.build(doses.patient[rows], doses.day[rows], doses.micros[rows], doses.order[rows])


def is_ivig(drug: np.ndarray) -> np.ndarray:
    """Whether the course's drug is IVIG."""
    return drug == _IVIG


def _counts_as(cohort: Cohort) -> np.ndarray:
    """Whether a dose counts as treatment here: yes, but methylprednisolone only from 250 mg (unknown dose: unknown)."""
    mg = round_compare(dose_in_mg(cohort.doses))
    steroid = np.where(np.isnan(mg), UNKNOWN, np.where(mg >= STEROID_RESCUE_MG, YES, NO))
    return np.where(cohort.doses.drug == _STEROID, steroid, YES).astype(np.uint8)


def _first(course: np.ndarray, day: np.ndarray, mask: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Earliest day per course where the mask holds, and its position (-1: none)."""
    days, at = np.full(n, NEVER), np.full(n, -1)
    rows = np.flatnonzero(mask)
    rows = rows[np.lexsort((day[rows], course[rows]))]
    keep = np.ones(len(rows), bool)
    keep[1:] = course[rows][1:] != course[rows][:-1]
    rows = rows[keep]
    days[course[rows]], at[course[rows]] = day[rows], rows
    return days, at
