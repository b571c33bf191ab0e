"""What can happen to an invented patient: courses of illness, drugs, and how often each occurs among sixty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LAST_DAY = date(
    2026, 11, 13
)  # the last day on which anything happens; a Friday, fixed so that a seed always means the same
NEVER = 10**6  # a day that does not come


class Profile(StrEnum):
    """How the disease answers the drug."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"
    RELAPSE = "relapse"  # full, then a flare that undoes it
    QUIET = "quiet"  # clinically quiescent from the start, serology active and unmoved


class Phenotype(StrEnum):
    """The organ that matters most."""

    RENAL = "renal"
    HAEM = "haematological"
    GENERAL = "skin and joints"


@dataclass(frozen=True)
class Archetype:
    """One kind of story. per_60: of sixty patients. weeks: least and most weeks from first dose to LAST_DAY."""

    code: str
    per_60: int
    profiles: tuple[Profile, ...]
    weeks: tuple[int, int]
    meaning: str


FULL, PARTIAL, NONE, RELAPSE, QUIET = Profile

# fmt: off
ARCHETYPES: tuple[Archetype, ...] = (
    #         code                    per_60  profiles            weeks
    Archetype("responder",            14, (FULL,),              (30, 122), "labs and signs improve and stay so"),
    Archetype("partial",              9,  (PARTIAL,),           (26, 118), "improves, short of the complete targets"),
    Archetype("non_responder",        7,  (NONE,),              (26, 118), "no improvement"),
    Archetype("flare_after_response", 5,  (RELAPSE,),           (58, 118), "responds, flares between weeks 28 and 40"),
    Archetype("lost_to_follow_up",    4,  (FULL, PARTIAL),      (60, 118), "last seen between weeks 14 and 30"),
    Archetype("early_stop",           3,  (NONE,),              (30, 110), "drug stopped between weeks 8 and 20"),
    Archetype("rescue",               4,  (NONE,),              (58, 118), "no effect; rescued in weeks 14 to 34"),
    Archetype("serologically_active", 3,  (QUIET,),             (30, 118), "clinically quiescent, serology active"),
    Archetype("missing_tests",        4,  (FULL, FULL, NONE),   (30, 118), "one test was never measured"),
    Archetype("assay_switch",         3,  (FULL, FULL, NONE),   (58, 118), "another anti-dsDNA assay mid-course"),
    Archetype("censored",             2,  (FULL,),              (56, 118), "beyond the measuring range: <10, >300"),
    Archetype("qualitative",          2,  (FULL, NONE),         (30, 118), "anti-dsDNA reported in words only"),
)

REGIMENS_PER_60: dict[str, int] = {
    "belimumab": 14, "anifrolumab": 11, "rituximab": 6, "rituximab_375": 4, "obinutuzumab": 7,
    "euro_lupus": 6, "nih": 4, "methylprednisolone": 4, "ivig": 4,
}

# How often each organ leads, per regimen: renal, haematological, the rest skin and joints.
PHENOTYPE_SHARES: dict[str, tuple[float, float]] = {
    "belimumab": (0.35, 0.0), "anifrolumab": (0.15, 0.0), "rituximab": (0.4, 0.45), "rituximab_375": (0.2, 0.8),
    "obinutuzumab": (1.0, 0.0), "euro_lupus": (1.0, 0.0), "nih": (1.0, 0.0), "methylprednisolone": (0.5, 0.5),
    "ivig": (0.0, 1.0),
}
# fmt: on

BY_CODE: dict[str, Archetype] = {a.code: a for a in ARCHETYPES}
_PULSES = {"methylprednisolone", "ivig"}
_PULSE_STORIES = {"responder", "partial", "non_responder", "flare_after_response", "missing_tests", "lost_to_follow_up"}
_QUIET_REGIMENS = {"belimumab", "anifrolumab"}


def is_plausible(archetype: str, regimen: str) -> bool:
    """Whether the story fits: pulses are not stopped early, quiescent patients get no chemotherapy."""
    if regimen in _PULSES:
        return archetype in _PULSE_STORIES
    return archetype != "serologically_active" or regimen in _QUIET_REGIMENS


def responder_label(archetype: str, profile: Profile) -> str:
    """yes, partial, no, or unknown (lost, or nothing to respond)."""
    if archetype in ("lost_to_follow_up", "serologically_active"):
        return "unknown"
    return {FULL: "yes", PARTIAL: "partial"}.get(profile, "no")
