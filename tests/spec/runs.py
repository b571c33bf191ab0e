"""Runs of the library on text tables, only the tables a test looks at."""

from __future__ import annotations

import pandas as pd

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.ingest import read_frame
from lupusmon.ingest.source import Kind
from lupusmon.pipeline import analyze_tables
from lupusmon.result import Analysis


def run(
    *tables: str,
    labs: pd.DataFrame | None = None,
    infusions: pd.DataFrame | None = None,
    assessments: pd.DataFrame | None = None,
    as_of: str,
) -> Analysis:
    """The wanted tables of an analysis; labs without a unit are in the canonical one."""
    if labs is not None and "unit" not in labs:
        labs = labs.assign(unit=[ANALYTES[a].unit for a in labs["analyte"]])
    frames = {Kind.LABS: labs, Kind.INFUSIONS: infusions, Kind.ASSESSMENTS: assessments}
    read = [read_frame(frame, kind, kind.value) for kind, frame in frames.items() if frame is not None]
    analysis = analyze_tables(read, as_of=as_of, wanted=(*tables, "issues"))
    assert not len(analysis.issues.query("outcome == 'rejected'")), analysis.issues.message.tolist()
    return analysis


def history(analyte: str, text: str, *, patient: str = "P1", method: str = "", limits: str = "") -> pd.DataFrame:
    """`2026-09-04 140; 2026-10-02 <50` as rows of labs; limits: `low-high`."""
    entries = [entry.split() for entry in text.split(";") if entry.strip()]
    low, _, high = limits.partition("-")
    return pd.DataFrame(
        {
            "patient_id": patient,
            "collected_at": [day for day, _ in entries],
            "analyte": analyte,
            "value": [value for _, value in entries],
            "unit": ["" if ":" in value else ANALYTES[analyte].unit for _, value in entries],
            "ref_low": low,
            "ref_high": high,
            "method": method,
        },
        dtype=str,
    )
