"""What the address says: units on every page; an id in a link is exchanged for the opaque key, in the history too."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

# Writing st.query_params would add an entry to the history and leave the one with the id behind; this replaces it.
_SCRIPT = """
export default function ({ data }) {
  const url = new URL(window.location.href);
  if (!data.asked || url.searchParams.get("patient") !== data.asked) return;
  url.searchParams.set("patient", data.key);
  window.history.replaceState(window.history.state, "", url.toString());
}
"""
_UNITS_SCRIPT = """
export default function ({ data }) {
  const url = new URL(window.location.href);
  if ((url.searchParams.get("units") || "") === data.units) return;
  if (data.units) url.searchParams.set("units", data.units);
  else url.searchParams.delete("units");
  window.history.replaceState(window.history.state, "", url.toString());
}
"""
_UNITS = st.components.v2.component("lupusmon_units", html="<span></span>", js=_UNITS_SCRIPT)
CONVENTIONAL = "conventional"
_COMPONENT = st.components.v2.component("lupusmon_address", html="<span></span>", js=_SCRIPT)


def hide_id(asked: str | None, key: str) -> None:
    """Exchanges `?patient=<asked>` for the key where they differ. Always part of the page, so that nothing moves."""
    data = {"name": "address", "asked": "" if asked == key else asked, "key": key}
    with st.container(key="address"):
        _COMPONENT(key="address_exchange", data=data)


def show_units(units: str, page: str) -> None:
    """The viewer's units in the address of every page, without an entry of their own in the history."""
    said = "" if units == CONVENTIONAL else units
    data = {"name": "units", "units": said, "page": page, "said": str(st.query_params.to_dict())}
    with st.container(key="address_units"):
        _UNITS(key="units_in_address", data=data)


def replace(wanted: Mapping[str, str | list[str]]) -> None:
    """The whole address in one step; the units stay."""
    units = st.session_state.get("units", CONVENTIONAL)
    st.query_params.from_dict(dict(wanted) | ({} if units == CONVENTIONAL else {"units": units}))


def write(key: str, **changes: str | None) -> None:
    """Changes the address in one step, always with the patient's key; None takes a name out."""
    wanted = st.query_params.to_dict() | {"patient": key} | changes
    replace({name: value for name, value in wanted.items() if value is not None and name != "units"})
