"""Delimited text comes back equal, with the right lines, whatever wrote it; and both ways of reading it agree."""

import csv
import io
import re
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lupusmon.errors import UnusableFile
from lupusmon.ingest import ReadOptions, encoding, mapped, read_bytes, rows
from lupusmon.ingest.rows import Body, read_rows, read_rows_slowly

HEADER = ["patient_id", "given_at", "drug", "note", "colour"]
OURS = HEADER[:4]
anything = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=8)
plain = st.text("ab ,;\t|\"'\n\rµ°", max_size=6)
cells = st.one_of(st.sampled_from(["", "P1", "belimumab", " x ", '"', "a,b", "1,2"]), plain, anything)
tables = st.lists(st.tuples(cells, st.just("2025-01-03"), cells, cells, cells), max_size=12)


@contextmanager
def small_blocks():
    """Block sizes so small that every table has many."""
    with ExitStack() as stack:
        for module, name, size in (
            (rows, "BLOCK_BYTES", 40),
            (rows, "_ARROW_BYTES", 24),
            (rows, "_BATCH", 2),
            (mapped, "_BLOCK", 7),
            (encoding, "_BLOCK", 5),
        ):
            stack.enter_context(patch.object(module, name, size))
        yield


def write(table, delimiter, line_end, quoting):
    """The text of a table, and the physical line where each row starts."""
    out, lines = io.StringIO(newline=""), []
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    for row in [HEADER, *table]:
        lines.append(1 + len(re.findall(r"\r\n|\r|\n", out.getvalue())))
        writer.writerow(row)
    return out.getvalue(), lines[1:]


def read(data, **options):
    (table,) = read_bytes("x.csv", data, ReadOptions(**options))
    return table


def texts(table):
    return [tuple(row) for row in zip(*(table.columns[name].texts() for name in OURS), strict=True)]


@settings(max_examples=250, deadline=None)
@given(
    tables,
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]),
    st.booleans(),
)
def test_any_table_comes_back_equal_with_its_lines(table, delimiter, line_end, quoting, codec, last_line_end):
    if line_end != "\r\n":  # csv.writer leaves the other sort of line break without quotes
        quoting = csv.QUOTE_ALL
    text, lines = write(table, delimiter, line_end, quoting)
    text = text if last_line_end else text.removesuffix(line_end)
    mark = "\ufeff" if codec in ("utf-16-le", "utf-16-be") else ""
    with small_blocks():
        found = read((mark + text).encode(codec))
    assert texts(found) == [tuple(cell.strip() for cell in row[:4]) for row in table]
    assert found.lines.tolist() == lines
    assert set(found.problems.texts()) <= {""}
    assert found.extra_columns == ("colour",)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.text("ab,µ°±", max_size=4)] * 5), max_size=6), st.sampled_from(["\n", "\r\n", "\r"]))
def test_windows_1252_comes_back_equal(table, line_end):
    table = [(a, "2025-01-03", b, c, d) for a, _, b, c, d in table]
    text, lines = write(table, ";", line_end, csv.QUOTE_ALL)
    found = read(text.encode("cp1252"))
    assert texts(found) == [row[:4] for row in table]
    assert found.lines.tolist() == lines


@settings(max_examples=600, deadline=None)
@given(st.text('a ,;""\n\n\r\té', max_size=60), st.sampled_from(",;\t"), st.integers(1, 4))
@example('a, "b"\n', ",", 2)
@example('a,b" "c\nd,e\n', ",", 2)
@example('a,"b"c\nd,e\n', ",", 2)
@example('a,"b\nc,d"e\nf,g\n', ",", 2)
@example('a,"b\n\nc"\nd,e\n', ",", 2)
@example("a,b\n  \nc,d\n", ",", 2)
@example('a,b\n"",\n,""\nc,d\n', ",", 2)
@example("a\tb\n\t\nc\td\n", "\t", 2)
@example('a,b\nc"d,e"\nf,"g""h"\n', ",", 2)
def test_fast_and_slow_reading_agree_on_any_text(text, delimiter, width):
    body = Body("x.csv", text.encode(), 0, 2, delimiter, width)
    outcomes = []
    for way in (read_rows_slowly, read_rows):
        with small_blocks():
            try:
                found = way(body, range(width))
                outcomes.append(
                    [found.lines.tolist(), found.problems.texts().tolist()]
                    + [found.columns[i].texts().tolist() for i in range(width)]
                )
            except UnusableFile as error:
                outcomes.append(str(error))
    assert outcomes[0] == outcomes[1]


def test_a_regular_file_never_takes_the_slow_way():
    text = 'P1,"a ""b"", c",3\r\n\r\nP2,"two\r\nlines",4\r\n' * 500
    with patch.object(rows, "_read_slowly", side_effect=AssertionError("slow")):
        found = read_rows(Body("x.csv", text.encode(), 0, 2, ",", 3), [0, 1, 2])
    assert found.columns[1].texts()[:2].tolist() == ['a "b", c', "two\r\nlines"]
    assert found.lines[:4].tolist() == [2, 4, 6, 8]
    assert len(found.columns[1].words) == 2


def test_one_odd_row_costs_only_its_block():
    good = "P1,b,3\n" * 100
    calls = []
    slow = rows._read_slowly
    with (
        patch.object(rows, "BLOCK_BYTES", 70),
        patch.object(rows, "_read_slowly", lambda *a: (calls.append(a[3]), slow(*a))),
    ):
        found = read_rows(Body("x.csv", (good + "P2,b,3,4\n" + good).encode(), 0, 2, ",", 3), [0])
    assert len(calls) == 1 and len(found.lines) == 201
    assert np.array_equal(found.lines, np.arange(2, 203))
    assert [i for i, text in enumerate(found.problems.texts()) if text] == [100]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("P1,2025-01-03,belimumab,n,c,7", "6 fields under 5 headers; a decimal comma without quotes?"),
        ("P1,2025-01-03,belimumab,n,c,,  ,", ""),
        ("P1,2025-01-03,belimumab", ""),
        ("P1", ""),
    ],
)
def test_rows_too_long_and_too_short(row, problem):
    found = read(f"{','.join(HEADER)}\n{row}\nP2,2025-01-03,x,y,z\n".encode())
    assert found.problems.texts().tolist() == [problem, ""]
    assert texts(found)[0] == tuple((row.split(",") + [""] * 4)[:4])
    assert found.lines.tolist() == [2, 3]


def test_blank_lines_are_no_rows_and_still_count_as_lines():
    found = read(b"\n\npatient_id,given_at,drug,note\n\n  \nP1,2025-01-03,x,\n,,,\n\nP2,2025-01-03,y,\n\n")
    assert found.lines.tolist() == [6, 7, 9]
    assert found.columns["patient_id"].texts().tolist() == ["P1", "", "P2"]


def test_a_lone_column_tells_an_empty_cell_from_a_blank_line():
    found = read(b'patient_id\nP1\n\n""\nP2')
    assert found.columns["patient_id"].texts().tolist() == ["P1", "", "P2"]
    assert found.lines.tolist() == [2, 4, 5]


def test_a_header_over_two_lines_moves_the_first_row():
    found = read(b'patient_id,given_at,drug,"of\nno use"\nP1,2025-01-03,x,\n')
    assert found.lines.tolist() == [3]
    assert found.extra_columns == ("of\nno use",)


def test_header_only_is_a_file_without_rows():
    for text in (b"patient_id,given_at,drug", b"patient_id,given_at,drug\r\n", b'patient_id\n"'[:-1]):
        assert len(read(text)) == 0


def test_a_spreadsheets_separator_line_is_followed():
    found = read(b"sep=;\r\npatient_id;given_at;drug\r\nP1;2025-01-03;x")
    assert found.columns["drug"].texts().tolist() == ["x"]
    assert found.lines.tolist() == [3]


def test_a_stray_quotation_mark_inside_a_cell_is_a_sign_like_any_other():
    found = read(b'patient_id,given_at,drug,note\nP1,2025-01-03,x,5" tall\nP2,2025-01-03,y,"b" c\n')
    assert found.columns["note"].texts().tolist() == ['5" tall', "b c"]
