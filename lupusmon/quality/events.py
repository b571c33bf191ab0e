"""Infusions, assessments and patients in our terms (CONTRACT 2-3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lupusmon.clean import DOSE_STATUS, DOSE_UNITS, GIVEN, GRADES, ITEMS, PLANNED, SYSTEMS
from lupusmon.clinical.drugs import CODES as DRUG_CODES
from lupusmon.clinical.names import Status, match_drug
from lupusmon.clinical.thresholds import PGA_SCALE
from lupusmon.ingest.source import SourceTable
from lupusmon.issues import IssueLog, Outcome
from lupusmon.quality.checks import check_date, check_patient, check_rows, column, open_log, texts_of
from lupusmon.quality.fields import check_answer, check_choice, check_number
from lupusmon.text.columns import TextColumn

_DOSE_UNIT_WORDS = {
    **{unit: i for i, unit in enumerate(DOSE_UNITS)},
    **{"milligram": 0, "milligrams": 0, "mg.": 0, "gram": 1, "grams": 1, "gm": 1, "mg/m²": 4, "mg/m^2": 4, "mg/sqm": 4},
}
_STATUS_WORDS = {status: i for i, status in enumerate(DOSE_STATUS)}
_GRADE_WORDS = {grade.lower(): i + 1 for i, grade in enumerate(GRADES)}
SLEDAI_MAX = 105.0  # sum of all 24 weights (SLEDAI-2K)
_PGA_SCALES = (3.0, 10.0, 100.0)
_BIRTH_YEARS = (1880.0, 2199.0)
_SEX_WORDS = {
    **dict.fromkeys(("f", "female", "w", "woman", "weiblich", "frau", "femme", "mujer", "femmina", "vrouw"), 0),
    **dict.fromkeys(("m", "male", "man", "männlich", "mann", "homme", "hombre", "varón", "maschio"), 1),
    **dict.fromkeys(("u", "unknown", "other", "o", "x", "nb", "d", "divers", "undifferentiated"), 2),
}


@dataclass(frozen=True)
class DoseRows:
    """One infusions file, row by row; fields as clean.Doses. drug -1 where not followed."""

    table: SourceTable
    log: IssueLog
    patient: TextColumn
    drug: np.ndarray
    day: np.ndarray
    micros: np.ndarray
    dose: np.ndarray
    dose_unit: np.ndarray
    status: np.ndarray
    weight_kg: np.ndarray
    duration_min: np.ndarray
    note: TextColumn


def harmonise_infusions(table: SourceTable, *, as_of: int | None) -> DoseRows:
    """Every row of one infusions file; drugs not followed are ignored, unreadable rows rejected. Keeps every row."""
    log = open_log(table)
    name = column(table, "drug")
    matches = name.once(_match_drugs)
    code = np.array([DRUG_CODES.index(m.code) if m.status == Status.KNOWN else -1 for m in matches])[name.codes]
    strange = np.array([m.status not in (Status.KNOWN, Status.EMPTY) for m in matches], dtype=bool)[name.codes]
    log.drop(strange, Outcome.IGNORED, "drug", "drug_not_followed", texts_of(name), "not a drug lupusmon follows")
    check_rows(table, log)
    patient = check_patient(table, log)
    log.drop(name.is_empty(), Outcome.REJECTED, "drug", "drug_missing", "", "no drug")
    status = check_choice(table, log, "status", _STATUS_WORDS, GIVEN)
    day, micros = check_date(table, log, "given_at", as_of=as_of, may_be_future=status == PLANNED)
    return DoseRows(
        table=table,
        log=log,
        patient=patient,
        drug=code,
        day=day,
        micros=micros,
        dose=check_number(table, log, "dose"),
        dose_unit=check_choice(table, log, "dose_unit", _DOSE_UNIT_WORDS, 0),
        status=status,
        weight_kg=check_number(table, log, "weight_kg"),
        duration_min=check_number(table, log, "duration_min"),
        note=column(table, "note"),
    )


def _match_drugs(words: np.ndarray) -> list:
    return [match_drug(word) for word in words]


@dataclass(frozen=True)
class AssessmentRows:
    """One assessments file, row by row; fields as clean.Assessments, pga on 0-3."""

    table: SourceTable
    log: IssueLog
    patient: TextColumn
    day: np.ndarray
    micros: np.ndarray
    sledai: np.ndarray
    pga: np.ndarray
    pga_scale: np.ndarray
    prednisone: np.ndarray
    failure: np.ndarray
    discontinued: np.ndarray
    grades: np.ndarray
    items: np.ndarray


def harmonise_assessments(table: SourceTable, *, as_of: int | None) -> AssessmentRows:
    """Every row of one assessments file; a field out of its range rejects its row. Keeps every row."""
    log = open_log(table)
    check_rows(table, log)
    patient = check_patient(table, log)
    day, micros = check_date(table, log, "assessed_at", as_of=as_of)
    scale = check_number(table, log, "pga_max", low=_PGA_SCALES[0], high=_PGA_SCALES[-1])
    scale = np.where(np.isnan(scale), PGA_SCALE, scale)
    text = column(table, "pga_max")
    log.drop(
        ~np.isin(scale, _PGA_SCALES), Outcome.REJECTED, "pga_max", "value_out_of_range", texts_of(text), "3, 10 or 100"
    )
    pga = check_number(table, log, "pga")
    log.drop(
        pga > scale, Outcome.REJECTED, "pga", "value_out_of_range", texts_of(column(table, "pga")), "above pga_max"
    )
    rows = AssessmentRows(
        table=table,
        log=log,
        patient=patient,
        day=day,
        micros=micros,
        sledai=check_number(table, log, "sledai_2k", high=SLEDAI_MAX, whole=True),
        pga=pga * PGA_SCALE / scale,
        pga_scale=np.where(np.isnan(pga), PGA_SCALE, scale),
        prednisone=check_number(table, log, "prednisone_mg_per_day"),
        failure=check_answer(table, log, "treatment_failure"),
        discontinued=check_answer(table, log, "discontinued"),
        grades=np.stack([check_choice(table, log, f"bilag_{s}", _GRADE_WORDS, 0) for s in SYSTEMS], axis=1),
        items=np.stack([check_answer(table, log, f"sledai_{item}") for item in ITEMS], axis=1),
    )
    named = [n for n in table.columns if n not in ("patient_id", "assessed_at", "pga_max")]
    empty = np.all([table.columns[n].is_empty() for n in named], axis=0) if named else np.ones(len(table), bool)
    log.drop(empty, Outcome.REJECTED, "", "value_missing", "", "no assessment in this row")
    return rows


@dataclass(frozen=True)
class PeopleRows:
    """One patients file, row by row; fields as clean.People."""

    table: SourceTable
    log: IssueLog
    patient: TextColumn
    sex: TextColumn
    birth_year: np.ndarray
    site: TextColumn
    label: TextColumn


def harmonise_patients(table: SourceTable) -> PeopleRows:
    """Every row of one patients file; an unreadable sex or birth year rejects its row. Keeps every row."""
    log = open_log(table)
    check_rows(table, log)
    patient = check_patient(table, log)
    sex = check_choice(table, log, "sex", _SEX_WORDS, 2)
    return PeopleRows(
        table=table,
        log=log,
        patient=patient,
        sex=TextColumn(np.clip(sex, 0, 2).astype(np.int32), np.array(["F", "M", ""], dtype=object)),
        birth_year=check_number(table, log, "birth_year", low=_BIRTH_YEARS[0], high=_BIRTH_YEARS[1], whole=True),
        site=column(table, "site"),
        label=column(table, "label"),
    )
