"""The inputs a verdict may be waiting for, and trial values to put there (CRITERIA 8, settle)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lupusmon.analysis.answers import NO, UNKNOWN, YES
from lupusmon.analysis.assessed import UNGRADED, AssessmentReading
from lupusmon.analysis.bilag import A
from lupusmon.analysis.criteria.clinical import MAJOR_ORGAN
from lupusmon.analysis.intervals import Interval
from lupusmon.analysis.readings import Reading, is_same_series
from lupusmon.analysis.visits import Visits
from lupusmon.clean import ITEMS, SYSTEMS
from lupusmon.clinical.analytes import ANALYTES

VALUE, BASELINE, PREVIOUS = "value", "baseline", "previous"
_NEW_SERIES = -2
_NEEDS_LIMIT = ("C3", "C4", "CH50", "DSDNA")
# values far apart on either side of every threshold: good, bad; canonical units
TRIALS: dict[str, tuple[float, ...]] = {
    "C3": (130.0, 1.0),
    "C4": (25.0, 0.1),
    "CH50": (50.0, 1.0),
    "DSDNA": (1.0, 99000.0),
    "UPCR": (0.001, 39.0),
    "UPROT24": (0.001, 39.0),
    "PLT": (300.0, 1.0),
    "CREAT": (0.3, 19.0),
    "EGFR": (190.0, 1.0),
}
_SLEDAI_TRIALS, _PGA_TRIALS, _PREDNISONE_TRIALS = (0.0, 100.0, 20.0), (0.0, 3.0), (0.0, 60.0)
_GRADE_TRIALS = (8.0, 1.0, 2.0)  # D, A, B as sets of one grade
_ITEM_NAMES = tuple(f"SLEDAI-2K item {item.replace('_', ' ')}" for item in ITEMS)
_MAJOR = [ITEMS.index(item) for item in MAJOR_ORGAN]


@dataclass(frozen=True)
class Slot:
    """One input that may be missing. side: VALUE (at the visit), BASELINE, or PREVIOUS (the assessment before).

    open_at: visits where a result there would count. place: which of several alike inputs it stands for, per visit
    (system or item; 0 where there is one only). names: what those are called. put(visits, mask, trials, place): the
    visits with a trial value where the mask says so; it may write into the arrays of the visits given.
    """

    side: str
    trials: tuple[float, ...]
    names: tuple[str, ...]
    open_at: Callable[[Visits], np.ndarray]
    place: Callable[[Visits], np.ndarray]
    put: Callable[[Visits, np.ndarray, np.ndarray, np.ndarray], Visits]


def list_slots(reads: tuple[str, ...], assessed: bool) -> tuple[Slot, ...]:
    """Inputs of criteria that read these analytes (and assessments): visit values first, then baselines."""
    slots = [_lab_slot(code, side) for side in (VALUE, BASELINE) for code in reads]
    return tuple(slots + (_assessment_slots() if assessed else []))


def _only_one(visits: Visits) -> np.ndarray:
    return np.zeros(len(visits), dtype=np.int64)


def _lab_slot(code: str, side: str) -> Slot:
    other = BASELINE if side == VALUE else VALUE

    def open_at(visits: Visits) -> np.ndarray:
        reading, partner = getattr(visits, side)[code], getattr(visits, other)[code]
        value = reading.value
        vague = ~(value.known() & (value.lo == value.hi)) & ~(reading.is_word & (reading.word >= 0))
        no_limit = np.isnan(reading.ref_low) & np.isnan(reading.ref_high) & (code in _NEEDS_LIMIT)
        apart = (side == VALUE) & reading.present & partner.present & ~is_same_series(reading, partner)
        return vague | apart | no_limit

    def put(visits: Visits, mask: np.ndarray, trials: np.ndarray, place: np.ndarray) -> Visits:
        _write_trial(visits, code, side, getattr(visits, other)[code], np.flatnonzero(mask), trials)
        return visits

    return Slot(side, TRIALS[code], (code,), open_at, _only_one, put)


def _write_trial(visits: Visits, code: str, side: str, partner: Reading, rows: np.ndarray, trials: np.ndarray) -> None:
    """Writes a plain result into some rows: in the partner's series with the partner's limits, or in a new series with
    the default limits. The visits are a batch of their own, so their arrays may be written to."""
    reading, definition = getattr(visits, side)[code], ANALYTES[code]

    def limit(own: np.ndarray, default: float | None) -> np.ndarray:
        return np.where(np.isnan(own[rows]), np.nan if default is None else default, own[rows])

    reading.write(
        rows,
        row=-1,
        present=True,
        value=Interval.points(trials[rows]),
        titre=partner.titre[rows],
        word=0,
        is_word=False,
        ref_low=limit(partner.ref_low, definition.default_low),
        ref_high=limit(partner.ref_high, definition.default_high),
        series=np.where(partner.present[rows], partner.series[rows], _NEW_SERIES),
        day=(visits.target if side == VALUE else visits.start)[rows],
    )


def _assessment_slots() -> list[Slot]:
    fields = [
        _field_slot("SLEDAI-2K", "sledai", VALUE, _SLEDAI_TRIALS),
        _field_slot("PGA", "pga", VALUE, _PGA_TRIALS),
        _field_slot("prednisone dose", "prednisone", VALUE, _PREDNISONE_TRIALS),
        _field_slot("SLEDAI-2K", "sledai", BASELINE, _SLEDAI_TRIALS),
        _field_slot("PGA", "pga", BASELINE, _PGA_TRIALS),
    ]
    # systems are alike to every rule, so the first one in each situation stands for all
    grades = [
        _grade_slot(VALUE, lambda before, now: (now == UNGRADED) & (before == UNGRADED)),
        _grade_slot(BASELINE, lambda before, now: (now == UNGRADED) & (before == UNGRADED)),
        _grade_slot(VALUE, lambda before, now: (now == UNGRADED) & (before != UNGRADED) & (before != A)),
        _grade_slot(VALUE, lambda before, now: (now == UNGRADED) & (before == A)),
        _grade_slot(BASELINE, lambda before, now: (before == UNGRADED) & (now == A)),
        _grade_slot(BASELINE, lambda before, now: (before == UNGRADED) & (now != UNGRADED) & (now != A)),
    ]
    serology = [_item_slot([ITEMS.index(item)]) for item in ("low_complement", "increased_dna_binding")]
    items = [_item_slot(_MAJOR), *serology, _new_item_slot(VALUE), _new_item_slot(PREVIOUS)]
    return fields + grades + items


def _of(side: str) -> str:
    return "assessment" if side == VALUE else "first_assessment"


def _seen(visits: Visits, side: str, mask: np.ndarray) -> AssessmentReading:
    """The assessment as if one had been made: on the target day, or on the day of the first infusion."""
    old: AssessmentReading = getattr(visits, _of(side))
    day = visits.target if side == VALUE else visits.start
    return old.change(present=old.present | mask, day=np.where(mask & ~old.present, day, old.day))


def _field_slot(name: str, field: str, side: str, trials: tuple[float, ...]) -> Slot:
    def open_at(visits: Visits) -> np.ndarray:
        return np.isnan(getattr(getattr(visits, _of(side)), field))

    def put(visits: Visits, mask: np.ndarray, values: np.ndarray, place: np.ndarray) -> Visits:
        seen = _seen(visits, side, mask)
        columns = {field: np.where(mask, values, getattr(seen, field))}
        if field == "sledai":
            columns["items"] = np.where((mask & (values == 0))[:, None], NO, seen.items).astype(np.uint8)
        return visits.change(**{_of(side): seen.change(**columns)})

    return Slot(side, trials, (name,), open_at, _only_one, put)


def _grade_slot(side: str, situation: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Slot:
    def fits(visits: Visits) -> np.ndarray:
        return situation(visits.first_assessment.grades, visits.assessment.grades)

    def put(visits: Visits, mask: np.ndarray, values: np.ndarray, place: np.ndarray) -> Visits:
        seen = _seen(visits, side, mask)
        grades, rows = seen.grades.copy(), np.flatnonzero(mask)
        grades[rows, place[rows]] = values[rows].astype(np.uint8)
        return visits.change(**{_of(side): seen.change(grades=grades)})

    return Slot(
        side,
        _GRADE_TRIALS,
        tuple(f"BILAG {system}" for system in SYSTEMS),
        lambda visits: fits(visits).any(axis=1),
        lambda visits: np.argmax(fits(visits), axis=1),
        put,
    )


def _item_slot(candidates: list[int]) -> Slot:
    def open_(visits: Visits) -> np.ndarray:
        return visits.assessment.items[:, candidates] == UNKNOWN

    def put(visits: Visits, mask: np.ndarray, values: np.ndarray, place: np.ndarray) -> Visits:
        seen = _seen(visits, VALUE, mask)
        items, rows = seen.items.copy(), np.flatnonzero(mask)
        items[rows, place[rows]] = values[rows].astype(np.uint8)
        return visits.change(assessment=seen.change(items=items))

    return Slot(
        VALUE,
        (float(NO), float(YES)),
        _ITEM_NAMES,
        lambda visits: open_(visits).any(axis=1),
        lambda visits: np.array(candidates)[np.argmax(open_(visits), axis=1)],
        put,
    )


def _new_item_slot(side: str) -> Slot:
    """An item that would be new activity: not known now and absent before, or present now and not known before."""
    attribute = "assessment" if side == VALUE else "previous_assessment"

    def open_(visits: Visits) -> np.ndarray:
        now, before = visits.assessment.items, visits.previous_assessment.items
        if side == VALUE:
            return (now == UNKNOWN) & (before == NO)
        return (now == YES) & (before == UNKNOWN) & visits.previous_assessment.present[:, None]

    def put(visits: Visits, mask: np.ndarray, values: np.ndarray, place: np.ndarray) -> Visits:
        seen = _seen(visits, VALUE, mask) if side == VALUE else visits.previous_assessment
        items, rows = seen.items.copy(), np.flatnonzero(mask)
        items[rows, place[rows]] = values[rows].astype(np.uint8)
        return visits.change(**{attribute: seen.change(items=items)})

    return Slot(
        side,
        (float(NO), float(YES)),
        _ITEM_NAMES,
        lambda visits: open_(visits).any(axis=1),
        lambda visits: np.argmax(open_(visits), axis=1),
        put,
    )
