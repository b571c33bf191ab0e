"""Kinds, headers, wide labs, folders, and what is found out about a file."""

import hashlib

import pytest

from lupusmon.errors import UnusableFile
from lupusmon.ingest import Kind, ReadOptions, read_bytes, read_files
from lupusmon.ingest.wide import split_header

LONG = "patient_id,collected_at,analyte,value,unit\n"


def read(text, **options):
    (table,) = read_bytes("x.csv", text.encode(), ReadOptions(**options))
    return table


def column(table, name):
    return table.columns[name].texts().tolist()


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("patient_id,collected_at,analyte,value,unit", Kind.LABS),
        ("patient_id,collected_at,loinc,value,unit", Kind.LABS),
        ("Patient ID;Collected_At;ANALYTE;Value ;unit", Kind.LABS),
        ("patient_id\tgiven_at\tdrug", Kind.INFUSIONS),
        ("patient_id|given_at|drug", Kind.INFUSIONS),
        ("patient_id,assessed_at,sledai_2k,bilag_renal", Kind.ASSESSMENTS),
        ("patient_id", Kind.PATIENTS),
        ("patient_id,sex,birth_year,unit", Kind.PATIENTS),
        ("patient_id,collected_at,C3 (mg/dL)", Kind.LABS),
        ("patient_id,collected_at,drug,C3 (mg/dL)", Kind.LABS),
        ("drug,patient_id,value,given_at", Kind.INFUSIONS),
    ],
)
def test_the_kind_is_known_by_the_columns(header, kind):
    assert read(header + "\n").kind is kind


def test_the_delimiter_is_found_with_quotes_respected():
    table = read('"patient_id";"given_at";"drug";"a,b,c,d,e"\nP1;2025-01-03;"x;y";1,5\n')
    assert column(table, "drug") == ["x;y"]
    assert table.extra_columns == ("a,b,c,d,e",)


def test_extra_columns_are_named_and_columns_of_other_kinds_are_extra():
    table = read("patient_id,given_at,drug,Nurse,value,\nP1,2025-01-03,x,n,5,\n")
    assert table.extra_columns == ("Nurse", "value")
    assert set(table.columns) == {"patient_id", "given_at", "drug"}


def test_results_with_the_last_dose_beside_them_are_results():
    table = read(
        "patient_id,collected_at,analyte,value,unit,drug,given_at,assessed_at\n"
        "P1,2025-01-03,C3,90,mg/dL,belimumab,2025-01-02,2025-01-03\n"
    )
    assert table.kind == "labs" and table.extra_columns == ("drug", "given_at", "assessed_at")


def test_any_number_of_extra_columns_is_ignored_and_named():
    extra = [f"marker {i}" for i in range(5_000)]
    table = read(f"patient_id,given_at,drug,{','.join(extra)}\nP1,2025-01-03,x{',1' * len(extra)}\n")
    assert len(table) == 1 and table.extra_columns == tuple(extra)


def test_wide_labs_become_a_row_per_filled_cell():
    table = read(
        "patient_id,collected_at,C3 (mg/dL),Remark,UPCR [mg/mmol],Anti-dsDNA IgG (IU/mL),C4,method\n"
        "P1,2025-01-03,80,fasting,,<10,,nephelometry\n"
        "P2,2025-01-04, ,,,,,\n"
        'P3,2025-01-05,90,"two\nlines",113,,20,\n'
        "P4,2025-01-06,85\n"
    )
    assert table.extra_columns == ("Remark",)
    parts = [column(table, name) for name in ("patient_id", "analyte", "value", "unit", "column")]
    assert list(zip(table.lines.tolist(), *parts, strict=True)) == [
        (2, "P1", "C3", "80", "mg/dL", "C3 (mg/dL)"),
        (2, "P1", "Anti-dsDNA IgG", "<10", "IU/mL", "Anti-dsDNA IgG (IU/mL)"),
        (4, "P3", "C3", "90", "mg/dL", "C3 (mg/dL)"),
        (4, "P3", "UPCR", "113", "mg/mmol", "UPCR [mg/mmol]"),
        (4, "P3", "C4", "20", "", "C4"),
        (6, "P4", "C3", "85", "mg/dL", "C3 (mg/dL)"),
    ]
    assert column(table, "method") == ["nephelometry", "nephelometry", "", "", "", ""]


def test_a_test_not_monitored_counts_by_its_unit_and_other_columns_do_not():
    table = read(
        "patient_id,collected_at,C3 (mg/dL),Glucose (mg/dL),weight,Visit (week),drug\nP1,2025-01-03,80,90,62,12,x\n"
    )
    assert column(table, "analyte") == ["C3", "Glucose"]
    assert table.extra_columns == ("weight", "Visit (week)", "drug")


def test_wide_labs_keep_a_problem_on_each_cell_and_refuse_a_test_twice():
    table = read("patient_id,collected_at,C3 (mg/dL),C4 (mg/dL)\nP1,2025-01-03,80,20,5\n")
    assert table.problems.texts().tolist() == ["5 fields under 4 headers; a decimal comma without quotes?"] * 2
    with pytest.raises(UnusableFile, match="is there 2 times"):
        read("patient_id,collected_at,C3 (mg/dL),c3(mg/dl)\n")


@pytest.mark.parametrize(
    ("header", "parts"),
    [
        ("C3 (mg/dL)", ("C3", "mg/dL")),
        ("UPCR [mg/mmol]", ("UPCR", "mg/mmol")),
        ("URBC (/[HPF])", ("URBC", "/[HPF]")),
        ("URBC [/[HPF]]", ("URBC", "/[HPF]")),
        ("EGFR (mL/min/{1.73_m2})", ("EGFR", "mL/min/{1.73_m2}")),
        ("UPROT24 (g/(24.h))", ("UPROT24", "g/(24.h)")),
        ("Complement (C3) (g/L)", ("Complement (C3)", "g/L")),
        ("C3", ("C3", "")),
        ("(mg/dL)", ("(mg/dL)", "")),
        ("C3 ()", ("C3", "")),
        ("C3 mg/dL", ("C3", "mg/dL")),
        ("Platelets, 10^9/L", ("Platelets", "10^9/L")),
        ("Complement C3", ("Complement C3", "")),
        ("Weight kg", ("Weight kg", "")),
    ],
)
def test_the_unit_of_a_header_is_the_bracket_that_ends_it(header, parts):
    assert split_header(header) == parts


@pytest.mark.parametrize(
    ("rows", "options", "comma"),
    [
        ('P1,2025-01-03,C3,"1,200",mg/dL\n', {}, False),
        ('P1,2025-01-03,C3,"1,200",mg/dL\nP1,2025-01-03,C3,"0,9",g/L\n', {}, True),
        ('P1,2025-01-03,C3,"1,200",mg/dL\nP1,2025-01-03,C3,"0,9",g/L\nP1,2025-01-03,C3,0.9,g/L\n', {}, False),
        ('P1,2025-01-03,C3,"0,9",mg/dL\n', {"decimal": "point"}, False),
        ("P1,2025-01-03,C3,0.9,mg/dL\n", {"decimal": "comma"}, True),
    ],
)
def test_the_decimal_sign_of_a_file(rows, options, comma):
    assert read(LONG + rows, **options).decimal_comma is comma


def test_limits_and_doses_tell_the_decimal_sign_too():
    assert read("patient_id;collected_at;analyte;value;unit;ref_low\nP1;2025-01-03;C3;1,200;g/L;0,9\n").decimal_comma
    assert read("patient_id;given_at;drug;dose;weight_kg\nP1;2025-01-03;x;1,200;62,5\n").decimal_comma
    assert read("patient_id;collected_at;C3 (g/L);C4 (g/L)\nP1;2025-01-03;1,200;0,25\n").decimal_comma
    assert not read("patient_id;given_at;drug;dose;note\nP1;2025-01-03;x;1,200;62,5\n").decimal_comma


@pytest.mark.parametrize(
    ("dates", "options", "order"),
    [
        (["2025-01-03"], {}, "ymd"),
        (["04/03/2025", "13/03/2025"], {}, "dmy"),
        (["04/03/2025", "03/13/2025"], {}, "mdy"),
        (["04/03/2025"], {"date_order": "mdy"}, "mdy"),
        (["13/03/2025"], {"date_order": "mdy"}, "mdy"),
        (["05/05/2025"], {}, "ymd"),
    ],
)
def test_the_date_order_of_a_file(dates, options, order):
    assert read(LONG + "".join(f"P1,{d},C3,90,mg/dL\n" for d in dates), **options).date_order == order


def test_the_source_is_the_laboratory_where_the_file_names_none():
    head, row = "patient_id,collected_at,analyte,value,unit", "P1,2025-01-03,C3,90,mg/dL"
    assert column(read(f"{head}\n{row}\n", source="North"), "laboratory") == ["North"]
    assert column(read(f"{head},laboratory\n{row},South\n{row},\n", source="North"), "laboratory") == ["South", "North"]


def test_lines_that_are_not_utf_8_are_windows_1252_and_others_stay():
    head = b"patient_id,given_at,drug,note\n"
    (table,) = read_bytes(
        "x.csv", head + b"P1,2025-01-03,x,\xb5g \xe9t\xe9\nP2,2025-01-03,x,\xc2\xb5g \xc3\xa9t\xc3\xa9\n"
    )
    assert column(table, "note") == ["µg été", "µg été"]
    assert "Windows-1252" in table.notes[0]


def test_utf_16_without_its_mark_is_seen():
    (table,) = read_bytes("x.csv", "patient_id,given_at,drug\nP1,2025-01-03,é\n".encode("utf-16-le"))
    assert column(table, "drug") == ["é"]


def test_the_fingerprint_is_of_the_bytes_as_they_came():
    data = b"\xef\xbb\xbfpatient_id\r\nP1\r\n"
    assert read_bytes("x.csv", data)[0].sha256 == hashlib.sha256(data).hexdigest()


def test_a_folder_is_read_by_name_without_what_is_no_table(tmp_path):
    for name in ("b.csv", "a.TSV", "c.txt", "truth.csv", "README.txt", "notes.md", "x.json", ".hidden.csv", "m.toml"):
        (tmp_path / name).write_text("patient_id\nP1\n")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "d.csv").write_text("patient_id\nP1\n")
    tables = read_files([tmp_path])
    assert [t.file for t in tables] == ["a.TSV", "b.csv", "c.txt"]
    assert tables[0].notes == ("truth.csv in the same folder was not read: it is the demo's answer key",)
    assert tables[1].notes == ()
    assert [t.file for t in read_files([tmp_path / "truth.csv", tmp_path / "README.txt"])] == [
        "truth.csv",
        "README.txt",
    ]


def test_files_keep_the_order_given_and_names_that_tell_them_apart(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "labs.csv").write_text("patient_id\nP1\n")
    (tmp_path / "a.csv").write_text("patient_id\nP1\n")
    paths = [tmp_path / "two" / "labs.csv", str(tmp_path / "one"), tmp_path / "a.csv", tmp_path / "a.csv"]
    assert [t.file for t in read_files(paths)] == ["two/labs.csv", "one/labs.csv", "a.csv", "a.csv"]


def test_a_folder_without_tables_is_refused(tmp_path):
    (tmp_path / "notes.md").write_text("x")
    with pytest.raises(UnusableFile, match="holds no .csv"):
        read_files([tmp_path])
