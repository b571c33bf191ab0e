"""CDISC SDTM domains, from CSV and from SAS transport files."""

import csv
import io

import pytest

from lupusmon.errors import UnusableFile
from lupusmon.ingest import Kind, read_bytes
from tests.foreign_cases import counts, facts, lines, reasons, run
from tests.transport_files import write_xpt

LB = ("USUBJID", "LBTESTCD", "LBTEST", "LBORRES", "LBORRESU", "LBORNRLO", "LBORNRHI", "LBSTRESC", "LBSTRESU", "LBDTC")
LB_ROWS = (
    ("01-1", "C3", "Complement C3", "0.88", "g/L", "0.9", "1.8", "88", "mg/dL", "2025-01-03T08:15"),
    ("01-1", "PLAT", "Platelet", "<20", "THOU/uL", "150", "400", "<20", "GI/L", "2025-01-04"),
    ("01-1", "CREAT", "Creatinine", "", "", "", "", "88.4", "umol/L", "2025-01-05"),
    ("01-2", "CREAT", "Creatinine", "1.0", "unit of the site", "0.5", "1.2", "88.4", "umol/L", "2025-01-05"),
    ("01-2", "GLUC", "Glucose", "90", "mg/dL", "", "", "5", "mmol/L", "2025-01-05"),
    ("01-2", "C4", "Complement C4", "12", "mg/dL", "", "", "", "", "2025-01"),
)


def as_csv(names, rows):
    stream = io.StringIO()
    csv.writer(stream).writerows([names, *rows])
    return stream.getvalue()


def test_results_as_collected_else_as_standardised():
    found = run("lb.csv", as_csv(LB, LB_ROWS))
    plain = run(
        "x.csv",
        "patient_id,collected_at,analyte,value,unit,ref_low,ref_high\n"
        "01-1,2025-01-03T08:15,C3,0.88,g/L,0.9,1.8\n"
        "01-1,2025-01-04,PLT,<20,10*9/L,150,400\n"
        "01-1,2025-01-05,CREAT,88.4,umol/L,,\n"
        "01-2,2025-01-05,CREAT,88.4,umol/L,,\n",
    )
    assert facts(found) == facts(plain)
    assert lines(found) == [2, 3, 4, 5]
    assert counts(found) == {"accepted": 4, "rejected": 1, "ignored": 1}
    assert "not a date" in reasons(found)[7]
    assert "read as CDISC SDTM LB" in found.receipt["files"][0]["notes"]


def test_a_transport_file_says_the_same_as_csv_line_by_line():
    columns = {name: [row[i] for row in LB_ROWS] for i, name in enumerate(LB)}
    numeric = columns | {"LBORNRLO": [float(v) if v else None for v in columns["LBORNRLO"]]}
    from_csv = run("lb.csv", as_csv(LB, LB_ROWS))
    for content in (write_xpt("LB", columns), write_xpt("LB", numeric)):
        found = run("lb.xpt", content)
        assert facts(found) == facts(from_csv)
        assert lines(found) == lines(from_csv)
        assert reasons(found) == reasons(from_csv)


def test_not_done_is_rejected_with_the_reason_and_of_other_tests_ignored():
    names = (*LB, "LBSTAT", "LBREASND")
    row = ("01-1", "C3", "Complement C3", "", "", "", "", "", "", "2025-01-03", "NOT DONE", "SAMPLE LOST")
    other = ("01-1", "GLUC", "Glucose", "", "", "", "", "", "", "2025-01-03", "NOT DONE", "")
    found = run("lb.csv", as_csv(names, [row, other]))
    assert reasons(found)[2] == "rejected: not done: sample lost"
    assert counts(found) == {"rejected": 1, "ignored": 1}


@pytest.mark.parametrize(("column", "text"), [("LBSPEC", "URINE"), ("LBCAT", "URINALYSIS")])
def test_tests_of_urine_are_not_those_of_blood(column, text):
    row = ("01-1", "CREAT", "Creatinine", "55", "mg/dL", "", "", "", "", "2025-01-03", text)
    assert counts(run("lb.csv", as_csv((*LB, column), [row]))) == {"ignored": 1}


EX = ("STUDYID", "DOMAIN", "USUBJID", "EXTRT", "EXDOSE", "EXDOSU", "EXROUTE", "EXSTDTC", "EXENDTC")


def test_exposures_are_doses():
    def ex(drug, dose, start, end="", route="INTRAVENOUS", unit="mg"):
        return ("S", "EX", "01-1", drug, dose, unit, route, start, end)

    rows = [
        ex("BELIMUMAB", "10", "2025-01-03T09:00", "2025-01-03T10:00", unit="mg/kg"),
        ex("ANIFROLUMAB", "300", "2025-01-05"),
        ex("ANIFROLUMAB", "0", "2025-02-05"),
        ex("PLACEBO", "0", "2025-02-06"),
        ex("RITUXIMAB", "1000", "2025-01-03", "2025-06-03"),
        ex("METHYLPREDNISOLONE", "16", "2025-01-03", route="ORAL"),
        ex("RITUXIMAB", "1000", "2025-03"),
    ]
    found = run("ex.csv", as_csv(EX, rows))
    plain = run(
        "x.csv",
        "patient_id,given_at,drug,dose,dose_unit,status\n01-1,2025-01-03T09:00,belimumab,10,mg/kg,given\n"
        "01-1,2025-01-05,anifrolumab,300,mg,given\n01-1,2025-02-05,anifrolumab,0,mg,missed\n",
    )
    assert facts(found, "infusions") == facts(plain, "infusions")
    assert counts(found) == {"accepted": 3, "rejected": 2, "ignored": 2}
    assert "a row for each dose is needed" in reasons(found)[6]


@pytest.mark.parametrize(
    ("birth", "age", "unit", "reference", "year"),
    [
        ("1950-12-26", "63", "YEARS", "2014-01-02", "1950"),
        ("1950", "", "", "", "1950"),
        ("", "63", "YEARS", "2014-01-02", "1951"),
        ("", "63.0", "", "2014-01", "1951"),
        ("", "63", "MONTHS", "2014-01-02", ""),
        ("", "63", "YEARS", "", ""),
        ("", "", "YEARS", "2014", ""),
    ],
)
def test_birth_years(birth, age, unit, reference, year):
    names = ("USUBJID", "SUBJID", "SEX", "SITEID", "BRTHDTC", "AGE", "AGEU", "RFSTDTC")
    (table,) = read_bytes("dm.csv", as_csv(names, [("01-1", "1", "F", "701", birth, age, unit, reference)]).encode())
    assert table.kind is Kind.PATIENTS
    assert {name: table.columns[name].texts()[0] for name in ("patient_id", "sex", "birth_year", "site")} == {
        "patient_id": "01-1",
        "sex": "F",
        "birth_year": year,
        "site": "701",
    }


def test_other_domains_are_ignored_row_by_row():
    found = run("ae.csv", "STUDYID,DOMAIN,USUBJID,AETERM\nS,AE,01-1,Rash\nS,AE,01-1,Fever\n")
    assert counts(found) == {"ignored": 2}
    assert reasons(found)[3].startswith("ignored: only the sdtm domains")


def test_our_own_columns_win_over_foreign_ones():
    (table,) = read_bytes("x.csv", ("patient_id,collected_at,analyte,value,unit," + ",".join(LB) + "\n").encode())
    assert set(table.columns) == {"patient_id", "collected_at", "analyte", "value", "unit"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            write_xpt("AD", {"PARAMCD": ["C3"], "AVAL": [1.0]}),
            "is no table lupusmon knows; found columns PARAMCD, AVAL",
        ),
        (write_xpt("LB", {"USUBJID": ["1"]})[:300], "damaged"),
        (b"HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!", "another version"),
    ],
)
def test_transport_files_that_cannot_be_read(content, says):
    with pytest.raises(UnusableFile, match=says):
        read_bytes("x.xpt", content)
