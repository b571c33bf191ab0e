"""What every word and number on the other pages means, drawn from the code."""

from __future__ import annotations

import streamlit as st

from lupusmon.ui import definition_rows, frame, words
from lupusmon.ui.grid import draw_grid
from lupusmon.ui.snapshot import Snapshot

_SECTIONS = (
    ("Laboratory tests", definition_rows.build_analytes),
    ("Infusions", definition_rows.build_drugs),
    ("Response criteria", definition_rows.build_criteria),
    ("Alerts", definition_rows.build_alerts),
    ("Flares, from assessments", definition_rows.build_flares),
    ("Thresholds and windows", definition_rows.build_thresholds),
    ("References", definition_rows.build_references),
)


def render(snapshot: Snapshot | None, view: frame.View) -> None:
    """The definitions page."""
    st.markdown(
        "Everything here is read from the definitions the program itself uses. **UNVERIFIED** marks numbers for which "
        "no primary source could be confirmed. Criteria marked “" + words.LABS_ONLY + "” stand in for SRI and BICLA, "
        "which need SLEDAI-2K, BILAG and PGA as assessed by a physician."
    )
    for title, build in _SECTIONS:
        st.header(title, anchor=False)
        draw_grid(build(), key=f"definitions_{title}")
