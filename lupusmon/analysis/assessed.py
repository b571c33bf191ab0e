"""Clinical assessments as the visits see them: baseline, visit, the one before (CRITERIA 7)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lupusmon.analysis.answers import NO, UNKNOWN
from lupusmon.analysis.lookup import DayIndex, pack
from lupusmon.analysis.picking import Columns
from lupusmon.clean import GRADES, ITEMS, SYSTEMS, Assessments, Cohort

UNGRADED = np.uint8((1 << len(GRADES)) - 1)  # every grade possible
YES_CODE = 2


class AssessmentReading(Columns):
    """One assessment for each visit. row: row of Assessments or -1; day valid where present.

    grades: visits x 9 sets of possible grades (bit 0 = A … bit 4 = E). items: visits x 24 answers.
    """

    row: np.ndarray
    present: np.ndarray
    day: np.ndarray
    sledai: np.ndarray
    pga: np.ndarray
    prednisone: np.ndarray
    grades: np.ndarray
    items: np.ndarray


@dataclass(frozen=True)
class AssessmentIndex:
    """Assessments up to as_of by patient and day."""

    assessments: Assessments
    as_of: int
    index: DayIndex

    @classmethod
    def build(cls, cohort: Cohort) -> AssessmentIndex:
        a = cohort.assessments
        if len(a) and a.day.max() > cohort.as_of:
            a = a.take(np.flatnonzero(a.day <= cohort.as_of))
        return cls(a, cohort.as_of, DayIndex.build(a.patient, a.day, a.micros, a.order))

    @cached_property
    def failures(self) -> tuple[np.ndarray, np.ndarray]:
        """(sorted keys of patient and day, rows) of the assessments that record a failure or discontinuation."""
        a = self.assessments
        rows = self.index.rows
        rows = rows[(a.failure[rows] == YES_CODE) | (a.discontinued[rows] == YES_CODE)]
        return pack(a.patient[rows], a.day[rows]), rows

    def first_failure(self, patient: np.ndarray, after: np.ndarray, never: int) -> tuple[np.ndarray, np.ndarray]:
        """(day, row) of the first recorded failure later than `after`; `never` and -1 where there is none."""
        keys, rows = self.failures
        if not len(keys):
            return np.full(len(patient), never), np.full(len(patient), -1)
        at = np.searchsorted(keys, pack(patient, after), side="right")
        safe = np.clip(at, 0, len(keys) - 1)
        day = keys[safe] - pack(patient, np.zeros(len(patient), np.int64))
        found = (at < len(keys)) & (keys[safe] <= pack(patient, np.full(len(patient), self.as_of)))
        return np.where(found, day, never), np.where(found, rows[safe], -1)

    def previous(self, rows: np.ndarray) -> np.ndarray:
        """Row of the same patient's assessment before each given one; -1 where there is none."""
        before = np.full(len(self.assessments) + 1, -1, dtype=np.int64)
        ordered = self.index.rows
        same = self.assessments.patient[ordered][1:] == self.assessments.patient[ordered][:-1]
        before[ordered[1:][same]] = ordered[:-1][same]
        return np.where(rows >= 0, before[rows], -1)

    @cached_property
    def every(self) -> AssessmentReading:
        """All assessments, and as the last an absent one, everything unknown: row number -1 finds it."""
        a, n = self.assessments, len(self.assessments)
        bits = np.array([UNGRADED] + [1 << g for g in range(len(GRADES))], dtype=np.uint8)
        items = np.full((n + 1, len(ITEMS)), UNKNOWN)
        items[:n] = a.items
        items[:n][a.sledai == 0] = NO
        grades = np.full((n + 1, len(SYSTEMS)), UNGRADED)
        grades[:n] = bits[a.grades]
        return AssessmentReading(
            row=np.append(np.arange(n), -1),
            present=np.arange(n + 1) < n,
            day=np.append(a.day, 0),
            sledai=np.append(a.sledai, np.nan),
            pga=np.append(a.pga, np.nan),
            prednisone=np.append(a.prednisone, np.nan),
            grades=grades,
            items=items,
        )

    def read(self, rows: np.ndarray) -> AssessmentReading:
        """The assessment of each row number; -1 gives an absent one."""
        return self.every.take(rows)
