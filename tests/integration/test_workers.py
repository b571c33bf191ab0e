"""Ranges of patients in one process, in several, on a cluster that loses a worker: always the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lupusmon import batch
from lupusmon.analysis.courses import compute_courses
from lupusmon.analysis.labs import LabIndex
from lupusmon.analysis.pins import tell
from lupusmon.batch import Part, Plan, analyze_to_folder
from lupusmon.clean import Pin
from lupusmon.clinical.analytes import INDEX
from lupusmon.clinical.drugs import CODES
from lupusmon.demo.cohort import write_cohort
from lupusmon.ingest import read_files
from lupusmon.ingest.source import SourceTable
from lupusmon.output.files import csv_text
from lupusmon.pinned import write_analysis
from lupusmon.pipeline import analyze_tables
from lupusmon.quality.assemble import assemble
from lupusmon.stages import SCREEN_TABLES
from lupusmon.tables import OUTPUTS

SMALL_RANGE = 300  # rows: the demo cohort below becomes a dozen ranges


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> list[SourceTable]:
    folder = tmp_path_factory.mktemp("cohort")
    write_cohort(folder, 25, 7)
    return read_files([folder])


@pytest.fixture(autouse=True)
def _small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "RANGE_ROWS", SMALL_RANGE)


def _analyze(tables: list[SourceTable], out: Path, **options) -> dict[str, bytes]:
    analyze_to_folder(tables, out, **options)
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


@pytest.mark.parametrize("parquet", (False, True), ids=("csv", "parquet"))
@pytest.mark.parametrize("workers", (2, 3))
def test_any_number_of_processes_writes_the_same_bytes(workers: int, parquet: bool, tables, tmp_path: Path) -> None:
    alone = _analyze(tables, tmp_path / "alone", workers=1, parquet=parquet)
    together = _analyze(tables, tmp_path / "together", workers=workers, parquet=parquet)
    assert len(alone) > 10 and together == alone


def test_a_killed_worker_changes_no_byte(monkeypatch: pytest.MonkeyPatch, tables, tmp_path: Path) -> None:
    alone = _analyze(tables, tmp_path / "alone", workers=1)
    here, run, number_here = os.getpid(), batch.run_part, []

    def die_half_way(plan: Plan, number: int) -> Part:
        if os.getpid() == here:
            number_here.append(number)
        elif number == 4:
            os.kill(os.getpid(), signal.SIGKILL)
        return run(plan, number)

    monkeypatch.setattr(batch, "run_part", die_half_way)
    assert _analyze(tables, tmp_path / "together", workers=2) == alone
    assert 4 in number_here and number_here == sorted(number_here)


_WAITS = """
import os, sys, time
from pathlib import Path
from lupusmon import batch
from lupusmon.ingest import read_files
batch.RANGE_ROWS = 300
def wait(plan, number):
    Path(sys.argv[2], str(os.getpid())).touch()
    time.sleep(600)
batch.run_part = wait
batch.analyze_to_folder(read_files([sys.argv[1]]), Path(sys.argv[3]), workers=3)
"""


def test_no_worker_outlives_a_killed_parent(tmp_path: Path) -> None:
    data, seen = tmp_path / "data", tmp_path / "seen"
    write_cohort(data, 25, 7)
    seen.mkdir()
    parent = subprocess.Popen([sys.executable, "-c", _WAITS, str(data), str(seen), str(tmp_path / "out")])
    for _ in range(300):
        if len(pids := [int(path.name) for path in seen.iterdir()]) == 3:
            break
        time.sleep(0.1)
    parent.kill()
    parent.wait()
    assert len(pids) == 3 and not any(_is_alive(pid) for pid in pids)


def test_ranges_change_no_table(monkeypatch: pytest.MonkeyPatch, tables, tmp_path: Path) -> None:
    in_ranges = _analyze(tables, tmp_path / "ranges", workers=1)
    monkeypatch.setattr(batch, "RANGE_ROWS", 1_000_000)
    assert _analyze(tables, tmp_path / "whole", workers=1) == in_ranges


def test_a_patient_is_in_one_range_and_every_row_in_exactly_one(tables) -> None:
    ranges = batch.plan_ranges(tables)
    assert len(ranges) >= 8
    for number, table in enumerate(tables):
        rows = [rows[number] for rows in ranges]
        assert sorted(row for some in rows for row in some.tolist()) == list(range(len(table)))
    seen: set[str] = set()
    for rows in ranges:
        here = {w for t, r in zip(tables, rows, strict=True) for w in t.columns["patient_id"].take(r).texts()}
        assert not here & seen
        seen |= here


def test_pins_count_in_whichever_range_their_patient_is(
    monkeypatch: pytest.MonkeyPatch, tables, tmp_path: Path
) -> None:
    plain = _analyze(tables, tmp_path / "plain", workers=1)
    pins = (*_choose_pins(tables), Pin("nobody", "rituximab-1", "baseline", "C3", "", "2024-01-01", "90"))
    alone = _analyze(tables, tmp_path / "alone", workers=1, pins=pins)
    together = _analyze(tables, tmp_path / "together", workers=3, pins=pins)
    monkeypatch.setattr(batch, "RANGE_ROWS", 1_000_000)
    assert together == alone == _analyze(tables, tmp_path / "whole", workers=1, pins=pins)
    write_analysis(analyze_tables(tables, pins=pins), tmp_path / "piece", parquet=False)
    assert {path.name: path.read_bytes() for path in (tmp_path / "piece").iterdir()} == alone
    assert b'"applied": 6,\n  "not_applied": 1' in alone["receipt.json"]
    assert alone["baselines.csv"] != plain["baselines.csv"] and "pins.csv" not in plain


def test_the_analysis_in_ranges_is_that_of_the_whole(tables) -> None:
    wanted, said = (*OUTPUTS, *SCREEN_TABLES), []
    options = {"as_of": "2026-05-01", "wanted": wanted, "pins": _choose_pins(tables)}
    parts = batch.analyze_in_ranges(tables, say=lambda *step: said.append(step), **options)
    whole = analyze_tables(tables, **options)
    assert said == [(number, len(said)) for number in range(1, len(said) + 1)] and len(said) > 5
    assert list(parts.arrow) == list(whole.arrow) and set(parts.arrow) >= {"unusable", "strip", "evidence"}
    for name, table in whole.arrow.items():
        assert csv_text(parts.arrow[name]) == csv_text(table), name
    assert csv_text(parts.pins) == csv_text(whole.pins)
    assert (parts.receipt, parts.as_of) == (whole.receipt, whole.as_of)


def _choose_pins(tables: list[SourceTable]) -> list[Pin]:
    """Of six patients in several ranges: the first C3 before a course of which a later one is the baseline."""
    cohort = assemble(tables, as_of=None).cohort
    labs, (courses, _) = LabIndex.build(cohort), compute_courses(cohort)
    chosen: dict[str, Pin] = {}
    for course, patient in enumerate(courses.patient.tolist()):
        name, results, start = str(cohort.patients[patient]), cohort.results, courses.start[course]
        near = (results.patient == patient) & (results.analyte == INDEX["C3"])
        rows = np.flatnonzero(near & (results.day >= start - 90) & (results.day < start))
        if len(rows) > 1 and name not in chosen:
            row = int(rows[np.argmin(results.day[rows])])
            where = f"{CODES[courses.drug[course]]}-{courses.number[course]}"
            chosen[name] = Pin(name, where, "baseline", "C3", *tell(labs.results, row))
    return list(chosen.values())[-6:]


@pytest.mark.slow
def test_a_cluster_writes_the_same_bytes(tables, tmp_path: Path) -> None:
    scale = _scale()
    alone = _analyze(tables, tmp_path / "alone", workers=1, parquet=True, pins=_choose_pins(tables))
    options = {"parquet": True, "pins": _choose_pins(tables), "run": scale.run_on_cluster}
    assert _analyze(tables, tmp_path / "cluster", workers=2, **options) == alone


@pytest.mark.slow
def test_a_killed_worker_changes_nothing(tables, tmp_path: Path) -> None:
    scale = _scale()
    from distributed import LocalCluster

    alone = _analyze(tables, tmp_path / "alone", workers=1)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster:
        killed: list[int] = []

        def run(plan: Plan, workers: int | None) -> Iterator[Part]:
            for number, part in enumerate(scale.run_on_cluster(plan, workers, scheduler=cluster.scheduler_address)):
                if number == 1:  # most ranges are still to come, some are under way
                    worker = next(iter(cluster.workers.values()))
                    killed.append(worker.pid)
                    os.kill(worker.pid, signal.SIGKILL)
                yield part

        assert _analyze(tables, tmp_path / "cluster", run=run) == alone
        assert killed and not _is_alive(killed[0])


@pytest.mark.slow
def test_an_address_without_a_scheduler_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch, tables, tmp_path) -> None:
    scale = _scale()
    monkeypatch.setattr(scale, "_CONNECT_SECONDS", 1)

    def run(plan: Plan, workers: int | None) -> Iterator[Part]:
        return scale.run_on_cluster(plan, workers, scheduler="tcp://127.0.0.1:9")

    with pytest.raises(scale.UnusableArgument, match="no Dask scheduler answers there"):
        _analyze(tables, tmp_path / "cluster", run=run)
    assert not list((tmp_path / "cluster").iterdir())


def _scale():
    """lupusmon.scale; Dask is an extra, but in CI it has to be there."""
    if not os.environ.get("CI"):
        pytest.importorskip("distributed")
    from lupusmon import scale

    return scale


def _is_alive(pid: int) -> bool:
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.1)
    return True
