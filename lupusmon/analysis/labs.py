"""The results of a cohort, indexed once: by series and by analyte, in time order (CRITERIA 3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lupusmon.analysis.lookup import DayIndex
from lupusmon.analysis.readings import Reading, read_all
from lupusmon.clean import Cohort, Results
from lupusmon.clinical.analytes import CODES, INDEX
from lupusmon.rounding import round_compare
from lupusmon.sorting import sort_order, starts_of_runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lupusmon.analysis.pins import Pins


@dataclass(frozen=True)
class LabIndex:
    """Results up to as_of and where to find them.

    series: code per result; series are numbered by patient, analyte, method (text order). by_series, by_analyte:
    sorted by day, time (bare date first), kind, reading order. first_row: a result of each series.
    pins: what people chose, None = nothing.
    """

    results: Results
    as_of: int
    patients: int
    series: np.ndarray
    by_series: DayIndex
    by_analyte: DayIndex
    first_row: np.ndarray
    pins: Pins | None = None

    @classmethod
    def build(cls, cohort: Cohort) -> LabIndex:
        """Complexity: n log n, two sorts."""
        results = cohort.results
        if len(results) and results.day.max() > cohort.as_of:
            results = results.take(np.flatnonzero(results.day <= cohort.as_of))
        time = (results.day, results.micros, results.kind, results.order)
        whose = (results.patient, results.analyte, method_rank(results))
        order = sort_order(*whose, *time)
        starts = starts_of_runs(*(key[order] for key in whose))
        numbers = np.cumsum(starts) - 1
        series = np.empty(len(order), dtype=np.int64)
        series[order] = numbers
        return cls(
            results=results,
            as_of=cohort.as_of,
            patients=len(cohort.patients),
            series=series,
            by_series=DayIndex.sorted(numbers, order, results.day, results.micros),
            by_analyte=DayIndex.build(analyte_group(results.patient, results.analyte), *time),
            first_row=order[starts],
        )

    @cached_property
    def every(self) -> Reading:
        """All results, and an absent one as the last."""
        return read_all(self.results, self.series)

    def read(self, rows: np.ndarray) -> Reading:
        """The reading of each row number; -1 gives an absent one."""
        return self.every.take(rows)

    @cached_property
    def series_patient(self) -> np.ndarray:
        """Patient of each series, ascending."""
        return self.results.patient[self.first_row]

    @cached_property
    def series_analyte(self) -> np.ndarray:
        return self.results.analyte[self.first_row]

    @cached_property
    def rank(self) -> np.ndarray:
        """A number per result that orders them: the value to 6 digits, `<L` just under L and `>U` just above U.

        nan for a word. Source: CRITERIA 1, 4.
        """
        rank, sign = round_compare(self.results.value), self.results.comparator
        censored = np.flatnonzero(sign)
        rank[censored] = np.nextafter(rank[censored], np.where(sign[censored] < 0, -np.inf, np.inf))
        return rank

    @cached_property
    def measured(self) -> frozenset[str]:
        """The analytes of which there is any result."""
        found = np.bincount(self.series_analyte, minlength=len(CODES))
        return frozenset(code for code, n in zip(CODES, found.tolist(), strict=True) if n)

    def last(self, code: str, patient: np.ndarray, low: np.ndarray, high: np.ndarray, micros=None) -> np.ndarray:
        """Row of the last result of the analyte over its series in low..high; -1 where there is none."""
        if code not in self.measured:
            return np.full(len(patient), -1, dtype=np.int64)
        return self.by_analyte.last(analyte_group(patient, INDEX[code]), low, high, micros)

    def nearest(self, code: str, patient: np.ndarray, target, low, high) -> np.ndarray:
        """Row of the result of the analyte nearest to the target in low..high; -1 where there is none."""
        if code not in self.measured:
            return np.full(len(patient), -1, dtype=np.int64)
        return self.by_analyte.nearest(analyte_group(patient, INDEX[code]), target, low, high)


def analyte_group(patient: np.ndarray, analyte: np.ndarray | int) -> np.ndarray:
    """One integer for patient and analyte."""
    return patient.astype(np.int64) * len(CODES) + analyte


def method_rank(results: Results) -> np.ndarray:
    """The method of each result as its place in text order."""
    words = results.method.words
    rank = np.empty(len(words), dtype=np.int32)
    rank[np.argsort(words.astype(str), kind="stable")] = np.arange(len(words))
    return rank[results.method.codes] if len(words) else results.method.codes
