"""Which table a file is, by its columns (CONTRACT 2): our column names, those a kind needs, how headers are matched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lupusmon.errors import UnusableFile
from lupusmon.ingest.source import Kind

BILAG_SYSTEMS = (
    "constitutional", "mucocutaneous", "neuropsychiatric", "musculoskeletal", "cardiorespiratory",
    "gastrointestinal", "ophthalmic", "renal", "haematological",
)  # fmt: skip
SLEDAI_ITEMS = (
    "seizure", "psychosis", "organic_brain", "visual", "cranial_nerve", "headache", "cva", "vasculitis", "arthritis",
    "myositis", "casts", "haematuria", "proteinuria", "pyuria", "rash", "alopecia", "ulcers", "pleurisy",
    "pericarditis", "low_complement", "increased_dna_binding", "fever", "thrombocytopenia", "leukopenia",
)  # fmt: skip

COLUMNS: dict[Kind, tuple[str, ...]] = {
    Kind.LABS: (
        "patient_id", "collected_at", "analyte", "value", "unit",
        "ref_low", "ref_high", "method", "laboratory", "loinc", "result_id", "status",
    ),
    Kind.INFUSIONS: (
        "patient_id", "given_at", "drug", "dose", "dose_unit", "status", "duration_min", "weight_kg", "note",
    ),
    Kind.ASSESSMENTS: (
        "patient_id", "assessed_at", "sledai_2k", "pga", "pga_max", "prednisone_mg_per_day", "treatment_failure",
        "discontinued", *(f"bilag_{s}" for s in BILAG_SYSTEMS), *(f"sledai_{i}" for i in SLEDAI_ITEMS),
    ),
    Kind.PATIENTS: ("patient_id", "sex", "birth_year", "site", "label"),
}  # fmt: skip
NEEDED: dict[Kind, tuple[str, ...]] = {
    Kind.LABS: ("patient_id", "collected_at", "analyte", "value", "unit"),
    Kind.INFUSIONS: ("patient_id", "given_at", "drug"),
    Kind.ASSESSMENTS: ("patient_id", "assessed_at"),
    Kind.PATIENTS: ("patient_id",),
}
DATE_COLUMN = {Kind.LABS: "collected_at", Kind.INFUSIONS: "given_at", Kind.ASSESSMENTS: "assessed_at"}
NUMBER_COLUMNS: dict[Kind, tuple[str, ...]] = {
    Kind.LABS: ("value", "ref_low", "ref_high"),
    Kind.INFUSIONS: ("dose", "duration_min", "weight_kg"),
    Kind.ASSESSMENTS: ("sledai_2k", "pga", "pga_max", "prednisone_mg_per_day"),
    Kind.PATIENTS: (),
}
# What tells a kind; the rest (status, note, laboratory) may stand in any table.
_TELLING = (
    ("given_at", Kind.INFUSIONS),
    ("assessed_at", Kind.ASSESSMENTS),
    ("collected_at", Kind.LABS),
    ("drug", Kind.INFUSIONS),
    ("value", Kind.LABS),
    ("analyte", Kind.LABS),
    ("loinc", Kind.LABS),
)
_IGNORED_IN_NAMES = re.compile(r"[\s_\u200b\u200c\u200d\ufeff]+")
_MOST_NAMED = 12


def fold_name(header: str) -> str:
    """A header as it is compared: without case, spaces and underscores."""
    return _IGNORED_IN_NAMES.sub("", header).casefold()


_OURS = {fold_name(column): column for columns in COLUMNS.values() for column in columns}


def find_columns(headers: Sequence[str]) -> dict[str, list[int]]:
    """Our columns among the headers, each with its positions."""
    found: dict[str, list[int]] = {}
    for i, header in enumerate(headers):
        ours = _OURS.get(fold_name(header))
        if ours:
            found.setdefault(ours, []).append(i)
    return found


def recognise_kind(file: str, headers: Sequence[str], found: Iterable[str]) -> Kind:
    """The kind whose needed columns are all there; else the one the columns hint at, for a helpful refusal."""
    found = set(found)
    # The kind that asks for most comes first: a table of results may well say when the last dose was given.
    for kind in (Kind.LABS, Kind.INFUSIONS, Kind.ASSESSMENTS):
        if not missing_columns(kind, found):
            return kind
    for column, kind in _TELLING:
        if column in found:
            return kind
    for kind in (Kind.INFUSIONS, Kind.ASSESSMENTS):
        if found - {"patient_id", "status", "note"} and found <= set(COLUMNS[kind]):
            return kind
    if "patient_id" in found or found.intersection(("sex", "birth_year")):
        return Kind.PATIENTS
    raise UnusableFile(
        f"{file}: is no table lupusmon knows; found {name_some(headers)}; needed: "
        + " or ".join(f"{', '.join(NEEDED[kind])} ({kind})" for kind in Kind)
    )


def missing_columns(kind: Kind, found: set[str]) -> list[str]:
    """Needed columns that are not there; in labs a `loinc` column stands in for `analyte`."""
    stand_in = {"analyte": "loinc"} if kind is Kind.LABS else {}
    return [c for c in NEEDED[kind] if c not in found and stand_in.get(c) not in found]


def check_columns(file: str, kind: Kind, headers: Sequence[str], found: dict[str, list[int]]) -> dict[str, int]:
    """Position of each of the kind's columns. Raises UnusableFile where a needed one is missing or one comes twice."""
    missing = missing_columns(kind, set(found))
    if missing:
        wide = " (or a column per test, with its unit: `C3 (mg/dL)`)" if kind is Kind.LABS else ""
        raise UnusableFile(
            f"{file}: has no column {', '.join(missing)}; found {name_some(headers)}; "
            f"a table of {kind} needs {', '.join(NEEDED[kind])}{wide}"
        )
    for column in COLUMNS[kind]:
        check_once(file, column, found.get(column, ()))
    return {column: found[column][0] for column in COLUMNS[kind] if column in found}


def check_once(file: str, column: str, positions: Sequence[int]) -> None:
    """Raises UnusableFile where a column comes more than once."""
    if len(positions) > 1:
        where = " and ".join(str(i + 1) for i in positions)
        raise UnusableFile(
            f"{file}: column {column} is there {len(positions)} times (columns {where}); keep one of them"
        )


def name_some(headers: Sequence[str]) -> str:
    """The headers for a message, the first dozen by name."""
    shown = [h if len(h) <= 40 else h[:37] + "…" for h in headers[:_MOST_NAMED] if h]
    more = f" and {len(headers) - len(shown):,} more" if len(headers) > len(shown) else ""
    return f"columns {', '.join(shown)}{more}" if shown else "no column names"
