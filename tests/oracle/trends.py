"""Trends of every series (CRITERIA 4)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from math import erfc, log, sqrt
from statistics import median

from .change import compute_rcv, is_beyond_down, is_beyond_up
from .courses import Course
from .facts import GOOD_DIRECTION, LOG_SCALE
from .rows import Lab, moment, select_last
from .values import round6
from .visits import select_baselines


def list_trends(labs: list[Lab], courses: list[Course], as_of: date) -> list[dict]:
    """The rows of `trends` for one patient. labs, courses: that patient's, up to as_of."""
    rows = []
    for series in sorted({(lab.analyte, lab.method) for lab in labs}):
        own = [lab for lab in labs if (lab.analyte, lab.method) == series]
        points = last_of_each_day([x for x in own if as_of - timedelta(days=365) <= x.day <= as_of])
        if points:
            rows.append(describe(points, "last_365d", None))
        for course in courses:
            baseline = select_baselines(own, course).get(series)
            if baseline is not None and baseline.value is not None:
                later = [x for x in own if baseline.day < x.day <= as_of]
                rows.append(describe([baseline, *last_of_each_day(later)], "since_baseline", course.course_id))
    return rows


def last_of_each_day(labs: list[Lab]) -> list[Lab]:
    """Results without a number stay out; of those of one day the last."""
    numbers = [lab for lab in labs if lab.value is not None]
    return [select_last([lab for lab in numbers if lab.day == day]) for day in sorted({lab.day for lab in numbers})]


def describe(points: list[Lab], scope: str, course_id: str | None) -> dict:
    """One row: points in order of days, at most one a day."""
    first, last = points[0], points[-1]
    rcv = compute_rcv(first.analyte, first.kind)
    is_up = is_beyond_up(first, last) is True
    is_down = is_beyond_down(first, last) is True
    slope = compute_slope(points)
    s, p = compute_mann_kendall(points)
    return {
        "patient_id": first.patient_id,
        "analyte": first.analyte,
        "method": first.method,
        "scope": scope,
        "course_id": course_id,
        "n": len(points),
        "first_at": moment(first),
        "last_at": moment(last),
        "first_value": first.value,
        "last_value": last.value,
        "pct_change": compute_pct_change(first, last),
        "scale": "log" if first.analyte in LOG_SCALE else "linear",
        "slope_per_30d": slope,
        "mk_s": s,
        "mk_p": p,
        "rcv_up_pct": None if rcv is None else 100 * rcv[0],
        "rcv_down_pct": None if rcv is None else 100 * rcv[1],
        "beyond_rcv": None if rcv is None else str(is_up or is_down).lower(),
        "direction": choose_direction(points, is_up=is_up, is_down=is_down, slope=slope),
    }


def compute_pct_change(first: Lab, last: Lab) -> float | None:
    if first.comparator or last.comparator or first.value == 0:
        return None
    return (last.value - first.value) / first.value * 100


def compute_slope(points: list[Lab]) -> float | None:
    """Median of the slopes of all pairs of days, per 30 days; values at or below 0 left out on a log scale."""
    is_log = points[0].analyte in LOG_SCALE
    used = [(p.day, log(p.value) if is_log else p.value) for p in points if not is_log or p.value > 0]
    slopes = [(y2 - y1) / (d2 - d1).days * 30 for (d1, y1), (d2, y2) in combinations(used, 2)]
    return median(slopes) if slopes else None


def compute_mann_kendall(points: list[Lab]) -> tuple[int, float | None]:
    """S, and p from n = 4. For ranks `<L` sits just under L and `>U` just above U."""
    ranks = [(round6(p.value), {"<": -1, "": 0, ">": 1}[p.comparator]) for p in points]
    s = sum((later > earlier) - (later < earlier) for earlier, later in combinations(ranks, 2))
    n = len(ranks)
    if n < 4:
        return s, None
    ties = [ranks.count(rank) for rank in set(ranks)]
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    if s == 0:
        return s, 1.0
    return s, erfc((abs(s) - 1) / sqrt(variance) / sqrt(2))


def choose_direction(points: list[Lab], *, is_up: bool, is_down: bool, slope: float | None) -> str | None:
    good = GOOD_DIRECTION.get(points[0].analyte)
    if good is None:
        return None
    if len(points) < 3 or (points[-1].day - points[0].day).days < 28:
        return "insufficient"
    if is_up and slope is not None and slope > 0:
        return "improving" if good == "up" else "worsening"
    if is_down and slope is not None and slope < 0:
        return "improving" if good == "down" else "worsening"
    return "stable"
