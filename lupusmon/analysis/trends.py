"""Trends of every series: slope, Mann-Kendall, reference change, direction (CRITERIA 4)."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np

from lupusmon.analysis.answers import YES, any_of, where
from lupusmon.analysis.courses import Courses
from lupusmon.analysis.daily import select_daily
from lupusmon.analysis.intervals import Interval, compute_change, is_above, is_at_least, is_at_most, is_below
from lupusmon.analysis.kernels import compute_mann_kendall, compute_theil_sen
from lupusmon.analysis.labs import LabIndex
from lupusmon.analysis.lookup import expand, pack
from lupusmon.clean import TITRE, WORD
from lupusmon.clinical.analytes import ANALYTES, UP
from lupusmon.clinical.thresholds import (
    BASELINE_DAYS,
    RCV_Z,
    SLOPE_PER_DAYS,
    TITRE_RCV_DOWN_PCT,
    TITRE_RCV_UP_PCT,
    TREND_DAYS,
    TREND_MIN_N,
    TREND_MIN_SPAN_DAYS,
)

SINCE_BASELINE, LAST_365D = 1, 0
SCOPES = ("last_365d", "since_baseline")
INSUFFICIENT, STABLE, IMPROVING, WORSENING, NO_DIRECTION = 0, 1, 2, 3, -1
DIRECTIONS = ("insufficient", "stable", "improving", "worsening")

_ALL = tuple(ANALYTES.values())
_LOG = np.array([a.log for a in _ALL])
_GOOD = np.array([0 if a.good is None else 1 if a.good == UP else -1 for a in _ALL])


def compute_rcv(cv_i: float | None, cv_a: float | None) -> tuple[float, float]:
    """(up, down) reference change value as fractions, log-normal, two-sided 95 %; nan without the CVs (in per cent).

    Source: Fokkema 2006.
    """
    if cv_i is None or cv_a is None:
        return float("nan"), float("nan")
    sigma = sqrt(log(1 + (cv_a / 100) ** 2) + log(1 + (cv_i / 100) ** 2))
    return exp(RCV_Z * sqrt(2) * sigma) - 1, 1 - exp(-RCV_Z * sqrt(2) * sigma)


_RCV = np.array([compute_rcv(a.cv_i, a.cv_a) for a in _ALL])


def rcv_limits(analyte: np.ndarray, titre: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(up, down) as fractions for each row; a titre counts from two dilutions."""
    up = np.where(titre, TITRE_RCV_UP_PCT / 100, _RCV[analyte, 0])
    return up, np.where(titre, TITRE_RCV_DOWN_PCT / 100, _RCV[analyte, 1])


def assess_beyond_rcv(first: Interval, last: Interval, analyte: np.ndarray, titre: np.ndarray):
    """(rose, fell) beyond the reference change value, three-valued; a titre reaching it is beyond."""
    change = compute_change(first, last)
    up, down = rcv_limits(analyte, titre)
    rose = where(titre, is_at_least(change, up), is_above(change, up))
    fell = where(titre, is_at_most(change, -down), is_below(change, -down))
    return rose, fell


@dataclass(frozen=True)
class Trends:
    """One row per series and scope (since_baseline: per course). series, course (-1: none), first, last: row numbers.

    course indexes Courses; first, last index LabIndex.results. rcv in per cent. Unknown numbers are nan.
    points: rows of LabIndex.results of every trend, one behind the other; those of trend i are points[offsets[i]:
    offsets[i + 1]].
    """

    series: np.ndarray
    course: np.ndarray
    scope: np.ndarray
    n: np.ndarray
    first: np.ndarray
    last: np.ndarray
    pct_change: np.ndarray
    slope: np.ndarray
    mk_s: np.ndarray
    mk_p: np.ndarray
    rcv_up: np.ndarray
    rcv_down: np.ndarray
    beyond: np.ndarray
    direction: np.ndarray
    offsets: np.ndarray
    points: np.ndarray

    def __len__(self) -> int:
        return len(self.series)


def compute_trends(labs: LabIndex, courses: Courses) -> Trends:
    """Every series in the last 365 days and since the baseline of every course.

    Results without a number stay out; of one day the last counts. Source: CRITERIA 4.
    """
    series, scope, course, offsets, rows = _select_points(labs, courses, select_daily(labs, numbers_only=True))
    results = labs.results
    analyte = labs.series_analyte[series] if len(series) else series
    day, value = results.day[rows].astype(np.float64), results.value[rows]
    slope = _slopes(day, value, offsets, _LOG[analyte])
    mk_s, mk_p = compute_mann_kendall(labs.rank[rows], offsets)
    first, last = rows[offsets[:-1]], rows[offsets[1:] - 1]
    n = np.diff(offsets)
    begin, end = (Interval.censored(results.value[r], results.comparator[r]) for r in (first, last))
    titre = results.kind[first] == TITRE
    rose, fell = assess_beyond_rcv(begin, end, analyte, titre)
    beyond = any_of(rose, fell) == YES
    change = np.where(rose == YES, 1, np.where(fell == YES, -1, 0))
    span = results.day[last] - results.day[first]
    up, down = rcv_limits(analyte, titre)
    return Trends(
        series=series,
        course=course,
        scope=scope,
        n=n,
        first=first,
        last=last,
        pct_change=_percent(results, first, last),
        slope=slope * SLOPE_PER_DAYS,
        mk_s=mk_s,
        mk_p=mk_p,
        rcv_up=up * 100,
        rcv_down=down * 100,
        beyond=beyond,
        direction=_directions(_GOOD[analyte], n, span, change, slope),
        offsets=offsets,
        points=rows,
    )


def _select_points(labs: LabIndex, courses: Courses, daily: np.ndarray):
    """(series, scope, course, offsets, rows): the points of every trend, ragged."""
    results, n_series = labs.results, len(labs.first_row)
    key = pack(labs.series[daily], results.day[daily])
    every = np.arange(n_series)
    today = np.full(n_series, labs.as_of)
    end = np.searchsorted(key, pack(every, today), side="right")
    recent = np.searchsorted(key, pack(every, today - TREND_DAYS), side="left")
    year = np.flatnonzero(end > recent)

    series, course, base = select_baselines(labs, courses)
    numeric = results.kind[base] != WORD
    series, course, base = series[numeric], course[numeric], base[numeric]
    after = np.searchsorted(key, pack(series, results.day[base]), side="right")
    counts = np.concatenate([(end - recent)[year], end[series] - after + 1])
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    _, at = expand(np.concatenate([recent[year], after - 1]), counts)
    rows = daily[at] if len(daily) else at
    rows[offsets[len(year) : -1]] = base  # perhaps not the last of its day
    return (
        np.concatenate([year, series]),
        np.concatenate([np.full(len(year), LAST_365D), np.full(len(series), SINCE_BASELINE)]),
        np.concatenate([np.full(len(year), -1), course]),
        offsets,
        rows,
    )


def select_baselines(labs: LabIndex, courses: Courses) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(series, course, row): the last result of each series from 90 days before each course up to its first infusion.

    One row per course and series that has one; a pinned result is the baseline of its series. On the day of the
    infusion clock times decide where both have one.
    Source: CRITERIA 3.
    """
    first = np.searchsorted(labs.series_patient, courses.patient, side="left")
    count = np.searchsorted(labs.series_patient, courses.patient, side="right") - first
    course, series = expand(first, count)
    start = courses.start[course]
    row = labs.by_series.last(series, start - BASELINE_DAYS, start, courses.start_micros[course])
    if labs.pins is not None:
        row = labs.pins.put_series(row, labs, series, course)
    found = row >= 0
    return series[found], course[found], row[found]


def _slopes(day: np.ndarray, value: np.ndarray, offsets: np.ndarray, is_log: np.ndarray) -> np.ndarray:
    """Theil-Sen per day in scale units; values at or below 0 are left out on a log scale."""
    counts = np.diff(offsets)
    on_log = np.repeat(is_log, counts)
    keep = ~on_log | (value > 0)
    scaled, logs = value.copy(), np.flatnonzero(on_log & keep)
    scaled[logs] = np.log(value[logs])
    if not keep.all():
        day, scaled = day[keep], scaled[keep]
        kept = np.bincount(np.repeat(np.arange(len(is_log)), counts)[keep], minlength=len(is_log))
        offsets = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
    return compute_theil_sen(day, scaled, offsets)


def _percent(results, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Change in per cent; nan where either end is censored or the first is 0."""
    a, b = results.value[first], results.value[last]
    plain = (results.comparator[first] == 0) & (results.comparator[last] == 0) & (a != 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(plain, (b - a) / a * 100, np.nan)


def _directions(good, n, span, change, slope) -> np.ndarray:
    agrees = (change != 0) & (np.sign(np.nan_to_num(slope)) == change)
    out = np.where(agrees, np.where(change == good, IMPROVING, WORSENING), STABLE)
    out = np.where((n < TREND_MIN_N) | (span < TREND_MIN_SPAN_DAYS), INSUFFICIENT, out)
    return np.where(good == 0, NO_DIRECTION, out)
