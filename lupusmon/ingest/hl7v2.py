"""HL7 v2 messages with laboratory results (ORU), one or many in a file, as rows of ours.

Rows of the receipt: every OBX; every PID that says sex or birth date; a message without any OBX counts as one ignored
row. The line is the physical line of the segment. Collection time: OBR-7, else SPM-17, else OBX-14. OBX-11 C is a
correction; D, W and X make the row unusable, D and W also what the file said before of that result.

Why no HL7 library: hl7apy builds a checked tree, 16 ms for a message of four segments, and refuses a version or a
value type it does not know. A segment is a line, a field lies between bars: `hl7_segments` is all that is needed.
"""

from __future__ import annotations

from lupusmon.ingest.coded import (
    add_specimen,
    choose_loinc,
    choose_name,
    choose_unit,
    is_loinc_system,
    looks_like_loinc,
)
from lupusmon.ingest.encoding import to_utf8
from lupusmon.ingest.hl7_segments import Segment, iterate_segments
from lupusmon.ingest.incoming import Incoming
from lupusmon.ingest.records import Records
from lupusmon.ingest.source import Kind, SourceTable

_STARTS = (b"MSH", b"FHS", b"BHS")
_UNUSABLE = {
    "X": "cannot be obtained (OBX-11 X)",
    "D": "deleted by the laboratory (OBX-11 D)",
    "W": "posted in error by the laboratory (OBX-11 W)",
    "N": "was not asked for (OBX-11 N)",
    "I": "still pending (OBX-11 I)",
}
_TAKES_BACK = ("D", "W")
_STATUS = {"C": "corrected", "F": "final", "U": "final", "P": "preliminary", "R": "preliminary", "S": "preliminary"}
_NO_TEXT = ("ED", "RP")  # a document, a pointer to one
_CODED = ("CE", "CWE", "CF", "CNE")
# Which of several PID-3 identifiers is the hospital's own; a national or insurance number only where it is alone.
_ID_TYPES = ("MR", "MRN", "PI", "PT", "")
_NEVER_FIRST = ("SS", "NI", "NH", "NNESP", "SB", "DL", "PPN", "HC", "MC", "MA")


def is_hl7(head: bytes) -> bool:
    """Whether the start of a text is that of HL7 v2."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\x0b \r\n\t")
    return start[:3] in _STARTS and len(start) > 3 and not start[3:4].isalnum() and start[3:4] not in b" \t,;"


def read_hl7(incoming: Incoming) -> list[SourceTable]:
    """The tables of one file: labs, and patients where PID says something of them."""
    text, note = to_utf8(incoming.file, incoming.data)
    messages = _Messages()
    for segment in iterate_segments(text.decode("utf-8")):
        messages.take(segment)
    messages.end_message()
    said = incoming.conventions(date_order="ymd")
    return messages.records.tables(incoming, said, (note,) if note else ())


class _Messages:
    """Follows the segments of a file: which patient, which order a result belongs to."""

    def __init__(self) -> None:
        self.records = Records()
        self._header: Segment | None = None
        self._patient = ""
        self._order: Segment | None = None
        self._specimen: Segment | None = None
        self._results: list[Segment] = []
        self._has_results = True

    def take(self, segment: Segment) -> None:
        if segment.name == "MSH":
            self.end_message()
            self._header, self._has_results, self._patient = segment, False, ""
        elif segment.name == "PID":
            self._end_order()
            self._start_patient(segment)
        elif segment.name == "OBR":
            self._end_order()
            self._order = segment
        elif segment.name == "OBX":
            self._results.append(segment)
            self._has_results = True
        elif segment.name == "SPM" and self._specimen is None:  # comes after the results it is of
            self._specimen = segment

    def end_message(self) -> None:
        self._end_order()
        if self._header is not None and not self._has_results:
            kind = "^".join(c for c in self._header.components(9)[:2] if c) or "of no type"
            self.records.ignore(self._header.line, f"message {kind} holds no results")
        self._header, self._has_results = None, True

    def _start_patient(self, segment: Segment) -> None:
        self._patient = _choose_id(segment)
        sex, birth = segment.first(8), segment.first(7)
        if sex or birth:
            sex = {"A": "U", "N": "U", "O": "U"}.get(sex.upper(), sex)
            cells = {"patient_id": self._patient, "sex": sex, "birth_year": birth[:4]}
            self.records.add(Kind.PATIENTS, segment.line, cells)

    def _end_order(self) -> None:
        for segment in self._results:
            self._add_result(segment)
        self._results, self._order, self._specimen = [], None, None

    def _add_result(self, obx: Segment) -> None:
        order, specimen = self._order or _nothing(obx), self._specimen or _nothing(obx)
        status = obx.first(11).upper()
        name = choose_name(_names(obx))
        loinc = choose_loinc(_loincs(obx), name)
        collected = order.first(7) or specimen.first(17) or obx.first(14)
        result_id = _result_id(order, obx, collected)
        if status in _TAKES_BACK:
            why = f"taken back on line {obx.line} (OBX-11 {status})"
            self.records.withdraw(self._patient, result_id, why)
        value, problem = _read_value(obx)
        unit = obx.components(6)
        cells = {
            "patient_id": self._patient,
            "collected_at": collected,
            "analyte": add_specimen(name, specimen.text(4) or order.text(15)),
            "loinc": loinc,
            "value": value,
            "unit": choose_unit(unit[1], unit[0], name, loinc) if unit[1] else unit[0],
            "ref_range": obx.text(7),
            "method": obx.components(17)[1] or obx.first(17),
            "laboratory": _find_laboratory(self._header, obx),
            "result_id": result_id,
            "status": _STATUS.get(status, ""),
        }
        self.records.add(Kind.LABS, obx.line, cells, _UNUSABLE.get(status, problem))


def _nothing(obx: Segment) -> Segment:
    """Stands in for a segment that is not there."""
    return Segment(obx.line, "", (), obx.signs)


def _choose_id(pid: Segment) -> str:
    found = [(*c, "", "", "", "", "")[:5] for c in pid.repetitions(3) if c[0]]
    rank = {kind: i for i, kind in enumerate(_ID_TYPES)}

    def place(identifier: tuple[str, ...]) -> int:
        kind = identifier[4].upper()
        return rank.get(kind, 90 if kind in _NEVER_FIRST else 50)

    return min(found, key=place)[0] if found else pid.first(2) or pid.first(18)


def _triplets(obx: Segment) -> list[tuple[str, str, str]]:
    """(code, text, system), first as sent, then the alternate one."""
    c = obx.components(3)
    return [(c[0], c[1], c[2]), (c[3], c[4], c[5])]


def _names(obx: Segment) -> list[str]:
    triplets = _triplets(obx)
    local = [code for code, _, system in triplets if code and not _is_loinc(code, system)]
    return [text for _, text, _ in triplets if text] + local


def _loincs(obx: Segment) -> list[str]:
    return [code for code, _, system in _triplets(obx) if _is_loinc(code, system)]


def _is_loinc(code: str, system: str) -> bool:
    return is_loinc_system(system) or (not system and looks_like_loinc(code))


def _result_id(order: Segment, obx: Segment, collected: str) -> str:
    """Filler order number, day, code and sub-identifier; the day because laboratories use their numbers again."""
    filler = order.first(3)
    return "/".join((filler, collected[:8], obx.first(3), obx.first(4))) if filler else ""


def _find_laboratory(header: Segment | None, obx: Segment) -> str:
    """Performing organisation, else producer, else the sending facility."""
    producer = obx.components(15)
    return obx.first(23) or producer[1] or producer[0] or (header.first(4) if header else "")


def _read_value(obx: Segment) -> tuple[str, str]:
    """(value, why there is none)."""
    kind = obx.first(2).upper()
    if kind in _NO_TEXT:
        return "", "a document, not a result"
    if kind == "SN":
        sign, first, between, second = obx.components(5)[:4]
        return f"{sign}{first}{between}{second}", ""
    if kind in _CODED:
        code, text, _, _, other = obx.components(5)[:5]
        return text or other or code, ""
    if kind == "NM":
        return obx.text(5), ""
    return obx.signs.read(obx.raw(5).replace(obx.signs.repetition, " ")), ""
