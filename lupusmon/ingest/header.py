"""The header of delimited text: which line it is, what separates its names, where the data start."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lupusmon.errors import UnusableFile
from lupusmon.ingest.csv_rows import MAX_ROW, iterate_rows

DELIMITERS = (",", ";", "\t", "|")
MAX_COLUMNS = 65_536
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_BREAK = re.compile(r"\r\n|\r|\n")
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Header:
    """names: as written, without outer space. start: byte where the data begin, on physical line `next_line`."""

    names: tuple[str, ...]
    delimiter: str
    start: int
    next_line: int


def read_header(
    file: str,
    data: bytes,
    recognise: Callable[[tuple[str, ...]], int],
    *,
    delimiter: str | None = None,
    skip_lines: int = 0,
) -> Header:
    """The first row that is not blank, after `skip_lines` lines and a spreadsheet's "sep=;" line.

    recognise: how many of the names are known; the delimiter that makes most names known is the file's, then the one
    that makes most names. Raises UnusableFile for a file without text, or with a header no table has.
    """
    lines = _LINE.findall(data[: 2 * MAX_ROW])
    first = min(skip_lines, len(lines))
    while first < len(lines) and not lines[first].strip():
        first += 1
    if first == len(lines):
        if len(data) > 2 * MAX_ROW:
            raise UnusableFile(f"{file}: starts with {2 * MAX_ROW:,} bytes of nothing; export it as CSV")
        raise UnusableFile(
            f"{file}: is empty{' after the skipped lines' if skip_lines else ''}; a header row is needed"
        )
    texts = [line.decode("utf-8", errors="replace") for line in lines[first:]]
    said = _SEPARATOR_LINE.fullmatch(texts[0])
    if said and len(texts) > 1:
        delimiter, texts, first = delimiter or said[1], texts[1:], first + 1
    if len(texts[0]) > MAX_ROW:
        raise UnusableFile(f"{file}, line {first + 1}: the header is longer than {MAX_ROW:,} characters; no table's is")
    names, mark, used = max(
        _splits(file, texts, [delimiter] if delimiter else list(DELIMITERS), first + 1),
        key=lambda split: (recognise(split[0]), len(split[0])),
    )
    if len(names) > MAX_COLUMNS:
        raise UnusableFile(f"{file}: has {len(names):,} columns; no table of ours has more than {MAX_COLUMNS:,}")
    used += first
    return Header(names, mark, sum(map(len, lines[:used])), used + 1)


def _splits(file: str, texts: list[str], delimiters: list[str], line: int) -> list[tuple[tuple[str, ...], str, int]]:
    """For every delimiter that can be: the names it makes, the delimiter, and how many lines the header takes."""
    found, trouble = [], UnusableFile(f"{file}: is empty; a header row is needed")
    for delimiter in delimiters:
        rows = iterate_rows(iter(texts), delimiter=delimiter, first_line=line, file=file)
        try:
            start, names = next(rows, (0, None))
        except UnusableFile as error:
            trouble = error
            continue
        if names is not None:
            breaks = sum(len(_BREAK.findall(name)) for name in names)
            found.append((tuple(name.strip() for name in names), delimiter, start - line + breaks + 1))
    if not found:
        raise trouble
    return found
