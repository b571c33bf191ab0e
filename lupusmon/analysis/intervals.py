"""Values that may be censored, as intervals: `<L` is [0, L), `>U` is (U, inf), a number is a point (CRITERIA 1).

Every comparison rounds both sides to 6 significant digits and answers yes or no only where the whole interval says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from lupusmon.analysis.answers import answer_where, negate
from lupusmon.rounding import compare_rounded
from lupusmon.sorting import pick


@dataclass(frozen=True)
class Interval:
    """lo, hi: float64, nan = not known. lo_open, hi_open: whether the end itself is left out.

    by_sign: an interval with no open end is a point. Where all are, lo and hi are one array, which saves half the work.
    """

    lo: np.ndarray
    hi: np.ndarray
    lo_open: np.ndarray
    hi_open: np.ndarray
    by_sign: bool = False

    @property
    def exact(self) -> bool:
        """Whether all are known to be points (or not known)."""
        return self.hi is self.lo

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
        return cls(lo, hi, above, below, by_sign=True)

    def scale(self, factor: float | np.ndarray) -> Interval:
        """Times a positive factor."""
        lo = self.lo * factor
        return Interval(lo, lo if self.exact else self.hi * factor, self.lo_open, self.hi_open, self.by_sign)

    def known(self) -> np.ndarray:
        return ~np.isnan(self.lo)

    def take(self, rows: np.ndarray | slice) -> Interval:
        lo, lo_open, hi_open = (pick(column, rows) for column in (self.lo, self.lo_open, self.hi_open))
        points = self.exact or (self.by_sign and not lo_open.any() and not hi_open.any())
        return Interval(lo, lo if points else pick(self.hi, rows), lo_open, hi_open, self.by_sign)

    def write(self, rows: np.ndarray | slice, source: Interval) -> None:
        """Overwrites some rows in place; into points go points only."""
        assert source.exact or not self.exact
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


def is_above(x: Interval, limit: Interval | np.ndarray | float) -> np.ndarray:
    """x > limit, three-valued; unknown where either is missing."""
    y = as_interval(limit)
    if x.exact and y.exact:
        gap = compare_rounded(x.lo, y.lo)
        return answer_where(gap > 0, gap <= 0)
    top = compare_rounded(x.lo, y.hi)
    yes = (top > 0) | ((top == 0) & (x.lo_open | y.hi_open))
    return answer_where(yes, compare_rounded(x.hi, y.lo) <= 0)


def is_at_least(x: Interval, limit: Interval | np.ndarray | float) -> np.ndarray:
    """x >= limit, three-valued."""
    y = as_interval(limit)
    if x.exact and y.exact:
        gap = compare_rounded(x.lo, y.lo)
        return answer_where(gap >= 0, gap < 0)
    low = compare_rounded(x.hi, y.lo)
    no = (low < 0) | ((low == 0) & (x.hi_open | y.lo_open))
    return answer_where(compare_rounded(x.lo, y.hi) >= 0, no)


def is_below(x: Interval, limit: Interval | np.ndarray | float) -> np.ndarray:
    """x < limit, three-valued."""
    return negate(is_at_least(x, limit))


def is_at_most(x: Interval, limit: Interval | np.ndarray | float) -> np.ndarray:
    """x <= limit, three-valued."""
    return negate(is_above(x, limit))


def compute_change(first: Interval, last: Interval) -> Interval:
    """last/first - 1. From exactly 0: no change to 0, infinite to anything above; an open 0 leaves both ends open."""
    if first.exact and last.exact:
        return Interval.points(_change_of_points(first.lo, last.lo))
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


def _change_of_points(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        change = last / first - 1  # from 0 to anything above: infinite already
        change[(first == 0) & (last == 0)] = 0.0
    return change
