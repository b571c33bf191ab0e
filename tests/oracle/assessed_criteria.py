"""The criteria that need assessments: SRI, BICLA, LLDAS, DORIS (CRITERIA 7)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from . import bilag
from .facts import ITEMS, MAJOR_ORGAN_ITEMS
from .rescue import has_failed, is_rescued
from .rows import Assessment, moment
from .scores import last_values, score_items
from .setting import Check, Judgement, Setting
from .values import Answer, all_of, any_of, exactly, is_at_least, is_at_most, is_below, negate, round6


def judge_sri(s: Setting, points: int) -> Judgement:
    before, now = _sledai(s.assessed_before), _sledai(s.assessed_now)
    drop = None if before is None or now is None else exactly(before - now)
    return Judgement(
        is_at_least(_known(before), exactly(points)),
        [
            _check_both(s, "sledai_drop", is_at_least(drop, exactly(points)), before, now),
            *_new_grades(s),
            _check_pga(s, is_deterioration_of_0_3_allowed=False),
            Check("no_treatment_failure", has_no_treatment_failure(s)),
        ],
    )


def judge_bicla(s: Setting) -> Judgement:
    graded_before, graded_now = (bilag.assessed_grades(s.assessed_before), bilag.assessed_grades(s.assessed_now))
    before, now = _sledai(s.assessed_before), _sledai(s.assessed_now)
    return Judgement(
        bilag.has_a_or_b(graded_before),
        [
            Check("bilag_improved", bilag.is_improved(graded_before, graded_now)),
            *_new_grades(s),
            _check_both(s, "sledai_not_worse", is_at_most(_known(now), _known(before)), before, now),
            _check_pga(s, is_deterioration_of_0_3_allowed=s.bicla == "eprovide"),
            Check("no_treatment_failure", has_no_treatment_failure(s)),
        ],
    )


def judge_lldas(s: Setting) -> Judgement:
    now = s.assessed_now
    sledai = _sledai(now)
    return Judgement(
        True,
        [
            _check_now(s, "sledai_2k", is_at_most(_known(sledai), exactly(4)), sledai),
            Check("no_major_organ", has_no_major_organ(now)),
            Check("no_new_activity", has_no_new_activity(now, s.assessed_previously)),
            Check("pga", is_at_most(_known(_pga(now)), exactly(1))),
            _check_prednisone(s, 7.5),
        ],
    )


def judge_doris(s: Setting) -> Judgement:
    return Judgement(
        True,
        [
            Check("clinical_sledai", is_clinically_quiet(s)),
            Check("pga", is_below(_known(_pga(s.assessed_now)), exactly(0.5))),
            _check_prednisone(s, 5),
        ],
    )


# --- checks


def _new_grades(s: Setting) -> list[Check]:
    before, now = (bilag.assessed_grades(s.assessed_before), bilag.assessed_grades(s.assessed_now))
    return [
        Check("no_new_a", bilag.has_no_new_a(before, now)),
        Check("new_b", bilag.has_at_most_one_new_b(before, now)),
    ]


def has_no_treatment_failure(s: Setting) -> Answer:
    """None recorded, no rescue up to the target day or, if later, the assessment."""
    end = s.end_with(None if s.assessed_now is None else s.assessed_now.day)
    failed = has_failed(s.assessments, s.course, s.visit, s.assessed_now)
    return all_of([negate(failed), negate(is_rescued(s.doses, s.course, end))])


def _check_pga(s: Setting, *, is_deterioration_of_0_3_allowed: bool) -> Check:
    """On 0-3; the difference is rounded to 2 decimals before comparing."""
    before, now = _pga_decimal(s.assessed_before), _pga_decimal(s.assessed_now)
    answer = None
    if before is not None and now is not None:
        increase = (now - before).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        answer = increase <= Decimal("0.3") if is_deterioration_of_0_3_allowed else increase < Decimal("0.3")
    return Check("pga_increase", answer)


def has_no_major_organ(now: Assessment | None) -> Answer:
    return None if now is None else negate(any_of(now.item(name) for name in MAJOR_ORGAN_ITEMS))


def has_no_new_activity(now: Assessment | None, previous: Assessment | None) -> Answer:
    """No item true now that was false at the previous assessment; without one, what was before is unknown."""
    if now is None:
        return None

    def is_new(name: str) -> Answer:
        return all_of([now.item(name), None if previous is None else negate(previous.item(name))])

    return negate(any_of(is_new(name) for name in ITEMS))


def is_clinically_quiet(s: Setting) -> Answer:
    """Clinical SLEDAI = 0: decided where it is, whichever way the unknown items lie."""
    now = s.assessed_now
    total = _sledai(now)
    if total is None:
        return None
    if total == 0:
        return True
    from_labs = score_items(last_values(s.labs, now.day))
    totals = {total}
    for name in ("low_complement", "increased_dna_binding"):
        item = now.items.get(name)
        item = from_labs[name] if item is None else item
        points = {0, 2} if item is None else {2 * item}
        totals = {t - p for t in totals for p in points}
    quiet = {max(0, t) == 0 for t in totals}
    return quiet.pop() if len(quiet) == 1 else None


def _check_prednisone(s: Setting, limit: float) -> Check:
    dose = None if s.assessed_now is None else s.assessed_now.prednisone_mg_per_day
    return _check_now(s, "prednisone", is_at_most(_known(dose), exactly(limit)), dose)


# --- values


def _known(value: float | None):
    return None if value is None else exactly(value)


def _sledai(assessment: Assessment | None) -> float | None:
    return None if assessment is None else assessment.sledai_2k


def _pga_decimal(assessment: Assessment | None) -> Decimal | None:
    """On 0-3: another pga_max (3 if absent) is rescaled. Exact, so that 1.3 - 1.0 is 0.3."""
    if assessment is None or assessment.pga is None:
        return None
    scale = Decimal(str(assessment.pga_max or 3))
    return Decimal(str(assessment.pga)) * 3 / scale


def _pga(assessment: Assessment | None) -> float | None:
    pga = _pga_decimal(assessment)
    return None if pga is None else round6(float(pga))


def _check_both(s: Setting, name: str, answer: Answer, before: float | None, now: float | None) -> Check:
    at_before = moment(s.assessed_before)
    return Check(name, answer, before, at_before, now, moment(s.assessed_now), is_compared=None not in (before, now))


def _check_now(s: Setting, name: str, answer: Answer, now: float | None) -> Check:
    return Check(name, answer, None, None, now, moment(s.assessed_now), is_compared=False)
