"""One file of delimited text, packed or not, as a table of ours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from lupusmon.errors import UnusableFile
from lupusmon.ingest.encoding import to_utf8
from lupusmon.ingest.header import Header, read_header
from lupusmon.ingest.kinds import COLUMNS, name_some
from lupusmon.ingest.layouts import Laid, fill_down, mark_repeated, understand_layout
from lupusmon.ingest.mapped import MappedFile, fingerprint
from lupusmon.ingest.mapping import ColumnRule, Mapping, TableMapping
from lupusmon.ingest.plan import Plan, count_known, plan_columns, plan_mapped_columns
from lupusmon.ingest.ranges import split_range_column
from lupusmon.ingest.rows import Body, read_rows
from lupusmon.ingest.settle import Conventions, settle_table
from lupusmon.ingest.source import Kind, ReadOptions, SourceTable
from lupusmon.ingest.unpack import unpack
from lupusmon.ingest.wide import stack_tests
from lupusmon.text.columns import TextColumn
from lupusmon.text.spreadsheet import unprotect

PROBLEM = "problem"  # the column of a fix-me file that says what is wrong
_FIX_EXTRAS = ("raw_value", "raw_unit", "ignored")
_RECODED = {"value": "raw_value", "unit": "raw_unit"}


@dataclass(frozen=True)
class _Opened:
    """A file whose header is understood."""

    text: bytes | MappedFile
    header: Header
    plan: Plan
    section: TableMapping | None
    notes: tuple[str, ...]


def read_delimited(
    file: str, data: bytes, options: ReadOptions, mapping: Mapping | None = None, notes: tuple[str, ...] = ()
) -> SourceTable:
    """The table in the bytes of the file. Raises UnusableFile where it cannot be read or is none of ours."""
    with ThreadPoolExecutor(1) as beside:  # hashing and parsing use a core each
        digest = beside.submit(fingerprint, data)
        opened = _open(file, unpack(file, data), mapping)
        del data
        return _read_opened(file, opened, digest, options, notes)


def _read_opened(
    file: str, opened: _Opened, digest: Future[str], options: ReadOptions, notes: tuple[str, ...]
) -> SourceTable:
    header, section = opened.header, opened.section or TableMapping(opened.plan.kind)
    body = Body(file, opened.text, header.start, header.next_line, header.delimiter, len(header.names))
    laid = understand_layout(header.names, opened.plan, read_rows(body, opened.plan.wanted(), options.progress))
    columns, lines, problems = _to_our_columns(laid, section)
    if opened.section is None and is_fix_file(header.names, opened.plan.kind):
        columns = {name: column.remap(unprotect) for name, column in columns.items()}
    return settle_table(
        file,
        opened.plan.kind,
        digest.result(),
        columns,
        lines,
        problems,
        Conventions(
            date_order=options.date_order or section.date_order,
            decimal=options.decimal or section.decimal,
            source=options.source,
            date_formats=section.date_formats,
        ),
        extra_columns=opened.plan.extra,
        notes=notes + opened.notes + laid.notes,
    )


def is_fix_file(headers: Sequence[str], kind: Kind) -> bool:
    """Whether lupusmon wrote the file for rejected rows: `problem`, and otherwise exactly our own column names."""
    return PROBLEM in headers and set(headers) <= {PROBLEM, *COLUMNS[kind], *_FIX_EXTRAS}


def _open(file: str, raw: bytes, mapping: Mapping | None) -> _Opened:
    """By the first section of the mapping that fits the file, else by our own column names."""
    misfits = []
    for section in mapping.tables if mapping else ():
        try:
            return _open_by(file, raw, section)
        except UnusableFile as error:
            misfits.append(f"[{section.kind}] {str(error).removeprefix(f'{file}: ')}")
    if not misfits:
        return _open_by(file, raw, None)
    why = f"the mapping {mapping.name} does not fit: {'; '.join(misfits)}"
    try:
        opened = _open_by(file, raw, None)
    except UnusableFile as error:
        raise UnusableFile(f"{error}; {why}") from error
    if opened.plan.kind is Kind.PATIENTS and len(opened.plan.positions) == 1 and opened.plan.extra:
        # Nothing but an id of ours: far more likely a foreign table and a slip in the mapping than a list of patients.
        raise UnusableFile(f"{file}: {why}; found {name_some(opened.header.names)}")
    return replace(opened, notes=(f"has our own column names; read without the mapping {mapping.name}", *opened.notes))


def _open_by(file: str, raw: bytes, section: TableMapping | None) -> _Opened:
    text, note = to_utf8(file, raw, section.encoding if section else None)
    refuse_other_formats(file, text)
    header = read_header(
        file,
        text,
        lambda names: count_known(names, section),
        delimiter=section.delimiter if section else None,
        skip_lines=section.skip_lines if section else 0,
    )
    plan = plan_mapped_columns(file, header.names, section) if section else plan_columns(file, header.names)
    return _Opened(text, header, plan, section, (note,) if note else ())


def refuse_other_formats(file: str, text: bytes) -> None:
    """Raises UnusableFile for what is no table of text but another well-known format."""
    start = text[:200].lstrip()
    for mark, name in ((b"{", "JSON"), (b"[", "JSON"), (b"<", "HTML or XML"), (b"%PDF", "PDF"), (b"{\\rtf", "RTF")):
        if start.startswith(mark):
            raise UnusableFile(f"{file}: looks like {name}, not like a table of text; export it as CSV (UTF-8)")


def _to_our_columns(laid: Laid, section: TableMapping) -> tuple[dict[str, TextColumn], object, TextColumn]:
    plan, rows = laid.plan, laid.rows
    columns = {ours: _apply_rule(rows.columns[i], section.columns.get(ours)) for ours, i in plan.positions.items()}
    columns = mark_repeated(fill_down(columns, section.fill_down, laid.repeated), laid.repeated)
    lines, problems = rows.lines, rows.problems
    if plan.tests:
        columns, lines, problems = stack_tests(plan.tests, rows.columns, columns, lines, problems)
    columns |= {ours: TextColumn.constant(text, len(lines)) for ours, text in section.constants.items()}
    for ours, recode in section.value_maps.items():
        if ours in columns:
            if ours in _RECODED:
                columns[_RECODED[ours]] = columns[ours]
            columns[ours] = _recode(columns[ours], recode)
    if plan.ref_range is not None:
        columns["ref_low"], columns["ref_high"] = split_range_column(
            rows.columns[plan.ref_range], columns["unit"], columns.get("analyte", TextColumn.constant("", len(lines)))
        )
    return columns, lines, problems


def _apply_rule(column: TextColumn, rule: ColumnRule | None) -> TextColumn:
    if rule is None or not (rule.take or rule.case):
        return column
    pattern = re.compile(rule.take)

    def change(word: str) -> str:
        match = pattern.search(word) if rule.take else None
        if match:
            word = (match[1] if pattern.groups else match[0]) or ""
        return word.upper() if rule.case == "upper" else word.lower() if rule.case == "lower" else word

    return column.remap(change)


def _recode(column: TextColumn, recode: dict[str, str]) -> TextColumn:
    """A code as written counts first, then without regard to case."""
    folded = {theirs.casefold(): ours for theirs, ours in recode.items()}
    return column.remap(lambda word: recode[word] if word in recode else folded.get(word.casefold(), word))
