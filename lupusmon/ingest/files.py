"""Which files are read, under which name, in which order (CONTRACT 3: as given, a folder's by name)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lupusmon.errors import UnusableFile
from lupusmon.ingest.formats import FOREIGN_SUFFIXES, TABLE, read_tables, recognise_format
from lupusmon.ingest.mapped import MappedFile, read_path
from lupusmon.ingest.mapping import Mapping
from lupusmon.ingest.source import ReadOptions, SourceTable
from lupusmon.ingest.unpack import NO_TABLES, TABLE_SUFFIXES

# The demo's answer key lies beside its tables.
ANSWER_KEY = "truth.csv"
_DEFAULT = ReadOptions()


@dataclass(frozen=True)
class _File:
    path: Path
    notes: tuple[str, ...] = field(default=())


def read_files(
    paths: Sequence[Path | str], options: ReadOptions = _DEFAULT, mapping: Mapping | None = None
) -> list[SourceTable]:
    """The tables of the files, in the order given; a folder's files by name.

    Of a folder only `.csv`, `.tsv` and `.txt` are read, also packed (`.gz`, `.zip`), and what proves to be FHIR, HL7
    v2, SAS transport or a workbook; not hidden ones, not read-me files, not `truth.csv` (the demo's answer key); its
    sub-folders are not entered. A file given by name is always read. A table is called by its file name, with as many
    folders before it as tell it from the others.
    Raises UnusableFile for the first that cannot be read.
    """
    files = [file for path in paths for file in _list_files(Path(path))]
    names = _name_files([file.path for file in files])
    return [
        table
        for file, name in zip(files, names, strict=True)
        for table in read_tables(name, _read(file.path, name), options, mapping, file.notes)
    ]


def read_bytes(
    name: str, data: bytes, options: ReadOptions = _DEFAULT, mapping: Mapping | None = None
) -> list[SourceTable]:
    """The tables of one uploaded file, as `read_files` would read it from disk."""
    return read_tables(Path(name).name or "upload", bytes(data), options, mapping)


def _list_files(path: Path) -> list[_File]:
    if not path.is_dir():
        return [_File(path)]
    try:
        members = sorted((p for p in path.iterdir() if p.is_file()), key=lambda p: p.name)
    except OSError as error:
        raise UnusableFile(f"{path}: the folder cannot be read ({error.strerror})") from error
    tables = [p for p in members if _is_table(p.name) or _is_foreign(p)]
    if not tables:
        kinds = f"{', '.join(TABLE_SUFFIXES)} (or these as .gz, .zip), workbook, FHIR, HL7 or XPT file"
        raise UnusableFile(f"{path}: the folder holds no {kinds} to read; a folder inside it is to be named itself")
    notes = ()
    if any(p.name.casefold() == ANSWER_KEY for p in members):
        notes = (f"{ANSWER_KEY} in the same folder was not read: it is the demo's answer key",)
    return [_File(p, notes if i == 0 else ()) for i, p in enumerate(tables)]


def _is_table(name: str) -> bool:
    plain = name.casefold()
    if plain.startswith(NO_TABLES) or plain == ANSWER_KEY:
        return False
    if plain.endswith(".zip"):
        return True
    return plain.removesuffix(".gz").endswith(TABLE_SUFFIXES)


def _is_foreign(path: Path) -> bool:
    """Other JSON and workbooks may well lie beside the data."""
    plain = path.name.casefold()
    if plain.startswith((".", "~")) or not plain.removesuffix(".gz").endswith(FOREIGN_SUFFIXES):
        return False
    try:
        return recognise_format(path.name, read_path(path)) != TABLE
    except (UnusableFile, OSError):
        return False


def _name_files(paths: Sequence[Path]) -> list[str]:
    """The shortest ends of the paths that tell different files apart."""
    full = [path.absolute() for path in paths]
    names, depth = [path.name for path in full], 1
    while len(set(names)) < len(set(full)):
        depth += 1
        seen: dict[str, set[Path]] = {}
        for name, path in zip(names, full, strict=True):
            seen.setdefault(name, set()).add(path)
        names = [
            "/".join(path.parts[-depth:]).replace("//", "/") if len(seen[name]) > 1 else name
            for name, path in zip(names, full, strict=True)
        ]
    return [name.encode("utf-8", errors="replace").decode("utf-8") for name in names]


def _read(path: Path, name: str) -> bytes | MappedFile:
    try:
        return read_path(path)
    except FileNotFoundError as error:
        raise UnusableFile(f"{path}: there is no such file") from error
    except OSError as error:
        raise UnusableFile(f"{name}: cannot be read ({error.strerror})") from error
