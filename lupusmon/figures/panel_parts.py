"""The pieces a laboratory panel is made of: lines, marks, carets, bands, labels, axis."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lupusmon.clinical.analytes import ANALYTES, DOWN, UP
from lupusmon.figures import points, theme
from lupusmon.figures.evidence import FADED
from lupusmon.figures.log_axis import log_ticks
from lupusmon.figures.time_axis import DAY, LETTER_PX, TimeAxis

_SCALE_UNITS = {"limit": "× limit", "baseline": "× baseline"}
_MOST_BOUNDARIES = 4
LOG_FLOOR_RATIO = 2.5  # the lane for zero lies this far below the least positive value


@dataclass(frozen=True)
class PanelStyle:
    """How every panel of the figure is drawn."""

    inks: theme.Palette
    time: TimeAxis
    units: str
    scale: str
    log: bool
    expected_days: float


def is_log(analyte: str, style: PanelStyle) -> bool:
    """Whether the panel has a logarithmic axis."""
    return style.log and ANALYTES[analyte].log


@dataclass(frozen=True)
class Drawing:
    """The pieces of one panel; every method returns finished Plotly parts."""

    analyte: str
    number: int
    style: PanelStyle
    low: float
    high: float
    floor: float | None

    @property
    def inks(self) -> theme.Palette:
        return self.style.inks

    @property
    def name(self) -> str:
        return theme.short_name(self.analyte)

    @property
    def log(self) -> bool:
        return is_log(self.analyte, self.style)

    @property
    def bottom(self) -> float:
        """Where the scale ends and the lane below it begins."""
        if self.floor is None:
            return self.low
        return math.sqrt(self.floor * self.floor * LOG_FLOOR_RATIO) if self.log else 2 * self.floor - self.low

    def y(self, value: float) -> float:
        """Annotations on a log axis want the logarithm; shapes and traces want the value."""
        return math.log10(value) if self.log else value

    def heights(self, live: pd.DataFrame) -> pd.Series:
        """y of every mark; what has no place on the axis goes to the lane."""
        out = live["y"]
        lane = out.isna() | ((out <= 0) if self.log else False)
        return out.where(~lane, self.floor)

    def trace(self, role: str, **more: object) -> dict:
        return {
            "type": "scatter",
            "xaxis": "x",
            "yaxis": f"y{self.number}",
            "name": f"{self.analyte} {role}",
            "meta": {"role": role, "analyte": self.analyte},
            "showlegend": False,
            "hoverinfo": "skip",
            "cliponaxis": True,
        } | more

    def lines(self, live: pd.DataFrame, *, faded: bool) -> list[dict]:
        out = []
        places, heights = self.style.time.place(live["at"]), self.heights(live).tolist()
        drawn = live[live["y"].notna() & ~((live["y"] <= 0) & self.log)]
        for role, pairs in zip(
            ("line", "gap"), points.connect(drawn, expected_days=self.style.expected_days), strict=True
        ):
            xs, ys = [], []
            for left, right in pairs:
                xs += [places[left], places[right], None]
                ys += [heights[left], heights[right], None]
            line = {"color": self.inks.line, "width": 1.6, "dash": "dot" if role == "gap" else "solid"}
            out.append(self.trace(role, mode="lines", x=xs, y=ys, line=line, opacity=0.35 if faded else 1.0))
        return [t for t in out if t["x"]]

    def marks(self, live: pd.DataFrame, hover: list[str], ring: np.ndarray | None) -> dict:
        censored = [sign in ("<", ">") for sign in live["comparator"].tolist()]
        words, statuses = live["shown"].isna().tolist(), live["status"].tolist()
        symbols = [
            ("square" if s == "high" else "square-open") if word else theme.SYMBOLS[s] + ("-open" if open_ else "")
            for s, open_, word in zip(statuses, censored, words, strict=True)
        ]
        chosen = [False] * len(live) if ring is None else ring.tolist()
        colours = [theme.status_colour(status, self.inks) for status in statuses]
        edge = [self.inks.ink if c else colour for colour, c in zip(colours, chosen, strict=True)]
        hollow = [symbol.endswith("-open") for symbol in symbols]
        marker = {
            "symbol": symbols,
            "color": [e if h else colour for e, h, colour in zip(edge, hollow, colours, strict=True)],
            "size": [
                (12 if c else 8) + (2 if s in ("high", "low") else 0) for s, c in zip(statuses, chosen, strict=True)
            ],
            "line": {
                "color": edge,
                "width": [3 if c else 1.5 if h else 0.5 for c, h in zip(chosen, hollow, strict=True)],
            },
            "opacity": 1.0 if ring is None else [1.0 if c else 0.28 for c in chosen],
        }
        return self.trace(
            "points",
            mode="markers",
            x=self.style.time.place(live["at"]),
            y=self.heights(live).tolist(),
            marker=marker,
            text=hover,
            customdata=live["row"].tolist(),
            hoverinfo="text",
            hovertemplate="%{text}<extra></extra>",
        )

    def carets(self, live: pd.DataFrame, ring: np.ndarray | None) -> list[dict]:
        """The arrow of each censored mark; it fades with its mark."""
        out = []
        chosen = [True] * len(live) if ring is None else ring.tolist()
        marks = list(zip(live["comparator"].tolist(), chosen, strict=True))
        for comparator, sign, place in (("<", "▾", "bottom center"), (">", "▴", "top center")):
            for used, opacity in ((True, 1.0), (False, FADED)):
                places = [i for i, mark in enumerate(marks) if mark == (comparator, used)]
                if not places:
                    continue
                rows = live.iloc[places]
                xs, ys = self.style.time.place(rows["at"]), self.heights(live)[rows.index].tolist()
                look = {"textposition": place, "textfont": {"size": 12, "color": self.inks.ink}, "opacity": opacity}
                out.append(self.trace("censored", mode="text", x=xs, y=ys, text=[sign] * len(rows), **look))
        return out

    def superseded(self, rows: pd.DataFrame, *, faded: bool) -> list[dict]:
        if rows.empty:
            return []
        marker = {"symbol": "circle-open", "size": 5, "color": self.inks.unknown, "line": {"width": 1}}
        marker["opacity"] = FADED if faded else 1.0
        text = [f"{self.name} {theme.safe(v)}: superseded by a later row" for v in points.value_text(rows)]
        return self._aside("superseded", rows, marker, text)

    def unusable(self, rows: pd.DataFrame, *, faded: bool) -> list[dict]:
        """Hollow and crossed, with the reason: in no line, no verdict and no trend."""
        if rows.empty:
            return []
        marker = {"symbol": "circle-x-open", "size": 9, "color": self.inks.unknown, "line": {"width": 1.2}}
        marker["opacity"] = FADED if faded else 1.0
        said = zip(points.value_text(rows), rows["at"], rows.get("reason", pd.Series(dtype=object)), strict=False)
        text = [
            f"✕ {self.name} {theme.safe(value)} on {at:%Y-%m-%d}<br>   not usable: {theme.safe(reason)}"
            for value, at, reason in said
        ]
        return self._aside("unusable", rows, marker, text)

    def pinned(self, live: pd.DataFrame) -> list[dict]:
        """A frame around each result that a person pinned to a slot; who, when and why under the pointer."""
        if "pinned" not in live or (live["pinned"] == "").all():
            return []
        rows = live[live["pinned"] != ""]
        marker = {"symbol": "diamond-wide-open", "size": 22, "color": self.inks.ink, "line": {"width": 1.8}}
        text = [
            f"{self.name} {theme.safe(v)}: {theme.safe(p)}"
            for v, p in zip(points.value_text(rows), rows.get("pinned", ()), strict=True)
        ]
        return self._aside("pinned", rows, marker, text)

    def _aside(self, name: str, rows: pd.DataFrame, marker: dict, text: list[str]) -> list[dict]:
        if rows.empty:
            return []
        return [
            self.trace(
                name,
                mode="markers",
                x=self.style.time.place(rows["at"]),
                y=self.heights(rows).tolist(),
                marker=marker,
                text=text,
                hoverinfo="text",
                hovertemplate="%{text}<extra></extra>",
            )
        ]

    def baseline(self, base: pd.Series | None, *, faded: bool) -> list[dict]:
        if base is None or pd.isna(base["y"]):
            return []
        marker = {"symbol": "circle-open", "size": 17, "color": self.inks.ink, "line": {"width": 1.6}}
        marker["opacity"] = FADED if faded else 1.0
        return [
            self.trace("baseline", mode="markers", x=[self.style.time.at(base["at"])], y=[base["y"]], marker=marker)
        ]

    def baseline_line(self, base: pd.Series | None) -> list[dict]:
        if base is None or pd.isna(base["y"]):
            return []
        ends = {"x0": self.style.time.at(base["at"]), "x1": self.style.time.at(self.style.time.end)}
        line = {"color": self.inks.ink, "width": 0.8}
        return [self._shape("line", "baseline", y0=base["y"], y1=base["y"], line=line, opacity=0.55, **ends)]

    def baseline_label(
        self, base: pd.Series | None, course_start: pd.Timestamp | None, domain: tuple, live: pd.DataFrame
    ) -> list[dict]:
        if course_start is None or live.empty:
            return []
        if base is None:
            return [self._corner("No baseline in window", domain, self.inks.muted)]
        day = (base["at"].normalize() - course_start.normalize()).days
        value = points.say_value(*(base[name] for name in points.TEXT_COLUMNS))
        sign = "−" if day < 0 else "+" if day > 0 else ""
        pinned = ", pinned" if base.get("pinned_base") else ""
        text = f"Baseline {theme.safe(value)}, {base['at']:%Y-%m-%d} (day {sign}{abs(day)}{pinned})"
        return [self._corner(text, domain, self.inks.ink)]

    def band(self, live: pd.DataFrame) -> list[dict]:
        """Limits as steps: each result's limits hold until the next result brings others."""
        steps: list[list] = []
        for at, low, high, source in zip(live["at"], live["y_low"], live["y_high"], live["ref_source"], strict=True):
            if low != low and high != high:
                continue
            limits = (None if pd.isna(low) else low, None if pd.isna(high) else high, source == "default")
            if not steps or steps[-1][1] != limits:
                steps.append([at, limits])
        shapes = []
        for i, (start, (low, high, default)) in enumerate(steps):
            begin = self.style.time.start if i == 0 else start
            end = steps[i + 1][0] if i + 1 < len(steps) else self.style.time.end
            ends = {"x0": self.style.time.at(begin), "x1": self.style.time.at(end)}
            bottom, top = (
                self.bottom if low is None else max(low, self.bottom),
                self.high if high is None else min(high, self.high),
            )
            if top > bottom:
                fill = {"fillcolor": self.inks.band, "line": {"width": 0}, "layer": "below"}
                shapes.append(self._shape("rect", "limits", y0=bottom, y1=top, **fill, **ends))
            for edge in (low, high):
                if edge is not None and self.bottom < edge < self.high:
                    line = {"color": self.inks.band_edge, "width": 1, "dash": "dot" if default else "solid"}
                    shapes.append(self._shape("line", "limit", y0=edge, y1=edge, line=line, layer="below", **ends))
        return shapes

    def lane(self) -> list[dict]:
        """The strip for what has no place on the scale."""
        if self.floor is None:
            return []
        ends = {"x0": self.style.time.at(self.style.time.start), "x1": self.style.time.at(self.style.time.end)}
        look = {"fillcolor": self.inks.strip, "line": {"width": 0}, "layer": "below"}
        return [self._shape("rect", "lane", y0=self.low, y1=self.bottom, **look, **ends)]

    def target_lines(self, marks: list) -> list[dict]:
        line = {"color": self.inks.target, "width": 1.3, "dash": "dash"}
        start, end = self.style.time.at(self.style.time.start), self.style.time.at(self.style.time.end)
        return [self._shape("line", "target", x0=start, x1=end, y0=value, y1=value, line=line) for value, _ in marks]

    def target_labels(self, marks: list) -> list[dict]:
        font = {"size": 11, "color": self.inks.target}
        place = {"xref": "paper", "x": 1, "xanchor": "right", "yanchor": "bottom", "showarrow": False, "font": font}
        place |= {
            "bgcolor": self.inks.paper,
            "borderpad": 0,
            "opacity": 0.9,
        }  # the line of the day goes behind the words
        return [{"text": label, "yref": f"y{self.number}", "y": self.y(value), **place} for value, label in marks]

    def boundaries(self, live: pd.DataFrame) -> tuple[list[dict], list[dict]]:
        shapes, labels = [], []
        changes = points.assay_changes(live)[:_MOST_BOUNDARIES]
        ends = [*(moment for moment, _ in changes[1:]), self.style.time.end]
        for (moment, words), end in zip(changes, ends, strict=False):
            x = self.style.time.at(moment)
            line = {"color": self.inks.ink, "width": 1, "dash": "dashdot"}
            shapes.append(self._shape("line", "assay", x0=x, x1=x, y0=self.low, y1=self.high, line=line))
            labels.append(
                {
                    "text": theme.safe(_fit(words, self.style.time.px_between(moment, end))),
                    "hovertext": theme.safe(words),
                    "xref": "x",
                    "x": x,
                    "xanchor": "left",
                    "xshift": 3,
                    "yref": f"y{self.number}",
                    "y": self.y(self.high),
                    "yanchor": "top",
                    "showarrow": False,
                    "font": {"size": 11, "color": self.inks.ink},
                    "bgcolor": self.inks.paper,
                    "opacity": 0.9,
                }
            )
        return shapes, labels

    def floor_label(self, live: pd.DataFrame) -> list[dict]:
        if self.floor is None:
            return []
        words = live["shown"].isna().any()
        text = "words" if words else "zero or below" if self.log and (live["y"] <= 0).any() else "no scale"
        if words and self.log and (live["y"] <= 0).any():
            text = "words, ≤ 0"
        font = {"size": 10, "color": self.inks.muted}
        where = {"xref": "paper", "x": 0, "xanchor": "right", "xshift": -4, "yref": f"y{self.number}"}
        return [{"text": text, "y": self.y(self.floor), "yanchor": "middle", "showarrow": False, "font": font, **where}]

    def emptiness(self, live: pd.DataFrame, domain: tuple) -> list[dict]:
        if len(live):
            return []
        middle = {"xref": "paper", "x": 0.5, "yref": "paper", "y": sum(domain) / 2, "showarrow": False}
        return [
            {
                "text": f"no {self.name} results",
                "font": {"size": 12, "color": self.inks.muted},
                **middle,
            }
        ]

    def title(self, domain: tuple, live: pd.DataFrame) -> dict:
        facts = ANALYTES[self.analyte]
        good = {UP: "up is better", DOWN: "down is better"}.get(facts.good, "")
        units = live.loc[live["shown"].notna(), "shown_unit"].dropna().unique()  # more than one after a change of assay
        unit = _SCALE_UNITS.get(self.style.scale) or ", ".join(units) or facts.unit
        tags = [theme.safe(theme.unit_text(unit)), good, "log scale" if self.log else ""]
        text = f"<b>{self.name}</b>  " + " · ".join(t for t in tags if t)
        where = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": domain[1], "yanchor": "bottom"}
        return {"text": text, "showarrow": False, "font": {"size": 12.5, "color": self.inks.ink}, **where}

    def cohort(self, cohort: pd.DataFrame | None, course_start: pd.Timestamp | None) -> list[dict]:
        """Median and quartiles of the same drug, behind everything. cohort: week, q1, median, q3 in y units."""
        if cohort is None or cohort.empty or course_start is None:
            return []
        at = course_start + cohort["week"] * 7 * DAY
        x = self.style.time.place(at)
        edge = self.trace("cohort band", mode="lines", x=x + x[::-1], y=[*cohort["q3"], *cohort["q1"][::-1]])
        edge |= {"fill": "toself", "fillcolor": self.inks.strip, "line": {"width": 0}}
        median = self.trace("cohort median", mode="lines", x=x, y=cohort["median"].tolist())
        return [edge, median | {"line": {"color": self.inks.muted, "width": 1, "dash": "dot"}}]

    def yaxis(self, domain: tuple[float, float]) -> dict:
        span = [self.y(self.low), self.y(self.high)]
        kind = (
            {"type": "log", "tickvals": log_ticks(self.bottom, self.high)}
            if self.log
            else {"type": "linear", "nticks": 5}
        )
        return theme.axis(
            self.inks, domain=list(domain), range=span, fixedrange=True, anchor="x", tickformat="~g", **kind
        )

    def _shape(self, kind: str, name: str, **more: object) -> dict:
        base = {
            "type": kind,
            "name": f"{self.analyte} {name}",
            "xref": "x",
            "yref": f"y{self.number}",
            "layer": "between",
        }
        return base | more

    def _corner(self, text: str, domain: tuple, ink: str) -> dict:
        where = {"xref": "paper", "x": 1, "xanchor": "right", "yref": "paper", "y": domain[1], "yanchor": "bottom"}
        return {
            "text": text,
            "showarrow": False,
            "font": {"size": 11.5, "color": ink},
            "bgcolor": self.inks.paper,
            **where,
        }


def _fit(words: str, room_px: float) -> str:
    """The words of a change of assay as far as there is room: whole, the new assay alone, or an arrow."""
    new = "→" + words.rpartition("→")[2]
    return next((text for text in (words, new) if len(text) * LETTER_PX <= room_px), "→")
