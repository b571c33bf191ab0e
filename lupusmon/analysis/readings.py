"""One analyte's value at one moment for every visit: interval, limits, series, day, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lupusmon.analysis.answers import NO, UNKNOWN, YES, answer_where, where
from lupusmon.analysis.intervals import Interval, is_above, is_at_least, is_below
from lupusmon.clean import NUMBER, TITRE, WORD, Results
from lupusmon.clinical.thresholds import TITRE_POSITIVE


@dataclass(frozen=True)
class Reading:
    """Aligned with the visits. row: row of Results or -1. present: a result is there, perhaps a word.

    value: interval, nan for a word or nothing. series: series code or -1. day: NaN-free, only valid where present.
    below, above: answers, whether the value is under its own lower limit and over its own upper one.
    """

    row: np.ndarray
    present: np.ndarray
    value: Interval
    titre: np.ndarray
    word: np.ndarray
    is_word: np.ndarray
    ref_low: np.ndarray
    ref_high: np.ndarray
    series: np.ndarray
    day: np.ndarray
    below: np.ndarray
    above: np.ndarray

    def take(self, rows: np.ndarray | slice) -> Reading:
        return Reading(*(_take(getattr(self, name), rows) for name in _NAMES))

    def with_value(self, value: Interval) -> Reading:
        """The same with another value, held against its limits again."""
        changed = replace(self, value=value)
        return replace(changed, below=_below(changed), above=_above(changed))

    def write(self, rows: np.ndarray | slice, **columns: np.ndarray | Interval) -> None:
        """Overwrites columns at some rows in place and holds these against their limits again."""
        for name, source in columns.items():
            if name == "value":
                self.value.write(rows, source)
            else:
                getattr(self, name)[rows] = source
        some = self.take(rows)
        self.below[rows], self.above[rows] = _below(some), _above(some)


_NAMES = tuple(Reading.__dataclass_fields__)


def _take(column: np.ndarray | Interval, rows: np.ndarray | slice) -> np.ndarray | Interval:
    return column.take(rows) if isinstance(column, Interval) else column[rows]


def read_all(results: Results, series: np.ndarray) -> Reading:
    """The reading of every result, and at the end an absent one: row number -1 finds it."""

    def with_absent(column: np.ndarray, absent: object) -> np.ndarray:
        return np.append(column, np.array([absent], dtype=column.dtype))

    kind = results.kind
    number = with_absent(np.where((kind == NUMBER) | (kind == TITRE), results.value, np.nan), np.nan)
    is_word = with_absent(kind == WORD, False)
    value = Interval.censored(number, with_absent(results.comparator, 0))
    value.ends  # noqa: B018 - rounded here once, for all that take from it
    answers = np.full(len(number), UNKNOWN)
    every = Reading(
        row=with_absent(np.arange(len(results)), -1),
        present=with_absent(np.ones(len(results), dtype=bool), False),
        value=value,
        titre=with_absent(kind == TITRE, False),
        word=np.where(is_word, with_absent(results.word, 0), 0),
        is_word=is_word,
        ref_low=with_absent(results.ref_low, np.nan),
        ref_high=with_absent(results.ref_high, np.nan),
        series=with_absent(series, -1),
        day=with_absent(results.day, 0),
        below=answers,
        above=answers,
    )
    return replace(every, below=_below(every), above=_above(every))


def _below(reading: Reading) -> np.ndarray:
    """Value < its own lower limit; unknown without value or limit."""
    return is_below(reading.value, reading.ref_low)


def _above(reading: Reading) -> np.ndarray:
    """Value > its own upper limit. Words: positive yes, negative no, trace unknown. A titre without a limit: N >= 10.

    Source: CRITERIA 1.
    """
    numeric = is_above(reading.value, reading.ref_high)
    bare_titre = reading.titre & np.isnan(reading.ref_high)
    if bare_titre.any():
        numeric = where(bare_titre, is_at_least(reading.value, TITRE_POSITIVE), numeric)
    if not reading.is_word.any():
        return numeric
    return where(reading.is_word, answer_where(reading.word > 0, reading.word == 0), numeric)


def is_same_series(first: Reading, last: Reading) -> np.ndarray:
    """Both present and of one series."""
    return first.present & last.present & (first.series == last.series)


def if_comparable(first: Reading, last: Reading, answer: np.ndarray) -> np.ndarray:
    """The answer about a change, unknown where the two values are not of one series (CRITERIA 3: assay changed)."""
    return where(is_same_series(first, last), answer, np.full(len(answer), UNKNOWN))


def known_answer(reading: Reading) -> np.ndarray:
    """Yes where a result is there, else no."""
    return np.where(reading.present, YES, NO).astype(np.uint8)
