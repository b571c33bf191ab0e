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

    def take(self, rows: np.ndarray) -> Reading:
        return Reading(
            **{
                name: getattr(self, name).take(rows) if name == "value" else getattr(self, name)[rows]
                for name in _NAMES
            }
        )

    def with_value(self, value: Interval) -> Reading:
        return replace(self, value=value)


_NAMES = tuple(Reading.__dataclass_fields__)


def gather(results: Results, series: np.ndarray, rows: np.ndarray) -> Reading:
    """The reading of each row number; -1 gives an absent one."""
    if not len(results):
        return absent(len(rows))
    present = rows >= 0
    at = np.clip(rows, 0, None)
    kind = np.where(present, results.kind[at], 0)
    number = np.where((kind == NUMBER) | (kind == TITRE), results.value[at], np.nan)
    return Reading(
        row=rows,
        present=present,
        value=Interval.censored(number, np.where(present, results.comparator[at], 0)),
        titre=kind == TITRE,
        word=np.where(kind == WORD, results.word[at], 0),
        is_word=kind == WORD,
        ref_low=np.where(present, results.ref_low[at], np.nan),
        ref_high=np.where(present, results.ref_high[at], np.nan),
        series=np.where(present, series[at], -1),
        day=np.where(present, results.day[at], 0),
    )


def absent(n: int) -> Reading:
    """Nothing measured."""
    nan, false, zero = np.full(n, np.nan), np.zeros(n, bool), np.zeros(n, np.int64)
    return Reading(zero - 1, false, Interval.points(nan), false, zero.astype(np.int8), false, nan, nan, zero - 1, zero)


def is_below_limit(reading: Reading) -> np.ndarray:
    """Value < its own lower limit; unknown without value or limit."""
    return is_below(reading.value, reading.ref_low)


def is_above_limit(reading: Reading) -> np.ndarray:
    """Value > its own upper limit. Words: positive yes, negative no, trace unknown. A titre without a limit: N >= 10.

    Source: CRITERIA 1.
    """
    numeric = is_above(reading.value, reading.ref_high)
    bare_titre = reading.titre & np.isnan(reading.ref_high)
    numeric = where(bare_titre, is_at_least(reading.value, TITRE_POSITIVE), numeric)
    by_word = answer_where(reading.word > 0, reading.word == 0)
    return where(reading.is_word, by_word, numeric)


def is_same_series(first: Reading, last: Reading) -> np.ndarray:
    """Both present and of one series."""
    return first.present & last.present & (first.series == last.series)


def if_comparable(first: Reading, last: Reading, answer: np.ndarray) -> np.ndarray:
    """The answer about a change, unknown where the two values are not of one series (CRITERIA 3: assay changed)."""
    return where(is_same_series(first, last), answer, np.full(len(answer), UNKNOWN))


def known_answer(reading: Reading) -> np.ndarray:
    """Yes where a result is there, else no."""
    return np.where(reading.present, YES, NO).astype(np.uint8)
