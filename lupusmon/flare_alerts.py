"""The flare of a patient's last assessment: in words, and as a line among the alerts, which look at labs and doses."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from lupusmon.clinical.thresholds import LATEST_DAYS

CODE = "assessed_flare"
_GRADES = {"severe": "severe", "moderate": "moderate", "mild_moderate": "mild or moderate", "mild": "mild"}
_SEVERITY = {"severe": "high", "moderate": "medium", "mild_moderate": "medium", "mild": "low"}
_INDEX = {"bilag": "BILAG", "selena": "the SELENA flare index", "tulip": "the TULIP definition"}
_ORDER = tuple(_INDEX)
_OPEN = ". Not decided: "


def add_flares(alerts: pd.DataFrame, flares: pd.DataFrame, assessments: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The alerts and a row per patient whose last assessment, in the 56 days up to as_of, shows a flare.

    Columns as those of alerts. The severity follows the worst grade: severe high, moderate medium, mild low.
    """
    own = select_last_flares(flares, assessments)
    first, last = (as_of - timedelta(days=LATEST_DAYS)).isoformat(), as_of.isoformat()
    own = own[own["date"].astype(str).str[:10].between(first, last)] if len(own) else own
    rows = [
        {
            "patient_id": patient_id,
            "as_of": last,
            "code": CODE,
            "severity": _SEVERITY.get(_worst(group), "medium"),
            "analyte": None,
            "text": _sentence(group),
        }
        for patient_id, group in own.groupby("patient_id", sort=False)
    ]
    return pd.concat([alerts, pd.DataFrame(rows)], ignore_index=True) if rows else alerts


def select_last_flares(flares: pd.DataFrame, assessments: pd.DataFrame) -> pd.DataFrame:
    """The flares of each patient's last assessment, one row an index; TULIP's only where no other index has one."""
    if flares.empty or assessments.empty:
        return flares.iloc[:0]
    last = assessments["assessed_at"].astype(str).str[:10].groupby(assessments["patient_id"]).max()
    own = flares[flares["date"].astype(str).str[:10] == flares["patient_id"].map(last)]
    tulip = own["index"] == "tulip"
    return own[~tulip | ~own["patient_id"].isin(own.loc[~tulip, "patient_id"])]


def say_flare(flares: pd.DataFrame) -> str:
    """`severe flare at that visit by BILAG (since 2026-05-22 renal D to A) and by the SELENA flare index`.

    flares: of one assessment. Systems and their grades, else what rose.
    """
    return f"{_GRADES.get(_worst(flares), '')} flare at that visit by {_say_indices(flares)}".lstrip()


def _sentence(flares: pd.DataFrame) -> str:
    said = f"{_GRADES.get(_worst(flares), '')} flare".lstrip()
    day = str(flares["date"].iloc[0])[:10]
    return f"{said[0].upper()}{said[1:]} at the visit of {day} by {_say_indices(flares)}"


def _worst(flares: pd.DataFrame) -> str:
    """The worst grade; empty where none is graded."""
    found = set(flares["severity"].dropna())
    return next((grade for grade in _GRADES if grade in found), "")


def _say_indices(flares: pd.DataFrame) -> str:
    texts = dict(zip(flares["index"], flares["text"], strict=True))
    named = [index for index in _ORDER if index in texts]
    detail = f"{_INDEX[named[0]]} ({_detail(texts[named[0]])})"
    return " and by ".join([detail, *(_INDEX[index] for index in named[1:])])


def _detail(text: str) -> str:
    """`BILAG flare on 2026-11-16: severe; since 2026-05-22 renal D to A` → `since 2026-05-22 renal D to A`."""
    return text.partition(_OPEN)[0].partition("; ")[2].replace("; ", ", ")
