"""FHIR: Bundles, NDJSON, results, doses, patients, and what must not come through."""

import json

import pytest

from lupusmon.errors import UnusableFile
from lupusmon.ingest import read_bytes
from tests.foreign_cases import counts, facts, lines, reasons, run

LOINC = "http://loinc.org"


def observation(number, name="Complement C3", value=None, **more):
    base = {
        "resourceType": "Observation",
        "id": f"o{number}",
        "status": "final",
        "code": {"text": name},
        "subject": {"reference": "Patient/P1"},
        "effectiveDateTime": f"2025-01-{number:02}T10:15:00+01:00",
    }
    if value is not None:
        base["valueQuantity"] = value
    return base | more


def quantity(value, unit, **more):
    return {"value": value, "unit": unit, **more}


def bundle(*resources, **more):
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]} | more
    )


def only(content):
    return run("x.json", content).results.iloc[0]


def test_the_same_facts_as_csv_give_the_same_results():
    coded = {"coding": [{"system": LOINC, "code": "4485-9", "display": "C3 SerPl-mCnc"}]}
    limits = [{"low": quantity(0.9, "g/L"), "high": quantity(1.8, "g/L")}]
    found = run(
        "x.json",
        bundle(
            observation(1, value=quantity(0.88, "g/L"), code=coded, referenceRange=limits),
            observation(2, "anti-dsDNA", quantity(10, "[IU]/mL", comparator="<"), method={"text": "ELISA"}),
            observation(3, "anti-dsDNA", valueCodeableConcept={"coding": [{"display": "Positive (qualifier value)"}]}),
            observation(4, "anti-dsDNA", valueRatio={"numerator": {"value": 1}, "denominator": {"value": 160}}),
            observation(5, "Platelets", quantity(150, "10*3/uL"), status="amended"),
            observation(6, "Creatinine", valueString="88 umol/L"),
        ),
    )
    csv = run(
        "x.csv",
        "patient_id,collected_at,analyte,value,unit,ref_low,ref_high,method,status,loinc\n"
        "P1,2025-01-01T10:15:00,C3,0.88,g/L,0.9,1.8,,final,4485-9\n"
        "P1,2025-01-02T10:15:00,anti-dsDNA,<10,IU/mL,,,ELISA,final,\n"
        "P1,2025-01-03T10:15:00,anti-dsDNA,positive,,,,,final,\n"
        "P1,2025-01-04T10:15:00,anti-dsDNA,1:160,,,,,final,\n"
        "P1,2025-01-05T10:15:00,PLT,150,10*3/uL,,,,corrected,\n"
        "P1,2025-01-06T10:15:00,Creatinine,88,umol/L,,,,final,\n",
    )
    assert facts(found) == facts(csv)
    assert lines(found) == [1, 2, 3, 4, 5, 6]
    assert counts(found) == {"accepted": 6}


def test_numbers_stay_as_they_are_written():
    row = only(bundle(observation(1, value=quantity(0, "mg/dL"))).replace('"value": 0', '"value": 88.50'))
    assert (row.raw_value, row.value) == ("88.50", 88.5)


@pytest.mark.parametrize(
    ("shown", "code", "outcome"),
    [
        ("mg/dL", "mg/dL", "accepted"),
        ("milligrams of the lab", "mg/dL", "accepted"),
        ("mg/dL", "g/L", "rejected"),
        ("g/L", "g.L-1", "accepted"),
    ],
)
def test_a_shown_unit_and_its_code_must_not_contradict(shown, code, outcome):
    assert counts(run("x.json", bundle(observation(1, value=quantity(0.9, shown, code=code))))) == {outcome: 1}


def test_withdrawn_and_valueless_observations_are_rejected_with_the_reason():
    found = run(
        "x.json",
        bundle(
            observation(1, value=quantity(88, "mg/dL")),
            observation(2, value=quantity(70, "mg/dL"), status="cancelled"),
            observation(3, dataAbsentReason={"text": "specimen haemolysed"}),
            observation(1, value=quantity(88, "mg/dL"), status="entered-in-error"),
            observation(5, value=quantity(88, "mg/dL"), subject={"reference": "Group/7"}),
            observation(6, value=quantity(88, "mg/dL"), effectiveDateTime="2025-01"),
        ),
    )
    assert counts(found) == {"rejected": 6}
    why = reasons(found)
    assert "taken back in entry 4" in why[1]
    assert "cancelled" in why[2]
    assert "specimen haemolysed" in why[3]
    assert "entered in error" in why[4]
    assert "group" in why[5]
    assert "not a date" in why[6]


def test_components_are_rows_of_their_own_and_panels_are_none():
    part = {"code": {"text": "C4"}, "valueQuantity": quantity(12, "mg/dL")}
    found = run(
        "x.json",
        bundle(
            observation(
                1, "Complement", component=[{"code": {"text": "C3"}, "valueQuantity": quantity(88, "mg/dL")}, part]
            ),
            observation(2, "Complement C3", hasMember=[{"reference": "Observation/o1"}]),
        ),
    )
    assert counts(found) == {"accepted": 2, "ignored": 1}
    assert found.results["analyte"].tolist() == ["C3", "C4"]
    assert lines(found) == [1, 1]


def test_collection_wins_over_issue_and_issue_is_told():
    specimen = {"resourceType": "Specimen", "id": "s1", "collection": {"collectedDateTime": "2025-01-02"}}
    found = run(
        "x.json",
        bundle(
            observation(1, value=quantity(88, "mg/dL"), issued="2025-01-09T00:00:00Z"),
            observation(2, value=quantity(89, "mg/dL"), effectiveDateTime=None, issued="2025-01-09T08:00:00Z"),
            observation(3, value=quantity(90, "mg/dL"), effectiveDateTime=None, specimen={"reference": "Specimen/s1"}),
            specimen,
        ),
    )
    assert found.results["collected_at"].tolist() == ["2025-01-01T10:15:00", "2025-01-02", "2025-01-09T08:00:00"]
    assert "1 results without a collection time are dated by `issued`" in found.receipt["files"][0]["notes"]


def test_creatinine_of_urine_is_not_that_of_serum():
    urine = {"resourceType": "Specimen", "id": "u", "type": {"text": "Urine specimen"}}
    entry = observation(1, "Creatinine", quantity(55, "mg/dL"), specimen={"reference": "Specimen/u"})
    assert counts(run("x.json", bundle(entry, urine))) == {"ignored": 2}


def test_limits_in_another_unit_or_for_several_groups_are_not_used():
    other_unit = [{"low": quantity(0.9, "g/L"), "high": quantity(1.8, "g/L")}]
    two = [{"low": quantity(80, "mg/dL")}, {"low": quantity(95, "mg/dL")}]
    critical = [{"low": quantity(20, "mg/dL"), "type": {"coding": [{"code": "critical"}]}}]
    for ranges in (other_unit, two, critical):
        row = only(bundle(observation(1, value=quantity(88, "mg/dL"), referenceRange=ranges)))
        assert (row.ref_low, row.ref_source) == (90, "default")
    text = only(bundle(observation(1, value=quantity(88, "mg/dL"), referenceRange=[{"text": "85 - 170 mg/dL"}])))
    assert (text.ref_low, text.ref_high) == (85, 170)


def administration(number, **more):
    return {
        "resourceType": "MedicationAdministration",
        "id": f"a{number}",
        "status": "completed",
        "medicationCodeableConcept": {"text": "Rituximab 10 mg/mL"},
        "subject": {"reference": "urn:uuid:abc"},
        "effectivePeriod": {"start": f"2025-01-{number:02}T09:00:00Z", "end": f"2025-01-{number:02}T13:00:00Z"},
        "dosage": {"dose": quantity(1000, "mg"), "route": {"text": "Intravenous route"}},
    } | more


def test_administrations_are_doses_and_prescriptions_are_none():
    found = run(
        "x.json",
        bundle(
            {"resourceType": "Patient", "id": "abc", "gender": "female", "birthDate": "1980-02-03", "name": [{}]},
            administration(1),
            administration(15, status="not-done"),
            administration(16, status="entered-in-error"),
            administration(17, status="stopped"),
            administration(18, medicationCodeableConcept=None, medicationReference={"reference": "#m"}, contained=[
                {"resourceType": "Medication", "id": "m", "code": {"coding": [{"display": "Saphnelo"}]}}]),
            administration(19, medicationCodeableConcept={"text": "Medrol"}, dosage={"route": {"text": "oral"}}),
            {"resourceType": "MedicationRequest", "medicationCodeableConcept": {"text": "rituximab"}},
            {"resourceType": "Encounter"},
        ),
    )  # fmt: skip
    assert counts(found) == {"accepted": 5, "rejected": 1, "ignored": 3}
    doses = found.infusions
    assert doses[["given_at", "drug", "status"]].to_numpy().tolist() == [
        ["2025-01-01T09:00:00", "rituximab", "given"],
        ["2025-01-15T09:00:00", "rituximab", "missed"],
        ["2025-01-17T09:00:00", "rituximab", "given"],
        ["2025-01-18T09:00:00", "anifrolumab", "given"],
    ]
    assert set(doses["patient_id"]) == {"abc"}
    assert "a prescription, not an infusion" in reasons(found)[8]
    (people,) = (
        t for t in read_bytes("x.json", bundle({"resourceType": "Patient", "id": "p", "birthDate": "1980-02"}).encode())
    )
    assert people.columns["birth_year"].texts().tolist() == ["1980"]
    assert set(people.columns) <= {"patient_id", "sex", "birth_year"}


def test_ndjson_lines_are_physical_and_a_broken_line_is_one_rejected_row():
    good = json.dumps(observation(1, value=quantity(88, "mg/dL")))
    found = run("x.ndjson", f"{good}\n\n{{broken\n{json.dumps(observation(2, value=quantity(89, 'mg/dL')))}\n")
    assert lines(found) == [1, 4]
    assert "not json" in reasons(found)[3]


def test_a_history_ends_with_its_newest_version():
    newer = observation(1, value=quantity(80, "mg/dL"))
    older = observation(1, value=quantity(70, "mg/dL"))
    found = run("x.json", bundle(newer, older, type="history"))
    assert found.results["value"].tolist() == [80]


@pytest.mark.parametrize(
    "odd",
    [
        None, 1, "text", [], {}, {"resourceType": 7}, {"resourceType": "Observation"},
        {"resourceType": "Observation", "code": "C3", "subject": [], "valueQuantity": "3", "component": {"code": 1}},
        {"resourceType": "Observation", "code": {"coding": {"code": "4485-9", "system": LOINC}}, "referenceRange": {}},
        {"resourceType": "MedicationAdministration", "dosage": 3, "effectivePeriod": 7, "contained": [3]},
        {"resourceType": "Patient", "birthDate": 1980, "gender": ["f"]},
        {"resourceType": "Bundle", "entry": {"resource": {"resourceType": "Encounter"}}},
    ],
)  # fmt: skip
def test_no_resource_however_odd_takes_the_file_with_it(odd):
    found = run("x.json", bundle(odd, observation(1, value=quantity(88, "mg/dL"))))
    assert len(found.results) == 1


@pytest.mark.parametrize(
    "content", ['{"resourceType": "Bundle"}', '{"resourceType": "Bundle", "entry": [', "[" * 100_000 + '"resourceType"']
)
def test_files_without_resources_are_refused(content):
    with pytest.raises(UnusableFile, match="JSON"):
        read_bytes("x.json", content.encode())


def test_half_a_character_is_refused_and_a_whole_one_is_read():
    half = bundle(observation(1, value=quantity(90, "mg/dL"), subject={"reference": "Patient/\ud800x"}))
    with pytest.raises(UnusableFile, match="half of a character"):
        read_bytes("x.json", half.encode())
    whole = bundle(observation(1, value=quantity(90, "mg/dL"), subject={"reference": "Patient/\U0001f600x"}))
    assert only(whole).patient_id == "\U0001f600x"
