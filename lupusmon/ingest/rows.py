"""The data rows of delimited text as columns: pyarrow for whole blocks, the csv module for a block that is odd."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from lupusmon.ingest.csv_rows import iterate_rows
from lupusmon.ingest.mapped import MappedFile, give_back
from lupusmon.ingest.row_starts import RowStarts, find_row_starts
from lupusmon.text.columns import TextColumn, word_array

BLOCK_BYTES = 1 << 26
_WATCHED_BYTES = 1 << 23  # where somebody watches, steps that can be seen
_ARROW_BYTES = 1 << 22
_BATCH = 20_000
_TEXT = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True)
class Body:
    """Where the data rows lie: bytes from `start`, whose first line is `first_line`, under `width` headers."""

    file: str
    data: bytes | MappedFile
    start: int
    first_line: int
    delimiter: str
    width: int


@dataclass(frozen=True)
class Rows:
    """Columns by position in the header, the physical line of each row, and what is wrong with a row as a whole."""

    columns: dict[int, TextColumn]
    lines: np.ndarray
    problems: TextColumn


def read_rows(body: Body, wanted: Sequence[int], progress: Callable[[float], None] | None = None) -> Rows:
    """Every data row, with the wanted columns. Missing cells at the end of a row are empty; surplus ones a problem.

    progress: told after each block which share of the bytes is read.
    """
    starts = None
    if body.width > 1:  # a lone column cannot tell an empty cell from a blank line without the csv module
        starts = find_row_starts(
            body.data, body.start, delimiter=body.delimiter, first_line=body.first_line, file=body.file
        )
    gather = _Gather(wanted, 0 if starts is None else len(starts.offsets))
    if starts is None:
        _read_slowly(body, body.start, len(body.data), body.first_line, gather)
    else:
        for first, last in _blocks(starts.offsets, BLOCK_BYTES if progress is None else _WATCHED_BYTES):
            begin, end = int(starts.offsets[first]), _end_of(starts, last, len(body.data))
            if not _read_fast(body, begin, end, starts.broken, gather, starts.lines[first:last]):
                _read_slowly(body, begin, end, int(starts.lines[first]), gather)
            give_back(body.data, begin, end)
            pa.default_memory_pool().release_unused()
            if progress is not None:
                progress(end / len(body.data))
    return gather.finish()


def read_rows_slowly(body: Body, wanted: Sequence[int]) -> Rows:
    """The same by the csv module alone; the tests hold the two against each other."""
    gather = _Gather(wanted, 0)
    _read_slowly(body, body.start, len(body.data), body.first_line, gather)
    return gather.finish()


class _ColumnParts:
    """Parts of one column, one below the other in one array: codes of words of its own for each part until the end."""

    def __init__(self, capacity: int) -> None:
        self._codes = np.zeros(capacity, dtype=np.int32)  # takes room only where written
        self._ends: list[int] = []
        self._words: list[pa.StringArray] = []

    def add(self, parts: Iterable[pa.DictionaryArray]) -> None:
        for part in parts:
            begin = self._ends[-1] if self._ends else 0
            end = begin + len(part)
            if end > len(self._codes):
                self._codes = np.concatenate([self._codes, np.zeros(end, dtype=np.int32)])
            if len(part.dictionary) > 1:
                self._codes[begin:end] = _view_codes(part.indices)
            self._ends.append(end)
            self._words.append(part.dictionary)

    def add_texts(self, texts: Iterable[str]) -> None:
        self.add([pa.array(texts, type=pa.string()).dictionary_encode()])

    def finish(self) -> TextColumn:
        """The whole column, its words stripped. Pyarrow makes one dictionary of theirs, faster than Python could."""
        if not self._ends:
            return TextColumn(np.empty(0, np.int32), word_array(()))
        own = [pa.DictionaryArray.from_arrays(_count(len(words)), words) for words in self._words]
        every = pa.chunked_array(own, type=_TEXT).unify_dictionaries().chunks
        codes = self._codes[: self._ends[-1]]
        for begin, end, chunk in zip([0, *self._ends], self._ends, every, strict=False):
            place = _view_codes(chunk.indices)
            if place.any():
                codes[begin:end] = place[codes[begin:end]]
        column = TextColumn(codes, word_array(every[0].dictionary.to_pylist()))
        # str.strip returns the same object where there is nothing to strip, as nearly everywhere.
        return column if all(w.strip() is w for w in column.words) else column.remap(str)


class _Gather:
    """Collects the blocks of a table in order. capacity: about how many rows there will be."""

    def __init__(self, wanted: Sequence[int], capacity: int) -> None:
        self.columns = {i: _ColumnParts(capacity) for i in wanted}
        self.problems = _ColumnParts(capacity)
        self._lines: list[np.ndarray] = []

    def add_lines(self, lines: np.ndarray) -> None:
        self._lines.append(lines)

    def finish(self) -> Rows:
        lines = self._lines[0] if len(self._lines) == 1 else np.concatenate([np.empty(0, np.int32), *self._lines])
        self._lines = []
        return Rows({i: parts.finish() for i, parts in self.columns.items()}, lines, self.problems.finish())


def _blocks(offsets: np.ndarray, size: int) -> Iterator[tuple[int, int]]:
    first = 0
    while first < len(offsets):
        end = min(int(offsets[first]) + size, int(offsets[-1]) + 1)
        last = max(first + 1, int(np.searchsorted(offsets, end)))
        yield first, last
        first = last


def _end_of(starts: RowStarts, last: int, size: int) -> int:
    return int(starts.offsets[last]) if last < len(starts.offsets) else size


def _read_fast(body: Body, begin: int, end: int, broken: bool, gather: _Gather, lines: np.ndarray) -> bool:
    """Whether pyarrow read the block as exactly the rows expected; nothing is gathered otherwise."""
    names = [str(i) for i in range(body.width)]
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(pa.py_buffer(body.data).slice(begin, end - begin)),
            read_options=pa_csv.ReadOptions(column_names=names, block_size=_ARROW_BYTES),
            parse_options=pa_csv.ParseOptions(delimiter=body.delimiter, newlines_in_values=broken),
            convert_options=pa_csv.ConvertOptions(
                include_columns=[str(i) for i in gather.columns],
                column_types={str(i): _TEXT for i in gather.columns},
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:  # a row too short or too long, most of all
        return False
    if table.num_rows != len(lines):
        return False
    for i, parts in gather.columns.items():
        parts.add(table.column(str(i)).chunks)
    gather.problems.add([_no_texts(len(lines))])
    gather.add_lines(lines)
    return True


# Between numpy and pyarrow by the memory itself: `pa.array` and `to_numpy` import pandas, a fifth of a second.


def _view_codes(indices: pa.Int32Array) -> np.ndarray:
    return np.frombuffer(indices.buffers()[1], np.int32, len(indices), indices.offset * 4)


def _count(n: int) -> pa.Int32Array:
    return pa.Array.from_buffers(pa.int32(), n, [None, pa.py_buffer(np.arange(n, dtype=np.int32))])


def _no_texts(n: int) -> pa.DictionaryArray:
    codes = pa.Array.from_buffers(pa.int32(), n, [None, pa.py_buffer(np.zeros(n, np.int32))])
    ends = pa.py_buffer(np.zeros(2, np.int32))
    return pa.DictionaryArray.from_arrays(codes, pa.StringArray.from_buffers(1, ends, pa.py_buffer(b"")))


def _read_slowly(body: Body, begin: int, end: int, line: int, gather: _Gather) -> None:
    stream = io.TextIOWrapper(io.BytesIO(body.data[begin:end]), encoding="utf-8", newline="")
    rows = iterate_rows(iter(stream), delimiter=body.delimiter, first_line=line, file=body.file)
    while batch := list(islice(rows, _BATCH)):
        gather.add_lines(np.fromiter((line for line, _ in batch), dtype=np.int64, count=len(batch)))
        gather.problems.add_texts([_describe_surplus(row, body.width) for _, row in batch])
        for i, parts in gather.columns.items():
            parts.add_texts([row[i] if i < len(row) else "" for _, row in batch])


def _describe_surplus(row: list[str], width: int) -> str:
    if len(row) <= width or not any(field.strip() for field in row[width:]):
        return ""
    return f"{len(row)} fields under {width} headers; a decimal comma without quotes?"
