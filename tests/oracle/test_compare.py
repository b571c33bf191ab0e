"""The comparison sees every changed cell, missing row and extra row."""

from __future__ import annotations

from copy import deepcopy
from types import SimpleNamespace

import pandas as pd
import pytest

from .compare import KEYS, differences
from .generator import random_cohort
from .oracle import analyze

TABLES = analyze(*random_cohort(1, 4))


def as_analysis(tables: dict[str, list[dict]]) -> SimpleNamespace:
    return SimpleNamespace(**{name: pd.DataFrame(rows) for name, rows in tables.items()})


def test_the_same_is_the_same() -> None:
    assert differences(as_analysis(TABLES), TABLES) == []


@pytest.mark.parametrize("name", KEYS)
def test_a_changed_cell_is_told(name: str) -> None:
    for column in {c for row in TABLES[name] for c in row}:
        changed = deepcopy(TABLES)
        usable = [r for r in changed[name] if r.get(column) is not None and r.get("dose", 0) is not None]
        usable[0][column] = "another"
        assert differences(as_analysis(TABLES), changed), column


@pytest.mark.parametrize("name", KEYS)
def test_a_missing_and_an_extra_row_are_told(name: str) -> None:
    shorter = TABLES | {name: TABLES[name][1:]}
    assert "not expected" in differences(as_analysis(TABLES), shorter)[0]
    assert "missing" in differences(as_analysis(shorter), TABLES)[0]


def test_only_the_first_messages_are_kept() -> None:
    found = differences(as_analysis(TABLES), TABLES | {"evidence": []}, limit=3)
    assert len(found) == 4 and found[-1].startswith("and ")
