"""Four answers for what is expected: the three verdicts of a check, and "could go either way".

OPEN: noise could decide it either way, so no truth is written. UNKNOWN: certain that data are missing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NOT, UNKNOWN, OPEN, MET = range(4)


@dataclass(frozen=True)
class Span:
    """What a value can be, one per patient: low to high with noise. known: a result exists.

    changed: no result of the baseline's assay, only of another. blurred: no number but a word or a titre.
    """

    low: np.ndarray
    high: np.ndarray
    known: np.ndarray
    changed: np.ndarray
    blurred: np.ndarray


def decide(met: np.ndarray, fails: np.ndarray, known: np.ndarray) -> np.ndarray:
    """MET or NOT where sure, else OPEN; UNKNOWN without a result."""
    return np.where(~known, UNKNOWN, np.where(met, MET, np.where(fails, NOT, OPEN)))


def all_of(*checks: np.ndarray) -> np.ndarray:
    """One NOT decides; else OPEN, else UNKNOWN, else MET."""
    out = np.full(len(checks[0]), MET)
    for answer in (UNKNOWN, OPEN, NOT):
        out = np.where(np.any([check == answer for check in checks], axis=0), answer, out)
    return out


def negate(check: np.ndarray) -> np.ndarray:
    return np.where(check == MET, NOT, np.where(check == NOT, MET, check))


def any_of(*checks: np.ndarray) -> np.ndarray:
    """all_of mirrored."""
    return negate(all_of(*(negate(check) for check in checks)))


def below(span: Span, limit: np.ndarray | float) -> np.ndarray:
    return decide(span.high < limit, span.low >= limit, span.known)


def above(span: Span, limit: np.ndarray | float) -> np.ndarray:
    return decide(span.low > limit, span.high <= limit, span.known)


def at_most_times(value: Span, base: Span, share: float) -> np.ndarray:
    """value <= share x base."""
    known = value.known & base.known & ~value.changed
    answer = decide(value.high <= share * base.low, value.low > share * base.high, known)
    return np.where(known & (value.blurred | base.blurred), OPEN, answer)


def count_between(low: np.ndarray, high: np.ndarray, least: int, is_open: np.ndarray) -> np.ndarray:
    """low..high >= least; undecided is OPEN where noise is part of it, else UNKNOWN."""
    return np.where(low >= least, MET, np.where(high < least, NOT, np.where(is_open, OPEN, UNKNOWN)))


def agree(states: np.ndarray, patient: np.ndarray, n: int) -> np.ndarray:
    """One answer per patient from several rows: theirs where all agree, OPEN where not, UNKNOWN without a row."""
    low, high = np.full(n, 9), np.full(n, -1)
    np.minimum.at(low, patient, states)
    np.maximum.at(high, patient, states)
    return np.where(high < 0, UNKNOWN, np.where(low == high, low, OPEN))
