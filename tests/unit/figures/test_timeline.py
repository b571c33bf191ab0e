"""The data inside the timeline: what is drawn, where, and with which words."""

from datetime import date

import pandas as pd
import plotly.graph_objects as go
import pytest

from lupusmon.figures.evidence import Evidence
from lupusmon.figures.targets import TARGETS, select_targets
from lupusmon.figures.timeline import build_timeline
from tests.contract_frames import AS_OF, make_frames

FRAMES = make_frames(6)


def patient(pid, **frames):
    tables = ("results", "infusions", "courses", "baselines", "assessments")
    own = {name: getattr(FRAMES, name) for name in tables}
    return {name: f[f["patient_id"] == pid].reset_index(drop=True) for name, f in own.items()} | frames


def timeline(pid="P001", frames=None, **options):
    data = frames or patient(pid)
    return build_timeline(data.pop("results"), **data, as_of=AS_OF, patient_label=pid, **options)


def traces(figure, role, analyte=None):
    return [t for t in figure["data"] if t["meta"]["role"] == role and analyte in (None, t["meta"].get("analyte"))]


def points(figure, analyte):
    return traces(figure, "points", analyte)[0]


def notes(figure):
    return [a["text"] for a in figure["layout"]["annotations"]]


def shapes(figure, name):
    return [s for s in figure["layout"]["shapes"] if s.get("name") == name]


def test_every_result_is_one_mark_and_plotly_accepts_the_figure():
    figure = timeline()
    results = patient("P001")["results"]
    for analyte in ("C3", "C4", "DSDNA", "UPCR", "PLT"):
        assert len(points(figure, analyte)["x"]) == (results["analyte"] == analyte).sum()
    go.Figure(figure).to_json()


def test_all_panels_share_one_x_axis_with_joint_hover_and_own_dates():
    figure = timeline()
    assert {t["xaxis"] for t in figure["data"]} == {"x"}
    assert figure["layout"]["hoversubplots"] == "axis" and figure["layout"]["hovermode"] == "x unified"
    assert figure["layout"]["xaxis"]["type"] == "date"
    mark = points(figure, "C3")
    for x, text in zip(mark["x"], mark["text"], strict=True):
        assert x[:10] in text
    assert "d after belimumab dose" in mark["text"][-1] and "received" in mark["text"][0] and "line" in mark["text"][0]


def test_domains_do_not_overlap_and_stay_inside_the_figure():
    layout = timeline(analytes=("C3", "C4", "DSDNA", "UPCR", "PLT", "CREAT"))["layout"]
    rows = [v for k, v in layout.items() if k.startswith("yaxis") and "overlaying" not in v]
    domains = sorted((row["domain"] for row in rows), reverse=True)
    assert all(0 <= low < high <= 1 for low, high in domains)
    assert all(above[0] > below[1] for above, below in zip(domains, domains[1:], strict=False))


def test_at_most_six_panels():
    figure = timeline(analytes=("C3", "C4", "DSDNA", "UPCR", "PLT", "CREAT", "EGFR"))
    assert len(traces(figure, "points")) == 6


def test_line_breaks_at_an_assay_change_with_a_labelled_boundary():
    figure = timeline()
    rows = patient("P001")["results"].query("analyte == 'DSDNA'").sort_values("collected_at")
    elisa, farr = (rows[rows["method"] == m]["collected_at"].tolist() for m in ("ELISA", "Farr"))
    line = traces(figure, "line", "DSDNA")[0]["x"]
    pairs = {(line[i][:10], line[i + 1][:10]) for i in range(0, len(line), 3)}
    assert (elisa[-1][:10], farr[0][:10]) not in pairs
    assert len(pairs) == len(elisa) - 1 + len(farr) - 1
    assert "assay changed: ELISA → Farr" in notes(figure)
    assert len(shapes(figure, "DSDNA assay")) == 1


def test_a_censored_result_is_an_open_mark_with_a_caret_at_the_limit():
    figure = timeline()
    mark = points(figure, "DSDNA")
    place = mark["y"].index(5.0)
    assert mark["marker"]["symbol"][place] == "circle-open"
    caret = traces(figure, "censored", "DSDNA")[0]
    assert (caret["x"], caret["y"]) == ([mark["x"][place]], [5.0])
    assert "&lt; 5 IU/mL" in mark["text"][place] and "below the assay's limit" in mark["text"][place]


def test_zero_on_a_log_axis_lies_on_a_labelled_lane_and_linear_shows_it_as_zero():
    figure = timeline()
    lane = min(points(figure, "UPCR")["y"])
    assert 0 < lane < 0.2 and "zero or below" in notes(figure)
    rows = patient("P001")["results"].query("analyte == 'UPCR'").sort_values("collected_at")
    zero = rows.query("value == 0")["collected_at"].iloc[0][:10]
    assert points(figure, "UPCR")["y"].index(lane) == [x[:10] for x in points(figure, "UPCR")["x"]].index(zero)
    linear = timeline(log=False)
    assert 0.0 in points(linear, "UPCR")["y"] and "zero or below" not in notes(linear)
    assert any("log scale" in n for n in notes(figure)) and not any("log scale" in n for n in notes(linear))


def test_weeks_axis_counts_from_the_first_infusion_in_multiples_of_four():
    figure = timeline(origin=date(2025, 3, 4))
    axis = figure["layout"]["xaxis"]
    weeks = [int(text.replace("−", "-")) for text in axis["ticktext"]]
    assert 0 in weeks and all(week % 4 == 0 for week in weeks)
    assert axis["range"][0] < "2025-03-04" and points(figure, "C3")["x"][0] < "2025-03-04"
    ticks = [(pd.Timestamp(day) - pd.Timestamp("2025-03-04")).days for day in axis["tickvals"]]
    assert ticks == [7 * week for week in weeks]
    assert axis["title"]["text"] == "weeks from 2025-03-04"


def test_weeks_and_dates_lie_over_the_same_days_so_that_a_zoom_stays():
    weeks, dates = timeline(origin=date(2025, 3, 4))["layout"]["xaxis"], timeline()["layout"]["xaxis"]
    assert (weeks["type"], weeks["range"]) == (dates["type"], dates["range"]) == ("date", dates["range"])


def test_baseline_has_a_ring_a_line_and_its_date_and_is_never_made_up():
    figure = timeline()
    ring = traces(figure, "baseline", "C3")[0]
    base = patient("P001")["baselines"].query("analyte == 'C3'").iloc[0]
    assert ring["y"] == [base["value"]] and ring["x"][0][:10] == base["collected_at"][:10]
    day = (pd.Timestamp(base["collected_at"][:10]) - pd.Timestamp("2025-03-04")).days
    assert any(n.startswith("Baseline ") and f"(day −{-day})" in n for n in notes(figure))
    assert shapes(figure, "C3 baseline")
    without = timeline("P003")
    assert "No baseline in window" in notes(without) and not traces(without, "baseline")


def test_limits_are_steps_when_they_change():
    bands = shapes(timeline(), "C3 limits")
    assert [b["y0"] for b in bands] == [90, 85]
    assert bands[0]["x1"] == bands[1]["x0"]


def test_evidence_is_outlined_and_the_rest_faded():
    data = patient("P001")
    chosen = data["results"].query("analyte == 'C3'").index[[0, 2]]
    marker = points(timeline(frames=data, evidence=Evidence(results=chosen)), "C3")["marker"]
    assert [w for w in marker["line"]["width"]].count(3) == 2
    assert sorted(set(marker["opacity"])) == [0.28, 1.0]


def test_si_units_change_values_limits_and_labels_together():
    figure, si = timeline(), timeline(units="si")
    for plain, converted in zip(points(figure, "C3")["y"], points(si, "C3")["y"], strict=True):
        assert converted == pytest.approx(plain / 100)
    assert shapes(si, "C3 limits")[0]["y0"] == pytest.approx(0.9)
    assert any(n.startswith("<b>C3</b>  g/L") for n in notes(si))


def test_times_limit_and_times_baseline():
    limit, base = timeline(scale="limit"), timeline(scale="baseline")
    rows = patient("P001")["results"].query("analyte == 'C4'").sort_values("collected_at")
    assert points(limit, "C4")["y"] == pytest.approx(list(rows["value"] / 10))
    assert points(base, "C4")["y"] == pytest.approx(list(rows["value"] / rows["value"].iloc[0]))
    assert "no scale" in notes(base), "Farr results have no baseline and lie on the lane"


def test_a_late_dose_says_so_and_its_due_date_stays_hollow():
    figure = timeline()
    doses = traces(figure, "infusions")[0]
    assert "4 (+12 d)" in doses["text"] and "missed" in doses["text"]
    due = traces(figure, "due")[0]
    assert due["marker"]["symbol"] == "triangle-down-open" and "2025-05-27" in due["x"][0]
    assert any("next due" in text for text in due["hovertext"])


def test_a_long_gap_is_dashed():
    data = patient("P002")
    c3 = data["results"].query("analyte == 'C3'").sort_values("collected_at")
    data["results"] = data["results"].drop(c3.index[2:6])
    figure = timeline(frames=data)
    assert len(traces(figure, "gap", "C3")[0]["x"]) == 3
    assert not traces(timeline("P002"), "gap", "C3")


def test_superseded_results_are_small_and_join_to_nothing():
    data = patient("P001")
    data["results"]["outcome"] = "accepted"
    data["results"].loc[data["results"].query("analyte == 'C3'").index[1], "outcome"] = "superseded"
    figure = timeline(frames=data)
    old = traces(figure, "superseded", "C3")[0]
    assert len(old["x"]) == 1 and old["x"][0] not in traces(figure, "line", "C3")[0]["x"]
    assert old["x"][0] not in points(figure, "C3")["x"]


def test_a_word_is_shown_on_the_lane():
    data = patient("P002")
    row = data["results"].query("analyte == 'DSDNA'").index[0]
    data["results"].loc[row, ["value", "unit", "raw_value", "raw_unit"]] = [None, None, "positive", None]
    figure = timeline(frames=data)
    assert any("words" in n for n in notes(figure))
    assert any("positive" in t for t in points(figure, "DSDNA")["text"])


def test_a_positive_word_is_above_the_range_and_a_negative_one_inside():
    for word, status, symbol in (("positive", "above", "square"), ("negative", "inside", "square-open")):
        data = patient("P002")
        data["results"].loc[data["results"]["analyte"] == "DSDNA", ["value", "unit", "raw_value", "raw_unit"]] = [
            None,
            None,
            word,
            None,
        ]
        drawn = points(timeline(frames=data), "DSDNA")
        assert set(drawn["marker"]["symbol"]) == {symbol}
        assert all(f"{status} this lab's range" in text for text in drawn["text"])


def test_pulses_alone_are_not_called_no_infusions():
    data = patient("P001")
    data["infusions"] = data["infusions"].assign(drug="methylprednisolone", course_id="methylprednisolone-1")
    assert "No infusions recorded" not in notes(timeline(frames=data))


def test_text_from_files_is_never_html():
    data = patient("P001")
    data["results"]["raw_value"] = "<a href='https://example.org'>x</a>"
    data["results"]["method"] = "<b>m</b>"
    figure = build_timeline(data.pop("results"), **data, as_of=AS_OF, patient_label="<i>P</i>")
    everything = go.Figure(figure).to_json()
    assert "<a href" not in everything and "\\u003ca href" not in everything
    assert figure["layout"]["title"]["text"] == "&lt;i&gt;P&lt;/i&gt;"


@pytest.mark.parametrize("theme_name", ["light", "dark"])
def test_a_patient_without_anything_still_has_a_figure_in_words(theme_name):
    data = {name: frame.iloc[:0] for name, frame in patient("P001").items()}
    figure = timeline(frames=data, theme_name=theme_name)
    assert "No infusions recorded" in notes(figure) and "no C3 results" in notes(figure)
    go.Figure(figure).to_json()


def test_pga_is_a_mark_of_its_own_on_the_strip_with_its_own_scale_and_date():
    data = patient("P001")
    figure = timeline(frames=data)
    sledai, pga = traces(figure, "sledai")[0], traces(figure, "pga")[0]
    assert pga["y"] == data["assessments"]["pga"].dropna().tolist()
    assert pga["marker"]["symbol"] != sledai["marker"]["symbol"]
    axis = figure["layout"][pga["yaxis"].replace("y", "yaxis")]
    assert axis["overlaying"] == sledai["yaxis"] and axis["side"] == "right" and axis["range"][1] > 3
    for x, text in zip(pga["x"], pga["hovertext"], strict=True):
        assert text.startswith("<b>PGA ") and x[:10] in text
    assert any("PGA" in n and "right scale" in n for n in notes(figure))


def test_a_verdicts_assessments_and_doses_are_ringed_where_they_are_and_the_rest_fades():
    data = patient("P001")
    day = data["assessments"]["assessed_at"].iloc[1][:10]
    dose = data["infusions"].iloc[3]
    used = Evidence(assessed=frozenset({day}), doses=frozenset({(dose["drug"], dose["given_at"][:10])}))
    figure = timeline(frames=data, evidence=used)
    for role in ("sledai", "pga"):
        trace = traces(figure, role)[0]
        ringed = [x[:10] for x, w in zip(trace["x"], trace["marker"]["line"]["width"], strict=True) if w == 3]
        assert ringed == [day] and set(trace["marker"]["opacity"]) == {1.0, 0.28}
    lane = traces(figure, "infusions")[0]
    widths = dict(zip((x[:10] for x in lane["x"]), lane["marker"]["line"]["width"], strict=True))
    assert [at for at, width in widths.items() if width == 3] == [dose["given_at"][:10]]
    assert set(points(figure, "C3")["marker"]["opacity"]) == {0.28}, "no laboratory value was used"
    assert traces(figure, "baseline", "C3")[0]["marker"]["opacity"] == 0.28, "its ring would look like evidence"
    assert traces(timeline(), "baseline", "C3")[0]["marker"]["opacity"] == 1
    assert sorted(set(lane["marker"]["opacity"])) == [0.28, 1.0], "the dark rim of a late dose would look like evidence"
    assert traces(figure, "due")[0]["marker"]["opacity"] == 0.28
    noted = traces(figure, "prednisone")[0]["marker"]["line"]["width"]
    assert 3 not in noted, "the prednisone dose is ringed only where a check looks at it"
    with_dose = timeline(frames=patient("P001"), evidence=Evidence(assessed=frozenset({day}), prednisone=True))
    assert traces(with_dose, "prednisone")[0]["marker"]["line"]["width"].count(3) == 1


def test_a_test_in_words_alone_has_named_lanes_and_no_made_up_numbers():
    data = patient("P001")
    rows = data["results"]["analyte"] == "DSDNA"
    data["results"].loc[rows, ["value", "unit", "raw_unit"]] = None
    data["results"].loc[rows, "raw_value"] = [("positive", "negative", "trace")[i % 3] for i in range(rows.sum())]
    data["baselines"].loc[data["baselines"]["analyte"] == "DSDNA", "value"] = None
    figure = timeline(frames=data, analytes=("DSDNA",), log=True)
    mark = points(figure, "DSDNA")
    axis = figure["layout"][mark["yaxis"].replace("y", "yaxis")]
    assert axis["ticktext"] == ["negative", "undecided", "positive"] and axis["type"] == "linear"
    assert mark["y"][:3] == [2.0, 0.0, 1.0]
    assert mark["marker"]["symbol"][:2] == ["square", "square-open"]
    assert not shapes(figure, "DSDNA limits") and not traces(figure, "line", "DSDNA")
    title = next(n for n in notes(figure) if "dsDNA" in n)
    assert "in words" in title and "IU/mL" not in title and "log" not in title


def test_a_word_set_aside_stays_on_its_lane():
    data = patient("P001")
    rows = data["results"]["analyte"] == "DSDNA"
    data["results"].loc[rows, ["value", "unit", "raw_unit"]] = None
    data["results"].loc[rows, "raw_value"] = ["positive" if i < 2 else "negative" for i in range(rows.sum())]
    data["results"]["outcome"] = "accepted"
    data["results"].loc[data["results"].index[rows][:2], "outcome"] = ["unusable", "superseded"]
    data["results"]["reason"] = "clotted"
    figure = timeline(frames=data, analytes=("DSDNA",))
    for role in ("unusable", "superseded"):
        assert traces(figure, role, "DSDNA")[0]["y"] == [2.0]
    assert "clotted" in str(traces(figure, "unusable", "DSDNA")[0]) and set(points(figure, "DSDNA")["y"]) == {0.0}


@pytest.mark.parametrize(
    ("verdicts", "drawn"),
    [
        ({"renal_complete": "not_applicable", "platelets_iwg": "not_applicable"}, set()),
        ({"renal_complete": "not_assessable", "platelets_iwg": "not_applicable"}, {"UPCR"}),
        ({"renal_complete": "not_applicable", "platelets_iwg": "met"}, {"PLT"}),
    ],
)
def test_targets_are_drawn_only_where_their_criterion_applies(verdicts, drawn):
    rows = [("c-1", "latest", code, verdict) for code, verdict in verdicts.items()]
    rows += [("c-2", "latest", "renal_complete", "met"), ("c-2", "latest", "platelets_iwg", "met")]
    responses = pd.DataFrame(rows, columns=["course_id", "week", "criterion", "verdict"])
    baselines = pd.DataFrame({"course_id": "c-1", "analyte": ["UPCR", "PLT"]})
    targets = select_targets(responses, baselines, "c-1")
    assert select_targets(responses, baselines[:0], "c-1") == {}, "without a baseline nobody can tell"
    assert set(targets) == drawn and all(targets[code] == TARGETS[code] for code in drawn)
    figure = timeline(targets=targets)
    assert {s["name"].split()[0] for s in figure["layout"]["shapes"] if s.get("name", "").endswith("target")} == drawn


def test_dose_numbers_never_stand_on_each_other():
    data = patient("P001")
    first = pd.Timestamp(data["infusions"]["given_at"].iloc[0])
    days = [*range(5), *range(28, 33), 90, 100]
    rows = pd.concat([data["infusions"].head(1)] * len(days), ignore_index=True)
    data["infusions"] = rows.assign(
        given_at=[(first + pd.Timedelta(days=d)).isoformat()[:10] for d in days],
        status="given",
        timing=["first", *["on_time"] * 9, "late", "late"],
        days_from_due=[None, *[0] * 9, 14, 12],
    )
    text = traces(timeline(frames=data), "infusions")[0]["text"]
    assert text[0] == "1" and text[5] == "6", "each series of days begins with its number"
    assert text[1:4] == ["", "", ""] and text[10] == "11 (+14 d)" and text[11] in ("", "12")


def steroids(*doses):
    data = patient("P001")
    data["infusions"] = data["infusions"].query("drug != 'methylprednisolone'")
    first = data["infusions"].iloc[0]
    pulse = {**first, "drug": "methylprednisolone", "course_id": "methylprednisolone-1"}
    rows = [pulse | {"dose": dose, "dose_unit": unit, "given_at": day} for dose, unit, day in doses]
    data["infusions"] = pd.concat([data["infusions"], pd.DataFrame(rows)], ignore_index=True)
    return traces(timeline(frames=data), "pulse")[0]


def test_premedication_is_an_open_star_and_rescue_a_filled_one():
    drawn = steroids((100.0, "mg", "2025-03-04"), (249.0, "mg", "2025-04-04"), (250.0, "mg", "2025-05-04"))
    assert drawn["marker"]["symbol"] == ["star-open", "star-open", "star"]
    assert "no rescue" in drawn["hovertext"][0] and "no rescue" not in drawn["hovertext"][2]


def test_a_steroid_dose_in_grams_or_unknown_is_not_taken_for_premedication():
    drawn = steroids((0.5, "g", "2025-03-04"), (0.1, "g", "2025-04-04"), (float("nan"), "mg", "2025-05-04"))
    assert drawn["marker"]["symbol"] == ["star", "star-open", "star"]


def test_a_target_is_written_in_the_units_shown():
    conventional, si = (" ".join(notes(timeline(units=units))) for units in ("conventional", "si"))
    assert "renal response < 0.5 g/g" in conventional
    assert "renal response < 56.56 mg/mmol" in si and "0.5 g/g" not in si


def test_a_test_without_results_takes_little_room_and_shows_no_numbers():
    data = patient("P001")
    data["results"] = data["results"].query("analyte != 'PLT'")
    layout = timeline(frames=data, analytes=("C3", "PLT"))["layout"]
    c3, plt = (layout[key] for key in sorted(k for k in layout if k.startswith("yaxis"))[-2:])
    assert plt["domain"][1] - plt["domain"][0] < (c3["domain"][1] - c3["domain"][0]) / 2
    assert plt["showticklabels"] is False and c3.get("showticklabels") is not False


def test_the_line_of_the_day_is_labelled_and_crosses_no_heading():
    figure = timeline()
    lines = shapes(figure, "as of")
    rows = [v["domain"] for k, v in figure["layout"].items() if k.startswith("yaxis") and "overlaying" not in v]
    assert sorted([line["y0"], line["y1"]] for line in lines) == sorted(rows)
    assert f"as of {AS_OF}" in notes(figure)


def test_the_pointer_says_tests_weeks_and_doses_as_people_write_them():
    data = patient("P001")
    data["infusions"] = data["infusions"].assign(dose_unit="mg/m2", dose=375.0)
    figure = timeline(frames=data)
    assert all(text.startswith("<b>dsDNA ") for text in points(figure, "DSDNA")["text"])
    assert any("(week −" in text for text in points(figure, "C3")["text"])
    assert "375 mg/m²" in traces(figure, "infusions")[0]["hovertext"][0]


def test_words_of_neighbouring_assay_changes_never_stand_on_each_other():
    data = patient("P001")
    rows = data["results"]["analyte"] == "DSDNA"
    data["results"].loc[rows, "method"] = [("CLIA U/mL", "CLIFT titre", "CLIFT")[i % 3] for i in range(rows.sum())]
    labels = [a for a in timeline(frames=data)["layout"]["annotations"] if "assay changed" in a.get("hovertext", "")]
    assert [label["text"] for label in labels[:3]] == ["→ CLIFT titre", "→ CLIFT", "→ CLIA U/mL"]
    moments = [pd.Timestamp(label["x"]) for label in labels]
    xaxis = timeline(frames=patient("P001"))["layout"]["xaxis"]["range"]
    px_per_day = 800 / ((pd.Timestamp(xaxis[1]) - pd.Timestamp(xaxis[0])).days)
    for label, left, right in zip(labels, moments, moments[1:], strict=False):
        assert len(label["text"]) * 5.5 < (right - left).days * px_per_day


def test_the_arrow_of_a_censored_result_fades_with_its_mark():
    data = patient("P001")
    rows = data["results"].query("analyte == 'DSDNA' and comparator == '<'").index
    figure = timeline(frames=data, evidence=Evidence(results=rows[:1]))
    arrows = {t["opacity"]: len(t["x"]) for t in traces(figure, "censored", "DSDNA")}
    assert arrows.get(1.0) == 1 and arrows.get(0.28, 0) == len(rows) - 1
    assert {t["opacity"] for t in traces(timeline(), "censored")} == {1.0}


def test_a_missed_dose_is_one_mark_where_it_was_due():
    data = patient("P001")
    late = traces(timeline(frames=patient("P001")), "due")[0]["x"][0]
    missed = data["infusions"].iloc[[3]].assign(given_at=late[:10], status="missed", timing=None)
    data["infusions"] = pd.concat([data["infusions"], missed], ignore_index=True)
    assert late not in traces(timeline(frames=data), "due")[0]["x"]


def test_the_cohort_behind_a_panel_is_not_cut_by_its_axis():
    quartiles = {"q1": [20.0, 30.0, 30.0], "median": [60.0] * 3, "q3": [250.0, 200.0, 900.0]}
    weeks = pd.DataFrame({"week": [0, 12, 9000]} | quartiles)
    figure = timeline(cohort={"C3": weeks}, analytes=("C3",))
    low, high = figure["layout"][points(figure, "C3")["yaxis"].replace("y", "yaxis")]["range"]
    assert low <= 20 and 250 <= high < 400, "quartiles after the time shown do not count"
