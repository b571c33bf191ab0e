"""Ready before anybody looks: the day's analysis is made when the server starts, at midnight and after an import."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event, Thread

from lupusmon.derived import say_nothing
from lupusmon.ui import session
from lupusmon.ui.address import CONVENTIONAL
from lupusmon.ui.pages.worklist import work_out_rows

_EVERY = 60.0  # seconds; nothing but the version of the store is read while nothing has changed
_LOG = logging.getLogger(__name__)


@asynccontextmanager
async def keep_ready(_app: object) -> AsyncIterator[None]:
    """For as long as the server runs."""
    stop = Event()
    Thread(target=_watch, args=(stop,), daemon=True).start()
    try:
        yield
    finally:
        stop.set()


def _watch(stop: Event) -> None:
    done: tuple[str, str] | None = None
    while not stop.is_set():
        try:
            done = prepare(done)
        except Exception as error:  # whoever looks is told; the thread goes on
            _LOG.warning("the analysis could not be made ahead: %s", type(error).__name__)
        stop.wait(_EVERY)


def prepare(done: tuple[str, str] | None = None) -> tuple[str, str]:
    """Makes analysis and worklist ready where that is not `done`; gives the state they are ready for."""
    state = (session.load_store().version(), session.today().isoformat())
    if state != done:
        snapshot = session.snapshot(say_nothing)
        work_out_rows(snapshot, CONVENTIONAL)
    return state
