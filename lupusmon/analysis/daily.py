"""The results of one analyte day by day: of one series and day the last counts, each with the ones before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lupusmon.analysis.intervals import Interval
from lupusmon.analysis.labs import LabIndex
from lupusmon.analysis.readings import Reading
from lupusmon.clean import WORD
from lupusmon.clinical.analytes import INDEX
from lupusmon.sorting import starts_of_runs


def select_daily(labs: LabIndex, *, numbers_only: bool = False) -> np.ndarray:
    """Rows of results, the last of each series and day, in series and day order. numbers_only: words stay out."""
    rows = labs.by_series.rows
    if numbers_only:
        rows = rows[labs.results.kind[rows] != WORD]
    last = np.ones(len(rows), dtype=bool)
    if len(rows):
        last[:-1] = starts_of_runs(labs.series[rows], labs.results.day[rows])[1:]
    return rows[last]


@dataclass(frozen=True)
class Daily:
    """One result a row, by patient, day, time and reading order: every series of one analyte.

    rows: rows of LabIndex.results. before: position of the result before it in its series; -1 where there is none.
    """

    labs: LabIndex
    code: str
    rows: np.ndarray
    before: np.ndarray

    @classmethod
    def build(cls, labs: LabIndex, daily: np.ndarray, code: str) -> Daily:
        """daily: from `select_daily`. Linear but for one search."""
        results = labs.results
        own = daily[results.analyte[daily] == INDEX[code]]
        place = np.full(len(results), -1, dtype=np.int64)
        place[own] = 0
        ordered = labs.by_analyte.rows[place[labs.by_analyte.rows] == 0]
        place[ordered] = np.arange(len(ordered))
        before = np.full(len(ordered), -1, dtype=np.int64)
        if len(own):
            follows = ~starts_of_runs(labs.series[own])
            before[place[own[follows]]] = place[own[:-1][follows[1:]]]
        return cls(labs, code, ordered, before)

    @property
    def patient(self) -> np.ndarray:
        return self.labs.results.patient[self.rows]

    @property
    def day(self) -> np.ndarray:
        return self.labs.results.day[self.rows]

    def read(self, positions: np.ndarray | None = None) -> Reading:
        """The results themselves, or those at some positions (-1: an absent one)."""
        rows = self.rows if positions is None else self.at(positions)
        return self.labs.read(rows)

    def at(self, positions: np.ndarray) -> np.ndarray:
        """Rows of LabIndex.results of some positions; -1 stays."""
        if not len(self.rows):
            return positions
        return np.where(positions >= 0, self.rows[np.clip(positions, 0, None)], -1)

    def earlier(self, steps: int, within_days: int) -> np.ndarray:
        """Position of the result `steps` before each in its series; -1 where there is none so close."""
        at = np.arange(len(self.rows))
        for _ in range(steps):
            at = np.where(at >= 0, self.before[at], -1)
        close = (at >= 0) & (self.day - self.day[at] <= within_days)
        return np.where(close, at, -1)

    def lowest_before(self, within_days: int) -> tuple[Interval, np.ndarray]:
        """(lowest value, position of the result) of the earlier days of the series within so many days; nan, -1: none.

        Censored values make it an interval; the position is of the lowest upper end. Words stay out.
        Complexity: one step for each earlier result in the window, all rows at once.
        """
        n, value = len(self.rows), self.read().value
        lo, hi = np.full(n, np.inf), np.full(n, np.inf)
        lo_open, hi_open = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
        found = np.full(n, -1, dtype=np.int64)
        owner, at = np.arange(n), self.before.copy()
        while True:
            keep = at >= 0
            keep[keep] = self.day[owner[keep]] - self.day[at[keep]] <= within_days
            owner, at = owner[keep], at[keep]
            if not len(owner):
                break
            known = ~np.isnan(value.lo[at])
            o, a = owner[known], at[known]
            lower = (value.hi[a] < hi[o]) | ((value.hi[a] == hi[o]) & value.hi_open[a] & ~hi_open[o]) | (found[o] < 0)
            hi[o[lower]], hi_open[o[lower]], found[o[lower]] = value.hi[a[lower]], value.hi_open[a[lower]], a[lower]
            lower = (value.lo[a] < lo[o]) | ((value.lo[a] == lo[o]) & lo_open[o] & ~value.lo_open[a])
            lo[o[lower]], lo_open[o[lower]] = value.lo[a[lower]], value.lo_open[a[lower]]
            at = self.before[at]
        lo, hi = (np.where(found >= 0, end, np.nan) for end in (lo, hi))
        return Interval(lo, hi, lo_open, hi_open), found
