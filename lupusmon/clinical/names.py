"""Which analyte a name or a LOINC code means, and which drug a drug text (CONTRACT 2-4).

A name matches when its folded spelling is listed, or when its words, without those that mean nothing, are exactly the
words of a listed name: one word too many, and it is another test (`Propionylcarnitine C3`, `Platelet volume`). There
is no substring rule. LOINC codes are from `loinc.csv` (LOINC is copyright Regenstrief Institute, loinc.org).
"""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drug_names import match_drug
from lupusmon.clinical.matches import Match, Status, ambiguous, empty, known, not_monitored, unknown
from lupusmon.clinical.name_text import camel_split, fold, name_words, plain, visible
from lupusmon.clinical.name_words import (
    NONE_OF_OURS,
    URINE_TESTS,
    NameSense,
    exact_spellings,
    own_words,
    read_sense,
    scoped_noise,
    senses,
)
from lupusmon.clinical.unit_grammar import read_unit

__all__ = ["Match", "Status", "fold", "match_drug", "match_loinc", "match_name"]

_WHAT = "a test"
_LONGEST_NAME = 250  # characters; LOINC's longest names are shorter


@lru_cache(maxsize=16384)
def match_name(text: str) -> Match:
    """The analyte a name or code means; a name of two analytes at once is AMBIGUOUS."""
    text = visible(text).strip()
    if not fold(text) or text.casefold() in ("n/a", "none", "null", "nan"):
        return empty("name of a test")
    if len(text) > _LONGEST_NAME:
        return unknown(f"{text[:40]}…", _WHAT)
    named = _without_unit(text)
    found = _exactly(text) or _exactly(named)
    for spelling in dict.fromkeys((named, camel_split(named))):
        found = found or _by_words(spelling) or _by_parts(spelling) or _refused(spelling)
    if found:
        return _match(text, found)
    return unknown(text, _WHAT)


@lru_cache(maxsize=4096)
def match_loinc(text: str) -> Match:
    """The analyte a LOINC code means; blanks, `LOINC:`, `http://loinc.org|` and Unicode dashes are tolerated."""
    code = re.sub(r"\s+", "", re.sub("[‐‑‒–—−]", "-", plain(text)))
    code = re.sub(
        r"^(?:urn:oid:2\.16\.840\.1\.113883\.6\.1|https?://(?:www\.)?loinc\.org/?|loinc|ln)?[:|#/]*", "", code
    )
    code = re.sub(r"\.0$|/$|[|^](?:ln|loinc)$", "", code)
    if not code:
        return empty("LOINC code")
    found = _loinc_codes().get(code)
    return _match(text, found) if found else unknown(text, "a LOINC code of a test")


def _match(text: str, code: str) -> Match:
    """Result for what a table says: a code, several, or none of ours."""
    if code == NONE_OF_OURS:
        return not_monitored(text, _WHAT)
    return ambiguous(text, tuple(code.split())) if " " in code else known(code)


# --- as it stands


def _exactly(text: str) -> str:
    """Code of a listed spelling; a per cent sign counts, and "Hemoglobin A" is not Spanish for haemoglobin."""
    found = exact_spellings().get(fold(text), "")
    code = fold(text).upper()
    if "%" in text or (" " in text and any(" " in w for w in read_sense(name_words(text)).words if w[0] == "!")):
        return found if found == NONE_OF_OURS else ""
    return code if code in ANALYTES else found


# --- by words


def _by_words(text: str) -> str:
    """Code, several codes, `-`, or "" where the words are not those of a listed name."""
    found = _listed(read_sense(name_words(text)))
    return NONE_OF_OURS if found == "CREAT" and _PER_CREATININE.search(plain(text)) else found


_PER_CREATININE = re.compile(r"\w\s*(?:/|:(?!\s))\s*(?:u-?\s*)?[ck]rea")  # any other ratio than ours


def _listed(sense: NameSense) -> str:
    found = senses().get((sense.words, sense.place), "") or _without_noise(sense)
    if found in ("UPCR", "UACR") and not _protein_comes_first(sense):
        return NONE_OF_OURS
    if found == "HGB" and "serum" in sense.specimens:
        return NONE_OF_OURS  # free haemoglobin
    return found


def _without_noise(sense: NameSense) -> str:
    """A name whose further words mean nothing for the analyte it then names: method, formula, "total"."""
    for code, noise in scoped_noise().items():
        words = sense.words - noise
        if words != sense.words and any(
            senses().get((w, sense.place)) == code for w in (words, words | _kept(sense, noise))
        ):
            return code
    return ""


def _kept(sense: NameSense, noise: frozenset[str]) -> frozenset[str]:
    """Words that mean nothing beside others, but carry the name: "creatinine" in "eGFR creatinine"."""
    return sense.words & noise & own_words()


def _protein_comes_first(sense: NameSense) -> bool:
    """Creatinine/protein is another ratio."""
    proteins = [i for i, w in enumerate(sense.order) if w in ("protein", "albumin", "microalbumin", "proteinuria")]
    return "creatinine" not in sense.order or not proteins or proteins[0] < sense.order.index("creatinine")


def _refused(text: str) -> str:
    """`-` for a name that is sure to be another test than the one it resembles; both codes for a panel."""
    sense = read_sense(name_words(text))
    if any(word.startswith("!") for word in sense.words):
        return NONE_OF_OURS
    if {"c3", "c4"} <= sense.words:
        return "C3 C4"
    if "percent" in sense.words and sense.words & own_words():
        return NONE_OF_OURS
    if sense.place and _is_ours(NameSense(sense.words, frozenset(), sense.order)):
        return NONE_OF_OURS  # of urine or another fluid
    if "24h" in sense.words and _is_ours(NameSense(sense.words - {"24h"}, frozenset(), sense.order)):
        return NONE_OF_OURS
    if "antibody" in sense.words and _is_ours(NameSense(sense.words - {"antibody"}, frozenset(), sense.order)):
        return NONE_OF_OURS  # antibodies against it
    if {"creatinine", "ratio"} <= sense.words or _PER_CREATININE.search(plain(text)):
        return NONE_OF_OURS
    return ""


def _is_ours(sense: NameSense) -> bool:
    return bool(senses().get((sense.words, sense.place)) or _without_noise(sense))


# --- by parts: "WBC (leukocytes)", "C3 - Complement C3", "4485-9^Complement C3^LN"

_SEPARATORS = re.compile(r"\s[-–—/]\s|[()\[\]{}|^,;:=]+")
_CODING_SYSTEMS = frozenset({"l", "ln", "loinc", "sct", "snomed"})


def _by_parts(text: str) -> str:
    """Parts that each name the same analyte name it; different ones are ambiguous; a foreign one refuses all."""
    place = read_sense(name_words(text)).place
    codes: list[str] = []
    for part in _SEPARATORS.split(text):
        sense = read_sense(name_words(part))
        if fold(part) in _CODING_SYSTEMS or not sense.words:
            continue
        here = _listed(NameSense(sense.words, frozenset({place}), sense.order))
        found = _exact_there(part, place) or here or (NONE_OF_OURS if place else _by_words(part)) or _refused(part)
        if not found:
            return ""
        codes.append(found)
    return _agreed(codes) if len(codes) > 1 or (codes and "^" in text) else ""


def _exact_there(part: str, place: str) -> str:
    """Meanings of a listed spelling, of a part of a name, that are possible in urine or another fluid."""
    codes = _exactly(part).split()
    return " ".join(c for c in codes if not place or c == NONE_OF_OURS or (place == "urine" and c in URINE_TESTS))


def _agreed(codes: list[str]) -> str:
    if NONE_OF_OURS in codes:
        return NONE_OF_OURS
    meanings = [set(code.split()) for code in codes]
    shared = set.intersection(*meanings)
    named = shared or set.union(*meanings)
    return " ".join(code for code in ANALYTES if code in named)


# --- a unit behind the name

_BRACKETED_UNIT = re.compile(r"[(\[]([^()\[\]]*[/%][^()\[\]]*(?:\([^()]*\))?)[)\]]\s*$")
_TRAILING_UNIT = re.compile(r"\s((?:x\s*)?\S*/\S*(?:\s*1[.,]73\s*m\S*)?)\s*$")


def _without_unit(text: str) -> str:
    """The name without a unit at its end; `(%)` stays, it makes another test."""
    for pattern in (_BRACKETED_UNIT, _TRAILING_UNIT):
        found = pattern.search(text)
        readings = read_unit(found[1]) if found and found[1].strip() != "%" else ()
        kinds = {r.kind for r in readings if "/" in r.kind}
        if kinds and "1/hpf" not in kinds:  # "RBC/HPF" is a name
            return text[: found.start()] + (" 24h " if "g/s" in kinds else "")
    return text


@cache
def _loinc_codes() -> dict[str, str]:
    table = files("lupusmon.clinical").joinpath("loinc.csv").read_text(encoding="utf-8")
    return {row["loinc"]: row["analyte"] for row in csv.DictReader(table.splitlines())}
