"""What a coordinator should see before importing: columns that identify people, and ids that may be one person."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lupusmon.ingest import SourceTable
from lupusmon.ingest.preview import Preview
from lupusmon.storage import find_identifying, possible_duplicates
from lupusmon.ui import frame, session, words

_MOST = 8
_SAMPLES = 200


def draw_identifying(name: str, preview: Preview | None, tables: Sequence[SourceTable]) -> None:
    """Warns of columns that look like a person's data, and says whether they would be stored."""
    if preview is None:
        return
    samples = {header: texts[:_SAMPLES] for header, texts in preview.cells.items()}
    found = [one for one in find_identifying(preview.headers, samples) if one.looks_like]
    unused = {header for table in tables for header in table.extra_columns}
    left_out = [one for one in found if one.column in unused]
    stored = [one for one in found if one.column not in unused]
    if left_out:
        listed = ", ".join(f"{one.column} ({one.looks_like})" for one in left_out[:_MOST])
        st.info(
            f"{frame.plain(name)}: these columns look as if they identify people: {frame.plain(listed)}. "
            "They are not matched, so they are never stored."
        )
    if stored:
        listed = ", ".join(f"{one.column} ({one.looks_like})" for one in stored[:_MOST])
        st.warning(
            f"{frame.plain(name)}: these columns look as if they identify people, and they would be stored: "
            f"{frame.plain(listed)}. lupusmon does not need them; leave them out, or match another column."
        )


def draw_duplicates(tables: Sequence[SourceTable], *, masked: bool) -> None:
    """Ids of these tables that differ only in case, spaces or zeros from another's. They are never merged."""
    columns = (table.columns["patient_id"] for table in tables if "patient_id" in table.columns)
    new = {str(word) for column in columns for word in column.words if word}
    pairs = [pair for pair in possible_duplicates(new.union(session.load_store().patient_ids())) if new & set(pair)]
    if not pairs:
        return
    shown = "; ".join(" and ".join(pair) for pair in pairs[:_MOST])
    more = f"; and {len(pairs) - _MOST} more" if len(pairs) > _MOST else ""
    st.warning(
        f"{words.plural(len(pairs), 'pair')} of patient ids may be one patient each"
        + ("." if masked else f": {frame.plain(shown + more)}.")
        + " They are kept apart; if they are one patient, write the id in one way in the file and upload it again."
    )
