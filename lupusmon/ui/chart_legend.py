"""What the marks of a timeline mean, in words: only of those that are on it."""

from __future__ import annotations

from lupusmon.clinical.drugs import STEROID_RESCUE_MG
from lupusmon.figures import theme
from lupusmon.ui.cohort_band import FEWEST_PATIENTS

CYCLE_MARKS = (
    "Every dosing interval from its infusion at day 0: thin lines · bold line and dots: median, grey: quartiles of "
    "stretches with at least three results · ● inside this lab's range, ▲ above, ▼ below · green band: range of the "
    "latest result · open marks: censored"
)
_INFUSIONS = {
    "given": "▼ given (number = dose)",
    "due": "hollow = due",
    "late": "rimmed = late",
    "missed": "× = missed",
    "held": "square = held",
}


def describe_marks(figure: dict) -> str:
    """One line under the chart. figure: from `build_timeline`."""
    traces, shapes = figure["data"], figure["layout"]["shapes"]
    roles = {trace["meta"]["role"] for trace in traces}
    drawn = [trace for trace in traces if trace["meta"]["role"] == "points" and len(trace["x"])]
    symbols = {symbol for trace in drawn for symbol in _symbols(trace)}
    stars = {symbol for trace in traces if trace["meta"]["role"] == "pulse" for symbol in _symbols(trace)}
    dashes = {_dash(shape) for shape in shapes if str(shape.get("name", "")).endswith("limits")}
    parts = (
        (bool(drawn), "● inside this lab's range · ▲ above · ▼ below"),
        ("diamond" in symbols, "◆ no range given"),
        ("censored" in roles, "open with ▾ or ▴: censored at that limit"),
        (bool(symbols & {"square", "square-open"}), "■ positive, □ other words"),
        ("baseline" in roles, "large ring: baseline"),
        ("superseded" in roles, "small hollow grey: superseded"),
        (
            bool(dashes),
            "green band: range of the result" + (" (dotted edge: default range)" if "dot" in dashes else ""),
        ),
        (any(_dash(shape) == "dash" for shape in shapes), "dashed: response target"),
        ("gap" in roles, "dotted line: long gap"),
        (
            any(str(shape.get("name", "")).endswith(" assay") for shape in shapes),
            "dash-dotted line: another assay from here",
        ),
        ("cohort band" in roles, "grey band: middle half of the cohort on the same drug, dotted: its median"),
        ("unusable" in roles, "hollow and crossed: marked as not usable"),
        ("pinned" in roles, "wide diamond around a mark: pinned by hand"),
        ("infusions" in roles, _say_infusions(traces, roles)),
        (bool(stars), _say_stars(stars)),
    )
    return " · ".join(text for there, text in parts if there)


def describe_missing_bands(figure: dict) -> str:
    """Which tests on the chart have no cohort behind them, and why; empty where all have."""
    on = [trace["meta"].get("analyte") for trace in figure["data"] if trace["meta"]["role"] == "points"]
    have = {trace["meta"].get("analyte") for trace in figure["data"] if trace["meta"]["role"] == "cohort band"}
    names = [theme.short_name(code) for code in dict.fromkeys(on) if code not in have]
    if not names:
        return ""
    return (
        f"No cohort behind {', '.join(names)}: in no 4 weeks do {FEWEST_PATIENTS} patients on the same drug have a "
        "result by the assay of the latest one."
    )


def _symbols(trace: dict) -> list[str]:
    symbol = trace.get("marker", {}).get("symbol", ())
    return [symbol] if isinstance(symbol, str) else list(symbol)


def _dash(shape: dict) -> str:
    return shape.get("line", {}).get("dash", "solid")


def _say_infusions(traces: list[dict], roles: set[str]) -> str:
    doses = [trace for trace in traces if trace["meta"]["role"] == "infusions"]
    open_ = any("triangle-down-open" in _symbols(trace) for trace in doses)
    missed = any("x-thin" in _symbols(trace) for trace in doses)
    late = any(" late" in text or "missed dose" in text for trace in doses for text in trace["hovertext"])
    held = any("square-open" in _symbols(trace) for trace in doses)
    there = {"given": True, "due": open_ or "due" in roles, "late": late, "missed": missed, "held": held}
    return "infusions: " + ", ".join(said for name, said in _INFUSIONS.items() if there[name])


def _say_stars(symbols: set[str]) -> str:
    filled = f"★ methylprednisolone from {STEROID_RESCUE_MG:.0f} mg, which counts as rescue, or of unknown dose"
    open_ = f"☆ methylprednisolone under {STEROID_RESCUE_MG:.0f} mg, as for premedication"
    return " · ".join(said for symbol, said in (("star", filled), ("star-open", open_)) if symbol in symbols)
