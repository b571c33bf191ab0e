"""Labs with a column per test (CONTRACT 2): which headers are tests, and the table as one row per filled cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lupusmon.clinical.names import match_name
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
    """The headers that name a laboratory test, monitored or not; those of unknown meaning are not tests."""
    taken = set(taken)
    tests = []
    for i, header in enumerate(headers):
        if i in taken or not header:
            continue
        name, unit = split_header(header)
        if _is_test(name):
            tests.append(TestColumn(i, header, name, unit))
        elif unit and _is_test(header):  # brackets that belong to the name: "Complement C3 [Mass/volume]"
            tests.append(TestColumn(i, header, header, ""))
    return tests


def split_header(header: str) -> tuple[str, str]:
    """ "UPCR [mg/mmol]" → ("UPCR", "mg/mmol"); the unit is "" where no bracket ends the header."""
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


def _is_test(name: str) -> bool:
    return match_name(name).status in ("known", "not_monitored", "ambiguous")


def _named(which: np.ndarray, words: Sequence[str]) -> TextColumn:
    """Two headers may share a name or unit; a column's words are distinct all the same."""
    code_of: dict[str, int] = {}
    codes = np.array([code_of.setdefault(word, len(code_of)) for word in words], dtype=np.int32)
    return TextColumn(codes[which], word_array(code_of))
