"""Looking at each distinct combination of words once instead of at every row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_TABLE_LIMIT = 1 << 24


def distinct_pairs(a: np.ndarray, b: np.ndarray, b_size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(a of each distinct pair, b of it, number of the pair of each row). Linear where the pairs fit a table."""
    key = a.astype(np.int64) * max(b_size, 1) + b
    size = int(key.max()) + 1 if len(key) else 0
    if size <= _TABLE_LIMIT:
        seen = np.zeros(size, dtype=bool)
        seen[key] = True
        pairs = np.flatnonzero(seen)
        number = np.zeros(size, dtype=np.int32)
        number[pairs] = np.arange(len(pairs))
        back = number[key]
    else:
        pairs, back = np.unique(key, return_inverse=True)
    return pairs // max(b_size, 1), pairs % max(b_size, 1), back


def map_pairs(
    a: np.ndarray, b: np.ndarray, b_size: int, function: Callable[[int, int], object]
) -> tuple[list, np.ndarray]:
    """`function` of each distinct pair, and the number of the pair of each row."""
    first, second, back = distinct_pairs(a, b, b_size)
    return [function(x, y) for x, y in zip(first.tolist(), second.tolist(), strict=True)], back
