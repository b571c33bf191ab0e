"""What a criterion is judged on: one course, one visit, and everything that belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .courses import Course
from .rows import Assessment, Dose, Lab, Patient, last_key, moment
from .values import Answer
from .visits import (
    Visit,
    select_analyte_baseline,
    select_baseline_assessment,
    select_visit_assessment,
    select_visit_value,
)

CRITERION_ANALYTES = ("C3", "C4", "CH50", "DSDNA", "UPCR", "UPROT24", "PLT", "CREAT", "EGFR")


@dataclass(frozen=True)
class Setting:
    """All rows are of one patient and up to as_of."""

    course: Course
    visit: Visit
    patient: Patient | None
    labs: list[Lab]
    doses: list[Dose]
    assessments: list[Assessment]
    bicla: str
    before: dict[str, Lab | None]
    now: dict[str, Lab | None]
    assessed_before: Assessment | None
    assessed_now: Assessment | None

    @property
    def week(self) -> str:
        return self.visit.week

    @property
    def assessed_previously(self) -> Assessment | None:
        """The patient's assessment before that of the visit."""
        if self.assessed_now is None:
            return None
        earlier = [a for a in self.assessments if last_key(a) < last_key(self.assessed_now)]
        return max(earlier, key=last_key, default=None)

    def end_with(self, day: date | None) -> date:
        """The target day or, if later, `day`; as_of for latest."""
        return self.visit.end if day is None else max(self.visit.end, day)


@dataclass(frozen=True)
class Check:
    """One row of the ledger. The values are set where a single value of each end underlies the check."""

    name: str
    answer: Answer
    baseline_value: float | None = None
    baseline_at: object = None
    value: float | None = None
    value_at: object = None
    is_compared: bool = False  # whether the values say anything


@dataclass(frozen=True)
class Judgement:
    """applies: the entry condition (True where there is none)."""

    applies: Answer
    checks: list[Check]


def check_labs(name: str, answer: Answer, baseline: Lab | None, value: Lab | None) -> Check:
    """A check that rests on one analyte."""
    return Check(
        name,
        answer,
        None if baseline is None else baseline.value,
        moment(baseline),
        None if value is None else value.value,
        moment(value),
        is_compared=True,
    )


def make_setting(course, visit, patient, labs, doses, assessments, bicla) -> Setting:
    """labs, doses, assessments: the patient's, up to as_of."""
    return Setting(
        course=course,
        visit=visit,
        patient=patient,
        labs=labs,
        doses=doses,
        assessments=assessments,
        bicla=bicla,
        before={code: select_analyte_baseline(labs, course, code) for code in CRITERION_ANALYTES},
        now={code: select_visit_value(labs, course, visit, code) for code in CRITERION_ANALYTES},
        assessed_before=select_baseline_assessment(assessments, course),
        assessed_now=select_visit_assessment(assessments, course, visit),
    )
