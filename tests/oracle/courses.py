"""Courses, schedule, timing of doses (CRITERIA 2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .facts import COURSE_GAP_DAYS, LATE_AFTER_DAYS, interval_after_dose
from .rows import Dose, clock_key, last_key, moment
from .values import round6

IVIG_CYCLE_DAYS = 28


@dataclass(frozen=True)
class Course:
    patient_id: str
    course_id: str
    drug: str
    regimen: str | None
    doses: tuple[Dose, ...]

    @property
    def first(self) -> Dose:
        return self.doses[0]

    @property
    def last(self) -> Dose:
        return self.doses[-1]


def build_courses(doses: list[Dose], as_of: date) -> list[Course]:
    """Given doses up to as_of, in time order; a gap of more than the drug's starts a new course."""
    courses = []
    given = [d for d in doses if d.status == "given" and d.day <= as_of]
    for patient_id, drug in sorted({(d.patient_id, d.drug) for d in given}):
        groups: list[list[Dose]] = []
        for dose in sorted((d for d in given if (d.patient_id, d.drug) == (patient_id, drug)), key=last_key):
            if groups and (dose.day - groups[-1][-1].day).days <= COURSE_GAP_DAYS[drug]:
                groups[-1].append(dose)
            else:
                groups.append([dose])
        for k, group in enumerate(groups, start=1):
            courses.append(Course(patient_id, f"{drug}-{k}", drug, read_regimen(group[0]), tuple(group)))
    return courses


def read_regimen(first: Dose) -> str | None:
    """The course's first dose decides."""
    if first.drug == "rituximab":
        return "rituximab_375" if first.dose_unit == "mg/m2" else "rituximab"
    if first.drug == "cyclophosphamide":
        if first.dose is None:
            return None
        flat_mg = {"mg": first.dose, "g": first.dose * 1000}.get(first.dose_unit or "mg")
        return "euro_lupus" if flat_mg is not None and round6(flat_mg) <= 600 else "nih"
    return first.drug


def compute_due(course: Course, number: int) -> tuple[date, int] | None:
    """When the dose after the number-th (1, 2, …) is due, and its interval; None: none to come, or unscheduled."""
    if course.regimen == "ivig":
        return _cycle_start(course, number).day + timedelta(days=IVIG_CYCLE_DAYS), IVIG_CYCLE_DAYS
    interval = interval_after_dose(course.regimen, number)
    if interval is None:
        return None
    return course.doses[number - 1].day + timedelta(days=interval), interval


def _cycle_start(course: Course, number: int) -> Dose:
    k = number - 1
    while k > 0 and _continues_cycle(course, k):
        k -= 1
    return course.doses[k]


def _continues_cycle(course: Course, k: int) -> bool:
    return (course.doses[k].day - course.doses[k - 1].day).days <= 5


def time_dose(course: Course, number: int) -> tuple[int | None, str | None]:
    """(days_from_due, timing) of the number-th dose."""
    if number == 1:
        return None, "first"
    if course.regimen == "ivig" and _continues_cycle(course, number - 1):
        return None, "on_time"
    scheduled = compute_due(course, number - 1)
    if scheduled is None:
        return None, None
    due, interval = scheduled
    days = (course.doses[number - 1].day - due).days
    late_after = LATE_AFTER_DAYS[course.regimen]
    if days >= interval:
        return days, "after_missed"
    if days < -late_after:
        return days, "early"
    return days, "late" if days > late_after else "on_time"


def summarise_course(course: Course, doses: list[Dose], as_of: date) -> dict:
    """The row of `courses`."""
    next_due, overdue_days, status = _state(course, doses, as_of)
    return {
        "patient_id": course.patient_id,
        "course_id": course.course_id,
        "drug": course.drug,
        "first_infusion": moment(course.first),
        "last_infusion": moment(course.last),
        "n_infusions": len(course.doses),
        "regimen": course.regimen,
        "next_due": next_due,
        "overdue_days": overdue_days,
        "status": status,
    }


def _state(course: Course, doses: list[Dose], as_of: date) -> tuple[date | None, int | None, str]:
    stopped = any(
        d.status == "stopped" and course.last.day <= d.day <= as_of
        for d in doses
        if (d.patient_id, d.drug) == (course.patient_id, course.drug)
    )
    if stopped or (as_of - course.last.day).days > COURSE_GAP_DAYS[course.drug]:
        return None, None, "ended"
    scheduled = compute_due(course, len(course.doses))
    if scheduled is None:
        return None, None, "active"
    overdue_days = max(0, (as_of - scheduled[0]).days)
    return (scheduled[0], overdue_days, "overdue" if overdue_days > LATE_AFTER_DAYS[course.regimen] else "active")


def list_doses(doses: list[Dose], courses: list[Course], as_of: date) -> list[dict]:
    """The rows of `infusions`: every row, given or not, also those after as_of."""
    timed = {}
    for course in courses:
        for number, dose in enumerate(course.doses, start=1):
            timed[dose] = (course.course_id, *time_dose(course, number))
    rows = []
    for dose in sorted(doses, key=lambda d: (d.patient_id, clock_key(d), d.drug, d.order)):
        course_id, days_from_due, timing = timed.get(dose, (None, None, None))
        if dose.status != "given":
            course_id = _course_begun_last(dose, courses)
        rows.append(
            {
                "patient_id": dose.patient_id,
                "course_id": course_id,
                "given_at": moment(dose),
                "drug": dose.drug,
                "dose": dose.dose,
                "dose_unit": dose.dose_unit,
                "status": dose.status,
                "days_from_due": days_from_due,
                "timing": timing,
            }
        )
    return rows


def _course_begun_last(dose: Dose, courses: list[Course]) -> str | None:
    own = [c for c in courses if (c.patient_id, c.drug) == (dose.patient_id, dose.drug) and c.first.day <= dose.day]
    return max(own, key=lambda c: c.first.day).course_id if own else None
