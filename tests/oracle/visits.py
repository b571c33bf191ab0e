"""Baseline and visit values (CRITERIA 3), and those of assessments (CRITERIA 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .courses import Course
from .facts import VISIT_WEEKS
from .rows import Assessment, Lab, moment, select_last

BASELINE_DAYS, VISIT_DAYS, LATEST_DAYS = 90, 28, 56


@dataclass(frozen=True)
class Visit:
    """week: "12" … or "latest". target: None for latest."""

    week: str
    target: date | None
    as_of: date

    @property
    def end(self) -> date:
        """The target day; as_of for latest."""
        return self.target or self.as_of


def list_visits(course: Course, as_of: date) -> list[Visit]:
    """The visits whose window has opened, and latest."""
    visits = []
    for week in VISIT_WEEKS:
        target = course.first.day + timedelta(days=7 * week)
        if as_of >= target - timedelta(days=VISIT_DAYS):
            visits.append(Visit(str(week), target, as_of))
    return [*visits, Visit("latest", None, as_of)]


def is_before_infusion(lab: Lab, course: Course) -> bool:
    """In the 90 days before the first infusion, up to that infusion."""
    first = course.first
    if not first.day - timedelta(days=BASELINE_DAYS) <= lab.day <= first.day:
        return False
    if lab.day < first.day or lab.time is None or first.time is None:
        return True
    return lab.time <= first.time


def select_baselines(labs: list[Lab], course: Course) -> dict[tuple[str, str], Lab]:
    """(analyte, method) → the last result before the course. labs: one patient's, up to as_of."""
    baselines = {}
    for series in sorted({(lab.analyte, lab.method) for lab in labs}):
        before = [lab for lab in labs if (lab.analyte, lab.method) == series and is_before_infusion(lab, course)]
        if before:
            baselines[series] = select_last(before)
    return baselines


def select_analyte_baseline(labs: list[Lab], course: Course, analyte: str) -> Lab | None:
    """The last over the series of the analyte."""
    return select_last([b for (code, _), b in select_baselines(labs, course).items() if code == analyte])


def select_visit_value(labs: list[Lab], course: Course, visit: Visit, analyte: str) -> Lab | None:
    """Of the baseline's series, failing that of any series. labs: one patient's, up to as_of."""
    baseline = select_analyte_baseline(labs, course, analyte)
    after = [lab for lab in labs if lab.analyte == analyte and lab.day > course.first.day]
    if baseline is not None:
        value = select_nearest([lab for lab in after if lab.method == baseline.method], visit)
        if value is not None:
            return value
    return select_nearest(after, visit)


def select_nearest(rows: list, visit: Visit):
    """Nearest to the target within 28 days, a tie to the later, the last of that day; latest: the last in 56 days."""
    if visit.target is None:
        return select_last([r for r in rows if visit.as_of - timedelta(days=LATEST_DAYS) <= r.day <= visit.as_of])
    near = [r for r in rows if abs((r.day - visit.target).days) <= VISIT_DAYS and r.day <= visit.as_of]
    if not near:
        return None
    nearest = min(abs((r.day - visit.target).days) for r in near)
    return select_last([r for r in near if abs((r.day - visit.target).days) == nearest])


def select_baseline_assessment(assessments: list[Assessment], course: Course) -> Assessment | None:
    """The last from 90 days before to the day of the first infusion, whatever its time."""
    start = course.first.day - timedelta(days=BASELINE_DAYS)
    return select_last([a for a in assessments if start <= a.day <= course.first.day])


def select_visit_assessment(assessments: list[Assessment], course: Course, visit: Visit) -> Assessment | None:
    return select_nearest([a for a in assessments if a.day > course.first.day], visit)


def list_baselines(labs: list[Lab], course: Course) -> list[dict]:
    """The rows of `baselines` for one course."""
    return [
        {
            "patient_id": course.patient_id,
            "course_id": course.course_id,
            "analyte": lab.analyte,
            "method": lab.method,
            "value": lab.value,
            "comparator": lab.comparator,
            "unit": lab.unit,
            "collected_at": moment(lab),
        }
        for lab in select_baselines(labs, course).values()
    ]
