"""What can be known about a visit: which results fall in its window, and between which bounds each must lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lupusmon.clinical import thresholds as t
from lupusmon.demo.archetypes import NEVER
from lupusmon.demo.certainty import Span
from lupusmon.demo.measure import Measured, as_of_days
from lupusmon.demo.plans import Plan, stack
from lupusmon.demo.visits import Visits

USED = ("C3", "C4", "DSDNA", "UPCR", "PLT", "CREAT")


@dataclass(frozen=True)
class Point:
    """What is certain about each test around one visit. target: the day. until: the last day that can count."""

    week: str
    spans: dict[str, Span]
    target: np.ndarray
    until: np.ndarray


def window_days(plans: list[Plan], week: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First, target and last day of a visit's window, per patient (CRITERIA 3)."""
    as_of = as_of_days(plans)
    if week == "latest":
        return np.maximum(as_of - t.LATEST_DAYS, 1), as_of, as_of
    target = np.full(len(plans), 7 * int(week))
    return target - t.VISIT_DAYS, target, target + t.VISIT_DAYS


def find_point(plans: list[Plan], visits: Visits, tests: dict[str, Measured], week: str) -> Point:
    """The results that can stand for a visit; week "baseline" for the 90 days up to the first dose."""
    if week == "baseline":
        first, target = np.full(len(plans), -t.BASELINE_DAYS), np.zeros(len(plans), int)
        last = target
    else:
        first, target, last = window_days(plans, week)
    inside = (visits.day >= first[visits.patient]) & (visits.day <= last[visits.patient])
    spans = {a: _span(plans, visits, tests[a], inside & tests[a].known) for a in USED}
    spans["EGFR"] = _egfr_span(plans, visits, tests, inside)
    return Point(week, spans, target, last)


def _span(plans: list[Plan], visits: Visits, test: Measured, rows: np.ndarray) -> Span:
    """Lowest and highest that any of the rows could have read; rows of the first assay alone where there are any."""
    n = len(plans)
    switch = stack(plans, "switch_day")
    is_dsdna = test.analyte == "DSDNA"
    own = rows & (visits.day < switch[visits.patient]) if is_dsdna else rows
    has_own = np.bincount(visits.patient[own], minlength=n) > 0
    rows = np.flatnonzero(rows & (own | ~has_own[visits.patient]))
    p = visits.patient[rows]
    low, high = np.full(n, np.inf), np.full(n, -np.inf)
    row_low, row_high, in_words = _as_printed(test, rows)
    np.minimum.at(low, p, row_low)
    np.maximum.at(high, p, row_high)
    known = np.bincount(p, minlength=n) > 0
    blurred = np.zeros(n, bool)
    np.logical_or.at(blurred, p, in_words)
    return Span(low, high, known, known & ~has_own, blurred)


def _as_printed(test: Measured, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bounds of each row, widened where it may be printed as `<floor` or `>ceiling`; whether it is a word or titre."""
    index = test.assay[rows]
    floor = np.array([(a.floor or -1) / a.factor for a in test.assays])[index]
    ceiling = np.array([(a.ceiling or NEVER) / a.factor for a in test.assays])[index]
    in_words = np.array([a.form != "number" for a in test.assays])[index]
    low, high = test.low[rows], test.high[rows]
    may_be_under, may_be_over = low < floor, high > ceiling
    low, high = (
        np.where(may_be_over, np.minimum(low, ceiling), low),
        np.where(may_be_under, np.maximum(high, floor), high),
    )
    return np.where(may_be_under, 0, low), np.where(may_be_over, np.inf, high), in_words


def _egfr_span(plans: list[Plan], visits: Visits, tests: dict[str, Measured], inside: np.ndarray) -> Span:
    """Reported with each creatinine, or computed from it where year of birth is on file."""
    egfr = tests["EGFR"]
    reports = np.array(["EGFR" in plan.laboratory.assays for plan in plans])
    possible = (reports | stack(plans, "birth_year_known"))[visits.patient]
    return _span(plans, visits, egfr, inside & tests["CREAT"].known & possible)
