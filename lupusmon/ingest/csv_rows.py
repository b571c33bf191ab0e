"""Rows of delimited text by Python's csv module: slow and sure. Knows the line of every row and loses none."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from lupusmon.errors import UnusableFile

# No row of a real table is longer; a longer "line" is a file of another sort, or a quote that was never closed.
MAX_ROW = 131_072
_END = "\ue000end of file\ue000"


class _Feed:
    """Hands lines to the csv reader, remembers those of the current row, and one last line to show an open quote."""

    def __init__(self, lines: Iterator[str], file: str, first_line: int) -> None:
        self._lines, self._file, self._line = lines, file, first_line
        self.row: list[str] = []
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.ended:
            raise StopIteration
        line = next(self._lines, None)
        if line is None:
            self.ended = True
            return _END
        if len(line) > MAX_ROW:
            raise UnusableFile(f"{self._file}, line {self._line}: {_too_long()}")
        self._line += 1
        self.row.append(line)
        return line


def iterate_rows(
    lines: Iterator[str], *, delimiter: str, first_line: int, file: str
) -> Iterator[tuple[int, list[str]]]:
    """(physical line where the row starts, its fields) of every row; blank lines are none.

    lines: text lines with their ends, cut at LF, CRLF and CR. Raises UnusableFile for a quote that is not closed, or
    closes in the middle of a cell on a later line (rows would vanish into that cell).
    """
    feed = _Feed(lines, file, first_line)
    reader = csv.reader(feed, delimiter=delimiter, skipinitialspace=True)
    line = first_line
    while True:
        feed.row.clear()
        try:
            row = next(reader)
        except csv.Error as error:
            raise UnusableFile(f"{file}, line {line}: {_open_quote()}") from error
        if feed.ended:
            if row == [_END]:
                return
            opened = line + sum(_count_breaks(field) for field in row[:-1])
            raise UnusableFile(f"{file}, line {opened}: {_open_quote()}")
        if len(feed.row) > 1:
            _check_long_row(feed.row, delimiter, f"{file}, line {line}")
        if len(row) > 1 or feed.row[0].strip():
            yield line, row
        line += len(feed.row)


def _check_long_row(row: list[str], delimiter: str, where: str) -> None:
    if sum(map(len, row)) > MAX_ROW:
        raise UnusableFile(f"{where}: {_too_long()}")
    try:
        list(csv.reader(row, delimiter=delimiter, skipinitialspace=True, strict=True))
    except csv.Error as error:
        raise UnusableFile(f"{where}: {_open_quote()}") from error


def _count_breaks(field: str) -> int:
    return field.count("\n") + field.count("\r") - field.count("\r\n")


def _too_long() -> str:
    return f"the row is longer than {MAX_ROW:,} characters; no row of a table is"


def _open_quote() -> str:
    return 'a quotation mark opens here and is not closed in its cell; close it, or write "" for one inside a cell'
