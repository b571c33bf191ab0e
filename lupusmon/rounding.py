"""Rounding to significant digits, exactly as a careful person would do it by hand (CRITERIA 1)."""

from __future__ import annotations

import numpy as np

from lupusmon.clinical.thresholds import COMPARE_DIGITS, SIGNIFICANT_DIGITS

_EXACT_POWER = 22  # 10**22 is the largest power of ten a double holds exactly
_NEAR_HALF = 1e-4  # closer than this to a tie, the decimal text decides


def round_significant(values: np.ndarray, digits: int) -> np.ndarray:
    """`values` rounded to `digits` significant digits; equals float(f"{x:.{digits - 1}e}") for every finite x.

    float64 in, float64 out, any shape; nan and infinity stay. Complexity: linear.
    """
    x = np.asarray(values, dtype=np.float64)
    out = x.copy()
    live = np.isfinite(x) & (x != 0)
    every = bool(live.all())
    v = np.abs(x if every else x[live])
    if not v.size:
        return out
    exponent = np.floor(np.log10(v)).astype(np.int64)
    scaled = _shift(v, digits - 1 - exponent)
    exponent += (scaled >= 10.0**digits).astype(np.int64) - (scaled < 10.0 ** (digits - 1)).astype(np.int64)
    shift = digits - 1 - exponent
    scaled = _shift(v, shift)
    rounded = _shift(np.rint(scaled), -shift)
    doubtful = (np.abs(scaled - np.floor(scaled) - 0.5) < _NEAR_HALF) | (np.abs(shift) > _EXACT_POWER)
    if doubtful.any():
        rounded[doubtful] = [float(f"{value:.{digits - 1}e}") for value in v[doubtful].tolist()]
    if every:
        return np.copysign(rounded, x)
    out[live] = np.copysign(rounded, x[live])
    return out


def round_value(values: np.ndarray) -> np.ndarray:
    """To the 9 significant digits of a harmonised value."""
    return round_significant(values, SIGNIFICANT_DIGITS)


def round_compare(values: np.ndarray) -> np.ndarray:
    """To the 6 significant digits at which values are compared."""
    return round_significant(values, COMPARE_DIGITS)


_MAX_POWER = 308
_UP = np.array([10.0 ** max(k, 0) for k in range(-2 * _MAX_POWER, _MAX_POWER + 1)] + [np.inf] * 40)
_DOWN = np.array([10.0 ** min(max(-k, 0), _MAX_POWER) for k in range(-2 * _MAX_POWER, _MAX_POWER + 41)])


def _shift(values: np.ndarray, powers: np.ndarray) -> np.ndarray:
    """values * 10**powers, with each power of ten looked up and not computed."""
    at = powers + 2 * _MAX_POWER
    return values * _UP[at] / _DOWN[at]
