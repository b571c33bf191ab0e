"""Concordance of the lab-only criteria with the assessed ones: what is compared, and kappa against published tables."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from lupusmon.analysis.cohort import compare_criteria, compute_concordance
from lupusmon.analysis.concordance import compare_pairs
from lupusmon.analysis.criteria.verdicts import NO_ROW, VERDICTS
from lupusmon.demo.cohort import build_cohort
from tests.spec.runs import run
from tests.text_tables import table

# as the library writes them: sri_lab, sri_4, bicla_lab, bicla at one visit each
CASES = table("""
    week   | sri_lab        | sri_4          | bicla_lab | bicla
    12     | met            | met            | met       | not_met
    12     | met            | not_met        | not_met   | met
    12     | not_met        | met            | met       | met
    12     | not_met        | not_met        | not_met   | not_met
    12     | not_met        | not_met        | -         | met
    12     | met            | not_assessable | met       | -
    12     | not_applicable | met            | met       | not_applicable
    latest | met            | met            | met       | met
""")
WEEKS = {"12": 0, "latest": 4}


def test_only_visits_where_both_are_met_or_not_met_are_compared() -> None:
    codes = list(CASES.columns[1:])
    verdict = np.array(
        [[NO_ROW if v == "-" else VERDICTS.index(v) for v in row] for row in CASES[codes].values.tolist()]
    )
    visits = SimpleNamespace(week=np.array([WEEKS[w] for w in CASES.week]))
    rows = compare_pairs(visits, [SimpleNamespace(code=code) for code in codes], verdict)
    counts = {
        (row.week, row.pair): (
            *(row.counts.both, row.counts.first_only, row.counts.second_only, row.counts.neither),
            row.not_comparable,
        )
        for row in rows
    }
    assert list(counts.items()) == [
        (("12", "bicla_lab x bicla"), (1, 1, 1, 1, 3)),
        (("12", "sri_lab x sri_4"), (1, 1, 1, 2, 2)),
        (("latest", "bicla_lab x bicla"), (1, 0, 0, 0, 0)),
        (("latest", "sri_lab x sri_4"), (1, 0, 0, 0, 0)),
    ]


@pytest.mark.parametrize(
    "neither, both, first_only, second_only, kappa", [(101, 51, 4, 28, 0.63), (83, 76, 9, 12, 0.77)]
)
def test_kappa_of_bicla_and_sri_in_tulip_1(neither, both, first_only, second_only, kappa) -> None:
    """CLINICAL 14: both absent, both present, BICLA only, SRI only; kappa computed from them."""
    assert compute_concordance(both, first_only, second_only, neither).kappa == pytest.approx(kappa, abs=0.005)


def test_the_table_counts_what_the_verdicts_say() -> None:
    cohort = build_cohort(12, 3)
    frames = {name: cohort[name] for name in ("labs", "infusions", "assessments")}
    analysis = run("concordance", "responses", **frames, as_of="2026-11-13")
    assert len(analysis.concordance)
    for row in analysis.concordance.itertuples():
        expected = compare_criteria(analysis.responses, *row.pair.split(" x "), week=row.week)
        assert (row.both_met, row.lab_only, row.assessed_only, row.neither, row.n) == (
            *(expected.both, expected.first_only, expected.second_only, expected.neither),
            expected.n,
        )
        assert row.kappa == pytest.approx(expected.kappa) or (np.isnan(expected.kappa) and pd.isna(row.kappa))
        visits = analysis.responses.query("week == @row.week").groupby(["patient_id", "course_id"]).ngroups
        assert row.n + row.not_comparable == visits
