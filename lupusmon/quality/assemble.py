"""From the rows of all files to the clean cohort, its issues and its receipt (CONTRACT 3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lupusmon.clean import PLANNED, STOPPED, Assessments, Cohort, Doses, People, Results
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
from lupusmon.quality.reconcile import Keys, Reconciled, reconcile
from lupusmon.rounding import round_compare
from lupusmon.sorting import number_distinct, sort_order, starts_of_runs
from lupusmon.text.columns import TextColumn, word_array
from lupusmon.text.dates import parse_dates

_LARGEST = 1 << 62
_CORRECTED = frozenset({"corrected", "correction", "amended", "c"})
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
    stacked = [_Stack(part) for part in (labs, doses, seen, people)]
    for stack, keys in zip(stacked, (_lab_keys, _dose_keys, _assessment_keys, _people_keys), strict=True):
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


class _Stack:
    """The usable rows of all files of one kind, one below the other in reading order."""

    def __init__(self, parts: list) -> None:
        self.parts = parts
        self.usable = [rows.log.usable() for rows in parts]
        self.outcome = np.zeros(sum(len(u) for u in self.usable), dtype=np.int8)

    def __len__(self) -> int:
        return len(self.outcome)

    def _picked(self, rows: np.ndarray | None) -> Iterator[tuple[Any, np.ndarray]]:
        """(rows of a file, which of them): the given rows of the stack, or all of it, part by part.

        The files lie one below the other, so of ascending rows each file has a run.
        """
        end = 0
        for part, usable in zip(self.parts, self.usable, strict=True):
            begin, end = end, end + len(usable)
            if rows is None:
                yield part, usable
            else:
                first, last = np.searchsorted(rows, (begin, end))
                yield part, usable[rows[first:last] - begin]

    def array(self, name: str, rows: np.ndarray | None = None) -> np.ndarray:
        """One column of the stack; rows: of these rows, ascending."""
        return _concatenate([getattr(part, name).take(some, axis=0) for part, some in self._picked(rows)])

    def text(self, name: str, rows: np.ndarray | None = None) -> TextColumn:
        return TextColumn.concat([getattr(part, name).take(some) for part, some in self._picked(rows)])

    def raw(self, name: str, rows: np.ndarray | None = None) -> TextColumn:
        """A column of the files as received."""
        columns = []
        for part, some in self._picked(rows):
            found = part.table.columns.get(name)
            columns.append(TextColumn.constant("", len(some)) if found is None else found.take(some))
        return TextColumn.concat(columns)

    def files(self, rows: np.ndarray | None = None) -> TextColumn:
        columns = []
        for part, some in self._picked(rows):
            own = part.table.row_files
            columns.append(TextColumn.constant(part.table.file, len(some)) if own is None else own.take(some))
        return TextColumn.concat(columns)

    def lines(self, rows: np.ndarray | None = None) -> np.ndarray:
        return _concatenate([part.table.lines.take(some) for part, some in self._picked(rows)])

    def settle(self, keys_of) -> None:
        """Finds identical and superseded rows and tells the files' logs."""
        if not len(self):
            return
        settled = reconcile(keys_of(self))
        self.outcome = settled.outcome
        self._tell(settled)
        self._set_aside()

    def _set_aside(self) -> None:
        """A row that a person marked as not usable enters no rule; what it had replaced stays replaced."""
        begin = 0
        for rows, usable in zip(self.parts, self.usable, strict=True):
            outcome = self.outcome[begin : begin + len(usable)]  # a view: changed in place
            begin += len(usable)
            reason = rows.table.columns.get("unusable")
            if reason is None:
                continue
            out = ~reason.is_empty()[usable] & (outcome != Outcome.SUPERSEDED)
            mask = np.zeros(len(rows.table), dtype=bool)
            mask[usable[out]] = True
            outcome[out], rows.log.outcome[mask] = Outcome.REJECTED, Outcome.ACCEPTED
            message = reason.remap("marked not usable: {}".format)
            rows.log.drop(
                mask, Outcome.REJECTED, "", "marked_unusable", _Lazy(rows.table.columns["value"]), _Lazy(message)
            )

    def _tell(self, settled: Reconciled) -> None:
        file, line = self.files(), self.lines()
        begin = 0
        for rows, usable in zip(self.parts, self.usable, strict=True):
            here = slice(begin, begin + len(usable))
            outcome, winner = settled.outcome[here], settled.winner[here]
            begin += len(usable)
            lost = np.flatnonzero(outcome == Outcome.SUPERSEDED)
            mask = np.zeros(len(rows.table), dtype=bool)
            mask[usable[lost]] = True
            by = winner[lost].tolist()
            message = _Told(usable[lost], [f"replaced by {file.words[file.codes[i]]}, line {line[i]}" for i in by])
            value = rows.table.columns.get("value")
            text = "" if value is None else _Lazy(value)
            rows.log.drop(mask, Outcome.SUPERSEDED, "", "superseded", text, message)
            rows.log.outcome[usable] = outcome

    @cached_property
    def patient(self) -> TextColumn:
        return self.text("patient")

    def patients(self) -> list[str]:
        """Ids of the accepted and superseded rows."""
        if not len(self):
            return []
        used = np.zeros(len(self.patient.words), dtype=bool)
        used[self.patient.codes] = True
        return self.patient.words[used].tolist()

    def patient_index(self, ids: np.ndarray) -> np.ndarray:
        if not len(self):
            return np.empty(0, dtype=np.int32)
        place = {word: i for i, word in enumerate(ids.tolist())}
        return np.array([place.get(w, -1) for w in self.patient.words], dtype=np.int32).take(self.patient.codes)

    def rows(self, outcome: Outcome) -> np.ndarray:
        return np.flatnonzero(self.outcome == outcome)


def _concatenate(parts: list[np.ndarray]) -> np.ndarray:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


class _Lazy:
    def __init__(self, text: TextColumn) -> None:
        self.text = text

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        return self.text.words[self.text.codes[rows]]


class _Told:
    """Texts of a few rows by their ascending numbers."""

    def __init__(self, rows: np.ndarray, texts: list[str]) -> None:
        self.rows, self.texts = rows, word_array(texts)

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        return self.texts[np.searchsorted(self.rows, rows)]


def number_groups(*columns: np.ndarray) -> np.ndarray:
    """One integer per row, equal where all columns are equal (nan equals nan)."""
    group, size = np.zeros(len(columns[0]), dtype=np.int64), 1
    if not len(group):
        return group
    for values in columns:
        if values.dtype.kind == "f":
            values = np.unique(values, return_inverse=True)[1]
        low = int(values.min())
        span = int(values.max()) - low + 1
        if size * span > _LARGEST:
            group = number_distinct(group)[1].astype(np.int64)
            size = int(group.max()) + 1
        group = group * span + (values.astype(np.int64) - low)
        size *= span
    return number_distinct(group)[1].astype(np.int64)


def _lab_keys(stack: _Stack) -> Keys:
    """Slot: patient, series, time. Content: kind, comparator, word and value to 6 digits, looked at where rows meet."""
    patient, method, status, ids = stack.patient, stack.text("method"), stack.raw("status"), stack.raw("result_id")
    analyte, day, micros = stack.array("analyte"), stack.array("day"), stack.array("micros")
    order = sort_order(patient.codes, analyte, method.codes, day, micros)
    runs = starts_of_runs(patient.codes[order], analyte[order], method.codes[order], day[order], micros[order])
    slot = np.empty(len(order), dtype=np.int64)
    slot[order] = np.cumsum(runs) - 1
    result_id = _result_ids(ids, patient, analyte)
    meets = (np.bincount(slot)[slot] > 1) | (result_id >= 0)
    content = np.zeros(len(order), dtype=np.int64)
    met = np.flatnonzero(meets)
    if len(met):
        small = (stack.array("kind")[met] * 3 + stack.array("comparator")[met] + 1) * 3 + stack.array("word")[met] + 1
        content[met] = number_groups(small, round_compare(stack.array("value")[met]))
    folded = TextColumn.from_values([w.casefold() for w in status.words])
    corrected = status.map(lambda word: word.casefold() in _CORRECTED, bool)
    return Keys(slot, content, status.spread(folded.codes), corrected, result_id)


def _result_ids(ids: TextColumn, patient: TextColumn, analyte: np.ndarray) -> np.ndarray:
    """Rows of one result_id, patient and analyte share a number; -1 for none and for ids that stand once."""
    out = np.full(len(ids), -1, dtype=np.int64)
    empty = np.array([w == "" for w in ids.words], dtype=bool)
    often = (np.bincount(ids.codes, minlength=len(ids.words)) > 1) & ~empty
    rows = np.flatnonzero(ids.spread(often))
    if len(rows):
        out[rows] = number_groups(ids.codes[rows], patient.codes[rows], analyte[rows])
    return out


def _plain_keys(slot: np.ndarray, content: np.ndarray, status: np.ndarray) -> Keys:
    n = len(slot)
    return Keys(slot, content, status, np.zeros(n, dtype=bool), np.full(n, -1, dtype=np.int64))


def _dose_keys(stack: _Stack) -> Keys:
    status = stack.array("status")
    when = (stack.array("day"), stack.array("micros"))
    slot = number_groups(stack.patient.codes, stack.array("drug"), *when, status == STOPPED)
    numbers = [round_compare(stack.array(name)) for name in ("dose", "weight_kg", "duration_min")]
    content = number_groups(*numbers, stack.array("dose_unit"), status, stack.text("note").codes)
    return _plain_keys(slot, content, status.astype(np.int64))


def _assessment_keys(stack: _Stack) -> Keys:
    slot = number_groups(stack.patient.codes, stack.array("day"), stack.array("micros"))
    numbers = [round_compare(stack.array(name)) for name in ("sledai", "pga", "pga_scale", "prednisone")]
    answers = [stack.array("failure"), stack.array("discontinued")]
    content = number_groups(*numbers, *answers, *stack.array("grades").T, *stack.array("items").T)
    return _plain_keys(slot, content, np.zeros(len(slot), dtype=np.int64))


def _people_keys(stack: _Stack) -> Keys:
    slot = number_groups(stack.patient.codes)
    texts = [stack.text(name).codes for name in ("sex", "site", "label")]
    content = number_groups(stack.array("birth_year"), *texts)
    return _plain_keys(slot, content, np.zeros(len(slot), dtype=np.int64))


def _results(stack: _Stack, patient: np.ndarray, outcome: Outcome) -> Results:
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


def _set_aside(stack: _Stack, patient: np.ndarray) -> tuple[Results, TextColumn] | None:
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


def _doses(stack: _Stack, patient: np.ndarray) -> Doses:
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


def _assessments(stack: _Stack, patient: np.ndarray) -> Assessments:
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


def _people(stack: _Stack, patient: np.ndarray) -> People:
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
