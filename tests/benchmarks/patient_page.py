"""What the server does to draw a patient's page: `python -m tests.benchmarks.patient_page --patients 2000 --pages 15`.

Runs the dashboard over a synthetic cohort in Streamlit's own harness. One viewer opens one patient after another, each
for the first time, then the same page again; the store is warm. Prints milliseconds of processor time of the script,
from the first line of a run to its last message; sending the messages and drawing them is the browser's part
(tests.benchmarks.screen).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
_TIMEOUT = 300
_WARM_UP = 3  # pages that load code and fill caches which no patient has of its own


def prepare(home: Path, patients: int) -> None:
    """A store with a synthetic cohort."""
    data, environment = home / "data", os.environ | {"LUPUSMON_HOME": str(home)}
    for arguments in (["demo", "--out", data, "--patients", patients], ["import", data]):
        command = [sys.executable, "-m", "lupusmon", *map(str, arguments)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


@dataclass
class Viewer:
    """One session of the dashboard. seconds: of processor time, one entry a run."""

    seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        from streamlit.testing.v1 import AppTest

        from lupusmon.ui import navigation

        run = navigation.run

        def timed() -> None:
            begin = time.process_time()
            try:
                run()
            finally:
                self.seconds.append(time.process_time() - begin)

        navigation.run = timed
        self.app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=_TIMEOUT)

    def open(self, key: str) -> float:
        """Seconds of the run that draws the patient's page."""
        from streamlit.util import calc_hash

        self.app.query_params["patient"] = key
        self.app._page_hash = calc_hash("patient")
        self.app.run()
        assert not self.app.exception and self.app.get("plotly_chart"), "the page was not drawn"
        return self.seconds[-1]


def measure(home: Path, pages: int) -> dict[str, list[float]]:
    """Seconds of each first drawing of a page and of each second one."""
    os.environ["LUPUSMON_HOME"] = str(home)
    viewer = Viewer()
    viewer.app.run()
    order = viewer.app.session_state["order"]
    found: dict[str, list[float]] = {"first": [], "again": []}
    for number in range(pages + _WARM_UP):
        key = order[number * len(order) // (pages + _WARM_UP)]
        first, again = viewer.open(key), viewer.open(key)
        if number >= _WARM_UP:
            found["first"].append(first)
            found["again"].append(again)
    return found


def measure_in_process(*, patients: int = 2000, pages: int = 15) -> dict[str, float]:
    """Medians in seconds, of a process of its own."""
    arguments = ["-m", "tests.benchmarks.patient_page", "--patients", str(patients), "--pages", str(pages)]
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=2000)
    parser.add_argument("--pages", type=int, default=15)
    parser.add_argument("--home", type=Path, help="a data folder that is there already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder)
        if options.home is None:
            prepare(home, options.patients)
        found = measure(home, options.pages)
    print(json.dumps({name: median(seconds) for name, seconds in found.items()}))


if __name__ == "__main__":
    main()
