"""The worklist's filters: read from the address, drawn once, written back to the address."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lupusmon.clinical.drugs import DRUGS
from lupusmon.ui import links, session, words
from lupusmon.ui.frame import remember

_LISTS = ("drug", "site", "alert", "verdict")
_STATE = "worklist_filters"
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
    """One row of filters; the address always says the same (the search text sealed)."""
    before = _from_address() or st.session_state.get(_STATE) or Selection()
    row = st.container(key="filters")
    places = row.columns(_WIDTHS, vertical_alignment="bottom", gap="small")
    search = places[0].text_input(
        "Search",
        placeholder="name, id or reason",
        key=remember("filter_search", before.search),
        persist_state="session",
    )
    drugs = sorted(rows["drug"].dropna().unique())
    drug = _pick(places[1], "Drug", drugs, before.drug, {d.code: d.name for d in DRUGS.values()})
    site = _pick(places[2], "Site", sorted(rows["site"].dropna().astype(str).unique()), before.site)
    codes = sorted({code for codes in rows["alert_codes"] if isinstance(codes, tuple) for code in codes})
    alert = _pick(places[3], "Alert", codes, before.alert, {code: code.replace("_", " ") for code in codes})
    verdict = _pick(places[4], "Verdict", list(words.VERDICT_NAMES), before.verdict, words.VERDICT_NAMES)
    overdue = places[5].toggle("Dose overdue", key=remember("filter_overdue", before.overdue), persist_state="session")
    chosen = Selection(tuple(drug), tuple(site), tuple(alert), tuple(verdict), overdue, search or "")
    st.session_state[_STATE] = chosen
    _to_address(chosen)
    return chosen


def _pick(
    place: DeltaGenerator,
    label: str,
    options: list[str],
    before: tuple[str, ...],
    names: dict[str, str] | None = None,
) -> list[str]:
    key = remember(f"filter_{label}", [value for value in before if value in options])
    return place.multiselect(
        label,
        options,
        format_func=(names or {}).get if names else str,
        placeholder="any",
        key=key,
        persist_state="session",
    )


def _from_address() -> Selection | None:
    """The filters of a link just opened; None once the session has its own."""
    if _STATE in st.session_state or not st.query_params:
        return None
    lists = {name: tuple(st.query_params.get_all(name)) for name in _LISTS}
    search = links.unseal(st.query_params.get("q", ""), session.link_key())
    return Selection(**lists, overdue=st.query_params.get("overdue") == "1", search=search)


def _to_address(chosen: Selection) -> None:
    wanted: dict[str, object] = {name: list(getattr(chosen, name)) for name in _LISTS if getattr(chosen, name)}
    if chosen.overdue:
        wanted["overdue"] = "1"
    if chosen.search:
        wanted["q"] = links.seal(chosen.search, session.link_key())
    have = {name: st.query_params.get_all(name) for name in st.query_params}
    if {k: v if isinstance(v, list) else [v] for k, v in wanted.items()} != have:
        st.query_params.from_dict(wanted)
