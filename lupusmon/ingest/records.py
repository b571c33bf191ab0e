"""Rows gathered one by one from formats that are no tables (FHIR, HL7 v2), as tables of ours, a kind each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lupusmon.errors import UnusableFile
from lupusmon.ingest.incoming import Incoming
from lupusmon.ingest.kinds import COLUMNS
from lupusmon.ingest.ranges import split_range_column
from lupusmon.ingest.settle import Conventions, settle_table
from lupusmon.ingest.source import Kind, SourceTable
from lupusmon.text.columns import TextColumn


class Records:
    """Collects rows in reading order.

    A cell is a text under one of our column names; `ref_range` is a range in one text, `ignored` says why the row is
    of no section that lupusmon monitors.
    """

    def __init__(self) -> None:
        self._rows: dict[Kind, list[dict[str, str]]] = {}
        self._lines: dict[Kind, list[int]] = {}
        self._by_result: dict[tuple[str, str], list[dict[str, str]]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))

    def add(self, kind: Kind, line: int, cells: dict[str, str], problem: str = "") -> None:
        """One row. problem: why the row as a whole cannot be used."""
        row = {**cells, "problem": problem}
        self._rows.setdefault(kind, []).append(row)
        self._lines.setdefault(kind, []).append(line)
        if kind is Kind.LABS and row.get("result_id"):
            self._by_result.setdefault((row.get("patient_id", ""), row["result_id"]), []).append(row)

    def ignore(self, line: int, why: str) -> None:
        """A part of the file that is no result, dose or patient."""
        self.add(Kind.LABS, line, {"ignored": why})

    def withdraw(self, patient_id: str, result_id: str, why: str) -> None:
        """Makes unusable what the file said before of a result that it then takes back."""
        for row in self._by_result.get((patient_id, result_id), ()):
            row["problem"] = row["problem"] or why

    def tables(self, incoming: Incoming, said: Conventions, notes: tuple[str, ...] = ()) -> list[SourceTable]:
        """A table for each kind that has rows, the first with the notes. Raises UnusableFile where there is no row."""
        kinds = [kind for kind in Kind if self._rows.get(kind)]
        if not kinds:
            raise UnusableFile(f"{incoming.file}: holds no results, doses or patients")
        tables = [self._table(incoming, kind, said) for kind in kinds]
        return [replace(tables[0], notes=(*incoming.notes, *notes)), *tables[1:]]

    def _table(self, incoming: Incoming, kind: Kind, said: Conventions) -> SourceTable:
        rows = self._rows[kind]
        names = {name for row in rows for name in row} | {"patient_id"}
        columns = {
            name: TextColumn.from_values(row.get(name, "") for row in rows)
            for name in (*COLUMNS[kind], "ref_range", "ignored")
            if name in names
        }
        if "ref_range" in columns:
            _split_ranges(columns, len(rows))
        problems = TextColumn.from_values(row["problem"] for row in rows)
        lines = np.array(self._lines[kind], dtype=np.int64)
        return settle_table(incoming.file, kind, incoming.sha256, columns, lines, problems, said)


def _split_ranges(columns: dict[str, TextColumn], n_rows: int) -> None:
    """Takes `ref_range` apart into the limits that were not given as such."""
    empty = TextColumn.constant("", n_rows)
    ranges = columns.pop("ref_range")
    split = split_range_column(ranges, columns.get("unit", empty), columns.get("analyte", empty))
    for name, limits in zip(("ref_low", "ref_high"), split, strict=True):
        given = columns.get(name, empty)
        texts = [one or other for one, other in zip(given.texts(), limits.texts(), strict=True)]
        columns[name] = TextColumn.from_values(texts)
