"""Controls whose values stand in the address of their page: a link, back and forward, and a reload say them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from lupusmon.ui import address, links, session
from lupusmon.ui.frame import remember

Value = tuple[str, ...] | str | bool


@dataclass(frozen=True)
class Choice:
    """One control. name: in the address. key: of its widget. default: says nothing in the address.

    A tuple as default: several values; False: a switch. options: what the address may say, None = anything.
    sealed: the text cannot be read in the address.
    """

    name: str
    key: str
    default: Value = ()
    options: Sequence[str] | None = None
    sealed: bool = False

    def read_address(self) -> Value:
        """What the address says; the default for what is no option."""
        said = st.query_params.get_all(self.name)
        if self.sealed:
            said = [links.unseal(text, session.link_key()) for text in said]
        said = [text for text in said if self.options is None or text in self.options]
        if isinstance(self.default, tuple):
            return tuple(said)
        return (said[-1] == "1" if self.default is False else said[-1]) if said else self.default

    def read_widget(self) -> Value:
        """What the widget says; the default before it is drawn and where it is empty."""
        shown = st.session_state.get(self.key)
        return (tuple(shown) if isinstance(shown, list) else shown) or self.default

    def write(self, value: Value) -> list[str]:
        """The value as the address says it; nothing for the default."""
        if value == self.default:
            return []
        if isinstance(value, tuple):
            return list(value)
        text = "1" if value is True else str(value)
        return [links.seal(text, session.link_key()) if self.sealed else text]


def start(page: str, choices: Sequence[Choice]) -> None:
    """Gives the widgets their values before they are drawn.

    A link just opened, and back and forward of the browser, say them in the address; a change of a widget that is on
    its way (the address is older then) and a plain link to the page leave them as they are.
    """
    known = st.session_state.get(_state(page))
    asked = {choice.name: choice.read_address() for choice in choices}
    moved = False
    if known is not None and asked != known:
        said = any(asked[choice.name] != choice.default for choice in choices)
        touched = any(choice.read_widget() != known[choice.name] for choice in choices)
        moved = (said or session.stays_on_page()) and not touched
    values = asked if known is None or moved else known
    for choice in choices:
        value = values[choice.name]
        remember(choice.key, list(value) if isinstance(value, tuple) else value, anew=moved)


def finish(page: str, choices: Sequence[Choice]) -> dict[str, Value]:
    """The values after the widgets are drawn, by name; the address says the same from now on."""
    values = {choice.name: choice.read_widget() for choice in choices}
    st.session_state[_state(page)] = values
    wanted = {choice.name: said for choice in choices if (said := choice.write(values[choice.name]))}
    have = {name: st.query_params.get_all(name) for name in st.query_params if name != "units"}
    if wanted != have:
        address.replace(wanted)
    return dict(values)


def _state(page: str) -> str:
    return f"choices_{page}"
