"""Data frames of the library call carry the text a CSV file would."""

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from lupusmon.errors import UnusableFile
from lupusmon.ingest import Kind, read_bytes, read_frame
from lupusmon.ingest.frame import to_text_column


@pytest.mark.parametrize(
    ("series", "texts"),
    [
        (pd.Series([12.0, 0.1, np.nan, 1e308, -2.5]), ["12", "0.1", "", "1e+308", "-2.5"]),
        (pd.Series(np.array([0.1, 12], dtype=np.float32)), ["0.1", "12"]),
        (pd.Series([1, 2, 1]), ["1", "2", "1"]),
        (pd.Series([1, None], dtype="Int64"), ["1", ""]),
        (pd.Series([1.5, None, 2], dtype="Float64"), ["1.5", "", "2"]),
        (pd.Series([True, False]), ["yes", "no"]),
        (pd.Series([True, None], dtype="boolean"), ["yes", ""]),
        (pd.Series([1, True, 1.0, "1", None, 2.5], dtype=object), ["1", "yes", "1", "1", "", "2.5"]),
        (pd.Series([" a ", None, "a"]), ["a", "", "a"]),
        (pd.Series([" a ", None, "a"], dtype=object), ["a", "", "a"]),
        (pd.Series(["<10", pd.NA], dtype="string"), ["<10", ""]),
        (pd.Series(["x", "y", "x"], dtype="category"), ["x", "y", "x"]),
        (
            pd.Series(["2025-01-03", "2025-01-03T08:30", None], dtype="datetime64[us]"),
            ["2025-01-03", "2025-01-03T08:30:00", ""],
        ),
        (pd.Series(pd.to_datetime(["2025-01-03T23:30+01:00"])), ["2025-01-03T23:30:00"]),
        (pd.Series([date(2025, 1, 3), None], dtype=object), ["2025-01-03", ""]),
        (pd.Series([Decimal("1.20"), Decimal("NaN")]), ["1.20", ""]),
        (pd.Series([], dtype=float), []),
    ],
)
def test_cells_become_text(series, texts):
    column = to_text_column(series)
    assert column.texts().tolist() == texts
    assert len(set(column.words)) == len(column.words)


def test_a_frame_reads_like_its_csv():
    frame = pd.DataFrame(
        {
            "Patient ID": ["P1", "P2"],
            "collected_at": ["2025-01-03", "2025-01-04 08:30"],
            "analyte": ["C3", "C4"],
            "value": ["<10", "12,5"],
            "unit": ["mg/dL", "mg/dL"],
            "ward": ["A", "B"],
        }
    )
    of_frame = read_frame(frame, Kind.LABS, "labs")
    (of_file,) = read_bytes("labs", frame.to_csv(index=False).encode())
    assert of_frame.columns.keys() == of_file.columns.keys()
    for name, column in of_file.columns.items():
        assert of_frame.columns[name].texts().tolist() == column.texts().tolist()
    assert of_frame.lines.tolist() == of_file.lines.tolist() == [2, 3]
    assert of_frame.extra_columns == of_file.extra_columns == ("ward",)
    assert of_frame.decimal_comma is of_file.decimal_comma is True
    assert len(of_frame.sha256) == 64
    assert of_frame.sha256 == read_frame(frame, Kind.LABS, "other").sha256
    assert of_frame.sha256 != read_frame(frame.assign(value=["<10", "12,6"]), Kind.LABS, "labs").sha256


def test_wide_frames_and_numbers_with_a_point():
    frame = pd.DataFrame(
        {
            "patient_id": [1, 2],
            "collected_at": pd.to_datetime(["2025-01-03"] * 2),
            "C3 (g/L)": [1.234, np.nan],
            "C4 (g/L)": ["0,2", "x"],
        }
    )
    table = read_frame(frame, "labs", "labs")
    assert table.columns["value"].texts().tolist() == ["1.234", "0,2", "x"]
    assert table.columns["patient_id"].texts().tolist() == ["1", "1", "2"]
    assert table.decimal_comma is False  # 1.234 is a number, so its point is no thousands sign


def test_source_file_and_line_are_honoured():
    frame = pd.DataFrame(
        {"patient_id": ["a", "b", "c"], "source_file": ["x.csv", "x.csv", "y.csv"], "source_line": [7, None, 9]}
    )
    table = read_frame(frame, "patients", "patients")
    assert table.lines.tolist() == [7, 3, 9]
    assert table.row_files.texts().tolist() == ["x.csv", "x.csv", "y.csv"]
    assert table.file == "patients" and table.extra_columns == ()
    assert read_frame(frame.head(2), "patients", "patients").file == "x.csv"


def test_a_frame_without_a_needed_column_or_with_a_doubtful_date_is_refused():
    with pytest.raises(UnusableFile, match="infusions: has no column drug"):
        read_frame(pd.DataFrame({"patient_id": [], "given_at": []}), "infusions", "infusions")
    with pytest.raises(UnusableFile, match="4 March or 3 April"):
        read_frame(
            pd.DataFrame({"patient_id": ["a"], "given_at": ["04/03/2025"], "drug": ["x"]}), "infusions", "infusions"
        )


def test_an_empty_frame_is_a_table_without_rows():
    for frame in (pd.DataFrame(columns=["patient_id", "given_at", "drug"]), pd.DataFrame({"patient_id": []})):
        assert len(read_frame(frame, "infusions" if "drug" in frame else "patients", "x")) == 0
