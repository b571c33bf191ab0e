"""Checks of single organs and tests: kidney, platelets, complement, anti-dsDNA (CRITERIA 7)."""

from __future__ import annotations

import numpy as np

from lupusmon.analysis.answers import UNKNOWN, YES, all_of, any_of, negate, where
from lupusmon.analysis.criteria.findings import Evidence, Finding, Point
from lupusmon.analysis.criteria.labs import rescue_finding, units_of
from lupusmon.analysis.egfr import choose, compare_with_baseline, computed_egfr, egfr_now
from lupusmon.analysis.intervals import is_at_least, is_at_most, is_below
from lupusmon.analysis.readings import if_comparable, is_same_series
from lupusmon.analysis.rescue import is_ivig
from lupusmon.analysis.visits import Visits, remembered
from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import IVIG_MASK_DAYS
from lupusmon.clinical.thresholds import IWG_COMPLETE, IWG_RATIO, IWG_RESPONSE, RENAL_ENTRY_UPCR


def enter_renal(visits: Visits) -> np.ndarray:
    """Baseline UPCR >= 0.5 g/g."""
    return is_at_least(visits.baseline["UPCR"].value, RENAL_ENTRY_UPCR)


def enter_platelets(visits: Visits) -> np.ndarray:
    """Baseline platelets < 100."""
    return is_below(visits.baseline["PLT"].value, IWG_COMPLETE)


def enter_low(visits: Visits, code: str) -> np.ndarray:
    """Baseline below its own lower limit."""
    return visits.baseline[code].below


def enter_high(visits: Visits, code: str) -> np.ndarray:
    """Baseline above its own upper limit."""
    return visits.baseline[code].above


@remembered
def assess_upcr(visits: Visits, limit: float, strict: bool) -> Finding:
    """UPCR < limit (strict) or <= limit, g/g."""
    value = visits.value["UPCR"].value
    return _finding(
        visits,
        "UPCR",
        answer=is_below(value, limit) if strict else is_at_most(value, limit),
        met=f"below {limit:g}" if strict else f"not above {limit:g}",
        not_met=f"not below {limit:g}" if strict else f"above {limit:g}",
        limit=limit,
    )


@remembered
def assess_upcr_ratio(visits: Visits, ratio: float, words: tuple[str, str], limit: float) -> Finding:
    """UPCR at most `ratio` times its baseline, in one series."""
    base, now = visits.baseline["UPCR"], visits.value["UPCR"]
    answer = if_comparable(base, now, is_at_most(now.value, base.value.scale(ratio)))
    return _finding(visits, "UPCR", answer=answer, met=words[0], not_met=words[1], limit=limit, needs_baseline=True)


@remembered
def assess_egfr(visits: Visits, ratio: float, floor: float | None) -> Finding:
    """eGFR at least `ratio` times its baseline, or (where given) at least `floor`."""
    stable = compare_with_baseline(visits, lambda now, base: is_at_least(now, base.scale(ratio)))
    answer = stable if floor is None else any_of(is_at_least(egfr_now(visits), floor), stable)
    return Finding(answer, lambda: _egfr_evidence(visits, ratio, floor))


def _egfr_evidence(visits: Visits, ratio: float, floor: float | None) -> Evidence:
    value, baseline = _egfr_points(visits, floor is not None)
    words = f"{ratio:g} x baseline" + ("" if floor is None else f" or {floor:g}")
    return Evidence(
        label="eGFR",
        met=f"at least {words}",
        not_met=f"under {words}",
        value=value,
        baseline=baseline,
        limit=ratio if floor is None else floor,
        unit=ANALYTES["EGFR"].unit,
        needs_baseline=True,
        unknown=lambda rows: _egfr_gap(visits, rows),
    )


def _egfr_points(visits: Visits, has_floor: bool) -> tuple[Point, Point]:
    """The pair that was compared: reported values of one series, else computed ones of one series of creatinine.

    Where a floor may decide by itself, a reported visit value is shown even if its baseline has no counterpart.
    """
    base, now = visits.baseline, visits.value
    reported = is_same_series(base["EGFR"], now["EGFR"])
    computed = [computed_egfr(visits, side) for side in ("value", "baseline")]
    both = computed[0].known() & computed[1].known() & is_same_series(base["CREAT"], now["CREAT"])
    by_floor = now["EGFR"].present if has_floor else np.zeros(len(visits), dtype=bool)
    use_computed = both & ~reported & ~by_floor
    points = []
    for side, value in zip((now, base), computed, strict=True):
        first = side["EGFR"].present & ~use_computed
        points.append(
            Point(
                choose(first, side["EGFR"].value, value),
                np.where(first, side["EGFR"].day, side["CREAT"].day),
                first | value.known(),
                np.where(first, side["EGFR"].row, side["CREAT"].row),
            )
        )
    return points[0], points[1]


def _egfr_gap(visits: Visits, rows: np.ndarray) -> list[str]:
    now, base = visits.value, visits.baseline
    no_now = ~(now["EGFR"].present | now["CREAT"].present)[rows]
    no_base = ~(base["EGFR"].present | base["CREAT"].present)[rows]
    person = "cannot be compared: two reported values of one series, or creatinine with sex and age, are needed"
    return np.select(
        [no_now, no_base], ["no eGFR or creatinine at the visit", "no eGFR or creatinine at baseline"], person
    ).tolist()


@remembered
def assess_no_rescue(visits: Visits) -> Finding:
    """No rescue up to the target day or, if later, the visit's UPCR."""
    upcr = visits.value["UPCR"]
    return rescue_finding(visits, np.where(upcr.present, np.maximum(visits.target, upcr.day), visits.target))


@remembered
def assess_platelets(visits: Visits) -> Finding:
    """Platelets >= 100 (complete), or >= 30 and >= 2 x baseline in one series (response)."""
    base, now = visits.baseline["PLT"], visits.value["PLT"]
    complete = is_at_least(now.value, IWG_COMPLETE)
    doubled = if_comparable(base, now, is_at_least(now.value, base.value.scale(IWG_RATIO)))
    response = all_of(is_at_least(now.value, IWG_RESPONSE), doubled)
    words = np.where(complete == YES, "complete response (100 or more)", "response (30 or more and doubled)")
    return _finding(
        visits,
        "PLT",
        answer=any_of(complete, response),
        met=words.astype(object),
        not_met="under 100, and not both 30 or more and doubled",
        limit=IWG_COMPLETE,
        needs_baseline=True,
    )


@remembered
def assess_no_ivig_mask(visits: Visits) -> Finding:
    """No IVIG in the 28 days up to the platelet value, unless the course is IVIG; unknown if there was, or no value."""
    now = visits.value["PLT"]
    dose = visits.sources.ivig.last(visits.patient, now.day - IVIG_MASK_DAYS, now.day)
    clear = now.present & (dose < 0)
    answer = where(is_ivig(visits.drug) | clear, np.full(len(visits), YES), np.full(len(visits), UNKNOWN))
    return _finding(
        visits,
        "PLT",
        answer=answer,
        met=lambda rows: np.where(
            is_ivig(visits.drug)[rows], "the course itself is IVIG", "no IVIG in the 28 days before"
        ).tolist(),
        not_met="",
        limit=float(IVIG_MASK_DAYS),
        unknown=lambda rows: np.where(
            now.present[rows], "IVIG in the 28 days before; the rise is not credited", "no platelet count at the visit"
        ).tolist(),
        show_baseline=False,
    )


@remembered
def assess_normal_complement(visits: Visits, code: str) -> Finding:
    """Value at or above its own lower limit."""
    now = visits.value[code]
    return _finding(
        visits,
        code,
        answer=negate(now.below),
        met="at or above its lower limit",
        not_met="below its lower limit",
        limit=now.ref_low,
    )


@remembered
def assess_normal_dsdna(visits: Visits) -> Finding:
    """Value at or below its own upper limit, in the series of the baseline."""
    base, now = visits.baseline["DSDNA"], visits.value["DSDNA"]
    return _finding(
        visits,
        "DSDNA",
        answer=if_comparable(base, now, negate(now.above)),
        met="at or below its upper limit",
        not_met="above its upper limit",
        limit=now.ref_high,
        needs_baseline=True,
    )


def _finding(visits: Visits, code: str, answer: np.ndarray, *, show_baseline: bool = True, **columns) -> Finding:
    return Finding(
        answer,
        lambda: Evidence(
            label=code,
            value=Point.of(visits.value[code]),
            baseline=Point.of(visits.baseline[code]) if show_baseline else None,
            unit=units_of(visits, code),
            **columns,
        ),
    )
