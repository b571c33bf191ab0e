"""Pins beside the output tables: written by `export` as `pins.csv`, read again by `analyze --pins`."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow as pa

from lupusmon.clean import Pin
from lupusmon.errors import UnusableFile
from lupusmon.output.files import csv_text, unescape_formula, write_tables
from lupusmon.result import Analysis

PINS_FILE = "pins.csv"
_NEEDED = ("patient_id", "course_id", "slot", "analyte", "method", "collected_at", "value")


def write_analysis(analysis: Analysis, out: Path, *, parquet: bool) -> None:
    """The output tables and receipt.json; `pins.csv` where there are pins, and none left over where there are none."""
    write_tables(analysis.arrow, analysis.receipt, out, parquet=parquet)
    if analysis.pins is None:
        (out / PINS_FILE).unlink(missing_ok=True)
    else:
        write_pins(analysis.pins, out)


def write_pins(pins: pa.Table, out: Path) -> None:
    """`pins.csv`, whatever the format of the other tables."""
    (out / PINS_FILE).write_text(csv_text(pins), encoding="utf-8", newline="")


def read_pins_file(path: Path) -> tuple[Pin, ...]:
    """The pins of a file that `export` wrote. Raises UnusableFile where it is none."""
    try:
        rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), strict=True)
        missing = [name for name in _NEEDED if name not in (rows.fieldnames or ())]
        if missing:
            raise UnusableFile(f"{path.name}: no column {', '.join(missing)}; use the pins.csv of an export")
        return tuple(_to_pin(row) for row in rows)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnusableFile(f"{path.name}: cannot be read as pins ({error}); use the pins.csv of an export") from error


def _to_pin(row: dict) -> Pin:
    return Pin(**{name: unescape_formula(row.get(name) or "") for name in Pin.__dataclass_fields__})
