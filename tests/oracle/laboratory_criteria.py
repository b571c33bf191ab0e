"""The criteria that need labs only: SRI-style, BICLA-style, kidney, platelets, normalisation (CRITERIA 7)."""

from __future__ import annotations

from . import bilag
from .change import is_beyond_down, is_beyond_up, is_same_series
from .egfr import egfr_interval, keeps_share
from .rescue import is_free_of_ivig, is_rescued
from .rows import Lab
from .scores import score_interval
from .setting import Check, Judgement, Setting, check_labs
from .values import (
    Answer,
    Interval,
    all_of,
    any_of,
    exactly,
    interval_of,
    is_above,
    is_above_upper_limit,
    is_at_least,
    is_at_most,
    is_below,
    is_below_lower_limit,
    negate,
)


def judge_sri_lab(s: Setting) -> Judgement:
    before, now = score_interval(s.before), score_interval(s.now)
    drop = Interval(before.low - now.high, before.high - now.low)
    return Judgement(
        is_at_least(before, exactly(4)),
        [
            Check("lab_sledai_drop", is_at_least(drop, exactly(4))),
            *_new_grades(s),
            Check("no_worsening", has_no_worsening(s)),
            Check("no_rescue", negate(is_rescued(s.doses, s.course, s.visit.end))),
        ],
    )


def judge_bicla_lab(s: Setting) -> Judgement:
    before, now = bilag.lab_grades(s.before, None), bilag.lab_grades(s.now, s.before)
    return Judgement(
        bilag.has_a_or_b(before),
        [
            Check("bilag_improved", bilag.is_improved(before, now)),
            *_new_grades(s),
            Check("lab_sledai_not_worse", is_at_most(score_interval(s.now), score_interval(s.before))),
            Check("no_worsening", has_no_worsening(s)),
            Check("no_rescue", negate(is_rescued(s.doses, s.course, s.visit.end))),
        ],
    )


def _new_grades(s: Setting) -> list[Check]:
    before, now = bilag.lab_grades(s.before, None), bilag.lab_grades(s.now, s.before)
    return [
        Check("no_new_a", bilag.has_no_new_a(before, now)),
        Check("new_b", bilag.has_at_most_one_new_b(before, now)),
    ]


def has_no_worsening(s: Setting) -> Answer:
    """None of C3, C4, DSDNA, UPCR, PLT changed for the worse beyond its RCV and is outside its limit."""
    return negate(any_of(is_worse(code, s.before[code], s.now[code]) for code in ("C3", "C4", "DSDNA", "UPCR", "PLT")))


def is_worse(analyte: str, before: Lab | None, now: Lab | None) -> Answer:
    outside = {
        "C3": is_below_lower_limit(now),
        "C4": is_below_lower_limit(now),
        "DSDNA": is_above_upper_limit(now),
        "UPCR": is_above(interval_of(now), exactly(0.5)),
        "PLT": is_below(interval_of(now), exactly(100)),
    }[analyte]
    changed = None
    if is_same_series(before, now):
        changed = is_beyond_up(before, now) if analyte in ("DSDNA", "UPCR") else is_beyond_down(before, now)
    return all_of([changed, outside])


# --- kidney


def _renal(s: Setting, *checks: Check) -> Judgement:
    return Judgement(is_at_least(interval_of(s.before["UPCR"]), exactly(0.5)), list(checks))


def _upcr(s: Setting, name: str, answer: Answer) -> Check:
    return check_labs(name, answer, s.before["UPCR"], s.now["UPCR"])


def _upcr_ratio(s: Setting, name: str, share: float) -> Check:
    """UPCR ≤ share × baseline, within one series."""
    before, now = s.before["UPCR"], s.now["UPCR"]
    answer = None
    if is_same_series(before, now):
        answer = is_at_most(interval_of(now), interval_of(before).times(share))
    return _upcr(s, name, answer)


def _egfr(s: Setting, share: float, level: float | None = None) -> Check:
    answer = keeps_share(s.before, s.now, s.patient, share)
    if level is not None:
        answer = any_of([is_at_least(egfr_interval(s.now, s.patient), exactly(level)), answer])
    before, now = s.before["EGFR"], s.now["EGFR"]
    return check_labs("egfr", answer, before, now) if is_same_series(before, now) else Check("egfr", answer)


def _no_renal_rescue(s: Setting) -> Check:
    upcr = s.now["UPCR"]
    end = s.end_with(None if upcr is None else upcr.day)
    return Check("no_rescue", negate(is_rescued(s.doses, s.course, end)))


def judge_renal_complete(s: Setting) -> Judgement:
    return _renal(s, _upcr(s, "upcr", is_below(interval_of(s.now["UPCR"]), exactly(0.5))), _egfr(s, 0.85))


def judge_renal_partial(s: Setting) -> Judgement:
    return _renal(
        s,
        _upcr_ratio(s, "upcr_halved", 0.5),
        _upcr(s, "upcr", is_below(interval_of(s.now["UPCR"]), exactly(3.0))),
        _egfr(s, 0.85),
    )


def judge_renal_perr(s: Setting) -> Judgement:
    upcr = _upcr(s, "upcr", is_at_most(interval_of(s.now["UPCR"]), exactly(0.7)))
    return _renal(s, upcr, _egfr(s, 0.8, 60), _no_renal_rescue(s))


def judge_renal_crr(s: Setting) -> Judgement:
    upcr = _upcr(s, "upcr", is_below(interval_of(s.now["UPCR"]), exactly(0.5)))
    return _renal(s, upcr, _egfr(s, 0.9, 90), _no_renal_rescue(s))


def judge_renal_crr_aurora(s: Setting) -> Judgement:
    upcr = _upcr(s, "upcr", is_at_most(interval_of(s.now["UPCR"]), exactly(0.5)))
    return _renal(s, upcr, _egfr(s, 0.8, 60), _no_renal_rescue(s))


def judge_renal_eular(s: Setting) -> Judgement | None:
    """A fall of 25 % is a value of at most 0.75 × baseline. No row at other visits."""
    match s.week:
        case "12":
            return _renal(s, _upcr_ratio(s, "upcr_fall", 0.75))
        case "24":
            return _renal(s, _upcr_ratio(s, "upcr_fall", 0.5))
        case "52":
            return _renal(s, _upcr(s, "upcr", is_at_most(interval_of(s.now["UPCR"]), exactly(0.7))))
    return None


# --- platelets, complement, antibodies


def judge_platelets_iwg(s: Setting) -> Judgement:
    before, now = s.before["PLT"], s.now["PLT"]
    doubled = None
    if is_same_series(before, now):
        doubled = is_at_least(interval_of(now), interval_of(before).times(2))
    complete = is_at_least(interval_of(now), exactly(100))
    response = all_of([is_at_least(interval_of(now), exactly(30)), doubled])
    return Judgement(
        is_below(interval_of(before), exactly(100)),
        [
            check_labs("platelets", any_of([complete, response]), before, now),
            Check("no_ivig_mask", is_free_of_ivig(s.doses, s.course, now)),
        ],
    )


def _complement_normalised(s: Setting, analyte: str) -> Judgement:
    before, now = s.before[analyte], s.now[analyte]
    answer = negate(is_below_lower_limit(now))
    return Judgement(is_below_lower_limit(before), [check_labs(analyte.lower(), answer, before, now)])


def judge_c3_normalised(s: Setting) -> Judgement:
    return _complement_normalised(s, "C3")


def judge_c4_normalised(s: Setting) -> Judgement:
    return _complement_normalised(s, "C4")


def judge_dsdna_normalised(s: Setting) -> Judgement:
    before, now = s.before["DSDNA"], s.now["DSDNA"]
    answer = negate(is_above_upper_limit(now)) if is_same_series(before, now) else None
    return Judgement(is_above_upper_limit(before), [check_labs("dsdna", answer, before, now)])
