"""eGFR: reported, else CKD-EPI 2021 (CRITERIA 7)."""

from __future__ import annotations

from .change import is_same_series
from .facts import INFINITE
from .rows import Lab, Patient
from .values import Answer, Interval, interval_of, is_at_least

Values = dict[str, Lab | None]


def egfr_interval(values: Values, patient: Patient | None) -> Interval | None:
    """The reported value; else the one computed from creatinine; else None."""
    reported = values.get("EGFR")
    return interval_of(reported) if reported is not None else computed_interval(values.get("CREAT"), patient)


def computed_interval(creatinine: Lab | None, patient: Patient | None) -> Interval | None:
    """It falls as creatinine rises, so the ends change places."""
    if creatinine is None or patient is None or patient.sex is None or patient.birth_year is None:
        return None
    age = creatinine.day.year - patient.birth_year
    if age < 18:
        return None
    c = interval_of(creatinine)
    return Interval(_ckd_epi(c.high, patient.sex, age), _ckd_epi(c.low, patient.sex, age), c.high_open, c.low_open)


def _ckd_epi(creatinine: float, sex: str, age: int) -> float:
    """142·min(Scr/κ,1)^α·max(Scr/κ,1)^−1.2·0.9938^age·(1.012 if female)."""
    if creatinine == 0:
        return INFINITE
    if creatinine == INFINITE:
        return 0.0
    kappa, alpha, factor = (0.7, -0.241, 1.012) if sex == "F" else (0.9, -0.302, 1.0)
    ratio = creatinine / kappa
    return 142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938**age * factor


def keeps_share(before: Values, now: Values, patient: Patient | None, share: float) -> Answer:
    """eGFR ≥ share × baseline: two reported values of one series, else two computed ones (of one creatinine series)."""
    if is_same_series(before.get("EGFR"), now.get("EGFR")):
        return is_at_least(interval_of(now["EGFR"]), interval_of(before["EGFR"]).times(share))
    if not is_same_series(before.get("CREAT"), now.get("CREAT")):
        return None
    old, new = (computed_interval(before["CREAT"], patient), computed_interval(now["CREAT"], patient))
    if old is None or new is None:
        return None
    return is_at_least(new, old.times(share))
