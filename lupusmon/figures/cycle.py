"""Every dosing interval laid over the others with the infusion at day 0: does it sag before the next dose?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from lupusmon.clinical.analytes import ANALYTES, DOWN, UP
from lupusmon.figures import lanes, points, theme
from lupusmon.figures.log_axis import log_ticks
from lupusmon.figures.panel import find_span
from lupusmon.figures.time_axis import DAY

_PANEL_PX, _GAP_PX, _TOP_PX, _BOTTOM_PX = 150, 34, 46, 52
_LEAST_PER_BIN = 3
CONSECUTIVE_DAYS = 2  # doses on consecutive days are one treatment, whatever the schedule
_ROUND_RATIO = 4  # intervals of one schedule that differ more than so many times: short within a round, long between
_AXIS_TITLES = {False: "days since the infusion before", True: "days since the first infusion of the round before"}


def compute_cycle_days(
    results: pd.DataFrame, infusions: pd.DataFrame, *, course_id: str, round_days: int = CONSECUTIVE_DAYS
) -> pd.DataFrame:
    """Adds `interval` (number of the dose before) and `day` (days since it) to the results between doses of a course.

    results: `at`. Results before the first dose, or later than twice the median interval after the last, are left out.
    A result on the day of a dose counts as the end of the interval before it (the trough), the first dose's as day 0.
    round_days: doses that follow the one before within so many days belong to its round, which counts from its first.
    """
    rows = add_cycle_days(results, infusions, course_id=course_id, round_days=round_days)
    return rows[~rows["late"]].drop(columns="late")


def add_cycle_days(
    results: pd.DataFrame, infusions: pd.DataFrame, *, course_id: str, round_days: int = CONSECUTIVE_DAYS
) -> pd.DataFrame:
    """The same for every result since the first dose; `late` marks those too long after a dose to belong to it."""
    doses = lanes.number_doses(infusions)
    given = doses[(doses["status"] == "given") & (doses["course_id"] == course_id)]["at"].dt.normalize()
    given = given[~(given.diff() / DAY).le(round_days)]  # the first dose of each round
    if given.empty:
        none = {"interval": pd.Series(dtype=int), "day": pd.Series(dtype=int), "late": pd.Series(dtype=bool)}
        return results.iloc[:0].assign(**none)
    at = results["at"].dt.normalize()
    place = pd.Series(given.to_numpy().searchsorted(at.to_numpy(), side="left") - 1, index=results.index)
    place = place.where(~(at == given.iloc[0]), 0)
    kept = results[place >= 0].assign(interval=place[place >= 0] + 1)
    starts = pd.Series(given.to_numpy()[kept["interval"].to_numpy() - 1], index=kept.index)
    kept = kept.assign(day=((kept["at"].dt.normalize() - starts) / DAY).astype(int))
    longest = 2 * (given.diff().dropna() / DAY).median() if len(given) > 1 else 56
    return kept.assign(late=kept["day"] > longest)


def find_round_days(intervals_days: Sequence[int]) -> int:
    """How close two doses of a schedule are within a round: rituximab's 7, 7, 7, 161 days are rounds of four doses."""
    if not intervals_days or min(intervals_days) * _ROUND_RATIO >= max(intervals_days):
        return CONSECUTIVE_DAYS
    return int(math.sqrt(min(intervals_days) * max(intervals_days)))


def summarise_cycle(rows: pd.DataFrame, *, step_days: int) -> pd.DataFrame:
    """day (middle of the bin), n, q1, median, q3 of `y`; bins with fewer than three results are left out."""
    groups = rows.groupby((rows["day"] // step_days) * step_days + step_days / 2)["y"]
    band = groups.quantile([0.25, 0.5, 0.75]).unstack().set_axis(["q1", "median", "q3"], axis=1) if len(rows) else None
    if band is None:
        return pd.DataFrame(columns=["day", "n", "q1", "median", "q3"])
    band = band.assign(n=groups.size())
    return band[band["n"] >= _LEAST_PER_BIN].rename_axis("day").reset_index()


def build_cycle_profile(
    results: pd.DataFrame,
    *,
    infusions: pd.DataFrame,
    course_id: str | None,
    analytes: Sequence[str],
    round_days: int = CONSECUTIVE_DAYS,
    units: str = "conventional",
    patient_label: str = "",
    theme_name: str = "light",
) -> dict:
    """One panel per analyte: every interval a faint line, median and quartiles over all. results: one patient.

    round_days: see `find_round_days`.
    """
    inks = theme.palette(theme_name)
    none = results.iloc[:0].assign(method="")
    panels, late = [], {}
    for code in analytes:
        own = points.prepare_points(results, analyte=code, units=units, baselines=none)
        rows = add_cycle_days(own[own["y"].notna()], infusions, course_id=course_id or "", round_days=round_days)
        late[code] = int(rows["late"].sum())
        if late[code] < len(rows):
            panels.append((code, rows[~rows["late"]]))
    if not panels:
        return theme.build_empty(
            "No results between two infusions of this course.", theme=theme_name, title=patient_label
        )
    inner = len(panels) * (_PANEL_PX + _GAP_PX)
    layout = theme.base_layout(inks, height=inner + _TOP_PX + _BOTTOM_PX, title=f"{patient_label}, infusion cycle")
    layout["margin"] = {"l": 70, "r": 20, "t": _TOP_PX, "b": _BOTTOM_PX}
    longest = max(int(rows["day"].max()) for _, rows in panels)
    step = max(7, longest // 8 // 7 * 7)
    layout["xaxis"] = theme.axis(
        inks, type="linear", range=[-1, longest + 1], dtick=7 if longest <= 70 else 28, anchor=f"y{len(panels) + 1}",
        title={"text": _AXIS_TITLES[round_days > CONSECUTIVE_DAYS], "font": {"size": 12, "color": inks.muted}},
    )  # fmt: skip
    layout |= {"hovermode": "closest", "annotations": [], "shapes": []}
    traces: list[dict] = []
    gaps: dict[str, list[str]] = {}
    for place, (code, rows) in enumerate(panels):
        top = 1 - (place * (_PANEL_PX + _GAP_PX) + _GAP_PX) / inner
        domain = [max(0.0, top - _PANEL_PX / inner), min(1.0, top)]
        kind = "log" if ANALYTES[code].log and (rows["y"] > 0).all() else "linear"
        low, high, _ = find_span(rows, [], log=kind == "log")
        ends = [math.log10(low), math.log10(high)] if kind == "log" else [low, high]
        ticks = {"tickvals": log_ticks(low, high)} if kind == "log" else {"nticks": 5}
        layout[f"yaxis{place + 2}"] = theme.axis(
            inks, domain=domain, type=kind, range=ends, anchor="x", tickformat="~g", **ticks
        )
        layout["shapes"] += _limits(code, rows, place + 2, inks, (low, high))
        band = summarise_cycle(rows, step_days=step)
        for said in (*_describe_gaps(rows, band, step), *_describe_late(late[code])):
            gaps.setdefault(said, []).append(code)
        traces += _panel(code, rows, band, place + 2, inks, step)
        layout["annotations"].append(_heading(code, rows, domain, kind, inks))
    layout["meta"] = {"notes": [f"{', '.join(map(theme.short_name, codes))}: {said}" for said, codes in gaps.items()]}
    return {"data": traces, "layout": layout}


def _limits(code: str, rows: pd.DataFrame, number: int, inks: theme.Palette, span: tuple[float, float]) -> list[dict]:
    """The range of the latest result, over the whole width; as far as the axis goes where it has one end."""
    last = rows.sort_values("at", kind="stable").iloc[-1]
    if pd.isna(last["y_low"]) and pd.isna(last["y_high"]):
        return []
    bottom = span[0] if pd.isna(last["y_low"]) else max(last["y_low"], span[0])
    top = span[1] if pd.isna(last["y_high"]) else min(last["y_high"], span[1])
    where = {"xref": "paper", "x0": 0, "x1": 1, "yref": f"y{number}", "layer": "below"}
    fill = {"type": "rect", "name": f"{code} limits", "fillcolor": inks.band, "line": {"width": 0}}
    edge = {"type": "line", "name": f"{code} limit", "line": {"color": inks.band_edge, "width": 1}}
    shapes = [fill | where | {"y0": bottom, "y1": top}] if top > bottom else []
    edges = [v for v in (last["y_low"], last["y_high"]) if span[0] < v < span[1]]
    return shapes + [edge | where | {"y0": v, "y1": v} for v in edges]


def _describe_late(count: int) -> list[str]:
    """A sentence where results lie so long after a dose that they belong to no interval."""
    subject = "1 result is" if count == 1 else f"{count} results are"
    return [f"{subject} left out, later than twice the usual interval after a dose."] if count else []


def _describe_gaps(rows: pd.DataFrame, band: pd.DataFrame, step: int) -> list[str]:
    """A sentence where stretches are too thin for a median and quartiles."""
    stretches = (rows["day"] // step).nunique()
    thin = stretches - len(band)
    if not thin:
        return []
    why = f"fewer than {_LEAST_PER_BIN} results (n < {_LEAST_PER_BIN})"
    if band.empty:
        return [f"no median and no band, every stretch of {step} days has {why}."]
    return [f"no median and no band in {thin} of {stretches} stretches of {step} days, which have {why}."]


def _runs(band: pd.DataFrame, step: int) -> list[pd.DataFrame]:
    """Neighbouring stretches together: nothing is drawn over one that is too thin."""
    apart = (band["day"].diff() > step * 1.5).cumsum()
    return [run for _, run in band.groupby(apart)]


def _panel(
    code: str, rows: pd.DataFrame, band: pd.DataFrame, number: int, inks: theme.Palette, step: int
) -> list[dict]:
    base = {"type": "scatter", "xaxis": "x", "yaxis": f"y{number}", "showlegend": False, "hoverinfo": "skip"}
    edges, middle = [], {"x": [], "y": []}
    for run in _runs(band, step):
        days = [run["day"].iloc[0] - step / 2, *run["day"], run["day"].iloc[-1] + step / 2]
        upper, lower = ([q.iloc[0], *q, q.iloc[-1]] for q in (run["q3"], run["q1"]))
        edges.append(
            base | {
                "mode": "lines", "x": days + days[::-1], "y": upper + lower[::-1], "fill": "toself",
                "fillcolor": inks.strip, "line": {"width": 0}, "meta": {"role": "band", "analyte": code},
            }
        )  # fmt: skip
        middle["x"] += [*run["day"], None]
        middle["y"] += [*run["median"], None]
    median = base | {
        "mode": "lines+markers", **middle, "line": {"color": inks.ink, "width": 2.5},
        "meta": {"role": "median", "analyte": code},
    }  # fmt: skip
    xs, ys = [], []
    for _, one in rows.groupby(["interval", "series"], sort=True):
        xs += [*one["day"], None]
        ys += [*one["y"], None]
    lines = base | {"mode": "lines", "x": xs, "y": ys, "line": {"color": inks.line, "width": 1}, "opacity": 0.5}
    text = [
        f"<b>{theme.short_name(code)} {theme.safe(v)}</b> on {r.at:%Y-%m-%d}<br>{r.day} d after dose {r.interval}"
        for v, r in zip(points.value_text(rows), rows.itertuples(), strict=True)
    ]
    marker = {"size": 6, "color": [theme.status_colour(s, inks) for s in rows["status"]], "opacity": 0.75}
    censored = rows["comparator"].isin(["<", ">"])
    marker["symbol"] = [
        theme.SYMBOLS[s] + ("-open" if open_ else "") for s, open_ in zip(rows["status"], censored, strict=True)
    ]
    marks = base | {
        "mode": "markers", "x": rows["day"].tolist(), "y": rows["y"].tolist(), "marker": marker, "text": text,
        "hoverinfo": "text", "hovertemplate": "%{text}<extra></extra>", "meta": {"role": "points", "analyte": code},
    }  # fmt: skip
    return [*edges, lines | {"meta": {"role": "intervals", "analyte": code}}, marks, median]


def _heading(code: str, rows: pd.DataFrame, domain: list, kind: str, inks: theme.Palette) -> dict:
    unit = rows["shown_unit"].iloc[-1]
    tag = " · log scale" if kind == "log" else ""
    good = {UP: "up is better", DOWN: "down is better"}.get(ANALYTES[code].good, "")
    counts = f"{_count(rows['interval'].nunique(), 'interval')}, {_count(len(rows), 'result')}"
    said = " · ".join(part for part in (theme.safe(theme.unit_text(unit)), good, counts) if part)
    text = f"<b>{theme.short_name(code)}</b>  {said}{tag}"
    where = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": domain[1], "yanchor": "bottom"}
    return {"text": text, "showarrow": False, "font": {"size": 12.5, "color": inks.ink}, **where}


def _count(n: int, thing: str) -> str:
    return f"{n} {thing}" if n == 1 else f"{n} {thing}s"
