"""Rescue drugs, treatment failure, IVIG (CRITERIA 7)."""

from __future__ import annotations

from datetime import date, timedelta

from .courses import Course
from .rows import Assessment, Dose, Lab
from .values import Answer, all_of, any_of, negate, round6
from .visits import Visit

PRIOR_DAYS = 90
IVIG_MASK_DAYS = 28


def is_rescued(doses: list[Dose], course: Course, end: date) -> Answer:
    """A dose of another drug after the first day of the course, up to `end`, not given in the 90 days up to its start.

    doses: the patient's, up to as_of.
    """
    start = course.first.day
    given = [d for d in doses if d.status == "given" and d.drug != course.drug]
    answers = []
    for drug in sorted({d.drug for d in given}):
        own = [d for d in given if d.drug == drug]
        after = any_of(counts(d) for d in own if start < d.day <= end)
        before = any_of(counts(d) for d in own if start - timedelta(days=PRIOR_DAYS) <= d.day <= start)
        answers.append(all_of([after, negate(before)]))
    return any_of(answers)


def counts(dose: Dose) -> Answer:
    """Methylprednisolone counts from 250 mg; unknown without a dose in mg."""
    if dose.drug != "methylprednisolone":
        return True
    milligrams = dose_mg(dose)
    return None if milligrams is None else round6(milligrams) >= 250


def dose_mg(dose: Dose) -> float | None:
    """In mg; a dose per kg needs the row's weight, one per square metre stays unknown."""
    if dose.dose is None:
        return None
    match dose.dose_unit or "mg":
        case "mg":
            return dose.dose
        case "g":
            return dose.dose * 1000
        case "mg/kg":
            return None if dose.weight_kg is None else dose.dose * dose.weight_kg
        case "g/kg":
            return None if dose.weight_kg is None else dose.dose * 1000 * dose.weight_kg
    return None


def has_failed(
    assessments: list[Assessment], course: Course, visit: Visit, visit_assessment: Assessment | None
) -> Answer:
    """A yes after the first infusion's day, up to the visit's assessment; without one up to the target day."""
    end = visit.end if visit_assessment is None else visit_assessment.day
    period = [a for a in assessments if course.first.day < a.day <= end]
    if any(a.treatment_failure is True or a.discontinued is True for a in period):
        return True
    return None if visit_assessment is None else False


def is_free_of_ivig(doses: list[Dose], course: Course, platelets: Lab | None) -> Answer:
    """No IVIG in the 28 days up to the value unless the course is IVIG; unknown if there was, or without a value."""
    if course.drug == "ivig":
        return True
    if platelets is None:
        return None
    start = platelets.day - timedelta(days=IVIG_MASK_DAYS)
    masked = any(d.drug == "ivig" and d.status == "given" and start <= d.day <= platelets.day for d in doses)
    return None if masked else True
