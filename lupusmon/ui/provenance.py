"""Where this patient's rows came from."""

from __future__ import annotations

from lupusmon.ui.grid import Column, Grid
from lupusmon.ui.snapshot import PatientTables

_COLUMNS = (
    Column("File"),
    Column("Results", width=90, align="right"),
    Column("First", width=110),
    Column("Last", width=110),
    Column("Lines", width=130),
    Column("Laboratories", width=260, none="not stated"),
)


def build_sources(tables: PatientTables) -> Grid:
    """One row per source file."""
    rows = []
    for name, own in tables.results.groupby("source_file", sort=True):
        lines = own["source_line"].dropna().astype(int)
        labs = ", ".join(sorted(own["laboratory"].dropna().astype(str).unique()))
        span = f"{lines.min()}–{lines.max()}" if len(lines) else ""
        first, last = (str(v)[:10] for v in (own["collected_at"].min(), own["collected_at"].max()))
        rows.append({"key": str(name), "cells": [str(name), len(own), first, last, span, labs or None]})
    return Grid(name="sources", caption="Source files of the results", columns=_COLUMNS, rows=rows, empty="No results.")
