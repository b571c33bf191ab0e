"""Files in: choose, check, import, receipt, fix-me file, undo. Nothing is stored before "Import"."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from lupusmon.errors import LupusmonError
from lupusmon.ingest import ReadOptions, SourceTable
from lupusmon.ingest.formats import FOREIGN_SUFFIXES
from lupusmon.ui import frame, session, words
from lupusmon.ui.foreign_files import draw_upload
from lupusmon.ui.grid import Column, Grid, draw_grid
from lupusmon.ui.import_rows import OUTCOMES, build_fix_file, build_issues, build_receipt
from lupusmon.ui.import_warnings import draw_duplicates, draw_identifying, draw_withdrawn
from lupusmon.ui.progress import watch
from lupusmon.ui.shelf import Outcome
from lupusmon.ui.snapshot import Snapshot

_TYPES = ["csv", "tsv", "txt", "gz", "zip", *(suffix.removeprefix(".") for suffix in FOREIGN_SUFFIXES)]
_ORDERS = {None: "find out from the file", "ymd": "year-month-day", "dmy": "day/month/year", "mdy": "month/day/year"}
_MOST_SENTENCES = 10
_LARGE, _MANY_ROWS = 4_000_000, 50_000  # bytes, rows: beyond, the bar is there from the start
_DECIMALS = {None: "find out from the file", "point": "point (1,200 is 1200)", "comma": "comma (1,200 is 1.2)"}


def render(snapshot: Snapshot | None, view: frame.View) -> None:
    """The import page."""
    st.markdown(
        "Files of laboratory results (one row per result or one per draw), infusions, assessments and patients: CSV, "
        "also packed as .gz or .zip, Excel workbooks, FHIR, HL7 v2 and SAS transport. The kind is recognised by the "
        "columns; files with other column names are matched here."
    )
    _draw_place()
    _draw_last_import()
    files = st.file_uploader(
        f"Files, up to {_most_mb()} MB each", type=_TYPES, accept_multiple_files=True, key=f"files_{_round()}"
    )
    options = _draw_reading_options()
    if files:
        _draw_check(list(dict.fromkeys(session.Upload(f.name, f.getvalue()) for f in files)), options, snapshot, view)
    _draw_history()
    st.page_link(st.session_state["pages"]["audit"], label="Audit trail: who did what, and when")


def _most_mb() -> int:
    return int(st.get_option("server.maxUploadSize"))


def _draw_place() -> None:
    sentence, where = session.load_store().place()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(frame.plain(sentence) + " Nothing is stored before you choose “Import”.", width="content")
        with st.popover("Where?", type="tertiary"):
            st.caption("The store of this installation:")
            st.code(where, language=None, wrap_lines=True)


def _round() -> int:
    """Counts imports of this session, so that the uploader is empty again after each."""
    return st.session_state.setdefault("import_round", 0)


def _draw_reading_options() -> ReadOptions:
    with st.expander("How dates and decimals are written (only where a file leaves it open)"):
        order = st.selectbox("Order of day and month", list(_ORDERS), format_func=_ORDERS.get, key="date_order")
        decimal = st.selectbox("Decimal sign", list(_DECIMALS), format_func=_DECIMALS.get, key="decimal")
    return ReadOptions(date_order=order, decimal=decimal)


def _draw_check(
    uploads: list[session.Upload], options: ReadOptions, snapshot: Snapshot | None, view: frame.View
) -> None:
    """Each file is read on its own, so that one unusable file does not hide what is wrong with the others."""
    read = []
    for upload in uploads:
        with watch(f"Reading {frame.plain(upload.name)}", long=len(upload.content) > _LARGE) as progress:
            read += draw_upload(upload, replace(options, progress=progress))
    read = [draw_identifying(one) for one in read]
    tables: list[SourceTable] = [table for one in read for table in one.tables]
    if not tables:
        return
    long = sum(map(len, tables)) > _MANY_ROWS
    with watch("Checking the rows against what is stored", long=long) as progress:
        checked = session.check_import(tables, progress)
    st.header("Check", anchor=False)
    st.caption("Nothing has been stored yet.")
    if not checked.has_news:  # an empty receipt would say that every row was usable
        frame.draw_sentences(checked.said[:_MOST_SENTENCES])
        st.info("Every file is stored already. There is nothing to import.")
        return
    draw_outcome(checked, key="check")
    draw_duplicates(checked.sources, snapshot, masked=view.masked)
    draw_withdrawn(checked.sources)
    count = words.plural(len({t.sha256 for t in checked.sources}), "file")
    if st.button(f"Import {count}", type="primary", key="import"):
        mappings = [(one.name, one.source, one.mapping_text) for one in read if one.mapping_text]
        with watch("Writing the rows; until the end nothing of them is stored", long=long) as progress:
            st.session_state["imported"] = session.do_import(checked, options, mappings, progress)
        session.forget_files()
        st.session_state["import_round"] += 1
        st.rerun()


def _draw_last_import() -> None:
    done = st.session_state.get("imported")
    if done is None:
        return
    with st.container(border=True, key="imported"):
        totals = done.receipt["totals"]
        if done.batch_id is None:
            st.info("Somebody else imported the same meanwhile: nothing was stored a second time.")
            frame.draw_sentences(done.said[:_MOST_SENTENCES])
            return
        accepted, read = (words.say_count(totals[name]) for name in ("accepted", "read"))
        st.success(f"Imported: {accepted} of {read} rows accepted. The worklist shows them now.")
        draw_outcome(done, key="done")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(st.session_state["pages"]["worklist"], label="Go to the worklist")
            if done.batch_id is not None and st.button("Undo this import", key="undo"):
                _undo(done.batch_id)


def _undo(batch_id: int) -> None:
    try:
        session.undo_import(batch_id)
    except LupusmonError as error:
        st.error(frame.explain(error))
        return
    st.session_state.pop("imported", None)
    st.rerun()


def draw_outcome(outcome: Outcome, *, key: str) -> None:
    """Receipt, issues and one fix-me file per file with rejected rows."""
    more = len(outcome.said) - _MOST_SENTENCES
    frame.draw_sentences([*outcome.said[:_MOST_SENTENCES], *([f"and {more} more rows replaced"] if more > 0 else [])])
    st.subheader("Receipt", anchor=False)
    draw_grid(build_receipt(outcome.receipt), key=f"receipt_{key}")
    st.subheader("Issues", anchor=False)
    st.caption("Three levels: " + "; ".join(f"{n} = {t}" for n, t in words.ISSUE_LEVELS.items() if n != t) + ".")
    draw_grid(build_issues(outcome.issues), key=f"issues_{key}")
    rejected = outcome.issues[outcome.issues["outcome"] == "rejected"]
    for place, file in enumerate(sorted(rejected["source_file"].unique())):
        count = sum(entry["rejected"] for entry in outcome.receipt["files"] if entry["file"] == file)
        st.download_button(
            f"Fix-me file of {frame.plain(file)}: {words.plural(count, 'row')}",
            partial(_write_fix_file, outcome, file),  # made only when it is asked for
            file_name=f"fix_me_{place + 1}.csv",
            mime="text/csv",
            on_click="ignore",
            key=f"fix_{key}_{place}",
            help="The rejected rows with the column `problem`. Mend them and upload the file again.",
        )


def _write_fix_file(outcome: Outcome, file: str) -> bytes:
    return (
        build_fix_file(outcome.sources, outcome.issues, file)
        .to_csv(index=False, lineterminator="\r\n")
        .encode("utf-8-sig")
    )


def _draw_history() -> None:
    st.header("History", anchor=False)
    batches = session.load_store().history()
    rows = [
        {
            "key": str(batch.id),
            "cells": [
                str(batch.id),
                {"text": batch.at[:16].replace("T", " "), "sub": batch.who},
                {"text": ", ".join(batch.files), "sub": f"sha256 {', '.join(s[:12] for s in batch.sha256s)}"},
                _counts(batch.receipt.get("totals", {})),
                {"text": f"undone {batch.undone_at[:16].replace('T', ' ')}", "sub": batch.undone_by}
                if batch.undone_at
                else "in use",
            ],
        }
        for batch in batches
    ]
    columns = (
        Column("No.", width=60),
        Column("When (UTC), who", width=170),
        Column("Files"),
        Column("Rows", width=260),
        Column("State", width=170),
    )
    caption = "Imports, the latest first"
    draw_grid(
        Grid(name="history", caption=caption, columns=columns, rows=rows, min_width=900, empty="Nothing imported yet."),
        key="history",
    )
    holding = [batch.id for batch in batches if not batch.undone_at]
    if holding:
        with st.popover("Undo an import"):
            chosen = st.selectbox("Import", holding, format_func=lambda i: f"No. {i}", key="undo_choice")
            st.caption("Its rows no longer count. The history keeps the import, and the file can be imported again.")
            if st.button("Undo it", key="undo_chosen"):
                _undo(chosen)


def _counts(totals: dict) -> str:
    return ", ".join(f"{words.say_count(totals[name])} {name}" for name in OUTCOMES if totals.get(name))
