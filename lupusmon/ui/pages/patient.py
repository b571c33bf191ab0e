"""One patient: status, verdicts, timeline, labs, doses, data. Drawn in this order, in one slot."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from lupusmon.clinical.drugs import DRUGS
from lupusmon.data_notes import describe_data, describe_schedule
from lupusmon.narrative import describe_status
from lupusmon.patient_tables import current_course, split_courses
from lupusmon.ui import (
    address,
    changes,
    dose_rows,
    frame,
    lab_rows,
    patient_chart,
    pin_form,
    provenance,
    result_edits,
    session,
    words,
)
from lupusmon.ui.alert_rows import build_alerts
from lupusmon.ui.grid import Grid, draw_grid
from lupusmon.ui.pages.worklist import list_patients
from lupusmon.ui.report_download import draw_report_download
from lupusmon.ui.snapshot import PatientTables, Snapshot

_ALERTS_SHOWN, _COURSES_SHOWN = 4, 4
_KEPT_PATIENTS = 60  # of all viewers, in memory; keyed by the version of the data
_KEPT = ("view", "axis", "scale", "span", "log", "labs", "cohort")  # the way of looking goes along to the next patient


def render(snapshot: Snapshot, view: frame.View) -> None:
    """The patient of `?patient=`. Another patient's page is cleared before the slow work for this one begins."""
    asked = st.query_params.get("patient")
    patient_id = snapshot.find(asked)
    if patient_id is None:
        st.session_state.pop("patient_shown", None)
        with st.empty().container():
            _no_patient(asked)
        return
    key = snapshot.key_of[patient_id]
    address.hide_id(asked, key)
    slot = _clear_for(key)
    tables = _tables(snapshot.version, snapshot.as_of.isoformat(), key, _snapshot=snapshot)
    course = choose_course(tables)
    chart = patient_chart.prepare(tables, course, snapshot, view, key)
    with slot.container(key="patient_body"):
        _draw_body(tables, course, chart, snapshot, view, key)


@st.cache_resource(show_spinner=False, max_entries=_KEPT_PATIENTS)
def _tables(version: str, as_of: str, key: str, _snapshot: Snapshot) -> PatientTables:
    """The patient's rows; drawn again they are not looked up again."""
    return _snapshot.patient(_snapshot.keys[key])


@st.cache_resource(show_spinner=False, max_entries=_KEPT_PATIENTS)
def _lab_table(version: str, as_of: date, key: str, course_id: str | None, units: str, _tables: PatientTables) -> Grid:
    return lab_rows.build_lab_table(_tables, course_id, as_of=as_of, units=units)


def _clear_for(key: str) -> object:
    """The slot of the body: emptied at once for another patient, left as it stands while the patient is the same."""
    if st.session_state.get("patient_shown") == key:
        return st
    slot = st.empty()
    slot.skeleton(height=600)
    st.session_state["patient_shown"] = key
    return slot


def choose_course(tables: PatientTables) -> pd.Series | None:
    """The course of `?course=`, else the one the patient is on."""
    if tables.courses.empty:
        return None
    asked = tables.courses[tables.courses["course_id"] == st.query_params.get("course")]
    return (asked if len(asked) else current_course(tables.courses)).iloc[0]


def _no_patient(asked: str | None) -> None:
    if asked:
        st.warning("There is no such patient. The link may be old, mistyped, or of another server.")
    else:
        st.info("No patient chosen yet. Choose one on the worklist.")
    st.page_link(st.session_state["pages"]["worklist"], label="Go to the worklist")


def _draw_body(
    tables: PatientTables,
    course: pd.Series | None,
    chart: patient_chart.Chart,
    snapshot: Snapshot,
    view: frame.View,
    key: str,
) -> None:
    course_id = None if course is None else course["course_id"]
    _draw_header(tables, course_id, snapshot, view, key)
    _draw_twins(tables.patient_id, snapshot, view)
    with st.container(key="status"):
        st.markdown(emphasise(describe_status(tables, course, snapshot.as_of)))
    _draw_alerts(tables, key, view.units)
    if len(tables.courses) > 1:
        _draw_course_choice(tables, course, key)
    patient_chart.draw_ledger_and_timeline(chart)
    st.header("Laboratory results", anchor=False)
    state = (snapshot.version, snapshot.as_of, key, course_id, view.units)
    draw_grid(_lab_table(*state, _tables=tables), key=f"labs_{key}")
    result_edits.draw_results(tables, key, units=view.units)
    pin_form.draw_pins(tables, course, key, as_of=snapshot.as_of)
    st.header("Doses and schedule", anchor=False)
    frame.draw_sentences(describe_schedule(tables))
    draw_grid(dose_rows.build_dose_table(tables), key=f"doses_{key}")
    st.header("Data quality and provenance", anchor=False)
    frame.draw_sentences(describe_data(tables, snapshot.as_of))
    draw_grid(provenance.build_sources(tables), key=f"sources_{key}")


def emphasise(sentence: str) -> str:
    """The sentence as Markdown, the words before each colon in bold: what to look for while reading fast."""
    parts = [part.partition(": ") for part in sentence.split("; ")]
    return "; ".join(f"**{frame.prose(a)}:** {frame.prose(b)}" if colon else frame.prose(a) for a, colon, b in parts)


def _draw_header(tables: PatientTables, course_id: str | None, snapshot: Snapshot, view: frame.View, key: str) -> None:
    order = st.session_state.get("order") or list_patients(snapshot, view.units)["key"].tolist()
    place = order.index(key) if key in order else None
    with st.container(horizontal=True, vertical_alignment="center", key="patient_controls"):
        name = frame.shown_name(snapshot, tables.patient_id, masked=view.masked)
        short = frame.shorten(name)
        st.header(frame.plain(short), anchor=False, width="content", help=None if short == name else frame.plain(name))
        where = "" if place is None else f"{place + 1} of {len(order)} on the worklist"
        st.caption(f"{'' if view.masked else _person(tables)} {where}")
        with st.container(
            horizontal=True, width="content"
        ):  # where the room is small they go to the next line together
            _step("Previous", order, place, -1)
            _step("Next", order, place, +1)
            if st.button("Mark as reviewed", key=f"review_{key}"):
                session.mark_reviewed(tables.patient_id, changes.summarise_seen(snapshot, tables.patient_id))
            draw_report_download(snapshot, tables.patient_id, course_id, view)
    seen = session.reviews().get(tables.patient_id)
    said = changes.describe_changes(snapshot, tables.patient_id, seen)
    when = (
        f"Since your review of {seen['at'][:16].replace('T', ' ')} (UTC): {said}."
        if seen
        else "Not marked as reviewed yet."
    )
    st.caption(frame.plain(f"{when} Data as of {snapshot.as_of.isoformat()}."))


def _draw_twins(patient_id: str, snapshot: Snapshot, view: frame.View) -> None:
    """Other ids that may be this patient; only a person can know."""
    others = [other for other in snapshot.twins.get(patient_id, ()) if other in snapshot.key_of]
    if others:
        named = ", ".join(frame.shown_name(snapshot, other, masked=view.masked) for other in others)
        st.warning(
            f"May be the same patient as {frame.plain(named)}: the ids differ only in case, spaces or leading zeros. "
            "They are kept apart."
        )


def _person(tables: PatientTables) -> str:
    if tables.patients.empty:
        return ""
    row = tables.patients.iloc[-1]
    born = "" if pd.isna(row.get("birth_year")) else f"born {int(row['birth_year'])}"
    parts = [p for p in (row.get("sex"), born, row.get("site")) if isinstance(p, str) and p]
    return frame.plain(" · ".join(parts)) + (" · " if parts else "")


def _step(label: str, order: list[str], place: int | None, by: int) -> None:
    target = None if place is None else place + by
    possible = target is not None and 0 <= target < len(order)
    if st.button(
        label, disabled=not possible, shortcut="Alt+ArrowLeft" if by < 0 else "Alt+ArrowRight", key=f"step{by}"
    ):
        kept = {name: st.query_params[name] for name in _KEPT if name in st.query_params}
        address.replace({"patient": order[target]} | kept)
        st.rerun()


def _draw_alerts(tables: PatientTables, key: str, units: str) -> None:
    """The worst first; the rest one click away."""
    if tables.alerts.empty:
        return
    everything = st.session_state.get(f"alerts_all_{key}", False)
    draw_grid(build_alerts(tables, most=None if everything else _ALERTS_SHOWN, units=units), key=f"alerts_{key}")
    more = len(tables.alerts) - _ALERTS_SHOWN
    if more > 0:
        st.toggle(f"Show {words.plural(more, 'more alert')}", key=f"alerts_all_{key}")


def _draw_course_choice(tables: PatientTables, course: pd.Series | None, key: str) -> None:
    """Treatment courses as buttons, the latest first; pulses and older ones are one click away."""
    names = {
        r.course_id: f"{DRUGS[r.drug].name} from {str(r.first_infusion)[:10]}, {words.COURSE_STATUS.get(r.status)}"
        for r in tables.courses.itertuples()
    }
    shown, rest = split_courses(tables.courses, course["course_id"], most=_COURSES_SHOWN)
    with st.container(horizontal=True, vertical_alignment="bottom", key="courses"):
        chosen = st.segmented_control(
            "Course",
            shown,
            default=course["course_id"],
            format_func=names.get,
            required=True,
            key=f"course_{key}_{course['course_id']}",
        )
        if rest:
            with st.popover(f"{words.plural(len(rest), 'more course')}", key=f"courses_{key}"):
                other = st.radio("Pulses and other courses", rest, index=None, format_func=names.get, key=f"rest_{key}")
                chosen = other or chosen
    if chosen != course["course_id"]:
        st.session_state.pop(f"rest_{key}", None)
        address.write(key, course=chosen, cell=None)
        st.rerun()
