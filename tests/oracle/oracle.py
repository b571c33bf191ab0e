"""analyze(): the output tables of CONTRACT 4 that CRITERIA defines, slowly. reconcile(): what happens to a row."""

from __future__ import annotations

from datetime import date
from functools import partial

from . import assessed_criteria as assessed
from . import laboratory_criteria as laboratory
from .courses import Course, build_courses, list_doses, summarise_course
from .reconcile import reconcile
from .rows import Assessment, Dose, Lab, Patient, last_key, read_rows
from .scores import list_scores
from .setting import Check, Judgement, make_setting
from .trends import list_trends
from .values import Answer, all_of
from .visits import Visit, list_baselines, list_visits

__all__ = ["CRITERIA", "analyze", "reconcile"]

CRITERIA = {
    "sri_lab": laboratory.judge_sri_lab,
    "bicla_lab": laboratory.judge_bicla_lab,
    **{f"sri_{k}": partial(assessed.judge_sri, points=k) for k in (4, 5, 6, 7, 8)},
    "bicla": assessed.judge_bicla,
    "lldas": assessed.judge_lldas,
    "doris": assessed.judge_doris,
    "renal_complete": laboratory.judge_renal_complete,
    "renal_partial": laboratory.judge_renal_partial,
    "renal_perr": laboratory.judge_renal_perr,
    "renal_crr": laboratory.judge_renal_crr,
    "renal_crr_aurora": laboratory.judge_renal_crr_aurora,
    "renal_eular": laboratory.judge_renal_eular,
    "platelets_iwg": laboratory.judge_platelets_iwg,
    "c3_normalised": laboratory.judge_c3_normalised,
    "c4_normalised": laboratory.judge_c4_normalised,
    "dsdna_normalised": laboratory.judge_dsdna_normalised,
}


def analyze(
    labs: list[dict],
    infusions: list[dict],
    assessments: list[dict],
    patients: list[dict],
    as_of: date,
    bicla: str = "tulip",
) -> dict[str, list[dict]]:
    """Clean rows in reading order → courses, infusions, baselines, trends, scores, responses, evidence."""
    all_doses = read_rows(Dose, infusions)
    # "Rows after as_of stay in their tables and enter no rule."
    labs = [row for row in read_rows(Lab, labs) if row.day <= as_of]
    doses = [row for row in all_doses if row.day <= as_of]
    assessments = [row for row in read_rows(Assessment, assessments) if row.day <= as_of]
    people = {p.patient_id: p for p in read_rows(Patient, patients)}
    courses = build_courses(doses, as_of)
    tables = {"courses": [], "baselines": [], "trends": [], "scores": [], "responses": [], "evidence": []}
    tables["infusions"] = list_doses(all_doses, courses, as_of)
    for patient_id in sorted({row.patient_id for row in [*labs, *doses, *assessments]}):
        own_labs, own_doses, own_assessments, own_courses = (
            [row for row in rows if row.patient_id == patient_id] for rows in (labs, doses, assessments, courses)
        )
        tables["trends"] += list_trends(own_labs, own_courses, as_of)
        tables["scores"] += list_scores(own_labs)
        for course in own_courses:
            tables["courses"].append(summarise_course(course, own_doses, as_of))
            tables["baselines"] += list_baselines(own_labs, course)
            for visit in list_visits(course, as_of):
                setting = make_setting(
                    course,
                    visit,
                    people.get(patient_id),
                    own_labs,
                    own_doses,
                    sorted(own_assessments, key=last_key),
                    bicla,
                )
                for criterion, judge in CRITERIA.items():
                    judgement = judge(setting)
                    if judgement is not None:
                        _add(tables, course, visit, criterion, judgement)
    return tables


def _add(tables: dict[str, list[dict]], course: Course, visit: Visit, criterion: str, judgement: Judgement) -> None:
    key = {"patient_id": course.patient_id, "course_id": course.course_id, "week": visit.week, "criterion": criterion}
    tables["responses"].append({**key, "verdict": judge_verdict(judgement)})
    if judgement.applies is not False:
        tables["evidence"] += [{**key, **_describe(check)} for check in judgement.checks]


def judge_verdict(judgement: Judgement) -> str:
    """An entry condition that fails: not_applicable; one left unknown: not_assessable, whatever the checks say."""
    if judgement.applies is False:
        return "not_applicable"
    if judgement.applies is None:
        return "not_assessable"
    return _word(all_of(check.answer for check in judgement.checks), unknown="not_assessable")


def _word(answer: Answer, unknown: str = "unknown") -> str:
    return unknown if answer is None else "met" if answer else "not_met"


def _describe(check: Check) -> dict:
    row = {"check": check.name, "verdict": _word(check.answer)}
    if check.is_compared:
        row |= {
            "baseline_value": check.baseline_value,
            "baseline_at": check.baseline_at,
            "value": check.value,
            "value_at": check.value_at,
        }
    return row
