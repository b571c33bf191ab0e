"""The cohort strip: every criterion judged each four weeks from the first infusion, by the rules of the visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lupusmon.analysis.courses import ENDED
from lupusmon.analysis.criteria.registry import Criterion
from lupusmon.analysis.criteria.verdicts import NO_ROW, assess_verdicts
from lupusmon.analysis.visits import WEEKS, Sources, build_visits_at
from lupusmon.clinical.drugs import CODES, DRUGS
from lupusmon.clinical.thresholds import STRIP_LAST_WEEK, STRIP_STEP_WEEKS

STEPS = STRIP_LAST_WEEK // STRIP_STEP_WEEKS
_GAPS = np.array([DRUGS[code].course_gap_days for code in CODES])


@dataclass(frozen=True)
class Strip:
    """codes: criteria in text order. verdict: courses x criteria x steps, NO_ROW where there is no cell.

    Step i is week (i + 1) * STRIP_STEP_WEEKS.
    """

    codes: tuple[str, ...]
    verdict: np.ndarray


def compute_strip(sources: Sources, criteria: Sequence[Criterion]) -> Strip:
    """Every criterion on each day that lies a multiple of four weeks after the first infusion.

    A cell is the verdict of a visit on that day: the same window, baseline, series and checks, so at weeks 12, 24, 52
    and 104 it is the verdict of that visit. Cells reach to as_of; those of an ended course to the day its gap was over.
    A criterion defined for some weeks only has cells at these alone.
    """
    courses, as_of = sources.courses, sources.labs.as_of
    step = np.tile(np.arange(STEPS), len(courses))
    course = np.repeat(np.arange(len(courses)), STEPS)
    weeks = (step + 1) * STRIP_STEP_WEEKS
    target = courses.start[course] + 7 * weeks
    last_day = np.where(courses.status == ENDED, courses.last + _GAPS[courses.drug], as_of)
    here = np.flatnonzero(target <= np.minimum(last_day, as_of)[course])
    named = np.full(STRIP_LAST_WEEK + 1, -1)
    for place, week in enumerate(WEEKS):
        if week.isdigit():
            named[int(week)] = place
    visits = build_visits_at(sources, course[here], named[weeks[here]], target[here])
    codes = tuple(sorted({criterion.code for criterion in criteria}))
    verdict = np.full((len(courses), len(codes), STEPS), NO_ROW)
    for criterion in criteria:
        found = assess_verdicts(visits, criterion)
        own = found != NO_ROW
        verdict[course[here][own], codes.index(criterion.code), step[here][own]] = found[own]
    return Strip(codes, verdict)
