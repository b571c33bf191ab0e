"""How fast the screen is in a real Chromium: `python -m tests.benchmarks.screen --viewers 1 20 --beside 19 --mbit 5`.

Starts a dashboard on a synthetic cohort and a blank Streamlit app; prints median and p95 of each action in seconds, with
the ratio to opening the blank app in the same run. Viewers share one Chromium, a context (a session of its own) each, all
at work at once; they arrive one every two seconds. Browser and server share the machine, so that many viewers wait for
their browsers: `--beside` measures one viewer while so many colleagues, whose browsers are elsewhere, ask for pages too.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests.benchmarks import colleagues
from tests.benchmarks.patient_page import prepare
from tests.benchmarks.slow_line import slow_line

ROOT = Path(__file__).resolve().parents[2]
_TIMEOUT_MS = 180_000
_WORKLIST = "[data-testid=worklist]"
_ROW = f"{_WORKLIST} tr.row"
_MOST_ROUNDS = 12
_BETWEEN_STARTS = 2.0  # seconds: nobody's twenty colleagues arrive in one instant
_PLOT = "document.querySelector('.stPlotlyChart .js-plotly-plot')"
_SCROLLED = "(table, place) => { table.scrollTop = place * table.querySelector('tr.row').offsetHeight; }"
_SETTLED = (
    "() => !document.querySelector('[data-testid=stStatusWidget]') && !document.querySelector('[data-stale=true]')"
    " && !document.querySelector('[data-testid=stSkeleton]')"
)
_DRAWN = (  # a name, the same name in the figure, marks in it, and nothing of the run before
    f"document.querySelector('h2') && {_PLOT}?.layout?.title?.text === document.querySelector('h2').innerText"
    f" && {_PLOT}.querySelector('path.point') && !{_PLOT}.closest('[data-stale=true]')"
)
_SI = f"{_PLOT}?.layout?.annotations.some(a => a.text.includes('g/L'))"
Found = dict[str, list[float]]


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


@dataclass
class Viewer:
    """One person at a browser. number: where on the worklist this one works."""

    page: Page
    address: str
    number: int
    found: Found = field(repr=False)

    async def note(self, name: str, action: Callable[[], Awaitable[object]]) -> None:
        """Times an action; then waits until the page is at rest."""
        begin = time.perf_counter()
        await action()
        self.found.setdefault(name, []).append(time.perf_counter() - begin)
        await self.page.wait_for_function(_SETTLED)

    async def work(self, rounds: int) -> None:
        """Worklist, patient, next patient, axis, units, worklist, search; again and again."""
        for turn in range(rounds):
            await self.note("worklist", self.open_worklist)
            await self.note("open patient", lambda turn=turn: self.open_patient(turn))
            await self.note("next patient", self.next_patient)
            await self.note("axis", lambda: self.choose("Weeks", f"{_PLOT}?.layout?.xaxis.ticktext?.length > 0"))
            await self.note("units", lambda: self.choose("SI", _SI))
            await self.choose("Conventional", "true")
            await self.open_worklist()
            await self.page.wait_for_function(_SETTLED)
            wanted = f"LU-{100 + 10 * (self.number % 80) + turn % 10}"
            await self.note("search of the worklist", lambda wanted=wanted: self.search(wanted))

    async def open_worklist(self) -> None:
        await self.page.goto(self.address)
        await self.page.wait_for_selector(_ROW)

    async def open_patient(self, turn: int) -> None:
        """Each time a patient whose figure nobody has asked for yet."""
        place = 2 * (self.number * _MOST_ROUNDS + turn)
        # through locators: the table lives in a shadow root, where document.querySelector finds nothing
        await self.page.locator(_WORKLIST).evaluate(_SCROLLED, place)
        await self.page.locator(f"{_ROW}[aria-rowindex='{place + 2}']").click()
        await self.page.wait_for_function(f"() => {_DRAWN}")

    async def next_patient(self) -> None:
        name = (await self.page.locator("h2").first.inner_text()).replace("'", "")
        await self.page.get_by_role("button", name="Next").click()
        await self.page.wait_for_function(f"() => document.querySelector('h2')?.innerText !== '{name}' && {_DRAWN}")

    async def choose(self, name: str, condition: str) -> None:
        await self.page.get_by_role("radio", name=name, exact=True).click()
        await self.page.wait_for_function(f"() => {condition}")

    async def search(self, wanted: str) -> None:
        box = self.page.get_by_label("Search")
        await box.fill(wanted)
        await box.press("Enter")
        await self.page.wait_for_function(
            "wanted => { const find = (root) => [...root.querySelectorAll('*')].flatMap(e => e.shadowRoot ? "
            "[...e.shadowRoot.querySelectorAll('tr.row th .main')] : []);"
            " const names = find(document); return names.length && names.every(n => n.textContent.includes(wanted)); }",
            arg=wanted,
        )


async def run_viewers(browser: Browser, address: str, viewers: int, rounds: int) -> Found:
    """Seconds of every action of all viewers. The first round of a viewer loads scripts; it counts like any other."""
    found: Found = {}

    async def one(number: int) -> None:
        await asyncio.sleep(_BETWEEN_STARTS * number)
        context = await browser.new_context(viewport={"width": 1440, "height": 1000})
        context.set_default_timeout(_TIMEOUT_MS)
        await Viewer(await context.new_page(), address, number, found).work(rounds)
        await context.close()

    await asyncio.gather(*(one(number) for number in range(viewers)))
    return found


async def run_beside(browser: Browser, address: str, others: int, rounds: int) -> Found:
    """One viewer's seconds while colleagues work; `a page, the server alone` are theirs."""
    waits: list[float] = []
    tasks = [asyncio.create_task(colleagues.work(address, 1 + number, waits)) for number in range(others)]
    await asyncio.sleep(colleagues.arrival(others) + _BETWEEN_STARTS)
    waits.clear()
    try:
        found = await run_viewers(browser, address, 1, rounds)
        assert not any(task.done() for task in tasks), "a colleague was sent away"
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return found | {"a page, the server alone": waits}


async def open_together(browser: Browser, address: str, viewers: int) -> list[float]:
    """Seconds until the blank app shows, for viewers who arrive like those at work."""

    async def one(number: int) -> list[float]:
        await asyncio.sleep(_BETWEEN_STARTS * number)
        return await time_page(browser, address, "h1", 1)

    return [seconds for found in await asyncio.gather(*(one(n) for n in range(viewers))) for seconds in found]


async def time_page(browser: Browser, address: str, selector: str, times: int) -> list[float]:
    """Seconds until the page shows something, each time in a fresh context."""
    seconds = []
    for _ in range(times):
        context = await browser.new_context()
        context.set_default_timeout(_TIMEOUT_MS)
        page = await context.new_page()
        begin = time.perf_counter()
        await page.goto(address)
        await page.wait_for_selector(selector)
        seconds.append(time.perf_counter() - begin)
        await context.close()
    return seconds


def show(name: str, viewers: int | str, times: list[float], base: float) -> None:
    late = sorted(times)[max(0, -(-95 * len(times) // 100) - 1)]
    middle = statistics.median(times)
    print(
        f"{viewers:>14} {name:24s} n {len(times):3d}  median {middle:6.2f}  p95 {late:6.2f}"
        f"  {middle / base:5.1f} x blank",
        flush=True,
    )


async def measure(home: Path, options: argparse.Namespace) -> None:
    """Everything in one Chromium: the blank app, the first look, a second start, then the viewers."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        blank = home / "blank.py"
        blank.write_text("import streamlit as st\nst.title('blank')\n", encoding="utf-8")
        with serve(blank, home) as address:
            base = statistics.median((await time_page(browser, address, "h1", 6))[1:])
            for viewers in options.viewers:
                show("blank app", viewers, await open_together(browser, address, viewers), base)
        for name in ("first look, everything computed", "second start, kept analysis"):
            with serve(ROOT / "dashboard.py", home) as address:
                show(name, 1, await time_page(browser, address, _ROW, 1), base)
        with serve(ROOT / "dashboard.py", home) as address:
            await time_page(browser, address, _ROW, 1)
            if options.beside:
                for name, times in (await run_beside(browser, address, options.beside, options.rounds)).items():
                    show(name, f"1 beside {options.beside}", times, base)
            if options.mbit:
                async with slow_line(int(address.rsplit(":", 1)[1]), mbit=options.mbit) as port:
                    slow = f"http://127.0.0.1:{port}"
                    show("first visit", f"1, {options.mbit:g} Mbit/s", await time_page(browser, slow, _ROW, 3), base)
                    for name, times in (await run_viewers(browser, slow, 1, options.rounds)).items():
                        show(name, f"1, {options.mbit:g} Mbit/s", times, base)
            for viewers in options.viewers:
                rounds = min(options.rounds, _MOST_ROUNDS) if viewers < 5 else max(1, options.rounds // 6)
                for name, times in (await run_viewers(browser, address, viewers, rounds)).items():
                    show(name, viewers, times, base)
        await browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=2000)
    parser.add_argument("--viewers", type=int, nargs="+", default=[1])
    parser.add_argument("--rounds", type=int, default=6, help=f"at most {_MOST_ROUNDS}")
    parser.add_argument("--beside", type=int, default=0, help="colleagues without a browser here")
    parser.add_argument("--mbit", type=float, default=0.0, help="also over a line of so many Mbit/s")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder), options.patients)
        asyncio.run(measure(Path(folder), options))


if __name__ == "__main__":
    main()
