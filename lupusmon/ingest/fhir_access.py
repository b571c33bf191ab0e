"""Looking into FHIR resources that may be anything: nothing here fails on a field of the wrong type."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lupusmon.ingest.coded import is_loinc_system

Resource = dict[str, object]

_REFERENCE = re.compile(r"(?:^|.*/)(?P<type>[A-Z][A-Za-z]+)/(?P<id>[^/|#?]+)(?:/_history/[^/]+)?")
_URN = re.compile(r"urn:(?:uuid|oid):(?P<id>.+)", re.IGNORECASE)


def at(thing: object, *path: str | int) -> object:
    """What lies at a path of keys and positions; None where it does not exist."""
    for step in path:
        if isinstance(step, int):
            thing = thing[step] if isinstance(thing, list) and len(thing) > step else None
        else:
            thing = thing.get(step) if isinstance(thing, dict) else None
    return thing


def text_at(thing: object, *path: str | int) -> str:
    """The text at a path, stripped; "" where there is none."""
    found = at(thing, *path)
    return found.strip() if isinstance(found, str) else ""


def listed(thing: object) -> list:
    """A list as it is, one thing as a list of it: cardinality differs between the versions of FHIR."""
    if thing is None:
        return []
    return thing if isinstance(thing, list) else [thing]


def concept_names(concept: object) -> list[str]:
    """What a CodeableConcept calls its thing: its text, its displays, its local codes."""
    codings = listed(at(concept, "coding"))
    local = [text_at(c, "code") for c in codings if not is_loinc_system(text_at(c, "system"))]
    return [text_at(concept, "text"), *(text_at(c, "display") for c in codings), *local]


def concept_loincs(concept: object) -> list[str]:
    """Its LOINC codes."""
    return [text_at(c, "code") for c in listed(at(concept, "coding")) if is_loinc_system(text_at(c, "system"))]


def concept_text(concept: object) -> str:
    """One text for people."""
    return next((name for name in concept_names(concept) if name), "")


class Document:
    """The resources of a file by what refers to them."""

    def __init__(self) -> None:
        self._known: dict[str, Resource] = {}
        self.dated_by_issue = 0

    def learn(self, url: str, resource: Resource) -> None:
        """Makes a resource known under its URL and as Type/id."""
        name, own = text_at(resource, "resourceType"), text_at(resource, "id")
        for key in (url, f"{name}/{own}" if own else ""):
            if key:
                self._known[key] = resource

    def find(self, reference: object, container: Resource) -> Resource:
        """The resource that is referred to; an empty one where it is not in the file."""
        target = text_at(reference, "reference")
        if target.startswith("#"):
            return _contained(container).get(target) or self._known.get(target, {})
        found = self._known.get(target)
        match = _REFERENCE.fullmatch(target)
        if found is None and match:
            found = self._known.get(f"{match['type']}/{match['id']}")
        return found or {}

    def identify_patient(self, reference: object, container: Resource) -> Referred:
        """The patient's id: of the resource in the file, else as the reference says."""
        target = text_at(reference, "reference")
        found = self.find(reference, container)
        kind = text_at(found, "resourceType")
        if kind == "Patient" and text_at(found, "id"):
            return Referred(text_at(found, "id"))
        match = _REFERENCE.fullmatch(target)
        kind = kind or (match["type"] if match else text_at(reference, "type"))
        if kind not in ("", "Patient"):
            return Referred("", f"is of a {kind}, not of a patient")
        urn = _URN.fullmatch(target)
        own = (match or urn)["id"] if match or urn else target.removeprefix("#")
        return Referred(own or text_at(reference, "identifier", "value"))


@dataclass(frozen=True)
class Place:
    """Where a resource stands. container: the resource that holds it, or it itself; `#id` is looked up there."""

    document: Document
    line: int
    url: str
    container: Resource

    def find(self, reference: object) -> Resource:
        """The resource that is referred to; an empty one where it is not in the file."""
        return self.document.find(reference, self.container)

    def identify_patient(self, reference: object) -> Referred:
        """The patient's id: of the resource in the file, else as the reference says."""
        return self.document.identify_patient(reference, self.container)


@dataclass(frozen=True)
class Referred:
    """The id of a patient, or why there is none."""

    patient_id: str
    problem: str = ""


def _contained(container: Resource) -> dict[str, Resource]:
    inner = [r for r in listed(at(container, "contained")) if isinstance(r, dict)]
    return {f"#{text_at(r, 'id').removeprefix('#')}": r for r in inner}
