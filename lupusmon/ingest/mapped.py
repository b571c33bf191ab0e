"""Large files as bytes that the system reads when they are looked at and takes back after: never held whole."""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Iterator
from pathlib import Path

import numpy as np

SMALL = 1 << 26  # files up to so many bytes are simply read
_BLOCK = 1 << 20  # fits the cache of a core, so that looking at it several times costs one way to memory


class MappedFile(mmap.mmap):
    """What readers ask of bytes, for a file on disk."""

    def startswith(self, prefix: bytes | tuple[bytes, ...]) -> bool:
        return self[:64].startswith(prefix)

    def removeprefix(self, prefix: bytes) -> bytes | MappedFile:
        return self[len(prefix) :] if self.startswith(prefix) else self

    def decode(self, encoding: str) -> str:
        return self[:].decode(encoding)


def read_path(path: Path) -> bytes | MappedFile:
    """The content of a file. Raises OSError."""
    if path.stat().st_size <= SMALL:
        return path.read_bytes()
    with path.open("rb") as file:
        return MappedFile(file.fileno(), 0, access=mmap.ACCESS_READ)


def iterate_blocks(data: bytes | MappedFile, start: int = 0) -> Iterator[tuple[int, np.ndarray]]:
    """(where it begins, uint8) of the data from `start` on, block by block, nothing copied; given back after use."""
    every = np.frombuffer(data, dtype=np.uint8)
    for first in range(start, len(data), _BLOCK):
        end = min(first + _BLOCK, len(data))
        yield first, every[first:end]
        give_back(data, first, end)


def give_back(data: bytes | MappedFile, begin: int, end: int) -> None:
    """Lets the system have the memory in which it holds what was looked at of a file: bytes begin to end."""
    if isinstance(data, MappedFile) and hasattr(mmap, "MADV_DONTNEED"):
        page = begin // mmap.PAGESIZE * mmap.PAGESIZE
        data.madvise(mmap.MADV_DONTNEED, page, end - page)


def fingerprint(data: bytes | MappedFile) -> str:
    """SHA-256 in hexadecimal."""
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest()
    digest = hashlib.sha256()
    for _, block in iterate_blocks(data):
        digest.update(block)
    return digest.hexdigest()
