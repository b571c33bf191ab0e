"""The audit trail: who did what, when, old and new; filtered, in pages, checked and exported."""

from __future__ import annotations

from functools import partial

import streamlit as st

from lupusmon.storage import AuditFilter, AuditLine
from lupusmon.ui import frame, session, words
from lupusmon.ui.audit_words import describe_action, describe_change, describe_subject
from lupusmon.ui.grid import Column, Grid, draw_grid
from lupusmon.ui.snapshot import Snapshot

_PER_PAGE = 50
_COLUMNS = (
    Column("No.", width=50, align="right"),
    Column("When (UTC), who", width=150),
    Column("What", width=130),
    Column("About", width=180, narrow=140),
    Column("Before", width=190, narrow=130, none="–"),
    Column("After", none="–"),
)


def render(snapshot: Snapshot | None, view: frame.View) -> None:
    """The audit page; the trail is asked for page by page."""
    st.caption(
        "Every import, undo, mapping, mark and pin. Nothing here can be changed: each line is sealed with the last."
    )
    wanted = _draw_filters()
    total = session.load_store().audit(wanted, limit=0, offset=0)[1]
    offset = _draw_pages(total, wanted)
    lines, _ = session.load_store().audit(wanted, limit=_PER_PAGE, offset=offset)
    draw_grid(build_trail(lines, partial(frame.name_of, snapshot, masked=view.masked)), key="trail")
    _draw_seals(view)


def build_trail(lines: list[AuditLine], name_of) -> Grid:
    """One row a line of the trail, the latest first, in words."""
    rows = []
    for line in lines:
        about, more = describe_subject(line, name_of)
        old, new = describe_change(line)
        when = {"text": line.at[:19].replace("T", " "), "sub": line.who}
        cells = [line.id, when, describe_action(line.action), {"text": about, "sub": more}, old or None, new or None]
        rows.append({"key": str(line.id), "cells": cells})
    return Grid(
        name="trail",
        caption="Audit trail, the latest line first",
        columns=_COLUMNS,
        rows=rows,
        min_width=900,
        empty="No line: nothing was done yet, or nothing that fits these filters.",
    )


def _draw_filters() -> AuditFilter:
    people, actions = session.load_store().audit_choices()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        who = st.selectbox("Who", ["", *people], format_func=lambda w: w or "everybody", key="audit_who", width=180)
        what = st.multiselect(
            "What", actions, format_func=describe_action, placeholder="everything", key="audit_what", width=340
        )
        since = st.date_input("From", value=None, key="audit_since", format="YYYY-MM-DD", width=140)
        until = st.date_input("To", value=None, key="audit_until", format="YYYY-MM-DD", width=140)
    return AuditFilter(who, tuple(what), since.isoformat() if since else "", until.isoformat() if until else "")


def _draw_pages(total: int, wanted: AuditFilter) -> int:
    """How many lines to skip."""
    pages = max(1, -(-total // _PER_PAGE))
    if st.session_state.get("audit_of") != wanted:  # another filter begins at its first page
        st.session_state["audit_of"], st.session_state["audit_page"] = wanted, 1
    st.session_state["audit_page"] = page = min(st.session_state["audit_page"], pages)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{words.plural(total, 'line')}" + (f", page {page} of {pages}" if pages > 1 else ""))
        if pages > 1:
            st.button("Newer", disabled=page == 1, on_click=_turn, args=(-1,), key="audit_newer")
            st.button("Older", disabled=page == pages, on_click=_turn, args=(+1,), key="audit_older")
    return (page - 1) * _PER_PAGE


def _turn(by: int) -> None:
    st.session_state["audit_page"] += by


def _draw_seals(view: frame.View) -> None:
    store = session.load_store()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Audit trail (CSV)",
            store.audit_csv,
            "audit_trail.csv",
            "text/csv",
            on_click="ignore",
            key="audit",
            disabled=view.masked,
        )
        asked = st.button("Check the seals", key="verify_audit")
        if view.masked:
            st.caption("The file holds patient ids as they were sealed: switch off “Mask identifiers” to export it.")
    if asked:
        trouble = store.audit_trouble()
        if trouble:
            st.error(frame.plain(trouble))
        else:
            st.success("The audit trail is whole: no line was changed or removed.")
