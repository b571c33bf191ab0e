"""Rounding and ordering against the plain way to do the same."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lupusmon.rounding import compare_rounded, round_compare, round_significant
from lupusmon.sorting import number_distinct, sort_order

NUMBERS = st.floats(min_value=-1e15, max_value=1e15) | st.decimals(-1000, 1000, places=3).map(float)
STEPS = st.sampled_from([0.0, 1e-7, 9e-7, -4e-6, 5e-6, 1e-5, -1.2e-5, 0.1])


@given(st.lists(NUMBERS, min_size=1), st.sampled_from([6, 9]))
def test_rounds_as_the_decimal_text_does(values: list[float], digits: int) -> None:
    plain = [float(f"{value:.{digits - 1}e}") for value in values]
    np.testing.assert_array_equal(round_significant(np.array(values), digits), plain)


@given(
    st.lists(st.tuples(st.floats(0, 1e9) | st.just(np.inf) | st.just(np.nan), STEPS), min_size=1),
)
def test_comparing_is_as_if_both_sides_were_rounded(pairs: list[tuple[float, float]]) -> None:
    a = np.array([value for value, _ in pairs])
    b = a * (1 + np.array([step for _, step in pairs]))
    for x, y in ((a, b), (b, a), (a, np.float64(a[0]))):
        gap, p, q = compare_rounded(x, y), round_compare(x), round_compare(np.broadcast_to(y, x.shape))
        np.testing.assert_array_equal([gap > 0, gap == 0, gap < 0], [p > q, p == q, p < q])


CLOCKS = st.integers(-1, 1439).map(lambda minute: minute * 60_000_000 if minute >= 0 else -1)


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(-40_000, 40_000), CLOCKS | st.integers(-(10**11), 10**11)), max_size=50
    )
)
def test_orders_as_a_stable_sort_by_the_keys_does(rows: list[tuple[int, int, int]]) -> None:
    keys = [np.array([row[at] for row in rows], dtype=np.int64) for at in range(3)]
    assert sort_order(*keys).tolist() == sorted(range(len(rows)), key=rows.__getitem__)


@given(st.lists(st.integers(-50, 50) | st.integers(-(10**15), 10**15)))
def test_numbers_distinct_keys_in_their_order(keys: list[int]) -> None:
    values, which = number_distinct(np.array(keys, dtype=np.int64))
    assert values.tolist() == sorted(set(keys)) and values[which].tolist() == keys
