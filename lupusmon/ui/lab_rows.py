"""The table under the chart: one row per series with latest, baseline, change, limits, date, source and trend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from lupusmon.clinical.analytes import ANALYTES, DOWN, UP, Analyte
from lupusmon.figures import points, theme
from lupusmon.figures.sparkline import build_sparkline
from lupusmon.patient_tables import say_by
from lupusmon.ui import words
from lupusmon.ui.grid import Column, Grid
from lupusmon.ui.snapshot import PatientTables

_COLUMNS = (
    Column("Test", width=200, narrow=140),
    Column("Last 12 months", width=164, wide=True, none="–"),
    Column("Latest", width=164, narrow=122),
    Column("Baseline", width=138, narrow=98, none="none in window"),
    Column("Change", width=164, narrow=108, none="–"),
    Column("This lab's range", width=110, narrow=80, none="not given"),
    Column("Trend of the year", narrow=140, none="–"),
    Column("Source", width=130, narrow=106),
)
_STATUS = {
    "in": "in range",
    "high": "above range",
    "low": "below range",
    "none": "no range given",
    "unknown": "range undecided",
}
_GOOD = {UP: "up is better", DOWN: "down is better"}


def build_lab_table(tables: PatientTables, course_id: str | None, *, as_of: date, units: str) -> Grid:
    """One row per series that has a result, in the order of the definitions."""
    have = set(tables.results["analyte"])
    base = tables.baselines[tables.baselines["course_id"] == course_id]
    drawn = points.prepare_all(tables.results, analytes=[a for a in ANALYTES if a in have], units=units, baselines=base)
    facts = _Facts(_by_series(base), _by_series(tables.trends))
    rows = []
    for analyte, own in drawn.items():
        several = own["series"].unique()
        for series in several:
            same = own if len(several) == 1 else own[own["series"] == series]
            rows.append(_row(tables, facts, same, analyte, series, course_id, as_of, units))
    return Grid(name="labs", caption="Latest results, one row per test and assay", columns=_COLUMNS, rows=rows,
                min_width=900, empty="No laboratory results.")  # fmt: skip


@dataclass(frozen=True)
class _Facts:
    """Rows by (analyte, series), in their order."""

    baselines: dict[tuple[str, str], list[dict]]
    trends: dict[tuple[str, str], list[dict]]


def _by_series(table: pd.DataFrame) -> dict[tuple[str, str], list[dict]]:
    found: dict[tuple[str, str], list[dict]] = {}
    for row in table.to_dict("records"):
        method = "" if pd.isna(row["method"]) else row["method"]
        found.setdefault((row["analyte"], method), []).append(row)
    return found


def _row(
    tables: PatientTables,
    facts: _Facts,
    own: pd.DataFrame,
    analyte: str,
    series: str,
    course_id: str | None,
    as_of: date,
    units: str,
) -> dict:
    last = own.iloc[-1]
    test = ANALYTES[analyte]
    spark = build_sparkline(own, analyte=analyte, as_of=as_of, units=units)
    texts = points.value_text(own).tolist()
    line = "" if pd.isna(last["source_line"]) else f"line {int(last['source_line'])}"
    cells = [
        {
            "text": test.name,
            "sub": " · ".join(t for t in (_code_beside(test), series, _GOOD.get(test.good, "")) if t),
            "strong": True,
        },
        None if spark is None else spark | {"text": "", "word": "", "unit": ""},
        {"text": texts[-1], "sub": f"{last['at']:%Y-%m-%d} · {_STATUS[last['status']]}"},
        _baseline(tables, facts, own["at"].tolist(), texts, analyte, series, course_id),
        _change(facts.trends.get((analyte, series), []), own, analyte, course_id),
        _limits(last),
        _trend(facts.trends.get((analyte, series), []), analyte),
        {"text": "" if pd.isna(last["source_file"]) else str(last["source_file"]), "sub": line},
    ]
    return {"key": f"{analyte}|{series}", "cells": cells}


def _code_beside(test: Analyte) -> str:
    """The short name, where the full one does not say it."""
    short = theme.short_name(test.code)
    return "" if short.casefold() in test.name.casefold() else short


def _baseline(
    tables: PatientTables,
    facts: _Facts,
    moments: list[pd.Timestamp],
    texts: list[str],
    analyte: str,
    series: str,
    course_id: str | None,
) -> dict | None:
    """The drawn result of the baseline's moment, the last of several. moments, texts: of the results of the series."""
    found = facts.baselines.get((analyte, series))
    if not found:
        return None
    at = str(found[-1]["collected_at"])
    moment = pd.Timestamp(at)
    drawn = [text for text, other in zip(texts, moments, strict=True) if other == moment]
    if not drawn:
        return None
    pins = tables.applied_pins().itertuples() if len(tables.pins) else ()
    chosen = [p for p in pins if (p.course_id, p.slot, p.analyte) == (course_id, "baseline", analyte)]
    by = [f" · {say_by(pin)}" for pin in chosen if str(pin.method) == series]
    return {"text": drawn[-1], "sub": at[:10] + "".join(by)}


def _change(trends: list[dict], own: pd.DataFrame, analyte: str, course_id: str | None) -> dict | None:
    found = [row for row in trends if row["scope"] == "since_baseline" and row["course_id"] == course_id]
    if not found:
        return None
    row = found[-1]
    pct = words.change_text(row, own) or "no % (censored or zero)"
    direction = words.direction_text(row["direction"], ANALYTES[analyte].good)
    noise = words.noise_text(_answer(row["beyond_rcv"]), known=not pd.isna(row["pct_change"]))
    return {"text": " ".join(t for t in (pct, direction) if t), "sub": noise}


def _answer(value: object) -> bool | None:
    return None if pd.isna(value) else bool(value)


def _limits(last: pd.Series) -> dict | None:
    text = points.say_range(last["low"], last["high"])
    if not text:
        return None
    return {"text": text, "sub": "lupusmon default" if last["ref_source"] == "default" else "from the lab"}


def _trend(trends: list[dict], analyte: str) -> dict | None:
    found = [row for row in trends if row["scope"] == "last_365d"]
    if not found:
        return None
    row = found[-1]
    p = "" if pd.isna(row["mk_p"]) else f", Mann–Kendall\u00a0p\u00a0{_p_text(row['mk_p'])}"
    share = row.get("time_in_target_pct")
    target = "" if share is None or pd.isna(share) else f"in target {share:.0f} % of days · "
    sub = f"{target}{words.plural(int(row['n']), 'result')}{p}"
    return {"text": words.direction_text(row["direction"], ANALYTES[analyte].good), "sub": sub}


def _p_text(p: float) -> str:
    return "<\u00a00.001" if p < 0.001 else f"=\u00a0{p:.2g}"
