"""What the cohort page shows: one selection of courses, and the tables behind each figure."""

from __future__ import annotations

import pandas as pd

from lupusmon.analysis import cohort
from lupusmon.clinical.drugs import DRUGS
from lupusmon.clinical.units import si_unit
from lupusmon.ui import words
from lupusmon.ui.cohort_band import summarise_band, weekly_values
from lupusmon.ui.grid import Column, Grid
from lupusmon.ui.snapshot import Snapshot

FEWEST = 5  # smaller groups are not exported
MOST_POINTS = 5_000  # of one figure; beyond, a browser is slow


def select_courses(snapshot: Snapshot, *, drugs: list[str], sites: list[str]) -> pd.DataFrame:
    """The courses of the chosen drugs and sites (none chosen = all), without unscheduled pulses."""
    rows = snapshot.tables["courses"]
    rows = rows[rows["drug"].isin(drugs)] if drugs else rows[rows["drug"] != "methylprednisolone"]
    if sites:
        people = snapshot.tables["patients"]
        rows = rows[rows["patient_id"].isin(people.loc[people["site"].isin(sites), "patient_id"])]
    return rows


def of_courses(frame: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table that belong to these courses."""
    return frame.merge(courses[["patient_id", "course_id"]], on=["patient_id", "course_id"])


def build_rates_table(rates: pd.DataFrame) -> Grid:
    """The denominators spelled out."""
    rows = []
    for row in rates.itertuples():
        rate = "–" if not row.denominator else f"{100 * row.rate:.0f} % ({100 * row.low:.0f}–{100 * row.high:.0f})"
        counts = [row.met, row.not_met, row.not_assessable, row.not_applicable, row.denominator]
        name = DRUGS[row.drug].name if row.drug in DRUGS else row.drug
        rows.append(
            {"key": f"{row.drug}{row.week}", "cells": [name, words.week_name(row.week), *map(int, counts), rate]}
        )
    numbers = ("Met", "Not met", "Cannot tell yet", "Does not apply", "Denominator")
    columns = (
        Column("Drug", width=150),
        Column("Visit", width=90),
        *(Column(n, width=104, align="right") for n in numbers),
        Column("Rate (Wilson 95 %)", width=150),
    )
    return Grid(name="rates", caption="Response rates", columns=columns, rows=rows, min_width=900, empty="No verdicts.")


def summarise_swimmers(
    snapshot: Snapshot, courses: pd.DataFrame, *, criterion: str, names: dict[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(spans, marks) for the swimmer plot, the longest course on top. names: patient_id -> what is shown."""
    start = pd.to_datetime(courses["first_infusion"].str[:10])
    end = pd.to_datetime(courses["last_infusion"].str[:10])
    key = [f"{snapshot.key_of[p]} {c}" for p, c in zip(courses["patient_id"], courses["course_id"], strict=True)]
    spans = pd.DataFrame(
        {
            "key": key,
            "label": courses["patient_id"].map(names).to_numpy(),
            "drug": courses["drug"].to_numpy(),
            "start": 0.0,
            "end": ((end - start).dt.days / 7).clip(lower=1).to_numpy(),
        }
    ).sort_values("end", ascending=False, kind="stable", ignore_index=True)
    own = of_courses(snapshot.tables["responses"], courses)
    own = own[(own["criterion"] == criterion) & own["week"].str.isdigit()]
    key = [f"{snapshot.key_of[p]} {c}" for p, c in zip(own["patient_id"], own["course_id"], strict=True)]
    marks = pd.DataFrame({"key": key, "week": own["week"].astype(int).to_numpy(), "verdict": own["verdict"].to_numpy()})
    return spans, marks


def summarise_changes(
    snapshot: Snapshot, courses: pd.DataFrame, *, analyte: str, names: dict[str, str]
) -> pd.DataFrame:
    """key, label, drug, change: for the waterfall."""
    tables = snapshot.tables
    spans = cohort.find_spans(courses, tables["courses"])
    rows = cohort.summarise_change(of_courses(tables["baselines"], courses), tables["results"], spans, analyte=analyte)
    return rows.assign(key=rows["patient_id"].map(snapshot.key_of), label=rows["patient_id"].map(names))


def summarise_courses_over_time(
    snapshot: Snapshot, courses: pd.DataFrame, *, analyte: str, units: str, names: dict[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """(values, band, assay) for the spaghetti plot: the last value of each 4 weeks, one line per patient and assay.

    Assays are not comparable, so the band is of the assay with most values alone; its name is given.
    """
    every = snapshot.tables["courses"]
    parts = [
        weekly_values(snapshot.tables["results"], every[every["patient_id"].isin(own["patient_id"])], drug=drug)
        for drug, own in courses.groupby("drug")
    ]
    rows = pd.concat(parts) if parts else pd.DataFrame(columns=["patient_id", "analyte", "method", "week", "value"])
    factor = si_unit(analyte)[1] if units == "si" else 1.0
    rows = rows[rows["analyte"] == analyte].assign(value=lambda f: f["value"] * factor)
    rows = rows.assign(
        key=rows["patient_id"].map(snapshot.key_of) + " " + rows["method"], label=rows["patient_id"].map(names)
    )
    assay = "" if rows.empty else str(rows["method"].mode().iloc[0])
    return rows, summarise_band(rows[rows["method"] == assay]), assay


def thin_courses(values: pd.DataFrame, *, most_points: int = MOST_POINTS) -> tuple[pd.DataFrame, int]:
    """(lines that a browser draws at once, number of lines left out): every n-th line by its opaque key."""
    if len(values) <= most_points:
        return values, 0
    keys = sorted(values["key"].unique())
    kept = keys[:: -(-len(values) // most_points)]
    return values[values["key"].isin(kept)], len(keys) - len(kept)


def build_agreement_table(responses: pd.DataFrame) -> Grid:
    """SRI-style against BICLA-style, a row per visit."""
    rows = []
    for week in words.sort_weeks(list(responses["week"].unique())):
        found = cohort.compare_criteria(responses, "sri_lab", "bicla_lab", week=week)
        counts = [found.both, found.first_only, found.second_only, found.neither, found.n]
        kappa = None if found.kappa != found.kappa else f"{found.kappa:.2f}"
        rows.append({"key": week, "cells": [words.week_name(week).capitalize(), *map(int, counts), kappa]})
    numbers = ("Both met", "SRI-style only", "BICLA-style only", "Neither", "Courses")
    columns = (
        Column("Visit", width=130),
        *(Column(name, align="right") for name in numbers),
        Column("Cohen’s κ", align="right", none="–"),
    )
    return Grid(name="agreement", caption="Agreement of two criteria", columns=columns, rows=rows, min_width=900,
                empty="No verdicts.")  # fmt: skip


def compute_flare_times(snapshot: Snapshot, courses: pd.DataFrame, *, index: str) -> pd.DataFrame:
    """weeks, event per course. index: selena, bilag or tulip from the assessments, or lab from the lab scores."""
    spans = cohort.find_spans(courses, snapshot.tables["courses"])
    if index == "lab":
        return cohort.compute_time_to_lab_flare(snapshot.tables["scores"], spans)
    flares, seen = snapshot.tables["flares"], snapshot.tables["assessments"]
    seen = seen.rename(columns={"assessed_at": "date"})
    return cohort.compute_time_to_flare(flares[flares["index"] == index], seen, spans)


def compute_curves(times: pd.DataFrame, courses: pd.DataFrame) -> dict[str, cohort.Survival]:
    """drug -> Kaplan-Meier curve of `weeks`, `event`."""
    rows = times.merge(courses[["patient_id", "course_id", "drug"]], on=["patient_id", "course_id"])
    return {
        drug: cohort.compute_kaplan_meier(own["weeks"].to_numpy(), own["event"].to_numpy())
        for drug, own in rows.groupby("drug", sort=True)
    }


def export_rates(rates: pd.DataFrame) -> bytes:
    """CSV of the rates; groups under five are suppressed: counts and rate empty, `note` says so."""
    counts = list(cohort.VERDICTS) + ["denominator", "rate", "low", "high"]
    rows = rates.astype({c: "object" for c in counts})
    small = rates[list(cohort.VERDICTS)].sum(axis=1) < FEWEST
    rows.loc[small, counts] = None
    return rows.assign(note=small.map({True: "suppressed: fewer than 5", False: ""})).to_csv(index=False).encode()
