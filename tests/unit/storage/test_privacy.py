"""Columns that identify people are named before anything is stored; ids are never merged."""

from __future__ import annotations

import pytest

from lupusmon.storage import find_identifying, possible_duplicates


@pytest.mark.parametrize(
    "header, kind",
    [
        ("Patient Name", "name"), ("Nachname", "name"), ("last_name", "name"), ("DOB", "birth date"),
        ("date of birth", "birth date"), ("BRTHDTC", "birth date"), ("Home address", "address"), ("PLZ", "address"),
        ("Mobile phone", "phone"), ("E-Mail", "e-mail"), ("SSN", "national id"), ("NHS Number", "national id"),
    ],
)  # fmt: skip
def test_headers_that_identify(header: str, kind: str) -> None:
    assert [found.looks_like for found in find_identifying([header])] == [kind]


@pytest.mark.parametrize(
    "header",
    ["patient_id", "analyte", "Test name", "Drug name", "laboratory", "birth_year", "site", "label", "collected_at",
     "C3 (mg/dL)", "comment", "Specimen", "unit", "ordering department", "sex"],
)  # fmt: skip
def test_headers_that_do_not(header: str) -> None:
    assert find_identifying([header]) == []


@pytest.mark.parametrize(
    "cells, kind",
    [
        (["078-05-1120", "219-09-9999", "123-45-6789"], "national id"),
        (["943 476 5919", "9434765919", "401 023 2137"], "national id"),
        (["anna@example.org", "b.c@example.com", "d@e.fr"], "e-mail"),
        (["+49 30 901820", "+1 (212) 555-0100", "030 901820 17"], "phone"),
        (["Meyer, Anna", "O'Neil, Sean", "Núñez, José Luis"], "name"),
        (["1951-02-03", "1988-11-30", "2001-01-01"], "birth date"),
        (["03.02.1951", "30.11.1988", "01.01.2001"], "birth date"),
    ],
)
def test_values_that_identify(cells: list[str], kind: str) -> None:
    assert [found.looks_like for found in find_identifying(["x"], {"x": cells})] == [kind]
    assert cells[0] not in str(find_identifying(["x"], {"x": cells})[0])


@pytest.mark.parametrize(
    "cells",
    [
        ["12.5", "<10", "300"], ["P001", "P002", "P003"], ["1:160", "negative", "1:320"],
        ["2025-01-03", "2025-12-30", ""], ["", "", ""],
        ["Complement C3", "UPCR", "Platelets"], ["0012345", "0099887", "0011223"], ["ELISA", "Farr", "CLIFT"],
        ["2025-01-03T08:00:00", "2024-01-03T08:00:00", "2023-01-03T08:00:00"],
    ],
)  # fmt: skip
def test_values_that_do_not(cells: list[str]) -> None:
    assert find_identifying(["x"], {"x": cells}) == []


@pytest.mark.parametrize("header", ["USUBJID", "subject_id", "MRN", "Study No"])
def test_numbers_of_subjects_are_no_phone_numbers(header: str) -> None:
    cells = ["01-701-1015", "01-701-1023", "01-701-1028", "01-701-1033"]
    assert find_identifying([header], {header: cells}) == []
    assert [one.looks_like for one in find_identifying(["contact"], {"contact": cells})] == ["phone"]


def test_possible_duplicates_differ_in_case_or_padding_only() -> None:
    ids = ["P7", "p7", "P007", "P70", "A-01", "A-1", "A1", "", "0", "00"]
    assert possible_duplicates(ids) == [("0", "00"), ("A-01", "A-1"), ("P007", "P7"), ("P007", "p7"), ("P7", "p7")]
