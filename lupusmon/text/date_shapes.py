"""Common date shapes read for whole arrays at once: nearly every word of a large file takes this way.

Whatever fits no shape, or is no possible date, is left to `dates.parse_date`, which gives the same answer one by one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Y M D h m s f: a figure. T: a T or a space. z: a figure of an offset, ±: its sign. Anything else stands for itself.
_CLOCKS = ("", "Thh:mm", "Thh:mm:ss", "Thh:mm:ss.fff", "Thh:mm:ss.ffffff")
_ZONES = ("", "Z", "±zz:zz")


def _with_clocks(*days: str) -> tuple[str, ...]:
    return tuple(d + clock + zone for d in days for clock in _CLOCKS for zone in _ZONES if clock or not zone)


YEAR_FIRST_SHAPES = (*_with_clocks("YYYY-MM-DD", "YYYY/MM/DD"), "YYYYMMDD", "YYYYMMDDThhmm", "YYYYMMDDThhmmss")
DAY_MONTH_SHAPES = {
    "dmy": _with_clocks("DD/MM/YYYY", "DD.MM.YYYY", "DD-MM-YYYY"),
    "mdy": _with_clocks("MM/DD/YYYY", "MM.DD.YYYY", "MM-DD-YYYY"),
}
_FIGURES = "YMDhmsfz"
_BATCH = 1 << 18


def match_shapes(words: np.ndarray, shapes: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(day, micros, ok) of each word as in `dates.parse_dates`, but midnight is 0; not ok where no shape fits."""
    day, micros, ok = np.zeros(len(words), np.int32), np.full(len(words), -1, np.int64), np.zeros(len(words), bool)
    lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
    for length in {len(shape) for shape in shapes}:
        rows = np.flatnonzero(lengths == length)
        for part in (rows[i : i + _BATCH] for i in range(0, len(rows), _BATCH)):
            characters = words[part].astype(f"U{length}").view(np.uint32).reshape(len(part), length)
            for shape in shapes:
                if len(shape) == length:
                    fits, days, clock = _match_shape(characters, shape)
                    day[part[fits]], micros[part[fits]], ok[part[fits]] = days, clock, True
    return day, micros, ok


def _match_shape(characters: np.ndarray, shape: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows that fit the shape and are possible, with their day and microseconds."""
    fits = np.flatnonzero(_fits(characters, shape))
    part = {name: _figures(characters[fits], shape, name) for name in _FIGURES}
    days, possible = days_from_civil(part["Y"], part["M"], part["D"])
    possible &= (
        (part["h"] < 24) & (part["m"] < 60) & (part["s"] < 60) & (part["z"] // 100 < 24) & (part["z"] % 100 < 60)
    )
    micros = ((part["h"] * 60 + part["m"]) * 60 + part["s"]) * 1_000_000 + part["f"] * 10 ** (6 - shape.count("f"))
    return fits[possible], days[possible], micros[possible]


def _fits(characters: np.ndarray, shape: str) -> np.ndarray:
    fits = np.ones(len(characters), bool)
    for i, sign in enumerate(shape):
        column = characters[:, i]
        if sign in _FIGURES:
            fits &= (column >= ord("0")) & (column <= ord("9"))
        else:
            fits &= np.isin(column, [ord(c) for c in {"T": "T ", "±": "+-"}.get(sign, sign)])
    return fits


def _figures(characters: np.ndarray, shape: str, name: str) -> np.ndarray:
    number = np.zeros(len(characters), np.int64)
    for i, sign in enumerate(shape):
        if sign == name:
            number = number * 10 + (characters[:, i] - np.uint32(ord("0"))).astype(np.int64)
    return number


def days_from_civil(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Days since 1970-01-01 of calendar dates, and whether each is possible."""
    possible = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(possible, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]").astype(np.int64) + day - 1
    return days, possible & (days < (months + 1).astype("datetime64[D]").astype(np.int64))
