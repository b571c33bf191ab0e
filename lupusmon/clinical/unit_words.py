"""The words of units, from `unit_spellings.csv`.

Columns: kind, analytes, spelling, meaning. kind is `whole` (the whole text, for the analytes named, is read as the
meaning), `missing` (the whole text says that there is no unit), `phrase` (replaced inside a text), `base` (takes a
prefix), `word` (takes none), or what an annotation speaks of (`creatinine`, `protein`, `urine`, `of`).
"""

from __future__ import annotations

import csv
import re
from fractions import Fraction
from functools import cache
from importlib.resources import files

from lupusmon.clinical.unit_text import clean_unit, unit_key

PREFIXES = {
    "f": -15, "p": -12, "n": -9, "u": -6, "mc": -6, "mk": -6, "micro": -6, "mikro": -6, "m": -3, "milli": -3, "c": -2,
    "centi": -2, "d": -1, "deci": -1, "dezi": -1, "": 0, "k": 3, "kilo": 3, "nano": -9, "pico": -12, "femto": -15,
}  # fmt: skip
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
NOTES = ("creatinine", "protein", "urine", "of")

Atom = tuple[Fraction, str]  # factor, base: "g", "mol", "l", "u", "iu", "au", "kat", "m", "s", "hpf", "lpf", "bsa", "1"


@cache
def whole_spellings() -> dict[tuple[str, str], str]:
    """(analyte, key) -> what the whole text means."""
    return {(a, unit_key(r["spelling"])): r["meaning"] for r in _rows("whole") for a in r["analytes"].split()}


@cache
def missing_spellings() -> frozenset[str]:
    """Keys of texts that say there is no unit."""
    return frozenset({""} | {unit_key(r["spelling"]) for r in _rows("missing")})


@cache
def phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns and what they become, longest first; for lower-case text."""
    found = sorted(
        ((clean_unit(r["spelling"]).lower(), r["meaning"]) for r in _rows("phrase")), key=lambda p: -len(p[0])
    )
    return tuple((re.compile(rf"(?<![a-z]){re.escape(p)}(?![a-z])"), meaning.lower()) for p, meaning in found)


@cache
def atoms() -> dict[str, tuple[Atom, ...]]:
    """Lower-case word -> its readings; a word as it stands comes before prefix and base."""
    found: dict[str, list[Atom]] = {}
    for row in _rows("word"):
        found.setdefault(row["spelling"], []).append(_atom(row["meaning"]))
    for prefix in sorted(PREFIXES, key=len):
        for row in _rows("base"):
            if (row["spelling"] in ("e", "ed") and prefix not in ("", "k", "m", "u")) or prefix + row[
                "meaning"
            ] == "kg":
                continue  # "de" is a preposition; "mg/kg" is per body weight
            atom = (Fraction(10) ** PREFIXES[prefix], row["meaning"])
            readings = found.setdefault(prefix + row["spelling"], [])
            if atom[1] not in {base for _, base in readings}:
                readings.append(atom)
    found["mm3"] = [(Fraction(1, 10**6), "l")]
    found["cm3"] = [(Fraction(1, 10**3), "l")]
    found["dm3"] = [(Fraction(1), "l")]
    return {word: tuple(readings) for word, readings in found.items()}


@cache
def notes() -> dict[str, str]:
    """Annotation word -> what it speaks of."""
    return {clean_unit(r["spelling"]).lower(): kind for kind in NOTES for r in _rows(kind)}


def _atom(meaning: str) -> Atom:
    if meaning in _SECONDS:
        return Fraction(_SECONDS[meaning]), "s"
    if meaning == "ml":
        return Fraction(1, 1000), "l"
    return (Fraction(int(meaning)), "1") if meaning.isdigit() else (Fraction(1), meaning)


@cache
def _table() -> tuple[dict[str, str], ...]:
    text = files("lupusmon.clinical").joinpath("unit_spellings.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _rows(kind: str) -> list[dict[str, str]]:
    return [row for row in _table() if row["kind"] == kind]
