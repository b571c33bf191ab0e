"""A first look into a table that is not understood yet: its header, some of its cells, and where the header may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lupusmon.errors import UnusableFile
from lupusmon.ingest.delimited import refuse_other_formats
from lupusmon.ingest.encoding import to_utf8
from lupusmon.ingest.formats import TABLE, WORKBOOK, XPT, recognise_format
from lupusmon.ingest.guess import count_familiar
from lupusmon.ingest.header import DELIMITERS, read_header
from lupusmon.ingest.plan import plan_columns
from lupusmon.ingest.rows import Body, read_rows
from lupusmon.ingest.source import Kind
from lupusmon.ingest.unpack import peek, unpack
from lupusmon.ingest.workbook import read_sheets_as_text
from lupusmon.ingest.xpt import write_xpt_as_text

_SIZE = 4_000_000  # bytes that are looked into
_HEADER_WITHIN = 30  # lines
_HEADINGS = 2  # familiar headings that make a line a header


@dataclass(frozen=True)
class Preview:
    """headers: as written. cells: header → texts of the rows looked at (of the first column of that name).

    skip_lines: lines above the header. rows: how many were looked at; whole: whether these are all. is_workbook: then
    the delimiter says nothing (of a SAS table neither). is_ours: whether the table is read by our own column names.
    """

    headers: tuple[str, ...]
    cells: Mapping[str, tuple[str, ...]]
    skip_lines: int
    delimiter: str
    rows: int
    whole: bool
    is_workbook: bool
    is_ours: bool

    def samples(self, header: str, most: int = 3) -> list[str]:
        """The first different texts of a column."""
        return list(dict.fromkeys(text for text in self.cells.get(header, ()) if text))[:most]

    def fill_rate(self, header: str) -> float:
        """Share of the rows in which the column has a text."""
        texts = self.cells.get(header, ())
        return sum(map(bool, texts)) / len(texts) if texts else 0.0


def read_preview(
    file: str, data: bytes, *, skip_lines: int | None = None, delimiter: str | None = None
) -> Preview | None:
    """The first rows of a table of text or workbook; None for a file of another format.

    skip_lines, delimiter: None = found out. Raises UnusableFile where there is no header or no row can be read.
    """
    form = recognise_format(file, data)
    if form not in (TABLE, WORKBOOK, XPT):
        return None
    if form == WORKBOOK:
        delimiter = "\t"
        texts = read_sheets_as_text(file, data)
        text = max(texts, key=lambda text: _find_header(file, text, delimiter)[1])  # the first of the likeliest
        whole = True
    elif form == XPT:
        delimiter, skip_lines, whole = "\t", 0, True
        text = write_xpt_as_text(file, unpack(file, data))
    else:
        head = peek(file, data, _SIZE)
        whole = len(head) < _SIZE
        if not whole:
            head = head[: head.rfind(b"\n") + 1] or head
            head = head[: len(head) // 2 * 2] if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head
        text, _ = to_utf8(file, head)
        refuse_other_formats(file, text)
    if skip_lines is None:
        skip_lines, _ = _find_header(file, text, delimiter)
    header = read_header(file, text, count_familiar, delimiter=delimiter, skip_lines=skip_lines)
    names = header.names
    rows = read_rows(
        Body(file, text, header.start, header.next_line, header.delimiter, len(names)), list(range(len(names)))
    )
    cells = {names[i]: tuple(rows.columns[i].texts()) for i in reversed(range(len(names))) if names[i]}
    return Preview(
        headers=tuple(name for name in dict.fromkeys(names) if name),
        cells=cells,
        skip_lines=skip_lines,
        delimiter=header.delimiter,
        rows=len(rows.lines),
        whole=whole,
        is_workbook=form != TABLE,
        is_ours=_is_ours(file, names),
    )


def _find_header(file: str, text: bytes, delimiter: str | None) -> tuple[int, int]:
    """(lines above the likeliest header, its familiar headings); (0, 0) where no line has enough of them."""
    best, most = 0, _HEADINGS - 1
    for skip in range(min(_HEADER_WITHIN, len(re.findall(rb"\r\n|\r|\n", text[: 1 << 17])) + 1)):
        try:
            names = read_header(file, text, count_familiar, delimiter=delimiter, skip_lines=skip).names
        except UnusableFile:
            continue
        if (found := count_familiar(names)) > most:
            best, most = skip, found
    return (best, most) if most >= _HEADINGS else (0, 0)


def _is_ours(file: str, names: tuple[str, ...]) -> bool:
    """An id of ours beside columns that are not is far more likely a foreign table than a list of patients."""
    try:
        plan = plan_columns(file, names)
    except UnusableFile:
        return False
    return not (plan.kind is Kind.PATIENTS and len(plan.positions) == 1 and plan.extra)


__all__ = ["DELIMITERS", "Preview", "read_preview"]
