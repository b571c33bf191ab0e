"""The durable store as the screen sees it: what is stored analysed, imports planned and done, reviews remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

import pandas as pd

from lupusmon import marks
from lupusmon.analysis.criteria.registry import TULIP
from lupusmon.derived import Derived, Say, derive, say_nothing
from lupusmon.importing import ImportPlan, Progress, commit_import, plan_import
from lupusmon.ingest import SourceTable
from lupusmon.kept import Kept, KeptAnalyses
from lupusmon.pipeline import to_date, to_day
from lupusmon.quality.assemble import find_as_of
from lupusmon.result import Analysis, to_frame
from lupusmon.storage import AuditFilter, AuditLine, Batch, HowRead, SavedMapping, Store, write_audit_csv
from lupusmon.stored import read_stored_pins, read_tables
from lupusmon.verdict_inputs import find_inputs

DEMO, PAGE = "demo", "page"
_LATEST = "latest"
_STEPS_KEPT = 50


@dataclass(frozen=True)
class Outcome:
    """What an import would do, or did. batch_id: the import, None where nothing was stored.

    sources: the tables the issues speak of. said: sentences about known files and replaced rows.
    """

    receipt: Mapping
    issues: pd.DataFrame
    sources: Sequence[SourceTable]
    said: tuple[str, ...]
    plan: ImportPlan
    batch_id: int | None = None

    @property
    def has_news(self) -> bool:
        return bool(self.sources)


class Shelf:
    """One opened store and the person who looks at it. `at` is ISO 8601 text in UTC."""

    def __init__(self, store: Store, home: Path) -> None:
        """home: the data folder, where the last analysis is kept for the next start."""
        self._store = store
        self._kept_analyses = KeptAnalyses(home)
        self._kept: Kept | None = None
        self._derived: Derived | None = None  # what an import touches is computed again, the rest is kept
        self._asked: str | None = None
        self._steps: list[tuple[str, frozenset[str]]] = []  # versions, and whom the step there computed again
        self._demo = ("", False)  # whether a version holds sample data only
        self._computing = Lock()

    def version(self) -> str:
        """Changes with everything that may change what the pages show, and only then."""
        return self._store.version()

    def prepare(self, as_of: date | None, say: Say = say_nothing) -> None:
        """Makes `analysis` ready. say: told each step, where there is anything to wait for."""
        self._update(as_of, say)

    def analysis(self, as_of: date | None) -> Analysis:
        """Everything stored, analysed (the output tables of CONTRACT 4 and the tables of the screen).

        as_of: None = the latest day of the data. Taken from what was kept in the data folder where that is of this
        state of the store; else computed, only the touched patients where possible, and kept.
        """
        return self._update(as_of, say_nothing).analysis

    def _update(self, as_of: date | None, say: Say) -> Derived:
        asked = _LATEST if as_of is None else as_of.isoformat()
        ready = self._derived if self._asked == asked else None
        if ready is not None and self._is_of_now(ready):
            return ready  # without waiting for anybody
        with self._computing:
            before = self._before(asked)
            derived = derive(self._store, as_of=as_of or self._latest_day(before), before=before, say=say)
            if derived is not before:  # kept before anything is shown: a viewer who leaves does not lose it
                self._kept = self._kept_analyses.keep(derived, asked)
                derived = self._kept.derived if self._kept else derived
            self._derived, self._asked = None, asked  # who looks without the lock never finds the wrong day
            self._derived = derived
            self._remember(before, derived)
            return derived

    def _remember(self, before: Derived | None, derived: Derived) -> None:
        """One step more from version to version, or the first of a new row of them."""
        last = self._steps[-1][0] if self._steps else None
        if last == derived.version:
            return
        goes_on = before is not None and last == before.version and derived.touched is not None
        step = (derived.version, derived.touched or frozenset())
        self._steps = [*self._steps[-_STEPS_KEPT:], step] if goes_on else [step]

    def touched_between(self, version: str, later: str) -> frozenset[str] | None:
        """The patients computed again from one version to a later one; None = all, or not known any more."""
        steps = self._steps
        versions = [name for name, _ in steps]
        if version not in versions or later not in versions[versions.index(version) :]:
            return None
        between = steps[versions.index(version) + 1 : versions.index(later) + 1]
        return frozenset().union(*(touched for _, touched in between))

    def _before(self, asked: str) -> Derived | None:
        """The analysis to start from: the last one, else what the data folder has."""
        if self._derived is not None and self._asked == asked:
            return self._derived
        with self._store.view() as view:
            self._kept = self._kept_analyses.find(view.store_id, asked, TULIP)
        return self._kept.derived if self._kept else self._derived

    def _latest_day(self, before: Derived | None) -> date:
        """The latest day of the data; as known before while these are the same."""
        if before is not None and self._asked in (None, _LATEST) and self._is_of_now(before):
            return before.as_of
        with self._store.view() as view:
            return to_date(find_as_of(read_tables(view)))

    def _is_of_now(self, derived: Derived) -> bool:
        with self._store.view() as view:
            return (derived.store_id, derived.data_version) == (view.store_id, view.data_version)

    def read_note(self, name: str) -> object | None:
        """What was noted beside the last analysis; None where nothing was."""
        return self._kept.read_note(name) if self._kept else None

    def write_note(self, name: str, body: object) -> None:
        """Notes something worked out from the last analysis, for the next start."""
        if self._kept:
            self._kept.write_note(name, body)

    def verdict_inputs(self, patient_id: str, course_id: str, criterion: str, week: str, as_of: date) -> pd.DataFrame:
        """The values one verdict used (`verdict_inputs.COLUMNS`), from the stored rows of this patient alone."""
        with self._store.view() as view:
            tables, pins = read_tables(view, {patient_id}), read_stored_pins(view, {patient_id})
        return find_inputs(tables, course_id=course_id, criterion=criterion, week=week, as_of=as_of, pins=pins)

    def check(self, tables: Sequence[SourceTable], as_of: date, progress: Progress | None = None) -> Outcome:
        """What importing these tables would do; nothing is stored. progress: share of the rows gone through."""
        watched = {} if progress is None else {"progress": progress}
        return _to_outcome(plan_import(self._store, tables, as_of=to_day(as_of), **watched))

    def add(self, checked: Outcome, how: HowRead, *, at: str, who: str, progress: Progress | None = None) -> Outcome:
        """Stores what was checked, all or none. progress: share of the rows written."""
        watched = {} if progress is None else {"progress": progress}
        done = commit_import(self._store, checked.plan, how, at=at, who=who, **watched)
        return _to_outcome(done.plan, done.batch_id)

    def undo(self, batch_id: int, *, at: str, who: str) -> None:
        """Takes an import back: its rows no longer count."""
        self._store.undo_batch(batch_id, at=at, who=who)

    def mark_unusable(self, place: Mapping, reason: str, *, at: str, who: str) -> None:
        """Sets a result aside. place: patient_id, analyte, source_file, source_line of a row of results."""
        marks.mark_unusable(self._store, **place, reason=reason, at=at, who=who)

    def mark_usable(self, place: Mapping, reason: str, *, at: str, who: str) -> None:
        """Takes that back."""
        marks.mark_usable(self._store, **place, reason=reason, at=at, who=who)

    def pin(self, place: Mapping, course_id: str, slot: str, reason: str, *, at: str, who: str) -> None:
        """Pins the baseline or a visit value of the course to a result."""
        marks.pin_result(self._store, **place, course_id=course_id, slot=slot, reason=reason, at=at, who=who)

    def unpin(self, slot: Mapping, reason: str, *, at: str, who: str) -> None:
        """Takes a pin back. slot: patient_id, course_id, slot, analyte."""
        marks.pin(self._store, **slot, chosen=None, reason=reason, at=at, who=who)

    def find_import(self, sha256: str) -> Batch | None:
        """The import that holds the file with these bytes."""
        with self._store.view() as view:
            return view.find_imports({sha256}).get(sha256)

    def history(self) -> list[Batch]:
        """All imports, the latest first, undone ones too."""
        return self._store.history()

    def patient_ids(self) -> list[str]:
        """All stored ids, sorted."""
        return self._store.patient_ids()

    def mappings(self) -> dict[str, SavedMapping]:
        """source -> how its files are read."""
        return self._store.mappings()

    def save_mapping(self, source: str, text: str, *, at: str, who: str) -> None:
        """Remembers how files of a source are read (TOML text)."""
        self._store.save_mapping(source, source, text, at=at, who=who)

    def audit(self, wanted: AuditFilter, *, limit: int, offset: int) -> tuple[list[AuditLine], int]:
        """(some of the lines that fit, the latest first; how many there are)."""
        return self._store.find_audit(wanted, limit=limit, offset=offset)

    def audit_choices(self) -> tuple[list[str], list[str]]:
        """(everybody in the trail, every action in it)."""
        return self._store.audit_choices()

    def audit_csv(self) -> str:
        """The whole audit trail as CSV text."""
        return write_audit_csv(self._store.audit_trail())

    def audit_trouble(self) -> str | None:
        """The first broken link of the audit trail in a sentence, None where it is whole."""
        return self._store.verify_audit()

    def is_demo(self) -> bool:
        """Whether nothing but sample data counts."""
        version = self.version()
        if self._demo[0] != version:
            holding = [batch for batch in self._store.history() if not batch.undone_at]
            self._demo = (version, bool(holding) and all(batch.how.origin == DEMO for batch in holding))
        return self._demo[1]

    def place(self) -> tuple[str, str]:
        """(a sentence: what is kept in which store, where that store is: for those who ask)."""
        where = "this computer's store" if self._store.is_local else "the database server of this installation"
        return (
            f"Imported rows, the history of imports and reviews are kept in {where}, shared by everyone who can open "
            "this page. Nothing is sent anywhere else.",
            self._store.place.removeprefix("the store "),
        )

    def reviews(self, viewer: str) -> dict[str, dict]:
        """patient_id -> what the viewer saw last, with `at`."""
        return {pid: {"at": r.at, **r.seen} for pid, r in self._store.reviews(viewer).items()}

    def mark_reviewed(self, viewer: str, patient_id: str, *, at: str, seen: Mapping) -> None:
        """Remembers what was on the screen when the patient was marked as reviewed."""
        self._store.mark_reviewed(viewer, patient_id, at=at, seen=seen)


def _to_outcome(plan: ImportPlan, batch_id: int | None = None) -> Outcome:
    repeats = [str(repeat) for repeat in plan.repeats]
    replaced = [
        f"{one.by_file}, line {one.by_line} replaces {one.file}, line {one.line}"
        + "".join(f"; {column}: {old or 'empty'} → {new or 'empty'}" for column, old, new in one.changes)
        for one in plan.replaced
    ]
    issues = to_frame("issues", plan.issues)
    return Outcome(plan.receipt, issues, plan.fresh, (*repeats, *replaced), plan, batch_id)
