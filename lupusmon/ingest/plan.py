"""Which column of a file is which of ours, with or without a mapping, and which are left over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lupusmon.errors import UnusableFile
from lupusmon.ingest.kinds import (
    COLUMNS,
    check_columns,
    check_once,
    find_columns,
    fold_name,
    recognise_kind,
)
from lupusmon.ingest.mapping import TableMapping
from lupusmon.ingest.source import Kind
from lupusmon.ingest.wide import TestColumn, find_test_columns


@dataclass(frozen=True)
class Plan:
    """How a table is read.

    positions: our column → place in the header. tests: the analyte columns of a wide table. ref_range: place of one
    column with both limits, from a mapping. extra: headers without use.
    """

    kind: Kind
    positions: dict[str, int]
    tests: tuple[TestColumn, ...]
    ref_range: int | None
    extra: tuple[str, ...]

    def wanted(self) -> list[int]:
        """Every place to be read, in order."""
        places = {*self.positions.values(), *(t.position for t in self.tests)}
        return sorted(places | ({self.ref_range} if self.ref_range is not None else set()))


def plan_columns(file: str, headers: Sequence[str], kind: Kind | None = None) -> Plan:
    """The plan of a table with our own column names; the kind is recognised where it is not given."""
    found = find_columns(headers)
    kind = kind or recognise_kind(file, headers, found)
    return _plan(file, kind, headers, found, constants=())


def plan_mapped_columns(file: str, headers: Sequence[str], section: TableMapping) -> Plan:
    """The plan by a mapping. Raises UnusableFile unless the file has every column that the section names."""
    place = {fold_name(header): i for i, header in reversed(list(enumerate(headers)))}
    named = [rule.column for rule in section.columns.values()] + ([section.ref_range] if section.ref_range else [])
    absent = [column for column in dict.fromkeys(named) if fold_name(column) not in place]
    if absent or not named:
        raise UnusableFile(f"{file}: has no column {', '.join(absent) or 'that the mapping names'}")
    taken = {place[fold_name(column)] for column in named}
    headers = [section.tests.get(fold_name(header), header) for header in headers]
    found = {ours: [i for i in at if i not in taken] for ours, at in find_columns(headers).items()}
    found = {ours: at for ours, at in found.items() if at and ours not in section.constants}
    found |= {ours: [place[fold_name(rule.column)]] for ours, rule in section.columns.items()}
    ref_range = place[fold_name(section.ref_range)] if section.ref_range else None
    plan = _plan(file, section.kind, headers, found, constants=tuple(section.constants), ref_range=ref_range)
    if plan.tests and section.ref_range:
        raise UnusableFile(f"{file}: a table with a column per test has no ref_range; take it out of the mapping")
    return plan


def _plan(
    file: str,
    kind: Kind,
    headers: Sequence[str],
    found: dict[str, list[int]],
    constants: Sequence[str],
    ref_range: int | None = None,
) -> Plan:
    given = dict.fromkeys(constants, [-1]) | found
    tests: list[TestColumn] = []
    if kind is Kind.LABS and "value" not in given:
        tests = find_test_columns(headers, (i for ours in COLUMNS[kind] for i in found.get(ours, ())))
        _check_tests(file, tests)
    if tests:  # every cell brings these; a column of that name would be of the draw, not of the test
        brought = dict.fromkeys(("analyte", "value", "unit"), [-1])
        given = {ours: at for ours, at in given.items() if ours not in ("analyte", "unit", "loinc")} | brought
    positions = {ours: at for ours, at in check_columns(file, kind, headers, given).items() if at >= 0}
    used = {*positions.values(), *(t.position for t in tests), ref_range}
    extra = tuple(header for i, header in enumerate(headers) if i not in used and header)
    return Plan(kind, positions, tuple(tests), ref_range, extra)


def _check_tests(file: str, tests: Sequence[TestColumn]) -> None:
    places: dict[str, list[int]] = {}
    for test in tests:
        places.setdefault(fold_name(test.header), []).append(test.position)
    for test in tests:
        check_once(file, test.header, places[fold_name(test.header)])


def count_known(headers: Sequence[str], section: TableMapping | None) -> int:
    """How many headers are ours or the mapping's; tells the right delimiter from a wrong one."""
    known = {fold_name(rule.column) for rule in section.columns.values()} if section else set()
    return len(find_columns(headers)) + sum(fold_name(header) in known for header in headers)
