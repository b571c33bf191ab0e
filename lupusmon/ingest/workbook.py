"""Excel workbooks (.xlsx, .xlsm), sheet by sheet: each becomes text as its CSV export would be, and is read as that.

The line of a row is its number in the sheet. Values are those stored in the cells, of formulas the stored results.
A sheet that is no table of ours is ignored, row by row, where another one is.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np

from lupusmon.errors import UnusableFile
from lupusmon.ingest.frame import to_text
from lupusmon.ingest.incoming import Incoming
from lupusmon.ingest.kinds import find_columns
from lupusmon.ingest.settle import settle_table
from lupusmon.ingest.source import Kind, ReadOptions, SourceTable
from lupusmon.ingest.tabular import is_header, read_tabular
from lupusmon.ingest.unpack import BOMB_RATIO, BOMB_SIZE, BROKEN, MAX_UNPACKED
from lupusmon.text.columns import TextColumn

_HEADER_WITHIN = 30  # rows: titles, logos, dates of printing stand above
_NO_RESULT = "#formula without a stored result"
_BREAKS = re.compile(r"\s*[\r\n\t\v\f\x1c-\x1e\x85\u2028\u2029]+\s*")
_EXCEL_DIGITS = 15
_BROKEN = (*BROKEN, KeyError, TypeError, IndexError, AttributeError, SyntaxError)
_HINTS = 2  # so many columns of ours show that a table was meant


@dataclass(frozen=True)
class _Sheet:
    """cells: texts by row, the first is row 1. has_fraction: whether a typed number is no whole one."""

    title: str
    cells: list[list[str]]
    has_fraction: bool

    def filled(self) -> list[int]:
        """Positions of the rows that are not blank."""
        return [i for i, row in enumerate(self.cells) if any(row)]


def is_workbook(data: bytes) -> bool:
    """Whether a file is a zip with an Excel workbook in it."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(name.startswith("xl/workbook.") for name in archive.namelist())
    except BROKEN:
        return False


def read_workbook(incoming: Incoming) -> list[SourceTable]:
    """A table for each sheet that is not empty. Raises UnusableFile where none is a table lupusmon knows."""
    sheets = [sheet for sheet in _read_sheets(incoming) if sheet.filled()]
    if not sheets:
        raise UnusableFile(f"{incoming.file}: is empty; a header row is needed")
    heads = [_find_header(sheet, incoming) for sheet in sheets]
    tables = []
    for sheet, head in zip(sheets, heads, strict=True):
        name = incoming.file if len(sheets) == 1 else name_sheet(incoming.file, sheet.title)
        here = replace(incoming, file=name, notes=incoming.notes if not tables else ())
        meant = head is None and _is_meant(sheet)
        if head is None and not meant and any(h is not None for h in heads):
            table = _ignore(sheet, here)
        else:
            table = _read_sheet(sheet, head if head is not None else sheet.filled()[0], here)
        tables.append(table if len(sheets) == 1 else replace(table, sheet=sheet.title))
    return tables


def name_sheet(file: str, title: str) -> str:
    """What a sheet of a workbook with several of them is called."""
    return f"{file} [{title}]"


@dataclass(frozen=True)
class SheetFile:
    """One sheet of several, as a file of its own: text is tab-separated, a row's line is its number in the sheet.

    table: as lupusmon reads it by itself, None where it does not; then `trouble` says why.
    """

    title: str
    text: bytes
    table: SourceTable | None
    trouble: str = ""


def split_workbook(file: str, data: bytes, options: ReadOptions) -> list[SheetFile]:
    """The sheets that are not empty, each read on its own; none for a workbook with a single one."""
    sha256 = hashlib.sha256(data).hexdigest()
    sheets = [sheet for sheet in _read_sheets(Incoming(file, data, sha256, options)) if sheet.filled()]
    return [_split_off(sheet, Incoming(file, data, sha256, options)) for sheet in sheets] if len(sheets) > 1 else []


def _split_off(sheet: _Sheet, incoming: Incoming) -> SheetFile:
    here = replace(incoming, file=name_sheet(incoming.file, sheet.title))
    head, text = _find_header(sheet, here), _write(sheet.cells)
    if head is None and not _is_meant(sheet):
        return SheetFile(sheet.title, text, None)
    try:
        table = _read_sheet(sheet, head if head is not None else sheet.filled()[0], here)
    except UnusableFile as error:
        return SheetFile(sheet.title, text, None, str(error))
    return SheetFile(sheet.title, text, replace(table, sheet=sheet.title))


def ignore_sheet(file: str, data: bytes, title: str) -> SourceTable:
    """A sheet that is left out: every row is ignored and stays in the receipt."""
    incoming = Incoming(name_sheet(file, title), data, hashlib.sha256(data).hexdigest(), ReadOptions())
    sheet = next(sheet for sheet in _read_sheets(incoming) if sheet.title == title)
    return replace(_ignore(sheet, incoming), sheet=title)


def read_sheets_as_text(file: str, data: bytes) -> list[bytes]:
    """Every sheet that is not empty, as tab-separated text; a row's line is its number in the sheet."""
    sheets = [sheet for sheet in _read_sheets(Incoming(file, data, "", ReadOptions())) if sheet.filled()]
    if not sheets:
        raise UnusableFile(f"{file}: is empty; a header row is needed")
    return [_write(sheet.cells) for sheet in sheets]


def _read_sheets(incoming: Incoming) -> Iterator[_Sheet]:
    try:
        import openpyxl
    except ImportError as error:
        raise UnusableFile(f"{incoming.file}: to read Excel workbooks, install openpyxl, or save it as CSV") from error
    try:
        has_formulas = _check_size(incoming)
        book = openpyxl.load_workbook(io.BytesIO(incoming.data), read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(incoming.data), read_only=True) if has_formulas else None
        for at, sheet in enumerate(book.worksheets):
            yield _read_cells(sheet, formulas.worksheets[at] if formulas else None)
    except _BROKEN as error:
        raise UnusableFile(
            f"{incoming.file}: is a damaged Office workbook ({error}); save it again, or as CSV"
        ) from error


def _check_size(incoming: Incoming) -> bool:
    """Whether there are formulas. Raises UnusableFile for a bomb: zipfile never reads more than a member claims."""
    with zipfile.ZipFile(io.BytesIO(incoming.data)) as archive:
        members = archive.infolist()
        size = sum(member.file_size for member in members)
        if size > MAX_UNPACKED or (size > BOMB_SIZE and size > BOMB_RATIO * len(incoming.data)):
            raise UnusableFile(f"{incoming.file}: unpacks to {size // 1_000_000} MB; save the sheets as CSV")
        sheets = [m for m in members if m.filename.startswith("xl/worksheets/") and m.filename.endswith(".xml")]
        return any(re.search(rb"<f[ >/]", archive.read(member)) for member in sheets)


def _read_cells(sheet, formulas) -> _Sheet:
    sheet.reset_dimensions()  # what the file claims of its size may be wrong either way
    rows = sheet.iter_rows(values_only=True)
    if formulas is not None:
        formulas.reset_dimensions()
        pairs = zip_longest(rows, formulas.iter_rows(values_only=True), fillvalue=())
        rows = (tuple(_stored(*cell) for cell in zip_longest(*pair)) for pair in pairs)
    cells, has_fraction = [], False
    for row in rows:
        has_fraction = has_fraction or any(isinstance(cell, float) and cell % 1 for cell in row)
        cells.append([_to_text(cell) for cell in row])
    return _Sheet(sheet.title, cells, has_fraction)


def _stored(value: object, formula: object) -> object:
    """A formula that nobody has calculated looks like an empty cell; that must be seen."""
    is_formula = isinstance(formula, str) and formula.startswith("=")
    return _NO_RESULT if value is None and (is_formula or type(formula).__name__ == "ArrayFormula") else value


def _to_text(cell: object) -> str:
    """As Excel shows it: 15 digits, no line breaks."""
    if isinstance(cell, float) and not cell.is_integer():
        return format(cell, f".{_EXCEL_DIGITS}g")
    return _BREAKS.sub(" ", to_text(cell)).strip()


def _find_header(sheet: _Sheet, incoming: Incoming) -> int | None:
    return next((i for i in sheet.filled()[:_HEADER_WITHIN] if is_header(sheet.cells[i], incoming.mapping)), None)


def _is_meant(sheet: _Sheet) -> bool:
    """A table of ours with a slip in its header is refused, not ignored."""
    return any(len(find_columns(sheet.cells[i])) >= _HINTS for i in sheet.filled()[:_HEADER_WITHIN])


def _read_sheet(sheet: _Sheet, head: int, incoming: Incoming) -> SourceTable:
    notes = incoming.notes
    above = [i for i in sheet.filled() if i < head]
    if above:
        notes = (*notes, f"{len(above)} rows above the header on row {head + 1} were not read")
    options = incoming.options
    if sheet.has_fraction and incoming.mapping is None:  # typed numbers are written with a point here
        options = replace(options, decimal=options.decimal or "point")
    text = _write([[]] * head + sheet.cells[head:])
    return read_tabular(replace(incoming, data=text, options=options, notes=notes))


def _write(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as text, one a line; the reader finds the tab by itself."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
    for row in rows:
        writer.writerow(row if any(row) else [])
    return stream.getvalue().encode("utf-8")


def _ignore(sheet: _Sheet, incoming: Incoming) -> SourceTable:
    lines = np.array(sheet.filled(), dtype=np.int64) + 1
    empty = TextColumn.constant("", len(lines))
    why = TextColumn.constant(f"sheet {sheet.title} is no table lupusmon knows", len(lines))
    columns = {"patient_id": empty, "ignored": why}
    return settle_table(
        incoming.file, Kind.LABS, incoming.sha256, columns, lines, empty, incoming.conventions(), notes=incoming.notes
    )
