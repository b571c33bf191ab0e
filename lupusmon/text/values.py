"""What the text of a value cell means: a number, a limit, a titre, a word, or nothing that can be used (CONTRACT 2)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from lupusmon.text.value_words import NEGATIVE, POSITIVE, match_word


class ValueKind(IntEnum):
    """What a value text turned out to be."""

    UNREADABLE = -1
    EMPTY = 0
    WORD = 1
    TITRE = 2
    NUMBER = 3


@dataclass(frozen=True)
class ParsedValues:
    """The meaning of each word given, in the same order.

    kind: int8 ValueKind. comparator: int8, -1 for `<`, 0, +1 for `>`. number: float64, nan where there is none; a titre
    1:N has N. word: int8, +1 positive, 0 negative, -1 trace or equivocal; 0 where the kind is not WORD.
    unit: object, the text behind the number, without its brackets ("383.2 10^9/L", "0.8 (mg/dL)"), else "". It may be
    anything ("12 see comment"): only what proves to be a unit makes the number usable.
    """

    kind: np.ndarray
    comparator: np.ndarray
    number: np.ndarray
    word: np.ndarray
    unit: np.ndarray


class _Value(NamedTuple):
    kind: ValueKind
    comparator: int = 0
    number: float = math.nan
    word: int = 0
    unit: str = ""


_UNREADABLE = _Value(ValueKind.UNREADABLE)
_EMPTY = _Value(ValueKind.EMPTY)

# A value is short; a longer text is a comment, and no pattern needs to look at it.
LONGEST_VALUE = 120

_PLAIN = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?")
_COMPARATOR = r"(?P<comparator><=|>=|=<|=>|[<>≤≥=])?\s*"
# What may follow a number directly, and what only behind a space ("383.2 10^9/L": the 10 belongs to the unit).
_UNIT = r"(?:\s*(?P<unit>[^\W\d_].*|[%‰°×#(\[{].*|/\s*[^\W\d_\s].*|/\s*[\[{(].*)|\s+(?P<power>10\s*[*^eE⁰-⁹³].*))?"
_GROUPED = r"[0-9]{1,3}(?:[ '][0-9]{3})+(?![0-9 '])(?:[.,][0-9]+)?|[0-9][0-9.,]*|[.,][0-9]+"
_NUMBER = re.compile(
    _COMPARATOR + rf"(?P<sign>-)?(?P<digits>{_GROUPED})(?P<exponent>[eE][+-]?[0-9]+)?(?![0-9])" + _UNIT
)
_TITRE = re.compile(_COMPARATOR + r"1\s*[:/]\s*(?P<digits>[0-9]{1,3}(?:[., '][0-9]{3})+|[0-9]+)(?![0-9])" + _UNIT)
_WORD_AND_TITRE = re.compile(r"(?P<word>[^\d<>≤≥=]+?)[\s:,(\[]*(?P<titre>(?:[<>≤≥=]|<=|>=)?\s*1\s*[:/][^)\]]+)[)\]]?")
_WORDS_FOR_COMPARATORS = re.compile(
    r"^(?:(?P<less>less than|lower than|below)|greater than|higher than|more than|above)\b", re.IGNORECASE
)

_SIDE = {"<": -1, "≤": -1, "<=": -1, "=<": -1, ">": 1, "≥": 1, ">=": 1, "=>": 1, "=": 0, None: 0}
# Full-width forms, spaces, minus signs and apostrophes as laboratories and spreadsheets write them, in one spelling.
_SAME = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((*range(0x2000, 0x200B), 0x00A0, 0x202F, 0x3000, 0x09), " "),
    **dict.fromkeys(map(ord, "\u2212\u2010\u2011\u2012\u2013\ufe63"), "-"),
    **dict.fromkeys(map(ord, "\u2019\u02bc\u00b4"), "'"),
    **dict.fromkeys(map(ord, "≦⩽"), "≤"),
    **dict.fromkeys(map(ord, "≧⩾"), "≥"),
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff")),
}


def parse_values(words: np.ndarray, *, decimal_comma: bool) -> ParsedValues:
    """What each word means. `decimal_comma` decides only texts such as "1,200" that can be read both ways."""
    return _pack([_parse(word, decimal_comma) for word in words])


def parse_glued(text: str, unit: str, *, decimal_comma: bool) -> ParsedValues:
    """One value whose cell ends with the text of its unit cell, without a space: "383.210^9/L", "10^9/L" → 383.2.

    Case, spaces and the two signs for micro do not matter. Unreadable where the text does not end so, or where what is
    left is no plain number.
    """
    number = _cut_unit(text, unit)
    value = _parse(number, decimal_comma) if number else _UNREADABLE
    usable = value.kind in (ValueKind.NUMBER, ValueKind.TITRE) and not value.unit
    return _pack([value._replace(unit=unit.strip()) if usable else _UNREADABLE])


def uses_decimal_comma(words: Iterable[str]) -> bool:
    """Whether `1,200` means 1.2 among these texts (CONTRACT 2).

    So where some decimal sign is a comma beyond doubt ("12,5") and none is a point ("0.5", "1,234.5", "1,234,567").
    """
    seen: set[str] = set()
    for word in words:
        if "," not in word and "." not in word:
            continue
        seen.add(_decimal_sign(word))
        if "." in seen:
            return False
    return "," in seen


def _pack(values: list[_Value]) -> ParsedValues:
    unit = np.empty(len(values), dtype=object)
    unit[:] = [v.unit for v in values]
    return ParsedValues(
        kind=np.array([v.kind for v in values], dtype=np.int8),
        comparator=np.array([v.comparator for v in values], dtype=np.int8),
        number=np.array([v.number for v in values], dtype=np.float64),
        word=np.array([v.word for v in values], dtype=np.int8),
        unit=unit,
    )


def _parse(text: str, decimal_comma: bool) -> _Value:
    # The short way for nearly every word of a real file; three digits behind the sign need a closer look.
    plain = _PLAIN.fullmatch(text) if len(text) < 16 else None
    if plain and (len(plain[2] or "") != 3 or ("," in text) == decimal_comma):
        return _Value(ValueKind.NUMBER, 0, float(text.replace(",", ".")))
    text = text.translate(_SAME).strip()
    if not text:
        return _EMPTY
    if len(text) > LONGEST_VALUE:
        return _UNREADABLE
    word = match_word(text)
    if word is not None:
        return _Value(ValueKind.WORD, word=word)
    text = _WORDS_FOR_COMPARATORS.sub(lambda m: "<" if m["less"] else ">", text, count=1)
    return _parse_titre(text) or _parse_number(text, decimal_comma) or _parse_word_and_titre(text) or _UNREADABLE


def _parse_number(text: str, decimal_comma: bool) -> _Value | None:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    number = _to_float(match["digits"], match["exponent"], decimal_comma)
    if number is None or not math.isfinite(number):
        return None
    side = _SIDE[match["comparator"]]
    number = -number if match["sign"] and number else number
    if side < 0 and number <= 0:  # below nothing: an empty interval
        return None
    return _Value(ValueKind.NUMBER, side, number, unit=_unit_of(match))


def _parse_titre(text: str) -> _Value | None:
    match = _TITRE.fullmatch(text)
    if match is None:
        return None
    number = float(re.sub(r"[., ']", "", match["digits"]))
    if number == 0 or not math.isfinite(number):
        return None
    return _Value(ValueKind.TITRE, _SIDE[match["comparator"]], number, unit=_unit_of(match))


def _parse_word_and_titre(text: str) -> _Value | None:
    """ "positive (1:160)", "negative <1:10": the titre says more, and must say the same."""
    match = _WORD_AND_TITRE.fullmatch(text)
    if match is None:
        return None
    word, titre = match_word(match["word"]), _parse_titre(match["titre"].strip())
    if titre is None or not (word == POSITIVE and titre.comparator >= 0 or word == NEGATIVE and titre.comparator < 0):
        return None
    return titre


def _unit_of(match: re.Match[str]) -> str:
    unit = (match["unit"] or match["power"] or "").strip()
    closing = {"(": ")", "[": "]"}.get(unit[:1])
    if closing and unit.endswith(closing) and closing not in unit[1:-1]:
        unit = unit[1:-1].strip()
    return unit


def _to_float(digits: str, exponent: str | None, decimal_comma: bool) -> float | None:
    roles = _roles(digits, bool(exponent))
    if roles is None:
        return None
    decimal, group = roles
    if decimal == "?":
        mark = "," if decimal_comma else "."
        decimal, group = (mark, "") if mark in digits else ("", "," if "," in digits else ".")
    plain = re.sub(r"[ ']", "", digits)
    plain = plain.replace(group, "") if group else plain
    plain = plain.replace(decimal, ".") if decimal else plain
    return float(plain + (exponent or ""))


def _roles(digits: str, has_exponent: bool) -> tuple[str, str] | None:
    """Which of `.` and `,` is the decimal sign and which groups thousands: (decimal, group), each perhaps "".

    ("?", "") where a single sign before three digits may be either; None where the text is no number at all.
    """
    signs = [c for c in digits if c in ".,"]
    if not signs:
        return "", ""
    spaced = " " in digits or "'" in digits
    head, last, tail = digits.rpartition(signs[-1])
    if len(signs) == 1:
        if not tail and last == ",":
            return None
        # A leading zero, a fourth digit or an exponent shows a decimal sign: "0,200", "1234,567", "1,200E2".
        either = len(tail) == 3 and 1 <= len(head) <= 3 and head[0] != "0" and not has_exponent and not spaced
        return ("?", "") if either else (last, "")
    if has_exponent and len(set(signs)) == 1:
        return None
    if len(set(signs)) == 1:
        return ("", last) if _is_grouped(digits, last) else None
    other = "," if last == "." else "."
    return (last, other) if signs.count(last) == 1 and tail and _is_grouped(head, other) else None


def _is_grouped(digits: str, mark: str) -> bool:
    """ "1,234,567", or "1,50,000" as India writes it."""
    first, *middle, last = digits.split(mark)
    if len(last) != 3 or not first or first[0] == "0":
        return False
    thousands = len(first) <= 3 and all(len(m) == 3 for m in middle)
    lakhs = mark == "," and len(first) <= 2 and bool(middle) and all(len(m) == 2 for m in middle)
    return thousands or lakhs


def _decimal_sign(word: str) -> str:
    """ "," or "." where the text shows beyond doubt which sign is its file's decimal sign, else ""."""
    if len(word) > LONGEST_VALUE:
        return ""
    match = _NUMBER.fullmatch(word.translate(_SAME).strip())
    roles = _roles(match["digits"], bool(match["exponent"])) if match else None
    if roles is None or roles[0] == "?":
        return ""
    decimal, group = roles
    return decimal or {",": ".", ".": ",", "": ""}[group]


def _cut_unit(text: str, unit: str) -> str:
    """`text` without the unit at its end, or "" where it does not end with it."""
    wanted = _loose(unit)
    if not re.search(r"[^\W\d_]|%", wanted) or len(text) > LONGEST_VALUE:
        return ""
    for cut in range(len(text) - 1, 0, -1):
        tail = _loose(text[cut:])
        if tail == wanted and not text[cut].isspace():
            return text[:cut].strip()
        if len(tail) > len(wanted):
            break
    return ""


_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def _loose(unit: str) -> str:
    unit = unit.translate(_SAME).translate(_SUPERSCRIPT).casefold()
    return re.sub(r"[\s^*]+", "", unit).replace("\u00b5", "\u03bc").strip("()[]")
