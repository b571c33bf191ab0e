"""BILAG grades as sets of possible grades: lab grades (CRITERIA 6), assessed ones, and checks on them (CRITERIA 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

from .change import is_same_series
from .facts import SYSTEMS
from .rows import Assessment, Lab
from .values import Answer, all_of, exactly, interval_of, is_above, is_at_least, is_at_most, is_below

Grades = frozenset[str]
UNGRADED: Grades = frozenset("ABCDE")
LAB_UNGRADED: Grades = frozenset("ABCD")


def grade_renal(upcr: Lab | None, creatinine: Lab | None, previous: tuple[Lab | None, Lab | None] | None) -> Grades:
    """previous: (UPCR, creatinine) of the baseline for a visit; None for the baseline itself."""
    if upcr is None:
        return LAB_UNGRADED
    previous_upcr, previous_creatinine = previous or (None, None)
    p, micromol = interval_of(upcr).times(113.12), _micromol(creatinine)
    comparisons: list[Answer] = [
        is_above(p, exactly(100)),
        is_at_least(p, exactly(50)),
        is_above(p, exactly(25)),
        _is_improved(upcr, previous_upcr),
        *_creatinine_rules(creatinine, previous_creatinine, micromol),
    ]
    choices = [(True, False) if answer is None else (answer,) for answer in comparisons]
    return frozenset(_renal_grade(*chosen) for chosen in product(*choices) if _is_consistent(*chosen))


def _renal_grade(
    over_100: bool, over_50: bool, over_25: bool, improved: bool, over_130: bool, up_30: bool, up_15: bool
) -> str:
    severe = over_100 and not improved
    deteriorating = over_130 and up_30
    if severe and deteriorating:
        return "A"
    if severe or deteriorating or (over_50 and not improved) or (over_130 and up_15):
        return "B"
    return "C" if over_25 else "D"


def _is_consistent(
    over_100: bool, over_50: bool, over_25: bool, _improved, _over_130, up_30: bool, up_15: bool
) -> bool:
    return over_100 <= over_50 <= over_25 and up_30 <= up_15


def _is_improved(upcr: Lab, previous: Lab | None) -> Answer:
    """Without a previous value nothing is improved; across assays change is unknown."""
    if previous is None:
        return False
    if not is_same_series(previous, upcr):
        return None
    return is_at_most(interval_of(upcr), interval_of(previous).times(0.75))


def _creatinine_rules(creatinine: Lab | None, previous: Lab | None, micromol) -> tuple[Answer, Answer, Answer]:
    """A rule with either value missing does not hold; across assays change is unknown."""
    if creatinine is None or previous is None:
        return False, False, False
    over_130 = is_above(micromol, exactly(130))
    if not is_same_series(previous, creatinine):
        return over_130, None, None
    before = _micromol(previous)
    return (over_130, is_above(micromol, before.times(1.30)), is_at_least(micromol, before.times(1.15)))


def _micromol(creatinine: Lab | None):
    return None if creatinine is None else interval_of(creatinine).times(88.4)


def grade_haematological(platelets: Lab | None) -> Grades:
    if platelets is None:
        return LAB_UNGRADED
    possible = set()
    value = interval_of(platelets)
    below = [is_below(value, exactly(limit)) for limit in (25, 50, 150)]
    for chosen in product(*[(True, False) if answer is None else (answer,) for answer in below]):
        under_25, under_50, under_150 = chosen
        if under_25 <= under_50 <= under_150:
            possible.add("A" if under_25 else "B" if under_50 else "C" if under_150 else "D")
    return frozenset(possible)


def lab_grades(values: dict[str, Lab | None], baseline: dict[str, Lab | None] | None) -> dict[str, Grades]:
    """Renal and haematological; baseline None: these are the baseline's own grades."""
    previous = None if baseline is None else (baseline.get("UPCR"), baseline.get("CREAT"))
    return {
        "renal": grade_renal(values.get("UPCR"), values.get("CREAT"), previous),
        "haematological": grade_haematological(values.get("PLT")),
    }


def assessed_grades(assessment: Assessment | None) -> dict[str, Grades]:
    """Nine systems; an ungraded one is unknown."""
    grades = {} if assessment is None else assessment.bilag
    return {name: frozenset(grades[name]) if grades.get(name) else UNGRADED for name in SYSTEMS}


# --- checks, on {system: possible grades} before and now


def has_a_or_b(grades: dict[str, Grades]) -> Answer:
    if any(possible <= {"A", "B"} for possible in grades.values()):
        return True
    return False if not any(possible & {"A", "B"} for possible in grades.values()) else None


def is_improved(before: dict[str, Grades], now: dict[str, Grades]) -> Answer:
    """Every A → B/C/D and every B → C/D."""

    def improves(old: str, new: str) -> bool:
        return {"A": new in "BCD", "B": new in "CD"}.get(old, True)

    return all_of(_decide(improves, before[name], now[name]) for name in before)


def has_no_new_a(before: dict[str, Grades], now: dict[str, Grades]) -> Answer:
    new_a = [_decide(lambda old, new: new == "A" and old != "A", before[name], now[name]) for name in before]
    return _at_most(new_a, 0)


def has_at_most_one_new_b(before: dict[str, Grades], now: dict[str, Grades]) -> Answer:
    new_b = [_decide(lambda old, new: new == "B" and old in "CDE", before[name], now[name]) for name in before]
    return _at_most(new_b, 1)


def _decide(rule: Callable[[str, str], bool], before: Grades, now: Grades) -> Answer:
    answers = {rule(old, new) for old in before for new in now}
    return answers.pop() if len(answers) == 1 else None


def _at_most(answers: Iterable[Answer], limit: int) -> Answer:
    answers = list(answers)
    surely = answers.count(True)
    if surely > limit:
        return False
    return True if surely + answers.count(None) <= limit else None
