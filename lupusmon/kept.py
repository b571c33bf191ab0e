"""The last analysis of a store kept in the data folder, so that a second start shows it at once.

Patient values: folders and files are the owner's alone, like the store, and only the last few analyses stay. Whatever
is missing, damaged or made by another edition of the program counts as not kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa

from lupusmon.derived import Derived
from lupusmon.result import Analysis
from lupusmon.storage import Edit, EditKind
from lupusmon.version import RULES_VERSION, __version__

FOLDER = "kept"
_HEAD, _NOTE_ENDING = "head.json", ".note.json"
_PINS = "pins"  # of the analysis, beside its tables
_MOST_KEPT = 2
_ASKED_BYTES = 8


@dataclass(frozen=True)
class Kept:
    """One kept analysis. asked: the day asked for, `latest` for the last day of the data. folder: where it lies."""

    folder: Path
    asked: str
    derived: Derived

    def read_note(self, name: str) -> object | None:
        """What was noted beside the analysis; None where nothing usable was."""
        try:
            note = json.loads((self.folder / f"{name}{_NOTE_ENDING}").read_bytes())
            body = note["body"]
            return body if note["sha256"] == _digest_json(body) else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def write_note(self, name: str, body: object) -> None:
        """Notes something worked out from the analysis; nothing is kept where the folder cannot be written."""
        path = self.folder / f"{name}{_NOTE_ENDING}"
        draft = path.with_name(f".{secrets.token_hex(_ASKED_BYTES)}")
        try:
            _write(draft, json.dumps({"sha256": _digest_json(body), "body": body}).encode())
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)


class KeptAnalyses:
    """The kept analyses of a data folder."""

    def __init__(self, home: Path) -> None:
        self._root = home / FOLDER

    def find(self, store_id: str, asked: str, bicla: str) -> Kept | None:
        """The newest analysis of a store for a day and wording, whatever state of the data it is of."""
        mine = [folder for folder in self._folders() if folder.name.startswith(_prefix(store_id, asked, bicla))]
        read = (_read(folder, store_id, asked, bicla) for folder in mine)
        return next((kept for kept in read if kept is not None), None)

    def keep(self, derived: Derived, asked: str) -> Kept | None:
        """Writes an analysis; those of older states of the store, and all but the last few, are removed.

        Gives the analysis back with every table in one piece. None where the folder cannot be written: the next start
        computes again.
        """
        name = _prefix(derived.store_id, asked, derived.bicla) + f"{derived.data_version:012d}"
        draft = self._root / f".{secrets.token_hex(_ASKED_BYTES)}"
        try:
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.mkdir(mode=0o700)
            derived = _write_all(draft, derived, asked)
            shutil.rmtree(self._root / name, ignore_errors=True)
            draft.rename(self._root / name)
        except (OSError, pa.ArrowException):
            shutil.rmtree(draft, ignore_errors=True)
            return None
        self._remove_others(name, derived.store_id)
        return Kept(self._root / name, asked, derived)

    def _folders(self) -> list[Path]:
        """The newest first."""
        try:
            found = [path for path in self._root.iterdir() if path.is_dir() and not path.name.startswith(".")]
            return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)
        except OSError:
            return []

    def _remove_others(self, name: str, store_id: str) -> None:
        others = [folder for folder in self._folders() if folder.name != name]
        of_store = [folder for folder in others if folder.name.startswith(_digest(store_id))]
        for folder in {*of_store, *others[_MOST_KEPT - 1 :]}:
            shutil.rmtree(folder, ignore_errors=True)


def _write_all(folder: Path, derived: Derived, asked: str) -> Derived:
    pins = {} if derived.analysis.pins is None else {_PINS: derived.analysis.pins}
    ready = {n: t.unify_dictionaries().combine_chunks() for n, t in {**derived.analysis.arrow, **pins}.items()}
    tables = {}
    for name, table in ready.items():
        place = folder / f"{name}.arrow"
        with open(place, "xb", opener=_open_private) as file, pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
        tables[name] = _digest_file(place)
    head = {
        "edition": _edition(),
        "store_id": derived.store_id,
        "data_version": derived.data_version,
        "asked": asked,
        "as_of": derived.as_of.isoformat(),
        "bicla": derived.bicla,
        "files": {str(number): name for number, name in derived.files.items()},
        "marks": [asdict(mark) for mark in derived.marks],
        "pins": [asdict(pin) for pin in derived.pins],
        "receipt": derived.analysis.receipt,
        "tables": tables,
    }
    _write(folder / _HEAD, json.dumps({"sha256": _digest_json(head), "body": head}).encode())
    pinned = ready.pop(_PINS, None)
    return replace(derived, analysis=replace(derived.analysis, arrow=ready, pins=pinned))


def _read(folder: Path, store_id: str, asked: str, bicla: str) -> Kept | None:
    try:
        written = json.loads((folder / _HEAD).read_bytes())
        head = written["body"]
        own = (head["edition"], head["store_id"], head["asked"], head["bicla"])
        if own != (_edition(), store_id, asked, bicla) or written["sha256"] != _digest_json(head):
            return None
        tables = {name: _read_table(folder / f"{name}.arrow", digest) for name, digest in head["tables"].items()}
        if any(table is None for table in tables.values()):
            return None
        return Kept(folder, asked, _to_derived(head, tables))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, pa.ArrowException):
        return None


def _read_table(path: Path, digest: str) -> pa.Table | None:
    """Mapped into memory, not read: what no page shows costs nothing."""
    if _digest_file(path) != digest:
        return None
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def _to_derived(head: Mapping, tables: dict[str, pa.Table]) -> Derived:
    as_of = date.fromisoformat(head["as_of"])
    pins = tables.pop(_PINS, None)
    return Derived(
        store_id=head["store_id"],
        data_version=head["data_version"],
        as_of=as_of,
        bicla=head["bicla"],
        files={int(number): name for number, name in head["files"].items()},
        marks=_to_edits(head["marks"]),
        pins=_to_edits(head["pins"]),
        analysis=Analysis(tables, head["receipt"], as_of, pins),
    )


def _to_edits(written: Sequence[Mapping]) -> tuple[Edit, ...]:
    return tuple(Edit(**(edit | {"kind": EditKind(edit["kind"])})) for edit in written)


@cache
def _edition() -> str:
    """Changes with the rules and with any line of the program: what another edition computed is computed again."""
    package = Path(__file__).parent
    found = hashlib.sha256(f"{__version__} {RULES_VERSION}".encode())
    for path in _sources(package):
        found.update(str(path.relative_to(package)).encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def _sources(package: Path) -> Iterator[Path]:
    for ending in ("*.py", "*.csv"):
        yield from sorted(path for path in package.rglob(ending) if "pages" not in path.parts)


def _prefix(store_id: str, asked: str, bicla: str) -> str:
    return f"{_digest(store_id)}-{_digest(f'{asked} {bicla}')}-"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _digest_json(body: object) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _digest_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, content: bytes) -> None:
    with open(path, "xb", opener=_open_private) as file:
        file.write(content)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
