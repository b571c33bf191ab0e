"""The key numbers: latest, baseline, change and limits of each test, with the words the screen uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from lupusmon import words
from lupusmon.clinical.analytes import ANALYTES
from lupusmon.figures import points, theme
from lupusmon.figures.timeline import DEFAULT_ANALYTES
from lupusmon.patient_tables import PatientTables

FURTHER = ("EGFR", "CREAT", "CH50", "WBC", "HGB")  # shown where there are results
_STATUS = {"in": "in range", "high": "above", "low": "below", "none": "no range", "unknown": "undecided"}


@dataclass(frozen=True)
class KeyNumber:
    """One test. status: in, high, low, none, unknown. Empty text = not known."""

    test: str
    assay: str
    latest: str = ""
    at: str = ""
    age_days: int | None = None
    status: str = "none"
    status_text: str = ""
    censored: bool = False
    limits: str = ""
    limits_source: str = ""
    baseline: str = ""
    baseline_at: str = ""
    change: str = ""
    change_words: str = ""


def list_key_numbers(tables: PatientTables, course_id: str | None, *, as_of: date, units: str) -> tuple[KeyNumber, ...]:
    """One row per core test, with or without results, then further tests that have some.

    A test measured by several assays shows the assay of its latest result; change is told only within that assay.
    """
    have = set(tables.results["analyte"])
    codes = [*DEFAULT_ANALYTES, *(code for code in FURTHER if code in have)]
    return tuple(_key_number(tables, code, course_id, as_of, units) for code in codes)


def _key_number(tables: PatientTables, analyte: str, course_id: str | None, as_of: date, units: str) -> KeyNumber:
    base = tables.baselines[tables.baselines["course_id"] == course_id]
    rows = points.prepare_points(tables.results, analyte=analyte, units=units, baselines=base)
    name = ANALYTES[analyte].name
    if rows.empty:
        return KeyNumber(name, "")
    last = rows.iloc[-1]
    own = rows[rows["series"] == last["series"]]
    baseline, baseline_at = _baseline(base, own, analyte)
    change, change_words = _change(tables.trends, own, analyte, course_id)
    limits, limits_source = describe_limits(last)
    return KeyNumber(
        name,
        last["series"],
        points.value_text(own).iloc[-1],
        f"{last['at']:%Y-%m-%d}",
        (pd.Timestamp(as_of) - last["at"].normalize()).days,
        last["status"],
        _STATUS[last["status"]],
        last["comparator"] in ("<", ">"),
        limits,
        limits_source,
        baseline,
        baseline_at,
        change,
        change_words,
    )


def _baseline(base: pd.DataFrame, own: pd.DataFrame, analyte: str) -> tuple[str, str]:
    found = base[(base["analyte"] == analyte) & (base["method"].fillna("").astype(str) == own["series"].iloc[0])]
    if found.empty:
        return "", ""
    at = str(found.iloc[-1]["collected_at"])
    drawn = own[own["at"] == pd.Timestamp(at)]
    return ("", "") if drawn.empty else (points.value_text(drawn).iloc[-1], at[:10])


def _change(trends: pd.DataFrame, own: pd.DataFrame, analyte: str, course_id: str | None) -> tuple[str, str]:
    of_series = (trends["analyte"] == analyte) & (trends["method"].fillna("").astype(str) == own["series"].iloc[0])
    found = trends[of_series & (trends["scope"] == "since_baseline") & (trends["course_id"] == course_id)]
    if found.empty:
        return "", ""
    row = found.iloc[-1]
    pct = words.change_text(row, own) or "no %"
    beyond = None if pd.isna(row["beyond_rcv"]) else bool(row["beyond_rcv"])
    noise = words.noise_text(beyond, known=not pd.isna(row["pct_change"]))
    said = (words.direction_text(row["direction"], ANALYTES[analyte].good), noise)
    return pct, ", ".join(text for text in said if text)


def describe_limits(row: pd.Series) -> tuple[str, str]:
    """Limits of a prepared point, and whose they are; empty where there are none."""
    low, high = row["low"], row["high"]
    if pd.isna(low) and pd.isna(high):
        return "", ""
    if pd.isna(low):
        text = f"≤ {theme.number(high)}"
    else:
        text = f"≥ {theme.number(low)}" if pd.isna(high) else f"{theme.number(low)}–{theme.number(high)}"
    return text, "default" if row["ref_source"] == "default" else "lab"


def describe_assessed(assessments: pd.DataFrame, scores: pd.DataFrame) -> tuple[str, ...]:
    """The last clinical scores, prednisone and lab SLEDAI, each with its day."""
    said = []
    names = (("sledai_2k", "SLEDAI-2K", ""), ("pga", "PGA (0–3)", ""), ("prednisone_mg_per_day", "Prednisone", " mg/d"))
    for column, name, unit in names:
        known = assessments[assessments[column].notna()] if column in assessments else assessments.iloc[:0]
        if len(known):
            row = known.sort_values("assessed_at", kind="stable").iloc[-1]
            said.append(f"{name} {theme.number(float(row[column]))}{unit} ({str(row['assessed_at'])[:10]})")
    if len(scores):
        row = scores.sort_values("date", kind="stable").iloc[-1]
        least, why = ("", "") if row["complete"] else ("at least ", "; an item is not known")
        said.append(f"Lab SLEDAI {least}{int(row['lab_sledai'])} of 9 ({str(row['date'])[:10]}{why})")
    return tuple(said)
