"""A data frame of the library call as a table of ours: every cell becomes the text a CSV file would carry."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from lupusmon.ingest.kinds import NUMBER_COLUMNS
from lupusmon.ingest.plan import Plan, plan_columns
from lupusmon.ingest.settle import Conventions, settle_table
from lupusmon.ingest.source import Kind, SourceTable
from lupusmon.ingest.wide import stack_tests
from lupusmon.text.columns import TextColumn, word_array

if TYPE_CHECKING:
    import pandas

# Decimals beyond this are whole numbers to a float anyway, and too long to write out.
_LARGEST_WHOLE = 1e15


def read_frame(frame: pandas.DataFrame, kind: Kind, name: str) -> SourceTable:
    """The rows of a frame with our input columns; long or wide labs alike. Raises UnusableFile as for a file.

    12.0 becomes "12", a timestamp ISO 8601 (midnight only its date, an offset dropped), True "yes", a missing cell "".
    Columns `source_file` and `source_line` say where a row came from; without them the line is the position + 2, as
    in a CSV file of the frame.
    """
    headers = [str(column).strip() for column in frame.columns]
    kind = Kind(kind)
    plan = plan_columns(name, headers, kind)
    cells = {i: to_text_column(frame.iloc[:, i]) for i in plan.wanted()}
    columns = {ours: cells[i] for ours, i in plan.positions.items()}
    lines, row_files = _origins(frame, headers)
    problems = TextColumn.constant("", len(frame))
    if plan.tests:
        shared = columns | ({"source_file": row_files} if row_files is not None else {})
        columns, lines, problems = stack_tests(plan.tests, cells, shared, lines, problems)
        row_files = columns.pop("source_file", None)
    one_file = row_files is not None and len(row_files.words) == 1
    return settle_table(
        str(row_files.words[0]) if one_file else name,
        kind,
        _digest(columns, lines),
        columns,
        lines,
        problems,
        Conventions(has_point=_has_point(frame, plan)),
        extra_columns=tuple(h for h in plan.extra if h not in ("source_file", "source_line")),
        row_files=None if one_file else row_files,
    )


def to_text_column(series: pandas.Series) -> TextColumn:
    """The cells as text, each distinct one written once."""
    import pandas as pd

    if series.dtype == object and pd.api.types.infer_dtype(series, skipna=True).startswith("mixed"):
        # 1, 1.0 and True are equal to pandas, but not in print.
        return TextColumn.from_values([to_text(cell) for cell in series])
    codes, words = pd.factorize(series, use_na_sentinel=True)
    texts = [to_text(word) for word in (words.to_numpy() if isinstance(series.dtype, np.dtype) else words)]
    if (codes < 0).any():  # -1 is a missing cell, and the place of the last text
        texts.append("")
    return TextColumn(codes.astype(np.int32) % max(len(texts), 1), word_array(texts)).remap(str)


def to_text(cell: object) -> str:
    """One cell as a CSV file would carry it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool | np.bool_):
        return "yes" if cell else "no"
    if isinstance(cell, int | np.integer):
        return str(int(cell))
    if isinstance(cell, float | np.floating):
        return _write_float(cell)
    if isinstance(cell, np.datetime64):
        import pandas as pd

        cell = pd.Timestamp(cell)
    return _write_other(cell)


def _write_float(number: float | np.floating) -> str:
    if math.isnan(number):
        return ""
    if float(number).is_integer() and abs(number) < _LARGEST_WHOLE:
        return str(int(number))
    return str(number) if isinstance(number, np.floating) else repr(number)


def _write_other(cell: object) -> str:
    import pandas as pd

    if cell is None or cell is pd.NA or cell is pd.NaT:
        return ""
    if isinstance(cell, datetime):
        text = cell.replace(tzinfo=None).isoformat()
        return text.removesuffix("T00:00:00")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return "" if cell.is_nan() else str(cell)
    return str(cell)


def _origins(frame: pandas.DataFrame, headers: list[str]) -> tuple[np.ndarray, TextColumn | None]:
    lines = np.arange(len(frame), dtype=np.int64) + 2
    row_files = None
    for i, header in enumerate(headers):
        if header == "source_line":
            said = to_text_column(frame.iloc[:, i])
            numbers = said.map(lambda text: int(text) if text.isascii() and text.isdigit() else -1, np.int64)
            lines = np.where(numbers >= 0, numbers, lines)
        elif header == "source_file":
            row_files = to_text_column(frame.iloc[:, i])
    return lines, row_files


def _has_point(frame: pandas.DataFrame, plan: Plan) -> bool:
    """Whether a column of numbers holds a fraction: it is written with a point, so commas are no decimals here."""
    places = [plan.positions[c] for c in NUMBER_COLUMNS[plan.kind] if c in plan.positions]
    for i in [*places, *(test.position for test in plan.tests)]:
        column = frame.iloc[:, i]
        if column.dtype == object:
            if any(isinstance(v, float | np.floating) and v % 1 > 0 for v in column):
                return True
        elif getattr(column.dtype, "kind", "") == "f":
            numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
            if np.any(np.abs(numbers[np.isfinite(numbers)]) % 1 > 0):
                return True
    return False


def _digest(columns: Mapping[str, TextColumn], lines: np.ndarray) -> str:
    digest = hashlib.sha256(lines.tobytes())
    for name in sorted(columns):
        column = columns[name].remap(str)
        digest.update("\x1f".join([name, *column.words]).encode("utf-8", errors="surrogatepass"))
        digest.update(column.codes.tobytes())
    return digest.hexdigest()
