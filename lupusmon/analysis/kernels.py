"""Theil-Sen and Mann-Kendall for hundreds of thousands of short series at once (CRITERIA 4).

Series are ragged: `values[offsets[i]:offsets[i + 1]]`. Series of one length stand side by side in a matrix, a point of
each a row, and are worked on together, pair differences lag by lag, in blocks that fit the cache: every step runs along
many series. Exact; same results as the plain double loop.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from lupusmon.clinical.thresholds import MANN_KENDALL_MIN_N

_FIT_A_BYTE = 127
_BLOCK = 1 << 18  # pair differences held at a time


def compute_theil_sen(days: np.ndarray, values: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Median of the slopes of all pairs, per day; nan for fewer than two points.

    days: float, strictly rising within a series. Complexity: sum of n² over the series, one partition each.
    """
    out = np.full(len(offsets) - 1, np.nan)
    for n, series, index in _blocks(offsets):
        if n < 2:
            continue
        x, y = days[index], values[index]
        slopes = np.empty((n * (n - 1) // 2, len(series)))
        at = 0
        for lag in range(1, n):
            here = slopes[at : at + n - lag]
            np.subtract(y[lag:], y[:-lag], out=here)
            here /= x[lag:] - x[:-lag]
            at += n - lag
        out[series] = _medians(np.ascontiguousarray(slopes.T))
    return out


def compute_mann_kendall(ranks: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(S, two-sided p) per series; p by the normal approximation with tie and continuity correction, nan for n < 4.

    ranks: numbers whose order is the order of the values; equal values share one. All tied: S = 0, p = 1.
    Source: Kendall 1975; Gilbert 1987, chapter 16.
    """
    s = np.zeros(len(offsets) - 1)
    ties = np.zeros(len(offsets) - 1)
    for n, series, index in _blocks(offsets):
        r = ranks[index]
        total, equal = np.zeros(len(series), dtype=np.int64), np.zeros(len(series), dtype=bool)
        for lag in range(1, n):
            rises, falls = r[lag:] > r[:-lag], r[lag:] < r[:-lag]
            signs = rises.view(np.int8) - falls.view(np.int8)
            total += signs.sum(axis=0, dtype=np.int8 if n <= _FIT_A_BYTE else np.int64)
            equal |= (signs == 0).any(axis=0)
        s[series] = total
        ties[series[equal]] = _tie_terms(r[:, equal].T)
    n = np.diff(offsets).astype(np.float64)
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(s == 0, 0.0, (np.abs(s) - 1) / np.sqrt(variance))
    words, back = np.unique(z, return_inverse=True)
    p = np.array([math.erfc(abs(v) / math.sqrt(2)) for v in words.tolist()])
    p = p[back] if len(words) else np.zeros(len(s))
    return s, np.where(n < MANN_KENDALL_MIN_N, np.nan, p)


def _blocks(offsets: np.ndarray) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """(n, series numbers, positions: points x series) for series of one length, a bounded number at a time."""
    lengths = np.diff(offsets)
    if not len(lengths):
        return
    by_length = np.argsort(lengths, kind="stable")
    sizes, first = np.unique(lengths[by_length], return_index=True)
    for n, begin, end in zip(sizes.tolist(), first, [*first[1:], len(by_length)], strict=True):
        if n == 0:
            continue
        step = max(1, _BLOCK // max(1, n * (n - 1) // 2))
        for at in range(begin, end, step):
            series = by_length[at : min(at + step, end)]
            yield n, series, offsets[series] + np.arange(n)[:, None]


def _medians(rows: np.ndarray) -> np.ndarray:
    """Median of each row, reordering it. One kth; the lower middle is the largest of the lower half."""
    m = rows.shape[1]
    half = m // 2
    rows.partition(half, axis=1)
    upper = rows[:, half]
    return upper.copy() if m % 2 else (rows[:, :half].max(axis=1) + upper) / 2


def _tie_terms(ranks: np.ndarray) -> np.ndarray:
    """Sum over tied groups of t(t-1)(2t+5), per row."""
    rows, n = ranks.shape
    ordered = np.sort(ranks, axis=1)
    starts = np.ones((rows, n), dtype=bool)
    starts[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    begin = np.flatnonzero(starts.ravel())
    t = np.diff(np.append(begin, rows * n)).astype(np.float64)
    return np.bincount(begin // n, weights=t * (t - 1) * (2 * t + 5), minlength=rows)
