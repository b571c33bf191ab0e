"""Where this patient's rows came from and what is not so good about them."""

from __future__ import annotations

import pandas as pd

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.figures.timeline import DEFAULT_ANALYTES
from lupusmon.ui import words
from lupusmon.ui.grid import Column, Grid
from lupusmon.ui.snapshot import PatientTables, Snapshot
from lupusmon.ui.status_sentence import name_of

_COLUMNS = (
    Column("File"),
    Column("Results", width=90, align="right"),
    Column("First", width=110),
    Column("Last", width=110),
    Column("Lines", width=130),
    Column("Laboratories", width=260, none="not stated"),
)


def describe_data(tables: PatientTables, snapshot: Snapshot) -> list[str]:
    """Sentences a reviewer should know: counts, censoring, default limits, assays, days in which nothing came."""
    own = tables.results
    doses = words.plural(len(tables.infusions), "infusion row")
    said = [f"{words.plural(len(own), 'result')} and {doses} are stored for this patient."]
    if len(tables.superseded):
        said.append(
            f"{words.plural(len(tables.superseded), 'result')} superseded by a later row; shown small and grey."
        )
    censored = int(own["comparator"].isin(["<", ">"]).sum())
    if censored:
        said.append(f"{words.plural(censored, 'result')} censored at the assay's limit; they are kept as intervals.")
    default = int((own["ref_source"] == "default").sum())
    if default:
        said.append(
            f"{words.plural(default, 'result')} came without a complete range; lupusmon's default limits stand in."
        )
    for analyte in DEFAULT_ANALYTES:
        rows = own[own["analyte"] == analyte]
        if rows.empty:
            said.append(f"No {ANALYTES[analyte].name} result.")
            continue
        assays = rows["method"].fillna("not stated").unique()
        if len(assays) > 1:
            said.append(
                f"{name_of(analyte)} was measured by {len(assays)} assays ({', '.join(assays)}); they are never joined."
            )
        age = (pd.Timestamp(snapshot.as_of) - pd.Timestamp(str(rows["collected_at"].max())[:10])).days
        if age > 183:
            said.append(f"The last {name_of(analyte)} is {age} days old.")
    return said


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
