"""Baseline and visit values chosen by hand: what is pinned, and the form that pins or unpins."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from lupusmon.analysis.pins import BASELINE, SLOTS
from lupusmon.analysis.visits import READ_ANALYTES, WEEKS, slot_window
from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import DRUGS
from lupusmon.errors import LupusmonError
from lupusmon.figures import points, theme
from lupusmon.patient_tables import describe_pin
from lupusmon.pipeline import to_day
from lupusmon.ui import frame, session
from lupusmon.ui.snapshot import PatientTables

# Checks that look at one test and nothing else: what they used stands for the slot
_CHECK_OF = {"c3": "C3", "c4": "C4", "dsdna": "DSDNA", "platelets": "PLT", "no_ivig_mask": "PLT"} | dict.fromkeys(
    ("upcr", "upcr_halved", "upcr_fall"), "UPCR"
)


def draw_pins(tables: PatientTables, course: pd.Series | None, key: str, *, as_of: date) -> None:
    """What is pinned for this patient, in all courses, and the form for the course shown."""
    _draw_pinned(tables, key)
    if course is not None:
        _draw_form(tables, course, key, as_of)


def _draw_pinned(tables: PatientTables, key: str) -> None:
    for place, row in enumerate(tables.pins.itertuples() if len(tables.pins) else ()):
        said = f"{theme.short_name(row.analyte)} {row.value} of {str(row.collected_at)[:10]}: {describe_pin(row)}."
        with st.container(horizontal=True, vertical_alignment="center", key=f"pin_{key}_{place}"):
            if row.state == "applied":
                st.info(frame.prose(f"Chosen by hand — {said}"))
            else:
                st.warning(frame.prose(f"Not applied — {said} {row.state[:1].upper()}{row.state[1:]}."))
            if st.button("Unpin", key=f"unpin_{key}_{place}"):
                slot = {name: getattr(row, name) for name in ("patient_id", "course_id", "slot", "analyte")}
                _act(session.unpin, slot, "")


@st.fragment
def _draw_form(tables: PatientTables, course: pd.Series, key: str, as_of: date) -> None:
    """Slot, test, candidate, reason: nothing is stored before the button."""
    if not st.toggle("Choose a baseline or visit value by hand", key=f"pin_form_{key}"):
        return
    drug = DRUGS[course["drug"]].name
    with st.container(border=True, key=f"pins_{key}"):
        with st.container(horizontal=True):
            slot = st.selectbox(
                f"Which value, in the course of {drug} from {str(course['first_infusion'])[:10]}",
                list_slots(course, as_of),
                format_func=lambda s: "Baseline" if s == BASELINE else f"Value of week {s}",
                key=f"pin_slot_{key}",
                width=420,
            )
            have = [code for code in READ_ANALYTES if len(list_candidates(tables, course, slot, code, as_of))]
            test = st.selectbox("Test", have, format_func=lambda c: ANALYTES[c].name, key=f"pin_test_{key}", width=260)
        if test is None:
            st.caption("There is no result in the window of this value.")
            return
        _draw_candidates(tables, course, slot, test, key, as_of)


def list_slots(course: pd.Series, as_of: date) -> list[str]:
    """Baseline and the visits whose window has opened."""
    start, today = to_day(str(course["first_infusion"])), to_day(as_of)
    opened = [slot for slot in SLOTS[1:] if slot_window(start, WEEKS.index(slot), today)[0] <= today]
    return [BASELINE, *opened]


def list_candidates(tables: PatientTables, course: pd.Series, slot: str, analyte: str, as_of: date) -> pd.DataFrame:
    """The results that may stand for the slot: those in its window (CRITERIA 3), in time order."""
    begun = str(course["first_infusion"])
    week = None if slot == BASELINE else WEEKS.index(slot)
    low, high = slot_window(to_day(begun), week, to_day(as_of))
    own = tables.results[tables.results["analyte"] == analyte]
    at = own["collected_at"].astype(str)
    day = at.map(to_day)
    late = (at.str.len() > 10) & (at > begun) & (len(begun) > 10) if slot == BASELINE else False
    return own[(day >= low) & (day <= high) & ~late]


def _draw_candidates(tables: PatientTables, course: pd.Series, slot: str, analyte: str, key: str, as_of: date) -> None:
    found = list_candidates(tables, course, slot, analyte, as_of)
    rows = points.prepare_points(found, analyte=analyte, baselines=tables.baselines)
    used = find_used(tables, course["course_id"], slot, analyte, rows)
    texts = points.value_text(rows).tolist()
    labels = [_label(row, text, course, row.Index == used) for row, text in zip(rows.itertuples(), texts, strict=True)]
    form = f"{key}_{slot}_{analyte}"
    chosen = st.radio(
        "Results in the window",
        range(len(labels)),
        index=None,
        format_func=lambda i: frame.plain(labels[i]),
        key=f"pin_choice_{form}",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        reason = st.text_input("Reason (required)", key=f"pin_reason_{form}", max_chars=200, width=420).strip()
        done = st.button("Pin this result", key=f"pin_do_{key}", type="primary")
    st.caption(
        "The verdicts, the change from baseline and the report then use this result instead of the one the rules "
        "choose, and say so. Unpin it at any time."
    )
    if not done:
        return
    if chosen is None or not reason:
        st.error("Please choose a result and give a reason: both are shown wherever the value is used.")
        return
    row = rows.iloc[chosen]
    place = {"patient_id": tables.patient_id, "analyte": analyte, "source_file": row["source_file"]}
    _act(session.pin, place | {"source_line": int(row["source_line"])}, course["course_id"], slot, reason)


def find_used(tables: PatientTables, course_id: str, slot: str, analyte: str, rows: pd.DataFrame) -> int | None:
    """The candidate that stands for the slot now; None where no check says."""
    own = tables.evidence[tables.evidence["course_id"] == course_id]
    if slot != BASELINE:
        own = own[own["week"] == slot]
    side = "baseline_at" if slot == BASELINE else "value_at"
    for row in own.itertuples():
        if _CHECK_OF.get(row.check) == analyte and isinstance(getattr(row, side), str):
            same = rows.index[rows["collected_at"].astype(str) == getattr(row, side)]
            return int(same[-1]) if len(same) else None
    return None


def _label(row: object, text: str, course: pd.Series, used: bool) -> str:
    day = (row.at.normalize() - pd.Timestamp(str(course["first_infusion"])[:10])).days
    said = f"{day:+d}".replace("-", "−") if day else "0"
    parts = [f"{text} on {row.at:%Y-%m-%d} (day {said})", row.series]
    line = "" if pd.isna(row.source_line) else f", line {int(row.source_line)}"
    parts.append(f"{row.source_file}{line}")
    return " · ".join(part for part in parts if part) + (" — used now" if used else "")


def _act(act, *what) -> None:
    try:
        with st.spinner("Analysing the patient again …"):
            act(*what)
    except LupusmonError as error:
        st.error(frame.explain(error))
        return
    st.rerun()
