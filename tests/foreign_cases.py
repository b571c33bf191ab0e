"""What every reader of a foreign format must keep: the receipt balances, and the same facts give the same results."""

from __future__ import annotations

import pandas as pd

from lupusmon.ingest import Mapping, ReadOptions, read_bytes
from lupusmon.pipeline import analyze_tables
from lupusmon.result import Analysis

OUTCOMES = ("accepted", "identical", "superseded", "rejected", "ignored")
_OF_THE_FILE = ["source_file", "source_line", "raw_value", "raw_unit", "laboratory"]


def run(name: str, content: str | bytes, mapping: Mapping | None = None, as_of: str | None = None) -> Analysis:
    """The analysis of one file; every row is in the receipt once, and every row not accepted has its reason."""
    data = content.encode() if isinstance(content, str) else content
    tables = read_bytes(name, data, ReadOptions(), mapping)
    analysis = analyze_tables(tables, as_of=as_of)
    totals = analysis.receipt["totals"]
    assert totals["read"] == sum(totals[outcome] for outcome in OUTCOMES) == sum(map(len, tables))
    told = analysis.issues.query("outcome != 'note'")
    assert len(told) == totals["superseded"] + totals["rejected"] + totals["ignored"]
    assert set(told["source_line"]) <= {line for table in tables for line in table.lines.tolist()}
    return analysis


def counts(analysis: Analysis) -> dict[str, int]:
    """The outcomes that occurred."""
    return {name: n for name, n in analysis.receipt["totals"].items() if n and name in OUTCOMES}


def reasons(analysis: Analysis) -> dict[int, str]:
    """Line → why the row was not accepted; lower case."""
    return {row.source_line: f"{row.outcome}: {row.message}".lower() for row in analysis.issues.itertuples()}


def facts(analysis: Analysis, table: str = "results") -> list[tuple]:
    """The rows of an output table without what says where they come from; empty cells as ""."""
    frame = getattr(analysis, table)
    frame = frame.drop(columns=[c for c in _OF_THE_FILE if c in frame])
    return [tuple("" if pd.isna(cell) else cell for cell in row) for row in frame.itertuples(index=False)]


def lines(analysis: Analysis) -> list[int]:
    """Source lines of the results, in their order."""
    return analysis.results["source_line"].tolist()
