"""Three answers, not two: no, unknown, yes, as small integers so that whole columns combine at once (Kleene logic)."""

from __future__ import annotations

from functools import reduce

import numpy as np

NO, UNKNOWN, YES = np.uint8(0), np.uint8(1), np.uint8(2)
VERDICTS = ("not_met", "unknown", "met")


def all_of(*answers: np.ndarray) -> np.ndarray:
    """One no decides; else one unknown leaves it open; else yes."""
    return reduce(np.minimum, answers)


def any_of(*answers: np.ndarray) -> np.ndarray:
    """One yes decides; else one unknown leaves it open; else no."""
    return reduce(np.maximum, answers)


def negate(answer: np.ndarray) -> np.ndarray:
    """Yes to no and back; unknown stays."""
    return np.subtract(YES, answer, dtype=np.uint8)


def answer_where(yes: np.ndarray, no: np.ndarray) -> np.ndarray:
    """Yes and no where the masks say so (yes first), else unknown."""
    return np.maximum(from_bool(yes), np.logical_not(no).view(np.uint8))


def from_bool(values: np.ndarray) -> np.ndarray:
    """A known boolean as an answer."""
    ones = np.asarray(values).view(np.uint8)
    return ones + ones


def where(mask: np.ndarray, then: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """Row by row one answer or the other."""
    return np.where(mask, then, otherwise).astype(np.uint8, copy=False)
