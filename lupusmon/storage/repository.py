"""The store: one door to everything kept. Reading goes through a `View` of one state; every change is a transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from lupusmon.ingest.source import SourceTable
from lupusmon.storage import audit, batches, edits, models, remembered, rows
from lupusmon.storage.batches import Batch, HowRead
from lupusmon.storage.edits import Edit, EditKind
from lupusmon.storage.engine import Database
from lupusmon.storage.remembered import Review, SavedMapping
from lupusmon.storage.schema import require_schema, upgrade_schema
from lupusmon.storage.troubles import StoreTrouble


class StoreMoved(StoreTrouble):
    """Somebody else changed the store since it was looked at."""


@dataclass(frozen=True)
class View:
    """One state of the store. data_version: number of the state. store_id: which store it is."""

    connection: Connection
    store_id: str
    data_version: int

    @property
    def version(self) -> str:
        """Changes with everything that may change an analysis, and only then; good as a cache key."""
        return name_version(self.store_id, self.data_version)

    def load_tables(self, patients: Collection[str] | None = None) -> list[SourceTable]:
        """The surviving files in import order; files of one name are told apart (`labs.csv (2)`).

        patients: only their rows ("" = rows without an id), and only files with any.
        """
        return self.load_files(self.file_names(), patients)

    def load_files(self, names: Mapping[int, str], patients: Collection[str] | None = None) -> list[SourceTable]:
        """The files with these ids under these names, undone or not, in import order."""
        return list(self.load_by_file(names, patients).values())

    def load_by_file(self, names: Mapping[int, str], patients: Collection[str] | None = None) -> dict[int, SourceTable]:
        """The same by id."""
        wanted = [file for file in batches.all_files(self.connection) if file.id in names]
        return rows.read_tables(self.connection, wanted, [names[file.id] for file in wanted], patients)

    def file_names(self) -> dict[int, str]:
        """File id → the name it has in this state, in import order."""
        survivors = batches.surviving_files(self.connection)
        names = batches.tell_apart([batches.physical_key(file) for file in survivors])
        return {file.id: name for file, name in zip(survivors, names, strict=True)}

    def patients_of_files(self, file_ids: Collection[int]) -> set[str]:
        """The ids in the rows of these files; "" stands for rows without one."""
        return batches.patients_of(self.connection, file_ids)

    def find_imports(self, sha256s: Collection[str]) -> dict[str, Batch]:
        """The import that holds each of these files, of those that hold."""
        found = {f.sha256: f.batch_id for f in batches.surviving_files(self.connection) if f.sha256 in set(sha256s)}
        by_id = {batch.id: batch for batch in batches.read_batches(self.connection, ids=set(found.values()))}
        return {sha256: by_id[batch_id] for sha256, batch_id in found.items()}

    def edits(self, kind: EditKind | None = None, patients: Collection[str] | None = None) -> list[Edit]:
        """The decisions about results that hold."""
        return edits.read_edits(self.connection, kind, patients=patients)


def name_version(store_id: str, data_version: int) -> str:
    """One word for a state of a store."""
    return f"{store_id[:12]}-{data_version}"


class Store:
    """An opened store. `at` is ISO 8601 text in UTC and `who` a person, both said by the shell."""

    def __init__(self, url: str, *, make: bool = True) -> None:
        """Opens, makes or upgrades the store. backup: the copy made before an upgrade, or None.

        make: False raises NoStore where there is none, and makes nothing.
        """
        self._database = Database(url, make=make)
        if not make:
            require_schema(self._database)
        self.backup: Path | None = upgrade_schema(self._database)

    @property
    def place(self) -> str:
        """Where the store is, without a password."""
        return self._database.place

    @property
    def is_local(self) -> bool:
        """Whether it is a file of this computer."""
        return self._database.is_sqlite

    def close(self) -> None:
        """Gives its connections back."""
        self._database.close()

    @contextmanager
    def view(self) -> Iterator[View]:
        """One consistent state; imports may go on meanwhile."""
        with self._database.reading() as connection:
            state = connection.execute(select(models.state)).one()
            yield View(connection, state.store_id, state.data_version)

    def version(self) -> str:
        """As View.version, of the present state."""
        with self.view() as view:
            return view.version

    def load_tables(self, patients: Collection[str] | None = None) -> list[SourceTable]:
        """As View.load_tables, of the present state."""
        with self.view() as view:
            return view.load_tables(patients)

    def history(self) -> list[Batch]:
        """All imports, the latest first, undone ones too."""
        with self._database.reading() as connection:
            return batches.read_batches(connection)

    def touched_patients(self, batch_id: int) -> set[str]:
        """The ids in the rows of an import; "" stands for rows without one."""
        with self._database.reading() as connection:
            held = [file.id for file in batches.all_files(connection) if file.batch_id == batch_id]
            return batches.patients_of(connection, held)

    def patient_ids(self) -> list[str]:
        """All ids of surviving rows, sorted."""
        with self._database.reading() as connection:
            held = [file.id for file in batches.surviving_files(connection)]
            return sorted(batches.patients_of(connection, held) - {""})

    def add_batch(
        self,
        tables: Sequence[SourceTable],
        names: Sequence[str],
        how: HowRead,
        receipt: Mapping,
        *,
        expected_version: int,
        progress: Callable[[float], None] | None = None,
        at: str,
        who: str,
    ) -> int:
        """Stores the tables as one import, all or none, and returns its number. progress: share of the rows written.

        Raises StoreMoved where the store is no longer in the state `expected_version` the receipt was made for.
        """
        with self._changing() as (connection, version):
            if version != expected_version:
                raise StoreMoved(f"{self.place} changed meanwhile; try again")
            batch_id = batches.insert_batch(connection, tables, names, how, receipt, progress=progress, at=at, who=who)
            totals = ", ".join(f"{n} {name}" for name, n in receipt["totals"].items())
            listed = ", ".join(f"{name} (sha256 {t.sha256})" for t, name in zip(tables, names, strict=True))
            audit.append_audit(
                connection, at=at, who=who, action="import", subject=f"import {batch_id}", new=f"{listed}: {totals}"
            )
            return batch_id

    def undo_batch(self, batch_id: int, *, at: str, who: str) -> Batch:
        """Takes an import back: its files no longer count. Raises StoreTrouble where there is none, or not any more."""
        with self._changing() as (connection, _):
            found = batches.read_batches(connection, ids=[batch_id])
            if not found:
                raise StoreTrouble(f"import {batch_id}: there is none; see the history of imports")
            if found[0].undone_at:
                raise StoreTrouble(f"import {batch_id}: was undone already on {found[0].undone_at}")
            connection.execute(insert(models.undos).values(batch_id=batch_id, at=at, who=who))
            audit.append_audit(
                connection, at=at, who=who, action="undo", subject=f"import {batch_id}", old=", ".join(found[0].files)
            )
            return found[0]

    def edits(self, kind: EditKind | None = None, patients: Collection[str] | None = None) -> list[Edit]:
        """The decisions about results that hold."""
        with self.view() as view:
            return view.edits(kind, patients)

    def edit(
        self,
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
        """Adds a decision about a result, or takes it back (active=False)."""
        said = {"patient_id": patient_id, "subject": subject, "detail": detail}
        with self._changing() as (connection, _):
            key = edits.to_key(subject)
            before = [
                e for e in edits.read_edits(connection, kind, patients=[patient_id]) if edits.to_key(e.subject) == key
            ]
            edits.write_edit(connection, kind, active=active, **said, reason=reason, at=at, who=who)
            audit.append_audit(
                connection,
                at=at,
                who=who,
                action=kind.value if active else f"{kind.value}, taken back",
                subject=edits.to_key({"patient_id": patient_id, **subject}),
                old="; ".join(edits.to_key({"reason": e.reason, **e.detail}) for e in before),
                new=edits.to_key({"reason": reason, **detail}) if active else reason,
            )

    def reviews(self, viewer: str) -> dict[str, Review]:
        """patient_id → the viewer's last review."""
        with self._database.reading() as connection:
            return remembered.read_reviews(connection, viewer)

    def mark_reviewed(self, viewer: str, patient_id: str, *, at: str, seen: Mapping | None = None) -> None:
        """Remembers that the viewer looked at the patient in the present state of the data."""
        with self._database.writing() as connection:
            version = connection.execute(select(models.state.c.data_version)).scalar_one()
            remembered.write_review(connection, Review(viewer, patient_id, at, version, seen or {}))

    def mappings(self) -> dict[str, SavedMapping]:
        """source → how its files are read."""
        with self._database.reading() as connection:
            return remembered.read_mappings(connection)

    def save_mapping(self, source: str, name: str, text: str, *, at: str, who: str) -> None:
        """Remembers a source's mapping (TOML text); unchanged ones are not written again."""
        with self._database.writing() as connection:
            old = remembered.read_mappings(connection).get(source)
            if old is not None and (old.name, old.text) == (name, text):
                return
            remembered.write_mapping(connection, SavedMapping(source, name, text, at, who))
            audit.append_audit(
                connection, at=at, who=who, action="mapping", subject=source, old=old.text if old else "", new=text
            )

    def audit_trail(self, *, limit: int | None = None) -> list[audit.AuditLine]:
        """Who did what, the latest last."""
        with self._database.reading() as connection:
            return audit.read_audit(connection, limit=limit)

    def find_audit(
        self, wanted: audit.AuditFilter, *, limit: int, offset: int = 0
    ) -> tuple[list[audit.AuditLine], int]:
        """(some of the lines that fit, the latest first; how many there are)."""
        with self._database.reading() as connection:
            return audit.find_audit(connection, wanted, limit=limit, offset=offset)

    def audit_choices(self) -> tuple[list[str], list[str]]:
        """(everybody in the trail, every action in it)."""
        with self._database.reading() as connection:
            return audit.audit_choices(connection)

    def verify_audit(self) -> str | None:
        """None where the audit trail is whole, else its first broken link in a sentence."""
        with self._database.reading() as connection:
            return audit.verify_audit(connection)

    @contextmanager
    def _changing(self) -> Iterator[tuple[Connection, int]]:
        """A transaction that makes a new state of the data: (connection, version before)."""
        with self._database.writing() as connection:
            version = connection.execute(select(models.state.c.data_version)).scalar_one()
            yield connection, version
            connection.execute(update(models.state).values(data_version=version + 1))
