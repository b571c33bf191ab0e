"""Assessments and patients as frames: what lanes, filters and headers show beside the output tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lupusmon.clean import Cohort
from lupusmon.text.columns import TextColumn


def build_assessments(cohort: Cohort) -> pd.DataFrame:
    """patient_id, assessed_at (ISO day), sledai_2k, pga (0-3), prednisone_mg_per_day, bilag_systems (how many graded).

    By patient and day.
    """
    rows = cohort.assessments
    days = rows.day.astype("datetime64[D]").astype(str)
    frame = pd.DataFrame(
        {
            "patient_id": _ids(cohort, rows.patient),
            "assessed_at": days,
            "sledai_2k": rows.sledai,
            "pga": rows.pga,
            "prednisone_mg_per_day": rows.prednisone,
            "bilag_systems": (rows.grades > 0).sum(axis=1),
        }
    )
    return frame.sort_values(["patient_id", "assessed_at"], kind="stable", ignore_index=True)


def build_patients(cohort: Cohort) -> pd.DataFrame:
    """patient_id, sex, birth_year, site, label; empty = not known."""
    rows = cohort.people
    return pd.DataFrame(
        {
            "patient_id": _ids(cohort, rows.patient),
            "sex": _texts(rows.sex),
            "birth_year": rows.birth_year,
            "site": _texts(rows.site),
            "label": _texts(rows.label),
        }
    )


def _ids(cohort: Cohort, patient: np.ndarray) -> np.ndarray:
    return cohort.patients[patient] if len(patient) else np.empty(0, dtype=object)


def _texts(column: TextColumn) -> list[str | None]:
    return [text or None for text in column.texts()]
