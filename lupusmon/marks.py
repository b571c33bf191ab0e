"""Results that a person marked as not usable, and pins: how a decision finds its result again in any file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lupusmon.analysis.pins import SLOTS, time_text, value_text
from lupusmon.clean import Pin
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


@dataclass(frozen=True)
class Place:
    """Where a result stands, in the words of the tables `results` and `evidence`. patient_id: "" = any (slower)."""

    source_file: str
    source_line: int
    analyte: str
    patient_id: str = ""

    def __str__(self) -> str:
        return f"{self.source_file}, line {self.source_line}"


def mark_unusable(
    store: Store,
    *,
    source_file: str,
    source_line: int,
    analyte: str,
    patient_id: str = "",
    reason: str,
    at: str,
    who: str,
) -> None:
    """Sets the result aside that stands there (names as in the tables `results` and `evidence`). Reversible."""
    if not reason.strip():
        raise UnusableArgument("a result is set aside only with a reason")
    place = Place(source_file, source_line, analyte, patient_id)
    _decide(store, place, active=True, reason=reason.strip(), at=at, who=who)


def mark_usable(
    store: Store,
    *,
    source_file: str,
    source_line: int,
    analyte: str,
    patient_id: str = "",
    reason: str = "",
    at: str,
    who: str,
) -> None:
    """Takes the mark back."""
    place = Place(source_file, source_line, analyte, patient_id)
    _decide(store, place, active=False, reason=reason.strip(), at=at, who=who)


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

    chosen: what tells the result: method, collected_at, value (canonical unit), and where it stood: source_file,
    source_line. Raises UnusableArgument for any other slot: `latest` moves with every new result.
    """
    if slot not in SLOTS:
        raise UnusableArgument(f"{slot}: nothing can be pinned there; use {', '.join(SLOTS)}")
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


def pin_result(
    store: Store,
    *,
    patient_id: str,
    course_id: str,
    slot: str,
    analyte: str,
    source_file: str,
    source_line: int,
    reason: str,
    at: str,
    who: str,
) -> None:
    """Pins the value of a slot to the result that stands there (names as in the table `results`). Reversible."""
    if not reason.strip():
        raise UnusableArgument("a value is pinned only with a reason")
    _, subject = _find_result(store, Place(source_file, source_line, analyte, patient_id))
    told = {name: subject[name] for name in ("method", "collected_at", "value")}
    chosen = {**told, "source_file": source_file, "source_line": source_line}
    where = {"patient_id": patient_id, "course_id": course_id, "slot": slot, "analyte": analyte}
    pin(store, **where, chosen=chosen, reason=reason.strip(), at=at, who=who)


def read_pins(edits: Sequence[Edit]) -> tuple[Pin, ...]:
    """The pins that hold, as the rules read them."""
    return tuple(
        Pin(
            patient_id=edit.patient_id,
            **{name: str(edit.subject[name]) for name in ("course_id", "slot", "analyte")},
            **{name: str(edit.detail.get(name, "")) for name in ("method", "collected_at", "value")},
            reason=edit.reason,
            pinned_by=edit.who,
            pinned_at=edit.at,
        )
        for edit in edits
    )


def _decide(store: Store, place: Place, *, active: bool, reason: str, at: str, who: str) -> None:
    patient_id, subject = _find_result(store, place)
    store.edit(
        EditKind.UNUSABLE,
        active=active,
        patient_id=patient_id,
        subject=subject,
        detail={"source_file": place.source_file, "source_line": place.source_line},
        reason=reason,
        at=at,
        who=who,
    )


def _find_result(store: Store, place: Place) -> tuple[str, dict]:
    for table in _load_tables(store, place):
        rows = harmonise_labs(take_rows(table, _rows_there(table, place)), as_of=None)
        for i, subject in enumerate(_subjects(rows)):
            if subject["analyte"] == place.analyte and rows.log.outcome[i] == 0:
                return rows.patient.texts()[i], subject
    raise UnusableArgument(f"{place}: there is no usable result of {place.analyte}")


def _load_tables(store: Store, place: Place) -> list[SourceTable]:
    """The rows of the patient where one is named: a large file is not read for a single result."""
    with store.view() as view:
        if place.patient_id:
            tables = view.load_tables({place.patient_id})
        else:
            names = {i: name for i, name in view.file_names().items() if name == place.source_file}
            tables = view.load_files(names)
    return [table for table in tables if table.kind == Kind.LABS]


def _rows_there(table: SourceTable, place: Place) -> np.ndarray:
    here = table.lines == place.source_line
    if table.row_files is not None:
        here = here & (table.row_files.texts() == place.source_file)
    elif table.file != place.source_file:
        here = np.zeros(len(here), dtype=bool)
    return np.flatnonzero(here)


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
    return [
        {
            "analyte": CODES[rows.analyte[i]] if rows.analyte[i] >= 0 else "",
            "method": str(method[i]),
            "collected_at": time_text(int(rows.day[i]), int(rows.micros[i])),
            "value": value_text(float(value[i]), int(rows.comparator[i]), int(rows.word[i])),
        }
        for i in range(len(value))
    ]
