"""Doses as a table."""

from __future__ import annotations

import pandas as pd

from lupusmon.clinical.drugs import DRUGS
from lupusmon.figures import theme
from lupusmon.figures.lanes import number_doses
from lupusmon.ui import words
from lupusmon.ui.grid import Column, Grid
from lupusmon.ui.snapshot import PatientTables

_COLUMNS = (
    Column("Date", width=120),
    Column("Drug", width=170),
    Column("Dose no.", width=80, align="right", none="–"),
    Column("Dose", width=120, none="not stated"),
    Column("Status", width=110),
    Column("Timing", width=180, none="–"),
    Column("Course", width=160, none="–"),
)


def build_dose_table(tables: PatientTables) -> Grid:
    """Latest dose first."""
    courses = {row.course_id: f"from {str(row.first_infusion)[:10]}" for row in tables.courses.itertuples()}
    rows = [
        {
            "key": str(place),
            "cells": [
                f"{row.at:%Y-%m-%d}",
                DRUGS[row.drug].name if row.drug in DRUGS else str(row.drug),
                None if pd.isna(row.dose_number) else int(row.dose_number),
                _dose(row),
                str(row.status),
                _timing(row),
                courses.get(row.course_id),
            ],
        }
        for place, row in enumerate(number_doses(tables.infusions).iloc[::-1].itertuples())
    ]
    return Grid(
        name="doses",
        caption="Infusions, the latest first",
        columns=_COLUMNS,
        rows=rows,
        row_height=34,
        height=min(360, 34 * len(rows) + 44),
        empty="No infusion is recorded.",
    )


def _dose(row: object) -> str | None:
    if pd.isna(row.dose):
        return None
    return f"{theme.number(float(row.dose))} {theme.unit_text(row.dose_unit)}".strip()


def _timing(row: object) -> str | None:
    if not isinstance(row.timing, str):
        return None
    days = (
        ""
        if pd.isna(row.days_from_due) or row.days_from_due == 0
        else f" ({int(row.days_from_due):+d} d)".replace("-", "−")
    )
    return words.TIMING_WORDS.get(row.timing, row.timing) + days
