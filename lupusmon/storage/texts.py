"""Texts of files as any database can keep them: control characters and half surrogates escaped, reversibly."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
from pyarrow import csv
from sqlalchemy import Text
from sqlalchemy.types import TypeDecorator

from lupusmon.text.columns import TextColumn, word_array

# PostgreSQL keeps no NUL, no database keeps half a surrogate pair, and tabs divide cells; a backslash marks an escape
_UNSAFE = re.compile("[\\\\\x00-\x1f\ud800-\udfff]")
_WORDS = pa.dictionary(pa.int32(), pa.string())


def escape(text: str) -> str:
    """The text itself, or its JSON form where a database could not keep it."""
    return json.dumps(text)[1:-1] if _UNSAFE.search(text) else text


def unescape(text: str) -> str:
    """The text that was escaped."""
    return json.loads(f'"{text}"') if "\\" in text else text


class AnyText(TypeDecorator):
    """Text that comes back exactly, whatever it holds."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: object) -> str | None:
        return None if value is None else escape(value)

    def process_result_value(self, value: str | None, dialect: object) -> str | None:
        return None if value is None else unescape(value)


def pack_cells(columns: Sequence[TextColumn], n_rows: int) -> list[str]:
    """One line a row: the texts of all columns, escaped, with tabs between; each distinct text is escaped once."""
    if not columns:
        return [""] * n_rows
    escaped = [word_array(escape(word) for word in column.words)[column.codes] for column in columns]
    return list(map("\t".join, zip(*escaped, strict=True)))


def unpack_cells(lines: Sequence[str], n_columns: int) -> list[TextColumn]:
    """The columns of rows that `pack_cells` packed."""
    if not lines or not n_columns:
        return [TextColumn.constant("", len(lines)) for _ in range(n_columns)]
    names = [str(i) for i in range(n_columns)]
    table = csv.read_csv(
        pa.py_buffer("".join(f"{line}\n" for line in lines).encode()),
        read_options=csv.ReadOptions(column_names=names, block_size=1 << 24),
        parse_options=csv.ParseOptions(delimiter="\t", quote_char=False, ignore_empty_lines=False),
        convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, _WORDS)),
    )
    return [_to_text_column(table.column(name).combine_chunks()) for name in names]


def _to_text_column(column: pa.DictionaryArray) -> TextColumn:
    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries().chunk(0)
    return TextColumn(column.indices.to_numpy(), word_array(map(unescape, column.dictionary.to_pylist())))


def collect_column(texts: Iterable[str]) -> TextColumn:
    """The column of texts that are kept escaped."""
    seen: dict[str, int] = {}
    codes = np.fromiter((seen.setdefault(text, len(seen)) for text in texts), dtype=np.int32)
    return TextColumn(codes, word_array(map(unescape, seen)))
