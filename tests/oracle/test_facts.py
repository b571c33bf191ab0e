"""The numbers typed in here and those of `lupusmon.clinical` are the same numbers."""

from __future__ import annotations

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import DRUGS, REGIMENS, Repeat

from .facts import (
    COURSE_GAP_DAYS,
    CV_WITHIN_AND_ANALYTICAL,
    DEFAULT_LIMITS,
    GOOD_DIRECTION,
    LATE_AFTER_DAYS,
    LOG_SCALE,
    UNITS,
    interval_after_dose,
)


def test_analytes() -> None:
    assert {a.code: a.unit for a in ANALYTES.values()} == UNITS
    for a in ANALYTES.values():
        assert (a.default_low, a.default_high) == DEFAULT_LIMITS.get(a.code, (None, None)), a.code
        assert (a.cv_i, a.cv_a) == CV_WITHIN_AND_ANALYTICAL.get(a.code, (None, None)), a.code
        assert (a.good, a.log) == (GOOD_DIRECTION.get(a.code), a.code in LOG_SCALE), a.code


def test_drugs() -> None:
    assert {d.code: d.course_gap_days for d in DRUGS.values()} == COURSE_GAP_DAYS
    for code, regimen in REGIMENS.items():
        if code == "ivig":
            continue  # counted in cycles
        assert regimen.late_after_days == LATE_AFTER_DAYS.get(code), code
        days = regimen.intervals_days
        for number in range(1, 20):
            k = number - 1
            if regimen.repeat is Repeat.CYCLE:
                expected = days[k % len(days)]
            elif k < len(days):
                expected = days[k]
            else:
                expected = days[-1] if regimen.repeat is Repeat.LAST else None
            assert interval_after_dose(code, number) == expected, (code, number)
