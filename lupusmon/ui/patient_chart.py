"""Ledger and timeline of one patient: choosing a verdict rings its evidence, only this part is drawn again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import REGIMENS
from lupusmon.default_labs import select_default_labs
from lupusmon.figures import theme
from lupusmon.figures.cycle import build_cycle_profile, find_round_days
from lupusmon.figures.evidence import Evidence
from lupusmon.figures.targets import select_targets
from lupusmon.figures.timeline import DEFAULT_ANALYTES, MOST_PANELS, build_timeline
from lupusmon.patient_tables import describe_pin
from lupusmon.si_words import say_in_units
from lupusmon.ui import address, chart_twin, cohort_band, frame, ledger, session, words
from lupusmon.ui.chart_legend import CYCLE_MARKS, describe_marks, describe_missing_bands
from lupusmon.ui.grid import draw_grid
from lupusmon.ui.ready_figure import ReadyFigure
from lupusmon.ui.snapshot import PatientTables, Snapshot
from lupusmon.ui.zoom import keep_zoom

_AXES = {"calendar": "Calendar", "weeks": "Weeks", "dose": "Weeks from a chosen dose"}
_SCALES = {"value": "Values", "limit": "× limit", "baseline": "× baseline"}
_RANGES = {"all": "All", "course": "This course", "365": "12 months", "183": "6 months"}
_FIGURES_KEPT = 100
_VIEWS = {"timeline": "Timeline", "cycle": "Infusion cycle"}


@dataclass(frozen=True)
class Choice:
    """What the viewer chose for the chart; the address says the same."""

    view: str = "timeline"
    axis: str = "calendar"
    scale: str = "value"
    span: str = "all"
    log: bool = True
    analytes: tuple[str, ...] = DEFAULT_ANALYTES
    dose: str | None = None
    cell: str | None = None
    cohort: bool = False


@dataclass(frozen=True)
class Chart:
    """Everything the fragment needs. figure: made before the page is drawn, for the choice it was made for."""

    tables: PatientTables
    course: pd.Series | None
    snapshot: Snapshot
    view: frame.View
    key: str
    choice: Choice
    figure: dict


def prepare(tables: PatientTables, course: pd.Series | None, snapshot: Snapshot, view: frame.View, key: str) -> Chart:
    """Slow work first: the figure of the choice in the address."""
    choice = read_choice(tables)
    chart = Chart(tables, course, snapshot, view, key, choice, {})
    return replace(chart, figure=_kept_figure(chart, choice))


def read_choice(tables: PatientTables) -> Choice:
    """The choice in the address; anything unknown there is the default."""
    asked = st.query_params
    have = set(tables.results["analyte"])
    labs = tuple(a for a in asked.get("labs", "").split(",") if a in have)[:MOST_PANELS]
    return Choice(
        view=asked.get("view") if asked.get("view") in _VIEWS else "timeline",
        axis=asked.get("axis") if asked.get("axis") in _AXES else "calendar",
        scale=asked.get("scale") if asked.get("scale") in _SCALES else "value",
        span=asked.get("span") if asked.get("span") in _RANGES else "all",
        log=asked.get("log") != "0",
        analytes=labs or select_default_labs(tables),
        dose=asked.get("dose") if asked.get("dose") in _given_days(tables) else None,
        cell=asked.get("cell"),
        cohort=asked.get("cohort") == "1",
    )


def _write_choice(choice: Choice, key: str, unasked: Collection[tuple[str, ...]]) -> None:
    """Into the address, with the patient's opaque key, whatever the link just opened said. unasked: labs nobody chose.

    What nobody chose stays out: it would go along to the next patient and hide a test this one never had.
    """
    default = Choice()
    wanted = {name: getattr(choice, name) for name in ("view", "axis", "scale", "span", "dose", "cell")}
    wanted = {name: value for name, value in wanted.items() if value and value != getattr(default, name)}
    if choice.analytes not in unasked:
        wanted["labs"] = ",".join(choice.analytes)
    wanted |= ({} if choice.log else {"log": "0"}) | ({"cohort": "1"} if choice.cohort else {})
    have = {name: value for name, value in st.query_params.items() if name != "units"}
    kept = {"patient": key} | {name: have[name] for name in ("course",) if name in have}
    if kept | wanted != have | {"patient": key}:
        address.replace(kept | wanted)


def _follow_address(chart: Chart, choice: Choice) -> None:
    """Back and forward of the browser move the switches too: the address changed and no switch was touched."""
    last = st.session_state.get(f"choice_{chart.key}", choice)
    before, now = _switches(chart, last), _switches(chart, choice)
    state = st.session_state
    if now != before and all(state.get(_pick(chart, name), value) == value for name, value in before.items()):
        for name, value in now.items():
            frame.remember(_pick(chart, name), value, anew=True)


def _switches(chart: Chart, choice: Choice) -> dict[str, object]:
    """The values of the switches that stand for a choice."""
    names = ("view", "axis", "scale", "span", "log", "cohort")
    given = _given_days(chart.tables)
    dose = {"dose": choice.dose or given[0]} if given else {}
    return {name: getattr(choice, name) for name in names} | dose | {"labs": _shown_labs(chart, choice)}


def _shown_labs(chart: Chart, choice: Choice) -> list[str]:
    have = set(chart.tables.results["analyte"])
    return [a for a in choice.analytes if a in have]


@st.fragment
def draw_ledger_and_timeline(chart: Chart) -> None:
    """Redrawn alone when a verdict or a switch of the chart changes."""
    choice = read_choice(chart.tables)
    _follow_address(chart, choice)
    picked = _draw_ledger(chart, choice)
    st.header("Timeline", anchor=False)
    choice = replace(_draw_controls(chart, choice), cell=picked)
    labs = select_default_labs(chart.tables)
    _write_choice(choice, chart.key, (labs, tuple(a for a in labs if a in set(chart.tables.results["analyte"]))))
    st.session_state[f"choice_{chart.key}"] = choice
    figure = chart.figure if choice == chart.choice else _kept_figure(chart, choice)
    name = frame.shown_name(chart.snapshot, chart.tables.patient_id, masked=chart.view.masked)
    st.plotly_chart(
        ReadyFigure(figure),
        theme=None,
        key=f"chart_{chart.key}",
        config=theme.chart_config(st.session_state.get("figure_file", "png")),
        alt=f"Timeline of {name}: infusions and laboratory results over time. The same data are in the table below it.",
    )
    keep_zoom(f"chart_{chart.key}", f"{choice}{chart.view}{chart.course is not None and chart.course['course_id']}")
    for note in figure["layout"].get("meta", {}).get("notes", ()):
        st.caption(frame.plain(note))
    if choice.cohort and choice.view == "timeline" and choice.scale == "value":
        st.caption(frame.plain(describe_missing_bands(figure)))
    st.caption(describe_marks(figure) if choice.view == "timeline" else CYCLE_MARKS)
    with st.container(horizontal=True, vertical_alignment="center"):
        as_table = st.toggle("Show the chart's data as a table", key=f"twin_{chart.key}")
        st.segmented_control(
            "The camera on the chart saves",
            ["png", "svg"],
            default="png",
            format_func=str.upper,
            required=True,
            key="figure_file",
            persist_state="session",
        )
    if as_table:
        chart_twin.draw_twin(_twin(chart, choice))


def _twin(chart: Chart, choice: Choice) -> pd.DataFrame:
    """The table of what is drawn; the cycle has neither lanes nor a period."""
    tables, units = chart.tables, chart.view.units
    if choice.view == "timeline":
        return chart_twin.build_twin(tables, choice.analytes, units=units, window=_window(chart, choice), lanes=True)
    course_id = "" if chart.course is None else chart.course["course_id"]
    cycle = chart_twin.Cycle(course_id, _round_days(chart.course))
    return chart_twin.build_cycle_twin(tables, choice.analytes, units=units, cycle=cycle)


def _draw_ledger(chart: Chart, choice: Choice) -> str | None:
    """The ledger, and the checks of the chosen cell. Gives the key of the chosen cell."""
    st.header("Response ledger", anchor=False)
    if chart.course is None:
        st.caption("No infusion is recorded, so there is no verdict.")
        return None
    course_id = chart.course["course_id"]
    everything = st.session_state.get(f"everything_{chart.key}", False)
    grid = ledger.build_ledger(
        chart.tables,
        course_id,
        picked=choice.cell,
        everything=everything,
        as_of=chart.snapshot.as_of,
        units=chart.view.units,
    )
    clicked = draw_grid(grid, key=f"ledger_{chart.key}").pick
    st.toggle("Also show SRI-5 to SRI-8 and criteria that do not apply", key=f"everything_{chart.key}")
    picked = choice.cell
    if clicked:
        picked = None if clicked == choice.cell else clicked
        address.write(chart.key, cell=picked)
        st.rerun(scope="fragment")
    response = ledger.select_response(chart.tables, course_id, picked)
    if response is None:
        return None
    _draw_checks(chart, response, ledger.select_evidence(chart.tables, course_id, picked), picked)
    return picked


def _draw_checks(chart: Chart, response: pd.Series, evidence: pd.DataFrame, cell: str) -> None:
    name = words.CRITERION_NAMES.get(response["criterion"], response["criterion"])
    with st.container(border=True, key="checks"):
        verdict = words.VERDICT_NAMES[response["verdict"]]
        st.subheader(f"{name}, {words.week_name(response['week'])}: {verdict}", anchor=False)
        reason = response["reason"] if isinstance(response["reason"], str) else ""
        st.markdown(frame.prose(say_in_units(reason[:1].upper() + reason[1:], chart.view.units)))
        draw_grid(ledger.build_checks(evidence, chart.view.units), key=f"checks_{chart.key}")
        for pin in ledger.select_pins(
            chart.tables, response["course_id"], response["criterion"], response["week"]
        ).itertuples():
            st.caption(frame.prose(f"{theme.short_name(pin.analyte)} {pin.value}: {describe_pin(pin)}."))
        st.caption(_say_what_is_ringed(chart, cell) + " Choose the verdict again to release it.")


def _say_what_is_ringed(chart: Chart, cell: str) -> str:
    """What the verdict used, in words; and which tests of it the chart does not show at present."""
    inputs = _inputs(chart, cell)
    if inputs is None or inputs.empty:
        return "This verdict used no recorded value, so nothing is outlined on the chart."
    shown = read_choice(chart.tables).analytes
    hidden = [c for c in dict.fromkeys(inputs.loc[inputs["kind"] == "result", "code"]) if c not in shown]
    head = "The value this verdict used is outlined on the chart at its own date"
    if len(inputs) > 1:
        head = f"The {len(inputs)} values this verdict used are outlined on the chart, each at its own date"
    said = f"{head}: {ledger.list_inputs(inputs)}; the others are faded."
    return said + (
        f" Not among the labs on the chart: {', '.join(ANALYTES[a].name for a in hidden)}." if hidden else ""
    )


def _draw_controls(chart: Chart, choice: Choice) -> Choice:
    recorded = set(chart.tables.results["analyte"])
    have = [a for a in ANALYTES if a in recorded]
    with st.container(horizontal=True, vertical_alignment="bottom", key="chart_controls"):
        view = st.segmented_control(
            "View", list(_VIEWS), format_func=_VIEWS.get, required=True, key=_key(chart, "view", choice.view)
        )
        analytes = tuple(
            st.multiselect(
                "Labs (at most six)",
                have,
                format_func=theme.short_name,
                max_selections=MOST_PANELS,
                width=400,
                key=_key(chart, "labs", _shown_labs(chart, choice)),
            )
        )
        if view == "cycle":  # days from the infusion are its axis, and its scale is that of the values
            return replace(choice, view=view, analytes=analytes or select_default_labs(chart.tables))
        axis = st.segmented_control(
            "Time axis", list(_AXES), format_func=_AXES.get, required=True, key=_key(chart, "axis", choice.axis)
        )
        dose = _pick_dose(chart, choice) if axis == "dose" else None
        span = _select("Period", _RANGES, chart, "span", choice.span, 130)
        scale = _select("Scale", _SCALES, chart, "scale", choice.scale, 130)
        log = st.toggle("Log scale for dsDNA and UPCR", key=_key(chart, "log", choice.log))
        cohort = st.toggle(
            "Behind it: cohort on the same drug",
            key=_key(chart, "cohort", choice.cohort),
            disabled=scale != "value",
            help="Median (dotted) and quartiles of the patients on the same drug, by weeks from their first infusion, "
            "until another treatment begins; for the scale of values only",
        )
    return Choice(
        view, axis, scale, span, log, analytes or select_default_labs(chart.tables), dose, choice.cell, cohort
    )


def _key(chart: Chart, name: str, value: object) -> str:
    return frame.remember(_pick(chart, name), value)


def _pick(chart: Chart, name: str) -> str:
    return f"pick_{name}_{chart.key}"


def _select(label: str, names: dict[str, str], chart: Chart, name: str, value: str, width: int) -> str:
    return st.selectbox(label, list(names), format_func=names.get, width=width, key=_key(chart, name, value))


def _given_days(tables: PatientTables) -> list[str]:
    given = tables.infusions[tables.infusions["status"] == "given"]
    return list(dict.fromkeys(str(day)[:10] for day in given["given_at"]))


def _pick_dose(chart: Chart, choice: Choice) -> str | None:
    days = _given_days(chart.tables)
    first = choice.dose if choice.dose in days else next(iter(days), None)
    return st.selectbox("Infusion", days, width=150, key=_key(chart, "dose", first)) if days else None


def _origin(chart: Chart, choice: Choice) -> date | None:
    if choice.axis == "calendar" or chart.course is None:
        return None
    if choice.axis == "dose" and choice.dose:
        return date.fromisoformat(choice.dose)
    return date.fromisoformat(str(chart.course["first_infusion"])[:10])


def _window(chart: Chart, choice: Choice) -> tuple[date, date] | None:
    end = chart.snapshot.as_of
    if choice.span == "all" or (choice.span == "course" and chart.course is None):
        return None
    if choice.span == "course":
        start = date.fromisoformat(str(chart.course["first_infusion"])[:10])
        return start - timedelta(days=90), end
    return end - timedelta(days=int(choice.span)), end


def _kept_figure(chart: Chart, choice: Choice) -> dict:
    """The figure of a choice; drawn again unchanged it is not made again."""
    course_id = None if chart.course is None else chart.course["course_id"]
    state = (chart.snapshot.version, chart.snapshot.as_of.isoformat(), chart.key, course_id)
    return _made_figure(*state, chart.view, choice, _chart=chart)


@st.cache_resource(show_spinner=False, max_entries=_FIGURES_KEPT)
def _made_figure(
    version: str, as_of: str, key: str, course_id: str | None, view: frame.View, choice: Choice, _chart: Chart
) -> dict:
    return _figure(_chart, choice)


def _figure(chart: Chart, choice: Choice) -> dict:
    tables, view = chart.tables, chart.view
    name = frame.shorten(frame.shown_name(chart.snapshot, tables.patient_id, masked=view.masked))
    course_id = None if chart.course is None else chart.course["course_id"]
    if choice.view == "cycle":
        return build_cycle_profile(
            tables.results, infusions=tables.infusions, course_id=course_id, analytes=choice.analytes,
            round_days=_round_days(chart.course), units=view.units, patient_label=name, theme_name=view.theme,
        )  # fmt: skip
    results = tables.drawn_results()
    return build_timeline(
        results,
        infusions=tables.infusions,
        courses=tables.courses,
        baselines=tables.baselines,
        assessments=tables.assessments,
        as_of=chart.snapshot.as_of,
        patient_label=name,
        evidence=_evidence(chart, choice),
        targets=select_targets(tables.responses, tables.baselines, course_id),
        analytes=choice.analytes,
        course_id=course_id,
        origin=_origin(chart, choice),
        window=_window(chart, choice),
        units=view.units,
        scale=choice.scale,
        log=choice.log,
        expected_days=_expected_days(chart.course),
        cohort=_cohort(chart, choice),
        theme_name=view.theme,
    )


def _evidence(chart: Chart, choice: Choice) -> Evidence | None:
    """What the chosen verdict used; None where none is chosen or it used nothing."""
    inputs = _inputs(chart, choice.cell)
    if inputs is None or inputs.empty:
        return None
    checks = ledger.select_evidence(chart.tables, chart.course["course_id"], choice.cell)["check"]
    return ledger.ring_inputs(chart.tables.drawn_results(), inputs, prednisone=(checks == "prednisone").any())


def _inputs(chart: Chart, cell: str | None) -> pd.DataFrame | None:
    if chart.course is None or ledger.select_response(chart.tables, chart.course["course_id"], cell) is None:
        return None
    where = (chart.tables.patient_id, chart.course["course_id"], *cell.split("|", 1))
    return session.verdict_inputs(chart.snapshot, *where)


def _expected_days(course: pd.Series | None) -> float:
    regimen = None if course is None else REGIMENS.get(course["regimen"])
    return 92.0 if regimen is None else float(regimen.lab_interval_days)


def _round_days(course: pd.Series | None) -> int:
    regimen = None if course is None else REGIMENS.get(course["regimen"])
    return find_round_days(() if regimen is None else regimen.intervals_days)


def _cohort(chart: Chart, choice: Choice) -> dict[str, pd.DataFrame] | None:
    if not choice.cohort or chart.course is None or choice.scale != "value":
        return None
    own = chart.tables.results.sort_values("collected_at", kind="stable").groupby("analyte").tail(1)
    latest = dict(zip(own["analyte"], own["method"].fillna(""), strict=True))
    methods = {analyte: latest[analyte] for analyte in choice.analytes if analyte in latest}
    return cohort_band.select_band(chart.snapshot, chart.course["drug"], methods, chart.view.units)
