"""Every response criterion: whom it applies to and its checks, in the order of the ledger (CRITERIA 7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from lupusmon.analysis.criteria import clinical, labs, organs
from lupusmon.analysis.criteria.findings import Finding
from lupusmon.analysis.visits import WEEKS, Visits
from lupusmon.clinical import thresholds as t

TULIP, EPROVIDE = "tulip", "eprovide"
EVERY_WEEK = WEEKS


@dataclass(frozen=True)
class Check:
    """One clause of a criterion. label: what must hold, in words."""

    code: str
    label: str
    assess: Callable[[Visits], Finding]


@dataclass(frozen=True)
class Criterion:
    """A way to call a course a success at a visit.

    enter: whom it applies to (None: everybody); entry: that condition in words. checks: all needed. weeks: visits it is
    defined for. group: where the ledger shows it. source: key of clinical.references. simplified: labs only.
    reads: analytes whose baseline or visit value it looks at. assessed: whether it looks at assessments.
    """

    code: str
    title: str
    group: str
    source: str
    checks: tuple[Check, ...]
    enter: Callable[[Visits], np.ndarray] | None = None
    entry: str = ""
    weeks: tuple[str, ...] = EVERY_WEEK
    simplified: bool = False
    reads: tuple[str, ...] = ()
    assessed: bool = False


LAB_CHECKS = {
    "lab_sledai_drop": Check("lab_sledai_drop", "lab SLEDAI fell by 4 or more", labs.assess_score_drop),
    "no_new_a": Check("no_new_a", "no new lab grade A", labs.assess_no_new_a),
    "new_b": Check("new_b", "at most one new lab grade B", labs.assess_new_b),
    "no_worsening": Check("no_worsening", "no test worsened beyond its reference change", labs.assess_no_worsening),
    "no_rescue": Check("no_rescue", "no rescue treatment", labs.assess_no_rescue),
    "bilag_improved": Check("bilag_improved", "every lab grade A or B improved", labs.assess_improved),
    "lab_sledai_not_worse": Check("lab_sledai_not_worse", "lab SLEDAI not above baseline", labs.assess_score_not_worse),
}
_NEW_A = Check("no_new_a", "no new BILAG A", clinical.assess_no_new_a)
_NEW_B = Check("new_b", "at most one new BILAG B", clinical.assess_new_b)
_FAILURE = Check("no_treatment_failure", "no treatment failure, no rescue", clinical.assess_no_failure)
_RENAL_RESCUE = Check("no_rescue", "no rescue treatment", organs.assess_no_rescue)
_RENAL = {
    "enter": organs.enter_renal,
    "entry": "baseline UPCR of 0.5 g/g or more",
    "group": "Kidney",
    "reads": ("UPCR", "EGFR", "CREAT"),
}
_LAB_READS = ("UPCR", "DSDNA", "C3", "C4", "PLT", "CREAT", "CH50", "UPROT24")


def _lab(*codes: str) -> tuple[Check, ...]:
    return tuple(LAB_CHECKS[code] for code in codes)


def _pga(equal_fails: bool) -> Check:
    return Check(
        "pga_increase", "PGA rose by less than 0.3", partial(_call, clinical.assess_pga_increase, (equal_fails,))
    )


def _call(function: Callable[..., Finding], arguments: tuple, visits: Visits) -> Finding:
    return function(visits, *arguments)


def _check(code: str, label: str, function: Callable[..., Finding], *arguments: object) -> Check:
    return Check(code, label, partial(_call, function, arguments))


def _egfr(ratio: float, floor: float | None = None) -> Check:
    words = f"eGFR at least {ratio:g} x baseline" + ("" if floor is None else f" or {floor:g}")
    return _check("egfr", words, organs.assess_egfr, ratio, floor)


def _upcr(limit: float, strict: bool) -> Check:
    return _check("upcr", f"UPCR {'<' if strict else '≤'} {limit:g} g/g", organs.assess_upcr, limit, strict)


def _fall(percent: float) -> Check:
    ratio = 1 - percent / 100
    words = (f"fell by {percent:g} % or more", f"fell by less than {percent:g} %")
    return _check("upcr_fall", f"UPCR {words[0]}", organs.assess_upcr_ratio, ratio, words, percent)


def _sri(points: int) -> Criterion:
    return Criterion(
        f"sri_{points}",
        f"SRI-{points}",
        "SRI and BICLA",
        "SRI",
        (
            _check("sledai_drop", f"SLEDAI-2K fell by {points} or more", clinical.assess_sledai_drop, points),
            _NEW_A,
            _NEW_B,
            _pga(True),
            _FAILURE,
        ),
        enter=partial(_enter_sri, points),
        entry=f"baseline SLEDAI-2K of {points} or more",
        assessed=True,
    )


def _enter_sri(points: int, visits: Visits) -> np.ndarray:
    return clinical.enter_sri(visits, points)


def _enter_low(code: str, visits: Visits) -> np.ndarray:
    return organs.enter_low(visits, code)


def _enter_dsdna(visits: Visits) -> np.ndarray:
    return organs.enter_high(visits, "DSDNA")


def _bicla(variant: str) -> Criterion:
    return Criterion(
        "bicla",
        "BICLA",
        "SRI and BICLA",
        "BICLA",
        (
            Check("bilag_improved", "every BILAG A or B improved", clinical.assess_improved),
            _NEW_A,
            _NEW_B,
            Check("sledai_not_worse", "SLEDAI-2K not above baseline", clinical.assess_sledai_not_worse),
            _pga(variant == TULIP),
            _FAILURE,
        ),
        enter=clinical.enter_bicla,
        entry="a BILAG A or B at baseline",
        assessed=True,
    )


@cache
def list_criteria(bicla: str = TULIP) -> tuple[Criterion, ...]:
    """All criteria in ledger order; `bicla` picks the PGA wording, tulip (< 0.3) or eprovide (≤ 0.3)."""
    partial_words = ("at most half of baseline", "more than half of baseline")
    return (
        Criterion(
            "sri_lab",
            "SRI-style, labs only",
            "SRI and BICLA",
            "SRI",
            _lab("lab_sledai_drop", "no_new_a", "new_b", "no_worsening", "no_rescue"),
            enter=labs.enter_sri,
            entry="baseline lab SLEDAI of 4 or more",
            simplified=True,
            reads=_LAB_READS,
        ),
        Criterion(
            "bicla_lab",
            "BICLA-style, labs only",
            "SRI and BICLA",
            "BICLA",
            _lab("bilag_improved", "no_new_a", "new_b", "lab_sledai_not_worse", "no_worsening", "no_rescue"),
            enter=labs.enter_bicla,
            entry="a lab grade A or B at baseline",
            simplified=True,
            reads=_LAB_READS,
        ),
        *(_sri(points) for points in t.SRI_POINTS),
        _bicla(bicla),
        Criterion(
            "lldas",
            "LLDAS",
            "Low disease activity",
            "LLDAS",
            (
                Check("sledai_2k", "SLEDAI-2K ≤ 4", clinical.assess_sledai_low),
                Check("no_major_organ", "no major organ activity", clinical.assess_no_major_organ),
                Check("no_new_activity", "no new activity", clinical.assess_no_new_activity),
                Check("pga", "PGA ≤ 1", clinical.assess_pga_low),
                _check("prednisone", "prednisone ≤ 7.5 mg/d", clinical.assess_prednisone, t.LLDAS_PREDNISONE_MG),
            ),
            assessed=True,
        ),
        Criterion(
            "doris",
            "DORIS remission",
            "Low disease activity",
            "DORIS",
            (
                Check("clinical_sledai", "clinical SLEDAI-2K = 0", clinical.assess_clinical_sledai),
                Check("pga", "PGA < 0.5", clinical.assess_pga_remission),
                _check("prednisone", "prednisone ≤ 5 mg/d", clinical.assess_prednisone, t.DORIS_PREDNISONE_MG),
            ),
            assessed=True,
        ),
        Criterion(
            "renal_complete",
            "Complete renal response (KDIGO 2024)",
            source="KDIGO-2024",
            checks=(_upcr(t.RENAL_COMPLETE_UPCR, True), _egfr(t.RENAL_STABLE_EGFR_RATIO)),
            **_RENAL,
        ),
        Criterion(
            "renal_partial",
            "Partial renal response (KDIGO 2024)",
            source="KDIGO-2024",
            checks=(
                _check(
                    "upcr_halved",
                    "UPCR at most half of baseline",
                    organs.assess_upcr_ratio,
                    t.RENAL_PARTIAL_RATIO,
                    partial_words,
                    t.RENAL_PARTIAL_RATIO,
                ),
                _upcr(t.RENAL_PARTIAL_UPCR, True),
                _egfr(t.RENAL_STABLE_EGFR_RATIO),
            ),
            **_RENAL,
        ),
        Criterion(
            "renal_perr",
            "PERR (BLISS-LN)",
            source="BLISS-LN",
            checks=(_upcr(t.PERR_UPCR, False), _egfr(t.PERR_EGFR_RATIO, t.PERR_EGFR), _RENAL_RESCUE),
            **_RENAL,
        ),
        Criterion(
            "renal_crr",
            "CRR (BLISS-LN)",
            source="BLISS-LN",
            checks=(_upcr(t.RENAL_COMPLETE_UPCR, True), _egfr(t.CRR_EGFR_RATIO, t.CRR_EGFR), _RENAL_RESCUE),
            **_RENAL,
        ),
        Criterion(
            "renal_crr_aurora",
            "CRR (AURORA-1)",
            source="AURORA-1",
            checks=(_upcr(t.RENAL_COMPLETE_UPCR, False), _egfr(t.PERR_EGFR_RATIO, t.PERR_EGFR), _RENAL_RESCUE),
            **_RENAL,
        ),
        *(
            Criterion("renal_eular", "EULAR 2019 target", source="EULAR-2019", checks=(check,), weeks=(week,), **_RENAL)
            for week, check in (
                ("12", _fall(t.EULAR_12_FALL_PCT)),
                ("24", _fall(t.EULAR_24_FALL_PCT)),
                ("52", _upcr(t.EULAR_52_UPCR, False)),
            )
        ),
        Criterion(
            "platelets_iwg",
            "Platelet response (IWG)",
            "Platelets",
            "IWG",
            (
                Check("platelets", "platelets ≥ 100, or ≥ 30 and doubled", organs.assess_platelets),
                Check("no_ivig_mask", "no IVIG in the 28 days before", organs.assess_no_ivig_mask),
            ),
            enter=organs.enter_platelets,
            entry="baseline platelets below 100",
            reads=("PLT",),
        ),
        *(
            Criterion(
                f"{code.lower()}_normalised",
                f"{code} normalised",
                "Serology",
                "CRITERIA",
                (_check(code.lower(), f"{code} at or above its lower limit", organs.assess_normal_complement, code),),
                enter=partial(_enter_low, code),
                entry=f"baseline {code} below its lower limit",
                reads=(code,),
            )
            for code in ("C3", "C4")
        ),
        Criterion(
            "dsdna_normalised",
            "Anti-dsDNA normalised",
            "Serology",
            "CRITERIA",
            (Check("dsdna", "anti-dsDNA at or below its upper limit, same assay", organs.assess_normal_dsdna),),
            enter=_enter_dsdna,
            entry="baseline anti-dsDNA above its upper limit",
            reads=("DSDNA",),
        ),
    )


def group_criteria(criteria: Sequence[Criterion]) -> dict[tuple[tuple[str, ...], bool], list[int]]:
    """Numbers of the criteria that look at the same inputs, by (reads, assessed)."""
    groups: dict[tuple[tuple[str, ...], bool], list[int]] = {}
    for i, criterion in enumerate(criteria):
        groups.setdefault((criterion.reads, criterion.assessed), []).append(i)
    return groups


CRITERIA: tuple[Criterion, ...] = list_criteria()
CRITERION_CODES: tuple[str, ...] = tuple(dict.fromkeys(c.code for c in CRITERIA))
