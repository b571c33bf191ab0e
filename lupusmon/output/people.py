"""Assessments and patients as frames: what lanes, filters and headers show beside the output tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from lupusmon.clean import Cohort
from lupusmon.text.columns import TextColumn

_TEXT, _NUMBER = pa.string(), pa.float64()
_SCHEMAS = {
    "assessments": pa.schema(
        {"patient_id": _TEXT, "assessed_at": _TEXT, "sledai_2k": _NUMBER, "pga": _NUMBER}
        | {"prednisone_mg_per_day": _NUMBER}
    ),
    "patients": pa.schema({"patient_id": _TEXT, "sex": _TEXT, "birth_year": _NUMBER, "site": _TEXT, "label": _TEXT}),
}


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


def build_people_tables(cohort: Cohort) -> dict[str, pa.Table]:
    """The same two by name, as Arrow tables; both by patient."""
    patients = build_patients(cohort).sort_values("patient_id", kind="stable", ignore_index=True)
    frames = {"assessments": build_assessments(cohort), "patients": patients}
    return {name: _to_arrow(frame, _SCHEMAS[name]) for name, frame in frames.items()}


def _to_arrow(frame: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pandas(frame, schema=schema, preserve_index=False).replace_schema_metadata(None)


def _ids(cohort: Cohort, patient: np.ndarray) -> np.ndarray:
    return cohort.patients[patient] if len(patient) else np.empty(0, dtype=object)


def _texts(column: TextColumn) -> list[str | None]:
    return [text or None for text in column.texts()]
