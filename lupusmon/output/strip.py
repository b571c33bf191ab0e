"""The cohort strip as a table: a row per course and criterion, its cells as letters."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from lupusmon.analysis.courses import Courses
from lupusmon.analysis.criteria.verdicts import MET, NO_ROW, NOT_APPLICABLE, NOT_ASSESSABLE, NOT_MET
from lupusmon.analysis.strip import Strip
from lupusmon.clean import Cohort
from lupusmon.output import columns as c
from lupusmon.output.courses import course_column, course_rank
from lupusmon.sorting import sort_order

LETTERS = {"met": "m", "not_met": "n", "not_assessable": "u", "not_applicable": "a"}
NO_CELL = "."


def build_strip(cohort: Cohort, courses: Courses, strip: Strip) -> pa.Table:
    """patient_id, course_id, criterion, cells: a letter per step of four weeks; by patient, course and criterion."""
    order = sort_order(courses.patient, course_rank(courses))
    n, m = len(order), len(strip.codes)
    letters = np.full(int(NO_ROW) + 1, ord(NO_CELL), dtype=np.uint8)
    for verdict, name in ((MET, "met"), (NOT_MET, "not_met"), (NOT_ASSESSABLE, "not_assessable"),
                          (NOT_APPLICABLE, "not_applicable")):  # fmt: skip
        letters[verdict] = ord(LETTERS[name])
    cells = np.ascontiguousarray(letters[strip.verdict[order]]).reshape(n * m, strip.verdict.shape[2])
    return pa.table(
        {
            "patient_id": c.text(np.repeat(courses.patient[order], m), cohort.patients),
            "course_id": course_column(courses, np.repeat(order, m)),
            "criterion": c.text(np.tile(np.arange(m), n), strip.codes),
            "cells": c.texts([row.tobytes().decode("ascii") for row in cells]),
        }
    )
