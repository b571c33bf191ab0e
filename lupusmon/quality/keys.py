"""What decides whether two rows of a kind say the same or one replaces the other (CONTRACT 3)."""

from __future__ import annotations

import numpy as np

from lupusmon.clean import STOPPED
from lupusmon.quality.reconcile import Keys
from lupusmon.quality.stack import Stack
from lupusmon.rounding import round_compare
from lupusmon.sorting import number_distinct, sort_order, starts_of_runs
from lupusmon.text.columns import TextColumn

_LARGEST = 1 << 62
_CORRECTED = frozenset({"corrected", "correction", "amended", "c"})


def lab_keys(stack: Stack) -> Keys:
    """Slot: patient, series, time. Content: kind, comparator, word and value to 6 digits, looked at where rows meet."""
    patient, method, status, ids = stack.patient, stack.text("method"), stack.raw("status"), stack.raw("result_id")
    analyte, day, micros = stack.array("analyte"), stack.array("day"), stack.array("micros")
    order = sort_order(patient.codes, analyte, method.codes, day, micros)
    runs = starts_of_runs(patient.codes[order], analyte[order], method.codes[order], day[order], micros[order])
    slot = np.empty(len(order), dtype=np.int64)
    slot[order] = np.cumsum(runs) - 1
    result_id = _result_ids(ids, patient, analyte)
    meets = (np.bincount(slot)[slot] > 1) | (result_id >= 0)
    content = np.zeros(len(order), dtype=np.int64)
    met = np.flatnonzero(meets)
    if len(met):
        small = (stack.array("kind")[met] * 3 + stack.array("comparator")[met] + 1) * 3 + stack.array("word")[met] + 1
        content[met] = number_groups(small, round_compare(stack.array("value")[met]))
    folded = TextColumn.from_values([w.casefold() for w in status.words])
    corrected = status.map(lambda word: word.casefold() in _CORRECTED, bool)
    return Keys(slot, content, status.spread(folded.codes), corrected, result_id)


def dose_keys(stack: Stack) -> Keys:
    status = stack.array("status")
    when = (stack.array("day"), stack.array("micros"))
    slot = number_groups(stack.patient.codes, stack.array("drug"), *when, status == STOPPED)
    numbers = [round_compare(stack.array(name)) for name in ("dose", "weight_kg", "duration_min")]
    content = number_groups(*numbers, stack.array("dose_unit"), status, stack.text("note").codes)
    return _plain_keys(slot, content, status.astype(np.int64))


def assessment_keys(stack: Stack) -> Keys:
    slot = number_groups(stack.patient.codes, stack.array("day"), stack.array("micros"))
    numbers = [round_compare(stack.array(name)) for name in ("sledai", "pga", "pga_scale", "prednisone")]
    answers = [stack.array("failure"), stack.array("discontinued")]
    content = number_groups(*numbers, *answers, *stack.array("grades").T, *stack.array("items").T)
    return _plain_keys(slot, content, np.zeros(len(slot), dtype=np.int64))


def people_keys(stack: Stack) -> Keys:
    slot = number_groups(stack.patient.codes)
    texts = [stack.text(name).codes for name in ("sex", "site", "label")]
    content = number_groups(stack.array("birth_year"), *texts)
    return _plain_keys(slot, content, np.zeros(len(slot), dtype=np.int64))


def _result_ids(ids: TextColumn, patient: TextColumn, analyte: np.ndarray) -> np.ndarray:
    """Rows of one result_id, patient and analyte share a number; -1 for none and for ids that stand once."""
    out = np.full(len(ids), -1, dtype=np.int64)
    empty = np.array([w == "" for w in ids.words], dtype=bool)
    often = (np.bincount(ids.codes, minlength=len(ids.words)) > 1) & ~empty
    rows = np.flatnonzero(ids.spread(often))
    if len(rows):
        out[rows] = number_groups(ids.codes[rows], patient.codes[rows], analyte[rows])
    return out


def _plain_keys(slot: np.ndarray, content: np.ndarray, status: np.ndarray) -> Keys:
    n = len(slot)
    return Keys(slot, content, status, np.zeros(n, dtype=bool), np.full(n, -1, dtype=np.int64))


def number_groups(*columns: np.ndarray) -> np.ndarray:
    """One integer per row, equal where all columns are equal (nan equals nan)."""
    group, size = np.zeros(len(columns[0]), dtype=np.int64), 1
    if not len(group):
        return group
    for values in columns:
        if values.dtype.kind == "f":
            values = np.unique(values, return_inverse=True)[1]
        low = int(values.min())
        span = int(values.max()) - low + 1
        if size * span > _LARGEST:
            group = number_distinct(group)[1].astype(np.int64)
            size = int(group.max()) + 1
        group = group * span + (values.astype(np.int64) - low)
        size *= span
    return number_distinct(group)[1].astype(np.int64)
