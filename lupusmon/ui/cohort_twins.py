"""The figures of the cohort page as tables, and what may leave the page: groups, never fewer than five together."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from lupusmon.analysis.cohort import Survival
from lupusmon.clinical.analytes import ANALYTES, UP
from lupusmon.clinical.drugs import DRUGS
from lupusmon.figures import theme
from lupusmon.ui import words
from lupusmon.ui.cohort_rows import FEWEST
from lupusmon.ui.grid import Column, Grid

_ROW_PX, _TABLE_PX = 34, 520
_NOTE = "suppressed: fewer than 5"


def build_swimmer_twin(spans: pd.DataFrame, marks: pd.DataFrame) -> Grid:
    """A row per course: its length and the verdict of every visit."""
    weeks = sorted(marks["week"].unique())
    by_visit = {(key, week): verdict for key, week, verdict in marks.itertuples(index=False)}
    rows = [
        [row.label, _drug(row.drug), round(row.end), *(_verdict(by_visit.get((row.key, week))) for week in weeks)]
        for row in spans.itertuples()
    ]
    heads = ("Last infusion, week", *(f"Week {week}" for week in weeks))
    return _grid("swimmer_twin", "Courses and their verdicts", rows, ("Patient", "Drug"), heads)


def build_waterfall_twin(changes: pd.DataFrame, *, analyte: str) -> Grid:
    """A row per course in the order of the bars, the best first."""
    ordered = changes.sort_values("change", ascending=ANALYTES[analyte].good != UP, kind="stable")
    rows = [[row.label, _drug(row.drug), _signed(row.change)] for row in ordered.itertuples()]
    return _grid("waterfall_twin", "Change from baseline", rows, ("Patient", "Drug"), ("Change, %",))


def build_spaghetti_twin(values: pd.DataFrame, band: pd.DataFrame, *, assay: str) -> Grid:
    """A row per four weeks: how many patients of the assay, median and quartiles, and the range of all lines."""
    own = values[values["method"] == assay]
    known = {row.week: row for row in band.itertuples()}
    rows = []
    for week, group in own.groupby("week"):
        row = known.get(week)
        cells = [None] * 3 if row is None else [theme.number(v) for v in (row.q1, row.median, row.q3)]
        rows.append([f"Week {int(week)}".replace("-", "−"), group["key"].nunique(), *cells, _range(group["value"])])
    heads = ("Patients", "Lower quartile", "Median", "Upper quartile", "Lowest to highest")
    return _grid("spaghetti_twin", "Values by weeks from the first infusion", rows, ("Weeks",), heads)


def build_survival_twin(curves: Mapping[str, Survival], *, name: str, rising: bool) -> Grid:
    """A row per drug and week with an event or a censoring."""
    steps = list_curves(curves, rising=rising)
    digits = 0 if (steps["time"] % 1 == 0).all() else 1  # verdicts exist at whole weeks
    rows = [
        [_drug(row.drug), f"{row.time:.{digits}f}", int(row.at_risk), int(row.events), int(row.censored), _share(row)]
        for row in steps.itertuples()
    ]
    heads = ("Week", "At risk", "Events", "Censored", "Share (95 %)")
    return _grid(name, "Kaplan-Meier curves", rows, ("Drug",), heads)


def list_curves(curves: Mapping[str, Survival], *, rising: bool) -> pd.DataFrame:
    """drug, time, at_risk, events, censored, share, low, high: the steps of all curves as they are drawn."""
    parts = []
    for drug, curve in curves.items():
        own = curve.table
        low, high = (1 - own["high"], 1 - own["low"]) if rising else (own["low"], own["high"])
        share = 1 - own["survival"] if rising else own["survival"]
        counts = own[["time", "at_risk", "events", "censored"]]
        parts.append(counts.assign(share=share, low=low, high=high).assign(drug=drug))
    columns = ["drug", "time", "at_risk", "events", "censored", "share", "low", "high"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def export_curves(curves: Mapping[str, Survival], *, rising: bool) -> bytes:
    """CSV of the steps; a drug with fewer than five courses is named without numbers."""
    rows = list_curves(curves, rising=rising)
    small = rows.groupby("drug")["at_risk"].transform("max").astype(float) < FEWEST
    shown = rows[~small].assign(note="")
    hidden = pd.DataFrame({"drug": rows.loc[small, "drug"].unique(), "note": _NOTE})
    return pd.concat([shown, hidden]).to_csv(index=False).encode()


def export_agreement(grid: Grid) -> bytes:
    """CSV of the agreement table; visits with fewer than five courses without numbers."""
    rows = []
    for visit, *counts, total, kappa in (row["cells"] for row in grid.rows):
        rows.append([visit, *counts, total, kappa, ""] if total >= FEWEST else [visit, *[None] * 6, _NOTE])
    heads = [column.label for column in grid.columns if column.label]
    return pd.DataFrame(rows, columns=[*heads, "note"]).to_csv(index=False).encode()


def _grid(name: str, caption: str, rows: list[list], first: tuple[str, ...], numbers: tuple[str, ...]) -> Grid:
    side = "right" if len(numbers) > 1 else "left"  # one number stands beside its row, not at the far end
    columns = (*(Column(n, width=150) for n in first), *(Column(n, align=side, none="–") for n in numbers))
    return Grid(
        name=name,
        caption=caption,
        columns=columns,
        rows=[{"key": str(place), "cells": cells} for place, cells in enumerate(rows)],
        identity=f"{name}{len(rows)}",
        height=min(_TABLE_PX, len(rows) * _ROW_PX + 50),
        row_height=_ROW_PX,
        min_width=760,
        sortable=True,
        empty="Nothing to show.",
    )


def _drug(code: str) -> str:
    return DRUGS[code].name if code in DRUGS else code


def _verdict(verdict: str | None) -> str | None:
    return None if verdict is None else words.SHORT_VERDICTS[verdict]


def _signed(change: float) -> dict:
    return {"text": f"{change:+.0f}".replace("-", "−"), "order": float(change)}


def _range(values: pd.Series) -> str:
    return f"{theme.number(values.min())} to {theme.number(values.max())}"


def _share(row: object) -> str:
    return f"{100 * row.share:.0f} % ({100 * row.low:.0f}–{100 * row.high:.0f})"
