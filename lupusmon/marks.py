"""Results that a person marked as not usable, and pins: how a decision finds its result again in any file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lupusmon.clinical.analytes import CODES
from lupusmon.errors import UnusableArgument
from lupusmon.ingest.source import Kind, SourceTable
from lupusmon.quality.harmonise import LabRows, harmonise_labs
from lupusmon.rounding import round_compare
from lupusmon.storage import Edit, EditKind, Store
from lupusmon.text.columns import TextColumn, word_array

UNUSABLE = "unusable"  # the column of a SourceTable that quality reads: per row "" or why the result is set aside


def apply_marks(tables: Sequence[SourceTable], marks: Sequence[Edit]) -> list[SourceTable]:
    """The same tables; rows that state a marked result carry the reason in a column `unusable`.

    A mark belongs to the result, not to a line: the same patient, analyte, method, time and value in another file is
    marked too, and a corrected value is not.
    """
    reasons = {(m.patient_id, *_subject_key(m.subject)): m.reason or "no reason given" for m in marks}
    patients = {patient_id for patient_id, *_ in reasons}
    return [_mark(t, reasons, patients) if reasons and t.kind == Kind.LABS else t for t in tables]


def mark_unusable(
    store: Store, *, source_file: str, source_line: int, analyte: str, reason: str, at: str, who: str
) -> None:
    """Sets the result aside that stands there (names as in the tables `results` and `evidence`). Reversible."""
    if not reason.strip():
        raise UnusableArgument("a result is set aside only with a reason")
    _decide(store, source_file, source_line, analyte, active=True, reason=reason.strip(), at=at, who=who)


def mark_usable(
    store: Store, *, source_file: str, source_line: int, analyte: str, reason: str = "", at: str, who: str
) -> None:
    """Takes the mark back."""
    _decide(store, source_file, source_line, analyte, active=False, reason=reason.strip(), at=at, who=who)


def pin(
    store: Store,
    *,
    patient_id: str,
    course_id: str,
    slot: str,
    analyte: str,
    chosen: Mapping | None,
    reason: str = "",
    at: str,
    who: str,
) -> None:
    """Pins the value of a slot (`baseline`, or a week) to the `chosen` result; None takes the pin back.

    chosen: what tells the result: method, collected_at, value, source_file, source_line.
    """
    store.edit(
        EditKind.PIN,
        active=chosen is not None,
        patient_id=patient_id,
        subject={"course_id": course_id, "slot": slot, "analyte": analyte},
        detail=chosen or {},
        reason=reason,
        at=at,
        who=who,
    )


def _decide(store: Store, file: str, line: int, analyte: str, *, active: bool, reason: str, at: str, who: str) -> None:
    with store.view() as view:
        ids = {i: name for i, name in view.file_names().items() if name == file}
        tables = [t for t in view.load_files(ids) if t.kind == Kind.LABS]
    patient_id, subject = _find_result(tables, file, line, analyte)
    detail = {"source_file": file, "source_line": line}
    store.edit(
        EditKind.UNUSABLE,
        active=active,
        patient_id=patient_id,
        subject=subject,
        detail=detail,
        reason=reason,
        at=at,
        who=who,
    )


def _find_result(tables: Sequence[SourceTable], file: str, line: int, analyte: str) -> tuple[str, dict]:
    for table in tables:
        rows = harmonise_labs(take_rows(table, np.flatnonzero(table.lines == line)), as_of=None)
        for i, subject in enumerate(_subjects(rows)):
            if subject["analyte"] == analyte and rows.log.outcome[i] == 0:
                return rows.patient.texts()[i], subject
    raise UnusableArgument(f"{file}, line {line}: there is no usable result of {analyte}")


def _mark(table: SourceTable, reasons: Mapping[tuple, str], patients: set[str]) -> SourceTable:
    patient = table.columns["patient_id"]
    at = np.flatnonzero(patient.map(patients.__contains__, bool)) if len(table) else np.empty(0, dtype=np.int64)
    if not len(at):
        return table
    rows = harmonise_labs(take_rows(table, at), as_of=None)
    reason = word_array([""] * len(table))
    for place, who, subject in zip(at.tolist(), rows.patient.texts(), _subjects(rows), strict=True):
        reason[place] = reasons.get((who, *_subject_key(subject)), "")
    return replace(table, columns={**table.columns, UNUSABLE: TextColumn.from_values(reason)}) if any(reason) else table


def take_rows(table: SourceTable, rows: np.ndarray) -> SourceTable:
    """Some rows of a table, with only the words they use."""

    def few(column: TextColumn) -> TextColumn:
        return TextColumn.from_values(column.take(rows).texts())

    return replace(
        table,
        columns={name: few(column) for name, column in table.columns.items()},
        lines=table.lines[rows],
        problems=few(table.problems),
        row_files=None if table.row_files is None else few(table.row_files),
    )


def _subject_key(subject: Mapping) -> tuple:
    return tuple(str(subject[name]) for name in ("analyte", "method", "collected_at", "value"))


def _subjects(rows: LabRows) -> list[dict]:
    """What tells each result, in words that survive another file, unit or date format."""
    method, value = rows.method.texts(), round_compare(rows.value)
    sign = {-1: "<", 0: "", 1: ">"}
    word = {-1: "undecided", 0: "negative", 1: "positive"}
    return [
        {
            "analyte": CODES[rows.analyte[i]] if rows.analyte[i] >= 0 else "",
            "method": str(method[i]),
            "collected_at": _time_text(int(rows.day[i]), int(rows.micros[i])),
            "value": word[int(rows.word[i])]
            if np.isnan(value[i])
            else f"{sign[int(rows.comparator[i])]}{value[i]:.6g}",
        }
        for i in range(len(value))
    ]


def _time_text(day: int, micros: int) -> str:
    date = str(np.datetime64(day, "D"))
    if micros < 0:
        return date
    return str(np.datetime64(day, "D") + np.timedelta64(micros, "us")).removesuffix(".000000")
