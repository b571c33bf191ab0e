"""Alerts on care: doses and tests that are due, and responses that were lost (clinical.alert_rules)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lupusmon.analysis.alert_rows import Alerts, dated_texts, make_alerts
from lupusmon.analysis.courses import ENDED, OVERDUE, Courses, interval_after
from lupusmon.analysis.criteria.phrases import iso_day
from lupusmon.analysis.criteria.registry import Criterion
from lupusmon.analysis.criteria.verdicts import MET, NOT_MET
from lupusmon.analysis.labs import LabIndex
from lupusmon.analysis.visits import LATEST, WEEKS, Visits
from lupusmon.clinical import alert_rules as rules
from lupusmon.clinical.drugs import CODES, DRUGS, REGIMENS
from lupusmon.sorting import sort_order, starts_of_runs

_LAB_DAYS = np.array([r.lab_interval_days for r in REGIMENS.values()])
_DRUG_LAB_DAYS = np.array([REGIMENS[DRUGS[code].regimens[0]].lab_interval_days for code in CODES])  # no regimen known


def find_infusion_alerts(courses: Courses) -> list[Alerts]:
    """Overdue doses; missed where a whole interval has passed."""
    late = np.flatnonzero(courses.status == OVERDUE)
    interval = interval_after(courses.regimen[late], courses.count[late])
    missed = courses.overdue_days[late] >= interval
    parts = []
    for code, rows in (("infusion_missed", late[missed]), ("infusion_overdue", late[~missed])):
        days = zip(iso_day(courses.next_due[rows]), courses.overdue_days[rows].tolist(), strict=True)
        last = iso_day(courses.last[rows])
        texts = [
            f"{DRUGS[CODES[drug]].name} infusion due on {due}, {overdue} days overdue (last given on {given})"
            for drug, (due, overdue), given in zip(courses.drug[rows].tolist(), days, last, strict=True)
        ]
        if code == "infusion_missed":
            whole = interval_after(courses.regimen[rows], courses.count[rows]).tolist()
            texts = [f"{text}: a whole interval of {n} days missed" for text, n in zip(texts, whole, strict=True)]
        parts.append(make_alerts(code, courses.patient[rows], texts))
    return parts


def find_lab_alerts(labs: LabIndex, courses: Courses) -> list[Alerts]:
    """Core tests not done for longer than the schedule of a running course expects; the earliest due course speaks."""
    running = np.flatnonzero(courses.status != ENDED)
    regimen = courses.regimen[running]
    expected = np.where(regimen >= 0, _LAB_DAYS[regimen], _DRUG_LAB_DAYS[courses.drug[running]])
    patient, start = courses.patient[running], courses.start[running]
    parts = []
    for code in rules.CORE_LABS:
        row = _last_done(labs, code, patient)
        day = np.where(row >= 0, labs.results.day[row], start) if len(labs.results) else start
        due = np.maximum(day, start) + expected
        late = np.flatnonzero(due < labs.as_of)
        late = late[sort_order(patient[late], due[late])]
        late = late[starts_of_runs(patient[late])]
        parts.append(_lab_alerts(labs, code, patient[late], row[late], start[late], expected[late]))
    return parts


def _last_done(labs: LabIndex, code: str, patient: np.ndarray) -> np.ndarray:
    """Row of the last result of the test, or of the one that stands in for it if that is later; -1: never."""
    ever, today = np.full(len(patient), -60_000), np.full(len(patient), labs.as_of)
    row = labs.last(code, patient, ever, today)
    if code not in rules.STANDS_IN or not len(labs.results):
        return row
    other = labs.last(rules.STANDS_IN[code], patient, ever, today)
    day = labs.results.day
    return np.where((other >= 0) & ((row < 0) | (day[other] > day[row])), other, row)


def _lab_alerts(labs: LabIndex, code: str, patient, row, start, expected) -> Alerts:
    name, texts = rules.spoken(code), []
    seen = dated_texts(labs.results, row, units=True)
    for last, begun, days in zip(seen, iso_day(start), expected.tolist(), strict=True):
        since = f"last {last}" if last else f"none on record; first infusion on {begun}"
        texts.append(f"{name} overdue: {since}; expected every {days} days on this treatment")
    return make_alerts("lab_overdue", patient, texts, analyte=code)


def find_lost_responses(visits: Visits, criteria: Sequence[Criterion], verdict: np.ndarray) -> Alerts:
    """Courses with a criterion met at an earlier visit and not met at `latest`; one row a course.

    verdict: visits x criteria (NO_ROW where a criterion is not defined). Courses that run and the patient's last begun.
    """
    courses = visits.sources.courses
    latest = np.full(len(courses), -1)
    at_latest = np.flatnonzero(visits.week == LATEST)
    latest[visits.course[at_latest]] = at_latest
    earlier = (visits.week != LATEST) & (visits.target < visits.sources.labs.as_of)
    lost = (verdict == MET) & earlier[:, None] & (verdict[latest[visits.course]] == NOT_MET)
    lost &= ~_held(criteria, verdict)[latest[visits.course]]
    lost[~_speaks(courses)[visits.course]] = False
    week = np.full((len(courses), len(criteria)), -1)
    for nth in range(LATEST):
        rows = np.flatnonzero(visits.week == nth)
        week[visits.course[rows]] = np.where(lost[rows], nth, week[visits.course[rows]])
    found = np.flatnonzero((week >= 0).any(axis=1))
    texts = [_lost_text(DRUGS[CODES[courses.drug[c]]].name, criteria, week[c]) for c in found.tolist()]
    return make_alerts("response_lost", courses.patient[found], texts)


def _held(criteria: Sequence[Criterion], verdict: np.ndarray) -> np.ndarray:
    """Visits x criteria: the response is held after all, by the criterion that stands for it."""
    held = np.zeros(verdict.shape, dtype=bool)
    column = {criterion.code: i for i, criterion in enumerate(criteria)}
    for code, other in rules.HELD_BY.items():
        held[:, column[code]] = verdict[:, column[other]] == MET
    return held


def _speaks(courses: Courses) -> np.ndarray:
    """Courses that run, and each patient's last begun (ties: all of them)."""
    newest = np.full(int(courses.patient.max()) + 1 if len(courses) else 0, np.iinfo(np.int64).min)
    np.maximum.at(newest, courses.patient, courses.start)
    return (courses.status != ENDED) | (courses.start == newest[courses.patient])


def full_title(criterion: Criterion) -> str:
    """Bracketed, so that titles can be listed with commas: `SRI-style (simplified, labs only)`."""
    if not criterion.simplified:
        return criterion.title
    return criterion.title.removesuffix(", labs only") + " (simplified, labs only)"


def _lost_text(drug: str, criteria: Sequence[Criterion], week: np.ndarray) -> str:
    """`Response to belimumab lost: SRI-4, BICLA (met at week 52); …; not met now`."""
    parts = []
    for nth in np.unique(week[week >= 0])[::-1].tolist():
        titles = dict.fromkeys(full_title(c) for c, w in zip(criteria, week.tolist(), strict=True) if w == nth)
        parts.append(f"{', '.join(titles)} (met at week {WEEKS[nth]})")
    return f"Response to {drug.lower() if drug != drug.upper() else drug} lost: {'; '.join(parts)}; not met now"
