"""An import that is killed leaves all of itself or nothing."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from lupusmon.importing import plan_import
from lupusmon.ingest import read_bytes
from lupusmon.storage import HowRead, Store, models
from tests.stored_files import BY, store_files

_ROWS = 3000


def big_file(number: int) -> bytes:
    rows = (f"P{number}-{i % 50},20{10 + i % 15}-01-03,C3,{60 + i % 40},mg/dL,run {number}\n" for i in range(_ROWS))
    return ("patient_id,collected_at,analyte,value,unit,laboratory\n" + "".join(rows)).encode()


def in_child(action: Callable[[], None], *, kill_after: float | None) -> None:
    """Does the action in a process of its own, which is killed (SIGKILL) after some seconds."""
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receive)
        os.write(send, b"!")
        try:
            action()
        finally:
            os._exit(0)
    os.close(send)
    os.read(receive, 1)
    os.close(receive)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def run_crashes(url: str, times: int) -> tuple[int, int]:
    """(survived, lost) of so many killed imports; the store is looked at after each."""
    store = Store(url)
    store_files(store, "people")
    store.close()
    chance = random.Random(7)
    took, expected, kept = None, {1: 3}, 0
    for number in range(times + 1):
        store = Store(url)
        plan = plan_import(store, read_bytes(f"run{number}.csv", big_file(number)))
        store.close()  # a connection must not be shared with a child

        def action(plan=plan, number=number) -> None:
            own = Store(url)
            own.add_batch(
                plan.originals,
                [f"run{number}.csv"],
                HowRead(),
                plan.receipt,
                expected_version=plan.data_version,
                **BY,
            )

        begin = time.perf_counter()
        in_child(action, kill_after=None if took is None else chance.uniform(0, took * 1.1))
        took = took or time.perf_counter() - begin
        kept += look_at(url, expected, plan.data_version)
    store = Store(url)
    assert sorted(len(t) for t in store.load_tables()) == sorted(expected.values())
    store.close()
    return kept, times + 1 - kept


def look_at(url: str, expected: dict[int, int], version: int) -> bool:
    """Checks that the store holds what it held, and all of the last import or none; whether it is there."""
    store = Store(url)
    numbers = {b.id for b in store.history()}
    new = numbers - expected.keys()
    assert len(new) <= 1
    expected |= dict.fromkeys(new, _ROWS)
    assert numbers == expected.keys()
    with store.view() as view:
        query = select(models.files.c.batch_id, func.count()).join(models.rows).group_by(models.files.c.batch_id)
        assert {batch: n for batch, n in view.connection.execute(query)} == expected
    assert store.version().endswith(f"-{version + len(new)}")
    assert len(store.audit_trail()) == len(expected)
    assert store.verify_audit() is None
    store.close()
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.close()
    return bool(new)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_imports_leave_all_or_nothing(database_url: str) -> None:
    kept, lost = run_crashes(database_url, 25 if database_url.startswith("sqlite") else 10)
    assert kept >= 1 and lost >= 1  # else the moments were not random enough to tell


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_hundred_killed_imports_leave_all_or_nothing(tmp_path) -> None:
    kept, lost = run_crashes(f"sqlite:///{tmp_path}/store.db", 100)
    assert kept >= 5 and lost >= 5
