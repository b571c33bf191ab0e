"""Guesses of columns, header line, dates and decimals: what a coordinator finds filled in, and what is asked."""

import pytest

from lupusmon.ingest import load_mapping, read_bytes
from lupusmon.ingest.draft import (
    find_fitting,
    find_unrecognised,
    guess_section,
    hide_unused,
    join_sections,
    missing_needed,
    read_mapping_text,
)
from lupusmon.ingest.guess import count_familiar, guess_columns, guess_constants, guess_fill_down, guess_kind
from lupusmon.ingest.mapping import ColumnRule, Mapping, TableMapping
from lupusmon.ingest.mapping_text import write_mapping
from lupusmon.ingest.preview import read_preview
from lupusmon.ingest.questions import date_in_words, find_date_styles, find_open_decimals, settle_dates
from lupusmon.ingest.source import Kind

LISTING = ("lab_id", "subject_id", "visit", "sample_date", "test_name", "result", "unit", "normal_range", "flag")
DOSING = ("dose_id", "subject_id", "treatment_date", "planned_start", "dose_amount", "dose_unit", "route", "frequency")
FOREIGN = b"""Export of Laboratory X;;;;
;;;;
MRN;Collection date;Test;Result;Units
7;14.02.2025;C3;62;mg/dL
7;;C4;8;mg/dL
"""


@pytest.mark.parametrize(
    ("headers", "kind", "expected"),
    [
        (LISTING, Kind.LABS, {"patient_id": "subject_id", "collected_at": "sample_date", "analyte": "test_name",
                              "value": "result", "unit": "unit", "ref_range": "normal_range", "result_id": "lab_id"}),
        (DOSING, Kind.INFUSIONS, {"patient_id": "subject_id", "given_at": "treatment_date", "dose": "dose_amount",
                                  "dose_unit": "dose_unit"}),
        (["USUBJID", "LBDTC", "LBTEST", "LBORRES", "LBORRESU", "LBORNRLO"], Kind.LABS,
         {"patient_id": "USUBJID", "collected_at": "LBDTC", "analyte": "LBTEST", "value": "LBORRES",
          "unit": "LBORRESU", "ref_low": "LBORNRLO"}),
        (["MRN", "Specimen Date", "Report Date", "Component", "Result", "UOM", "Reference Range"], Kind.LABS,
         {"patient_id": "MRN", "collected_at": "Specimen Date", "analyte": "Component", "value": "Result",
          "unit": "UOM", "ref_range": "Reference Range"}),
        (["Patientennummer", "Entnahmedatum", "Untersuchung", "Ergebnis", "Einheit"], Kind.LABS,
         {"patient_id": "Patientennummer", "collected_at": "Entnahmedatum", "analyte": "Untersuchung",
          "value": "Ergebnis", "unit": "Einheit"}),
        (["Patient No", "Visit date", "SLEDAI score", "Physician global", "Prednisone dose"], Kind.ASSESSMENTS,
         {"patient_id": "Patient No", "assessed_at": "Visit date", "sledai_2k": "SLEDAI score",
          "pga": "Physician global", "prednisone_mg_per_day": "Prednisone dose"}),
        (["Participant", "Gender", "Year of birth", "Center"], Kind.PATIENTS,
         {"patient_id": "Participant", "sex": "Gender", "birth_year": "Year of birth", "site": "Center"}),
    ],
)  # fmt: skip
def test_kind_and_columns_are_guessed_from_headers_alone(headers, kind, expected):
    assert guess_kind(headers) == kind
    assert guess_columns(headers, kind) == expected


def test_collection_beats_report_date_in_any_order():
    headers = ["report_date", "id_patient", "test", "result", "unit", "collection_date"]
    assert guess_columns(headers, Kind.LABS)["collected_at"] == "collection_date"
    headers = ["report_date", "subject_id", "test", "result", "unit"]
    assert guess_columns(headers, Kind.LABS)["collected_at"] == "report_date", "the only one there is, for confirmation"


def test_a_slip_of_spelling_is_forgiven_and_another_column_is_not_taken():
    found = guess_columns(["Subjct ID", "Colection date", "Test name", "Result", "Unit", "Flag"], Kind.LABS)
    assert found["patient_id"] == "Subjct ID" and found["collected_at"] == "Colection date"
    assert "Flag" not in found.values()


def test_cells_find_tests_and_drugs_under_any_heading_and_no_route_is_a_drug():
    cells = {"what": ["Complement C3", "C4", "Platelets"], "n": ["62", "8", "200"]}
    assert guess_columns(["what", "n"], Kind.LABS, cells)["analyte"] == "what"
    cells = {"agent given": ["Benlysta", "belimumab"], "route": ["INTRAVENOUS", "SQ"]}
    assert guess_columns(["agent given", "route"], Kind.INFUSIONS, cells) == {"drug": "agent given"}
    assert guess_columns(["route"], Kind.INFUSIONS, {"route": ["INTRAVENOUS", "SQ"]}) == {}


def test_no_header_is_guessed_twice_and_nothing_is_made_up():
    found = guess_columns(["unit", "units", "foo", "bar"], Kind.LABS)
    assert found == {"unit": "unit"}
    assert guess_columns(["foo", "bar", ""], Kind.LABS) == {}


def test_a_column_per_test_is_left_to_the_reader():
    headers = ["MRN", "Draw date", "C3 (g/L)", "Platelets (10*9/L)"]
    assert guess_kind(headers) == Kind.LABS
    found = guess_columns(headers, Kind.LABS)
    assert found == {"patient_id": "MRN", "collected_at": "Draw date"}
    assert (
        missing_needed(TableMapping(Kind.LABS, columns={k: ColumnRule(v) for k, v in found.items()}), is_wide=True)
        == []
    )


def test_a_unit_in_the_header_of_the_values_holds_for_every_row():
    assert guess_constants(Kind.LABS, {"value": "Result (mg/dL)"}) == {"unit": "mg/dL"}
    assert guess_constants(Kind.LABS, {"value": "Result (mg/dL)", "unit": "U"}) == {}


def test_ids_only_on_the_first_row_of_a_block_are_seen():
    columns = {"patient_id": "id", "collected_at": "day", "value": "v"}
    cells = {"id": ["7", "", "", "8", ""], "day": ["2025-01-01", "", "", "2025-01-02", ""], "v": list("12345")}
    assert guess_fill_down(columns, cells) == ("patient_id", "collected_at")
    assert guess_fill_down(columns, cells | {"id": list("77888")}) == ()


def test_the_header_is_found_under_titles_and_told_from_data():
    assert count_familiar(["NL1", "P7", "2025-01-01", "C3", "62"]) == 0
    preview = read_preview("x.csv", FOREIGN)
    assert (preview.skip_lines, preview.delimiter, preview.rows, preview.whole) == (2, ";", 2, True)
    assert preview.headers == ("MRN", "Collection date", "Test", "Result", "Units")
    assert preview.samples("Test") == ["C3", "C4"] and preview.fill_rate("Collection date") == 0.5
    assert not preview.is_ours
    assert read_preview("y.csv", b"patient_id,collected_at,analyte,value,unit\nP,2025-01-01,C3,1,g/L\n").is_ours
    assert not read_preview("y.csv", b"patient_id,when,what\nP,2025-01-01,C3\n").is_ours
    assert read_preview("z.hl7", b"MSH|^~\\&|A|B|C|D|20250101||ORU^R01|1|P|2.5\r") is None


def test_a_draft_written_as_toml_reads_the_file_as_the_command_line_would(tmp_path):
    preview = read_preview("x.csv", FOREIGN)
    section = guess_section(preview)
    assert section.skip_lines == 2 and section.fill_down == ()
    path = tmp_path / "x.toml"
    path.write_text(write_mapping(Mapping("X", (section,))), encoding="utf-8")
    (table,) = read_bytes("x.csv", FOREIGN, mapping=load_mapping(path))
    assert table.kind == Kind.LABS and list(table.columns["patient_id"].texts()) == ["7", "7"]
    assert list(table.lines) == [4, 5]


def test_every_key_of_a_mapping_survives_being_written():
    section = TableMapping(
        Kind.LABS,
        columns={"patient_id": ColumnRule('the "id"\\', "^[0-9]+", "upper"), "value": ColumnRule("Wert ä\x7f")},
        constants={"unit": "mg/dL", "method": ""},
        value_maps={"unit": {"NO UNITS": "", "mg %": "mg/dL"}},
        tests={"k3": "C3 (g/L)"},
        ref_range="range",
        date_order="dmy",
        date_formats=("%d.%m.%y", "%d.%m.%y %H:%M"),
        decimal="comma",
        delimiter="\t",
        encoding="cp850",
        skip_lines=3,
        fill_down=("patient_id",),
    )
    doses = TableMapping(Kind.INFUSIONS, columns={"patient_id": ColumnRule("id")}, constants={"drug": "belimumab"})
    mapping = Mapping("North = “Lab”", (section, doses))
    assert read_mapping_text("x", write_mapping(mapping)) == mapping


def test_of_the_saved_sections_the_one_with_most_columns_fits_and_other_kinds_stay():
    preview = read_preview("x.csv", FOREIGN)
    few = TableMapping(Kind.PATIENTS, columns={"patient_id": ColumnRule("MRN")}, skip_lines=2)
    full = guess_section(preview)
    assert find_fitting(Mapping("X", (few, full)), preview) == full
    strange = TableMapping(Kind.PATIENTS, columns={"patient_id": ColumnRule("nowhere")})
    assert find_fitting(Mapping("X", (strange,)), preview) is None
    changed = TableMapping(Kind.LABS, columns={"patient_id": ColumnRule("other")})
    assert join_sections(Mapping("X", (few, full)), Mapping("X", (changed,))).tables == (changed, few)


def test_a_column_with_our_name_that_was_not_chosen_is_not_read():
    data = b"MRN,date,test,result,unit,status\n7,2025-01-01,C3,62,mg/dL,whatever\n"
    preview = read_preview("x.csv", data)
    section = guess_section(preview)
    columns = {ours: rule for ours, rule in section.columns.items() if ours != "status"}
    hidden = hide_unused(preview, Kind.LABS, columns, ())
    assert hidden == {"status": ""}
    mapping = Mapping("x", (TableMapping(Kind.LABS, columns=columns, constants=hidden),))
    (table,) = read_bytes("x.csv", data, mapping=mapping)
    assert list(table.columns["status"].texts()) == [""]


def test_names_and_units_that_are_not_known_are_offered_once():
    rows = ("MRN,date,test,result,unit", "7,2025-01-01,Wunderwert,62,mg/dL", "7,2025-01-01,C3,62,blobs")
    data = "\n".join((*rows, "7,2025-01-01,C3,1,g/L\n")).encode()
    preview = read_preview("x.csv", data)
    found = find_unrecognised(guess_section(preview), preview)
    assert list(found["analyte"]) == ["Wunderwert"] and list(found["unit"]) == ["blobs"]
    assert "mg/dL" in found["unit"]["blobs"]


def test_an_order_that_no_date_proves_is_asked_with_examples_in_words():
    (style,) = find_date_styles(["03/04/2025", "05/04/2025", "07/07/2025", "4 May 2025"])
    assert style.needs_answer() and style.examples == ("03/04/2025", "05/04/2025")
    assert date_in_words("03/04/2025", "dmy") == "3 April 2025"
    assert date_in_words("03/04/2025", "mdy") == "4 March 2025"
    assert date_in_words("31/04/2025", "dmy") == ""
    assert settle_dates([style], {style: "mdy"}) == ("mdy", ())


@pytest.mark.parametrize("word, order", [("13/04/2025", "dmy"), ("04/13/2025", "mdy")])
def test_one_date_can_prove_the_order(word, order):
    (style,) = find_date_styles(["03/04/2025", word])
    assert not style.needs_answer() and style.order == order
    assert settle_dates([style], {}) == (order, ())


def test_styles_that_differ_become_formats_and_contradictions_are_asked():
    styles = find_date_styles(["14.11.2022", "09/25/22", "05/03/22 10:30", "2022-01-01"])
    assert [(s.sign, s.digits, s.order, s.clock) for s in styles] == [(".", 4, "dmy", False), ("/", 2, "mdy", True)]
    assert settle_dates(styles, {}) == (None, ("%d.%m.%Y", "%m/%d/%y", "%m/%d/%y %H:%M", "%m/%d/%y %H:%M:%S"))
    (both,) = find_date_styles(["14/11/2022", "11/14/2022", "03/04/2022"])
    assert both.order == "both" and both.needs_answer()


def test_dates_with_the_year_first_need_nothing():
    assert find_date_styles(["2025-01-02", "20250102", "2 Jan 2025", "", "n/a"]) == []
    assert settle_dates([], {}) == (None, ())


def test_a_comma_is_asked_only_where_nothing_shows_what_it_means():
    assert find_open_decimals(["1,200", "> 2,500", "300"]) == ("1,200", "> 2,500")
    assert find_open_decimals(["1,200", "0.5"]) == ()
    assert find_open_decimals(["1,200", "12,5"]) == ()
    assert find_open_decimals(["12", "<4"]) == ()
