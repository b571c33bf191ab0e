"""Which drug a text means: code, generic name, brand, biosimilar, with dose, route and cycle glued to it.

`drug_spellings.csv`: drug is a code, `-` (another drug), `~` (a word that means nothing here) or `!` (a form that is
no infusion: subcutaneous, tablet, depot). Every word must be understood, or the text is unknown.
"""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files

from lupusmon.clinical.drugs import DRUGS
from lupusmon.clinical.matches import Match, ambiguous, empty, known, not_monitored, unknown
from lupusmon.clinical.name_text import fold, plain

OTHER, NOISE, NO_INFUSION = "-", "~", "!"
_WHAT = "an infusion"
_LONGEST_TEXT = 250  # characters

_DOSE = re.compile(
    r"(?<![a-z])\d+(?:[.,]\d+)*\s*(?:(?:mg|g|mcg|ug|ml|l|iu|units?|u|gr|gm|grams?|milligrams?|kg)(?![a-z])|%)"
    r"(?:\s*/\s*\d*\s*(?:kg|m\s*\^?2|m2|sqm|ml|l|d|day|dose|h|bsa|vial)(?![a-z]))*(?:\s*\(\s*\d+\s*%\s*\))?"
)
_BIOSIMILAR = re.compile(r"\b([a-z]{4,}mabe?|globulins?|ig)\s*-\s*[a-z]{4}\b(?!-)")  # rituximab-abbs


@lru_cache(maxsize=4096)
def match_drug(text: str) -> Match:
    """The drug a text means; two drugs in one text are AMBIGUOUS, a form that is not infused is NOT_MONITORED."""
    if not fold(text) or text.strip().casefold() in ("n/a", "none", "null", "nan"):
        return empty("drug")
    if len(text) > _LONGEST_TEXT:
        return unknown(f"{text[:40]}…", "a drug")
    exact = _exact().get(fold(text))
    found = {exact} if exact in DRUGS or exact == OTHER else _drugs_in(_words(text))
    if OTHER in found or NO_INFUSION in found:
        return not_monitored(text, _WHAT)
    if None in found or not found:
        return unknown(text, "a drug")
    return known(*found) if len(found) == 1 else ambiguous(text, tuple(sorted(found)))


def _words(text: str) -> list[str]:
    text = plain(text).replace("\u00ae", " ").replace("\u2122", " ")
    text = _BIOSIMILAR.sub(r"\1 ", text)
    text = _DOSE.sub(" ", re.sub(r"\b(s|p)\.\s?(c|o)\.?(?![a-z])", r"\1\2", text))
    return [w for w in re.findall(r"[^\W_]+", text) if not w.isdigit()]


def _drugs_in(words: list[str]) -> set[str | None]:
    """Meanings of the words, longest phrase first, noise left out; None for a word that is not understood."""
    found: set[str | None] = set()
    at = 0
    while at < len(words):
        for length in range(min(5, len(words) - at), 0, -1):
            meaning = _exact().get("".join(words[at : at + length]))
            if meaning is not None:
                break
        found |= set() if meaning == NOISE else {meaning}
        at += length
    return found


@cache
def _exact() -> dict[str, str]:
    table = files("lupusmon.clinical").joinpath("drug_spellings.csv").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for row in csv.DictReader(table.splitlines()):
        found.setdefault(fold(row["spelling"]), row["drug"])
    return found
