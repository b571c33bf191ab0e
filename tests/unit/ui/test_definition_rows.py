"""The definitions as tables that fit a tablet, in words and with units."""

import pytest

from lupusmon.ui import definition_rows
from lupusmon.ui.threshold_words import THRESHOLDS, name_threshold

BUILDERS = [f for name, f in vars(definition_rows).items() if name.startswith("build_")]
_TABLET_PX = 950


def test_every_threshold_has_words_and_no_words_are_without_a_threshold():
    names = [name for _, name, _, _ in definition_rows.list_thresholds()]
    assert set(names) == set(THRESHOLDS)
    assert name_threshold("NEW_ONE") == ("new one", "")


@pytest.mark.parametrize("build", BUILDERS)
def test_every_table_fits_a_tablet_with_room_for_its_text(build):
    grid = build()
    fixed = sum(column.width or 0 for column in grid.columns)
    free = sum(column.width is None for column in grid.columns)
    assert grid.min_width <= _TABLET_PX and free == 1 and fixed <= _TABLET_PX - 140


def test_no_code_is_left_where_a_word_is_meant():
    flares = {cell for row in definition_rows.build_flares().rows for cell in row["cells"][1:3]}
    assert not any("_" in str(cell) for cell in flares)
    assert not any("`" in str(row["cells"]) for row in definition_rows.build_alerts().rows)
