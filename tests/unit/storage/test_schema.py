"""Opening a store: made, upgraded with a copy, or refused in one sentence."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event, text

from lupusmon.ingest import read_bytes
from lupusmon.storage import HowRead, NewerSchema, Store, StoreTrouble
from lupusmon.storage import engine as engines
from lupusmon.storage.engine import Database
from lupusmon.storage.models import SCHEMA_VERSION, metadata
from lupusmon.storage.schema import MIGRATIONS, read_version, upgrade_schema
from tests.stored_files import BY, describe, read, store_files

_NEXT = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", "{}"
def upgrade():
    op.create_table("extra", sa.Column("id", sa.Integer, primary_key=True))
    {}
"""


@pytest.fixture
def newer_migrations(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    (folder / "versions" / "v9999_next.py").write_text(_NEXT.format(SCHEMA_VERSION, ""))
    return folder


def test_migrations_make_what_the_models_say(database_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    Store(database_url).close()
    database = Database(database_url)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == SCHEMA_VERSION


def test_opening_again_keeps_everything(database_url: str) -> None:
    store = Store(database_url)
    store_files(store, "january")
    store.close()
    again = Store(database_url)
    assert again.backup is None
    assert describe(again.load_tables()) == describe(read("january"))
    again.close()


def test_upgrade_copies_an_sqlite_file_first(database_url: str, newer_migrations: Path) -> None:
    store = Store(database_url)
    store_files(store, "january")
    copy = upgrade_schema(store._database, wanted="9999", migrations=newer_migrations)
    with store._database.reading() as connection:
        assert read_version(connection) == "9999"
    assert describe(store.load_tables()) == describe(read("january"))
    if store._database.is_sqlite:
        old = Store(f"sqlite:///{copy}")
        assert describe(old.load_tables()) == describe(read("january"))
        old.close()
    else:
        assert copy is None
    assert upgrade_schema(store._database, wanted="9999", migrations=newer_migrations) is None
    store.close()


def test_an_upgrade_that_fails_changes_nothing(database_url: str, newer_migrations: Path) -> None:
    store = Store(database_url)
    store_files(store, "january")
    (newer_migrations / "versions" / "v9999_next.py").write_text(_NEXT.format(SCHEMA_VERSION, "op.execute('nonsense')"))
    with pytest.raises(StoreTrouble):
        upgrade_schema(store._database, wanted="9999", migrations=newer_migrations)
    store.close()
    again = Store(database_url)
    assert describe(again.load_tables()) == describe(read("january"))
    again.close()


def test_a_store_of_a_newer_program_is_refused(database_url: str) -> None:
    store = Store(database_url)
    with store._database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(NewerSchema, match="newer lupusmon .schema 9999"):
        Store(database_url)


def test_a_database_of_another_program_is_refused(database_url: str) -> None:
    database = Database(database_url)
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE batches (id integer)"))
    database.close()
    with pytest.raises(StoreTrouble, match="another program"):
        Store(database_url)


def test_the_database_goes_away_in_the_middle(database_url: str) -> None:
    store = Store(database_url)
    database = store._database
    if database.is_sqlite:
        pytest.skip("a file does not go away")
    with pytest.raises(StoreTrouble, match="shut down|closed"), database.writing() as connection:
        connection.execute(text("UPDATE state SET data_version = 77"))
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert store.version().endswith("-0")
    store.close()


@pytest.mark.parametrize(
    "url, said",
    [
        ("mysql://u:secret@h/d", "not a database lupusmon uses"),
        ("nonsense", "cannot be read"),
        ("sqlite://", "needs a file"),
        ("postgresql://u:secret@127.0.0.1:1/d", "cannot be reached"),
        ("postgresql://127.0.0.1:1/d?user=u&password=secret", "cannot be reached"),
        ("sqlite:////proc/none/lupusmon.db", "cannot be made"),
    ],
)
def test_unusable_urls_are_refused_in_one_line_without_the_password(url: str, said: str) -> None:
    with pytest.raises(StoreTrouble) as caught:
        Store(url)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "labs.csv"
    path.write_text("patient_id,collected_at\n" * 100)
    with pytest.raises(StoreTrouble, match="is no database"):
        Store(f"sqlite:///{path}")
    assert path.read_text().startswith("patient_id")


def test_a_new_sqlite_file_is_private(tmp_path: Path) -> None:
    Store(f"sqlite:///{tmp_path}/deep/er/lupusmon.db").close()
    assert (tmp_path / "deep/er/lupusmon.db").stat().st_mode & 0o077 == 0


def test_a_read_only_folder_is_said_in_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "shelf"
    folder.mkdir()
    Store(f"sqlite:///{folder}/lupusmon.db").close()
    (folder / "lupusmon.db").chmod(0o444)
    folder.chmod(0o555)
    for path in [tmp_path, *tmp_path.parents[:-2]] if os.geteuid() == 0 else []:
        path.chmod(path.stat().st_mode | 0o055)  # folders of the tests are root's alone
    for name in ("lupusmon.db", "new.db"):
        said = _as_nobody(lambda name=name: store_files(Store(f"sqlite:///{folder}/{name}"), "january"))
        assert "read-only" in said or "cannot be made" in said, said
        assert "\n" not in said
    folder.chmod(0o755)


def _as_nobody(action) -> str:
    """What an error says to someone who may not write (root may always)."""
    import lupusmon.importing  # noqa: F401  (before the rights are given up)

    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            action()
            said = "no error"
        except Exception as error:
            said = f"{error}" if isinstance(error, StoreTrouble) else repr(error)
        os.write(send, said.encode())
        os._exit(0)
    os.close(send)
    with os.fdopen(receive) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def test_a_full_disk_stores_nothing(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/small.db")
    store_files(store, "doses")
    store._database.engine.dispose()

    @event.listens_for(store._database.engine, "connect")
    def keep_small(connection, _record) -> None:
        connection.execute("PRAGMA max_page_count = 60")

    big = "patient_id,sex,label\n" + "".join(f"P{i},F,{'x' * 60}\n" for i in range(5000))
    tables = [*read("january"), *read_bytes("big.csv", big.encode())]
    with pytest.raises(StoreTrouble, match="full"):
        store.add_batch(
            tables, ["a", "b"], HowRead(), {"totals": {}}, expected_version=int(store.version().split("-")[1]), **BY
        )
    assert [t.file for t in store.load_tables()] == ["doses.csv"]
    assert store.verify_audit() is None
    store.close()


def test_a_locked_file_is_said_after_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "WAIT_SECONDS", 0.2)
    store = Store(f"sqlite:///{tmp_path}/a.db")
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreTrouble, match="locked by another import"):
        store_files(store, "january")
    other.execute("ROLLBACK")
    other.close()
    assert store_files(store, "january").batch_id == 1
    store.close()
