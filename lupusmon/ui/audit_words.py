"""A line of the audit trail in words: what was done to what, old and new."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from difflib import ndiff

from lupusmon.patient_tables import say_slot
from lupusmon.storage import AuditLine

ACTIONS = {
    "import": "imported files",
    "undo": "took an import back",
    "mapping": "saved how a source is read",
    "unusable": "marked a result as not usable",
    "unusable, taken back": "made a result usable again",
    "pin": "pinned a value",
    "pin, taken back": "unpinned a value",
}
_MOST_LINES = 12
_SHA256 = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")  # the file has the whole one
_LONGEST = 300


def describe_action(action: str) -> str:
    """`marked a result as not usable`; an action of another version of lupusmon as it stands."""
    return ACTIONS.get(action, action)


def describe_subject(line: AuditLine, name_of: Callable[[str], str]) -> tuple[str, str]:
    """(what it is about, more about it). name_of: patient_id → the name that may be shown."""
    said = _read(line.subject)
    if said is None:
        return line.subject, ""
    patient = name_of(str(said.get("patient_id", "")))
    if "slot" in said:
        slot = say_slot(str(said["slot"]), str(said.get("course_id", "")))
        return patient, f"{said.get('analyte', '')}, {slot}"
    method = f" ({said['method']})" if said.get("method") else ""
    result = f"{said.get('analyte', '')}{method} {said.get('value', '')} of {_moment(said)}"
    return patient, result.strip()


def describe_change(line: AuditLine) -> tuple[str, str]:
    """(old, new) in words; "" where there is nothing to say."""
    if line.action == "mapping":
        return _describe_mapping(line.old, line.new)
    new = _SHA256.sub(r"\1…", line.new)
    if line.action == "import":  # the counts first: a long list of files is cut
        files, colon, counts = new.rpartition(": ")
        new = f"{counts}; {files}" if colon else new
    return _describe_state(line.old), _describe_state(new)


def _describe_state(text: str) -> str:
    parts = [_read(part) for part in text.split("; ")] if text.startswith("{") else []
    if not parts or None in parts:
        whole = _read(text)
        return _describe_detail(whole) if whole is not None else _short(text)
    return "; ".join(_describe_detail(part) for part in parts if part is not None)


def _describe_detail(said: dict) -> str:
    value = f"{said['value']} of {_moment(said)}" if said.get("value") else ""
    place = f"{said['source_file']}, line {said.get('source_line', '?')}" if said.get("source_file") else ""
    reason = f"reason: {said['reason']}" if said.get("reason") else ""
    return _short(" · ".join(part for part in (value, place, reason) if part))


def _moment(said: dict) -> str:
    """`2025-03-17 09:20`, or the day alone where no time was known."""
    return str(said.get("collected_at", ""))[:16].replace("T", " ")


def _describe_mapping(old: str, new: str) -> tuple[str, str]:
    """The lines that went, the lines that came."""
    lines = list(ndiff(old.splitlines(), new.splitlines()))
    gone = [line[2:].strip() for line in lines if line.startswith("- ")]
    came = [line[2:].strip() for line in lines if line.startswith("+ ")]
    return _join(gone), _join(came)


def _join(lines: list[str]) -> str:
    full = [line for line in lines if line]
    more = f" … and {len(full) - _MOST_LINES} more lines" if len(full) > _MOST_LINES else ""
    return _short(" · ".join(full[:_MOST_LINES])) + more


def _read(text: str) -> dict | None:
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
