"""Foreign files on the import page, over a real store: constants, workbooks, saved mappings, questions, warnings."""

import hashlib
import io
import json

import openpyxl
import pytest

from lupusmon.ui import session
from tests.integration.test_ui_imports import app, button, grid, open_import  # noqa: F401 (app is a fixture)
from tests.integration.test_ui_pages import open_page, texts
from tests.transport_files import write_xpt

DOSES = "subject_id,treatment_date,dose_amount,route\nD1,2025-01-03,10,IV\nD1,2025-02-01,10,IV\n"
LISTING = "MRN;Collection date;Test;Result\n7;14.02.2025;C3;62\n07;15.02.2025;C3;64\n"


def give(app, name, content):  # noqa: F811
    data = content if isinstance(content, bytes) else content.encode()
    app.file_uploader[0].set_value([(name, data, "text/csv")]).run()
    assert not app.exception
    return app


def column(app, ours):  # noqa: F811
    return next(box for box in app.selectbox if box.label == f"Column for {ours}")


def say(app, ours, text):  # noqa: F811
    """The same text in every row of one of our columns."""
    column(app, ours).select("\0").run()
    next(box for box in app.text_input if box.label == f"Text for {ours} in every row").input(text).run()


def totals(app):  # noqa: F811
    return [int(grid(app, "receipt")["rows"][-1]["cells"][2]["text"]), *grid(app, "receipt")["rows"][-1]["cells"][3:]]


def name_source(app, name):  # noqa: F811
    next(box for box in app.text_input if box.label.startswith("Source")).input(name).run()


def test_what_the_file_does_not_say_is_said_once_for_all_rows(app):  # noqa: F811
    give(open_import(app), "doses.csv", DOSES)
    assert "Still needed: drug" in texts(app) and not any(b.label.startswith("Import ") for b in app.button)
    say(app, "drug", "belimumab")
    say(app, "dose_unit", "mg/kg")
    assert totals(app) == [2, 2, 0, 0, 0, 0]
    assert session.load_store().history() == [], "nothing is stored before Import"
    button(app, "Import 1 file").click().run()
    (batch,) = session.load_store().history()
    assert 'drug = "belimumab"' in batch.how.mapping_text and session.load_store().mappings() == {}


def test_a_saved_mapping_reads_the_next_file_in_silence_and_can_be_changed(app):  # noqa: F811
    give(open_import(app), "north.csv", LISTING)
    say(app, "unit", "mg/dL")
    name_source(app, "North Lab")
    assert "may be one patient each: 7 and 07" in texts(app) or "may be one patient each: 07 and 7" in texts(app)
    button(app, "Import 1 file").click().run()
    assert session.load_store().history()[0].how.source == "North Lab"

    give(app, "april.csv", LISTING.replace("2025", "2024"))
    assert "read with the mapping of North Lab" in texts(app) and totals(app)[:2] == [2, 2]
    button(app, "Change the matching").click().run()
    assert column(app, "value").value == "Result" and column(app, "unit").value == "\0"
    column(app, "unit").select("").run()
    assert "Still needed: unit" in texts(app)
    say(app, "unit", "g/L")
    button(app, "Import 1 file").click().run()
    assert 'unit = "g/L"' in session.load_store().mappings()["North Lab"].text


def test_sources_keep_one_mapping_for_each_kind(app):  # noqa: F811
    for name, content, said in (("a.csv", LISTING, ("unit", "mg/dL")), ("b.csv", DOSES, ("drug", "belimumab"))):
        give(open_import(app), name, content)
        say(app, *said)
        name_source(app, "North Lab")
        button(app, "Import 1 file").click().run()
    text = session.load_store().mappings()["North Lab"].text
    assert "[labs]" in text and "[infusions]" in text


def test_a_workbook_is_matched_like_a_table_of_text(app):  # noqa: F811
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (["Listing"], [], *(line.split(";") for line in LISTING.splitlines())):
        book.active.append(row)
    book.save(out)
    give(open_import(app), "north.xlsx", out.getvalue())
    assert "Match the columns of north.xlsx" in "".join(s.value for s in app.subheader).replace("\\", "")
    say(app, "unit", "mg/dL")
    assert totals(app) == [2, 2, 0, 0, 0, 0]


def test_a_column_per_test_needs_only_the_id_and_the_date(app):  # noqa: F811
    give(open_import(app), "wide.csv", "MRN,Draw date,C3 (mg/dL),C4 (mg/dL)\n7,2025-01-03,62,8\n8,2025-01-04,,9\n")
    assert "read as results: C3 (mg/dL), C4 (mg/dL)" in texts(app)
    assert totals(app) == [3, 3, 0, 0, 0, 0]


def test_a_decimal_sign_that_nothing_shows_is_asked(app):  # noqa: F811
    text = 'MRN,date,test,result,unit\n7,2025-01-03,Platelets,"1,200",10*9/L\n'
    give(open_import(app), "p.csv", text)
    assert "Please answer the questions above" in texts(app)
    (question,) = [r for r in app.radio if r.label == "What is the decimal sign?"]
    assert "1,200 is 1200" in question.options[0] and "1,200 is 1.2" in question.options[1]
    question.set_value("point").run()
    assert totals(app) == [1, 1, 0, 0, 0, 0]


def test_names_that_are_not_known_are_assigned_once_and_remembered(app):  # noqa: F811
    text = "MRN,date,test,result,unit\n7,2025-01-03,Wunderwert,62,mg/dL\n"
    give(open_import(app), "w.csv", text)
    next(box for box in app.selectbox if box.label == "analyte: Wunderwert").select("C3").run()
    assert totals(app) == [1, 1, 0, 0, 0, 0]
    name_source(app, "West")
    button(app, "Import 1 file").click().run()
    give(app, "w2.csv", text.replace("62", "63"))
    assert "read with the mapping of West" in texts(app) and totals(app)[:2] == [1, 0] or totals(app)[1] == 1


@pytest.mark.parametrize("matched", [False, True])
def test_columns_that_identify_people_are_named_and_whether_they_are_stored(app, matched):  # noqa: F811
    give(open_import(app), "p.csv", 'Subject,Gender,Full name\n1,F,"Doe, Ann"\n2,M,"Roe, Al"\n3,F,"Poe, Eve"\n')
    if matched:
        column(app, "label").select("Full name").run()
        assert "and they would be stored: Full name (name)" in texts(app)
    else:
        assert "Full name (name). They are not matched, so they are never stored" in texts(app)


def test_an_unknown_kind_of_file_is_refused_without_a_form(app):  # noqa: F811
    give(open_import(app), "x.json", json.dumps({"a": 1}))
    assert "x.json cannot be used" in texts(app) and not any(b.label.startswith("Column for") for b in app.selectbox)


def test_two_names_of_one_file_are_read_once(app):  # noqa: F811
    open_import(app)
    files = [(name, DOSES.encode(), "text/csv") for name in ("a.csv", "b.csv", "b.csv")]
    app.file_uploader[0].set_value(files).run()
    assert not app.exception
    assert len([box for box in app.selectbox if box.label == "Column for drug"]) == 2


def test_the_order_of_dates_in_a_table_of_ours_is_asked_on_the_spot(app):  # noqa: F811
    text = "patient_id,collected_at,analyte,value,unit\nP1,03/04/2025,C3,62,mg/dL\nP1,05/06/2025,C3,70,mg/dL\n"
    give(open_import(app), "ours.csv", text)
    (question,) = app.radio
    assert "03/04/2025 is 3 April 2025, 05/06/2025 is 5 June 2025" in question.options[0]
    question.set_value("mdy").run()
    assert totals(app) == [2, 2, 0, 0, 0, 0] and "read with the month first" in texts(app)


def workbook(**sheets):
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, text in sheets.items():
        sheet = book.create_sheet(title)
        for line in text.splitlines():
            sheet.append(line.split(";"))
    book.save(out)
    return out.getvalue()


OURS = "patient_id;collected_at;analyte;value;unit\n7;2025-01-03;C3;62;mg/dL\n8;2025-01-03;C3;70;mg/dL\n"
AGAIN = "patient_id;collected_at;analyte;value;unit\n9;2025-01-03;C3;62;mg/dL\n9;2025-02-03;C3;70;mg/dL\n"


def test_every_sheet_of_a_workbook_is_a_file_of_its_own_and_its_kind_is_chosen(app):  # noqa: F811
    book = workbook(Labs=OURS, More=AGAIN, Lab2=LISTING, Legend="this is\nonly text\n")
    give(open_import(app), "book.xlsx", book)
    asked = {group.label.replace("\\", "") for group in app.get("button_group")}
    assert asked - {"Units"} == {"Sheet Lab2 of book.xlsx", "Sheet Legend of book.xlsx"}
    assert "checked as soon as every sheet is matched or left out" in texts(app)
    assert not any(b.label.startswith("Import ") for b in app.button)
    say(app, "unit", "mg/dL")
    rows = {row["cells"][0]["text"]: row["cells"][2]["text"] for row in grid(app, "receipt")["rows"]}
    assert rows == {
        "book.xlsx [Labs]": "2",
        "book.xlsx [More]": "2",
        "book.xlsx [Lab2]": "2",
        "book.xlsx [Legend]": "2",
        "Total": "8",
    }
    assert totals(app) == [8, 6, 0, 0, 0, 2]
    button(app, "Import 1 file").click().run()
    (batch,) = session.load_store().history()
    assert len(batch.files) == 4 and set(batch.sha256s) == {hashlib.sha256(book).hexdigest()}
    give(app, "book.xlsx", book)
    assert texts(app).count("already imported") >= 1 and "There is nothing to import" in texts(app)


def test_a_sas_file_of_no_known_table_is_matched_like_any_other(app):  # noqa: F811
    columns = {"MRN": ["7", "8"], "TAKEN": ["2025-01-03", "2025-01-04"], "TEST": ["C3", "C4"], "RES": [62.0, 12.5]}
    give(open_import(app), "adlb.xpt", write_xpt("ADLB", {**columns, "U": ["mg/dL", "mg/dL"]}))
    assert "Match the columns of adlb.xpt" in "".join(s.value for s in app.subheader).replace("\\", "")
    for ours, theirs in (
        ("patient_id", "MRN"),
        ("collected_at", "TAKEN"),
        ("analyte", "TEST"),
        ("value", "RES"),
        ("unit", "U"),
    ):
        column(app, ours).select(theirs).run()
    assert totals(app) == [2, 2, 0, 0, 0, 0]


def test_a_column_that_identifies_people_need_not_be_stored(app):  # noqa: F811
    text = 'patient_id,sex,label\n1,F,"Doe, Ann"\n2,M,"Roe, Al"\n3,F,"Poe, Eve"\n'
    give(open_import(app), "p.csv", text)
    assert "they would be stored: label (name)" in texts(app)
    app.toggle(key="unstored_p.csv_label").set_value(True).run()
    button(app, "Import 1 file").click().run()
    (table,) = session.load_store()._store.load_tables()
    assert set(table.columns) == {"patient_id", "sex"} and "label" in table.extra_columns


def test_a_needed_column_that_identifies_people_cannot_be_left_out_and_says_so(app):  # noqa: F811
    rows = "".join(f'"Doe, Ann{c}",2025-01-03,C3,62,mg/dL\n' for c in "abcd")
    give(open_import(app), "p.csv", "patient_id,collected_at,analyte,value,unit\n" + rows)
    assert "patient_id is read as patient_id, which is needed: put a study code" in texts(app)


@pytest.mark.parametrize("masked", [False, True])
def test_ids_that_may_be_one_patient_are_shown_on_import_and_on_the_patient_page(app, masked):  # noqa: F811
    app.session_state["masked"] = masked
    give(open_import(app), "o.csv", "patient_id,collected_at,analyte,value,unit\np7,2025-01-03,C3,62,mg/dL\n")
    button(app, "Import 1 file").click().run()
    give(app, "o2.csv", "patient_id,collected_at,analyte,value,unit\nP007,2025-01-03,C3,63,mg/dL\n")
    assert "1 pair of patient ids may be one patient each" in texts(app)
    assert ("P007 and p7" in texts(app)) != masked
    button(app, "Import 1 file").click().run()
    open_page(app, "patient", patient="P007")
    assert "May be the same patient as " + ("Patient " if masked else "p7") in texts(app)
    assert ("p7" in texts(app)) != masked


def test_the_place_of_the_store_is_shown_to_those_who_ask_only(app, tmp_path):  # noqa: F811
    open_import(app)
    assert str(tmp_path) not in texts(app) and "this computer's store" in texts(app)
    assert any(str(tmp_path) in code.value for code in app.code)


def test_a_second_browser_that_was_faster_is_told(app, monkeypatch):  # noqa: F811
    give(open_import(app), "ours.csv", OURS.replace(";", ","))
    shelf = session.load_store()
    add = type(shelf).add

    def after_another(self, checked, how, **said):
        monkeypatch.undo()
        said.pop("progress")
        add(self, checked, how, **said)
        return add(self, checked, how, **said)

    monkeypatch.setattr(type(shelf), "add", after_another)
    button(app, "Import 1 file").click().run()
    assert "Somebody else imported the same meanwhile" in texts(app)
    assert "already imported" in texts(app) and len(session.load_store().history()) == 1


def test_a_store_that_is_gone_is_said_without_its_place(app, tmp_path):  # noqa: F811
    open_import(app)
    for file in tmp_path.glob("lupusmon.db*"):
        file.unlink()
    app.run()
    said = " ".join(str(e.value) for e in app.error).replace("\\", "")
    assert "no longer there" in said and str(tmp_path) not in said
    assert not list(tmp_path.glob("lupusmon.db*"))
