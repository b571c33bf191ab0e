"""A small run of the benchmarks: fails only when a ratio passes what it must not fall behind, twice.

Ratios of one run on one machine, never seconds; the larger sizes and the screen are for `python -m tests.benchmarks`.
"""

from __future__ import annotations

import os

import pytest

from tests.benchmarks.agree import find_differences
from tests.benchmarks.measure import run_process
from tests.benchmarks.work import PEERS, WORKS, Bench

ROWS = 100_000
SLACK = 1.25  # the machine of a test run is busy


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"), ROWS, ROWS, 3)


@pytest.mark.slow
@pytest.mark.parametrize("name", ("read", "kernel", "look-ups", "start-up"))
def test_a_ratio_does_not_fall_behind(name: str, bench: Bench) -> None:
    work, seen = WORKS[name], []
    for _ in range(2):
        (line,) = work.run(bench)
        seen.append(line.shown)
        if work.holds(line.value, SLACK):
            return
    pytest.fail(f"{line.work}: {' and '.join(seen)}, must not fall behind {work.bound_text}")


@pytest.mark.slow
@pytest.mark.parametrize("name", PEERS)
def test_the_peers_say_the_same(name: str, bench: Bench) -> None:
    if os.environ.get("CI") != "true":
        pytest.importorskip(name)
    run_process(bench.analyze(bench.small))
    run_process(bench.peer(name, bench.small))
    assert not find_differences(bench.folder / "lupusmon", bench.folder / name)
