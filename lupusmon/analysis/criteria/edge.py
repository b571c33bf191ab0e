"""Verdicts on the edge: which one assumption, changed, would flip them (CRITERIA 8).

The visit choice and the checks are really run again under each assumption. A first pass with every value widened by its
noise finds the few visits where anything can flip at all; only those are run assumption by assumption.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lupusmon.analysis.criteria.registry import Criterion
from lupusmon.analysis.criteria.verdicts import MET, NO_ROW, NOT_MET, assess_verdicts
from lupusmon.analysis.intervals import Interval
from lupusmon.analysis.readings import Reading
from lupusmon.analysis.visits import READ_ANALYTES, Visits, move_windows
from lupusmon.clinical.analytes import ANALYTES

SHIFT_DAYS = 7
_SIDES = ("value", "baseline")
_WHERE = {"value": "at the visit", "baseline": "at baseline"}


def find_edges(visits: Visits, criteria: Sequence[Criterion], verdict: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """(number per visit and criterion or -1, texts): the assumptions that turn met into not_met or back.

    verdict: visits x criteria, as `criteria` are ordered (columns of one code: the variants of different weeks).
    """
    flips = np.zeros(verdict.shape, dtype=np.int64)
    names: list[str] = []
    groups: dict[tuple, list[int]] = {}
    for i, criterion in enumerate(criteria):
        groups.setdefault((criterion.reads, criterion.assessed), []).append(i)
    for days, word in ((-SHIFT_DAYS, "earlier"), (SHIFT_DAYS, "later")):
        moved = move_windows(visits, days)
        for (reads, assessed), which in groups.items():
            decided = _is_decided(verdict[:, which]).any(axis=1)
            rows = np.flatnonzero(decided & _differs(visits, moved, reads, assessed))
            _mark(moved.keep(reads).take(rows), rows, criteria, verdict, flips, len(names), which)
        names.append(f"visit window {SHIFT_DAYS} days {word}")
    rows = np.flatnonzero(_can_flip(visits, READ_ANALYTES, criteria, verdict).any(axis=1))
    some = visits.take(rows)
    for code in READ_ANALYTES:
        which = [i for i, criterion in enumerate(criteria) if code in criterion.reads]
        flagged = np.flatnonzero(
            _can_flip(some, (code,), [criteria[i] for i in which], verdict[np.ix_(rows, which)]).any(axis=1)
        )
        for name, variants in _assumptions(some.take(flagged), code):
            for variant, touched in variants:
                _mark(variant.take(touched), rows[flagged[touched]], criteria, verdict, flips, len(names), which)
            names.append(name)
    return _name_sets(flips, names)


def _is_decided(verdict: np.ndarray) -> np.ndarray:
    return (verdict == MET) | (verdict == NOT_MET)


def _differs(visits: Visits, moved: Visits, reads: Sequence[str], assessed: bool) -> np.ndarray:
    """Visits at which the moved window picks another result of these analytes, or another assessment."""
    changed = (visits.assessment.row != moved.assessment.row) & assessed
    for code in reads:
        changed = changed | (visits.value[code].row != moved.value[code].row)
    return changed


def _mark(visits: Visits, rows: np.ndarray, criteria, verdict, flips, bit: int, which) -> None:
    if not len(rows):
        return
    for i in which:
        before = verdict[rows, i]
        if not ((before == MET) | (before == NOT_MET)).any():
            continue
        now = assess_verdicts(visits, criteria[i])
        flipped = ((before == MET) & (now == NOT_MET)) | ((before == NOT_MET) & (now == MET))
        flips[rows[flipped], i] |= np.int64(1) << bit


def _can_flip(visits: Visits, codes: Sequence[str], criteria: Sequence[Criterion], verdict: np.ndarray) -> np.ndarray:
    """Verdicts (visits x criteria) no longer sure when the values of these analytes are as wide as their noise."""
    wide = visits.change(
        **{
            side: {**getattr(visits, side), **{code: _widen(code, getattr(visits, side)[code]) for code in codes}}
            for side in _SIDES
        }
    )
    decided = _is_decided(verdict)
    out = np.zeros(verdict.shape, dtype=bool)
    for i, criterion in enumerate(criteria):
        if criterion.reads and decided[:, i].any():
            now = assess_verdicts(wide, criterion)
            out[:, i] = decided[:, i] & (now != verdict[:, i]) & (now != NO_ROW)
    return out


def _noise(code: str) -> float:
    return (ANALYTES[code].cv_a or 0.0) / 100


def _widen(code: str, reading: Reading) -> Reading:
    value, noise = reading.value, _noise(code)
    closed = np.zeros(len(value.lo), dtype=bool)
    return reading.with_value(Interval(value.lo * (1 - noise), value.hi * (1 + noise), closed, closed))


def _assumptions(visits: Visits, code: str) -> Iterator[tuple[str, list[tuple[Visits, np.ndarray]]]]:
    """(name, changed visits with the rows they concern) of every single assumption about one analyte."""
    noise = _noise(code)
    for side in _SIDES:
        readings = getattr(visits, side)
        reading = readings[code]
        is_exact = reading.value.lo == reading.value.hi
        exact = np.flatnonzero(reading.value.known() & is_exact) if noise else np.empty(0, dtype=np.int64)
        censored = np.flatnonzero(reading.value.known() & ~is_exact)

        def changed(other: Reading, side=side, readings=readings) -> Visits:
            return visits.change(**{side: {**readings, code: other}})

        moved = [changed(reading.with_value(reading.value.scale(f))) for f in (1 - noise, 1 + noise)]
        yield f"{code} {_WHERE[side]} moved by its analytical noise (±{noise * 100:g} %)", [(v, exact) for v in moved]
        ends = [changed(reading.with_value(Interval.points(end))) for end in (reading.value.lo, reading.value.hi)]
        yield f"{code} {_WHERE[side]} read at an end of its censored range", [(v, censored) for v in ends]


def _name_sets(flips: np.ndarray, names: list[str]) -> tuple[np.ndarray, list[str]]:
    """A number for every distinct set of assumptions, and its words; -1 for none."""
    sets, back = np.unique(flips, return_inverse=True)
    words = ["; ".join(name for i, name in enumerate(names) if bits >> i & 1) for bits in sets.tolist()]
    numbers = back.reshape(flips.shape)
    return np.where(flips == 0, -1, numbers).astype(np.int32), words
