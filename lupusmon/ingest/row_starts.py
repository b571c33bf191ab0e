"""Where the rows of delimited text start, found by numpy on the raw bytes: no Python step per row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lupusmon.errors import UnusableFile
from lupusmon.ingest.csv_rows import MAX_ROW

_CHUNK = 1 << 25
_LF, _CR, _QUOTE = 10, 13, 34


@dataclass(frozen=True)
class RowStarts:
    """offsets: byte where each row starts; lines: its physical line; broken: whether quoted cells hold line breaks."""

    offsets: np.ndarray
    lines: np.ndarray
    broken: bool


def find_row_starts(data: bytes, start: int, *, delimiter: str, first_line: int, file: str) -> RowStarts | None:
    """The rows from byte `start`, which lies on `first_line`; blank lines are none.

    None where the text needs a closer look: a quotation mark that neither opens nor closes a cell, a CR without LF.
    """
    if b"\r" in data and data.count(b"\r", start) != data.count(b"\r\n", start):
        return None
    text = np.frombuffer(data, dtype=np.uint8)
    ends, inside, whole = _find_line_ends(text, start, delimiter, b'"' in data)
    if not whole:
        return None
    rows = np.flatnonzero(~inside) if inside is not None else None
    _check_lengths(ends if rows is None else ends[rows], ends, start, len(data), first_line, file)
    offsets = _put_before(start, ends if rows is None else ends[rows], shift=1)
    if rows is None:
        lines = np.arange(first_line, first_line + len(offsets))
    else:
        lines = _put_before(first_line, rows, shift=first_line + 1)
    if offsets[-1] >= len(data):
        offsets, lines = offsets[:-1], lines[:-1]
    filled = (text[offsets] != _LF) & (text[offsets] != _CR)
    if not filled.all():
        offsets, lines = offsets[filled], lines[filled]
    return RowStarts(offsets, lines, inside is not None and bool(inside.any()))


def _put_before(first: int, rest: np.ndarray, *, shift: int) -> np.ndarray:
    """`first`, then the rest each plus `shift`, without a copy in between: there is one for every row."""
    out = np.empty(len(rest) + 1, dtype=np.int64)
    out[0] = first
    np.add(rest, shift, out=out[1:])
    return out


def _find_line_ends(
    text: np.ndarray, start: int, delimiter: str, quoted: bool
) -> tuple[np.ndarray, np.ndarray | None, bool]:
    """Positions of LF, which of them lie in a quoted cell, and whether every quotation mark opens or closes a cell."""
    ends, inside, seen = [], [], 0
    for first in range(start, len(text), _CHUNK):
        chunk = text[first : first + _CHUNK]
        found = np.flatnonzero(chunk == _LF) + first
        ends.append(found)
        if quoted:
            quotes = np.flatnonzero(chunk == _QUOTE) + first
            if not _quotes_are_regular(text, quotes, seen, start, ord(delimiter)):
                return found, None, False
            inside.append((np.searchsorted(quotes, found) + seen) % 2 == 1)
            seen += len(quotes)
    every = np.concatenate(ends) if ends else np.empty(0, np.int64)
    return every, np.concatenate(inside) if inside else None, seen % 2 == 0


def _quotes_are_regular(text: np.ndarray, quotes: np.ndarray, seen: int, start: int, delimiter: int) -> bool:
    """Opening ones follow a delimiter or line end, closing ones precede one; "" in a cell closes and opens again."""
    opening, closing = quotes[seen % 2 :: 2], quotes[1 - seen % 2 :: 2]
    before = text[np.maximum(opening - 1, 0)]
    after = text[np.minimum(closing + 1, len(text) - 1)]
    opens = (opening == start) | np.isin(before, (delimiter, _LF, _QUOTE))
    closes = (closing == len(text) - 1) | np.isin(after, (delimiter, _LF, _CR, _QUOTE))
    return bool(opens.all() and closes.all())


def _check_lengths(
    row_ends: np.ndarray, line_ends: np.ndarray, start: int, size: int, first_line: int, file: str
) -> None:
    gaps = np.diff(row_ends, prepend=start - 1, append=size)
    longest = int(np.argmax(gaps))
    if gaps[longest] - 1 > MAX_ROW:
        begin = row_ends[longest - 1] if longest else start - 1
        line = first_line + int(np.searchsorted(line_ends, begin, side="right"))
        raise UnusableFile(f"{file}, line {line}: the row is longer than {MAX_ROW:,} bytes; no row of a table is")
