"""From the rows of one patient to the values one verdict used: what the chart rings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from lupusmon.analysis.courses import compute_courses
from lupusmon.analysis.criteria.findings import ASSESSMENT, DOSE, RESULT
from lupusmon.analysis.criteria.inputs import Input, list_inputs
from lupusmon.analysis.criteria.registry import TULIP, list_criteria
from lupusmon.analysis.pins import index_labs
from lupusmon.analysis.visits import WEEKS, Sources, Visits, build_visits
from lupusmon.clean import Pin
from lupusmon.clinical.analytes import CODES as ANALYTE_CODES
from lupusmon.clinical.drugs import CODES as DRUG_CODES
from lupusmon.ingest.source import SourceTable
from lupusmon.output.courses import course_names
from lupusmon.pipeline import to_date, to_day
from lupusmon.quality.assemble import assemble

COLUMNS = ("kind", "code", "side", "at", "source_file", "source_line")


def find_inputs(
    tables: Sequence[SourceTable],
    *,
    course_id: str,
    criterion: str,
    week: str,
    as_of: date,
    bicla: str = TULIP,
    pins: Sequence[Pin] = (),
) -> pd.DataFrame:
    """A row per value behind one verdict, by kind: baseline and visit value of every input.

    tables: the rows of one patient. kind: result | assessment | dose. code: analyte or drug, empty for an assessment.
    side: baseline | visit | before (the assessment before the visit's). at: ISO day. No rows where there is no such
    verdict. pins: values chosen by hand.
    """
    day = to_day(as_of)
    cohort = replace(assemble(tables, as_of=day).cohort, pins=tuple(pins))
    courses, _ = compute_courses(cohort)
    codes, names = course_names(courses)
    rule = next((c for c in list_criteria(bicla) if c.code == criterion and week in c.weeks), None)
    if rule is None or week not in WEEKS or course_id not in names:
        return pd.DataFrame(columns=list(COLUMNS))
    visits = build_visits(Sources.build(cohort, courses, index_labs(cohort, courses)))
    here = np.flatnonzero((names[codes][visits.course] == course_id) & (visits.week == WEEKS.index(week)))[:1]
    one = visits.take(here)
    found = [_describe(one, value) for value in list_inputs(one, rule)] if len(here) else []
    return pd.DataFrame(found, columns=list(COLUMNS))


def _describe(visits: Visits, value: Input) -> tuple:
    """The row a value came from, as the output tables name it."""
    sources = visits.sources
    table = {
        RESULT: sources.labs.results,
        ASSESSMENT: sources.assessments.assessments,
        DOSE: sources.cohort.doses,
    }[value.kind]
    code = ""
    if value.kind == RESULT:
        code = ANALYTE_CODES[table.analyte[value.row]]
    elif value.kind == DOSE:
        code = DRUG_CODES[table.drug[value.row]]
    file = table.file.words[table.file.codes[value.row]]
    at = to_date(int(table.day[value.row])).isoformat()
    return value.kind, code, value.side, at, file, int(table.line[value.row])
