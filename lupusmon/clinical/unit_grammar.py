"""What a unit text says, whatever the analyte: a factor, what is counted, and per what.

A text is read piece by piece: multiplier (`10^9`, `K`, `thou`), prefix, base, `/`. Letters are read without case, so
one text can have several readings (`G/L` is gram per litre and giga per litre); the analyte decides, in `units`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from lupusmon.clinical.unit_text import clean_unit
from lupusmon.clinical.unit_words import Atom, atoms, notes, phrases


@dataclass(frozen=True)
class Reading:
    """`factor` times `kind`; kind holds base units, not cancelled: "g/l", "g/mol", "1/l", "l/bsa.s", "g/g"."""

    factor: Fraction
    kind: str


LONGEST_UNIT = 80  # characters; anything longer is a comment


def read_unit(text: str) -> tuple[Reading, ...]:
    """Every reading of the text; empty where it is no unit."""
    if len(text) > LONGEST_UNIT:
        return ()
    multiplier, power, rest = _split_multiplier(_prepare(clean_unit(text)))
    if not rest:
        litres = {3: Fraction(1, 10**6), 9: Fraction(1)}.get(power)  # "10^3" alone means per uL, "10^9" per L
        return (Reading(multiplier / litres, "1/l"),) if litres else ()
    found = []
    for factor, tops, bottoms, is_counted in _read_parts(rest):
        is_counted = is_counted or multiplier != 1
        if is_counted and tops == ["l"] and not bottoms:  # "X10^3 UL", "10s3ul": the slash was lost
            factor, tops, bottoms = _flip_volume(factor, rest), [], ["l"]
        if is_counted and tops:
            continue  # thousands of grams: no laboratory means that
        if tops or bottoms:
            found.append(Reading(multiplier * factor, _kind(tops, bottoms)))
    return tuple(dict.fromkeys(found))


def _kind(tops: list[str], bottoms: list[str]) -> str:
    return (".".join(sorted(tops)) or "1") + ("/" + ".".join(sorted(bottoms)) if bottoms else "")


# --- preparation

_AREA = r"(?:m\s*(?:\^|\*\*?|\()?\s*-?2\)?|m\b|sq\.?\s*m(?:et(?:er|re)s?)?|square\s*met(?:er|re)s?|qm|mq|mc|m\s*sq)"
_BSA = re.compile(
    rf"[\s/*.x(\[{{-]*(?:\b(?:per|por|pro|par|for)\b)?[\s(\[{{]*(?:1\s*[.,*]\s*73[\s_.*]*{_AREA}?|173[\s_]*{_AREA})"
    r"[\s)\]}]*(?:-1)?\s*(?:bsa)?"
)
_PERCENT = re.compile(r"(?<=[a-z])\s*\.?\s*%$")  # mg%, g %: per 100 mL


def _prepare(text: str) -> str:
    """Lower case (but "M" alone stays, it is mega), phrases replaced, annotations and brackets resolved."""
    text = re.sub(r"^M(?=\s*/)", "mega", text).lower()
    text = _BSA.sub("/bsa ", text)
    text = re.sub(r"\{([^{}]*)\}", lambda m: f" {m[1]} " if _is_known(m[1]) else " ", text)
    for pattern, replacement in phrases():
        text = pattern.sub(replacement, text)
    text = _PERCENT.sub("/dl", text)
    text = re.sub(r"\bmm\s*(?:\^|\*\*)\s*3", "mm3", text)
    return re.sub(r"\b([cd]m)\s*(?:\^|\*\*)\s*3", r"\g<1>3", text).strip()


def _is_known(annotation: str) -> bool:
    words = re.findall(r"[a-z#]+", annotation)
    return bool(words) and all(w in atoms() or w in notes() for w in words)


_POWERS = (
    re.compile(r"^[x*]?\s*10\s*(?:\^|\*\*|\*|e|s|x|exp|hoch|~|'|_)+\s*[+(\[]*\s*0?(\d{1,2})[)\]]*(?!\d)"),
    re.compile(r"^[x*]?\s*10\s*[(\[]\s*(\d{1,2})\s*[)\]]"),
    re.compile(r"^[x*]?\s*10\s*(3|6|9|12)(?!\d)"),  # lost superscript: 109/L, 10 9/L
    re.compile(r"^[x*]?\s*1?\s*e\s*\+?\s*0?(\d{1,2})(?!\d)"),  # E3/uL, 1E9/L
)
_PLAIN_NUMBER = re.compile(r"^[x*]?\s*(10{1,6}|1[ ,.]000)(?:'?s)?(?=\s*(?:/|[a-z#]))")
_ONE = re.compile(r"^1\s*(?=/)")  # "1/uL", "1/[HPF]"
_COUNTED_FIRST = re.compile(r"^(#|[a-z]+)\s*(?=[x*]?\s*10)")  # "cells x 10^9/L"


def _split_multiplier(text: str) -> tuple[Fraction, int, str]:
    """Leading power of ten: its value, its exponent (0 where written out), and what follows."""
    first = _COUNTED_FIRST.match(text)
    if first and (Fraction(1), "1") in atoms().get(first[1], ()):
        text = text[first.end() :]
    for pattern in _POWERS:
        found = pattern.match(text)
        if found and (found.end() < len(text) or pattern is _POWERS[0]):
            power = int(found[1])
            return Fraction(10) ** power, power, text[found.end() :].strip(" .*")
    found = _PLAIN_NUMBER.match(text)
    if found:
        return Fraction(int(re.sub(r"\D", "", found[1]))), 0, text[found.end() :].strip()
    return Fraction(1), 0, _ONE.sub("", text)


# --- the rest, part by part

_MOST_READINGS = 64
_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)?)|(?P<word>[a-z#'&]+3?(?![a-z]))\s*(?P<power>\^?-\s*1(?!\d))?|(?P<skip>[-\s*.]+)"
)


def _read_parts(text: str) -> list[tuple[Fraction, list[str], list[str], bool]]:
    """Readings of a text without multiplier: factor, bases above and below the line, whether it counts thousands."""
    found: list[list[tuple[Atom, bool]]] = [[]]
    for i, part in enumerate(re.sub(r"[()\[\]]", "", text).split("/")):
        pieces = _read_part(part, below=i > 0)
        if pieces is None or (i > 0 and not part.strip()):
            return []
        for readings, below in pieces:
            found = [line + [(atom, below)] for line, atom in product(found, readings)]
            if len(found) > _MOST_READINGS:
                return []  # no unit; and a text made to be read in a million ways must not cost a million steps
    return [_collect(line) for line in found]


def _collect(line: list[tuple[Atom, bool]]) -> tuple[Fraction, list[str], list[str], bool]:
    factor, sides, is_counted = Fraction(1), ([], []), False
    for (size, base), below in line:
        factor = factor / size if below else factor * size
        if base != "1":
            sides[below].append(base)
        is_counted = is_counted or (base == "1" and size > 1 and not below)
    return factor, sides[0], sides[1], is_counted


def _read_part(part: str, *, below: bool) -> list[tuple[tuple[Atom, ...], bool]] | None:
    """What stands between two slashes: per piece its readings and its side of the line; None if not understood."""
    pieces: list[tuple[tuple[Atom, ...], bool]] = []
    at, number = 0, None
    while at < len(part):
        found = _TOKEN.match(part, at)
        if not found:
            return None
        at = found.end()
        if found["number"]:
            if not below or number is not None:
                return None  # a number in front that is no power of ten belongs to a value
            number = Fraction(found["number"].replace(",", "."))
            if not number:
                return None
        elif found["word"]:
            readings = _read_word(found["word"], pieces, below=below)
            if readings is None:
                return None
            if number is not None:
                readings = tuple((size * number, base) for size, base in readings if base in ("l", "s"))
                if not readings:
                    return None  # per 100 mL, per 24 h; nothing else comes in numbers
                number = None
            if readings:
                pieces.append((readings, below != bool(found["power"])))
    return pieces if number is None else None


def _read_word(word: str, before: list, *, below: bool) -> tuple[Atom, ...] | None:
    """Readings of a word; empty for an annotation in its place, None for a word that is not known there."""
    note = notes().get(word)
    if note == "of":
        return ()
    if word in atoms():
        readings = tuple(a for a in atoms()[word] if not below or a[1] != "1" or a[0] == 1)  # never "per thousand"
        return readings or None
    if note in ("creatinine", "protein"):
        return () if _belongs(note, before, below=below) else None
    if note:
        return ()
    glued = re.match(r"(.*(?:g|gm|mol))'?([a-z]+)$", word)  # "gCre", "mmolKrea"
    if glued and glued[1] in atoms() and notes().get(glued[2]) == ("creatinine" if below else "protein"):
        return atoms()[glued[1]]
    return None


def _belongs(note: str, before: list, *, below: bool) -> bool:
    """Protein per creatinine; "mg creatinine/g protein" is another quantity, "mg/dL creatinine" is not a ratio."""
    if note == "protein":
        return not below
    return below and all(base in ("g", "mol") for readings, _ in before for _, base in readings)


def _flip_volume(factor: Fraction, rest: str) -> Fraction:
    """Factor of "K uL" read as thousand per uL."""
    thousands, volume = Fraction(1), factor
    for word in re.findall(r"[a-z#]+3?", rest):
        size, base = atoms().get(word, ((Fraction(1), ""),))[0]
        if base == "1":
            thousands, volume = thousands * size, volume / size
    return thousands / volume
