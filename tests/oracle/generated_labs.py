"""Random lab results about every limit of CRITERIA (see generator.py)."""

from __future__ import annotations

from datetime import date, time
from random import Random

from .facts import DEFAULT_LIMITS, UNITS

TIMES = (None, None, None, time(7, 0), time(8, 0), time(10, 30), time(18, 5, 30))
METHODS = ("", "A", "B")
EDGE_VALUES = {
    "C3": (40, 60, 79.9, 80, 89.9999, 90, 90.0001, 95, 120, 181),
    "C4": (2, 5, 9.9, 9.999999, 10, 10.1, 14, 16, 22, 41),
    "CH50": (10, 29.9, 30, 31, 50, 76),
    "DSDNA": (0, 5, 10, 29.9, 30, 30.00001, 30.1, 60, 120, 300, 1200),
    "UPCR": (0.1, 0.221004243, 0.3, 0.442008487, 0.49, 0.5, 0.501, 0.7, 0.71, 0.884016973, 0.9, 1.5, 2.99, 3, 5),
    "UPROT24": (0.1, 0.499, 0.5, 0.501, 1.2),
    "PLT": (10, 24.9, 25, 29.9, 30, 49.9, 50, 60, 99.9, 100, 100.0001, 149.9, 150, 220),
    "CREAT": (0.5, 0.7, 0.9, 1, 1.2, 1.47058824, 1.47, 1.5, 2, 3.1),
    "EGFR": (20, 50, 59.9, 60, 75, 89.9, 90, 91, 110),
    "WBC": (1, 2.9, 2.999999, 3, 3.1, 6),
    "HGB": (7.5, 10, 11.9, 12, 14),
    "NEUT": (0.4, 2, 5),
    "CRP": (0, 1, 30),
    "URBC": (0, 3, 12),
}
RATIOS = (0.25, 0.5, 0.5001, 0.75, 0.7501, 0.8, 0.85, 0.8499, 0.9, 0.95, 1, 1.05, 1.15, 1.3, 1.31, 1.5, 2, 2.5, 4)
BETTER = (0.1, 0.25, 0.4, 0.5, 0.5, 0.6, 0.75, 0.85, 1)
WORSE = (1, 1, 1.15, 1.3, 1.5, 2.5, 4, 8)
LOW_IS_GOOD = ("DSDNA", "UPCR", "UPROT24", "CREAT")
ACTIVE_VALUES = {
    "C3": (40, 60, 79.9, 80, 95),
    "C4": (2, 5, 9.9, 14),
    "DSDNA": (5, 31, 120, 300),
    "UPCR": (0.25, 0.5, 0.9, 1.5, 3, 5),
    "PLT": (24, 30, 60, 99.9, 150, 220),
    "CREAT": (0.9, 1, 1.3),
}
HIGHEST = {"C3": 400, "C4": 150, "CH50": 300, "DSDNA": 100000, "UPCR": 40, "PLT": 2000, "CREAT": 20, "EGFR": 200}
OWN_LIMITS = {
    "C3": (80, 160),
    "C4": (14, 44),
    "CH50": (41, 95),
    "DSDNA": (None, 10),
    "PLT": (140, 450),
    "UPCR": (None, 0.15),
}
CENSORING_LIMITS = {"DSDNA": (10, 30, 50, 300), "UPCR": (0.2, 0.5, 0.6, 1, 3), "EGFR": (60, 90)}


def add_labs(rng: Random, labs: list[dict], patient_id: str, days: dict, *, tidy: bool) -> None:
    """Several results of most analytes, at most one of a series at one time.

    tidy: one assay, a result at every visit, most of them plain numbers that start abnormal and then move together.
    """
    taken = set()
    course = rng.choice((BETTER, BETTER, WORSE, RATIOS))
    for analyte in EDGE_VALUES:
        if rng.random() < (0.02 if tidy else 0.12) or (analyte == "UPROT24" and rng.random() < 0.4):
            continue
        methods = rng.choices((METHODS[:1], METHODS[1:2], METHODS[1:], METHODS), (40, 20, 25, 15))[0]
        methods = methods[:1] if tidy else methods
        level = rng.choice(ACTIVE_VALUES.get(analyte, EDGE_VALUES[analyte]) if tidy else EDGE_VALUES[analyte])
        for name, day in _choose_days(rng, days, tidy=tidy):
            for _ in range(rng.choices((1, 2, 3), (80, 15, 5))[0]):
                if tidy and rng.random() < 0.95:
                    value = level if name == "before" else _moved(rng, analyte, level, course)
                    lab = _plain_lab(rng, analyte, methods[0]) | {"value": float(value)}
                else:
                    lab = _make_lab(rng, analyte, rng.choice(methods), level)
                lab |= {"patient_id": patient_id, "day": day, "time": rng.choice(TIMES)}
                key = (analyte, lab["method"], day, lab["time"])
                if key not in taken:
                    taken.add(key)
                    labs.append(lab)


def _choose_days(rng: Random, days: dict[str, list[date]], *, tidy: bool) -> list[tuple[str, date]]:
    chosen = []
    for name, listed in days.items():
        if listed and rng.random() < (0.97 if tidy else 0.8 if name != "between" else 0.6):
            inner = listed[3:] if tidy and len(listed) > 3 else listed  # less often outside the window
            chosen += [(name, day) for day in rng.choices(inner, k=rng.choice((1, 1, 2, 3)))]
    return chosen


def _moved(rng: Random, analyte: str, level: float, course: tuple[float, ...]) -> float:
    """The level after a change for the better (a ratio under 1 where low is good, else its inverse) or the worse."""
    ratio = rng.choice(course)
    ratio = ratio if analyte in LOW_IS_GOOD else 1 / ratio
    return min(float(f"{level * ratio:.9g}"), float(HIGHEST.get(analyte, 25)))


def _make_lab(rng: Random, analyte: str, method: str, level: float) -> dict:
    lab = _plain_lab(rng, analyte, method)
    if analyte in ("DSDNA", "URBC"):
        chance = rng.random()
        if chance < 0.12:
            word = rng.choice(("positive", "negative", "trace"))
            return lab | {"kind": "word", "value": None, "word": word, "unit": None}
        if analyte == "DSDNA" and chance < 0.27:
            return lab | _titre(rng, method)
        if analyte == "DSDNA" and chance < 0.34:
            unit = rng.choice(("U/mL", "AU/mL", "index"))
            lab |= {"unit": unit, "method": f"{method} {unit}".strip(), "ref_high": rng.choice((None, 20.0))}
    value = _value(rng, analyte, level)
    if rng.random() < 0.1:
        lab["comparator"] = rng.choice("<>")
        value = float(rng.choice(CENSORING_LIMITS.get(analyte, EDGE_VALUES[analyte])))
        if value == 0:
            lab["comparator"] = ">"
    return lab | {"value": value}


def _plain_lab(rng: Random, analyte: str, method: str) -> dict:
    lab = {"analyte": analyte, "method": method, "kind": "number", "comparator": "", "word": None}
    ref_low, ref_high = _limits(rng, analyte)
    return lab | {"unit": UNITS[analyte], "ref_low": ref_low, "ref_high": ref_high}


def _value(rng: Random, analyte: str, level: float) -> float:
    """An edge value, or a ratio of the patient's level at which a rule turns."""
    if rng.random() < 0.5:
        return float(rng.choice(EDGE_VALUES[analyte]))
    return min(float(f"{level * rng.choice(RATIOS):.9g}"), float(HIGHEST.get(analyte, 25)))


def _titre(rng: Random, method: str) -> dict:
    return {
        "kind": "titre",
        "method": f"{method} titre".strip(),
        "value": float(rng.choice((5, 10, 20, 40, 80, 160, 320, 640))),
        "comparator": rng.choices(("", "<", ">"), (85, 8, 7))[0],
        "unit": "{titer}",
        "ref_low": None,
        "ref_high": rng.choice((None, None, 10.0, 40.0)),
    }


def _limits(rng: Random, analyte: str) -> tuple[float | None, float | None]:
    """The default; a side, or both, of the laboratory's own."""
    low, high = DEFAULT_LIMITS.get(analyte, (None, None))
    own_low, own_high = OWN_LIMITS.get(analyte, (low, high))
    if rng.random() < 0.15:
        low = own_low
    if rng.random() < 0.2:
        high = own_high
    return (None if low is None else float(low)), (None if high is None else float(high))
