"""Median and quartiles of everyone on the same drug, by week of treatment, to lay behind one patient's course."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import MINOR_DRUGS
from lupusmon.clinical.units import si_unit
from lupusmon.ui.snapshot import Snapshot

WEEK_STEP = 4
FEWEST_PATIENTS = 5
_QUARTILES = ("q1", "median", "q3")


def select_band(snapshot: Snapshot, drug: str, methods: Mapping[str, str], units: str) -> dict[str, pd.DataFrame]:
    """analyte -> week, q1, median, q3 in the chosen units; weeks with fewer than five patients are left out.

    methods: analyte -> the assay whose values count; others are not comparable. One value per patient and 4 weeks (the
    last), canonical units only, from the first course of the drug.
    """
    weekly = weekly_values(snapshot.tables["results"], snapshot.tables["courses"], drug=drug)
    bands = {}
    for analyte, method in methods.items():
        factor = si_unit(analyte)[1] if units == "si" else 1.0
        band = summarise_band(weekly[(weekly["analyte"] == analyte) & (weekly["method"] == method)])
        if len(band):
            bands[analyte] = band.assign(**{q: band[q] * factor for q in _QUARTILES})
    return bands


def summarise_band(weekly: pd.DataFrame) -> pd.DataFrame:
    """week, q1, median, q3 of `value`, for weeks with five patients or more."""
    if weekly.empty:
        return pd.DataFrame(columns=["week", *_QUARTILES])
    groups = weekly.groupby("week")["value"]
    band = groups.quantile([0.25, 0.5, 0.75]).unstack()[groups.size() >= FEWEST_PATIENTS]
    return band.set_axis(list(_QUARTILES), axis=1).reset_index()


def weekly_values(results: pd.DataFrame, courses: pd.DataFrame, *, drug: str) -> pd.DataFrame:
    """patient_id, analyte, method, week, value: the last number of each 4 weeks from the first infusion of the drug.

    courses: of all drugs. Values from the day of another treatment's first infusion on are left out, as not of this
    drug; pulses of methylprednisolone and IVIG end nothing.
    """
    first = courses[courses["drug"] == drug].groupby("patient_id")["first_infusion"].min()
    rows = results[results["patient_id"].isin(first.index) & results["value"].notna()]
    rows = rows[rows["unit"] == rows["analyte"].map({a.code: a.unit for a in ANALYTES.values()})]
    start = pd.to_datetime(rows["patient_id"].map(first).str[:10])
    at = pd.to_datetime(rows["collected_at"].str[:10])
    week = ((at - start).dt.days / 7 / WEEK_STEP).round().astype(int) * WEEK_STEP
    switched = pd.to_datetime(rows["patient_id"].map(_next_treatment(courses, first, drug)))
    rows = rows.assign(week=week, at=at, method=rows["method"].fillna(""))
    rows = rows[rows["week"].between(-12, 156) & ~(at >= switched)].sort_values("at", kind="stable")
    return rows.groupby(["patient_id", "analyte", "method", "week"], as_index=False)["value"].last()


def _next_treatment(courses: pd.DataFrame, first: pd.Series, drug: str) -> pd.Series:
    """By patient, the day on which another treatment began after the first infusion of the drug."""
    other = courses[(courses["drug"] != drug) & ~courses["drug"].isin(MINOR_DRUGS)]
    other = other[other["first_infusion"] > other["patient_id"].map(first)]
    return other.groupby("patient_id")["first_infusion"].min().str[:10]
