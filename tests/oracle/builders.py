"""Short ways to write clean rows in the oracle's own tests."""

from __future__ import annotations

from datetime import date, datetime, time

from .facts import DEFAULT_LIMITS, SYSTEMS, UNITS

ABBREVIATED = {"MSK": "musculoskeletal", "MUC": "mucocutaneous", "HAEM": "haematological", "REN": "renal"}


def lab(when: str, analyte: str, result: str, *, method: str = "", low=None, high=None) -> dict:
    """result as a laboratory prints it: 12.5, <10, >300, 1:160, positive, negative, trace."""
    day, at = _split(when)
    default_low, default_high = DEFAULT_LIMITS.get(analyte, (None, None))
    row = {"patient_id": "P1", "day": day, "time": at, "analyte": analyte, "method": method, "word": None}
    row |= {"ref_low": default_low if low is None else low, "ref_high": default_high if high is None else high}
    if result in ("positive", "negative", "trace"):
        return row | {"kind": "word", "comparator": "", "value": None, "word": result, "unit": None}
    comparator = result[0] if result[0] in "<>" else ""
    number = result.removeprefix(comparator)
    if number.startswith("1:"):
        row |= {"kind": "titre", "method": f"{method} titre".strip(), "unit": "{titer}", "ref_high": high}
        return row | {"comparator": comparator, "value": float(number[2:])}
    return row | {"kind": "number", "comparator": comparator, "value": float(number), "unit": UNITS[analyte]}


def dose(when: str, drug: str, amount: float | None = None, unit: str = "mg", *, status="given", weight=None) -> dict:
    day, at = _split(when)
    row = {"patient_id": "P1", "day": day, "time": at, "drug": drug, "dose": amount, "dose_unit": unit}
    return row | {"status": status, "weight_kg": weight}


def assessment(when: str, **fields) -> dict:
    """bilag: "MSK A, MUC B" on nine systems else D; items: names true now, all others false."""
    day, at = _split(when)
    row = dict.fromkeys(("sledai_2k", "pga", "pga_max", "prednisone_mg_per_day", "treatment_failure", "discontinued"))
    row |= {"patient_id": "P1", "day": day, "time": at, "bilag": {}, "items": {}}
    if isinstance(fields.get("bilag"), str):
        fields["bilag"] = grades(fields["bilag"])
    return row | fields


def grades(text: str) -> dict[str, str]:
    given = dict(part.split() for part in text.split(",") if part.strip())
    return dict.fromkeys(SYSTEMS, "D") | {ABBREVIATED[name]: grade for name, grade in given.items()}


def _split(when: str) -> tuple[date, time | None]:
    if "T" not in when:
        return date.fromisoformat(when), None
    moment = datetime.fromisoformat(when)
    return moment.date(), moment.time()
