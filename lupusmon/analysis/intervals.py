"""Values that may be censored, as intervals: `<L` is [0, L), `>U` is (U, inf), a number is a point (CRITERIA 1).

Every comparison rounds both sides to 6 significant digits and answers yes or no only where the whole interval says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from lupusmon.analysis.answers import answer_where, negate
from lupusmon.rounding import compare_rounded


@dataclass(frozen=True)
class Interval:
    """lo, hi: float64, nan = not known. lo_open, hi_open: whether the end itself is left out."""

    lo: np.ndarray
    hi: np.ndarray
    lo_open: np.ndarray
    hi_open: np.ndarray

    @classmethod
    def points(cls, values: np.ndarray) -> Interval:
        closed = np.zeros(np.shape(values), dtype=bool)
        return cls(values, values, closed, closed)

    @classmethod
    def censored(cls, values: np.ndarray, comparator: np.ndarray) -> Interval:
        """comparator: -1 `<`, 0, +1 `>`."""
        below, above = comparator < 0, comparator > 0
        known = ~np.isnan(values)
        lo = np.where(below & known, 0.0, values)
        hi = np.where(above & known, np.inf, values)
        return cls(lo, hi, above, below)

    def scale(self, factor: float | np.ndarray) -> Interval:
        """Times a positive factor."""
        return Interval(self.lo * factor, self.hi * factor, self.lo_open, self.hi_open)

    def known(self) -> np.ndarray:
        return ~np.isnan(self.lo)

    def take(self, rows: np.ndarray | slice) -> Interval:
        lo = self.lo[rows]
        return Interval(lo, lo if self.hi is self.lo else self.hi[rows], self.lo_open[rows], self.hi_open[rows])

    def write(self, rows: np.ndarray | slice, source: Interval) -> None:
        """Overwrites some rows in place; lo and hi are arrays of their own."""
        for name in ("lo", "hi", "lo_open", "hi_open"):
            getattr(self, name)[rows] = getattr(source, name)


def as_interval(limit: Interval | np.ndarray | float) -> Interval:
    """A plain limit as a point."""
    if isinstance(limit, Interval):
        return limit
    if isinstance(limit, float):
        return _constant(limit)
    return Interval.points(np.asarray(limit, dtype=np.float64))


@cache
def _constant(limit: float) -> Interval:
    return Interval.points(np.float64(limit))


def _are_points(x: Interval, y: Interval) -> bool:
    """Whether both are known to have one end, not two."""
    return x.lo is x.hi and y.lo is y.hi


def is_above(x: Interval, limit: Interval | np.ndarray | float) -> np.ndarray:
    """x > limit, three-valued; unknown where either is missing."""
    y = as_interval(limit)
    top = compare_rounded(x.lo, y.hi)
    yes = (top > 0) | ((top == 0) & (x.lo_open | y.hi_open))
    return answer_where(yes, (top if _are_points(x, y) else compare_rounded(x.hi, y.lo)) <= 0)


def is_at_least(x: Interval, limit: Interval | np.ndarray | float) -> np.ndarray:
    """x >= limit, three-valued."""
    y = as_interval(limit)
    low = compare_rounded(x.hi, y.lo)
    no = (low < 0) | ((low == 0) & (x.hi_open | y.lo_open))
    return answer_where((low if _are_points(x, y) else compare_rounded(x.lo, y.hi)) >= 0, no)


def is_below(x: Interval, limit: Interval | np.ndarray | float) -> np.ndarray:
    """x < limit, three-valued."""
    return negate(is_at_least(x, limit))


def is_at_most(x: Interval, limit: Interval | np.ndarray | float) -> np.ndarray:
    """x <= limit, three-valued."""
    return negate(is_above(x, limit))


def compute_change(first: Interval, last: Interval) -> Interval:
    """last/first - 1. From exactly 0: no change to 0, infinite to anything above; an open 0 leaves both ends open."""
    with np.errstate(divide="ignore", invalid="ignore"):
        lo = last.lo / first.hi - 1
        hi = last.hi / first.lo - 1
    lo_open = last.lo_open | (first.hi_open & (last.lo > 0))
    hi_open = last.hi_open | first.lo_open
    from_zero = (first.hi == 0) & ~np.isnan(last.lo)
    rises = (last.lo > 0) | ((last.lo == 0) & last.lo_open)
    lo = np.where(from_zero, np.where(rises, np.inf, 0.0), lo)
    hi = np.where(from_zero, np.where(last.hi > 0, np.inf, 0.0), hi)
    open_zero = (first.lo == 0) & (first.hi > 0)
    hi = np.where(open_zero, np.where(last.hi > 0, np.inf, 0.0), hi)
    unknown = np.isnan(first.lo) | np.isnan(last.lo)
    lo, hi = (np.where(unknown, np.nan, v) for v in (lo, hi))
    return Interval(lo, hi, lo_open & ~from_zero, hi_open)
