"""The infusions: given, late, held, missed, stopped, planned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from lupusmon.clinical.drugs import DRUGS, Regimen, Repeat
from lupusmon.demo.plans import Plan

INPATIENT = ("methylprednisolone", "ivig")  # given on consecutive days, weekends too
PREMEDICATION_MG = 100  # methylprednisolone with rituximab: CLINICAL 12; too little to count as rescue
MAX_IVIG_CYCLES = 6
PLANNED_AHEAD = 2


@dataclass(frozen=True)
class Dose:
    """One infusion row. day: from the first dose of the main course. dose: text, with its unit."""

    patient: int
    day: int
    drug: str
    dose: str
    unit: str
    status: str = "given"
    minutes: int | None = None
    note: str = ""


def draw_doses(rng: np.random.Generator, plan: Plan) -> list[Dose]:
    """Every infusion row of a patient: main course, earlier course, premedication, induction, rescue."""
    main = _draw_main(rng, plan)
    rows = list(main)
    if plan.earlier_course:
        rows += _earlier_course(rng, plan)
    if plan.regimen.drug == "rituximab" and rng.random() < 0.4:
        given = [row.day for row in main if row.status == "given"]
        rows += [Dose(plan.index, d, "methylprednisolone", str(PREMEDICATION_MG), "mg", minutes=30) for d in given]
    if plan.induction:
        rows += _pulses(rng, plan, first_day=-3)
    if plan.rescue_day <= plan.last_day:
        rows += _rescue(rng, plan)
    return sorted(rows, key=lambda row: (row.day, row.drug, row.status))


def to_weekday(plan: Plan, day: int) -> int:
    """Saturday becomes Friday, Sunday Monday."""
    weekday = (plan.start + day + 3) % 7
    return day - 1 if weekday == 5 else day + 1 if weekday == 6 else day


def amount(rng: np.random.Generator, plan: Plan, regimen: str) -> tuple[str, str, int]:
    """Dose, unit and minutes of one infusion, the same throughout a course."""
    kg = plan.weight_kg
    options = {
        "belimumab": [("10", "mg/kg", 60), (str(kg * 10), "mg", 60)],
        "anifrolumab": [("300", "mg", 30)],
        "rituximab": [("1000", "mg", 255), ("1", "g", 255)],
        "rituximab_375": [("375", "mg/m2", 240)],
        "obinutuzumab": [("1000", "mg", 240)],
        "euro_lupus": [("500", "mg", 60)],
        "nih": [("750", "mg/m2", 90), ("0.75", "g", 90), ("1000", "mg", 90)],
        "methylprednisolone": [("1000", "mg", 60), ("500", "mg", 60)],
        "ivig": [("0.4", "g/kg", 300), (str(round(0.4 * kg)), "g", 300)],
    }[regimen]
    return options[int(rng.integers(len(options)))]


def _draw_main(rng: np.random.Generator, plan: Plan) -> list[Dose]:
    code = plan.regimen.code
    dose, unit, minutes = amount(rng, plan, code)
    if code == "methylprednisolone":
        return [Dose(plan.index, d, plan.regimen.drug, dose, unit, minutes=minutes) for d in range(3)]
    if code == "ivig":
        return _draw_cycles(rng, plan, dose, unit, minutes)
    rows = list(_follow_schedule(rng, plan, dose, unit, minutes))
    if plan.stop_day <= plan.last_day:
        rows.append(Dose(plan.index, plan.stop_day, plan.regimen.drug, "", "", "stopped", None, "no benefit"))
    return rows


def _intervals(regimen: Regimen) -> Iterator[int]:
    yield from regimen.intervals_days
    while regimen.repeat is not Repeat.STOP:
        yield from regimen.intervals_days if regimen.repeat is Repeat.CYCLE else regimen.intervals_days[-1:]


def _follow_schedule(rng: np.random.Generator, plan: Plan, dose: str, unit: str, minutes: int) -> Iterator[Dose]:
    """Doses until the end or the stop: mostly within 3 days of due, some late, held for a week or two, or missed."""
    drug, end = plan.regimen.drug, min(plan.last_day, plan.stop_day - 1)

    def row(day: int, status: str = "given", note: str = "") -> Dose:
        return Dose(plan.index, day, drug, dose, unit, status, minutes if status == "given" else None, note)

    given, waiting = 0, 0
    yield row(0)
    for interval in _intervals(plan.regimen):
        due = to_weekday(plan, given + waiting + interval)
        event = rng.random()
        short = interval < 28  # loading doses keep their day
        if due > end or (plan.late_dose and due + interval > end):
            yield from _planned(plan, row, due, interval, end)
            return
        if event < 0.025 and interval == 28 and not waiting:
            yield row(due, "missed", "did not attend")
            waiting += interval
            continue
        day = due + int(rng.integers(-1, 2) if short else rng.integers(-3, 4))
        if event < 0.05:
            yield row(due, "held", "infection")
            day = due + int(rng.integers(7, 15))
        elif event < 0.09 and not short:
            day = due + int(rng.integers(9, 18))
        day = to_weekday(plan, day)
        if day > end:
            yield from _planned(plan, row, due, interval, end)
            return
        yield row(day)
        given, waiting = day, 0


def _planned(plan: Plan, row: Callable[..., Dose], due: int, interval: int, end: int) -> Iterator[Dose]:
    """The doses still to come, if the patient is on the drug; one appointment nobody kept for the lost."""
    if plan.stop_day <= plan.last_day:
        return
    times = PLANNED_AHEAD if plan.is_followed and plan.regimen.code != "euro_lupus" else 1
    for k in range(times):
        yield row(to_weekday(plan, due + k * interval), "planned")


def _draw_cycles(rng: np.random.Generator, plan: Plan, dose: str, unit: str, minutes: int) -> list[Dose]:
    """Cycles of five (0.4 g/kg) infusions, 28 days apart, six at most."""
    rows, first = [], 0
    for _ in range(MAX_IVIG_CYCLES):
        if first + 4 > plan.last_day:
            break
        rows += [Dose(plan.index, first + d, "ivig", dose, unit, minutes=minutes) for d in range(5)]
        first += 28 + int(rng.integers(-2, 4))
    return rows


def _pulses(rng: np.random.Generator, plan: Plan, first_day: int, dose: str = "500") -> list[Dose]:
    return [Dose(plan.index, first_day + d, "methylprednisolone", dose, "mg", minutes=60) for d in range(3)]


def _earlier_course(rng: np.random.Generator, plan: Plan) -> list[Dose]:
    """A few doses long enough before day 0 to be a course of their own."""
    dose, unit, minutes = amount(rng, plan, plan.regimen.code)
    gap = DRUGS[plan.regimen.drug].course_gap_days
    last = -gap - int(rng.integers(60, 200))
    step = 28 if plan.regimen.drug == "belimumab" else 14
    count = 4 if plan.regimen.drug == "belimumab" else 2
    days = [to_weekday(plan, last - step * k) for k in range(count)]
    return [Dose(plan.index, d, plan.regimen.drug, dose, unit, minutes=minutes) for d in days]


def _rescue(rng: np.random.Generator, plan: Plan) -> list[Dose]:
    day, drug = plan.rescue_day, plan.rescue_drug
    if drug == "methylprednisolone":
        return [row for row in _pulses(rng, plan, day, "1000") if row.day <= plan.last_day]
    if drug == "ivig":
        return [Dose(plan.index, day + d, drug, "1", "g/kg", minutes=300, note="rescue") for d in range(2)]
    code = "euro_lupus" if drug == "cyclophosphamide" else drug
    steps = {"euro_lupus": [14] * 5, "rituximab": [14], "belimumab": [14, 14] + [28] * 4}[code]
    dose, unit, minutes = amount(rng, plan, code)
    days = np.concatenate([[0], np.cumsum(steps)]) + to_weekday(plan, day)
    return [
        Dose(plan.index, to_weekday(plan, int(d)), drug, dose, unit, minutes=minutes, note="rescue")
        for d in days
        if to_weekday(plan, int(d)) <= plan.last_day
    ]
