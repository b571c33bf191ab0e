"""Writes SAS transport files (XPT version 5) for tests, from the published record layout (SAS TS-140)."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

_DATE = "01JAN25:00:00:00"
_ZEROS = "0" * 30


def write_xpt(name: str, columns: dict[str, Sequence[str | float | None]]) -> bytes:
    """One table; a column of texts is character, of numbers (None = missing) numeric."""
    kinds = {n: isinstance(next((v for v in values if v is not None), ""), str) for n, values in columns.items()}
    widths = {n: max([1, *(len(v.encode()) for v in values)]) if kinds[n] else 8 for n, values in columns.items()}
    parts = [
        _header("LIBRARY", _ZEROS),
        _record(f"{'SAS':8}{'SAS':8}{'SASLIB':8}{'9.4':8}{'X64':8}{'':24}{_DATE}"),
        _record(_DATE),
        _header("MEMBER", "000000000000000001600000000140"),
        _header("DSCRPTR", _ZEROS),
        _record(f"{'SAS':8}{name:8}{'SASDATA':8}{'9.4':8}{'X64':8}{'':24}{_DATE}"),
        _record(_DATE),
        _header("NAMESTR", f"000000{len(columns):04}" + "0" * 20),
        _pad(b"".join(_describe(columns, kinds, widths))),
        _header("OBS", _ZEROS),
        _pad(b"".join(_row(row, widths.values()) for row in zip(*columns.values(), strict=True))),
    ]
    return b"".join(parts)


def _record(text: str) -> bytes:
    return text.ljust(80).encode("ascii")


def _header(name: str, numbers: str) -> bytes:
    return _record(f"HEADER RECORD*******{name:8}HEADER RECORD!!!!!!!{numbers}")


def _pad(data: bytes) -> bytes:
    return data.ljust(-(-len(data) // 80) * 80)


def _describe(columns, kinds, widths):
    position = 0
    for number, name in enumerate(columns, 1):
        kind = 2 if kinds[name] else 1
        blank = b" " * 8
        yield struct.pack(
            ">hhhh8s40s8shhh2s8shhl52s",
            *(kind, 0, widths[name], number, name.ljust(8).encode(), b" " * 40, blank),
            *(0, 0, 0, b"", blank, 0, 0, position, b""),
        )
        position += widths[name]


def _row(cells, widths) -> bytes:
    return b"".join(_cell(cell, width) for cell, width in zip(cells, widths, strict=True))


def _cell(cell: str | float | None, width: int) -> bytes:
    if isinstance(cell, str):
        return cell.encode().ljust(width)
    return b".".ljust(8, b"\0") if cell is None else _ibm_float(float(cell))


def _ibm_float(number: float) -> bytes:
    """IBM System/360 double: sign, exponent of 16 in excess 64, fraction of 56 bits."""
    if number == 0:
        return bytes(8)
    exponent = math.floor(math.log(abs(number), 16)) + 1
    fraction = round(abs(number) / 16.0**exponent * 2**56)
    return bytes([(number < 0) << 7 | (exponent + 64)]) + fraction.to_bytes(7, "big")
