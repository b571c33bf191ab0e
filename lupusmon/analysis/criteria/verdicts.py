"""From checks to verdicts, for all visits and criteria at once (CRITERIA 1, 7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lupusmon.analysis.answers import NO, UNKNOWN, YES, all_of
from lupusmon.analysis.criteria.findings import Finding
from lupusmon.analysis.criteria.registry import Criterion
from lupusmon.analysis.visits import WEEKS, Visits

NOT_MET, NOT_ASSESSABLE, MET, NOT_APPLICABLE, NO_ROW = (np.uint8(i) for i in range(5))
VERDICTS = ("not_met", "not_assessable", "met", "not_applicable")


@dataclass(frozen=True)
class Assessed:
    """One criterion at some visits. rows: the visits it is defined for. entry: answer, all yes where none is asked.

    verdict: NOT_MET … NOT_APPLICABLE. findings: one per check, aligned with the *whole* visit table.
    """

    criterion: Criterion
    rows: np.ndarray
    entry: np.ndarray
    verdict: np.ndarray
    findings: tuple[Finding, ...]


def assess(visits: Visits, criterion: Criterion) -> Assessed:
    """The verdict of one criterion at every visit it is defined for.

    Entry failed: not_applicable; entry unknown: not_assessable whatever the checks say; else one failed check decides,
    else one unknown check leaves it open, else met. Source: CRITERIA 1, 7.
    """
    findings = tuple(check.assess(visits) for check in criterion.checks)
    answer = all_of(*(finding.answer for finding in findings))
    entry = np.full(len(visits), YES) if criterion.enter is None else criterion.enter(visits)
    verdict = np.where(entry == UNKNOWN, NOT_ASSESSABLE, np.where(entry == NO, NOT_APPLICABLE, answer))
    if len(criterion.weeks) == len(WEEKS):
        rows = np.arange(len(visits))
    else:
        rows = np.flatnonzero(np.isin(visits.week, [WEEKS.index(week) for week in criterion.weeks]))
    return Assessed(criterion, rows, entry, verdict.astype(np.uint8), findings)


def assess_verdicts(visits: Visits, criterion: Criterion) -> np.ndarray:
    """Only the verdicts, NO_ROW at visits the criterion is not defined for."""
    done = assess(visits, criterion)
    out = np.full(len(visits), NO_ROW)
    out[done.rows] = done.verdict[done.rows]
    return out
