"""The chart's data as a table, for screen readers and for copying."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import DRUGS
from lupusmon.figures import points, theme
from lupusmon.figures.cycle import CONSECUTIVE_DAYS, compute_cycle_days
from lupusmon.figures.lanes import number_doses
from lupusmon.figures.time_axis import moments
from lupusmon.ui.snapshot import PatientTables

_COLUMNS = ("Date", "Test", "Value", "Status", "This lab's range", "Assay", "As received", "Source")
_ASSESSED = (("prednisone_mg_per_day", "Prednisone", "mg/d"), ("sledai_2k", "SLEDAI-2K", ""), ("pga", "PGA (0–3)", ""))


@dataclass(frozen=True)
class Cycle:
    """Whose doses the infusion cycle counts from. round_days: see `find_round_days`."""

    course_id: str
    round_days: int


def build_twin(
    tables: PatientTables,
    analytes: tuple[str, ...],
    *,
    units: str,
    window: tuple[date, date] | None = None,
    lanes: bool = False,
) -> pd.DataFrame:
    """One row per mark of the chart, in time order: date, test, value, status, limits, assay, as received, source.

    lanes: the doses and the assessments above the labs, too.
    """
    parts = [pd.DataFrame(columns=list(_COLUMNS))]
    if lanes:
        cells = [*_doses(tables.infusions), *_assessed(tables.assessments)]
        parts.append(pd.DataFrame(cells, columns=list(_COLUMNS)))
    for analyte in analytes:
        own = points.prepare_points(tables.drawn_results(), analyte=analyte, units=units, baselines=tables.baselines)
        texts = points.value_text(own)
        cells = [_cells(row, ANALYTES[analyte].name, text) for row, text in zip(own.itertuples(), texts, strict=True)]
        parts.append(pd.DataFrame(cells, columns=list(_COLUMNS)))
    if window is not None:
        first, end = pd.Timestamp(window[0]), pd.Timestamp(window[1]) + pd.Timedelta(days=1)
        parts = [rows[rows["Date"].between(first, end)] for rows in parts]
    return _in_time_order(parts)


def build_cycle_twin(tables: PatientTables, analytes: tuple[str, ...], *, units: str, cycle: Cycle) -> pd.DataFrame:
    """One row per mark of the infusion cycle, with the days since the dose (or first dose of the round) before it."""
    day = "Days after the round began" if cycle.round_days > CONSECUTIVE_DAYS else "Days after dose"
    parts = [pd.DataFrame(columns=[*_COLUMNS, day])]
    for analyte in analytes:
        own = points.prepare_points(tables.results, analyte=analyte, units=units, baselines=tables.baselines)
        own = compute_cycle_days(
            own[own["y"].notna()], tables.infusions, course_id=cycle.course_id, round_days=cycle.round_days
        )
        texts = points.value_text(own)
        cells = [
            (*_cells(row, ANALYTES[analyte].name, text), row.day)
            for row, text in zip(own.itertuples(), texts, strict=True)
        ]
        parts.append(pd.DataFrame(cells, columns=[*_COLUMNS, day]))
    return _in_time_order(parts)[["Date", day, *_COLUMNS[1:]]]


def _in_time_order(parts: list[pd.DataFrame]) -> pd.DataFrame:
    rows = pd.concat(parts).sort_values(["Date", "Test"], kind="stable", ignore_index=True)
    return rows.assign(Date=[f"{at:%Y-%m-%d %H:%M}".removesuffix(" 00:00") for at in rows["Date"]])


def _doses(infusions: pd.DataFrame) -> Iterator[tuple]:
    """The marks of the infusion lane."""
    for row in number_doses(infusions).itertuples():
        drug = DRUGS[row.drug].name if row.drug in DRUGS else str(row.drug)
        value = "" if pd.isna(row.dose_number) else f"dose {row.dose_number}"
        yield (row.at, _harmless(drug), value, str(row.status), "", "", "", _source(row))


def _assessed(assessments: pd.DataFrame) -> Iterator[tuple]:
    """The marks of the steroid lane and of the strip of scores."""
    at = moments(assessments["assessed_at"]) if len(assessments) else []
    for moment, row in zip(at, assessments.itertuples(), strict=True):
        for column, name, unit in _ASSESSED:
            value = getattr(row, column, None)
            if not pd.isna(value) and not pd.isna(moment):
                yield (moment, name, f"{theme.number(float(value))} {unit}".strip(), "", "", "", "", _source(row))


def _source(row: object) -> str:
    file, line = getattr(row, "source_file", None), getattr(row, "source_line", None)
    where = "" if pd.isna(line) else f":{int(line)}"
    return "" if pd.isna(file) else _harmless(f"{file}{where}")


def _cells(row: object, name: str, text: str) -> tuple:
    received = " ".join(str(part) for part in (row.raw_value, row.raw_unit) if not pd.isna(part))
    series, received = (_harmless(part) for part in (row.series, received))
    return (row.at, name, text, _status(row), points.say_range(row.low, row.high), series, received, _source(row))


def _status(row: object) -> str:
    """In or out of range, and what people decided about the result."""
    outcome = getattr(row, "outcome", "accepted")
    if outcome == "unusable":
        return _harmless(f"not usable: {row.reason}")
    said = "superseded by a later row" if outcome == "superseded" else theme.STATUS_WORDS[row.status]
    return f"{said}; {row.pinned}" if getattr(row, "pinned", "") else said


def _harmless(text: str) -> str:
    """The table can be saved as CSV: what a spreadsheet would run as a formula gets a leading apostrophe."""
    return f"'{text}" if text.startswith(("=", "@", "+", "-", "\t", "\r")) else text


def draw_twin(twin: pd.DataFrame) -> None:
    """The table under the chart."""
    st.dataframe(twin, hide_index=True, alt="The data of the chart")
