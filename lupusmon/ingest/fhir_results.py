"""One FHIR Observation as rows: itself, or each of its components."""

from __future__ import annotations

import re

import numpy as np

from lupusmon.ingest.coded import add_specimen, choose_loinc, choose_name, choose_unit, same_unit
from lupusmon.ingest.fhir_access import (
    Place,
    Resource,
    at,
    concept_loincs,
    concept_names,
    concept_text,
    listed,
    text_at,
)
from lupusmon.ingest.records import Records
from lupusmon.ingest.source import Kind
from lupusmon.text.values import ValueKind, parse_values

_WITHDRAWN = {"entered-in-error": "entered in error", "cancelled": "cancelled"}
_CORRECTED = ("corrected", "amended", "appended")
_NORMAL = ("", "normal", "n")
# Answers by code where a result brings no words: SNOMED CT, LOINC answer lists, HL7 interpretation.
_ANSWERS = {
    **dict.fromkeys(("10828004", "260373001", "11214006", "LA6576-8", "LA11882-0", "POS", "DET", "RR"), "positive"),
    **dict.fromkeys(("260385009", "260415000", "131194007", "LA6577-6", "LA11883-8", "NEG", "ND", "NR"), "negative"),
    **dict.fromkeys(("42425007", "419984006", "82334004", "260405006", "IND", "E"), "equivocal"),
}
_SORT = re.compile(r"\s*\((?:qualifier value|finding|observable entity)\)\s*$", re.IGNORECASE)


def add_observation(place: Place, records: Records, resource: Resource) -> None:
    """A row for the value of the Observation itself, and one for each component."""
    shared, problem = _read_shared(place, resource)
    if text_at(resource, "status") == "entered-in-error":
        why = f"taken back in entry {place.line} (entered-in-error)"
        records.withdraw(shared["patient_id"], shared["result_id"], why)
    components = [c for c in listed(at(resource, "component")) if isinstance(c, dict)]
    members = listed(at(resource, "hasMember")) or listed(at(resource, "related"))
    if not components and members and not _value_key(resource):
        records.ignore(place.line, "a panel; its results are Observations of their own")
    elif not components or _value_key(resource):
        _add_row(place, records, resource, shared, problem)
    for component in components:
        _add_row(place, records, component, shared, problem)


def _read_shared(place: Place, resource: Resource) -> tuple[dict[str, str], str]:
    """What all rows of an Observation have in common, and why they cannot be used."""
    patient = place.identify_patient(at(resource, "subject"))
    status = text_at(resource, "status")
    problem = f"{_WITHDRAWN[status]} (status {status})" if status in _WITHDRAWN else patient.problem
    shared = {
        "patient_id": patient.patient_id,
        "collected_at": _find_time(place, resource),
        "method": concept_text(at(resource, "method")),
        "laboratory": _find_laboratory(place, resource),
        "result_id": text_at(resource, "id") or place.url.rpartition(":")[2].rpartition("/")[2],
        "status": "corrected" if status in _CORRECTED else "" if status == "unknown" else status,
        "specimen": _find_specimen(place, resource),
    }
    return shared, problem


def _add_row(place: Place, records: Records, part: Resource, shared: dict[str, str], problem: str) -> None:
    shared = dict(shared)
    specimen = shared.pop("specimen")
    code = at(part, "code") if at(part, "code") is not None else at(part, "name")
    name = choose_name(concept_names(code))
    loinc = choose_loinc(concept_loincs(code), name)
    value, unit, no_value = read_value(part, name, loinc)
    low, high = read_limits(part, unit, name, loinc)
    analyte = add_specimen(name, specimen)
    cells = shared | {"analyte": analyte, "loinc": loinc, "value": value, "unit": unit} | low | high
    records.add(Kind.LABS, place.line, cells, problem or no_value)


def _find_time(place: Place, resource: Resource) -> str:
    """When the specimen was taken; the time of issue only where nothing else is said (it is counted and told)."""
    for key in ("effectiveDateTime", "effectiveInstant", "appliesDateTime"):
        if text_at(resource, key):
            return text_at(resource, key)
    for key in ("effectivePeriod", "appliesPeriod"):
        if at(resource, key):
            return text_at(resource, key, "start") or text_at(resource, key, "end")
    collection = at(place.find(at(resource, "specimen")), "collection")
    taken = text_at(collection, "collectedDateTime") or text_at(collection, "collectedPeriod", "start")
    if taken or not text_at(resource, "issued"):
        return taken
    place.document.dated_by_issue += 1
    return text_at(resource, "issued")


def _find_specimen(place: Place, resource: Resource) -> str:
    reference = at(resource, "specimen")
    kind = concept_text(at(place.find(reference), "type"))
    return kind or text_at(reference, "display") or concept_text(at(resource, "bodySite"))


def _find_laboratory(place: Place, resource: Resource) -> str:
    """The performing organisation; a person's name is not kept."""
    for reference in listed(at(resource, "performer")):
        found = place.find(reference)
        kind = text_at(found, "resourceType") or text_at(reference, "type")
        if kind == "Organization" or "Organization/" in text_at(reference, "reference"):
            return text_at(found, "name") or text_at(reference, "display")
    return ""


def _value_key(part: Resource) -> str:
    return next((key for key in part if isinstance(key, str) and key.startswith("value") and len(key) > 5), "")


def read_value(part: Resource, name: str, loinc: str) -> tuple[str, str, str]:
    """(value, unit, why there is none) of an Observation or a component."""
    key = _value_key(part)
    value = at(part, key) if key else None
    if isinstance(value, str):
        return value.strip(), "", ""
    if key in ("valueQuantity", "valueSimpleQuantity") and text_at(value, "value"):
        shown = text_at(value, "unit") or text_at(value, "units")
        unit = choose_unit(shown, text_at(value, "code"), name, loinc)
        return text_at(value, "comparator") + text_at(value, "value"), unit, ""
    if key == "valueCodeableConcept":
        return _read_answer(value), "", ""
    if key == "valueRatio":
        return _read_ratio(value), "", ""
    if key == "valueRange":
        low, high = text_at(value, "low", "value"), text_at(value, "high", "value")
        return f"{low} - {high}", text_at(value, "low", "unit") or text_at(value, "high", "unit"), ""
    if isinstance(value, bool):
        return "true" if value else "false", "", ""
    absent = concept_text(at(part, "dataAbsentReason")) or text_at(part, "dataAbsentReason")
    if absent:
        return "", "", f"no value: {absent}"
    return "", "", f"{key} is not a result" if key and value and "Quantity" not in key else ""


def _read_answer(concept: object) -> str:
    """The word that reads as a result, else what a code stands for, else the text as it is."""
    names = [_SORT.sub("", name) for name in concept_names(concept)]
    for name in filter(None, names):
        if parse_values(np.array([name], dtype=object), decimal_comma=False).kind[0] > ValueKind.EMPTY:
            return name
    codes = (text_at(coding, "code") for coding in listed(at(concept, "coding")))
    return next((_ANSWERS[code] for code in codes if code in _ANSWERS), next(filter(None, names), ""))


def _read_ratio(ratio: object) -> str:
    """A titre "1:160", where it is one; any other ratio is no result of ours and stays to be refused."""
    above, below = (text_at(ratio, part, "value") for part in ("numerator", "denominator"))
    sign = text_at(ratio, "denominator", "comparator") or text_at(ratio, "numerator", "comparator")
    return f"{sign}{above}:{below}" if above and below else ""


def read_limits(part: Resource, unit: str, name: str, loinc: str) -> tuple[dict[str, str], dict[str, str]]:
    """Lower and upper limit in the result's unit; none where several ranges apply and differ (by age, by sex)."""
    found = {_read_range(r, unit, name, loinc) for r in listed(at(part, "referenceRange")) if _is_normal(r)}
    found.discard(("", "", ""))
    if len(found) != 1:
        return {}, {}
    low, high, text = next(iter(found))
    if low or high:
        return ({"ref_low": low} if low else {}), ({"ref_high": high} if high else {})
    return ({"ref_range": text} if text else {}), {}


def _is_normal(reference: object) -> bool:
    """Whether it is the usual range, not a critical or a therapeutic one."""
    kind = at(reference, "type") if at(reference, "type") is not None else at(reference, "meaning")
    codes = [text_at(c, "code").casefold() for c in listed(at(kind, "coding"))]
    return any(code in _NORMAL for code in codes or [""]) or "normal" in text_at(kind, "text").casefold()


def _read_range(reference: object, unit: str, name: str, loinc: str) -> tuple[str, str, str]:
    """(low, high, text); a limit in another unit than the result does not count, it is converted like the value."""
    limits = []
    for side in ("low", "high"):
        own = choose_unit(text_at(reference, side, "unit"), text_at(reference, side, "code"), name, loinc)
        limits.append(text_at(reference, side, "value") if same_unit(own, unit, name, loinc) else "")
    return limits[0], limits[1], text_at(reference, "text")
