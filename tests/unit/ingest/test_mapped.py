"""Large files are read as the small ones are, and never held whole."""

from __future__ import annotations

import codecs
import gzip
import sys
from pathlib import Path

import pytest

from lupusmon.errors import UnusableFile
from lupusmon.ingest import mapped, read_bytes, read_files
from tests.benchmarks.measure import measure_peak

HEADER = "patient_id,collected_at,analyte,value,unit\n"
ROWS = HEADER + "".join(f'P{i:05d},2025-01-{i % 28 + 1:02d},C3,"{i % 90}",mg/dL\n' for i in range(400))
WITH_LETTERS = ROWS.replace("mg/dL", "mg/dL Bürette", 7)

CASES = {
    "ascii": ROWS.encode(),
    "utf-8": WITH_LETTERS.encode(),
    "mark": codecs.BOM_UTF8 + WITH_LETTERS.encode(),
    "windows-1252": WITH_LETTERS.encode("cp1252"),
    "utf-16": WITH_LETTERS.encode("utf-16"),
    "packed": gzip.compress(ROWS.encode()),
    "crlf": ROWS.replace("\n", "\r\n").encode(),
    "lone cr": ROWS.replace("\n", "\r").encode(),
    "break in a cell": ROWS.replace('"7"', '"7\n"').encode(),
}


@pytest.mark.parametrize("name", CASES)
def test_a_large_file_is_read_as_its_bytes_are(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / ("labs.csv.gz" if name == "packed" else "labs.csv")
    path.write_bytes(CASES[name])
    (expected,) = read_bytes(path.name, CASES[name])
    monkeypatch.setattr(mapped, "SMALL", 10)
    monkeypatch.setattr(mapped, "_BLOCK", 4096)
    assert isinstance(mapped.read_path(path), mapped.MappedFile)
    (table,) = read_files([path])
    assert table.sha256 == expected.sha256 and table.notes == expected.notes
    assert table.lines.tolist() == expected.lines.tolist()
    for column, texts in expected.columns.items():
        assert table.columns[column].texts().tolist() == texts.texts().tolist()


def test_nul_bytes_far_inside_a_large_file_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "labs.csv"
    path.write_bytes(ROWS.encode() + b"\0")
    monkeypatch.setattr(mapped, "SMALL", 10)
    with pytest.raises(UnusableFile, match="NUL"):
        read_files([path])


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is measured as Linux tells it")
def test_half_a_gigabyte_is_read_block_by_block(tmp_path: Path) -> None:
    block = "".join(
        f"P{i:06d},2025-{i % 12 + 1:02d}-{i % 28 + 1:02d} 08:{i % 60:02d},C3,{50 + i % 97}.5,mg/dL,90,180,,"
        "Central Laboratory\n"
        for i in range(70_000)
    ).encode()
    path = tmp_path / "labs.csv"
    with path.open("wb") as file:
        file.write(b"patient_id,collected_at,analyte,value,unit,ref_low,ref_high,method,laboratory\n")
        while file.tell() < 500_000_000:
            file.write(block)
    program = "import sys; from lupusmon.ingest import read_files; print(len(read_files(sys.argv[1:])[0]))"
    # the rows as codes alone take half of it; with the bytes and all columns beside it, it was more than twice as much
    assert measure_peak([sys.executable, "-c", program, str(path)]) < 1.2 * path.stat().st_size
