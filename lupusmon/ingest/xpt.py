"""SAS transport files (XPT version 5), the exchange format of CDISC tables.

Read by pandas, which is here anyway; pyreadstat would be one library more for the same characters and numbers. Rows
are counted as in a CSV file of the table: the first is line 2.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lupusmon.errors import UnusableFile
from lupusmon.ingest.combine import Cells
from lupusmon.ingest.foreign import ForeignTable, build_foreign, find_table
from lupusmon.ingest.frame import to_text_column
from lupusmon.ingest.incoming import Incoming
from lupusmon.ingest.kinds import name_some
from lupusmon.ingest.source import SourceTable
from lupusmon.text.columns import TextColumn

if TYPE_CHECKING:
    import pandas

_START = b"HEADER RECORD*******LIB"
_VERSION_5 = b"HEADER RECORD*******LIBRARY HEADER RECORD"
_MEMBER = b"HEADER RECORD*******MEMBER  HEADER RECORD"


def is_xpt(head: bytes) -> bool:
    """Whether the start of a file is that of a SAS transport file."""
    return head.startswith(_START)


def read_xpt(incoming: Incoming, tables: tuple[ForeignTable, ...]) -> list[SourceTable]:
    """The one table of the file. Raises UnusableFile where it is none of the known ones, or not version 5."""
    file, data = incoming.file, incoming.data
    if not data.startswith(_VERSION_5):
        raise UnusableFile(f"{file}: is a SAS transport file of version 8; write version 5, or CSV (UTF-8)")
    if data.count(_MEMBER) > 1:
        raise UnusableFile(f"{file}: holds {data.count(_MEMBER)} tables; one file for each is needed")
    frame = _read_frame(file, data)
    headers = [str(name) for name in frame.columns]
    table = find_table(tables, headers)
    if table is None:
        known = ", ".join(dict.fromkeys(t.name for t in tables if t.translate))
        raise UnusableFile(f"{file}: is no table lupusmon knows; found {name_some(headers)}; known: {known}")
    used = table.used(headers)
    cells = Cells({headers[i]: to_text_column(frame.iloc[:, i]) for i in used}, len(frame))
    lines = np.arange(len(frame), dtype=np.int64) + 2
    built = build_foreign(incoming, table, cells, lines, TextColumn.constant("", len(frame)))
    return [replace(built, extra_columns=tuple(h for i, h in enumerate(headers) if i not in used))]


def _read_frame(file: str, data: bytes) -> pandas.DataFrame:
    import pandas as pd

    try:
        frame = pd.read_sas(io.BytesIO(data), format="xport")
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, OSError) as error:
        raise UnusableFile(f"{file}: is a damaged SAS transport file ({error}); export it again") from error
    for name in frame.columns:
        if frame[name].dtype.kind == "O":
            frame[name] = [_decode(cell) for cell in frame[name]]
    return frame


def _decode(cell: object) -> str:
    """Text is bytes in whatever encoding the sender had."""
    if not isinstance(cell, bytes):
        return "" if cell is None or cell != cell else str(cell)
    try:
        return cell.decode("utf-8").strip()
    except UnicodeDecodeError:
        return cell.decode("cp1252", errors="replace").strip()
