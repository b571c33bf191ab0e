"""Expected verdicts of the criteria that rest on laboratory results alone, from the true levels (CRITERIA 5-7)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lupusmon.clinical import thresholds as t
from lupusmon.clinical.analytes import ANALYTES
from lupusmon.demo.certainty import (
    MET,
    NOT,
    OPEN,
    UNKNOWN,
    Span,
    above,
    all_of,
    any_of,
    at_most_times,
    below,
    count_between,
    decide,
    negate,
)  # fmt: skip
from lupusmon.demo.plans import Plan, stack
from lupusmon.demo.truth_window import Point

Verdict = tuple[str, np.ndarray, np.ndarray]  # criterion, entry, checks
AGE_SLACK = 0.99  # eGFR changes by this much when the year turns between baseline and visit
CREATININE_MG = t.RENAL_CREATININE_UMOL / t.CREATININE_UMOL_PER_MG_DL


def judge_labs(plans: list[Plan], base: Point, visit: Point) -> Iterator[Verdict]:
    """Every lab-only criterion at one visit."""
    yield from _scores_and_grades(plans, base, visit)
    yield from _kidney(plans, base, visit)
    yield from _single_tests(plans, base, visit)


def no_rescue(plans: list[Plan], point: Point) -> np.ndarray:
    """A rescue between the target and the last day that can count is OPEN; so is one moved by a weekend."""
    day = stack(plans, "rescue_day")
    return np.where(day < point.target, NOT, np.where(day < point.until + 2, OPEN, MET))


def _limits(plans: list[Plan], analyte: str) -> np.ndarray:
    """Lower limit of C3 or C4 in mg/dL, from the patient's laboratory."""
    assays = [plan.laboratory.assays[analyte] for plan in plans]
    return np.array([float(a.low) / a.factor for a in assays])


def _dsdna_above(span: Span) -> np.ndarray:
    """Above the limit of its assay; an equivocal band of a tenth for words and titres."""
    slack = np.where(span.blurred, 0.12, 0.0)
    return decide(span.low > 30 * (1 + slack), span.high <= 30 * (1 - slack), span.known)


def _items(plans: list[Plan], point: Point) -> list[tuple[int, np.ndarray]]:
    s = point.spans
    low = any_of(below(s["C3"], _limits(plans, "C3")), below(s["C4"], _limits(plans, "C4")))
    return [
        (t.LOW_COMPLEMENT_POINTS, low),
        (t.DNA_BINDING_POINTS, _dsdna_above(s["DSDNA"])),
        (t.PROTEINURIA_POINTS, above(s["UPCR"], t.PROTEINURIA_G_G)),
        (t.THROMBOCYTOPENIA_POINTS, below(s["PLT"], t.THROMBOCYTOPENIA_PLT)),
    ]


def _score(items: list[tuple[int, np.ndarray]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    low = sum(points * (state == MET) for points, state in items)
    high = sum(points * (state != NOT) for points, state in items)
    return low, high, np.any([state == OPEN for _, state in items], axis=0)


def _scores_and_grades(plans: list[Plan], base: Point, visit: Point) -> Iterator[Verdict]:
    b_low, b_high, b_open = _score(_items(plans, base))
    v_low, v_high, v_open = _score(_items(plans, visit))
    is_open = b_open | v_open
    drop = count_between(b_low - v_high, b_high - v_low, int(t.SRI_LAB_DROP), is_open)
    not_worse = count_between(b_low - v_high, b_high - v_low, 0, is_open)
    grades = _lab_grades(base, visit)
    common = [grades["no_new_a"], grades["new_b"], _no_worsening(plans, base, visit), no_rescue(plans, visit)]
    yield "sri_lab", count_between(b_low, b_high, int(t.SRI_LAB_DROP), b_open), all_of(drop, *common)
    yield "bicla_lab", grades["entry"], all_of(grades["improved"], not_worse, *common)


def _lab_grades(base: Point, visit: Point) -> dict[str, np.ndarray]:
    """Checks on the renal and the haematological grade (CRITERIA 6), from what is certain about both."""
    b, v = base.spans, visit.spans
    p_of = t.UPCR_MG_PER_MMOL
    improved = at_most_times(v["UPCR"], b["UPCR"], t.RENAL_IMPROVED_RATIO)
    improved = np.where(b["UPCR"].known, improved, np.where(v["UPCR"].known, NOT, UNKNOWN))
    high_creatinine = above(v["CREAT"], CREATININE_MG)
    creatinine_rule = np.where(high_creatinine == UNKNOWN, NOT, np.where(high_creatinine == NOT, NOT, OPEN))
    moderate_b = negate(below(b["UPCR"], t.RENAL_MODERATE_MG_MMOL / p_of))
    moderate_v = all_of(negate(below(v["UPCR"], t.RENAL_MODERATE_MG_MMOL / p_of)), negate(improved))
    severe_v = all_of(above(v["UPCR"], t.RENAL_SEVERE_MG_MMOL / p_of), negate(improved))
    renal_b_now = any_of(severe_v, moderate_v, creatinine_rule)
    renal_b_now = np.where(v["UPCR"].known, renal_b_now, UNKNOWN)
    renal_a_now = np.where(v["UPCR"].known, all_of(severe_v, creatinine_rule), UNKNOWN)
    haem_a, haem_ab = (below(v["PLT"], limit) for limit in (t.HAEM_A_PLT, t.HAEM_B_PLT))
    base_a, base_ab = (below(b["PLT"], limit) for limit in (t.HAEM_A_PLT, t.HAEM_B_PLT))
    new_renal_b = all_of(renal_b_now, negate(moderate_b))
    new_haem_b = all_of(haem_ab, negate(haem_a), negate(base_ab))
    return {
        "entry": any_of(moderate_b, base_ab),
        "no_new_a": negate(any_of(renal_a_now, all_of(haem_a, negate(base_a)))),
        "new_b": negate(all_of(new_renal_b, new_haem_b)),
        "improved": all_of(_renal_improves(moderate_b, renal_b_now), _haem_improves(base_a, base_ab, haem_a, haem_ab)),
    }


def _renal_improves(grade_b_before: np.ndarray, b_now: np.ndarray) -> np.ndarray:
    """Nothing to improve, or no longer B (the baseline has no previous value, so it is never A)."""
    return any_of(negate(grade_b_before), negate(b_now))


def _haem_improves(base_a: np.ndarray, base_ab: np.ndarray, a: np.ndarray, ab: np.ndarray) -> np.ndarray:
    from_a = any_of(negate(base_a), negate(a))
    from_b = any_of(base_a, negate(base_ab), negate(ab))
    return all_of(from_a, from_b)


def _no_worsening(plans: list[Plan], base: Point, visit: Point) -> np.ndarray:
    """Beyond the reference change value for the worse, and outside its limit."""
    b, v = base.spans, visit.spans
    outside = {
        "C3": below(v["C3"], _limits(plans, "C3")),
        "C4": below(v["C4"], _limits(plans, "C4")),
        "DSDNA": _dsdna_above(v["DSDNA"]),
        "UPCR": above(v["UPCR"], t.PROTEINURIA_G_G),
        "PLT": below(v["PLT"], t.THROMBOCYTOPENIA_PLT),
    }
    fails = [all_of(state, _is_worse(b[a], v[a], a)) for a, state in outside.items()]
    return negate(any_of(*fails))


def _is_worse(base: Span, visit: Span, analyte: str) -> np.ndarray:
    facts = ANALYTES[analyte]
    sigma = np.sqrt(np.log1p((facts.cv_a / 100) ** 2) + np.log1p((facts.cv_i / 100) ** 2))
    reach = t.RCV_Z * np.sqrt(2) * sigma
    known = base.known & visit.known & ~visit.changed
    with np.errstate(divide="ignore", invalid="ignore"):
        least, most = np.log(visit.low / base.high), np.log(visit.high / base.low)
    if facts.good == "up":
        least, most = -most, -least
    state = decide(least > reach, most < reach, known)
    return np.where(known & (base.blurred | visit.blurred), OPEN, state)


def _kidney(plans: list[Plan], base: Point, visit: Point) -> Iterator[Verdict]:
    b, v = base.spans, visit.spans
    upcr, egfr, base_egfr = v["UPCR"], v["EGFR"], b["EGFR"]
    entry = negate(below(b["UPCR"], t.RENAL_ENTRY_UPCR))
    rescue = no_rescue(plans, visit)

    def kept(share: float) -> np.ndarray:
        known = egfr.known & base_egfr.known
        return decide(
            egfr.low * AGE_SLACK >= share * base_egfr.high, egfr.high < share * base_egfr.low * AGE_SLACK, known
        )

    def at_most(limit: float) -> np.ndarray:
        return negate(above(upcr, limit))

    stable, crr = kept(t.RENAL_STABLE_EGFR_RATIO), any_of(negate(below(egfr, t.CRR_EGFR)), kept(t.CRR_EGFR_RATIO))
    perr = any_of(negate(below(egfr, t.PERR_EGFR)), kept(t.PERR_EGFR_RATIO))
    under_half, halved = below(upcr, t.RENAL_COMPLETE_UPCR), at_most_times(upcr, b["UPCR"], t.RENAL_PARTIAL_RATIO)
    yield "renal_complete", entry, all_of(under_half, stable)
    yield "renal_partial", entry, all_of(halved, below(upcr, t.RENAL_PARTIAL_UPCR), stable)
    yield "renal_perr", entry, all_of(at_most(t.PERR_UPCR), perr, rescue)
    yield "renal_crr", entry, all_of(under_half, crr, rescue)
    yield "renal_crr_aurora", entry, all_of(at_most(t.RENAL_COMPLETE_UPCR), perr, rescue)
    eular = {
        "12": at_most_times(upcr, b["UPCR"], 1 - t.EULAR_12_FALL_PCT / 100),
        "24": at_most_times(upcr, b["UPCR"], 1 - t.EULAR_24_FALL_PCT / 100),
        "52": at_most(t.EULAR_52_UPCR),
    }
    if visit.week in eular:
        yield "renal_eular", entry, eular[visit.week]


def _single_tests(plans: list[Plan], base: Point, visit: Point) -> Iterator[Verdict]:
    b, v = base.spans, visit.spans
    response = all_of(negate(below(v["PLT"], t.IWG_RESPONSE)), negate(_under_times(v["PLT"], b["PLT"], t.IWG_RATIO)))
    platelets = any_of(negate(below(v["PLT"], t.IWG_COMPLETE)), response)
    yield "platelets_iwg", below(b["PLT"], t.IWG_COMPLETE), all_of(platelets, _no_ivig_mask(plans, visit))
    for analyte in ("C3", "C4"):
        limit = _limits(plans, analyte)
        yield f"{analyte.lower()}_normalised", below(b[analyte], limit), negate(below(v[analyte], limit))
    within = negate(_dsdna_above(v["DSDNA"]))
    yield "dsdna_normalised", _dsdna_above(b["DSDNA"]), np.where(v["DSDNA"].changed, UNKNOWN, within)


def _under_times(value: Span, base: Span, times: float) -> np.ndarray:
    known = value.known & base.known
    return decide(value.high < times * base.low, value.low >= times * base.high, known)


def _no_ivig_mask(plans: list[Plan], visit: Point) -> np.ndarray:
    """IVIG as a rescue masks platelets for a while; from when is left OPEN. Without a value it is unknown."""
    rescued = (stack(plans, "rescue_drug") == "ivig") & (stack(plans, "rescue_day") <= visit.until)
    main = np.array([plan.regimen.drug == "ivig" for plan in plans])
    state = np.where(rescued & ~main, OPEN, MET)
    return np.where(visit.spans["PLT"].known | main, state, UNKNOWN)
