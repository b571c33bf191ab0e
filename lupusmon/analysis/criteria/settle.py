"""What would settle a verdict that cannot be told: the smallest set of results that decides it (CRITERIA 8).

Every open input is tried with values far apart, alone and in pairs, and the checks are really run again; where no pair
decides, inputs are taken away one by one from a full set that does. All trials of all visits go through the checks in
one batch, and visits in the same state are tried once. Among sets of one size the one that decides under the most of
its values is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from lupusmon.analysis.criteria.labs import baseline_grades, baseline_items, visit_grades, visit_items, worsened
from lupusmon.analysis.criteria.registry import Criterion
from lupusmon.analysis.criteria.slots import BASELINE, TRIALS, VALUE, Slot, list_slots
from lupusmon.analysis.criteria.verdicts import NO_ROW, NOT_ASSESSABLE, assess_verdicts
from lupusmon.analysis.readings import is_above_limit, is_below_limit
from lupusmon.analysis.visits import LATEST, Visits
from lupusmon.clinical.thresholds import BASELINE_DAYS, LATEST_DAYS, VISIT_DAYS

_BATCH = 400_000  # trial visits run through the checks at a time
_NEAR_TRIAL = 0.5  # a value this close (in ratio) to a trial value makes a state of its own


def find_settling(visits: Visits, criteria: Sequence[Criterion], verdict: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """(number per visit and criterion or -1, texts): what would settle each not_assessable.

    verdict: visits x criteria. -1 also where no result could decide it (an unknown dose, IVIG before the count).
    """
    numbers = np.full(verdict.shape, -1, dtype=np.int32)
    texts: list[str] = []
    groups: dict[tuple, list[int]] = {}
    for i, criterion in enumerate(criteria):
        groups.setdefault((criterion.reads, criterion.assessed), []).append(i)
    for (reads, assessed), members in groups.items():
        rows = np.flatnonzero((verdict[:, members] == NOT_ASSESSABLE).any(axis=1))
        if len(rows):
            some = visits.take(rows)
            search = Search.build(some, list_slots(reads, assessed), [criteria[i] for i in members])
            pending = verdict[np.ix_(rows, members)] == NOT_ASSESSABLE
            found = _settle_states(search, _state_of(some, reads, assessed, pending), pending)
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


def _state_of(visits: Visits, reads: tuple[str, ...], assessed: bool, pending: np.ndarray) -> np.ndarray:
    """A number per visit, equal where every answer that bears on the search is equal."""
    columns = [pending, visits.week[:, None] == LATEST]
    for side in (VALUE, BASELINE):
        for code in reads:
            reading = getattr(visits, side)[code]
            exact = reading.value.known() & (reading.value.lo == reading.value.hi)
            near = [np.abs(reading.value.lo - t) <= _NEAR_TRIAL * t for t in TRIALS[code]]
            state = [
                reading.present,
                exact,
                reading.word,
                reading.titre,
                is_below_limit(reading),
                is_above_limit(reading),
            ]
            columns += [np.stack([np.asarray(c).astype(np.int64) for c in (*state, *near)], axis=1)]
    if reads:
        same = [visits.baseline[c].series == visits.value[c].series for c in reads]
        columns += [
            np.stack(same, axis=1),
            *(np.stack(list(f(visits).values()), 1) for f in (baseline_items, visit_items)),
        ]
        columns += [baseline_grades(visits), visit_grades(visits), worsened(visits)]
        columns += [np.stack([_sign(visits, day) for day in (visits.rescue_certain, visits.rescue_possible)], axis=1)]
        people = visits.sources.people_row[visits.patient][:, None]
        columns += [people >= 0, visits.drug[:, None], *_thresholds(visits, reads)]
    if assessed:
        for side in (visits.first_assessment, visits.assessment, visits.previous_assessment):
            numbers = [np.nan_to_num(x, nan=-1.0)[:, None] * 100 for x in (side.sledai, side.pga, side.prednisone)]
            columns += [*numbers, side.grades, side.items, side.present[:, None]]
        days = (visits.rescue_certain, visits.rescue_possible, visits.failure_day)
        columns += [np.stack([_sign(visits, day) for day in days], axis=1)]
        if visits.assessment.present.any():  # serology of the 30 days before an assessment is looked up anew
            columns += [np.where(visits.assessment.present, np.arange(len(visits)), -1)[:, None]]
    matrix = np.concatenate([np.asarray(c).reshape(len(visits), -1).astype(np.int64) for c in columns], axis=1)
    mix = np.random.default_rng(1).integers(1, np.iinfo(np.int64).max, matrix.shape[1], dtype=np.int64)
    with np.errstate(over="ignore"):
        return (matrix * (mix | 1)).sum(axis=1)


def _sign(visits: Visits, day: np.ndarray) -> np.ndarray:
    return np.sign(day - visits.target)


def _thresholds(visits: Visits, reads: tuple[str, ...]) -> list[np.ndarray]:
    """Answers of all checks that look at these analytes: they hold every threshold the trials could cross."""
    cuts = {
        "UPCR": (0.25, 0.5, 0.7, 1, 3),
        "PLT": (15, 30, 50, 100, 150),
        "CREAT": (0.5, 0.75, 1, 1.5),
        "EGFR": (45, 60, 90),
    }
    out = []
    for code in reads:
        for side in (visits.value, visits.baseline):
            if code in cuts:
                out.append(np.digitize(np.nan_to_num(side[code].value.lo, nan=-1.0), cuts[code])[:, None])
    return out


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
    best = np.zeros(pending.shape)
    for members in combinations(range(len(search.slots)), size):
        rows = np.flatnonzero(search.open_at[:, members].all(axis=1) & (pending & (best < 1)).any(axis=1))
        if not len(rows):
            continue
        trials = np.array(list(product(*(search.slots[m].trials for m in members))))
        put = np.zeros((len(rows) * len(trials), len(search.slots)), dtype=bool)
        values = np.zeros(put.shape)
        put[:, members] = True
        values[:, members] = np.tile(trials, (len(rows), 1))
        decided = search.decided(np.repeat(rows, len(trials)), put, values)
        share = decided.reshape(len(rows), len(trials), -1).mean(axis=1)
        better = (share > best[rows]) & pending[rows]
        at_row, at_column = np.nonzero(better)
        best[rows[at_row], at_column] = share[better]
        chosen[rows[at_row], at_column] = sum(1 << m for m in members)


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
    named = np.stack([chosen[rows, columns], start, low, high, *search.place[rows].T])
    keys, first, back = np.unique(named, axis=1, return_index=True, return_inverse=True)
    for at in first.tolist():
        texts.append(_sentence(search, int(rows[at]), int(named[0, at]), *named[1:4, at].tolist()))
    numbers[rows, columns] = len(texts) - keys.shape[1] + back.ravel()
    return numbers


def _sentence(search: Search, row: int, bits: int, start: int, low: int, high: int) -> str:
    """`UPCR between 2025-07-17 and 2025-09-11 and C3 between 2024-12-01 and 2025-03-01 (baseline)`."""
    begin, end, first, before = (str(np.datetime64(d, "D")) for d in (low, high, start, start - BASELINE_DAYS))
    windows = {VALUE: f"between {begin} and {end}", BASELINE: f"between {before} and {first} (baseline)"}
    parts = []
    for at, slot in enumerate(search.slots):
        if bits >> at & 1:
            parts.append(f"{slot.names[search.place[row, at] if len(slot.names) > 1 else 0]} {windows[slot.side]}")
    return " and ".join(parts)
