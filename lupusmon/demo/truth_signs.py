"""Expected verdicts of the criteria that rest on assessments: SRI, BICLA, LLDAS, DORIS (CRITERIA 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lupusmon.clinical import thresholds as t
from lupusmon.demo.archetypes import NEVER
from lupusmon.demo.assessment_rows import Written
from lupusmon.demo.certainty import MET, NOT, OPEN, UNKNOWN, agree, all_of
from lupusmon.demo.plans import Plan
from lupusmon.demo.signs import NAMES, A, B, Signs
from lupusmon.demo.truth_labs import Verdict, no_rescue
from lupusmon.demo.truth_window import Point
from lupusmon.demo.visits import Visits

MAJOR_ORGAN = (
    "casts", "haematuria", "proteinuria", "pyuria", "seizure", "psychosis", "organic_brain", "visual", "cranial_nerve",
    "headache", "cva", "pleurisy", "pericarditis", "vasculitis", "fever",
)  # fmt: skip
SEROLOGY = ("low_complement", "increased_dna_binding")


@dataclass(frozen=True)
class Scored:
    """Assessments as written: patient and day of each, the row of each patient's baseline (-1: none)."""

    patient: np.ndarray
    day: np.ndarray
    total: np.ndarray
    signs: Signs
    written: Written
    baseline: np.ndarray


def gather(plans: list[Plan], visits: Visits, signs: Signs, written: Written) -> Scored:
    """Adds the baseline: the last assessment from 90 days before to the first dose."""
    patient, day = visits.patient[signs.draw], visits.day[signs.draw]
    baseline = np.full(len(plans), -1)
    rows = np.flatnonzero((day <= 0) & (day >= -t.BASELINE_DAYS))
    baseline[patient[rows]] = rows
    return Scored(patient, day, signs.total, signs, written, baseline)


def judge_signs(plans: list[Plan], scored: Scored, visit: Point) -> Iterator[Verdict]:
    """Every assessed criterion at one visit."""
    rows = _rows_in(scored, visit)
    n = len(plans)
    failure = all_of(no_rescue(plans, visit), _none_recorded(scored, visit, rows, n))
    worsening, improved = _grades(scored, rows)
    worsening = all_of(worsening, _pga_held(scored, rows))
    p, base = scored.patient[rows], scored.baseline[scored.patient[rows]]
    drop = np.where(base < 0, 0, scored.total[base] - scored.total[rows])
    base_total = np.where(scored.baseline < 0, 0, scored.total[scored.baseline])
    for points in t.SRI_POINTS:
        entry = np.where(scored.baseline < 0, UNKNOWN, np.where(base_total >= points, MET, NOT))
        checks = agree(all_of(_answer(drop >= points, base >= 0), worsening), p, n)
        yield f"sri_{points}", entry, all_of(checks, failure)
    checks = agree(all_of(improved, _answer(drop >= 0, base >= 0), worsening), p, n)
    yield "bicla", _has_a_or_b(scored), all_of(checks, failure)
    always = np.full(n, MET)
    yield "lldas", always, agree(_lldas(scored, rows), p, n)
    yield "doris", always, agree(_doris(scored, rows), p, n)


def _answer(holds: np.ndarray, known: np.ndarray) -> np.ndarray:
    return np.where(~known, UNKNOWN, np.where(holds, MET, NOT))


def _rows_in(scored: Scored, visit: Point) -> np.ndarray:
    """The assessments that can stand for the visit: all of the window, or for `latest` the last one."""
    p, day = scored.patient, scored.day
    first = visit.target - (t.LATEST_DAYS if visit.week == "latest" else t.VISIT_DAYS)
    inside = (day >= first[p]) & (day <= visit.until[p]) & (day > 0)
    if visit.week == "latest":
        is_last = np.append(p[1:] != p[:-1], True)
        inside &= is_last
    return np.flatnonzero(inside)


def _none_recorded(scored: Scored, visit: Point, rows: np.ndarray, n: int) -> np.ndarray:
    """No treatment failure or discontinuation written up to the visit's assessment."""
    bad = scored.written.failed | scored.written.stopped
    first_bad = np.full(n, NEVER)
    after = np.flatnonzero(bad & (scored.day > 0))
    np.minimum.at(first_bad, scored.patient[after], scored.day[after])
    earliest, latest = np.full(n, NEVER), np.full(n, -1)
    np.minimum.at(earliest, scored.patient[rows], scored.day[rows])
    np.maximum.at(latest, scored.patient[rows], scored.day[rows])
    has_row = latest >= 0
    earliest = np.where(has_row, earliest, visit.target)
    clear = np.where(has_row, MET, UNKNOWN)
    return np.where(first_bad <= earliest, NOT, np.where(has_row & (first_bad <= latest), OPEN, clear))


def _grades(scored: Scored, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """No new A and at most one new B; every baseline A or B improved. Per assessment."""
    base = scored.baseline[scored.patient[rows]]
    now, then = scored.signs.grades[rows], scored.signs.grades[base]
    known = (base >= 0) & scored.written.has_bilag[rows]
    new_a = ((now == A) & (then != A)).any(axis=1)
    new_b = ((now == B) & (then > B)).sum(axis=1)
    better = np.where(then == A, now > A, np.where(then == B, now > B, True)).all(axis=1)
    return _answer(~new_a & (new_b <= t.MAX_NEW_B), known), _answer(better, known)


def _has_a_or_b(scored: Scored) -> np.ndarray:
    base = scored.baseline
    return _answer((scored.signs.grades[base] <= B).any(axis=1), (base >= 0) & scored.written.has_bilag[base])


def _pga_held(scored: Scored, rows: np.ndarray) -> np.ndarray:
    base = scored.baseline[scored.patient[rows]]
    rise = np.round(scored.written.pga[rows] - scored.written.pga[base], 2)
    return _answer(rise < t.PGA_WORSE, (base >= 0) & ~np.isnan(rise))


def _column(scored: Scored, rows: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    return scored.signs.items[rows][:, [NAMES.index(name) for name in names]]


def _lldas(scored: Scored, rows: np.ndarray) -> np.ndarray:
    pga, dose = scored.written.pga[rows], scored.written.prednisone[rows]
    calm = scored.total[rows] == 0
    listed = scored.written.has_items[rows] | calm
    has_previous = (rows > 0) & (scored.patient[rows - 1] == scored.patient[rows])
    new = (scored.signs.items[rows] & ~scored.signs.items[rows - 1]).any(axis=1)
    no_new = np.where(has_previous, _answer(~new, listed), np.where(calm, MET, OPEN))
    return all_of(
        _answer(scored.total[rows] <= t.LLDAS_SLEDAI, np.full(len(rows), True)),
        _answer(~_column(scored, rows, MAJOR_ORGAN).any(axis=1), listed),
        no_new,
        _answer(pga <= t.LLDAS_PGA, ~np.isnan(pga)),
        _answer(dose <= t.LLDAS_PREDNISONE_MG, ~np.isnan(dose)),
    )


def _doris(scored: Scored, rows: np.ndarray) -> np.ndarray:
    """Without listed items the laboratory's may stand in: OPEN, unless the total alone decides."""
    pga, dose, total = scored.written.pga[rows], scored.written.prednisone[rows], scored.total[rows]
    clinical = total - 2 * _column(scored, rows, SEROLOGY).sum(axis=1)
    listed = scored.written.has_items[rows]
    unlisted = np.where(total == 0, MET, np.where(total > 4, NOT, OPEN))
    return all_of(
        np.where(listed, _answer(clinical == 0, listed), unlisted),
        _answer(pga < t.DORIS_PGA, ~np.isnan(pga)),
        _answer(dose <= t.DORIS_PREDNISONE_MG, ~np.isnan(dose)),
    )
