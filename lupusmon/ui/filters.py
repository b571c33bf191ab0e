"""The worklist's filters: one row of controls, the same in the address (the search text sealed)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lupusmon.clinical.drugs import DRUGS
from lupusmon.ui import choices, words
from lupusmon.ui.choices import Choice

_WIDTHS = (1.25, 1.1, 1, 1.1, 1, 0.95)  # one row on a tablet too


@dataclass(frozen=True)
class Selection:
    """What the worklist shows. Empty = everything."""

    drug: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    alert: tuple[str, ...] = ()
    verdict: tuple[str, ...] = ()
    overdue: bool = False
    search: str = ""

    def __bool__(self) -> bool:
        return any(asdict(self).values())


def draw_filters(rows: pd.DataFrame) -> Selection:
    """The row of filters and what they say."""
    codes = {code for codes in rows["alert_codes"] if isinstance(codes, tuple) for code in codes}
    search = Choice("q", "filter_search", "", sealed=True)
    drug = Choice("drug", "filter_drug", options=sorted(rows["drug"].dropna().unique()))
    site = Choice("site", "filter_site", options=sorted(rows["site"].dropna().astype(str).unique()))
    alert = Choice("alert", "filter_alert", options=sorted(codes))
    verdict = Choice("verdict", "filter_verdict", options=list(words.VERDICT_NAMES))
    overdue = Choice("overdue", "filter_overdue", False)
    every = (search, drug, site, alert, verdict, overdue)
    choices.start("worklist", every)
    with st.container(key="filters"):
        places = st.columns(_WIDTHS, vertical_alignment="bottom", gap="small")
    places[0].text_input("Search", placeholder="name, id or reason", key=search.key, persist_state="session")
    _draw_list(places[1], "Drug", drug, {d.code: d.name for d in DRUGS.values()}.get)
    _draw_list(places[2], "Site", site, str)
    _draw_list(places[3], "Alert", alert, lambda code: code.replace("_", " "))
    _draw_list(places[4], "Verdict", verdict, words.VERDICT_NAMES.get)
    places[5].toggle("Dose overdue", key=overdue.key, persist_state="session")
    said = choices.finish("worklist", every)
    return Selection(search=said.pop("q"), **said)


def _draw_list(place: DeltaGenerator, label: str, choice: Choice, name: Callable[[str], str]) -> None:
    place.multiselect(
        label, choice.options, format_func=name, placeholder="any", key=choice.key, persist_state="session"
    )
