"""Alerts on results that contradict each other: one test, one day, two sides of the limit (clinical.alert_rules)."""

from __future__ import annotations

import numpy as np

from lupusmon.analysis.alert_rows import Alerts, make_alerts, value_texts
from lupusmon.analysis.answers import NO, UNKNOWN, YES, any_of, where
from lupusmon.analysis.criteria.phrases import iso_day
from lupusmon.analysis.labs import LabIndex
from lupusmon.clean import WORD
from lupusmon.clinical import alert_rules as rules
from lupusmon.clinical.analytes import ANALYTES, CODES, DOWN, UP
from lupusmon.sorting import starts_of_runs

_LOOKS_DOWN = np.array([a.good != DOWN for a in ANALYTES.values()])  # the lower limit is one that matters
_LOOKS_UP = np.array([a.good != UP for a in ANALYTES.values()])


def find_conflicts(labs: LabIndex) -> Alerts:
    """On the last day of an analyte, two results on different sides of the limit. Complexity: linear."""
    results = labs.results
    rows = labs.by_analyte.rows
    rows = rows[_has_company(labs, rows)]
    if not len(rows):
        return make_alerts("conflicting_results", rows, [])
    outside = assess_outside(labs, rows)
    group = results.patient[rows].astype(np.int64) * len(CODES) + results.analyte[rows]
    begin = np.flatnonzero(starts_of_runs(group, results.day[rows]))
    end = np.append(begin[1:], len(rows))
    conflict = (np.maximum.reduceat(outside, begin) == YES) & (np.minimum.reduceat(outside, begin) == NO)
    texts, found = [], np.flatnonzero(conflict)
    for at in found.tolist():
        day_rows, said = rows[begin[at] : end[at]], outside[begin[at] : end[at]]
        texts.append(_conflict_text(labs, day_rows[said == YES][-1], day_rows[said == NO][-1]))
    alerts = make_alerts("conflicting_results", results.patient[rows[begin[found]]], texts)
    alerts.analyte[:] = [CODES[a] for a in results.analyte[rows[begin[found]]].tolist()]
    return alerts


def _has_company(labs: LabIndex, rows: np.ndarray) -> np.ndarray:
    """Rows of the last day of their analyte, where that day is recent and has another result."""
    results = labs.results
    if not len(rows):
        return np.zeros(0, dtype=bool)
    patient, analyte, day = results.patient[rows], results.analyte[rows], results.day[rows]
    new_group = starts_of_runs(patient, analyte)
    final = np.flatnonzero(np.append(new_group[1:], True))
    group = np.cumsum(new_group) - 1
    newest = day == day[final][group]
    return (
        newest & (day >= labs.as_of - rules.ALERT_DAYS) & (np.bincount(group[newest], minlength=len(final))[group] > 1)
    )


def assess_outside(labs: LabIndex, rows: np.ndarray) -> np.ndarray:
    """Whether each result lies beyond the limit that matters: the lower one where up is good, the upper where down is.

    A side without a limit is not crossed; without any limit it is unknown (a word needs none).
    """
    reading = labs.read(rows)
    analyte = labs.results.analyte[rows]
    no = np.full(len(rows), NO)
    is_word = labs.results.kind[rows] == WORD
    has_low = _LOOKS_DOWN[analyte] & ~np.isnan(reading.ref_low)
    has_high = _LOOKS_UP[analyte] & (~np.isnan(reading.ref_high) | reading.titre | is_word)
    answer = any_of(where(has_low, reading.below, no), where(has_high, reading.above, no))
    return where(has_low | has_high, answer, np.full(len(rows), UNKNOWN))


def _conflict_text(labs: LabIndex, outside: int, inside: int) -> str:
    """`C3 on 2026-10-02: 85 mg/dL (nephelometry, limit 90) is outside its limit, 95 mg/dL (limit 90) is not`."""
    results = labs.results
    parts = []
    for row, value in zip((outside, inside), value_texts(results, np.array([outside, inside])), strict=True):
        method = results.method.words[results.method.codes[row]]
        down = _LOOKS_DOWN[results.analyte[row]] and not np.isnan(results.ref_low[row])
        limit = results.ref_low[row] if down else results.ref_high[row]
        notes = [method, "" if np.isnan(limit) else f"limit {limit:g}"]
        parts.append(f"{value} ({', '.join(filter(None, notes))})" if any(notes) else value)
    name = rules.spoken(CODES[results.analyte[outside]])
    day = iso_day(results.day[outside : outside + 1])[0]
    return f"{name} on {day}: {parts[0]} is outside its limit, {parts[1]} is not"
