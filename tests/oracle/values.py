"""Three answers, rounding, and values as intervals (CRITERIA 1). An answer is True, False or None (unknown)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .facts import INFINITE
from .rows import Lab

Answer = bool | None


def all_of(answers: Iterable[Answer]) -> Answer:
    """One False decides; else one unknown leaves it open; else True."""
    answers = list(answers)
    if any(a is False for a in answers):
        return False
    return None if any(a is None for a in answers) else True


def any_of(answers: Iterable[Answer]) -> Answer:
    """One True decides; else one unknown leaves it open; else False."""
    return negate(all_of(negate(a) for a in answers))


def negate(answer: Answer) -> Answer:
    return None if answer is None else not answer


def round6(number: float) -> float:
    """To 6 significant digits, as every comparison does."""
    return float(f"{number:.6g}")


@dataclass(frozen=True)
class Interval:
    """All values from low to high; an end is open where the value itself is not in."""

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    def times(self, factor: float) -> Interval:
        return Interval(self.low * factor, self.high * factor, self.low_open, self.high_open)


def exactly(value: float) -> Interval:
    return Interval(value, value)


def interval_of(lab: Lab | None) -> Interval | None:
    """`<L` is [0, L), `>U` is (U, infinite); None for a word and for nothing."""
    if lab is None or lab.value is None:
        return None
    if lab.comparator == "<":
        return Interval(0.0, lab.value, high_open=True)
    if lab.comparator == ">":
        return Interval(lab.value, INFINITE, low_open=True, high_open=True)
    return exactly(lab.value)


def is_below(left: Interval | None, right: Interval | None) -> Answer:
    """left < right for every pair of values: True; for none: False; else unknown."""
    if left is None or right is None:
        return None
    left_high, right_low = round6(left.high), round6(right.low)
    if left_high < right_low or (left_high == right_low and (left.high_open or right.low_open)):
        return True
    return False if round6(left.low) >= round6(right.high) else None


def is_above(left: Interval | None, right: Interval | None) -> Answer:
    return is_below(right, left)


def is_at_least(left: Interval | None, right: Interval | None) -> Answer:
    return negate(is_below(left, right))


def is_at_most(left: Interval | None, right: Interval | None) -> Answer:
    return negate(is_below(right, left))


def is_below_lower_limit(lab: Lab | None) -> Answer:
    """Unknown without a result or without a lower limit."""
    if lab is None or lab.ref_low is None:
        return None
    return is_below(interval_of(lab), exactly(lab.ref_low))


def is_above_upper_limit(lab: Lab | None) -> Answer:
    """dsDNA words: positive is above, negative is not, trace is unknown. Titre without a limit: above from 1:10."""
    if lab is None:
        return None
    if lab.kind == "word":
        return {"positive": True, "negative": False}.get(lab.word)
    if lab.ref_high is not None:
        return is_above(interval_of(lab), exactly(lab.ref_high))
    return is_at_least(interval_of(lab), exactly(10)) if lab.kind == "titre" else None
