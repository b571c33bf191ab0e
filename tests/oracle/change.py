"""Reference change values (CRITERIA 4) and change between two results of one series (CRITERIA 3)."""

from __future__ import annotations

from math import exp, log, sqrt

from .facts import CV_WITHIN_AND_ANALYTICAL
from .rows import Lab
from .values import Answer, interval_of, is_above, is_at_least, is_at_most, is_below


def compute_rcv(analyte: str, kind: str) -> tuple[float, float] | None:
    """(up, down) as fractions; None without CVs. A titre: three up (+300 %), three quarters down."""
    if kind == "titre":
        return 3.0, 0.75
    if analyte not in CV_WITHIN_AND_ANALYTICAL:
        return None
    cv_i, cv_a = (cv / 100 for cv in CV_WITHIN_AND_ANALYTICAL[analyte])
    sigma = sqrt(log(1 + cv_a**2) + log(1 + cv_i**2))
    return exp(1.96 * sqrt(2) * sigma) - 1, 1 - exp(-1.96 * sqrt(2) * sigma)


def is_beyond_up(first: Lab, last: Lab) -> Answer:
    """last/first - 1 above `up`; a titre reaching it is beyond; from 0 to more: above.

    last/first > 1 + up is written last > (1 + up) x first, which is also right for a first of 0.
    """
    rcv, before, after = _parts(first, last)
    if rcv is None or before is None or after is None:
        return None
    limit = before.times(1 + rcv[0])
    if first.kind == "titre":  # from 0 to 0 is no rise, although 0 reaches 4 x 0
        return is_at_least(after, limit) if before.high > 0 else is_above(after, limit)
    return is_above(after, limit)


def is_beyond_down(first: Lab, last: Lab) -> Answer:
    """last/first - 1 below -`down`; a titre reaching it is beyond."""
    rcv, before, after = _parts(first, last)
    if rcv is None or before is None or after is None:
        return None
    limit = before.times(1 - rcv[1])
    if first.kind == "titre":
        return is_at_most(after, limit) if before.high > 0 else is_below(after, limit)
    return is_below(after, limit)


def is_same_series(baseline: Lab | None, value: Lab | None) -> bool:
    return baseline is not None and value is not None and baseline.series == value.series


def _parts(first: Lab, last: Lab):
    return compute_rcv(first.analyte, first.kind), interval_of(first), interval_of(last)
