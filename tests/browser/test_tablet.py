"""A tablet of 1024 px and 200 % zoom: everything can be read without scrolling sideways."""

from __future__ import annotations

import pytest

from tests.browser.conftest import ROOT
from tests.browser.test_dashboard import CHART, open_page, settle

pytestmark = pytest.mark.browser
_TOO_WIDE = """() => { const found = [];
  const walk = (root) => root.querySelectorAll('*').forEach((node) => {
    if (node.classList.contains('scroll') && node.scrollWidth > node.clientWidth) found.push(node.dataset.testid);
    if (node.shadowRoot) walk(node.shadowRoot); });
  walk(document);
  if (document.documentElement.scrollWidth > innerWidth) found.push('page');
  return found; }"""


@pytest.fixture
def tablet(page):
    page.set_viewport_size({"width": 1024, "height": 900})
    return page


@pytest.mark.parametrize("path", ["/", "/patient?patient=P0001", "/cohort", "/import", "/audit", "/definitions"])
def test_no_table_is_wider_than_a_tablet(tablet, server, path):
    open_page(tablet, server, path)
    tablet.locator("[data-testid] .lm, .scroll").first.wait_for(state="attached")
    settle(tablet)
    assert tablet.evaluate(_TOO_WIDE) == []


@pytest.mark.parametrize("view", ["Every 4 weeks", "Agreement"])
def test_no_table_of_the_cohort_is_wider_than_a_tablet(tablet, server, view):
    open_page(tablet, server, "/cohort")
    tablet.get_by_role("radio", name=view).click()
    tablet.locator(".scroll tbody tr").first.wait_for()
    settle(tablet)
    assert tablet.evaluate(_TOO_WIDE) == []


def test_the_checks_of_a_verdict_and_the_issues_of_a_file_fit_a_tablet(tablet, server, tmp_path):
    open_page(tablet, server, "/patient?patient=P0001")
    tablet.wait_for_selector(f"{CHART} .scatterlayer")
    tablet.locator("[data-testid=ledger] button.chip").first.click()
    tablet.locator("[data-testid=checks]").wait_for()
    settle(tablet)
    assert tablet.evaluate(_TOO_WIDE) == []
    faulty = tmp_path / "may.csv"
    rows = (ROOT / "sample_data/labs_faulty.csv").read_text(encoding="utf-8").splitlines()[:30]
    faulty.write_text("\n".join(rows) + "\n", encoding="utf-8")
    open_page(tablet, server, "/import")
    tablet.locator("input[type=file]").set_input_files(faulty)
    tablet.locator("[data-testid=issues]").wait_for()
    settle(tablet)
    assert tablet.evaluate(_TOO_WIDE) == []


def test_every_verdict_of_the_worklist_is_on_a_tablet_and_sorts(tablet, server):
    open_page(tablet, server)
    rows = tablet.locator("[data-testid=worklist] tr.row")
    rows.first.wait_for()
    lines = rows.first.locator(".stack .line").all_inner_texts()
    assert [line.split("\n")[0] for line in lines] == ["SRI-style", "BICLA-style", "Kidney"]
    box = rows.first.locator("td").last.bounding_box()
    assert box["x"] + box["width"] <= 1024
    head = tablet.locator("[data-testid=worklist] thead")
    head.get_by_role("button", name="Kidney").click()
    kidney = [text.split("\n")[-1] for text in rows.locator(".stack .line:nth-child(3)").all_inner_texts()]
    assert kidney == sorted(kidney) and len(set(kidney)) > 1, kidney
    assert head.locator("th[aria-sort=ascending]").inner_text().count("▲") == 1
    head.get_by_role("button", name="BICLA").click()
    assert "BICLA ▲" in head.inner_text() and "Kidney ▲" not in head.inner_text()
    head.get_by_role("button", name="SRI").press("Enter")
    assert "SRI ▲" in head.inner_text(), "the keyboard sorts, too"


@pytest.mark.parametrize("width", [1024, 1440])
def test_rows_of_the_worklist_are_equally_high_so_that_scrolling_finds_every_patient(page, server, width):
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, server)
    page.locator("[data-testid=worklist] tr.row").first.wait_for()
    heights = page.locator("[data-testid=worklist] tr.row").evaluate_all("rows => rows.map(r => r.offsetHeight)")
    assert max(heights) - min(heights) <= 1, heights


def test_the_words_of_the_filters_are_whole_at_twice_the_size(page, server):
    page.set_viewport_size({"width": 720, "height": 500})
    open_page(page, server)
    label = page.get_by_text("Dose overdue")
    assert label.evaluate("node => node.scrollWidth <= node.clientWidth + 1")


def test_the_upload_says_its_true_limit(page, server):
    open_page(page, server, "/import")
    assert page.get_by_text("up to 600 MB each").is_visible()
    assert not page.get_by_text("1GB").is_visible()


def test_no_date_is_broken_at_the_end_of_a_line(tablet, server):
    """On every width: what is kept together has one box, and copying it gives the plain date."""
    open_page(tablet, server, "/patient?patient=P0001")
    tablet.wait_for_selector(f"{CHART} .scatterlayer")
    settle(tablet)
    kept = tablet.locator(".st-key-status em")
    assert any(len(text) == 10 and text.replace("-", "").isdigit() for text in kept.all_inner_texts())
    for width in (1024, 900, 780, 660):
        tablet.set_viewport_size({"width": width, "height": 900})
        assert set(kept.evaluate_all("all => all.map(one => one.getClientRects().length)")) == {1}, width


def test_rows_of_the_worklist_keep_their_height_at_200_percent(page, server):
    """Rows of another height than the list counts with would jump while it is scrolled."""
    page.set_viewport_size({"width": 720, "height": 900})
    open_page(page, server)
    rows = page.locator("[data-testid=worklist] tr.row")
    rows.first.wait_for()
    settle(page)
    assert set(rows.evaluate_all("all => all.map(row => Math.round(row.getBoundingClientRect().height))")) == {72}


def test_on_paper_the_chart_takes_no_more_room_than_it_needs(page, server):
    open_page(page, server, "/patient?patient=P0001")
    page.wait_for_selector(f"{CHART} .scatterlayer")
    settle(page)
    room = page.locator("[data-testid=stElementContainer]:has(.stPlotlyChart)").first
    on_screen = room.bounding_box()["height"]
    page.emulate_media(media="print")
    assert 200 < room.bounding_box()["height"] < 0.5 * on_screen
