"""The synthetic cohort: build_cohort makes the tables, write_cohort the CSV files. The same seed, the same bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from lupusmon.clinical.drugs import DRUGS
from lupusmon.demo.assessment_rows import build_assessments, write_down
from lupusmon.demo.doses import Dose, draw_doses
from lupusmon.demo.lab_rows import build_labs, format_times
from lupusmon.demo.levels import draw_levels
from lupusmon.demo.measure import measure
from lupusmon.demo.plans import Plan, draw_plans, stack
from lupusmon.demo.signs import draw_signs
from lupusmon.demo.truth import build_truth
from lupusmon.demo.visits import draw_visits

TABLES = ("labs", "infusions", "assessments", "patients", "truth")


def build_cohort(n_patients: int, seed: int) -> dict[str, pd.DataFrame]:
    """Invented patients with known truth: the four input tables of CONTRACT 2 and `truth`, every column text.

    Same n_patients and seed: same tables. Nothing is dated after archetypes.LAST_DAY except planned infusions.
    """
    rng = np.random.default_rng(seed)
    plans = draw_plans(rng, n_patients)
    doses = [draw_doses(rng, plan) for plan in plans]
    visits = draw_visits(rng, plans, doses)
    levels = draw_levels(rng, plans, doses)
    tests = measure(rng, plans, visits, levels)
    signs = draw_signs(rng, plans, visits, levels, tests)
    written = write_down(rng, plans, visits, signs)
    return {
        "labs": build_labs(rng, plans, visits, tests),
        "infusions": _build_infusions(rng, plans, doses),
        "assessments": build_assessments(plans, visits, signs, written),
        "patients": _build_patients(plans),
        "truth": build_truth(plans, visits, tests, signs, written),
    }


def write_cohort(out: Path, n_patients: int, seed: int) -> list[Path]:
    """Writes labs, infusions, assessments, patients and truth as CSV into `out`, made if missing; the paths."""
    out.mkdir(parents=True, exist_ok=True)
    return [write_table(table, out / f"{name}.csv") for name, table in build_cohort(n_patients, seed).items()]


def write_table(table: pd.DataFrame, path: Path) -> Path:
    """UTF-8, comma, one line feed per row, whatever the platform."""
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return path


def _build_patients(plans: list[Plan]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "patient_id": [plan.patient_id for plan in plans],
            "sex": [plan.sex for plan in plans],
            "birth_year": [str(plan.birth_year) if plan.birth_year_known else "" for plan in plans],
            "site": [plan.laboratory.site for plan in plans],
            "label": [plan.label for plan in plans],
        }
    )


def _build_infusions(rng: np.random.Generator, plans: list[Plan], doses: list[list[Dose]]) -> pd.DataFrame:
    """One row per dose. Two sites write brand names; a time, 10:00 to 14:00, where the laboratory notes times."""
    rows = [dose for own in doses for dose in own]
    patient = np.array([row.patient for row in rows])
    site_times = np.array([plan.laboratory.timed >= 0.5 for plan in plans])[patient]
    given = np.array([row.status == "given" for row in rows])
    minute = np.where(site_times & given, 600 + 15 * rng.integers(0, 17, len(rows)), -1)
    day = np.array([row.day for row in rows]) + stack(plans, "start")[patient]
    brands = np.array([plan.laboratory.numeric_ids for plan in plans])[patient]
    names = [
        DRUGS[row.drug].brands[0] if b and row.drug != "ivig" else row.drug for row, b in zip(rows, brands, strict=True)
    ]
    return pd.DataFrame(
        {
            "patient_id": np.array([plan.patient_id for plan in plans], dtype=object)[patient],
            "given_at": format_times(day, minute),
            "drug": names,
            "dose": [row.dose for row in rows],
            "dose_unit": [row.unit for row in rows],
            "status": [row.status for row in rows],
            "duration_min": ["" if row.minutes is None else str(row.minutes) for row in rows],
            "weight_kg": [str(plans[row.patient].weight_kg) if row.unit in ("mg/kg", "g/kg") else "" for row in rows],
            "note": [row.note for row in rows],
        }
    )
