"""Connections: how SQLite and PostgreSQL are opened, and transactions that do not hurt each other."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from lupusmon.storage.troubles import NoStore, StoreTrouble, plain_errors

WAIT_SECONDS = 30  # for another import to finish
_LOCK_NUMBER = 1_819_635_059  # ours among the advisory locks of a PostgreSQL database
_WRITING = {"lupusmon_writing": True}


class Database:
    """An engine with the two sorts of transaction the store needs. place: for messages, without a password."""

    def __init__(self, url: str, *, make: bool = True) -> None:
        """make: False raises StoreTrouble for an SQLite file that is not there."""
        self.url = _read_url(url)
        shown = self.url.set(username=None, password=None, query={})  # a password may stand in the query too
        self.place = f"the store {self.url.database if self.is_sqlite else shown.render_as_string()}"
        if self.is_sqlite and not make and not Path(self.url.database).exists():
            raise NoStore(self.place)
        with plain_errors(self.place):
            self.engine = self._open()

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def _require_file(self) -> None:
        """A connection to a file that was removed would go on in thin air, a new one would make an empty file."""
        if self.is_sqlite and not Path(self.url.database).exists():
            self.engine.dispose()
            raise NoStore(self.place)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent state of the store, however long it takes."""
        self._require_file()
        with plain_errors(self.place), self.engine.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, all or nothing; writers wait for each other from its first statement on."""
        self._require_file()
        with plain_errors(self.place), self.engine.connect() as connection:
            connection = connection.execution_options(**_WRITING)
            with connection.begin():
                if not self.is_sqlite:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK_NUMBER})")
                yield connection
                self._require_file()

    def close(self) -> None:
        self.engine.dispose()

    def _open(self) -> Engine:
        if not self.is_sqlite:
            return create_engine(self.url, pool_pre_ping=True, hide_parameters=True)
        _make_private_file(Path(self.url.database), self.place)
        engine = create_engine(self.url, hide_parameters=True, connect_args={"timeout": WAIT_SECONDS})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine


def _read_url(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise StoreTrouble("the database URL cannot be read; use sqlite:///FILE or postgresql://…") from error
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreTrouble(
            f"{url.get_backend_name()}: not a database lupusmon uses; use sqlite:///FILE or postgresql://…"
        )
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise StoreTrouble("sqlite: a store needs a file; use sqlite:///FILE")
    return url


def _make_private_file(path: Path, place: str) -> None:
    """The file of a new store, readable by its owner only."""
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, mode=0o700)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreTrouble(f"{place} cannot be made: {error.strerror}") from error


def _set_up_sqlite(connection, _record) -> None:
    # transactions are begun by us (see _begin_sqlite), not by the driver at the first change
    connection.isolation_level = None
    _switch_to_wal(connection)
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _switch_to_wal(connection) -> None:
    """SQLite refuses a change of journal at once, without its usual wait, while another program opens the new file."""
    for _ in range(round(WAIT_SECONDS * 20)):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            sleep(0.05)
    connection.execute("PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: Connection) -> None:
    # a deferred transaction that later wants to write may be refused at once; IMMEDIATE waits its turn
    writing = connection.get_execution_options().get("lupusmon_writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
