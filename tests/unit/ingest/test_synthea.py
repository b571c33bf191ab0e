"""Synthea CSV files."""

import pytest

from lupusmon.ingest import read_bytes
from lupusmon.ingest.mapping import parse_mapping
from tests.foreign_cases import counts, facts, reasons, run

OBSERVATIONS = "DATE,PATIENT,ENCOUNTER,CATEGORY,CODE,DESCRIPTION,VALUE,UNITS,TYPE\n"
MEDICATIONS = (
    "START,STOP,PATIENT,PAYER,ENCOUNTER,CODE,DESCRIPTION,BASE_COST,PAYER_COVERAGE,DISPENSES,TOTALCOST\n"
    "2025-01-03T08:15:00Z,,p1,x,e,9,rituximab,1,1,1,1\n"
)


def test_observations_are_results():
    found = run(
        "observations.csv",
        OBSERVATIONS
        + "2025-01-03T08:15:00Z,p1,e1,laboratory,4485-9,Complement C3,88.0,mg/dL,numeric\n"
        + "2025-01-03T08:15:00Z,p1,e1,laboratory,777-3,Platelets [#/volume] in Blood,150.0,10*3/uL,numeric\n"
        + "2025-01-03T08:15:00Z,p1,e1,vital-signs,8302-2,Body Height,170.0,cm,numeric\n"
        + "2025-01-03T08:15:00Z,p1,,,QALY,QALY,1.0,a,numeric\n",
    )
    plain = run(
        "x.csv",
        "patient_id,collected_at,analyte,value,unit\n"
        "p1,2025-01-03T08:15,C3,88,mg/dL\np1,2025-01-03T08:15,PLT,150,10*9/L\n",
    )
    assert facts(found) == facts(plain)
    assert counts(found) == {"accepted": 2, "ignored": 2}


def test_patients_without_names():
    content = "Id,BIRTHDATE,DEATHDATE,SSN,FIRST,LAST,GENDER\np1,1980-02-03,,999,Jane,Doe,F\n"
    (table,) = read_bytes("patients.csv", content.encode())
    assert {name: column.texts().tolist() for name, column in table.columns.items()} == {
        "patient_id": ["p1"],
        "sex": ["F"],
        "birth_year": ["1980"],
    }


def test_prescriptions_are_no_doses_unless_a_mapping_says_so():
    found = run("medications.csv", MEDICATIONS)
    assert counts(found) == {"ignored": 1}
    assert "a prescription, not an infusion" in reasons(found)[2]
    columns = {"patient_id": "PATIENT", "given_at": "START", "drug": "DESCRIPTION"}
    mapping = parse_mapping("m.toml", {"infusions": {"columns": columns}})
    assert counts(run("medications.csv", MEDICATIONS, mapping)) == {"accepted": 1}


@pytest.mark.parametrize(
    "header",
    [
        "START,STOP,PATIENT,ENCOUNTER,CODE,SYSTEM,DESCRIPTION",
        "Id,PATIENTID,PROVIDERID,PRIMARYPATIENTINSURANCEID",
        "Id,NAME,ADDRESS,CITY,STATE,ZIP,LAT,LON,PHONE,REVENUE,UTILIZATION",
        "PATIENT,MEMBERID,START_DATE,END_DATE,PAYER",
    ],
)
def test_its_other_files_are_ignored_row_by_row(header):
    assert counts(run("x.csv", header + "\n" + ",".join("1" for _ in header.split(",")) + "\n")) == {"ignored": 1}
