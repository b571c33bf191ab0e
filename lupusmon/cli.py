"""The command line (CONTRACT 1). The heavy parts are imported by the command that needs them."""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from lupusmon.errors import LupusmonError, UnusableArgument
from lupusmon.version import RULES_VERSION, __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import NoReturn

DONE, REJECTED_ROWS, UNUSABLE = 0, 1, 2
INTERRUPTED = 130  # as shells say it
_MOST_DIGITS = 18  # of a number that is asked for; a store holds no longer ones
_ADVICE = {
    errno.EEXIST: "is a file where a folder is needed; give another path",
    errno.ENOTDIR: "a file lies where a folder is needed; give another path",
    errno.ENOENT: "there is no such file or folder; make the folder first, or correct the path",
    errno.EISDIR: "is a folder where a file is needed; give the path of a file",
    errno.EACCES: "may not be opened; check its permissions, or give another path",
    errno.EPERM: "may not be opened; check its permissions, or give another path",
    errno.EROFS: "cannot be written, the disk is read-only; give another path",
    errno.ENOSPC: "no space is left on the disk; make room, or give another path",
    errno.EPIPE: "what the output was piped into has closed; nothing more is printed",
}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(UNUSABLE, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns the exit status: 0 done, 1 rejected rows under --strict, 2 unusable."""
    _print_anything()
    options = _build_parser().parse_args(arguments)
    try:
        return options.run(options)
    except LupusmonError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename or 'the system'}: {_ADVICE.get(error.errno, error.strerror or error)}")
    except MemoryError:
        return _fail("not enough memory for these files; split them by patient or use --workers")
    except KeyboardInterrupt:
        _fail("stopped before it was done")
        return INTERRUPTED


def _print_anything() -> None:
    """Characters that the terminal or pipe cannot show (µ in ASCII) are printed as escapes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if getattr(stream, "errors", None) in ("strict", "surrogateescape") and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _fail(message: str) -> int:
    sys.stderr.write("lupusmon: " + " ".join(message.split()) + "\n")
    return UNUSABLE


def _build_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="lupusmon", description="Lab response to infusions in lupus: trends, verdicts, evidence.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    _add_analyze(commands)
    _add_check(commands)
    _add_demo(commands)
    _add_import(commands)
    _add_report(commands)
    _add_export(commands)
    _add_undo(commands)
    _add_history(commands)
    for each in (parser, *commands.choices.values()):
        each.add_argument("--version", action="version", version=f"lupusmon {__version__} (rules {RULES_VERSION})")
    return parser


def _add_analyze(commands) -> None:
    command = commands.add_parser("analyze", help="read files and folders, write every output table")
    _add_reading(command)
    command.add_argument(
        "--out", type=_path, required=True, metavar="DIR", help="folder for the tables, made if missing"
    )
    command.add_argument("--format", choices=("csv", "parquet"), default="csv")
    command.add_argument("--bicla", choices=("tulip", "eprovide"), default="tulip", help="wording of the PGA rule")
    command.add_argument("--tables", type=_names, metavar="NAME,…", help="only these tables (the receipt always)")
    command.add_argument(
        "--workers", type=_positive, metavar="N", help="processes; default: one per core for large inputs"
    )
    command.add_argument(
        "--engine", choices=("processes", "dask"), default="processes", help="who computes the ranges of patients"
    )
    command.add_argument(
        "--scheduler", metavar="ADDRESS", help="with --engine dask: a running cluster; default: processes started here"
    )
    command.add_argument("--strict", action="store_true", help="end with status 1 when a row was rejected")
    command.add_argument(
        "--pins", type=_path, metavar="FILE", help="pins.csv of an export: values that a person chose for a slot"
    )
    command.set_defaults(run=_analyze)


def _add_check(commands) -> None:
    command = commands.add_parser("check", help="read and validate only; print issues and receipt, write nothing")
    _add_reading(command)
    command.add_argument("--strict", action="store_true", help="end with status 1 when a row was rejected")
    command.set_defaults(run=_check)


def _add_demo(commands) -> None:
    command = commands.add_parser("demo", help="write a synthetic cohort with known truth")
    command.add_argument("--out", type=_path, required=True, metavar="DIR")
    command.add_argument("--patients", type=_positive, default=60, metavar="N")
    command.add_argument("--seed", type=_natural, default=1, metavar="S")
    command.set_defaults(run=_demo)


def _add_import(commands) -> None:
    command = commands.add_parser("import", help="store the rows of files, all or none; print the receipt")
    _add_reading(command)
    _add_database(command)
    command.add_argument("--dry-run", action="store_true", help="say what would happen, store nothing")
    command.set_defaults(run=_import)


def _add_export(commands) -> None:
    command = commands.add_parser("export", help="write the output tables of what is stored")
    _add_database(command)
    command.add_argument("--out", type=_path, required=True, metavar="DIR", help="folder, made if missing")
    command.add_argument("--as-of", metavar="DATE", help="the day to look from; default: the latest day in the data")
    command.add_argument("--format", choices=("csv", "parquet"), default="csv")
    command.add_argument("--bicla", choices=("tulip", "eprovide"), default="tulip", help="wording of the PGA rule")
    command.add_argument("--tables", type=_names, metavar="NAME,…", help="only these tables (the receipt always)")
    command.set_defaults(run=_export)


def _add_report(commands) -> None:
    command = commands.add_parser("report", help="write one patient's report, a page or a PDF")
    command.add_argument("patient_id", metavar="PATIENT_ID", help="as in the data, with leading zeros")
    command.add_argument("--out", type=_path, required=True, metavar="FILE", help="FILE.html or FILE.pdf")
    command.add_argument(
        "--from", dest="paths", nargs="+", type=_path, metavar="PATH", help="files and folders instead of the store"
    )
    _add_database(command)
    _add_reading_options(command)
    command.add_argument("--bicla", choices=("tulip", "eprovide"), default="tulip", help="wording of the PGA rule")
    command.add_argument("--units", choices=("conventional", "si"), default="conventional")
    command.add_argument("--paper", choices=("a4", "letter"), default="a4")
    command.add_argument("--mask", action="store_true", help="leave out id, label and names of files")
    command.set_defaults(run=_report)


def _add_undo(commands) -> None:
    command = commands.add_parser("undo", help="take an import back")
    command.add_argument("batch", type=_positive, metavar="IMPORT", help="its number, see history")
    _add_database(command)
    command.set_defaults(run=_undo)


def _add_history(commands) -> None:
    command = commands.add_parser("history", help="list the imports, the latest first")
    _add_database(command)
    command.set_defaults(run=_history)


def _add_database(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--database", metavar="URL", help="the store; default: LUPUSMON_DATABASE_URL, or a file of ours"
    )


def _add_reading(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", nargs="+", type=_path, metavar="PATH", help="file or folder")
    _add_reading_options(command)


def _add_reading_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--as-of", metavar="DATE", help="the day to look from; default: the latest day in the data")
    command.add_argument("--mapping", type=_path, metavar="FILE", help="how to read a foreign layout (TOML)")
    command.add_argument("--source", metavar="NAME", help="name of the sending laboratory or system")
    command.add_argument("--date-order", choices=("ymd", "dmy", "mdy"), help="order of day and month where unclear")
    command.add_argument("--decimal", choices=("point", "comma"), help="what 1,200 means where unclear")


def _path(text: str) -> Path:
    """A path; pathlib is not needed for `--help`. An empty one, of an unset variable, would be the current folder."""
    from pathlib import Path

    if not text or "\0" in text:
        raise argparse.ArgumentTypeError("a name of a file or folder is needed; . is the current folder")
    return Path(text)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names:
        raise argparse.ArgumentTypeError("no table is named; leave the option out for all")
    return names


def _positive(text: str) -> int:
    return _whole(text, 1)


def _natural(text: str) -> int:
    return _whole(text, 0)


def _whole(text: str, least: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS or int(text) < least:
        raise argparse.ArgumentTypeError(
            f'"{text}" is not a whole number of {least} or more, at most {_MOST_DIGITS} digits'
        )
    return int(text)


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


def _analyze(options: argparse.Namespace) -> int:
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


def _check(options: argparse.Namespace) -> int:
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


def _import(options: argparse.Namespace) -> int:
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


def _export(options: argparse.Namespace) -> int:
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


def _report(options: argparse.Namespace) -> int:
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


def _undo(options: argparse.Namespace) -> int:
    with _open_store(options) as store:
        batch = store.undo_batch(options.batch, **_by())
    print(f"import {batch.id} was taken back: {', '.join(batch.files)}")
    return DONE


def _history(options: argparse.Namespace) -> int:
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


def _demo(options: argparse.Namespace) -> int:
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
