"""Which courses the page offers at once."""

from __future__ import annotations

import pytest

from lupusmon.patient_tables import split_courses
from tests.text_tables import table

COURSES = """
    course_id            | drug               | first_infusion
    rituximab-1          | rituximab          | 2024-01-01
    methylprednisolone-1 | methylprednisolone | 2024-03-01
    belimumab-1          | belimumab          | 2024-06-01
    methylprednisolone-2 | methylprednisolone | 2025-03-01
    ivig-1               | ivig               | 2025-06-01
"""


@pytest.mark.parametrize(
    ("chosen", "most", "shown", "rest"),
    [
        (
            "belimumab-1",
            4,
            ["belimumab-1", "rituximab-1"],
            ["ivig-1", "methylprednisolone-2", "methylprednisolone-1"],
        ),
        (
            "methylprednisolone-1",
            4,
            ["belimumab-1", "methylprednisolone-1", "rituximab-1"],
            ["ivig-1", "methylprednisolone-2"],
        ),
        (
            "rituximab-1",
            1,
            ["belimumab-1", "rituximab-1"],
            ["ivig-1", "methylprednisolone-2", "methylprednisolone-1"],
        ),
    ],
)
def test_pulses_do_not_crowd_the_treatment_courses(chosen, most, shown, rest) -> None:
    assert split_courses(table(COURSES), chosen, most=most) == (shown, rest)


def test_pulses_are_shown_where_there_is_nothing_else() -> None:
    pulses = table(COURSES).query("drug == 'methylprednisolone'")
    assert split_courses(pulses, "methylprednisolone-1", most=4)[0] == ["methylprednisolone-2", "methylprednisolone-1"]
