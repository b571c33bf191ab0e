"""The last step of every reader: what decimal sign and what order of day and month the table uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np

from lupusmon.errors import UnusableFile
from lupusmon.ingest.kinds import DATE_COLUMN, NUMBER_COLUMNS
from lupusmon.ingest.source import Kind, SourceTable
from lupusmon.text.columns import TextColumn
from lupusmon.text.dates import AmbiguousDates, find_date_order
from lupusmon.text.values import uses_decimal_comma


@dataclass(frozen=True)
class Conventions:
    """What was said about the table; None = find out. has_point: some decimal is known to be a point."""

    date_order: str | None = None
    decimal: str | None = None
    source: str | None = None
    date_formats: tuple[str, ...] = ()
    has_point: bool = False


def settle_table(
    file: str,
    kind: Kind,
    sha256: str,
    columns: Mapping[str, TextColumn],
    lines: np.ndarray,
    problems: TextColumn,
    said: Conventions,
    *,
    extra_columns: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    row_files: TextColumn | None = None,
) -> SourceTable:
    """The finished table. Raises UnusableFile, as a question, where the order of day and month cannot be known."""
    columns = dict(columns)
    if said.source and kind is Kind.LABS:
        columns["laboratory"] = _fill(columns.get("laboratory"), said.source, len(lines))
    return SourceTable(
        file=file,
        kind=kind,
        sha256=sha256,
        columns=columns,
        lines=np.asarray(lines),
        problems=problems,
        decimal_comma=_has_decimal_comma(kind, columns, said),
        date_order=_find_order(file, kind, columns, said),
        date_formats=said.date_formats,
        extra_columns=extra_columns,
        notes=notes,
        row_files=row_files,
    )


def _fill(column: TextColumn | None, text: str, n: int) -> TextColumn:
    return TextColumn.constant(text, n) if column is None else column.remap(lambda word: word or text)


def _has_decimal_comma(kind: Kind, columns: Mapping[str, TextColumn], said: Conventions) -> bool:
    if said.decimal or said.has_point:
        return said.decimal == "comma"
    present = [columns[name].words for name in NUMBER_COLUMNS[kind] if name in columns]
    return uses_decimal_comma(chain.from_iterable(present))


def _find_order(file: str, kind: Kind, columns: Mapping[str, TextColumn], said: Conventions) -> str:
    name = DATE_COLUMN.get(kind)
    if said.date_order or name not in columns:
        return said.date_order or "ymd"
    try:
        return find_date_order(columns[name].words, said.date_formats) or "ymd"
    except AmbiguousDates as error:
        raise UnusableFile(f"{file}, {name}: {error}") from error
