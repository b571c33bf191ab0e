"""The group: who responded, how fast, and do the criteria agree."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from lupusmon.analysis import cohort
from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import DRUGS
from lupusmon.clinical.units import si_unit
from lupusmon.figures import cohort as figures
from lupusmon.figures import theme
from lupusmon.ui import choices, cohort_rows, cohort_strip, frame, words
from lupusmon.ui import cohort_twins as twins
from lupusmon.ui.choices import Choice
from lupusmon.ui.grid import Grid, draw_grid
from lupusmon.ui.pages.worklist import list_patients
from lupusmon.ui.ready_figure import ReadyFigure
from lupusmon.ui.snapshot import Snapshot

_MISSING = {
    cohort.OBSERVED: "leave open verdicts out (observed)",
    cohort.NRI: "count open verdicts as no response (NRI)",
}
_FLARES = {
    "selena": "SELENA flare index",
    "bilag": "BILAG",
    "tulip": "TULIP",
    "lab": "lab SLEDAI 4 or more above the lowest of the course",
}
_COURSES_A_FIGURE = 100
_VIEWS = (
    "Response rates",
    "Every 4 weeks",
    "Course by course",
    "Change from baseline",
    "Over time",
    "Time to event",
    "Agreement",
)
_OF_A_TEST = ("Change from baseline", "Over time")  # the other figures are of a criterion


def render(snapshot: Snapshot, view: frame.View) -> None:
    """The cohort page; one figure at a time, so that nothing unseen is computed."""
    drug = Choice("drug", "cohort_drug", options=sorted(snapshot.tables["courses"]["drug"].unique()))
    site = Choice("site", "cohort_site", options=sorted(snapshot.tables["patients"]["site"].dropna().unique()))
    criterion = Choice("criterion", "cohort_criterion", next(iter(words.CRITERION_NAMES)), list(words.CRITERION_NAMES))
    test = Choice("test", "cohort_test", next(iter(ANALYTES)), list(ANALYTES))
    figure = Choice("figure", "cohort_view", _VIEWS[0], _VIEWS)
    every = (drug, site, criterion, test, figure)
    choices.start("cohort", every)
    _draw_choices(*every)
    said = choices.finish("cohort", every)
    drugs, chosen = list(said["drug"]), said["figure"]
    selected = cohort_rows.select_courses(snapshot, drugs=drugs, sites=list(said["site"]))
    patients = selected["patient_id"].nunique()
    left_out = "" if drugs else " Methylprednisolone pulses are left out; choose the drug to see them."
    st.caption(f"{words.plural(patients, 'patient')}, {words.plural(len(selected), 'course')}.{left_out}")
    names = {pid: frame.shown_name(snapshot, pid, masked=view.masked) for pid in selected["patient_id"].unique()}
    _DRAW[chosen](snapshot, selected, said["criterion"], said["test"], names, view)


def _draw_choices(drug: Choice, site: Choice, criterion: Choice, test: Choice, figure: Choice) -> None:
    """Which courses, and what of them; a choice that the figure does not use is greyed."""
    places = st.columns(4, vertical_alignment="bottom", gap="small")
    for place, label, choice, name in (
        (places[0], "Drug", drug, lambda code: DRUGS[code].name),
        (places[1], "Site", site, str),
    ):
        place.multiselect(
            label, choice.options, format_func=name, placeholder="all", key=choice.key, persist_state="session"
        )
    shown = figure.read_widget()
    for place, label, choice, name, unused in (
        (places[2], "Criterion", criterion, words.CRITERION_NAMES.get, shown in (*_OF_A_TEST, "Agreement")),
        (places[3], "Test", test, lambda code: ANALYTES[code].name, shown not in _OF_A_TEST),
    ):
        place.selectbox(
            label, choice.options, format_func=name, disabled=unused, key=choice.key, persist_state="session"
        )
    st.segmented_control("Figure", figure.options, required=True, key=figure.key, persist_state="session")


def _draw_rates(
    snapshot: Snapshot, courses: pd.DataFrame, criterion: str, analyte: str, names: dict, view: frame.View
) -> None:
    missing = st.radio("Open verdicts", list(_MISSING), format_func=_MISSING.get, horizontal=True)
    own = snapshot.tables["responses"]
    rates = cohort.summarise_response_rates(own[own["criterion"] == criterion], courses, missing=missing)
    order = {week: place for place, week in enumerate(words.sort_weeks(list(rates["week"].unique())))}
    rates = rates.assign(place=rates["week"].map(order)).sort_values(["place", "drug"]).drop(columns="place")
    title = words.CRITERION_NAMES[criterion]
    _chart(figures.build_response_rates(rates, title=title, theme_name=view.theme), "rates", f"Response rates: {title}")
    st.caption(
        "Met as a share of met + not met"
        + (" + cannot tell yet" if missing == cohort.NRI else "")
        + ", under each bar; “does "
        "not apply” is in neither. Whiskers: Wilson 95 %. No bar: nobody was judged."
    )
    draw_grid(cohort_rows.build_rates_table(rates), key="rates_table")
    _download("these rates", cohort_rows.export_rates(rates), "response_rates")


def _draw_strip(
    snapshot: Snapshot, courses: pd.DataFrame, criterion: str, analyte: str, names: dict, view: frame.View
) -> None:
    rows = cohort_strip.summarise_strip(snapshot, courses, criterion=criterion)
    st.subheader(f"{words.CRITERION_NAMES[criterion]}, every 4 weeks", anchor=False)
    st.caption(cohort_strip.DEFINITION)
    st.caption(f"{cohort_strip.describe_strip(rows)} {cohort_strip.LEGEND}.")
    in_words = st.toggle("Show as a table of words", key="strip_in_words")
    build = cohort_strip.build_strip_words if in_words else cohort_strip.build_strip
    grid = build(rows, list_patients(snapshot, view.units), names, identity=f"{criterion}{len(rows)}{in_words}")
    opened = draw_grid(grid, key="strip").open
    if opened:
        st.switch_page(st.session_state["pages"]["patient"], query_params={"patient": opened})


def _draw_swimmer(
    snapshot: Snapshot, courses: pd.DataFrame, criterion: str, analyte: str, names: dict, view: frame.View
) -> None:
    spans, marks = cohort_rows.summarise_swimmers(snapshot, courses, criterion=criterion, names=names)
    spans = _pick_page(spans)
    marks = marks[marks["key"].isin(spans["key"])]
    title = f"Courses with the verdict of: {words.CRITERION_NAMES[criterion]}"
    _chart(
        figures.build_swimmer(spans, marks, title=title, theme_name=view.theme), "swimmer", title, click="bar or a mark"
    )
    _twin("swimmer", lambda: twins.build_swimmer_twin(spans, marks))
    st.caption(
        "Bar: from the first to the last infusion of the course. Marks: the verdicts of the visits, also after the "
        "last infusion; none where the criterion does not apply."
    )


def _pick_page(spans: pd.DataFrame) -> pd.DataFrame:
    """At most so many courses as one figure can hold; the others are one choice away."""
    if len(spans) <= _COURSES_A_FIGURE:
        return spans
    say, total = words.say_count, len(spans)
    starts = list(range(0, total, _COURSES_A_FIGURE))
    names = {i: f"{say(i + 1)} to {say(min(i + _COURSES_A_FIGURE, total))} of {say(total)}" for i in starts}
    start = st.selectbox(
        "Courses, the longest first", starts, format_func=names.get, width=260, key=f"swimmers_{len(spans)}"
    )
    return spans.iloc[start : start + _COURSES_A_FIGURE].reset_index(drop=True)


def _draw_waterfall(
    snapshot: Snapshot, courses: pd.DataFrame, criterion: str, analyte: str, names: dict, view: frame.View
) -> None:
    changes = cohort_rows.summarise_changes(snapshot, courses, analyte=analyte, names=names)
    title = (
        f"{ANALYTES[analyte].name}: change from baseline to the last result of the same assay before the next treatment"
    )
    figure = figures.build_waterfall(changes, analyte=analyte, title=title, theme_name=view.theme)
    _chart(figure, "waterfall", title, click="bar")
    _twin("waterfall", lambda: twins.build_waterfall_twin(changes, analyte=analyte))


def _draw_spaghetti(
    snapshot: Snapshot, courses: pd.DataFrame, criterion: str, analyte: str, names: dict, view: frame.View
) -> None:
    values, band, assay = cohort_rows.summarise_courses_over_time(
        snapshot, courses, analyte=analyte, units=view.units, names=names
    )
    drawn, left_out = cohort_rows.thin_courses(values)
    unit = si_unit(analyte)[0] if view.units == "si" else ANALYTES[analyte].unit
    whose = f", {assay}" if assay else ""
    title = f"{ANALYTES[analyte].name} of every course; bold: median, shaded: quartiles, of 5 patients or more{whose}"
    figure = figures.build_spaghetti(drawn, band, analyte=analyte, unit=unit, title=title, theme_name=view.theme)
    _chart(figure, "spaghetti", title, click="point")
    _twin("spaghetti", lambda: twins.build_spaghetti_twin(values, band, assay=assay))
    if left_out:
        st.caption(
            f"Too many to tell apart: {words.say_count(left_out)} lines, evenly chosen, are not drawn. Median and "
            "quartiles are of all. Choose a drug or a site to see every line."
        )


def _draw_survival(
    snapshot: Snapshot, courses: pd.DataFrame, criterion: str, analyte: str, names: dict, view: frame.View
) -> None:
    own = cohort_rows.of_courses(snapshot.tables["responses"], courses)
    curves = cohort_rows.compute_curves(cohort.compute_time_to_response(own, criterion=criterion), courses)
    title = f"Time to response: {words.CRITERION_NAMES[criterion]}"
    figure = figures.build_kaplan_meier(curves, title=title, y="responded", rising=True, theme_name=view.theme)
    _chart(figure, "km_response", title)
    _curves_out(curves, "km_response", rising=True)
    st.caption("Read “by week”: verdicts exist at weeks 12, 24, 52 and 104. Ticks: censored. " + _say_band(curves))
    index = st.radio("Flare by", list(_FLARES), format_func=_FLARES.get, horizontal=True, key="flare_index")
    title = f"Time to the first flare: {_FLARES[index]}"
    flares = cohort_rows.compute_flare_times(snapshot, courses, index=index)
    curves = cohort_rows.compute_curves(flares, courses)
    figure = figures.build_kaplan_meier(curves, title=title, y="without a flare", theme_name=view.theme)
    _chart(figure, "km_flare", title)
    _curves_out(curves, "km_flare", rising=False)
    st.caption(
        "From the first infusion to the first flare that is certain; censored at the last look of the course. "
        + _say_band(curves)
    )


def _curves_out(curves: dict, key: str, *, rising: bool) -> None:
    curves = dict(curves)
    _twin(key, lambda: twins.build_survival_twin(curves, name=f"{key}_twin", rising=rising))
    _download("these curves", twins.export_curves(curves, rising=rising), key)


def _twin(key: str, build: Callable[[], Grid]) -> None:
    """The figure's data as a table, made when asked for."""
    if st.toggle("Show the chart's data as a table", key=f"{key}_as_table"):
        draw_grid(build(), key=f"{key}_twin")


def _download(what: str, content: bytes, name: str) -> None:
    label = f"Download {what} (groups under 5 suppressed)"
    st.download_button(label, content, f"{name}.csv", "text/csv", on_click="ignore", key=f"{name}_csv")


def _say_band(curves: dict) -> str:
    if len(curves) <= figures.MOST_BANDS:
        return "Band: 95 %, log-log."
    return "Choose one or two drugs to see the 95 % band."


def _draw_agreement(
    snapshot: Snapshot, courses: pd.DataFrame, criterion: str, analyte: str, names: dict, view: frame.View
) -> None:
    own = cohort_rows.of_courses(snapshot.tables["responses"], courses)
    st.markdown(f"SRI-style against BICLA-style ({words.LABS_ONLY}), courses for which both are decided.")
    grid = cohort_rows.build_agreement_table(own)
    draw_grid(grid, key="agreement")
    _download("this table", twins.export_agreement(grid), "agreement")


_DRAW = dict(
    zip(
        _VIEWS,
        (_draw_rates, _draw_strip, _draw_swimmer, _draw_waterfall, _draw_spaghetti, _draw_survival, _draw_agreement),
        strict=True,
    )
)


def _chart(figure: dict, key: str, alt: str, *, click: str = "") -> None:
    """A figure. click: what opens its patient, empty = nothing does."""
    if not click:
        st.plotly_chart(ReadyFigure(figure), theme=None, key=key, config=theme.chart_config(), alt=alt)
        return
    event = st.plotly_chart(
        ReadyFigure(figure),
        theme=None,
        key=key,
        config=theme.chart_config(),
        alt=alt,
        on_select="rerun",
        selection_mode="points",
    )
    points = event.selection.points if event else []
    if points and points[0].get("customdata"):
        chosen = points[0]["customdata"]
        chosen = chosen[0] if isinstance(chosen, list) else chosen
        st.switch_page(st.session_state["pages"]["patient"], query_params={"patient": str(chosen).split(" ")[0]})
    st.caption(f"Choose a {click} to open its patient.")
