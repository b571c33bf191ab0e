"""Which values a verdict rests on: every input at baseline and at the visit, not only the one a check names.

For one visit at a time (the screen's chosen cell); the batch never asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from lupusmon.analysis.answers import UNKNOWN
from lupusmon.analysis.criteria.findings import ASSESSMENT, DOSE, RESULT, Finding
from lupusmon.analysis.criteria.registry import Criterion
from lupusmon.analysis.criteria.verdicts import NOT_APPLICABLE, assess
from lupusmon.analysis.rescue import is_ivig
from lupusmon.analysis.visits import Visits
from lupusmon.clean import GIVEN, ITEMS
from lupusmon.clinical.drugs import CODES as DRUG_CODES
from lupusmon.clinical.drugs import IVIG_MASK_DAYS
from lupusmon.clinical.thresholds import SCORE_DAYS

BASELINE, VISIT, BEFORE = "baseline", "visit", "before"
_POINTS_TELL = ("EGFR", "CREAT")  # of these two only the pair that was compared counts; the check's own points have it
_SCORED = ("C3", "C4", "CH50", "DSDNA", "UPCR", "UPROT24", "PLT")
_ENTRY = {"sri_lab": _SCORED, "bicla_lab": ("UPCR", "CREAT", "PLT")}
_SEROLOGY = {"low_complement": ("C3", "C4", "CH50"), "increased_dna_binding": ("DSDNA",)}


@dataclass(frozen=True, order=True)
class Input:
    """One value. kind: result | assessment | dose; row: of that table. side: baseline | visit | before."""

    kind: str
    row: int
    side: str


def list_inputs(visits: Visits, criterion: Criterion) -> list[Input]:
    """The values behind the criterion's verdict at the one visit given, each once; by kind, row and side.

    Where the criterion does not apply, the baseline values that say so.
    """
    done = assess(visits, criterion)
    if done.verdict[0] == NOT_APPLICABLE:
        return sorted(set(_entry(visits, criterion)))
    found = set(_readings(visits, criterion, criterion.reads))
    for finding in done.findings:
        found |= set(_points(finding))
    if criterion.assessed:
        found |= set(_assessments(visits, criterion))
    if any(check.code == "no_ivig_mask" for check in criterion.checks):
        found |= set(_masking_dose(visits))
    return sorted(found)


def _entry(visits: Visits, criterion: Criterion) -> Iterator[Input]:
    codes = _ENTRY.get(criterion.code, [code for code in criterion.reads if code not in _POINTS_TELL])
    yield from _side(visits, BASELINE, codes)
    if criterion.assessed and visits.first_assessment.present[0]:
        yield Input(ASSESSMENT, int(visits.first_assessment.row[0]), BASELINE)


def _readings(visits: Visits, criterion: Criterion, codes: tuple[str, ...]) -> Iterator[Input]:
    """Both sides of every test the criterion reads. Grades of lab-only criteria look at creatinine itself."""
    told = () if criterion.simplified else _POINTS_TELL
    for side in (BASELINE, VISIT):
        yield from _side(visits, side, [code for code in codes if code not in told])


def _side(visits: Visits, side: str, codes: Iterable[str]) -> Iterator[Input]:
    readings = visits.baseline if side == BASELINE else visits.value
    for code in codes:
        if code == "UPROT24" and readings["UPCR"].present[0]:
            continue  # the 24-hour protein counts only where there is no UPCR
        if readings[code].present[0]:
            yield Input(RESULT, int(readings[code].row[0]), side)


def _points(finding: Finding) -> Iterator[Input]:
    """What a check itself points at: the compared pair, the rescue dose, the recorded failure."""
    for point, side in ((finding.evidence.baseline, BASELINE), (finding.evidence.value, VISIT)):
        if point is not None and point.known[0] and point.row[0] >= 0:
            kind = point.kind if isinstance(point.kind, str) else str(point.kind[0])
            yield Input(kind, int(point.row[0]), side)


def _assessments(visits: Visits, criterion: Criterion) -> Iterator[Input]:
    """The visit's assessment, what it is compared with, and the labs that stand in for items nobody noted."""
    compared = [(visits.assessment, VISIT)]
    if criterion.enter is not None:
        compared.append((visits.first_assessment, BASELINE))
    if any(check.code == "no_new_activity" for check in criterion.checks):
        compared.append((visits.previous_assessment, BEFORE))
    yield from (Input(ASSESSMENT, int(one.row[0]), side) for one, side in compared if one.present[0])
    if any(check.code == "clinical_sledai" for check in criterion.checks) and visits.assessment.present[0]:
        yield from _serology(visits)


def _serology(visits: Visits) -> Iterator[Input]:
    labs, day = visits.sources.labs, visits.assessment.day
    for item, codes in _SEROLOGY.items():
        if visits.assessment.items[0, ITEMS.index(item)] == UNKNOWN:
            rows = (int(labs.last(code, visits.patient, day - SCORE_DAYS, day)[0]) for code in codes)
            yield from (Input(RESULT, row, VISIT) for row in rows if row >= 0)


def _masking_dose(visits: Visits) -> Iterator[Input]:
    """The last IVIG in the weeks before the platelet count, which keeps the rise from being credited."""
    count, doses = visits.value["PLT"], visits.sources.cohort.doses
    if is_ivig(visits.drug)[0] or not count.present[0] or not len(doses):
        return
    ivig = (doses.drug == DRUG_CODES.index("ivig")) & (doses.status == GIVEN)
    near = (doses.day <= count.day[0]) & (doses.day >= count.day[0] - IVIG_MASK_DAYS)
    rows = np.flatnonzero(ivig & near & (doses.patient == visits.patient[0]))
    yield from (Input(DOSE, int(row), VISIT) for row in rows[np.argsort(doses.day[rows], kind="stable")][-1:])
