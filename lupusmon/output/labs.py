"""The tables of results, issues and the receipt (CONTRACT 3-4)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from lupusmon.clean import Results
from lupusmon.clinical.analytes import CODES
from lupusmon.issues import OUTCOMES
from lupusmon.output import columns as c
from lupusmon.quality.assemble import Assembled, FileCount, FileIssues
from lupusmon.sorting import sort_order

_SIGNS = ("<", "", ">")
_REF_SOURCES = ("", "result", "default")


def build_results(patients: np.ndarray, results: Results) -> pa.Table:
    """One row a result, sorted by patient, time, analyte, method, line of reading."""
    r = results.take(_order(results))
    return pa.table(
        {
            "patient_id": c.text(r.patient, patients),
            "collected_at": c.dates(r.day, r.micros),
            "analyte": c.text(r.analyte, CODES),
            "value": c.numbers(r.value),
            "comparator": c.text(r.comparator + 1, _SIGNS),
            "unit": c.column(r.unit),
            "ref_low": c.numbers(r.ref_low),
            "ref_high": c.numbers(r.ref_high),
            "ref_source": c.text(r.ref_source, _REF_SOURCES),
            "method": c.column(r.method),
            "laboratory": c.column(r.laboratory),
            "source_file": c.column(r.file),
            "source_line": c.integers(r.line),
            "raw_value": c.column(r.raw_value),
            "raw_unit": c.column(r.raw_unit),
        }
    )


def build_set_aside(ready: Assembled) -> pa.Table:
    """The results marked as not usable, as `build_results`, with the `reason`."""
    if ready.set_aside is None:
        none = ready.cohort.results.take(np.empty(0, dtype=np.int64))
        table = build_results(ready.cohort.patients, none)
        return table.append_column("reason", c.texts([]))
    results, reason = ready.set_aside
    table = build_results(ready.cohort.patients, results)
    return table.append_column("reason", c.column(reason.take(_order(results))))


def _order(results: Results) -> np.ndarray:
    rank = text_rank(np.array(CODES, dtype=object))
    method = text_rank(results.method.words)[results.method.codes] if len(results) else results.analyte
    return sort_order(results.patient, results.day, results.micros, rank[results.analyte], method, results.order)


def text_rank(words: np.ndarray) -> np.ndarray:
    """Place of each word in text order."""
    rank = np.empty(len(words), dtype=np.int64)
    rank[np.argsort(np.asarray(words).astype(str), kind="stable")] = np.arange(len(words))
    return rank


def build_issues(issues: Sequence[FileIssues]) -> pa.Table:
    """One row an issue, by file and line (the parts are in line order)."""
    parts = sorted(issues, key=lambda part: part.file)
    names = ("column", "outcome", "code", "value", "message")
    table = {
        "source_file": c.texts([part.file for part in parts for _ in range(len(part.line))]),
        "source_line": c.integers(np.concatenate([part.line for part in parts]) if parts else np.empty(0)),
    }
    for name in names:
        table[name] = c.texts([str(v) for part in parts for v in getattr(part, name).tolist()])
    return pa.table(table)


def merge_issues(parts: Sequence[pa.Table]) -> pa.Table:
    """The issues of several ranges of patients as one table, by file and line."""
    joined = pa.concat_tables(parts).unify_dictionaries().combine_chunks()
    if len(parts) == 1 or not joined.num_rows:
        return joined
    file = pa.concat_arrays(joined["source_file"].chunks)
    rank = text_rank(np.array(file.dictionary.to_pylist(), dtype=object))
    return joined.take(sort_order(rank[file.indices.to_numpy()], joined["source_line"].to_numpy()))


def build_receipt(files: Sequence[FileCount], rules_version: str) -> dict:
    """The receipt: a file may hold several sections, their counts are added; every file balances."""
    merged: dict[str, dict] = {}
    for count in files:
        entry = merged.setdefault(
            count.file,
            {"file": count.file, "kind": count.kind, "sha256": count.sha256, "read": 0}
            | dict.fromkeys(OUTCOMES, 0)
            | {"extra_columns": list(count.extra_columns), "notes": list(count.notes)},
        )
        if count.kind not in entry["kind"].split("+"):
            entry["kind"] += f"+{count.kind}"
        entry["read"] += count.read
        for name, n in count.counts.items():
            entry[name] += n
    entries = list(merged.values())
    totals = {name: sum(e[name] for e in entries) for name in ("read", *OUTCOMES)}
    return {"files": entries, "totals": totals, "rules_version": rules_version}
