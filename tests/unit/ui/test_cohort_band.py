"""The band behind a patient's course: who is in it, and until when."""

from __future__ import annotations

from lupusmon.ui.cohort_band import weekly_values
from tests.text_tables import table

RESULTS = table("""
    patient_id | collected_at        | analyte | value | unit  | method
    A          | 2026-01-05T08:00:00 | C3      | 60    | mg/dL |
    A          | 2026-04-01          | C3      | 70    | mg/dL |
    A          | 2026-06-01T08:00:00 | C3      | 75    | mg/dL |
    A          | 2026-09-01          | C3      | 120   | mg/dL |
    B          | 2026-04-01          | C3      | 80    | mg/dL |
""")
COURSES = table("""
    patient_id | course_id            | drug               | first_infusion
    A          | belimumab-1          | belimumab          | 2026-01-05
    A          | methylprednisolone-1 | methylprednisolone | 2026-02-01
    A          | rituximab-1          | rituximab          | 2026-06-01
    B          | rituximab-1          | rituximab          | 2026-01-05
""")


def values(drug: str) -> list[tuple[str, int, float]]:
    rows = weekly_values(RESULTS.assign(value=RESULTS["value"].astype(float)), COURSES, drug=drug)
    return list(rows[["patient_id", "week", "value"]].itertuples(index=False, name=None))


def test_what_comes_after_another_treatment_began_is_not_of_this_drug() -> None:
    assert values("belimumab") == [("A", 0, 60), ("A", 12, 70)]


def test_the_next_treatment_counts_from_its_own_first_infusion() -> None:
    assert values("rituximab") == [("A", -8, 70), ("A", 0, 75), ("A", 12, 120), ("B", 12, 80)]
