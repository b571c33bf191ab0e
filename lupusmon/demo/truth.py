"""truth.csv: what every patient is, and the verdicts that are certain from how the patient was made."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from lupusmon.clinical.thresholds import VISIT_DAYS, VISIT_WEEKS
from lupusmon.demo.archetypes import responder_label
from lupusmon.demo.assessment_rows import Written
from lupusmon.demo.certainty import MET, NOT, UNKNOWN
from lupusmon.demo.measure import Measured, as_of_days
from lupusmon.demo.plans import Plan
from lupusmon.demo.signs import Signs
from lupusmon.demo.truth_labs import judge_labs
from lupusmon.demo.truth_signs import gather, judge_signs
from lupusmon.demo.truth_window import find_point
from lupusmon.demo.visits import Visits

COLUMNS = ("patient_id", "course_id", "drug", "archetype", "responder", "week", "criterion", "expected")
WEEKS = (*map(str, VISIT_WEEKS), "latest")
VERDICTS = {MET: "met", NOT: "not_met", UNKNOWN: "not_assessable"}


def build_truth(
    plans: list[Plan], visits: Visits, tests: dict[str, Measured], signs: Signs, written: Written
) -> pd.DataFrame:
    """One row per certain verdict of the main course, and per patient one with week, criterion and expected empty."""
    patients = np.arange(len(plans))
    parts = [(patients, patients * 0 - 1, "", "", np.full(len(plans), "", dtype=object))]
    for order, week in enumerate(WEEKS):
        for criterion, expected in _verdicts(plans, visits, tests, signs, written, week):
            rows = np.flatnonzero(expected != "")
            parts.append((rows, np.full(len(rows), order), week, criterion, expected[rows]))
    return _assemble(plans, parts)


def _verdicts(
    plans: list[Plan], visits: Visits, tests: dict[str, Measured], signs: Signs, written: Written, week: str
) -> Iterator[tuple[str, np.ndarray]]:
    """Criterion and expected verdict per patient, "" where it is not certain or the visit has not begun."""
    base = find_point(plans, visits, tests, "baseline")
    visit = find_point(plans, visits, tests, week)
    begun = as_of_days(plans) >= visit.target - VISIT_DAYS
    scored = gather(plans, visits, signs, written)
    for judged in (judge_labs(plans, base, visit), judge_signs(plans, scored, visit)):
        for criterion, entry, checks in judged:
            yield criterion, np.where(begun, _expected(entry, checks), "").astype(object)


def _expected(entry: np.ndarray, checks: np.ndarray) -> np.ndarray:
    verdict = np.full(len(entry), "", dtype=object)
    for code, word in VERDICTS.items():
        verdict[(entry == MET) & (checks == code)] = word
    verdict[entry == UNKNOWN] = "not_assessable"
    verdict[entry == NOT] = "not_applicable"
    return verdict


def _assemble(plans: list[Plan], parts: list[tuple]) -> pd.DataFrame:
    patient = np.concatenate([part[0] for part in parts])
    order = np.lexsort((np.concatenate([part[1] for part in parts]), patient))

    def of_plan(values: list[str]) -> np.ndarray:
        return np.array(values, dtype=object)[patient][order]

    def of_part(k: int) -> np.ndarray:
        return np.concatenate([np.full(len(part[0]), part[k], dtype=object) for part in parts])[order]

    table = {
        "patient_id": of_plan([plan.patient_id for plan in plans]),
        "course_id": of_plan([plan.course_id for plan in plans]),
        "drug": of_plan([plan.regimen.drug for plan in plans]),
        "archetype": of_plan([plan.archetype.code for plan in plans]),
        "responder": of_plan([responder_label(plan.archetype.code, plan.profile) for plan in plans]),
        "week": of_part(2),
        "criterion": of_part(3),
        "expected": np.concatenate([part[4] for part in parts])[order],
    }
    return pd.DataFrame(table)[list(COLUMNS)]
