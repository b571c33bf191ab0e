"""The trend kernels against the plain double loop, SciPy and pymannkendall, on series with ties of every length."""

import numpy as np
import pymannkendall
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import theilslopes

from lupusmon.analysis.kernels import compute_mann_kendall, compute_theil_sen

TOLERANCE = 1e-9
SERIES = st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=9), min_size=1, max_size=12)


def stack(series: list[list[float]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(days, values, offsets) of ragged series, a month apart give or take."""
    random = np.random.default_rng(1)
    offsets = np.concatenate([[0], np.cumsum([len(s) for s in series])])
    days = np.concatenate([np.cumsum(random.integers(1, 40, len(s))) for s in series]).astype(float)
    return days, np.concatenate(series).astype(float), offsets


@given(SERIES)
@settings(max_examples=200, deadline=None)
def test_short_series_agree_with_the_double_loop(series):
    days, values, offsets = stack(series)
    slopes, (s, _) = compute_theil_sen(days, values, offsets), compute_mann_kendall(values, offsets)
    for i, (begin, end) in enumerate(zip(offsets[:-1], offsets[1:], strict=True)):
        x, y = days[begin:end], values[begin:end]
        pairs = [(a, b) for b in range(end - begin) for a in range(b)]
        expected = np.median([(y[b] - y[a]) / (x[b] - x[a]) for a, b in pairs]) if pairs else np.nan
        assert slopes[i] == pytest.approx(expected, abs=TOLERANCE, nan_ok=True)
        assert s[i] == sum(np.sign(y[b] - y[a]) for a, b in pairs)


@pytest.mark.parametrize("n", [4, 14, 127, 128, 129, 300])  # sums of signs no longer fit a byte from 128 on
@pytest.mark.parametrize("rising", [True, False])
def test_long_series_agree_with_outside_programs(n, rising):
    random = np.random.default_rng(n)
    monotone = np.arange(n, dtype=float)
    every = [monotone if rising else monotone[::-1], np.round(random.normal(50, 4, n)), np.full(n, 3.0)]
    days, values, offsets = stack([list(s) for s in every])
    slopes, (s, p) = compute_theil_sen(days, values, offsets), compute_mann_kendall(values, offsets)
    for i in range(len(every)):
        here = slice(offsets[i], offsets[i + 1])
        assert slopes[i] == pytest.approx(theilslopes(values[here], days[here]).slope, abs=TOLERANCE)
        if np.ptp(values[here]):  # pymannkendall divides by 0 where all are equal
            outside = pymannkendall.original_test(values[here])
            assert (s[i], p[i]) == (outside.s, pytest.approx(outside.p, abs=TOLERANCE))
        else:
            assert (s[i], p[i]) == (0, 1)


def test_equal_values_just_below_and_above_a_limit_are_ranked_by_it():
    """`<10` just under 10, `>10` just over it: as LabIndex.rank gives them."""
    rank = np.array([np.nextafter(10.0, -np.inf), 10.0, np.nextafter(10.0, np.inf), 10.0])
    s, _ = compute_mann_kendall(rank, np.array([0, 4]))
    assert s[0] == 3  # of the six pairs four rise, one is level, one falls
