"""The rows of the timeline on paper: where each y axis lies, and its numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

TITLE = 13.0  # room for the title over a row
_LEAST_LANE = 20.0
_TICK_ROOM, _TICK_STEP = 9.0, 11.0


@dataclass(frozen=True)
class Row:
    """One y axis. domain: its share of the screen figure. low, high: in axis units (logarithms on a log axis)."""

    axis: str
    domain: tuple[float, float]
    top: float
    bottom: float
    low: float
    high: float
    layout: dict

    @property
    def log(self) -> bool:
        return self.layout.get("type") == "log"

    def place(self, value: float) -> float:
        """y of a value of a trace or shape."""
        return self.at(math.log10(value) if self.log else value)

    def at(self, height: float) -> float:
        """y of a value in axis units."""
        return self.bottom - (height - self.low) / (self.high - self.low) * (self.bottom - self.top)


def stack_rows(figure: dict, shrink: float) -> dict[str, Row]:
    """The y axes from the top, each with its smaller height."""
    layout = figure["layout"]
    inner = layout["height"] - layout["margin"]["t"] - layout["margin"]["b"]
    axes = [(key.replace("axis", ""), axis) for key, axis in layout.items() if key.startswith("yaxis")]
    beside = [(name, axis) for name, axis in axes if "overlaying" in axis]
    axes = [(name, axis) for name, axis in axes if "overlaying" not in axis]
    used, rows = 0.0, {}
    for name, axis in sorted(axes, key=lambda pair: -pair[1]["domain"][1]):
        low, high = axis["domain"]
        least = 24.0 * len(axis["ticktext"]) + 6 if "ticktext" in axis else _LEAST_LANE  # room for numbers and words
        height = max((high - low) * inner * shrink, least)
        top = used + TITLE
        used = top + height
        rows[name] = Row(name, (low, high), top, used, *_span(axis, name, figure["data"]), axis)
    for name, axis in beside:
        under = rows[axis["overlaying"]]
        rows[name] = Row(name, under.domain, under.top, under.bottom, *_span(axis, name, figure["data"]), axis)
    return rows


def _span(axis: dict, name: str, data: list[dict]) -> tuple[float, float]:
    if "range" in axis:
        return axis["range"][0], axis["range"][1]
    values = [y for trace in data if trace["yaxis"] == name for y in trace["y"] if y is not None and y == y]
    return min([0.0, *values]), max([1.0, *values]) * 1.18


def list_ticks(row: Row) -> list[tuple[float, str]]:
    """Values and labels, from the bottom; none nearer to the one before than a line of text."""
    layout = row.layout
    if "ticktext" in layout:
        return list(zip(layout["tickvals"], layout["ticktext"], strict=True))
    values = layout["tickvals"] if "tickvals" in layout else _round_values(row.low, row.high, row.bottom - row.top)
    if any(row.place(a) - row.place(b) < _TICK_ROOM for a, b in zip(values, values[1:], strict=False)):
        decades = [value for value in values if math.log10(value) % 1 == 0] if row.log else []
        values = decades if len(decades) > 1 else values
    kept: list[tuple[float, str]] = []
    for value in values:
        if not kept or row.place(kept[-1][0]) - row.place(value) >= _TICK_ROOM:
            kept.append((value, f"{value:g}"))
    return kept


def _round_values(low: float, high: float, room: float) -> list[float]:
    """Multiples of 1, 2 or 5 within the span: the finest that leave each other room, two at least where that can be."""
    roomy = _multiples(low, high, (high - low) * max(_TICK_STEP / room, 0.2))
    return roomy if len(roomy) > 1 else _multiples(low, high, (high - low) * 0.3)


def _multiples(low: float, high: float, least: float) -> list[float]:
    power = 10.0 ** math.floor(math.log10(least))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= least * 0.999)
    return [round(i * step, 10) for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
