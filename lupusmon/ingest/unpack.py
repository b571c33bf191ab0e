"""Files that come packed: `.gz`, and `.zip` with one table inside. Never trusts what a packed file says of its size."""

from __future__ import annotations

import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import IO

from lupusmon.errors import UnusableFile
from lupusmon.ingest.mapped import MappedFile

MAX_UNPACKED = 2_000_000_000
# Real tables shrink 5 to 30 times; what grows beyond this is a bomb, or no table anyone could read.
BOMB_RATIO = 200
BOMB_SIZE = 100_000_000
TABLE_SUFFIXES = (".csv", ".tsv", ".txt")
NO_TABLES = (".", "~", "readme", "license", "licence")  # how names begin that lie beside tables

BROKEN = (
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
)
_CHUNK = 1 << 20
_GZIP, _ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
_PACKED = (_GZIP, *_ZIP)
_Read = Callable[[str, IO[bytes], int], bytes]


def unpack(file: str, data: bytes | MappedFile) -> bytes | MappedFile:
    """The table's bytes: those of the one member of a zip, of a gzip stream, or the data as they are."""
    return _unpack(file, data, _read_bounded)


def peek(file: str, data: bytes, size: int) -> bytes:
    """The first `size` of those bytes, to see what they are."""
    return _unpack(file, data[:size] if not data.startswith(_PACKED) else data, lambda _, stream, __: stream.read(size))


def _unpack(file: str, data: bytes, read: _Read) -> bytes:
    if data.startswith(_GZIP):
        return _read_gzip(file, data[:], read)
    if data.startswith(_ZIP):
        return _read_zip(file, data[:], read)
    if file.casefold().endswith((".gz", ".zip")):
        raise UnusableFile(f"{file}: is not the packed file its name says; pack it again")
    return data


def _read_gzip(file: str, data: bytes, read: _Read) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return read(file, stream, len(data))
    except BROKEN as error:
        raise _broken(file, error) from error


def _read_zip(file: str, data: bytes, read: _Read) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member = _choose_member(file, archive.infolist())
            with archive.open(member) as stream:
                return read(file, stream, max(member.compress_size, 1))
    except BROKEN as error:
        raise _broken(file, error) from error


def _choose_member(file: str, members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    if any(m.filename == "[Content_Types].xml" for m in members):
        raise UnusableFile(f"{file}: is an Office workbook, not a table of text; save the sheet as CSV (UTF-8)")
    files = [m for m in members if not m.is_dir() and not _is_clutter(PurePosixPath(m.filename))]
    tables = [m for m in files if m.filename.casefold().endswith(TABLE_SUFFIXES)]
    chosen = tables or files
    if len(chosen) != 1:
        found = f"{len(chosen)} tables" if chosen else "no file"
        raise UnusableFile(f"{file}: the zip holds {found}; exactly one CSV is needed: unpack it and give the files")
    if chosen[0].flag_bits & 0x1:
        raise UnusableFile(f"{file}: the zip is locked with a password; unpack it first")
    return chosen[0]


def _is_clutter(path: PurePosixPath) -> bool:
    return "__MACOSX" in path.parts or path.name.casefold().startswith(NO_TABLES)


def _read_bounded(file: str, stream: IO[bytes], packed_size: int) -> bytes:
    parts, size = [], 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > MAX_UNPACKED or (size > BOMB_SIZE and size > BOMB_RATIO * packed_size):
            raise UnusableFile(
                f"{file}: unpacks to more than {size // 1_000_000} MB from {packed_size:,} bytes; "
                "unpack it yourself and split it"
            )
        parts.append(chunk)
    return b"".join(parts)


def _broken(file: str, error: Exception) -> UnusableFile:
    return UnusableFile(f"{file}: the packed file is damaged or of an unknown sort ({error}); pack it again")
