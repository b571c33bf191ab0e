"""What needs somebody's attention at the as-of day, one row an episode (the rules: clinical.alert_rules)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lupusmon.analysis.alert_care import find_infusion_alerts, find_lab_alerts, find_lost_responses
from lupusmon.analysis.alert_conflicts import find_conflicts
from lupusmon.analysis.alert_labs import (
    find_complement_alerts,
    find_creatinine_alerts,
    find_platelet_alerts,
    find_upcr_alerts,
    not_steady,
)
from lupusmon.analysis.alert_rows import Alerts, concat_alerts
from lupusmon.analysis.alert_serology import find_assay_changes, find_serologic_warnings
from lupusmon.analysis.courses import Courses
from lupusmon.analysis.criteria.registry import Criterion
from lupusmon.analysis.daily import Daily, select_daily
from lupusmon.analysis.labs import LabIndex
from lupusmon.analysis.visits import Visits
from lupusmon.clinical.alert_rules import ALERT_RULES
from lupusmon.sorting import starts_of_runs

_WATCHED = ("C3", "C4", "DSDNA", "UPCR", "PLT", "CREAT")
_PLACE = {code: i for i, code in enumerate(ALERT_RULES)}
_LADDERS = {name: i for i, name in enumerate(dict.fromkeys(r.ladder for r in ALERT_RULES.values() if r.ladder))}


def compute_alerts(visits: Visits, criteria: Sequence[Criterion], verdict: np.ndarray) -> Alerts:
    """All alerts, by patient, code, analyte, text. verdict: visits x criteria, as assessed.

    Of the rules of one ladder (platelets, proteinuria, infusions) a patient gets the sharpest; each course has its own
    infusion ladder. Complexity: a few passes over the results of the watched tests.
    """
    labs, courses = visits.sources.labs, visits.sources.courses
    parts = [*find_test_alerts(labs), *find_care_alerts(labs, courses), find_lost_responses(visits, criteria, verdict)]
    return _in_order(_keep_sharpest(concat_alerts(parts)))


def find_test_alerts(labs: LabIndex) -> list[Alerts]:
    """Alerts that results alone decide."""
    rows = select_daily(labs)
    daily = {code: Daily.build(labs, rows, code) for code in _WATCHED}
    kidney = {
        "UPCR": find_upcr_alerts(daily["UPCR"], labs.as_of),
        "CREAT": find_creatinine_alerts(daily["CREAT"], labs.as_of),
    }
    complement = (daily["C3"], daily["C4"])
    return [
        *find_platelet_alerts(daily["PLT"], labs.as_of),
        *kidney["UPCR"],
        *kidney["CREAT"],
        find_serologic_warnings(daily["DSDNA"], complement, not_steady(kidney, labs.patients)),
        *(alerts for own in complement for alerts in find_complement_alerts(own, labs.as_of)),
        find_assay_changes(daily["DSDNA"]),
        find_conflicts(labs),
    ]


def find_care_alerts(labs: LabIndex, courses: Courses) -> list[Alerts]:
    """Alerts on what is due."""
    return [*find_infusion_alerts(courses), *find_lab_alerts(labs, courses)]


def _keep_sharpest(alerts: Alerts) -> Alerts:
    """Of a ladder on one test only the first rule that holds; rules without a test (infusions) are settled already."""
    rules = [ALERT_RULES[code] for code in alerts.code]
    ladder = np.array([_LADDERS.get(r.ladder, -1) for r in rules], dtype=np.int64)
    step = np.array([_PLACE[r.code] for r in rules], dtype=np.int64)
    rows = np.flatnonzero((ladder >= 0) & (alerts.analyte != ""))
    order = rows[np.lexsort((step[rows], ladder[rows], alerts.patient[rows]))]
    keep = np.ones(len(alerts), dtype=bool)
    keep[order[~starts_of_runs(alerts.patient[order], ladder[order])]] = False
    return alerts.take(np.flatnonzero(keep))


def _in_order(alerts: Alerts) -> Alerts:
    keys = zip(alerts.patient.tolist(), alerts.code, alerts.analyte, alerts.text, strict=True)
    return alerts.take(np.array([i for i, _ in sorted(enumerate(keys), key=lambda pair: pair[1])], dtype=np.int64))
