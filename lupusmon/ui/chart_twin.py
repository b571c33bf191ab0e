"""The chart's data as a table, for screen readers and for copying."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.figures import points, theme
from lupusmon.ui.snapshot import PatientTables

_COLUMNS = ("Date", "Test", "Value", "Status", "This lab's range", "Assay", "As received", "Source")


def build_twin(
    tables: PatientTables, analytes: tuple[str, ...], *, units: str, window: tuple[date, date] | None = None
) -> pd.DataFrame:
    """One row per mark of the chart, in time order: date, test, value, status, limits, assay, as received, source."""
    parts = [pd.DataFrame(columns=list(_COLUMNS))]
    for analyte in analytes:
        own = points.prepare_points(tables.drawn_results(), analyte=analyte, units=units, baselines=tables.baselines)
        texts = points.value_text(own)
        cells = [_cells(row, ANALYTES[analyte].name, text) for row, text in zip(own.itertuples(), texts, strict=True)]
        parts.append(pd.DataFrame(cells, columns=list(_COLUMNS)))
    rows = pd.concat(parts).sort_values(["Date", "Test"], kind="stable", ignore_index=True)
    if window is not None:
        rows = rows[rows["Date"].between(pd.Timestamp(window[0]), pd.Timestamp(window[1]) + pd.Timedelta(days=1))]
    return rows.assign(Date=[f"{at:%Y-%m-%d %H:%M}".removesuffix(" 00:00") for at in rows["Date"]])


def _cells(row: object, name: str, text: str) -> tuple:
    line = "" if pd.isna(row.source_line) else f":{int(row.source_line)}"
    received = " ".join(str(part) for part in (row.raw_value, row.raw_unit) if not pd.isna(part))
    source = "" if pd.isna(row.source_file) else f"{row.source_file}{line}"
    series, received, source = (_harmless(part) for part in (row.series, received, source))
    return (row.at, name, text, _status(row), points.say_range(row.low, row.high), series, received, source)


def _status(row: object) -> str:
    """In or out of range, and what people decided about the result."""
    outcome = getattr(row, "outcome", "accepted")
    if outcome == "unusable":
        return _harmless(f"not usable: {row.reason}")
    said = "superseded by a later row" if outcome == "superseded" else theme.STATUS_WORDS[row.status]
    return f"{said}; {row.pinned}" if getattr(row, "pinned", "") else said


def _harmless(text: str) -> str:
    """The table can be saved as CSV: what a spreadsheet would run as a formula gets a leading apostrophe."""
    return f"'{text}" if text.startswith(("=", "@", "+", "-", "\t", "\r")) else text


def draw_twin(
    tables: PatientTables, analytes: tuple[str, ...], *, units: str, window: tuple[date, date] | None
) -> None:
    st.dataframe(build_twin(tables, analytes, units=units, window=window), hide_index=True, alt="The data of the chart")
