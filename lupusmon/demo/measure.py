"""From the true state to what a laboratory measures: noise, missing tests, rounding, and the bounds of all that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.thresholds import CKD_EPI, CKD_EPI_AGE, CKD_EPI_CONSTANT, CKD_EPI_HIGH_EXPONENT
from lupusmon.demo.laboratories import BLOOD_COUNT, LABORATORIES, MEASURED, Assay
from lupusmon.demo.levels import Levels
from lupusmon.demo.plans import LAST, Plan, stack
from lupusmon.demo.visits import Visits

NOISE_LIMIT = 2.0  # noise is cut here, in standard deviations, so that the truth has bounds
NEPHROTIC_UPCR, NEPHROTIC_CV_SHARE = (
    1.0,
    0.5,
)  # above: half the variation (Naresh 2012: +-50 % at 200 mg/mmol; CLINICAL 11)


@dataclass(frozen=True)
class Measured:
    """One test at every draw, in canonical units (anti-dsDNA: ELISA scale whatever the assay).

    value: as printed, NaN where there is no result. low, high: what noise could have made of the true level.
    assay: index into `assays`.
    """

    analyte: str
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    assay: np.ndarray
    assays: tuple[Assay, ...]

    @property
    def known(self) -> np.ndarray:
        return ~np.isnan(self.value)


def measure(rng: np.random.Generator, plans: list[Plan], visits: Visits, levels: Levels) -> dict[str, Measured]:
    """Every test at every draw; EGFR from creatinine where the laboratory reports it."""
    out = {}
    missing_rate = np.array([plan.laboratory.missing for plan in plans])[visits.patient]
    for analyte in MEASURED:
        due = _is_due(plans, visits, analyte)
        missing = rng.random(len(visits)) < missing_rate
        out[analyte] = _measure_one(rng, plans, visits, levels, analyte, due & ~missing)
    out["EGFR"] = _report_egfr(plans, visits, out["CREAT"])
    return out


def compute_egfr(creatinine: np.ndarray, is_female: np.ndarray, age: np.ndarray) -> np.ndarray:
    """CKD-EPI 2021, creatinine in mg/dL."""
    female, male = CKD_EPI["F"], CKD_EPI["M"]
    kappa, alpha, factor = (np.where(is_female, f, m) for f, m in zip(female, male, strict=True))
    ratio = creatinine / kappa
    power = np.minimum(ratio, 1) ** alpha * np.maximum(ratio, 1) ** CKD_EPI_HIGH_EXPONENT
    return CKD_EPI_CONSTANT * power * CKD_EPI_AGE**age * factor


def ages(plans: list[Plan], visits: Visits) -> np.ndarray:
    """Year of the draw minus year of birth."""
    year = (visits.day + stack(plans, "start")[visits.patient]).astype("datetime64[D]").astype("datetime64[Y]")
    return year.astype(int) + 1970 - stack(plans, "birth_year")[visits.patient]


def _is_due(plans: list[Plan], visits: Visits, analyte: str) -> np.ndarray:
    never = stack(plans, "never")[visits.patient] == analyte
    return ~never if analyte in BLOOD_COUNT else ~never & ~visits.counts_only


def _measure_one(
    rng: np.random.Generator, plans: list[Plan], visits: Visits, levels: Levels, analyte: str, taken: np.ndarray
) -> Measured:
    log_true = levels.log_true(analyte, visits.patient, visits.day)
    sigma = noise_sd(analyte, log_true)
    noise = rng.standard_normal(len(visits))
    wild = np.abs(noise) > NOISE_LIMIT
    noise[wild] = rng.uniform(-NOISE_LIMIT, NOISE_LIMIT, int(wild.sum()))
    assays, index = _assays_used(plans, visits, analyte)
    factor = np.array([a.factor for a in assays])[index]
    decimals = np.array([a.decimals for a in assays])[index]
    step = np.array([a.half_step for a in assays])[index]
    in_unit = np.exp(log_true + sigma * noise) * factor
    printed = np.floor(in_unit * 10.0**decimals + 0.5) / 10.0**decimals
    value = np.where(taken, printed / factor, np.nan)
    low = np.maximum(np.exp(log_true - NOISE_LIMIT * sigma) - step, 0)
    return Measured(analyte, value, low, np.exp(log_true + NOISE_LIMIT * sigma) + step, index, assays)


def noise_sd(analyte: str, log_true: np.ndarray) -> np.ndarray:
    """Within-person and analytical variation together, as SD of the logarithm."""
    facts = ANALYTES[analyte]
    share = np.where(log_true > np.log(NEPHROTIC_UPCR), NEPHROTIC_CV_SHARE, 1.0) if analyte == "UPCR" else 1.0
    cv_i, cv_a = facts.cv_i / 100 * share, facts.cv_a / 100
    return np.sqrt(np.log1p(cv_a**2) + np.log1p(cv_i**2)) + 0 * log_true


def _assays_used(plans: list[Plan], visits: Visits, analyte: str) -> tuple[tuple[Assay, ...], np.ndarray]:
    """The assays in use and which of them each draw met."""
    if analyte != "DSDNA":
        assays = tuple(lab.assays[analyte] for lab in LABORATORIES)
        of_plan = np.array([LABORATORIES.index(plan.laboratory) for plan in plans])
        return assays, of_plan[visits.patient]
    assays = tuple(dict.fromkeys(a for plan in plans for a in (plan.dsdna, plan.dsdna_later)))
    first = np.array([assays.index(plan.dsdna) for plan in plans])[visits.patient]
    later = np.array([assays.index(plan.dsdna_later) for plan in plans])[visits.patient]
    return assays, np.where(visits.day >= stack(plans, "switch_day")[visits.patient], later, first)


def _report_egfr(plans: list[Plan], visits: Visits, creatinine: Measured) -> Measured:
    """eGFR beside each creatinine where the laboratory reports it; bounds from those of creatinine."""
    assays = tuple(lab.assays.get("EGFR", lab.assays["CREAT"]) for lab in LABORATORIES)
    reports = np.array(["EGFR" in lab.assays for lab in LABORATORIES])[creatinine.assay]
    is_female = (stack(plans, "sex") == "F")[visits.patient]
    age = ages(plans, visits)
    value, high, low = (compute_egfr(c, is_female, age) for c in (creatinine.value, creatinine.low, creatinine.high))
    value = np.where(reports, np.floor(value + 0.5), np.nan)
    return Measured("EGFR", value, low - 0.5, high + 0.5, creatinine.assay, assays)


def as_of_days(plans: list[Plan]) -> np.ndarray:
    """The last day of all data, counted from each patient's first dose."""
    return LAST - stack(plans, "start")
