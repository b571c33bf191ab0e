"""`python -m tests.benchmarks [--rows 1000000] [--large 10000000] [--pairs 5] [--only NAME …]`: a Markdown table of ratios.

Ratios of whole processes or functions on this machine in this run; each is the median over pairs run alternately.
Results that should agree are held against each other first. The screen has its own: `python -m tests.benchmarks.screen`.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.measure import ROOT
from tests.benchmarks.work import WORKS, Bench

_LIBRARIES = ("numpy", "pandas", "pyarrow", "polars", "duckdb", "scipy", "pymannkendall")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--large", type=int, default=10_000_000, help="rows of the larger file; 0: leave its works out")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=tuple(WORKS), metavar="NAME", help=", ".join(WORKS))
    parser.add_argument("--folder", type=Path, help="where files are kept for the next run; default: nowhere")
    options = parser.parse_args()
    chosen = options.only or [name for name, work in WORKS.items() if options.large or not work.large]
    print(_describe_machine())
    print("\n| work | measured | ratio | goal | must not fall behind |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options.folder or Path(folder), options.rows, options.large or options.rows, options.pairs)
        for name in chosen:
            work = WORKS[name]
            for line in work.run(bench):
                print(
                    f"| {line.work} | {line.measured} | {line.shown} | {work.goal_text} | {work.bound_text} |",
                    flush=True,
                )


def _describe_machine() -> str:
    """Date, commit, machine and versions."""
    git = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    cores = len(os.sched_getaffinity(0))
    return (
        f"{date.today()}, commit {git.stdout.strip() or 'unknown'}, {cores} cores, {platform.machine()}, "
        f"Python {platform.python_version()}, {libraries}"
    )


if __name__ == "__main__":
    sys.exit(main())
