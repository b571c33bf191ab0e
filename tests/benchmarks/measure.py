"""Whole processes and functions, timed in pairs run alternately: the machine may be busy, the ratio still holds."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Pair:
    """Medians of both sides in seconds, and of the ratio of each pair."""

    first: float
    second: float
    ratio: float


def python(*arguments: object) -> list[str]:
    """A command in this interpreter."""
    return [sys.executable, *map(str, arguments)]


def run_process(command: Sequence[str], **environment: str) -> float:
    """Seconds from start to end; raises where the command fails."""
    begin = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def time_call(function: Callable[[], object]) -> float:
    """CPU seconds of one call on one core."""
    begin = time.process_time()
    function()
    return time.process_time() - begin


def measure_pairs(first: Callable[[], float], second: Callable[[], float], pairs: int) -> Pair:
    """Both timed `pairs` times, one after the other, in turns which of them begins."""
    a, b = [], []
    for number in range(pairs):
        for side in (0, 1) if number % 2 == 0 else (1, 0):
            (b if side else a).append((second if side else first)())
    return Pair(statistics.median(a), statistics.median(b), statistics.median(x / y for x, y in zip(a, b, strict=True)))


def measure_peak(command: Sequence[str]) -> int:
    """Highest memory in bytes of a process and all its children together, shared pages counted once (Linux)."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(_own_memory(pid) for pid in _family(process.pid)))
        time.sleep(0.02)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return peak


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(member for child in children for member in _family(int(child)))]


def _own_memory(pid: int) -> int:
    """Proportional set size: a page shared by two processes counts half in each."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)
