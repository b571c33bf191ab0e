"""The one door between the screen and the data: store, clock, environment, viewer, uploads. Pages know nothing else."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from operator import is_
from pathlib import Path
from threading import Lock

import pandas as pd
import streamlit as st

from lupusmon.derived import Say
from lupusmon.importing import Progress
from lupusmon.ingest import ReadOptions, SourceTable, read_bytes, read_files
from lupusmon.ingest.draft import join_sections, read_mapping_text
from lupusmon.ingest.mapping_text import write_mapping
from lupusmon.settings import read_settings
from lupusmon.storage import HowRead, Store
from lupusmon.ui.shelf import DEMO, PAGE, Outcome, Shelf
from lupusmon.ui.snapshot import Snapshot, build_snapshot

SAMPLE_FOLDER = Path(__file__).resolve().parents[2] / "sample_data"
_SNAPSHOTS_KEPT = 3
_LINK_KEY_BYTES = 32
_INPUTS = "verdict_inputs"
_PAGES = "pages_drawn"  # of the last run and of this one
_WORKING_OUT = Lock()
_CHECKED, FILES_READ = "checked", "files_read"  # in the session's own state


@dataclass(frozen=True)
class Upload:
    """One file as the browser sent it."""

    name: str
    content: bytes = field(repr=False)


@st.cache_resource(show_spinner=False)
def load_store() -> Shelf:
    """The store of this server. LUPUSMON_DEMO=1 fills an empty one with the sample data."""
    settings = _settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    shelf = Shelf(Store(settings.database_url), settings.home)
    if settings.demo and SAMPLE_FOLDER.is_dir() and not shelf.history():
        shelf.add(shelf.check(read_files([SAMPLE_FOLDER]), today()), HowRead(DEMO), at=now(), who=DEMO)
    return shelf


def _settings() -> object:
    """From the environment, else from .streamlit/secrets.toml."""
    said = {}
    if any(path.is_file() for path in (Path(".streamlit/secrets.toml"), Path.home() / ".streamlit/secrets.toml")):
        said = {name: str(value) for name, value in st.secrets.items() if name.startswith("LUPUSMON_")}
    return read_settings({**said, **os.environ})


def today() -> date:
    """The clock of the shell; nothing below asks for the time."""
    return date.today()


def now() -> str:
    """This moment, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def viewer() -> str:
    """Who looks: the name at login, `local` without one."""
    name = st.user.get("email") or st.user.get("name") if st.user.get("is_logged_in") else None
    return str(name or "local")


def note_page(page: str) -> None:
    """Remembers which page this run draws."""
    st.session_state[_PAGES] = (st.session_state.get(_PAGES, ("", ""))[1], page)


def stays_on_page() -> bool:
    """Whether the run before drew the same page."""
    before, page = st.session_state.get(_PAGES, ("", ""))
    return before == page


def read_upload(upload: Upload, options: ReadOptions) -> list[SourceTable]:
    """The tables of one upload. Raises `LupusmonError` for an unusable file."""
    return read_bytes(upload.name, upload.content, options)


def check_import(tables: Sequence[SourceTable], progress: Progress | None = None) -> Outcome:
    """What importing would do, seen from today; the last answer holds while tables, store and day are the same."""
    state = (load_store().version(), today())
    kept = st.session_state.get(_CHECKED)
    if kept and kept[0] == state and len(kept[1]) == len(tables) and all(map(is_, kept[1], tables)):
        return kept[2]
    checked = load_store().check(tables, today(), progress)
    st.session_state[_CHECKED] = (state, tuple(tables), checked)
    return checked


def forget_files() -> None:
    """Nothing of the files stays in the session once they are imported."""
    for name in (_CHECKED, FILES_READ):
        st.session_state.pop(name, None)


def do_import(
    checked: Outcome,
    options: ReadOptions,
    mappings: Sequence[tuple[str, str, str]] = (),
    progress: Progress | None = None,
) -> Outcome:
    """Stores what was checked and remembers how each source is read. mappings: (file, source, TOML text)."""
    said = {name: getattr(options, name) for name in ("date_order", "decimal") if getattr(options, name)}
    sources = ", ".join(dict.fromkeys(source for _, source, _ in mappings if source))
    texts = {text: file for file, _, text in mappings}
    text = "\n".join(f"# {file}\n{text}" for text, file in texts.items()) if len(texts) > 1 else "".join(texts)
    how = HowRead(PAGE, source=sources, options=said, mapping_name=sources, mapping_text=text)
    done = load_store().add(checked, how, at=now(), who=viewer(), progress=progress)
    for _, source, text in mappings:
        if source:
            _remember_mapping(source, text)
    return done


def _remember_mapping(source: str, text: str) -> None:
    """Sections of other kinds that are known of the source stay."""
    saved = load_store().mappings().get(source)
    old = read_mapping_text(source, saved.text) if saved else None
    joined = join_sections(old, read_mapping_text(source, text))
    load_store().save_mapping(source, write_mapping(joined), at=now(), who=viewer())


def undo_import(batch_id: int) -> None:
    """Takes an import back."""
    load_store().undo(batch_id, at=now(), who=viewer())


def mark_unusable(place: dict, reason: str) -> None:
    """Sets a result aside; place as in `Shelf.mark_unusable`."""
    load_store().mark_unusable(place, reason, at=now(), who=viewer())


def mark_usable(place: dict, reason: str) -> None:
    """Takes that back."""
    load_store().mark_usable(place, reason, at=now(), who=viewer())


def pin(place: dict, course_id: str, slot: str, reason: str) -> None:
    """Pins a baseline or visit value to a result."""
    load_store().pin(place, course_id, slot, reason, at=now(), who=viewer())


def unpin(slot: dict, reason: str) -> None:
    """Takes a pin back."""
    load_store().unpin(slot, reason, at=now(), who=viewer())


def reviews() -> dict[str, dict]:
    """What this viewer saw last, by patient."""
    return load_store().reviews(viewer())


def mark_reviewed(patient_id: str, seen: dict) -> None:
    """This viewer looked at the patient now."""
    load_store().mark_reviewed(viewer(), patient_id, at=now(), seen=seen)


def verdict_inputs(snapshot: Snapshot, patient_id: str, course_id: str, criterion: str, week: str) -> pd.DataFrame:
    """The values behind the chosen verdict; the last answer stays in this viewer's session."""
    asked = (snapshot.version, snapshot.as_of, patient_id, course_id, criterion, week)
    kept = st.session_state.get(_INPUTS)
    if kept is None or kept[0] != asked:
        found = load_store().verdict_inputs(patient_id, course_id, criterion, week, snapshot.as_of)
        kept = st.session_state[_INPUTS] = (asked, found)
    return kept[1]


@st.cache_resource(show_spinner=False)
def link_key() -> bytes:
    """The secret that makes links opaque, kept beside the store so that links outlive the server."""
    path = _settings().home / "link.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_LINK_KEY_BYTES))
    return hashlib.blake2b(path.read_bytes(), digest_size=_LINK_KEY_BYTES).digest()


@st.cache_resource(show_spinner=False, max_entries=_SNAPSHOTS_KEPT)
def current_analysis(version: str, as_of: date | None) -> Snapshot:
    """What all pages show: the analysis of one version of the data on one day, indexed by patient."""
    return build_snapshot(load_store().analysis(as_of), version=version, link_key=link_key())


def snapshot(say: Say) -> Snapshot:
    """The snapshot of this run: as of today; sample data alone are shown as of their own last day.

    say: told each step of the first look at a new state of the data.
    """
    store = load_store()
    as_of = None if store.is_demo() else today()
    store.prepare(as_of, say)
    return current_analysis(store.version(), as_of)


@st.cache_resource(show_spinner=False)
def _found_last() -> dict[str, tuple[str, str, object]]:
    """By name: (version of the data, day, what was worked out)."""
    return {}


def worked_out(
    name: str,
    version: str,
    as_of: str,
    *,
    work_out: Callable[[], object],
    update: Callable[[object, frozenset[str]], object],
) -> object:
    """Something worked out from an analysis, JSON-like: as noted in the data folder, else made and noted.

    version, as_of: which state of the data it is about; a note about another one does not count. update: brings what
    was found for an earlier version up to date, told the patients that were computed again since.
    """
    store, of = load_store(), f"{version} {as_of}"
    with _WORKING_OUT:  # whoever comes second finds the note of the first
        note = store.read_note(name)
        if isinstance(note, dict) and note.get("of") == of:
            found = note["found"]
        else:
            before = _found_last().get(name)
            same_day = before is not None and before[1] == as_of
            touched = store.touched_between(before[0], version) if same_day else None
            found = work_out() if touched is None else update(before[2], touched)
            store.write_note(name, {"of": of, "found": found})
        _found_last()[name] = (version, as_of, found)
    return found
