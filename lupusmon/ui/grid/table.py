"""Draw a table of texts, chips and sparklines. Everything goes to the browser as data and is set as text, not HTML."""

from __future__ import annotations

import gzip
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

_FOLDER = Path(__file__).parent
_COMPONENT = st.components.v2.component(
    "lupusmon_grid",
    html='<div class="lm"></div>',
    css=(_FOLDER / "grid.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "grid.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Column:
    """label: the heading. sub: a second, quieter line. width: px, None = what is left. none: text of an empty cell.

    narrow: width where the table has the room of a tablet. lines: the most lines of a text before it is cut, where
    rows have a fixed height. ticks: a label over each cell of a strip. parts: of each verdict of a stack the word in
    the heading, which sorts, and the name beside it.
    """

    label: str
    sub: str = ""
    width: int | None = None
    align: str = "left"
    help: str = ""
    none: str = ""
    wide: bool = False
    ticks: tuple[str, ...] = ()
    narrow: int | None = None
    lines: int | None = None
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Grid:
    """A table. name: for tests. caption: for screen readers. identity: what the rows are about (a change scrolls up).

    A row is {"key", "label", "tone", "chosen", "cells"}; a cell is a text, {"text", "sub", "order", "strong",
    "struck"}, a chip {"verdict", "text", "key"}, a stack {"stack": chips or None}, a sparkline {"runs",
    "band", "last", "status", "text", "word"} or a strip {"strip": a letter of m n u a per cell, "step": weeks a cell,
    "label"}. packed: the rows as `pack_rows` made them, instead of `rows`. tails: a second line of the last cell by key
    of the row; that of "" stands in all other rows. row_height: fixed, then only visible rows are drawn. headless: the
    headings are for screen readers only. min_width: under it the table scrolls sideways. narrow_width: the same with
    the room of a tablet.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: list[dict] = field(default_factory=list)
    packed: bytes = b""
    tails: dict[str, str] | None = None
    identity: str = ""
    height: int | None = None
    row_height: int | None = None
    min_width: int | None = None
    narrow_width: int | None = None
    clickable: bool = False
    sortable: bool = False
    picked: str | None = None
    empty: str = ""
    headless: bool = False


@dataclass(frozen=True)
class Chosen:
    """What was chosen in a table in this run; None where nothing was.

    open: key of the row opened. pick: key of the chip. order: the keys of all rows as they stood when the row was
    opened, where a heading sorted them.
    """

    open: str | None = None
    pick: str | None = None
    order: list[str] | None = None


def group_row(text: str) -> dict:
    """A heading across the table."""
    return {"group": text, "cells": []}


def pack_rows(rows: list[dict]) -> bytes:
    """Many rows for `Grid.packed`, to be made once for all viewers: a seventh of the size, and no work to send."""
    return gzip.compress(json.dumps(rows).encode(), mtime=0)


def draw_grid(grid: Grid, *, key: str) -> Chosen:
    """Draws the table; tells what was chosen in it. After another page it is sorted, scrolled and focused as it was."""
    data = {
        "name": grid.name,
        "caption": grid.caption,
        "columns": [asdict(column) for column in grid.columns],
        "rows": grid.rows,
        "identity": grid.identity,
        "height": grid.height,
        "rowHeight": grid.row_height,
        "minWidth": grid.min_width,
        "narrowWidth": grid.narrow_width,
        "clickable": grid.clickable,
        "sortable": grid.sortable,
        "picked": grid.picked,
        "empty": grid.empty,
        "headless": grid.headless,
        "left": st.session_state.get(_left(key)),
        "tails": grid.tails,
        "dark": st.context.theme.type == "dark",
    }
    content = json.dumps(data).encode() + b"\n" + grid.packed if grid.packed else data
    result = _COMPONENT(key=key, data=content, on_open_change=_nothing, on_pick_change=_nothing)
    return _read(result, key)


def find_chosen(key: str) -> Chosen:
    """What was chosen in a table of the run before, without drawing it again."""
    return _read(st.session_state.get(key), key)


def _read(state: Any, key: str) -> Chosen:
    if not state or not state.open:
        return Chosen(pick=state.pick if state else None)
    st.session_state[_left(key)] = state.open["left"]
    return Chosen(open=state.open["key"], order=state.open["order"])


def _left(key: str) -> str:
    return f"left_{key}"


def _nothing() -> None:
    """The value is read from the result; the callback only declares it."""
