"""What a trend adds up to: time in target, days to the target, lowest and highest value.

Target: C3, C4, CH50 at or above the lower limit; anti-dsDNA at or below the upper limit; UPCR below 0.5 g/g; platelets
100 or more; every other test within its own limits (a missing side does not bind; with neither there is no target).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lupusmon.analysis.answers import UNKNOWN, YES, all_of, negate, where
from lupusmon.analysis.intervals import is_at_least, is_below
from lupusmon.analysis.labs import LabIndex
from lupusmon.analysis.trends import Trends
from lupusmon.clean import TITRE
from lupusmon.clinical.analytes import INDEX
from lupusmon.clinical.thresholds import RENAL_COMPLETE_UPCR, THROMBOCYTOPENIA_PLT
from lupusmon.sorting import starts_of_runs

CARRY_DAYS = 120  # a result speaks for this many days at most (four infusion intervals; engineering judgement)
_LOWER_LIMIT = tuple(INDEX[code] for code in ("C3", "C4", "CH50"))
_FAR = np.iinfo(np.int64).max


@dataclass(frozen=True)
class TrendExtras:
    """Aligned with Trends. nan = not known; nadir, peak: rows of LabIndex.results (earliest of equal values)."""

    time_in_target_pct: np.ndarray
    days_to_normal: np.ndarray
    nadir: np.ndarray
    peak: np.ndarray


def compute_trend_extras(labs: LabIndex, trends: Trends) -> TrendExtras:
    """Time in target, days to the first value in target, nadir and peak of every trend.

    Time in target: each result speaks for the days up to the next one, at most 120 days; the share, in per cent, of
    the days spoken for by a result that surely is in target among those spoken for by one that is or is not. Days
    beyond 120, and those of a result that cannot be told, count neither way. Empty for a single day.
    Days to normal: from the first day of the trend (the baseline) to the first result surely in target; 0 where that
    is the first; empty where none is. Nadir, peak: `<L` ranks under L, `>U` over U; the earliest of equal ones.
    """
    n, rows, first = len(trends), trends.points, trends.offsets[:-1]
    if not n:
        nothing = np.empty(0)
        return TrendExtras(nothing, nothing, nothing.astype(np.int64), nothing.astype(np.int64))
    trend = np.repeat(np.arange(n), trends.n)
    in_target = assess_in_target(labs)[rows]
    day = labs.results.day[rows].astype(np.int64)
    gap = np.diff(day, append=day[-1:])
    gap[trends.offsets[1:] - 1] = 0
    spoken = np.minimum(gap, CARRY_DAYS)
    inside = np.bincount(trend, weights=spoken * (in_target == YES), minlength=n)
    known = np.bincount(trend, weights=spoken * (in_target != UNKNOWN), minlength=n)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(known > 0, inside / known * 100, np.nan)
    reached = np.minimum.reduceat(np.where(in_target == YES, day, _FAR), first)
    to_normal = np.where(reached == _FAR, np.nan, reached - day[first])
    rank = labs.rank[rows]
    nadir, peak = (rows[_earliest(rank, end.reduceat(rank, first), trend)] for end in (np.minimum, np.maximum))
    return TrendExtras(share, to_normal, nadir, peak)


def assess_in_target(labs: LabIndex) -> np.ndarray:
    """Whether each result lies in the target of its analyte, three-valued."""
    n = len(labs.results)
    reading, analyte = labs.every.take(slice(n)), labs.results.analyte
    not_low, not_high = negate(reading.below), negate(reading.above)
    no_low = np.isnan(reading.ref_low)
    no_high = np.isnan(reading.ref_high) & ~(labs.results.kind == TITRE)
    own = all_of(where(no_low, YES, not_low), where(no_high, YES, not_high))
    answer = where(no_low & no_high, UNKNOWN, own)
    answer = where(np.isin(analyte, _LOWER_LIMIT), not_low, answer)
    answer = where(analyte == INDEX["DSDNA"], not_high, answer)
    for code, judge, limit in (("UPCR", is_below, RENAL_COMPLETE_UPCR), ("PLT", is_at_least, THROMBOCYTOPENIA_PLT)):
        own = np.flatnonzero(analyte == INDEX[code])
        answer[own] = judge(reading.value.take(own), limit)
    return answer


def _earliest(rank: np.ndarray, wanted: np.ndarray, trend: np.ndarray) -> np.ndarray:
    """The first point of each trend that has the rank wanted; every trend has one."""
    hits = np.flatnonzero(rank == wanted[trend])
    return hits[starts_of_runs(trend[hits])]
