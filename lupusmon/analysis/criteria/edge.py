"""Verdicts on the edge: which one assumption, changed, would flip them (CRITERIA 8).

The visit choice and the checks are really run again under each assumption. All assumptions about all visits go through
the checks of a group of criteria in one batch; on large tables a first pass with every value widened by its noise finds
the visits where anything can flip at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lupusmon.analysis.criteria.registry import Criterion, group_criteria
from lupusmon.analysis.criteria.verdicts import MET, NO_ROW, NOT_MET, assess_verdicts
from lupusmon.analysis.intervals import Interval
from lupusmon.analysis.picking import Columns
from lupusmon.analysis.readings import Reading
from lupusmon.analysis.visits import READ_ANALYTES, Visits, move_windows
from lupusmon.clinical.analytes import ANALYTES

SHIFT_DAYS = 7
VALUE, BASELINE = "value", "baseline"
_WHERE = {VALUE: "at the visit", BASELINE: "at baseline"}
_FEW = 2_000  # up to so many visits every assumption is run without the first pass
_BATCH = 15_000


@dataclass(frozen=True)
class _Change:
    """One assumption about some visits. bit: its place among the names. apply: puts it into a slice of a batch."""

    bit: int
    rows: np.ndarray
    side: str = VALUE
    code: str = ""
    factor: float = 1.0
    end: str = ""
    moved: Visits | None = None


def list_assumptions() -> list[str]:
    """The names of all assumptions; their order is the order of the bits."""
    names = [f"visit window {SHIFT_DAYS} days earlier", f"visit window {SHIFT_DAYS} days later"]
    for code in READ_ANALYTES:
        for side in (VALUE, BASELINE):
            names.append(f"{code} {_WHERE[side]} moved by its analytical noise (±{_noise(code) * 100:g} %)")
            names.append(f"{code} {_WHERE[side]} read at an end of its censored range")
    return names


def find_edges(visits: Visits, criteria: Sequence[Criterion], verdict: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """(number per visit and criterion or -1, texts): the assumptions that turn met into not_met or back.

    verdict: visits x criteria, as `criteria` are ordered (columns of one code: the variants of different weeks).
    """
    flips = np.zeros(verdict.shape, dtype=np.int64)
    moved = [move_windows(visits, days) for days in (-SHIFT_DAYS, SHIFT_DAYS)]
    for (reads, assessed), which in group_criteria(criteria).items():
        group = [criteria[i] for i in which]
        before = verdict[:, which]
        decided = _is_decided(before).any(axis=1)
        changes = [
            _Change(bit, np.flatnonzero(decided & _differs(visits, other, reads, assessed)), moved=other)
            for bit, other in enumerate(moved)
        ]
        kept = visits.keep(reads)
        changes += _list_changes(kept, np.flatnonzero(_can_flip(kept, group, before, decided)))
        for some in _batches(changes):
            _run(kept, some, group, before, flips, which, assessed)
    return _name_sets(flips, list_assumptions())


def _list_changes(visits: Visits, rows: np.ndarray) -> Iterator[_Change]:
    """Every assumption about single values, for the given visits where it makes sense."""
    for code in visits.value:
        first = 2 + 4 * READ_ANALYTES.index(code)
        for at, side in enumerate((VALUE, BASELINE)):
            value = getattr(visits, side)[code].value
            known, exact = value.known()[rows], (value.lo == value.hi)[rows]
            if _noise(code):
                for factor in (1 - _noise(code), 1 + _noise(code)):
                    yield _Change(first + 2 * at, rows[known & exact], side, code, factor=factor)
            for end in ("lo", "hi"):
                yield _Change(first + 2 * at + 1, rows[known & ~exact], side, code, end=end)


def _batches(changes: list[_Change]) -> Iterator[list[_Change]]:
    """Changes together up to a number of rows."""
    some: list[_Change] = []
    for change in changes:
        if not len(change.rows):
            continue
        if some and sum(len(c.rows) for c in some) + len(change.rows) > _BATCH:
            yield some
            some = []
        some.append(change)
    if some:
        yield some


def _run(visits: Visits, changes: list[_Change], criteria, before, flips, which, assessed: bool) -> None:
    """Runs the criteria once on all changed visits and marks the verdicts that flip."""
    sizes = [len(change.rows) for change in changes]
    places = [slice(end - size, end) for end, size in zip(np.cumsum(sizes).tolist(), sizes, strict=True)]
    rows = np.concatenate([change.rows for change in changes])
    batch = _move(visits.take(rows), changes, places, assessed)
    for change, place in zip(changes, places, strict=True):
        if change.moved is None:
            _apply(change, batch, place)
    bits = np.repeat([1 << change.bit for change in changes], sizes)
    for at, criterion in enumerate(criteria):
        old = before[rows, at]
        if not _is_decided(old).any():
            continue
        now = assess_verdicts(batch, criterion)
        flipped = np.flatnonzero(((old == MET) & (now == NOT_MET)) | ((old == NOT_MET) & (now == MET)))
        np.bitwise_or.at(flips[:, which[at]], rows[flipped], bits[flipped])
    batch.forget()


def _move(batch: Visits, changes: list[_Change], places: list[slice], assessed: bool) -> Visits:
    """The batch with what the moved windows pick in their places."""
    moves = [(place, c.moved, c.rows) for c, place in zip(changes, places, strict=True) if c.moved is not None]
    if not moves:
        return batch

    def row_numbers(pick: Callable[[Visits], Columns]) -> np.ndarray:
        row = pick(batch).row.copy()
        for place, moved, rows in moves:
            row[place] = pick(moved).row[rows]
        return row

    labs, assessments = batch.sources.labs, batch.sources.assessments
    columns = {VALUE: {code: labs.read(row_numbers(lambda v, code=code: v.value[code])) for code in batch.value}}
    if assessed:
        columns["assessment"] = assessments.read(row_numbers(lambda v: v.assessment))
        columns["previous_assessment"] = assessments.read(row_numbers(lambda v: v.previous_assessment))
        for name in ("lab_complement", "lab_dna"):
            columns[name] = getattr(batch, name).copy()
            for place, moved, rows in moves:
                columns[name][place] = getattr(moved, name)[rows]
    return batch.change(**columns)


def _apply(change: _Change, batch: Visits, place: slice) -> None:
    """Writes the assumption about a value into its place in the batch, whose arrays are fresh copies."""
    reading = getattr(batch, change.side)[change.code]
    value = reading.value.take(place)
    if change.end:
        reading.write(place, value=Interval.points(getattr(value, change.end).copy()))
    else:
        reading.write(place, value=value.scale(change.factor))


def _is_decided(verdict: np.ndarray) -> np.ndarray:
    return (verdict == MET) | (verdict == NOT_MET)


def _differs(visits: Visits, moved: Visits, reads: Sequence[str], assessed: bool) -> np.ndarray:
    """Visits at which the moved window picks another result of these analytes, or another assessment."""
    changed = (visits.assessment.row != moved.assessment.row) & assessed
    for code in reads:
        changed = changed | (visits.value[code].row != moved.value[code].row)
    return changed


def _can_flip(visits: Visits, criteria: Sequence[Criterion], verdict: np.ndarray, decided: np.ndarray) -> np.ndarray:
    """Visits with a verdict no longer sure when all values are as wide as their noise; of few visits all decided."""
    if not visits.value or len(visits) <= _FEW:
        return decided & bool(visits.value)
    rows = np.flatnonzero(decided)
    some = visits.take(rows)
    sides = {
        side: {code: _widen(code, reading) for code, reading in getattr(some, side).items()}
        for side in (VALUE, BASELINE)
    }
    wide = some.change(**sides)
    out = np.zeros(len(visits), dtype=bool)
    for i, criterion in enumerate(criteria):
        now, before = assess_verdicts(wide, criterion), verdict[rows, i]
        out[rows] |= _is_decided(before) & (now != before) & (now != NO_ROW)
    wide.forget()
    return out


def _noise(code: str) -> float:
    return (ANALYTES[code].cv_a or 0.0) / 100


def _widen(code: str, reading: Reading) -> Reading:
    value, noise = reading.value, _noise(code)
    closed = np.zeros(len(value.lo), dtype=bool)
    return reading.with_value(Interval(value.lo * (1 - noise), value.hi * (1 + noise), closed, closed))


def _name_sets(flips: np.ndarray, names: list[str]) -> tuple[np.ndarray, list[str]]:
    """A number for every distinct set of assumptions, and its words; -1 for none."""
    numbers, flipped = np.full(flips.shape, -1, dtype=np.int32), np.nonzero(flips)
    sets, numbers[flipped] = np.unique(flips[flipped], return_inverse=True)
    return numbers, ["; ".join(name for i, name in enumerate(names) if bits >> i & 1) for bits in sets.tolist()]
