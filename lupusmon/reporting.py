"""From rows of files or of the store to the report of one patient, as a page or as a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from lupusmon.analysis.criteria.registry import TULIP
from lupusmon.clean import Pin
from lupusmon.errors import UnusableArgument
from lupusmon.ingest.source import SourceTable
from lupusmon.output.labs import build_set_aside
from lupusmon.output.people import build_assessments, build_patients
from lupusmon.patient_tables import select_patient
from lupusmon.pipeline import analyze_assembled, to_day
from lupusmon.quality.assemble import assemble, find_as_of
from lupusmon.reports.patient import Report, build_report
from lupusmon.reports.pdf import print_pdf
from lupusmon.reports.render import render_html
from lupusmon.result import to_frame

MASK = "Patient (masked)"
_NEEDED = (
    *("results", "courses", "infusions", "baselines", "trends", "scores", "responses", "evidence", "alerts"),
    *("superseded", "flares"),
)
_PDF, _HTML = ".pdf", (".html", ".htm")


def report_patient(
    tables: Sequence[SourceTable],
    patient_id: str,
    *,
    as_of: date | str | None = None,
    bicla: str = TULIP,
    units: str = "conventional",
    masked: bool = False,
    pins: Sequence[Pin] = (),
) -> Report:
    """The report of one patient of these rows, from the output tables of this patient alone; nobody else is analysed.

    as_of: default the latest day of a usable row of anybody. Raises UnusableArgument where no row that was not rejected
    has the id.
    """
    day = None if as_of is None else to_day(as_of)
    found = find_as_of(tables) if day is None else None
    ready = assemble([select_rows(table, patient_id) for table in tables], as_of=day, found_as_of=found)
    if patient_id not in ready.cohort.patients:
        count = len(assemble(tables, as_of=day).cohort.patients)
        raise UnusableArgument(
            f'patient "{patient_id}": not among the {count} patients in the data; '
            "ids are compared letter by letter, with their leading zeros"
        )
    own_pins = [pin for pin in pins if pin.patient_id == patient_id]
    analysis = analyze_assembled(ready, bicla=bicla, wanted=_NEEDED, pins=own_pins)
    people = {"assessments": build_assessments(ready.cohort), "patients": build_patients(ready.cohort)}
    unusable = to_frame("results", build_set_aside(ready))
    own = select_patient(analysis, patient_id, unusable=unusable, **people)
    name = MASK if masked else None
    return build_report(own, analysis.receipt, as_of=analysis.as_of, units=units, masked_as=name)


def select_rows(table: SourceTable, patient_id: str) -> SourceTable:
    """The rows of one patient."""
    ids = table.columns["patient_id"]
    place = np.flatnonzero(ids.words == patient_id)
    return table.take(np.flatnonzero(np.isin(ids.codes, place)))


def check_output(out: Path) -> str:
    """`html` or `pdf`, by the ending of the file to be written. Raises UnusableArgument for any other."""
    ending = out.suffix.lower()
    if ending != _PDF and ending not in _HTML:
        raise UnusableArgument(f"--out {out.name}: a report ends in .html or .pdf")
    return "pdf" if ending == _PDF else "html"


def write_report(report: Report, out: Path, *, paper: str = "a4", browser: str | None = None) -> None:
    """Writes the report to `out` in the form its ending says. browser: for PDF, see reports.pdf.find_browser."""
    page = render_html(report, paper=paper)
    pdf = check_output(out) == "pdf"
    out.write_bytes(print_pdf(page, browser=browser, as_of=report.as_of) if pdf else page.encode())
