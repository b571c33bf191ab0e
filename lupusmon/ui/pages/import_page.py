"""Files in: choose, check, import, receipt, fix-me file, undo. Nothing is stored before "Import"."""

from __future__ import annotations

import streamlit as st

from lupusmon.errors import LupusmonError
from lupusmon.ingest import ReadOptions
from lupusmon.ui import frame, session, words
from lupusmon.ui.grid import Column, Grid, draw_grid
from lupusmon.ui.import_rows import build_fix_file, build_issues, build_receipt
from lupusmon.ui.snapshot import Snapshot

_ORDERS = {None: "find out from the file", "ymd": "year-month-day", "dmy": "day/month/year", "mdy": "month/day/year"}
_DECIMALS = {None: "find out from the file", "point": "point (1,200 is 1200)", "comma": "comma (1,200 is 1.2)"}


def render(snapshot: Snapshot | None, view: frame.View) -> None:
    """The import page."""
    store = session.load_store()
    st.markdown(
        "CSV files of laboratory results (one row per result or one per draw), infusions, assessments and patients; "
        "also packed as .gz or .zip. The kind is recognised by the columns."
    )
    st.caption(store.place() + " Nothing is stored before you choose “Import”.")
    _draw_receipt_of_last(store)
    files = st.file_uploader(
        "CSV files", type=["csv", "tsv", "txt", "gz", "zip"], accept_multiple_files=True, key=f"files_{_round()}"
    )
    options = _draw_reading_options()
    if files:
        _draw_check([session.Upload(f.name, f.getvalue()) for f in files], options, store)
    _draw_history(store)


def _round() -> int:
    """Counts imports of this session, so that the uploader is empty again after each."""
    return st.session_state.setdefault("import_round", 0)


def _draw_reading_options() -> ReadOptions:
    with st.expander("How dates and decimals are written (only where a file leaves it open)"):
        order = st.selectbox("Order of day and month", list(_ORDERS), format_func=_ORDERS.get, key="date_order")
        decimal = st.selectbox("Decimal sign", list(_DECIMALS), format_func=_DECIMALS.get, key="decimal")
    return ReadOptions(date_order=order, decimal=decimal)


def _draw_check(uploads: list[session.Upload], options: ReadOptions, store: session.Store) -> None:
    """Each file on its own first, so that one unusable file does not hide what is wrong with the others."""
    usable = []
    with st.spinner("Checking …", show_time=True):
        for upload in uploads:
            try:
                store.check([upload], session.today(), options)
                usable.append(upload)
            except LupusmonError as error:
                st.error(f"**{frame.plain(upload.name)} cannot be used.** {frame.plain(error)}")
        if not usable:
            return
        checked = store.check(usable, session.today(), options)
    st.header("Check", anchor=False)
    st.caption("Nothing has been stored yet.")
    draw_outcome(checked, key="check")
    count = words.plural(len(usable), "file")
    if st.button(f"Import {count}", type="primary", key="import"):
        with st.spinner("Importing and analysing …", show_time=True):
            st.session_state["imported"] = store.add(usable, session.now(), session.today(), options)
        st.session_state["import_round"] += 1
        st.rerun()


def _draw_receipt_of_last(store: session.Store) -> None:
    done = st.session_state.get("imported")
    if done is None:
        return
    with st.container(border=True, key="imported"):
        totals = done.receipt["totals"]
        st.success(f"Imported: {totals['accepted']} of {totals['read']} rows accepted. The worklist shows them now.")
        draw_outcome(done, key="done")
        with st.container(horizontal=True):
            st.page_link(st.session_state["pages"]["worklist"], label="Go to the worklist")
            if st.button("Undo this import", key="undo"):
                store.undo()
                del st.session_state["imported"]
                st.rerun()


def draw_outcome(analysis: session.Extended, *, key: str) -> None:
    """Receipt, issues and one fix-me file per file with rejected rows."""
    st.subheader("Receipt", anchor=False)
    draw_grid(build_receipt(analysis.receipt), key=f"receipt_{key}")
    st.subheader("Issues", anchor=False)
    st.caption("Three levels: " + "; ".join(f"{name} = {text}" for name, text in words.ISSUE_LEVELS.items()) + ".")
    draw_grid(build_issues(analysis.issues), key=f"issues_{key}")
    rejected = analysis.issues[analysis.issues["outcome"] == "rejected"]
    for place, file in enumerate(sorted(rejected["source_file"].unique())):
        table = build_fix_file(analysis.sources, analysis.issues, file)
        st.download_button(
            f"Fix-me file of {frame.plain(file)}: {words.plural(len(table), 'row')}",
            table.to_csv(index=False).encode("utf-8-sig"),
            file_name=f"fix_me_{place + 1}.csv",
            mime="text/csv",
            on_click="ignore",
            key=f"fix_{key}_{place}",
            help="The rejected rows with the column `problem`. Mend them and upload the file again.",
        )


def _draw_history(store: session.Store) -> None:
    st.header("History", anchor=False)
    rows = [
        {
            "key": str(place),
            "cells": [
                f"{one.at:%Y-%m-%d %H:%M}",
                "sample data" if one.demo else words.plural(one.totals.get("accepted", 0), "row") + " accepted",
                ", ".join(one.files),
            ],
        }
        for place, one in enumerate(store.history())
    ]
    columns = (Column("When", width=150), Column("What", width=180), Column("Files"))
    draw_grid(
        Grid(
            name="history",
            caption="Imports, the latest first",
            columns=columns,
            rows=rows,
            empty="Nothing imported yet.",
        ),
        key="history",
    )
