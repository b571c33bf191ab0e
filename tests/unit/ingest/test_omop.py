"""OMOP CDM tables."""

import pytest

from lupusmon.ingest import read_bytes
from tests.foreign_cases import counts, facts, lines, reasons, run

MEASUREMENT = (
    "measurement_id,person_id,measurement_concept_id,measurement_date,measurement_datetime,operator_concept_id,"
    "value_as_number,value_as_concept_id,unit_concept_id,range_low,range_high,measurement_source_value,"
    "unit_source_value,value_source_value\n"
)


def test_measurements_are_results():
    found = run(
        "measurement.csv",
        MEASUREMENT
        + "1,7,0,2025-01-03,2025-01-03 08:15:00,4172703,88,,8840,90,180,4485-9,mg/dL,88\n"
        + "2,7,0,2025-01-04,,4171756,10,,0,,30,anti-dsDNA,IU/mL,\n"
        + "3,7,0,2025-01-05,,,1.5,,8713,,,Protein/Creatinine,g/g,1.5\n"
        + "4,7,0,2025-01-06,,4172704,300,,,,,anti-dsDNA,IU/mL,300\n"
        + "5,7,0,2025-01-07,,,,45884084,,,,anti-dsDNA,,\n"
        + "6,7,0,2025-01-08,,,150,,8848,,,Platelets,,\n"
        + "7,7,0,2025-01-09,,,,,,,,Platelets,,clumped\n"
        + "8,7,0,2025-01-10,,,5,,,,,Potassium,mmol/L,5\n"
        + "9,7,3000001,2025-01-10,,,5,,,,,,mmol/L,5\n",
    )
    plain = run(
        "x.csv",
        "patient_id,collected_at,analyte,value,unit,ref_low,ref_high\n7,2025-01-03 08:15,C3,88,mg/dL,90,180\n"
        "7,2025-01-04,dsDNA,<10,IU/mL,,30\n7,2025-01-05,UPCR,1.5,g/g,,\n7,2025-01-06,dsDNA,>300,IU/mL,,\n"
        "7,2025-01-07,dsDNA,positive,,,\n7,2025-01-08,PLT,150,10*3/uL,,\n",
    )
    assert facts(found) == facts(plain)
    assert lines(found) == [2, 3, 4, 5, 6, 7]
    assert counts(found) == {"accepted": 6, "rejected": 1, "ignored": 2}
    assert "without measurement_source_value" in reasons(found)[10]


DRUG = (
    "drug_exposure_id,person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_end_date,drug_type_concept_id,"
    "quantity,route_source_value,drug_source_value,dose_unit_source_value\n"
)


@pytest.mark.parametrize(
    ("row", "outcome", "dose"),
    [
        ("1,7,0,2025-01-03,2025-01-03,32818,1000,IV,Rituximab,mg", "accepted", 1000),
        ("1,7,0,2025-01-03,2025-01-03,0,2,IV,Rituximab,vial", "accepted", None),
        ("1,7,0,2025-01-03,2025-01-03,32838,1000,IV,Rituximab,mg", "ignored", None),
        ("1,7,0,2025-01-03,2025-01-03,38000175.0,1000,IV,Rituximab,mg", "ignored", None),
        ("1,7,0,2025-01-03,2025-07-03,32818,1000,IV,Rituximab,mg", "rejected", None),
        ("1,7,0,2025-01-03,,32818,1000,IV,Metoprolol,mg", "ignored", None),
    ],
)
def test_drug_exposures_are_doses_unless_prescribed_or_dispensed(row, outcome, dose):
    found = run("drug_exposure.csv", DRUG + row + "\n")
    assert counts(found) == {outcome: 1}
    if outcome == "accepted":
        assert facts(found, "infusions")[0][4] == (dose or "")


def test_persons_and_other_tables():
    content = "person_id,gender_concept_id,year_of_birth,gender_source_value\n7.0,8532,1980.0,\n8,0,1970,M\n"
    (table,) = read_bytes("person.csv", content.encode())
    assert [table.columns[c].texts().tolist() for c in ("patient_id", "sex", "birth_year")] == [
        ["7", "8"],
        ["F", "M"],
        ["1980", "1970"],
    ]
    other = run("condition_occurrence.csv", "condition_occurrence_id,person_id,condition_concept_id\n1,7,3\n")
    assert counts(other) == {"ignored": 1}
