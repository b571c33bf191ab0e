"""The clean rows the rules work on: arrays, one entry per row, patients and words as integer codes.

`quality` makes them, `analysis` reads them. Days are whole days since 1970-01-01; micros are microseconds into the day,
-1 for a bare date, which sorts before every clock time of its day (CRITERIA 3).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from lupusmon.sorting import pick
from lupusmon.text.columns import TextColumn

WORD, TITRE, NUMBER = 1, 2, 3  # kinds of result, in the order of CRITERIA 3
NO_LIMIT, FROM_RESULT, FROM_DEFAULT = 0, 1, 2  # where a result's limits come from
GIVEN, PLANNED, HELD, MISSED, STOPPED = range(5)
DOSE_STATUS = ("given", "planned", "held", "missed", "stopped")
DOSE_UNITS = ("mg", "g", "mg/kg", "g/kg", "mg/m2")
SYSTEMS = (
    "constitutional",
    "mucocutaneous",
    "neuropsychiatric",
    "musculoskeletal",
    "cardiorespiratory",
    "gastrointestinal",
    "ophthalmic",
    "renal",
    "haematological",
)
GRADES = "ABCDE"
ITEMS = (
    *("seizure", "psychosis", "organic_brain", "visual", "cranial_nerve", "headache", "cva", "vasculitis"),
    *("arthritis", "myositis", "casts", "haematuria", "proteinuria", "pyuria"),
    *("rash", "alopecia", "ulcers", "pleurisy", "pericarditis", "low_complement", "increased_dna_binding"),
    *("fever", "thrombocytopenia", "leukopenia"),
)


class _Rows:
    """Arrays of one length; `take` picks rows from all of them."""

    def __len__(self) -> int:
        return len(self.patient)  # type: ignore[attr-defined]

    def take(self, rows: np.ndarray):
        """The given rows (indices or mask), in that order."""
        picked = {}
        for f in fields(self):  # type: ignore[arg-type]
            column = getattr(self, f.name)
            picked[f.name] = column.take(rows) if isinstance(column, TextColumn) else pick(column, rows)
        return replace(self, **picked)


@dataclass(frozen=True)
class Results(_Rows):
    """One laboratory result a row (accepted rows only).

    patient: index into Cohort.patients. analyte: index into clinical.analytes.CODES. method: with unit or titre suffix.
    order: reading order. kind: WORD | TITRE | NUMBER. value: canonical unit, nan for a word. comparator: -1 <, +1 >.
    word: +1 positive, 0 negative, -1 undecided. ref_low, ref_high: canonical unit, nan = none. ref_source: NO_LIMIT …
    """

    patient: np.ndarray
    analyte: np.ndarray
    method: TextColumn
    day: np.ndarray
    micros: np.ndarray
    order: np.ndarray
    kind: np.ndarray
    value: np.ndarray
    comparator: np.ndarray
    word: np.ndarray
    unit: TextColumn
    ref_low: np.ndarray
    ref_high: np.ndarray
    ref_source: np.ndarray
    laboratory: TextColumn
    file: TextColumn
    line: np.ndarray
    raw_value: TextColumn
    raw_unit: TextColumn


@dataclass(frozen=True)
class Doses(_Rows):
    """One infusion row of any status. drug: index into clinical.drugs.CODES. dose: nan = not known.

    dose_unit: index into DOSE_UNITS. status: index into DOSE_STATUS. weight_kg: nan = not known.
    """

    patient: np.ndarray
    drug: np.ndarray
    day: np.ndarray
    micros: np.ndarray
    order: np.ndarray
    dose: np.ndarray
    dose_unit: np.ndarray
    status: np.ndarray
    weight_kg: np.ndarray
    duration_min: np.ndarray
    note: TextColumn
    file: TextColumn
    line: np.ndarray


@dataclass(frozen=True)
class Assessments(_Rows):
    """One clinical assessment a row. sledai, pga (rescaled to 0-3), prednisone: nan = not known.

    failure, discontinued: answers (0 no, 1 not known, 2 yes). grades: rows x 9 systems, 0 = not graded, 1-5 = A-E.
    items: rows x 24 answers.
    """

    patient: np.ndarray
    day: np.ndarray
    micros: np.ndarray
    order: np.ndarray
    sledai: np.ndarray
    pga: np.ndarray
    prednisone: np.ndarray
    failure: np.ndarray
    discontinued: np.ndarray
    grades: np.ndarray
    items: np.ndarray
    file: TextColumn
    line: np.ndarray


@dataclass(frozen=True)
class People(_Rows):
    """One known patient a row. sex: F, M or empty. birth_year: nan = not known."""

    patient: np.ndarray
    sex: TextColumn
    birth_year: np.ndarray
    site: TextColumn
    label: TextColumn


@dataclass(frozen=True)
class Pin:
    """A result that a person chose for a slot: `baseline` or a week.

    method, collected_at, value: what tells the result. value: canonical unit, with its comparator, or a word.
    pinned_by, pinned_at, reason: shown, in no rule.
    """

    patient_id: str
    course_id: str
    slot: str
    analyte: str
    method: str
    collected_at: str
    value: str
    reason: str = ""
    pinned_by: str = ""
    pinned_at: str = ""


@dataclass(frozen=True)
class Cohort:
    """Everything the rules need. patients: sorted ids. as_of: day number; later rows enter no rule."""

    patients: np.ndarray
    results: Results
    doses: Doses
    assessments: Assessments
    people: People
    as_of: int
    pins: tuple[Pin, ...] = ()
