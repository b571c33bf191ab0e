"""The one x axis all panels share: calendar dates, or weeks from an infusion."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from lupusmon.figures import theme

DAY = pd.Timedelta(days=1)
_ISO_LENGTHS = {3, 10, 16, 19, 26}  # NaT, a day, with minutes, seconds, parts of them; no time zone
_WEEK_TICKS = (4, 8, 12, 24, 52, 104)  # always multiples of four (PRODUCT 3)
_MOST_TICKS = 14
PLOT_PX, LETTER_PX = 800, 6.0  # width as on a tablet; wider windows only have more room
_AHEAD = 0.08  # share of the past that is shown of the future


@dataclass(frozen=True)
class TimeAxis:
    """start, end: first and last moment shown. origin: day of week 0; None = calendar dates.

    Weeks are other words under the same days: so the stretch a viewer zoomed to stays when the words change.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    origin: pd.Timestamp | None = None

    def place(self, moments: pd.Series) -> list:
        """x of each moment as ISO text. Keeps order and length; not known = None."""
        return [self.at(moment) for moment in moments]

    def at(self, moment: pd.Timestamp) -> object:
        """x of one moment."""
        if moment is pd.NaT:
            return None
        return moment.isoformat()

    def px_between(self, left: pd.Timestamp, right: pd.Timestamp) -> float:
        """How far two moments lie apart where the room is small."""
        return (right - left) / DAY * PLOT_PX / max((self.end - self.start) / DAY, 1.0)

    def layout(self, inks: theme.Palette) -> dict:
        """The `xaxis` entry; the type is always set (a guessed one draws bars from the left edge)."""
        common = theme.axis(
            inks,
            range=[self.at(self.start), self.at(self.end)],
            showspikes=True,
            spikemode="across",
            spikesnap="data",
            spikethickness=1,
            spikedash="dot",
            spikecolor=inks.muted,
            ticks="outside",
            tickcolor=inks.grid,
            showgrid=True,
            type="date",
            hoverformat="%Y-%m-%d",
        )
        if self.origin is None:
            return common
        weeks = (self.end - self.start) / DAY / 7
        step = next((t for t in _WEEK_TICKS if weeks / t <= _MOST_TICKS), _WEEK_TICKS[-1])
        title = {"text": f"weeks from {self.origin.date().isoformat()}", "font": {"size": 12, "color": inks.muted}}
        numbers = self._multiples(step)
        days = [self.at(self.origin + 7 * week * DAY) for week in numbers]
        said = [str(week).replace("-", "\u2212") for week in numbers]
        return common | {"title": title, "tickmode": "array", "tickvals": days, "ticktext": said}

    def _multiples(self, step: int) -> range:
        """The weeks shown that are multiples of `step`."""
        first, last = ((end - self.origin) / DAY / 7 for end in (self.start, self.end))
        return range(math.ceil(first / step) * step, math.floor(last / step) * step + 1, step)


def moments(column: pd.Series) -> pd.Series:
    """ISO dates with or without a time as timestamps; empty or not known = NaT."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return column
    texts = [text if isinstance(text, str) and text[:1].isdigit() else "NaT" for text in column.tolist()]
    if all(len(text) in _ISO_LENGTHS for text in texts):
        try:  # numpy reads the few texts of a patient ten times as fast
            return pd.Series(np.array(texts, dtype="datetime64[us]"), index=column.index, name=column.name)
        except ValueError:
            pass
    return pd.to_datetime(column, format="ISO8601", errors="coerce")


def build_axis(
    *columns: pd.Series, as_of: date, origin: date | None = None, window: tuple[date, date] | None = None
) -> TimeAxis:
    """The axis that holds every moment of `columns` up to a little after as_of, or exactly `window`."""
    week_zero = None if origin is None else pd.Timestamp(origin)
    if window is not None:
        return TimeAxis(pd.Timestamp(window[0]), pd.Timestamp(window[1]) + DAY, week_zero)
    known = pd.concat([moments(c) for c in columns] or [pd.Series(dtype="datetime64[us]")]).dropna()
    first = known.min() if len(known) else pd.Timestamp(as_of) - 365 * DAY
    now = pd.Timestamp(as_of)
    soon = now + max((now - first) * _AHEAD, 35 * DAY)  # a dose planned for next year must not squeeze this one
    last = min(max(known.max(), now), soon) if len(known) else now
    room = max((last - first) * 0.02, 5 * DAY)
    return TimeAxis(min(first, now) - room, last + room, week_zero)
