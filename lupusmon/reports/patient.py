"""What the report of one patient says, as plain data: drawn from the output tables, nothing computed anew."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from lupusmon import words
from lupusmon.clinical.drugs import REGIMENS
from lupusmon.figures.timeline import DEFAULT_ANALYTES, build_timeline
from lupusmon.narrative import describe_data, describe_schedule, describe_status, name_of, sort_settle
from lupusmon.patient_tables import PatientTables, current_course
from lupusmon.reports import full_tables, ledger
from lupusmon.reports.key_numbers import KeyNumber, describe_assessed, list_key_numbers

_LONG_DAYS = 913  # charts of a longer history begin before the present course, so that it can be read
_BEFORE_DAYS = 120
_EXPECTED_DAYS = 92.0


@dataclass(frozen=True)
class Report:
    """Everything on the pages. figure: the timeline as on the screen. fingerprint: of the files behind the analysis."""

    name: str
    person: str
    as_of: date
    period: str
    courses: tuple[str, ...]
    first_infusion: date | None
    sentence: str
    ledger: ledger.Ledger
    figure: dict
    figure_note: str
    key_numbers: tuple[KeyNumber, ...]
    assessed: tuple[str, ...]
    alerts: tuple[tuple[str, str], ...]
    gaps: tuple[str, ...]
    reasons: tuple[ledger.Reason, ...]
    results: tuple[full_tables.ResultRow, ...]
    doses: tuple[full_tables.DoseRow, ...]
    assessments: tuple[full_tables.AssessmentRow, ...]
    sources: tuple[full_tables.SourceFile, ...]
    files: int
    rules_version: str
    fingerprint: str


def build_report(
    tables: PatientTables,
    receipt: Mapping,
    *,
    as_of: date,
    course_id: str | None = None,
    units: str = "conventional",
    masked_as: str | None = None,
) -> Report:
    """One patient's report. receipt: of the analysis the tables are from (CONTRACT 4).

    course_id: default the course the patient is on. units: conventional | si. masked_as: the name to show instead of
    label and id; names of files, which may hold an id, are then left out too.
    """
    if masked_as is not None:
        tables, receipt = _mask(tables, receipt, masked_as)
    course = _choose_course(tables.courses, course_id)
    chosen = None if course is None else course["course_id"]
    responses = tables.responses[tables.responses["course_id"] == chosen]
    first = None if course is None else date.fromisoformat(str(course["first_infusion"])[:10])
    window = _choose_window(tables, first, as_of)
    return Report(
        name=tables.label,
        person=_describe_person(tables.patients),
        as_of=as_of,
        period=_describe_period(tables.results),
        courses=_describe_courses(tables, chosen),
        first_infusion=first,
        sentence=describe_status(tables, course, as_of),
        ledger=ledger.build_ledger(responses, first, as_of),
        figure=_build_figure(tables, course, as_of, units, window),
        figure_note="" if window is None else f"The charts begin on {window[0]}; earlier results are in the table.",
        key_numbers=list_key_numbers(tables, chosen, as_of=as_of, units=units),
        assessed=describe_assessed(tables.assessments, tables.scores),
        alerts=_list_alerts(tables.alerts),
        gaps=_list_gaps(tables, responses, chosen, as_of),
        reasons=ledger.list_reasons(responses),
        results=full_tables.list_results(tables, units=units),
        doses=full_tables.list_doses(tables.infusions),
        assessments=full_tables.list_assessments(tables.assessments),
        sources=full_tables.list_sources(tables.results, receipt),
        files=len(receipt["files"]),
        rules_version=str(receipt.get("rules_version", "")),
        fingerprint=compute_fingerprint(receipt),
    )


def compute_fingerprint(receipt: Mapping) -> str:
    """SHA-256 over the files' SHA-256s in reading order, one a line: changes with any byte of any file."""
    lines = "\n".join(str(entry.get("sha256", "")) for entry in receipt["files"])
    return hashlib.sha256(lines.encode()).hexdigest()


def _mask(tables: PatientTables, receipt: Mapping, name: str) -> tuple[PatientTables, Mapping]:
    numbers = {entry["file"]: f"file {i}" for i, entry in enumerate(receipt["files"], start=1)}
    hidden = {
        table: frame.assign(source_file=frame["source_file"].map(numbers))
        for table, frame in (("results", tables.results), ("superseded", tables.superseded))
        if "source_file" in frame
    }
    files = [{**entry, "file": numbers[entry["file"]]} for entry in receipt["files"]]
    return replace(tables, label=name, **hidden), {**receipt, "files": files}


def _choose_course(courses: pd.DataFrame, course_id: str | None) -> pd.Series | None:
    asked = courses[courses["course_id"] == course_id]
    found = asked if len(asked) else current_course(courses)
    return found.iloc[0] if len(found) else None


def _choose_window(tables: PatientTables, first_infusion: date | None, as_of: date) -> tuple[date, date] | None:
    """Days drawn; None = all of them."""
    days = tables.results["collected_at"].str[:10]
    if first_infusion is None or days.empty or (as_of - date.fromisoformat(days.min())).days <= _LONG_DAYS:
        return None
    start = first_infusion - timedelta(days=_BEFORE_DAYS)
    if date.fromisoformat(days.min()) >= start:
        return None
    due = [d for d in tables.courses["next_due"].dropna().astype(str).str[:10] if d]
    soon = as_of + timedelta(days=60)
    end = max([as_of + timedelta(days=14), *(date.fromisoformat(d) + timedelta(days=7) for d in due)])
    return start, min(end, soon)


def _describe_person(patients: pd.DataFrame) -> str:
    if patients.empty:
        return ""
    row = patients.iloc[-1]
    sex = {"F": "female", "M": "male"}.get(row.get("sex"), row.get("sex"))
    born = "" if pd.isna(row.get("birth_year")) else f"born {int(row['birth_year'])}"
    return " · ".join(text for text in (sex, born, row.get("site")) if isinstance(text, str) and text)


def _describe_period(results: pd.DataFrame) -> str:
    if results.empty:
        return "no laboratory results"
    days = results["collected_at"].str[:10]
    return f"{words.plural(len(results), 'result')} from {days.min()} to {days.max()}"


def _describe_courses(tables: PatientTables, course_id: str | None) -> tuple[str, ...]:
    """The chosen course first, then the others, the latest first."""
    said = dict(zip(tables.courses["course_id"], describe_schedule(tables), strict=False))
    order = tables.courses.sort_values("first_infusion", ascending=False, kind="stable")["course_id"]
    return tuple(said[c] for c in sorted(order, key=lambda c: c != course_id)) or tuple(describe_schedule(tables))


def _build_figure(
    tables: PatientTables, course: pd.Series | None, as_of: date, units: str, window: tuple[date, date] | None
) -> dict:
    """The screen's timeline as it opens: all results, default tests, logarithmic where the screen is."""
    regimen = None if course is None else REGIMENS.get(course["regimen"])
    return build_timeline(
        tables.drawn_results(),
        infusions=tables.infusions,
        courses=tables.courses,
        baselines=tables.baselines,
        assessments=tables.assessments,
        as_of=as_of,
        patient_label=tables.label,
        course_id=None if course is None else course["course_id"],
        window=window,
        units=units,
        expected_days=_EXPECTED_DAYS if regimen is None else float(regimen.lab_interval_days),
    )


def _list_alerts(alerts: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    order = alerts["severity"].map(words.SEVERITY_ORDER).fillna(9)
    rows = alerts.iloc[order.argsort(kind="stable")]
    return tuple(zip(rows["severity"].astype(str), rows["text"].astype(str), strict=True))


def _list_gaps(tables: PatientTables, responses: pd.DataFrame, course_id: str | None, as_of: date) -> tuple[str, ...]:
    """What is missing or weak, most useful first: what would settle a verdict, baselines, ages, assays, limits."""
    settle = sort_settle(responses[responses["week"] == "latest"])
    said = [f"An open verdict needs {text}." for text in settle]
    have = set(tables.baselines.loc[tables.baselines["course_id"] == course_id, "analyte"])
    without = [name_of(code) for code in DEFAULT_ANALYTES if code not in have]
    if course_id is not None and without:
        said.append(f"No baseline in the window before the first dose: {', '.join(without)}.")
    return (*said, *describe_data(tables, as_of)[1:])
