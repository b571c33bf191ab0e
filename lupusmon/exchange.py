"""Output tables with some patients' rows exchanged for new ones: the same table a full run would give."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pyarrow as pa

from lupusmon.analysis.agreement import compute_concordance
from lupusmon.analysis.concordance import PAIRS, PairAgreement
from lupusmon.issues import OUTCOMES
from lupusmon.output.alerts import build_concordance

_COUNTS = ("read", *OUTCOMES)
_AGREEMENT = ("both_met", "lab_only", "assessed_only", "neither", "not_comparable")
_DECIDED = ("met", "not_met")
_MOST_CHUNKS = 64  # beyond, pieces of memory cost more than one copy
_MANY_PATIENTS = 50  # from here on, a text for every row costs less than a look at each
_LINE_BITS = 40


def exchange_patients(table: pa.Table, fresh: pa.Table, touched: Collection[str]) -> pa.Table:
    """The rows of the touched patients replaced by `fresh`, which has theirs only.

    In both, rows of a patient stand together and patients are sorted by id: the pieces between are kept as they are.
    """
    ids = sorted(touched)
    pieces, done = [], 0
    for (begin, end), (first, last) in zip(_find_runs(table, ids), _find_runs(fresh, ids), strict=True):
        pieces += [table.slice(done, begin - done), fresh.slice(first, last - first)]
        done = end
    pieces.append(table.slice(done))
    return _join([piece for piece in pieces if piece.num_rows] or [table.slice(0, 0)])


def exchange_issues(table: pa.Table, old: pa.Table, fresh: pa.Table) -> pa.Table | None:
    """The issues `old` replaced by `fresh`, by file and line; None where a file's issues are not in line order."""
    names = sorted({name for part in (table, old, fresh) for name in _words(part, "source_file")[1]})
    rank = {name: i for i, name in enumerate(names)}
    before, gone, new = (_places(part, rank) for part in (table, old, fresh))
    if (np.diff(before) < 0).any() or (np.diff(new) < 0).any():
        return None
    kept = ~np.isin(before, gone)
    joined = pa.concat_tables([table.filter(pa.array(kept)), fresh]).unify_dictionaries()
    return joined.take(pa.array(np.argsort(np.concatenate([before[kept], new]), kind="stable")))


def exchange_counts(before: Mapping, old: Mapping, new: Mapping, names: list[str]) -> dict:
    """The receipt with the touched patients' rows counted anew, in the order of the files."""
    entries = {entry["file"]: entry for entry in before["files"]}
    minus = {entry["file"]: entry for entry in old["files"]}
    plus = {entry["file"]: entry for entry in new["files"]}
    files = []
    for name in names:
        known = plus.get(name) or entries[name]
        parts = [(part[name], sign) for part, sign in ((entries, 1), (minus, -1), (plus, 1)) if name in part]
        files.append({**known, **{count: sum(sign * entry[count] for entry, sign in parts) for count in _COUNTS}})
    totals = {count: sum(entry[count] for entry in files) for count in _COUNTS}
    return {**before, "files": files, "totals": totals}


def exchange_agreement(table: pa.Table, before: pa.Table, new: pa.Table, touched: Collection[str]) -> pa.Table:
    """Counts of visits by week and pair of criteria, with those of the touched patients counted anew.

    before, new: the responses they follow from; `new` has those of the touched patients only.
    """
    counts = {(row["week"], row["pair"]): np.array([row[n] for n in _AGREEMENT]) for row in table.to_pylist()}
    for part, sign in ((_select_patients(before, touched), -1), (new, 1)):
        for key, n in _count_agreement(part).items():
            counts[key] = counts.get(key, 0) + sign * n
    rows = [
        PairAgreement(week, pair, compute_concordance(*n[:4].tolist()), int(n[4]))
        for (week, pair), n in sorted(counts.items())
        if n.any()
    ]
    return build_concordance(rows)


def _count_agreement(responses: pa.Table) -> dict[tuple[str, str], np.ndarray]:
    verdicts: dict[tuple, dict[str, str]] = {}
    wanted = {criterion for pair in PAIRS for criterion in pair}
    columns = ("patient_id", "course_id", "week", "criterion", "verdict")
    for *visit, criterion, verdict in zip(*(responses.column(name).to_pylist() for name in columns), strict=True):
        if criterion in wanted:
            verdicts.setdefault(tuple(visit), {})[criterion] = verdict
    counts: dict[tuple[str, str], np.ndarray] = {}
    for (_, _, week), found in verdicts.items():
        for lab, assessed in PAIRS:
            a, b = found[lab], found[assessed]
            place = _DECIDED.index(a) * 2 + _DECIDED.index(b) if a in _DECIDED and b in _DECIDED else 4
            counts.setdefault((week, f"{lab} x {assessed}"), np.zeros(5, dtype=np.int64))[place] += 1
    return counts


def _select_patients(table: pa.Table, touched: Collection[str]) -> pa.Table:
    pieces = [table.slice(begin, end - begin) for begin, end in _find_runs(table, sorted(touched))]
    return pa.concat_tables(pieces) if pieces else table.slice(0, 0)


def _find_runs(table: pa.Table, ids: Sequence[str]) -> list[tuple[int, int]]:
    """(first row, row after the last) of each patient, by bisection; where one has none, both are its place."""
    column, rows = table.column("patient_id"), range(table.num_rows)
    id_at = column.to_pylist().__getitem__ if len(ids) > _MANY_PATIENTS else lambda row: column[row].as_py()
    runs, begin = [], 0
    for patient in ids:
        begin = bisect_left(rows, patient, lo=begin, key=id_at)
        end = bisect_right(rows, patient, lo=begin, key=id_at)
        runs.append((begin, end))
        begin = end
    return runs


def _words(table: pa.Table, column: str) -> tuple[np.ndarray, list[str]]:
    """A text column as codes and distinct words."""
    values = table.column(column)
    if not pa.types.is_dictionary(values.type):
        values = values.dictionary_encode()
    values = values.unify_dictionaries()
    codes = [chunk.indices.to_numpy() for chunk in values.chunks]
    words = values.chunk(0).dictionary.to_pylist() if values.num_chunks else []
    return np.concatenate(codes) if codes else np.empty(0, dtype=np.int32), words


def _places(table: pa.Table, rank: Mapping[str, int]) -> np.ndarray:
    """One number a row that sorts by file and line."""
    codes, words = _words(table, "source_file")
    ranks = np.array([rank[word] for word in words], dtype=np.int64)
    return (
        (ranks[codes] << _LINE_BITS) + table.column("source_line").to_numpy() if len(codes) else codes.astype(np.int64)
    )


def _join(pieces: list[pa.Table]) -> pa.Table:
    joined = pa.concat_tables(pieces)  # each piece keeps its own words: making them one costs a copy of all columns
    many = joined.num_columns and joined.column(0).num_chunks > _MOST_CHUNKS
    return joined.combine_chunks() if many else joined
