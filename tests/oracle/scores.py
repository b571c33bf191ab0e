"""Lab SLEDAI-2K, the four core items (CRITERIA 5)."""

from __future__ import annotations

from datetime import date, timedelta

from .facts import SCORE_ANALYTES
from .rows import Lab, select_last
from .values import (
    Answer,
    Interval,
    exactly,
    interval_of,
    is_above,
    is_above_upper_limit,
    is_below,
    is_below_lower_limit,
)

POINTS = {"low_complement": 2, "increased_dna_binding": 2, "proteinuria": 4, "thrombocytopenia": 1}
SCORE_DAYS = 30


def score_items(values: dict[str, Lab | None]) -> dict[str, Answer]:
    """The four items from one result (or none) of each analyte."""
    return {
        "low_complement": is_low_complement(values),
        "increased_dna_binding": is_above_upper_limit(values.get("DSDNA")),
        "proteinuria": is_proteinuria(values),
        "thrombocytopenia": is_below(interval_of(values.get("PLT")), exactly(100)),
    }


def is_low_complement(values: dict[str, Lab | None]) -> Answer:
    c3, c4, ch50 = (is_below_lower_limit(values.get(code)) for code in ("C3", "C4", "CH50"))
    if True in (c3, c4, ch50):
        return True
    if c3 is False and c4 is False and (values.get("CH50") is None or ch50 is False):
        return False
    return None


def is_proteinuria(values: dict[str, Lab | None]) -> Answer:
    source = values.get("UPCR") or values.get("UPROT24")  # UPROT24 only where there is no UPCR
    return is_above(interval_of(source), exactly(0.5))


def score_interval(values: dict[str, Lab | None]) -> Interval:
    """From the points of the true items to those and the unknown ones."""
    items = score_items(values)
    low = sum(POINTS[name] for name, answer in items.items() if answer is True)
    return Interval(low, low + sum(POINTS[name] for name, answer in items.items() if answer is None))


def last_values(labs: list[Lab], day: date) -> dict[str, Lab | None]:
    """Each analyte's last result of the 30 days up to the day. labs: one patient's, up to as_of."""
    recent = [lab for lab in labs if day - timedelta(days=SCORE_DAYS) <= lab.day <= day]
    return {code: select_last([lab for lab in recent if lab.analyte == code]) for code in SCORE_ANALYTES}


def list_scores(labs: list[Lab]) -> list[dict]:
    """The rows of `scores` for one patient."""
    rows = []
    for day in sorted({lab.day for lab in labs if lab.analyte in SCORE_ANALYTES}):
        values = last_values(labs, day)
        items = score_items(values)
        row = {"patient_id": labs[0].patient_id, "date": day}
        row["lab_sledai"] = sum(POINTS[name] for name, answer in items.items() if answer is True)
        for name, answer in items.items():
            row[name] = write_answer(answer)
        row["leukopenia"] = write_answer(is_below(interval_of(values["WBC"]), exactly(3.0)))
        row["complete"] = write_answer(None not in items.values())
        rows.append(row)
    return rows


def write_answer(answer: Answer) -> str | None:
    """ "true", "false", or None for unknown."""
    return None if answer is None else str(answer).lower()
