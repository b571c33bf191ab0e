"""From a clean cohort to every table: what depends on what, each stage once, only what is wanted."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

import pyarrow as pa

from lupusmon.analysis.alerts import compute_alerts
from lupusmon.analysis.assessed import AssessmentIndex
from lupusmon.analysis.concordance import compare_pairs
from lupusmon.analysis.courses import Courses, compute_courses
from lupusmon.analysis.criteria.edge import find_edges
from lupusmon.analysis.criteria.registry import list_criteria
from lupusmon.analysis.criteria.settle import find_settling
from lupusmon.analysis.criteria.verdicts import assess
from lupusmon.analysis.flares import compute_flares
from lupusmon.analysis.labs import LabIndex
from lupusmon.analysis.pins import index_labs
from lupusmon.analysis.scores import compute_scores
from lupusmon.analysis.strip import compute_strip
from lupusmon.analysis.trend_extras import compute_trend_extras
from lupusmon.analysis.trends import compute_trends
from lupusmon.analysis.visits import Sources, Visits, build_visits
from lupusmon.clean import Cohort
from lupusmon.output import alerts as alert_tables
from lupusmon.output import courses as course_tables
from lupusmon.output import labs as lab_tables
from lupusmon.output import responses as response_tables
from lupusmon.output.pins import build_pins
from lupusmon.output.strip import build_strip

Build = Callable[[], pa.Table]
FROM_VERDICTS = frozenset({"responses", "evidence", "alerts", "concordance", "strip"})
# beside the output tables: what pages show and nobody exports; `unusable` is built where the rows are read
SCREEN_TABLES = ("assessments", "patients", "strip", "unusable")


def compute_tables(cohort: Cohort, *, bicla: str, wanted: Collection[str]) -> dict[str, pa.Table]:
    """Everything the rules say of a clean cohort: the wanted tables by name."""
    courses, timing = compute_courses(cohort)
    index = index_labs(cohort, courses)
    seen = AssessmentIndex.build(cohort)
    builders: dict[str, Build] = {
        "results": lambda: lab_tables.build_results(cohort.patients, cohort.results),
        "courses": lambda: course_tables.build_courses(cohort, courses),
        "infusions": lambda: course_tables.build_infusions(cohort, courses, timing),
        "baselines": lambda: course_tables.build_baselines(cohort, index, courses),
        "trends": lambda: _build_trends(cohort, index, courses),
        "scores": lambda: course_tables.build_scores(cohort, compute_scores(index)),
        "pins": lambda: build_pins(index),
        "flares": lambda: alert_tables.build_flares(cohort, seen, compute_flares(seen, cohort.doses)),
    }
    visits = None
    if FROM_VERDICTS & set(wanted):
        visits, verdict_builders = _verdict_builders(cohort, courses, index, bicla)
        builders |= verdict_builders
    if {"assessments", "patients"} & set(wanted):
        builders |= _people_builders(cohort)
    tables = {name: build() for name, build in builders.items() if name in wanted}
    if visits is not None:
        visits.forget()
    return tables


def _people_builders(cohort: Cohort) -> dict[str, Build]:
    from lupusmon.output.people import build_people_tables  # with pandas, which writing files does without

    built = build_people_tables(cohort)
    return {name: partial(built.get, name) for name in built}


def _build_trends(cohort: Cohort, index: LabIndex, courses: Courses) -> pa.Table:
    trends = compute_trends(index, courses)
    return course_tables.build_trends(cohort, index, courses, trends, compute_trend_extras(index, trends))


def _verdict_builders(cohort: Cohort, courses: Courses, index: LabIndex, bicla: str) -> tuple[Visits, dict[str, Build]]:
    """The visits, and the tables that rest on their verdicts, which are assessed once."""
    sources, criteria = Sources.build(cohort, courses, index), list_criteria(bicla)
    visits = build_visits(sources)
    assessed = [assess(visits, criterion) for criterion in criteria]
    ledger = response_tables.build_ledger(assessed, len(visits))
    verdicts = (visits, ledger.criteria, ledger.verdict)
    return visits, {
        "responses": lambda: response_tables.build_responses(
            visits, ledger, find_settling(visits, assessed, ledger.verdict), find_edges(*verdicts)
        ),
        "evidence": lambda: response_tables.build_evidence(visits, assessed),
        "alerts": lambda: alert_tables.build_alerts(cohort, compute_alerts(*verdicts)),
        "concordance": lambda: alert_tables.build_concordance(compare_pairs(*verdicts)),
        "strip": lambda: build_strip(cohort, courses, compute_strip(sources, criteria)),
    }
