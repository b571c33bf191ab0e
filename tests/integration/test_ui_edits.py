"""Decisions about single results on the patient page, over a real store on each database."""

from __future__ import annotations

import json
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from lupusmon.importing import commit_import, plan_import
from lupusmon.ingest import read_bytes
from lupusmon.storage import EditKind, HowRead, Store
from lupusmon.ui import session
from lupusmon.ui.snapshot import opaque_key
from tests.integration.test_ui_pages import DASHBOARD, charts, grids, open_page, texts
from tests.stored_files import BY

LABS = """patient_id,collected_at,analyte,value,unit
P1,2024-12-01,UPCR,3.0,g/g
P1,2025-01-03,UPCR,1.8,g/g
P1,2025-01-03,C3,62,mg/dL
P1,2025-12-20,UPCR,0.9,g/g
P1,2026-01-09,UPCR,0.6,g/g
P1,2026-01-20,UPCR,0.2,g/g
"""
DOSES = "patient_id,given_at,drug\nP1,2025-01-10,belimumab\nP1,2025-02-07,belimumab\n"


@pytest.fixture
def app(monkeypatch, tmp_path, database_url):
    monkeypatch.delenv("LUPUSMON_DEMO", raising=False)
    monkeypatch.setenv("LUPUSMON_HOME", str(tmp_path))
    monkeypatch.setenv("LUPUSMON_DATABASE_URL", database_url)
    store = Store(database_url)
    for name, text in (("labs.csv", LABS), ("doses.csv", DOSES)):
        commit_import(store, plan_import(store, read_bytes(name, text.encode())), HowRead(), **BY)
    store.close()
    for cached in (session.load_store, session.link_key, session.current_analysis):
        cached.clear()
    yield AppTest.from_file(DASHBOARD, default_timeout=60)
    session.load_store()._store.close()
    for cached in (session.load_store, session.link_key, session.current_analysis):
        cached.clear()


def open_patient(app):
    open_page(app, "patient", patient="P1")
    return opaque_key("P1", session.link_key())


def every_result(app, key):
    app.toggle(key=f"every_{key}").set_value(True).run()
    app.selectbox(key=f"edit_test_{key}").select("UPCR").run()
    return grids(app)["every_result"]["rows"]


def trace(app, name):
    return [t for t in charts(app)[0]["data"] if t.get("name") == f"UPCR {name}"]


def test_a_result_is_marked_with_a_reason_shown_crossed_and_taken_back(app):
    key = open_patient(app)
    rows = every_result(app, key)
    assert [row["cells"][1]["struck"] for row in rows] == [False] * 5
    app.session_state[f"edit_row_{key}_UPCR"] = rows[0]["key"]
    app.run()
    app.button(key=f"edit_do_{key}").click().run()
    assert "Please give a reason" in texts(app) and session.load_store()._store.edits() == []
    app.text_input(key=f"edit_reason_{key}_accepted_{rows[0]['key']}").input("24-h urine was spilt")
    app.button(key=f"edit_do_{key}").click().run()
    marked = grids(app)["every_result"]["rows"][0]["cells"]
    assert marked[1]["struck"] and marked[2] == {"text": "not usable", "sub": "24-h urine was spilt"}
    assert "1 result marked as not usable (24-h urine was spilt)" in texts(app)
    drawn = trace(app, "unusable")
    assert len(drawn) == 1 and "not usable: 24-h urine was spilt" in drawn[0]["text"][0]
    assert drawn[0]["marker"]["symbol"] == "circle-x-open"
    assert "2026-01-20" not in json.dumps(grids(app)["labs"])
    app.button(key=f"edit_do_{key}").click().run()
    assert session.load_store()._store.edits() == [] and not trace(app, "unusable")
    assert [line.action for line in session.load_store()._store.audit_trail()][-2:] == [
        "unusable",
        "unusable, taken back",
    ]


def test_a_baseline_is_pinned_shown_everywhere_and_unpinned(app):
    key = open_patient(app)
    app.toggle(key=f"pin_form_{key}").set_value(True).run()
    app.selectbox(key=f"pin_test_{key}").select("UPCR").run()
    form = f"{key}_baseline_UPCR"
    options = app.radio(key=f"pin_choice_{form}").options
    assert [o.replace("\\", "")[:25] for o in options] == ["3 g/g on 2024-12-01 (day ", "1.8 g/g on 2025-01-03 (da"]
    assert "used now" in options[1] and "used now" not in options[0]
    app.radio(key=f"pin_choice_{form}").set_value(0)
    app.button(key=f"pin_do_{key}").click().run()
    assert "give a reason" in texts(app) and session.load_store()._store.edits() == []
    app.radio(key=f"pin_choice_{form}").set_value(0)
    app.text_input(key=f"pin_reason_{form}").input("before the steroid pulse")
    app.button(key=f"pin_do_{key}").click().run()
    assert [e.kind for e in session.load_store()._store.edits()] == [EditKind.PIN]
    by = "pinned by local on "
    assert by in texts(app) and ": before the steroid pulse" in texts(app)
    ledger = json.dumps(grids(app)["ledger"])
    assert by in ledger and "baseline UPCR" in ledger
    assert by in json.dumps(grids(app)["labs"])
    assert len(trace(app, "pinned")) == 1 and by in trace(app, "pinned")[0]["text"][0]
    assert trace(app, "baseline")[-1]["y"] == [3.0]
    app.button(key=f"unpin_{key}_0").click().run()
    assert by not in texts(app) and not trace(app, "pinned") and session.load_store()._store.edits() == []


def test_a_pin_whose_import_was_undone_is_not_applied_and_the_page_says_so(app):
    key = open_patient(app)
    session.pin(
        {"patient_id": "P1", "analyte": "UPCR", "source_file": "labs.csv", "source_line": 2},
        "belimumab-1",
        "baseline",
        "x",
    )
    store = session.load_store()._store
    store.undo_batch(1, **BY)
    fresh = LABS.replace("P1,2024-12-01,UPCR,3.0,g/g\n", "")
    commit_import(store, plan_import(store, read_bytes("labs.csv", fresh.encode())), HowRead(), **BY)
    app.run()
    said = "\n".join(str(w.value) for w in app.warning).replace("\\", "")
    assert "Not applied" in said and "The result is no longer there: its import was undone" in said
    assert "pinned" not in json.dumps(grids(app)["ledger"]) and not trace(app, "pinned")
    assert app.button(key=f"unpin_{key}_0")


def test_a_visit_offers_the_results_of_its_window_only(app):
    key = open_patient(app)
    app.toggle(key=f"pin_form_{key}").set_value(True).run()
    app.selectbox(key=f"pin_slot_{key}").select("52").run()
    app.selectbox(key=f"pin_test_{key}").select("UPCR").run()
    options = [o.replace("\\", "") for o in app.radio(key=f"pin_choice_{key}_52_UPCR").options]
    assert [o[: o.index(" (")] for o in options] == [
        "0.9 g/g on 2025-12-20",
        "0.6 g/g on 2026-01-09",
        "0.2 g/g on 2026-01-20",
    ]
    assert "used now" in options[1]


def trail(app, **state):
    for name, value in state.items():
        app.session_state[name] = value
    open_page(app, "audit")
    return [row["cells"] for row in grids(app)["trail"]["rows"]]


def test_the_audit_trail_says_in_words_who_did_what_and_is_filtered(app):
    place = {"patient_id": "P1", "analyte": "UPCR", "source_file": "labs.csv", "source_line": 2}
    session.mark_unusable({**place, "source_line": 6}, "=spilt")
    session.pin(place, "belimumab-1", "baseline", "before")
    session.pin({**place, "source_line": 3}, "belimumab-1", "baseline", "after all")
    session.unpin({"patient_id": "P1", "course_id": "belimumab-1", "slot": "baseline", "analyte": "UPCR"}, "")
    session.load_store().save_mapping("North Lab", 'kind = "labs"\n', at=BY["at"], who="Ann")
    session.load_store().save_mapping("North Lab", 'kind = "doses"\n', at=BY["at"], who="Ann")
    session.undo_import(2)
    rows = trail(app)
    assert [row[2] for row in rows] == [
        "took an import back", "saved how a source is read", "saved how a source is read", "unpinned a value",
        "pinned a value", "pinned a value", "marked a result as not usable", "imported files", "imported files",
    ]  # fmt: skip
    assert rows[1][4:] == ['kind = "labs"', 'kind = "doses"']
    assert rows[4][3] == {"text": "P1", "sub": "UPCR, baseline of belimumab course 1"}
    assert rows[4][4] == "3 of 2024-12-01 · labs.csv, line 2 · reason: before"
    assert rows[4][5] == "1.8 of 2025-01-03 · labs.csv, line 3 · reason: after all"
    assert rows[6][3] == {"text": "P1", "sub": "UPCR 0.6 of 2026-01-09"} and rows[6][5].endswith("reason: =spilt")
    app.selectbox(key="audit_who").select("Ann").run()
    assert len(grids(app)["trail"]["rows"]) == 2
    app.selectbox(key="audit_who").select("").run()
    app.multiselect(key="audit_what").select("pin").run()
    assert len(grids(app)["trail"]["rows"]) == 2
    app.multiselect(key="audit_what").unselect("pin").run()
    app.date_input(key="audit_until").set_value(date(2026, 6, 1)).run()
    assert {row["cells"][1]["text"][:10] for row in grids(app)["trail"]["rows"]} == {"2026-06-01"}
    assert len(grids(app)["trail"]["rows"]) == 4


def test_a_masked_audit_trail_holds_no_id_and_is_not_exported(app):
    session.mark_unusable({"patient_id": "P1", "analyte": "UPCR", "source_file": "labs.csv", "source_line": 2}, "x")
    session.undo_import(1)
    session.undo_import(2)  # the patient is no longer among the data
    app.session_state["masked"] = True
    shown = json.dumps(trail(app)) + texts(app)
    assert "P1" not in shown and "Patient " in shown
    assert app.get("download_button")[0].proto.disabled


def test_the_audit_trail_comes_in_pages_and_its_seals_are_checked(app):
    store = session.load_store()
    for number in range(101):
        store.save_mapping("Lab", f"n = {number}\n", at=BY["at"], who="Ann")
    rows = trail(app)
    assert (len(rows), rows[0][0], "103 lines, page 1 of 3" in texts(app)) == (50, 103, True)
    app.button(key="audit_older").click().run()
    app.button(key="audit_older").click().run()
    assert [row["cells"][0] for row in grids(app)["trail"]["rows"]] == [3, 2, 1]
    app.multiselect(key="audit_what").select("import").run()
    assert [row["cells"][0] for row in grids(app)["trail"]["rows"]] == [2, 1]
    app.button(key="verify_audit").click().run()
    assert "audit trail is whole" in texts(app)
    assert "at,who,action,subject" in store.audit_csv()
