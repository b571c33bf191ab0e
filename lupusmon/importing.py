"""An import, the same from the command line and the page: first a plan that writes nothing, then all of it or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from lupusmon.ingest.source import SourceTable
from lupusmon.issues import Outcome
from lupusmon.marks import apply_marks
from lupusmon.output.labs import build_issues, build_receipt
from lupusmon.quality.assemble import Assembled, assemble
from lupusmon.storage import Batch, EditKind, HowRead, Store, StoreMoved
from lupusmon.storage.batches import tell_apart
from lupusmon.stored import read_tables
from lupusmon.version import RULES_VERSION

_TRIES = 5
Progress = Callable[[float], None]
_REPLACED_BY = re.compile(r"replaced by (?P<file>.*), line (?P<line>\d+)", re.DOTALL)


def _silent(_share: float) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Repeat:
    """A file that is stored already, or comes twice in one import (batch None)."""

    file: str
    sha256: str
    batch: Batch | None

    def __str__(self) -> str:
        if self.batch is None:
            return f"{self.file}: comes twice in this import; read once"
        return f"{self.file}: already imported on {self.batch.at[:10]} (import {self.batch.id}); nothing changed"


@dataclass(frozen=True)
class Replacement:
    """A stored row that a new one replaces. changes: (column, old text, new text) of the cells that differ."""

    file: str
    line: int
    by_file: str
    by_line: int
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do to the store as it is now.

    given: all tables as read. fresh: those not stored yet, under the names they will have. receipt: of the fresh files
    (CONTRACT 4), as it is after the import; identical and superseded count stored rows too. issues: of the fresh files.
    replaced: stored rows that lose to new ones. data_version: the state of the store all this holds for.
    """

    given: tuple[SourceTable, ...]
    fresh: tuple[SourceTable, ...]
    repeats: tuple[Repeat, ...]
    receipt: Mapping
    issues: pa.Table
    replaced: tuple[Replacement, ...]
    data_version: int
    as_of: int | None = None
    originals: tuple[SourceTable, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Imported:
    """What an import did. batch_id: its number, None where there was nothing new. plan: as it was carried out."""

    batch_id: int | None
    plan: ImportPlan


def plan_import(
    store: Store, tables: Sequence[SourceTable], *, as_of: int | None = None, progress: Progress = _silent
) -> ImportPlan:
    """Looks at the tables beside the stored rows of their patients; writes nothing.

    as_of: day number; rows more than a day after it are rejected, None = none are. progress: told the share of the rows
    gone through.
    """
    with store.view() as view:
        stored = view.find_imports({table.sha256 for table in tables})
        originals, repeats = _divide(tables, stored)
        names = tell_apart([(t.file, t.sha256) for t in originals], view.file_names().values())
        patients = {word for t in originals if "patient_id" in t.columns for word in t.columns["patient_id"].words}
        known = read_tables(view, patients)
        marks = view.edits(EditKind.UNUSABLE, patients)
        version = view.data_version
    fresh = [replace(t, file=name) for t, name in zip(originals, names, strict=True)]
    steps = _Steps(progress, known, fresh)
    together = steps.done(assemble([*known, *apply_marks(fresh, marks)], as_of=as_of), known, fresh)
    before = steps.done(assemble(known, as_of=as_of), known)
    return ImportPlan(
        given=tuple(tables),
        fresh=tuple(fresh),
        repeats=tuple(repeats),
        receipt=build_receipt(together.files[len(known) :], RULES_VERSION),
        issues=build_issues(together.issues[len(known) :]),
        replaced=tuple(_find_replaced([*known, *fresh], before, together)),
        data_version=version,
        as_of=as_of,
        originals=tuple(originals),
    )


class _Steps:
    """Counts the rows gone through: stored ones when loaded, with the new ones, and as they were before."""

    def __init__(self, progress: Progress, known: Sequence[SourceTable], fresh: Sequence[SourceTable]) -> None:
        self.progress, self.gone = progress, sum(map(len, known))
        self.total = max(1, 3 * self.gone + sum(map(len, fresh)))
        progress(self.gone / self.total)

    def done(self, result: Assembled, *parts: Sequence[SourceTable]) -> Assembled:
        self.gone += sum(len(table) for part in parts for table in part)
        self.progress(self.gone / self.total)
        return result


def commit_import(
    store: Store, plan: ImportPlan, how: HowRead, *, at: str, who: str, progress: Progress = _silent
) -> Imported:
    """Stores the fresh files of the plan; planned again where the store changed meanwhile: the receipt is true.

    progress: told the share of the rows written. What it raises stops the import, and nothing is stored.
    """
    for _ in range(_TRIES):
        if not plan.originals:
            return Imported(None, plan)
        names = [table.file for table in plan.originals]
        receipt = {**plan.receipt, "replaced": len(plan.replaced)}
        try:
            batch_id = store.add_batch(
                plan.originals,
                names,
                how,
                receipt,
                expected_version=plan.data_version,
                progress=progress,
                at=at,
                who=who,
            )
        except StoreMoved:
            plan = plan_import(store, plan.given, as_of=plan.as_of)
        else:
            return Imported(batch_id, plan)
    raise StoreMoved(f"{store.place} is being changed by others all the time; nothing was stored, try again")


def _divide(tables: Sequence[SourceTable], stored: Mapping[str, Batch]) -> tuple[list[SourceTable], list[Repeat]]:
    """The tables of new files, and the files that are known; a file may have several sections or sheets."""
    fresh: list[SourceTable] = []
    repeats: dict[tuple[str, str], Repeat] = {}
    names: dict[str, str] = {}
    sections: set[tuple] = set()
    for table in tables:
        key = (table.sha256, table.sheet, table.kind, table.lines.tobytes())
        again = names.setdefault(table.sha256, table.physical_file) != table.physical_file or key in sections
        sections.add(key)
        if table.sha256 in stored or again:
            repeats.setdefault((table.file, table.sha256), Repeat(table.file, table.sha256, stored.get(table.sha256)))
        else:
            fresh.append(table)
    return fresh, list(repeats.values())


def _find_replaced(tables: Sequence[SourceTable], before: Assembled, after: Assembled) -> list[Replacement]:
    place = {}
    for i, table in enumerate(tables):
        place.setdefault(table.file, []).append(i)
    found = []
    for i, outcomes in enumerate(before.outcomes):
        lost = np.flatnonzero(after.outcomes[i] == Outcome.SUPERSEDED)
        said = after.issues[i]
        messages = said.message[said.outcome == Outcome.SUPERSEDED.name.lower()]  # one a row, in order
        for row, message in zip(lost.tolist(), messages.tolist(), strict=True):
            by = _REPLACED_BY.fullmatch(message)
            if outcomes[row] == Outcome.ACCEPTED and by:
                rivals = [tables[j] for j in place[by["file"]]]
                found.append(_describe(tables[i], row, rivals, by["file"], int(by["line"])))
    return found


def _describe(table: SourceTable, row: int, rivals: Sequence[SourceTable], file: str, line: int) -> Replacement:
    old = _cells(table, row)
    options = [_cells(rival, at) for rival in rivals for at in np.flatnonzero(rival.lines == line).tolist()]
    # a line of a wide file holds several results; the one of the same test is meant
    new = next((o for o in options if o.get("analyte") == old.get("analyte")), options[0])
    columns = [c for c in {**old, **new} if c not in ("column", "raw_value", "raw_unit")]
    changes = tuple((c, old.get(c, ""), new.get(c, "")) for c in columns if old.get(c, "") != new.get(c, ""))
    return Replacement(table.file, int(table.lines[row]), file, line, changes)


def _cells(table: SourceTable, row: int) -> dict[str, str]:
    return {name: str(column.words[column.codes[row]]) for name, column in table.columns.items()}
