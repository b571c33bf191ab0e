"""The audit trail: who did what and when, each line sealed with the one before it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import astuple, dataclass, fields

from sqlalchemy import Connection, func, insert, select, update

from lupusmon.storage.models import audit, state

FIRST_HASH = "0" * 64


@dataclass(frozen=True)
class AuditLine:
    """One change. at: ISO 8601, UTC. old, new: what the subject was and became, as text."""

    id: int
    at: str
    who: str
    action: str
    subject: str
    old: str
    new: str
    previous: str
    hash: str

    def seal(self) -> str:
        """The hash this line must have: of its own texts and of the hash of the line before."""
        said = [self.id, self.at, self.who, self.action, self.subject, self.old, self.new, self.previous]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def append_audit(
    connection: Connection, *, at: str, who: str, action: str, subject: str, old: str = "", new: str = ""
) -> None:
    """Adds a line to the chain, in the transaction of the change it tells of (a writing one: lines come one by one)."""
    count, last = connection.execute(select(state.c.audit_count, state.c.audit_hash)).one()
    line = AuditLine(count + 1, at, who, action, subject, old, new, last, "")
    values = {field.name: getattr(line, field.name) for field in fields(line)} | {"hash": line.seal()}
    connection.execute(insert(audit).values(**values))
    connection.execute(update(state).values(audit_count=line.id, audit_hash=values["hash"]))


def read_audit(connection: Connection, *, limit: int | None = None) -> list[AuditLine]:
    """The trail, the latest line last; with a limit, the latest lines."""
    found = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(limit))
    return [AuditLine(*line) for line in found][::-1]


@dataclass(frozen=True)
class AuditFilter:
    """Which lines are wanted; "" and () = all. since, until: ISO days, both included. actions: as in AuditLine."""

    who: str = ""
    actions: tuple[str, ...] = ()
    since: str = ""
    until: str = ""


def find_audit(
    connection: Connection, wanted: AuditFilter, *, limit: int, offset: int = 0
) -> tuple[list[AuditLine], int]:
    """(some of the lines that fit, the latest first; how many there are)."""
    query = select(audit)
    if wanted.who:
        query = query.where(audit.c.who == wanted.who)
    if wanted.actions:
        query = query.where(audit.c.action.in_(wanted.actions))
    day = func.substr(audit.c.at, 1, 10)
    if wanted.since:
        query = query.where(day >= wanted.since)
    if wanted.until:
        query = query.where(day <= wanted.until)
    total = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    found = connection.execute(query.order_by(audit.c.id.desc()).limit(limit).offset(offset))
    return [AuditLine(*line) for line in found], total


def audit_choices(connection: Connection) -> tuple[list[str], list[str]]:
    """(everybody in the trail, every action in it), sorted."""
    people = connection.execute(select(audit.c.who).distinct()).scalars()
    actions = connection.execute(select(audit.c.action).distinct()).scalars()
    return sorted(people), sorted(actions)


def verify_audit(connection: Connection) -> str | None:
    """None where the chain holds, else a sentence about the first broken link."""
    count, last = connection.execute(select(state.c.audit_count, state.c.audit_hash)).one()
    previous, place = FIRST_HASH, 0
    for line in read_audit(connection):
        place += 1
        if line.id != place:
            return f"audit trail: line {place} is missing"
        if line.previous != previous:
            return f"audit trail: line {place} does not follow from line {place - 1}; one of them was changed"
        if line.seal() != line.hash:
            return f"audit trail: line {place} was changed after it was written"
        previous = line.hash
    if place != count:
        return f"audit trail: line {place + 1} is missing; it ends at {place}, {count} were written"
    return None if previous == last else f"audit trail: its end, line {place}, was replaced"


def write_audit_csv(lines: list[AuditLine]) -> str:
    """The trail as CSV text; cells that a spreadsheet would run get a leading apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field.name for field in fields(AuditLine)])
    writer.writerows([_harmless(str(cell)) for cell in astuple(line)] for line in lines)
    return out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
