"""What goes wrong in the middle of an import: one plain line, nothing half-written, the file goes in afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import event, text

from lupusmon.importing import ImportPlan, commit_import, plan_import
from lupusmon.ingest import read_bytes
from lupusmon.storage import HowRead, NoStore, Store, StoreTrouble
from tests.stored_files import BY, describe, read, store_files

_ROWS = 4_000
BIG = "patient_id,sex,label\n" + "".join(f"P{i},F,{'x' * 60}\n" for i in range(_ROWS))


@pytest.fixture
def store(database_url: str, monkeypatch):
    monkeypatch.setattr("lupusmon.storage.rows._CHUNK", 500)
    opened = Store(database_url)
    store_files(opened, "january")
    yield opened
    opened.close()


def plan_big(store: Store) -> ImportPlan:
    return plan_import(store, [*read_bytes("big.csv", BIG.encode()), *read("doses")])


def state(store: Store) -> tuple:
    return store.version(), store.audit_trail(), [b.files for b in store.history()], describe(store.load_tables())


def refuse(store: Store, plan: ImportPlan, said: str, **watched) -> None:
    """The import ends with one plain line, and the store is as it was."""
    before = state(store)
    with pytest.raises(StoreTrouble) as caught:
        commit_import(store, plan, HowRead(), **watched, **BY)
    assert said in str(caught.value) and "\n" not in str(caught.value) and "P1" not in str(caught.value)
    assert state(store) == before and store.verify_audit() is None


def accept(store: Store, plan: ImportPlan) -> None:
    assert commit_import(store, plan, HowRead(), **BY).batch_id == 2
    assert sum(map(len, store.load_tables())) == 5 + _ROWS + 4


def test_a_disk_that_fills_up_in_the_middle(store: Store) -> None:
    plan = plan_big(store)
    if store.is_local:
        small = _keep_small(store)
        refuse(store, plan, "is full")
        event.remove(store._database.engine, "connect", small)
        store._database.engine.dispose()
    else:
        _run(store, _FULL)
        refuse(store, plan, "is full")
        _run(store, "DROP TRIGGER full_disk ON rows")
    accept(store, plan)


# what PostgreSQL says of a full disk, in the middle of the file
_FULL = """
    CREATE FUNCTION fill_up() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
      IF NEW.position > 2000 THEN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON rows FOR EACH ROW EXECUTE FUNCTION fill_up();
"""  # fmt: skip


def _run(store: Store, statement: str) -> None:
    with store._database.engine.connect() as connection, connection.begin():
        connection.execute(text(statement))


def _keep_small(store: Store):
    """A disk with room for a little more than there is."""
    store._database.engine.dispose()

    def keep_small(connection, _record) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 40}")

    event.listen(store._database.engine, "connect", keep_small)
    return keep_small


def test_a_store_that_may_only_be_read(database_url: str, store: Store, tmp_path: Path) -> None:
    plan = plan_big(store)
    if store.is_local:
        refuse_all = event.listens_for(store._database.engine, "connect")
        store._database.engine.dispose()
        refuse_all(lambda connection, _record: connection.execute("PRAGMA query_only = ON"))
        refuse(store, plan, "read-only")
        return
    reader = Store(f"{database_url}%20-cdefault_transaction_read_only%3Don")
    refuse(reader, plan, "read-only")
    reader.close()
    accept(store, plan)


def test_a_database_that_goes_away_in_the_middle(store: Store) -> None:
    plan = plan_big(store)
    if store.is_local:
        path = Path(store._database.url.database)
        with pytest.raises(NoStore):
            commit_import(store, plan, HowRead(), progress=lambda share: share < 0.5 or _remove(path), **BY)
        for act in (store.version, store.history, lambda: store_files(store, "wide")):
            with pytest.raises(NoStore):
                act()
        assert not path.exists()
        return
    other = Store(store._database.url.render_as_string(hide_password=False))
    refuse(store, plan, "closed", progress=lambda share: share < 0.5 or _end_others(other))
    other.close()
    accept(store, plan)


def _remove(path: Path) -> None:
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def _end_others(other: Store) -> None:
    """As when the server is stopped: every other connection to this database is closed."""
    with other._database.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND state = 'idle in transaction'"
            )
        )


def test_a_second_browser_with_the_same_file_stores_nothing_and_says_so(store: Store, database_url: str) -> None:
    first, second = plan_big(store), plan_big(store)
    accept(store, first)
    other = Store(database_url)
    before = state(other)
    done = commit_import(other, second, HowRead(), **BY)
    assert done.batch_id is None and [r.file for r in done.plan.repeats] == ["big.csv", "doses.csv"]
    assert all("already imported" in str(repeat) for repeat in done.plan.repeats)
    assert state(other) == before
    other.close()


def test_a_killed_connection_is_replaced_by_itself(store: Store) -> None:
    if store.is_local:
        pytest.skip("a file has no connection to lose")
    store.version()
    with store._database.engine.connect() as one:
        pid = one.execute(text("SELECT pg_backend_pid()")).scalar_one()
    other = Store(store._database.url.render_as_string(hide_password=False))
    with other._database.engine.connect() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend({pid})"))
    other.close()
    assert store.version().endswith("-1")
