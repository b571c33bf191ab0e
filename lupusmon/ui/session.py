"""The one door between the screen and the data: store, clock, environment, uploads. Pages know nothing else."""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
import streamlit as st

from lupusmon.ingest import ReadOptions, SourceTable, read_bytes
from lupusmon.ingest.files import ANSWER_KEY
from lupusmon.pipeline import analyze_tables, to_day
from lupusmon.quality.assemble import assemble
from lupusmon.result import Analysis
from lupusmon.ui.clean_tables import build_assessments, build_patients
from lupusmon.ui.snapshot import Snapshot, build_snapshot

SAMPLE_FOLDER = Path(__file__).resolve().parents[2] / "sample_data"
_SNAPSHOTS_KEPT = 3
_AS_FOUND = ReadOptions()


@dataclass(frozen=True)
class Upload:
    """One file as the browser sent it."""

    name: str
    content: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Extended:
    """An analysis with what the output tables do not carry. Attributes of the analysis are its own."""

    analysis: Analysis
    sources: Sequence[SourceTable]
    assessments: pd.DataFrame
    patients: pd.DataFrame

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "analysis"), name)


@dataclass(frozen=True)
class Import:
    """One line of the import history."""

    at: datetime
    files: tuple[str, ...]
    totals: dict[str, int]
    demo: bool = False


class Store(Protocol):
    """What the screen needs of a store, whatever keeps the rows."""

    def version(self) -> str:
        """Changes with every import or undo, and only then."""

    def analysis(self, as_of: date | None) -> Any:
        """Everything stored, analysed (the output tables of CONTRACT 4)."""

    def check(self, uploads: Sequence[Upload], as_of: date, options: ReadOptions) -> Extended:
        """The uploads analysed on their own; nothing is stored."""

    def add(self, uploads: Sequence[Upload], at: datetime, as_of: date, options: ReadOptions) -> Extended:
        """Stores the uploads, all or none; the analysis whose receipt tells what happened."""

    def undo(self) -> None:
        """Takes the last import back."""

    def history(self) -> list[Import]:
        """Imports, the latest first."""

    def place(self) -> str:
        """A sentence: what is stored where."""

    def is_demo(self) -> bool:
        """Whether nothing but the sample data is stored."""

    def reviews(self) -> dict[str, dict]:
        """patient_id -> what the reviewer saw last (`at`, `results`, `verdicts`)."""

    def mark_reviewed(self, patient_id: str, seen: dict) -> None:
        """Remembers what was on the screen when the patient was marked as reviewed."""


@dataclass(frozen=True)
class _Batch:
    """The files of one import and how they were read."""

    record: Import
    uploads: tuple[Upload, ...]
    options: ReadOptions


class MemoryStore:
    """Keeps the uploaded files in the memory of the server, shared by its viewers, until it stops."""

    def __init__(self, sample: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._batches: list[_Batch] = []
        self._reviews: dict[str, dict] = {}
        if sample is not None:
            uploads = tuple(read_folder(sample))
            record = Import(now(), tuple(u.name for u in uploads), {}, demo=True)
            self._batches.append(_Batch(record, uploads, _AS_FOUND))

    def version(self) -> str:
        with self._lock:
            parts = [f"{u.name} {u.sha256} {b.options}" for b in self._batches for u in b.uploads]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def analysis(self, as_of: date | None) -> Extended:
        with self._lock:
            batches = list(self._batches)
        tables = [t for b in batches for u in b.uploads for t in read_bytes(u.name, u.content, b.options)]
        return analyse_tables(tables, as_of)

    def check(self, uploads: Sequence[Upload], as_of: date, options: ReadOptions) -> Extended:
        return analyse_uploads(uploads, as_of, options)

    def add(self, uploads: Sequence[Upload], at: datetime, as_of: date, options: ReadOptions) -> Extended:
        analysis = analyse_uploads(uploads, as_of, options)
        with self._lock:
            known = {u.sha256 for b in self._batches for u in b.uploads}
            fresh = tuple(u for u in uploads if u.sha256 not in known)
            if fresh:
                record = Import(at, tuple(u.name for u in fresh), dict(analysis.receipt["totals"]))
                self._batches.append(_Batch(record, fresh, options))
        return analysis

    def undo(self) -> None:
        with self._lock:
            if self._batches:
                self._batches.pop()

    def history(self) -> list[Import]:
        with self._lock:
            return [b.record for b in reversed(self._batches)]

    def place(self) -> str:
        return (
            "Imported files are kept in the memory of this server, shared by everyone who can open this page, and are "
            "gone when it stops. Nothing leaves this computer."
        )

    def is_demo(self) -> bool:
        with self._lock:
            return bool(self._batches) and all(b.record.demo for b in self._batches)

    def reviews(self) -> dict[str, dict]:
        with self._lock:
            return dict(self._reviews)

    def mark_reviewed(self, patient_id: str, seen: dict) -> None:
        with self._lock:
            self._reviews[patient_id] = seen


def analyse_uploads(uploads: Sequence[Upload], as_of: date | None, options: ReadOptions = _AS_FOUND) -> Extended:
    """The uploads through the same pipeline as the command line. Raises `LupusmonError` for an unusable file."""
    return analyse_tables([t for u in uploads for t in read_bytes(u.name, u.content, options)], as_of)


def analyse_tables(tables: Sequence[SourceTable], as_of: date | None) -> Extended:
    """The analysis, and beside it the assessments and patients the lanes and filters show."""
    analysis = analyze_tables(tables, as_of=as_of)
    cohort = assemble(tables, as_of=to_day(analysis.as_of)).cohort
    return Extended(analysis, tables, build_assessments(cohort), build_patients(cohort))


def read_folder(folder: Path) -> list[Upload]:
    """The data files directly in a folder, by name."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.suffix in (".csv", ".gz", ".zip"))
    return [Upload(p.name, p.read_bytes()) for p in files if p.name != ANSWER_KEY]


@st.cache_resource(show_spinner=False)
def load_store() -> Store:
    """The store of this server. LUPUSMON_DEMO=1 fills an empty one with the sample data."""
    demo = os.environ.get("LUPUSMON_DEMO") == "1"
    return MemoryStore(SAMPLE_FOLDER if demo and SAMPLE_FOLDER.is_dir() else None)


def today() -> date:
    """The clock of the shell; nothing below asks for the time."""
    return date.today()


def now() -> datetime:
    """As `today`, to the second."""
    return datetime.now().replace(microsecond=0)


@st.cache_resource(show_spinner=False)
def link_key() -> bytes:
    """The secret that makes links opaque: kept beside the data where a home is set, else for this run of the server."""
    home = os.environ.get("LUPUSMON_HOME")
    if not home:
        return secrets.token_bytes(32)
    path = Path(home) / "link.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(32))
    return path.read_bytes()


@st.cache_resource(show_spinner=False, max_entries=_SNAPSHOTS_KEPT)
def current_analysis(version: str, as_of: date | None) -> Snapshot:
    """What all pages show: the analysis of one version of the data on one day, indexed by patient."""
    return build_snapshot(load_store().analysis(as_of), version=version, link_key=link_key())


def snapshot() -> Snapshot:
    """The snapshot of this run: as of today; the demo alone is shown as of its own last day."""
    store = load_store()
    return current_analysis(store.version(), None if store.is_demo() else today())
