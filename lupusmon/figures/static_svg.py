"""The timeline as a small SVG: the very traces, shapes and notes of the screen, without a browser's chart library.

Only what `build_timeline` uses is drawn. Row heights and letters are made smaller for paper; nothing else changes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape, unescape

from lupusmon.figures.svg_marks import attributes, draw_caret, draw_mark, draw_text, px
from lupusmon.figures.svg_rows import TITLE, Row, list_ticks, stack_rows

_LEFT, _RIGHT = 66.0, 10.0
_DATE_AXIS, _WEEK_AXIS = 13.0, 11.0
_TEXT, _LEAST_TEXT, _MARK, _LINE = 0.68, 7.0, 0.62, 0.75
_PANEL_PX = 112.0  # a lab's height on the screen
_LABEL = 6.8  # letters of dose numbers
_WEEKS = (0, 12, 24, 52, 104, 156, 208, 260)
_WEEK_ROOM = 26.0
_MONTH_STEPS, _MOST_TICKS = (1, 2, 3, 6, 12, 24), 12
_DASHES = {"dot": "1.5 2", "dash": "4 2.5", "dashdot": "5 2 1 2"}
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_GUIDE = "#8A97A3"


def draw_svg(
    figure: dict, *, width: float, panel_px: float, name: str, description: str, week_zero: date | None = None
) -> str:
    """A timeline from `build_timeline` (calendar axis) as one <svg> element.

    width, panel_px: size of the whole and height of one lab. name, description: what a screen reader says.
    week_zero: day of the first infusion; weeks from it are written under the dates. A hairline runs down from every
    given dose. Same figure, same text.
    """
    canvas = _Canvas.of(figure, width, panel_px, week_zero)
    body = "".join(
        [
            *canvas.clips(),
            *canvas.backgrounds(),
            *canvas.shapes(("below",)),
            *canvas.guides(),
            *canvas.shapes(("between", None)),
            *canvas.boundary_labels(),
            *canvas.traces(),
            *canvas.shapes(("above",)),
            *canvas.annotations(),
            *canvas.time_axis(),
        ]
    )
    box = f"0 0 {px(width)} {px(canvas.height)}"
    font = "Liberation Sans, Arial, Helvetica, sans-serif"
    head = attributes(
        xmlns="http://www.w3.org/2000/svg", viewBox=box, width=px(width), height=px(canvas.height), font_family=font
    )
    label = f"<title>{escape(name)}</title><desc>{escape(description)}</desc>"
    return f'<svg{head} role="img">{label}{body}</svg>'


def measure_height(figure: dict, panel_px: float, *, weeks: bool) -> float:
    """How high `draw_svg` will be."""
    return _Canvas.of(figure, 100.0, panel_px, date(2000, 1, 1) if weeks else None).height


@dataclass(frozen=True)
class _Canvas:
    data: list[dict]
    layout: dict
    rows: dict[str, Row]
    start: float
    end: float
    right: float
    bottom: float
    week_zero: date | None

    @classmethod
    def of(cls, figure: dict, width: float, panel_px: float, week_zero: date | None) -> _Canvas:
        layout = figure["layout"]
        rows = stack_rows(figure, panel_px / _PANEL_PX)
        start, end = (_to_day(v) for v in layout["xaxis"]["range"])
        bottom = max((row.bottom for row in rows.values()), default=TITLE)
        return cls(figure["data"], layout, rows, start, end, width - _RIGHT, bottom, week_zero)

    @property
    def height(self) -> float:
        return self.bottom + _DATE_AXIS + (_WEEK_AXIS if self.week_zero else 2)

    def x(self, value: object) -> float:
        return _LEFT + (_to_day(value) - self.start) / (self.end - self.start) * (self.right - _LEFT)

    def shows(self, value: object) -> bool:
        return value is not None and self.start <= _to_day(value) <= self.end

    def paper_y(self, share: float) -> float:
        """A height in shares of the screen figure: inside a row it is in proportion, a row's edges stay its edges."""
        for row in self.rows.values():
            low, high = row.domain
            if low - 1e-9 <= share <= high + 1e-9:
                return row.bottom - (share - low) / (high - low) * (row.bottom - row.top)
        return 0.0 if share > 0.5 else self.bottom

    def clips(self) -> Iterator[str]:
        for row in self.rows.values():
            box = attributes(x=_LEFT, y=row.top, width=self.right - _LEFT, height=row.bottom - row.top)
            yield f'<clipPath id="clip-{row.axis}"><rect{box}/></clipPath>'

    def backgrounds(self) -> Iterator[str]:
        """Grid, ticks and frame of every row."""
        grid = self.layout["xaxis"]["gridcolor"]
        used = {trace["yaxis"] for trace in self.data if len(trace["x"])}
        for row in self.rows.values():
            for value, text in list_ticks(row) if row.axis in used else ():
                y = row.place(value)
                if row.layout.get("showgrid", True):
                    yield f"<line{attributes(x1=_LEFT, x2=self.right, y1=y, y2=y, stroke=grid, stroke_width='.6')}/>"
                right = row.layout.get("side") == "right"
                where = (self.right + 3, "start") if right else (_LEFT - 4, "end")
                yield draw_text(text, where[0], y + 2.4, size=_LEAST_TEXT, colour=_ink(row), anchor=where[1])
            for day, _ in self._dates():
                x = self.x(day)
                edges = attributes(x1=x, x2=x, y1=row.top, y2=row.bottom, stroke=grid, stroke_width=".6")
                yield f"<line{edges}/>"

    def guides(self) -> Iterator[str]:
        """A hairline from every given dose through the labs."""
        lanes = [t for t in self.data if t["meta"]["role"] == "infusions"]
        for trace in lanes:
            top = self.rows[trace["yaxis"]].bottom
            for x, symbol in zip(trace["x"], trace["marker"]["symbol"], strict=True):
                if self.shows(x) and symbol == "triangle-down":
                    line = attributes(x1=self.x(x), x2=self.x(x), y1=top, y2=self.bottom, stroke=_GUIDE)
                    yield f'<line{line} stroke-width=".5" stroke-dasharray="1 2.5"/>'

    def shapes(self, layers: tuple) -> Iterator[str]:
        for shape in self.layout.get("shapes", ()):
            if shape.get("layer") not in layers:
                continue
            row = self.rows.get(shape["yref"])
            x0, x1 = (self.x(shape[k]) for k in ("x0", "x1"))
            y0, y1 = (self.paper_y(shape[k]) if row is None else row.place(shape[k]) for k in ("y0", "y1"))
            line = shape.get("line", {})
            opacity = {"opacity": shape.get("opacity")}
            clip = None if row is None else f"url(#clip-{row.axis})"
            if shape["type"] == "rect":
                box = {"x": min(x0, x1), "y": min(y0, y1), "width": abs(x1 - x0), "height": abs(y1 - y0)}
                yield f"<rect{attributes(**box, fill=shape['fillcolor'], clip_path=clip, **opacity)}/>"
            else:
                ends = {"x1": x0, "x2": x1, "y1": y0, "y2": y1}
                yield f"<line{attributes(**ends, **_stroke(line), clip_path=clip, **opacity)}/>"

    def traces(self) -> Iterator[str]:
        for trace in self.data:
            row = self.rows[trace["yaxis"]]
            parts = []
            mode = trace.get("mode", "markers")
            if "lines" in mode:
                parts += self._lines(trace, row)
            if "markers" in mode:
                parts += self._marks(trace, row)
            if "text" in mode:
                parts += self._texts(trace, row)
            if parts:
                clip = attributes(clip_path=None if "markers" in mode or "text" in mode else f"url(#clip-{row.axis})")
                yield f"<g{clip}{attributes(opacity=_faded(trace))}>{''.join(parts)}</g>"

    def _lines(self, trace: dict, row: Row) -> Iterator[str]:
        steps = trace.get("line", {}).get("shape") == "hv"
        for run in _runs(trace):
            corners = [(self.x(x), row.place(y)) for x, y in run]
            if steps:
                corners = [p for a, b in zip(corners, corners[1:], strict=False) for p in (a, (b[0], a[1]))]
                corners += [(self.x(run[-1][0]), row.place(run[-1][1]))]
            path = "L".join(f"{px(x)},{px(y)}" for x, y in corners)
            clip = f"url(#clip-{row.axis})"
            if trace.get("fill") == "toself":
                yield f'<path d="M{path}Z"{attributes(fill=trace["fillcolor"], clip_path=clip)}/>'
            if trace.get("fill") == "tozeroy":
                floor = px(row.place(0))
                area = f"M{px(corners[0][0])},{floor}L{path}L{px(corners[-1][0])},{floor}Z"
                yield f'<path d="{area}"{attributes(fill=trace["fillcolor"], clip_path=clip)}/>'
            yield f'<path d="M{path}"{attributes(fill="none", **_stroke(trace["line"]), clip_path=clip)}/>'

    def _marks(self, trace: dict, row: Row) -> Iterator[str]:
        count, marker = len(trace["x"]), trace.get("marker", {})
        edge = marker.get("line", {})
        columns = [
            _spread(marker.get("symbol", "circle"), count),
            _spread(marker.get("size", 6), count),
            _spread(marker.get("color", trace.get("line", {}).get("color", "#333")), count),
            _spread(edge.get("color"), count),
            _spread(edge.get("width", 0), count),
            _spread(marker.get("opacity", 1.0), count),
            _hints(trace, count),
        ]
        for x, y, symbol, size, colour, rim, width, opacity, hint in zip(trace["x"], trace["y"], *columns, strict=True):
            if self.shows(x) and y is not None and y == y:
                look = {"colour": colour, "edge": rim or colour, "width": width * _LINE, "opacity": opacity}
                yield draw_mark(symbol, self.x(x), row.place(y), size * _MARK, **look, title=hint)

    def _texts(self, trace: dict, row: Row) -> Iterator[str]:
        colour = trace.get("textfont", {}).get("color", "#333")
        places = _spread(trace.get("textposition", "top center"), len(trace["x"]))
        labels = [
            (self.x(x), row.place(y), text, place.startswith("bottom"))
            for x, y, text, place in zip(trace["x"], trace["y"], trace["text"], places, strict=True)
            if text and self.shows(x) and y is not None
        ]
        if trace["meta"]["role"] == "censored":
            yield from (draw_caret(x, y, down=below, colour=colour) for x, y, _, below in labels)
            return
        for x, y, text, below in _thin_labels(labels):
            where = {"size": _LABEL, "colour": colour, "anchor": "middle", "halo": "#fff"}
            yield draw_text(text, x, y + (_LABEL + 4 if below else -5), **where)

    def annotations(self) -> Iterator[str]:
        """Titles, baselines, targets: everything that belongs to a row and not to a moment."""
        for note in self.layout.get("annotations", ()):
            if note["xref"] == "paper":
                row = self.rows.get(note["yref"])
                y = self.paper_y(note["y"]) if row is None else row.at(note["y"])
                x = _LEFT + note["x"] * (self.right - _LEFT) + note.get("xshift", 0) * _TEXT
                size = max(note["font"]["size"] * _TEXT, _LEAST_TEXT)
                y += {"bottom": -2.5, "top": size * 0.95, "middle": size * 0.35}.get(note.get("yanchor"), size * 0.35)
                anchor = _ANCHORS[note.get("xanchor", "center")]
                yield draw_text(note["text"], x, y, size=size, colour=note["font"]["color"], anchor=anchor, halo="#fff")

    def boundary_labels(self) -> Iterator[str]:
        """Words at a moment (a change of assay), under the marks: beside their line where there is room, else short."""
        ends: dict[str, float] = {}
        for note in self.layout.get("annotations", ()):
            if note["xref"] != "x" or note["yref"] not in self.rows or not self.shows(note["x"]):
                continue
            row, x = self.rows[note["yref"]], self.x(note["x"]) + 2
            size = _LEAST_TEXT
            for text in (note["text"], "→" + note["text"].rsplit("→", 1)[-1]):
                wide = len(unescape(text)) * size * 0.52
                left = x if x + wide <= self.right else x - 4 - wide
                if left >= ends.get(row.axis, 0.0):
                    ends[row.axis] = max(left + wide, x)
                    yield draw_text(text, left, row.top + size, size=size, colour=note["font"]["color"], halo="#fff")
                    break

    def time_axis(self) -> Iterator[str]:
        ink = self.layout["xaxis"]["tickfont"]["color"]
        for day, text in self._dates():
            yield draw_text(text, self.x(day), self.bottom + 9, size=7.2, colour=ink, anchor="middle")
        if self.week_zero is None:
            return
        y = self.bottom + _DATE_AXIS + 6
        yield draw_text("week from first dose", _LEFT - 4, y, size=6.6, colour=ink, anchor="end")
        last = -math.inf
        for week in _WEEKS:
            moment = self.week_zero + timedelta(weeks=week)
            if self.shows(moment.isoformat()) and self.x(moment.isoformat()) - last > _WEEK_ROOM:
                last = self.x(moment.isoformat())
                tick = attributes(x1=last, x2=last, y1=self.bottom, y2=self.bottom + 3, stroke=ink)
                yield f'<line{tick} stroke-width=".8"/>'
                yield draw_text(str(week), last, y, size=7.2, colour=ink, anchor="middle")

    def _dates(self) -> list[tuple[str, str]]:
        """Firsts of months, as many as there is room for."""
        first, last = (date.fromordinal(int(v)) for v in (self.start + 1, self.end))
        span = (last.year - first.year) * 12 + last.month - first.month
        step = next((s for s in _MONTH_STEPS if span / s <= _MOST_TICKS), _MONTH_STEPS[-1])
        months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        days = [date(m // 12, m % 12 + 1, 1) for m in months if m % 12 % step == 0 and (step < 24 or m // 12 % 2 == 0)]
        return [(d.isoformat(), d.strftime("%Y-%m")) for d in days if self.shows(d.isoformat())]


def _thin_labels(labels: list[tuple]) -> list[tuple]:
    """Without those that would be written over another; words outlive plain dose numbers."""
    kept: list[tuple] = []
    for label in sorted(labels, key=lambda one: (one[2].isdigit(), one[0])):
        x, _, text, below = label
        half = len(text) * _LABEL * 0.29
        if all(other[3] != below or abs(x - other[0]) > half + len(other[2]) * _LABEL * 0.29 + 2 for other in kept):
            kept.append(label)
    return sorted(kept)


def _to_day(value: object) -> float:
    """ISO text as a day number with its share of the day."""
    moment = datetime.fromisoformat(str(value))
    return moment.toordinal() + (moment.hour * 3600 + moment.minute * 60 + moment.second) / 86400


def _runs(trace: dict) -> Iterator[list[tuple]]:
    """Stretches of a line between its gaps."""
    run: list[tuple] = []
    for x, y in [*zip(trace["x"], trace["y"], strict=True), (None, None)]:
        if x is None or y is None or y != y:
            if run:
                yield run
            run = []
        else:
            run.append((x, y))


def _spread(value: object, count: int) -> list:
    return list(value) if isinstance(value, list | tuple) else [value] * count


def _hints(trace: dict, count: int) -> list[str]:
    """The screen's text under the pointer, without its markup."""
    texts = trace.get("hovertext") or (trace.get("text") if trace.get("hoverinfo") == "text" else None)
    plain = [str(t).replace("<br>", "\n") for t in texts] if texts else [""] * count
    return [unescape(t.replace("<b>", "").replace("</b>", "")) for t in plain]


def _stroke(line: dict) -> dict[str, object]:
    return {
        "stroke": line.get("color"),
        "stroke_width": float(line.get("width", 1) * _LINE),
        "stroke_dasharray": _DASHES.get(line.get("dash", "")),
    }


def _faded(trace: dict) -> str | None:
    return None if trace.get("opacity", 1.0) >= 1 else f"{trace['opacity']:.2g}"


def _ink(row: Row) -> str:
    return row.layout["tickfont"]["color"]
