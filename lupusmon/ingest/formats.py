"""What sort of file it is, by its content, and who reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lupusmon.errors import UnusableFile
from lupusmon.ingest.fhir import is_fhir, read_fhir
from lupusmon.ingest.hl7v2 import is_hl7, read_hl7
from lupusmon.ingest.incoming import Incoming
from lupusmon.ingest.mapped import MappedFile, fingerprint
from lupusmon.ingest.mapping import Mapping
from lupusmon.ingest.source import ReadOptions, SourceTable
from lupusmon.ingest.tabular import FOREIGN_TABLES, read_tabular
from lupusmon.ingest.unpack import peek, unpack
from lupusmon.ingest.workbook import is_workbook, read_workbook
from lupusmon.ingest.xpt import is_xpt, read_xpt

# Ends of names that are looked into in a folder; beside CSV, what proves to be of no format below is left out there.
FOREIGN_SUFFIXES = (".json", ".ndjson", ".jsonl", ".hl7", ".xpt", ".xlsx", ".xlsm")

WORKBOOK, FHIR, HL7, XPT, TABLE = "workbook", "fhir", "hl7", "xpt", "table"
READERS: dict[str, Callable[[Incoming], list[SourceTable]]] = {
    WORKBOOK: read_workbook,
    FHIR: read_fhir,
    HL7: read_hl7,
    XPT: lambda incoming: read_xpt(incoming, FOREIGN_TABLES, read_tabular),
    TABLE: lambda incoming: [read_tabular(incoming)],
}
_UNPACKS_ITSELF = (WORKBOOK, TABLE)
_HEAD = 1 << 16
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_tables(
    file: str, data: bytes | MappedFile, options: ReadOptions, mapping: Mapping | None, notes: tuple[str, ...] = ()
) -> list[SourceTable]:
    """The tables of one file; several where it holds results, doses and patients together."""
    form = recognise_format(file, data)
    incoming = Incoming(file, data, "", options, mapping, notes)
    if form != TABLE:  # which may be huge, and is fingerprinted by its reader
        data = data[:]
        incoming = replace(incoming, data=data)
        incoming = replace(incoming, sha256=fingerprint(data))
    if form not in _UNPACKS_ITSELF:
        incoming = replace(incoming, data=unpack(file, data))
    return READERS[form](incoming)


def recognise_format(file: str, data: bytes | MappedFile) -> str:
    """One of READERS; a table of text is what nothing else is."""
    if data.startswith(_OLD_OFFICE):
        raise UnusableFile(
            f"{file}: is an old (.xls) or locked Excel workbook; save it as .xlsx without password, or CSV"
        )
    if is_workbook(data):
        return WORKBOOK
    head = peek(file, data, _HEAD)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[: len(head) // 2 * 2].decode("utf-16", errors="replace").encode("utf-8")
    for form, is_form in ((XPT, is_xpt), (HL7, is_hl7), (FHIR, is_fhir)):
        if is_form(head):
            return form
    return TABLE
