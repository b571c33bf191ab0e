"""FHIR, from DSTU2 to R5, as rows of ours: Bundles, NDJSON bulk files, single resources (JSON).

A row of the receipt is a resource; an Observation with components is a row per component, like the cells of a wide
table. Its line is the number of the Bundle's entry, or the physical line of an NDJSON file.
Observation gives results, MedicationAdministration doses, Patient sex and birth year (no names, no addresses). What was
prescribed, dispensed or reported is no infusion; those and all other resources are ignored rows.

Why no FHIR library: a resource of one invalid field must not take the file with it. The models of `fhir.resources`
refuse 71 of the 200 Observations in a published sample bundle for a field that we do not read, and need 0.5 s to load.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from lupusmon.errors import UnusableFile
from lupusmon.ingest.encoding import to_utf8
from lupusmon.ingest.fhir_access import Document, Place, Resource, at, listed, text_at
from lupusmon.ingest.fhir_doses import add_administration
from lupusmon.ingest.fhir_results import add_observation
from lupusmon.ingest.incoming import Incoming
from lupusmon.ingest.records import Records
from lupusmon.ingest.source import Kind, SourceTable

_NO_DOSE = {
    "MedicationRequest": "a prescription",
    "MedicationOrder": "a prescription",
    "MedicationPrescription": "a prescription",
    "MedicationStatement": "a report of use",
    "MedicationUsage": "a report of use",
    "MedicationDispense": "a dispensing",
}
_ROWS = ("Observation", "MedicationAdministration")
_DEEPEST = 12  # Bundles in Bundles; real ones hold one or two
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def is_fhir(head: bytes) -> bool:
    """Whether the start of a text is that of FHIR in JSON."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:1] in (b"{", b"[") and b'"resourceType"' in head


def read_fhir(incoming: Incoming) -> list[SourceTable]:
    """The tables of one file, a kind each. Raises UnusableFile for what is no FHIR in JSON, or has no resource."""
    text, note = to_utf8(incoming.file, incoming.data)
    records, document = Records(), Document()
    entries = list(_entries(incoming.file, text.decode("utf-8"), records))
    if not entries and not records:
        raise UnusableFile(f"{incoming.file}: is FHIR (JSON) without a resource in it")
    for _, url, resource in entries:
        document.learn(url, resource)
    for line, url, resource in entries:
        _add_resource(Place(document, line, url, resource), records, resource)
    notes = [note] if note else []
    if document.dated_by_issue:
        notes.append(f"{document.dated_by_issue:,} results without a collection time are dated by `issued`")
    return records.tables(incoming, incoming.conventions(date_order="ymd", decimal="point"), tuple(notes))


def _entries(file: str, text: str, records: Records) -> Iterator[tuple[int, str, Resource]]:
    """(line, full URL, resource) of everything in the file; what is no resource goes to the records at once."""
    try:
        whole = _parse(text)
    except (json.JSONDecodeError, RecursionError) as error:
        yield from _line_entries(file, text, records, error)
        return
    parts = whole if isinstance(whole, list) else [whole]
    for number, part in enumerate(parts, 1):
        yield from _resources(part, number, "", records, numbered=part is whole)


def _line_entries(file: str, text: str, records: Records, trouble: Exception) -> Iterator[tuple[int, str, Resource]]:
    """The same of a file with a resource on each line."""
    lines = list(_json_lines(text))
    if not any(found is not None for _, found in lines):
        is_syntax = isinstance(trouble, json.JSONDecodeError)
        where = f"line {trouble.lineno}: {trouble.msg}" if is_syntax else "nested too deep"
        raise UnusableFile(f"{file}: is not JSON throughout ({where}); export it again") from trouble
    for line, found in lines:
        if found is None:
            records.add(Kind.LABS, line, {}, problem="this line is not JSON")
        else:
            yield from _resources(found, line, "", records)


def _json_lines(text: str) -> Iterator[tuple[int, object]]:
    """(line, content) of the lines that are not blank; None where it is no JSON object."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                found = _parse(line)
            except (json.JSONDecodeError, RecursionError):
                found = None
            yield number, found if isinstance(found, dict) else None


def _parse(text: str) -> object:
    """Numbers stay as they are written: 5.80 is not 5.8 in the evidence. Half a surrogate pair is no text."""
    found = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    if (escape := _SURROGATE.search(text)) and _has_half_pair(found):
        raise json.JSONDecodeError("half of a character", text, escape.start())
    return found


def _has_half_pair(content: object) -> bool:
    try:
        json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _resources(
    part: object, line: int, url: str, records: Records, *, numbered: bool = False, depth: int = 0
) -> Iterator[tuple[int, str, Resource]]:
    """The resource itself, or those of a Bundle. numbered: entries count as lines."""
    if at(part, "resourceType") == "Bundle" and depth < _DEEPEST:
        entries = list(enumerate(listed(at(part, "entry")), 1))
        if text_at(part, "type") == "history":  # newest first; what is read later wins
            entries.reverse()
        for number, entry in entries:
            inner = at(entry, "resource")
            where = number if numbered else line
            yield from _resources(inner, where, text_at(entry, "fullUrl"), records, depth=depth + 1)
    elif isinstance(part, dict) and text_at(part, "resourceType"):
        yield line, url, part
    else:
        records.ignore(line, "an entry without a resource")


def _add_resource(place: Place, records: Records, resource: Resource) -> None:
    name = text_at(resource, "resourceType")
    if name == "Observation":
        add_observation(place, records, resource)
    elif name == "MedicationAdministration":
        add_administration(place, records, resource)
    elif name == "Patient":
        _add_patient(place, records, resource)
    elif name in _NO_DOSE:
        why = f"{name} is {_NO_DOSE[name]}, not an infusion; only MedicationAdministration counts"
        records.ignore(place.line, why)
    else:
        records.ignore(place.line, f"{name} is not monitored")
    for inner in listed(at(resource, "contained")):
        if text_at(inner, "resourceType") in _ROWS:  # the others serve the resource that contains them
            _add_resource(replace(place, url="", container=resource), records, inner)


def _add_patient(place: Place, records: Records, resource: Resource) -> None:
    patient = text_at(resource, "id") or place.url.rpartition(":")[2].rpartition("/")[2]
    birth, status = text_at(resource, "birthDate"), text_at(resource, "status")
    cells = {"patient_id": patient, "sex": text_at(resource, "gender"), "birth_year": birth[:4]}
    records.add(Kind.PATIENTS, place.line, cells, "entered in error" if status == "entered-in-error" else "")
