"""One analyte's value at one moment for every visit: interval, limits, series, day, and where it came from."""

from __future__ import annotations

import numpy as np

from lupusmon.analysis.answers import UNKNOWN, answer_where, from_bool, where
from lupusmon.analysis.intervals import Interval, is_above, is_at_least, is_below
from lupusmon.analysis.picking import Columns, Rows
from lupusmon.clean import NUMBER, TITRE, WORD, Results
from lupusmon.clinical.thresholds import TITRE_POSITIVE


class Reading(Columns):
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

    def with_value(self, value: Interval) -> Reading:
        """The same with another value, held against its limits again."""
        changed = self.change(value=value)
        for name in _JUDGED:
            changed.__dict__.pop(name, None)
        changed.__dict__["_judge_anew"] = True
        return changed

    def write(self, rows: Rows, **columns: np.ndarray | Interval) -> None:
        """Overwrites columns of picked rows in place; these are held against their limits again when asked."""
        for name, source in columns.items():
            if name == "value":
                self.value.write(rows, source)
            else:
                getattr(self, name)[rows] = source
        for name in _JUDGED:
            self.__dict__.pop(name, None)
        self.__dict__["_written"] = (*self.__dict__.get("_written", ()), rows)

    def __getattr__(self, name: str) -> np.ndarray | Interval:
        if name in _JUDGED and "_judge_anew" in self.__dict__:
            answer = self.__dict__[name] = _JUDGED[name](self)
            return answer
        return super().__getattr__(name)

    def load(self, name: str, source: Reading, rows: Rows) -> np.ndarray | Interval:
        column = super().load(name, source, rows)
        if name in _JUDGED:
            for changed in self.__dict__.get("_written", ()):
                column[changed] = _JUDGED[name](self.take(changed))
        return column


def read_all(results: Results, series: np.ndarray) -> Reading:
    """The reading of every result, and at the end an absent one: row number -1 finds it."""

    def with_absent(column: np.ndarray, absent: object) -> np.ndarray:
        return np.append(column, np.array([absent], dtype=column.dtype))

    kind = results.kind
    number = with_absent(np.where((kind == NUMBER) | (kind == TITRE), results.value, np.nan), np.nan)
    is_word = with_absent(kind == WORD, False)
    value = Interval.censored(number, with_absent(results.comparator, 0))
    word, titre = np.where(is_word, with_absent(results.word, 0), 0), with_absent(kind == TITRE, False)
    ref_low, ref_high = with_absent(results.ref_low, np.nan), with_absent(results.ref_high, np.nan)
    return Reading(
        row=with_absent(np.arange(len(results)), -1),
        present=with_absent(np.ones(len(results), dtype=bool), False),
        value=value,
        titre=titre,
        word=word,
        is_word=is_word,
        ref_low=ref_low,
        ref_high=ref_high,
        series=with_absent(series, -1),
        day=with_absent(results.day, 0),
        below=is_below(value, ref_low),
        above=_judge_above(value, ref_high, titre, is_word, word),
    )


def _below(reading: Reading) -> np.ndarray:
    """Value < its own lower limit; unknown without value or limit."""
    return is_below(reading.value, reading.ref_low)


def _above(reading: Reading) -> np.ndarray:
    return _judge_above(reading.value, reading.ref_high, reading.titre, reading.is_word, reading.word)


def _judge_above(value: Interval, limit: np.ndarray, titre: np.ndarray, is_word: np.ndarray, word: np.ndarray):
    """Value > its own upper limit. Words: positive yes, negative no, trace unknown. A titre without a limit: N >= 10.

    Source: CRITERIA 1.
    """
    numeric = is_above(value, limit)
    bare_titre = titre & np.isnan(limit)
    if bare_titre.any():
        numeric = where(bare_titre, is_at_least(value, TITRE_POSITIVE), numeric)
    if not is_word.any():
        return numeric
    return where(is_word, answer_where(word > 0, word == 0), numeric)


_JUDGED = {"below": _below, "above": _above}


def is_same_series(first: Reading, last: Reading) -> np.ndarray:
    """Both present and of one series."""
    return first.present & last.present & (first.series == last.series)


def if_comparable(first: Reading, last: Reading, answer: np.ndarray) -> np.ndarray:
    """The answer about a change, unknown where the two values are not of one series (CRITERIA 3: assay changed)."""
    return where(is_same_series(first, last), answer, UNKNOWN)


def known_answer(reading: Reading) -> np.ndarray:
    """Yes where a result is there, else no."""
    return from_bool(reading.present)
