"""What the report of one patient says, as plain data: drawn from the output tables, nothing computed anew."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from lupusmon import words
from lupusmon.clinical.drugs import DRUGS, REGIMENS
from lupusmon.data_notes import describe_data, describe_schedule
from lupusmon.default_labs import select_default_labs
from lupusmon.figures import theme
from lupusmon.figures.targets import select_targets
from lupusmon.figures.timeline import DEFAULT_ANALYTES, build_timeline
from lupusmon.missing import name_of, say_closed
from lupusmon.narrative import describe_status, sort_settle
from lupusmon.patient_tables import PatientTables, current_course
from lupusmon.reports import full_tables, ledger
from lupusmon.reports.key_numbers import KeyNumber, describe_assessed, list_key_numbers
from lupusmon.si_words import say_in_units

_LONG_DAYS = 913  # charts of a longer history begin before the present course, so that it can be read
_BEFORE_DAYS, _EMPTY_DAYS = 120, 90
_MANY_OVERDUE, _MOST_SETTLING = 3, 3
_EXPECTED_DAYS = 92.0


@dataclass(frozen=True)
class Report:
    """Everything on the pages. figure: the timeline as on the screen. fingerprint: of the files behind the analysis."""

    name: str
    person: str
    as_of: date
    period: str
    course: str
    other_courses: str
    schedule: tuple[str, ...]
    first_infusion: date | None
    sentence: str
    ledger: ledger.Ledger
    figure: dict
    figure_note: str
    key_numbers: tuple[KeyNumber, ...]
    assessed: tuple[str, ...]
    alerts: tuple[tuple[str, str], ...]
    all_alerts: tuple[tuple[str, str], ...]
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
        course=_describe_course(tables, chosen),
        other_courses=_name_others(tables.courses, chosen),
        schedule=tuple(describe_schedule(tables)),
        first_infusion=first,
        sentence=describe_status(tables, course, as_of),
        ledger=ledger.build_ledger(responses, first, as_of),
        figure=_build_figure(tables, course, as_of, units, window),
        figure_note="" if window is None else f"from {window[0]}; what was before is in the tables",
        key_numbers=list_key_numbers(tables, chosen, as_of=as_of, units=units),
        assessed=describe_assessed(tables.assessments, tables.scores),
        alerts=_list_alerts(_gather_overdue(tables), units),
        all_alerts=_list_alerts(tables.alerts, units),
        gaps=_list_gaps(tables, responses, chosen, as_of),
        reasons=ledger.list_reasons(responses, as_of, units),
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
        for table, frame in (
            ("results", tables.results),
            ("superseded", tables.superseded),
            ("unusable", tables.unusable),
            ("pins", tables.pins),
        )
        if "source_file" in frame
    }
    files = [{**entry, "file": numbers[entry["file"]]} for entry in receipt["files"]]
    return replace(tables, label=name, **hidden), {**receipt, "files": files}


def _choose_course(courses: pd.DataFrame, course_id: str | None) -> pd.Series | None:
    asked = courses[courses["course_id"] == course_id]
    found = asked if len(asked) else current_course(courses)
    return found.iloc[0] if len(found) else None


def _choose_window(tables: PatientTables, first_infusion: date | None, as_of: date) -> tuple[date, date] | None:
    """Days drawn; None = all of them. A long history begins before the course, and none begins with empty charts."""
    if first_infusion is None or tables.results.empty:
        return None
    first_result = date.fromisoformat(tables.results["collected_at"].min()[:10])
    earliest = min(first_result, date.fromisoformat(tables.infusions["given_at"].min()[:10]))
    start = min(first_result, first_infusion) - timedelta(days=7)
    if (as_of - first_result).days > _LONG_DAYS:
        start = max(start, first_infusion - timedelta(days=_BEFORE_DAYS))
    if (start - earliest).days < _EMPTY_DAYS:
        return None
    due = tables.courses["next_due"].dropna().astype(str).str[:10]
    ahead = [date.fromisoformat(day) + timedelta(days=7) for day in due if day]
    return start, min(max([as_of + timedelta(days=14), *ahead]), as_of + timedelta(days=60))


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


def _describe_course(tables: PatientTables, course_id: str | None) -> str:
    """The schedule of the chosen course in a sentence, or that there is none."""
    said = describe_schedule(tables)
    places = [i for i, c in enumerate(tables.courses["course_id"]) if c == course_id]
    return said[places[0]] if places else said[0]


def _name_others(courses: pd.DataFrame, course_id: str | None) -> str:
    """`IVIG from 2025-06-10 (1 dose); Methylprednisolone, 4 courses, the last from 2026-07-31 (4 doses)`."""
    others = courses[courses["course_id"] != course_id].sort_values("first_infusion", kind="stable")
    named = []
    for drug, own in others.groupby("drug", sort=False):
        last = own.iloc[-1]
        many = "" if len(own) == 1 else f", {len(own)} courses, the last"
        doses = words.plural(int(last["n_infusions"]), "dose")
        named.append(f"{DRUGS[drug].name}{many} from {str(last['first_infusion'])[:10]} ({doses})")
    return "; ".join(named)


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
        analytes=select_default_labs(tables),
        targets=select_targets(tables.responses, tables.baselines, None if course is None else course["course_id"]),
        expected_days=_EXPECTED_DAYS if regimen is None else float(regimen.lab_interval_days),
    )


def _gather_overdue(tables: PatientTables) -> pd.DataFrame:
    """The alerts with many overdue tests told in one line, so that they do not hide the others."""
    late = tables.alerts[tables.alerts["code"] == "lab_overdue"]
    if len(late) < _MANY_OVERDUE:
        return tables.alerts
    last = tables.results.groupby("analyte")["collected_at"].max().str[:10]
    by_day: dict[str, list[str]] = {}
    for analyte in late["analyte"].dropna():
        by_day.setdefault(last.get(analyte, "never"), []).append(name_of(analyte))
    days = "; ".join(f"{', '.join(names)} (last {day})" for day, names in sorted(by_day.items()))
    line = late.head(1).assign(text=f"Overdue tests: {days}")
    return pd.concat([tables.alerts.drop(late.index), line])


def _list_alerts(alerts: pd.DataFrame, units: str) -> tuple[tuple[str, str], ...]:
    rows = words.order_alerts(alerts)
    texts = [say_in_units(text, units) for text in rows["text"].astype(str)]
    return tuple(zip(rows["severity"].astype(str), texts, strict=True))


def _list_gaps(tables: PatientTables, responses: pd.DataFrame, course_id: str | None, as_of: date) -> tuple[str, ...]:
    """What is missing or weak, most useful first: baselines, what would settle a verdict, ages, assays, limits."""
    have = set(tables.baselines.loc[tables.baselines["course_id"] == course_id, "analyte"])
    without = [name_of(code) for code in DEFAULT_ANALYTES if code not in have]
    said = []
    if course_id is not None and without:
        said.append(f"No baseline in the window before the first dose: {', '.join(without)}.")
    settle = _gather_settling([say_closed(t, as_of) for t in sort_settle(responses[responses["week"] == "latest"])])
    said += settle[:_MOST_SETTLING]
    if len(settle) > _MOST_SETTLING:
        said.append("What would settle the other open verdicts is told with the verdicts in words.")
    return (*said, *describe_data(tables, as_of)[1:])


def _gather_settling(texts: list[str]) -> list[str]:
    """`UPCR between A and B`, `C3 between A and B`: those with the same window in one line."""
    by_window: dict[str, list[str]] = {}
    for text in texts:
        what, _, window = theme.speak_units(text).partition(" between ")
        by_window.setdefault(window, []).append(what)
    return [
        f"Would settle an open verdict: {' or '.join(what)}{' between ' if window else ''}{window}."
        for window, what in by_window.items()
    ]
