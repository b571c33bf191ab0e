"""What comes out of recognising a name, a code or a drug."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How far a text was recognised."""

    KNOWN = "known"
    NOT_MONITORED = "not_monitored"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"
    EMPTY = "empty"


@dataclass(frozen=True)
class Match:
    """`code`: analyte or drug code when KNOWN. `message`: what was found and what is allowed (STYLE 17) otherwise.

    `candidates`: what an AMBIGUOUS text may mean; a LOINC code or the unit may settle it.
    """

    status: Status
    code: str = ""
    message: str = ""
    candidates: tuple[str, ...] = ()


def known(code: str) -> Match:
    """The text means `code`."""
    return Match(Status.KNOWN, code)


def empty(what: str) -> Match:
    """There is no text."""
    return Match(Status.EMPTY, message=f"no {what}")


def not_monitored(text: str, what: str) -> Match:
    """The text means something lupusmon does not follow."""
    return Match(Status.NOT_MONITORED, message=f'"{text.strip()}" is not {what} that lupusmon follows')


def unknown(text: str, what: str) -> Match:
    """The text means nothing to lupusmon."""
    return Match(Status.UNKNOWN, message=f'"{text.strip()}" is not known as {what}')


def ambiguous(text: str, candidates: tuple[str, ...]) -> Match:
    """The text means several things."""
    listed = " or ".join(candidates)
    return Match(Status.AMBIGUOUS, message=f'"{text.strip()}" may be {listed}; write {listed}', candidates=candidates)
