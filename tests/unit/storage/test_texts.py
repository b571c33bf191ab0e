"""Any text survives the store."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lupusmon.storage.texts import collect_column, escape, pack_cells, unescape, unpack_cells
from lupusmon.text.columns import TextColumn

anything = st.text(st.characters(exclude_categories=()), max_size=8)


@given(anything)
def test_escaped_text_comes_back(text: str) -> None:
    escaped = escape(text)
    assert unescape(escaped) == text
    assert not any(ord(sign) < 32 or 0xD800 <= ord(sign) <= 0xDFFF for sign in escaped)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(anything, min_size=n, max_size=n), min_size=1)))
def test_packed_cells_come_back(rows: list[list[str]]) -> None:
    columns = [collect_column(escape(cell) for cell in column) for column in zip(*rows, strict=True)]
    found = unpack_cells(pack_cells(columns, len(rows)), len(columns))
    assert [list(row) for row in zip(*(column.texts() for column in found), strict=True)] == rows


def test_rows_without_other_columns() -> None:
    assert pack_cells([], 2) == ["", ""]
    assert unpack_cells(["", ""], 0) == []
    assert len(unpack_cells([], 2)[1]) == 0


def test_ordinary_text_is_kept_readable() -> None:
    assert pack_cells([TextColumn.from_values(["12 µg/L", "<10"]), TextColumn.constant("é", 2)], 2) == [
        "12 µg/L\té",
        "<10\té",
    ]
