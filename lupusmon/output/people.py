"""Assessments and patients as frames: what lanes, filters and headers show beside the output tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from lupusmon.clean import Cohort
from lupusmon.sorting import sort_order
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
    return pd.DataFrame(_list_assessments(cohort))


def build_patients(cohort: Cohort) -> pd.DataFrame:
    """patient_id, sex, birth_year, site, label; empty = not known. By patient."""
    return pd.DataFrame(_list_patients(cohort))


def build_people_tables(cohort: Cohort) -> dict[str, pa.Table]:
    """The same two by name, as Arrow tables; both by patient."""
    columns = {"assessments": _list_assessments(cohort), "patients": _list_patients(cohort)}
    return {name: _to_arrow(columns[name], schema) for name, schema in _SCHEMAS.items()}


def _to_arrow(columns: Mapping[str, Sequence], schema: pa.Schema) -> pa.Table:
    return pa.table([pa.array(columns[f.name], f.type, from_pandas=True) for f in schema], schema=schema)


def _list_assessments(cohort: Cohort) -> dict[str, Sequence]:
    rows = cohort.assessments
    rows = rows.take(sort_order(rows.patient, rows.day))
    return {
        "patient_id": _ids(cohort, rows.patient),
        "assessed_at": rows.day.astype("datetime64[D]").astype(str).astype(object),
        "sledai_2k": rows.sledai,
        "pga": rows.pga,
        "prednisone_mg_per_day": rows.prednisone,
        "bilag_systems": (rows.grades > 0).sum(axis=1),
    }


def _list_patients(cohort: Cohort) -> dict[str, Sequence]:
    rows = cohort.people
    rows = rows.take(sort_order(rows.patient))
    return {
        "patient_id": _ids(cohort, rows.patient),
        "sex": _texts(rows.sex),
        "birth_year": rows.birth_year,
        "site": _texts(rows.site),
        "label": _texts(rows.label),
    }


def _ids(cohort: Cohort, patient: np.ndarray) -> np.ndarray:
    return cohort.patients[patient] if len(patient) else np.empty(0, dtype=object)


def _texts(column: TextColumn) -> list[str | None]:
    return [text or None for text in column.texts()]
