"""What is missing in words: parts of a set, closed windows, labs first, baselines that are lost."""

from __future__ import annotations

from datetime import date

import pytest

from lupusmon.missing import describe_open, list_lost, list_obtainable, say_closed, split_settle

AS_OF = date(2026, 7, 1)
NOW, THEN = "between 2026-05-06 and 2026-07-01", "between 2025-10-07 and 2026-01-05 (baseline)"


@pytest.mark.parametrize(
    "text, said",
    [
        (f"UPCR {NOW}", f"UPCR {NOW}"),
        ("UPCR between 2026-05-06 and 2026-06-30", "UPCR between 2026-05-06 and 2026-06-30 (window closed)"),
        (f"C3 {THEN}", f"C3 {THEN} (window closed)"),
        (f"C3 {NOW} and C3 {THEN}", f"C3 {NOW} and C3 {THEN} (window closed)"),
        (
            f"C3 between 2025-01-01 and 2025-02-01 and C4 {THEN}",
            f"C3 between 2025-01-01 and 2025-02-01 and C4 {THEN} (window closed)",
        ),
        (f"C3 {THEN} and C3 {NOW}", f"C3 {THEN} (window closed) and C3 {NOW}"),
        ("SLEDAI-2K item rash at the assessment before", "SLEDAI-2K item rash at the assessment before"),
        ("other words", "other words"),
        ("", ""),
    ],
)
def test_a_window_wholly_in_the_past_is_said_to_be_closed(text: str, said: str) -> None:
    assert say_closed(text, AS_OF) == said


def test_a_set_comes_apart_into_its_inputs() -> None:
    needs = split_settle(f"SLEDAI-2K item organ brain {NOW} and BILAG renal {THEN} and PGA at the assessment before")
    assert [(n.what, str(n.side), n.last) for n in needs] == [
        ("SLEDAI-2K item organ brain", "visit", "2026-07-01"),
        ("BILAG renal", "baseline", "2026-01-05"),
        ("PGA", "before", ""),
    ]


def test_labs_come_first_and_assessments_are_named_as_a_whole() -> None:
    texts = [f"BILAG renal {NOW}", f"SLEDAI-2K item casts {NOW}", f"DSDNA {NOW}", f"PGA {NOW}", f"SLEDAI-2K {NOW}"]
    assert [need.name for need in list_obtainable(texts, AS_OF)] == [
        *("anti-dsDNA", "BILAG", "SLEDAI-2K items", "physician's global assessment", "SLEDAI-2K visit")
    ]


def test_what_lacks_its_baseline_is_lost_and_not_asked_for() -> None:
    texts = [f"BILAG constitutional {NOW} and BILAG constitutional {THEN}", f"C4 {NOW} and UPCR {THEN}"]
    assert [need.name for need in list_lost(texts, AS_OF)] == ["UPCR", "BILAG"]
    assert [need.name for need in list_obtainable(texts, AS_OF)] == ["C4"]


def test_the_worklist_says_it_in_a_few_words() -> None:
    assert describe_open([f"UPCR {NOW}", f"SLEDAI-2K {NOW}"], AS_OF) == "Open verdict; missing: UPCR, SLEDAI-2K visit"
    assert describe_open([f"SLEDAI-2K {THEN}"], AS_OF) == "Verdict stays open; no baseline for SLEDAI-2K"
    assert describe_open([], AS_OF) == ""
