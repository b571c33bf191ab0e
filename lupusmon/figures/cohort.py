"""Figures of a group: response rates, swimmer, waterfall, spaghetti, time to event."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import DRUGS
from lupusmon.figures import theme

_SHAPES = {"met": "circle", "not_met": "x", "not_assessable": "circle-open", "not_applicable": "line-ew"}
_NAMES = {"met": "met", "not_met": "not met", "not_assessable": "cannot tell yet", "not_applicable": "does not apply"}
_PATTERNS = ("", "/", "x", "-", "\\", "|", "+")
MOST_BANDS = 2
_UNDER_BARS = -10  # where the counts are written
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")


class Survival(Protocol):
    """A survival curve: `table` has time, at_risk, events, censored, survival, low, high."""

    table: pd.DataFrame

    def at_risk(self, times: list[float]) -> list[int]:
        """Still at risk just before each time."""


def _layout(inks: theme.Palette, *, height: int, title: str, x: str, y: str, legend: bool = False) -> dict:
    layout = theme.base_layout(inks, height=height, title=title)
    layout["margin"] = {"l": 70, "r": 24, "t": 74 if legend else 44, "b": 60 if legend else 50}
    for name, text in (("xaxis", x), ("yaxis", y)):
        layout[name] = theme.axis(inks, title={"text": text, "font": {"size": 12, "color": inks.muted}})
    if legend:
        layout |= {
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom", "font": {"size": 12}},
        }
    return layout


def _colour(drug: str) -> str:
    return DRUGS[drug].colour if drug in DRUGS else theme.GREY


def _name(drug: str) -> str:
    return DRUGS[drug].name if drug in DRUGS else drug


def build_response_rates(rates: pd.DataFrame, *, title: str, theme_name: str = "light") -> dict:
    """Bars by week and drug with Wilson 95 % whiskers; every bar says its numerator and denominator.

    rates: rows of one criterion from `summarise_response_rates`.
    """
    inks = theme.palette(theme_name)
    if rates.empty or not rates["denominator"].sum():
        return theme.build_empty("Nobody can be judged by this criterion yet.", theme=theme_name, title=title)
    layout = _layout(inks, height=420, title=title, x="", y="responders, %", legend=True)
    weeks = [_week(w) for w in dict.fromkeys(rates["week"])]
    layout["yaxis"] |= {"range": [_UNDER_BARS * 1.2, 104], "tickvals": [0, 20, 40, 60, 80, 100]}
    layout["xaxis"] |= {"type": "category", "categoryorder": "array", "categoryarray": weeks, "showgrid": False}
    layout |= {"barmode": "group", "bargap": 0.18, "bargroupgap": 0.12}
    traces = []
    for place, (drug, rows) in enumerate(rates[rates["denominator"] > 0].groupby("drug", sort=True)):
        base = {"x": [_week(w) for w in rows["week"]], "offsetgroup": drug, "legendgroup": drug}
        traces.append(_rate_bars(drug, rows, place, inks) | base)
        counts = [f"{r.met}/{r.denominator}" for r in rows.itertuples()]
        label = {
            "type": "bar",
            "y": [_UNDER_BARS] * len(rows),
            "text": counts,
            "textposition": "inside",
            "textangle": 0,
        }
        look = {"marker": {"color": "rgba(0,0,0,0)"}, "showlegend": False, "hoverinfo": "skip", "cliponaxis": False}
        font = {"size": 11, "color": inks.muted}
        traces.append(
            base | label | look | {"textfont": font, "constraintext": "none", "meta": {"role": "counts", "drug": drug}}
        )
    return {"data": traces, "layout": layout}


def _rate_bars(drug: str, rows: pd.DataFrame, place: int, inks: theme.Palette) -> dict:
    rate = rows["rate"] * 100
    hover = [
        f"<b>{_name(drug)}</b>, {_week(r.week)}<br>{r.met} of {r.denominator} ({100 * r.rate:.0f} %, "
        f"95 % CI {100 * r.low:.0f}–{100 * r.high:.0f})<br>not met {r.not_met} · cannot tell {r.not_assessable} · "
        f"does not apply {r.not_applicable}"
        for r in rows.itertuples()
    ]
    pattern = {"shape": _PATTERNS[place % len(_PATTERNS)], "fillmode": "overlay", "solidity": 0.12, "size": 7}
    whiskers = {
        "type": "data", "array": (rows["high"] * 100 - rate).tolist(), "symmetric": False,
        "arrayminus": (rate - rows["low"] * 100).tolist(), "color": inks.ink, "thickness": 1.2, "width": 3,
    }  # fmt: skip
    return {
        "type": "bar",
        "name": _name(drug),
        "y": rate.tolist(),
        "marker": {  # the rim keeps a bar of height 0 visible: its drug can be told
            "color": _colour(drug),
            "line": {"color": _colour(drug), "width": 2},
            "pattern": pattern | {"fgcolor": inks.paper},
        },
        "error_y": whiskers,
        "hovertext": hover,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "meta": {"role": "rates", "drug": drug},
    }


def _week(week: str) -> str:
    return f"week {week}" if str(week).isdigit() else str(week)


def build_swimmer(spans: pd.DataFrame, marks: pd.DataFrame, *, title: str, theme_name: str = "light") -> dict:
    """One bar per course from first to last dose, with the verdict at each visit as a shape.

    spans: key, label, drug, start, end (weeks), in the order drawn from the top. marks: key, week, verdict.
    """
    inks = theme.palette(theme_name)
    if spans.empty:
        return theme.build_empty("No courses in this selection.", theme=theme_name, title=title)
    layout = _layout(inks, height=150 + 18 * len(spans), title=title, x="weeks from first infusion", y="", legend=True)
    layout["yaxis"] |= {
        "type": "category",
        "range": [len(spans) - 0.4, -0.6],
        "showticklabels": len(spans) <= 150,
        "automargin": True,
    }
    layout["yaxis"] |= {"categoryorder": "array", "categoryarray": spans["key"].tolist()}
    layout["yaxis"] |= {"tickvals": spans["key"].tolist(), "ticktext": [theme.safe(v) for v in spans["label"]]}
    layout["xaxis"] |= {"dtick": 12, "rangemode": "tozero"}
    layout["barmode"] = "overlay"
    layout["margin"]["t"] = 96  # its legend has two lines on a tablet
    traces: list[dict] = []
    for drug, rows in spans.groupby("drug", sort=True):
        traces.append(
            {
                "type": "bar", "orientation": "h", "name": _name(drug),
                "y": rows["key"].tolist(), "base": rows["start"].tolist(),
                "x": (rows["end"] - rows["start"]).tolist(), "width": 0.62, "opacity": 0.55,
                "marker": {"color": _colour(drug)}, "customdata": rows["key"].tolist(),
                "hovertext": [f"{theme.safe(r.label)}: {_name(drug)}, {r.end:.0f} weeks" for r in rows.itertuples()],
                "hovertemplate": "%{hovertext}<extra></extra>", "meta": {"role": "course", "drug": drug},
            }
        )  # fmt: skip
    for verdict, symbol in _SHAPES.items():
        rows = marks[marks["verdict"] == verdict]
        if rows.empty or verdict == "not_applicable":
            continue
        traces.append(
            {
                "type": "scatter", "mode": "markers", "name": _NAMES[verdict], "x": rows["week"].tolist(),
                "y": rows["key"].tolist(), "customdata": rows["key"].tolist(),
                "marker": {"symbol": symbol, "size": 9, "color": inks.ink, "line": {"width": 1.5, "color": inks.ink}},
                "hovertemplate": f"week %{{x}}: {_NAMES[verdict]}<extra></extra>",
                "meta": {"role": "verdict", "verdict": verdict},
            }
        )  # fmt: skip
    return {"data": traces, "layout": layout}


def build_waterfall(changes: pd.DataFrame, *, analyte: str, title: str, theme_name: str = "light") -> dict:
    """One bar per course, % change from baseline to the last result, sorted from best to worst.

    changes: key, label, drug, change.
    """
    inks = theme.palette(theme_name)
    if changes.empty:
        return theme.build_empty("No course has a comparable baseline and follow-up.", theme=theme_name, title=title)
    rows = changes.sort_values("change", ascending=ANALYTES[analyte].good != "up", kind="stable").reset_index(drop=True)
    layout = _layout(
        inks, height=360, title=title, x=f"{len(rows)} courses, best first", y="change from baseline, %", legend=True
    )
    layout["xaxis"] |= {"showticklabels": False, "showgrid": False, "range": [-0.7, len(rows) - 0.3]}
    layout["shapes"] = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "yref": "y",
            "y0": 0,
            "y1": 0,
            "line": {"color": inks.ink, "width": 1},
        }
    ]
    traces = []
    for drug, own in rows.groupby("drug", sort=True):
        traces.append(
            {
                "type": "bar", "name": _name(drug), "x": own.index.tolist(), "y": own["change"].tolist(), "width": 0.8,
                "marker": {"color": _colour(drug)}, "customdata": own["key"].tolist(),
                "hovertext": [f"{theme.safe(r.label)}: {r.change:+.0f} %" for r in own.itertuples()],
                "hovertemplate": "%{hovertext}<extra></extra>", "meta": {"role": "change", "drug": drug},
            }
        )  # fmt: skip
    return {"data": traces, "layout": layout}


def build_spaghetti(
    values: pd.DataFrame, band: pd.DataFrame, *, analyte: str, unit: str, title: str, theme_name: str = "light"
) -> dict:
    """Every course a faint line, median and quartiles on top. values: key, label, week, value. band: week, q1, …"""
    inks = theme.palette(theme_name)
    if values.empty:
        return theme.build_empty("No numbers in this selection.", theme=theme_name, title=title)
    layout = _layout(inks, height=400, title=title, x="weeks from first infusion", y=unit)
    log = ANALYTES[analyte].log and bool((values["value"] > 0).any())
    layout["yaxis"] |= {"type": "log" if log else "linear"}
    layout["xaxis"] |= {"dtick": 12}
    xs, ys, keys, hover = [], [], [], []
    for key, rows in values.groupby("key", sort=False):
        xs += [*rows["week"], None]
        ys += [*rows["value"], None]
        keys += [key] * (len(rows) + 1)
        hover += [f"{theme.safe(r.label)}, week {r.week}: {theme.number(r.value)}" for r in rows.itertuples()] + [""]
    lines = {
        "type": "scatter", "mode": "lines+markers", "x": xs, "y": ys, "customdata": keys, "hovertext": hover,
        "opacity": 0.4,
        "line": {"color": inks.line, "width": 1}, "marker": {"size": 3}, "hovertemplate": "%{hovertext}<extra></extra>",
        "meta": {"role": "courses"},
    }  # fmt: skip
    traces = [lines]
    if len(band):
        edge = {
            "type": "scatter", "mode": "lines", "x": [*band["week"], *band["week"][::-1]],
            "y": [*band["q3"], *band["q1"][::-1]], "fill": "toself", "fillcolor": inks.band, "line": {"width": 0},
            "hoverinfo": "skip", "meta": {"role": "band"},
        }  # fmt: skip
        middle = {
            "type": "scatter", "mode": "lines+markers", "x": band["week"].tolist(), "y": band["median"].tolist(),
            "line": {"color": inks.ink, "width": 3}, "hovertemplate": "week %{x}: median %{y:.4g}<extra></extra>",
            "meta": {"role": "median"},
        }  # fmt: skip
        traces = [edge, lines, middle]
    return {"data": traces, "layout": layout}


def build_kaplan_meier(
    curves: dict[str, Survival], *, title: str, y: str, rising: bool = False, theme_name: str = "light"
) -> dict:
    """One step curve per group, censoring ticks and the numbers at risk under the axis.

    Their 95 % bands are drawn for at most `MOST_BANDS` groups: more on top of each other cannot be read.
    rising: 1 - survival (share with the event), for events one hopes for.
    """
    inks = theme.palette(theme_name)
    if not curves:
        return theme.build_empty("Nobody was observed long enough.", theme=theme_name, title=title)
    layout = _layout(inks, height=380 + 20 * len(curves), title=title, x="", y=y, legend=True)
    longest = max(curve.table["time"].max() for curve in curves.values())
    ticks = list(range(0, int(longest) + 1, 12 if longest <= 110 else 26))
    layout["margin"] |= {"l": 130, "b": 76 + 20 * len(curves)}
    layout["xaxis"] |= {"tickvals": ticks, "range": [-1, longest + 2]}
    layout["yaxis"] |= {"range": [0, 1.02], "tickformat": ".0%"}
    layout["annotations"] = [_under("weeks from first infusion; numbers at risk:", 0.5, 34, inks, paper=True)]
    traces: list[dict] = []
    for place, (drug, curve) in enumerate(curves.items()):
        traces += _curve(drug, curve, place, rising, band=len(curves) <= MOST_BANDS)
        drop = 56 + 20 * place
        layout["annotations"].append(_under(_name(drug), 0, drop, inks, left=True))
        layout["annotations"] += [
            _under(str(n), t, drop, inks) for t, n in zip(ticks, curve.at_risk([float(t) for t in ticks]), strict=True)
        ]
    return {"data": traces, "layout": layout}


def _under(text: str, x: float, drop: int, inks: theme.Palette, *, paper: bool = False, left: bool = False) -> dict:
    where = {
        "xref": "paper" if paper or left else "x",
        "x": x,
        "yref": "paper",
        "y": 0,
        "yanchor": "top",
        "yshift": -drop + 14,
    }
    where |= {"xanchor": "right", "xshift": -12} if left else {"xanchor": "center"}
    return {"text": text, "showarrow": False, "font": {"size": 12, "color": inks.muted}, **where}


def _curve(drug: str, curve: Survival, place: int, rising: bool, *, band: bool) -> list[dict]:
    own = curve.table
    height, low, high = own["survival"], own["low"], own["high"]
    if rising:
        height, low, high = 1 - height, 1 - high, 1 - low
    colour = _colour(drug)
    base = {"type": "scatter", "mode": "lines", "x": own["time"].tolist(), "legendgroup": drug, "hoverinfo": "skip"}
    thin = {"shape": "hv", "width": 0, "color": colour}
    lower = base | {"y": low.tolist(), "line": thin, "showlegend": False, "meta": {"role": "low", "drug": drug}}
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    upper = base | {
        "y": high.tolist(), "line": thin, "showlegend": False, "fill": "tonexty",
        "fillcolor": f"rgba({red},{green},{blue},0.13)", "meta": {"role": "high", "drug": drug},
    }  # fmt: skip
    hover = [f"{_name(drug)}, week {r.time:.0f}: {r.at_risk} at risk, {r.events} events" for r in own.itertuples()]
    line = base | {
        "y": height.tolist(), "name": _name(drug),
        "line": {"shape": "hv", "width": 2.4, "color": colour, "dash": _DASHES[place % 7]},
        "hoverinfo": "text", "hovertext": hover, "hovertemplate": "%{hovertext}<extra></extra>",
        "meta": {"role": "curve", "drug": drug},
    }  # fmt: skip
    cut = own["censored"] > 0
    marks = base | {
        "mode": "markers", "x": own.loc[cut, "time"].tolist(), "y": height[cut].tolist(), "showlegend": False,
        "marker": {"symbol": "line-ns-open", "size": 8, "color": colour}, "meta": {"role": "censored", "drug": drug},
    }  # fmt: skip
    return [*([lower, upper] if band else ()), line, marks]
