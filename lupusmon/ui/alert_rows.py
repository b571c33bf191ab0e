"""Alerts of one patient as a short list, the worst first."""

from __future__ import annotations

import pandas as pd

from lupusmon.ui import words
from lupusmon.ui.grid import Column, Grid


def build_alerts(alerts: pd.DataFrame, *, most: int | None) -> Grid:
    """One row per alert: severity as shape and word, and the sentence. most: only so many, None = all."""
    order = alerts["severity"].map(words.SEVERITY_ORDER).fillna(len(words.SEVERITY_ORDER))
    rows = [
        {
            "key": str(place),
            "tone": row.severity,
            "cells": [{"verdict": row.severity, "text": row.severity, "title": row.code}, {"text": row.text}],
        }
        for place, row in enumerate(alerts.iloc[order.argsort(kind="stable")].head(most or len(alerts)).itertuples())
    ]
    columns = (Column("Severity", width=110), Column("Alert"))
    return Grid(name="alerts", caption="Alerts, the worst first", columns=columns, rows=rows, headless=True)
