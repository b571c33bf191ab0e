"""Arrow columns out of codes, days and numbers; empty where not known.

Made from their memory, not by `pa.array`, which imports pandas: a fifth of a second before the first row.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from lupusmon.sorting import number_distinct
from lupusmon.text.columns import TextColumn

_MICROS_PER_DAY = 86_400_000_000
_CLOCKS = ((60_000_000, "m"), (1_000_000, "s"), (1, "us"))


def text(codes: np.ndarray, words: Sequence[str] | np.ndarray) -> pa.DictionaryArray:
    """`words[code]` of each row; empty for a negative code or an empty word."""
    words = words.tolist() if isinstance(words, np.ndarray) else list(words)
    codes = np.asarray(codes).astype(np.int32)
    place = {word: i for i, word in enumerate(dict.fromkeys(words))}
    if len(place) < len(words):  # Parquet takes a dictionary only without repeats
        codes = np.array([*map(place.get, words), -1], dtype=np.int32)[np.where(codes < 0, len(words), codes)]
    blank = place.get("", -1)
    known = codes >= 0 if blank < 0 else (codes >= 0) & (codes != blank)
    if known.all():
        return _dictionary(codes, None, list(place))
    return _dictionary(np.where(known, codes, 0), known, list(place))


def words(codes: np.ndarray, every: pa.StringArray) -> pa.DictionaryArray:
    """The text of each row by its number among those already in Arrow, repeats made one; empty for a negative code."""
    distinct = every.dictionary_encode()
    place = np.append(view_codes(distinct.indices), np.int32(-1))
    codes = place[np.where(codes < 0, len(every), codes)]
    if not len(distinct.dictionary):
        return _dictionary(np.zeros(len(codes), dtype=np.int32), np.zeros(len(codes), dtype=bool), [])
    known = codes >= 0
    indices = _array(pa.int32(), np.where(known, codes, 0).astype(np.int32), known)
    return pa.DictionaryArray.from_arrays(indices, distinct.dictionary)


def indices(values: np.ndarray) -> pa.Int32Array:
    """Row numbers for `take`."""
    return _array(pa.int32(), values.astype(np.int32), None)


def view_codes(codes: pa.Int32Array) -> np.ndarray:
    return np.frombuffer(codes.buffers()[1], np.int32, len(codes), codes.offset * 4)


def column(source: TextColumn) -> pa.DictionaryArray:
    """A text column with only the words its rows use."""
    used = source.compact()
    return text(used.codes, used.words)


def texts(values: Sequence[str]) -> pa.DictionaryArray:
    """Ready texts, one a row; the empty text is empty."""
    words: dict[str, int] = {}
    codes = [words.setdefault(value, len(words)) if value else -1 for value in values]
    return text(np.array(codes, dtype=np.int32), list(words))


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
        stamps, codes[timed] = _stamps(days[timed], micros[timed])
        codes[timed] += len(words)
        words += stamps
    return text(codes, words)


def _stamps(days: np.ndarray, micros: np.ndarray) -> tuple[list[str], np.ndarray]:
    """(distinct texts, which of them each row has). Whole minutes, as most are, lie close enough for a table."""
    unit, name = next((unit, name) for unit, name in _CLOCKS if not (micros % unit).any())
    ticks, back = number_distinct(days * (_MICROS_PER_DAY // unit) + micros // unit)
    words = ticks.astype(f"datetime64[{name}]").astype("datetime64[us]" if unit == 1 else "datetime64[s]").astype(str)
    return [word.removesuffix(".000000") for word in words.tolist()] if unit == 1 else words.tolist(), back


def numbers(values: np.ndarray) -> pa.Array:
    """float64, empty for nan; infinity has no place in a table and is empty too."""
    values = np.asarray(values, dtype=np.float64)
    return _array(pa.float64(), values, np.isfinite(values))


def integers(values: np.ndarray, known: np.ndarray | None = None) -> pa.Array:
    """int64, empty where not known."""
    return _array(pa.int64(), np.asarray(values).astype(np.int64), known)


def answers(values: np.ndarray) -> pa.Array:
    """Yes true, no false, unknown empty."""
    return truths(values == 2, values != 1)


def truths(values: np.ndarray, known: np.ndarray | None = None) -> pa.Array:
    """true or false, empty where not known."""
    return _array(pa.bool_(), np.packbits(values, bitorder="little"), known, len(values))


def _array(kind: pa.DataType, values: np.ndarray, known: np.ndarray | None, n: int | None = None) -> pa.Array:
    bits = None if known is None or known.all() else pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(
        kind, len(values) if n is None else n, [bits, pa.py_buffer(np.ascontiguousarray(values))]
    )


def _dictionary(codes: np.ndarray, known: np.ndarray | None, words: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(_array(pa.int32(), codes, known), strings(words or [""]))


def strings(words: Sequence[str]) -> pa.StringArray:
    """The words in Arrow, which holds no half surrogate pair: it is written as its escape."""
    joined = "".join(words)
    data = joined.encode(errors="backslashreplace")
    whole = len(data) == len(joined)
    sizes = map(len, words) if whole else (len(word.encode(errors="backslashreplace")) for word in words)
    ends = np.zeros(len(words) + 1, dtype=np.int32)
    np.cumsum(np.fromiter(sizes, dtype=np.int32, count=len(words)), out=ends[1:])
    return pa.StringArray.from_buffers(len(words), pa.py_buffer(ends), pa.py_buffer(data))
