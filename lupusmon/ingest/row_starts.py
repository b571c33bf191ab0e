"""Where the rows of delimited text start, found by numpy on the raw bytes: no Python step per row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lupusmon.errors import UnusableFile
from lupusmon.ingest.csv_rows import MAX_ROW
from lupusmon.ingest.mapped import MappedFile, iterate_blocks

_LF, _CR, _QUOTE = 10, 13, 34
_AT_ONCE = 1 << 18
_NARROW = np.iinfo(np.int32).max


@dataclass(frozen=True)
class RowStarts:
    """offsets: byte where each row starts; lines: its physical line; broken: whether quoted cells hold line breaks."""

    offsets: np.ndarray
    lines: np.ndarray
    broken: bool


def find_row_starts(
    data: bytes | MappedFile, start: int, *, delimiter: str, first_line: int, file: str
) -> RowStarts | None:
    """The rows from byte `start`, which lies on `first_line`; blank lines are none.

    None where the text needs a closer look: a quotation mark that neither opens nor closes a cell, a CR without LF.
    """
    found = _scan(data, start, ord(delimiter))
    if found is None:
        return None
    ends, inside, blank = found.at, found.inside, found.blank
    broken = inside is not None and bool(inside.any())
    if broken:
        rows = np.flatnonzero(~inside)
        row_ends, blank = ends[rows], blank[rows]
        lines = _put_before(first_line, rows, shift=first_line + 1, limit=first_line + len(ends) + 1)
    else:
        row_ends = ends
        lines = np.arange(first_line, first_line + len(ends) + 1, dtype=np.int32 if len(ends) < _NARROW else np.int64)
    _check_lengths(row_ends, ends, start, len(data), first_line, file)
    offsets = _put_before(start, row_ends, shift=1, limit=len(data))
    filled = np.append(not _is_blank(data, start), ~blank)
    filled[-1] &= offsets[-1] < len(data)
    if not filled.all():
        offsets, lines = offsets[filled], lines[filled]
    return RowStarts(offsets, lines, broken)


@dataclass(frozen=True)
class _LineEnds:
    """at: positions of LF. inside: which lie in quoted cells; None = no quotes. blank: which a blank line follows."""

    at: np.ndarray
    inside: np.ndarray | None
    blank: np.ndarray


def _scan(data: bytes | MappedFile, start: int, delimiter: int) -> _LineEnds | None:
    """None where a quotation mark neither opens nor closes a cell, or a CR ends a line by itself."""
    text = np.frombuffer(data, dtype=np.uint8)
    place = np.int32 if len(data) < _NARROW else np.int64
    ends, inside, blank, quotes_seen, crs = [], [], [], 0, 0
    for first, here in iterate_blocks(data, start):
        found = np.flatnonzero(here == _LF)
        after = here[np.minimum(found + 1, len(here) - 1)]
        if len(found) and found[-1] == len(here) - 1:  # what follows the last LF lies in the next block, if anywhere
            after[-1] = text[min(first + len(here), len(text) - 1)]
        blank.append((after == _LF) | (after == _CR))
        crs += int(np.count_nonzero(here == _CR))
        found += first
        if crs:
            crs -= int((text[np.maximum(found - 1, 0)] == _CR).sum())
        quotes = np.flatnonzero(here == _QUOTE) + first
        if len(quotes) or inside:
            if not _quotes_are_regular(text, quotes, quotes_seen, start, delimiter):
                return None
            inside.append((np.searchsorted(quotes, found) + quotes_seen) % 2 == 1)
            quotes_seen += len(quotes)
        ends.append(found.astype(place))
    if crs or quotes_seen % 2:
        return None
    at = np.concatenate([np.empty(0, place), *ends])
    if not inside:
        return _LineEnds(at, None, np.concatenate([np.empty(0, dtype=bool), *blank]))
    before = np.zeros(len(at) - sum(map(len, inside)), dtype=bool)  # blocks ahead of the first quotation mark
    return _LineEnds(at, np.concatenate([before, *inside]), np.concatenate(blank))


def _is_blank(data: bytes | MappedFile, at: int) -> bool:
    return data[at : at + 1] in (b"\n", b"\r")


def _put_before(first: int, rest: np.ndarray, *, shift: int, limit: int) -> np.ndarray:
    """`first`, then the rest each plus `shift`, without a copy in between: there is one for every row."""
    out = np.empty(len(rest) + 1, dtype=np.int32 if limit < _NARROW else np.int64)
    out[0] = first
    np.add(rest, shift, out=out[1:], casting="same_kind")
    return out


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
    last, longest = start - 1, 0
    for first in range(0, len(row_ends), _AT_ONCE):  # piece by piece: the whole would take new memory of its size twice
        part = row_ends[first : first + _AT_ONCE]
        longest = max(longest, int(part[0]) - last, int(np.diff(part).max(initial=0)))
        last = int(part[-1])
    if max(longest, size - last) - 1 <= MAX_ROW:
        return
    gaps = np.diff(row_ends, prepend=start - 1, append=size)
    longest = int(np.argmax(gaps))
    begin = row_ends[longest - 1] if longest else start - 1
    line = first_line + int(np.searchsorted(line_ends, begin, side="right"))
    raise UnusableFile(f"{file}, line {line}: the row is longer than {MAX_ROW:,} bytes; no row of a table is")
