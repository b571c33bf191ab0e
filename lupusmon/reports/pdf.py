"""The report as PDF: the HTML page printed by a Chromium on this computer."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from datetime import date
from pathlib import Path

from lupusmon.errors import LupusmonError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_SECONDS = 60
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # the page asks for nothing; the browser shall not either
)
_TIMES = re.compile(rb"/(CreationDate|ModDate) \(D:(\d{14})[^)]*\)")


class NoBrowser(LupusmonError):
    """There is no Chromium to print with."""


def find_browser(said: str | None = None) -> str | None:
    """Path of a Chromium: the one said (BROWSER_PATH), else the first found on the path; None where there is none."""
    if said:
        return shutil.which(said)
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def require_browser(browser: str | None, said: str | None = None) -> str:
    """The browser, or NoBrowser with what to do. said: what BROWSER_PATH said."""
    if browser is None and said:
        raise NoBrowser(f"BROWSER_PATH: {said} is no program that can be started; correct it, or choose .html")
    if browser is None:
        raise NoBrowser(
            "PDF needs Chromium or Chrome, and none was found: install one, set BROWSER_PATH to it, or choose .html"
        )
    return browser


def print_pdf(html: str, *, browser: str | None, as_of: date) -> bytes:
    """The printed page. The file's own times are set to as_of, so that the same report has the same bytes.

    Raises NoBrowser without a browser, LupusmonError where printing fails.
    """
    browser = require_browser(browser)
    with tempfile.TemporaryDirectory(prefix="lupusmon-report-") as folder:
        page, out = Path(folder, "report.html"), Path(folder, "report.pdf")
        page.write_text(html, encoding="utf-8")
        command = [browser, *_FLAGS, *_sandbox(), f"--user-data-dir={folder}/profile", f"--print-to-pdf={out}"]
        try:
            done = subprocess.run([*command, page.as_uri()], capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise LupusmonError(f"{browser}: printing took longer than {_SECONDS} s; choose .html") from None
        except OSError as error:
            raise LupusmonError(f"{browser}: does not start ({error.strerror}); choose .html") from None
        if not out.is_file() or not out.stat().st_size:
            raise LupusmonError(f"{browser}: printing failed (status {done.returncode}); choose .html")
        return _TIMES.sub(lambda found: _fixed_time(found, as_of), out.read_bytes())


def _sandbox() -> tuple[str, ...]:
    """Chromium refuses its sandbox to root (containers); the page is ours and holds no script."""
    return ("--no-sandbox",) if getattr(os, "geteuid", lambda: 1)() == 0 else ()


def _fixed_time(found: re.Match[bytes], as_of: date) -> bytes:
    """The same length, so that no offset in the file moves."""
    whole = found.group(0)
    return whole.replace(found.group(2), f"{as_of:%Y%m%d}000000".encode())
