"""What the security policy must let through and what it must stop, in a real browser."""

from __future__ import annotations

import re
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.browser.test_dashboard import CHART, open_page, settle

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/", "/patient", "/_stcore/health", "/readyz", "/favicon.png"])
def test_the_started_server_sends_the_headers_everywhere(server, path):
    with urllib.request.urlopen(server + path, timeout=20) as answer:
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_script_slipped_into_the_page_does_not_run_and_no_other_host_is_reached(browser, server):
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(server)
    tab.wait_for_selector("h1")
    stopped = tab.evaluate(
        """async () => { const seen = [];
        document.addEventListener('securitypolicyviolation', e => seen.push(e.effectiveDirective));
        const script = document.createElement('script');
        script.textContent = 'window.slipped = true'; document.body.append(script);
        await fetch('http://127.0.0.1:9/').catch(() => null);
        new Image().src = 'http://127.0.0.1:9/a.png';
        await new Promise(done => setTimeout(done, 300));
        return [window.slipped === undefined, seen.sort()]; }"""
    )
    context.close()
    assert stopped == [True, ["connect-src", "img-src", "script-src-elem"]]


def test_the_page_cannot_be_framed(browser, server, tmp_path):
    outer = tmp_path / "outer.html"
    outer.write_text(f'<iframe src="{server}/"></iframe>', encoding="utf-8")
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(outer.as_uri())
    tab.wait_for_timeout(1500)
    assert all(frame.url.startswith(("chrome-error:", "file:")) for frame in tab.frames)
    context.close()


@pytest.mark.parametrize(("kind", "begins"), [("PNG", b"\x89PNG"), ("SVG", b"<svg")])
def test_the_camera_saves_the_chart(page, server, kind, begins):
    open_page(page, server, "/patient?patient=P0001")
    page.wait_for_selector(f"{CHART} .scatterlayer")
    page.get_by_role("radio", name=kind, exact=True).click()
    settle(page)
    page.locator(CHART).first.hover()
    with page.expect_download() as download:
        page.locator(".modebar-btn[data-title^='Download plot']").first.click()
    assert download.value.suggested_filename == f"lupusmon-figure.{kind.lower()}"
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(begins) and len(content) > 20_000


def test_the_report_as_pdf(page, server):
    open_page(page, server, "/patient?patient=P0001")
    page.wait_for_selector(f"{CHART} .scatterlayer")
    page.get_by_role("button", name="Report").click()
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="PDF").click()
    assert re.fullmatch(r"report_[0-9a-f]{12}\.pdf", download.value.suggested_filename)
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"%PDF-") and b"%%EOF" in content[-64:] and len(content) > 30_000


def test_the_reports_of_a_filtered_worklist_as_a_zip(page, server):
    open_page(page, server)
    box = page.get_by_label("Search")
    box.fill("LU-001")
    box.press("Enter")
    page.wait_for_url("**q=*")
    settle(page)
    page.get_by_role("button", name="Reports").click()
    page.get_by_role("button", name=re.compile("Prepare 1 report")).click()
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Download 1 report").click()
    with zipfile.ZipFile(download.value.path()) as packed:
        assert any(b"LU-001" in packed.read(name) for name in packed.namelist())
