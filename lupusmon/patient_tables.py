"""The output tables of one patient, and the course the patient is on."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from lupusmon.result import Analysis

_TABLES = ("results", "courses", "infusions", "baselines", "trends", "scores", "responses", "evidence")
_EXTRAS = ("alerts", "superseded")
_MINOR_DRUGS = ("methylprednisolone", "ivig")  # a pulse is not what the patient is "on" while there is another drug


@dataclass(frozen=True)
class PatientTables:
    """The rows of one patient, in the order of the output tables."""

    patient_id: str
    label: str
    results: pd.DataFrame
    courses: pd.DataFrame
    infusions: pd.DataFrame
    baselines: pd.DataFrame
    trends: pd.DataFrame
    scores: pd.DataFrame
    responses: pd.DataFrame
    evidence: pd.DataFrame
    alerts: pd.DataFrame
    assessments: pd.DataFrame
    patients: pd.DataFrame
    superseded: pd.DataFrame

    def drawn_results(self) -> pd.DataFrame:
        """Results for a chart: the accepted ones and, marked by `outcome`, those that were superseded."""
        if self.superseded.empty:
            return self.results
        parts = [self.results.assign(outcome="accepted"), self.superseded.assign(outcome="superseded")]
        return pd.concat(parts, ignore_index=True)


def current_course(courses: pd.DataFrame) -> pd.DataFrame:
    """One row per patient: the course dosed last; a pulse only where there is nothing else."""
    ranked = courses.assign(minor=courses["drug"].isin(_MINOR_DRUGS))
    ranked = ranked.sort_values(["patient_id", "minor", "last_infusion"], ascending=[True, False, True], kind="stable")
    return ranked.groupby("patient_id", sort=False).tail(1).drop(columns="minor").reset_index(drop=True)


def split_courses(courses: pd.DataFrame, chosen: str, *, most: int) -> tuple[list[str], list[str]]:
    """(ids shown, ids left), each the latest first: treatment courses are shown, and the chosen one always.

    Pulses are left, unless there is nothing else. courses: of one patient.
    """
    ranked = courses.sort_values("first_infusion", ascending=False, kind="stable")
    ids = ranked["course_id"].tolist()
    minor = dict(zip(ids, ranked["drug"].isin(_MINOR_DRUGS), strict=True))
    first = [i for i in ids if not minor[i]] or ids
    shown = set(first[:most]) | {chosen}
    return [i for i in ids if i in shown], [i for i in ids if i not in shown]


def select_patient(
    analysis: Analysis, patient_id: str, *, assessments: pd.DataFrame, patients: pd.DataFrame
) -> PatientTables | None:
    """The rows of one patient; None where no table has any. assessments, patients: as from `output.people`.

    The label is the patients table's and the id, or the id alone.
    """
    frames = {name: getattr(analysis, name) for name in (*_TABLES, *_EXTRAS)}
    frames |= {"assessments": assessments, "patients": patients}
    own = {name: f[f["patient_id"].astype(str) == patient_id].reset_index(drop=True) for name, f in frames.items()}
    if all(frame.empty for frame in own.values()):
        return None
    given = own["patients"]["label"].dropna().astype(str) if len(own["patients"]) else pd.Series(dtype=str)
    label = f"{given.iloc[0]} ({patient_id})" if len(given) and given.iloc[0].strip() else patient_id
    return PatientTables(patient_id, label, **own)
