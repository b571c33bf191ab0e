"""Viewers without a browser: sessions that ask the server for pages as a browser does, each from a computer of its own.

A Chromium for each of twenty viewers would fill two cores by itself; what one person waits for while others work is
measured with one Chromium and these beside it.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

_PROTOCOL = "streamlit"
_PAUSE = 2.0  # seconds from a page to the next click: a hurried reader
_PATIENTS = 2000


def arrival(number: int) -> float:
    """Seconds after which a colleague comes: one every half second."""
    return _PAUSE / 4 * number


async def work(address: str, number: int, waits: list[float]) -> None:
    """One colleague at work until cancelled: the worklist, two patients, weeks, SI, and again; never the same patient."""
    await asyncio.sleep(arrival(number))
    async with sit_down(address) as socket:
        for turn in itertools.count():
            first = 2 * (number + 20 * turn) % (_PATIENTS - 1)
            one, other = f"patient=P{first + 1:04d}", f"patient=P{first + 2:04d}"
            pages = ("", one, other, f"{other}&axis=weeks", f"{other}&axis=weeks&units=si")
            for query in pages:
                waits.append((await ask(socket, "patient" if query else "", query))[0])
                await asyncio.sleep(_PAUSE)


async def ask(socket: ClientConnection, page: str, query: str) -> tuple[float, int]:
    """(seconds until the last message of the page is there, bytes received). Raises `RuntimeError` for a failed run."""
    message = BackMsg()
    message.rerun_script.page_name, message.rerun_script.query_string = page, query
    begin, received = time.perf_counter(), 0
    await socket.send(message.SerializeToString())
    async for raw in socket:
        received += len(raw)
        answer = ForwardMsg.FromString(raw)
        if answer.HasField("delta") and answer.delta.new_element.HasField("exception"):
            raise RuntimeError(answer.delta.new_element.exception.message)
        if answer.HasField("script_finished") and answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            return time.perf_counter() - begin, received
    raise RuntimeError("the server ended the session")


@asynccontextmanager
async def sit_down(address: str) -> AsyncIterator[ClientConnection]:
    """A session on the server at `http://host:port`."""
    place = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    async with connect(place, subprotocols=[_PROTOCOL], max_size=None, origin=address) as socket:
        yield socket
