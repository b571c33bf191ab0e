"""What sort of file it is: by content, whatever its name, packed or not; and what is read of a folder."""

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lupusmon.errors import UnusableFile
from lupusmon.ingest import ReadOptions, load_mapping, read_bytes, read_files
from lupusmon.ingest.formats import READERS, recognise_format
from tests.foreign_cases import run
from tests.transport_files import write_xpt
from tests.unit.ingest.test_workbook import HEADER, workbook

HL7 = "MSH|^~\\&|L|H|||20250103||ORU^R01|1|P|2.5\rPID|1||P1\rOBX|1|NM|C3^C3^L||88|mg/dL||||||||20250103\r"
FHIR = json.dumps(
    {
        "resourceType": "Observation",
        "code": {"text": "C3"},
        "subject": {"reference": "Patient/P1"},
        "effectiveDateTime": "2025-01-03",
        "valueQuantity": {"value": 88, "unit": "mg/dL"},
    }
)
SDTM = {"USUBJID": ["P1"], "LBTEST": ["C3"], "LBORRES": ["88"], "LBORRESU": ["mg/dL"], "LBDTC": ["2025-01-03"]}
CSV = "patient_id,collected_at,analyte,value,unit\nP1,2025-01-03,C3,88,mg/dL\n"
FILES = {
    "hl7": HL7.encode(),
    "fhir": FHIR.encode(),
    "xpt": write_xpt("LB", SDTM),
    "workbook": workbook(A=[HEADER, ["P1", "2025-01-03", "C3", 88, "mg/dL"]]),
    "table": CSV.encode(),
}


def test_every_reader_has_a_case():
    assert set(FILES) == set(READERS)


@pytest.mark.parametrize("form", FILES)
def test_a_file_is_known_by_its_content(form):
    for name in ("export.txt", "x.csv", "x"):
        assert recognise_format(name, FILES[form]) == form
        analysis = run(name, FILES[form])
        assert analysis.results[["patient_id", "collected_at", "analyte", "value"]].to_numpy().tolist() == [
            ["P1", "2025-01-03", "C3", 88]
        ]
        assert len(analysis.receipt["files"][0]["sha256"]) == 64


@pytest.mark.parametrize("form", [f for f in FILES if f != "workbook"])
def test_packed_files_are_read_and_fingerprinted_as_received(form):
    packed = gzip.compress(FILES[form])
    (table,) = read_bytes("x.gz", packed)
    (plain,) = read_bytes("x", FILES[form])
    assert (len(table), table.kind) == (1, plain.kind)
    assert table.sha256 != plain.sha256


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_encodings(encoding):
    for text in (HL7, FHIR, ",".join(SDTM) + "\nP1,C3,88,mg/dL,2025-01-03\n"):
        assert len(run("x", text.encode(encoding)).results) == 1


def test_a_folder_gives_what_proves_to_be_of_a_known_format(tmp_path):
    for form, content in FILES.items():
        (
            tmp_path
            / f"{form}{'.csv' if form == 'table' else '.' + {'fhir': 'json', 'workbook': 'xlsx'}.get(form, form)}"
        ).write_bytes(content)
    (tmp_path / "settings.json").write_text('{"theme": "dark"}')
    (tmp_path / "broken.xlsx").write_bytes(b"PK")
    tables = read_files([tmp_path])
    assert [table.file for table in tables] == ["fhir.json", "hl7.hl7", "table.csv", "workbook.xlsx", "xpt.xpt"]


def test_source_and_mapping_reach_every_reader(tmp_path):
    (tmp_path / "m.toml").write_text('[labs.columns]\npatient_id = "Who"\n')
    mapping = load_mapping(tmp_path / "m.toml")
    for name, content in FILES.items():
        (table,) = read_bytes(name, content, ReadOptions(source="Lab B"), mapping)
        assert set(table.columns["laboratory"].texts()) == {"H" if name == "hl7" else "Lab B"}


@settings(max_examples=200, deadline=None)
@given(form=st.sampled_from(sorted(FILES)), at=st.floats(0, 1), cut=st.integers(0, 40), put=st.binary(max_size=12))
def test_a_damaged_file_is_read_row_by_row_or_refused_in_words(form, at, cut, put):
    content = FILES[form]
    place = int(at * len(content))
    damaged = content[:place] + put + content[place + cut :]
    try:
        tables = read_bytes("x", damaged)
    except UnusableFile as error:
        assert str(error).startswith("x")
        return
    for table in tables:
        assert all(len(column) == len(table) for column in (table.problems, *table.columns.values()))
