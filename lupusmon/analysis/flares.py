"""Flares between two assessments: SELENA flare index (the parts the data decide), BILAG, TULIP (clinical.flare_rules).

A flare is said only where it is certain; its severity is the sharpest certain one, and the text says what stayed open.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lupusmon.analysis import bilag
from lupusmon.analysis.answers import UNKNOWN, YES, all_of, any_of
from lupusmon.analysis.assessed import UNGRADED, AssessmentIndex, AssessmentReading
from lupusmon.analysis.criteria.phrases import iso_day, number_text
from lupusmon.analysis.intervals import Interval, is_above, is_at_least, is_at_most
from lupusmon.analysis.lookup import DayIndex
from lupusmon.clean import GRADES, SYSTEMS, Doses
from lupusmon.clinical import flare_rules as rules

_D_OR_E = bilag.D | bilag.E
_NAMES = {"sledai_2k": "SLEDAI-2K", "pga": "PGA (0-3)", "prednisone": "prednisone"}
_UNITS = {"prednisone": " mg/d"}


@dataclass(frozen=True)
class Flares:
    """One flare a row, by patient, day, index. row: row of the assessments; before: of the one it is held against.

    value, previous: of `measure`; for BILAG and TULIP value is the number of systems. nan = not known.
    """

    row: np.ndarray
    before: np.ndarray
    index: np.ndarray
    severity: np.ndarray
    measure: np.ndarray
    value: np.ndarray
    previous: np.ndarray
    text: np.ndarray

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True)
class _Pairs:
    """Each assessment with the patient's one before, and its day's body weight (nan: not known)."""

    row: np.ndarray
    before: np.ndarray
    now: AssessmentReading
    old: AssessmentReading
    weight: np.ndarray


def compute_flares(index: AssessmentIndex, doses: Doses) -> Flares:
    """Every flare of every patient, one row an assessment and index at most. A first assessment cannot be one."""
    rows = index.index.rows
    before = index.previous(rows)
    rows, before = rows[before >= 0], before[before >= 0]
    weight = _weights(doses, index.assessments.patient[rows], index.assessments.day[rows])
    pairs = _Pairs(rows, before, index.read(rows), index.read(before), weight)
    parts = [_graded_flares(pairs, rules.BILAG), _selena_flares(pairs), _graded_flares(pairs, rules.TULIP)]
    order = np.argsort(np.concatenate([at for at, _ in parts]), kind="stable")  # bilag, selena, tulip of one day
    columns = [np.concatenate([getattr(flares, name) for _, flares in parts]) for name in Flares.__dataclass_fields__]
    return Flares(*(column[order] for column in columns))


def _selena_flares(pairs: _Pairs) -> tuple[np.ndarray, Flares]:
    measures = ("sledai_2k", "pga", "prednisone")
    severe = np.stack([_severe(pairs, m) for m in measures], axis=1)
    mild = np.stack([_mild(pairs, m) for m in measures], axis=1)
    is_severe, is_mild = (severe == YES).any(axis=1), (mild == YES).any(axis=1)
    at = np.flatnonzero(is_severe | is_mild)
    deciding = np.where(is_severe[:, None], severe, mild) == YES
    which = np.argmax(deciding, axis=1)[at]
    values = np.stack([_value(pairs.now, m) for m in measures], axis=1)
    previous = np.stack([_value(pairs.old, m) for m in measures], axis=1)
    open_ = ((severe == UNKNOWN) | (mild == UNKNOWN)) & ~(mild == YES)
    texts = []
    for i in at.tolist():
        said = [
            f"{_NAMES[m]} {number_text(values[i, k])}{_UNITS.get(m, '')}, up from {number_text(previous[i, k])}"
            for k, m in enumerate(measures)
            if (mild[i, k] == YES) or (severe[i, k] == YES)
        ]
        texts.append(
            _selena_text(pairs, i, bool(is_severe[i]), said, _open_parts(measures, open_[i], severe[i], mild[i]))
        )
    return at, Flares(
        row=pairs.row[at],
        before=pairs.before[at],
        index=np.full(len(at), rules.SELENA, dtype=object),
        severity=np.where(is_severe[at], rules.SEVERE, rules.MILD_MODERATE).astype(object),
        measure=np.array(measures, dtype=object)[which],
        value=values[at, which],
        previous=previous[at, which],
        text=np.array([*texts, None], dtype=object)[: len(at)],
    )


def _severe(pairs: _Pairs, measure: str) -> np.ndarray:
    """A rise to above the severe limit: from below it, or one that would count anywhere. A dose: any increase."""
    now, old = _points(pairs, measure)
    if measure == "prednisone":
        return all_of(is_above(now, old), is_above(now, pairs.weight * rules.PREDNISONE_SEVERE_MG_KG))
    limit = rules.SLEDAI_SEVERE if measure == "sledai_2k" else rules.PGA_SEVERE
    return all_of(is_above(now, limit), any_of(is_at_most(old, limit), _mild(pairs, measure)))


def _mild(pairs: _Pairs, measure: str) -> np.ndarray:
    """At least a mild or moderate flare: the rise is large enough, wherever it leads."""
    now, old = _points(pairs, measure)
    if measure == "prednisone":
        return is_above(now, old)
    least = rules.SLEDAI_RISE if measure == "sledai_2k" else rules.PGA_RISE
    return is_at_least(Interval.points(np.round(now.lo - old.lo, 2)), least)


def _points(pairs: _Pairs, measure: str) -> tuple[Interval, Interval]:
    return Interval.points(_value(pairs.now, measure)), Interval.points(_value(pairs.old, measure))


def _value(reading: AssessmentReading, measure: str) -> np.ndarray:
    return {"sledai_2k": reading.sledai, "pga": reading.pga, "prednisone": reading.prednisone}[measure]


def _open_parts(measures, open_: np.ndarray, severe: np.ndarray, mild: np.ndarray) -> list[str]:
    parts = [f"{_NAMES[m]} (not recorded both times)" for m, o in zip(measures, open_.tolist(), strict=True) if o]
    if mild[-1] == YES and severe[-1] == UNKNOWN:
        parts.append("prednisone above 0.5 mg/kg (weight not known)")
    return [*parts, rules.NOT_IN_DATA]


def _selena_text(pairs: _Pairs, i: int, severe: bool, said: list[str], open_: list[str]) -> str:
    day, before = iso_day(np.array([pairs.now.day[i], pairs.old.day[i]]))
    grade = "severe" if severe else "mild or moderate"
    return f"SELENA flare index on {day}: {grade} flare; {'; '.join(said)} on {before}. Not decided: {'; '.join(open_)}"


def _graded_flares(pairs: _Pairs, index: str) -> tuple[np.ndarray, Flares]:
    """BILAG flares (severe, moderate, mild), or the TULIP flare, which has no grades."""
    counts = {
        "new_a": ((pairs.now.grades == bilag.A) & ((pairs.old.grades & bilag.A) == 0)).sum(axis=1),
        "new_b": bilag.count_certain_new_b(pairs.old.grades, pairs.now.grades),
        "new_c": ((pairs.now.grades == bilag.C) & ((pairs.old.grades & _D_OR_E) == pairs.old.grades)).sum(axis=1),
    }
    steps = {
        rules.BILAG: (
            (rules.SEVERE, "new_a", rules.BILAG_SEVERE_NEW_A),
            (rules.MODERATE, "new_b", rules.BILAG_MODERATE_NEW_B),
            (rules.MILD, "new_b", rules.BILAG_MILD_NEW_B),
            (rules.MILD, "new_c", rules.BILAG_MILD_NEW_C),
        ),
        rules.TULIP: (("", "new_a", rules.TULIP_NEW_A), ("", "new_b", rules.TULIP_NEW_B)),
    }[index]
    holds = np.stack([counts[measure] >= least for _, measure, least in steps], axis=1)
    at = np.flatnonzero(holds.any(axis=1))
    step = np.argmax(holds, axis=1)[at]
    severity = np.array([s for s, _, _ in steps], dtype=object)[step]
    measure = np.array([m for _, m, _ in steps], dtype=object)[step]
    value = np.stack([counts[m] for _, m, _ in steps], axis=1)[at, step].astype(np.float64)
    return at, Flares(
        row=pairs.row[at],
        before=pairs.before[at],
        index=np.full(len(at), index, dtype=object),
        severity=severity,
        measure=measure,
        value=value,
        previous=np.full(len(at), np.nan),
        text=_graded_texts(pairs, at, index, severity),
    )


def _graded_texts(pairs: _Pairs, at: np.ndarray, index: str, severity: np.ndarray) -> np.ndarray:
    """`BILAG flare on 2026-10-02: severe; since 2026-09-04 renal C to A`."""
    days = zip(iso_day(pairs.now.day[at]), iso_day(pairs.old.day[at]), strict=True)
    lowest = bilag.C if index == rules.BILAG else bilag.B
    texts = []
    for i, grade, (day, before) in zip(at.tolist(), severity, days, strict=True):
        now, old = pairs.now.grades[i], pairs.old.grades[i]
        open_ = int(((now == UNGRADED) | (old == UNGRADED)).sum())
        changes = ", ".join(_changes(old, now, least=lowest))
        least = " or worse" if open_ and grade and grade != rules.SEVERE else ""
        missing = f". Not decided: {open_} of {len(SYSTEMS)} systems, not graded both times" if open_ else ""
        graded = f": {grade}{least}" if grade else ""
        texts.append(f"{index.upper()} flare on {day}{graded}; since {before} {changes}{missing}")
    return np.array([*texts, None], dtype=object)[: len(at)]


def _changes(old: np.ndarray, now: np.ndarray, *, least: np.uint8) -> list[str]:
    """`renal C to A` of every system that got worse, to grade `least` or above (A is bit 0)."""
    worse = (now < old) & (now <= least) & (old != UNGRADED)
    letters = {1 << i: letter for i, letter in enumerate(GRADES)}
    return [f"{SYSTEMS[k]} {letters[int(old[k])]} to {letters[int(now[k])]}" for k in np.flatnonzero(worse).tolist()]


def _weights(doses: Doses, patient: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Body weight recorded with the infusion nearest to each day; nan where none is close."""
    rows = np.flatnonzero(~np.isnan(doses.weight_kg))
    if not len(rows):
        return np.full(len(patient), np.nan)
    index = DayIndex.build(doses.patient[rows], doses.day[rows], doses.micros[rows], doses.order[rows])
    at = index.nearest(patient, day, day - rules.WEIGHT_DAYS, day + rules.WEIGHT_DAYS)
    return np.where(at >= 0, doses.weight_kg[rows][at], np.nan)
