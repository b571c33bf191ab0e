"""Every result of a patient, one row each: choose one to mark it as not usable with a reason, or to take that back."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.errors import LupusmonError
from lupusmon.figures import points, theme
from lupusmon.ui import frame, session, words
from lupusmon.ui.grid import Column, Grid, draw_grid
from lupusmon.ui.snapshot import PatientTables

_COLUMNS = (
    Column("Date", width=130),
    Column("Value", width=170, narrow=140),
    Column("State"),
    Column("Assay", width=170, narrow=130, none="not stated"),
    Column("As received", width=170, narrow=140),
    Column("Source", width=220, narrow=160),
)
_ROW_PX, _HEAD_PX, _MOST_PX = 46, 34, 430


@st.fragment
def draw_results(tables: PatientTables, key: str, *, units: str) -> None:
    """The table behind a switch: most visits to the page do not need it."""
    recorded = set(tables.drawn_results()["analyte"])
    have = [analyte for analyte in ANALYTES if analyte in recorded]
    if not have or not st.toggle("Show every result; mark one as not usable", key=f"every_{key}"):
        return
    with st.container(border=True, key=f"results_{key}"):
        analyte = st.selectbox(
            "Test", have, format_func=lambda code: ANALYTES[code].name, key=f"edit_test_{key}", width=300
        )
        rows = list_results(tables, analyte, units)
        picked = _pick(rows, analyte, key)
        if picked is None:
            st.caption("Choose a row to mark the result as not usable, or to take that back.")
        else:
            _draw_choice(tables.patient_id, picked, key)


def list_results(tables: PatientTables, analyte: str, units: str) -> pd.DataFrame:
    """All results of a test, the latest first: used, superseded and set aside. Adds `text`, `outcome` and `id`."""
    drawn = tables.drawn_results()
    rows = points.prepare_points(drawn, analyte=analyte, units=units, baselines=tables.baselines)
    outcome = rows["outcome"] if "outcome" in rows else pd.Series("accepted", index=rows.index)
    ids = [f"{r.collected_at}|{r.series}|{r.source_line}|{r.source_file}" for r in rows.itertuples()]
    return rows.assign(text=points.value_text(rows), outcome=outcome, id=ids).iloc[::-1].reset_index(drop=True)


def _pick(rows: pd.DataFrame, analyte: str, key: str) -> pd.Series | None:
    name = f"edit_row_{key}_{analyte}"
    shown = st.session_state.get(name)
    cells = [
        {"key": row.id, "label": f"{row.text}, {row.at:%Y-%m-%d}", "chosen": row.id == shown, "cells": _cells(row)}
        for row in rows.itertuples()
    ]
    grid = Grid(
        name="every_result",
        caption=f"Every result of {ANALYTES[analyte].name}, the latest first. Choosing a row opens what can be done.",
        columns=_COLUMNS,
        rows=cells,
        identity=analyte,
        clickable=True,
        row_height=_ROW_PX,
        height=min(_MOST_PX, _HEAD_PX + _ROW_PX * len(cells)),
        min_width=860,
    )
    opened = draw_grid(grid, key=f"every_{key}_{analyte}").open
    if opened and opened != shown:
        st.session_state[name] = opened
        st.rerun(scope="fragment")
    found = rows[rows["id"] == st.session_state.get(name)]
    return None if found.empty else found.iloc[0]


def _cells(row: object) -> list:
    line = "" if pd.isna(row.source_line) else f"line {int(row.source_line)}"
    received = " ".join(str(part) for part in (row.raw_value, row.raw_unit) if not pd.isna(part))
    when = f"{row.at:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    return [
        when,
        {"text": row.text, "struck": row.outcome != "accepted"},
        describe_state(row),
        row.series or None,
        received,
        {"text": "" if pd.isna(row.source_file) else str(row.source_file), "sub": line},
    ]


def describe_state(row: object) -> dict:
    """Whether the rules use the result, and what a person decided about it."""
    if row.outcome == "unusable":
        return {"text": "not usable", "sub": str(row.reason)}
    if row.outcome == "superseded":
        return {"text": "superseded by a later row", "sub": ""}
    return {"text": theme.STATUS_WORDS[row.status], "sub": getattr(row, "pinned", "") or ""}


def _draw_choice(patient_id: str, row: pd.Series, key: str) -> None:
    place = {name: row[name] for name in ("analyte", "source_file")} | {"patient_id": patient_id}
    place["source_line"] = int(row["source_line"])
    st.markdown(f"**{frame.plain(row['text'])}** on {row['at']:%Y-%m-%d}, from {frame.plain(row['source_file'])}")
    if row["outcome"] == "superseded":
        st.caption("A later row replaced this result; it is in no rule already.")
        return
    used = row["outcome"] == "accepted"
    asked = "Reason (required)" if used else "Why it is usable after all (optional)"
    form = f"{key}_{row['outcome']}_{row['id']}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        reason = st.text_input(asked, key=f"edit_reason_{form}", max_chars=200, width=420).strip()
        label = "Mark as not usable" if used else "Use it again"
        done = st.button(label, key=f"edit_do_{key}", type="primary" if used else "secondary")
    st.caption(
        "It leaves every verdict, trend and baseline, is shown crossed out with the reason, and can be taken back. "
        "The audit trail keeps who did it, when and why."
        if used
        else "The audit trail keeps both decisions."
    )
    if not done:
        return
    if used and not reason:
        st.error("Please give a reason: it is shown wherever the result is.")
        return
    _act(session.mark_unusable if used else session.mark_usable, place, reason)


def _act(act, place: dict, reason: str) -> None:
    try:
        with st.spinner("Analysing the patient again …"):
            act(place, reason)
    except LupusmonError as error:
        st.error(frame.explain(error))
        return
    st.rerun()


def describe_count(tables: PatientTables) -> str:
    """`2 results are marked as not usable`; empty where none is."""
    n = len(tables.unusable)
    return f"{words.plural(n, 'result')} {'is' if n == 1 else 'are'} marked as not usable" if n else ""
