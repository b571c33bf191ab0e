"""The lanes above the labs: infusions planned and given, prednisone and steroid pulses."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from lupusmon.clinical.drugs import DRUGS, STEROID_RESCUE_MG
from lupusmon.figures import theme
from lupusmon.figures.evidence import FADED, Evidence, set_off
from lupusmon.figures.time_axis import DAY, LETTER_PX, TimeAxis, moments

STEROID_PULSE = "methylprednisolone"
_MARKS = {
    "given": "triangle-down",
    "planned": "triangle-down-open",
    "missed": "x-thin",
    "held": "square-open",
    "stopped": "octagon",
}
_TIMING_WORDS = {
    "first": "first dose",
    "on_time": "on time",
    "early": "early",
    "late": "late",
    "after_missed": "after a missed dose",
}


def number_doses(infusions: pd.DataFrame) -> pd.DataFrame:
    """One patient's infusions in time order with `at` and `dose_number` (given doses of a course, from 1; or <NA>)."""
    rows = infusions.assign(at=moments(infusions["given_at"]))
    rows = rows[rows["at"].notna()].sort_values("at", kind="stable").reset_index(drop=True)
    so_far: Counter[str] = Counter()
    numbers = []
    for status, course in zip(rows["status"], rows["course_id"], strict=True):
        counts = status == "given" and not pd.isna(course)
        so_far[course] += counts
        numbers.append(so_far[course] if counts else pd.NA)
    return rows.assign(dose_number=pd.array(numbers, dtype="Int64"))


def given_doses(rows: pd.DataFrame) -> pd.DataFrame:
    """Given doses as `at` and `label` ("belimumab dose 3"), for "days since the last dose"."""
    given = rows[rows["status"] == "given"]
    label = [
        drug if pd.isna(n) or drug == STEROID_PULSE else f"{drug} dose {n}"
        for drug, n in zip(given["drug"], given["dose_number"], strict=True)
    ]
    return pd.DataFrame({"at": given["at"].to_numpy(), "label": label})


def lane_drugs(rows: pd.DataFrame) -> list[str]:
    """Drugs with a row of their own in the infusion lane, in order of first use; pulses go to the steroid lane."""
    return [d for d in dict.fromkeys(rows["drug"]) if d != STEROID_PULSE]


def build_infusion_lane(
    rows: pd.DataFrame,
    *,
    courses: pd.DataFrame,
    time: TimeAxis,
    inks: theme.Palette,
    axis: str,
    drugs: list[str],
    evidence: Evidence | None = None,
) -> list[dict]:
    """Marks of the infusion lane, one row per drug: given solid with number, planned hollow, late and missed marked.

    rows: from `number_doses`. courses: their `next_due` is drawn hollow. Lane y: the drug's place, from the top.
    """
    traces = []
    for place, drug in enumerate(drugs):
        own = rows[rows["drug"] == drug]
        traces.append(_rail(own, len(drugs) - place, time, inks, axis, drug))
        traces.append(_doses(own, len(drugs) - place, time, inks, axis, drug, evidence))
        next_due = courses[courses["drug"] == drug]
        traces += _due(own, next_due, len(drugs) - place, time, axis, drug, faded=evidence is not None)
    return traces


def _trace(axis: str, role: str, **more: object) -> dict:
    base = {"type": "scatter", "xaxis": "x", "yaxis": axis, "showlegend": False, "hoverinfo": "skip", "name": role}
    return base | {"meta": {"role": role}} | more


def _rail(own: pd.DataFrame, y: int, time: TimeAxis, inks: theme.Palette, axis: str, drug: str) -> dict:
    """A thin line from first to last dose of each course."""
    xs, ys = [], []
    for _, course in own[own["status"] == "given"].groupby("course_id", sort=False):
        xs += [time.at(course["at"].iloc[0]), time.at(course["at"].iloc[-1]), None]
        ys += [y, y, None]
    return _trace(
        axis, "course", mode="lines", x=xs, y=ys, line={"color": DRUGS[drug].colour, "width": 1.5}, opacity=0.5
    )


def _doses(
    own: pd.DataFrame,
    y: int,
    time: TimeAxis,
    inks: theme.Palette,
    axis: str,
    drug: str,
    evidence: Evidence | None,
) -> dict:
    colour = DRUGS[drug].colour
    late = own["timing"].isin(["late", "after_missed"])
    missing = own["status"].isin(["missed", "held", "stopped"])
    plain = (own["status"] == "given") & ~late  # a thin rim of paper keeps the doses of a round apart
    rims = zip(late | missing, plain, strict=True)
    edge = [inks.ink if flag else inks.paper if whole else colour for flag, whole in rims]
    marker = {
        "symbol": [_MARKS.get(s, "triangle-down") for s in own["status"]],
        "size": [14 if whole else 12 for whole in plain],
        "color": colour,
        "line": {"color": edge, "width": [2.2 if flag else 1.2 for flag in late | missing]},
    }
    if evidence is not None:  # a dark rim is then a rescue that decided; those of late doses fade
        marker = set_off(marker, evidence.used_doses(own["drug"], own["at"]), inks.ink)
    hover = [_dose_hover(row) for row in own.itertuples()]
    return _trace(
        axis,
        "infusions",
        mode="markers+text",
        x=time.place(own["at"]),
        y=[y] * len(own),
        marker=marker,
        text=_labels(own, time),
        textposition=["bottom center" if flag else "top center" for flag in missing],
        textfont={"size": 10.5, "color": inks.ink},
        cliponaxis=False,
        hovertext=hover,
        hoverinfo="text",
        hovertemplate="%{hovertext}<extra></extra>",
    ) | {"meta": {"role": "infusions", "drug": drug}}


def _labels(own: pd.DataFrame, time: TimeAxis) -> list[str]:
    """Dose numbers where there is room for them; how late a dose came is left to its dark rim where there is none.

    Missed, held and stopped doses always say so, on the other side of the lane.
    """
    labels, taken = [], float("-inf")
    for row in own.itertuples():
        if row.status in ("missed", "held", "stopped"):
            labels.append(row.status)
            continue
        middle = time.px_between(time.start, row.at)
        fitting = (text for text in _wordings(row) if middle - len(text) * LETTER_PX / 2 >= taken)
        text = next(fitting, "")
        labels.append(text)
        if text:
            taken = middle + len(text) * LETTER_PX / 2 + LETTER_PX
    return labels


def _wordings(row: object) -> list[str]:
    """What may stand over a dose, the fullest first."""
    if row.status != "given" or pd.isna(row.dose_number):
        return []
    late = row.timing in ("late", "after_missed") and not pd.isna(row.days_from_due)
    number = str(row.dose_number)
    return [f"{number} (+{int(row.days_from_due)} d)", number] if late else [number]


def _dose_hover(row: object) -> str:
    name = DRUGS[row.drug].name if row.drug in DRUGS else theme.safe(row.drug)
    dose = "" if pd.isna(row.dose) else f" {theme.number(float(row.dose))} {theme.unit_text(row.dose_unit)}"
    number = "" if pd.isna(row.dose_number) else f" dose {row.dose_number}"
    timing = _TIMING_WORDS.get(row.timing, "") if isinstance(row.timing, str) else ""
    days = "" if pd.isna(row.days_from_due) else f" ({int(row.days_from_due):+d} d from due)"
    status = "" if row.status == "given" else f" · {theme.safe(row.status)}"
    return (
        f"<b>{name}{number}</b>{theme.safe(dose)} on {row.at:%Y-%m-%d}{status}{' · ' if timing else ''}{timing}{days}"
    )


def _due(
    own: pd.DataFrame, courses: pd.DataFrame, y: int, time: TimeAxis, axis: str, drug: str, *, faded: bool
) -> list[dict]:
    """Hollow marks where a dose was due but came late, and where the next one is due.

    None under a dose that was missed or held: its own mark says when it was due.
    """
    moved = own[own["timing"].isin(["late", "after_missed", "early"]) & own["days_from_due"].notna()]
    said = set(own.loc[own["status"].isin(["missed", "held"]), "at"].dt.normalize())
    due = [d for d in moved["at"] - moved["days_from_due"].astype(float) * DAY if d.normalize() not in said]
    words = [f"{DRUGS[drug].name} was due {d:%Y-%m-%d}" for d in due]
    for row in courses[courses["next_due"].notna()].itertuples():
        moment = pd.Timestamp(row.next_due)
        due.append(moment)
        overdue = 0 if pd.isna(row.overdue_days) else int(row.overdue_days)
        words.append(f"{DRUGS[drug].name} next due {moment:%Y-%m-%d}" + (f", {overdue} d overdue" if overdue else ""))
    if not due:
        return []
    marker = {"symbol": "triangle-down-open", "size": 12, "color": DRUGS[drug].colour, "line": {"width": 1.5}}
    marker["opacity"] = FADED if faded else 1.0
    return [
        _trace(
            axis,
            "due",
            mode="markers",
            x=time.place(pd.Series(due)),
            y=[y] * len(due),
            marker=marker,
            hovertext=words,
            hoverinfo="text",
            hovertemplate="%{hovertext}<extra></extra>",
        )
    ]


def build_steroid_lane(
    rows: pd.DataFrame,
    assessments: pd.DataFrame,
    *,
    time: TimeAxis,
    inks: theme.Palette,
    axis: str,
    evidence: Evidence | None = None,
) -> list[dict]:
    """Prednisone as steps (it holds until the next assessment says otherwise) and infused steroid as stars.

    A star is filled from the dose that counts as rescue, or where no dose is known; premedication is an open one.
    """
    traces = []
    if "prednisone_mg_per_day" in assessments:
        steps = assessments[assessments["prednisone_mg_per_day"].notna()]
        dose = steps["prednisone_mg_per_day"].astype(float).tolist()
        text = [
            f"<b>Prednisone {theme.number(v)} mg/d</b> noted {m:%Y-%m-%d}"
            for v, m in zip(dose, steps["at"], strict=True)
        ]
        traces.append(
            _trace(
                axis,
                "prednisone",
                mode="lines+markers",
                x=time.place(steps["at"]),
                y=dose,
                line={"shape": "hv", "color": inks.muted, "width": 1.8},
                marker=set_off(
                    {"size": 5, "color": inks.muted},
                    None if evidence is None else evidence.used_prednisone(steps["at"]),
                    inks.ink,
                ),
                fill="tozeroy",
                fillcolor=inks.strip,
                hovertext=text,
                hoverinfo="text",
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    pulses = rows[rows["drug"] == STEROID_PULSE]
    if len(pulses):
        top = max([10.0, *(traces[0]["y"] if traces else [])])
        under = [_is_premedication(row) for row in pulses.itertuples()]
        traces.append(
            _trace(
                axis,
                "pulse",
                mode="markers",
                x=time.place(pulses["at"]),
                y=[1.2 * top] * len(pulses),
                cliponaxis=False,
                marker=set_off(
                    {
                        "symbol": ["star-open" if flag else "star" for flag in under],
                        "size": [8 if flag else 11 for flag in under],
                        "color": [inks.muted if flag else DRUGS[STEROID_PULSE].colour for flag in under],
                        "line": {"color": inks.ink, "width": 1.2},
                    },
                    None if evidence is None else evidence.used_doses(pulses["drug"], pulses["at"]),
                    inks.ink,
                ),
                hovertext=[_pulse_hover(row) for row in pulses.itertuples()],
                hoverinfo="text",
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    return [t for t in traces if t["x"]]


def _is_premedication(row: object) -> bool:
    """Whether the dose is known to be less than the rules count as rescue."""
    per_unit = {"mg": 1.0, "g": 1000.0}.get(str(row.dose_unit))
    return per_unit is not None and not pd.isna(row.dose) and float(row.dose) * per_unit < STEROID_RESCUE_MG


def _pulse_hover(row: object) -> str:
    under = f" · under {STEROID_RESCUE_MG:.0f} mg, as for premedication: no rescue" if _is_premedication(row) else ""
    return _dose_hover(row) + under
