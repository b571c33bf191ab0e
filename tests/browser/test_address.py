"""Back, forward, reload and the keyboard: what was on the screen comes back, and nothing is lost on the way."""

from __future__ import annotations

import re

from tests.browser.test_dashboard import CHART, open_first_patient, open_page, settle

READY = f"{CHART} .scatterlayer"
PLOT = "document.querySelector('.stPlotlyChart .js-plotly-plot')"
TICKS = f"mode => ({PLOT}?.layout?.xaxis.tickmode || 'auto') === mode"


def days_shown(page):
    return [day[:16].replace("T", " ") for day in page.evaluate(f"() => {PLOT}.layout.xaxis.range")]


def choose(page, name, ticks):
    page.get_by_role("radio", name=name, exact=True).click()
    page.wait_for_function(TICKS, arg=ticks)
    settle(page)


def zoom_in(page):
    """Drags over the middle of the first laboratory panel."""
    area = page.locator(f"{CHART} .nsewdrag").nth(3)
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.45, y, steps=4)
    page.mouse.move(box["x"] + box["width"] * 0.6, y, steps=4)
    page.mouse.up()


def test_back_and_forward_move_the_switches_of_the_chart(page, server):
    open_first_patient(page, server)
    choose(page, "Weeks", "array")
    page.wait_for_url("**axis=weeks**")
    page.go_back()
    page.wait_for_function(TICKS, arg="auto")
    settle(page)
    assert "axis=" not in page.url
    assert page.get_by_role("radio", name="Calendar", exact=True).is_checked()
    page.go_forward()
    page.wait_for_function(TICKS, arg="array")
    settle(page)
    assert "axis=weeks" in page.url and page.get_by_role("radio", name="Weeks", exact=True).is_checked()
    page.go_back()
    page.go_back()
    page.wait_for_selector("[data-testid=worklist] tr.row")


def test_back_takes_one_filter_off_after_the_other(page, server):
    open_page(page, server)
    shown = page.get_by_text(re.compile(r"of 60 patients shown"))
    page.get_by_label("Search").fill("C3")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    settle(page)
    searched = shown.inner_text()
    page.get_by_text("Dose overdue", exact=True).click()
    page.wait_for_url("**overdue=1**")
    settle(page)
    assert shown.inner_text() != searched
    page.go_back()
    page.get_by_text(searched, exact=True).wait_for()
    assert "overdue" not in page.url and page.get_by_label("Search").input_value() == "C3"
    page.go_back()
    page.get_by_text("60 of 60 patients shown").wait_for()
    assert page.get_by_label("Search").input_value() == ""


def test_a_zoom_stays_when_weeks_other_units_or_another_scale_are_chosen(page, server):
    open_first_patient(page, server)
    whole = days_shown(page)
    zoom_in(page)
    page.wait_for_function(
        f"whole => {PLOT}.layout.xaxis.range[0].slice(0, 16).replace('T', ' ') !== whole", arg=whole[0]
    )
    zoomed = days_shown(page)
    shown = f"{PLOT}?.layout?.xaxis.range.map(day => day.slice(0, 16).replace('T', ' ')).join()"
    for name, ticks, unit in (("Weeks", "array", "mg/dL"), ("SI", "array", "g/L"), ("Calendar", "auto", "g/L")):
        choose(page, name, ticks)
        page.wait_for_function(f"unit => {PLOT}?.layout?.annotations.some(a => a.text.includes(unit))", arg=unit)
        page.wait_for_function(f"wanted => {shown} === wanted", arg=",".join(zoomed))


def test_units_stand_in_the_address_of_every_page_and_a_link_says_them(page, server):
    open_page(page, server, "/?units=si")
    assert "g/L" in page.locator("[data-testid=worklist] thead").inner_text()
    assert page.get_by_role("radio", name="SI", exact=True).is_checked()
    page.get_by_role("link", name="Cohort").click()
    page.wait_for_url("**/cohort?units=si")
    page.wait_for_function("() => document.title === 'Cohort · lupusmon'")
    page.get_by_role("link", name="Worklist").click()
    page.locator("[data-testid=worklist] tr.row").first.click()
    page.wait_for_url("**/patient?patient=*units=si*")
    page.wait_for_selector(READY)
    settle(page)
    page.reload()
    page.wait_for_selector(READY)
    assert page.get_by_role("radio", name="SI", exact=True).is_checked()


def test_a_verdict_opened_with_the_keyboard_keeps_the_keyboard(page, server):
    open_first_patient(page, server)
    chip = page.locator("[data-testid=ledger] button.chip").nth(1)
    name = chip.get_attribute("aria-label")
    chip.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-testid=checks]")
    settle(page)
    page.wait_for_function(
        """name => { let at = document.activeElement;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return at.getAttribute('aria-label') === name; }""",
        arg=name,
    )
    page.keyboard.press("Enter")  # the same key releases it
    page.wait_for_selector("[data-testid=checks]", state="detached")


def test_the_cohort_page_is_as_it_was_left(page, server):
    open_page(page, server, "/cohort")
    page.get_by_role("radio", name="Change from baseline", exact=True).click()
    page.wait_for_selector(".stPlotlyChart .bars path")
    settle(page)
    page.get_by_text("Show the chart's data as a table").click()
    page.locator("[data-testid=waterfall_twin] tbody tr").nth(5).wait_for()
    settle(page)
    page.locator(".stPlotlyChart .bars path").first.click(force=True)
    page.wait_for_url("**/patient?patient=*")
    page.wait_for_selector(READY)
    page.go_back()
    page.wait_for_selector(".stPlotlyChart .bars path")
    assert page.get_by_role("radio", name="Change from baseline", exact=True).is_checked()


def test_on_paper_the_patient_has_a_name_and_chart_and_tables_are_whole(page, server):
    name = open_first_patient(page, server)
    page.emulate_media(media="print")
    page.get_by_role("heading", name=name, exact=True).wait_for()
    assert not page.get_by_role("button", name=re.compile("^(Next|Mark as reviewed|Report)")).first.is_visible()
    paper = 718  # A4 less the margins, in px
    assert page.locator(f"{CHART} .main-svg").first.bounding_box()["width"] <= paper
    page.set_viewport_size({"width": paper, "height": 1000})
    for table in ("ledger", "labs", "doses"):
        inner, outer = page.locator(f"[data-testid={table}]").evaluate("node => [node.scrollWidth, node.clientWidth]")
        assert inner <= outer + 1, table


def test_next_follows_the_heading_and_the_worklist_comes_back_as_it_was_left(page, server):
    open_page(page, server)
    table, rows = page.locator("[data-testid=worklist]"), page.locator("[data-testid=worklist] tr.row")
    by_need = rows.first.get_attribute("data-key")
    table.get_by_role("button", name="C3", exact=True).click()
    settle(page)
    names = rows.locator("th .main")
    table.evaluate("table => { table.scrollTop = 20 * table.querySelector('tr.row').offsetHeight; }")
    chosen = page.locator("[data-testid=worklist] tr.row[aria-rowindex='24']")
    chosen.wait_for()
    after = page.locator("[data-testid=worklist] tr.row[aria-rowindex='25'] th .main").inner_text()
    name, key, top = (
        chosen.locator("th .main").inner_text(),
        chosen.get_attribute("data-key"),
        table.evaluate("t => t.scrollTop"),
    )
    assert by_need not in rows.evaluate_all("rows => rows.map(row => row.dataset.key)") and names.count() > 5
    chosen.click()
    page.get_by_role("heading", name=name).wait_for()
    page.get_by_text("23 of 60 on the worklist").wait_for()
    page.wait_for_selector(READY)
    settle(page)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("heading", name=after).wait_for()
    page.wait_for_selector(READY)
    settle(page)
    page.go_back()
    page.get_by_role("heading", name=name).wait_for()
    page.wait_for_selector(READY)
    settle(page)
    page.evaluate("() => document.activeElement.blur()")
    page.go_back()
    chosen.wait_for()
    settle(page)
    assert chosen.get_attribute("data-key") == key and table.evaluate("t => t.scrollTop") == top
    assert table.locator("th[aria-sort=ascending]").inner_text().startswith("C3 ▲")
    page.wait_for_function(
        """key => { let at = document.activeElement;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return at.dataset.key === key; }""",
        arg=key,
    )


def test_choices_of_the_cohort_stand_in_the_address_go_back_and_open_from_a_link(page, server):
    open_page(page, server, "/cohort")
    everybody = page.get_by_text(re.compile(r"^\d+ patients, \d+ courses"))
    whole = everybody.inner_text()
    page.get_by_role("combobox", name="Drug").fill("Beli")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cohort?drug=belimumab")
    settle(page)
    belimumab = everybody.inner_text()
    assert belimumab != whole
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="Over time", exact=True).click()
    page.wait_for_url("**figure=Over*time*")
    page.wait_for_selector(READY)
    settle(page)
    link = page.url
    page.go_back()
    page.wait_for_function("() => !location.search.includes('figure')")
    page.get_by_role("radio", name="Response rates", exact=True, checked=True).wait_for(state="attached")
    settle(page)
    assert everybody.inner_text() == belimumab
    page.go_back()
    page.get_by_text(whole, exact=True).wait_for()
    page.get_by_role("link", name="Definitions").click()
    page.wait_for_url("**/definitions")
    settle(page)
    page.goto(link)
    page.wait_for_selector(READY)
    page.get_by_role("radio", name="Over time", exact=True, checked=True).wait_for(state="attached")
    settle(page)
    assert everybody.inner_text() == belimumab
    page.goto(f"{server}/cohort?figure=nonsense&drug=aspirin")
    page.get_by_text(whole, exact=True).wait_for()
    page.wait_for_url(f"{server}/cohort")
