"""What a check found at every visit: the answer and the evidence for it, column by column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lupusmon.analysis.intervals import Interval
from lupusmon.analysis.readings import Reading

RESULT, ASSESSMENT, DOSE = "result", "assessment", "dose"
Words = str | np.ndarray | Callable[[np.ndarray], list[str]]


@dataclass(frozen=True)
class Point:
    """A value on a day with the row it came from. known: where there is one. kind: which table `row` belongs to, one
    for all or one each."""

    value: Interval
    day: np.ndarray
    known: np.ndarray
    row: np.ndarray
    kind: str | np.ndarray = RESULT

    @classmethod
    def of(cls, reading: Reading) -> Point:
        return cls(reading.value, reading.day, reading.present, reading.row)


@dataclass(frozen=True)
class Evidence:
    """What an answer rests on, at every visit.

    label: what is looked at. met, not_met: the words of the outcome. unknown: why it cannot be told, given the rows;
    None = say what is missing. needs_baseline: the check compares with `baseline`. shown_value: the value as text
    where a number does not say it (words, grades), given the rows.
    """

    label: str | np.ndarray
    met: Words
    not_met: Words
    value: Point | None = None
    baseline: Point | None = None
    limit: float | np.ndarray | None = None
    unit: str | np.ndarray = ""
    needs_baseline: bool = False
    unknown: Words | None = None
    shown_value: Callable[[np.ndarray], list[str]] | None = None


@dataclass(frozen=True)
class Finding:
    """The answer of one check at every visit. tell: puts the evidence together, which most trials never ask for."""

    answer: np.ndarray
    tell: Callable[[], Evidence]

    @cached_property
    def evidence(self) -> Evidence:
        return self.tell()


def words_at(words: Words, rows: np.ndarray) -> list[str]:
    """The words of the given rows, whatever form they were declared in."""
    if callable(words):
        return words(rows)
    if isinstance(words, str):
        return [words] * len(rows)
    return words[rows].tolist()
