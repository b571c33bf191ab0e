"""Habits of hospital exports inside a table of text: units in a second header row, headers repeated on every page,
and ids only on the first row of a block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lupusmon.clinical.names import Status, match_name
from lupusmon.clinical.units import match_unit
from lupusmon.ingest.plan import Plan
from lupusmon.ingest.rows import Rows
from lupusmon.ingest.wide import TestColumn
from lupusmon.text.columns import TextColumn

REPEATED = "a header repeated inside the file"
_UNIT_LABELS = frozenset(
    ("", "unit", "units", "einheit", "einheiten", "unidad", "unidades", "unidade", "unité", "unités", "unità")
)


@dataclass(frozen=True)
class Laid:
    """A table whose header is understood down to its last row. repeated: rows that are a header again."""

    plan: Plan
    rows: Rows
    repeated: np.ndarray
    notes: tuple[str, ...] = ()


def understand_layout(names: Sequence[str], plan: Plan, rows: Rows) -> Laid:
    """Takes units from a second header row and finds headers that come again. No other row is lost or changed."""
    repeated = _equal_rows(rows, {i: names[i] for i in rows.columns})
    tests = _read_units_row(plan, rows)
    if tests is None:
        return Laid(plan, rows, repeated)
    repeated |= _equal_rows(rows, {i: str(column.words[column.codes[0]]) for i, column in rows.columns.items()})
    rest = slice(1, None)
    kept = Rows(
        {i: column.take(rest) for i, column in rows.columns.items()}, rows.lines[rest], rows.problems.take(rest)
    )
    return Laid(replace(plan, tests=tests), kept, repeated[rest], (f"units are those of line {rows.lines[0]}",))


def mark_repeated(columns: Mapping[str, TextColumn], repeated: np.ndarray) -> dict[str, TextColumn]:
    """Adds `ignored` where a row is a header again."""
    if not repeated.any():
        return dict(columns)
    why = TextColumn(repeated.astype(np.int32), np.array(["", REPEATED], dtype=object))
    return dict(columns) | {"ignored": why}


def fill_down(columns: Mapping[str, TextColumn], names: Iterable[str], skipped: np.ndarray) -> dict[str, TextColumn]:
    """In the named columns an empty cell takes the last text above it. skipped: rows that are left alone."""
    filled = dict(columns)
    for name in names:
        if name in filled and len(skipped):
            column = filled[name]
            has_text = ~column.is_empty() & ~skipped
            above = np.maximum.accumulate(np.where(has_text, np.arange(len(column)), -1))
            source = np.where((above >= 0) & ~skipped, above, np.arange(len(column)))
            filled[name] = column.take(source)
    return filled


def _read_units_row(plan: Plan, rows: Rows) -> tuple[TestColumn, ...] | None:
    """The test columns with the units of the first row; None where that row is one of data."""
    if not plan.tests or not len(rows.lines) or any(test.unit for test in plan.tests):
        return None
    first = {i: str(column.words[column.codes[0]]) for i, column in rows.columns.items()}
    if any(first[i].casefold() not in _UNIT_LABELS for i in plan.positions.values()):
        return None
    units = [(test, first[test.position]) for test in plan.tests]
    if not any(unit for _, unit in units) or not all(_may_be_unit(test, unit) for test, unit in units):
        return None
    return tuple(replace(test, unit=unit) for test, unit in units)


def _may_be_unit(test: TestColumn, unit: str) -> bool:
    """A unit of the test; of a test that is not monitored, anything that is no number."""
    found = match_name(test.name)
    if found.status is Status.KNOWN:
        return not unit or not match_unit(unit, found.code).problem
    return not unit[:1].isdigit()


def _equal_rows(rows: Rows, texts: Mapping[int, str]) -> np.ndarray:
    """Rows whose every cell is the given text; the column with the fewest words is asked first."""
    equal = np.ones(len(rows.lines), dtype=bool)
    for i, column in sorted(rows.columns.items(), key=lambda item: len(item[1].words)):
        found = np.flatnonzero(column.words == texts[i])
        equal &= np.isin(column.codes, found) if len(found) else False
        if not equal.any():
            break
    return equal if len(rows.columns) > 1 else np.zeros(len(rows.lines), dtype=bool)
