"""Imports and their files: what was stored when, by whom, and what still counts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, func, insert, select

from lupusmon.ingest.source import SourceTable
from lupusmon.storage.models import batches, files, rows, undos
from lupusmon.storage.rows import write_file
from lupusmon.version import RULES_VERSION, __version__


@dataclass(frozen=True)
class HowRead:
    """How the files of an import were read. origin: cli, page or demo. source: the sending laboratory or system.

    options: the reading options that were set. mapping_text: the mapping as TOML, "" without one.
    """

    origin: str = "cli"
    source: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    mapping_name: str = ""
    mapping_text: str = ""

    @property
    def mapping_sha256(self) -> str:
        return hashlib.sha256(self.mapping_text.encode(errors="surrogatepass")).hexdigest() if self.mapping_text else ""


@dataclass(frozen=True)
class Batch:
    """One import. receipt: as it was told then. undone_at, undone_by: "" while it counts."""

    id: int
    at: str
    who: str
    how: HowRead
    program_version: str
    rules_version: str
    files: tuple[str, ...]
    sha256s: tuple[str, ...]
    receipt: Mapping
    undone_at: str = ""
    undone_by: str = ""


def insert_batch(
    connection: Connection,
    tables: Sequence[SourceTable],
    names: Sequence[str],
    how: HowRead,
    receipt: Mapping,
    progress: Callable[[float], None] | None = None,
    **by: str,
) -> int:
    """Stores the tables as one import; returns its number. by: at, who. Needs a writing transaction."""
    batch_id = next_id(connection, batches)
    connection.execute(
        insert(batches).values(
            id=batch_id,
            origin=how.origin,
            source=how.source,
            program_version=__version__,
            rules_version=RULES_VERSION,
            mapping_name=how.mapping_name,
            mapping_text=how.mapping_text,
            mapping_sha256=how.mapping_sha256,
            options=json.dumps(dict(how.options), sort_keys=True),
            receipt=json.dumps(receipt),
            **by,
        )
    )
    first = next_id(connection, files)
    total, written = max(1, sum(map(len, tables))), 0
    for place, (table, name) in enumerate(zip(tables, names, strict=True)):
        for done in write_file(connection, table, file_id=first + place, batch_id=batch_id, name=name):
            if progress is not None:
                progress((written + done) / total)
        written += len(table)
    return batch_id


def next_id(connection: Connection, table) -> int:
    """Numbers without gaps, the same on every database; writers come one by one."""
    return (connection.execute(select(func.max(table.c.id))).scalar() or 0) + 1


def read_batches(connection: Connection, *, ids: Collection[int] | None = None) -> list[Batch]:
    """All imports, or those with the ids, the latest first."""
    query = select(batches, undos.c.at.label("undone_at"), undos.c.who.label("undone_by")).outerjoin(undos)
    query = query.order_by(batches.c.id.desc())
    if ids is not None:
        query = query.where(batches.c.id.in_(list(ids)))
    found = connection.execute(query).all()
    held: dict[int, dict[tuple[str, str], None]] = {}
    for line in connection.execute(select(files.c.batch_id, files.c.name, files.c.sha256).order_by(files.c.id)):
        held.setdefault(line.batch_id, {})[line.name, line.sha256] = None
    return [_to_batch(line, list(held.get(line.id, ()))) for line in found]


def _to_batch(line: Row, held: list[tuple[str, str]]) -> Batch:
    return Batch(
        id=line.id,
        at=line.at,
        who=line.who,
        how=HowRead(line.origin, line.source, json.loads(line.options), line.mapping_name, line.mapping_text),
        program_version=line.program_version,
        rules_version=line.rules_version,
        files=tuple(name for name, _ in held),
        sha256s=tuple(sha256 for _, sha256 in held),
        receipt=json.loads(line.receipt),
        undone_at=line.undone_at or "",
        undone_by=line.undone_by or "",
    )


def all_files(connection: Connection) -> list[Row]:
    """The lines of all files ever stored, in import order."""
    return list(connection.execute(select(files).order_by(files.c.id)))


def surviving_files(connection: Connection) -> list[Row]:
    """The lines of files whose import was not undone, in import order."""
    undone = set(connection.execute(select(undos.c.batch_id)).scalars())
    return [file for file in all_files(connection) if file.batch_id not in undone]


def tell_apart(physical: Sequence[tuple], taken: Collection[str] = ()) -> list[str]:
    """A name per file; the second file of a name becomes `name (2)`. physical: (name, what tells files apart …).

    Entries that are equal are sections of one file and share its name.
    """
    used: set[str] = set(taken)
    given: dict[tuple, str] = {}
    for key in physical:
        if key in given:
            continue
        name, n = key[0], 1
        while name in used:
            n += 1
            name = f"{key[0]} ({n})"
        used.add(name)
        given[key] = name
    return [given[key] for key in physical]


def physical_key(file: Row) -> tuple:
    """What tells one stored file from another."""
    return (file.name, file.batch_id, file.sha256)


def patients_of(connection: Connection, file_ids: Collection[int]) -> set[str]:
    """The ids in the rows of the files ("" where a row has none)."""
    found: set[str] = set()
    for file_id in file_ids:
        found.update(
            connection.execute(select(rows.c.patient_id).distinct().where(rows.c.file_id == file_id)).scalars()
        )
    return found
