"""The worklist's filters: read from the address, drawn once, written back to the address."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lupusmon.clinical.drugs import DRUGS
from lupusmon.ui import address, links, session, words
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
    before, anew = _first_values()
    row = st.container(key="filters")
    places = row.columns(_WIDTHS, vertical_alignment="bottom", gap="small")
    search = places[0].text_input(
        "Search",
        placeholder="name, id or reason",
        key=remember("filter_search", before.search, anew=anew),
        persist_state="session",
    )
    drugs = sorted(rows["drug"].dropna().unique())
    drug = _pick(places[1], "Drug", drugs, before.drug, anew, {d.code: d.name for d in DRUGS.values()})
    site = _pick(places[2], "Site", sorted(rows["site"].dropna().astype(str).unique()), before.site, anew)
    codes = sorted({code for codes in rows["alert_codes"] if isinstance(codes, tuple) for code in codes})
    alert = _pick(places[3], "Alert", codes, before.alert, anew, {code: code.replace("_", " ") for code in codes})
    verdict = _pick(places[4], "Verdict", list(words.VERDICT_NAMES), before.verdict, anew, words.VERDICT_NAMES)
    overdue = places[5].toggle(
        "Dose overdue", key=remember("filter_overdue", before.overdue, anew=anew), persist_state="session"
    )
    chosen = Selection(tuple(drug), tuple(site), tuple(alert), tuple(verdict), overdue, search or "")
    st.session_state[_STATE] = chosen
    _to_address(chosen)
    return chosen


def _pick(
    place: DeltaGenerator,
    label: str,
    options: list[str],
    before: tuple[str, ...],
    anew: bool,
    names: dict[str, str] | None = None,
) -> list[str]:
    key = remember(f"filter_{label}", [value for value in before if value in options], anew=anew)
    return place.multiselect(
        label,
        options,
        format_func=(names or {}).get if names else str,
        placeholder="any",
        key=key,
        persist_state="session",
    )


def _first_values() -> tuple[Selection, bool]:
    """The values of the filters, and whether the widgets must take them over.

    A link just opened, and back and forward of the browser, say them in the address; a change of a filter that is on
    its way (the address is older then) and a plain link to the worklist leave them as they are.
    """
    asked, known = _from_address(), st.session_state.get(_STATE)
    if known is None:
        return asked, False
    moved = asked != known and (bool(asked) or session.stays_on_page()) and not _touched(known)
    return (asked, True) if moved else (known, False)


def _touched(known: Selection) -> bool:
    """Whether a filter says something else than when it was last read."""
    shown = {name: st.session_state.get(f"filter_{name.capitalize()}", []) for name in _LISTS}
    lists = any(tuple(shown[name]) != getattr(known, name) for name in _LISTS)
    text, overdue = st.session_state.get("filter_search"), st.session_state.get("filter_overdue")
    return lists or (text or "") != known.search or bool(overdue) != known.overdue


def _from_address() -> Selection:
    lists = {name: tuple(st.query_params.get_all(name)) for name in _LISTS}
    search = links.unseal(st.query_params.get("q", ""), session.link_key())
    return Selection(**lists, overdue=st.query_params.get("overdue") == "1", search=search)


def _to_address(chosen: Selection) -> None:
    wanted: dict[str, object] = {name: list(getattr(chosen, name)) for name in _LISTS if getattr(chosen, name)}
    if chosen.overdue:
        wanted["overdue"] = "1"
    if chosen.search:
        wanted["q"] = links.seal(chosen.search, session.link_key())
    have = {name: st.query_params.get_all(name) for name in st.query_params if name != "units"}
    if {k: v if isinstance(v, list) else [v] for k, v in wanted.items()} != have:
        address.replace(wanted)
