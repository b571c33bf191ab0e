"""The second page: everything the first page rests on, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from lupusmon import words
from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import DRUGS
from lupusmon.figures import points, theme
from lupusmon.figures.lanes import number_doses
from lupusmon.patient_tables import PatientTables
from lupusmon.reports.key_numbers import describe_limits

_NAMES = {code: facts.name for code, facts in ANALYTES.items()}


@dataclass(frozen=True)
class ResultRow:
    """One accepted result, as drawn and as received."""

    at: str
    analyte: str
    test: str
    value: str
    status: str
    censored: bool
    limits: str
    limits_source: str
    assay: str
    laboratory: str
    received: str
    source: str


@dataclass(frozen=True)
class DoseRow:
    """One infusion."""

    at: str
    drug: str
    number: str
    dose: str
    status: str
    timing: str


@dataclass(frozen=True)
class AssessmentRow:
    """One clinical assessment."""

    at: str
    sledai: str
    pga: str
    prednisone: str


@dataclass(frozen=True)
class SourceFile:
    """A file this patient's results came from."""

    name: str
    sha256: str
    results: int


def list_results(tables: PatientTables, *, units: str) -> tuple[ResultRow, ...]:
    """Every result, the latest day first; within a day in the order of the definitions."""
    rows: list[tuple[tuple, ResultRow]] = []
    for place, analyte in enumerate(ANALYTES):
        own = points.prepare_points(tables.results, analyte=analyte, units=units, baselines=tables.baselines)
        values = points.value_text(own)
        for i, row in own.iterrows():
            limits, whose = describe_limits(row)
            shown = ResultRow(
                _moment(row["at"]),
                analyte,
                _NAMES[analyte],
                values[i],
                row["status"],
                row["comparator"] in ("<", ">"),
                limits,
                whose,
                row["series"],
                _text(row["laboratory"]),
                f"{_text(row['raw_value'])} {_text(row['raw_unit'])}".strip(),
                _source(row),
            )
            rows.append(((-row["at"].normalize().toordinal(), place, row["at"], i), shown))
    return tuple(row for _, row in sorted(rows, key=lambda pair: pair[0]))


def _moment(at: pd.Timestamp) -> str:
    return f"{at:%Y-%m-%d}" if at == at.normalize() else f"{at:%Y-%m-%d %H:%M}"


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)


def _source(row: pd.Series) -> str:
    line = "" if pd.isna(row["source_line"]) else f", line {int(row['source_line'])}"
    return _text(row["source_file"]) + line


def list_doses(infusions: pd.DataFrame) -> tuple[DoseRow, ...]:
    """Every infusion in time order, planned and missed ones too."""
    return tuple(
        DoseRow(
            f"{row.at:%Y-%m-%d}",
            DRUGS[row.drug].name if row.drug in DRUGS else str(row.drug),
            "" if pd.isna(row.dose_number) else str(row.dose_number),
            "" if pd.isna(row.dose) else f"{theme.number(float(row.dose))} {theme.unit_text(row.dose_unit)}".strip(),
            str(row.status),
            _timing(row),
        )
        for row in number_doses(infusions).itertuples()
    )


def _timing(row: object) -> str:
    if not isinstance(row.timing, str):
        return ""
    late = not pd.isna(row.days_from_due) and row.days_from_due != 0
    days = f" ({int(row.days_from_due):+d} d)".replace("-", "−") if late else ""
    return words.TIMING_WORDS.get(row.timing, row.timing) + days


def list_assessments(assessments: pd.DataFrame) -> tuple[AssessmentRow, ...]:
    """Every assessment with a score or a prednisone dose, in time order."""
    rows = []
    for row in assessments.sort_values("assessed_at", kind="stable").to_dict("records"):
        found = [row.get(name) for name in ("sledai_2k", "pga", "prednisone_mg_per_day")]
        values = ["" if pd.isna(value) else theme.number(float(value)) for value in found]
        if any(values):
            rows.append(AssessmentRow(str(row["assessed_at"])[:10], *values))
    return tuple(rows)


def list_sources(results: pd.DataFrame, receipt: Mapping) -> tuple[SourceFile, ...]:
    """Files of the results with their fingerprints, in the order of the receipt."""
    counts = results["source_file"].value_counts()
    return tuple(
        SourceFile(entry["file"], str(entry.get("sha256", "")), int(counts[entry["file"]]))
        for entry in receipt["files"]
        if entry["file"] in counts
    )
