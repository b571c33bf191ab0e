"""Reports of many patients in one zip file, with a page that says which file is whose."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from typing import BinaryIO

from lupusmon.reports.patient import Report
from lupusmon.reports.pdf import print_pdf, require_browser
from lupusmon.reports.render import render_html, render_index

HTML, PDF = "html", "pdf"
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest a zip file knows; the same reports give the same bytes


def write_reports(
    out: BinaryIO,
    patient_ids: Sequence[str],
    make: Callable[[str], Report],
    *,
    kind: str = HTML,
    paper: str = "a4",
    browser: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Writes a zip file to `out`: report-001.html …, in the given order, and index.html.

    make: patient_id → report; called once per patient, only one report is held at a time. kind: html | pdf (needs
    `browser`). progress: called with the number done and the total after each. No file name says who the patient is.
    Raises NoBrowser for PDF without a browser, before any report is made.
    """
    if kind == PDF:
        require_browser(browser)
    listed: list[tuple[str, str, str]] = []
    digits = max(3, len(str(len(patient_ids))))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, patient_id in enumerate(patient_ids, start=1):
            report = make(patient_id)
            page = render_html(report, paper=paper)
            name = f"report-{number:0{digits}d}.{kind}"
            content = print_pdf(page, browser=browser, as_of=report.as_of) if kind == PDF else page.encode()
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), content, zipfile.ZIP_DEFLATED)
            listed.append((name, report.name, report.sentence))
            progress(number, len(patient_ids))
        index = render_index(listed)
        archive.writestr(zipfile.ZipInfo("index.html", _NO_TIME), index.encode(), zipfile.ZIP_DEFLATED)
