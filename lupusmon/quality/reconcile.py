"""The same fact twice: identical, corrected or later rows (CONTRACT 3)."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from lupusmon.issues import Outcome
from lupusmon.sorting import sort_order, starts_of_runs


@dataclass(frozen=True)
class Keys:
    """What decides between rows, one integer per row in reading order.

    slot: patient, series and time, numbered from 0. content: equal for rows that say the same. status: of the row.
    corrected: beats any other. result_id: equal for rows of one result_id, patient and analyte; -1 = none.
    """

    slot: np.ndarray
    content: np.ndarray
    status: np.ndarray
    corrected: np.ndarray
    result_id: np.ndarray


@dataclass(frozen=True)
class Reconciled:
    """outcome per row (ACCEPTED, IDENTICAL, SUPERSEDED); winner: the row that replaced or equals it, or -1."""

    outcome: np.ndarray
    winner: np.ndarray


def reconcile(keys: Keys) -> Reconciled:
    """Decides every row in reading order.

    Rows alone in their slot and result_id are accepted; slots whose rows all say the same keep the first. Only rows
    that truly conflict are walked one by one, so the cost is a sort plus the number of conflicts.
    Source: CONTRACT 3.
    """
    n = len(keys.slot)
    outcome, winner = np.zeros(n, dtype=np.int8), np.full(n, -1, dtype=np.int64)
    rows = np.flatnonzero((np.bincount(keys.slot)[keys.slot] > 1) | (keys.result_id >= 0)) if n else np.arange(0)
    if len(rows):
        met = _decide(Keys(*(getattr(keys, f.name)[rows] for f in fields(keys))))
        outcome[rows], winner[rows] = met.outcome, np.where(met.winner >= 0, rows[met.winner], -1)
    return Reconciled(outcome, winner)


def _decide(keys: Keys) -> Reconciled:
    """Of rows none of which is alone."""
    n = len(keys.slot)
    outcome, winner = np.zeros(n, dtype=np.int8), np.full(n, -1, dtype=np.int64)
    tangled = _tangled(keys)
    order = sort_order(keys.slot)
    starts = starts_of_runs(keys.slot[order])
    first = order[np.maximum.accumulate(np.where(starts, np.arange(n), 0))]
    repeat = ~starts & ~tangled[order]
    outcome[order[repeat]], winner[order[repeat]] = Outcome.IDENTICAL, first[repeat]
    _walk(keys, np.flatnonzero(tangled), outcome, winner)
    return Reconciled(outcome, winner)


def _tangled(keys: Keys) -> np.ndarray:
    """Rows of a slot with different contents or of a repeated result_id, and all rows linked to them."""
    mixed = _mixed_groups(keys.slot, keys.content)
    has_id = keys.result_id >= 0
    if has_id.any():
        rows = np.flatnonzero(has_id)
        mixed[rows] |= _mixed_groups(keys.result_id[rows], keys.slot[rows])
        while True:
            grown = _spread(keys.slot, mixed)
            grown[rows] |= _spread(keys.result_id[rows], grown[rows])
            if grown.sum() == mixed.sum():
                break
            mixed = grown
    return mixed


def _mixed_groups(group: np.ndarray, value: np.ndarray) -> np.ndarray:
    """True for the rows of groups that hold more than one value."""
    order = sort_order(group, value)
    g, v = group[order], value[order]
    change = starts_of_runs(g, v) & ~starts_of_runs(g)
    number = np.cumsum(starts_of_runs(g)) - 1
    mixed = np.bincount(number, weights=change) > 0
    out = np.empty(len(group), dtype=bool)
    out[order] = mixed[number]
    return out


def _spread(group: np.ndarray, marked: np.ndarray) -> np.ndarray:
    """Marks every row of a group that has a marked row."""
    words, back = np.unique(group, return_inverse=True)
    return (np.bincount(back, weights=marked, minlength=len(words)) > 0)[back]


def _walk(keys: Keys, rows: np.ndarray, outcome: np.ndarray, winner: np.ndarray) -> None:
    """Reading order, literally: an equal row is identical; a conflict goes to `corrected`, else to the later row."""
    in_slot: dict[int, int] = {}
    with_id: dict[int, int] = {}
    accepted: dict[tuple[int, int], int] = {}
    replaced: dict[tuple[int, int, int], int] = {}
    for row in rows.tolist():
        slot, content, status, number = (int(k[row]) for k in (keys.slot, keys.content, keys.status, keys.result_id))
        equal = accepted.get((slot, content), replaced.get((slot, content, status)))
        if equal is not None:
            outcome[row], winner[row] = Outcome.IDENTICAL, equal
            continue
        rivals = {in_slot.get(slot), with_id.get(number) if number >= 0 else None} - {None}
        stronger = [r for r in rivals if keys.corrected[r] and not keys.corrected[row]]
        if stronger:
            outcome[row], winner[row] = Outcome.SUPERSEDED, min(stronger)
            replaced[slot, content, status] = row
            continue
        for rival in rivals:
            _replace(keys, rival, row, outcome, winner, in_slot, with_id, accepted, replaced)
        in_slot[slot] = row
        accepted[slot, content] = row
        if number >= 0:
            with_id[number] = row


def _replace(keys, rival, row, outcome, winner, in_slot, with_id, accepted, replaced) -> None:
    slot, content, status, number = (int(k[rival]) for k in (keys.slot, keys.content, keys.status, keys.result_id))
    outcome[rival], winner[rival] = Outcome.SUPERSEDED, row
    replaced[slot, content, status] = rival
    accepted.pop((slot, content), None)
    if in_slot.get(slot) == rival:
        del in_slot[slot]
    if number >= 0 and with_id.get(number) == rival:
        del with_id[number]
