"""What would settle a verdict that cannot be told: the smallest set of results that decides it (CRITERIA 8).

Every open input is tried with values far apart, alone and in pairs, and the checks are really run again; where no pair
decides, inputs are taken away one by one from a full set that does. All trials of all visits go through the checks in
one batch, and visits in the same state are tried once. Among sets of one size the one that decides under the most of
its values is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations, product

import numpy as np

from lupusmon.analysis.criteria.labs import (
    WORSENING,
    baseline_grades,
    baseline_items,
    visit_grades,
    visit_items,
    worsened,
)
from lupusmon.analysis.criteria.registry import Criterion, group_criteria
from lupusmon.analysis.criteria.slots import BASELINE, PREVIOUS, TRIALS, VALUE, Slot, list_slots
from lupusmon.analysis.criteria.verdicts import NO_ROW, NOT_ASSESSABLE, assess, assess_verdicts
from lupusmon.analysis.egfr import computed_egfr
from lupusmon.analysis.intervals import Interval
from lupusmon.analysis.readings import Reading, is_above_limit, is_below_limit
from lupusmon.analysis.rescue import is_ivig
from lupusmon.analysis.trends import assess_beyond_rcv
from lupusmon.analysis.visits import LATEST, Visits
from lupusmon.clinical.analytes import INDEX
from lupusmon.clinical.drugs import IVIG_MASK_DAYS
from lupusmon.clinical.thresholds import BASELINE_DAYS, LATEST_DAYS, VISIT_DAYS

_BATCH = 40_000  # trial visits run through the checks at a time
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_CUTS = {  # rough sides on which a known value may lie; the checks' own answers hold the exact ones
    "UPCR": (0.22, 0.44, 0.5, 0.7, 0.88, 3.0),
    "UPROT24": (0.5,),
    "PLT": (25.0, 30.0, 50.0, 100.0, 150.0),
    "CREAT": (0.5, 0.75, 1.0, 1.25, 1.47),
    "EGFR": (60.0, 90.0),
}


def find_settling(visits: Visits, criteria: Sequence[Criterion], verdict: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """(number per visit and criterion or -1, texts): what would settle each not_assessable.

    verdict: visits x criteria. -1 also where no result could decide it (an unknown dose, IVIG before the count).
    """
    numbers = np.full(verdict.shape, -1, dtype=np.int32)
    texts: list[str] = []
    for (reads, assessed), members in group_criteria(criteria).items():
        rows = np.flatnonzero((verdict[:, members] == NOT_ASSESSABLE).any(axis=1))
        if len(rows):
            some = visits.keep(reads).take(rows)
            search = Search.build(some, list_slots(reads, assessed), [criteria[i] for i in members])
            pending = verdict[np.ix_(rows, members)] == NOT_ASSESSABLE
            found = _settle_states(search, _state_of(search, reads, assessed, pending), pending)
            numbers[np.ix_(rows, members)] = _write(search, found, texts)
    return numbers, texts


@dataclass(frozen=True)
class Search:
    """Visits, the inputs to try there and the criteria to run. open_at, place: visits x slots."""

    visits: Visits
    slots: tuple[Slot, ...]
    criteria: list[Criterion]
    open_at: np.ndarray
    place: np.ndarray

    @classmethod
    def build(cls, visits: Visits, slots: tuple[Slot, ...], criteria: list[Criterion]) -> Search:
        open_at = np.stack([slot.open_at(visits) for slot in slots], axis=1)
        place = np.stack([slot.place(visits) for slot in slots], axis=1)
        return cls(visits, slots, criteria, open_at, place)

    def take(self, rows: np.ndarray) -> Search:
        return Search(self.visits.take(rows), self.slots, self.criteria, self.open_at[rows], self.place[rows])

    def decided(self, row: np.ndarray, put: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Whether each criterion is decided at visit `row[i]` with values[i] in the slots put[i]: trials x criteria."""
        out = np.zeros((len(row), len(self.criteria)), dtype=bool)
        for begin in range(0, len(row), _BATCH):
            part = slice(begin, begin + _BATCH)
            visits, place = self.visits.take(row[part]), self.place[row[part]]
            for at, slot in enumerate(self.slots):
                mask = put[part, at]
                if mask.any():
                    visits = slot.put(visits, mask, values[part, at], place[:, at])
            for i, criterion in enumerate(self.criteria):
                verdict = assess_verdicts(visits, criterion)
                out[part, i] = (verdict != NOT_ASSESSABLE) & (verdict != NO_ROW)
        return out


def _state_of(search: Search, reads: tuple[str, ...], assessed: bool, pending: np.ndarray) -> np.ndarray:
    """A number per visit, equal where every answer that bears on the search is equal (a 64-bit mix of them all)."""
    visits = search.visits
    columns = [pending, search.open_at, is_ivig(visits.drug)]
    columns += [_sign(day, visits.target) for day in (visits.rescue_certain, visits.rescue_possible)]
    for criterion in search.criteria:
        done = assess(visits, criterion)
        columns += [done.entry, *(finding.answer for finding in done.findings)]
    for at, code in enumerate(reads):
        open_now, open_before = search.open_at[:, at], search.open_at[:, len(reads) + at]
        columns += _reading_state(code, visits.value[code], open_before, VALUE)
        columns += _reading_state(code, visits.baseline[code], open_now, BASELINE)
    if set(WORSENING) <= set(reads):
        columns += [*baseline_items(visits).values(), *visit_items(visits).values()]
        columns += [baseline_grades(visits), visit_grades(visits), worsened(visits)]
    if "CREAT" in reads:
        columns += [computed_egfr(visits, side["CREAT"]).known() for side in (visits.value, visits.baseline)]
        columns += [visits.sources.people_row[visits.patient] >= 0]
    if "PLT" in reads:
        columns += [visits.sources.ivig.last(visits.patient, visits.target - IVIG_MASK_DAYS, visits.target) >= 0]
    if assessed:
        columns += _assessment_state(visits)
    matrix = np.concatenate([np.asarray(c).reshape(len(visits), -1).astype(np.int64) for c in columns], axis=1)
    return _mix(matrix)


def _mix(matrix: np.ndarray) -> np.ndarray:
    """One 64-bit number per row; different rows share one with a chance of about n² / 2⁶⁴."""
    factors = np.random.default_rng(1).integers(1, np.iinfo(np.int64).max, matrix.shape[1], dtype=np.int64) | 1
    mixed = np.zeros(len(matrix), dtype=np.int64)
    with np.errstate(over="ignore"):
        for column, factor in zip(matrix.T, factors, strict=True):
            mixed = (mixed ^ (mixed >> 29)) * factor + column
    return mixed


def _reading_state(code: str, reading: Reading, partner_open: np.ndarray, side: str) -> list[np.ndarray]:
    """What of a reading can matter: whether it is there; and, where its partner may be filled in, on which side of its
    limits and of every threshold it lies and whether the trial values are beyond its reference change (else the checks'
    own answers hold all of that)."""
    lo, hi = (np.nan_to_num(end, nan=-1.0) for end in (reading.value.lo, reading.value.hi))
    cuts = _CUTS.get(code, ())
    columns = [reading.word, is_below_limit(reading), is_above_limit(reading)]
    columns += [np.digitize(lo, cuts), np.digitize(hi, cuts), lo == hi, np.isinf(hi)]
    if code in WORSENING:
        analyte = np.full(len(lo), INDEX[code])
        for number in TRIALS[code]:
            trial = Interval.points(np.full(len(lo), number))
            ends = (trial, reading.value) if side == VALUE else (reading.value, trial)
            columns += assess_beyond_rcv(*ends, analyte, reading.titre)
    return [reading.present, reading.titre, *(np.where(partner_open, column, -1) for column in columns)]


def _assessment_state(visits: Visits) -> list[np.ndarray]:
    columns: list[np.ndarray] = []
    for side in (visits.first_assessment, visits.assessment, visits.previous_assessment):
        numbers = [np.nan_to_num(x, nan=-1.0) * 100 for x in (side.sledai, side.pga, side.prednisone)]
        columns += [*numbers, side.grades, side.items, side.present]
    until = np.where(visits.assessment.present, visits.assessment.day, visits.target)
    for day in (visits.rescue_certain, visits.rescue_possible, visits.failure_day):
        columns += [_sign(day, visits.target), _sign(day, until)]
    return [*columns, visits.lab_complement, visits.lab_dna]


def _sign(day: np.ndarray, until: np.ndarray) -> np.ndarray:
    return np.sign(day - until)


def _settle_states(search: Search, state: np.ndarray, pending: np.ndarray) -> np.ndarray:
    """Bits of the slots chosen, visits x criteria; 0 where nothing settles it. Each state is searched once."""
    _, first, back = np.unique(state, return_index=True, return_inverse=True)
    found = _search(search.take(first), pending[first].copy())
    return np.where(pending, found[back.ravel()], 0)


def _search(search: Search, pending: np.ndarray) -> np.ndarray:
    chosen = np.zeros(pending.shape, dtype=np.int64)
    for size in (1, 2):
        _try_sets(search, pending, chosen, size)
        pending &= chosen == 0
    _take_away(search, pending, chosen)
    return chosen


def _try_sets(search: Search, pending: np.ndarray, chosen: np.ndarray, size: int) -> None:
    """Chooses, where one decides, the set of `size` open slots that decides under the most trial values."""
    sets = list(combinations(range(len(search.slots)), size))
    bits = np.array([sum(1 << m for m in members) for members in sets], dtype=np.int64)
    todo = np.flatnonzero(pending.any(axis=1))
    for some in np.array_split(todo, max(1, len(todo) * len(sets) * 4 // _BATCH)):
        row, which, put, values = _trials(search, some, sets)
        if not len(row):
            continue
        decided = search.decided(row, put, values)
        share = _mean_by(row * len(sets) + which, decided, len(search.open_at) * len(sets))
        share = share.reshape(len(search.open_at), len(sets), -1)[some]
        best = share.argmax(axis=1)
        reached = np.take_along_axis(share, best[:, None, :], axis=1)[:, 0, :] > 0
        chosen[some] = np.where(pending[some] & reached, bits[best], chosen[some])


def _trials(search: Search, rows: np.ndarray, sets: list[tuple[int, ...]]):
    """(row, set, slots put, values) of every trial of every set that is open at the row."""
    parts = []
    for number, members in enumerate(sets):
        here = rows[search.open_at[np.ix_(rows, members)].all(axis=1)]
        trials = np.array(list(product(*(search.slots[m].trials for m in members))))
        put = np.zeros((len(here) * len(trials), len(search.slots)), dtype=bool)
        values = np.zeros(put.shape)
        put[:, members] = True
        values[:, members] = np.tile(trials, (len(here), 1))
        row = np.repeat(here, len(trials))
        parts.append((row, np.full(len(row), number), put, values))
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def _mean_by(key: np.ndarray, flags: np.ndarray, n: int) -> np.ndarray:
    """Mean of each column of `flags` over the rows of each key; 0 for keys without rows."""
    count = np.maximum(np.bincount(key, minlength=n), 1)
    return np.stack([np.bincount(key, weights=column, minlength=n) / count for column in flags.T], axis=1)


def _take_away(search: Search, pending: np.ndarray, chosen: np.ndarray) -> None:
    """From all open slots filled with one pattern of values, takes away each that is not needed; keeps the smallest."""
    rows, columns = np.nonzero(pending)
    if not len(rows):
        return
    size = np.full(len(rows), len(search.slots) + 1)
    for pattern in product((0, 1), (0, 1)):
        values = np.array([slot.trials[pattern[slot.side == BASELINE]] for slot in search.slots])
        put = search.open_at[rows]
        every = np.tile(values, (len(rows), 1))
        ok = search.decided(rows, put, every)[np.arange(len(rows)), columns]
        if not ok.any():
            continue
        for at in range(len(search.slots)):
            fewer = put.copy()
            fewer[:, at] = False
            still = search.decided(rows, fewer, every)[np.arange(len(rows)), columns] & ok
            put = np.where(still[:, None], fewer, put)
        better = ok & (put.sum(axis=1) < size)
        bits = (put.astype(np.int64) << np.arange(len(search.slots))).sum(axis=1)
        chosen[rows[better], columns[better]] = bits[better]
        size = np.where(better, put.sum(axis=1), size)


def _write(search: Search, chosen: np.ndarray, texts: list[str]) -> np.ndarray:
    """The number of each set's text; equal sets with equal windows are written once."""
    numbers = np.full(chosen.shape, -1, dtype=np.int32)
    rows, columns = np.nonzero(chosen)
    if not len(rows):
        return numbers
    visits = search.visits
    start, target = visits.start[rows], visits.target[rows]
    latest = visits.week[rows] == LATEST
    low = np.maximum(np.where(latest, target - LATEST_DAYS, target - VISIT_DAYS), start + 1)
    high = np.where(latest, target, target + VISIT_DAYS)
    place = search.place[rows] * (chosen[rows, columns][:, None] >> np.arange(len(search.slots)) & 1)
    named = np.column_stack([chosen[rows, columns], start, low, high, place])
    keys, first, back = np.unique(_mix(named), return_index=True, return_inverse=True)
    for at in first.tolist():
        texts.append(_sentence(search, int(rows[at]), *named[at, :4].tolist()))
    numbers[rows, columns] = len(texts) - len(keys) + back
    return numbers


@lru_cache(maxsize=100_000)
def _iso(day: int) -> str:
    return date.fromordinal(EPOCH_ORDINAL + day).isoformat()


def _sentence(search: Search, row: int, bits: int, start: int, low: int, high: int) -> str:
    """`UPCR between 2025-07-17 and 2025-09-11 and C3 between 2024-12-01 and 2025-03-01 (baseline)`."""
    begin, end, first, before = (_iso(day) for day in (low, high, start, start - BASELINE_DAYS))
    windows = {VALUE: f"between {begin} and {end}", BASELINE: f"between {before} and {first} (baseline)"}
    windows[PREVIOUS] = "at the assessment before"
    parts = []
    for at, slot in enumerate(search.slots):
        if bits >> at & 1:
            parts.append(f"{slot.names[search.place[row, at] if len(slot.names) > 1 else 0]} {windows[slot.side]}")
    return " and ".join(parts)
