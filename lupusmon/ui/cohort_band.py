"""Median and quartiles of everyone on the same drug, by week of treatment, to lay behind one patient's course."""

from __future__ import annotations

import pandas as pd

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.units import si_unit
from lupusmon.ui.snapshot import Snapshot

WEEK_STEP = 4
FEWEST_PATIENTS = 5


def select_band(snapshot: Snapshot, drug: str, analytes: tuple[str, ...], units: str) -> dict[str, pd.DataFrame]:
    """analyte -> week, q1, median, q3 in the chosen units; weeks with fewer than five patients are left out.

    One value per patient and 4 weeks (the last), canonical units only, from the first course of the drug.
    """
    weekly = weekly_values(snapshot.tables["results"], snapshot.tables["courses"], drug=drug)
    bands = {}
    for analyte in analytes:
        factor = si_unit(analyte)[1] if units == "si" else 1.0
        groups = weekly[weekly["analyte"] == analyte].groupby("week")["value"]
        band = (groups.quantile([0.25, 0.5, 0.75]) * factor).unstack()
        band = band[groups.size() >= FEWEST_PATIENTS]
        if len(band):
            bands[analyte] = band.set_axis(["q1", "median", "q3"], axis=1).reset_index()
    return bands


def weekly_values(results: pd.DataFrame, courses: pd.DataFrame, *, drug: str) -> pd.DataFrame:
    """patient_id, analyte, week, value: the last number of each 4 weeks from the first infusion of the drug."""
    first = courses[courses["drug"] == drug].groupby("patient_id")["first_infusion"].min()
    rows = results[results["patient_id"].isin(first.index) & results["value"].notna()]
    rows = rows[rows["unit"] == rows["analyte"].map({a.code: a.unit for a in ANALYTES.values()})]
    start = pd.to_datetime(rows["patient_id"].map(first).str[:10])
    at = pd.to_datetime(rows["collected_at"].str[:10])
    rows = rows.assign(week=((at - start).dt.days / 7 / WEEK_STEP).round().astype(int) * WEEK_STEP, at=at)
    rows = rows[rows["week"].between(-12, 156)].sort_values("at", kind="stable")
    return rows.groupby(["patient_id", "analyte", "week"], as_index=False)["value"].last()
