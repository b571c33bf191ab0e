"""The fast pipeline says what the slow second implementation says, on cohorts dense in edge cases."""

from __future__ import annotations

import pytest

import lupusmon
from tests.oracle.compare import differences
from tests.oracle.generator import random_cohort, to_csv_frames
from tests.oracle.oracle import analyze as analyze_slowly


@pytest.mark.parametrize("seed", range(40))
def test_pipeline_agrees_with_oracle(seed: int) -> None:
    labs, infusions, assessments, patients, as_of = random_cohort(seed, 12)
    bicla = "eprovide" if seed % 4 == 0 else "tulip"
    frames = to_csv_frames(labs, infusions, assessments, patients)
    analysis = lupusmon.analyze(*frames, as_of=as_of, bicla=bicla)
    totals = analysis.receipt["totals"]
    assert totals["read"] == totals["accepted"], analysis.issues
    expected = analyze_slowly(labs, infusions, assessments, patients, as_of, bicla=bicla)
    found = differences(analysis, expected)
    assert not found, "\n".join(found)
