"""What a reader hands on: one file's rows as text, with the line each came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from lupusmon.sorting import pick
from lupusmon.text.columns import TextColumn


class Kind(StrEnum):
    """What a row of the file is about."""

    LABS = "labs"
    INFUSIONS = "infusions"
    ASSESSMENTS = "assessments"
    PATIENTS = "patients"


@dataclass(frozen=True)
class ReadOptions:
    """How to read foreign text. None = find out from the file.

    date_order: ymd | dmy | mdy. decimal: point | comma. source: name of the sending laboratory or system.
    """

    date_order: str | None = None
    decimal: str | None = None
    source: str | None = None
    progress: Callable[[float], None] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class SourceTable:
    """The rows of one file (or of one section of it) in our column names, still as text.

    file: the name shown in receipts and evidence. columns: our input columns (CONTRACT 2) that the file has, each with
    one text per row; wide files are already one row per non-empty analyte cell (columns analyte, value, unit, and
    `column`: the header of the cell). lines: physical line where each row starts (header = 1).
    problems: per row, "" or why the row as a whole cannot be used (say, more fields than the header).
    decimal_comma: whether `1,200` means 1.2 in this file. date_order: the order of day and month in this file.
    extra_columns: headers that were not used. date_formats: explicit strptime formats, from a mapping.
    row_files: the file of each row, where a data frame says so in a column `source_file`; None = all from `file`.
    A mapping that recodes values or units leaves the texts as received in columns `raw_value`, `raw_unit`. A column
    `ignored` has, per row, "" or why the row belongs to no section that lupusmon monitors.
    sheet: of a workbook with several sheets, the one the table is from; `file` ends with it.
    """

    file: str
    kind: Kind
    sha256: str
    columns: Mapping[str, TextColumn]
    lines: np.ndarray
    problems: TextColumn
    decimal_comma: bool = False
    date_order: str = "ymd"
    date_formats: tuple[str, ...] = ()
    extra_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    row_files: TextColumn | None = None
    sheet: str = ""

    @property
    def physical_file(self) -> str:
        """The name of the file as it was given; sheets of a workbook share it."""
        return self.file.removesuffix(f" [{self.sheet}]") if self.sheet else self.file

    def __len__(self) -> int:
        return len(self.lines)

    def take(self, rows: np.ndarray, *, keep_words: int = 0) -> SourceTable:
        """Some of the rows, in the order given, with only the words they use.

        keep_words: columns of up to so many words keep them all, and with them what is known of the words already.
        """

        def pick_texts(column: TextColumn) -> TextColumn:
            some = column.take(rows)
            return some if len(column.words) <= keep_words else some.compact()

        return replace(
            self,
            columns={name: pick_texts(column) for name, column in self.columns.items()},
            lines=pick(self.lines, rows),
            problems=pick_texts(self.problems),
            row_files=None if self.row_files is None else pick_texts(self.row_files),
        )
