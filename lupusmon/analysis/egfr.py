"""Kidney function at a visit: the reported eGFR, else CKD-EPI 2021 from creatinine, sex and age (CRITERIA 7)."""

from __future__ import annotations

import numpy as np

from lupusmon.analysis.answers import where
from lupusmon.analysis.intervals import Interval
from lupusmon.analysis.readings import Reading, if_comparable, is_same_series
from lupusmon.analysis.visits import Visits, remembered
from lupusmon.clinical.thresholds import (
    CKD_EPI,
    CKD_EPI_AGE,
    CKD_EPI_CONSTANT,
    CKD_EPI_HIGH_EXPONENT,
    CKD_EPI_MIN_AGE,
)


def compute_ckd_epi(creatinine: np.ndarray, age: np.ndarray, female: np.ndarray) -> np.ndarray:
    """eGFR, mL/min/1.73 m2, from creatinine in mg/dL. nan under 18 years or where an input is not known.

    Source: Inker 2021 (CKD-EPI 2021, race-free).
    """
    kappa, alpha, factor = (np.where(female, f, m) for f, m in zip(CKD_EPI["F"], CKD_EPI["M"], strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = creatinine / kappa
        low, high = np.minimum(ratio, 1) ** alpha, np.maximum(ratio, 1) ** CKD_EPI_HIGH_EXPONENT
        value = CKD_EPI_CONSTANT * low * high * CKD_EPI_AGE**age * factor
    return np.where(age >= CKD_EPI_MIN_AGE, value, np.nan)


@remembered
def computed_egfr(visits: Visits, side: str) -> Interval:
    """eGFR from the creatinine of one side (`value`, `baseline`) as an interval; a censored creatinine turns round
    (more creatinine, less filtration)."""
    creatinine: Reading = getattr(visits, side)["CREAT"]
    people = visits.sources.cohort.people
    if not len(people):
        return Interval.points(np.full(len(visits), np.nan))
    row = visits.sources.people_row[visits.patient]
    known = row >= 0
    at = np.clip(row, 0, None)
    sex = people.sex.texts()[at]
    birth = np.where(known, people.birth_year[at], np.nan)
    female = known & (sex == "F")
    year = creatinine.day.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
    age = np.where(creatinine.present & (female | (known & (sex == "M"))), year - birth, np.nan)
    value = creatinine.value
    if value.exact:
        return Interval.points(compute_ckd_epi(value.lo, age, female))
    hi, lo = (compute_ckd_epi(end, age, female) for end in (value.lo, value.hi))
    return Interval(lo, hi, value.hi_open, value.lo_open)


def egfr_now(visits: Visits) -> Interval:
    """Reported at the visit, else computed."""
    reported, computed = visits.value["EGFR"], computed_egfr(visits, "value")
    return choose(reported.present, reported.value, computed)


def compare_with_baseline(visits: Visits, compare) -> np.ndarray:
    """`compare(now, baseline)` of two reported values of one series, else of two computed ones; else unknown."""
    base, now = visits.baseline, visits.value
    reported = compare(now["EGFR"].value, base["EGFR"].value)
    computed = compare(computed_egfr(visits, "value"), computed_egfr(visits, "baseline"))
    computed = if_comparable(base["CREAT"], now["CREAT"], computed)
    return where(is_same_series(base["EGFR"], now["EGFR"]), reported, computed)


def choose(mask: np.ndarray, a: Interval, b: Interval) -> Interval:
    """Row by row one interval or the other."""
    if a.exact and b.exact:
        return Interval.points(np.where(mask, a.lo, b.lo))
    return Interval(
        np.where(mask, a.lo, b.lo),
        np.where(mask, a.hi, b.hi),
        np.where(mask, a.lo_open, b.lo_open),
        np.where(mask, a.hi_open, b.hi_open),
    )
