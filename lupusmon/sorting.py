"""Ordering rows by several integer keys at once."""

from __future__ import annotations

import numpy as np

_WORD_BITS = 63
_WIDE_BITS = 24
_MINUTE = 60_000_000
_TABLE_FACTOR = 32  # a table this many times longer than the keys is still quicker than sorting them


def sort_order(*keys: np.ndarray) -> np.ndarray:
    """Row numbers that sort by the first key, then the second, …; equal rows stay in their order.

    keys: integer arrays of one length. Packs all keys and the row number into one int64 where they fit and sorts
    that (np.sort of int64 is about 60 times faster than lexsort); else lexsort. A last key that never falls from row
    to row, as the reading order, says no more than the rows' own order and is left out. Complexity: n log n.
    """
    n = len(keys[0])
    if n < 2:
        return np.arange(n)
    while len(keys) > 1 and (keys[-1][1:] >= keys[-1][:-1]).all():
        keys = keys[:-1]
    spans, widths = _measure(keys)
    row_bits = (n - 1).bit_length()
    if sum(widths) + row_bits > _WORD_BITS:  # clock times are wide but few
        keys = tuple(_rank(key) if width > _WIDE_BITS else key for key, width in zip(keys, widths, strict=True))
        spans, widths = _measure(keys)
    if sum(widths) + row_bits > _WORD_BITS:
        return np.lexsort(keys[::-1])
    packed, lowest = np.zeros(n, dtype=np.int64), 0
    for key, (low, _), width in zip(keys, spans, widths, strict=True):
        if width:
            packed <<= width
            packed += key
            lowest = (lowest << width) + low
    packed -= _wrap(lowest)  # int64 wraps round and back: only the difference has to fit
    packed <<= row_bits
    packed += np.arange(n)
    packed.sort()
    packed &= (1 << row_bits) - 1
    return packed


def _measure(keys: tuple[np.ndarray, ...]) -> tuple[list[tuple[int, int]], list[int]]:
    spans = [(int(key.min()), int(key.max())) for key in keys]
    return spans, [(high - low).bit_length() for low, high in spans]


def _wrap(number: int) -> np.int64:
    """Its lowest 64 bits."""
    return np.uint64(number & 0xFFFF_FFFF_FFFF_FFFF).astype(np.int64)


def _rank(key: np.ndarray) -> np.ndarray:
    """A smaller stand-in in the same order. Clock times in microseconds (-1: none) are whole minutes nearly always."""
    minutes = key // _MINUTE
    if key.min() >= -1 and ((minutes * _MINUTE == key) | (key == -1)).all():  # -1 // _MINUTE is -1
        return minutes
    return number_distinct(key)[1]


def pick(column: np.ndarray, rows: np.ndarray | slice) -> np.ndarray:
    """`column[rows]` of row numbers, a mask or a slice. By number half again as quick as in brackets, and twice where
    the numbers are int32."""
    if isinstance(rows, np.ndarray) and rows.dtype.kind == "i":
        return column.take(rows, axis=0)
    return column[rows]


def number_distinct(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(distinct keys in order, which of them each row has): np.unique for integers, linear where they lie close."""
    n = len(keys)
    low = int(keys.min()) if n else 0
    span = int(keys.max()) - low + 1 if n else 0
    if span > _TABLE_FACTOR * n:
        return np.unique(keys, return_inverse=True)
    at = keys.astype(np.int64, copy=False) - low
    used = np.zeros(span, dtype=bool)
    used[at] = True
    values = np.flatnonzero(used)
    place = np.empty(span, dtype=np.int32)
    place[values] = np.arange(len(values), dtype=np.int32)
    return values + low, place[at]


def starts_of_runs(*keys: np.ndarray) -> np.ndarray:
    """True on the first row of each run of equal keys (rows already sorted)."""
    n = len(keys[0])
    first = np.zeros(n, dtype=bool)
    if n:
        first[0] = True
        for key in keys:
            first[1:] |= key[1:] != key[:-1]
    return first
