"""Reports from the pages: one patient's as HTML or PDF, or a zip of everyone the worklist shows."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence

import streamlit as st

from lupusmon.errors import LupusmonError
from lupusmon.reports.batch import write_reports
from lupusmon.reports.patient import Report, build_report
from lupusmon.reports.pdf import find_browser, print_pdf
from lupusmon.reports.render import render_html
from lupusmon.ui import frame, words
from lupusmon.ui.snapshot import Snapshot

_MOST_IN_ZIP = 300


def build_html(snapshot: Snapshot, patient_id: str, course_id: str | None, view: frame.View) -> str:
    """The report of one patient in the viewer's units; masked where identifiers are."""
    return render_html(_build(snapshot, patient_id, course_id, view))


def _build(snapshot: Snapshot, patient_id: str, course_id: str | None, view: frame.View) -> Report:
    name = frame.shown_name(snapshot, patient_id, masked=True) if view.masked else None
    tables = snapshot.patient(patient_id)
    return build_report(
        tables, snapshot.receipt, as_of=snapshot.as_of, course_id=course_id, units=view.units, masked_as=name
    )


def draw_report_download(snapshot: Snapshot, patient_id: str, course_id: str | None, view: frame.View) -> None:
    """Made when asked for, not before. The file's name holds no identifier."""
    key = snapshot.key_of[patient_id]
    browser = find_browser(os.environ.get("BROWSER_PATH"))

    def html() -> str:
        return build_html(snapshot, patient_id, course_id, view)

    with st.popover("Report", key=f"report_{key}"):
        st.caption("One page with status, ledger, charts and key numbers; a second with every result.")
        st.download_button("HTML", html, f"report_{key}.html", "text/html", on_click="ignore", key=f"html_{key}")
        if browser is None:
            st.caption("PDF needs Chromium on the server (BROWSER_PATH). The HTML page prints well from any browser.")
        else:
            st.download_button(
                "PDF",
                lambda: print_pdf(html(), browser=browser, as_of=snapshot.as_of),
                f"report_{key}.pdf",
                "application/pdf",
                on_click="ignore",
                key=f"pdf_{key}",
            )


def draw_batch_download(snapshot: Snapshot, patient_ids: Sequence[str], view: frame.View) -> None:
    """A zip of HTML reports for the patients shown, with progress; leaving the page stops it."""
    with st.popover("Reports", disabled=not len(patient_ids), key="batch"):
        if len(patient_ids) > _MOST_IN_ZIP:
            st.caption(f"At most {_MOST_IN_ZIP} reports at once; narrow the filters.")
            return
        what = words.plural(len(patient_ids), "report")
        wanted = (tuple(patient_ids), snapshot.version, view.units, view.masked)  # a zip made otherwise is not offered
        if st.button(f"Prepare {what} (zip of HTML pages)", key="batch_prepare"):
            try:
                st.session_state["batch_zip"] = (wanted, _zip(snapshot, patient_ids, view))
            except LupusmonError as error:
                st.error(frame.plain(error))
        made_for, content = st.session_state.get("batch_zip", ((), b""))
        if content and made_for == wanted:
            st.download_button(f"Download {what}", content, "reports.zip", "application/zip", on_click="ignore")


def _zip(snapshot: Snapshot, patient_ids: Sequence[str], view: frame.View) -> bytes:
    out = io.BytesIO()
    bar = st.progress(0.0, "Writing reports …")
    write_reports(
        out,
        patient_ids,
        lambda patient_id: _build(snapshot, patient_id, None, view),
        progress=lambda done, total: bar.progress(done / total, f"Writing reports … {done} of {total}"),
    )
    bar.empty()
    return out.getvalue()
