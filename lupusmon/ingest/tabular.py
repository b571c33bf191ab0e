"""Text in rows and columns: whether it is one of our tables, one that a mapping explains, or one of a foreign model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lupusmon.errors import UnusableFile
from lupusmon.ingest import omop, sdtm, synthea
from lupusmon.ingest.delimited import read_delimited
from lupusmon.ingest.encoding import to_utf8
from lupusmon.ingest.foreign import ForeignTable, find_table, read_foreign
from lupusmon.ingest.header import read_header
from lupusmon.ingest.incoming import Incoming
from lupusmon.ingest.kinds import COLUMNS, find_columns, missing_columns
from lupusmon.ingest.mapped import fingerprint
from lupusmon.ingest.mapping import Mapping
from lupusmon.ingest.plan import plan_mapped_columns
from lupusmon.ingest.source import Kind, SourceTable
from lupusmon.ingest.unpack import peek, unpack

FOREIGN_TABLES: tuple[ForeignTable, ...] = (*sdtm.TABLES, *omop.TABLES, *synthea.TABLES)
_HEAD = 1 << 18  # a header longer than a row may be is refused in any case


def read_tabular(incoming: Incoming) -> SourceTable:
    """The table of delimited text, packed or not. What a mapping or our own names explain is not asked further."""
    table = _find_foreign(incoming)
    if table is not None:
        sha256 = incoming.sha256 or fingerprint(incoming.data)
        return read_foreign(replace(incoming, data=unpack(incoming.file, incoming.data), sha256=sha256), table)
    read = read_delimited(incoming.file, incoming.data, incoming.options, incoming.mapping, incoming.notes)
    return replace(read, sha256=incoming.sha256 or read.sha256)


def is_header(names: Sequence[str], mapping: Mapping | None) -> bool:
    """Whether these names head a table that can be read, surely."""
    found = set(find_columns(names))
    is_list_of_patients = "patient_id" in found and len(found.intersection(COLUMNS[Kind.PATIENTS])) > 1
    return (
        _is_ours(names)
        or is_list_of_patients
        or fits_mapping(names, mapping)
        or bool(find_table(FOREIGN_TABLES, names))
    )


def fits_mapping(names: Sequence[str], mapping: Mapping | None) -> bool:
    """Whether a section of the mapping finds its columns among the names."""
    for section in mapping.tables if mapping else ():
        try:
            plan_mapped_columns("", names, section)
        except UnusableFile:
            continue
        return True
    return False


def _find_foreign(incoming: Incoming) -> ForeignTable | None:
    head = peek(incoming.file, incoming.data, _HEAD)
    if len(head) == _HEAD:
        head = head[: head.rfind(b"\n") + 1] or head
    try:
        text, _ = to_utf8(incoming.file, head)
        names = read_header(incoming.file, text, lambda names: bool(find_table(FOREIGN_TABLES, names))).names
    except UnusableFile:  # the reader of plain tables says what is wrong
        return None
    if _is_ours(names) or fits_mapping(names, incoming.mapping):
        return None
    return find_table(FOREIGN_TABLES, names)


def _is_ours(names: Sequence[str]) -> bool:
    """Results, doses or assessments under our own names; `patient_id` alone may stand in any table."""
    found = set(find_columns(names))
    kinds = (Kind.LABS, Kind.INFUSIONS, Kind.ASSESSMENTS)
    return {"patient_id", "collected_at"} <= found or any(not missing_columns(kind, found) for kind in kinds)
