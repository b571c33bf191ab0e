"""What an import says before it writes, and what it leaves behind."""

from __future__ import annotations

import io
import threading

import openpyxl
import pytest

from lupusmon.importing import Replacement, commit_import, plan_import
from lupusmon.ingest import ReadOptions, read_bytes
from lupusmon.output.files import csv_text
from lupusmon.pipeline import analyze_tables, to_day
from lupusmon.result import to_frame
from lupusmon.storage import HowRead, Store
from lupusmon.stored import analyze_store
from tests.stored_files import BY, FILES, describe, read, store_files

COUNTS = ("read", "accepted", "identical", "superseded", "rejected", "ignored")


@pytest.fixture
def store(database_url: str):
    opened = Store(database_url)
    yield opened
    opened.close()


def counts(entry: dict) -> tuple[int, ...]:
    return tuple(entry[name] for name in COUNTS)


def tables_of(analysis) -> dict[str, str]:
    return {name: csv_text(table) for name, table in analysis.arrow.items()}


def test_a_dry_run_compares_with_the_store_and_writes_nothing(store: Store) -> None:
    store_files(store, "january")
    version, trail = store.version(), store.audit_trail()
    plan = plan_import(store, read("overlap", "conflict", "doses"))
    overlap, conflict, doses = plan.receipt["files"]
    assert (overlap["file"], *counts(overlap)) == ("labs.csv (2)", 4, 3, 1, 0, 0, 0)
    assert (conflict["file"], *counts(conflict)) == ("march.csv", 3, 1, 0, 1, 1, 0)
    assert (doses["file"], *counts(doses)) == ("doses.csv", 4, 3, 0, 0, 0, 1)
    assert plan.replaced == (
        Replacement("labs.csv", 2, "march.csv", 2, (("value", "62", "65"), ("result_id", "r1", ""))),
        Replacement("labs.csv", 5, "labs.csv (2)", 3, (("value", "24", "42"), ("status", "final", "corrected"))),
    )
    issues = to_frame("issues", plan.issues)
    assert set(issues["source_file"]) == {"march.csv", "doses.csv"}
    assert (store.version(), store.audit_trail(), len(store.history())) == (version, trail, 1)


def test_rows_ahead_of_the_day_are_rejected_in_the_plan(store: Store) -> None:
    assert plan_import(store, read("wide"), as_of=to_day("2025-01-31")).receipt["totals"]["rejected"] == 3
    assert plan_import(store, read("wide")).receipt["totals"]["rejected"] == 0


def test_a_cell_of_a_wide_file_that_is_replaced_is_named(store: Store) -> None:
    store_files(store, "wide")
    text = "patient_id,collected_at,C3 (mg/dL),UPCR (g/g)\nP1,2025-06-30,95,0.4\n"
    plan = plan_import(store, read_bytes("again.csv", text.encode()))
    assert plan.replaced == (Replacement("wide.csv", 2, "again.csv", 2, (("value", "0.3", "0.4"),)),)


def test_the_same_file_again_changes_nothing_and_says_so(store: Store) -> None:
    store_files(store, "january", "doses")
    version = store.version()
    again = store_files(store, "doses", "january")
    assert again.batch_id is None
    assert [str(repeat) for repeat in again.plan.repeats] == [
        "doses.csv: already imported on 2026-06-01 (import 1); nothing changed",
        "labs.csv: already imported on 2026-06-01 (import 1); nothing changed",
    ]
    assert (store.version(), len(store.history())) == (version, 1)
    part = store_files(store, "january", "wide")
    assert part.batch_id == 2 and store.history()[0].files == ("wide.csv",)


def test_a_file_that_comes_twice_in_one_import_is_read_once(store: Store) -> None:
    name, text = FILES["january"]
    tables = [*read_bytes(name, text.encode()), *read_bytes("copy.csv", text.encode()), *read("january")]
    done = commit_import(store, plan_import(store, tables), HowRead(), **BY)
    assert [str(repeat) for repeat in done.plan.repeats] == [
        "copy.csv: comes twice in this import; read once",
        "labs.csv: comes twice in this import; read once",
    ]
    assert [t.file for t in store.load_tables()] == ["labs.csv"]


class Stopped(BaseException):
    """As Streamlit stops a run."""


def test_progress_is_told_in_shares_and_stopping_a_write_stores_nothing(store: Store, monkeypatch) -> None:
    monkeypatch.setattr("lupusmon.storage.rows._CHUNK", 2)
    store_files(store, "january")
    told: list[float] = []
    plan = plan_import(store, read("overlap", "conflict"), progress=told.append)
    assert told == sorted(told) and 0 < told[0] < told[-1] == 1
    told.clear()

    def stop(share: float) -> None:
        told.append(share)
        if share > 0.5:
            raise Stopped

    before = (store.version(), store.audit_trail(), describe(store.load_tables()))
    with pytest.raises(Stopped):
        commit_import(store, plan, HowRead(), progress=stop, **BY)
    assert told == [2 / 7, 4 / 7]
    assert (store.version(), store.audit_trail(), describe(store.load_tables())) == before
    told.clear()
    assert commit_import(store, plan, HowRead(), progress=told.append, **BY).batch_id == 2
    assert told == [2 / 7, 4 / 7, 6 / 7, 1]


def test_a_large_file_is_read_the_same_when_it_is_watched(monkeypatch) -> None:
    monkeypatch.setattr("lupusmon.ingest.rows._WATCHED_BYTES", 64)
    told: list[float] = []
    for key in FILES:
        name, text = FILES[key]
        watched = read_bytes(name, text.encode(), ReadOptions(progress=told.append))
        assert describe(watched) == describe(read_bytes(name, text.encode()))
    assert len(told) > len(FILES) and max(told) == 1 and min(told) < 0.6


def test_sheets_of_one_workbook_are_no_repeats_of_each_other(store: Store) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "A"
    for sheet, value in ((book.active, 62), (book.create_sheet("B"), 63)):
        sheet.append(["patient_id", "collected_at", "analyte", "value", "unit"])
        sheet.append([f"P{value}", "2025-01-03", "C3", value, "mg/dL"])
    book.save(out)
    tables = read_bytes("book.xlsx", out.getvalue())
    plan = plan_import(store, [*tables, *read_bytes("copy.xlsx", out.getvalue())])
    assert [e["file"] for e in plan.receipt["files"]] == ["book.xlsx [A]", "book.xlsx [B]"]
    assert [r.file for r in plan.repeats] == ["copy.xlsx [A]", "copy.xlsx [B]"]
    commit_import(store, plan, HowRead(), **BY)
    assert {p for p in store.patient_ids()} == {"P62", "P63"}
    assert len(plan_import(store, tables).repeats) == 2 and not plan_import(store, tables).fresh


def test_a_file_may_be_imported_again_after_an_undo(store: Store) -> None:
    store_files(store, "january")
    store.undo_batch(1, **BY)
    assert store_files(store, "january").batch_id == 2
    assert describe(store.load_tables()) == describe(read("january"))


def test_what_is_exported_is_what_analyze_says_of_the_files(store: Store) -> None:
    keys = ("january", "doses", "assessed", "conflict", "wide", "people", "more_doses")
    for key in keys:
        store_files(store, key)
    stored, direct = analyze_store(store), analyze_tables(read(*keys))
    assert tables_of(stored) == tables_of(direct)
    assert stored.receipt == direct.receipt
    assert stored.as_of == direct.as_of
    assert len(stored.results) and len(stored.responses) and len(stored.issues)


def test_an_undo_restores_what_later_imports_had_changed(store: Store) -> None:
    store_files(store, "january")
    before = tables_of(analyze_store(store))
    store_files(store, "conflict")
    store_files(store, "overlap")
    assert tables_of(analyze_store(store)) != before
    store.undo_batch(2, **BY)
    store.undo_batch(3, **BY)
    assert tables_of(analyze_store(store)) == before


def test_the_receipt_is_that_of_the_store_it_went_into(store: Store) -> None:
    early = plan_import(store, read("overlap"))
    assert counts(early.receipt["totals"]) == (4, 4, 0, 0, 0, 0)
    store_files(store, "january")
    done = commit_import(store, early, HowRead(), **BY)
    assert counts(done.plan.receipt["totals"]) == (4, 3, 1, 0, 0, 0)
    assert store.history()[0].receipt["totals"] == done.plan.receipt["totals"]
    assert store.history()[0].receipt["replaced"] == 1


@pytest.mark.parametrize("keys", [("january", "january"), ("january", "overlap"), ("doses", "more_doses")])
def test_two_imports_at_once_come_one_after_the_other(database_url: str, keys: tuple[str, str]) -> None:
    Store(database_url).close()
    start, done = threading.Barrier(2), {}

    def run(place: int) -> None:
        own = Store(database_url)
        plan = plan_import(own, read(keys[place]))
        start.wait()
        done[place] = commit_import(own, plan, HowRead(), **BY)
        own.close()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = Store(database_url)
    numbers = sorted(str(d.batch_id) for d in done.values())
    assert numbers == (["1", "None"] if keys[0] == keys[1] else ["1", "2"])
    assert store.verify_audit() is None
    receipts = [b.receipt["totals"] for b in store.history()]
    final = analyze_store(store).receipt["totals"]
    assert sum(r["read"] for r in receipts) == final["read"]
    assert (
        sum(r["accepted"] - b.receipt["replaced"] for r, b in zip(receipts, store.history(), strict=True))
        == (final["accepted"])
    )
    store.close()


def test_two_programs_opening_a_new_store_at_once(new_database) -> None:
    for _ in range(3):
        url, errors = new_database(), []
        start = threading.Barrier(3)

        def run(url=url, start=start, errors=errors) -> None:
            start.wait()
            try:
                Store(url).close()
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
