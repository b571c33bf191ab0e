"""Many patients: ranges of whole patients one after the other or in several processes, written as they come.

A patient is never in two ranges, and the ranges depend on the input only: memory is bounded by the rows as codes plus
one range per process, and any number of processes writes the same bytes.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from lupusmon.analysis.criteria.registry import TULIP
from lupusmon.clean import Pin
from lupusmon.handover import Left, Shelves
from lupusmon.ingest.source import SourceTable
from lupusmon.output import labs as lab_tables
from lupusmon.output.alerts import merge_concordance
from lupusmon.output.files import TableWriter, write_receipt
from lupusmon.output.pins import count_pins, merge_pins
from lupusmon.pinned import write_pins
from lupusmon.pipeline import PINS, build_tables, to_date, to_day
from lupusmon.quality.assemble import FileCount, assemble, find_as_of
from lupusmon.result import Analysis
from lupusmon.stages import SCREEN_TABLES
from lupusmon.tables import OUTPUTS
from lupusmon.text.columns import TextColumn
from lupusmon.version import RULES_VERSION

RANGE_ROWS = 250_000  # fits the cache of a core; fixed, since it decides where Parquet row groups end
_SHARED_WORDS = 80_000  # what is known of so many words is shared by all ranges of a process
WHOLE = ("issues", "concordance", PINS)  # tables that are not sorted by patient: put together at the end


@dataclass(frozen=True)
class Plan:
    """What every range needs to know. rows: per range, per table, the row numbers. pins: per range; none = no pins."""

    tables: tuple[SourceTable, ...]
    rows: tuple[tuple[np.ndarray, ...], ...]
    as_of: int | None
    found_as_of: int | None
    bicla: str
    wanted: tuple[str, ...]
    pins: tuple[tuple[Pin, ...], ...] = ()


@dataclass(frozen=True)
class Part:
    """The tables and file counts of one range."""

    tables: dict[str, pa.Table]
    files: tuple[FileCount, ...]


def analyze_to_folder(
    tables: Sequence[SourceTable],
    out: Path,
    *,
    as_of: date | str | None = None,
    bicla: str = TULIP,
    wanted: Collection[str] = tuple(OUTPUTS),
    parquet: bool = False,
    workers: int | None = None,
    run: Callable[[Plan, int | None], Iterator[Part]] | None = None,
    pins: Sequence[Pin] = (),
) -> tuple[dict, date]:
    """Analyses the rows of files and writes the wanted tables and receipt.json; returns (receipt, as_of).

    workers: processes; None = one per core, as far as there are ranges. run: who computes the parts of a plan, in
    order; default `run_parts`, on this machine. The bytes depend on neither. pins: values chosen by hand; written too.
    """
    day = None if as_of is None else to_day(as_of)
    found = find_as_of(tables) if day is None else None
    ranges, names = plan_ranges(tables), tuple(n for n in OUTPUTS if n in wanted)
    plan = Plan(tuple(tables), ranges, day, found, bicla, names, split_pins(tables, ranges, pins))
    kept: dict[str, list[pa.Table]] = {name: [] for name in WHOLE}
    counts: list[FileCount] = []
    with TableWriter(out, parquet=parquet) as writer:
        for part in (run or run_parts)(plan, workers):
            counts += part.files
            for name, table in part.tables.items():
                if name in kept:
                    kept[name].append(table)
                else:
                    writer.append(name, table)
        if "issues" in plan.wanted:
            writer.append("issues", lab_tables.merge_issues(kept["issues"]))
        if "concordance" in plan.wanted:
            writer.append("concordance", merge_concordance(kept["concordance"]))
    receipt = lab_tables.build_receipt(_in_file_order(counts, tables), RULES_VERSION)
    if pins:
        table = merge_pins(kept[PINS])
        receipt["pins"] = count_pins(table)
        write_pins(table, out)
    write_receipt(receipt, out)
    return receipt, to_date(found if day is None else day)


def analyze_in_ranges(
    tables: Sequence[SourceTable],
    *,
    as_of: date | str,
    bicla: str = TULIP,
    wanted: Collection[str] = tuple(OUTPUTS),
    pins: Sequence[Pin] = (),
    say: Callable[[int, int], object] = lambda part, parts: None,
) -> Analysis:
    """The tables of `pipeline.analyze_tables`, range by range in this process: what a range needs on the way is given
    back before the next. say: told which part of how many begins."""
    ranges, names = plan_ranges(tables), tuple(name for name in (*OUTPUTS, *SCREEN_TABLES) if name in wanted)
    plan = Plan(tuple(tables), ranges, to_day(as_of), None, bicla, names, split_pins(tables, ranges, pins))
    parts: dict[str, list[pa.Table]] = {}
    counts: list[FileCount] = []
    for number in range(len(ranges)):
        say(number + 1, len(ranges))
        part = run_part(plan, number)
        counts += part.files
        for name, table in part.tables.items():
            parts.setdefault(name, []).append(table)
    merge = {"issues": lab_tables.merge_issues, "concordance": merge_concordance, PINS: merge_pins}
    merged = {name: merge.get(name, pa.concat_tables)(found) for name, found in parts.items()}
    receipt = lab_tables.build_receipt(_in_file_order(counts, tables), RULES_VERSION)
    if pins:
        receipt["pins"] = count_pins(merged[PINS])
    found = {name: merged[name] for name in names if name in merged}
    return Analysis(found, receipt, to_date(plan.as_of), merged.get(PINS))


def plan_ranges(tables: Sequence[SourceTable]) -> tuple[tuple[np.ndarray, ...], ...]:
    """Row numbers of every table for every range of patients, in text order of the ids; at least one range."""
    n_rows = sum(len(table) for table in tables)
    if n_rows <= RANGE_ROWS:
        return (tuple(np.arange(len(table)) for table in tables),)
    columns = [table.columns["patient_id"] for table in tables]
    ids = TextColumn.concat([TextColumn(np.arange(len(column.words)), column.words) for column in columns])
    own = np.split(ids.codes, np.cumsum([len(column.words) for column in columns])[:-1])  # number of each table's words
    rows = np.zeros(len(ids.words), dtype=np.int64)
    for column, number in zip(columns, own, strict=True):
        rows[number] += np.bincount(column.codes, minlength=len(column.words))
    order = np.argsort(ids.words.astype(str), kind="stable")
    before = np.cumsum(rows[order]) - rows[order]
    n_ranges = 2 * -(-n_rows // (2 * RANGE_ROWS))  # equal and even in number: two cores end together
    range_of = np.empty(len(order), dtype=np.int16)
    range_of[order] = before * n_ranges // n_rows
    by_range = [_group(column.spread(range_of[number])) for column, number in zip(columns, own, strict=True)]
    numbers = sorted({number for groups in by_range for number in groups})
    empty = np.empty(0, dtype=np.int64)
    return tuple(tuple(groups.get(number, empty) for groups in by_range) for number in numbers)


def split_pins(
    tables: Sequence[SourceTable], ranges: Sequence[tuple[np.ndarray, ...]], pins: Sequence[Pin]
) -> tuple[tuple[Pin, ...], ...]:
    """The pins of each range's patients; those of nobody in the data go to the first, which says so. () = no pins."""
    if not pins:
        return ()
    split: list[list[Pin]] = [[] for _ in ranges]
    place: dict[str, int] = {}
    for pin in pins:
        if pin.patient_id not in place:
            place[pin.patient_id] = _find_range(tables, ranges, pin.patient_id)
        split[place[pin.patient_id]].append(pin)
    return tuple(map(tuple, split))


def _find_range(tables: Sequence[SourceTable], ranges: Sequence[tuple[np.ndarray, ...]], patient_id: str) -> int:
    for nth, table in enumerate(tables):
        ids = table.columns["patient_id"]
        rows = np.flatnonzero(np.isin(ids.codes, np.flatnonzero(ids.words == patient_id)))[:1]
        if len(rows):
            return next(number for number, parts in enumerate(ranges) if np.isin(rows, parts[nth])[0])
    return 0


def _group(numbers: np.ndarray) -> dict[int, np.ndarray]:
    order = np.argsort(numbers, kind="stable").astype(np.int32)
    counts = np.bincount(numbers)
    found = np.flatnonzero(counts)
    return dict(zip(found.tolist(), np.split(order, np.cumsum(counts[found])[:-1]), strict=True))


def run_parts(plan: Plan, workers: int | None) -> Iterator[Part]:
    """Every range in order, in up to `workers` processes.

    Where one of them is killed (for want of memory, most likely), this process does what is left, one by one.
    """
    n = len(plan.rows)
    workers = min(n, workers or len(os.sched_getaffinity(0)))
    done = 0
    if workers > 1 and "fork" in multiprocessing.get_all_start_methods():
        try:
            for part in _run_pool(plan, workers):
                yield part
                done += 1
        except BrokenProcessPool:
            pass
    for number in range(done, n):
        yield run_part(plan, number)


def _run_pool(plan: Plan, workers: int) -> Iterator[Part]:
    global _PLAN, _SHELVES
    _PLAN, _SHELVES = plan, Shelves(2 * workers)  # forked processes see both without a copy
    try:
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent) as pool:
            waiting: deque[Future] = deque()
            for number in range(len(plan.rows)):
                if len(waiting) == len(_SHELVES):  # a part asked for means that the one before is done with
                    yield _fetch(waiting.popleft().result())
                waiting.append(pool.submit(_run_forked, number))
            while waiting:
                yield _fetch(waiting.popleft().result())
    finally:
        _PLAN = _SHELVES = None


_PLAN: Plan | None = None
_SHELVES: Shelves | None = None


def _end_with_parent() -> None:
    """A process whose parent is killed would wait for work for ever: it holds both ends of the pipe."""

    def watch() -> None:
        multiprocessing.connection.wait([multiprocessing.parent_process().sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _run_forked(number: int) -> tuple[Part, Left | None]:
    """A part without its large tables, and where they were left; or the whole part."""
    assert _PLAN is not None and _SHELVES is not None
    part = run_part(_PLAN, number)
    large = {name: table for name, table in part.tables.items() if name not in WHOLE}
    left = _SHELVES.leave(number % len(_SHELVES), large)
    if left is None:
        return part, None
    return Part({name: table for name, table in part.tables.items() if name in WHOLE}, part.files), left


def _fetch(done: tuple[Part, Left | None]) -> Part:
    part, left = done
    return part if left is None else Part(part.tables | _SHELVES.fetch(left), part.files)


def run_part(plan: Plan, number: int) -> Part:
    """The tables of one range of patients."""
    return compute_part(take_range(plan, number, keep_words=_SHARED_WORDS))


@dataclass(frozen=True)
class Range:
    """The rows of one range of patients and what its computation needs to know; it can travel to another machine."""

    tables: tuple[SourceTable, ...]
    as_of: int | None
    found_as_of: int | None
    bicla: str
    wanted: tuple[str, ...]
    pins: tuple[Pin, ...] = ()


def take_range(plan: Plan, number: int, *, keep_words: int = 0) -> Range:
    """The rows of one range, with only the words they use; columns of up to `keep_words` words keep them all."""
    some = tuple(
        table.take(rows, keep_words=keep_words) for table, rows in zip(plan.tables, plan.rows[number], strict=True)
    )
    pins = plan.pins[number] if plan.pins else ()
    return Range(some, plan.as_of, plan.found_as_of, plan.bicla, plan.wanted, pins)


def compute_part(some: Range) -> Part:
    """Depends on nothing but its argument."""
    ready = assemble(some.tables, as_of=some.as_of, found_as_of=some.found_as_of)
    built = build_tables(ready, bicla=some.bicla, wanted=some.wanted, pins=some.pins)
    wanted = (*some.wanted, PINS) if some.pins else some.wanted
    return Part({name: built[name] for name in wanted if name in built}, ready.files)


def _in_file_order(counts: list[FileCount], tables: Sequence[SourceTable]) -> list[FileCount]:
    place = {file: i for i, file in reversed(list(enumerate(table.file for table in tables)))}
    return sorted(counts, key=lambda count: place[count.file])
