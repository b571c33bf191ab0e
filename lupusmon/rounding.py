"""Rounding to significant digits, exactly as a careful person would do it by hand (CRITERIA 1)."""

from __future__ import annotations

import math

import numpy as np

from lupusmon.clinical.thresholds import COMPARE_DIGITS, SIGNIFICANT_DIGITS

_EXACT_POWER = 22  # 10**22 is the largest power of ten a double holds exactly
_NEARLY_EQUAL = 1.1 * 10.0 ** (1 - COMPARE_DIGITS)  # wider than the widest step between rounded numbers
_NEAR_HALF = 1e-4  # closer than this to a tie, the decimal text decides
_POWER = np.array([float(f"1e{k}") for k in range(_EXACT_POWER + 1)])
_SMALL = 1e-12  # from here on the power of ten needed for up to 9 digits is exact
_FIRST_DECADE = -14
_DECADES = np.array([float(f"1e{k}") for k in range(_FIRST_DECADE, _EXACT_POWER)])


def round_significant(values: np.ndarray, digits: int) -> np.ndarray:
    """`values` rounded to `digits` significant digits; equals float(f"{x:.{digits - 1}e}") for every finite x.

    float64 in, float64 out, any shape; nan and infinity stay. Complexity: linear.
    """
    x = np.asarray(values, dtype=np.float64)
    scale = _POWER[digits // 2]
    with np.errstate(over="ignore"):
        steps = np.rint(x * scale)
    short = (steps / scale == x) & (np.abs(steps) <= _POWER[digits])  # most numbers have few digits: nothing to round
    if short.all():
        return x.copy()
    out = x.flatten()
    rest = np.flatnonzero(~short & np.isfinite(x))
    if len(rest):
        v = out[rest]
        out[rest] = np.copysign(_round_positive(np.abs(v), digits), v)
    return out.reshape(x.shape)


def round_value(values: np.ndarray) -> np.ndarray:
    """To the 9 significant digits of a harmonised value."""
    return round_significant(values, SIGNIFICANT_DIGITS)


def round_compare(values: np.ndarray) -> np.ndarray:
    """To the 6 significant digits at which values are compared."""
    return round_significant(values, COMPARE_DIGITS)


def compare_rounded(a: np.ndarray, b: np.ndarray | float) -> np.ndarray:
    """Above, equal to or below 0 as a is above, equal to or below b when both are rounded to be compared; nan: neither.

    Rounding keeps the order and moves a number by less than 5 in a million, so only numbers nearly equal are rounded.
    """
    if isinstance(b, float) and math.isfinite(b):  # most limits: nothing to look out for, and half the calls
        gap = np.asarray(a - b)
        near = np.abs(gap) <= abs(b) * _NEARLY_EQUAL
    else:
        with np.errstate(invalid="ignore"):
            gap = np.asarray(a - b)
            near = np.abs(gap) <= np.abs(b) * _NEARLY_EQUAL
        if np.isinf(b).any():
            gap, near = np.where(a == b, 0.0, gap), near & np.isfinite(b)
    rows = near.ravel().nonzero()[0]
    if len(rows):
        rows = rows[gap.ravel()[rows] != 0]
    if len(rows):
        a, b = (np.broadcast_to(side, gap.shape)[rows] for side in (a, b))
        gap[rows] = round_compare(a) - round_compare(b)
    return gap


def _round_positive(v: np.ndarray, digits: int) -> np.ndarray:
    """Finite values above 0: one product and one quotient with an exact power of ten; by text where that could err."""
    usual = (v >= _SMALL) & (v < _POWER[digits])
    tame = v if usual.all() else np.where(usual, v, 1.0)
    power = _POWER[digits - 1 - _exponents(tame)]
    scaled = tame * power
    whole = np.rint(scaled)
    out = whole / power
    doubtful = np.flatnonzero((np.abs(np.abs(scaled - whole) - 0.5) < _NEAR_HALF) | ~usual)
    if len(doubtful):
        out[doubtful] = [float(f"{value:.{digits - 1}e}") for value in v[doubtful].tolist()]
    return out


def _exponents(v: np.ndarray) -> np.ndarray:
    """floor(log10(v)) from the binary exponent, which times log10(2), near enough 1233 / 4096, gives it or one less."""
    low = ((v.view(np.int64) >> 52) - 1023) * 1233 >> 12
    return low + (v >= _DECADES[low + 1 - _FIRST_DECADE])
