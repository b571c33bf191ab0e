"""Decisions about results with mouse and keyboard, and an import that is cancelled half-way, in a real browser."""

from __future__ import annotations

import re

import pytest

from tests.browser.test_dashboard import open_page, settle
from tests.browser.test_import_foreign import upload

pytestmark = pytest.mark.browser
_ROWS = 600_000


def wait_for_role(page, role: str, there: bool) -> None:
    """Until the chart has marks of this sort, or has none any more."""
    page.wait_for_function(
        "([role, there]) => { const plot = document.querySelector('.stPlotlyChart .js-plotly-plot');"
        " return plot && plot.data && plot.data.some(t => (t.meta || {}).role === role) === there; }",
        arg=[role, there],
    )
    settle(page)


def test_a_result_is_set_aside_and_taken_back_by_mouse(page, server):
    open_page(page, server, "/patient?patient=P0014")
    page.get_by_text("Show every result; mark one as not usable").click()
    rows = page.locator("[data-testid=every_result] tr.row")
    rows.nth(1).click()
    page.locator("[data-testid=every_result] tr.chosen").wait_for()
    page.get_by_label("Reason (required)").fill("haemolysed")
    page.keyboard.press("Tab")
    settle(page)
    page.get_by_role("button", name="Mark as not usable").click()
    page.locator("[data-testid=every_result] .struck").wait_for()
    wait_for_role(page, "unusable", True)
    assert page.get_by_text("1 result marked as not usable (haemolysed)").count() == 1
    page.get_by_role("button", name="Use it again").click()
    page.wait_for_function("() => !document.querySelector('[data-testid=every_result] .struck')")
    wait_for_role(page, "unusable", False)


def test_a_baseline_is_pinned_and_unpinned(page, server):
    open_page(page, server, "/patient?patient=P0014")
    page.get_by_text("Choose a baseline or visit value by hand").click()
    settle(page)
    page.get_by_role("radiogroup").last.get_by_text("(day −44)").click()
    page.get_by_label("Reason (required)").fill("before the flare")
    page.keyboard.press("Tab")
    settle(page)
    page.get_by_role("button", name="Pin this result").click()
    page.get_by_role("button", name="Unpin").wait_for()
    wait_for_role(page, "pinned", True)
    said = re.compile(r"pinned by local on \d{4}-\d{2}-\d{2}: before the flare")
    assert page.locator("[data-testid=ledger]").get_by_text(said).count() >= 1
    assert page.locator("[data-testid=labs]").get_by_text(said).count() == 1
    page.get_by_role("button", name="Unpin").click()
    page.wait_for_function("() => ![...document.querySelectorAll('button')].some(b => b.innerText === 'Unpin')")
    wait_for_role(page, "pinned", False)


def test_an_import_cancelled_half_way_stores_nothing(page, server, tmp_path):
    path = tmp_path / "large.csv"
    lines = (f"L{i // 90:05d},{2020 + i % 6}-0{1 + i % 9}-{10 + i % 19},C3,{60 + i % 80},mg/dL\n" for i in range(_ROWS))
    path.write_text("patient_id,collected_at,analyte,value,unit\n" + "".join(lines))
    upload(page, server, path)
    start = page.get_by_role("button", name="Import 1 file")
    start.wait_for()
    settle(page)
    before = page.locator("[data-testid=history]").inner_text()
    start.click()
    page.get_by_text(re.compile(r"Writing the rows.*: [1-9]\d?%")).wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.wait_for_function("() => !document.querySelector('[data-testid=stProgress]')")
    settle(page)
    assert page.locator("[data-testid=history]").inner_text() == before
    assert page.get_by_text("large.csv").count() == 0
