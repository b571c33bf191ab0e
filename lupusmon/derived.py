"""The analysis of a store kept up to date: after an import only the patients it touched are computed again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from lupusmon.analysis.criteria.registry import TULIP
from lupusmon.batch import analyze_in_ranges
from lupusmon.exchange import exchange_agreement, exchange_counts, exchange_issues, exchange_patients
from lupusmon.marks import apply_marks, read_pins
from lupusmon.output.pins import count_pins
from lupusmon.pipeline import analyze_tables
from lupusmon.result import Analysis
from lupusmon.stages import SCREEN_TABLES
from lupusmon.storage import Edit, EditKind, Store, View, name_version
from lupusmon.stored import read_tables
from lupusmon.tables import OUTPUTS

_ALL = (*OUTPUTS, *SCREEN_TABLES)
MANY = 500  # patients; fewer are never too many
Say = Callable[[str], object]


def say_nothing(_step: str) -> None:
    """Nobody waits."""


@dataclass(frozen=True)
class Derived:
    """An analysis and the state of the store it is of. files: id → name. marks: results set aside. pins: chosen values.

    touched: the patients that were computed again, None = all.
    """

    store_id: str
    data_version: int
    as_of: date
    bicla: str
    files: Mapping[int, str]
    marks: tuple[Edit, ...]
    pins: tuple[Edit, ...]
    analysis: Analysis
    touched: frozenset[str] | None = None

    @property
    def version(self) -> str:
        """The state of the store, as View.version."""
        return name_version(self.store_id, self.data_version)

    @property
    def recomputed(self) -> int | None:
        """How many patients were computed again, None = all."""
        return None if self.touched is None else len(self.touched)


def derive(
    store: Store, *, as_of: date, bicla: str = TULIP, before: Derived | None = None, say: Say = say_nothing
) -> Derived:
    """The analysis of the store on a day; from `before` where that is of the same store, day and wording.

    The tables are those of a full run, row by row. Falls back to one where a file has another name than before (the
    first `labs.csv` was undone), where the lines of a file are out of order, or where most patients are touched. say:
    told each step that takes time.
    """
    with store.view() as view:
        state = _State(view, as_of, bicla)
        if before is not None and state.fits(before):
            if before.data_version == view.data_version:
                return before
            touched = state.touched(before)
            if touched is not None and not state.is_most(touched):
                say("Applying the rules to what is new")
                updated = _update(before, state, touched)
                if updated is not None:
                    return state.derived(updated, frozenset(touched))
        say("Reading the stored rows")
        tables, pins = read_tables(view), read_pins(state.pins)

        def tell(part: int, parts: int) -> None:
            say("Applying the rules to every patient" + (f", part {part} of {parts}" if parts > 1 else ""))

        return state.derived(
            analyze_in_ranges(tables, as_of=as_of, bicla=bicla, wanted=_ALL, pins=pins, say=tell), None
        )


class _State:
    """What the store holds now."""

    def __init__(self, view: View, as_of: date, bicla: str) -> None:
        self.view, self.as_of, self.bicla = view, as_of, bicla
        self.files = view.file_names()
        self.marks = tuple(view.edits(EditKind.UNUSABLE))
        self.pins = tuple(view.edits(EditKind.PIN))

    def fits(self, before: Derived) -> bool:
        return (before.store_id, before.as_of, before.bicla) == (self.view.store_id, self.as_of, self.bicla)

    def touched(self, before: Derived) -> set[str] | None:
        """Patients of files that came or went and of marks and pins that changed; None where names changed."""
        if any(before.files[i] != self.files[i] for i in before.files.keys() & self.files.keys()):
            return None
        if len(set(self.files.values())) < len(self.files):  # sections of one file: its lines are not in order
            return None
        changed = before.files.keys() ^ self.files.keys()
        decisions = ((*before.marks, *before.pins), (*self.marks, *self.pins))
        then, now = ({edit.id: edit.patient_id for edit in edits} for edits in decisions)
        ids = {(then | now)[i] for i in then.keys() ^ now.keys()}
        return ids | self.view.patients_of_files(changed)

    def is_most(self, touched: Collection[str]) -> bool:
        """Whether everybody is less work: touched patients are computed twice, as they were and as they are."""
        return len(touched) > MANY and len(touched) * 3 > len(self.view.patients_of_files(self.files.keys()))

    def derived(self, analysis: Analysis, touched: frozenset[str] | None) -> Derived:
        view = self.view
        return Derived(
            view.store_id,
            view.data_version,
            self.as_of,
            self.bicla,
            self.files,
            self.marks,
            self.pins,
            analysis,
            touched,
        )


def _update(before: Derived, state: _State, touched: set[str]) -> Analysis | None:
    """The tables before, with the rows of the touched patients exchanged. None where that cannot be done."""
    rows = state.view.load_by_file({**before.files, **state.files}, touched)
    was_rows, are_rows = (
        apply_marks([table for number, table in rows.items() if number in of.files], of.marks) for of in (before, state)
    )
    old = analyze_tables(was_rows, as_of=state.as_of, bicla=state.bicla, wanted=("issues",))
    pins = read_pins([edit for edit in state.pins if edit.patient_id in touched])
    new = analyze_tables(are_rows, as_of=state.as_of, bicla=state.bicla, wanted=_ALL, pins=pins)
    added = {state.files[i] for i in state.files.keys() - before.files.keys()}
    if added - {entry["file"] for entry in new.receipt["files"]}:
        return None  # a file without rows has no patients
    receipt = exchange_counts(before.analysis.receipt, old.receipt, new.receipt, list(state.files.values()))
    tables, was = {}, before.analysis.arrow
    for name, table in was.items():
        if name == "issues":
            tables[name] = exchange_issues(table, old.arrow[name], new.arrow[name])
        elif name == "concordance":
            tables[name] = exchange_agreement(table, was["responses"], new.arrow["responses"], touched)
        elif "patient_id" in table.column_names:
            tables[name] = exchange_patients(table, new.arrow[name], touched)
        if tables.get(name) is None:
            return None  # a table that cannot be put together from parts
    chosen = {name: tables[name] for name in _ALL if name in tables}
    return _exchange_pins(Analysis(chosen, receipt, state.as_of), before.analysis.pins, new.pins, touched)


def _exchange_pins(
    analysis: Analysis, before: pa.Table | None, fresh: pa.Table | None, touched: Collection[str]
) -> Analysis:
    """The analysis with the pins of all patients, those of the touched ones found anew; the receipt counts them."""
    if before is None and fresh is None:
        return analysis
    one = before if before is not None else fresh
    none = one.slice(0, 0)
    pins = exchange_patients(none if before is None else before, none if fresh is None else fresh, touched)
    receipt = {name: said for name, said in analysis.receipt.items() if name != "pins"}
    if not pins.num_rows:
        return replace(analysis, receipt=receipt)
    return replace(analysis, receipt={**receipt, "pins": count_pins(pins)}, pins=pins)
