"""A clinic morning in a real browser: worklist, patient, chart, verdict, import; keyboard; accessibility; no flash."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser
CHART = ".stPlotlyChart .js-plotly-plot"
LABS = ("C3", "C4", "DSDNA", "UPCR", "PLT")


def open_page(page, server, path="/"):
    page.goto(server + path)
    page.wait_for_selector("h1")
    settle(page)


def settle(page):
    """Until the run is over and nothing on the page is stale."""
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stStatusWidget]') && !document.querySelector('[data-stale=true]')"
        " && !document.querySelector('[data-testid=stSkeleton]')"
    )


def open_first_patient(page, server):
    open_page(page, server)
    row = page.locator("[data-testid=worklist] tr.row").first
    name = row.locator("th .main").inner_text()
    row.click()
    page.wait_for_url("**/patient?patient=*")
    page.wait_for_selector(f"{CHART} .scatterlayer")
    settle(page)
    return name


def figure(page):
    """The data Plotly has drawn: title, and per test the x of its marks and their rings."""
    return json.loads(
        page.evaluate(
            """() => { const plot = document.querySelector('.stPlotlyChart .js-plotly-plot');
            return JSON.stringify({title: plot.layout.title.text, ticks: plot.layout.xaxis.tickmode,
              points: Object.fromEntries(plot.data.filter(t => t.meta && t.meta.role === 'points')
                .map(t => [t.meta.analyte, {n: t.x.length, opacity: t.marker.opacity, y: Array.from(t.y)}]))}); }"""
        )
    )


def marks_drawn(page):
    """How many marks stand in the SVG, of all traces whose legend name ends with `points`."""
    return page.evaluate(
        """() => { const plot = document.querySelector('.stPlotlyChart .js-plotly-plot'); const out = {};
        plot.calcdata.forEach(cd => { const t = cd[0].trace; if (t.meta && t.meta.role === 'points')
          out[t.meta.analyte] = cd[0].node3 ? cd[0].node3.selectAll('path.point').size() : null; }); return out; }"""
    )


@pytest.fixture(scope="module")
def stored():
    """What the command line makes of the same sample data."""
    from lupusmon.ingest import read_files
    from lupusmon.pipeline import analyze_tables

    return analyze_tables(read_files([ROOT / "sample_data"]), wanted=("results", "superseded"))


def label_of(name: str) -> str:
    return re.search(r"\(([^)]+)\)$", name).group(1) if name.endswith(")") else name


def test_worklist_to_patient_draws_every_result(page, server, stored):
    name = open_first_patient(page, server)
    assert page.locator("h1").inner_text() == "Patient"
    drawn = figure(page)
    assert drawn["title"] == name
    results: pd.DataFrame = stored.results
    own = results[results["patient_id"] == label_of(name)]
    expected = {a: int((own["analyte"] == a).sum()) for a in LABS}
    assert {a: drawn["points"][a]["n"] for a in LABS} == expected
    on_screen = marks_drawn(page)
    assert {a: on_screen[a] for a in LABS} == expected


def test_a_ledger_cell_opens_its_checks_and_rings_its_evidence(page, server):
    open_page(page, server, "/patient?patient=P0001")
    page.wait_for_selector(f"{CHART} .scatterlayer")
    assert "P0001" not in page.url, "the id is replaced by an opaque key"
    cell = page.locator("[data-testid=ledger] button.chip[data-key='dsdna_normalised|12']")
    cell.click()
    checks = page.locator("[data-testid=checks]")
    checks.wait_for()
    settle(page)
    assert re.search(r"labs.*\.csv", checks.inner_text()) and "line " in checks.inner_text()
    assert (
        page.locator("[data-testid=ledger] button[aria-pressed=true]").get_attribute("data-key")
        == "dsdna_normalised|12"
    )
    page.wait_for_function(
        "() => { const p = document.querySelector('.stPlotlyChart .js-plotly-plot');"
        " return p && p.data.some(t => t.meta && t.meta.role === 'points' && Array.isArray(t.marker.opacity)); }"
    )
    rings = figure(page)["points"]["DSDNA"]["opacity"]
    assert rings.count(1) == 2 and set(rings) == {0.28, 1}
    page.locator("[data-testid=ledger] button[aria-pressed=true]").click()
    checks.wait_for(state="detached")


def test_no_identifier_stays_in_the_history_of_the_browser(page, server):
    open_page(page, server, "/patient?patient=P0001&axis=weeks")
    page.wait_for_selector(f"{CHART} .scatterlayer")
    page.locator("[data-testid=ledger] button.chip").first.click()
    page.locator("[data-testid=checks]").wait_for()
    page.get_by_role("radio", name="Calendar", exact=True).click()
    page.wait_for_url(lambda url: "axis=" not in url)
    page.get_by_role("button", name="Next").click()
    page.wait_for_function("() => !document.body.innerText.includes('LU-001 (P0001)')")
    settle(page)
    history = page.context.new_cdp_session(page).send("Page.getNavigationHistory")["entries"]
    urls = [entry["url"] for entry in history]
    assert sum("/patient?patient=" in url for url in urls) >= 3, urls
    assert not any("P00" in url for url in urls), urls


def test_a_link_with_an_id_leaves_nothing_behind_on_the_next_page(page, server):
    open_page(page, server, "/patient?patient=P0001")
    page.wait_for_selector(f"{CHART} .scatterlayer")
    settle(page)
    page.get_by_role("link", name="Definitions").click()
    page.wait_for_url("**/definitions*")
    history = page.context.new_cdp_session(page).send("Page.getNavigationHistory")["entries"]
    assert not any("P0001" in entry["url"] for entry in history), history


def test_choosing_a_lab_only_verdict_rings_every_test_on_both_sides(page, server):
    open_page(page, server, "/patient?patient=P0001")
    page.wait_for_selector(f"{CHART} .scatterlayer")
    page.locator("[data-testid=ledger] button.chip[data-key='sri_lab|12']").click()
    page.locator("[data-testid=checks]").wait_for()
    page.wait_for_function(
        "() => { const p = document.querySelector('.stPlotlyChart .js-plotly-plot');"
        " return p && p.data.some(t => t.meta && t.meta.role === 'points' && Array.isArray(t.marker.opacity)); }"
    )
    drawn = figure(page)["points"]
    assert {a: drawn[a]["opacity"].count(1) for a in LABS} == dict.fromkeys(LABS, 2)


def test_axis_and_units_change_the_chart_and_the_address(page, server):
    open_page(page, server, "/patient?patient=P0001")
    page.wait_for_selector(f"{CHART} .scatterlayer")
    before = figure(page)
    page.get_by_role("radio", name="SI", exact=True).click()
    page.wait_for_function(
        "y => document.querySelector('.stPlotlyChart .js-plotly-plot')?.data"
        "?.find(t => t.meta && t.meta.role === 'points' && t.meta.analyte === 'C3').y[0] < y / 50",
        arg=before["points"]["C3"]["y"][0],
    )
    settle(page)
    page.get_by_role("radio", name="Weeks", exact=True).click()
    page.wait_for_function(
        "() => document.querySelector('.stPlotlyChart .js-plotly-plot')?.layout?.xaxis.tickmode === 'array'"
    )
    settle(page)
    assert "axis=weeks" in page.url
    page.reload()
    page.wait_for_selector(f"{CHART} .scatterlayer")
    drawn = figure(page)
    assert drawn["ticks"] == "array" and "units=si" in page.url
    assert drawn["points"]["C3"]["y"][0] < before["points"]["C3"]["y"][0] / 50


def test_an_unknown_link_says_so_and_shows_nobody(page, server):
    open_page(page, server, "/patient?patient=nobody")
    page.get_by_text("There is no such patient").wait_for()
    assert page.locator(CHART).count() == 0 and page.locator("[data-testid=ledger]").count() == 0


def test_search_and_filter_stand_in_the_address_and_survive_a_reload(page, server):
    open_page(page, server)
    box = page.get_by_label("Search")
    box.fill("LU-001")
    box.press("Enter")
    page.wait_for_url("**q=*")
    settle(page)
    rows = page.locator("[data-testid=worklist] tr.row")
    rows.first.wait_for()
    assert rows.count() == 1 and "LU-001" in rows.first.inner_text()
    assert "LU-001" not in page.url
    page.reload()
    page.locator("[data-testid=worklist] tr.row").first.wait_for()
    settle(page)
    assert page.locator("[data-testid=worklist] tr.row").count() == 1


def test_the_worklist_is_usable_with_the_keyboard_alone(page, server):
    open_page(page, server)
    rows = page.locator("[data-testid=worklist] tr.row")
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    focused = page.evaluate(
        """() => { let e = document.activeElement; while (e.shadowRoot) e = e.shadowRoot.activeElement;
        return e.querySelector('th .main').textContent; }"""
    )
    assert focused == rows.nth(2).locator("th .main").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/patient?patient=*")
    page.get_by_role("heading", name=focused).wait_for()


def test_masked_identifiers_stay_masked_on_the_next_page(page, server):
    open_page(page, server)
    page.get_by_text("Mask identifiers").click()
    page.locator("[data-testid=worklist] tr.row", has_text="Patient ").first.wait_for()
    settle(page)
    assert "LU-0" not in page.locator("[data-testid=worklist]").inner_text()
    page.locator("[data-testid=worklist] tr.row").first.click()
    page.wait_for_selector(f"{CHART} .scatterlayer")
    settle(page)
    assert figure(page)["title"].startswith("Patient ")
    assert "LU-0" not in page.locator("body").inner_text()


def test_upload_of_the_faulty_file_shows_its_lines_and_gives_a_fix_me_file(page, server, tmp_path):
    """The first bad rows of the file under another name, so that the demo does not know the file yet."""
    rows = (ROOT / "sample_data/labs_faulty.csv").read_text(encoding="utf-8").splitlines()
    faulty = tmp_path / "march.csv"
    faulty.write_text("\n".join(rows[:20]) + "\n", encoding="utf-8")
    open_page(page, server, "/import")
    page.locator("input[type=file]").set_input_files(faulty)
    issues = page.locator("[data-testid=issues]")
    issues.wait_for()
    settle(page)
    said = issues.inner_text()
    bad = next(line for line, row in enumerate(rows, 1) if "mg/gl" in row)
    row = issues.locator("tr", has_text="mg/gl")
    assert re.search(rf"\b{bad}\b", row.inner_text()) and "march.csv" in row.inner_text()
    assert "use" in row.inner_text() and "rejected" in said
    assert page.get_by_text("Nothing has been stored yet").is_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Fix-me file of march")).click()
    fixed = pd.read_csv(download.value.path(), dtype=str)
    assert fixed["problem"].notna().all() and len(fixed) >= 10
    receipt = page.locator("[data-testid=receipt]").inner_text()
    assert re.search(r"19\s*\n?.*= ", receipt)


def test_the_infusion_cycle_lays_the_intervals_over_each_other(page, server):
    open_page(page, server, "/patient?patient=P0046")
    page.wait_for_selector(f"{CHART} .scatterlayer")
    page.get_by_role("radio", name="Infusion cycle").click()
    page.wait_for_function(
        "() => document.querySelector('.stPlotlyChart .js-plotly-plot')?.data?.some(t => t.meta?.role === 'intervals')"
    )
    settle(page)
    assert "view=cycle" in page.url
    assert "infusion cycle" in figure(page)["title"]


def test_a_bar_of_the_waterfall_opens_its_patient(page, server):
    open_page(page, server, "/cohort")
    page.get_by_role("radio", name="Change from baseline").click()
    bar = page.locator(f"{CHART} .barlayer .point path").first
    bar.wait_for()
    settle(page)
    key = page.evaluate(
        """() => { const plot = document.querySelector('.stPlotlyChart .js-plotly-plot');
        return plot.data.find(t => t.meta && t.meta.role === 'change').customdata[0]; }"""
    )
    box = bar.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(f"**/patient?patient={key}")


def test_the_report_is_one_file_without_an_identifier_in_its_name(page, server):
    open_page(page, server, "/patient?patient=P0001")
    page.wait_for_selector(f"{CHART} .scatterlayer")
    page.get_by_role("button", name="Report").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="HTML").click()
    assert "P0001" not in download.value.suggested_filename
    report = Path(download.value.path()).read_text(encoding="utf-8")
    assert "LU-001" in report and "not for diagnosis" in report and "<script" not in report


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "Worklist"),
        ("/patient", "Patient"),
        ("/cohort", "Cohort"),
        ("/import", "Import"),
        ("/audit", "Audit trail"),
        ("/definitions", "Definitions"),
    ],
)
def test_every_page_has_its_title_the_day_of_the_data_and_the_footer(page, server, path, title):
    open_page(page, server, path)
    assert page.locator("h1").all_inner_texts() == [title]
    page.get_by_text("not a medical device").wait_for()
    page.get_by_text(re.compile(r"Data as of \d{4}-\d{2}-\d{2}")).first.wait_for()


def test_switching_patient_never_shows_one_name_over_another_chart(page, server):
    """Frame by frame: whenever a chart is visible, the name above it is the name inside it."""
    open_first_patient(page, server)
    page.evaluate(
        """() => { window.mixed = []; window.frames = 0;
        const look = () => { window.frames += 1;
          const plot = document.querySelector('.stPlotlyChart .js-plotly-plot');
          const name = document.querySelector('h2');
          if (plot && name && plot.layout && getComputedStyle(plot).visibility !== 'hidden'
              && !plot.closest('[data-stale=true]') && plot.layout.title.text !== name.innerText)
            window.mixed.push([name.innerText, plot.layout.title.text]);
          requestAnimationFrame(look); }; look(); }"""
    )
    for _ in range(3):
        before = page.locator("h2").first.inner_text()
        page.get_by_role("button", name="Next").click()
        page.wait_for_function(
            "name => { const h = document.querySelector('h2'); return h && h.innerText !== name; }", arg=before
        )
        page.wait_for_function(
            "() => { const p = document.querySelector('.stPlotlyChart .js-plotly-plot');"
            " return p && p.layout && p.layout.title.text === document.querySelector('h2').innerText; }"
        )
        settle(page)
    assert page.evaluate("window.frames") > 30
    assert page.evaluate("window.mixed") == []


@pytest.mark.parametrize("path", ["/", "/patient?patient=P0001", "/cohort", "/import", "/audit", "/definitions"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page, server, axe, path, scheme):
    page.emulate_media(color_scheme=scheme)
    open_page(page, server, path)
    page.wait_for_timeout(800)
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    serious = [
        (v["id"], v["impact"], [n["target"] for n in v["nodes"]][:4], v["nodes"][0]["failureSummary"][:300])
        for v in found
        if v["impact"] in ("serious", "critical")
    ]
    assert not serious, json.dumps(serious, indent=1)
