"""What each command does with the options given. The heavy parts are imported by the command that needs them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from lupusmon.errors import UnusableArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

DONE, REJECTED_ROWS = 0, 1


def _read(options: argparse.Namespace, mapping=None) -> list:
    from lupusmon.ingest import load_mapping, read_files
    from lupusmon.ingest.source import ReadOptions

    mapping = load_mapping(options.mapping) if options.mapping else mapping
    how = ReadOptions(date_order=options.date_order, decimal=options.decimal, source=options.source)
    return read_files(options.paths, how, mapping)


def _as_of(text: str | None) -> str | None:
    if text is None:
        return None
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UnusableArgument(f'--as-of: "{text}" is not a date; use 2026-01-31') from None


def _wanted(options: argparse.Namespace) -> tuple[str, ...]:
    from lupusmon.tables import OUTPUTS

    if options.tables is None:
        return tuple(OUTPUTS)
    wanted = tuple(name for name in options.tables if name != "receipt")  # it is written always
    unknown = [name for name in wanted if name not in OUTPUTS]
    if unknown:
        raise UnusableArgument(f"--tables: no table {', '.join(unknown)}; there are {', '.join(OUTPUTS)}")
    return wanted


def _hold_little_memory() -> None:
    """Arrow gives memory back to the system at once, not to a pool of its own: a tenth less for large files."""
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())


def run_analyze(options: argparse.Namespace) -> int:
    from lupusmon.batch import analyze_to_folder

    wanted = _wanted(options)
    as_of = _as_of(options.as_of)
    run = _engine(options)
    pins = _read_pins(options)
    _hold_little_memory()
    _progress("reading")
    tables = _read(options)
    _progress("analysing")
    receipt, looked_from = analyze_to_folder(
        tables,
        options.out,
        as_of=as_of,
        bicla=options.bicla,
        wanted=wanted,
        parquet=options.format == "parquet",
        workers=options.workers,
        run=run,
        pins=pins,
    )
    _progress("")
    _say_pins(receipt)
    _say_future(looked_from, options)
    return _status(receipt, options.strict)


def _read_pins(options: argparse.Namespace) -> tuple:
    if not options.pins:
        return ()
    from lupusmon.pinned import read_pins_file

    return read_pins_file(options.pins)


def _engine(options: argparse.Namespace):
    """Who computes the parts; None = processes of this machine."""
    if options.engine == "dask":
        from functools import partial

        from lupusmon.scale import run_on_cluster

        return partial(run_on_cluster, scheduler=options.scheduler)
    if options.scheduler is not None:
        raise UnusableArgument("--scheduler goes with --engine dask")
    return None


def run_check(options: argparse.Namespace) -> int:
    from lupusmon.pipeline import analyze_tables

    as_of = _as_of(options.as_of)
    analysis = analyze_tables(_read(options), as_of=as_of, wanted=("issues",))
    _print_outcome(analysis.issues, analysis.receipt)
    return _status(analysis.receipt, options.strict)


def _print_outcome(issues, receipt: dict) -> None:
    """The issues line by line, then the receipt."""
    for row in issues.itertuples():
        where = f"{row.source_file}, line {row.source_line}"
        column = f", {row.column}" if isinstance(row.column, str) else ""
        found = f' "{row.value}"' if isinstance(row.value, str) else ""
        print(" ".join(f"{where}{column}: {row.outcome}:{found} {row.message}".splitlines()))
    for entry in (*receipt["files"], {"file": "total", "kind": "", **receipt["totals"]}):
        counts = ", ".join(f"{entry[n]} {n}" for n in ("accepted", "identical", "superseded", "rejected", "ignored"))
        print(f"{entry['file']}{' (' + entry['kind'] + ')' if entry['kind'] else ''}: {entry['read']} read = {counts}")
        if entry.get("extra_columns"):
            print(f"{entry['file']}: columns not used: {', '.join(entry['extra_columns'])}")


@contextmanager
def _open_store(options: argparse.Namespace, *, make: bool = False) -> Iterator:
    """The store of --database or of the environment. Only a command that stores something makes a new one."""
    from lupusmon.settings import read_settings
    from lupusmon.storage import Store

    store = Store(read_settings(database_url=options.database).database_url, make=make)
    try:
        if store.backup is not None:
            sys.stderr.write(f"lupusmon: note: the store was upgraded; a copy from before is {store.backup}\n")
        yield store
    finally:
        store.close()


@contextmanager
def _open_dry(options: argparse.Namespace) -> Iterator:
    """The store to compare with; where there is none yet, an empty one that is gone afterwards, said at the end."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from lupusmon.storage import NoStore, Store

    try:
        with _open_store(options) as store:
            yield store
        return
    except NoStore as trouble:
        note = f"lupusmon: note: {trouble}; compared with an empty store\n"
    with TemporaryDirectory(prefix="lupusmon-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'empty.db'}")
        try:
            yield store
        finally:
            store.close()
    sys.stderr.write(note)


def _by() -> dict[str, str]:
    """Who does it, and when."""
    import getpass
    from datetime import UTC, datetime

    try:
        who = getpass.getuser()
    except (OSError, KeyError):
        who = "unknown"
    return {"at": datetime.now(UTC).isoformat(timespec="seconds"), "who": who}


def run_import(options: argparse.Namespace) -> int:
    from lupusmon.importing import commit_import, plan_import
    from lupusmon.pipeline import to_day
    from lupusmon.result import to_frame
    from lupusmon.storage import HowRead

    as_of = _as_of(options.as_of)
    with _open_dry(options) if options.dry_run else _open_store(options, make=True) as store:
        mapping, name, text = _recall_mapping(store, options)
        _progress("reading")
        tables = _read(options, mapping)
        _progress("checking")
        plan = plan_import(store, tables, as_of=None if as_of is None else to_day(as_of))
        batch_id = None
        if not options.dry_run:
            _progress("storing")
            said = {n: getattr(options, n) for n in ("date_order", "decimal") if getattr(options, n)}
            how = HowRead("cli", options.source or "", said, name, text)
            by = _by()
            done = commit_import(store, plan, how, **by)
            plan, batch_id = done.plan, done.batch_id
            if options.mapping and options.source:
                store.save_mapping(options.source, name, text, **by)
        _progress("")
        pairs = _find_duplicates(plan.fresh, store)
    if plan.fresh:
        _print_outcome(to_frame("issues", plan.issues), plan.receipt)
    for one, other in pairs:
        print(f'possible duplicates, kept apart: patient "{one}" and patient "{other}"')
    _print_comparison(plan, batch_id, options.dry_run)
    return DONE


def _find_duplicates(fresh, store) -> list[tuple[str, str]]:
    """Pairs of ids, at least one of them new, that may be one patient."""
    from lupusmon.storage import possible_duplicates

    columns = (table.columns["patient_id"] for table in fresh if "patient_id" in table.columns)
    new = {str(word) for column in columns for word in column.words if word}
    return [pair for pair in possible_duplicates(new | set(store.patient_ids())) if new & set(pair)]


def _recall_mapping(store, options: argparse.Namespace) -> tuple:
    """(mapping, its name, its text): the one given, else the one saved for the source."""
    import tomllib

    from lupusmon.ingest.mapping import load_mapping, parse_mapping

    if options.mapping:
        mapping = load_mapping(options.mapping)
        return mapping, options.mapping.name, options.mapping.read_text(encoding="utf-8-sig")
    saved = store.mappings().get(options.source) if options.source else None
    if saved is None:
        return None, "", ""
    print(f"{options.source}: read with the mapping saved for it, {saved.name}")
    return parse_mapping(saved.name, tomllib.loads(saved.text)), saved.name, saved.text


def _print_comparison(plan, batch_id: int | None, dry_run: bool) -> None:
    """What an import does to the rows stored before, and whether it was done."""
    for repeat in plan.repeats:
        print(repeat)
    for one in plan.replaced:
        changes = ", ".join(f'{column} "{old}" -> "{new}"' for column, old, new in one.changes)
        print(f"{one.file}, line {one.line}: replaced by {one.by_file}, line {one.by_line}: {changes}")
    if dry_run:
        print("dry run: nothing was stored")
    elif batch_id is None:
        print("nothing new: nothing was stored")
    else:
        print(f"stored as import {batch_id}; to take it back: lupusmon undo {batch_id}")


def run_export(options: argparse.Namespace) -> int:
    from lupusmon.pinned import write_analysis
    from lupusmon.stored import analyze_store

    wanted, as_of = _wanted(options), _as_of(options.as_of)
    with _open_store(options) as store:
        _progress("analysing")
        analysis = analyze_store(store, as_of=as_of, bicla=options.bicla, wanted=wanted)
    _progress("writing")
    write_analysis(analysis, options.out, parquet=options.format == "parquet")
    _progress("")
    _say_pins(analysis.receipt)
    _say_future(analysis.as_of, options)
    return DONE


def _say_pins(receipt: dict) -> None:
    """Verdicts that rest on a person's choice are said to."""
    if "pins" in receipt:
        from lupusmon.pinned import PINS_FILE

        n = receipt["pins"]
        counts = f"{n['applied']} applied, {n['not_applied']} not"
        sys.stderr.write(f"lupusmon: note: values were pinned by hand: {counts}; see {PINS_FILE}\n")


def run_report(options: argparse.Namespace) -> int:
    import os

    from lupusmon.reporting import check_output, report_patient, write_report
    from lupusmon.reports.pdf import find_browser, require_browser

    if options.paths and options.database:
        raise UnusableArgument("--from and --database: a report is made from files or from the store, not from both")
    pdf = check_output(options.out) == "pdf"
    said = os.environ.get("BROWSER_PATH")
    browser = require_browser(find_browser(said), said) if pdf else None
    as_of = _as_of(options.as_of)
    _progress("reading")
    tables, pins = (_read(options), ()) if options.paths else _read_stored(options)
    _progress("analysing")
    how = {"bicla": options.bicla, "units": options.units, "masked": options.mask}
    report = report_patient(tables, options.patient_id, as_of=as_of, pins=pins, **how)
    _progress("writing")
    write_report(report, options.out, paper=options.paper, browser=browser)
    _progress("")
    _say_future(report.as_of, options)
    return DONE


def _read_stored(options: argparse.Namespace) -> tuple:
    from lupusmon.stored import read_stored_pins, read_tables

    with _open_store(options) as store, store.view() as view:
        return read_tables(view), read_stored_pins(view)


def run_undo(options: argparse.Namespace) -> int:
    with _open_store(options) as store:
        batch = store.undo_batch(options.batch, **_by())
    print(f"import {batch.id} was taken back: {', '.join(batch.files)}")
    return DONE


def run_history(options: argparse.Namespace) -> int:
    with _open_store(options) as store:
        batches = store.history()
    for batch in batches:
        totals = batch.receipt["totals"]
        counts = f"{totals['read']} rows, {totals['accepted']} accepted"
        undone = f"; undone {batch.undone_at} by {batch.undone_by}" if batch.undone_at else ""
        print(f"import {batch.id}: {batch.at} by {batch.who}: {counts}{undone}")
        for name, sha256 in zip(batch.files, batch.sha256s, strict=True):
            print(f"  {name} (sha256 {sha256})")
    if not batches:
        print("no imports yet")
    return DONE


def run_demo(options: argparse.Namespace) -> int:
    from lupusmon.demo.cohort import write_cohort

    write_cohort(options.out, options.patients, options.seed)
    return DONE


def _status(receipt: dict, strict: bool) -> int:
    return REJECTED_ROWS if strict and receipt["totals"]["rejected"] else DONE


def _progress(step: str) -> None:
    """One line that replaces itself, only on a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{step}")
        sys.stderr.flush()


def _say_future(as_of, options: argparse.Namespace) -> None:
    """A day far ahead in the data moves the default as-of day; the clock is only known here."""
    from datetime import date, timedelta

    if options.as_of is None and as_of > date.today() + timedelta(days=1):
        sys.stderr.write(
            f"lupusmon: note: the latest day in the data, {as_of}, lies ahead; use --as-of if it is wrong\n"
        )
