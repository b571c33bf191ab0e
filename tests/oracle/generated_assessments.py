"""Random assessments: near baselines and visits, partly filled, on every PGA scale (see generator.py)."""

from __future__ import annotations

from datetime import time
from random import Random

from .facts import ITEMS, SYSTEMS

SCALES = (3, 10, 100)


def add_assessments(rng: Random, rows: list[dict], patient_id: str, days: dict, *, tidy: bool) -> None:
    """At most one assessment of a patient at one time. A patient has one scale, or changes it. tidy: none missed."""
    taken = set()
    scale, baseline = rng.choice(SCALES), rng.choice((3, 4, 5, 6, 8, 10, 12, 14))
    before_grades = {name: rng.choices("ABCDE", (8, 14, 15, 45, 18))[0] for name in SYSTEMS}
    for name, listed in days.items():
        if not listed or rng.random() < (
            0.02 if tidy else 0.15 if name in ("before", "12", "24", "52", "end") else 0.4
        ):
            continue
        inner = listed[3:] if tidy and len(listed) > 3 else listed
        for day in rng.choices(inner, k=rng.choice((1, 1, 1, 2))):
            at = rng.choice((None, None, time(9, 15), time(16, 0)))
            if (day, at) in taken:
                continue
            taken.add((day, at))
            is_before = name == "before"
            row = _assess(rng, baseline, before_grades, is_before=is_before)
            row["pga_max"] = scale if rng.random() < 0.9 else rng.choice(SCALES)
            row["pga"] = _pga(rng, row["pga_max"], is_before=is_before)
            rows.append({"patient_id": patient_id, "day": day, "time": at, **row})


def _assess(rng: Random, baseline: int, before_grades: dict[str, str], *, is_before: bool) -> dict:
    total = baseline if is_before else max(0, baseline - rng.choice((-1, 0, 1, 2, 3, 4, 4, 5, 6, 7, 8, 10, 14)))
    if rng.random() < 0.1:
        total = rng.choice((0, 0, 1, 2, 4, 5))
    return {
        "sledai_2k": None if rng.random() < 0.06 else float(total),
        "prednisone_mg_per_day": rng.choice((0.0, 2.5, 4.9, 5.0, 5.0, 5.1, 7.5, 7.5, 7.6, 20.0, None)),
        "treatment_failure": rng.choices((True, False, None), (4, 60, 36))[0],
        "discontinued": rng.choices((True, False, None), (3, 60, 37))[0],
        "bilag": _grades(rng, before_grades, is_before=is_before),
        "items": _items(rng, total),
    }


def _grades(rng: Random, before: dict[str, str], *, is_before: bool) -> dict[str, str]:
    """Most systems as before or better; some ungraded; now and then none graded at all."""
    if rng.random() < 0.06:
        return {}
    grades = {}
    for name in SYSTEMS:
        worse_or_better = {"A": "ABBCCD", "B": "BCCDDA", "C": "CCDDBA", "D": "DDDDDCB", "E": "EEEEEEB"}[before[name]]
        grade = before[name] if is_before else rng.choice(worse_or_better)
        if rng.random() > 0.03:
            grades[name] = grade
    return grades


def _items(rng: Random, total: int) -> dict[str, bool | None]:
    """All, some or none of the items; a total of 0 has none true; low totals have few."""
    filled = rng.choices((1.0, 0.9, 0.0), (65, 20, 15))[0]
    chance = 0.0 if total == 0 else 0.03 if total <= 4 else 0.12
    items = {}
    for name in ITEMS:
        serological = name in ("low_complement", "increased_dna_binding")
        truth = rng.random() < (max(chance, 0.4) if serological and total > 0 else chance)
        items[name] = truth if rng.random() < filled else None
    return items


def _pga(rng: Random, scale: int, *, is_before: bool) -> float | None:
    """Two decimals at most on 0-3, so that a difference needs no rounding by halves."""
    if rng.random() < 0.06:
        return None
    hundredths = (
        rng.choice((70, 100, 120, 150, 180))
        if is_before
        else rng.choice((0, 20, 39, 48, 49, 50, 51, 60, 90, 99, 100, 101, 102, 120, 129, 130, 131, 150, 180, 210, 300))
    )
    if scale == 3:
        return hundredths / 100
    return round(hundredths / 30, 1) if scale == 10 else float(round(hundredths / 3))
