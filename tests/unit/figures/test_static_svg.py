"""The timeline as SVG: the same marks as the Plotly figure, at the same relative places."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree

import pytest

from lupusmon.figures.static_svg import draw_svg, measure_height
from lupusmon.figures.svg_marks import draw_mark, draw_text, px
from lupusmon.figures.timeline import build_timeline
from tests.contract_frames import AS_OF, make_frames

FRAMES = make_frames(6)
SVG = "{http://www.w3.org/2000/svg}"


def figure(pid="P001", **options):
    tables = ("results", "infusions", "courses", "baselines", "assessments")
    own = {name: getattr(FRAMES, name) for name in tables}
    own = {name: frame[frame["patient_id"] == pid].reset_index(drop=True) for name, frame in own.items()}
    return build_timeline(own.pop("results"), **own, as_of=AS_OF, patient_label=pid, **options)


def draw(built, **options):
    how = {"width": 700, "panel_px": 50, "name": "n", "description": "d"} | options
    return ElementTree.fromstring(draw_svg(built, **how))


def hints(svg):
    return [node.text for node in svg.iter(f"{SVG}title")][1:]


def test_every_mark_of_the_screen_is_drawn_with_its_words():
    built = figure()
    marks = [t for t in built["data"] if t["meta"]["role"] == "points"]
    drawn = hints(draw(built))
    for trace in marks:
        for text in trace["text"]:
            head = re.sub(r"<.*?>", "", text.split("<br>")[0]).replace("&lt;", "<").replace("&gt;", ">")
            assert any(hint.startswith(head) for hint in drawn), head


def test_marks_stand_in_time_order_and_to_scale():
    built = figure()
    c3 = next(t for t in built["data"] if t["name"] == "C3 points")
    circles = [
        (float(n.get("cx", "nan")), float(n.get("cy", "nan")))
        for n in draw(built).iter(f"{SVG}circle")
        if (t := n.find(f"{SVG}title")) is not None and t.text.startswith("C3")
    ]
    assert circles == sorted(circles)
    high = [y for y, symbol in zip(c3["y"], c3["marker"]["symbol"], strict=True) if symbol == "circle"]
    assert [a < b for a, b in zip(high, high[1:], strict=False)] == [
        a[1] > b[1] for a, b in zip(circles, circles[1:], strict=False)
    ]


def test_rows_do_not_overlap_and_all_is_inside():
    svg = draw(figure(), week_zero=date(2025, 6, 2))
    boxes = [n.find(f"{SVG}rect") for n in svg.iter(f"{SVG}clipPath")]
    spans = sorted({(float(b.get("y")), float(b.get("y")) + float(b.get("height"))) for b in boxes})
    assert all(above[1] < below[0] for above, below in zip(spans, spans[1:], strict=False))
    assert max(end for _, end in spans) < float(svg.get("height"))
    for node in svg.iter(f"{SVG}text"):
        assert -1 <= float(node.get("x")) <= 701 and 0 <= float(node.get("y")) <= float(svg.get("height"))


def test_weeks_from_the_first_dose_are_under_the_dates():
    texts = [n.text for n in draw(figure(), week_zero=date(2025, 6, 2)).iter(f"{SVG}text")]
    assert "week from first dose" in texts and {"0", "12", "24"} <= set(texts)
    assert "week from first dose" not in [n.text for n in draw(figure()).iter(f"{SVG}text")]


def test_measured_height_is_the_drawn_height():
    built = figure()
    for panel in (30, 50, 80):
        assert float(draw(built, panel_px=panel).get("height")) == pytest.approx(
            measure_height(built, panel, weeks=False), abs=0.1
        )


def test_empty_data_give_a_figure_that_says_so():
    empty = {name: getattr(FRAMES, name).iloc[:0] for name in ("results", "infusions", "courses", "baselines")}
    built = build_timeline(**empty, as_of=AS_OF, patient_label="nobody")
    texts = " ".join("".join(n.itertext()) for n in draw(built).iter(f"{SVG}text"))
    assert "No infusions recorded" in texts and "no C3 results" in texts


def test_same_figure_same_text():
    assert draw_svg(figure(), width=700, panel_px=50, name="n", description="d") == draw_svg(
        figure(), width=700, panel_px=50, name="n", description="d"
    )


def test_text_is_shown_as_it_stands_and_only_bold_is_markup():
    drawn = ElementTree.fromstring(draw_text("<b>C3</b> &lt;script&gt; & more", 1, 2, size=8, colour="#000"))
    assert "".join(drawn.itertext()) == "C3 <script> & more"
    assert [n.get("font-weight") for n in drawn] == ["600"]


@pytest.mark.parametrize("symbol", ["circle", "triangle-up", "triangle-down-open", "diamond", "x-thin", "star", "new"])
def test_every_symbol_is_one_element_with_its_hint(symbol):
    how = {"colour": "#000", "edge": "#111", "width": 1, "opacity": 0.5, "title": 'a "b" < c'}
    node = ElementTree.fromstring(draw_mark(symbol, 5, 5, 8, **how))
    assert node.find("title").text == 'a "b" < c' and node.get("opacity") == "0.5"
    assert (node.get("fill") in ("none", "#fff")) == ("open" in symbol or symbol == "x-thin")


def test_coordinates_are_short():
    assert [px(v) for v in (1.0, 1.26, -0.04, 10)] == ["1", "1.3", "0", "10"]
