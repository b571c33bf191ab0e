"""The last result before a day, the one nearest to a day: binary searches on one sorted key, all queries at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lupusmon.sorting import sort_order

_DAY_BITS = 18
_DAY_SHIFT = 1 << 16  # days before 1970 stay positive; holds years 1791 to 2508


@dataclass(frozen=True)
class DayIndex:
    """Rows sorted by group, then day, then time and further keys; `key` packs group and day.

    rows: row numbers in sorted order. Searches cost log n a query.
    """

    key: np.ndarray
    rows: np.ndarray
    micros: np.ndarray

    @classmethod
    def build(cls, group: np.ndarray, day: np.ndarray, micros: np.ndarray, *later: np.ndarray) -> DayIndex:
        """`later`: what decides between rows of one group, day and time (kind, reading order)."""
        rows = sort_order(group, day, micros, *later)
        return cls.sorted(group[rows], rows, day, micros)

    @classmethod
    def sorted(cls, group: np.ndarray, rows: np.ndarray, day: np.ndarray, micros: np.ndarray) -> DayIndex:
        """Of rows in their order already, with the group of each; day and micros in the order of row numbers."""
        return cls(pack(group, day[rows]), rows, micros[rows])

    def last(
        self, group: np.ndarray, low: np.ndarray, high: np.ndarray, micros: np.ndarray | None = None
    ) -> np.ndarray:
        """Row of the last entry with low <= day <= high; -1 where there is none.

        micros: on day `high` only entries at or before this time count; -1 = the whole day.
        """
        at = np.searchsorted(self.key, pack(group, high), side="right") - 1
        if micros is not None and len(self.key):
            late = self._is_after(at, group, high, micros)
            while late.any():
                at = at - late
                late = self._is_after(at, group, high, micros)
        return self._rows_at(at, group, low)

    def nearest(self, group: np.ndarray, target: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """Row nearest to `target` with low <= day <= high (a tie: the later day; one day: the last); or -1."""
        if not len(self.key):
            return np.full(len(group), -1, dtype=np.int64)
        n, base = len(self.key), pack(group, 0)
        after = np.searchsorted(self.key, base + np.minimum(target, high), side="right")
        before = np.maximum(after - 1, 0)
        first_after = np.minimum(after, n - 1)
        day_before, day_after = self.key[before] - base, self.key[first_after] - base  # far off for another group
        before_ok = (after > 0) & (day_before >= low)
        after_ok = (after < n) & (day_after >= low) & (day_after <= high)
        later = after_ok & ~(before_ok & (target - day_before < day_after - target))
        best, turned = before, np.flatnonzero(later)
        best[turned] = self.last_of_day[first_after[turned]]
        return np.where(before_ok | after_ok, self.rows[best], -1)

    @cached_property
    def last_of_day(self) -> np.ndarray:
        """Position of the last entry of the group and day of each entry."""
        ends = np.flatnonzero(np.append(self.key[1:] != self.key[:-1], len(self.key) > 0))
        return np.repeat(ends, np.diff(ends, prepend=-1))

    def _is_after(self, at: np.ndarray, group: np.ndarray, high: np.ndarray, micros: np.ndarray) -> np.ndarray:
        safe = np.clip(at, 0, None)
        same_day = (at >= 0) & (self.key[safe] == pack(group, high))
        return same_day & (micros >= 0) & (self.micros[safe] > micros)

    def _rows_at(self, at: np.ndarray, group: np.ndarray, low: np.ndarray) -> np.ndarray:
        if not len(self.key):
            return np.full(len(group), -1, dtype=np.int64)
        safe = np.clip(at, 0, None)
        return np.where((at >= 0) & (self.key[safe] >= pack(group, low)), self.rows[safe], -1)


def pack(group: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Group and day in one sortable integer."""
    return (np.asarray(group).astype(np.int64) << _DAY_BITS) | (np.asarray(day).astype(np.int64) + _DAY_SHIFT)


def expand(starts: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For ranges start .. start+count-1: (number of the range, position) of every member, range by range."""
    owner = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - first[owner] + starts[owner]
