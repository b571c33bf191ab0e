"""Functions against the slow plain form: the trend kernel, the window look-ups, one patient after an import."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from scipy.stats import theilslopes

from lupusmon.analysis.kernels import compute_mann_kendall, compute_theil_sen
from lupusmon.analysis.lookup import DayIndex
from tests.benchmarks import generator, peer_series
from tests.benchmarks.agree import TOLERANCE
from tests.benchmarks.measure import Pair, measure_pairs, python, run_process, time_call

WINDOW = 28


def make_series(n: int, *, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(days, values, offsets) of n series of 3 to 20 points, a month apart, with ties."""
    random = np.random.default_rng(seed)
    counts = random.integers(3, 21, n)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    nth = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)
    days = nth * 28.0 + random.integers(-5, 6, len(nth))
    return days, np.round(np.exp(random.normal(3, 0.3, len(nth)))), offsets


def trends_at_once(days: np.ndarray, values: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, ...]:
    return compute_theil_sen(days, values, offsets), *compute_mann_kendall(values.astype(np.int64), offsets)


def trends_one_by_one(days: np.ndarray, values: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, ...]:
    found = []
    for begin, end in zip(offsets[:-1], offsets[1:], strict=True):
        slope = theilslopes(values[begin:end], days[begin:end]).slope
        found.append((slope, *peer_series.compute_mann_kendall(values[begin:end])))
    return tuple(np.array(found).T)


def measure_kernel(pairs: int, *, ours: int = 100_000, theirs: int = 500) -> Pair:
    """Seconds a million series; their own results on the first ones have to be ours."""
    every, few = make_series(ours), make_series(ours)
    few = (few[0], few[1], few[2][: theirs + 1])
    for a, b in zip(trends_at_once(*every), trends_one_by_one(*few), strict=True):
        assert np.allclose(a[:theirs], b, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
    return measure_pairs(
        lambda: time_call(partial(trends_one_by_one, *few)) / theirs * 1e6,
        lambda: time_call(partial(trends_at_once, *every)) / ours * 1e6,
        pairs,
    )


def measure_lookups(pairs: int, *, results: int = 1_000_000, queries: int = 300_000) -> Pair:
    """Nearest result within 28 days of a target, by patient and analyte; the answers have to agree.

    Both sides have the results sorted as they need them and the patients as their pipelines hold them: codes and texts.
    """
    random = np.random.default_rng(1)
    n_groups = results // 14
    group, day = random.integers(0, n_groups, results), random.integers(15_000, 15_800, results)
    wanted, target = np.sort(random.integers(0, n_groups, queries)), random.integers(15_000, 15_800, queries)
    index = DayIndex.build(group, day, np.full(results, -1), np.arange(results))
    last = index.rows[np.append(index.key[1:] != index.key[:-1], True)]  # of one day the last
    names = pd.DataFrame(
        {
            "patient_id": [f"P{number // 7:07d}" for number in range(n_groups)],
            "analyte": [generator.TESTS[number % 7].names[0] for number in range(n_groups)],
        }
    )
    right = names.iloc[group[last]].assign(day=day[last], row=last).sort_values("day")
    left = names.iloc[wanted].assign(day=target).set_index(np.arange(queries)).sort_values("day")
    keys = ["patient_id", "analyte"]

    def merge() -> pd.DataFrame:
        return pd.merge_asof(left, right, on="day", by=keys, direction="nearest", tolerance=WINDOW)

    def search() -> np.ndarray:
        return index.nearest(wanted, target, target - WINDOW, target + WINDOW)

    found = search()[left.index]
    expected = merge()["row"].fillna(-1).to_numpy(dtype=np.int64)
    gap, other = (np.abs(day[rows] - left["day"].to_numpy()) for rows in (found, expected))
    assert ((found < 0) == (expected < 0)).all() and (gap == other)[found >= 0].all()  # ties: either side is as near
    return measure_pairs(lambda: time_call(merge), lambda: time_call(search), pairs)


def measure_one_patient(pairs: int, *, patients: int = 2000) -> float:
    """Median seconds of processor time to bring the analysis up to date after an import of one patient's result.

    Each time another patient, spread over the cohort: what was found for one does not serve the next.
    """
    from lupusmon.derived import derive
    from lupusmon.importing import commit_import, plan_import
    from lupusmon.ingest import read_bytes, read_files
    from lupusmon.storage import HowRead, Store

    as_of, seconds = date(2026, 11, 1), []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_process(python("-m", "lupusmon", "demo", "--out", folder / "data", "--patients", patients))
        store = Store(f"sqlite:///{folder}/store.db")
        try:
            who = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "who": "benchmark"}
            commit_import(store, plan_import(store, read_files([folder / "data"])), HowRead(), **who)
            state = derive(store, as_of=as_of)
            known = sorted(set(state.analysis.arrow["courses"]["patient_id"].to_pylist()))
            for number in range(pairs):
                patient = known[number * len(known) // pairs]
                row = f"{patient},2026-10-{number % 28 + 1:02d},C3,{80 + number},mg/dL\n"
                text = f"patient_id,collected_at,analyte,value,unit\n{row}"
                commit_import(
                    store, plan_import(store, read_bytes(f"new-{number}.csv", text.encode())), HowRead(), **who
                )
                begin = time.process_time()
                state = derive(store, as_of=as_of, before=state)
                seconds.append(time.process_time() - begin)
                assert state.recomputed == 1
        finally:
            store.close()
    return median(seconds)
