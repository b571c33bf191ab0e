"""From the rows of all files to the clean cohort, its issues and its receipt (CONTRACT 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lupusmon.clean import PLANNED, Assessments, Cohort, Doses, People, Results
from lupusmon.ingest.source import Kind, SourceTable
from lupusmon.issues import OUTCOMES, IssueLog, Outcome
from lupusmon.quality.checks import column
from lupusmon.quality.events import (
    AssessmentRows,
    DoseRows,
    PeopleRows,
    harmonise_assessments,
    harmonise_infusions,
    harmonise_patients,
)
from lupusmon.quality.harmonise import LabRows, harmonise_labs
from lupusmon.quality.keys import assessment_keys, dose_keys, lab_keys, people_keys
from lupusmon.quality.stack import Stack
from lupusmon.text.columns import TextColumn
from lupusmon.text.dates import parse_dates

Rows = LabRows | DoseRows | AssessmentRows | PeopleRows


@dataclass(frozen=True)
class FileIssues:
    """The issues of one file: line and texts, one entry per issue."""

    file: str
    line: np.ndarray
    outcome: np.ndarray
    column: np.ndarray
    code: np.ndarray
    value: np.ndarray
    message: np.ndarray


@dataclass(frozen=True)
class FileCount:
    """One line of the receipt; counts add up to `read`."""

    file: str
    kind: str
    sha256: str
    counts: dict[str, int]
    extra_columns: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def read(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Assembled:
    """The clean cohort and what became of every row. superseded: the results that lost, still visible.

    outcomes: per table, in the order given, the Outcome of each row. set_aside: results marked as not usable, and why.
    """

    cohort: Cohort
    superseded: Results
    issues: tuple[FileIssues, ...]
    files: tuple[FileCount, ...]
    outcomes: tuple[np.ndarray, ...] = ()
    set_aside: tuple[Results, TextColumn] | None = None


def assemble(tables: Sequence[SourceTable], *, as_of: int | None, found_as_of: int | None = None) -> Assembled:
    """Harmonises, reconciles and indexes the rows of all files, in the order given.

    as_of: day number, None = the latest day of a row neither rejected nor ignored, planned infusions apart; where the
    rows are only some of all, that day is given as `found_as_of` (see find_as_of) and rejects nothing.
    Every row ends in exactly one outcome. Source: CONTRACT 3.
    """
    labs = [harmonise_labs(t, as_of=as_of) for t in tables if t.kind == Kind.LABS]
    doses = [harmonise_infusions(t, as_of=as_of) for t in tables if t.kind == Kind.INFUSIONS]
    seen = [harmonise_assessments(t, as_of=as_of) for t in tables if t.kind == Kind.ASSESSMENTS]
    people = [harmonise_patients(t) for t in tables if t.kind == Kind.PATIENTS]
    stacked = [Stack(part) for part in (labs, doses, seen, people)]
    for stack, keys in zip(stacked, (lab_keys, dose_keys, assessment_keys, people_keys), strict=True):
        stack.settle(keys)
    if as_of is None:
        as_of = _latest_day(labs, doses, seen) if found_as_of is None else found_as_of
    ids = np.array(sorted({w for stack in stacked for w in stack.patients()}), dtype=object)
    of_labs, of_doses, of_seen, of_people = (stack.patient_index(ids) for stack in stacked)
    cohort = Cohort(
        patients=ids,
        results=_results(stacked[0], of_labs, Outcome.ACCEPTED),
        doses=_doses(stacked[1], of_doses),
        assessments=_assessments(stacked[2], of_seen),
        people=_people(stacked[3], of_people),
        as_of=as_of,
    )
    order = {id(t): i for i, t in enumerate(tables)}
    parts = sorted((rows for stack in stacked for rows in stack.parts), key=lambda rows: order[id(rows.table)])
    return Assembled(
        cohort=cohort,
        superseded=_results(stacked[0], of_labs, Outcome.SUPERSEDED),
        issues=tuple(_file_issues(rows) for rows in parts),
        files=tuple(_file_count(rows) for rows in parts),
        outcomes=tuple(rows.log.outcome for rows in parts),
        set_aside=_set_aside(stacked[0], of_labs),
    )


def find_as_of(tables: Sequence[SourceTable]) -> int:
    """The latest day of a row neither rejected nor ignored, planned infusions apart, without harmonising all rows.

    Looks at the rows of the latest days first, sixteen times more of them until one is usable.
    """
    dated = [(table, *_date_words(table)) for table in tables if table.kind in _DATED]
    n_rows = sum(len(table) for table in tables)
    looked_at = 4096
    while True:
        threshold = _nth_latest(dated, looked_at)
        late = [table.take(np.flatnonzero((day >= threshold)[codes])) for table, day, codes in dated]
        labs = [harmonise_labs(t, as_of=None) for t in late if t.kind == Kind.LABS]
        doses = [harmonise_infusions(t, as_of=None) for t in late if t.kind == Kind.INFUSIONS]
        seen = [harmonise_assessments(t, as_of=None) for t in late if t.kind == Kind.ASSESSMENTS]
        latest = _latest_day(labs, doses, seen)
        if latest or looked_at >= n_rows:
            return latest
        looked_at *= 16


_DATED = {Kind.LABS: "collected_at", Kind.INFUSIONS: "given_at", Kind.ASSESSMENTS: "assessed_at"}
_NO_DAY = np.iinfo(np.int32).min


def _date_words(table: SourceTable) -> tuple[np.ndarray, np.ndarray]:
    """(day of each distinct date text, very early where it cannot be read; which of them each row has)."""
    text = column(table, _DATED[table.kind])
    day, _, ok = text.once(parse_dates, order=table.date_order, formats=table.date_formats)
    return np.where(ok, day, _NO_DAY), text.codes


def _nth_latest(dated: Sequence[tuple[SourceTable, np.ndarray, np.ndarray]], n: int) -> int:
    """The day from which on there are n rows at least."""
    if sum(len(codes) for _, _, codes in dated) <= n:
        return _NO_DAY
    days = np.concatenate([day for _, day, _ in dated])
    rows = np.concatenate([np.bincount(codes, minlength=len(day)) for _, day, codes in dated])
    order = np.argsort(days)[::-1]
    return int(days[order[np.searchsorted(np.cumsum(rows[order]), n)]])


def _latest_day(labs: list[LabRows], doses: list[DoseRows], seen: list[AssessmentRows]) -> int:
    days = [rows.day[rows.log.outcome < Outcome.REJECTED] for rows in (*labs, *seen)]
    days += [rows.day[(rows.log.outcome < Outcome.REJECTED) & (rows.status != PLANNED)] for rows in doses]
    return max((int(day.max()) for day in days if len(day)), default=0)


def _results(stack: Stack, patient: np.ndarray, outcome: Outcome) -> Results:
    if not len(stack):
        return _no_results()
    rows = stack.rows(outcome)
    arrays = ("analyte", "day", "micros", "kind", "value", "comparator", "word", "ref_low", "ref_high", "ref_source")
    return Results(
        patient=patient[rows],
        order=rows,
        method=stack.text("method", rows),
        unit=stack.text("unit", rows),
        laboratory=stack.raw("laboratory", rows),
        file=stack.files(rows),
        line=stack.lines(rows),
        raw_value=stack.raw("value", rows),
        raw_unit=stack.raw("unit", rows),
        **{name: stack.array(name, rows) for name in arrays},
    )


def _set_aside(stack: Stack, patient: np.ndarray) -> tuple[Results, TextColumn] | None:
    """Of the rows that are stacked, the usable ones, only those a person marked are rejected."""
    if not len(stack) or not len(stack.rows(Outcome.REJECTED)):
        return None
    return _results(stack, patient, Outcome.REJECTED), stack.raw("unusable", stack.rows(Outcome.REJECTED))


def _no_results() -> Results:
    none, text = np.empty(0, dtype=np.int64), TextColumn.constant("", 0)
    real = np.empty(0)
    return Results(
        patient=none, analyte=none, method=text, day=none, micros=none, order=none, kind=none, value=real,
        comparator=none, word=none, unit=text, ref_low=real, ref_high=real, ref_source=none, laboratory=text, file=text,
        line=none, raw_value=text, raw_unit=text,
    )  # fmt: skip


def _doses(stack: Stack, patient: np.ndarray) -> Doses:
    none, real, text = np.empty(0, dtype=np.int64), np.empty(0), TextColumn.constant("", 0)
    if not len(stack):
        return Doses(none, none, none, none, none, real, none, none, real, real, text, text, none)
    rows = stack.rows(Outcome.ACCEPTED)
    names = ("drug", "day", "micros", "dose", "dose_unit", "status", "weight_kg", "duration_min")
    return Doses(
        patient=patient[rows],
        order=rows,
        note=stack.text("note", rows),
        file=stack.files(rows),
        line=stack.lines(rows),
        **{name: stack.array(name, rows) for name in names},
    )


def _assessments(stack: Stack, patient: np.ndarray) -> Assessments:
    none, real, text = np.empty(0, dtype=np.int64), np.empty(0), TextColumn.constant("", 0)
    if not len(stack):
        wide = np.empty((0, 9), dtype=np.uint8)
        return Assessments(none, none, none, none, real, real, real, none, none, wide, np.empty((0, 24)), text, none)
    rows = stack.rows(Outcome.ACCEPTED)
    names = ("day", "micros", "sledai", "pga", "prednisone", "failure", "discontinued", "grades", "items")
    return Assessments(
        patient=patient[rows],
        order=rows,
        file=stack.files(rows),
        line=stack.lines(rows),
        **{name: stack.array(name, rows) for name in names},
    )


def _people(stack: Stack, patient: np.ndarray) -> People:
    if not len(stack):
        text = TextColumn.constant("", 0)
        return People(np.empty(0, dtype=np.int64), text, np.empty(0), text, text)
    rows = stack.rows(Outcome.ACCEPTED)
    return People(
        patient=patient[rows],
        birth_year=stack.array("birth_year", rows),
        **{name: stack.text(name, rows) for name in ("sex", "site", "label")},
    )


def _file_issues(rows: Rows) -> FileIssues:
    found = rows.log.issues()
    cell = rows.table.columns.get("column")
    column = found.column
    if cell is not None and len(found):
        column = np.where(np.isin(column, ("value", "unit", "analyte")), cell.texts()[found.row], column)
    return FileIssues(
        rows.table.file, rows.table.lines[found.row], found.outcome, column, found.code, found.value, found.message
    )


def _file_count(rows: Rows) -> FileCount:
    log: IssueLog = rows.log
    counts = np.bincount(log.outcome, minlength=len(OUTCOMES))
    return FileCount(
        file=rows.table.file,
        kind=rows.table.kind.value,
        sha256=rows.table.sha256,
        counts=dict(zip(OUTCOMES, counts.tolist(), strict=True)),
        extra_columns=rows.table.extra_columns,
        notes=rows.table.notes,
    )
