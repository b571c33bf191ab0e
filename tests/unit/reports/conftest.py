"""Four small patients: a responder, one without a baseline, one without infusions, one without labs."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from lupusmon.ingest import read_frame
from lupusmon.ingest.source import Kind
from lupusmon.reporting import report_patient
from lupusmon.reports.patient import Report
from tests.spec.runs import history
from tests.text_tables import table

AS_OF = "2026-07-20"
LABS = [
    history("C3", "2025-12-20 62; 2026-03-30 88; 2026-06-20 101", patient="R", limits="90-180"),
    history("C4", "2025-12-20 7; 2026-03-30 11; 2026-06-20 14", patient="R", limits="10-40"),
    history("DSDNA", "2025-12-20 240; 2026-03-30 60; 2026-06-20 <10", patient="R", method="ELISA", limits="-30"),
    history("UPCR", "2025-12-20 2.4; 2026-03-30 0.9; 2026-06-20 0.3", patient="R", limits="-0.2"),
    history("PLT", "2025-12-20 160; 2026-03-30 210; 2026-06-20 220", patient="R", limits="150-400"),
    history("C3", "2026-03-30 88; 2026-06-20 85", patient="NB", limits="90-180"),
    history("C3", "2026-03-30 88; 2026-06-20 85", patient="NI"),
]
INFUSIONS = """
    patient_id | given_at   | drug      | dose | dose_unit | status
    R          | 2026-01-05 | belimumab | 700  | mg        | given
    R          | 2026-01-19 | belimumab | 700  | mg        | given
    R          | 2026-02-02 | belimumab | 700  | mg        | given
    R          | 2026-03-02 | belimumab | 700  | mg        | missed
    R          | 2026-03-30 | belimumab | 700  | mg        | given
    NB         | 2026-01-05 | belimumab | 700  | mg        | given
    NL         | 2026-06-05 | belimumab | 700  | mg        | given
"""
ASSESSMENTS = """
    patient_id | assessed_at | sledai_2k | pga | prednisone_mg_per_day
    R          | 2025-12-20  | 12        | 2.0 | 20
    R          | 2026-06-20  | 4         | 0.5 | 7.5
"""
PATIENTS = """
    patient_id | sex | birth_year | site       | label
    R          | F   | 1988       | <i>North   | Case & one
"""


@pytest.fixture(scope="session")
def tables() -> list:
    frames = {
        Kind.LABS: pd.concat(LABS, ignore_index=True),
        Kind.INFUSIONS: table(INFUSIONS),
        Kind.ASSESSMENTS: table(ASSESSMENTS),
        Kind.PATIENTS: table(PATIENTS),
    }
    return [read_frame(frame, kind, kind.value) for kind, frame in frames.items()]


@pytest.fixture(scope="session")
def make_report(tables: list) -> Callable[..., Report]:
    return lambda patient_id, **how: report_patient(tables, patient_id, as_of=AS_OF, **how)
