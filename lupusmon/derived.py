"""The analysis of a store kept up to date: after an import only the patients it touched are computed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from lupusmon.analysis.criteria.registry import TULIP
from lupusmon.issues import OUTCOMES
from lupusmon.marks import apply_marks
from lupusmon.pipeline import analyze_tables
from lupusmon.result import Analysis
from lupusmon.storage import Edit, EditKind, Store, View
from lupusmon.stored import read_tables
from lupusmon.tables import OUTPUTS

_COUNTS = ("read", *OUTCOMES)


@dataclass(frozen=True)
class Derived:
    """An analysis and the state of the store it is of. files: id → name. marks: results set aside.

    recomputed: how many patients this took, None = all.
    """

    store_id: str
    data_version: int
    as_of: date
    bicla: str
    files: Mapping[int, str]
    marks: tuple[Edit, ...]
    analysis: Analysis
    recomputed: int | None = None


def derive(store: Store, *, as_of: date, bicla: str = TULIP, before: Derived | None = None) -> Derived:
    """The analysis of the store on a day; from `before` where that is of the same store, day and wording.

    The tables are those of a full run, row by row. Falls back to one where a file has another name than before (the
    first `labs.csv` was undone) or where the lines of a file are out of order.
    """
    with store.view() as view:
        state = _State(view, as_of, bicla)
        if before is not None and state.fits(before):
            if before.data_version == view.data_version:
                return before
            touched = state.touched(before)
            updated = _update(before, state, touched) if touched is not None else None
            if updated is not None:
                return state.derived(updated, len(touched))
        return state.derived(analyze_tables(read_tables(view), as_of=as_of, bicla=bicla), None)


class _State:
    """What the store holds now."""

    def __init__(self, view: View, as_of: date, bicla: str) -> None:
        self.view, self.as_of, self.bicla = view, as_of, bicla
        self.files = view.file_names()
        self.marks = tuple(view.edits(EditKind.UNUSABLE))

    def fits(self, before: Derived) -> bool:
        return (before.store_id, before.as_of, before.bicla) == (self.view.store_id, self.as_of, self.bicla)

    def touched(self, before: Derived) -> set[str] | None:
        """Patients of files that came or went and of marks that changed; None where names changed."""
        if any(before.files[i] != self.files[i] for i in before.files.keys() & self.files.keys()):
            return None
        if len(set(self.files.values())) < len(self.files):  # sections of one file: its lines are not in order
            return None
        changed = before.files.keys() ^ self.files.keys()
        then, now = ({mark.id: mark.patient_id for mark in marks} for marks in (before.marks, self.marks))
        ids = {(then | now)[i] for i in then.keys() ^ now.keys()}
        return ids | self.view.patients_of_files(changed)

    def derived(self, analysis: Analysis, recomputed: int | None) -> Derived:
        view = self.view
        return Derived(
            view.store_id, view.data_version, self.as_of, self.bicla, self.files, self.marks, analysis, recomputed
        )


def _update(before: Derived, state: _State, touched: set[str]) -> Analysis | None:
    """The tables before, with the rows of the touched patients exchanged. None where that cannot be done."""
    view = state.view
    was = apply_marks(view.load_files(before.files, touched), before.marks)
    old = analyze_tables(was, as_of=state.as_of, bicla=state.bicla, wanted=("issues",))
    new = analyze_tables(read_tables(view, touched), as_of=state.as_of, bicla=state.bicla)
    added = {state.files[i] for i in state.files.keys() - before.files.keys()}
    if added - {entry["file"] for entry in new.receipt["files"]}:
        return None  # a file without rows has no patients
    receipt = _exchange_counts(before.analysis.receipt, old.receipt, new.receipt, list(state.files.values()))
    tables = {}
    for name, table in before.analysis.arrow.items():
        fresh = new.arrow[name]
        if name == "issues":
            tables[name] = _exchange_issues(table, old.arrow[name], fresh)
        elif "patient_id" in table.column_names:
            tables[name] = _exchange_patients(table, fresh, touched)
        else:
            return None  # a table of the whole cohort
        if tables[name] is None:
            return None
    return Analysis({name: tables[name] for name in OUTPUTS if name in tables}, receipt, state.as_of)


def _exchange_patients(table: pa.Table, fresh: pa.Table, touched: set[str]) -> pa.Table:
    """Rows of a patient stand together and in order; patients are sorted by id."""
    joined = pa.concat_tables([table.filter(pa.array(~_is_one_of(table, touched))), fresh]).unify_dictionaries()
    if not joined.num_rows:
        return joined
    codes, words = _words(joined, "patient_id")
    rank = np.empty(len(words), dtype=np.int64)
    rank[sorted(range(len(words)), key=words.__getitem__)] = np.arange(len(words))
    return joined.take(pa.array(np.argsort(rank[codes], kind="stable")))


def _is_one_of(table: pa.Table, touched: set[str]) -> np.ndarray:
    if not table.num_rows:
        return np.zeros(0, dtype=bool)
    codes, words = _words(table, "patient_id")
    return np.array([word in touched for word in words], dtype=bool)[codes]


def _words(table: pa.Table, column: str) -> tuple[np.ndarray, list[str]]:
    values = table.column(column).combine_chunks()
    if isinstance(values, pa.ChunkedArray):
        values = pa.concat_arrays(values.chunks)
    values = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    return values.indices.to_numpy(), values.dictionary.to_pylist()


def _exchange_issues(table: pa.Table, old: pa.Table, fresh: pa.Table) -> pa.Table | None:
    """By file and line; None where a file's issues are not in the order of its lines."""
    gone = set(_places(old))
    kept = table.filter(pa.array([place not in gone for place in _places(table)], type=pa.bool_()))
    joined = pa.concat_tables([kept, fresh]).unify_dictionaries()
    places = _places(joined)
    if _places(table) != sorted(_places(table)) or _places(fresh) != sorted(_places(fresh)):
        return None
    return joined.take(pa.array(sorted(range(len(places)), key=places.__getitem__), type=pa.int64()))


def _places(table: pa.Table) -> list[tuple[str, int]]:
    return list(zip(table.column("source_file").to_pylist(), table.column("source_line").to_pylist(), strict=True))


def _exchange_counts(before: Mapping, old: Mapping, new: Mapping, names: list[str]) -> dict:
    """The receipt with the touched patients' rows counted anew, in the order of the files."""
    entries = {entry["file"]: entry for entry in before["files"]}
    minus = {entry["file"]: entry for entry in old["files"]}
    plus = {entry["file"]: entry for entry in new["files"]}
    files = []
    for name in names:
        known = plus.get(name) or entries[name]
        counts = {
            count: (entries[name][count] if name in entries else 0)
            - (minus[name][count] if name in minus else 0)
            + (plus[name][count] if name in plus else 0)
            for count in _COUNTS
        }
        files.append({**known, **counts})
    totals = {count: sum(entry[count] for entry in files) for count in _COUNTS}
    return {**before, "files": files, "totals": totals}
