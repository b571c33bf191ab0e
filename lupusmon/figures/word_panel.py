"""A test that is reported in words only: lanes named negative and positive instead of an axis of made-up numbers."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from lupusmon.figures import theme
from lupusmon.figures.panel_parts import Drawing

_LANES = {"in": (0.0, "negative"), "unknown": (1.0, "undecided"), "none": (1.0, "undecided"), "high": (2.0, "positive")}
LOW, HIGH = -0.6, 2.6


def is_worded(rows: pd.DataFrame) -> bool:
    """Whether there are results and none of them is a number or a titre."""
    return len(rows) > 0 and bool(rows["shown"].isna().all())


def place_words(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the place of their lane as `y`; limits in numbers have no place there.

    A number among them, which is in no rule any more, stands where its status says: one that is not high is negative.
    """
    places = [_LANES.get(status, _LANES["in"])[0] for status in rows["status"]]
    return rows.assign(y=pd.Series(places, index=rows.index, dtype=float), y_low=float("nan"), y_high=float("nan"))


@dataclass(frozen=True)
class WordDrawing(Drawing):
    """A panel whose y axis names lanes; never logarithmic, whatever the test."""

    @property
    def log(self) -> bool:
        return False

    def lines(self, live: pd.DataFrame, *, faded: bool) -> list[dict]:
        return []  # between two words there is nothing to go through

    def title(self, domain: tuple, live: pd.DataFrame) -> dict:
        return super().title(domain, live) | {"text": f"<b>{self.name}</b>  reported in words · negative is better"}

    def baseline_line(self, base: pd.Series | None) -> list[dict]:
        return []

    def yaxis(self, domain: tuple[float, float]) -> dict:
        names = dict(sorted(_LANES.values()))
        shape = {"range": [LOW, HIGH], "tickvals": list(names), "ticktext": list(names.values())}
        return theme.axis(self.inks, domain=list(domain), fixedrange=True, anchor="x", type="linear", **shape)
