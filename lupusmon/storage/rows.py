"""Rows of files in bulk: into the store and back as ingest.SourceTable."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np
from sqlalchemy import Connection, Row, Text, insert, select, type_coerce
from sqlalchemy.exc import DBAPIError

from lupusmon.ingest.source import Kind, SourceTable
from lupusmon.storage.models import files, rows
from lupusmon.storage.texts import collect_column, escape, pack_cells, unpack_cells
from lupusmon.text.columns import TextColumn, word_array

PATIENT = "patient_id"
_ROW_FILE = "source_file"  # the column that keeps SourceTable.row_files; no input column of ours has this name
_CHUNK = 50_000
_IDS_AT_ONCE = 500
# beyond this many patients, reading whole files is quicker than asking for each
_MANY = 2_000
_NAMES = ("file_id", "position", "line", "patient_id", "problem", "cells")
_FILE, _PATIENT = 0, 3
# texts as they are kept: unescaping once per distinct text is quicker than once per row
_COLUMNS = tuple(type_coerce(rows.c[n], Text).label(n) if n in ("patient_id", "problem") else rows.c[n] for n in _NAMES)


def write_file(connection: Connection, table: SourceTable, *, file_id: int, batch_id: int, name: str) -> Iterator[int]:
    """Stores one table piece by piece, yielding the rows written so far.

    name: the file's own, before it was told from others of that name.
    """
    columns = dict(table.columns)
    if table.row_files is not None:
        columns[_ROW_FILE] = table.row_files
    connection.execute(
        insert(files).values(
            id=file_id,
            batch_id=batch_id,
            name=name,
            kind=table.kind.value,
            sha256=table.sha256,
            n_rows=len(table),
            columns=json.dumps(list(columns)),
            extra_columns=json.dumps(table.extra_columns),
            notes=json.dumps(table.notes),
            date_order=table.date_order,
            date_formats=json.dumps(table.date_formats),
            decimal_comma=bool(table.decimal_comma),
        )
    )
    for begin in range(0, len(table), _CHUNK):
        end = min(begin + _CHUNK, len(table))
        _insert(connection, _pack(table, columns, file_id, np.arange(begin, end)))
        yield end


def _pack(table: SourceTable, columns: dict[str, TextColumn], file_id: int, at: np.ndarray) -> Iterator[tuple]:
    n = len(at)
    patient = columns.get(PATIENT, TextColumn.constant("", len(table))).take(at)
    cells = pack_cells([column.take(at) for name, column in columns.items() if name != PATIENT], n)
    return zip(
        [file_id] * n,
        at.tolist(),
        np.asarray(table.lines)[at].tolist(),
        _escaped(patient),
        _escaped(table.problems.take(at)),
        cells,
        strict=True,
    )


def _escaped(column: TextColumn) -> list[str]:
    return word_array(escape(word) for word in column.words)[column.codes].tolist() if len(column) else []


def _insert(connection: Connection, values: Iterator[tuple]) -> None:
    """The fastest way of each driver."""
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(_NAMES))
        connection.exec_driver_sql(f"INSERT INTO rows ({', '.join(_NAMES)}) VALUES ({marks})", list(values))
        return
    try:
        with (
            connection.connection.cursor() as cursor,
            cursor.copy(f"COPY rows ({', '.join(_NAMES)}) FROM STDIN") as copy,
        ):
            for row in values:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:  # past SQLAlchemy, which would have wrapped it
        raise DBAPIError("COPY rows", None, error) from error


def read_tables(
    connection: Connection, wanted: Sequence[Row], names: Sequence[str], patients: Collection[str] | None
) -> dict[int, SourceTable]:
    """The tables of the file lines `wanted`, called `names`, by file id; with `patients` only their rows and files."""
    chosen = None if patients is None else _rows_of(connection, {file.id for file in wanted}, set(patients))
    tables = {}
    for file, name in zip(wanted, names, strict=True):
        found = _rows_in(connection, file.id) if chosen is None else chosen.get(file.id)
        if found is not None:
            tables[file.id] = _build(file, name, found)
    return tables


def _rows_in(connection: Connection, file_id: int) -> list[Row]:
    return connection.execute(select(*_COLUMNS).where(rows.c.file_id == file_id).order_by(rows.c.position)).all()


def _rows_of(connection: Connection, file_ids: set[int], patients: set[str]) -> dict[int, list[Row]]:
    """Rows of the patients by file, in order."""
    if len(patients) > _MANY:
        kept = {escape(patient) for patient in patients}
        read = {i: [row for row in _rows_in(connection, i) if row[_PATIENT] in kept] for i in sorted(file_ids)}
        return {i: found for i, found in read.items() if found}
    found: list[Row] = []
    ids = sorted(patients)
    for begin in range(0, len(ids), _IDS_AT_ONCE):
        some = ids[begin : begin + _IDS_AT_ONCE]
        found += connection.execute(select(*_COLUMNS).where(rows.c.patient_id.in_(some)))
    found = sorted((row for row in found if row[_FILE] in file_ids), key=itemgetter(0, 1))
    return {file_id: list(group) for file_id, group in groupby(found, key=itemgetter(_FILE))}


def _build(file: Row, name: str, found: Sequence[Row]) -> SourceTable:
    _, _, lines, patients, problems, cells = zip(*found, strict=True) if found else [()] * len(_NAMES)
    ours = json.loads(file.columns)
    others = [column for column in ours if column != PATIENT]
    columns = dict(zip(others, unpack_cells(cells, len(others)), strict=True))
    if PATIENT in ours:
        columns[PATIENT] = collect_column(patients)
    row_files = columns.pop(_ROW_FILE, None)
    return SourceTable(
        file=name,
        kind=Kind(file.kind),
        sha256=file.sha256,
        columns={column: columns[column] for column in ours if column in columns},
        lines=np.array(lines, dtype=np.int64),
        problems=collect_column(problems),
        decimal_comma=file.decimal_comma,
        date_order=file.date_order,
        date_formats=tuple(json.loads(file.date_formats)),
        extra_columns=tuple(json.loads(file.extra_columns)),
        notes=tuple(json.loads(file.notes)),
        row_files=row_files,
    )
