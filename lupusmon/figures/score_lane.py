"""The strip of clinical scores: SLEDAI-2K on the left scale, the physician's global assessment on the right one."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from lupusmon.figures import theme
from lupusmon.figures.evidence import Evidence, set_off
from lupusmon.figures.time_axis import TimeAxis

TITLE = "SLEDAI-2K ● left scale  ·  PGA ◇ 0–3, right scale"
_PGA_TOP = 3
_BESIDE = 20  # numbers of second axes lie well above those of the rows


def beside_axis(axis: str) -> str:
    """The second y axis of a row: `y4` -> `y24`."""
    return f"y{int(axis[1:]) + _BESIDE}"


def pga_axis(inks: theme.Palette) -> Mapping[str, object]:
    """PGA always on its whole scale, so that strips of different patients compare."""
    return theme.axis(inks, range=[0, _PGA_TOP * 1.12], tickvals=[0, 1, 2, 3], side="right", showgrid=False)


def build_score_lane(
    assessments: pd.DataFrame, *, time: TimeAxis, inks: theme.Palette, axis: str, evidence: Evidence | None = None
) -> list[dict]:
    """SLEDAI-2K and PGA at each assessment, each with its own date under the pointer."""
    scores = (
        ("sledai", "sledai_2k", "SLEDAI-2K", axis, {"symbol": "circle", "size": 7, "color": inks.in_range}, "solid"),
        ("pga", "pga", "PGA", beside_axis(axis), _diamond(inks), "dot"),
    )
    traces = []
    for role, column, name, own_axis, marker, dash in scores:
        known = assessments[assessments[column].notna()] if column in assessments else assessments.iloc[:0]
        if len(known):
            used = None if evidence is None else evidence.used_days(known["at"])
            values = known[column].astype(float).tolist()
            traces.append(
                {
                    "type": "scatter",
                    "xaxis": "x",
                    "yaxis": own_axis,
                    "name": role,
                    "meta": {"role": role},
                    "showlegend": False,
                    "mode": "lines+markers",
                    "x": time.place(known["at"]),
                    "y": values,
                    "cliponaxis": False,
                    "line": {"color": _line_ink(inks, used), "width": 1.3, "dash": dash},
                    "marker": set_off(marker, used, inks.ink),
                    "hovertext": _hover(name, values, known["at"]),
                    "hoverinfo": "text",
                    "hovertemplate": "%{hovertext}<extra></extra>",
                }
            )
    return traces


def _diamond(inks: theme.Palette) -> dict:
    return {"symbol": "diamond-open", "size": 8, "color": inks.target, "line": {"color": inks.target, "width": 1.4}}


def _line_ink(inks: theme.Palette, used: list[bool] | None) -> str:
    return inks.line if used is None else inks.grid


def _hover(name: str, values: list[float], at: pd.Series) -> list[str]:
    tail = " (0–3)" if name == "PGA" else ""
    return [f"<b>{name} {theme.number(v)}</b>{tail} on {m:%Y-%m-%d}" for v, m in zip(values, at, strict=True)]
