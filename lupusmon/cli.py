"""The command line (CONTRACT 1). The heavy parts are imported by the command that needs them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from lupusmon.errors import LupusmonError, UnusableArgument
from lupusmon.version import RULES_VERSION, __version__

DONE, REJECTED_ROWS, UNUSABLE = 0, 1, 2


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(UNUSABLE, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns the exit status: 0 done, 1 rejected rows under --strict, 2 unusable."""
    options = _build_parser().parse_args(arguments)
    try:
        return options.run(options)
    except LupusmonError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename or 'the system'}: {error.strerror or error}")
    except MemoryError:
        return _fail("not enough memory for these files; split them by patient or use --workers")


def _fail(message: str) -> int:
    sys.stderr.write("lupusmon: " + " ".join(message.split()) + "\n")
    return UNUSABLE


def _build_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="lupusmon", description="Lab response to infusions in lupus: trends, verdicts, evidence.")
    parser.add_argument("--version", action="version", version=f"lupusmon {__version__} (rules {RULES_VERSION})")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    _add_analyze(commands)
    _add_check(commands)
    _add_demo(commands)
    return parser


def _add_analyze(commands) -> None:
    command = commands.add_parser("analyze", help="read files and folders, write every output table")
    _add_reading(command)
    command.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the tables, made if missing"
    )
    command.add_argument("--format", choices=("csv", "parquet"), default="csv")
    command.add_argument("--bicla", choices=("tulip", "eprovide"), default="tulip", help="wording of the PGA rule")
    command.add_argument("--tables", type=_names, metavar="NAME,…", help="only these tables (the receipt always)")
    command.add_argument("--workers", type=_positive, default=1, metavar="N", help="processes to share the work")
    command.add_argument("--strict", action="store_true", help="end with status 1 when a row was rejected")
    command.set_defaults(run=_analyze)


def _add_check(commands) -> None:
    command = commands.add_parser("check", help="read and validate only; print issues and receipt, write nothing")
    _add_reading(command)
    command.add_argument("--strict", action="store_true", help="end with status 1 when a row was rejected")
    command.set_defaults(run=_check)


def _add_demo(commands) -> None:
    command = commands.add_parser("demo", help="write a synthetic cohort with known truth")
    command.add_argument("--out", type=Path, required=True, metavar="DIR")
    command.add_argument("--patients", type=_positive, default=60, metavar="N")
    command.add_argument("--seed", type=int, default=1, metavar="S")
    command.set_defaults(run=_demo)


def _add_reading(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
    command.add_argument("--as-of", metavar="DATE", help="the day to look from; default: the latest day in the data")
    command.add_argument("--mapping", type=Path, metavar="FILE", help="how to read a foreign layout (TOML)")
    command.add_argument("--source", metavar="NAME", help="name of the sending laboratory or system")
    command.add_argument("--date-order", choices=("ymd", "dmy", "mdy"), help="order of day and month where unclear")
    command.add_argument("--decimal", choices=("point", "comma"), help="what 1,200 means where unclear")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _read(options: argparse.Namespace) -> list:
    from lupusmon.ingest import load_mapping, read_files
    from lupusmon.ingest.source import ReadOptions

    mapping = load_mapping(options.mapping) if options.mapping else None
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


def _analyze(options: argparse.Namespace) -> int:
    from lupusmon.output.files import write_tables
    from lupusmon.pipeline import analyze_tables
    from lupusmon.tables import OUTPUTS

    wanted = options.tables or tuple(OUTPUTS)
    unknown = [name for name in wanted if name not in OUTPUTS]
    if unknown:
        raise UnusableArgument(f"--tables: no table {', '.join(unknown)}; there are {', '.join(OUTPUTS)}")
    as_of = _as_of(options.as_of)
    _progress("reading")
    tables = _read(options)
    _progress("analysing")
    analysis = analyze_tables(tables, as_of=as_of, bicla=options.bicla, wanted=wanted)
    _progress("writing")
    write_tables(analysis.arrow, analysis.receipt, options.out, parquet=options.format == "parquet")
    _progress("")
    _say_future(analysis.as_of, options)
    return _status(analysis.receipt, options.strict)


def _check(options: argparse.Namespace) -> int:
    from lupusmon.pipeline import analyze_tables

    as_of = _as_of(options.as_of)
    analysis = analyze_tables(_read(options), as_of=as_of, wanted=("issues",))
    for row in analysis.issues.itertuples():
        where = f"{row.source_file}, line {row.source_line}"
        column = f", {row.column}" if isinstance(row.column, str) else ""
        found = f' "{row.value}"' if isinstance(row.value, str) else ""
        print(f"{where}{column}: {row.outcome}:{found} {row.message}")
    for entry in (*analysis.receipt["files"], {"file": "total", "kind": "", **analysis.receipt["totals"]}):
        counts = ", ".join(f"{entry[n]} {n}" for n in ("accepted", "identical", "superseded", "rejected", "ignored"))
        print(f"{entry['file']}{' (' + entry['kind'] + ')' if entry['kind'] else ''}: {entry['read']} read = {counts}")
        if entry.get("extra_columns"):
            print(f"{entry['file']}: columns not used: {', '.join(entry['extra_columns'])}")
    return _status(analysis.receipt, options.strict)


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
