"""The fast pipeline says what the slow second implementation says, on cohorts dense in edge cases."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest

import lupusmon
from tests.oracle.compare import differences
from tests.oracle.generated_repeats import random_repeats
from tests.oracle.generator import random_cohort, to_csv_frames
from tests.oracle.oracle import analyze as analyze_slowly
from tests.oracle.oracle import reconcile


@pytest.mark.parametrize("seed", range(40))
def test_pipeline_agrees_with_oracle(seed: int) -> None:
    labs, infusions, assessments, patients, as_of = random_cohort(seed, 12)
    bicla = "eprovide" if seed % 4 == 0 else "tulip"
    spelling = Random(seed) if seed % 2 else None  # the same results in other units and words
    frames = to_csv_frames(labs, infusions, assessments, patients, spelling=spelling)
    analysis = lupusmon.analyze(*frames, as_of=as_of, bicla=bicla)
    totals = analysis.receipt["totals"]
    assert totals["read"] == totals["accepted"], analysis.issues
    expected = analyze_slowly(labs, infusions, assessments, patients, as_of, bicla=bicla)
    found = differences(analysis, expected)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("seed", range(40))
def test_rows_that_come_again_end_where_the_oracle_puts_them(seed: int) -> None:
    kinds = ("labs", "infusions", "assessments", "patients")
    tables = dict(zip(kinds, random_repeats(seed, 40 if seed % 2 else 12), strict=True))
    analysis = lupusmon.analyze(*to_csv_frames(*tables.values()), as_of=date(2025, 2, 1))
    outcomes = {kind: reconcile(rows, kind) for kind, rows in tables.items()}
    issues = analysis.issues
    for receipt in analysis.receipt["files"]:
        expected = outcomes[receipt["kind"]]
        counts = Counter(expected)
        assert {name: receipt[name] for name in ("accepted", "identical", "superseded")} == {
            name: counts[name] for name in ("accepted", "identical", "superseded")
        }, receipt["kind"]
        lines = [i for i, outcome in enumerate(expected, start=2) if outcome == "superseded"]
        own = issues[(issues["source_file"] == receipt["file"]) & (issues["outcome"] == "superseded")]
        assert sorted(own["source_line"]) == lines, receipt["kind"]
    accepted = [i for i, outcome in enumerate(outcomes["labs"], start=2) if outcome == "accepted"]
    assert sorted(analysis.results["source_line"]) == accepted
