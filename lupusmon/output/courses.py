"""The tables of courses, infusions, baselines, trends and scores (CONTRACT 4)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from lupusmon.analysis.courses import NONE, STATUS, TIMING, Courses, DoseTiming
from lupusmon.analysis.labs import LabIndex
from lupusmon.analysis.scores import Scores
from lupusmon.analysis.trend_extras import TrendExtras
from lupusmon.analysis.trends import DIRECTIONS, SCOPES, Trends, select_baselines
from lupusmon.clean import DOSE_STATUS, DOSE_UNITS, Cohort, Results
from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.analytes import CODES as ANALYTE_CODES
from lupusmon.clinical.drugs import CODES as DRUG_CODES
from lupusmon.clinical.drugs import REGIMENS
from lupusmon.output import columns as c
from lupusmon.output.labs import text_rank
from lupusmon.sorting import sort_order

_SIGNS = ("<", "", ">")
_SCALES = ("linear", "log")
_ANALYTE_RANK = text_rank(np.array(ANALYTE_CODES, dtype=object))
_DRUG_RANK = text_rank(np.array(DRUG_CODES, dtype=object))
_IS_LOG = np.array([a.log for a in ANALYTES.values()], dtype=np.int64)


def course_names(courses: Courses) -> tuple[np.ndarray, np.ndarray]:
    """(codes, words) of `<drug>-<k>`."""
    if not len(courses):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
    pair, back = np.unique(courses.drug.astype(np.int64) * 100_000 + courses.number, return_inverse=True)
    words = np.array([f"{DRUG_CODES[p // 100_000]}-{p % 100_000}" for p in pair.tolist()], dtype=object)
    return back, words


def course_rank(courses: Courses) -> np.ndarray:
    """Place of each course's name in text order."""
    codes, words = course_names(courses)
    return text_rank(words)[codes] if len(courses) else codes


def course_column(courses: Courses, rows: np.ndarray) -> pa.DictionaryArray:
    """The name of the course of each row; empty for -1."""
    codes, words = course_names(courses)
    named = np.where(rows >= 0, codes[np.clip(rows, 0, None)], -1) if len(courses) else np.full(len(rows), -1)
    return c.text(named, words)


def build_courses(cohort: Cohort, courses: Courses) -> pa.Table:
    """One row a course, by patient and course_id."""
    order = sort_order(courses.patient, course_rank(courses))
    due = courses.next_due[order]
    return pa.table(
        {
            "patient_id": c.text(courses.patient[order], cohort.patients),
            "course_id": course_column(courses, order),
            "drug": c.text(courses.drug[order], DRUG_CODES),
            "first_infusion": c.dates(courses.start[order], courses.start_micros[order]),
            "last_infusion": c.dates(courses.last[order], courses.last_micros[order]),
            "n_infusions": c.integers(courses.count[order]),
            "regimen": c.text(courses.regimen[order], tuple(REGIMENS)),
            "next_due": c.dates(due, known=due != NONE),
            "overdue_days": c.integers(courses.overdue_days[order], due != NONE),
            "status": c.text(courses.status[order], STATUS),
        }
    )


def build_infusions(cohort: Cohort, courses: Courses, timing: DoseTiming) -> pa.Table:
    """One row an infusion of any status, by patient, time, drug."""
    d = cohort.doses
    order = sort_order(d.patient, d.day, d.micros, _DRUG_RANK[d.drug], d.order)
    d = d.take(order)
    from_due = timing.days_from_due[order]
    unit = np.where(np.isnan(d.dose), -1, d.dose_unit)
    return pa.table(
        {
            "patient_id": c.text(d.patient, cohort.patients),
            "course_id": course_column(courses, timing.course[order]),
            "given_at": c.dates(d.day, d.micros),
            "drug": c.text(d.drug, DRUG_CODES),
            "dose": c.numbers(d.dose),
            "dose_unit": c.text(unit, DOSE_UNITS),
            "status": c.text(d.status, DOSE_STATUS),
            "days_from_due": c.integers(from_due, from_due != NONE),
            "timing": c.text(timing.timing[order], TIMING),
            "source_file": c.column(d.file),
            "source_line": c.integers(d.line),
            "note": c.column(d.note),
        }
    )


def build_baselines(cohort: Cohort, labs: LabIndex, courses: Courses) -> pa.Table:
    """The last result of each series before each course, by patient, course, analyte, method."""
    series, course, row = select_baselines(labs, courses)
    r = labs.results.take(row)
    order = sort_order(courses.patient[course], course_rank(courses)[course], _ANALYTE_RANK[r.analyte], series)
    r, course = r.take(order), course[order]
    return pa.table(
        {
            "patient_id": c.text(r.patient, cohort.patients),
            "course_id": course_column(courses, course),
            "analyte": c.text(r.analyte, ANALYTE_CODES),
            "method": c.column(r.method),
            "value": c.numbers(r.value),
            "comparator": c.text(r.comparator + 1, _SIGNS),
            "unit": c.column(r.unit),
            "collected_at": c.dates(r.day, r.micros),
        }
    )


def build_trends(cohort: Cohort, labs: LabIndex, courses: Courses, trends: Trends, extras: TrendExtras) -> pa.Table:
    """One row a series and scope (and course), by patient, analyte, method, scope, course."""
    t, results = trends, labs.results
    analyte = labs.series_analyte[t.series] if len(t) else t.series
    patient = labs.series_patient[t.series] if len(t) else t.series
    rank = np.append(course_rank(courses), -1)[t.course]
    order = sort_order(patient, _ANALYTE_RANK[analyte], t.series, t.scope, rank)
    first, last, at = t.first[order], t.last[order], analyte[order]
    beyond_known = ~np.isnan(t.rcv_up[order])
    return pa.table(
        {
            "patient_id": c.text(patient[order], cohort.patients),
            "analyte": c.text(at, ANALYTE_CODES),
            "method": c.column(results.method.take(first)),
            "scope": c.text(t.scope[order], SCOPES),
            "course_id": course_column(courses, t.course[order]),
            "n": c.integers(t.n[order]),
            "first_at": c.dates(results.day[first], results.micros[first]),
            "last_at": c.dates(results.day[last], results.micros[last]),
            "first_value": c.numbers(results.value[first]),
            "last_value": c.numbers(results.value[last]),
            "pct_change": c.numbers(t.pct_change[order]),
            "scale": c.text(_IS_LOG[at], _SCALES),
            "slope_per_30d": c.numbers(t.slope[order]),
            "mk_s": c.numbers(t.mk_s[order]),
            "mk_p": c.numbers(t.mk_p[order]),
            "rcv_up_pct": c.numbers(t.rcv_up[order]),
            "rcv_down_pct": c.numbers(t.rcv_down[order]),
            "beyond_rcv": c.truths(t.beyond[order], beyond_known),
            "direction": c.text(t.direction[order], DIRECTIONS),
            **_extra_columns(results, extras, order),
        }
    )


def _extra_columns(results: Results, extras: TrendExtras, order: np.ndarray) -> dict[str, pa.Array]:
    nadir, peak, days = extras.nadir[order], extras.peak[order], extras.days_to_normal[order]
    reached = ~np.isnan(days)
    return {
        "time_in_target_pct": c.numbers(extras.time_in_target_pct[order]),
        "days_to_normal": c.integers(np.where(reached, days, 0), reached),
        "nadir_value": c.numbers(results.value[nadir]),
        "nadir_at": c.dates(results.day[nadir]),
        "peak_value": c.numbers(results.value[peak]),
        "peak_at": c.dates(results.day[peak]),
    }


def build_scores(cohort: Cohort, scores: Scores) -> pa.Table:
    """One row a patient-day, already by patient and day."""
    return pa.table(
        {
            "patient_id": c.text(scores.patient, cohort.patients),
            "date": c.dates(scores.day),
            "lab_sledai": c.integers(scores.points),
            **{name: c.answers(values) for name, values in scores.items.items()},
            "complete": c.truths(scores.complete),
        }
    )
