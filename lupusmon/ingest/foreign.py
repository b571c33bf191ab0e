"""Tables of foreign data models, recognised by their columns, as tables of ours. Each model has a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from lupusmon.ingest.combine import Cells, combine, first_text
from lupusmon.ingest.encoding import to_utf8
from lupusmon.ingest.header import read_header
from lupusmon.ingest.incoming import Incoming
from lupusmon.ingest.kinds import fold_name
from lupusmon.ingest.rows import Body, read_rows
from lupusmon.ingest.settle import settle_table
from lupusmon.ingest.source import Kind, SourceTable
from lupusmon.text.columns import TextColumn
from lupusmon.text.dates import parse_date

_MOST_DAYS = 1  # an infusion over midnight ends a day later; what lasts longer is no single dose


@dataclass(frozen=True)
class Translated:
    """A foreign table in our columns. problems, ignored: per row, why it cannot be used, why it is not monitored."""

    columns: dict[str, TextColumn]
    problems: TextColumn | None = None
    ignored: TextColumn | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ForeignTable:
    """One table of a data model.

    needs: columns that tell it; of each tuple among them, one. reads: further columns that are used. translate: its
    cells in our columns; None for a table that is not monitored, `why` says so.
    """

    name: str
    kind: Kind
    needs: tuple[str | tuple[str, ...], ...]
    reads: tuple[str, ...] = ()
    translate: Callable[[Cells], Translated] | None = None
    why: str = field(default="")

    def fits(self, headers: Sequence[str]) -> bool:
        names = {fold_name(header) for header in headers}
        groups = [(need,) if isinstance(need, str) else need for need in self.needs]
        return all(any(fold_name(name) in names for name in group) for group in groups)

    def used(self, headers: Sequence[str]) -> list[int]:
        """Positions of the columns that are used, the first of each name."""
        needed = [name for need in self.needs for name in ((need,) if isinstance(need, str) else need)]
        wanted = {fold_name(name) for name in (*needed, *self.reads)}
        folded = [fold_name(header) for header in headers]
        return [i for i, name in enumerate(folded) if name in wanted and name not in folded[:i]]


def read_foreign(incoming: Incoming, table: ForeignTable) -> SourceTable:
    """A foreign table of delimited text."""
    file = incoming.file
    text, note = to_utf8(file, incoming.data)
    header = read_header(file, text, lambda names: len(table.used(names)))
    used = table.used(header.names)
    rows = read_rows(Body(file, text, header.start, header.next_line, header.delimiter, len(header.names)), used)
    cells = Cells({header.names[i]: rows.columns[i] for i in used}, len(rows.lines))
    extra = tuple(name for i, name in enumerate(header.names) if i not in used and name)
    built = build_foreign(incoming, table, cells, rows.lines, rows.problems)
    return replace(built, extra_columns=extra, notes=(*built.notes, note) if note else built.notes)


def build_foreign(
    incoming: Incoming, table: ForeignTable, cells: Cells, lines: np.ndarray, problems: TextColumn
) -> SourceTable:
    """The cells of a foreign table, wherever they were read from, as a table of ours."""
    if table.translate is None:
        empty = TextColumn.constant("", len(cells))
        made = Translated({"patient_id": empty}, ignored=TextColumn.constant(table.why, len(cells)))
    else:
        made = table.translate(cells)
    columns = dict(made.columns)
    if made.ignored is not None:
        columns["ignored"] = made.ignored
    if made.problems is not None:
        problems = combine(first_text, problems, made.problems)
    notes = (*incoming.notes, f"read as {table.name}", *made.notes)
    said = incoming.conventions()
    return settle_table(incoming.file, table.kind, incoming.sha256, columns, lines, problems, said, notes=notes)


def find_table(tables: Sequence[ForeignTable], headers: Sequence[str]) -> ForeignTable | None:
    """The first table whose columns are all there."""
    return next((table for table in tables if table.fits(headers)), None)


def describe_span(start: str, end: str) -> str:
    """Why a record from `start` to `end` is no single dose; "" where it is one, or where the days are not known."""
    first, last = (parse_date(text, "ymd") for text in (start, end))
    if first is None or last is None or last.day - first.day <= _MOST_DAYS:
        return ""
    return f"one record from {start[:10]} to {end[:10]}; a row for each dose is needed"
