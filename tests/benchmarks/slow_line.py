"""A slow line between browser and server: what a ward's wireless network does to the page, without a network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_PIECE = 4096  # bytes
_DELAY = 0.02  # seconds, each way
_AHEAD = 0.5  # seconds of traffic on the way at most


@asynccontextmanager
async def slow_line(port: int, *, mbit: float) -> AsyncIterator[int]:
    """The local port behind which `port` answers at so many Mbit/s, shared by all connections; 40 ms there and back."""
    loop = asyncio.get_running_loop()
    free = 0.0

    def deliver(writer: asyncio.StreamWriter, piece: bytes) -> None:
        if not writer.is_closing():
            writer.write(piece)

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal free
        with suppress(ConnectionError):
            while piece := await reader.read(_PIECE):
                free = max(free, loop.time()) + len(piece) * 8 / (mbit * 1e6)
                loop.call_at(free + _DELAY, deliver, writer, piece)
                await asyncio.sleep(max(0.0, free - loop.time() - _AHEAD))
        loop.call_at(max(free, loop.time()) + _DELAY, writer.close)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            there, back = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(carry(reader, back), carry(there, writer))

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
