"""The works of the table: what is run against what, the goal, and the bound it must not fall behind."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.benchmarks import functions
from tests.benchmarks import patient_page as patient_page_runs
from tests.benchmarks.agree import find_differences
from tests.benchmarks.generator import Files, write_files
from tests.benchmarks.measure import Pair, measure_pairs, measure_peak, python, run_process

TABLES = "results,courses,infusions,baselines,trends,scores,responses"
PEERS = ("pandas", "polars", "duckdb")
_READ_PANDAS = "import sys, pandas; pandas.read_csv(sys.argv[1])"
_READ_ARROW = "import sys, pyarrow.csv; print(pyarrow.csv.read_csv(sys.argv[1]).nbytes)"


@dataclass(frozen=True)
class Bench:
    """One run: where its files lie, how many rows, how many pairs."""

    folder: Path
    rows: int
    large_rows: int
    pairs: int

    @cached_property
    def small(self) -> Files:
        return write_files(self.folder / str(self.rows), self.rows)

    @cached_property
    def large(self) -> Files:
        return write_files(self.folder / str(self.large_rows), self.large_rows)

    def analyze(self, files: Files) -> list[str]:
        options = ("--out", self.folder / "lupusmon", "--format", "parquet", "--tables", TABLES)
        return python("-m", "lupusmon", "analyze", files.labs, files.infusions, *options)

    def peer(self, name: str, files: Files) -> list[str]:
        return python("-m", f"tests.benchmarks.peer_{name}", files.labs, files.infusions, self.folder / name)

    def compare(self, ours: list[str], theirs: list[str], pairs: int | None = None, **environment: str) -> Pair:
        """Seconds of our process, of theirs, and ours / theirs."""
        return measure_pairs(lambda: run_process(ours), lambda: run_process(theirs, **environment), pairs or self.pairs)


@dataclass(frozen=True)
class Line:
    """One line of the table. value: nan where only shown."""

    work: str
    measured: str
    value: float
    shown: str


@dataclass(frozen=True)
class Work:
    """bound: the value must not be above (more_is_better: below) it. large: needs the larger file."""

    run: Callable[[Bench], Iterator[Line]]
    goal: float
    bound: float
    unit: str = " ×"
    more_is_better: bool = False
    large: bool = False

    def holds(self, value: float, slack: float = 1.0) -> bool:
        """Whether a value keeps the bound, widened by a factor for noise."""
        return value >= self.bound / slack if self.more_is_better else value <= self.bound * slack

    @property
    def goal_text(self) -> str:
        return f"{'≥' if self.more_is_better else '≤'} {self.goal:g}{self.unit}"

    @property
    def bound_text(self) -> str:
        return f"{self.bound:g}{self.unit}"


def _line(work: str, pair: Pair) -> Line:
    return Line(work, f"{pair.first:.2f} s : {pair.second:.2f} s", pair.ratio, f"{pair.ratio:.2f} ×")


def read_small(bench: Bench) -> Iterator[Line]:
    reading = python("-c", _READ_PANDAS, bench.small.labs)
    yield _line(f"analyze {bench.rows:,} rows : pandas.read_csv", bench.compare(bench.analyze(bench.small), reading))


def read_large(bench: Bench) -> Iterator[Line]:
    reading = python("-c", _READ_ARROW, bench.large.labs)
    pair = bench.compare(bench.analyze(bench.large), reading, ARROW_DEFAULT_MEMORY_POOL="system")
    yield _line(f"analyze {bench.large_rows:,} rows : pyarrow reading them", pair)


def against_peers(bench: Bench) -> Iterator[Line]:
    run_process(bench.analyze(bench.large))
    for name in PEERS:
        run_process(bench.peer(name, bench.large))
        _agree(bench, name)
        pair = bench.compare(bench.analyze(bench.large), bench.peer(name, bench.large))
        yield _line(f"analyze {bench.large_rows:,} rows : the narrower job in {name}", pair)


def against_series(bench: Bench) -> Iterator[Line]:
    """Slow enough for one pair."""
    ours, theirs = bench.analyze(bench.small), bench.peer("series", bench.small)
    pair = bench.compare(theirs, ours, pairs=1)
    _agree(bench, "series")
    yield _line(f"groupby.apply with SciPy and pymannkendall, {bench.small.patients:,} patients : analyze", pair)


def _agree(bench: Bench, name: str) -> None:
    found = find_differences(bench.folder / "lupusmon", bench.folder / name)
    if found:
        raise AssertionError(f"{name} says something else: " + "; ".join(found))


def kernel(bench: Bench) -> Iterator[Line]:
    pair = functions.measure_kernel(bench.pairs)
    measured = f"{pair.first:.0f} s : {pair.second:.2f} s a million series"
    yield Line(
        "SciPy + pymannkendall, series by series : trend kernel, one core", measured, pair.ratio, f"{pair.ratio:.0f} ×"
    )


def look_ups(bench: Bench) -> Iterator[Line]:
    pair = functions.measure_lookups(bench.pairs)
    measured = f"{pair.first * 1000:.0f} ms : {pair.second * 1000:.1f} ms for 300,000"
    yield Line("merge_asof : window look-ups", measured, pair.ratio, f"{pair.ratio:.1f} ×")


def growth(bench: Bench) -> Iterator[Line]:
    pair = bench.compare(bench.analyze(bench.large), bench.analyze(bench.small))
    exponent = math.log(pair.ratio) / math.log(bench.large_rows / bench.rows)
    measured = f"{pair.first:.2f} s : {pair.second:.2f} s"
    yield Line(
        f"growth from {bench.rows:,} to {bench.large_rows:,} rows", measured, exponent, f"exponent {exponent:.3f}"
    )


def memory(bench: Bench) -> Iterator[Line]:
    import pyarrow.csv

    table = pyarrow.csv.read_csv(bench.large.labs).nbytes
    peak = measure_peak(bench.analyze(bench.large))
    measured = f"{peak / 2**20:,.0f} MiB : {table / 2**20:,.0f} MiB"
    yield Line(
        f"peak memory at {bench.large_rows:,} rows : the file as an Arrow table",
        measured,
        peak / table,
        f"{peak / table:.2f} ×",
    )


def start_up(bench: Bench) -> Iterator[Line]:
    pair = bench.compare(
        python("-m", "lupusmon", "--help"), python("-c", "import argparse"), pairs=max(11, bench.pairs)
    )
    measured = f"{pair.first * 1000:.0f} ms : {pair.second * 1000:.0f} ms"
    yield Line("lupusmon --help : import argparse", measured, pair.ratio, f"{pair.ratio:.2f} ×")


def one_patient(bench: Bench) -> Iterator[Line]:
    seconds = functions.measure_one_patient(bench.pairs)
    shown = f"{seconds * 1000:.0f} ms"
    yield Line("one patient recomputed after an import, store of 2,000", shown, seconds * 1000, shown)


def patient_page(bench: Bench) -> Iterator[Line]:
    seconds = patient_page_runs.measure_in_process(pages=max(9, bench.pairs))
    first, again = (seconds[name] * 1000 for name in ("first", "again"))
    measured = f"{first:.0f} ms ({again:.0f} ms drawn again)"
    yield Line("patient page on the server, first time, store of 2,000", measured, first, f"{first:.0f} ms")


WORKS = {
    "read": Work(read_small, 3, 6),
    "read-large": Work(read_large, 6, 12, large=True),
    "peers": Work(against_peers, 0.6, 1, large=True),
    "series": Work(against_series, 60, 20, more_is_better=True),
    "kernel": Work(kernel, 500, 100, more_is_better=True),
    "look-ups": Work(look_ups, 10, 3, more_is_better=True),
    "growth": Work(growth, 1.05, 1.15, unit="", large=True),
    "memory": Work(memory, 1.5, 3, large=True),
    "start-up": Work(start_up, 1.5, 3),
    "one-patient": Work(one_patient, 20, 100, unit=" ms"),
    "patient-page": Work(patient_page, 60, 150, unit=" ms"),
}
