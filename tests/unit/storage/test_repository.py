"""What goes into the store comes out of it, on every database."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import text

from lupusmon.ingest import read_bytes
from lupusmon.ingest.source import Kind, SourceTable
from lupusmon.storage import HowRead, Store, StoreMoved, StoreTrouble
from lupusmon.text.columns import TextColumn
from tests.stored_files import BY, describe, read, store_files

EMPTY = {"files": [], "totals": {"read": 0}}


@pytest.fixture
def store(database_url: str):
    opened = Store(database_url)
    yield opened
    opened.close()


def test_tables_come_back_as_they_were(store: Store) -> None:
    tables = read("january", "doses", "assessed", "people", "wide")
    store.add_batch(tables, [t.file for t in tables], HowRead(), EMPTY, expected_version=0, **BY)
    assert describe(store.load_tables()) == describe(tables)


def test_strange_texts_come_back(store: Store) -> None:
    odd = ["a\x00b", "\ud800", "tab\there", "back\\slash", 'quo"te', "line\nbreak", "", "\u2028é"]
    column = TextColumn.from_values(odd)
    table = SourceTable(
        "odd\x00.csv", Kind.LABS, "0" * 64, {"patient_id": column, "value": column}, np.arange(8), column
    )
    store.add_batch([table], [table.file], HowRead(), EMPTY, expected_version=0, **BY)
    assert describe(store.load_tables()) == describe([table])
    assert store.load_tables(["a\x00b"])[0].columns["value"].texts().tolist() == ["a\x00b"]


def test_only_the_rows_of_some_patients(store: Store) -> None:
    store_files(store, "january", "doses", "people")
    found = store.load_tables(["P2", "nobody"])
    assert [(t.file, t.columns["patient_id"].texts().tolist()) for t in found] == [
        ("labs.csv", ["P2", "P2"]),
        ("doses.csv", ["P2", "P2"]),
        ("people.csv", ["P2"]),
    ]
    assert found[0].lines.tolist() == [4, 5]
    assert store.load_tables([""])[0].lines.tolist() == [6]
    assert store.load_tables([]) == []


def test_many_patients_are_read_in_one_go(store: Store) -> None:
    ids = [f"P{i}" for i in range(2500)]
    text = "patient_id,sex\n" + "".join(f"{i},F\n" for i in ids)
    tables = read_bytes("people.csv", text.encode())
    store.add_batch(tables, ["people.csv"], HowRead(), EMPTY, expected_version=0, **BY)
    assert store.load_tables(ids[:2400])[0].columns["patient_id"].texts().tolist() == ids[:2400]
    assert store.load_tables(ids[:1200])[0].columns["patient_id"].texts().tolist() == ids[:1200]
    assert store.patient_ids() == sorted(ids)


def test_files_of_one_name_are_told_apart(store: Store) -> None:
    store_files(store, "january")
    store_files(store, "overlap")
    assert [t.file for t in store.load_tables()] == ["labs.csv", "labs.csv (2)"]
    store.undo_batch(1, **BY)
    assert [t.file for t in store.load_tables()] == ["labs.csv"]


def test_an_undone_import_no_longer_counts_and_stays_in_the_history(store: Store) -> None:
    store_files(store, "january")
    store_files(store, "doses")
    store.undo_batch(1, at="2026-06-02T00:00:00+00:00", who="doctor")
    assert [t.file for t in store.load_tables()] == ["doses.csv"]
    assert [(b.id, b.files, b.undone_by) for b in store.history()] == [
        (2, ("doses.csv",), ""),
        (1, ("labs.csv",), "doctor"),
    ]
    assert store.touched_patients(1) == {"P1", "P2", ""}
    with pytest.raises(StoreTrouble, match="undone already"):
        store.undo_batch(1, **BY)
    with pytest.raises(StoreTrouble, match="there is none"):
        store.undo_batch(7, **BY)


def test_version_changes_with_every_change_of_the_data_and_only_then(store: Store, new_database) -> None:
    seen = [store.version()]
    store_files(store, "january")
    seen.append(store.version())
    store_files(store, "january")
    store.mark_reviewed("viewer", "P1", at="2026-06-01")
    store.save_mapping("lab", "lab.toml", "[labs]", **BY)
    assert store.version() == seen[-1]
    store.undo_batch(1, **BY)
    seen.append(store.version())
    assert len(set(seen)) == 3
    other = Store(new_database())
    assert other.version() not in seen
    other.close()


def test_an_import_for_another_state_is_refused(store: Store) -> None:
    tables = read("january")
    with pytest.raises(StoreMoved):
        store.add_batch(tables, ["labs.csv"], HowRead(), EMPTY, expected_version=5, **BY)
    assert store.history() == []
    assert store.audit_trail() == []


def test_batches_say_how_they_were_read(store: Store) -> None:
    how = HowRead("page", "Lab A", {"date_order": "dmy"}, "a.toml", "[labs]\n# é")
    store.add_batch(read("doses"), ["doses.csv"], how, EMPTY, expected_version=0, **BY)
    batch = store.history()[0]
    assert batch.how == how
    assert len(batch.how.mapping_sha256) == 64
    assert (batch.at, batch.who) == (BY["at"], BY["who"])
    assert batch.program_version and batch.rules_version
    assert batch.sha256s == (read("doses")[0].sha256,)


def test_a_change_that_fails_leaves_nothing(store: Store) -> None:
    tables = read("january")
    broken = SourceTable("b.csv", Kind.LABS, "1", {}, np.arange(9), TextColumn.constant("", 3))  # lines without rows
    with pytest.raises(IndexError):
        store.add_batch([*tables, broken], ["labs.csv", "b.csv"], HowRead(), EMPTY, expected_version=0, **BY)
    assert store.load_tables() == [] and store.history() == [] and store.version().endswith("-0")


def test_reviews_and_mappings_are_remembered(store: Store) -> None:
    store_files(store, "january")
    store.mark_reviewed("ann", "P1", at="2026-06-01", seen={"results": 2})
    store.mark_reviewed("ann", "P1", at="2026-06-02", seen={"results": 3})
    store.mark_reviewed("bob", "P2", at="2026-06-03")
    assert {p: (r.at, r.data_version, r.seen) for p, r in store.reviews("ann").items()} == {
        "P1": ("2026-06-02", 1, {"results": 3})
    }
    store.save_mapping("lab", "one.toml", "[labs]", **BY)
    store.save_mapping("lab", "one.toml", "[labs]", **BY)
    store.save_mapping("lab", "two.toml", "[labs]\n", **BY)
    assert store.mappings()["lab"].name == "two.toml"
    assert [line.action for line in store.audit_trail()] == ["import", "mapping", "mapping"]


def test_no_id_or_value_in_an_error(store: Store) -> None:
    with pytest.raises(StoreTrouble) as caught, store._database.writing() as connection:
        connection.execute(text("INSERT INTO undos VALUES (:b, 'x', :who)"), {"b": 99, "who": "Anna Meyer"})
    assert "Anna" not in str(caught.value) and "Anna" not in str(caught.value.__cause__.statement)
    assert "hide_parameters" in str(caught.value.__cause__)
