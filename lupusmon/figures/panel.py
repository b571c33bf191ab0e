"""One laboratory test of the timeline: band of limits, targets, baseline, lines, marks, notes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.figures import points, theme, word_panel
from lupusmon.figures.panel_parts import LOG_FLOOR_RATIO, Drawing, PanelStyle, is_log
from lupusmon.figures.time_axis import DAY, moments

_FAR_LIMIT = 1.5  # an upper limit further away than this would only flatten the line


@dataclass(frozen=True)
class Panel:
    """What one panel adds to the figure. notes: sentences about what the panel could not show."""

    traces: list[dict]
    shapes: list[dict]
    annotations: list[dict]
    yaxis: dict
    notes: list[str] = field(default_factory=list)


def build_panel(
    rows: pd.DataFrame,
    *,
    analyte: str,
    number: int,
    domain: tuple[float, float],
    style: PanelStyle,
    baselines: pd.DataFrame,
    doses: pd.DataFrame,
    course_start: pd.Timestamp | None,
    targets: tuple[tuple[float, str], ...] = (),
    evidence: pd.Index | None = None,
    cohort: pd.DataFrame | None = None,
) -> Panel:
    """Panel `number` (its axis is `y<number>`) over `domain`.

    rows: the analyte's points in the units and scale of `style`; where there are such columns, `outcome` marks
    superseded and unusable rows (with `reason`), `pinned` says what a result was pinned to, `pinned_base` whose
    baseline; `row` is the row's label. baselines: of the chosen course. evidence: labels to ring; the rest is faded.
    targets: (canonical value, label).
    """
    live, superseded, unusable = _split(rows)
    marks = targets_on_scale(targets, live, analyte, style)
    base = _baseline_row(live, baselines, analyte)
    if word_panel.is_worded(live):
        live, superseded, unusable = map(word_panel.place_words, (live, superseded, unusable))
        base = _baseline_row(live, baselines, analyte)
        marks, draw = [], word_panel.WordDrawing(analyte, number, style, word_panel.LOW, word_panel.HIGH, None)
    else:
        shown = [*marks, *_quartiles(cohort, course_start, style)]
        draw = Drawing(analyte, number, style, *find_span(live, shown, log=is_log(analyte, style)))
    ring = None if evidence is None else live["row"].isin(evidence).to_numpy()
    traces = [
        *draw.cohort(cohort, course_start),
        *draw.lines(live, faded=ring is not None),
        *draw.superseded(superseded, faded=ring is not None),
        *draw.unusable(unusable, faded=ring is not None),
        *draw.pinned(live),
        *draw.baseline(base, faded=evidence is not None and (base is None or base["row"] not in evidence)),
        draw.marks(live, points.hover_texts(live, analyte=analyte, doses=doses, origin=course_start), ring),
        *draw.carets(live, ring),
    ]
    boundaries, boundary_labels = draw.boundaries(live)
    shapes = [
        *draw.lane(),
        *draw.band(live),
        *draw.target_lines(marks),
        *draw.baseline_line(base),
        *boundaries,
    ]
    annotations = [
        draw.title(domain, live),
        *draw.target_labels(marks),
        *draw.baseline_label(base, course_start, domain, live),
        *boundary_labels,
        *draw.floor_label(live),
        *draw.emptiness(live, domain),
    ]
    yaxis = draw.yaxis(domain)
    if rows.empty:  # the words say it; numbers beside it would look like a scale
        yaxis |= {"showticklabels": False, "showgrid": False}
    return Panel(traces, shapes, annotations, yaxis, _notes(live, analyte, style))


def _split(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """(rows the rules use, superseded ones, unusable ones)."""
    if "outcome" not in rows:
        return rows, rows[:0], rows[:0]
    outcome = rows["outcome"].to_numpy(dtype=object)
    superseded, unusable = outcome == "superseded", outcome == "unusable"
    return rows[~superseded & ~unusable].reset_index(drop=True), rows[superseded], rows[unusable]


def targets_on_scale(targets: tuple, live: pd.DataFrame, analyte: str, style: PanelStyle) -> list[tuple[float, str]]:
    """Targets in the units of the y axis; none on the baseline scale, where they would differ from course to course."""
    if style.scale != "value" or live.empty:
        return []
    if not targets:
        return []
    canonical = live[live["unit"] == ANALYTES[analyte].unit]
    ratio = (canonical["shown"] / canonical["value"].astype(float)).dropna()
    factor = float(ratio.iloc[0]) if len(ratio) else 1.0
    unit, shown = ANALYTES[analyte].unit, theme.unit_text(canonical["shown_unit"].iloc[0]) if len(canonical) else ""
    if factor != 1.0:  # the words of a target give its number and unit, too
        targets = [(v, label.replace(f"{v:g} {unit}", f"{theme.number(v * factor)} {shown}")) for v, label in targets]
    return [(value * factor, label) for value, label in targets]


def _baseline_row(live: pd.DataFrame, baselines: pd.DataFrame, analyte: str) -> pd.Series | None:
    """The drawn result that is the analyte's baseline: the last over its series."""
    if live.empty or analyte not in baselines["analyte"].tolist():
        return None
    own = baselines[(baselines["analyte"] == analyte).to_numpy()]
    if "pinned_base" in live:
        chosen = live[live["pinned_base"].isin(own["course_id"].unique())]
        if len(chosen):
            return chosen.iloc[-1]
    at = moments(own["collected_at"])
    last = len(own) - 1 - int(at.to_numpy()[::-1].argmax())  # of several at one moment the last
    method = own["method"].iloc[last]
    wanted = (at.iloc[last], "" if pd.isna(method) else str(method))
    same = [i for i, mark in enumerate(zip(live["at"], live["series"], strict=True)) if mark == wanted]
    return live.iloc[same[-1]] if same else None


def _quartiles(cohort: pd.DataFrame | None, course_start: pd.Timestamp | None, style: PanelStyle) -> list[tuple]:
    """What the axis must hold of the cohort behind the panel, as (value, no label): its quartiles of the time shown."""
    if cohort is None or cohort.empty or course_start is None:
        return []
    at = course_start + cohort["week"] * 7 * DAY
    seen = cohort[(at >= style.time.start) & (at <= style.time.end)]
    return [(value, "") for name in ("q1", "q3") for value in seen[name].dropna()]


def find_span(live: pd.DataFrame, marks: list, *, log: bool) -> tuple[float, float, float | None]:
    """Lowest and highest y shown, and where the lane for zero and words lies (None = not needed)."""
    y, y_low, y_high = (live[name].to_numpy(dtype=float) for name in ("y", "y_low", "y_high"))
    near = y_high[y_high < (np.nanmax(y) if (y == y).any() else np.nan) * _FAR_LIMIT]
    values = np.concatenate([y, y_low, near, [float(value) for value, _ in marks]])
    known = values[~np.isnan(values)]
    laned = np.isnan(y) | ((y <= 0) if log else False)
    positive = known[known > 0]
    if log:
        low, high = (positive.min(), positive.max()) if len(positive) else (0.1, 1.0)
        floor = low / LOG_FLOOR_RATIO if laned.any() else None
        return (floor / 1.6 if floor else low / 1.35), high * 1.6, floor
    low, high = (known.min(), known.max()) if len(known) else (0.0, 1.0)
    room = max(high - low, abs(high) * 0.1, 1e-9) * 0.14
    bottom = max(low - room, 0.0 if low >= 0 else low - room)
    floor = bottom - room if laned.any() else None
    return (floor - room if floor is not None else bottom), high + room * 1.5, floor


def _notes(live: pd.DataFrame, analyte: str, style: PanelStyle) -> list[str]:
    hidden = int((live["y"].isna() & live["shown"].notna()).sum())
    if not hidden or style.scale == "value":
        return []
    reason = "have no limit" if style.scale == "limit" else "belong to a series without a baseline in this course"
    return [
        f"{theme.short_name(analyte)}: {hidden} of {len(live)} results {reason}; they are on the lane under the panel."
    ]
