"""What the text of a date cell means (CONTRACT 2): day, time as the clock showed it, and the order of day and month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np

from lupusmon.text.date_shapes import DAY_MONTH_SHAPES, YEAR_FIRST_SHAPES, match_shapes

DATE_ORDERS = ("ymd", "dmy", "mdy")
_EPOCH = date(1970, 1, 1).toordinal()
_DAY_MICROS = 86_400_000_000
_LONGEST_DATE = 60


class AmbiguousDates(ValueError):
    """The order of day and month cannot be known from the texts; the message asks, with two readings in words."""


class _Moment(NamedTuple):
    day: int
    micros: int


def parse_dates(
    words: np.ndarray, *, order: str, formats: tuple[str, ...] = ()
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(day, micros, ok) of each word.

    day: int32 days since 1970-01-01, undefined where not ok. micros: int64 microseconds into the day; -1 for a bare
    date or midnight exactly. ok: bool; false for what is no whole, possible date (also two-digit years and serial
    numbers). order: how `04/03/2025` reads, dmy or mdy; under ymd only where both readings agree. Year-first dates and
    months by name need no order. formats: strptime formats tried before anything else, the first that fits wins.
    """
    day, micros, ok = np.zeros(len(words), np.int32), np.full(len(words), -1, np.int64), np.zeros(len(words), bool)
    left = np.arange(len(words))
    if not formats:
        shapes = YEAR_FIRST_SHAPES + DAY_MONTH_SHAPES.get(order, ())
        day, micros, ok = match_shapes(words, shapes)
        left = np.flatnonzero(~ok)
    for i in left:
        moment = parse_date(words[i], order, formats)
        if moment is not None:
            day[i], micros[i], ok[i] = moment.day, moment.micros, True
    micros[micros == 0] = -1
    return day, micros, ok


def find_date_order(words: Iterable[str], formats: tuple[str, ...] = ()) -> str | None:
    """The order of day and month that these texts prove: "dmy" or "mdy"; "ymd" where all have the year first.

    None where there is no date, or none that depends on it. Raises AmbiguousDates where every date written with day
    and month in figures could be read both ways, or where both orders are proven. Texts fitting `formats` do not count.
    """
    words = np.asarray(words if isinstance(words, np.ndarray) else list(words), dtype=object)
    year_first = match_shapes(words, YEAR_FIRST_SHAPES)[2]
    proof: dict[str, str] = {}
    doubtful = ""
    for word in words[~year_first]:
        readings = _readings(word, formats)
        if len(readings) == 1:
            proof.setdefault(next(iter(readings)), word)
        elif readings and readings["dmy"] != readings["mdy"]:
            doubtful = doubtful or word
    if len(proof) == 2:
        raise AmbiguousDates(
            f'"{proof["dmy"]}" can only be day/month and "{proof["mdy"]}" only month/day: say --date-order dmy or mdy '
            "(dates that do not fit it are rejected), or give date_formats in a mapping"
        )
    if not proof and doubtful:
        raise AmbiguousDates(_question(doubtful))
    return next(iter(proof), None) or ("ymd" if year_first.any() and not doubtful else None)


def parse_date(text: str, order: str, formats: tuple[str, ...] = ()) -> _Moment | None:
    """One text, the slow and sure way; None where it is no date."""
    if len(text) > _LONGEST_DATE:
        return None
    text = text.translate(_SAME).strip()
    return _parse_formats(text, formats) or _parse_year_first(text) or _parse_named(text) or _parse_ordered(text, order)


_SAME = {
    **dict.fromkeys((0x00A0, 0x2009, 0x202F, 0x09), " "),
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2212), "-"),
    **dict.fromkeys((0x200B, 0x200C, 0x200D, 0xFEFF)),
}
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS = {name[:3]: i for i, name in enumerate(_MONTH_NAMES, 1)} | {n: i for i, n in enumerate(_MONTH_NAMES, 1)}
_MONTHS["sept"] = 9

_ZONE = r"(?:\s?(?:Z|UTC|GMT|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?))?"
_CLOCK = (
    r"(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?)?(?:[.,](?P<fraction>[0-9]{1,12}))?"
    r"(?:\s?(?P<half>[AP])\.?M\.?)?" + _ZONE
)
_BASIC_CLOCK = (
    r"(?P<hour>[0-9]{2})(?:(?P<minute>[0-9]{2})(?P<second>[0-9]{2})?)?(?:[.,](?P<fraction>[0-9]{1,12}))?" + _ZONE
)
# One pattern may hold both clocks, but not the same group name twice.
_CLOCK_AGAIN = re.sub(r"\?P<(\w+)>", r"?P<\1_>", _CLOCK)
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_TIME = rf"(?:(?:T|,?\s+|:(?=[0-9]{{2}}:)){_CLOCK})?"

_YEAR_FIRST = re.compile(
    rf"(?P<year>[0-9]{{4}})(?P<sep>[-/.])(?P<month>[0-9]{{1,2}})(?P=sep)(?P<day>[0-9]{{1,2}}){_TIME}", re.IGNORECASE
)
_BASIC = re.compile(
    rf"(?P<year>[0-9]{{4}})(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})(?:T?{_BASIC_CLOCK}|(?:T|\s){_CLOCK_AGAIN})?",
    re.IGNORECASE,
)
_ORDERED = re.compile(
    rf"(?P<first>[0-9]{{1,2}})(?P<sep>[-/.])(?P<then>[0-9]{{1,2}})(?P=sep)(?P<year>[0-9]{{4}}){_TIME}",
    re.IGNORECASE,
)
_DAY_NAMED = re.compile(
    rf"{_WEEKDAY}(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:[-/. ]\s?|\s+of\s+)?(?P<name>[a-z]{{3,9}})\.?,?[-/. ]?\s?"
    rf"(?P<year>[0-9]{{4}}){_TIME}",
    re.IGNORECASE,
)
_NAMED_DAY = re.compile(
    rf"{_WEEKDAY}(?P<name>[a-z]{{3,9}})\.?[-/. ]?\s?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,\s?|[-/. ]\s?)"
    rf"(?P<year>[0-9]{{4}}){_TIME}",
    re.IGNORECASE,
)
_YEAR_NAMED = re.compile(
    rf"(?P<year>[0-9]{{4}})[-/. ]\s?(?P<name>[a-z]{{3,9}})\.?[-/. ]\s?(?P<day>[0-9]{{1,2}}){_TIME}", re.IGNORECASE
)


def _parse_formats(text: str, formats: tuple[str, ...]) -> _Moment | None:
    for form in formats:
        try:
            found = datetime.strptime(text, form)
        except ValueError:
            continue
        clock = found.replace(tzinfo=None) - datetime.combine(found.date(), datetime.min.time())
        return _Moment(found.toordinal() - _EPOCH, clock // timedelta(microseconds=1))
    return None


def _parse_year_first(text: str) -> _Moment | None:
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        return _moment(match["year"], match["month"], match["day"], match)
    match = _BASIC.fullmatch(text)
    return _moment(match["year"], match["month"], match["day"], match) if match else None


def _parse_named(text: str) -> _Moment | None:
    for pattern in (_DAY_NAMED, _NAMED_DAY, _YEAR_NAMED):
        match = pattern.fullmatch(text)
        if match:
            return _moment(match["year"], _MONTHS.get(match["name"].lower(), 0), match["day"], match)
    return None


def _parse_ordered(text: str, order: str) -> _Moment | None:
    match = _ORDERED.fullmatch(text)
    if match is None:
        return None
    first, second, year = match["first"], match["then"], match["year"]
    if order == "dmy" or (order == "ymd" and int(first) == int(second)):
        return _moment(year, second, first, match)
    return _moment(year, first, second, match) if order == "mdy" else None


def _moment(year: str, month: str | int, day: str, match: re.Match[str]) -> _Moment | None:
    try:
        days = date(int(year), int(month), int(day)).toordinal() - _EPOCH
    except ValueError:
        return None
    micros = _clock_micros(match)
    # 24:00 is the midnight that ends the day.
    return None if micros is None else _Moment(days + micros // _DAY_MICROS, micros % _DAY_MICROS)


def _clock_micros(match: re.Match[str]) -> int | None:
    """Microseconds into the day, 0 without a time; None where the clock is impossible."""
    parts = {name.rstrip("_"): text for name, text in match.groupdict().items() if text is not None}
    if _is_minute(match, parts):
        parts["minute"] = parts.pop("fraction")
    hour, minute, second = (int(parts.get(part, 0)) for part in ("hour", "minute", "second"))
    half = parts.get("half", "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    elif "hour" in parts and "minute" not in parts and len(parts["hour"]) < 2:
        return None
    smallest = 1_000_000 if "second" in parts else 60_000_000 if "minute" in parts else 3_600_000_000
    fraction = int(parts.get("fraction", "0").ljust(12, "0")) * smallest // 10**12
    micros = ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
    return micros if minute < 60 and second < 60 and micros <= _DAY_MICROS else None


def _is_minute(match: re.Match[str], parts: dict[str, str]) -> bool:
    """`8.30` behind a blank is half past eight, as many countries write it; `T08.30` is ISO 8601 for 8 h and 18 min."""
    if "minute" in parts or len(parts.get("fraction", "")) != 2 or "hour" not in parts:
        return False
    name = "hour" if match["hour"] is not None else "hour_"
    return match.string[match.start(name) - 1] in " ,"


def _readings(text: str, formats: tuple[str, ...]) -> dict[str, _Moment]:
    """The possible readings of a text with day and month in figures; {} for any other text."""
    text = text.translate(_SAME).strip() if len(text) <= _LONGEST_DATE else ""
    if not _ORDERED.fullmatch(text) or _parse_formats(text, formats):
        return {}
    readings = {order: _parse_ordered(text, order) for order in ("dmy", "mdy")}
    return {order: moment for order, moment in readings.items() if moment is not None}


def _question(text: str) -> str:
    day_first, month_first = (
        date.fromordinal(_parse_ordered(text.translate(_SAME).strip(), order).day + _EPOCH) for order in ("dmy", "mdy")
    )
    return f"{text}: {_in_words(day_first)} or {_in_words(month_first)}? say --date-order dmy or mdy"


def _in_words(day: date) -> str:
    return f"{day.day} {_MONTH_NAMES[day.month - 1].capitalize()}"
