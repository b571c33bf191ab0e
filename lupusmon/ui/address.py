"""The address of the patient page: an id in a link is exchanged for the opaque key, in the browser's history too."""

from __future__ import annotations

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
_COMPONENT = st.components.v2.component("lupusmon_address", html="<span></span>", js=_SCRIPT)


def hide_id(asked: str | None, key: str) -> None:
    """Exchanges `?patient=<asked>` for the key where they differ. Always part of the page, so that nothing moves."""
    data = {"name": "address", "asked": "" if asked == key else asked, "key": key}
    with st.container(key="address"):
        _COMPONENT(key="address_exchange", data=data)


def write(key: str, **changes: str | None) -> None:
    """Changes the address in one step, always with the patient's key; None takes a name out."""
    wanted = st.query_params.to_dict() | {"patient": key} | changes
    st.query_params.from_dict({name: value for name, value in wanted.items() if value is not None})
