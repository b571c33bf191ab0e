"""The four-week strip in a real browser: shapes, words, sorting, keyboard, mask, and the way to a patient."""

from __future__ import annotations

import re

import pytest

from tests.browser.test_dashboard import CHART, open_page, settle

pytestmark = pytest.mark.browser
ROWS = "[data-testid=strip] tr.row"


def open_strip(page, server):
    open_page(page, server, "/cohort")
    page.get_by_role("radio", name="Every 4 weeks").click()
    page.locator(ROWS).first.wait_for()
    settle(page)


def test_cells_are_shapes_with_words_and_a_row_opens_its_patient(page, server):
    open_strip(page, server)
    signs = set(page.locator(f"{ROWS} .strip .cell").all_inner_texts())
    assert {"✓", "✕", "?"} <= signs <= {"✓", "✕", "?", "–", ""}
    cell = page.locator(f"{ROWS} .strip .cell.met").first
    assert re.fullmatch(r"week \d+: met", cell.get_attribute("title"))
    assert "met" in page.locator(f"{ROWS} .strip").first.get_attribute("aria-label")
    row = page.locator(ROWS).first
    name, key = row.locator("th .main").inner_text(), row.get_attribute("data-key")
    row.click()
    page.wait_for_url(f"**/patient?patient={key}")
    page.get_by_role("heading", name=name).wait_for()


def test_the_strip_sorts_by_its_headings_and_opens_with_the_keyboard(page, server):
    open_strip(page, server)
    first = page.locator(f"{ROWS} th .main").first.inner_text()
    page.locator("[data-testid=strip] thead").get_by_role("button", name=re.compile("^Met")).click()
    shares = page.locator(f"{ROWS} td:last-child .main").all_inner_texts()
    values = [int(a) / int(b) for a, b in (text.split(" of ") for text in shares)]
    assert values == sorted(values) and len(values) > 5
    page.locator("[data-testid=strip] thead").get_by_role("button", name="Why now").click()
    assert page.locator(f"{ROWS} th .main").first.inner_text() == first
    page.locator(ROWS).first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/patient?patient=*")
    page.wait_for_selector(f"{CHART} .scatterlayer")


def test_the_strip_in_words_under_a_mask(page, server):
    open_strip(page, server)
    page.get_by_text("Mask identifiers").click()
    page.locator(ROWS, has_text="Patient ").first.wait_for()
    page.get_by_text("Show as a table of words").click()
    table = page.locator("[data-testid=strip_words]")
    table.wait_for()
    settle(page)
    said = table.inner_text()
    assert "not met" in said and "cannot tell" in said and "LU-0" not in said and "Week 104" in said


def test_axe_finds_nothing_serious_in_the_strip(page, server, axe):
    open_strip(page, server)
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    assert not [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in ("serious", "critical")]
