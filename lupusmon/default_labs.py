"""Which labs a chart opens with: the five core tests, and a sixth where an alert or the missing ratio asks for it."""

from __future__ import annotations

from lupusmon.figures.timeline import DEFAULT_ANALYTES, MOST_PANELS
from lupusmon.patient_tables import PatientTables


def select_default_labs(tables: PatientTables) -> tuple[str, ...]:
    """The core tests; then tests an alert names (creatinine), and 24-h protein where UPCR was never measured."""
    have = set(tables.results["analyte"])
    asked = tables.alerts.loc[tables.alerts["severity"] != "low", "analyte"].dropna()
    further = [*dict.fromkeys(asked), *(["UPROT24"] if "UPCR" not in have else [])]
    return (*DEFAULT_ANALYTES, *(a for a in further if a in have and a not in DEFAULT_ANALYTES))[:MOST_PANELS]
