"""Arrow columns out of codes, days and numbers; empty where not known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from lupusmon.text.columns import TextColumn

_MICROS_PER_DAY = 86_400_000_000


def text(codes: np.ndarray, words: Sequence[str] | np.ndarray) -> pa.DictionaryArray:
    """`words[code]` of each row; empty for a negative code or an empty word."""
    words = [str(w) for w in words]
    blank = np.array([w == "" for w in words] + [True], dtype=bool)
    codes = np.asarray(codes).astype(np.int32)
    missing = blank[np.where(codes < 0, len(words), codes)]
    return pa.DictionaryArray.from_arrays(pa.array(np.where(missing, 0, codes), mask=missing), pa.array(words or [""]))


def column(source: TextColumn) -> pa.DictionaryArray:
    """A text column with only the words its rows use."""
    used = np.zeros(len(source.words), dtype=bool)
    used[source.codes] = True
    place = np.cumsum(used) - 1
    return text(place[source.codes] if len(source.codes) else source.codes, source.words[used])


def texts(values: Sequence[str]) -> pa.DictionaryArray:
    """Ready texts, one a row; the empty text is empty."""
    return pa.array([v or None for v in values], type=pa.string()).dictionary_encode()


def dates(days: np.ndarray, micros: np.ndarray | None = None, known: np.ndarray | None = None) -> pa.DictionaryArray:
    """ISO dates, with the clock time where there is one (micros >= 0); empty where not known."""
    days = np.asarray(days).astype(np.int64)
    known = np.ones(len(days), dtype=bool) if known is None else known
    if not known.any():
        return text(np.full(len(days), -1), [])
    first = int(days[known].min())
    span = int(days[known].max()) - first + 1
    timed = known & (micros >= 0) if micros is not None else np.zeros(len(days), dtype=bool)
    used = np.zeros(span, dtype=bool)
    used[days[known & ~timed] - first] = True
    place = np.cumsum(used) - 1
    words = (np.flatnonzero(used) + first).astype("datetime64[D]").astype(str).tolist()
    codes = np.full(len(days), -1, dtype=np.int64)
    plain = known & ~timed
    codes[plain] = place[days[plain] - first]
    if timed.any():
        stamps, back = np.unique(days[timed] * _MICROS_PER_DAY + micros[timed], return_inverse=True)
        codes[timed] = back + len(words)
        words += [_stamp_text(stamp) for stamp in stamps.astype("datetime64[us]").astype(str).tolist()]
    return text(codes, words)


def _stamp_text(stamp: str) -> str:
    return stamp[:19] if stamp.endswith(".000000") else stamp


def numbers(values: np.ndarray) -> pa.Array:
    """float64, empty for nan; infinity has no place in a table and is empty too."""
    values = np.asarray(values, dtype=np.float64)
    return pa.array(values, mask=~np.isfinite(values))


def integers(values: np.ndarray, known: np.ndarray | None = None) -> pa.Array:
    """int64, empty where not known."""
    return pa.array(np.asarray(values).astype(np.int64), mask=None if known is None else ~known)


def answers(values: np.ndarray) -> pa.Array:
    """Yes true, no false, unknown empty."""
    return pa.array(values == 2, mask=values == 1)
