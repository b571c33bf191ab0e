"""The clinical picture: SLEDAI-2K items, BILAG grades, PGA and prednisone at every scored visit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lupusmon.clinical import thresholds as t
from lupusmon.demo.archetypes import NEVER, Phenotype, Profile
from lupusmon.demo.levels import Levels
from lupusmon.demo.measure import Measured
from lupusmon.demo.plans import Plan, stack
from lupusmon.demo.visits import Visits

# fmt: off
ITEMS: dict[str, int] = {  # weights: SLEDAI-2K, CLINICAL 1
    "seizure": 8, "psychosis": 8, "organic_brain": 8, "visual": 8, "cranial_nerve": 8, "headache": 8, "cva": 8,
    "vasculitis": 8, "arthritis": 4, "myositis": 4, "casts": 4, "haematuria": 4, "proteinuria": 4, "pyuria": 4,
    "rash": 2, "alopecia": 2, "ulcers": 2, "pleurisy": 2, "pericarditis": 2, "low_complement": 2,
    "increased_dna_binding": 2, "fever": 1, "thrombocytopenia": 1, "leukopenia": 1,
}
SYSTEMS: dict[str, tuple[str, ...]] = {  # the items that make a BILAG system active here
    "constitutional": ("fever",), "mucocutaneous": ("rash", "alopecia", "ulcers"),
    "neuropsychiatric": ("seizure", "psychosis", "organic_brain", "cranial_nerve", "headache", "cva"),
    "musculoskeletal": ("arthritis", "myositis"), "cardiorespiratory": ("pleurisy", "pericarditis"),
    "gastrointestinal": (), "ophthalmic": ("visual",), "renal": (), "haematological": (),
}
# How often an item is present at baseline, by leading organ.
PRESENT: dict[Phenotype, dict[str, float]] = {
    Phenotype.GENERAL: {
        "arthritis": 0.85, "rash": 0.75, "alopecia": 0.35, "ulcers": 0.35, "pleurisy": 0.12, "pericarditis": 0.05,
        "fever": 0.08, "vasculitis": 0.05, "headache": 0.02,
    },
    Phenotype.RENAL: {
        "arthritis": 0.3, "rash": 0.25, "alopecia": 0.15, "haematuria": 0.65, "casts": 0.25, "pyuria": 0.3,
        "fever": 0.05, "pleurisy": 0.06,
    },
    Phenotype.HAEM: {"arthritis": 0.35, "rash": 0.3, "ulcers": 0.15, "alopecia": 0.1},
}
PREDNISONE_START: dict[Phenotype, tuple[float, ...]] = {
    Phenotype.GENERAL: (0, 2.5, 5, 7.5, 10, 10, 15, 20),
    Phenotype.RENAL:   (20, 30, 40),
    Phenotype.HAEM:    (20, 30, 40, 60),
}
TABLETS = np.array([0, 2.5, 5, 7.5, 10, 12.5, 15, 20, 25, 30, 40, 50, 60])
# fmt: on
NAMES = tuple(ITEMS)
WEIGHTS = np.array(list(ITEMS.values()))
GRADES = np.array(list("ABCDE"), dtype=object)
A, B, C, D, E = range(5)
PGA_PER_POINT = 0.16  # PGA 1.8 at SLEDAI-2K 11.4; with the spreads r is near .8 (CLINICAL 15: .742)
CARRIED_DAYS = 30  # a lab item uses the last result this old at most: SLEDAI-2K
RESOLVE_DAYS = (25, 75)  # when a sign goes under a full effect
PROFILE_RESOLVES = {
    Profile.FULL: 1.0, Profile.RELAPSE: 1.0, Profile.PARTIAL: 0.5, Profile.NONE: 0.06, Profile.QUIET: 1.0,
}  # fmt: skip


@dataclass(frozen=True)
class Signs:
    """One entry per scored visit. draw: row of Visits. items: rows x 24. grades: rows x 9 (0 = A). pga on 0-3."""

    draw: np.ndarray
    items: np.ndarray
    grades: np.ndarray
    pga: np.ndarray
    prednisone: np.ndarray

    @property
    def total(self) -> np.ndarray:
        return self.items @ WEIGHTS


def draw_signs(
    rng: np.random.Generator, plans: list[Plan], visits: Visits, levels: Levels, tests: dict[str, Measured]
) -> Signs:
    """What the clinician sees at the scored visits; lab items agree with the results of the day."""
    seen = {a: _carried(tests[a], visits, levels) for a in ("C3", "C4", "DSDNA", "UPCR", "PLT", "WBC")}
    present, resolves = _draw_present(rng, plans)
    draw = np.flatnonzero(visits.assessed)
    items = _items_at(plans, visits, present, resolves, tests, seen)[draw]
    grades = _grades_at(rng, plans, visits, draw, items, present, seen)
    clinical = items @ (WEIGHTS * ~np.isin(NAMES, ("low_complement", "increased_dna_binding")))
    slope = (PGA_PER_POINT * np.exp(rng.normal(0, 0.3, len(plans))))[visits.patient[draw]]
    pga = np.clip(0.12 + slope * clinical + rng.normal(0, 0.11, len(draw)), 0, 2.9)
    return Signs(draw, items, grades, np.round(pga, 2), _prednisone(rng, plans, visits, draw))


def _carried(test: Measured, visits: Visits, levels: Levels) -> np.ndarray:
    """The result of the day, else the last of the 30 days before, else the true level."""
    last = np.maximum.accumulate(np.where(test.known, np.arange(len(test.value)), 0))
    same = (visits.patient[last] == visits.patient) & (visits.day - visits.day[last] <= CARRIED_DAYS)
    value = np.where(same, test.value[last], np.nan)
    true = np.exp(levels.log_true(test.analyte, visits.patient, visits.day))
    return np.where(np.isnan(value), true, value)


def _draw_present(rng: np.random.Generator, plans: list[Plan]) -> tuple[np.ndarray, np.ndarray]:
    """Which signs each patient has at baseline, and the day each goes (NEVER if it stays)."""
    n = len(plans)
    chance = np.array([[PRESENT[p.phenotype].get(name, 0.0) for name in NAMES] for p in plans])
    present = rng.random((n, len(NAMES))) < chance
    quiet = np.array([p.profile is Profile.QUIET for p in plans])
    general = np.array([p.phenotype is Phenotype.GENERAL for p in plans])
    none_yet = general & ~present[:, [NAMES.index("arthritis"), NAMES.index("rash")]].any(axis=1)
    present[none_yet, NAMES.index("arthritis")] = True
    present[quiet] = False
    resolves = rng.integers(*RESOLVE_DAYS, (n, len(NAMES)))
    goes = rng.random((n, len(NAMES))) < np.array([PROFILE_RESOLVES[p.profile] for p in plans])[:, None]
    return present, np.where(goes, resolves, NEVER)


def _items_at(
    plans: list[Plan], visits: Visits, present: np.ndarray, resolves: np.ndarray, tests: dict[str, Measured],
    seen: dict[str, np.ndarray],
) -> np.ndarray:  # fmt: skip
    p, day = visits.patient, visits.day
    flared = day >= stack(plans, "flare_day")[p] + 7
    rescued = day >= stack(plans, "rescue_day")[p] + 60
    items = present[p] & ((day[:, None] < resolves[p]) & ~rescued[:, None] | flared[:, None])
    limit = {a: np.array([float(x.low or 0) / x.factor for x in tests[a].assays])[tests[a].assay] for a in ("C3", "C4")}
    items[:, NAMES.index("low_complement")] = (seen["C3"] < limit["C3"]) | (seen["C4"] < limit["C4"])
    items[:, NAMES.index("increased_dna_binding")] = seen["DSDNA"] > 30
    items[:, NAMES.index("proteinuria")] = seen["UPCR"] > t.PROTEINURIA_G_G
    items[:, NAMES.index("thrombocytopenia")] = seen["PLT"] < t.THROMBOCYTOPENIA_PLT
    items[:, NAMES.index("leukopenia")] = seen["WBC"] < t.LEUKOPENIA_WBC
    return items


def _grades_at(
    rng: np.random.Generator, plans: list[Plan], visits: Visits, draw: np.ndarray, items: np.ndarray,
    present: np.ndarray, seen: dict[str, np.ndarray],
) -> np.ndarray:  # fmt: skip
    """Active signs: the patient's own A or B, one grade better where some of a system's signs went; else D or E."""
    p = visits.patient[draw]
    worst = np.where(rng.random((len(plans), 9)) < 0.15, A, B)
    before = np.where(rng.random((len(plans), 9)) < 0.3, D, E)
    grades = np.empty((len(draw), 9), dtype=int)
    for k, names in enumerate(SYSTEMS.values()):
        columns = [NAMES.index(name) for name in names]
        now, once = items[:, columns].sum(axis=1), present[:, columns].sum(axis=1)
        active = worst[p, k] + (now < once[p])
        grades[:, k] = np.where(now > 0, active, np.where(once[p] > 0, D, before[p, k]))
    names = list(SYSTEMS)
    grades[:, names.index("renal")] = _renal_grade(plans, visits, draw, items, seen["UPCR"])
    grades[:, names.index("haematological")] = _haematological_grade(
        p, before[:, 8], seen["PLT"][draw], seen["WBC"][draw]
    )
    return _never_back_to_e(p, grades)


def _never_back_to_e(patient: np.ndarray, grades: np.ndarray) -> np.ndarray:
    """E means never involved, so it cannot follow another grade: D instead (CLINICAL 2). Rows by patient and day."""
    rows = np.arange(len(patient))[:, None]
    last_involved = np.maximum.accumulate(np.where(grades < E, rows, -1), axis=0)
    first_row = np.searchsorted(patient, patient)[:, None]
    return np.where((grades >= E) & (last_involved >= first_row), D, np.minimum(grades, E))


def _renal_grade(
    plans: list[Plan], visits: Visits, draw: np.ndarray, items: np.ndarray, upcr: np.ndarray
) -> np.ndarray:
    """CLINICAL 2a: proteinuria not improved by a quarter since baseline, with or without active sediment."""
    p = visits.patient[draw]
    baseline = np.full(len(plans), np.inf)
    before = np.flatnonzero(visits.day <= 0)
    baseline[visits.patient[before]] = upcr[before]  # the last one stays
    mg_mmol = upcr[draw] * t.UPCR_MG_PER_MMOL
    improved = (visits.day[draw] > 0) & (upcr[draw] <= t.RENAL_IMPROVED_RATIO * baseline[p])
    sediment = items[:, [NAMES.index("casts"), NAMES.index("haematuria"), NAMES.index("pyuria")]].any(axis=1)
    severe = (mg_mmol > t.RENAL_SEVERE_MG_MMOL) & ~improved
    grade = np.where(mg_mmol > t.RENAL_MILD_MG_MMOL, C, D)
    grade = np.where(severe | sediment | ((mg_mmol >= t.RENAL_MODERATE_MG_MMOL) & ~improved), B, grade)
    return np.where(severe & sediment, A, grade)


def _haematological_grade(p: np.ndarray, quiet: np.ndarray, platelets: np.ndarray, white: np.ndarray) -> np.ndarray:
    grade = np.where((platelets < t.HAEM_C_PLT) | (white < 4), C, quiet[p])
    grade = np.where(platelets < t.HAEM_B_PLT, B, grade)
    return np.where(platelets < t.HAEM_A_PLT, A, grade)


def _prednisone(rng: np.random.Generator, plans: list[Plan], visits: Visits, draw: np.ndarray) -> np.ndarray:
    """mg per day, in tablets: tapered under a response, held otherwise, up again at a flare or rescue."""
    start = np.array([rng.choice(PREDNISONE_START[plan.phenotype]) for plan in plans])
    goal = {Profile.FULL: (2.5, 5), Profile.PARTIAL: (7.5, 10), Profile.NONE: (10, 15), Profile.RELAPSE: (5, 7.5)}
    end = np.array([rng.choice(goal.get(plan.profile, (0, 5))) for plan in plans])
    quiet = np.array([plan.profile is Profile.QUIET for plan in plans])
    start = np.where(quiet, end, start)
    p, day = visits.patient[draw], visits.day[draw]
    dose = end[p] + (start - np.minimum(end, start))[p] * np.exp(-np.maximum(day, 0) / 55)
    turn = np.minimum(stack(plans, "flare_day"), stack(plans, "rescue_day"))[p]
    dose = np.where(day >= turn, np.maximum(dose, 30 * np.exp(-np.maximum(day - turn, 0) / 60)), dose)
    return TABLETS[np.abs(dose[:, None] - TABLETS).argmin(axis=1)]
