"""Which characters the bytes of a file stand for: UTF-8 with or without BOM, UTF-16, Windows-1252, or a mixture."""

from __future__ import annotations

import codecs

from lupusmon.errors import UnusableFile
from lupusmon.ingest.mapped import MappedFile, iterate_blocks

_BLOCK = 1 << 20
_BEYOND_ASCII = 128
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def to_utf8(file: str, data: bytes | MappedFile, encoding: str | None = None) -> tuple[bytes | MappedFile, str]:
    """The same text as UTF-8 without BOM, and a note where the encoding was not plain UTF-8.

    encoding: the name of one to use, from a mapping. Otherwise found out: a line that is no UTF-8 is Windows-1252.
    """
    if encoding:
        return _decode(file, data, encoding), f"read as {encoding}"
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decode(file, data, name), f"read as {name.upper()}"
    has_nul, is_ascii = _look_through(data)
    if has_nul:
        name = _guess_utf16(data)
        if not name:
            raise UnusableFile(f"{file}: holds NUL bytes, so it is no table of text; export it as CSV (UTF-8)")
        return _decode(file, data, name), "read as UTF-16"
    data = data.removeprefix(codecs.BOM_UTF8)
    if is_ascii or _is_utf8(data):
        return data, ""
    return _mend_lines(data), "lines that are not UTF-8 were read as Windows-1252"


def _look_through(data: bytes | MappedFile) -> tuple[bool, bool]:
    """Whether there are NUL bytes, and whether all after a UTF-8 mark is ASCII."""
    has_nul, is_ascii = False, True
    for first, block in iterate_blocks(data):
        text = block if first or not data.startswith(codecs.BOM_UTF8) else block[len(codecs.BOM_UTF8) :]
        has_nul = has_nul or (len(text) > 0 and int(text.min()) == 0)
        is_ascii = is_ascii and (not len(text) or int(text.max()) < _BEYOND_ASCII)
    return has_nul, is_ascii


def _decode(file: str, data: bytes, encoding: str) -> bytes:
    try:
        text = data.decode(encoding)
        if "\0" in text:
            raise UnusableFile(f"{file}: holds NUL characters, so it is no table of text; export it as CSV (UTF-8)")
        return text.removeprefix("\ufeff").encode("utf-8")
    except UnicodeError as error:
        raise UnusableFile(
            f"{file}: is not {encoding} throughout ({error.reason}); export it as CSV (UTF-8)"
        ) from error


def _guess_utf16(data: bytes) -> str:
    """UTF-16 without its mark shows in every other byte of the header being NUL."""
    head = data[: min(len(data), 400) // 2 * 2]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(data) % 2 or max(even, odd) < 0.9 * len(head) / 2 or min(even, odd) > 0:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_utf8(data: bytes | MappedFile) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for _, block in iterate_blocks(data):
            decoder.decode(memoryview(block))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _mend_lines(data: bytes | MappedFile) -> bytes:
    parts, start = [], 0
    while start < len(data):
        end = data.find(b"\n", start + _BLOCK) + 1 or len(data)
        block = data[start:end]
        parts.extend([block] if _is_utf8(block) else map(_mend_line, block.splitlines(keepends=True)))
        start = end
    return b"".join(parts)


def _mend_line(line: bytes) -> bytes:
    return line if _is_utf8(line) else line.decode("cp1252", errors="replace").encode("utf-8")
