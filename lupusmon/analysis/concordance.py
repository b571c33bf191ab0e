"""How far the lab-only stand-ins agree with the criteria they stand for, visit by visit (definitions page)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lupusmon.analysis.agreement import Concordance, compute_concordance
from lupusmon.analysis.criteria.registry import Criterion
from lupusmon.analysis.criteria.verdicts import MET, NOT_MET
from lupusmon.analysis.visits import WEEKS, Visits

PAIRS = (("bicla_lab", "bicla"), ("sri_lab", "sri_4"))


@dataclass(frozen=True)
class PairAgreement:
    """One week and pair of criteria. not_comparable: visits at which one of the two is neither met nor not met."""

    week: str
    pair: str
    counts: Concordance
    not_comparable: int


def compare_pairs(visits: Visits, criteria: Sequence[Criterion], verdict: np.ndarray) -> list[PairAgreement]:
    """A row per week with visits and pair, by week and pair as text. verdict: visits x criteria."""
    return sorted(_compare(visits, criteria, verdict), key=lambda row: (row.week, row.pair))


def _compare(visits: Visits, criteria: Sequence[Criterion], verdict: np.ndarray) -> Iterator[PairAgreement]:
    column = {criterion.code: i for i, criterion in enumerate(criteria)}
    for lab, assessed in PAIRS:
        a, b = verdict[:, column[lab]], verdict[:, column[assessed]]
        known = ((a == MET) | (a == NOT_MET)) & ((b == MET) | (b == NOT_MET))
        for nth in np.unique(visits.week).tolist():
            here = visits.week == nth
            x, y = a[here & known] == MET, b[here & known] == MET
            counts = compute_concordance(*(int(m.sum()) for m in (x & y, x & ~y, ~x & y, ~x & ~y)))
            yield PairAgreement(WEEKS[nth], f"{lab} x {assessed}", counts, int((here & ~known).sum()))
