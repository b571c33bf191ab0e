"""What is missing, as a colleague would say it: open windows apart from closed ones, labs first, whole assessments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lupusmon.clinical.analytes import ANALYTES

CLOSED = "(window closed)"
SLEDAI, PGA, BILAG, ITEMS = "SLEDAI-2K visit", "physician's global assessment", "BILAG", "SLEDAI-2K items"
_ASSESSED = {"SLEDAI-2K": SLEDAI, "PGA": PGA, "prednisone dose": "prednisone dose"}
_SHORT = {"DSDNA": "anti-dsDNA", "PLT": "platelets", "CREAT": "creatinine", "EGFR": "eGFR", "UPROT24": "24-h protein"}
_DAY = r"\d{4}-\d\d-\d\d"
_PART = re.compile(
    rf"(?P<what>.+?) (?:between (?P<first>{_DAY}) and (?P<last>{_DAY})(?P<base> \(baseline\))?"
    r"|at the assessment before)(?: and (?=\S)|$)"
)


class Side(StrEnum):
    """When a missing value belongs."""

    VISIT = "visit"
    BASELINE = "baseline"
    BEFORE = "before"


@dataclass(frozen=True)
class Need:
    """One part of `settle` (CONTRACT 4). what: its words. first, last: ISO days, empty for the assessment before."""

    what: str
    side: Side
    first: str
    last: str
    text: str

    def is_closed(self, as_of: date) -> bool:
        """Whether its window lies wholly in the past."""
        return bool(self.last) and self.last < as_of.isoformat()

    @property
    def name(self) -> str:
        """The test in a sentence, or the whole assessment a single grade or item belongs to."""
        if self.what in ANALYTES:
            return name_of(self.what)
        if self.what.startswith("BILAG"):
            return BILAG
        return ITEMS if self.what.startswith("SLEDAI-2K item") else _ASSESSED.get(self.what, self.what)


def name_of(analyte: str) -> str:
    """The short name in a sentence."""
    return _SHORT.get(analyte, analyte)


def split_settle(text: str) -> list[Need]:
    """`UPCR between A and B and C3 between C and D (baseline)` as its parts; none where the words are others."""
    found = []
    for part in _PART.finditer(text):
        first, last = part["first"] or "", part["last"] or ""
        side = Side.BEFORE if not last else Side.BASELINE if part["base"] else Side.VISIT
        found.append(Need(part["what"], side, first, last, part[0].removesuffix(" and ")))
    return found


def say_closed(text: str, as_of: date) -> str:
    """The same words, with "(window closed)" where no result can be ordered any more: once where that goes for all."""
    needs = split_settle(text)
    if " and ".join(need.text for need in needs) != text:
        return text
    closed = [need.is_closed(as_of) for need in needs]
    if any(closed) and all(shut or need.side is Side.BEFORE for shut, need in zip(closed, needs, strict=True)):
        return f"{text} {CLOSED}"
    return " and ".join(f"{n.text} {CLOSED}" if shut else n.text for shut, n in zip(closed, needs, strict=True))


def list_obtainable(texts: Iterable[str], as_of: date) -> list[Need]:
    """What can still be had and would settle something: parts of the visit, without those whose baseline is lost too.

    Each name once, labs before assessments, otherwise in the order given.
    """
    parted = [split_settle(text) for text in texts]
    lost = {need.name for need in list_lost(texts, as_of)}
    found: dict[str, Need] = {}
    for needs in parted:
        hopeless = any(need.is_closed(as_of) for need in needs)
        for need in needs:
            if need.side is not Side.BASELINE and not need.is_closed(as_of) and not (hopeless and need.name in lost):
                found.setdefault(need.name, need)
    return sorted(found.values(), key=lambda need: need.what not in ANALYTES)


def list_lost(texts: Iterable[str], as_of: date) -> list[Need]:
    """Baselines that were never recorded and whose window has closed; each name once, labs first."""
    found: dict[str, Need] = {}
    for need in (need for text in texts for need in split_settle(text)):
        if need.side is Side.BASELINE and need.is_closed(as_of):
            found.setdefault(need.name, need)
    return sorted(found.values(), key=lambda need: need.what not in ANALYTES)


def describe_open(texts: Sequence[str], as_of: date) -> str:
    """Why verdicts are open, in a few words for a table; empty where nothing is said of it."""
    wanted = [need.name for need in list_obtainable(texts, as_of)]
    if wanted:
        return "Open verdict; missing: " + ", ".join(wanted)
    lost = [need.name.removesuffix(" visit") for need in list_lost(texts, as_of)]
    return "Verdict stays open; no baseline for " + ", ".join(lost) if lost else ""
