"""Checks of the criteria that need a clinical assessment: SRI, BICLA, LLDAS, DORIS (CRITERIA 7)."""

from __future__ import annotations

import numpy as np

from lupusmon.analysis import bilag
from lupusmon.analysis.answers import NO, UNKNOWN, YES, all_of, any_of, negate, where
from lupusmon.analysis.assessed import AssessmentReading
from lupusmon.analysis.criteria.findings import ASSESSMENT, DOSE, Evidence, Finding, Point
from lupusmon.analysis.criteria.labs import rescue_finding
from lupusmon.analysis.criteria.phrases import grades_text, iso_day
from lupusmon.analysis.intervals import Interval, is_at_least, is_at_most, is_below
from lupusmon.analysis.visits import Visits, remembered
from lupusmon.clean import ITEMS, SYSTEMS
from lupusmon.clinical.thresholds import (
    DNA_BINDING_POINTS,
    DORIS_PGA,
    LLDAS_PGA,
    LLDAS_SLEDAI,
    LOW_COMPLEMENT_POINTS,
    MAX_NEW_B,
    PGA_WORSE,
)

MAJOR_ORGAN = (
    *("casts", "haematuria", "proteinuria", "pyuria"),
    *("seizure", "psychosis", "organic_brain", "visual", "cranial_nerve", "headache", "cva"),
    *("pleurisy", "pericarditis", "vasculitis", "fever"),
)
_MAJOR = [ITEMS.index(item) for item in MAJOR_ORGAN]
_LOW_COMPLEMENT, _DNA = ITEMS.index("low_complement"), ITEMS.index("increased_dna_binding")


def enter_sri(visits: Visits, points: int) -> np.ndarray:
    """Baseline SLEDAI-2K of at least `points`."""
    return is_at_least(Interval.points(visits.first_assessment.sledai), float(points))


def enter_bicla(visits: Visits) -> np.ndarray:
    """An A or B at baseline."""
    return bilag.assess_active(visits.first_assessment.grades)


def point(assessment: AssessmentReading, values: np.ndarray) -> Point:
    """One number of an assessment as a point of evidence."""
    return Point(
        Interval.points(values), assessment.day, assessment.present & ~np.isnan(values), assessment.row, ASSESSMENT
    )


@remembered
def assess_sledai_drop(visits: Visits, points: int) -> Finding:
    """SLEDAI-2K at least `points` lower than at baseline."""
    before, now = visits.first_assessment, visits.assessment
    return Finding(
        is_at_least(Interval.points(before.sledai - now.sledai), float(points)),
        lambda: Evidence(
            label="SLEDAI-2K",
            met=f"fell by {points} points or more",
            not_met=f"fell by less than {points} points",
            value=point(now, now.sledai),
            baseline=point(before, before.sledai),
            limit=float(points),
            unit="points",
            needs_baseline=True,
        ),
    )


@remembered
def assess_sledai_not_worse(visits: Visits) -> Finding:
    """SLEDAI-2K not above baseline."""
    before, now = visits.first_assessment, visits.assessment
    return Finding(
        is_at_most(Interval.points(now.sledai), Interval.points(before.sledai)),
        lambda: Evidence(
            label="SLEDAI-2K",
            met="not above baseline",
            not_met="above baseline",
            value=point(now, now.sledai),
            baseline=point(before, before.sledai),
            unit="points",
            needs_baseline=True,
        ),
    )


@remembered
def assess_no_new_a(visits: Visits) -> Finding:
    answer = bilag.assess_no_new_a(visits.first_assessment.grades, visits.assessment.grades)
    return _grades(visits, answer, "no new A grade", "a new A grade", 0)


@remembered
def assess_new_b(visits: Visits) -> Finding:
    answer = bilag.assess_new_b(visits.first_assessment.grades, visits.assessment.grades)
    return _grades(visits, answer, "at most one new B grade", "more than one new B grade", MAX_NEW_B)


@remembered
def assess_improved(visits: Visits) -> Finding:
    answer = bilag.assess_improved(visits.first_assessment.grades, visits.assessment.grades)
    return _grades(
        visits, answer, "every baseline A or B grade improved", "a baseline A or B grade did not improve", None
    )


def _grades(visits: Visits, answer: np.ndarray, met: str, not_met: str, limit: int | None) -> Finding:
    before, now = visits.first_assessment, visits.assessment
    nothing = np.full(len(visits), np.nan)

    def shown(rows: np.ndarray) -> list[str]:
        return grades_text(SYSTEMS, before.grades[rows], now.grades[rows])

    def bare(assessment: AssessmentReading) -> Point:
        return Point(Interval.points(nothing), assessment.day, assessment.present, assessment.row, ASSESSMENT)

    return Finding(
        answer,
        lambda: Evidence(
            label="BILAG-2004",
            met=met,
            not_met=not_met,
            value=bare(now),
            baseline=bare(before),
            limit=limit,
            unknown="not decided by the grades known",
            shown_value=shown,
            needs_baseline=True,
        ),
    )


@remembered
def assess_pga_increase(visits: Visits, equal_fails: bool) -> Finding:
    """PGA (0-3) increase below 0.3 (tulip), or at most 0.3 (eprovide); the difference rounded to 2 decimals first."""
    before, now = visits.first_assessment, visits.assessment
    rise = Interval.points(np.round(now.pga - before.pga, 2))
    return Finding(
        is_below(rise, PGA_WORSE) if equal_fails else is_at_most(rise, PGA_WORSE),
        lambda: Evidence(
            label="PGA (0-3)",
            met=f"rose by {'less than' if equal_fails else 'at most'} {PGA_WORSE}",
            not_met=f"rose by {'at least' if equal_fails else 'more than'} {PGA_WORSE}",
            value=point(now, now.pga),
            baseline=point(before, before.pga),
            limit=PGA_WORSE,
            needs_baseline=True,
        ),
    )


@remembered
def assess_no_failure(visits: Visits) -> Finding:
    """No treatment failure or discontinuation recorded up to the visit's assessment, and no rescue.

    Without an assessment at the visit a recorded yes up to the target day still decides; no yes is unknown.
    """
    seen = visits.assessment.present
    recorded = visits.failure_day <= np.where(seen, visits.assessment.day, visits.target)
    none_recorded = where(recorded, np.full(len(visits), NO), np.where(seen, YES, UNKNOWN))
    rescue = rescue_finding(visits, np.where(seen, np.maximum(visits.target, visits.assessment.day), visits.target))
    answer = all_of(none_recorded, rescue.answer)

    def not_met(rows: np.ndarray) -> list[str]:
        days = iso_day(np.where(recorded, visits.failure_day, visits.rescue_certain)[rows])
        kinds = np.where(recorded, "treatment failure or discontinuation recorded", "rescue treatment given")[rows]
        return [f"{kind} on {day}" for kind, day in zip(kinds.tolist(), days, strict=True)]

    return Finding(
        answer,
        lambda: Evidence(
            label="Treatment failure or rescue",
            met="none recorded and no rescue treatment",
            not_met=not_met,
            value=_failure_or_dose(visits, recorded, rescue.evidence.value),
            unit=np.where(recorded, "", rescue.evidence.unit).astype(object),
            unknown=lambda rows: np.where(
                none_recorded[rows] == UNKNOWN, "no assessment at the visit", "a dose that may count as rescue"
            ).tolist(),
        ),
    )


def _failure_or_dose(visits: Visits, recorded: np.ndarray, dose: Point) -> Point:
    """What decides: the assessment that recorded a failure, else the rescue dose."""
    nothing = np.full(len(visits), np.nan)
    value = Interval.points(np.where(recorded, nothing, dose.value.lo))
    return Point(
        value,
        np.where(recorded, visits.failure_day, dose.day),
        recorded | dose.known,
        np.where(recorded, visits.failure_row, dose.row),
        np.where(recorded, ASSESSMENT, DOSE).astype(object),
    )


@remembered
def assess_sledai_low(visits: Visits) -> Finding:
    """SLEDAI-2K <= 4."""
    return _at_most(visits, "SLEDAI-2K", visits.assessment.sledai, LLDAS_SLEDAI, "points")


@remembered
def assess_pga_low(visits: Visits) -> Finding:
    """PGA <= 1 (0-3)."""
    return _at_most(visits, "PGA (0-3)", visits.assessment.pga, LLDAS_PGA, "")


@remembered
def assess_prednisone(visits: Visits, limit: float) -> Finding:
    """Prednisone-equivalent at most `limit` mg a day."""
    return _at_most(visits, "Prednisone", visits.assessment.prednisone, limit, "mg/d")


def _at_most(visits: Visits, label: str, values: np.ndarray, limit: float, unit: str) -> Finding:
    return Finding(
        is_at_most(Interval.points(values), limit),
        lambda: Evidence(
            label=label,
            met=f"not above {limit:g}",
            not_met=f"above {limit:g}",
            value=point(visits.assessment, values),
            limit=limit,
            unit=unit,
        ),
    )


@remembered
def assess_pga_remission(visits: Visits) -> Finding:
    """PGA < 0.5 (0-3)."""
    return Finding(
        is_below(Interval.points(visits.assessment.pga), DORIS_PGA),
        lambda: Evidence(
            label="PGA (0-3)",
            met=f"below {DORIS_PGA}",
            not_met=f"not below {DORIS_PGA}",
            value=point(visits.assessment, visits.assessment.pga),
            limit=DORIS_PGA,
        ),
    )


@remembered
def assess_no_major_organ(visits: Visits) -> Finding:
    """None of the renal, CNS, cardiopulmonary, vasculitis or fever items."""
    items = visits.assessment.items[:, _MAJOR]
    return _items_finding(visits, negate(any_of(*items.T)), items, MAJOR_ORGAN, "no major organ item", "present")


@remembered
def assess_no_new_activity(visits: Visits) -> Finding:
    """No item true now that was false at the patient's previous assessment."""
    new = all_of(visits.assessment.items, negate(visits.previous_assessment.items))
    return _items_finding(visits, negate(any_of(*new.T)), new, ITEMS, "no new item since the previous one", "new")


def _items_finding(visits: Visits, answer: np.ndarray, items: np.ndarray, names, met: str, found: str) -> Finding:
    labels = np.array([name.replace("_", " ") for name in names], dtype=object)

    def not_met(rows: np.ndarray) -> list[str]:
        return [f"{', '.join(labels[line == YES])} {found}" for line in items[rows]]

    def unknown(rows: np.ndarray) -> list[str]:
        return [f"{int((line == UNKNOWN).sum())} SLEDAI-2K items not known" for line in items[rows]]

    return Finding(
        answer,
        lambda: Evidence(
            label="SLEDAI-2K items",
            met=met,
            not_met=not_met,
            value=point(visits.assessment, np.where(visits.assessment.present, visits.assessment.sledai, np.nan)),
            unit="points",
            unknown=unknown,
        ),
    )


@remembered
def clinical_sledai(visits: Visits) -> Interval:
    """SLEDAI-2K without low complement and DNA binding: the assessment's items, else the labs' of the 30 days before.

    An item not known leaves an interval; a total of 0 is 0; never below 0.
    """
    now = visits.assessment
    complement = _item_or_lab(now, _LOW_COMPLEMENT, visits.lab_complement)
    dna = _item_or_lab(now, _DNA, visits.lab_dna)
    sure = LOW_COMPLEMENT_POINTS * (complement == YES) + DNA_BINDING_POINTS * (dna == YES)
    most = LOW_COMPLEMENT_POINTS * (complement != NO) + DNA_BINDING_POINTS * (dna != NO)
    closed = np.zeros(len(visits), bool)
    lo, hi = np.maximum(now.sledai - most, 0), np.maximum(now.sledai - sure, 0)
    zero = now.sledai == 0
    return Interval(np.where(zero, 0.0, lo), np.where(zero, 0.0, hi), closed, closed)


def _item_or_lab(now: AssessmentReading, item: int, lab: np.ndarray) -> np.ndarray:
    noted = now.items[:, item]
    return where(noted == UNKNOWN, np.where(now.present, lab, UNKNOWN), noted)


@remembered
def assess_clinical_sledai(visits: Visits) -> Finding:
    """Clinical SLEDAI-2K = 0."""
    score = clinical_sledai(visits)
    exact = np.where(score.lo == score.hi, score.lo, np.nan)
    return Finding(
        is_at_most(score, 0.0),
        lambda: Evidence(
            label="Clinical SLEDAI-2K",
            met="is 0",
            not_met="above 0",
            value=point(visits.assessment, exact),
            limit=0.0,
            unit="points",
            unknown=lambda rows: np.where(
                np.isnan(score.lo[rows]), "no SLEDAI-2K at the visit", "complement or anti-dsDNA item not known"
            ).tolist(),
        ),
    )
