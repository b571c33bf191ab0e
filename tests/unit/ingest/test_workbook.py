"""Excel workbooks: typed cells, headers below titles, several sheets, formulas, damaged files."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from lupusmon.errors import UnusableFile
from lupusmon.ingest import read_bytes
from lupusmon.ingest.mapping import parse_mapping
from tests.foreign_cases import counts, facts, lines, reasons, run

SLIP = ["patient_id", "collected_at", "analyte", "result"]
HEADER = ["patient_id", "collected_at", "analyte", "value", "unit", "flag"]


def workbook(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_typed_cells_say_the_same_as_csv():
    found = run(
        "labs.xlsx",
        workbook(
            Labs=[
                HEADER,
                ["P1", date(2025, 1, 3), "C3", 88, "mg/dL", "L"],
                ["P1", datetime(2025, 1, 4, 8, 15), "UPCR", 0.1 + 0.2, "g/g", None],
                [17, "2025-01-05", "dsDNA", "<10", "IU/mL", None],
                [],
                ["P1", 45663, "C3", 88, "mg/dL", None],
                ["P1", date(2025, 1, 6), "C3", "HOLD\n(see comment)", "mg/dL", None],
                ["P1", date(2025, 1, 7), "PLT", 1.234, "10*9/L", None],
                ["P1", date(2025, 1, 8), "CREAT", "0,9", "mg/dL", None],
            ]
        ),
    )
    plain = run(
        "x.csv",
        "patient_id,collected_at,analyte,value,unit\n17,2025-01-05,dsDNA,<10,IU/mL\nP1,2025-01-03,C3,88,mg/dL\n"
        "P1,2025-01-04T08:15,UPCR,0.3,g/g\nP1,2025-01-07,PLT,1.234,10*9/L\nP1,2025-01-08,CREAT,0.9,mg/dL\n",
    )
    assert facts(found) == facts(plain)
    assert lines(found) == [4, 2, 3, 8, 9]
    assert counts(found) == {"accepted": 5, "rejected": 2}
    assert "not a date" in reasons(found)[6]
    assert found.receipt["files"][0]["file"] == "labs.xlsx"
    assert found.receipt["files"][0]["extra_columns"] == ["flag"]


def test_titles_above_the_header_are_told_and_lines_stay_those_of_the_sheet():
    found = run(
        "labs.xlsx",
        workbook(
            Labs=[
                ["Rheumatology"],
                [None, "printed", date(2025, 2, 1)],
                [],
                HEADER,
                ["P1", "2025-01-03", "C3", 8, "mg/dL"],
            ]
        ),
    )
    assert lines(found) == [5]
    assert "2 rows above the header on row 4 were not read" in found.receipt["files"][0]["notes"]


def test_every_sheet_is_a_section_and_prose_is_ignored_row_by_row():
    found = run(
        "all.xlsx",
        workbook(
            Labs=[HEADER, ["P1", "2025-01-03", "C3", 88, "mg/dL"]],
            Doses=[["patient_id", "given_at", "drug"], ["P1", date(2025, 1, 3), "rituximab"]],
            Empty=[],
            Legend=[["L = low"], [], ["H = high"]],
        ),
    )
    assert counts(found) == {"accepted": 2, "ignored": 2}
    assert [f["file"] for f in found.receipt["files"]] == ["all.xlsx [Labs]", "all.xlsx [Doses]", "all.xlsx [Legend]"]
    assert "sheet legend is no table" in reasons(found)[3]


def test_wide_sheets_units_rows_mappings_and_foreign_models_are_read_like_csv():
    wide = workbook(
        A=[
            ["patient_id", "collected_at", "C3", "PLT"],
            [None, None, "g/L", "10*9/L"],
            ["P1", date(2025, 1, 3), 0.88, 150],
        ]
    )
    assert run("x.xlsx", wide).results[["analyte", "value"]].to_numpy().tolist() == [["C3", 88], ["PLT", 150]]
    columns = {"patient_id": "Patient", "collected_at": "Taken", "analyte": "Test", "value": "Result", "unit": "U"}
    mapping = parse_mapping("m.toml", {"labs": {"columns": columns}})
    mapped = workbook(
        A=[["Hospital"], ["Patient", "Taken", "Test", "Result", "U"], ["P1", "2025-01-03", "C3", 88, "mg/dL"]]
    )
    assert lines(run("x.xlsx", mapped, mapping)) == [3]
    sdtm = workbook(
        LB=[["USUBJID", "LBTEST", "LBORRES", "LBORRESU", "LBDTC"], ["P1", "C3", "88", "mg/dL", "2025-01-03"]]
    )
    assert counts(run("x.xlsx", sdtm)) == {"accepted": 1}


def test_a_formula_without_its_result_is_seen():
    found = run("x.xlsx", workbook(A=[["patient_id", "collected_at", "C3 (mg/dL)"], ["P1", "2025-01-03", "=80+8"]]))
    assert counts(found) == {"rejected": 1}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (workbook(A=[]), "is empty"),
        (workbook(A=[["Dear colleague"]]), "no table lupusmon knows"),
        (workbook(A=[SLIP, ["P1", "2025-01-03", "C3", 88]]), "no column value"),
        (workbook(A=[HEADER], B=[SLIP]), r"x.xlsx \[B\]: has no column value"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old .*Excel"),
        (workbook(A=[HEADER])[:-300], "damaged"),
    ],
)  # fmt: skip
def test_workbooks_that_cannot_be_read(content, says):
    with pytest.raises(UnusableFile, match=says):
        read_bytes("x.xlsx", content)


def test_a_bomb_is_refused_before_it_is_opened():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(110):
                sheet.write(bytes(1_000_000))
    with pytest.raises(UnusableFile, match="unpacks to"):
        read_bytes("x.xlsx", stream.getvalue())
