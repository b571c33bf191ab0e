"""One analysis, indexed by patient: what the pages read. Knows neither Streamlit nor the clock."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

import pandas as pd

from lupusmon.flare_alerts import add_flares
from lupusmon.patient_tables import PatientTables
from lupusmon.storage import possible_duplicates
from lupusmon.ui.tables import NAMES, Tables

_OF_A_PATIENT = [f.name for f in fields(PatientTables) if f.name in NAMES]
_KEY_BYTES = 6


@dataclass(frozen=True)
class Snapshot:
    """An analysis on one day. keys: opaque key -> patient_id. labels: patient_id -> the name shown.

    twins: patient_id -> ids that may be the same patient.
    """

    version: str
    as_of: date
    tables: Tables
    issues: pd.DataFrame
    receipt: dict
    keys: dict[str, str]
    key_of: dict[str, str]
    labels: dict[str, str]
    twins: dict[str, list[str]] = field(default_factory=dict, repr=False)

    @property
    def is_empty(self) -> bool:
        return not self.keys

    def find(self, key: str | None) -> str | None:
        """The patient behind an opaque key, or behind a plain id; None where there is none."""
        if not key:
            return None
        return self.keys.get(key) or (key if key in self.key_of else None)

    def patient(self, patient_id: str) -> PatientTables:
        own = {name: self.tables.of(name, patient_id) for name in _OF_A_PATIENT}
        own["alerts"] = add_flares(own["alerts"], own["flares"], own["assessments"], self.as_of)
        return PatientTables(patient_id, self.labels[patient_id], **own)

    def only(self, patient_ids: Collection[str]) -> Snapshot:
        """What it says of some patients, named and linked as here."""
        labels = {patient_id: label for patient_id, label in self.labels.items() if patient_id in patient_ids}
        return replace(self, tables=self.tables.only(labels), labels=labels)


def build_snapshot(analysis: Any, *, version: str, link_key: bytes) -> Snapshot:
    """`analysis`: an object with the output tables of CONTRACT 4. Patients are those with a result, a dose or a row."""
    tables = Tables(analysis)
    ids = tables.patient_ids()
    key_of = {pid: opaque_key(pid, link_key) for pid in ids}
    return Snapshot(
        version=version,
        as_of=_day(analysis.as_of),
        tables=tables,
        issues=analysis.issues,
        receipt=analysis.receipt,
        keys={key: pid for pid, key in key_of.items()},
        key_of=key_of,
        labels=_labels(ids, tables["patients"]),
        twins=_find_twins(ids),
    )


def _find_twins(ids: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one, other in possible_duplicates(ids):
        found.setdefault(one, []).append(other)
        found.setdefault(other, []).append(one)
    return found


def opaque_key(patient_id: str, link_key: bytes) -> str:
    """Twelve hexadecimal digits that say nothing about the id to someone without the server's secret."""
    return hashlib.blake2b(patient_id.encode(), digest_size=_KEY_BYTES, key=link_key).hexdigest()


def _day(as_of: Any) -> date:
    return date.fromisoformat(as_of[:10]) if isinstance(as_of, str) else pd.Timestamp(as_of).date()


def _labels(ids: list[str], patients: pd.DataFrame) -> dict[str, str]:
    """The label where the patients table has one, else the id."""
    given = dict(zip(patients["patient_id"], patients.get("label", pd.Series(dtype=object)), strict=False))
    return {
        pid: pid if pd.isna(given.get(pid)) or not str(given[pid]).strip() else f"{given[pid]} ({pid})" for pid in ids
    }
