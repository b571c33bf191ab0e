"""What a coordinator should see before importing: columns that identify people, and ids that may be one person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from lupusmon.ingest import SourceTable
from lupusmon.ingest.draft import read_mapping_text
from lupusmon.ingest.kinds import NEEDED, find_columns, fold_name
from lupusmon.ingest.source import Kind
from lupusmon.storage import Identifying, find_identifying, possible_duplicates
from lupusmon.ui import frame, session, words
from lupusmon.ui.foreign_files import ReadUpload, keep_changed
from lupusmon.ui.snapshot import Snapshot

_MOST = 8
_WITHDRAWN = ("entered-in-error", "entered in error", "cancelled", "canceled", "deleted", "withdrawn", "not done")
_SAMPLES = 200


def draw_identifying(one: ReadUpload) -> ReadUpload:
    """Warns of columns that look like a person's data and says whether they would be stored; they can be left out."""
    if one.preview is None:
        return one
    samples = {header: texts[:_SAMPLES] for header, texts in one.preview.cells.items()}
    found = [column for column in find_identifying(one.preview.headers, samples) if column.looks_like]
    unused = {header for table in one.tables for header in table.extra_columns}
    left_out = [column for column in found if column.column in unused]
    if left_out:
        st.info(
            f"{frame.plain(one.name)}: these columns look as if they identify people: {frame.plain(_list(left_out))}. "
            "They are not matched, so they are never stored."
        )
    stored = [column for column in found if column.column not in unused]
    return _offer(one, stored) if stored else one


def _list(found: Sequence[Identifying]) -> str:
    return ", ".join(f"{one.column} ({one.looks_like})" for one in found[:_MOST])


def _offer(one: ReadUpload, stored: Sequence[Identifying]) -> ReadUpload:
    """The upload without the columns that the viewer would rather not store."""
    st.warning(
        f"{frame.plain(one.name)}: these columns look as if they identify people, and they would be stored: "
        f"{frame.plain(_list(stored))}. lupusmon does not need them; leave them out, or match another column."
    )
    ours = {column.column: find_ours(one, column) for column in stored}
    unwanted: list[str] = []
    with st.container(horizontal=True):
        for header, name in ours.items():
            if not name:
                continue
            if any(name in NEEDED[table.kind] for table in one.tables):
                st.caption(
                    f"{frame.plain(header)} is read as {frame.plain(name)}, which is needed: put a study code in its "
                    "place in the file, or match another column."
                )
            elif st.toggle(
                f"Do not store {frame.plain(header)}" + (" (only its year is read)" if name == "birth_year" else ""),
                key=f"unstored_{one.name}_{header}",
            ):
                unwanted.append(header)
    if not unwanted:
        return one
    dropped = [_drop(table, ours, unwanted) for table in one.tables]
    tables = keep_changed((one.name, *unwanted), one.tables, dropped)
    return replace(one, tables=tables)


def find_ours(one: ReadUpload, found: Identifying) -> str:
    """Our column that is read from the column; "" for none."""
    header = found.column
    if one.mapping_text:
        sections = read_mapping_text(one.name, one.mapping_text).tables
        rules = [(ours, rule.column) for section in sections for ours, rule in section.columns.items()]
        return next((ours for ours, column in rules if fold_name(column) == fold_name(header)), "")
    by_name = next(iter(find_columns([header])), "")
    if not by_name and found.looks_like == "birth date" and any("birth_year" in table.columns for table in one.tables):
        return "birth_year"
    return by_name


def _drop(table: SourceTable, ours: Mapping[str, str], unwanted: Sequence[str]) -> SourceTable:
    gone = {ours[header] for header in unwanted}
    columns = {name: column for name, column in table.columns.items() if name not in gone}
    return replace(table, columns=columns, extra_columns=(*table.extra_columns, *unwanted))


def draw_duplicates(tables: Sequence[SourceTable], snapshot: Snapshot | None, *, masked: bool) -> None:
    """Ids of these tables that differ only in case, spaces or zeros from another's. They are never merged."""
    columns = (table.columns["patient_id"] for table in tables if "patient_id" in table.columns)
    new = {str(word) for column in columns for word in column.words if word}
    pairs = [pair for pair in possible_duplicates(new.union(session.load_store().patient_ids())) if new & set(pair)]
    if not pairs:
        return
    named = [[frame.name_of(snapshot, one, masked=masked) for one in pair] for pair in pairs[:_MOST]]
    shown = "; ".join(" and ".join(pair) for pair in named)
    more = f"; and {len(pairs) - _MOST} more" if len(pairs) > _MOST else ""
    st.warning(
        f"{words.plural(len(pairs), 'pair')} of patient ids may be one patient each: {frame.plain(shown + more)}. "
        "They are kept apart; if they are one patient, write the id in one way in the file and upload it again."
    )


def draw_withdrawn(tables: Sequence[SourceTable]) -> None:
    """Results whose status says that they do not hold: the format has no rule for them, so they count; say so."""
    found: Counter[str] = Counter()
    for table in tables:
        if table.kind is not Kind.LABS or "status" not in table.columns:
            continue
        status = table.columns["status"]
        withdrawn = {word for word in status.words if " ".join(word.casefold().split()) in _WITHDRAWN}
        if withdrawn:
            rows = zip(status.texts(), table.problems.texts(), strict=True)
            found.update(word for word, problem in rows if word in withdrawn and not problem)
    if found:
        named = ", ".join(f"“{word}” ({n})" for word, n in found.items())
        st.warning(
            f"{words.plural(found.total(), 'result')} with a status that says otherwise would count where accepted: "
            f"{frame.plain(named)}. Take these rows out of the file, or mark the results as not usable on the "
            "patient's page after importing."
        )
