"""The table under the chart: one row per series with latest, baseline, change, limits, date, source and trend."""

from __future__ import annotations

from datetime import date

import pandas as pd

from lupusmon.clinical.analytes import ANALYTES, DOWN, UP
from lupusmon.figures import points, theme
from lupusmon.figures.sparkline import build_sparklines
from lupusmon.patient_tables import say_by
from lupusmon.ui import words
from lupusmon.ui.grid import Column, Grid
from lupusmon.ui.snapshot import PatientTables

_COLUMNS = (
    Column("Test", width=210),
    Column("Last 12 months", width=250, wide=True, none="–"),
    Column("Latest", width=150),
    Column("Baseline", width=150, none="none in window"),
    Column("Change", width=170, none="–"),
    Column("This lab's range", width=130, none="not given"),
    Column("Trend of the year", width=190, none="–"),
    Column("Source", width=170),
)
_STATUS = {
    "in": "in range",
    "high": "above this lab's range",
    "low": "below this lab's range",
    "none": "no range given",
    "unknown": "range undecided",
}
_GOOD = {UP: "up is better", DOWN: "down is better"}


def build_lab_table(tables: PatientTables, course_id: str | None, *, as_of: date, units: str) -> Grid:
    """One row per series that has a result, in the order of the definitions."""
    rows = []
    for analyte in ANALYTES:
        if not (tables.results["analyte"] == analyte).any():
            continue
        base = tables.baselines[tables.baselines["course_id"] == course_id]
        own = points.prepare_points(tables.results, analyte=analyte, units=units, baselines=base)
        for series in own["series"].unique():
            rows.append(_row(tables, own[own["series"] == series], analyte, series, course_id, as_of, units))
    return Grid(name="labs", caption="Latest results, one row per test and assay", columns=_COLUMNS, rows=rows,
                min_width=1300, empty="No laboratory results.")  # fmt: skip


def _row(
    tables: PatientTables, own: pd.DataFrame, analyte: str, series: str, course_id: str | None, as_of: date, units: str
) -> dict:
    last = own.iloc[-1]
    facts = ANALYTES[analyte]
    same = tables.results[tables.results["method"].fillna("").astype(str) == series]
    spark = build_sparklines(same, analyte=analyte, as_of=as_of, units=units).get(tables.patient_id)
    value = points.value_text(own).iloc[-1]
    line = "" if pd.isna(last["source_line"]) else f"line {int(last['source_line'])}"
    cells = [
        {
            "text": facts.name,
            "sub": " · ".join(t for t in (analyte, series, _GOOD.get(facts.good, "")) if t),
            "strong": True,
        },
        None if spark is None else spark | {"text": "", "word": ""},
        {"text": value, "sub": f"{last['at']:%Y-%m-%d} · {_STATUS[last['status']]}"},
        _baseline(tables, own, analyte, series, course_id),
        _change(tables, analyte, series, course_id),
        _limits(last),
        _trend(tables, analyte, series),
        {"text": "" if pd.isna(last["source_file"]) else str(last["source_file"]), "sub": line},
    ]
    return {"key": f"{analyte}|{series}", "cells": cells}


def _baseline(
    tables: PatientTables, own: pd.DataFrame, analyte: str, series: str, course_id: str | None
) -> dict | None:
    base = tables.baselines
    found = base[
        (base["course_id"] == course_id) & (base["analyte"] == analyte) & (base["method"].fillna("") == series)
    ]
    if found.empty:
        return None
    at = str(found.iloc[-1]["collected_at"])
    drawn = own[own["at"] == pd.Timestamp(at)]
    if drawn.empty:
        return None
    pins = tables.applied_pins()
    chosen = [p for p in pins.itertuples() if (p.course_id, p.slot, p.analyte) == (course_id, "baseline", analyte)]
    by = [f" · {say_by(pin)}" for pin in chosen if str(pin.method) == series]
    return {"text": points.value_text(drawn).iloc[-1], "sub": at[:10] + "".join(by)}


def _of_series(tables: PatientTables, analyte: str, series: str, scope: str) -> pd.DataFrame:
    own = tables.trends
    return own[(own["analyte"] == analyte) & (own["method"].fillna("") == series) & (own["scope"] == scope)]


def _change(tables: PatientTables, analyte: str, series: str, course_id: str | None) -> dict | None:
    found = _of_series(tables, analyte, series, "since_baseline")
    found = found[found["course_id"] == course_id]
    if found.empty:
        return None
    row = found.iloc[-1]
    pct = "no % (censored or zero)" if pd.isna(row["pct_change"]) else words.percent(row["pct_change"])
    noise = {True: "beyond natural variation", False: "within natural variation"}.get(_answer(row["beyond_rcv"]), "")
    return {
        "text": pct,
        "sub": " · ".join(t for t in (words.direction_text(row["direction"], ANALYTES[analyte].good), noise) if t),
    }


def _answer(value: object) -> bool | None:
    return None if pd.isna(value) else bool(value)


def _limits(last: pd.Series) -> dict | None:
    if pd.isna(last["low"]) and pd.isna(last["high"]):
        return None
    if pd.isna(last["low"]):
        text = f"≤ {theme.number(last['high'])}"
    else:
        text = (
            f"≥ {theme.number(last['low'])}"
            if pd.isna(last["high"])
            else f"{theme.number(last['low'])}–{theme.number(last['high'])}"
        )
    return {"text": text, "sub": "lupusmon default" if last["ref_source"] == "default" else "from the lab"}


def _trend(tables: PatientTables, analyte: str, series: str) -> dict | None:
    found = _of_series(tables, analyte, series, "last_365d")
    if found.empty:
        return None
    row = found.iloc[-1]
    p = "" if pd.isna(row["mk_p"]) else f", Mann–Kendall p {'< 0.001' if row['mk_p'] < 0.001 else f'= {row.mk_p:.2g}'}"
    share = row.get("time_in_target_pct")
    target = "" if share is None or pd.isna(share) else f"in target {share:.0f} % of days · "
    sub = f"{target}{words.plural(int(row['n']), 'result')}{p}"
    return {"text": words.direction_text(row["direction"], ANALYTES[analyte].good), "sub": sub}
