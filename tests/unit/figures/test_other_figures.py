"""Sparkline, infusion cycle and cohort figures: the numbers inside them."""

from datetime import date

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from lupusmon.analysis.cohort import compute_kaplan_meier, summarise_response_rates
from lupusmon.figures import cohort, cycle, theme
from lupusmon.figures.log_axis import log_ticks
from lupusmon.figures.sparkline import build_sparklines
from tests.contract_frames import AS_OF, make_frames

FRAMES = make_frames(8)


def of(name, pid="P001"):
    frame = getattr(FRAMES, name)
    return frame[frame["patient_id"] == pid].reset_index(drop=True)


def role(figure, name):
    return [t for t in figure["data"] if t.get("meta", {}).get("role") == name]


def test_sparkline_is_true_to_time_and_never_joins_two_assays():
    cell = build_sparklines(FRAMES.results, analyte="DSDNA", as_of=AS_OF)["P001"]
    rows = of("results").query("analyte == 'DSDNA' and collected_at >= '2025-06-02'")
    assert len(cell["runs"]) == 2 and sum(len(run) // 2 for run in cell["runs"]) == len(rows)
    first = pd.Timestamp(rows["collected_at"].min()[:10])
    expected = 100 - (pd.Timestamp(AS_OF) - first).days / 365 * 100
    assert cell["runs"][0][0] == pytest.approx(expected, abs=1)
    assert all(0 <= v <= 100 for run in cell["runs"] for v in run)


def test_sparkline_says_the_latest_value_and_its_status():
    cell = build_sparklines(FRAMES.results, analyte="C3", as_of=AS_OF)["P001"]
    last = of("results").query("analyte == 'C3'").sort_values("collected_at").iloc[-1]
    assert cell["text"] == theme.number(last["value"]) and cell["status"] == "in"
    si = build_sparklines(FRAMES.results, analyte="C3", as_of=AS_OF, units="si")["P001"]
    assert float(si["text"]) == pytest.approx(last["value"] / 100, rel=1e-3)


def test_sparkline_names_a_unit_that_is_not_the_columns_own():
    rows = of("results").query("analyte == 'DSDNA'")
    assert "unit" not in build_sparklines(rows, analyte="DSDNA", as_of=AS_OF)["P001"]
    assert build_sparklines(rows.assign(unit="U/mL"), analyte="DSDNA", as_of=AS_OF)["P001"]["unit"] == "U/mL"
    assert "unit" not in build_sparklines(rows.assign(unit="{titer}"), analyte="DSDNA", as_of=AS_OF)["P001"]


def test_a_sentence_of_the_rules_is_spoken_with_units_as_people_write_them():
    said = theme.speak_units("PLT 34 10*9/L on 2026-09-18, eGFR 74 mL/min/{1.73_m2}, at least 0.85 x baseline")
    assert said == "PLT 34 ×10⁹/L on 2026-09-18, eGFR 74 mL/min/1.73 m², at least 0.85 × baseline"


def test_sparkline_shows_an_old_latest_value_without_a_line():
    cell = build_sparklines(FRAMES.results, analyte="C3", as_of=date(2028, 1, 1))["P001"]
    assert cell["runs"] == [] and "last" not in cell and cell["text"]


def test_a_result_on_the_day_of_a_dose_is_the_trough_of_the_interval_before():
    doses = pd.DataFrame(
        {"given_at": ["2025-01-01", "2025-01-29", "2025-02-26"], "drug": "belimumab", "status": "given",
         "course_id": "belimumab-1"}
    )  # fmt: skip
    days = ["2024-12-30", "2025-01-01", "2025-01-29T09:00", "2025-02-10", "2025-03-01", "2025-08-01"]
    at = pd.to_datetime(days, format="ISO8601")
    days = cycle.compute_cycle_days(pd.DataFrame({"at": at}), doses, course_id="belimumab-1")
    assert days[["interval", "day"]].to_numpy().tolist() == [[1, 0], [1, 28], [2, 12], [3, 3]]


def test_cycle_band_needs_three_results_a_bin():
    rows = pd.DataFrame({"day": [1, 2, 3, 8, 9], "y": [1.0, 2.0, 6.0, 1.0, 1.0]})
    band = cycle.summarise_cycle(rows, step_days=7)
    assert band[["day", "n", "median"]].to_numpy().tolist() == [[3.5, 3, 2.0]]


def test_cycle_profile_draws_every_result_between_two_doses():
    figure = cycle.build_cycle_profile(
        of("results"),
        infusions=of("infusions"),
        course_id="belimumab-1",
        analytes=("C3", "DSDNA"),
        patient_label="P001",
    )
    after = of("results").query("analyte == 'C3' and collected_at >= '2025-03-04'")
    marks = next(t for t in role(figure, "points") if t["meta"]["analyte"] == "C3")
    assert len(marks["x"]) == len(after) and max(marks["x"]) <= 56
    go.Figure(figure)


def cycle_of(days: list[int], values: list[float], **limits: float) -> dict:
    """C3 on these days after two infusions eight weeks apart."""
    infusions = of("infusions").iloc[:2].assign(given_at=["2025-03-03", "2025-04-28"])
    at = [(pd.Timestamp("2025-03-03") + pd.Timedelta(days=d)).date().isoformat() for d in days]
    results = pd.concat([of("results").query("analyte == 'C3'").head(1)] * len(days), ignore_index=True)
    results = results.assign(collected_at=at, value=values, **limits)
    return cycle.build_cycle_profile(results, infusions=infusions, course_id="belimumab-1", analytes=("C3",))


def test_the_cycle_has_the_range_of_the_latest_result_as_a_band():
    figure = cycle_of([1, 2, 3], [80.0, 85.0, 95.0], ref_low=90.0, ref_high=180.0)
    low, high = figure["layout"]["yaxis2"]["range"]
    band = next(s for s in figure["layout"]["shapes"] if s["name"] == "C3 limits")
    assert band["y0"] == 90 and band["y1"] == high and low < 80
    assert not cycle_of([1, 2, 3], [80.0, 85.0, 95.0], ref_low=None, ref_high=None)["layout"]["shapes"]


def test_the_cycle_says_where_stretches_are_too_thin_for_a_band():
    none = cycle_of([1, 2, 30], [80.0, 85.0, 95.0])
    assert none["layout"]["meta"]["notes"] == [
        "C3: no median and no band, every stretch of 7 days has fewer than 3 results (n < 3)."
    ]
    assert not role(none, "band")
    some = cycle_of([1, 2, 3, 30], [80.0, 85.0, 95.0, 90.0])
    assert "no band in 1 of 2 stretches of 7 days" in some["layout"]["meta"]["notes"][0]
    assert role(some, "band")[0]["x"][0] == 0 and max(role(some, "band")[0]["x"]) == 7, "a lone stretch has width"
    late = cycle_of([1, 2, 3, 170, 171], [80.0, 85.0, 95.0, 90.0, 90.0])
    assert late["layout"]["meta"]["notes"] == [
        "C3: 2 results are left out, later than twice the usual interval after a dose."
    ]
    full = cycle_of([1, 2, 3, 29, 30, 31], [80.0, 85.0, 95.0, 90.0, 91.0, 92.0])
    assert full["layout"]["meta"]["notes"] == [] and len(role(full, "band")) == 2, "no band over the gap between"


@pytest.mark.parametrize(
    ("columns", "order"),
    [
        ({"value": 60.0, "unit": "IU/mL", "ref_high": 30.0}, 2.0),
        ({"value": 60.0, "unit": "U/mL", "ref_high": 20.0}, 3.0),
        ({"value": 40.0, "unit": "{titer}", "ref_high": float("nan")}, 4.0),
        ({"value": None, "unit": None, "ref_high": 30.0, "raw_value": "positive"}, 1.0),
        ({"value": None, "unit": None, "ref_high": 30.0, "raw_value": "negative"}, 0.0),
        ({"value": 60.0, "unit": "AI", "ref_high": float("nan")}, None),
    ],
)
def test_anti_dsdna_is_sorted_by_its_upper_limit(columns, order):
    rows = of("results").query("analyte == 'DSDNA'").tail(1).assign(comparator=None, **columns)
    assert build_sparklines(rows, analyte="DSDNA", as_of=AS_OF)["P001"]["order"] == order


def test_a_censored_result_is_open_in_the_cycle_too():
    results = of("results").assign(comparator="<")
    figure = cycle.build_cycle_profile(
        results, infusions=of("infusions"), course_id="belimumab-1", analytes=("C3",), patient_label="P001"
    )
    assert all(symbol.endswith("-open") for symbol in role(figure, "points")[0]["marker"]["symbol"])


def test_the_hint_of_a_sparkline_has_value_unit_and_day():
    rows = of("results").query("analyte == 'C3'").assign(value=80.0, unit="mg/dL", comparator=None)
    hints = {
        u: build_sparklines(rows, analyte="C3", as_of=AS_OF, units=u)["P001"]["title"] for u in ("conventional", "si")
    }
    assert hints["conventional"].startswith("80 mg/dL, 20") and hints["si"].startswith("0.8 g/L, 20")


def test_response_bars_state_numerator_denominator_and_interval():
    rates = summarise_response_rates(FRAMES.responses.query("criterion == 'sri_lab'"), FRAMES.courses)
    figure = cohort.build_response_rates(rates, title="SRI-style")
    bars = role(figure, "rates")
    drug = rates[(rates["drug"] == bars[0]["meta"]["drug"]) & (rates["denominator"] > 0)]
    assert bars[0]["y"] == pytest.approx((drug["rate"] * 100).tolist())
    top = np.array(bars[0]["y"]) + np.array(bars[0]["error_y"]["array"])
    assert top == pytest.approx((drug["high"] * 100).to_numpy())
    counts = role(figure, "counts")[0]["text"]
    assert counts == [f"{m}/{d}" for m, d in zip(drug["met"], drug["denominator"], strict=True)]
    go.Figure(figure)


def test_waterfall_goes_from_best_to_worst_by_the_good_direction():
    changes = pd.DataFrame(
        {"key": list("abc"), "label": list("ABC"), "drug": "belimumab", "change": [-10.0, 40.0, 5.0]}
    )
    up = cohort.build_waterfall(changes, analyte="C3", title="")
    down = cohort.build_waterfall(changes, analyte="UPCR", title="")
    assert role(up, "change")[0]["y"] == [40.0, 5.0, -10.0]
    assert role(down, "change")[0]["y"] == [-10.0, 5.0, 40.0]


def test_kaplan_meier_has_numbers_at_risk_and_censoring_ticks():
    curve = compute_kaplan_meier(np.array([5, 12, 12, 30, 40]), np.array([True, False, True, False, True]))
    figure = cohort.build_kaplan_meier({"belimumab": curve}, title="", y="")
    assert role(figure, "curve")[0]["y"] == curve.table["survival"].tolist()
    assert role(figure, "censored")[0]["x"] == [12.0, 30.0]
    texts = [a["text"] for a in figure["layout"]["annotations"]]
    assert texts[1:] == ["Belimumab", "5", "4", "2", "1"]
    rising = cohort.build_kaplan_meier({"belimumab": curve}, title="", y="", rising=True)
    assert role(rising, "curve")[0]["y"] == pytest.approx((1 - curve.table["survival"]).tolist())
    go.Figure(figure)


@pytest.mark.parametrize(
    "figure",
    [
        cohort.build_response_rates(pd.DataFrame(columns=["denominator"]), title="t"),
        cohort.build_swimmer(pd.DataFrame(), pd.DataFrame(), title="t"),
        cohort.build_waterfall(pd.DataFrame(), analyte="C3", title="t"),
        cohort.build_kaplan_meier({}, title="t", y=""),
    ],
)
def test_nothing_to_show_is_said_in_words(figure):
    assert figure["layout"]["annotations"][0]["text"].endswith((".", "!"))
    go.Figure(figure)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (0.62, "0.62"),
        (62.93, "62.93"),
        (0.00005, "0.00005"),
        (1234.5, "1\u202f234"),
        (0, "0"),
    ],
)
def test_numbers_are_written_for_the_eye(value, text):
    assert theme.number(value) == text


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_inks_have_enough_contrast(name):
    """WCAG 2.1: 4.5 to 1 for text, 3 to 1 for marks."""
    inks = theme.palette(name)
    for ink, least in ((inks.ink, 4.5), (inks.muted, 4.5), (inks.target, 4.5), (inks.outside, 3), (inks.in_range, 3)):
        assert contrast(ink, inks.paper) >= least, ink


def contrast(one, other):
    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        return sum(
            w * (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4)
            for w, p in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
        )

    a, b = sorted((light(one), light(other)), reverse=True)
    return (a + 0.05) / (b + 0.05)


@pytest.mark.parametrize("low, high", [(0.15, 6), (11, 44), (21, 49), (20, 150), (0.05, 20_000)])
def test_a_log_axis_has_at_least_two_whole_numbers_to_read_it_by(low: float, high: float):
    ticks = log_ticks(low, high)
    assert len(ticks) >= 2 and all(low <= tick <= high for tick in ticks), ticks


def test_the_cycle_writes_log_ticks_out_in_full():
    figure = cycle.build_cycle_profile(
        of("results"), infusions=of("infusions"), course_id="belimumab-1", analytes=("DSDNA",)
    )
    axis = figure["layout"]["yaxis2"]
    low, high = (10**end for end in axis["range"])
    assert axis["type"] == "log" and axis["tickvals"] == log_ticks(low, high), "Plotly alone writes 5, 2, 1, 5, 2"


@pytest.mark.parametrize(
    ("intervals", "days"),
    [((14, 168), 48), ((7, 7, 7, 161), 33), ((14, 154, 14, 182), 50), ((14, 14, 28), 2), ((28,), 2), ((), 2)]
    + [((28, 28, 28, 28, 28, 91), 2)],
)
def test_only_schedules_in_rounds_have_doses_that_belong_together(intervals, days):
    assert cycle.find_round_days(intervals) == days


def test_weekly_doses_of_a_round_are_one_cycle_and_leave_no_result_out():
    start = [pd.Timestamp("2025-01-01") + pd.Timedelta(days=d) for d in (0, 7, 14, 21, 182, 189, 196, 203)]
    doses = pd.DataFrame({"given_at": [str(d.date()) for d in start], "drug": "rituximab", "status": "given"})
    doses = doses.assign(course_id="rituximab-1")
    at = pd.to_datetime(["2025-01-15", "2025-04-01", "2025-07-02", "2025-10-01"])
    rows = cycle.add_cycle_days(pd.DataFrame({"at": at}), doses, course_id="rituximab-1", round_days=33)
    assert rows[["interval", "day"]].to_numpy().tolist() == [[1, 14], [1, 90], [1, 182], [2, 91]]
    assert not rows["late"].any()


def test_survival_bands_are_drawn_only_where_they_can_be_told_apart():
    table = pd.DataFrame({"time": [0.0, 12.0], "at_risk": [5, 5], "events": [0, 1], "censored": [0, 0]})
    table = table.assign(survival=[1.0, 0.8], low=[1.0, 0.2], high=[1.0, 0.97])
    curve = type("Curve", (), {"table": table, "at_risk": lambda self, times: [5] * len(times)})()
    for n, bands in ((1, 1), (2, 2), (3, 0)):
        drugs = ["belimumab", "rituximab", "anifrolumab"][:n]
        figure = cohort.build_kaplan_meier(dict.fromkeys(drugs, curve), title="t", y="y")
        assert len(role(figure, "high")) == bands and len(role(figure, "curve")) == n


def test_a_rate_of_zero_still_shows_whose_it_is():
    rates = pd.DataFrame(
        {"week": ["12"], "drug": ["belimumab"], "met": [0], "not_met": [4], "not_assessable": [0],
         "not_applicable": [0], "denominator": [4], "rate": [0.0], "low": [0.0], "high": [0.49]}
    )  # fmt: skip
    bar = role(cohort.build_response_rates(rates, title="t"), "rates")[0]
    assert bar["y"] == [0.0] and bar["marker"]["line"]["width"] > 0
