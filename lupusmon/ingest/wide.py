"""Labs with a column per test (CONTRACT 2): which headers are tests, and the table as one row per filled cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lupusmon.clinical.names import Status, match_name
from lupusmon.clinical.units import match_unit
from lupusmon.text.columns import TextColumn, word_array

_CLOSING = {")": "(", "]": "["}


@dataclass(frozen=True)
class TestColumn:
    """A header such as `Anti-dsDNA IgG (IU/mL)`: where it stands, as written, its name and its unit (perhaps "")."""

    __test__ = False  # not for pytest

    position: int
    header: str
    name: str
    unit: str


def find_test_columns(headers: Sequence[str], taken: Iterable[int]) -> list[TestColumn]:
    """The headers that name a laboratory test; by its unit also one that is not monitored ("Glucose (mg/dL)").

    Without a unit only what may be a monitored test counts: "weight" and "drug" are extra columns.
    """
    taken = set(taken)
    tests = []
    for i, header in enumerate(headers):
        name, unit = split_header(header)
        wanted = (Status.KNOWN, Status.AMBIGUOUS, *([Status.NOT_MONITORED] if unit else []))
        if i not in taken and match_name(name).status in wanted:
            tests.append(TestColumn(i, header, name, unit))
    return tests


def split_header(header: str) -> tuple[str, str]:
    """ "UPCR [mg/mmol]" → ("UPCR", "mg/mmol"); also "C3 g/L" where C3 is known and g/L a unit of it.

    The unit is "" where there is none, or where the bracket belongs to the name: "Platelets [#/volume]".
    """
    name, unit = _split_bracket(header)
    if unit:
        belongs = match_name(header).status is Status.KNOWN and match_name(name).status is not Status.KNOWN
        return (header, "") if belongs else (name, unit)
    return _split_space(name)


def _split_space(header: str) -> tuple[str, str]:
    code = match_name(header).code
    for space in re.finditer(r"[\s,]+", header) if code else ():
        name, unit = header[: space.start()], header[space.end() :]
        if match_name(name).code == code and unit and not match_unit(unit, code).problem:
            return name, unit
    return header, ""


def _split_bracket(header: str) -> tuple[str, str]:
    closing = header[-1:]
    opening = _CLOSING.get(closing)
    if opening is None:
        return header, ""
    depth = 0
    for i in range(len(header) - 1, -1, -1):
        depth += (header[i] == closing) - (header[i] == opening)
        if depth == 0:
            name, unit = header[:i].strip(), header[i + 1 : -1].strip()
            return (name, unit) if name else (header, "")
    return header, ""


def stack_tests(
    tests: Sequence[TestColumn],
    cells: Mapping[int, TextColumn],
    shared: Mapping[str, TextColumn],
    lines: np.ndarray,
    problems: TextColumn,
) -> tuple[dict[str, TextColumn], np.ndarray, TextColumn]:
    """One row per filled cell, by row and then by column: (columns, lines, problems).

    Adds analyte, value, unit and `column` (the header of the cell) to the shared columns of the draw.
    """
    filled = [np.flatnonzero(~cells[test.position].is_empty()) for test in tests]
    rows = np.concatenate(filled) if filled else np.empty(0, np.int64)
    which = np.repeat(np.arange(len(tests), dtype=np.int32), [len(f) for f in filled])
    order = np.argsort(rows * max(len(tests), 1) + which, kind="stable")
    rows, which = rows[order], which[order]
    columns = {name: column.take(rows) for name, column in shared.items()}
    columns["analyte"] = _named(which, [test.name for test in tests])
    columns["unit"] = _named(which, [test.unit for test in tests])
    columns["column"] = _named(which, [test.header for test in tests])
    value = TextColumn.concat([cells[test.position] for test in tests])
    starts = np.arange(len(tests)) * len(lines)
    columns["value"] = value.take(starts[which] + rows)
    return columns, lines[rows], problems.take(rows)


def _named(which: np.ndarray, words: Sequence[str]) -> TextColumn:
    """Two headers may share a name or unit; a column's words are distinct all the same."""
    code_of: dict[str, int] = {}
    codes = np.array([code_of.setdefault(word, len(code_of)) for word in words], dtype=np.int32)
    return TextColumn(codes[which], word_array(code_of))
