"""Writing tables: CSV with texts quoted where needed and spreadsheet formulas made harmless, or Parquet."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_BLOCK = 100_000  # rows of text held at a time
_QUOTED = re.compile(r'[",\r\n]')
# a spreadsheet runs a cell that starts like this; signed numbers and bare signs (a "+" result) are left alone
_FORMULA = re.compile(r"^[=@\t\r]|^[+-](?![\d.,\s]*$)(?![\d.,]+\s*[eE][+-]?\d+$)")


def write_tables(tables: Mapping[str, pa.Table], receipt: Mapping[str, object], out: Path, *, parquet: bool) -> None:
    """Writes every table and receipt.json into `out` (made if missing)."""
    out.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        if parquet:
            pq.write_table(table, out / f"{name}.parquet", compression="zstd")
        else:
            write_csv(table, out / f"{name}.csv")
    write_receipt(receipt, out)


def write_receipt(receipt: Mapping[str, object], out: Path) -> None:
    """receipt.json, human-readable."""
    (out / "receipt.json").write_text(json.dumps(receipt, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_csv(table: pa.Table, path: Path) -> None:
    """UTF-8, comma, LF, empty for not known, true/false in lower case."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(table.column_names) + "\n")
        for begin in range(0, table.num_rows, _BLOCK):
            file.write(csv_block(table.slice(begin, _BLOCK)))


def csv_text(table: pa.Table) -> str:
    """The whole table as CSV text, header included."""
    return ",".join(table.column_names) + "\n" + csv_block(table)


def csv_block(table: pa.Table) -> str:
    """The rows of a table as CSV lines."""
    if not table.num_rows:
        return ""
    columns = [_as_text(column.combine_chunks()) for column in table.columns]
    lines = pc.binary_join_element_wise(*columns, ",")
    return "\n".join(lines.to_pylist()) + "\n"


def _as_text(values: pa.Array) -> pa.Array:
    if isinstance(values, pa.ChunkedArray):
        values = pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], type=values.type)
    if pa.types.is_dictionary(values.type):
        words = pa.array([escape(w) for w in values.dictionary.to_pylist()], type=pa.string())
        values = pa.DictionaryArray.from_arrays(values.indices, words).cast(pa.string())
    elif pa.types.is_string(values.type):
        values = pa.array([None if w is None else escape(w) for w in values.to_pylist()], type=pa.string())
    else:
        values = values.cast(pa.string())
    return values.fill_null("")


def escape(text: str) -> str:
    """One CSV cell: a formula gets a leading apostrophe, a cell with comma, quote or line break gets quotes."""
    if _FORMULA.match(text):
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
