"""A year of one test in a table cell: true to time, with the limits of the latest result and its status."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.thresholds import TITRE_POSITIVE
from lupusmon.clinical.units import si_unit
from lupusmon.figures import points, theme
from lupusmon.figures.time_axis import DAY, moments

SPAN_DAYS = 365
_BY_LIMIT = ("DSDNA",)
_COLUMNS = ["patient_id", "method", "unit", "value", "comparator", "ref_low", "ref_high", "raw_value"]


def build_sparklines(
    results: pd.DataFrame, *, analyte: str, as_of: date, units: str = "conventional"
) -> dict[str, dict]:
    """patient_id -> cell for the grid: runs of [x, y, …] in per cent of the cell, band, last, status, text.

    results: CONTRACT 4, any patients. The latest result is shown whatever its age; points only of the last 365 days.
    One run per series, so that two assays are never joined. y is logarithmic where trends of the analyte are.
    """
    rows = results[results["analyte"] == analyte]
    rows = rows.assign(at=moments(rows["collected_at"]))
    rows = rows[rows["at"].notna() & (rows["at"] < pd.Timestamp(as_of) + DAY)]
    rows = rows.sort_values(["patient_id", "at"], kind="stable")
    rows = rows.assign(x=100 - (pd.Timestamp(as_of) + DAY - rows["at"]) / DAY / SPAN_DAYS * 100)
    columns = [rows[c].tolist() for c in [*_COLUMNS, "x", "at"]]
    cells: dict[str, dict] = {}
    start = 0
    ids = columns[0]
    for end in range(1, len(ids) + 1):
        if end == len(ids) or ids[end] != ids[start]:
            cells[ids[start]] = _cell([c[start:end] for c in columns[1:]], analyte, units)
            start = end
    return cells


def build_sparkline(rows: pd.DataFrame, *, analyte: str, as_of: date, units: str = "conventional") -> dict | None:
    """The cell of one patient. rows: the analyte's results in the order of `at`, the moment of collection."""
    end = pd.Timestamp(as_of) + DAY
    at = rows["at"].tolist()
    n = sum(moment < end for moment in at)  # not known is never before
    if not n:
        return None
    x = [100 - (end - moment) / DAY / SPAN_DAYS * 100 for moment in at[:n]]
    return _cell([*(rows[c].tolist()[:n] for c in _COLUMNS[1:]), x, at[:n]], analyte, units)


def _cell(columns: list[list], analyte: str, units: str) -> dict:
    method, unit, value, comparator, low, high, raw, x, at = columns
    status = (
        points.word_status(raw[-1], analyte)
        if pd.isna(value[-1])
        else points.status_of(value[-1], comparator[-1], low[-1], high[-1])
    )
    scale = _height_scale(
        [v for v, place in zip(value, x, strict=True) if place >= 0] or value[-1:], low[-1], high[-1], analyte
    )
    runs: dict[object, list] = {}
    for series, number, place in zip(method, value, x, strict=True):
        if place >= 0 and not pd.isna(number):
            runs.setdefault("" if pd.isna(series) else series, []).extend([round(place), scale(number)])
    last = None if pd.isna(value[-1]) or x[-1] < 0 else [round(x[-1]), scale(value[-1])]
    text = _text(value[-1], comparator[-1], unit[-1], raw[-1], analyte, units)
    band = [0 if pd.isna(low[-1]) else scale(low[-1]), 100 if pd.isna(high[-1]) else scale(high[-1])]
    cell = {
        "runs": [run for run in runs.values() if len(run) > 2],
        "band": None if pd.isna(low[-1]) and pd.isna(high[-1]) else band,
        "last": last,
        "status": status,
        "open": comparator[-1] in ("<", ">"),
        "text": text,
        "unit": _other_unit(value[-1], unit[-1], analyte),
        "order": _order(value[-1], unit[-1], high[-1], status, analyte),
        "title": f"{text}{_unit(value[-1], unit[-1], analyte, units)}, {at[-1]:%Y-%m-%d}, {theme.STATUS_WORDS[status]}",
    }
    return {name: part for name, part in cell.items() if name == "order" or (part is not None and part is not False)}


def _order(value: float, unit: object, high: float, status: str, analyte: str) -> float | None:
    """What the table sorts by: the value, but × its upper limit where assays differ in unit; None = last.

    There a word counts as 1 (positive) or 0 (negative), and a titre without a limit is held against 1:10.
    """
    if analyte not in _BY_LIMIT:
        return None if pd.isna(value) else float(value)
    if pd.isna(value):
        return {"high": 1.0, "in": 0.0}.get(status)
    limit = TITRE_POSITIVE if pd.isna(high) and unit == "{titer}" else high
    return float(value / limit) if limit > 0 else None


def _text(value: float, comparator: object, unit: object, raw: object, analyte: str, units: str) -> str:
    if pd.isna(value):
        return "" if pd.isna(raw) else str(raw)
    factor = si_unit(analyte)[1] if units == "si" and unit == ANALYTES[analyte].unit else 1.0
    sign = comparator if comparator in ("<", ">") else ""
    return f"{'1:' if unit == '{titer}' else ''}{sign}{theme.number(value * factor)}"


def _unit(value: float, unit: object, analyte: str, units: str) -> str:
    if pd.isna(value) or pd.isna(unit) or unit == "{titer}":
        return ""
    shown = si_unit(analyte)[0] if units == "si" and unit == ANALYTES[analyte].unit else unit
    return f" {theme.unit_text(shown)}"


def _other_unit(value: float, unit: object, analyte: str) -> str | None:
    """The unit of a value that cannot stand under the column's own; None for all others."""
    own = pd.isna(value) or pd.isna(unit) or unit in ("{titer}", ANALYTES[analyte].unit)
    return None if own else theme.unit_text(unit)


def _height_scale(values: list[float], low: float, high: float, analyte: str) -> object:
    """A function value -> 0…100; both limits are inside where they are not far away."""
    log = ANALYTES[analyte].log
    known = [v for v in values if not pd.isna(v)]
    top = max(known, default=1.0)
    known += [limit for limit in (low, high) if not pd.isna(limit) and limit <= 2 * top]
    if log:
        floor = min((v for v in known if v > 0), default=1.0) / 2
        known = [math.log(max(v, floor)) for v in known]
    bottom, top = min(known, default=0.0), max(known, default=1.0)
    room = (top - bottom) or 1.0

    def place(value: float) -> int:
        height = math.log(max(value, floor)) if log else value
        return max(0, min(100, round(8 + 84 * (height - bottom) / room)))

    return place
