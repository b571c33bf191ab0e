"""One FHIR MedicationAdministration as a dose."""

from __future__ import annotations

from datetime import datetime, timedelta

from lupusmon.ingest.coded import choose_dose_unit, choose_drug
from lupusmon.ingest.fhir_access import Place, Resource, at, concept_names, concept_text, listed, text_at
from lupusmon.ingest.records import Records
from lupusmon.ingest.source import Kind

# `stopped` is said of this one administration: it began and was broken off. It is a dose given, and no end of a course.
_STATUS = {
    "completed": "given",
    "in-progress": "given",
    "stopped": "given",
    "on-hold": "held",
    "not-done": "missed",
}
_UNUSABLE = {
    "entered-in-error": "entered in error (status entered-in-error)",
    "unknown": "whether it was given is not known (status unknown)",
}
_TIMES = ("effective", "effectiveTime", "occurence", "occurrence")  # R4, DSTU2, R5 as published, R5 as meant


def add_administration(place: Place, records: Records, resource: Resource) -> None:
    """A row of infusions."""
    reference = at(resource, "subject") if at(resource, "subject") is not None else at(resource, "patient")
    patient = place.identify_patient(reference)
    status = text_at(resource, "status")
    given_at, minutes = _find_time(resource)
    dosage = next((d for d in listed(at(resource, "dosage")) if isinstance(d, dict)), {})
    dose = at(dosage, "dose") if at(dosage, "dose") is not None else at(dosage, "quantity")
    cells = {
        "patient_id": patient.patient_id,
        "given_at": given_at,
        "drug": choose_drug(_drug_names(place, resource), concept_text(at(dosage, "route"))),
        "dose": text_at(dose, "value"),
        "dose_unit": choose_dose_unit(text_at(dose, "unit"), text_at(dose, "code")) if text_at(dose, "value") else "",
        "status": "missed" if at(resource, "wasNotGiven") is True else _STATUS.get(status, status),
        "duration_min": minutes,
        "note": "broken off before its end" if status == "stopped" else "",
    }
    records.add(Kind.INFUSIONS, place.line, cells, _UNUSABLE.get(status, patient.problem))


def _find_time(resource: Resource) -> tuple[str, str]:
    """(start, length in minutes where a period says it)."""
    for name in _TIMES:
        moment, period = text_at(resource, f"{name}DateTime"), at(resource, f"{name}Period")
        if moment:
            return moment, ""
        if period is not None:
            start, end = text_at(period, "start"), text_at(period, "end")
            return start or end, _minutes_between(start, end)
    return "", ""


def _minutes_between(start: str, end: str) -> str:
    if "T" not in start or "T" not in end:
        return ""
    try:
        minutes = (datetime.fromisoformat(end) - datetime.fromisoformat(start)) / timedelta(minutes=1)
    except (ValueError, TypeError):
        return ""
    return f"{minutes:g}" if minutes > 0 else ""


def _drug_names(place: Place, resource: Resource) -> list[str]:
    """What the drug is called, in the resource itself or in the Medication it refers to."""
    concept = at(resource, "medicationCodeableConcept")
    concept = at(resource, "medication", "concept") if concept is None else concept
    reference = at(resource, "medicationReference")
    reference = at(resource, "medication", "reference") if reference is None else reference
    medication = place.find(reference)
    return [*concept_names(concept), *concept_names(at(medication, "code")), text_at(reference, "display")]
