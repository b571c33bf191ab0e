"""Alerts on serology: anti-dsDNA and complement moving together, and a changed assay (clinical.alert_rules)."""

from __future__ import annotations

import numpy as np

from lupusmon.analysis.alert_rows import (
    Alerts,
    dated_texts,
    later_texts,
    make_alerts,
    select_recent,
    subject_texts,
)
from lupusmon.analysis.answers import NO, UNKNOWN, YES, all_of, any_of, where
from lupusmon.analysis.criteria.phrases import iso_day
from lupusmon.analysis.daily import Daily
from lupusmon.analysis.episodes import find_episodes
from lupusmon.analysis.intervals import compute_change, is_at_least
from lupusmon.analysis.labs import LabIndex
from lupusmon.analysis.readings import Reading
from lupusmon.analysis.trends import assess_beyond_rcv
from lupusmon.clinical import alert_rules as rules
from lupusmon.clinical.analytes import INDEX
from lupusmon.clinical.thresholds import TITRE_RCV_UP_PCT
from lupusmon.sorting import starts_of_runs

_UNNAMED = "an unnamed assay"


def find_serologic_warnings(dsdna: Daily, complement: tuple[Daily, ...], unsteady: np.ndarray) -> Alerts:
    """Anti-dsDNA up by 25 % while C3 or C4 fell beyond its reference change value.

    complement: C3 and C4. unsteady: patients with a kidney alert. Source: Tseng 2006, with C3 or C4 for C3a.
    """
    as_of, now = dsdna.labs.as_of, dsdna.read()
    rose = _each_step(dsdna, lambda old: _rose(old, now))
    fell = [_fell_near(dsdna, own) for own in complement]
    answer = all_of(any_of(*rose), any_of(*(answer for answer, _ in fell)))
    episodes = select_recent(dsdna, find_episodes(dsdna.patient, answer), as_of)
    at = episodes.now
    results = dsdna.labs.results
    seen = subject_texts(results, dsdna.rows[at])
    base = dated_texts(results, dsdna.at(_first_yes(rose, dsdna)[at]))
    drops = [_drop_texts(own, near[at], a[at]) for own, (a, near) in zip(complement, fell, strict=True)]
    kidney = _kidney_texts(dsdna.labs, dsdna.patient[at], unsteady)
    days, since = dsdna.day[at], dsdna.day[episodes.since]
    again = [f", so since {day}" if more else "" for day, more in zip(iso_day(since), days != since, strict=True)]
    tails = zip(kidney, again, later_texts(dsdna, episodes), strict=True)
    texts = [
        f"{s}, up from {b}, while {' and '.join(filter(None, drop))}; {k}{more}{later}"
        for s, b, drop, (k, more, later) in zip(seen, base, zip(*drops, strict=True), tails, strict=True)
    ]
    eased = now.take(at).above != YES
    return make_alerts("serologic_warning", dsdna.patient[at], texts, analyte="DSDNA", eased=eased)


def _each_step(daily: Daily, assess) -> list[np.ndarray]:
    """`assess` of each of the results before that count, in the order from the last; no where there is none."""
    out = []
    for step in range(1, rules.SEROLOGY_VISITS + 1):
        old = daily.read(daily.earlier(step, rules.SEROLOGY_DAYS))
        out.append(where(old.present, assess(old), np.full(len(daily.rows), NO)))
    return out


def _rose(old: Reading, now: Reading) -> np.ndarray:
    needed = np.where(now.titre, TITRE_RCV_UP_PCT / 100, rules.DSDNA_RISE)
    return is_at_least(compute_change(old.value, now.value), needed)


def _first_yes(answers: list[np.ndarray], daily: Daily) -> np.ndarray:
    """Position of the nearest earlier result for which the answer is yes."""
    at = np.full(len(daily.rows), -1)
    for step in range(len(answers), 0, -1):
        at = np.where(answers[step - 1] == YES, daily.earlier(step, rules.SEROLOGY_DAYS), at)
    return at


def _fell_near(dsdna: Daily, own: Daily) -> tuple[np.ndarray, np.ndarray]:
    """(fell beyond its reference change value, position in `own`) of the complement result nearest to each dsDNA."""
    labs, now = own.labs, own.read()
    analyte = np.full(len(own.rows), INDEX[own.code])
    fell = any_of(*_each_step(own, lambda old: assess_beyond_rcv(old.value, now.value, analyte, now.titre)[1]))
    row = labs.nearest(own.code, dsdna.patient, dsdna.day, dsdna.day - rules.PAIR_DAYS, dsdna.day + rules.PAIR_DAYS)
    place = np.full(len(labs.results) + 1, -1, dtype=np.int64)
    place[own.rows] = np.arange(len(own.rows))
    at = place[row]
    return where(at >= 0, np.append(fell, UNKNOWN)[at], np.full(len(at), UNKNOWN)), at


def _drop_texts(own: Daily, at: np.ndarray, fell: np.ndarray) -> list[str]:
    """`C3 fell from 95 on 2026-08-07 to 70 on 2026-10-02`; empty where it did not."""
    if not len(own.rows):
        return [""] * len(at)
    now = own.read(at)
    analyte = np.full(len(at), INDEX[own.code])
    base = np.full(len(at), -1)
    for step in range(rules.SEROLOGY_VISITS, 0, -1):
        old = np.where(at >= 0, own.earlier(step, rules.SEROLOGY_DAYS)[at], -1)
        yes = assess_beyond_rcv(own.read(old).value, now.value, analyte, now.titre)[1] == YES
        base = np.where(yes, old, base)
    results = own.labs.results
    pairs = zip(
        dated_texts(results, own.at(base)), dated_texts(results, own.at(at)), (fell == YES).tolist(), strict=True
    )
    return [f"{own.code} fell from {old} to {new}" if yes else "" for old, new, yes in pairs]


def _kidney_texts(labs: LabIndex, patient: np.ndarray, unsteady: np.ndarray) -> list[str]:
    """`kidney steady (UPCR 0.2 on 2026-10-02)`; not steady, see its alert; not known without a recent UPCR."""
    today = np.full(len(patient), labs.as_of)
    row = labs.last("UPCR", patient, today - rules.KIDNEY_DAYS, today)
    out = []
    for seen, moving in zip(dated_texts(labs.results, row), unsteady[patient].tolist(), strict=True):
        if moving:
            out.append("kidney not steady, see its own alert")
        elif seen:
            out.append(f"kidney steady (UPCR {seen})")
        else:
            out.append(f"kidney not known (no UPCR in the last {rules.KIDNEY_DAYS} days)")
    return out


def find_assay_changes(dsdna: Daily) -> Alerts:
    """The last result is of a series that began after another had ended, both within a year."""
    labs, as_of = dsdna.labs, dsdna.labs.as_of
    if not len(dsdna.rows):
        return make_alerts("assay_changed", dsdna.patient, [], analyte="DSDNA")
    series = labs.series[dsdna.rows]
    codes, place = np.unique(series, return_inverse=True)
    first, last = np.full(len(codes), np.iinfo(np.int64).max), np.full(len(codes), np.iinfo(np.int64).min)
    np.minimum.at(first, place, dsdna.day)
    np.maximum.at(last, place, dsdna.day)
    final = np.flatnonzero(np.append(starts_of_runs(dsdna.patient)[1:], True))
    own, begun = place[final], first[place[final]]
    # the results of the patient's other series that had ended when the present one began
    owner = np.searchsorted(dsdna.patient[final], dsdna.patient)
    ended = (last[place] < begun[owner]) & (begun[owner] - last[place] <= rules.CHANGE_DAYS) & (place != own[owner])
    old = np.full(len(final), -1)
    old[owner[ended]] = np.flatnonzero(ended)  # rows are in time order: the latest stays
    changed = np.flatnonzero((old >= 0) & (begun >= as_of - rules.ALERT_DAYS))
    results = labs.results
    method = results.method
    new_row, old_row = dsdna.rows[final[changed]], dsdna.rows[old[changed]]
    names = zip(method.words[method.codes[new_row]], method.words[method.codes[old_row]], strict=True)
    days = zip(iso_day(begun[changed]), iso_day(results.day[old_row]), strict=True)
    texts = [
        f"Anti-dsDNA by {new or _UNNAMED} since {since}, by {was or _UNNAMED} until {until}: values do not compare"
        for (new, was), (since, until) in zip(names, days, strict=True)
    ]
    return make_alerts("assay_changed", dsdna.patient[final[changed]], texts, analyte="DSDNA")
