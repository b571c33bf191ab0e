"""What would settle a verdict that cannot be told: the smallest set of results that decides it (CRITERIA 8).

Each missing or undecided input is tried with a few values far apart, first one input, then two, then three, and the
checks are really run again. Among sets of one size the one that decides under most of its values is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

import numpy as np

from lupusmon.analysis.answers import NO, UNKNOWN, YES
from lupusmon.analysis.assessed import UNGRADED, AssessmentReading
from lupusmon.analysis.criteria.registry import Criterion
from lupusmon.analysis.criteria.verdicts import NO_ROW, NOT_ASSESSABLE, assess_verdicts
from lupusmon.analysis.intervals import Interval
from lupusmon.analysis.readings import Reading, is_same_series
from lupusmon.analysis.visits import LATEST, Visits
from lupusmon.clean import ITEMS, SYSTEMS
from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.thresholds import BASELINE_DAYS, LATEST_DAYS, VISIT_DAYS

MOST_RESULTS = 3  # larger sets are not searched
_NEW_SERIES = -2
# values far apart on either side of every threshold: (good, bad), canonical units
TRIALS: dict[str, tuple[float, ...]] = {
    "C3": (130.0, 5.0),
    "C4": (25.0, 1.0),
    "CH50": (50.0, 1.0),
    "DSDNA": (1.0, 90000.0),
    "UPCR": (0.01, 30.0),
    "UPROT24": (0.01, 30.0),
    "PLT": (300.0, 5.0),
    "CREAT": (0.3, 15.0),
    "EGFR": (150.0, 3.0),
}
_SLEDAI_TRIALS, _PGA_TRIALS, _PREDNISONE_TRIALS = (0.0, 100.0, 20.0), (0.0, 3.0), (0.0, 60.0)
_GRADE_TRIALS = (np.uint8(1 << 3), np.uint8(1 << 0), np.uint8(1 << 1))  # D, A, B


@dataclass(frozen=True)
class Slot:
    """One input that may be missing. side: baseline or value. open_at: visits where a result there would count.

    put: the visits with a trial value there.
    """

    name: str
    side: str
    trials: tuple
    open_at: Callable[[Visits], np.ndarray]
    put: Callable[[Visits, object], Visits]


def find_settling(visits: Visits, criteria: Sequence[Criterion], verdict: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """(number per visit and criterion or -1, texts): what would settle each not_assessable.

    verdict: visits x criteria. -1 also where no set of up to three results decides it.
    """
    numbers = np.full(verdict.shape, -1, dtype=np.int32)
    texts: list[str] = []
    for i, criterion in enumerate(criteria):
        rows = np.flatnonzero(verdict[:, i] == NOT_ASSESSABLE)
        if len(rows):
            _settle(visits, criterion, rows, numbers[:, i], texts)
    return numbers, texts


def _settle(visits: Visits, criterion: Criterion, rows: np.ndarray, numbers: np.ndarray, texts: list[str]) -> None:
    slots = list_slots(criterion)
    for size in range(1, MOST_RESULTS + 1):
        if not len(rows):
            return
        some = visits.take(rows)
        best, chosen = _best_sets(some, criterion, slots, size)
        found = chosen >= 0
        sets = list(combinations(range(len(slots)), size))
        numbers[rows[found]] = _write(some, found, chosen, [[slots[s] for s in members] for members in sets], texts)
        rows = rows[~found]


def _best_sets(visits: Visits, criterion: Criterion, slots: list[Slot], size: int) -> tuple[np.ndarray, np.ndarray]:
    """(values under which the best set decides, number of the set or -1) per visit."""
    best, chosen = np.zeros(len(visits), dtype=np.float64), np.full(len(visits), -1)
    open_at = [slot.open_at(visits) for slot in slots]
    for number, members in enumerate(combinations(range(len(slots)), size)):
        rows = np.flatnonzero(np.all([open_at[s] for s in members], axis=0) & (best < 1))
        if not len(rows):
            continue
        share = _share_decided(visits.take(rows), criterion, [slots[s] for s in members])
        better = share > best[rows]
        best[rows[better]], chosen[rows[better]] = share[better], number
    return best, chosen


def _share_decided(visits: Visits, criterion: Criterion, members: Sequence[Slot]) -> np.ndarray:
    """Share of the trial values under which the verdict is decided."""
    decided = np.zeros(len(visits))
    trials = list(product(*(slot.trials for slot in members)))
    for values in trials:
        changed = visits
        for slot, value in zip(members, values, strict=True):
            changed = slot.put(changed, value)
        verdict = assess_verdicts(changed, criterion)
        decided += (verdict != NOT_ASSESSABLE) & (verdict != NO_ROW)
    return decided / len(trials)


def _write(
    visits: Visits, found: np.ndarray, chosen: np.ndarray, sets: list[list[Slot]], texts: list[str]
) -> np.ndarray:
    """Numbers of the texts of the found rows; equal set and windows are written once."""
    start, target = visits.start[found], visits.target[found]
    latest = visits.week[found] == LATEST
    low = np.maximum(np.where(latest, target - LATEST_DAYS, target - VISIT_DAYS), start + 1)
    high = np.where(latest, target, target + VISIT_DAYS)
    keys, back = np.unique(np.stack([chosen[found], start, low, high]), axis=1, return_inverse=True)
    numbers = np.arange(keys.shape[1]) + len(texts)
    days = keys[1:].astype("datetime64[D]").astype(str)
    for number, first, begin, end in zip(keys[0].tolist(), *days.tolist(), strict=True):
        before = str(np.datetime64(first) - BASELINE_DAYS)
        windows = {"value": f"between {begin} and {end}", "baseline": f"between {before} and {first} (baseline)"}
        texts.append(" and ".join(f"{slot.name} {windows[slot.side]}" for slot in sets[number]))
    return numbers[back.ravel()]


def list_slots(criterion: Criterion) -> list[Slot]:
    """Inputs to try, the natural ones first: visit values, baselines, then assessment items."""
    slots = [_lab_slot(code, side) for side in ("value", "baseline") for code in criterion.reads]
    return slots + (list(_assessment_slots()) if criterion.assessed else [])


def _lab_slot(code: str, side: str) -> Slot:
    other = "baseline" if side == "value" else "value"

    def open_at(visits: Visits) -> np.ndarray:
        reading, partner = getattr(visits, side)[code], getattr(visits, other)[code]
        value = reading.value
        vague = ~(value.known() & (value.lo == value.hi)) & ~(reading.is_word & (reading.word >= 0))
        limits = np.isnan(reading.ref_low) & np.isnan(reading.ref_high)
        apart = reading.present & partner.present & ~is_same_series(reading, partner) if side == "value" else False
        return vague | apart | (limits & (code in ("C3", "C4", "CH50", "DSDNA")))

    def put(visits: Visits, trial: object) -> Visits:
        readings = getattr(visits, side)
        partner = getattr(visits, other)[code]
        changed = _trial_reading(visits, code, side, partner, float(trial))
        return visits.change(**{side: {**readings, code: changed}})

    return Slot(code, side, TRIALS[code], open_at, put)


def _trial_reading(visits: Visits, code: str, side: str, partner: Reading, trial: float) -> Reading:
    """A plain result in the partner's series with the partner's limits, or in a new series with default limits."""
    n, definition = len(visits), ANALYTES[code]

    def limit(own: np.ndarray, default: float | None) -> np.ndarray:
        return np.where(np.isnan(own), np.nan if default is None else default, own)

    return Reading(
        row=np.full(n, -1),
        present=np.ones(n, dtype=bool),
        value=Interval.points(np.full(n, trial)),
        titre=partner.titre,
        word=np.zeros(n, dtype=np.int8),
        is_word=np.zeros(n, dtype=bool),
        ref_low=limit(partner.ref_low, definition.default_low),
        ref_high=limit(partner.ref_high, definition.default_high),
        series=np.where(partner.present, partner.series, _NEW_SERIES),
        day=visits.target if side == "value" else visits.start,
    )


def _assessment_slots() -> Iterator[Slot]:
    for side in ("value", "baseline"):
        yield _field_slot("SLEDAI-2K", "sledai", side, _SLEDAI_TRIALS)
        yield _field_slot("PGA", "pga", side, _PGA_TRIALS)
        yield from (_grade_slot(i, system, side) for i, system in enumerate(SYSTEMS))
    yield _field_slot("prednisone dose", "prednisone", "value", _PREDNISONE_TRIALS)
    yield from (_item_slot(i, item) for i, item in enumerate(ITEMS))


def _assessment(side: str) -> str:
    return "assessment" if side == "value" else "first_assessment"


def _seen(visits: Visits, side: str) -> AssessmentReading:
    """The assessment as if one had been made: at the target day, or on the day of the first infusion."""
    old: AssessmentReading = getattr(visits, _assessment(side))
    day = visits.target if side == "value" else visits.start
    return replace(old, present=np.ones(len(visits), dtype=bool), day=np.where(old.present, old.day, day))


def _field_slot(name: str, field: str, side: str, trials: tuple) -> Slot:
    def open_at(visits: Visits) -> np.ndarray:
        return np.isnan(getattr(getattr(visits, _assessment(side)), field))

    def put(visits: Visits, trial: object) -> Visits:
        columns = {field: np.full(len(visits), float(trial))}
        if field == "sledai" and trial == 0:
            columns["items"] = np.full((len(visits), len(ITEMS)), NO, dtype=np.uint8)
        return visits.change(**{_assessment(side): replace(_seen(visits, side), **columns)})

    return Slot(name, side, trials, open_at, put)


def _grade_slot(at: int, system: str, side: str) -> Slot:
    def open_at(visits: Visits) -> np.ndarray:
        return getattr(visits, _assessment(side)).grades[:, at] == UNGRADED

    def put(visits: Visits, trial: object) -> Visits:
        seen = _seen(visits, side)
        grades = seen.grades.copy()
        grades[:, at] = trial
        return visits.change(**{_assessment(side): replace(seen, grades=grades)})

    return Slot(f"BILAG {system}", side, _GRADE_TRIALS, open_at, put)


def _item_slot(at: int, item: str) -> Slot:
    def open_at(visits: Visits) -> np.ndarray:
        return visits.assessment.items[:, at] == UNKNOWN

    def put(visits: Visits, trial: object) -> Visits:
        seen = _seen(visits, "value")
        items = seen.items.copy()
        items[:, at] = trial
        return visits.change(assessment=replace(seen, items=items))

    return Slot(f"SLEDAI-2K item {item.replace('_', ' ')}", "value", (NO, YES), open_at, put)
