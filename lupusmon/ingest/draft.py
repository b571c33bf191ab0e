"""The draft of a mapping: guessed for a file that is not understood, or the saved one that fits it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable

from lupusmon.clinical.drug_names import match_drug
from lupusmon.clinical.matches import Status
from lupusmon.clinical.names import match_name
from lupusmon.clinical.units import accepted_units, match_unit
from lupusmon.errors import UnusableFile
from lupusmon.ingest.guess import (
    REF_RANGE,
    guess_columns,
    guess_constants,
    guess_fill_down,
    guess_kind,
)
from lupusmon.ingest.kinds import COLUMNS, NEEDED, find_columns, fold_name
from lupusmon.ingest.mapping import ColumnRule, Mapping, TableMapping, parse_mapping
from lupusmon.ingest.plan import plan_mapped_columns
from lupusmon.ingest.preview import Preview
from lupusmon.ingest.source import Kind

_OPEN = (Status.UNKNOWN, Status.AMBIGUOUS)


def guess_section(preview: Preview, kind: Kind | None = None) -> TableMapping:
    """A first mapping of the file, for a person to confirm."""
    kind = kind or guess_kind(preview.headers, preview.cells)
    columns = guess_columns(preview.headers, kind, preview.cells)
    return TableMapping(
        kind,
        columns={ours: ColumnRule(theirs) for ours, theirs in columns.items() if ours != REF_RANGE},
        constants=guess_constants(kind, columns),
        ref_range=columns.get(REF_RANGE, ""),
        skip_lines=preview.skip_lines,
        fill_down=guess_fill_down(columns, preview.cells),
    )


def hide_unused(preview: Preview, kind: Kind, columns: Iterable[str], constants: Iterable[str]) -> dict[str, str]:
    """Empty constants for headers that have our names but were not chosen: they would be read without being asked."""
    named = {*columns, *constants}
    return {ours: "" for ours in find_columns(preview.headers) if ours in COLUMNS[kind] and ours not in named}


def missing_needed(section: TableMapping, *, is_wide: bool) -> list[str]:
    """Our needed columns that neither a column nor a constant brings."""
    brought = {*section.columns, *(ours for ours, text in section.constants.items() if text)}
    if section.kind is Kind.LABS and "loinc" in brought:
        brought.add("analyte")
    if is_wide and "value" not in brought:
        brought |= {"analyte", "value", "unit"}
    return [ours for ours in NEEDED[section.kind] if ours not in brought]


def find_fitting(mapping: Mapping, preview: Preview) -> TableMapping | None:
    """The section of a saved mapping whose columns the file has; the one with most of them."""
    fitting = []
    for section in mapping.tables:
        try:
            plan_mapped_columns("", preview.headers, section)
        except UnusableFile:
            continue
        fitting.append(section)
    return max(fitting, key=lambda section: len(section.columns), default=None)


def read_mapping_text(name: str, text: str) -> Mapping:
    """The mapping in TOML text. Raises UnusableFile as `load_mapping` does."""
    try:
        return parse_mapping(name, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UnusableFile(f"{name}: is no TOML: {error}") from error


def join_sections(old: Mapping | None, new: Mapping) -> Mapping:
    """What is remembered of a source: its new sections, and the old ones of other kinds."""
    kinds = {section.kind for section in new.tables}
    kept = tuple(section for section in (old.tables if old else ()) if section.kind not in kinds)
    return Mapping(new.name, new.tables + kept)


def find_unrecognised(section: TableMapping, preview: Preview) -> dict[str, dict[str, tuple[str, ...]]]:
    """Our column → their text → what it may be, for names, units and drugs that lupusmon does not know."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    if section.kind is Kind.LABS:
        names = _texts(section, preview, "analyte")
        found["analyte"] = {n: match_name(n).candidates for n in set(names) if match_name(n).status in _OPEN}
        found["unit"] = _unknown_units(names, _texts(section, preview, "unit"), section)
    if section.kind is Kind.INFUSIONS:
        drugs = _texts(section, preview, "drug")
        found["drug"] = {d: match_drug(d).candidates for d in set(drugs) if match_drug(d).status in _OPEN}
    return {ours: dict(sorted(words.items())) for ours, words in found.items() if words}


def _unknown_units(names: list[str], units: list[str], section: TableMapping) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    recoded = {fold_name(theirs): ours for theirs, ours in section.value_maps.get("analyte", {}).items()}
    for name, unit in dict.fromkeys(zip(names, units, strict=False)):
        match = match_name(recoded.get(fold_name(name), name))
        if unit and match.status is Status.KNOWN and match_unit(unit, match.code).problem:
            found[unit] = tuple(dict.fromkeys((*found.get(unit, ()), *accepted_units(match.code))))
    return found


def _texts(section: TableMapping, preview: Preview, ours: str) -> list[str]:
    if ours not in section.columns:
        return []
    wanted = fold_name(section.columns[ours].column)
    return next((list(texts) for header, texts in preview.cells.items() if fold_name(header) == wanted), [])
