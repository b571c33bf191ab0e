"""Brings a store to the schema this program knows: made when new, upgraded when old, refused when newer."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from lupusmon.storage.engine import Database
from lupusmon.storage.models import SCHEMA_VERSION
from lupusmon.storage.troubles import NewerSchema, NoStore, StoreTrouble

MIGRATIONS = Path(__file__).parent / "migrations"
_OURS = "batches"


def upgrade_schema(database: Database, *, wanted: str = SCHEMA_VERSION, migrations: Path = MIGRATIONS) -> Path | None:
    """Upgrades where needed, in one transaction; an SQLite file that holds data is copied first.

    Returns the copy, or None where none was made. Raises NewerSchema for a store of a newer program.
    """
    with database.reading() as connection:
        found = read_version(connection)
        if found is None:
            _refuse_strangers(connection, database.place)
    if found == wanted:
        return None
    copy = _back_up(database, found) if found is not None and database.is_sqlite else None
    with database.writing() as connection:
        if read_version(connection) == wanted:  # another process was faster
            return copy
        _migrate(connection, database.place, wanted, migrations)
    return copy


def require_schema(database: Database) -> None:
    """Raises NoStore where the database holds no store."""
    with database.reading() as connection:
        if read_version(connection) is None:
            _refuse_strangers(connection, database.place)
            raise NoStore(database.place)


def read_version(connection: Connection) -> str | None:
    """The schema version of the store; None where it holds no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _refuse_strangers(connection: Connection, place: str) -> None:
    if inspect(connection).has_table(_OURS):
        raise StoreTrouble(f"{place} holds tables of another program; choose another database")


def _migrate(connection: Connection, place: str, wanted: str, migrations: Path) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, wanted)
    except CommandError as error:
        raise NewerSchema(
            f"{place} was written by a newer lupusmon (schema {read_version(connection)}, this one knows {wanted}); "
            "update lupusmon"
        ) from error


def _back_up(database: Database, version: str) -> Path:
    """A copy of the SQLite file beside it, complete even while others read and write."""
    path = Path(database.url.database)
    copy = path.with_name(f"{path.name}.schema-{version}.bak")
    part = copy.with_name(copy.name + ".part")
    try:
        part.touch(mode=0o600)
        source, target = sqlite3.connect(path), sqlite3.connect(part)
        try:
            source.backup(target)
        finally:
            source.close()
            target.close()
        part.replace(copy)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise StoreTrouble(
            f"{database.place}: no copy could be made before the upgrade ({error}); free some room"
        ) from error
    return copy
