"""Tables from a worker to the process that started it, through memory that both see: nothing is copied on the way.

Sent through a pipe, the tables of a range (25 MB) are packed, written, read and unpacked, and the system clears a page
for every 4 KB of each copy.
"""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

_BYTES = 1 << 28  # of a shelf; what is never written to costs nothing


@dataclass(frozen=True)
class Left:
    """Where the tables lie on a shelf: name, first byte, end."""

    shelf: int
    places: tuple[tuple[str, int, int], ...]


class Shelves:
    """Some shelves, each for the tables of one range at a time. Made before the workers are forked."""

    def __init__(self, n: int) -> None:
        self._memory = [pa.py_buffer(mmap.mmap(-1, _BYTES)) for _ in range(n)]

    def __len__(self) -> int:
        return len(self._memory)

    def leave(self, shelf: int, tables: Mapping[str, pa.Table]) -> Left | None:
        """Writes the tables on a shelf that nobody reads from any more; None where they are too large for it."""
        sink, places = pa.FixedSizeBufferWriter(self._memory[shelf]), []
        try:
            for name, table in tables.items():
                begin = sink.tell()
                with pa.ipc.new_stream(sink, table.schema) as stream:
                    stream.write_table(table)
                places.append((name, begin, sink.tell()))
        except OSError:
            return None
        return Left(shelf, tuple(places))

    def fetch(self, left: Left) -> dict[str, pa.Table]:
        """The tables, which stand there until something else is left on the shelf."""
        memory = self._memory[left.shelf]
        return {
            name: pa.ipc.open_stream(memory.slice(begin, end - begin)).read_all() for name, begin, end in left.places
        }
