"""The table of pins: what was pinned to what, by whom and why, and whether the rules use it."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from lupusmon.analysis.labs import LabIndex
from lupusmon.analysis.pins import APPLIED, NO_PINS
from lupusmon.clean import Pin

_SAID = tuple(Pin.__dataclass_fields__)
_ORDER = ("patient_id", "course_id", "slot", "analyte")
COLUMNS = (*_SAID, "state", "source_file", "source_line")


def build_pins(labs: LabIndex) -> pa.Table:
    """One row a pin, by patient, course, slot, analyte. state: `applied`, or why it is not.

    source_file, source_line: where the pinned result stands now; empty where it is nowhere.
    """
    pins = labs.pins or NO_PINS
    rows = sorted(zip(pins.said, pins.state, pins.source, strict=True), key=_place)
    results, sources = labs.results, [source for _, _, source in rows]
    file = [str(results.file.words[results.file.codes[row]]) if row >= 0 else None for row in sources]
    line = [int(results.line[row]) if row >= 0 else None for row in sources]
    said = {name: pa.array([getattr(pin, name) for pin, _, _ in rows], type=pa.string()) for name in _SAID}
    state = pa.array([state for _, state, _ in rows], type=pa.string())
    places = {"source_file": pa.array(file, type=pa.string()), "source_line": pa.array(line, type=pa.int64())}
    return pa.table({**said, "state": state, **places})


def merge_pins(parts: Sequence[pa.Table]) -> pa.Table:
    """One table of those of several ranges of patients, in the same order."""
    return pa.concat_tables(parts).sort_by([(name, "ascending") for name in _ORDER])


def _place(row: tuple[Pin, str, int]) -> tuple[str, ...]:
    return tuple(getattr(row[0], name) for name in _ORDER)


def count_pins(table: pa.Table) -> dict[str, int]:
    """What the receipt says of pins."""
    applied = sum(state == APPLIED for state in table.column("state").to_pylist())
    return {"applied": applied, "not_applied": table.num_rows - applied}
