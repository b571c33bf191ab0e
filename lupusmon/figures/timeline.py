"""The patient's timeline: infusions, steroids and up to six labs over one real shared time axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from lupusmon.figures import lanes, panel, points, score_lane, theme
from lupusmon.figures.evidence import Evidence
from lupusmon.figures.panel_parts import PanelStyle
from lupusmon.figures.targets import TARGETS, Targets
from lupusmon.figures.time_axis import TimeAxis, build_axis, moments

DEFAULT_ANALYTES = ("C3", "C4", "DSDNA", "UPCR", "PLT")
MOST_PANELS = 6
_TITLE_PX, _AXIS_PX, _GAP_PX = 44, 46, 26
_DRUG_PX, _LANE_PX, _SCORE_PX, _PANEL_PX, _EMPTY_PX = 38, 54, 62, 112, 36
_EXPECTED_DAYS = 92.0


def build_timeline(
    results: pd.DataFrame,
    *,
    infusions: pd.DataFrame,
    courses: pd.DataFrame,
    baselines: pd.DataFrame,
    as_of: date,
    patient_label: str,
    assessments: pd.DataFrame | None = None,
    evidence: Evidence | None = None,
    analytes: Sequence[str] = DEFAULT_ANALYTES,
    course_id: str | None = None,
    origin: date | None = None,
    window: tuple[date, date] | None = None,
    units: str = "conventional",
    scale: str = "value",
    log: bool = True,
    expected_days: float = _EXPECTED_DAYS,
    targets: Targets = TARGETS,
    cohort: Mapping[str, pd.DataFrame] | None = None,
    theme_name: str = "light",
) -> dict:
    """One patient's figure as a Plotly dict.

    results, infusions, courses, baselines: CONTRACT 4 columns, one patient. assessments: CONTRACT 2 columns.
    evidence: what to ring (the rest fades), None = nothing is chosen. targets: see `select_targets`.
    course_id: whose baseline is drawn (default: the last course).
    origin: day of week 0, None = calendar. window: days shown. units: conventional | si.
    scale: value | limit | baseline.
    Empty inputs give lanes or panels that say so in words; what a panel could not show is in `layout.meta.notes`.
    """
    inks = theme.palette(theme_name)
    doses = lanes.number_doses(infusions)
    seen = _assessed(assessments)
    chosen = _choose_course(courses, course_id)
    time = build_axis(
        results["collected_at"], doses["at"], courses["next_due"], seen["at"], as_of=as_of, origin=origin, window=window
    )
    start = None if chosen is None else pd.Timestamp(chosen["first_infusion"])
    style = PanelStyle(inks, time, units, scale, log, expected_days)
    figure = _Stack(inks, time)
    _add_lanes(figure, doses, courses, seen, evidence)
    own = baselines[baselines["course_id"] == chosen["course_id"]] if chosen is not None else baselines[:0]
    shown, given = list(analytes)[:MOST_PANELS], lanes.given_doses(doses)
    rows = points.prepare_all(
        results.assign(row=results.index), analytes=shown, units=units, scale=scale, baselines=own
    )
    for code in shown:
        figure.add_panel(
            rows[code],
            analyte=code,
            style=style,
            baselines=own,
            doses=given,
            course_start=start,
            targets=targets.get(code, ()),
            evidence=None if evidence is None else evidence.results,
            cohort=(cohort or {}).get(code),
        )
    return figure.finish(patient_label, as_of)


def _assessed(assessments: pd.DataFrame | None) -> pd.DataFrame:
    if assessments is None or assessments.empty:
        return pd.DataFrame({"at": pd.Series(dtype="datetime64[us]")})
    rows = assessments.assign(at=moments(assessments["assessed_at"]))
    return rows[rows["at"].notna()].sort_values("at", kind="stable").reset_index(drop=True)


def _choose_course(courses: pd.DataFrame, course_id: str | None) -> pd.Series | None:
    rows = (
        courses[courses["course_id"] == course_id]
        if course_id
        else courses.sort_values("first_infusion", kind="stable")
    )
    return rows.iloc[-1] if len(rows) else None


def _add_lanes(
    figure: _Stack, doses: pd.DataFrame, courses: pd.DataFrame, seen: pd.DataFrame, evidence: Evidence | None
) -> None:
    drugs = lanes.lane_drugs(doses)
    if drugs:
        figure.add_lane(
            "Infusions",
            lambda axis: lanes.build_infusion_lane(
                doses,
                courses=courses,
                time=figure.time,
                inks=figure.inks,
                axis=axis,
                drugs=drugs,
                evidence=evidence,
            ),
            height=_DRUG_PX * len(drugs) + 14,
            ticks={i: lanes.DRUGS[d].name for i, d in zip(range(len(drugs), 0, -1), drugs, strict=True)},
        )
    elif doses.empty:
        figure.add_note("No infusions recorded")
    figure.add_lane(
        "Prednisone mg/d, infused methylprednisolone",
        lambda axis: lanes.build_steroid_lane(
            doses, seen, time=figure.time, inks=figure.inks, axis=axis, evidence=evidence
        ),
        height=_LANE_PX,
    )
    figure.add_lane(
        score_lane.TITLE,
        lambda axis: score_lane.build_score_lane(
            seen, time=figure.time, inks=figure.inks, axis=axis, evidence=evidence
        ),
        height=_SCORE_PX,
        beside=score_lane.pga_axis(figure.inks),
    )


class _Stack:
    """Rows from the top, each a y axis of its own over the same x axis; the layout is made once, at the end."""

    def __init__(self, inks: theme.Palette, time: TimeAxis) -> None:
        self.inks, self.time = inks, time
        self.rows: list[tuple[int, object]] = []  # height in px, function of (number, domain)
        self.traces: list[dict] = []
        self.shapes: list[dict] = []
        self.annotations: list[dict] = []
        self.axes: dict[str, dict] = {}
        self.message = ""
        self.notes: list[str] = []

    def add_note(self, text: str) -> None:
        self.message = text

    def add_lane(
        self,
        title: str,
        build: object,
        *,
        height: int,
        ticks: Mapping[int, str] | None = None,
        beside: Mapping[str, object] | None = None,
    ) -> None:
        """`build(axis)` gives the traces; a lane without any takes no room.

        beside: a second y axis over the same room, for traces on `beside_axis(axis)`.
        """
        if traces := build("y2"):
            self.rows.append(
                (height, lambda number, domain: self._lane(title, build, traces, ticks, beside, number, domain))
            )

    def add_panel(self, rows: pd.DataFrame, **options: object) -> None:
        height = _EMPTY_PX if rows.empty else _PANEL_PX
        self.rows.append((height, lambda number, domain: self._panel(rows, options, number, domain)))

    def _lane(
        self,
        title: str,
        build: object,
        traces: list[dict],
        ticks: Mapping[int, str] | None,
        beside: Mapping[str, object] | None,
        number: int,
        domain: tuple,
    ) -> None:
        traces = build(f"y{number}") if beside else [trace | {"yaxis": f"y{number}"} for trace in traces]
        self.traces += traces
        second = score_lane.beside_axis(f"y{number}")
        if beside and any(trace["yaxis"] == second for trace in traces):
            place = {"domain": list(domain), "overlaying": f"y{number}", "fixedrange": True, "anchor": "x"}
            self.axes[second.replace("y", "yaxis")] = {**beside, **place}
        if ticks:
            shape = {"range": [0.45, len(ticks) + 0.95], "tickvals": list(ticks), "ticktext": list(ticks.values())}
            entry = theme.axis(self.inks, **shape, showgrid=False)
        else:
            entry = theme.axis(self.inks, rangemode="tozero", nticks=3)
        self.axes[f"yaxis{number}"] = entry | {"domain": list(domain), "fixedrange": True, "anchor": "x"}
        self.annotations.append(self._heading(title, domain))

    def _panel(self, rows: pd.DataFrame, options: dict, number: int, domain: tuple) -> None:
        built = panel.build_panel(rows, number=number, domain=domain, **options)
        self.traces += built.traces
        self.shapes += built.shapes
        self.annotations += built.annotations
        self.axes[f"yaxis{number}"] = built.yaxis
        self.notes += built.notes

    def _heading(self, text: str, domain: tuple) -> dict:
        where = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": domain[1], "yanchor": "bottom"}
        return {"text": f"<b>{text}</b>", "showarrow": False, "font": {"size": 12.5, "color": self.inks.ink}, **where}

    def finish(self, patient_label: str, as_of: date) -> dict:
        inner = sum(height for height, _ in self.rows) + _GAP_PX * len(self.rows)
        used, domains = 0, []
        for number, (height, draw) in enumerate(self.rows, start=2):
            used += _GAP_PX
            top = 1 - used / inner
            used += height
            domains.append((max(0.0, 1 - used / inner), min(1.0, top)))
            draw(number, domains[-1])
        layout = theme.base_layout(self.inks, height=inner + _TITLE_PX + _AXIS_PX, title=patient_label)
        layout["margin"] = {"l": 112, "r": 30, "t": _TITLE_PX, "b": _AXIS_PX}
        last = f"y{len(self.rows) + 1}"
        layout |= self.axes | {
            "xaxis": self.time.layout(self.inks) | {"anchor": last, "domain": [0, 1]},
            "meta": {"notes": self.notes},
            "hovermode": "x unified",
            "hoversubplots": "axis",
            "hoverdistance": 10,
            "spikedistance": -1,
            "shapes": [*self.shapes, *(self._today(as_of, domain) for domain in domains)],
            "annotations": [*self.annotations, self._today_label(as_of), *self._message()],
        }
        return {"data": self.traces, "layout": layout}

    def _today(self, as_of: date, domain: tuple) -> dict:
        """The line of the day, row by row, so that it crosses no heading."""
        x = self.time.at(pd.Timestamp(as_of))
        line = {"color": self.inks.muted, "width": 1, "dash": "dot"}
        return {
            "type": "line",
            "name": "as of",
            "xref": "x",
            "yref": "paper",
            "x0": x,
            "x1": x,
            "y0": domain[0],
            "y1": domain[1],
            "line": line,
            "layer": "below",
        }

    def _today_label(self, as_of: date) -> dict:
        where = {"xref": "x", "x": self.time.at(pd.Timestamp(as_of)), "yref": "paper", "y": 1, "yanchor": "bottom"}
        font = {"size": 11, "color": self.inks.muted}
        return {
            "text": f"as of {as_of}",
            "name": "as of",
            "showarrow": False,
            "xanchor": "right",
            "font": font,
            **where,
        }

    def _message(self) -> list[dict]:
        if not self.message:
            return []
        where = {"xref": "paper", "x": 0.5, "xanchor": "center", "yref": "paper", "y": 1, "yanchor": "top"}
        return [{"text": self.message, "showarrow": False, "font": {"size": 12, "color": self.inks.muted}, **where}]
