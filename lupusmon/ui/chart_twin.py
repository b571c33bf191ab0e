"""The chart's data as a table, for screen readers and for copying."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.figures import points, theme
from lupusmon.ui.snapshot import PatientTables


def build_twin(
    tables: PatientTables, analytes: tuple[str, ...], *, units: str, window: tuple[date, date] | None = None
) -> pd.DataFrame:
    """One row per mark of the chart, in time order: date, test, value, status, limits, assay, as received, source."""
    parts = []
    for analyte in analytes:
        own = points.prepare_points(tables.results, analyte=analyte, units=units, baselines=tables.baselines)
        line = own["source_line"].map(lambda v: "" if pd.isna(v) else f":{int(v)}")
        part = pd.DataFrame(
            {
                "Date": own["at"],
                "Test": ANALYTES[analyte].name,
                "Value": points.value_text(own),
                "Status": own["status"].map(theme.STATUS_WORDS),
                "Range low": own["low"],
                "Range high": own["high"],
                "Assay": own["series"],
                "As received": own["raw_value"].fillna("").astype(str) + " " + own["raw_unit"].fillna("").astype(str),
                "Source": own["source_file"].fillna("").astype(str) + line,
            }
        )
        parts.append(part)
    rows = pd.concat(parts).sort_values(["Date", "Test"], kind="stable", ignore_index=True)
    if window is not None:
        rows = rows[rows["Date"].between(pd.Timestamp(window[0]), pd.Timestamp(window[1]) + pd.Timedelta(days=1))]
    return rows.assign(Date=rows["Date"].dt.strftime("%Y-%m-%d %H:%M").str.removesuffix(" 00:00"))


def draw_twin(
    tables: PatientTables, analytes: tuple[str, ...], *, units: str, window: tuple[date, date] | None
) -> None:
    st.dataframe(build_twin(tables, analytes, units=units, window=window), hide_index=True, alt="The data of the chart")
