"""What every page has: the view switches on top, the footer below. One typed choice for all pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from lupusmon.ui import address, session, words
from lupusmon.ui.snapshot import Snapshot, opaque_key

_LONGEST_HEADING = 30  # characters
CODE_DIGITS = 8  # two of 5,000 patients share a code with a chance of 0.3 %
_STYLE = Path(__file__).parent / "style.css"
_UNIT_NAMES = {"conventional": "Conventional", "si": "SI"}
_BLANKS = re.compile(r"\s+")  # indented text would be code
# Becomes a link, an icon (`:material/x:`), a picture (`:streamlit:`), an arrow or a dash in spite of backslashes.
_MADE_OF_TEXT = re.compile(r"https?(?=://)|www(?=\.)|[-.\w+](?=@)|:(?=[a-z+-][-+\w/]*:)|[-<>~](?=[-=>])", re.IGNORECASE)
_HYPHENATED = re.compile(r"\w+(?:\\-\w+)+")  # dates, SLEDAI-2K, anti-dsDNA, after `plain`
_STAY_TOGETHER = ((" %", "\u00a0%"), (" → ", "\u00a0→\u00a0"), (" mg/d", "\u00a0mg/d"))


@dataclass(frozen=True)
class View:
    """How the viewer wants to see things, on every page. theme: light | dark."""

    units: str
    masked: bool
    theme: str


def draw_frame(page: str) -> View:
    """The switches shared by all pages; they keep their state from page to page. A link may say the units."""
    st.html(_STYLE)
    asked = st.query_params.get("units")
    with st.container(key="frame", horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        units = st.segmented_control(
            "Units",
            list(_UNIT_NAMES),
            required=True,
            key=remember("units", asked if asked in _UNIT_NAMES else address.CONVENTIONAL),
            format_func=_UNIT_NAMES.get,
            label_visibility="collapsed",
            persist_state="session",
        )
        masked = st.toggle(
            "Mask identifiers",
            key="masked",
            help="Show a code instead of names and ids on every page",
            persist_state="session",
        )
    address.show_units(units or address.CONVENTIONAL, page)
    return View(units or address.CONVENTIONAL, bool(masked), "dark" if st.context.theme.type == "dark" else "light")


def draw_footer(snapshot: Snapshot | None) -> None:
    """Data as of, rules version, and what lupusmon is not."""
    with st.container(key="footer"):
        if snapshot is not None:
            version = snapshot.receipt.get("rules_version", "")
            st.caption(f"Data as of {snapshot.as_of.isoformat()} · rules {version} · data version {snapshot.version}")
        st.caption(words.FOOTER)


def shown_name(snapshot: Snapshot, patient_id: str, *, masked: bool) -> str:
    """The patient's label, or a code while identifiers are masked."""
    return f"Patient {snapshot.key_of[patient_id][:CODE_DIGITS].upper()}" if masked else snapshot.labels[patient_id]


def shorten(name: str) -> str:
    """A name for a heading: a very long one keeps its beginning and its end."""
    return name if len(name) <= _LONGEST_HEADING else f"{name[: _LONGEST_HEADING - 13]}…{name[-12:]}"


def name_of(snapshot: Snapshot | None, patient_id: str, *, masked: bool) -> str:
    """The same for any id, also one that is no longer among the data."""
    if snapshot is not None and patient_id in snapshot.key_of:
        return shown_name(snapshot, patient_id, masked=masked)
    return f"Patient {opaque_key(patient_id, session.link_key())[:CODE_DIGITS].upper()}" if masked else patient_id


def remember(key: str, value: object, *, anew: bool = False) -> str:
    """The key of a widget, after giving it its first value; later the widget's own state counts, unless `anew`."""
    if anew or key not in st.session_state:
        st.session_state[key] = value
    return key


def explain(error: Exception) -> str:
    """An error as the page says it: without the place of the store, which only the log and the command line name."""
    return plain((getattr(error, "public", "") or str(error)).rstrip(".?"))


def plain(text: object) -> str:
    """Text from data for a place that reads Markdown: shown as it stands, no link, icon or code."""
    out = _MADE_OF_TEXT.sub("\\g<0>\u2060", " ".join(_BLANKS.split(str(text))))
    for sign in "\\`*_{}[]()<>#+-.!|~$:&":
        out = out.replace(sign, "\\" + sign)
    return out


def prose(text: object) -> str:
    """A sentence from data for Markdown, as `plain`; no date or hyphenated word is broken at the end of a line.

    They are emphasised; the style sheet takes emphasis for "on one line". The text itself stays as it is, for copying.
    """
    out = _HYPHENATED.sub(r"_\g<0>_", plain(text))
    for loose, tight in _STAY_TOGETHER:
        out = out.replace(loose, tight)
    return out


def draw_sentences(sentences: Iterable[str]) -> None:
    """Sentences from data as one list."""
    lines = ["- " + prose(sentence) for sentence in sentences]
    if lines:
        st.markdown("\n".join(lines))
