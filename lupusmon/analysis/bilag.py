"""BILAG grades as sets of the grades still possible, and what follows from two of them (CRITERIA 6, 7).

A set is a small integer: bit 0 = A, bit 1 = B … bit 4 = E. Arrays are visits x systems.
"""

from __future__ import annotations

import numpy as np

from lupusmon.analysis.answers import NO, YES, all_of, answer_where, any_of, negate, where
from lupusmon.analysis.intervals import is_above, is_at_least, is_at_most, is_below
from lupusmon.analysis.readings import Reading, if_comparable
from lupusmon.clinical.thresholds import (
    CREATININE_UMOL_PER_MG_DL,
    HAEM_A_PLT,
    HAEM_B_PLT,
    HAEM_C_PLT,
    MAX_NEW_B,
    RENAL_CREATININE_A_RATIO,
    RENAL_CREATININE_B_RATIO,
    RENAL_CREATININE_UMOL,
    RENAL_IMPROVED_RATIO,
    RENAL_MILD_MG_MMOL,
    RENAL_MODERATE_MG_MMOL,
    RENAL_SEVERE_MG_MMOL,
    UPCR_MG_PER_MMOL,
)

A, B, C, D, E = (np.uint8(1 << i) for i in range(5))
ACTIVE = A | B
NEW_B_FROM = C | D | E
FROM_A, FROM_B = B | C | D, C | D  # what counts as improved
LAB_SYSTEMS = ("renal", "haematological")


def grade_renal(upcr: Reading, creatinine: Reading, previous: tuple[Reading, Reading] | None) -> np.ndarray:
    """Possible renal grades from UPCR and creatinine; previous: (UPCR, creatinine) before, None at baseline.

    Without a previous value nothing is improved and a creatinine rule does not hold. Source: CRITERIA 6.
    """
    p = upcr.value.scale(UPCR_MG_PER_MMOL)
    creat = creatinine.value.scale(CREATININE_UMOL_PER_MG_DL)
    no = np.full(len(upcr.present), NO)
    improved = high_a = high_b = no
    if previous is not None:
        before_upcr, before_creat = previous
        improved = _if_both(before_upcr, upcr, is_at_most(upcr.value, before_upcr.value.scale(RENAL_IMPROVED_RATIO)))
        old = before_creat.value.scale(CREATININE_UMOL_PER_MG_DL)
        high = is_above(creat, RENAL_CREATININE_UMOL)
        rise_a = is_above(creat, old.scale(RENAL_CREATININE_A_RATIO))
        rise_b = is_at_least(creat, old.scale(RENAL_CREATININE_B_RATIO))
        both = before_creat.present & creatinine.present
        high_a = where(both, all_of(high, if_comparable(before_creat, creatinine, rise_a)), no)
        high_b = where(both, all_of(high, if_comparable(before_creat, creatinine, rise_b)), no)
    lasting = negate(improved)
    severe = all_of(is_above(p, RENAL_SEVERE_MG_MMOL), lasting)
    grade_a = all_of(severe, high_a)
    grade_b = any_of(severe, high_a, all_of(is_at_least(p, RENAL_MODERATE_MG_MMOL), lasting), high_b)
    grades = _possible(grade_a, grade_b, is_above(p, RENAL_MILD_MG_MMOL))
    return np.where(upcr.present, grades, A | B | C | D).astype(np.uint8)


def grade_haematological(platelets: Reading) -> np.ndarray:
    """Possible haematological grades from platelets. Source: CRITERIA 6 (thresholds unverified, CLINICAL 2b)."""
    value = platelets.value
    return _possible(is_below(value, HAEM_A_PLT), is_below(value, HAEM_B_PLT), is_below(value, HAEM_C_PLT))


def assess_no_new_a(before: np.ndarray, now: np.ndarray) -> np.ndarray:
    """No system is A now that was not A at baseline."""
    certain = (now == A) & ((before & A) == 0)
    possible = ((now & A) != 0) & (before != A)
    return answer_where(~possible.any(axis=1), certain.any(axis=1))


def assess_new_b(before: np.ndarray, now: np.ndarray) -> np.ndarray:
    """At most one system is B now that was C, D or E at baseline (A to B is an improvement)."""
    certain = (now == B) & ((before & NEW_B_FROM) == before)
    possible = ((now & B) != 0) & ((before & NEW_B_FROM) != 0)
    return answer_where(possible.sum(axis=1) <= MAX_NEW_B, certain.sum(axis=1) > MAX_NEW_B)


def count_certain_new_b(before: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Number of systems surely B now and surely C, D or E at baseline."""
    return ((now == B) & ((before & NEW_B_FROM) == before)).sum(axis=1)


def assess_improved(before: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Every baseline A is B, C or D now, every baseline B is C or D now."""
    had_a, had_b = (before & A) != 0, (before & B) != 0
    stuck_possible = (had_a & ((now & ~FROM_A) != 0)) | (had_b & ((now & ~FROM_B) != 0))
    was_active = (before & ACTIVE) == before
    stuck = was_active & (~had_a | ((now & FROM_A) == 0)) & (~had_b | ((now & FROM_B) == 0))
    return answer_where(~stuck_possible.any(axis=1), stuck.any(axis=1))


def assess_active(grades: np.ndarray) -> np.ndarray:
    """Whether any system is A or B."""
    certain = ((grades & ACTIVE) == grades).any(axis=1)
    return answer_where(certain, ((grades & ACTIVE) == 0).all(axis=1))


def _possible(grade_a: np.ndarray, grade_b: np.ndarray, grade_c: np.ndarray) -> np.ndarray:
    """Grades not excluded, when A goes before B before C before D."""
    out = np.zeros(len(grade_a), dtype=np.uint8)
    reached = np.ones(len(grade_a), dtype=bool)
    for bit, answer in ((A, grade_a), (B, grade_b), (C, grade_c)):
        out |= np.where(reached & (answer != NO), bit, 0).astype(np.uint8)
        reached &= answer != YES
    return out | np.where(reached, D, 0).astype(np.uint8)


def _if_both(before: Reading, now: Reading, answer: np.ndarray) -> np.ndarray:
    """A comparison with a previous value: no where there is none, unknown across series."""
    return where(before.present, if_comparable(before, now, answer), np.full(len(answer), NO))
