"""The tables of alerts, flares and concordance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from lupusmon.analysis.agreement import compute_concordance
from lupusmon.analysis.alert_rows import Alerts
from lupusmon.analysis.assessed import AssessmentIndex
from lupusmon.analysis.concordance import PairAgreement
from lupusmon.analysis.flares import Flares
from lupusmon.clean import Cohort
from lupusmon.clinical.alert_rules import ALERT_RULES
from lupusmon.output import columns as c

COUNTED = ("both_met", "lab_only", "assessed_only", "neither", "not_comparable")


def build_alerts(cohort: Cohort, alerts: Alerts) -> pa.Table:
    """One row an alert, already by patient, code, analyte."""
    rules = [ALERT_RULES[code] for code in alerts.code]
    severity = [(r.eased or r.severity) if eased else r.severity for r, eased in zip(rules, alerts.eased, strict=True)]
    return pa.table(
        {
            "patient_id": c.text(alerts.patient, cohort.patients),
            "as_of": c.dates(np.full(len(alerts), cohort.as_of)),
            "code": c.texts(alerts.code.tolist()),
            "severity": c.texts([s.value for s in severity]),
            "analyte": c.texts(alerts.analyte.tolist()),
            "text": c.texts(alerts.text.tolist()),
        }
    )


def build_flares(cohort: Cohort, index: AssessmentIndex, flares: Flares) -> pa.Table:
    """One row a flare, already by patient, date, index."""
    seen, before = index.assessments.take(flares.row), index.assessments.take(flares.before)
    return pa.table(
        {
            "patient_id": c.text(seen.patient, cohort.patients),
            "date": c.dates(seen.day, seen.micros),
            "index": c.texts(flares.index.tolist()),
            "severity": c.texts(flares.severity.tolist()),
            "measure": c.texts(flares.measure.tolist()),
            "value": c.numbers(flares.value.astype(np.float64)),
            "previous": c.numbers(flares.previous.astype(np.float64)),
            "previous_date": c.dates(before.day, before.micros),
            "source_file": c.column(seen.file),
            "source_line": c.integers(seen.line),
            "text": c.texts(flares.text.tolist()),
        }
    )


def merge_concordance(parts: Sequence[pa.Table]) -> pa.Table:
    """The agreement of several sets of patients: counts added by week and pair, kappa computed anew."""
    total: dict[tuple[str, str], np.ndarray] = {}
    for row in (row for part in parts for row in part.to_pylist()):
        counts = np.array([row[name] for name in COUNTED])
        key = (row["week"], row["pair"])
        total[key] = total[key] + counts if key in total else counts
    return build_concordance(
        [
            PairAgreement(week, pair, compute_concordance(*counts[:4].tolist()), int(counts[4]))
            for (week, pair), counts in sorted(total.items())
        ]
    )


def build_concordance(rows: Sequence[PairAgreement]) -> pa.Table:
    """One row a week and pair, already by both."""
    counts = {
        "both_met": [row.counts.both for row in rows],
        "lab_only": [row.counts.first_only for row in rows],
        "assessed_only": [row.counts.second_only for row in rows],
        "neither": [row.counts.neither for row in rows],
        "not_comparable": [row.not_comparable for row in rows],
        "n": [row.counts.n for row in rows],
    }
    return pa.table(
        {
            "week": c.texts([row.week for row in rows]),
            "pair": c.texts([row.pair for row in rows]),
            **{name: c.integers(np.array(values, dtype=np.int64)) for name, values in counts.items()},
            "kappa": c.numbers(np.array([row.counts.kappa for row in rows], dtype=np.float64)),
        }
    )
