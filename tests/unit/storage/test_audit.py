"""The audit trail shows what was done to it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from lupusmon.storage import EditKind, Store, StoreTrouble, write_audit_csv
from lupusmon.storage.models import APPEND_ONLY
from tests.stored_files import BY, store_files


@pytest.fixture
def store(database_url: str):
    opened = Store(database_url)
    store_files(opened, "january")
    store_files(opened, "doses")
    opened.undo_batch(1, **BY)
    opened.save_mapping("=lab", "a.toml", "[labs]", **BY)
    yield opened
    opened.close()


def tamper(store: Store, statement: str) -> None:
    """Changes the trail as somebody with the keys of the database might."""
    with store._database.engine.connect() as connection, connection.begin():
        if store._database.is_sqlite:
            connection.exec_driver_sql("DROP TRIGGER audit_no_update")
            connection.exec_driver_sql("DROP TRIGGER audit_no_delete")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_append_only ON audit")
        connection.execute(text(statement))


def test_an_untouched_trail_holds(store: Store) -> None:
    assert store.verify_audit() is None
    assert [line.action for line in store.audit_trail()] == ["import", "import", "undo", "mapping"]
    assert [line.id for line in store.audit_trail(limit=2)] == [3, 4]


@pytest.mark.parametrize(
    "statement, found",
    [
        ("DELETE FROM audit WHERE id = 2", "line 2 is missing"),
        ("DELETE FROM audit WHERE id = 4", "line 4 is missing"),
        ("DELETE FROM audit", "line 1 is missing"),
        ("UPDATE audit SET who = 'nobody' WHERE id = 3", "line 3 was changed"),
        ("UPDATE audit SET previous = 'x' WHERE id = 3", "line 3 does not follow"),
        ("UPDATE audit SET hash = 'x' WHERE id = 4", "line 4 was changed"),
    ],
)
def test_tampering_shows_at_the_first_broken_link(store: Store, statement: str, found: str) -> None:
    tamper(store, statement)
    assert found in store.verify_audit()


def test_a_trail_written_anew_from_its_middle_shows_at_its_end(store: Store) -> None:
    last = store.audit_trail()[-1]
    forged = type(last)(**{**vars(last), "who": "nobody"})
    tamper(store, f"UPDATE audit SET who = 'nobody', hash = '{forged.seal()}' WHERE id = 4")
    assert "its end, line 4, was replaced" in store.verify_audit()


def test_the_database_refuses_to_change_facts(store: Store) -> None:
    store.mark_reviewed("ann", "P1", at="2026-06-01")
    store.edit(EditKind.PIN, active=True, patient_id="P1", subject={}, detail={}, reason="x", **BY)
    for table in APPEND_ONLY:
        column = {"undos": "batch_id", "rows": "line"}.get(table, "id")
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):
            with pytest.raises(StoreTrouble), store._database.writing() as connection:
                connection.exec_driver_sql(statement)


def test_exported_trail_is_harmless_in_a_spreadsheet(store: Store) -> None:
    lines = write_audit_csv(store.audit_trail()).splitlines()
    assert lines[0] == "id,at,who,action,subject,old,new,previous,hash"
    assert len(lines) == 5
    assert ",'=lab," in lines[4]
