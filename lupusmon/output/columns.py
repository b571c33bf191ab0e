"""Arrow columns out of codes, days and numbers; empty where not known.

Made from their memory, not by `pa.array`, which imports pandas: a fifth of a second before the first row.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lupusmon.sorting import number_distinct
from lupusmon.text.columns import TextColumn

_MICROS_PER_DAY = 86_400_000_000
_CLOCKS = (60_000_000, 1_000_000, 1)  # microseconds of a minute, a second, one
_PAGE = 1024  # days of the calendar written together


def text(codes: np.ndarray, words: Sequence[str] | np.ndarray) -> pa.DictionaryArray:
    """`words[code]` of each row; empty for a negative code or an empty word."""
    words = words.tolist() if isinstance(words, np.ndarray) else list(words)
    codes = np.asarray(codes, dtype=np.int32)
    if len(set(words)) < len(words):  # Parquet takes a dictionary only without repeats
        place = {word: i for i, word in enumerate(dict.fromkeys(words))}
        codes = np.array([*map(place.get, words), -1], dtype=np.int32)[np.where(codes < 0, len(words), codes)]
        words = list(place)
    known = codes >= 0
    if "" in words:
        known &= codes != words.index("")
    return _dictionary(codes, known, strings(words or [""]))


def words(codes: np.ndarray, every: pa.StringArray) -> pa.DictionaryArray:
    """The text of each row by its number among those already in Arrow, repeats made one; empty for a negative code."""
    distinct = every.dictionary_encode()
    place = np.append(view_codes(distinct.indices), np.int32(-1))
    codes = place[np.where(codes < 0, len(every), codes)]
    return _dictionary(codes, codes >= 0, distinct.dictionary if len(distinct.dictionary) else strings([""]))


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
    days = np.asarray(days, dtype=np.int64)
    known = np.ones(len(days), dtype=bool) if known is None else known
    timed = known & (micros >= 0) if micros is not None else np.zeros(len(days), dtype=bool)
    codes, words = np.full(len(days), -1, dtype=np.int32), []
    for mask, clocks in ((known & ~timed, None), (timed, micros)):
        if mask.any():
            rows = slice(None) if mask.all() else np.flatnonzero(mask)
            found, back = _write_dates(days[rows], None if clocks is None else clocks[rows])
            codes[rows] = back + sum(map(len, words))
            words.append(found)
    return _dictionary(codes, known, pa.concat_arrays(words or [strings([""])]))


def _write_dates(days: np.ndarray, micros: np.ndarray | None) -> tuple[pa.StringArray, np.ndarray]:
    """(distinct texts, which of them each row has). Whole minutes, as most are, lie close enough for a table."""
    if micros is None:
        distinct, back = number_distinct(days)
        return calendar(distinct), back
    unit, ticks = next((unit, t) for unit in _CLOCKS if ((t := micros // unit) * unit == micros).all())
    per_day = _MICROS_PER_DAY // unit
    distinct, back = number_distinct(days * per_day + ticks)
    day = distinct // per_day
    clocks, clock = number_distinct(distinct - day * per_day)
    return join(calendar(day), strings(list(map(_write_clock, (clocks * unit).tolist()))).take(indices(clock))), back


def _write_clock(micros: int) -> str:
    """`T08:30:00`, with the fraction of a second where there is one."""
    seconds, fraction = divmod(micros, 1_000_000)
    clock = f"T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{clock}.{fraction:06d}" if fraction else clock


def calendar(days: np.ndarray) -> pa.StringArray:
    """The ISO date of each day."""
    first, last = int(days.min()) // _PAGE, int(days.max()) // _PAGE
    return _calendar(first, last).take(indices(days - first * _PAGE))


@lru_cache(maxsize=8)
def _calendar(first: int, last: int) -> pa.StringArray:
    """All days of some pages of the calendar: asked for again and again."""
    return strings(np.arange(first * _PAGE, (last + 1) * _PAGE).astype("datetime64[D]").astype(str).tolist())


def join(*pieces: pa.StringArray) -> pa.StringArray:
    """The pieces of each row one behind the other."""
    return pc.call_function("binary_join_element_wise", [*pieces, _NOTHING])


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


def _dictionary(codes: np.ndarray, known: np.ndarray, words: pa.StringArray) -> pa.DictionaryArray:
    """Codes of rows that are not known may be anything."""
    if known.all():
        return pa.DictionaryArray.from_arrays(_array(pa.int32(), codes, None), words)
    return pa.DictionaryArray.from_arrays(_array(pa.int32(), np.where(known, codes, np.int32(0)), known), words)


def strings(words: Sequence[str]) -> pa.StringArray:
    """The words in Arrow, which holds no half surrogate pair: it is written as its escape."""
    joined = "".join(words)
    data = joined.encode(errors="backslashreplace")
    whole = len(data) == len(joined)
    sizes = map(len, words) if whole else (len(word.encode(errors="backslashreplace")) for word in words)
    ends = np.zeros(len(words) + 1, dtype=np.int32)
    np.cumsum(np.fromiter(sizes, dtype=np.int32, count=len(words)), out=ends[1:])
    return pa.StringArray.from_buffers(len(words), pa.py_buffer(ends), pa.py_buffer(data))


_NOTHING = strings([""])[0]  # a scalar made by `pa.scalar` would import pandas
