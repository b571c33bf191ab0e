"""From rows of files or of the store to the report of one patient, as a page or as a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from lupusmon.analysis.criteria.registry import TULIP
from lupusmon.clean import Pin
from lupusmon.errors import UnusableArgument
from lupusmon.ingest.source import SourceTable
from lupusmon.output.labs import build_set_aside
from lupusmon.output.people import build_assessments, build_patients
from lupusmon.patient_tables import select_patient
from lupusmon.pipeline import analyze_tables, to_day
from lupusmon.quality.assemble import assemble
from lupusmon.reports.patient import Report, build_report
from lupusmon.reports.pdf import print_pdf
from lupusmon.reports.render import render_html
from lupusmon.result import to_frame

MASK = "Patient (masked)"
_NEEDED = ("results", "courses", "infusions", "baselines", "trends", "scores", "responses", "evidence", "alerts")
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
    """The report of one patient of these rows; every number comes from the output tables of the whole cohort.

    Raises UnusableArgument where no row that was not rejected has the id.
    """
    analysis = analyze_tables(tables, as_of=as_of, bicla=bicla, wanted=(*_NEEDED, "superseded"), pins=pins)
    ready = assemble(tables, as_of=to_day(analysis.as_of))
    cohort, unusable = ready.cohort, to_frame("results", build_set_aside(ready))
    people = {"assessments": build_assessments(cohort), "patients": build_patients(cohort)}
    own = select_patient(analysis, patient_id, unusable=unusable, **people)
    if own is None:
        raise UnusableArgument(
            f'patient "{patient_id}": not among the {len(cohort.patients)} patients in the data; '
            "ids are compared letter by letter, with their leading zeros"
        )
    name = MASK if masked else None
    return build_report(own, analysis.receipt, as_of=analysis.as_of, units=units, masked_as=name)


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
