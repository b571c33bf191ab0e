"""A nasty random cohort: clean rows, dense where rules turn (limits, window ends, ties, times, assays, rescue drugs).

`random_cohort` makes the rows; `to_csv_frames` writes them as the text tables of CONTRACT 2. No row would be rejected,
and no two rows are of one patient, series and time.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pandas as pd

from .facts import DEFAULT_LIMITS
from .generated_assessments import add_assessments
from .generated_doses import add_doses
from .generated_labs import add_labs
from .generated_text import spell_number, spell_sign, spell_word

OWN_UNITS = ("U/mL", "AU/mL", "index")


def random_cohort(seed: int, n_patients: int) -> tuple[list[dict], list[dict], list[dict], list[dict], date]:
    """(labs, infusions, assessments, patients, as_of): clean rows in reading order, which is not the order of time."""
    rng = Random(seed)
    as_of = date(2026, 1, 15) + timedelta(days=rng.randrange(200))
    labs, infusions, assessments, patients = [], [], [], []
    for i in range(n_patients):
        patient_id = f"P{i + 1:02d}"
        start, start_time = _start(rng, as_of), rng.choice((None, "08:00", "10:30"))
        missing = rng.choices(("nothing", "labs", "assessments", "infusions"), (85, 4, 8, 3))[0]
        days = anchor_days(rng, start, as_of)
        tidy = rng.random() < 0.4  # followed as in a trial: only there do many checks come out decided at once
        if missing != "infusions":
            add_doses(rng, infusions, patient_id, start, start_time, as_of, tidy=tidy)
        if missing != "labs":
            add_labs(rng, labs, patient_id, days, tidy=tidy)
        if missing != "assessments":
            add_assessments(rng, assessments, patient_id, days, tidy=tidy)
        if rng.random() < 0.9:
            patients.append(
                {
                    "patient_id": patient_id,
                    "sex": rng.choice(("F", "F", "F", "M", None)),
                    "birth_year": rng.choice((1950, 1972, 1988, 1999, start.year - 18, start.year - 17, None)),
                }
            )
    for rows in (labs, infusions, assessments):
        rng.shuffle(rows)
    for line, lab in enumerate(labs, start=2):
        lab |= {"source_file": "labs.csv", "source_line": line}
    return labs, infusions, assessments, patients, as_of


def _start(rng: Random, as_of: date) -> date:
    """The first infusion: anywhere in three years, or where a visit's window opens about as_of."""
    if rng.random() < 0.3:
        return as_of - timedelta(days=7 * rng.choice((0, 12, 24, 52, 104)) - 28 + rng.choice((-1, 0, 1, 28)))
    return as_of - timedelta(days=rng.choice((0, 3, 60, 90, rng.randrange(90, 500), rng.randrange(300, 1000))))


def anchor_days(rng: Random, start: date, as_of: date) -> dict[str, list[date]]:
    """Days to choose from: before the course, about each visit (ties included), the end, anything between."""
    days = {"before": [start - timedelta(days=k) for k in (92, 91, 90, 89, 45, 30, 14, 7, 2, 1, 0, 0, 0)]}
    for week in (12, 24, 52, 104):
        target = start + timedelta(days=7 * week)
        k = rng.randrange(0, 28)
        offsets = (-29, -28, -27, -k, k, 0, -1, 1, 27, 28, 29)
        days[str(week)] = [target + timedelta(days=o) for o in offsets]
    days["end"] = [as_of - timedelta(days=k) for k in (366, 365, 364, 57, 56, 55, 40, 31, 30, 20, 5, 1, 0, 0, -1)]
    span = max(1, (as_of - start).days)
    days["between"] = [start + timedelta(days=rng.randrange(1, span + 1)) for _ in range(6)] + [start]
    return {name: [d for d in listed if d <= as_of + timedelta(days=1)] for name, listed in days.items()}


# --- as text


def to_csv_frames(
    labs: list[dict],
    infusions: list[dict],
    assessments: list[dict],
    patients: list[dict],
    *,
    spelling: Random | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame | None, pd.DataFrame | None, pd.DataFrame | None]:
    """The same rows as frames of text with the columns of CONTRACT 2 (None for a table without rows).

    spelling: write results in other units, words and signs that mean the same, chosen at random.
    """
    return (
        _frame([_lab_text(row, spelling) for row in labs], LAB_COLUMNS),
        _frame([_dose_text(row) for row in infusions]),
        _frame([_assessment_text(row) for row in assessments]),
        _frame([{k: text(v) for k, v in row.items()} for row in patients]),
    )


LAB_COLUMNS = ["patient_id", "collected_at", "analyte", "value", "unit", "ref_low", "ref_high", "method"]


def _frame(rows: list[dict], columns: list[str] | None = None) -> pd.DataFrame | None:
    if rows or columns:
        return pd.DataFrame(rows, columns=None if rows else columns, dtype=str).fillna("")
    return None


def text(value) -> str:
    """A field as a CSV would hold it: empty for None, no exponent, yes/no for truth."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else f"{value:.12f}".rstrip("0")
    return str(value)


def clock(row: dict) -> str:
    return row["day"].isoformat() + ("" if row["time"] is None else f"T{row['time'].isoformat()}")


def _lab_text(row: dict, spelling: Random | None) -> dict:
    fields = {
        "patient_id": row["patient_id"],
        "collected_at": clock(row),
        "analyte": row["analyte"],
        "unit": row["unit"] or "",
        "ref_low": text(row["ref_low"]),
        "ref_high": text(row["ref_high"]),
        "method": row["method"],
    }
    sign = spell_sign(spelling, row["comparator"]) if spelling else row["comparator"]
    if row["kind"] == "word":
        fields["value"] = spell_word(spelling, row["word"]) if spelling else row["word"]
    elif row["kind"] == "titre":
        method = row["method"].removesuffix("titre").strip()
        fields |= {"value": f"{sign}1:{text(row['value'])}", "unit": "", "method": method}
    else:
        fields["value"] = text(row["value"])
        if row["analyte"] == "DSDNA" and row["unit"] in OWN_UNITS:
            fields["method"] = row["method"].removesuffix(row["unit"]).strip()
        elif spelling:
            fields |= spell_number(spelling, row) or {}
        fields["value"] = sign + fields["value"]
    given = {name: row[name] for name in ("result_id", "status") if name in row}
    return fields | given | _defaults_left_out(row)


def _defaults_left_out(row: dict) -> dict:
    """A limit that is the default is not written: the result brings none."""
    limits = DEFAULT_LIMITS.get(row["analyte"], (None, None))
    columns = ("ref_low", "ref_high")
    return {c: "" for c, default in zip(columns, limits, strict=True) if row[c] == default}


def _dose_text(row: dict) -> dict:
    columns = ("patient_id", "drug", "dose", "dose_unit", "status", "weight_kg")
    fields = {name: text(row[name]) for name in columns}
    if row["dose"] is None or row["dose_unit"] == "mg":
        fields["dose_unit"] = ""  # "mg (also when empty)"
    return {**fields, "given_at": clock(row), "status": "" if row["status"] == "given" else row["status"]}


def _assessment_text(row: dict) -> dict:
    columns = ("sledai_2k", "pga", "pga_max", "prednisone_mg_per_day", "treatment_failure", "discontinued")
    return {
        "patient_id": row["patient_id"],
        "assessed_at": clock(row),
        **{name: text(row[name]) for name in columns},
        **{f"bilag_{name}": grade for name, grade in row["bilag"].items()},
        **{f"sledai_{name}": text(answer) for name, answer in row["items"].items()},
    }
