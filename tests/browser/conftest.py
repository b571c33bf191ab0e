"""The dashboard on demo data in a real Chromium; without Chromium the tests are skipped, in CI they fail."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 60
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def _missing(what: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is needed in CI")
    pytest.skip(f"{what} is not installed")


@contextmanager
def serve(home: Path, **settings: str) -> Iterator[str]:
    """Address of a dashboard with the store in `home`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LUPUSMON_")}
    environment |= {"LUPUSMON_HOME": str(home)} | settings
    log = (home / "server.log").open("wb")
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(10)
        log.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Address of a dashboard with a store of its own, filled with the sample data."""
    with serve(tmp_path_factory.mktemp("home"), LUPUSMON_DEMO="1") as address:
        yield address


def _wait(address: str, process: subprocess.Popen) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the dashboard did not start")


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api") if os.environ.get("CI") != "true" else None
    if sync_api is None:
        from playwright import sync_api
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        _missing("Chromium")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, server):
    """A fresh page. Afterwards: nothing was asked of another host, no script failed, the browser refused nothing."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
    tab = context.new_page()
    tab.set_default_timeout(30_000)
    foreign, failed, refused = [], [], []
    tab.on("request", lambda r: None if r.url.startswith((server, "data:", "blob:")) else foreign.append(r.url))
    tab.on("pageerror", lambda error: failed.append(str(error)))
    tab.on("console", lambda m: refused.append(m.text) if "Content Security Policy" in m.text else None)
    yield tab
    context.close()
    assert not foreign, f"asked of another host: {foreign}"
    assert not failed, f"script errors: {failed}"
    assert not refused, f"the security policy refused: {refused}"


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core's script; AXE_CORE names the file, else npm fetches it into the cache folder."""
    found = Path(os.environ["AXE_CORE"]) if "AXE_CORE" in os.environ else _install_axe()
    return found.read_text(encoding="utf-8")


def _install_axe() -> Path:
    """Into the test cache outside the repository, where npm is there to do it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "lupusmon-tests"
    script = cache / "node_modules/axe-core/axe.min.js"
    npm = shutil.which("npm")
    if not script.is_file() and npm:
        cache.mkdir(parents=True, exist_ok=True)
        subprocess.run([npm, "install", "--silent", "--prefix", str(cache), "axe-core@4"], check=False, timeout=120)
    if not script.is_file():
        _missing("axe-core (npm)")
    return script
