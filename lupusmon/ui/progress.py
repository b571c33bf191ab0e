"""How far a long step is, with a way out: choosing Cancel, or leaving the page, stops it at its next report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import streamlit as st

_SHOWN_AFTER, _EVERY = 0.4, 0.1  # seconds: a short step shows no bar; a bar is not drawn more often


@contextmanager
def watch(label: str, *, long: bool = False) -> Iterator[Callable[[float], None]]:
    """Gives the function that a step tells its share (0 to 1). The bar is gone afterwards, also after an error.

    long: whether the bar is shown from the start.

    Streamlit stops a run where it next draws: here. Every step before the end of an import can be stopped so, and an
    import that is stopped has stored nothing.
    """
    slot, bar = st.empty(), []
    begun = drawn = monotonic()

    def report(share: float) -> None:
        nonlocal drawn
        now = monotonic()
        if (now - begun < _SHOWN_AFTER and not long) or (bar and now - drawn < _EVERY and share < 1):
            return
        drawn = now
        share = min(max(share, 0.0), 1.0)
        if not bar:
            with slot.container(horizontal=True, vertical_alignment="bottom"):
                bar.append(st.progress(share, label))
                st.button("Cancel", key=f"cancel_{label}", on_click=cancel)
        bar[0].progress(share, f"{label}: {share:.0%}")

    report(0.0)
    try:
        yield report
    finally:
        slot.empty()


def cancel() -> None:
    """The uploader is emptied: the page starts anew, and nothing of the files is kept in the session."""
    from lupusmon.ui import session

    session.forget_files()
    st.session_state["import_round"] = st.session_state.get("import_round", 0) + 1
