"""When blood is drawn: before the first dose, every four weeks or by clinic, and blood counts after pulses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lupusmon.demo.archetypes import Phenotype
from lupusmon.demo.doses import INPATIENT, PREMEDICATION_MG, Dose, to_weekday
from lupusmon.demo.plans import Plan

EARLY_DAYS = 182  # closer monitoring before: CLINICAL 12
_INFUSION_DRUGS = ("belimumab", "anifrolumab")


@dataclass(frozen=True)
class Visits:
    """Draws of all patients, by patient and day.

    counts_only: a blood count, nothing else. minute: of the day, -1 = no time. assessed: scored by a clinician.
    """

    patient: np.ndarray
    day: np.ndarray
    counts_only: np.ndarray
    minute: np.ndarray
    assessed: np.ndarray

    def __len__(self) -> int:
        return len(self.day)


def draw_visits(rng: np.random.Generator, plans: list[Plan], doses: list[list[Dose]]) -> Visits:
    """One row per draw, at most one a day and patient."""
    rows: list[tuple[int, int, bool, bool]] = []
    for plan, own in zip(plans, doses, strict=True):
        rows += _of_patient(rng, plan, own)
    patient, day, counts_only, assessed = (np.array(column) for column in zip(*rows, strict=True))
    timed = rng.random(len(day)) < np.array([p.laboratory.timed for p in plans])[patient]
    minute = np.where(timed, 7 * 60 + 5 * rng.integers(0, 31, len(day)), -1)  # 07:00 to 09:30, before any infusion
    return Visits(patient, day, counts_only.astype(bool), minute, assessed.astype(bool))


def _of_patient(rng: np.random.Generator, plan: Plan, doses: list[Dose]) -> list[tuple[int, int, bool, bool]]:
    full = _before(rng, plan) | _after(rng, plan, doses)
    if plan.index == 0:
        full.add(plan.as_of)  # the cohort's last day is always LAST_DAY
    full |= _again(rng, plan, full)
    counts = _count_days(rng, plan, doses) - full
    every = rng.random() < 0.6  # scored at every visit, else about every 12 weeks
    rows, scored = [], -(10**4)
    for day in sorted(full | counts):
        due = day in full and (every or day - scored >= 77 or day == plan.as_of)
        rows.append((plan.index, day, day in counts, due))
        scored = day if due else scored
    return rows


def _before(rng: np.random.Generator, plan: Plan) -> set[int]:
    """One or two draws in the weeks before, and the baseline draw on day 0 or up to a week before."""
    baseline = 0 if rng.random() < 0.6 else to_weekday(plan, -int(rng.integers(1, 7)))
    days = {baseline, to_weekday(plan, -int(rng.integers(28, 63)))}
    if rng.random() < 0.4:
        days.add(to_weekday(plan, -int(rng.integers(70, 160))))
    return days


def _after(rng: np.random.Generator, plan: Plan, doses: list[Dose]) -> set[int]:
    given = [d.day for d in doses if d.status == "given" and d.drug == plan.regimen.drug and d.day > 0]
    if plan.regimen.drug in _INFUSION_DRUGS and rng.random() < 0.7:
        late_step = int(rng.integers(2, 4))
        days = {d for k, d in enumerate(given) if (14 < d <= EARLY_DAYS) or (d > EARLY_DAYS and k % late_step == 0)}
        start = max(given, default=0) if plan.stop_day < plan.last_day else plan.last_day + 1
    else:
        days, start = set(), 0
    early, late = [(28, 56), (42, 84), (28, 84), (35, 70)][int(rng.integers(4))]
    day = start
    while day <= plan.last_day:
        step = early + int(rng.integers(-7, 8)) if day < EARLY_DAYS else late + int(rng.integers(-14, 15))
        day = to_weekday(plan, day + step)
        days.add(day)
    return {d for d in days if 0 < d <= plan.last_day}


def _again(rng: np.random.Generator, plan: Plan, days: set[int]) -> set[int]:
    """Now and then a second draw within days, so that a window holds two."""
    near = {to_weekday(plan, d + int(rng.integers(2, 11))) for d in sorted(days) if d > 0 and rng.random() < 0.06}
    return {d for d in near if d <= plan.last_day}


def _count_days(rng: np.random.Generator, plan: Plan, doses: list[Dose]) -> set[int]:
    """Blood counts: after IVIG or pulses in thrombocytopenia, and at the nadir of the first cyclophosphamide doses."""
    given = [d for d in doses if d.status == "given" and d.day >= 0]
    days: set[int] = set()
    if plan.phenotype is Phenotype.HAEM:
        firsts = [d.day for d in given if d.drug in INPATIENT and d.dose != str(PREMEDICATION_MG)]
        for first in firsts[:1] + firsts[5:6]:
            days |= {first + int(k) for k in (2, 4, 7, 14)}
    if plan.regimen.drug == "cyclophosphamide":
        days |= {to_weekday(plan, d.day + 10) for d in given[:2] if d.drug == "cyclophosphamide"}
    return {d for d in days if 0 < d <= plan.last_day}
