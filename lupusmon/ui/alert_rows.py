"""Alerts of one patient as a short list, the worst first; under a lost response stand the values that lost it."""

from __future__ import annotations

import re

import pandas as pd

from lupusmon.clinical.drugs import DRUGS
from lupusmon.figures import theme
from lupusmon.si_words import say_in_units
from lupusmon.ui import words
from lupusmon.ui.grid import Column, Grid
from lupusmon.ui.snapshot import PatientTables

_LOST, _MOST_VALUES = "response_lost", 6
_SENTENCE = re.compile(r"(?P<what>.+?) on (?P<day>\d{4}-\d\d-\d\d)(?: \(week \d+\))?, (?P<how>.+?)(?:; baseline .*)?$")


def build_alerts(tables: PatientTables, *, most: int | None, units: str = "conventional") -> Grid:
    """One row per alert: severity as shape and word, and the sentence. most: only so many, None = all."""
    alerts = words.order_alerts(tables.alerts)
    rows = [
        {
            "key": str(place),
            "tone": row.severity,
            "cells": [
                {"verdict": row.severity, "text": row.severity, "title": row.code},
                {"text": say_in_units(row.text, units), "sub": _sub(tables, row, units)},
            ],
        }
        for place, row in enumerate(alerts.head(most or len(alerts)).itertuples())
    ]
    columns = (Column("Severity", width=110), Column("Alert"))
    return Grid(name="alerts", caption="Alerts, the worst first", columns=columns, rows=rows, headless=True)


def _sub(tables: PatientTables, alert: object, units: str) -> str:
    return say_in_units(say_lost(tables, alert.text), units) if alert.code == _LOST else ""


def say_lost(tables: PatientTables, alert: str) -> str:
    """`Now: UPCR 4.376 g/g on 2026-11-06, not below 0.5; …`: the values by which the lost criteria are not met."""
    course_id = _lost_course(tables.courses, alert)
    own = tables.responses[tables.responses["course_id"] == course_id]
    before = set(own.loc[(own["week"] != "latest") & (own["verdict"] == "met"), "criterion"]) - set(words.STRICTER)
    failed = tables.evidence[(tables.evidence["course_id"] == course_id) & (tables.evidence["week"] == "latest")]
    failed = failed[failed["criterion"].isin(before) & (failed["verdict"] == "not_met") & failed["text"].notna()]
    values: dict[str, str] = {}
    for row in failed.itertuples():
        found = _SENTENCE.match(_rounded(row))
        if found:
            values.setdefault(found["what"], f"{found['what']} on {found['day']}, {found['how']}")
    parts = [theme.speak_units(text) for text in values.values()]
    more = len(parts) - _MOST_VALUES
    said = "; ".join(parts[:_MOST_VALUES]) + (f"; and {more} more in the ledger" if more > 0 else "")
    return f"Now: {said}" if said else ""


def _lost_course(courses: pd.DataFrame, alert: str) -> str | None:
    """The course the alert is about: the latest of the drug it names."""
    for row in courses.sort_values("first_infusion", ascending=False, kind="stable").itertuples():
        name = DRUGS[row.drug].name if row.drug in DRUGS else row.drug
        if alert.casefold().startswith(f"response to {name.casefold()} lost"):
            return row.course_id
    return None


def _rounded(row: object) -> str:
    """The sentence with its value as everywhere else on the screen."""
    return row.text if pd.isna(row.value) else row.text.replace(f" {row.value:.6g} ", f" {theme.number(row.value)} ", 1)
