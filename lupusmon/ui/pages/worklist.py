"""Who needs me first: patients by need, with the reason in words."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lupusmon.clinical.analytes import ANALYTES, DOWN
from lupusmon.clinical.drugs import DRUGS
from lupusmon.clinical.units import si_unit
from lupusmon.figures import theme
from lupusmon.ui import changes, filters, frame, session, words
from lupusmon.ui.grid import Column, Grid, draw_grid, find_chosen, pack_rows
from lupusmon.ui.report_download import draw_batch_download
from lupusmon.ui.snapshot import Snapshot
from lupusmon.ui.worklist_rows import (
    SPARK_ANALYTES,
    VERDICT_COLUMNS,
    note_rows,
    read_rows,
    select_rows,
    summarise_worklist,
    update_rows,
)

_ROW_PX, _TABLE_PX, _MOST_ROWS_SHOWN = 72, 720, 9
_FEW_ROWS = 100  # are sent as they are
_TONES = {order: severity for severity, order in words.SEVERITY_ORDER.items()}
_NARROW_LABS = {"C3": 60, "C4": 60, "DSDNA": 78}
_VERDICT_HEADS = {"sri_lab": "SRI-style", "bicla_lab": "BICLA-style", "renal": "Kidney"}


def render(snapshot: Snapshot, view: frame.View) -> None:
    """The home page."""
    chosen = find_chosen("worklist")
    if chosen.open:  # before any row is looked for again
        st.session_state["order"] = _find_order(chosen.order, st.session_state.get("shown", []))
        st.switch_page(st.session_state["pages"]["patient"], query_params={"patient": chosen.open})
    rows = list_patients(snapshot, view.units)
    st.caption(_overview(rows, snapshot))
    selection = filters.draw_filters(rows)
    masked = {pid: frame.shown_name(snapshot, pid, masked=True) for pid in rows["patient_id"]} if view.masked else {}
    shown = select_rows(rows, vars(selection), masked)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{words.say_count(len(shown))} of {words.plural(len(rows), 'patient')} shown")
        draw_batch_download(snapshot, shown["patient_id"].tolist(), view)
    grid = _grid(rows, shown, snapshot, view, selection)
    draw_grid(grid, key="worklist")
    _note_shown(shown["key"].tolist(), grid.identity)
    _preload_charts()


def _note_shown(keys: list[str], identity: str) -> None:
    """Previous and Next on the patient page follow the rows shown; other filters or data begin anew."""
    st.session_state["shown"] = keys
    if st.session_state.get("order_of") != identity:
        st.session_state["order"], st.session_state["order_of"] = keys, identity


def _find_order(sorted_keys: list[str] | None, shown: list[str]) -> list[str]:
    """By need, or as a heading sorted the rows when one of them was opened."""
    return sorted_keys if sorted_keys is not None and set(sorted_keys) == set(shown) else shown


def list_patients(snapshot: Snapshot, units: str) -> pd.DataFrame:
    """The worklist's rows, the neediest first; shared by all viewers and never changed."""
    return _rows(snapshot.version, snapshot.as_of.isoformat(), units, _snapshot=snapshot)


@st.cache_resource(show_spinner="Sorting the patients by need …", show_time=True, max_entries=4)
def _rows(version: str, as_of: str, units: str, _snapshot: Snapshot) -> pd.DataFrame:
    """Once per version of the data, day and units."""
    return read_rows(work_out_rows(_snapshot, units), _snapshot)


def work_out_rows(snapshot: Snapshot, units: str) -> object:
    """The rows as they are kept for the next start; made where they are not."""
    return session.worked_out(
        f"worklist-{units}",
        snapshot.version,
        snapshot.as_of.isoformat(),
        work_out=lambda: note_rows(summarise_worklist(snapshot, units=units)),
        update=lambda before, touched: update_rows(before, snapshot, touched, units),
    )


def _overview(rows: pd.DataFrame, snapshot: Snapshot) -> str:
    high = int((rows["severity"] == words.SEVERITY_ORDER["high"]).sum())
    overdue = int((rows["course_status"] == "overdue").sum())
    return (
        f"{words.plural(len(rows), 'patient')}, sorted by need · {high} with a high alert · {overdue} with an overdue "
        f"dose · data as of {snapshot.as_of.isoformat()}. Sparklines: the last 12 months, true to time; the band is "
        "the range of the latest result."
    )


@st.cache_resource(show_spinner=False, max_entries=4)
def _cells(version: str, as_of: str, units: str, masked: bool, _snapshot: Snapshot, _rows: pd.DataFrame) -> list[dict]:
    """What the table says of every patient, in the order of the rows; only the review is added at each look."""
    return [_row(row, _snapshot, masked) for row in _rows.itertuples()]


@st.cache_resource(show_spinner=False, max_entries=4)
def _packed(version: str, as_of: str, units: str, masked: bool, _cells: list[dict]) -> bytes:
    """The same for every viewer who filters nothing."""
    return pack_rows(_cells)


def _grid(
    all_rows: pd.DataFrame, rows: pd.DataFrame, snapshot: Snapshot, view: frame.View, selection: filters.Selection
) -> Grid:
    key = (snapshot.version, snapshot.as_of.isoformat(), view.units, view.masked)
    cells = _cells(*key, _snapshot=snapshot, _rows=all_rows)
    if len(rows) < len(all_rows):
        cells = [cells[place] for place in rows.index]
    many = len(cells) > _FEW_ROWS
    seen = changes.describe_reviewed(snapshot, rows["patient_id"], session.reviews())
    return Grid(
        name="worklist",
        caption="Patients sorted by need. Arrow keys move, Enter opens the patient.",
        columns=_columns(view.units),
        rows=[] if many else cells,
        packed=b"" if not many else _packed(*key, _cells=cells) if len(rows) == len(all_rows) else pack_rows(cells),
        tails={"": changes.NOT_YET} | {snapshot.key_of[pid]: text for pid, text in seen.items()},
        identity=f"{snapshot.version}{selection}",
        height=_TABLE_PX if len(rows) > _MOST_ROWS_SHOWN else len(rows) * _ROW_PX + 60,
        row_height=_ROW_PX,
        min_width=1180,
        narrow_width=950,
        clickable=True,
        sortable=True,
        empty="No patient matches these filters. Remove a filter to see more.",
    )


def _unit(code: str, units: str) -> str:
    return theme.unit_text(si_unit(code)[0] if units == "si" else ANALYTES[code].unit)


def _lab_help(code: str) -> str:
    said = f"{ANALYTES[code].name}; a value in another unit says so beside it"
    by_limit = ". Sorted by × upper limit of the result's own assay, so that assays compare"
    return said + (by_limit if code == "DSDNA" else "")


def _columns(units: str) -> tuple[Column, ...]:
    labs = tuple(
        Column(
            "dsDNA" if code == "DSDNA" else code,
            sub=f"{_unit(code, units)}\n{'down' if ANALYTES[code].good == DOWN else 'up'} is better",
            width=108 if code == "DSDNA" else 95,
            narrow=_NARROW_LABS.get(code, 64),
            help=_lab_help(code),
            none="no result",
        )
        for code in SPARK_ANALYTES
    )
    return (
        Column("Patient", width=124, narrow=110),
        Column("Why now", lines=3),
        Column("Treatment", sub="week, next dose", width=152, narrow=130, none="no infusion"),
        *labs,
        Column(
            "Response, latest",
            sub="SRI, BICLA: simplified, labs only",
            width=178,
            narrow=146,
            help="Kidney: KDIGO 2024, complete or partial",
            parts=tuple((name.removesuffix("-style"), name) for name in _VERDICT_HEADS.values()),
        ),
        Column("Last lab", sub="new since last look", width=104, narrow=86, none="none"),
    )


def _row(row: object, snapshot: Snapshot, masked: bool) -> dict:
    name = frame.shown_name(snapshot, row.patient_id, masked=masked)
    more = 0 if pd.isna(row.alerts) else int(row.alerts) - 1
    site = "" if pd.isna(row.site) else f"site {row.site}"
    others = f"and {words.plural(more, 'more alert')}" if more > 0 else ""
    cells = [
        {"text": name, "sub": site, "strong": True},
        {"text": row.reason, "sub": others, "order": row.severity},
        _course_cell(row),
        *(getattr(row, code) for code in SPARK_ANALYTES),
        {"stack": [_verdict_cell(getattr(row, column)) for column in VERDICT_COLUMNS]},
        "none" if pd.isna(row.last_lab) else row.last_lab,
    ]
    return {"key": row.key, "label": f"{name}: {row.reason}", "tone": _TONES.get(row.severity, ""), "cells": cells}


def _course_cell(row: object) -> dict | None:
    """Drug, week, and when the next dose is due or by how much it is late; sorted by days overdue."""
    if pd.isna(row.drug):
        return None
    due = "" if pd.isna(row.next_due) else f"due {str(row.next_due)[:10]}"
    if row.overdue_days:
        due = f"{row.overdue_days} d overdue"
    if row.course_status == "ended":
        due = "ended"
    sub = f"wk {int(row.week)} · {due or 'none due'}"
    return {"text": DRUGS[row.drug].name, "sub": sub, "order": -row.overdue_days}


def _verdict_cell(verdict: object) -> dict | None:
    if not isinstance(verdict, str):
        return None
    if verdict == "partial":
        return {"verdict": "met", "text": "partial", "title": "partial renal response (KDIGO 2024) met"}
    return {"verdict": verdict, "text": words.SHORT_VERDICTS[verdict]}


def _preload_charts() -> None:
    """An unseen chart, so that the chart library is there before the first patient is opened."""
    with st.container(key="preload"):
        st.plotly_chart(
            {"data": [{"type": "scatter", "x": [0], "y": [0]}], "layout": {"height": 10}},
            key="preload_chart",
            theme=None,
        )
