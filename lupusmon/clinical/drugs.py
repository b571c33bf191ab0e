"""The infusions lupusmon follows: schedules, gaps, tolerances (CRITERIA 2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MINOR_DRUGS = ("methylprednisolone", "ivig")  # a pulse is not what the patient is "on" while there is another drug


class Repeat(StrEnum):
    """What follows the listed intervals."""

    LAST = "last"  # the last interval again and again
    CYCLE = "cycle"  # the list from its start
    STOP = "stop"  # no further dose


@dataclass(frozen=True)
class Regimen:
    """One schedule. intervals_days[k] lies between dose k+1 and k+2; empty = unscheduled.

    late_after_days: tolerance either way. lab_interval_days: how often the core labs are expected while on it
    (engineering judgement within CLINICAL 12, not a published rule).
    """

    code: str
    drug: str
    intervals_days: tuple[int, ...]
    repeat: Repeat
    late_after_days: int | None
    label: str
    source: str
    lab_interval_days: int = 92


@dataclass(frozen=True)
class Drug:
    """A drug and the gap after which a dose starts a new course."""

    code: str
    name: str
    course_gap_days: int
    regimens: tuple[str, ...]
    brands: tuple[str, ...]
    colour: str


# fmt: off
REGIMENS: dict[str, Regimen] = {
    r.code: r
    for r in (
        Regimen("belimumab",          "belimumab",          (14, 14, 28),             Repeat.LAST,  7,    "10 mg/kg IV day 0, 14, 28, then every 28 days", "label"),
        Regimen("anifrolumab",        "anifrolumab",        (28,),                    Repeat.LAST,  7,    "300 mg IV every 28 days, never under 14 days apart", "label"),
        Regimen("rituximab",          "rituximab",          (14, 168),                Repeat.CYCLE, 14,   "1000 mg day 0 and 14, repeated after 168 days", "Merrill-2010"),
        Regimen("rituximab_375",      "rituximab",          (7, 7, 7, 161),           Repeat.CYCLE, 14,   "375 mg/m2 weekly x 4, repeated after 161 days", "Merrill-2010"),
        Regimen("obinutuzumab",       "obinutuzumab",       (14, 154, 14, 182),       Repeat.LAST,  14,   "1000 mg day 0, 14, week 24 and 26, then every 182 days", "REGENCY"),
        Regimen("euro_lupus",         "cyclophosphamide",   (14, 14, 14, 14, 14),     Repeat.STOP,  7,    "500 mg every 14 days, six doses", "Houssiau-2002", 31),
        Regimen("nih",                "cyclophosphamide",   (28, 28, 28, 28, 28, 91), Repeat.LAST,  14,   "0.5-1 g/m2 every 28 days, six doses, then every 91 days", "NIH", 31),
        Regimen("methylprednisolone", "methylprednisolone", (),                       Repeat.STOP,  None, "pulse, unscheduled", "KDIGO-2024"),
        Regimen("ivig",               "ivig",               (28,),                    Repeat.LAST,  14,   "cycles of up to 5 days, 28 days apart", "Maier-1990", 31),
    )
}

DRUGS: dict[str, Drug] = {
    d.code: d
    for d in (
        Drug("belimumab",          "Belimumab",          120, ("belimumab",),                  ("Benlysta",),                                   "#0072B2"),
        Drug("anifrolumab",        "Anifrolumab",        120, ("anifrolumab",),                ("Saphnelo",),                                   "#D55E00"),
        Drug("rituximab",          "Rituximab",          300, ("rituximab", "rituximab_375"),  ("Rituxan", "MabThera", "Truxima", "Rixathon", "Ruxience", "Riabni"), "#009E73"),
        Drug("obinutuzumab",       "Obinutuzumab",       300, ("obinutuzumab",),               ("Gazyva", "Gazyvaro"),                          "#CC79A7"),
        Drug("cyclophosphamide",   "Cyclophosphamide",   120, ("euro_lupus", "nih"),           ("Cytoxan", "Endoxan", "Neosar"),                "#E69F00"),
        Drug("methylprednisolone", "Methylprednisolone", 60,  ("methylprednisolone",),         ("Solu-Medrol", "Medrol", "Urbason", "Solumedrol"), "#56B4E9"),
        Drug("ivig",               "IVIG",               90,  ("ivig",),                       ("Privigen", "Gamunex", "Octagam", "Kiovig", "Gammagard", "Flebogamma"), "#8C6D1F"),
    )
}
# fmt: on

CODES: tuple[str, ...] = tuple(DRUGS)
EURO_LUPUS_MAX_MG = 600.0  # a flat dose up to this is Euro-Lupus (CRITERIA 2)
ANIFROLUMAB_MIN_DAYS = 14  # never closer than this (label)
IVIG_CYCLE_MAX_DAYS = 5  # doses this close belong to one cycle
STEROID_RESCUE_MG = 250.0  # methylprednisolone counts as rescue, and as prior treatment, from here (CRITERIA 7)
PRIOR_DRUG_DAYS = 90  # a drug given this long before the course is background, not rescue
IVIG_MASK_DAYS = 28  # platelet rises this long after IVIG are not credited (CRITERIA 7)
