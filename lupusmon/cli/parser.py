"""Which commands and options there are (CONTRACT 1). Nothing that a command does is imported before it is chosen."""

from __future__ import annotations

import argparse
import errno
import os
import sys

from lupusmon.errors import LupusmonError
from lupusmon.version import RULES_VERSION, __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import NoReturn

UNUSABLE = 2
INTERRUPTED = 130  # as shells say it
_MOST_DIGITS = 18  # of a number that is asked for; a store holds no longer ones
_USUAL_WIDTH = 80  # of a terminal that does not tell
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


class _Help(argparse.HelpFormatter):
    """As wide as the terminal; asked here, as argparse would load the packers of archives for it."""

    def __init__(self, prog: str, **how: int) -> None:
        super().__init__(prog, **{"width": _terminal_width() - 2} | how)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def __init__(self, **how: object) -> None:
        super().__init__(formatter_class=_Help, **how)

    def error(self, message: str) -> NoReturn:
        self.exit(UNUSABLE, f"{self.prog}: {message}; see {self.prog} --help\n")


class _Later:
    """A parser made when it is asked for anything: of all commands only the one that was given."""

    def __init__(self, *, fill: Callable[[argparse.ArgumentParser], None], **how: object) -> None:
        self._fill, self._how, self._made = fill, how, None

    def __getattr__(self, name: str) -> object:
        if self._made is None:
            self._made = _Parser(**self._how)
            self._fill(self._made)
            _add_version(self._made)
        return getattr(self._made, name)


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns the exit status: 0 done, 1 rejected rows under --strict, 2 unusable."""
    _print_anything()
    options = _build_parser().parse_args(arguments)
    try:
        from lupusmon.cli import commands

        return getattr(commands, f"run_{options.command}")(options)
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


def _terminal_width() -> int:
    """COLUMNS where that says it, else what the terminal says."""
    said = os.environ.get("COLUMNS", "")
    if said.isdigit() and int(said) > 0:
        return int(said)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _USUAL_WIDTH
    except (AttributeError, ValueError, OSError):
        return _USUAL_WIDTH


def _build_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="lupusmon", description="Lab response to infusions in lupus: trends, verdicts, evidence.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Later)
    for name, (said, fill) in _COMMANDS.items():
        commands.add_parser(name, help=said, fill=fill)
    _add_version(parser)
    return parser


def _add_version(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--version", action="version", version=f"lupusmon {__version__} (rules {RULES_VERSION})")


def _add_analyze(command: argparse.ArgumentParser) -> None:
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


def _add_check(command: argparse.ArgumentParser) -> None:
    _add_reading(command)
    command.add_argument("--strict", action="store_true", help="end with status 1 when a row was rejected")


def _add_demo(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=_path, required=True, metavar="DIR")
    command.add_argument("--patients", type=_positive, default=60, metavar="N")
    command.add_argument("--seed", type=_natural, default=1, metavar="S")


def _add_import(command: argparse.ArgumentParser) -> None:
    _add_reading(command)
    _add_database(command)
    command.add_argument("--dry-run", action="store_true", help="say what would happen, store nothing")


def _add_export(command: argparse.ArgumentParser) -> None:
    _add_database(command)
    command.add_argument("--out", type=_path, required=True, metavar="DIR", help="folder, made if missing")
    command.add_argument("--as-of", metavar="DATE", help="the day to look from; default: the latest day in the data")
    command.add_argument("--format", choices=("csv", "parquet"), default="csv")
    command.add_argument("--bicla", choices=("tulip", "eprovide"), default="tulip", help="wording of the PGA rule")
    command.add_argument("--tables", type=_names, metavar="NAME,…", help="only these tables (the receipt always)")


def _add_report(command: argparse.ArgumentParser) -> None:
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


def _add_undo(command: argparse.ArgumentParser) -> None:
    command.add_argument("batch", type=_positive, metavar="IMPORT", help="its number, see history")
    _add_database(command)


def _add_history(command: argparse.ArgumentParser) -> None:
    _add_database(command)


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


_COMMANDS = {  # name: what it does, its options
    "analyze": ("read files and folders, write every output table", _add_analyze),
    "check": ("read and validate only; print issues and receipt, write nothing", _add_check),
    "demo": ("write a synthetic cohort with known truth", _add_demo),
    "import": ("store the rows of files, all or none; print the receipt", _add_import),
    "report": ("write one patient's report, a page or a PDF", _add_report),
    "export": ("write the output tables of what is stored", _add_export),
    "undo": ("take an import back", _add_undo),
    "history": ("list the imports, the latest first", _add_history),
}
