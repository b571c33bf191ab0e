"""The last analysis kept in the data folder: a second start shows it at once, and never shows anything else."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from lupusmon import derived, kept
from lupusmon.marks import mark_unusable, mark_usable, pin, pin_result
from lupusmon.output.files import csv_text
from lupusmon.storage import Store
from lupusmon.ui import navigation, worklist_rows
from lupusmon.ui.shelf import Shelf
from lupusmon.ui.snapshot import build_snapshot
from lupusmon.ui.worklist_rows import note_rows, read_rows, summarise_worklist, update_rows
from tests.stored_files import BY, store_files

AS_OF = date(2026, 1, 31)
KEY = b"k" * 32


@pytest.fixture
def store(tmp_path_factory):
    opened = Store(f"sqlite:///{tmp_path_factory.mktemp('store')}/a.db")
    store_files(opened, "january", "doses", "people")
    yield opened
    opened.close()


def start(store: Store, home: Path, as_of: date | None = AS_OF, steps: list[str] | None = None):
    """What a newly started server shows, and the shelf."""
    shelf = Shelf(store, home)
    shelf.prepare(as_of, (steps if steps is not None else []).append)
    return shelf.analysis(as_of), shelf


def texts(analysis) -> dict[str, str]:
    return {name: csv_text(table) for name, table in analysis.arrow.items()}


def folders(home: Path) -> list[Path]:
    return sorted((home / kept.FOLDER).iterdir())


@pytest.fixture
def nothing_computed(monkeypatch):
    def refuse(*_args, **_more):
        raise AssertionError("computed again")

    def from_now_on():
        monkeypatch.setattr(derived, "analyze_tables", refuse)
        monkeypatch.setattr(derived, "analyze_in_ranges", refuse)

    return from_now_on


@pytest.mark.parametrize("as_of", [AS_OF, None])
def test_a_second_start_computes_nothing(store, tmp_path, nothing_computed, as_of):
    first, _ = start(store, tmp_path, as_of)
    nothing_computed()
    steps: list[str] = []
    second, _ = start(store, tmp_path, as_of, steps)
    assert texts(second) == texts(first) and second.receipt == first.receipt and second.as_of == first.as_of
    assert steps == []


def test_after_an_import_and_a_restart_only_the_touched_patients_are_computed(store, tmp_path):
    start(store, tmp_path)
    store_files(store, "wide")
    found, shelf = start(store, tmp_path)
    assert shelf._derived.recomputed is not None
    assert texts(found) == texts(derived.derive(store, as_of=AS_OF).analysis)


def test_the_first_look_tells_each_step(store, tmp_path):
    steps: list[str] = []
    start(store, tmp_path, steps=steps)
    assert steps == ["Reading the stored rows", "Applying the rules to every patient"]
    notice = Notice()
    shown = navigation._Progress(notice)
    for step in steps:
        shown(step)
    assert [text.split(" …")[0] for _, text in notice.said] == [
        "Step 1 of 2: reading the stored rows",
        "Step 2 of 2: applying the rules to every patient",
    ]
    assert [share for share, _ in notice.said] == sorted(share for share, _ in notice.said)


class Notice:
    """A place on the page that remembers what was shown."""

    def __init__(self):
        self.said = []

    def progress(self, share, text):
        self.said.append((share, text))


def test_a_mark_made_before_a_restart_counts_after_it(store, tmp_path):
    mark_unusable(store, source_file="labs.csv", source_line=5, analyte="PLT", reason="clotted", **BY)
    start(store, tmp_path)
    found, shelf = start(store, tmp_path)
    assert shelf._derived.marks[0].reason == "clotted"
    assert "marked_unusable" in set(found.issues["code"])


def test_a_pin_or_mark_is_never_missed_by_what_was_kept(store, tmp_path):
    """Decided while the server was down, or by another one beside it; taken back, the plain analysis is shown again."""
    plain, shelf = start(store, tmp_path)
    assert plain.pins is None and not plain.arrow["unusable"].num_rows
    slot = {"patient_id": "P1", "course_id": "belimumab-1", "slot": "baseline", "analyte": "C3"}
    pin_result(store, **slot, source_file="labs.csv", source_line=2, reason="fasting", **BY)
    place = {"source_file": "labs.csv", "source_line": 5, "analyte": "PLT"}
    mark_unusable(store, **place, reason="clotted", **BY)
    for found in (shelf.analysis(AS_OF), start(store, tmp_path)[0], start(store, tmp_path)[0]):
        snapshot = build_snapshot(found, version="v", link_key=KEY)
        assert snapshot.patient("P1").pins["state"].tolist() == ["applied"]
        assert snapshot.patient("P2").unusable["reason"].tolist() == ["clotted"]
        assert found.receipt["pins"] == {"applied": 1, "not_applied": 0}
        assert texts(found) == texts(derived.derive(store, as_of=AS_OF).analysis)
    pin(store, **slot, chosen=None, reason="", **BY)
    mark_usable(store, **place, **BY)
    for found in (shelf.analysis(AS_OF), start(store, tmp_path)[0], start(store, tmp_path)[0]):
        assert (found.pins, texts(found), found.receipt) == (None, texts(plain), plain.receipt)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [_cut, _flip, Path.unlink, lambda path: path.write_bytes(b"")])
@pytest.mark.parametrize("name", ["head.json", "results.arrow", "strip.arrow"])
def test_a_damaged_file_is_ignored_and_mended(store, tmp_path, damage, name, nothing_computed):
    first, _ = start(store, tmp_path)
    damage(folders(tmp_path)[0] / name)
    second, _ = start(store, tmp_path)
    assert texts(second) == texts(first)
    nothing_computed()
    start(store, tmp_path)


def test_a_head_that_says_another_value_is_ignored(store, tmp_path):
    start(store, tmp_path)
    head = folders(tmp_path)[0] / "head.json"
    written = json.loads(head.read_bytes())
    written["body"]["receipt"]["totals"]["accepted"] += 1
    head.write_text(json.dumps(written))
    found, shelf = start(store, tmp_path)
    assert shelf._derived.recomputed is None and found.receipt["totals"]["accepted"] != written["body"]["receipt"][
        "totals"]["accepted"]  # fmt: skip


def test_another_edition_of_the_rules_computes_again(store, tmp_path, monkeypatch, nothing_computed):
    start(store, tmp_path)
    monkeypatch.setattr(kept, "RULES_VERSION", "2099-01-01")
    kept._edition.cache_clear()
    nothing_computed()
    with pytest.raises(AssertionError, match="computed again"):
        start(store, tmp_path)
    kept._edition.cache_clear()


def test_only_the_present_state_of_a_store_is_kept_and_only_for_its_owner(store, tmp_path):
    for day in range(1, 6):
        start(store, tmp_path, date(2026, 1, day))
    store.undo_batch(1, **BY)
    start(store, tmp_path)
    (only,) = folders(tmp_path)
    files = [only, only.parent, *only.iterdir()]
    assert {oct(path.stat().st_mode & 0o077) for path in files} == {"0o0"}
    assert not any(b"P2" in path.read_bytes() for path in only.iterdir()), "the undone import is gone"


def test_a_folder_that_cannot_be_written_is_no_error(store, tmp_path):
    (tmp_path / kept.FOLDER).write_text("a file where the folder should be")
    found, shelf = start(store, tmp_path)
    assert len(found.results) and shelf.read_note("worklist") is None
    shelf.write_note("worklist", {})


def test_rows_of_the_worklist_come_back_as_they_were(store, tmp_path):
    analysis, shelf = start(store, tmp_path)
    snapshot = build_snapshot(analysis, version="v", link_key=KEY)
    rows = summarise_worklist(snapshot)
    shelf.write_note("worklist", note_rows(rows))
    _, again = start(store, tmp_path)
    back = read_rows(again.read_note("worklist"), snapshot)[rows.columns]
    plain = [frame.astype(object).where(frame.notna(), None).to_dict("records") for frame in (back, rows)]
    assert plain[0] == plain[1] and len(rows)
    pd.testing.assert_frame_equal(back, read_rows(note_rows(rows), snapshot)[rows.columns])
    note = folders(tmp_path)[0] / "worklist.note.json"
    note.write_bytes(note.read_bytes().replace(b"P1", b"P9"))
    assert again.read_note("worklist") is None, "a changed note is ignored"


STEPS = [
    lambda store: store_files(store, "wide"),
    lambda store: store_files(store, "overlap", "assessed"),
    lambda store: mark_unusable(store, source_file="labs.csv", source_line=2, analyte="C3", reason="x", **BY),
    lambda store: store.undo_batch(2, **BY),
    lambda store: store_files(store, "conflict", "more_doses"),
    lambda store: store.undo_batch(3, **BY),
]


@pytest.mark.parametrize("many", [0.25, 1])
@pytest.mark.parametrize("looked_at", [1, 2, 3])  # rows that skip some versions are brought up to date as well
def test_rows_of_touched_patients_brought_up_to_date_are_those_of_everybody_summarised(
    store, tmp_path, monkeypatch, looked_at, many
):
    monkeypatch.setattr(worklist_rows, "_MANY", many)
    analysis, shelf = start(store, tmp_path)
    snapshot = build_snapshot(analysis, version=shelf.version(), link_key=KEY)
    noted, seen = note_rows(summarise_worklist(snapshot)), snapshot.version
    for number, step in enumerate(STEPS, start=1):
        step(store)
        snapshot = build_snapshot(shelf.analysis(AS_OF), version=shelf.version(), link_key=KEY)
        if number % looked_at:
            continue
        touched = shelf.touched_between(seen, snapshot.version)
        assert touched is not None
        noted, seen = update_rows(noted, snapshot, touched, "conventional"), snapshot.version
        full = read_rows(note_rows(summarise_worklist(snapshot)), snapshot)
        pd.testing.assert_frame_equal(read_rows(noted, snapshot), full)


def test_versions_without_a_way_between_them_are_summarised_anew(store, tmp_path):
    _, shelf = start(store, tmp_path)
    first = shelf.version()
    assert shelf.touched_between(first, first) == frozenset()
    store_files(store, "wide")
    shelf.analysis(AS_OF)
    second = shelf.version()
    assert shelf.touched_between(first, second) and shelf.touched_between(second, first) is None
    store_files(store, "overlap")  # seen on another day only: a full run, from which no way leads back
    shelf.analysis(date(2026, 2, 1))
    assert shelf.touched_between(first, shelf.version()) is None
    assert shelf.touched_between("another store", second) is None
