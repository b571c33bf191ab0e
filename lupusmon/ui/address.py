"""The address of the patient page: an id in a link is exchanged for the opaque key, in the browser's history too."""

from __future__ import annotations

import streamlit as st

# Writing st.query_params adds an entry to the history and leaves the one with the id behind; so the script replaces
# that entry first and then reports, upon which Streamlit is told the address that already stands there.
_SCRIPT = """
export default function ({ data, setTriggerValue }) {
  const url = new URL(window.location.href);
  if (!data.asked || url.searchParams.get("patient") !== data.asked) return;
  url.searchParams.set("patient", data.key);
  window.history.replaceState(window.history.state, "", url.toString());
  setTriggerValue("exchanged", true);
}
"""
_COMPONENT = st.components.v2.component("lupusmon_address", html="<span></span>", js=_SCRIPT)


def hide_id(asked: str | None, key: str) -> None:
    """Exchanges `?patient=<asked>` for the key where they differ. Always part of the page, so that nothing moves."""
    data = {"name": "address", "asked": "" if asked == key else asked, "key": key}
    with st.container(key="address"):
        result = _COMPONENT(key="address_exchange", data=data, on_exchanged_change=_nothing)
    if result.exchanged and asked != key:
        st.query_params["patient"] = key


def _nothing() -> None:
    """The value is read from the result; the callback only declares it."""


def write(key: str, **changes: str | None) -> None:
    """Changes the address in one step, always with the patient's key; None takes a name out."""
    wanted = st.query_params.to_dict() | {"patient": key} | changes
    st.query_params.from_dict({name: value for name, value in wanted.items() if value is not None})
