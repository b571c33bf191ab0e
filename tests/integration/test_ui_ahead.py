"""The analysis of the day is there before anybody looks: after a start, an import and midnight."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event

import pytest

from lupusmon.derived import say_nothing
from lupusmon.storage import Store, StoreTrouble
from lupusmon.ui import ahead, session
from lupusmon.ui.pages import worklist
from lupusmon.ui.shelf import Shelf
from tests.stored_files import store_files

CACHED = (session.load_store, session.link_key, session.current_analysis, session._found_last, worklist._rows)


@pytest.fixture
def store(monkeypatch, tmp_path):
    monkeypatch.setenv("LUPUSMON_HOME", str(tmp_path))
    for name in ("LUPUSMON_DEMO", "LUPUSMON_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for cached in CACHED:
        cached.clear()
    shelf = session.load_store()
    store_files(shelf._store, "people", "doses", "assessed", "january")
    yield shelf._store
    for cached in CACHED:
        cached.clear()


def test_what_was_prepared_is_what_the_first_viewer_gets(store: Store, monkeypatch):
    monkeypatch.setattr(session, "today", lambda: date(2026, 1, 31))
    done = ahead.prepare()
    steps: list[str] = []
    snapshot = session.snapshot(steps.append)
    monkeypatch.setattr(worklist, "summarise_worklist", lambda *a, **b: pytest.fail("was worked out already"))
    assert not steps and len(worklist.list_patients(snapshot, "conventional")) == len(snapshot.keys) > 1
    assert done == (store.version(), "2026-01-31")


def test_an_import_and_a_new_day_are_prepared_and_nothing_else(store: Store, monkeypatch):
    asked: list[date] = []
    monkeypatch.setattr(session, "today", lambda: date(2026, 1, 31))
    prepare = Shelf.prepare
    monkeypatch.setattr(Shelf, "prepare", lambda self, day, say: asked.append(day) or prepare(self, day, say))
    done = ahead.prepare()
    done = ahead.prepare(done)
    assert asked == [date(2026, 1, 31)]
    store_files(store, "more_doses")
    done = ahead.prepare(done)
    monkeypatch.setattr(session, "today", lambda: date(2026, 2, 1))
    ahead.prepare(done)
    assert asked == [date(2026, 1, 31), date(2026, 1, 31), date(2026, 2, 1)]
    assert session.snapshot(say_nothing).as_of == date(2026, 2, 1)


def test_it_goes_on_after_a_trouble_and_ends_with_the_server(monkeypatch, caplog):
    monkeypatch.setattr(ahead, "_EVERY", 0.01)
    calls, thrice = [], Event()

    def prepare(done):
        calls.append(done)
        if len(calls) == 1:
            raise StoreTrouble("the store of P0001 cannot be opened")
        if len(calls) == 3:
            thrice.set()
        return ("v", "day")

    async def live() -> None:
        async with ahead.keep_ready(None):
            await asyncio.to_thread(thrice.wait, 10)

    monkeypatch.setattr(ahead, "prepare", prepare)
    # in a thread of its own: a browser test may have left its loop to this one
    with caplog.at_level(logging.WARNING), ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, live()).result()
    time.sleep(0.1)
    ended = len(calls)
    time.sleep(0.1)
    assert calls[:3] == [None, None, ("v", "day")] and len(calls) == ended
    assert "StoreTrouble" in caplog.text and "P0001" not in caplog.text
