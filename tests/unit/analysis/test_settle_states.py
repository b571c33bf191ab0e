"""Visits in one state are searched once: that the state holds everything that matters is checked against no states."""

from __future__ import annotations

import numpy as np
import pytest

import lupusmon
from lupusmon.analysis.criteria import settle
from lupusmon.demo.cohort import build_cohort
from tests.oracle.generator import random_cohort, to_csv_frames


@pytest.mark.parametrize("source", ["demo", 1, 2])
def test_searching_every_visit_by_itself_settles_the_same(source: str | int, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    by_state = settle._settle_states

    def compare(search: settle.Search, state: np.ndarray, pending: np.ndarray, known: dict) -> np.ndarray:
        nonlocal compared
        found = by_state(search, state, pending, known)
        alone = by_state(search, np.arange(len(state)), pending, {})
        np.testing.assert_array_equal(found, alone)
        compared += int(pending.sum())
        return found

    monkeypatch.setattr(settle, "_settle_states", compare)
    if source == "demo":
        cohort = build_cohort(120, 4)
        lupusmon.analyze(*(cohort[name] for name in ("labs", "infusions", "assessments", "patients")))
    else:
        labs, infusions, assessments, patients, as_of = random_cohort(source, 12)
        lupusmon.analyze(*to_csv_frames(labs, infusions, assessments, patients), as_of=as_of)
    assert compared > 300
