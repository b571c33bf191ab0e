"""Files that cannot be read at all: a plain message that names the file and what to do, and soon."""

import gzip
import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lupusmon.errors import UnusableFile
from lupusmon.ingest import read_bytes, read_files

HEADER = "patient_id,given_at,drug,note\n"


def refusal(data, name="x.csv"):
    started = time.perf_counter()
    with pytest.raises(UnusableFile) as caught:
        read_bytes(name, data.encode() if isinstance(data, str) else data)
    assert time.perf_counter() - started < 5
    message = str(caught.value)
    assert message.startswith(name) and "\n" not in message and len(message) < 1000
    return message


def packed(*names, text=HEADER):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\n", "is empty"),
        (b"\n" * 1_000_000, "nothing"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "NUL"),
        (b"patient_id,given_at,drug\nP1,2025-01-03,a\0b\n", "NUL"),
        (b"%PDF-1.7 patient_id", "PDF"),
        (b' {"resourceType": "Bundle"}', "JSON"),
        (b"<html><table>", "HTML"),
        ("x" * 10_000_000, "longer than 131,072"),
        (HEADER + "x" * 10_000_000 + "\n", "line 2: the row is longer"),
        (HEADER.replace("\n", "\r") + "P1,2025-01-03,b,\r" + "x" * 10_000_000, "line 3: the row is longer"),
        ("c," * 1_000_000 + "\n1\n", "longer than 131,072"),
        ("," * 100_000 + "\n", "100,001 columns"),
        ("a,b\n1,2\n", "found columns a, b; needed: patient_id"),
        ("patient_id,drug\nP1,x\n", "has no column given_at; found columns patient_id, drug; a table of"),
        ("patient_id,dose\nP1,5\n", "has no column given_at, drug"),
        ("patient_id,assessed\nP1,2\n,collected_at", None),
        ("patient_id,collected_at,analyte,value\n", "has no column unit;"),
        ("collected_at,analyte,value,unit\n", "has no column patient_id;"),
        ("sex,birth_year\nF,1980\n", "has no column patient_id;"),
        ("patient_id,given_at,drug,Drug\n", "column drug is there 2 times (columns 3 and 4)"),
        ("patient_id,given_at,drug,given_at\n", "column given_at is there 2 times"),
        (HEADER + 'P1,2025-01-03,b,"two\nlines"\nP2,2025-01-03,b,"open\nP3,2025-01-03,b,\n', "line 4: a quot"),
        (HEADER + 'P1,2025-01-03,b,"open\nP2,2025-01-03,"c",\n', "line 2: a quotation mark"),
        (HEADER + 'P1,"a\nb",c,"open\n', "line 3: a quotation mark"),
        (HEADER + 'P1,2025-01-03,b,"open\n' + "P2,2025-01-03,b,\n" * 100_000, "line 2: a quotation mark"),
        (HEADER + "P1,04/03/2025,b,\nP2,05/05/2025,b,\n", "given_at: 04/03/2025: 4 March or 3 April? say --date-order"),
        (HEADER + "P1,13/03/2025,b,\nP2,03/13/2025,b,\n", "can only be day/month"),
    ],
)
def test_unusable_files(data, says):
    if says is None:
        assert read_bytes("x.csv", data.encode())[0].kind == "patients"
        return
    assert says in refusal(data)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.zip", packed("a.csv", "b.csv"), "holds 2 tables"),
        ("a.zip", packed(), "holds no file"),
        ("a.zip", packed("a.csv")[:40], "damaged"),
        ("a.xlsx", packed("[Content_Types].xml", "xl/workbook.xml"), "Office workbook"),
        ("a.csv.gz", gzip.compress(HEADER.encode())[:-6], "damaged"),
        ("a.csv.gz", gzip.compress(HEADER.encode()) + b"rubbish", "damaged"),
        ("a.csv.gz", HEADER.encode(), "not the packed file"),
        ("a.csv.gz", gzip.compress(b""), "is empty"),
        ("bomb.csv.gz", gzip.compress(b"\n" * 150_000_000, 9), "unpacks to more than"),
        ("bomb.zip", packed("a.csv", text="\n" * 150_000_000), "unpacks to more than"),
    ],
)
def test_unusable_packed_files(name, data, says):
    assert says in refusal(data, name)


def test_a_locked_zip_says_so():
    data = bytearray(packed("a.csv"))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    assert "password" in refusal(bytes(data), "a.zip")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv.gz", gzip.compress((HEADER + "P1,2025-01-03,b,\n").encode())),
        ("a.zip", packed("a.csv", "__MACOSX/._a.csv", ".DS_Store", "readme.md", text=HEADER + "P1,2025-01-03,b,\n")),
        ("a.zip", packed("a.csv", "README.txt", "License.txt", text=HEADER + "P1,2025-01-03,b,\n")),
        ("no-suffix", gzip.compress((HEADER + "P1,2025-01-03,b,\n").encode())),
    ],
)
def test_packed_files_are_read(name, data):
    (table,) = read_bytes(name, data)
    assert table.file == name and table.columns["drug"].texts().tolist() == ["b"]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(
        [b"", b"\xff\xfe", b"\x1f\x8b", b"PK\x03\x04", HEADER.encode(), b"patient_id;collected_at;C3 (g/L)\r\n"]
    ),
    st.one_of(st.binary(max_size=60), st.text('P1,;\t\n\r"<0123456789-/:. \u00b5', max_size=80).map(str.encode)),
    st.sampled_from(["x.csv", "x.csv.gz", "x.zip"]),
)
def test_any_bytes_are_read_or_refused_in_one_line(start, data, name):
    try:
        tables = read_bytes(name, start + data)
    except UnusableFile as error:
        assert str(error).startswith(name) and len(str(error).splitlines()) == 1
    else:
        for table in tables:
            assert {len(column) for column in table.columns.values()} <= {len(table.lines)} == {len(table.problems)}


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnusableFile, match="nothing.csv: there is no such file"):
        read_files([tmp_path / "nothing.csv"])
