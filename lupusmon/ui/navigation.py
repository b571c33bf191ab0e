"""Pages, their addresses, and what surrounds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from lupusmon.errors import LupusmonError
from lupusmon.storage import StoreTrouble
from lupusmon.ui import frame, session
from lupusmon.ui.pages import audit, cohort, definitions, import_page, patient, worklist
from lupusmon.ui.snapshot import Snapshot

_PAGES = (  # address, title, page, can it do without data
    ("worklist", "Worklist", worklist.render, False),
    ("patient", "Patient", patient.render, False),
    ("cohort", "Cohort", cohort.render, False),
    ("import", "Import", import_page.render, True),
    ("audit", "Audit trail", audit.render, True),
    ("definitions", "Definitions", definitions.render, True),
)


@dataclass
class _Scene:
    """What the frame found out before the page is drawn."""

    view: frame.View | None = None
    snapshot: Snapshot | None = None


def run() -> None:
    """One run of the dashboard: frame, page, footer. Widgets outside the page keep their state from page to page."""
    st.set_page_config(page_title="lupusmon", layout="wide", initial_sidebar_state="collapsed")
    scene = _Scene()
    pages = {
        address: st.Page(
            partial(_draw, scene, page, without_data), title=title, url_path=address, default=address == "worklist"
        )
        for address, title, page, without_data in _PAGES
    }
    st.session_state["pages"] = pages
    chosen = st.navigation(list(pages.values()), position="top")
    st.set_page_config(page_title=f"{chosen.title} · lupusmon")  # never a patient: tabs are seen by everybody
    session.note_page(chosen.title)
    scene.view = frame.draw_frame(chosen.title)
    st.title(chosen.title, anchor=False)
    scene.snapshot = _load_snapshot()
    chosen.run()
    frame.draw_footer(scene.snapshot)


def _draw(scene: _Scene, page: Callable, without_data: bool) -> None:
    """The page, or a sentence with a way out where it needs data and there are none."""
    snapshot = scene.snapshot
    if without_data or (snapshot is not None and not snapshot.is_empty):
        try:
            page(snapshot, scene.view)
        except LupusmonError as error:
            st.error(f"{_sentence(error)}. Reload the page to try again.")
    elif snapshot is not None:
        st.info("There are no data yet. Import CSV files of laboratory results and infusions to begin.")
        st.page_link(st.session_state["pages"]["import"], label="Go to Import")


def _sentence(error: LupusmonError) -> str:
    said = frame.explain(error)
    return said[:1].upper() + said[1:]


class _Progress:
    """The steps of the first look at new data, as a bar; nothing is shown while there is nothing to wait for."""

    _STEPS = 2

    def __init__(self, notice: object) -> None:
        self._notice, self._done = notice, 0

    def __call__(self, step: str) -> None:
        self._done += 1
        where = f"Step {self._done} of {self._STEPS}" if self._done <= self._STEPS else "Last step"
        text = f"{where}: {step[0].lower()}{step[1:]} …  This happens once after each change of the data."
        self._notice.progress(min(0.95, self._done / (self._STEPS + 1)), text)


def _load_snapshot() -> Snapshot | None:
    try:
        with st.spinner("Preparing the worklist …", show_time=True):
            notice = st.empty()
            found = session.snapshot(_Progress(notice))
            notice.empty()
            return found
    except LupusmonError as error:
        way_out = "Reload the page" if isinstance(error, StoreTrouble) else "Undo the last import on the Import page"
        st.error(f"The stored data cannot be shown: {frame.explain(error)}. {way_out}.")
        return None
