"""What would settle a verdict that cannot be told: the smallest set of results that decides it (CRITERIA 8).

Every open input is tried with values far apart, alone and in pairs, and the checks are really run again; where no pair
decides, inputs are taken away one by one from a full set that does. All trials of all visits go through the checks in
one batch, and visits in the same state are tried once. Among sets of one size the one that decides under the most of
its values is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
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
from lupusmon.analysis.criteria.verdicts import NO_ROW, NOT_ASSESSABLE, Assessed, assess_verdicts
from lupusmon.analysis.egfr import computed_egfr
from lupusmon.analysis.intervals import Interval
from lupusmon.analysis.readings import Reading
from lupusmon.analysis.rescue import is_ivig
from lupusmon.analysis.trends import assess_beyond_rcv
from lupusmon.analysis.visits import LATEST, Visits
from lupusmon.clinical.analytes import INDEX
from lupusmon.clinical.drugs import IVIG_MASK_DAYS
from lupusmon.clinical.thresholds import BASELINE_DAYS, LATEST_DAYS, VISIT_DAYS
from lupusmon.sorting import number_distinct

_BATCH = 15_000  # trial visits run through the checks at a time
_CUTS = {  # rough sides on which a known value may lie; the checks' own answers hold the exact ones
    "UPCR": (0.22, 0.44, 0.5, 0.7, 0.88, 3.0),
    "UPROT24": (0.5,),
    "PLT": (25.0, 30.0, 50.0, 100.0, 150.0),
    "CREAT": (0.5, 0.75, 1.0, 1.25, 1.47),
    "EGFR": (60.0, 90.0),
}


@dataclass(frozen=True)
class Settling:
    """What would settle each verdict. number: visits x criteria, which sentence; -1 none.

    forms: sentences with WINDOW where the visit's window belongs and BASELINE_WINDOW for the baseline's. form: which of
    them each sentence is. days: per sentence first and last day of the visit's window, then of the baseline's.
    Sentences may repeat.
    """

    number: np.ndarray
    forms: list[str]
    form: np.ndarray
    days: np.ndarray


WINDOW, BASELINE_WINDOW = "{visit}", "{baseline}"


def find_settling(visits: Visits, assessed: Sequence[Assessed], verdict: np.ndarray) -> Settling:
    """What would settle each not_assessable of the criteria as they were assessed at the visits.

    verdict: visits x criteria. None also where no result could decide it (an unknown dose, IVIG before the count).
    """
    number = np.full(verdict.shape, -1, dtype=np.int32)
    sentences = _Sentences()
    criteria = [done.criterion for done in assessed]
    for (reads, is_assessed), members in group_criteria(criteria).items():
        rows = np.flatnonzero((verdict[:, members] == NOT_ASSESSABLE).any(axis=1))
        if len(rows):
            some = visits.keep(reads).take(rows)
            search = Search.build(some, list_slots(reads, is_assessed), [criteria[i] for i in members])
            pending = verdict[np.ix_(rows, members)] == NOT_ASSESSABLE
            answers = [a[rows] for i in members for a in _answers(assessed[i])]
            state = _state_of(visits, rows, search, reads, is_assessed, [pending, *answers])
            number[np.ix_(rows, members)] = sentences.add(search, _settle_states(search, state, pending, _KNOWN))
    return sentences.finish(number)


def _answers(done: Assessed) -> list[np.ndarray]:
    return [done.entry, *(finding.answer for finding in done.findings)]


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
        after = np.array([slot.side != BASELINE for slot in slots])
        open_at &= ~np.outer(visits.low > visits.high, after)  # a window that holds no day yet
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
            visits.forget()
        return out


def _state_of(visits: Visits, rows: np.ndarray, search: Search, reads, assessed: bool, columns: list) -> np.ndarray:
    """A number for each of the rows, equal where every answer that bears on the search is equal.

    visits: the whole table, whose derived answers are remembered. columns: what is known already, one entry a row.
    """
    some = search.visits
    columns = [*columns, search.open_at, is_ivig(some.drug)]
    columns += [_sign(day, some.target) for day in (some.rescue_certain, some.rescue_possible)]
    for at, code in enumerate(reads):
        open_now, open_before = search.open_at[:, at], search.open_at[:, len(reads) + at]
        columns += _reading_state(code, some.value[code], open_before, VALUE)
        columns += _reading_state(code, some.baseline[code], open_now, BASELINE)
    if set(WORSENING) <= set(reads):
        items = [*baseline_items(visits).values(), *visit_items(visits).values()]
        grades = [baseline_grades(visits), visit_grades(visits), worsened(visits)]
        columns += [answer[rows] for answer in items + grades]
    if "CREAT" in reads:
        columns += [computed_egfr(visits, side).known()[rows] for side in (VALUE, BASELINE)]
        columns += [some.sources.people_row[some.patient] >= 0]
    if "PLT" in reads:
        columns += [some.sources.ivig.last(some.patient, some.target - IVIG_MASK_DAYS, some.target) >= 0]
    if assessed:
        columns += _assessment_state(some)
    return _mix(_pack(columns, len(rows)))


def _pack(columns: list[np.ndarray], n: int) -> np.ndarray:
    """The columns (some of several a row) as few of 64 bits: eight of one byte each make one."""
    flat = [column.reshape(n, -1) for column in columns]
    small = [column.view(np.uint8) for column in flat if column.dtype.itemsize == 1]
    used = sum(column.shape[1] for column in small)
    packed = np.zeros((n, -(-used // 8) * 8), dtype=np.uint8)
    np.concatenate(small, axis=1, out=packed[:, :used])
    wide = [column.astype(np.int64) for column in flat if column.dtype.itemsize > 1]
    return np.concatenate([packed.view(np.int64), *wide], axis=1)


def _mix(matrix: np.ndarray) -> np.ndarray:
    """One 64-bit number per row; different rows share one with a chance of about n² / 2⁶⁴."""
    factors = _factors(matrix.shape[1])
    mixed = np.zeros(len(matrix), dtype=np.int64)
    with np.errstate(over="ignore"):
        for column, factor in zip(matrix.T, factors, strict=True):
            mixed = (mixed ^ (mixed >> 29)) * factor + column
    return mixed


@cache
def _factors(n: int) -> np.ndarray:
    return np.random.default_rng(1).integers(1, np.iinfo(np.int64).max, n, dtype=np.int64) | 1


def _reading_state(code: str, reading: Reading, partner_open: np.ndarray, side: str) -> list[np.ndarray]:
    """What of a reading can matter: whether it is there; and, where its partner may be filled in, on which side of its
    limits and of every threshold it lies and whether the trial values are beyond its reference change (else the checks'
    own answers hold all of that)."""
    there = [reading.present, reading.titre]
    rows = np.flatnonzero(partner_open)
    if not len(rows):
        return there
    some = reading.take(rows)
    lo, hi = (np.nan_to_num(end, nan=-1.0) for end in (some.value.lo, some.value.hi))
    columns = [some.word, some.below, some.above, lo == hi, np.isinf(hi)]
    if code in _CUTS:
        columns += [np.digitize(end, _CUTS[code]) for end in (lo, hi)]
    if code in WORSENING:
        analyte = np.full(len(rows), INDEX[code])
        for number in TRIALS[code]:
            trial = Interval.points(np.full(len(rows), number))
            ends = (trial, some.value) if side == VALUE else (some.value, trial)
            columns += assess_beyond_rcv(*ends, analyte, some.titre)
    state = np.full((len(columns), len(partner_open)), 255, dtype=np.uint8)
    for line, column in zip(state, columns, strict=True):
        line[rows] = column
    return there + list(state)


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
    return np.sign(day - until).astype(np.int8)


@dataclass(frozen=True)
class _Known:
    """States searched before, ascending, and the bits chosen in each, states x criteria."""

    states: np.ndarray
    chosen: np.ndarray

    def add(self, states: np.ndarray, chosen: np.ndarray) -> _Known:
        every = np.concatenate([self.states, states])
        order = np.argsort(every, kind="stable")
        return _Known(every[order], np.concatenate([self.chosen, chosen])[order])


_KNOWN: dict[tuple[Criterion, ...], _Known] = {}  # a state says all that matters: other patients' serve as well
_MOST_KNOWN = 100_000


def _settle_states(search: Search, state: np.ndarray, pending: np.ndarray, known: dict) -> np.ndarray:
    """Bits of the slots chosen, visits x criteria; 0 where nothing settles it. Each state is searched once.

    known: what earlier searches found, by criteria; kept up to a number of states.
    """
    key = tuple(search.criteria)
    before = known.get(key, _Known(np.empty(0, np.int64), np.empty((0, pending.shape[1]), np.int64)))
    states, first, back = np.unique(state, return_index=True, return_inverse=True)
    place = np.searchsorted(before.states, states)
    is_new = place == len(before.states)
    is_new[~is_new] = before.states[place[~is_new]] != states[~is_new]
    chosen = np.zeros((len(states), pending.shape[1]), dtype=np.int64)
    chosen[~is_new] = before.chosen[place[~is_new]]
    new = first[is_new]
    if len(new):
        chosen[is_new] = _search(search.take(new), pending[new].copy())
        if len(before.states) + len(new) <= _MOST_KNOWN:
            known[key] = before.add(states[is_new], chosen[is_new])
    return np.where(pending, chosen[back.ravel()], 0)


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
        nth = np.searchsorted(some, row)  # among these visits only: a place for every visit and set would be mostly air
        share = _mean_by(nth * len(sets) + which, decided, len(some) * len(sets))
        share = share.reshape(len(some), len(sets), -1)
        best = share.argmax(axis=1)
        reached = np.take_along_axis(share, best[:, None, :], axis=1)[:, 0, :] > 0
        chosen[some] = np.where(pending[some] & reached, bits[best], chosen[some])


def _trials(search: Search, rows: np.ndarray, sets: list[tuple[int, ...]]):
    """(row, set, slots put, values) of every trial of every set that is open at the row."""
    none = np.empty(0, dtype=np.int64)
    parts = [(none, none, np.empty((0, len(search.slots)), dtype=bool), np.empty((0, len(search.slots))))]
    open_at = search.open_at[rows].T
    for number, members in enumerate(sets):
        here = rows[np.logical_and.reduce([open_at[member] for member in members])]
        if not len(here):
            continue
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


class _Sentences:
    """Sets of results with the windows they are wanted in, gathered over the groups of criteria."""

    def __init__(self) -> None:
        self._forms: dict[str, int] = {}
        self._form: list[np.ndarray] = []
        self._days: list[np.ndarray] = []
        self._n = 0

    def add(self, search: Search, chosen: np.ndarray) -> np.ndarray:
        """The number of each set's sentence; equal sets with equal windows have one."""
        number = np.full(chosen.shape, -1, dtype=np.int32)
        rows, columns = np.nonzero(chosen)
        if not len(rows):
            return number
        visits, bits = search.visits, chosen[rows, columns]
        start, target, latest = visits.start, visits.target, visits.week == LATEST
        low = np.maximum(np.where(latest, target - LATEST_DAYS, target - VISIT_DAYS), start + 1)
        high = np.where(latest, target, target + VISIT_DAYS)
        several = [at for at, slot in enumerate(search.slots) if len(slot.names) > 1]
        alike = np.unique(_mix(search.place[:, several]), return_inverse=True)[1]
        _, which = number_distinct(bits)
        kinds, kind = number_distinct(which * len(chosen) + alike[rows])
        example = np.empty(len(kinds), dtype=np.int64)
        example[kind] = np.arange(len(kind))
        forms = [_form(search, int(rows[at]), int(bits[at])) for at in example.tolist()]
        form = np.array([self._forms.setdefault(text, len(self._forms)) for text in forms])[kind]
        pairs, back = number_distinct(form * len(chosen) + rows)
        form, row = np.divmod(pairs, len(chosen))
        self._form.append(form)
        self._days.append(np.column_stack([low, high, start - BASELINE_DAYS, start])[row])
        number[rows, columns] = self._n + back
        self._n += len(pairs)
        return number

    def finish(self, number: np.ndarray) -> Settling:
        if not self._n:
            return Settling(number, [], np.zeros(0, dtype=np.int64), np.zeros((0, 4), dtype=np.int64))
        return Settling(number, list(self._forms), np.concatenate(self._form), np.concatenate(self._days))


def _form(search: Search, row: int, bits: int) -> str:
    """`UPCR {visit} and C3 {baseline} (baseline)`."""
    windows = {VALUE: WINDOW, BASELINE: f"{BASELINE_WINDOW} (baseline)", PREVIOUS: "at the assessment before"}
    return " and ".join(
        f"{slot.names[search.place[row, at] if len(slot.names) > 1 else 0]} {windows[slot.side]}"
        for at, slot in enumerate(search.slots)
        if bits >> at & 1
    )
