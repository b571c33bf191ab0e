"""The vocabulary of laboratory names, from `name_words.csv` and `name_spellings.csv`.

`name_words.csv` says what a word (or phrase) means: another word, a specimen (`@urine`), nothing (`~`), nothing in
names of one analyte (`~EGFR`), or that the name belongs to a test we do not follow (`!`).
`name_spellings.csv` says which analyte (`-`: none of ours, two codes: ambiguous) a spelling means; `exact` spellings
only as they stand, the others also with their words in another order and among words that mean nothing.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lupusmon.clinical.name_text import fold, name_words, plain

NONE_OF_OURS = "-"
URINE_TESTS = ("UPCR", "UACR", "UPROT24", "URBC", "UWBC")


@dataclass(frozen=True)
class NameSense:
    """A name without its order and noise. words: what is measured. specimens: `urine`, `fluid`, `serum`, `blood`."""

    words: frozenset[str]
    specimens: frozenset[str]
    order: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where it was measured, as far as it changes the meaning: "urine", "fluid" or ""."""
        return next((place for place in ("fluid", "urine") if place in self.specimens), "")


def read_sense(words: list[str]) -> NameSense:
    """Meaning of the words of a name; unknown words stand for themselves, foreign ones are marked `!`."""
    order: list[str] = []
    specimens: set[str] = set()
    for meaning in _meanings(_glue_phrases(words)):
        if meaning.startswith("@"):
            specimens.add(meaning[1:])
        elif meaning != "~":
            order.append(meaning)
    return NameSense(frozenset(order), frozenset(specimens), tuple(order))


def _meanings(words: list[str]) -> list[str]:
    found: list[str] = []
    for word in words:
        meaning = vocabulary().get(word)
        parts = _segment(word) if meaning is None else ()
        if meaning is not None:
            found += ["!" + word] if meaning == "!" else meaning.split()
        elif parts:
            found += _meanings(list(parts))
        else:
            found.append(word)
    return found


@cache
def vocabulary() -> dict[str, str]:
    """Plain word -> meaning; phrases are keyed with spaces."""
    rows = _rows("name_words.csv")
    return {_phrase(r["word"]): r["meaning"] for r in rows if r["meaning"] == "~" or r["meaning"][0] != "~"}


@cache
def scoped_noise() -> dict[str, frozenset[str]]:
    """Analyte -> words that mean nothing in its names."""
    found: dict[str, set[str]] = {}
    for row in _rows("name_words.csv"):
        if row["meaning"].startswith("~") and len(row["meaning"]) > 1:
            sense = _meanings(_phrase(row["word"]).split())
            found.setdefault(row["meaning"][1:], set()).update(sense)
    return {code: frozenset(words) for code, words in found.items()}


@cache
def exact_spellings() -> dict[str, str]:
    """Folded spelling -> analyte code, several codes, or `-`."""
    return {fold(r["spelling"]): r["analyte"] for r in _rows("name_spellings.csv") if "%" not in r["spelling"]}


@cache
def senses() -> dict[tuple[frozenset[str], str], str]:
    """(words, place) -> analyte code, several codes, or `-`, for spellings whose order does not matter."""
    found: dict[tuple[frozenset[str], str], str] = {}
    for row in _rows("name_spellings.csv"):
        sense = read_sense(name_words(row["spelling"]))
        if row["how"] == "exact" or not sense.words:
            continue
        places = ("", "urine") if row["analyte"] in URINE_TESTS[:3] else (sense.place,)
        for place in places:
            found.setdefault((sense.words, place), row["analyte"])
    return found


@cache
def own_words() -> frozenset[str]:
    """Words that occur in the name of a test we follow."""
    return frozenset(w for (words, _), code in senses().items() if code != NONE_OF_OURS for w in words)


@cache
def _phrases() -> dict[str, tuple[tuple[str, ...], ...]]:
    """First word -> phrases that start with it, longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in vocabulary():
        if " " in phrase:
            words = tuple(phrase.split())
            found.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(phrases, key=len, reverse=True)) for first, phrases in found.items()}


def _glue_phrases(words: list[str]) -> list[str]:
    """Runs of words that form a phrase of the vocabulary become one."""
    found, i = [], 0
    while i < len(words):
        phrase = next((p for p in _phrases().get(words[i], ()) if tuple(words[i : i + len(p)]) == p), (words[i],))
        found.append(" ".join(phrase))
        i += len(phrase)
    return found


_SHORTEST_PART = 3  # shorter words would turn up inside others
_LONGEST_GLUED = 60
_SHORT_PARTS = frozenset({"c3", "c4", "ds"})


@cache
def _parts() -> dict[str, str]:
    """Words a glued name may be made of: those with a meaning of ours."""
    return {
        w: m
        for w, m in vocabulary().items()
        if " " not in w and m != "!" and (len(w) >= _SHORTEST_PART or w in _SHORT_PARTS) and w.isascii()
    }


def _segment(word: str) -> tuple[str, ...]:
    """`complementc3` as complement, c3; empty where the word is not made of known ones alone."""
    if len(word) > _LONGEST_GLUED:
        return ()
    ways: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(end):
            before = ways[start]
            if (
                before is not None
                and word[start:end] in _parts()
                and (ways[end] is None or len(before) < len(ways[end]))
            ):
                ways[end] = (*before, word[start:end])
    return ways[-1] or ()


def _phrase(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in plain(text)).split())


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    text = files("lupusmon.clinical").joinpath(name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
