"""A worklist longer than a hundred patients goes to the browser packed; there it is the same table."""

from __future__ import annotations

import re

import pytest

from tests.benchmarks.patient_page import prepare
from tests.browser.conftest import serve
from tests.browser.test_dashboard import CHART, open_page, settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENTS = 240
TABLE, ROWS = "[data-testid=worklist]", "[data-testid=worklist] tr.row"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory, browser):
    """Address of a dashboard with more patients than fit a screen."""
    home = tmp_path_factory.mktemp("clinic")
    prepare(home, PATIENTS)
    with serve(home) as address:
        yield address


@pytest.fixture
def desk(browser, clinic):
    """A page at that dashboard; no script failed."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    tab, failed = context.new_page(), []
    tab.set_default_timeout(30_000)
    tab.on("pageerror", lambda error: failed.append(str(error)))
    yield tab
    context.close()
    assert not failed


def row(page, place):
    """The row at a place of the table, from 1; scrolled to."""
    page.locator(TABLE).evaluate("(t, i) => { t.scrollTop = i * t.querySelector('tr.row').offsetHeight; }", place - 1)
    found = page.locator(f"{ROWS}[aria-rowindex='{place + 1}']")
    found.wait_for()
    return found


def test_every_patient_is_in_the_table_once(desk, clinic):
    open_page(desk, clinic)
    assert desk.locator(f"{TABLE} table").get_attribute("aria-rowcount") == str(PATIENTS + 1)
    keys = {}
    for place in (*range(1, PATIENTS, 12), PATIENTS):  # more rows than that are drawn at once
        row(desk, place)
        keys |= dict(desk.locator(ROWS).evaluate_all("rows => rows.map(row => [row.ariaRowIndex, row.dataset.key])"))
    assert len(keys) == len(set(keys.values())) == PATIENTS
    assert "not reviewed yet" in row(desk, PATIENTS).inner_text()


def test_many_few_and_many_again(desk, clinic):
    open_page(desk, clinic)
    wanted = row(desk, PATIENTS - 3).locator("th .main").inner_text()
    desk.get_by_label("Search").fill(wanted)
    desk.keyboard.press("Enter")
    desk.get_by_text("1 of 240 patients shown").wait_for()
    settle(desk)
    assert desk.locator(f"{ROWS} th .main").all_inner_texts() == [wanted]
    desk.get_by_label("Search").fill("")
    desk.keyboard.press("Enter")
    desk.get_by_text("240 of 240 patients shown").wait_for()
    settle(desk)
    assert row(desk, PATIENTS - 3).locator("th .main").inner_text() == wanted


def test_a_patient_opened_from_the_end_is_reviewed_and_the_table_comes_back(desk, clinic):
    open_page(desk, clinic)
    desk.locator(TABLE).get_by_role("button", name="UPCR", exact=True).click()
    chosen = row(desk, 200)
    name, key = chosen.locator("th .main").inner_text(), chosen.get_attribute("data-key")
    chosen.click()
    desk.get_by_role("heading", name=name).wait_for()
    desk.get_by_text("200 of 240 on the worklist").wait_for()
    desk.wait_for_selector(f"{CHART} .scatterlayer")
    settle(desk)
    desk.get_by_role("button", name="Mark as reviewed").click()
    desk.get_by_text(re.compile("Since your review")).wait_for()
    settle(desk)
    desk.go_back()
    back = desk.locator(f"{ROWS}[aria-rowindex='201']")
    back.wait_for()
    settle(desk)
    assert back.get_attribute("data-key") == key and "nothing new" in back.inner_text()
    assert "not reviewed yet" in desk.locator(f"{ROWS}[aria-rowindex='202']").inner_text()


def test_the_rows_travel_packed(desk, clinic):
    sizes = []
    desk.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sizes.append(len(frame))))
    open_page(desk, clinic)
    assert max(sizes) < 500 * PATIENTS, "bytes of the largest message: 1,900 a patient unpacked"
