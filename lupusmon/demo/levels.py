"""The true state of every patient: levels at baseline and how they move. Noise comes later.

Sources: distributions and correlations CLINICAL 15, timing CLINICAL 12, size of the effects CLINICAL 9, 14, 15.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lupusmon.demo.archetypes import NEVER, Phenotype, Profile
from lupusmon.demo.doses import PREMEDICATION_MG, Dose
from lupusmon.demo.laboratories import MEASURED
from lupusmon.demo.plans import Plan, stack


def _both(share: float, delay_days: int, tau_days: int) -> dict[str, tuple[float, int, int]]:
    """C3 and C4 move together."""
    return {"C3": (share, delay_days, tau_days), "C4": (share, delay_days, tau_days)}


# fmt: off
BASELINE: dict[str, tuple[float, float]] = {  # mean and SD of the natural logarithm, canonical units
    "C3":    (4.249, 0.404),   # CLINICAL 15: 76 +- 32 mg/dL
    "C4":    (2.610, 0.444),   # CLINICAL 15: 15 +- 7 mg/dL
    "DSDNA": (4.060, 1.300),   # CLINICAL 15: 69.4 % at or above 30 IU/mL; the spread is assumed
    "UPCR":  (-1.795, 0.700),  # CLINICAL 15, quiescent: 0.28 +- 0.38 g/g; narrower, below 0.45
    "PLT":   (5.484, 0.339),   # CLINICAL 15, quiescent: 255 +- 89
    "CREAT": (-0.290, 0.180),  # assumed: 0.75 mg/dL
    "WBC":   (1.650, 0.300),   # assumed: 5.2
    "HGB":   (2.500, 0.090),   # assumed: 12.2 g/dL
}
NEPHRITIS_UPCR = (0.894, 0.733)  # CLINICAL 15: BLISS-LN 3.2 +- 2.7 g/g
LOW_PLATELETS = (3.450, 0.350)   # assumed: about 31
CORRELATION = {("C3", "C4"): 0.55, ("C3", "DSDNA"): -0.35, ("C4", "DSDNA"): -0.30}  # CLINICAL 15; the last two assumed

# Per drug and test: share of the way to the target, days before it starts, time constant in days.
TIMING: dict[str, dict[str, tuple[float, int, int]]] = {
    "belimumab":          {**_both(0.8, 28, 45), "DSDNA": (0.25, 14, 45),  "UPCR": (1.0, 14, 100)},
    "anifrolumab":        {                                                "UPCR": (1.0, 14, 100), "WBC": (1.0, 7, 30)},
    "rituximab":          {**_both(1.0, 28, 75), "DSDNA": (0.50, 14, 75),  "UPCR": (1.0, 28, 85),  "PLT": (1, 10, 30)},
    "obinutuzumab":       {**_both(1.0, 28, 75), "DSDNA": (0.90, 14, 120), "UPCR": (1.0, 28, 95)},
    "cyclophosphamide":   {**_both(0.8, 14, 60), "DSDNA": (0.30, 14, 60),  "UPCR": (1.0, 14, 60),  "WBC": (-1, 3, 30)},
    "methylprednisolone": {**_both(0.5, 2, 12),  "DSDNA": (0.25, 4, 20),   "UPCR": (1.0, 2, 25),   "PLT": (1.0, 1, 4)},
    "ivig":               {                                                                     "PLT": (1.0, 14, 50)},
}
# Share of a full effect in logarithms, per profile; 1 where unlisted.
PROFILE_SHARE: dict[Profile, dict[str, float]] = {
    Profile.PARTIAL: {"C3": 0.45, "C4": 0.45, "DSDNA": 0.5, "UPCR": 0.42, "PLT": 0.5, "CREAT": 0.6, "HGB": 0.5},
    Profile.NONE:    {"C3": -0.1, "C4": -0.1, "DSDNA": -0.15, "UPCR": -0.06, "PLT": -0.04, "CREAT": -0.2, "HGB": 0.0},
    Profile.QUIET:   dict.fromkeys(MEASURED, 0.0),
}
# fmt: on
DSDNA_FULL_LOG = np.log(0.13)  # others a share of it; 0.9 of it is obinutuzumab's -84 % (NOBILITY, CLINICAL 9)
RELAPSE_DAYS, RELAPSE_DEPTH = 18, 1.1  # a flare undoes the effect within weeks and a little more
RESCUE_DAYS, RESCUE_SHARE = 30, 0.85
IVIG_SHARE = {Profile.PARTIAL: 0.6, Profile.NONE: 0.1}


@dataclass(frozen=True)
class Levels:
    """log_true(...) gives the natural logarithm of the true value of a test for patients on days.

    base, effect: per test, one value per patient (log level at baseline; log effect when complete).
    """

    base: dict[str, np.ndarray]
    effect: dict[str, np.ndarray]
    rescue_effect: dict[str, np.ndarray]
    delay: dict[str, np.ndarray]
    tau: dict[str, np.ndarray]
    flare_day: np.ndarray
    rescue_day: np.ndarray
    pulse_keys: dict[str, np.ndarray]
    bump_share: np.ndarray

    def log_true(self, analyte: str, patient: np.ndarray, day: np.ndarray) -> np.ndarray:
        share = _rise(day - self.delay[analyte][patient], self.tau[analyte][patient])
        share = share * (1 - RELAPSE_DEPTH * _rise(day - self.flare_day[patient], RELAPSE_DAYS))
        rescued = _rise(day - self.rescue_day[patient], RESCUE_DAYS)
        level = self.base[analyte][patient] + self.effect[analyte][patient] * share
        level = level + self.rescue_effect[analyte][patient] * rescued
        if analyte == "PLT":
            return level + self.bump_share[patient] * _ivig_bump(
                days_since(self.pulse_keys["ivig"], patient, day), level
            )
        if analyte == "WBC":
            return level + 0.35 * np.exp(-days_since(self.pulse_keys["methylprednisolone"], patient, day) / 7)
        return level


def draw_levels(rng: np.random.Generator, plans: list[Plan], doses: list[list[Dose]]) -> Levels:
    """Baseline levels and effects of all patients."""
    base = _draw_baseline(rng, plans)
    full = _full_effects(rng, plans, base)
    effect, rescue, delay, tau = {}, {}, {}, {}
    for analyte in MEASURED:
        rows = [TIMING[plan.regimen.drug].get(analyte, (0.0, 14, 60)) for plan in plans]
        share, delay[analyte], tau[analyte] = (np.array(c, dtype=float) for c in zip(*rows, strict=True))
        kept = np.array([PROFILE_SHARE.get(plan.profile, {}).get(analyte, 1.0) for plan in plans])
        follows = analyte in ("CREAT", "HGB")  # not a target of any drug: follow the disease
        effect[analyte] = full[analyte] * (1.0 if follows else share) * kept
        rescue[analyte] = RESCUE_SHARE * (full[analyte] - effect[analyte]) if analyte != "WBC" else 0 * kept
    keys = {drug: _pulse_keys(doses, drug) for drug in ("ivig", "methylprednisolone")}
    days = stack(plans, "flare_day"), stack(plans, "rescue_day")
    return Levels(base, effect, rescue, delay, tau, *days, keys, _bump_shares(plans))


def _bump_shares(plans: list[Plan]) -> np.ndarray:
    """How much platelets follow IVIG: a non-responder to IVIG hardly, everybody else as published."""
    return np.array([IVIG_SHARE.get(p.profile, 1.0) if p.regimen.drug == "ivig" else 1.0 for p in plans])


def days_since(keys: np.ndarray, patient: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Days from the patient's last pulse up to the day; NEVER without one."""
    if not len(keys):
        return np.full(len(day), NEVER, dtype=float)
    key = _key(patient, day)
    last = keys[np.maximum(np.searchsorted(keys, key, side="right") - 1, 0)]
    since = key - last
    return np.where((since >= 0) & (since < 10**5), since, NEVER).astype(float)


def _rise(days: np.ndarray, tau: np.ndarray | float) -> np.ndarray:
    return np.where(days > 0, 1 - np.exp(-np.maximum(days, 0) / tau), 0.0)


def _ivig_bump(since: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Up within 1-3 days, gone by four weeks (Maier 1990, CLINICAL 7), the more the lower the count."""
    height = np.maximum(np.log(180) - level, 0)
    return height * (1 - np.exp(-since / 1.5)) * np.exp(-((since / 13) ** 2))


def _key(patient: np.ndarray, day: np.ndarray) -> np.ndarray:
    return patient.astype(np.int64) * 10**6 + day + 10**4


def _pulse_keys(doses: list[list[Dose]], drug: str) -> np.ndarray:
    """First days of pulses or cycles, as sortable keys of patient and day."""
    keys = []
    for own in doses:
        last = -NEVER
        for dose in own:
            is_pulse = dose.drug == drug and dose.status == "given" and dose.dose != str(PREMEDICATION_MG)
            if is_pulse and dose.day - last > 6:
                keys.append(_key(np.array(dose.patient), np.array(dose.day)))
                last = dose.day
    return np.sort(np.array(keys, dtype=np.int64))


def _draw_baseline(rng: np.random.Generator, plans: list[Plan]) -> dict[str, np.ndarray]:
    n = len(plans)
    z = _correlated(rng, n)
    base = {a: mu + sd * z[a] for a, (mu, sd) in BASELINE.items()}
    is_renal = np.array([p.phenotype is Phenotype.RENAL for p in plans])
    is_haem = np.array([p.phenotype is Phenotype.HAEM for p in plans])
    is_quiet = np.array([p.profile is Profile.QUIET for p in plans])
    is_censored = np.array([p.archetype.code == "censored" for p in plans])
    is_partial = np.array([p.profile is Profile.PARTIAL for p in plans])  # far enough off that half-way is not complete
    least = np.where(is_partial, np.log(3.0), np.log(0.9))
    renal = np.clip(NEPHRITIS_UPCR[0] + NEPHRITIS_UPCR[1] * z["UPCR"], least, np.log(12))
    haem = LOW_PLATELETS[0] + LOW_PLATELETS[1] * np.where(is_partial, np.minimum(z["PLT"], 0), z["PLT"])
    base["UPCR"] = np.where(is_renal, renal, np.minimum(base["UPCR"], np.log(0.32)))
    base["PLT"] = np.where(is_haem, haem, np.maximum(base["PLT"], np.log(125)))
    base["CREAT"] = base["CREAT"] + 0.22 * is_renal
    base["C3"] = np.where(
        is_quiet, rng.uniform(np.log(52), np.log(70), n), np.clip(base["C3"], np.log(22), np.log(160))
    )
    base["C4"] = np.where(
        is_quiet, rng.uniform(np.log(4.5), np.log(7.5), n), np.clip(base["C4"], np.log(3), np.log(44))
    )
    base["DSDNA"] = np.where(is_quiet, rng.uniform(np.log(80), np.log(170), n), base["DSDNA"])
    base["DSDNA"] = np.where(
        is_censored, rng.uniform(np.log(560), np.log(900), n), np.clip(base["DSDNA"], np.log(3), np.log(1800))
    )
    return base


def _correlated(rng: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    """Standard normal scores, cut at 2.3; C3, C4 and anti-dsDNA correlated."""
    names = list(MEASURED)
    matrix = np.eye(len(names))
    for (a, b), r in CORRELATION.items():
        i, j = names.index(a), names.index(b)
        matrix[i, j] = matrix[j, i] = r
    z = np.clip(rng.standard_normal((n, len(names))) @ np.linalg.cholesky(matrix).T, -2.3, 2.3)
    return {name: z[:, k] for k, name in enumerate(names)}


def _full_effects(rng: np.random.Generator, plans: list[Plan], base: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The logarithm of (level when fully treated / level at baseline)."""
    n = len(plans)

    def way_up(analyte: str, low: float, high: float) -> np.ndarray:
        return np.maximum(rng.uniform(np.log(low), np.log(high), n) - base[analyte], 0)

    is_renal = np.array([p.phenotype is Phenotype.RENAL for p in plans])
    is_haem = np.array([p.phenotype is Phenotype.HAEM for p in plans])
    is_censored = np.array([p.archetype.code == "censored" for p in plans])
    target = np.where(
        is_censored, rng.uniform(np.log(0.04), np.log(0.06), n), rng.uniform(np.log(0.09), np.log(0.18), n)
    )
    return {
        "C3": way_up("C3", 108, 140),
        "C4": way_up("C4", 18, 27),
        "DSDNA": np.where(is_censored, 2.4, 1.0) * DSDNA_FULL_LOG + rng.uniform(-0.2, 0.2, n),
        "UPCR": np.where(is_renal, target - base["UPCR"], 0.0),
        "PLT": np.where(is_haem, way_up("PLT", 170, 250), 0.0),
        "CREAT": np.where(is_renal, -rng.uniform(0.14, 0.24, n), 0.0),
        "WBC": np.full(n, 0.2),
        "HGB": way_up("HGB", 12.6, 13.6) * 0.8,
    }
