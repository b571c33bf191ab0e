"""Decisions about single results on the patient page, over a real store on each database."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from lupusmon.importing import commit_import, plan_import
from lupusmon.ingest import read_bytes
from lupusmon.storage import EditKind, HowRead, Store
from lupusmon.ui import session
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
    asked = app.query_params["patient"]
    return asked if isinstance(asked, str) else asked[0]


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
    app.text_input(key=f"edit_reason_{key}_{rows[0]['key']}").input("24-h urine was spilt")
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
