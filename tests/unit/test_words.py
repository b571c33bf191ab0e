"""Words shared by screen and report."""

import math

import pandas as pd
import pytest

from lupusmon import words


def test_a_change_with_a_censored_end_is_not_said_to_be_within_natural_variation() -> None:
    assert words.noise_text(False, known=False) == "not shown to be beyond natural variation"
    assert words.noise_text(False, known=True) == "within natural variation"
    assert words.noise_text(True, known=False) == "beyond natural variation"
    assert words.noise_text(None, known=True) == ""


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("100", "40", "−60 %"),
        ("100", "<10", "at least −90 %"),
        (">300", "40", "at least −86 %"),
        ("<10", "40", "at least +300 %"),
        ("100", ">300", "at least +200 %"),
        (">300", "<10", "at least −96 %"),
        ("<10", ">300", "at least +2900 %"),
        ("<10", "8", ""),
        (">300", "400", ""),
        (">300", "300", ""),
        ("<10", "<5", ""),
        ("0", "5", ""),
    ],
)
def test_a_change_with_a_censored_end_says_at_least_where_it_has_a_bound(first: str, last: str, said: str) -> None:
    ends = [(text[:1] if text[0] in "<>" else "", float(text.lstrip("<>"))) for text in (first, last)]
    known = not any(sign for sign, _ in ends) and ends[0][1] > 0
    trend = {
        "pct_change": (ends[1][1] / ends[0][1] - 1) * 100 if known else math.nan,
        "first_at": "2024-01-01",
        "last_at": "2024-05-01T08:30:00",
        "first_value": ends[0][1],
        "last_value": ends[1][1],
    }
    at = pd.to_datetime(["2024-01-01T00:00:00", "2024-05-01T08:30:00"])
    assert words.change_text(trend, pd.DataFrame({"at": at, "comparator": [sign for sign, _ in ends]})) == said
