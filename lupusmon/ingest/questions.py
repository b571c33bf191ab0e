"""What only a person can know about a file's dates and decimals: asked with examples, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

_DATE = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)(?P<rest>.*)", re.DOTALL)
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_EXAMPLES = 2
_TURN = 69  # POSIX: two-digit years from 69 are 19xx
_THOUSANDS = re.compile(r"[<>≤≥=~\s]*\d{1,3},\d{3}")
_SHOWS_COMMA = re.compile(r"\d,(\d{1,2}|\d{4,})(?!\d)")
_SHOWS_POINT = re.compile(r"\d\.\d|\d{1,3},\d{3},\d{3}")
_ORDERS = ("dmy", "mdy")
BOTH = "both"


@dataclass(frozen=True)
class DateStyle:
    """Dates of one style: figures around one sign, with years of two or four digits.

    order: dmy or mdy where some date proves it, `both` where dates contradict each other, "" where all are open.
    examples: different dates that read both ways. clock: whether times stand behind.
    """

    sign: str
    digits: int
    order: str
    examples: tuple[str, ...]
    clock: bool

    def needs_answer(self) -> bool:
        """Whether a person must say the order."""
        return self.order not in _ORDERS and bool(self.examples)

    def format(self, order: str) -> str:
        """The strptime format of the days."""
        parts = ("%d", "%m") if order == "dmy" else ("%m", "%d")
        return self.sign.join((*parts, "%Y" if self.digits == 4 else "%y"))


def find_date_styles(words: Iterable[str]) -> list[DateStyle]:
    """The styles in which day and month are figures, in order of appearance. Other dates need no question."""
    found: dict[tuple[str, int], list[re.Match[str]]] = {}
    for word in dict.fromkeys(words):
        match = _DATE.fullmatch(word.strip())
        if match and _possible(match):
            found.setdefault((match[2], len(match[4])), []).append(match)
    return [_describe(sign, digits, matches) for (sign, digits), matches in found.items()]


def settle_dates(styles: Sequence[DateStyle], answers: Mapping[DateStyle, str]) -> tuple[str | None, tuple[str, ...]]:
    """(date_order, date_formats) of a mapping. One order and four-digit years need no formats."""
    orders = {style: answers.get(style) or (style.order if style.order in _ORDERS else "dmy") for style in styles}
    if not styles:
        return None, ()
    if len(set(orders.values())) == 1 and all(style.digits == 4 for style in styles):
        return next(iter(orders.values())), ()
    formats = [style.format(order) for style, order in orders.items()]
    clocks = [f"{style.format(order)} {clock}" for style, order in orders.items() if style.clock for clock in _CLOCKS]
    return None, tuple(formats + clocks)


def date_in_words(text: str, order: str) -> str:
    """ "03/04/2025" → "3 April 2025"; "" where it is no date in that order."""
    match = _DATE.fullmatch(text.strip())
    day = _read(match, order) if match else None
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if day else ""


def find_open_decimals(words: Iterable[str]) -> tuple[str, ...]:
    """Texts such as `1,200` in a column where nothing shows what the comma means; () where there is no doubt."""
    open_ones: list[str] = []
    for word in dict.fromkeys(words):
        if _SHOWS_COMMA.search(word) or _SHOWS_POINT.search(word):
            return ()
        if _THOUSANDS.fullmatch(word.strip()):
            open_ones.append(word.strip())
    return tuple(open_ones[:_EXAMPLES])


_CLOCKS = ("%H:%M", "%H:%M:%S")


def _describe(sign: str, digits: int, matches: list[re.Match[str]]) -> DateStyle:
    possible = [[order for order in _ORDERS if _read(match, order)] for match in matches]
    proven = {orders[0] for orders in possible if len(orders) == 1}
    order = BOTH if len(proven) == 2 else next(iter(proven), "")
    doubtful = [
        m[0] for m, orders in zip(matches, possible, strict=True) if len(orders) == 2 and int(m[1]) != int(m[3])
    ]
    clock = any(re.match(r"[T\s]\s*\d{1,2}:\d\d", match["rest"]) for match in matches)
    return DateStyle(sign, digits, order, tuple(doubtful[:_EXAMPLES]), clock)


def _possible(match: re.Match[str]) -> bool:
    return any(_read(match, order) for order in _ORDERS)


def _read(match: re.Match[str], order: str) -> date | None:
    day, month = (match[1], match[3]) if order == "dmy" else (match[3], match[1])
    year = int(match[4])
    if len(match[4]) == 2:
        year += 1900 if year >= _TURN else 2000
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None
