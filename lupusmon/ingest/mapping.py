"""A mapping says how a foreign file's columns and codes become ours: one TOML file, a section per kind of table.

Its keys are explained in sample_data/mappings/README.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from lupusmon.errors import UnusableFile
from lupusmon.ingest.kinds import COLUMNS, fold_name
from lupusmon.ingest.source import Kind
from lupusmon.text.dates import DATE_ORDERS

CASES = ("upper", "lower")
DECIMALS = ("point", "comma")


@dataclass(frozen=True)
class ColumnRule:
    """Where one of our columns comes from. take: a pattern whose first match is kept; case: upper, lower or ""."""

    column: str
    take: str = ""
    case: str = ""


@dataclass(frozen=True)
class TableMapping:
    """One section: how files of one kind are read. The fields are the section's keys."""

    kind: Kind
    columns: Dictionary[str, ColumnRule] = field(default_factory=dict)
    constants: Dictionary[str, str] = field(default_factory=dict)
    value_maps: Dictionary[str, Dictionary[str, str]] = field(default_factory=dict)
    tests: Dictionary[str, str] = field(default_factory=dict)
    ref_range: str = ""
    date_order: str | None = None
    date_formats: tuple[str, ...] = ()
    decimal: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    skip_lines: int = 0
    fill_down: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mapping:
    """name: for people. tables: at most one per kind; a file is read by the first whose columns it has."""

    name: str
    tables: tuple[TableMapping, ...]


def load_mapping(path: Path | str) -> Mapping:
    """The mapping in a TOML file. Raises UnusableFile that names the key, what was found and what is allowed."""
    path = Path(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UnusableFile(f"{path.name}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnusableFile(f"{path.name}: is no TOML file: {error}") from error
    return parse_mapping(path.name, content)


def parse_mapping(file: str, content: Dictionary[str, object]) -> Mapping:
    """The mapping of a parsed TOML file; `file` is for messages."""
    name = content.get("name", file)
    sections = {key: part for key, part in content.items() if key not in ("name", "description")}
    kinds = [kind.value for kind in Kind]
    for key, part in sections.items():
        if key not in kinds or not isinstance(part, dict):
            raise UnusableFile(f"{file}: {key} is no section of a mapping; sections are [{'], ['.join(kinds)}]")
    if not sections:
        raise UnusableFile(f"{file}: has no section; write [labs] and below it what its columns are")
    return Mapping(str(name), tuple(_Section(file, Kind(key), part).read() for key, part in sections.items()))


class _Section:
    """Reads one section and says what is wrong with it."""

    def __init__(self, file: str, kind: Kind, content: dict[str, object]) -> None:
        self.where, self.kind, self.content = f"{file}, [{kind}]", kind, content

    def read(self) -> TableMapping:
        allowed = [name for name in TableMapping.__dataclass_fields__ if name != "kind"]
        for key in self.content:
            if key not in allowed:
                raise self.wrong(key, "is no key of a mapping", ", ".join(allowed))
        if self.kind is not Kind.LABS and self.content.keys() & {"tests", "ref_range"}:
            raise self.wrong("tests, ref_range", "belong to", "[labs]")
        return TableMapping(
            self.kind,
            columns={ours: self.rule(ours, rule) for ours, rule in self.our_columns("columns")},
            constants={ours: self.text("constants", text) for ours, text in self.our_columns("constants")},
            value_maps={ours: self.value_map(ours, table) for ours, table in self.our_columns("value_maps")},
            tests={fold_name(theirs): self.text("tests", ours) for theirs, ours in self.table("tests").items()},
            ref_range=self.text("ref_range", self.content.get("ref_range", "")),
            date_order=self.choice("date_order", DATE_ORDERS),
            date_formats=self.date_formats(),
            decimal=self.choice("decimal", DECIMALS),
            delimiter=self.delimiter(),
            encoding=self.encoding(),
            skip_lines=self.skip_lines(),
            fill_down=self.fill_down(),
        )  # fmt: skip

    def wrong(self, key: str, found: str, allowed: str) -> UnusableFile:
        return UnusableFile(f"{self.where}: {key} {found}; allowed: {allowed}")

    def table(self, key: str) -> dict[str, object]:
        table = self.content.get(key, {})
        if not isinstance(table, dict):
            raise self.wrong(key, "is no table", f"[{self.kind}.{key}] with a line per entry")
        return table

    def our_columns(self, key: str) -> Iterator[tuple[str, object]]:
        """The entries of a table whose keys are columns of ours."""
        for ours, entry in self.table(key).items():
            if ours not in COLUMNS[self.kind]:
                raise self.wrong(f"{key}.{ours}", "is none of our columns", ", ".join(COLUMNS[self.kind]))
            yield ours, entry

    def text(self, key: str, value: object) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self.wrong(key, f"has {value!r}", "a text")
        return str(value).strip()

    def rule(self, ours: str, rule: object) -> ColumnRule:
        parts = rule if isinstance(rule, dict) else {"column": rule}
        if not parts.get("column") or not parts.keys() <= {"column", "take", "case"}:
            raise self.wrong(
                ours, f"has {rule!r}", '"their column" or { column = "…", take = "pattern", case = "upper" }'
            )
        case, take = parts.get("case", ""), self.text(ours, parts.get("take", ""))
        if case not in ("", *CASES):
            raise self.wrong(f"{ours}.case", f"is {case!r}", " or ".join(CASES))
        try:
            re.compile(take)
        except re.error as error:
            raise self.wrong(f"{ours}.take", f"is no pattern ({error})", "a regular expression") from error
        return ColumnRule(self.text(ours, parts["column"]), take, case)

    def value_map(self, ours: str, table: object) -> dict[str, str]:
        if not isinstance(table, dict):
            raise self.wrong(
                f"value_maps.{ours}", "is no table", f'[{self.kind}.value_maps.{ours}] with lines "theirs" = "ours"'
            )
        return {theirs.strip(): self.text(f"value_maps.{ours}", text) for theirs, text in table.items()}

    def choice(self, key: str, allowed: tuple[str, ...]) -> str | None:
        value = self.content.get(key)
        if value is not None and value not in allowed:
            raise self.wrong(key, f"is {value!r}", " or ".join(allowed))
        return value

    def date_formats(self) -> tuple[str, ...]:
        formats = self.content.get("date_formats", [])
        if not isinstance(formats, list) or not all(isinstance(f, str) and _names_a_day(f) for f in formats):
            raise self.wrong(
                "date_formats", f"is {formats!r}", 'a list of whole dates such as ["%d.%m.%Y", "%d.%m.%y %H:%M"]'
            )
        return tuple(formats)

    def delimiter(self) -> str | None:
        mark = self.content.get("delimiter")
        if mark is not None and (
            not isinstance(mark, str) or len(mark) != 1 or not mark.isascii() or mark in '"\r\n\0'
        ):
            raise self.wrong("delimiter", f"is {mark!r}", 'one sign, such as ";" or "\\t"')
        return mark

    def encoding(self) -> str | None:
        name = self.content.get("encoding")
        try:
            if name is not None:
                b" ".decode(name)
        except (LookupError, TypeError) as error:
            raise self.wrong("encoding", f"is {name!r}", "a name such as utf-8, utf-16, cp1252 or latin-1") from error
        return name

    def fill_down(self) -> tuple[str, ...]:
        """Columns of ours whose cells are filled on the first row of a block only."""
        names = self.content.get("fill_down", [])
        if not isinstance(names, list) or not all(name in COLUMNS[self.kind] for name in names):
            raise self.wrong("fill_down", f"is {names!r}", f"a list of {', '.join(COLUMNS[self.kind])}")
        return tuple(names)

    def skip_lines(self) -> int:
        lines = self.content.get("skip_lines", 0)
        if isinstance(lines, bool) or not isinstance(lines, int) or lines < 0:
            raise self.wrong("skip_lines", f"is {lines!r}", "the number of lines before the header")
        return lines


def _names_a_day(form: str) -> bool:
    """Whether a strptime format says year, month and day: such a date survives being written and read back."""
    day = date(2001, 2, 3)
    try:
        return datetime.strptime(day.strftime(form), form).date() == day
    except ValueError:
        return False
