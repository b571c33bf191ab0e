"""How fast the screen is in a real Chromium: `python -m tests.benchmarks.screen --patients 2000 --viewers 1 20`.

Starts a dashboard on a synthetic cohort and a blank Streamlit app, and prints median and p95 of each action in seconds,
with the ratio to opening the blank app in the same run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
_PLOT = "document.querySelector('.stPlotlyChart .js-plotly-plot')"
_SETTLED = (
    "() => !document.querySelector('[data-testid=stStatusWidget]') && !document.querySelector('[data-stale=true]')"
    " && !document.querySelector('[data-testid=stSkeleton]')"
)
_ROW = "[data-testid=worklist] tr.row"


@contextmanager
def serve(script: Path, home: Path) -> Iterator[str]:
    """Address of a Streamlit server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    environment = os.environ | {"LUPUSMON_HOME": str(home)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, **quiet)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1)
                break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def prepare(home: Path, patients: int) -> None:
    """A store with a synthetic cohort."""
    data, environment = home / "data", os.environ | {"LUPUSMON_HOME": str(home)}
    for arguments in (["demo", "--out", data, "--patients", patients], ["import", data]):
        command = [sys.executable, "-m", "lupusmon", *map(str, arguments)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def timed(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def visit(page: Page, address: str, rounds: int, found: dict[str, list[float]]) -> None:
    """One viewer: worklist, patient, next patient, axis, units, search; again and again."""

    def note(name: str, action: Callable[[], object]) -> None:
        found.setdefault(name, []).append(timed(action))
        page.wait_for_function(_SETTLED)

    def click_until(role: str, name: str, condition: str) -> Callable[[], None]:
        def action() -> None:
            page.get_by_role(role, name=name, exact=role == "radio").click()
            page.wait_for_function(condition)

        return action

    for i in range(rounds):
        note("worklist", lambda: (page.goto(address), page.wait_for_selector(_ROW)))
        note(
            "open patient",
            lambda i=i: (page.locator(_ROW).nth(i).click(), page.wait_for_selector(".stPlotlyChart path.point")),
        )
        drawn = f"{_PLOT}?.layout?.title.text === document.querySelector('h2')?.innerText"
        name = page.locator("h2").first.inner_text().replace("'", "")
        note(
            "next patient",
            click_until("button", "Next", f"() => document.querySelector('h2')?.innerText !== '{name}' && {drawn}"),
        )
        note("axis", click_until("radio", "Weeks", f"() => {_PLOT}?.layout?.xaxis.type === 'linear'"))
        note(
            "units", click_until("radio", "SI", f"() => {_PLOT}?.layout?.annotations.some(a => a.text.includes('g/L'))")
        )
        page.get_by_role("radio", name="Conventional", exact=True).click()
        page.goto(address)
        page.wait_for_selector(_ROW)
        page.wait_for_function(_SETTLED)
        wanted = f"LU-00{i + 1}"

        def search(wanted: str = wanted) -> None:
            page.get_by_label("Search").fill(wanted)
            page.get_by_label("Search").press("Enter")
            page.wait_for_url("**q=*")
            page.locator(_ROW, has_text=wanted).first.wait_for()

        note("search", search)


def run_viewers(address: str, viewers: int, rounds: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}

    def one() -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1440, "height": 1000})
            page.set_default_timeout(180_000)
            visit(page, address, rounds, found)
            browser.close()

    threads = [threading.Thread(target=one) for _ in range(viewers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def measure_blank(address: str) -> float:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        times = [timed(lambda: (page.goto(address), page.wait_for_selector("h1"))) for _ in range(4)]
        browser.close()
    return statistics.median(times[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=2000)
    parser.add_argument("--viewers", type=int, nargs="+", default=[1])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        blank = home / "blank.py"
        blank.write_text("import streamlit as st\nst.title('blank')\n", encoding="utf-8")
        prepare(home, options.patients)
        with serve(blank, home) as address:
            base = measure_blank(address)
        print(f"blank app {base:.2f} s")
        with serve(ROOT / "dashboard.py", home) as address:
            print(f"first worklist (analyses {options.patients} patients) {run_first(address):.1f} s")
            for viewers in options.viewers:
                for name, times in run_viewers(address, viewers, options.rounds).items():
                    middle, late = statistics.median(times), sorted(times)[max(0, int(0.95 * len(times)) - 1)]
                    ratio = f"{middle / base:4.1f} x blank"
                    print(f"{viewers:3d} viewers  {name:14s} median {middle:5.2f}  p95 {late:5.2f}  {ratio}")


def run_first(address: str) -> float:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(180_000)
        seconds = timed(lambda: (page.goto(address), page.wait_for_selector(_ROW)))
        browser.close()
    return seconds


if __name__ == "__main__":
    main()
