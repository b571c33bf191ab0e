"""Habits of hospital exports: second header rows, repeated headers, blocks, footers, two dates."""

import pytest

from lupusmon.errors import UnusableFile
from lupusmon.ingest.mapping import parse_mapping
from tests.foreign_cases import counts, facts, lines, reasons, run

LONG = "patient_id,collected_at,analyte,value,unit\n"


@pytest.mark.parametrize("label", ["", "Units"])
def test_units_in_a_second_header_row(label):
    found = run(
        "x.csv", f"patient_id,collected_at,C3,Glucose,PLT\n{label},,g/L,mg/dL,10*9/L\nP1,2025-01-03,0.88,90,150\n"
    )
    plain = run("x.csv", "patient_id,collected_at,C3 (g/L),PLT (10*9/L)\nP1,2025-01-03,0.88,150\n")
    assert facts(found) == facts(plain)
    assert lines(found) == [3, 3]
    assert "units are those of line 2" in found.receipt["files"][0]["notes"]


@pytest.mark.parametrize(
    "second", ["P1,2025-01-02,0.9,140", ",,0.9,140", ",,g/L,no unit of it", ",2025-01-02,g/L,10*9/L"]
)
def test_a_row_of_data_is_no_row_of_units(second):
    found = run("x.csv", f"patient_id,collected_at,C3,PLT\n{second}\nP1,2025-01-03,0.88,150\n")
    assert found.receipt["totals"]["read"] == 4


def test_headers_that_come_again_are_ignored_rows():
    again = LONG + "P1,2025-01-03,C3,88,mg/dL\n" + LONG + "P1,2025-01-04,C3,89,mg/dL\n"
    found = run("x.csv", again)
    assert counts(found) == {"accepted": 2, "ignored": 1}
    assert lines(found) == [2, 4]
    assert reasons(found)[3] == "ignored: a header repeated inside the file"
    doses = "patient_id,given_at,drug,note\nP1,2025-01-03,rituximab,x\npatient_id,given_at,drug,note\n"
    assert counts(run("x.csv", doses)) == {"accepted": 1, "ignored": 1}


def test_a_repeated_header_of_two_rows_is_ignored_too():
    page = "patient_id,collected_at,C3,PLT\n,,g/L,10*9/L\nP1,2025-01-0{},0.88,150\n"
    found = run("x.csv", page.format(3) + page.format(4))
    assert counts(found) == {"accepted": 4, "ignored": 4}
    assert lines(found) == [3, 3, 6, 6]


BLOCKS = (
    "Patient,Taken,Reported,Test,Result,Unit,Flag\n"
    "P1,2025-01-03,2025-01-05,C3,88,mg/dL,L\n"
    ",,,C4,12,mg/dL,\n"
    ",2025-02-03,,C3,90,mg/dL,\n"
    "P2,2025-01-04,2025-01-05,C3,HEMOLYZED,mg/dL,\n"
    ",,,PLT,See comment,10*9/L,\n"
    ",,,PLT,150,10*9/L,\n"
    "Total,,,6 results,,,\n"
)
COLUMNS = {"patient_id": "Patient", "collected_at": "Taken", "analyte": "Test", "value": "Result", "unit": "Unit"}


def test_ids_on_the_first_row_of_a_block_are_filled_down_when_the_mapping_says_so():
    section = {"columns": COLUMNS, "fill_down": ["patient_id", "collected_at"]}
    found = run("x.csv", BLOCKS, parse_mapping("m.toml", {"labs": section}))
    plain = run(
        "x.csv",
        LONG + "P1,2025-01-03,C3,88,mg/dL\nP1,2025-01-03,C4,12,mg/dL\nP1,2025-02-03,C3,90,mg/dL\n"
        "P2,2025-01-04,PLT,150,10*9/L\n",
    )
    assert facts(found) == facts(plain)
    assert lines(found) == [2, 3, 4, 7]
    why = reasons(found)
    assert "not a result" in why[5] and "not a result" in why[6]
    assert counts(found) == {"accepted": 4, "rejected": 2, "ignored": 1}  # the total is of no monitored test


def test_without_that_word_nothing_is_filled():
    found = run("x.csv", BLOCKS, parse_mapping("m.toml", {"labs": {"columns": COLUMNS}}))
    assert counts(found) == {"accepted": 1, "rejected": 5, "ignored": 1}
    assert "no patient_id" in reasons(found)[3]


def test_a_mapping_that_fills_what_is_no_column_is_refused():
    with pytest.raises(UnusableFile, match="fill_down is .*allowed: a list of patient_id"):
        parse_mapping("m.toml", {"labs": {"columns": COLUMNS, "fill_down": ["drug"]}})


def test_of_two_dates_the_collection_wins_and_the_other_is_named():
    found = run("x.csv", LONG.replace(",analyte", ",reported_at,analyte") + "P1,2025-01-03,2025-01-05,C3,88,mg/dL\n")
    assert found.results["collected_at"].tolist() == ["2025-01-03"]
    assert found.receipt["files"][0]["extra_columns"] == ["reported_at"]
