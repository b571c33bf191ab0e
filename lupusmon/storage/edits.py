"""What people decided about single results: not usable, or pinned as baseline or visit value. The last word counts."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Row, func, insert, select

from lupusmon.storage.models import edits


class EditKind(StrEnum):
    """What was decided."""

    UNUSABLE = "unusable"
    PIN = "pin"


@dataclass(frozen=True)
class Edit:
    """One decision. subject: what it is about. detail: where the result stands (unusable) or the value chosen (pin).

    active: False takes an earlier decision about the same subject back.
    """

    id: int
    at: str
    who: str
    kind: EditKind
    active: bool
    patient_id: str
    subject: Mapping
    detail: Mapping
    reason: str


def write_edit(
    connection: Connection,
    kind: EditKind,
    *,
    active: bool,
    patient_id: str,
    subject: Mapping,
    detail: Mapping,
    reason: str,
    at: str,
    who: str,
) -> None:
    """Adds a decision; needs a writing transaction."""
    number = (connection.execute(select(func.max(edits.c.id))).scalar() or 0) + 1
    connection.execute(
        insert(edits).values(
            id=number,
            at=at,
            who=who,
            kind=kind.value,
            active=active,
            patient_id=patient_id,
            subject=to_key(subject),
            detail=to_key(detail),
            reason=reason,
        )
    )


def to_key(content: Mapping) -> str:
    """One text per content, whatever the order of its keys."""
    return json.dumps(dict(content), sort_keys=True)


def read_edits(
    connection: Connection, kind: EditKind | None = None, *, patients: Collection[str] | None = None
) -> list[Edit]:
    """The decisions that hold, in the order they were made."""
    last: dict[tuple, Edit] = {}
    for edit in read_all_edits(connection):
        last.pop((edit.kind, edit.patient_id, to_key(edit.subject)), None)
        last[edit.kind, edit.patient_id, to_key(edit.subject)] = edit
    return [
        edit
        for edit in last.values()
        if edit.active and kind in (None, edit.kind) and (patients is None or edit.patient_id in patients)
    ]


def read_all_edits(connection: Connection) -> list[Edit]:
    """Every decision ever made, the first one first."""
    return [_to_edit(line) for line in connection.execute(select(edits).order_by(edits.c.id))]


def _to_edit(line: Row) -> Edit:
    return Edit(
        line.id,
        line.at,
        line.who,
        EditKind(line.kind),
        line.active,
        line.patient_id,
        json.loads(line.subject),
        json.loads(line.detail),
        line.reason,
    )
