"""SAS transport files (XPT version 5, layout: SAS TS-140), the exchange format of CDISC tables.

Read here because pandas cannot be trusted with them: it takes blank cells at the end of short rows for padding, and the
last row is gone. Rows are counted as in a CSV file of the table: the first is line 2.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from lupusmon.errors import UnusableFile
from lupusmon.ingest.combine import Cells
from lupusmon.ingest.foreign import ForeignTable, build_foreign, find_table
from lupusmon.ingest.frame import to_text
from lupusmon.ingest.incoming import Incoming
from lupusmon.ingest.source import ReadOptions, SourceTable
from lupusmon.text.columns import TextColumn, word_array

_CARD = 80
_START = b"HEADER RECORD*******LIB"
_LIBRARY, _MEMBER, _NAMES, _ROWS = (
    f"HEADER RECORD*******{name:8}HEADER RECORD!!!!!!!".encode() for name in ("LIBRARY", "MEMBER", "NAMESTR", "OBS")
)
_NUMERIC = 1
_MISSING = (*b"._", *range(ord("A"), ord("Z") + 1))  # first byte, the rest zero
_DIGITS = 15


@dataclass(frozen=True)
class _Variable:
    """A column: its place in the row."""

    name: str
    is_number: bool
    start: int
    width: int


def is_xpt(head: bytes) -> bool:
    """Whether the start of a file is that of a SAS transport file."""
    return head.startswith(_START)


def read_xpt(
    incoming: Incoming, tables: tuple[ForeignTable, ...], read_text: Callable[[Incoming], SourceTable]
) -> list[SourceTable]:
    """The one table of the file: one of the known ones, else as text with these headers, by `read_text`.

    Raises UnusableFile where it is neither, or not version 5.
    """
    file, headers, variables, rows = _open(incoming)
    table = find_table(tables, headers)
    if table is None:
        return [_read_as_text(incoming, tables, read_text)]
    used = table.used(headers)
    cells = Cells({headers[i]: _read_column(rows, variables[i]) for i in used}, len(rows))
    lines = np.arange(len(rows), dtype=np.int64) + 2
    built = build_foreign(incoming, table, cells, lines, TextColumn.constant("", len(rows)))
    return [replace(built, extra_columns=tuple(h for i, h in enumerate(headers) if i not in used))]


def write_xpt_as_text(file: str, data: bytes) -> bytes:
    """The table as tab-separated text under its variables' names; a row's line is its number in such a file."""
    _, headers, variables, rows = _open(Incoming(file, data, "", ReadOptions()))
    columns = [_read_column(rows, variable).remap(lambda word: " ".join(word.split())) for variable in variables]
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(zip(*(column.texts() for column in columns), strict=True))
    return stream.getvalue().encode("utf-8")


def _read_as_text(
    incoming: Incoming, tables: tuple[ForeignTable, ...], read_text: Callable[[Incoming], SourceTable]
) -> SourceTable:
    text = write_xpt_as_text(incoming.file, incoming.data)
    try:
        return read_text(replace(incoming, data=text))
    except UnusableFile as error:
        known = ", ".join(dict.fromkeys(t.name for t in tables if t.translate))
        raise UnusableFile(f"{error}; known SAS tables: {known}") from error


def _open(incoming: Incoming) -> tuple[str, list[str], list[_Variable], np.ndarray]:
    """(file, headers, columns, rows as bytes). Raises UnusableFile where it is not version 5 or damaged."""
    file, data = incoming.file, incoming.data
    if not data.startswith(_LIBRARY):
        raise UnusableFile(f"{file}: is a SAS transport file of another version; write version 5, or CSV (UTF-8)")
    if data.count(_MEMBER) != 1:
        raise UnusableFile(f"{file}: holds {data.count(_MEMBER)} tables; one file for each is needed")
    variables, at = _read_variables(file, data)
    return file, [variable.name for variable in variables], variables, _read_rows(file, data[at:], variables)


def _read_variables(file: str, data: bytes) -> tuple[list[_Variable], int]:
    """The columns, and the byte where the rows start."""
    member, names = data.index(_MEMBER), data.find(_NAMES)
    rows = data.find(_ROWS, names)
    try:
        size, count = int(data[member + 74 : member + 78]), int(data[names + 54 : names + 58])
    except ValueError:
        size = count = 0
    first = names + _CARD
    if names < 0 or rows < 0 or size < 88 or not 0 < count * size <= rows - first:
        raise _damaged(file)
    parts = [data[first + i * size : first + (i + 1) * size] for i in range(count)]
    return [_read_variable(part) for part in parts], rows + _CARD


def _read_variable(part: bytes) -> _Variable:
    def number(at: int, width: int) -> int:
        return int.from_bytes(part[at : at + width], "big")

    return _Variable(_decode(part[8:16]), number(0, 2) == _NUMERIC, number(84, 4), number(4, 2))


def _read_rows(file: str, data: bytes, variables: list[_Variable]) -> np.ndarray:
    """A matrix of bytes, a row each, without the blanks that fill the last card."""
    width = max(v.start + v.width for v in variables)
    if width == 0 or sum(v.width for v in variables) != width or any(v.is_number and v.width > 8 for v in variables):
        raise _damaged(file)
    n = len(data) // width
    rows = np.frombuffer(data, dtype=np.uint8, count=n * width).reshape(n, width)
    while len(rows) and (n - len(rows) + 1) * width < _CARD and (rows[-1] == ord(" ")).all():
        rows = rows[:-1]
    return rows


def _read_column(rows: np.ndarray, variable: _Variable) -> TextColumn:
    cells = np.ascontiguousarray(rows[:, variable.start : variable.start + variable.width])
    if variable.is_number:
        cells = np.pad(cells, ((0, 0), (0, 8 - variable.width)))  # SAS may cut the end of a number
        words, codes = np.unique(cells.view(">u8").ravel(), return_inverse=True)
        return TextColumn(codes.astype(np.int32), word_array(map(_read_number, words.tolist()))).remap(str)
    words, codes = np.unique(cells.view(f"S{variable.width}").ravel(), return_inverse=True)
    return TextColumn(codes.astype(np.int32), word_array(map(_decode, words.tolist()))).remap(str)


def _read_number(bits: int) -> str:
    """IBM System/360 double: sign, exponent of 16 in excess 64, fraction of 56 bits. Missing is empty."""
    sign, fraction = bits >> 63, bits & (1 << 56) - 1
    if not fraction:
        return "" if bits >> 56 in _MISSING else "0"
    number = fraction / 2**56 * 16.0 ** ((bits >> 56 & 0x7F) - 64)
    return to_text(float(format(-number if sign else number, f".{_DIGITS}g")))


def _decode(cell: bytes) -> str:
    """Text in whatever encoding the sender had."""
    cell = cell.strip(b" \0")
    try:
        return cell.decode("utf-8")
    except UnicodeDecodeError:
        return cell.decode("cp1252", errors="replace")


def _damaged(file: str) -> UnusableFile:
    return UnusableFile(f"{file}: is a damaged SAS transport file; export it again")
