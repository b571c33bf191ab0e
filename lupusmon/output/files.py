"""Writing tables: CSV with texts quoted where needed and spreadsheet formulas made harmless, or Parquet."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_BLOCK = 100_000  # rows of text held at a time
# Words go in as the codes they are, which halves the time, and numbers as they are; without the Arrow schema readers
# see plain strings.
# Bounds are kept for the column that the tables are sorted by.
_PARQUET = {
    "compression": "snappy",
    "store_schema": False,
    "write_statistics": ["patient_id"],
    "write_batch_size": 1 << 16,  # a tenth quicker than the 1,024 rows of the default; the same bytes
}
_QUOTED = re.compile(r'[",\r\n]')
# a spreadsheet runs a cell that starts like this; signed numbers and signs alone (a "++" or "+/-" result) are left
_FORMULA = re.compile(r"^[=@\t\r]|^[+-](?![\d.,\s]*$)(?![-+/\s]*$)(?![\d.,]+\s*[eE][+-]?\d+$)")


class TableWriter:
    """Tables written part by part into a folder (made if missing); they take their names when all are complete.

    Leaving the `with` block by an error removes what was written.
    """

    def __init__(self, out: Path, *, parquet: bool) -> None:
        self.out, self.parquet = out, parquet
        self._open: dict[str, pq.ParquetWriter | TextIO] = {}

    def __enter__(self) -> TableWriter:
        self.out.mkdir(parents=True, exist_ok=True)
        return self

    def append(self, name: str, table: pa.Table) -> None:
        """The next rows of a table."""
        if self.parquet:
            if name not in self._open:
                coded = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
                options = _PARQUET | {"use_dictionary": coded}
                self._open[name] = pq.ParquetWriter(self._unfinished(name), table.schema, **options)
            self._open[name].write_table(table)
            return
        if name not in self._open:
            self._open[name] = self._unfinished(name).open("w", encoding="utf-8", newline="")
            self._open[name].write(",".join(table.column_names) + "\n")
        for begin in range(0, table.num_rows, _BLOCK):
            self._open[name].write(csv_block(table.slice(begin, _BLOCK)))

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        for name, file in self._open.items():
            file.close()
            if error is None:
                self._unfinished(name).replace(self.out / f"{name}.{self._ending()}")
            else:
                self._unfinished(name).unlink(missing_ok=True)

    def _ending(self) -> str:
        return "parquet" if self.parquet else "csv"

    def _unfinished(self, name: str) -> Path:
        return self.out / f".{name}.{self._ending()}.unfinished"


def write_tables(tables: Mapping[str, pa.Table], receipt: Mapping[str, object], out: Path, *, parquet: bool) -> None:
    """Writes every table and receipt.json into `out` (made if missing)."""
    with TableWriter(out, parquet=parquet) as writer:
        for name, table in tables.items():
            writer.append(name, table)
    write_receipt(receipt, out)


def write_receipt(receipt: Mapping[str, object], out: Path) -> None:
    """receipt.json, human-readable."""
    (out / "receipt.json").write_text(json.dumps(receipt, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


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


def unescape_formula(text: str) -> str:
    """The text of a cell without the apostrophe that was put before a formula."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def escape(text: str) -> str:
    """One CSV cell: a formula gets a leading apostrophe, a cell with comma, quote or line break gets quotes."""
    if _FORMULA.match(text):
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
