"""What happens to rows that come again (CONTRACT 3)."""

from __future__ import annotations

from .builders import dose, lab
from .oracle import reconcile

ACC, SAME, OLD = "accepted", "identical", "superseded"


def row(value: str, *, when: str = "2025-01-01", status: str = "", result_id: str = "") -> dict:
    return lab(when, "C3", value) | {"status": status, "result_id": result_id}


def test_the_later_read_wins() -> None:
    assert reconcile([row("80"), row("80"), row("81")]) == [OLD, SAME, ACC]


def test_a_corrected_row_beats_any_other() -> None:
    assert reconcile([row("80", status="corrected"), row("81"), row("81")]) == [ACC, OLD, SAME]
    assert reconcile([row("80", status="corrected"), row("81", status="corrected")]) == [OLD, ACC]


def test_the_old_value_again_is_identical_to_the_superseded_row_only_with_its_status() -> None:
    again = [row("80"), row("81"), row("80")]
    assert reconcile(again) == [OLD, ACC, SAME]
    assert reconcile([*again[:2], row("80", status="corrected")]) == [OLD, OLD, ACC]


def test_one_result_id_at_two_times() -> None:
    assert reconcile([row("80", result_id="x"), row("80", when="2025-01-02", result_id="x")]) == [OLD, ACC]


def test_values_are_compared_at_six_digits() -> None:
    assert reconcile([row("80"), row("80.00001"), row("80.001")]) == [OLD, SAME, ACC]


def test_infusions() -> None:
    given = dose("2025-01-01", "belimumab", 10, "mg/kg")
    assert reconcile([given, dict(given), given | {"dose": 9.0}], "infusions") == [OLD, SAME, ACC]
    assert reconcile([given, given | {"status": "stopped"}], "infusions") == [ACC, ACC]


def test_patients() -> None:
    person = {"patient_id": "P1", "sex": "F", "birth_year": 1980}
    assert reconcile([person, dict(person), person | {"sex": None}], "patients") == [OLD, SAME, ACC]
