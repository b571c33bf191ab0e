"""The import page over a real store: check, import, receipt, fix-me file, undo."""

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from lupusmon.ingest import read_bytes
from lupusmon.pipeline import analyze_tables
from lupusmon.ui import links, session
from lupusmon.ui.import_rows import build_fix_file, join_lines
from tests.integration.test_ui_pages import DASHBOARD, texts

LABS = """patient_id,collected_at,analyte,value,unit
P1,2025-01-03,C3,62,mg/dL
P1,2025-01-03,UPCR,1.2,mg/gl
P1,2025-02-30,C3,70,mg/dL
P1,2025-03-03,C4,=1+1,mg/dL
P1,2025-04-03,C3,95,mg/dL
"""
WIDE = """patient_id,collected_at,C3 (mg/dL),C4 (mg/dL)
P1,2025-01-03,62,8
P2,2025-01-04,9999,9
"""


def fix_file(name, text):
    tables = read_bytes(name, text.encode())
    analysis = analyze_tables(tables, as_of="2026-01-01", wanted=("issues",))
    return build_fix_file(tables, analysis.issues, name)


def test_fix_me_file_holds_the_rejected_rows_and_why_and_can_be_read_again():
    rows = fix_file("march.csv", LABS)
    assert rows["collected_at"].tolist() == ["2025-01-03", "2025-02-30", "2025-03-03"]
    assert rows["problem"].str.contains("unit: ").tolist()[0] and "use g/g" in rows["problem"][0]
    mended = rows.assign(unit=["g/g", "mg/dL", "mg/dL"], value=["1.2", "70", "8"], collected_at="2025-05-01")
    again = analyze_tables(read_bytes("fixed.csv", mended.to_csv(index=False).encode()), as_of="2026-01-01")
    assert again.receipt["totals"]["accepted"] == 3


def test_formulas_in_the_fix_me_file_are_harmless():
    assert fix_file("march.csv", LABS)["value"].tolist() == ["1.2", "70", "'=1+1"]


ODD = st.text(alphabet="=+-@'\"\t ,;aé1.\n", max_size=8)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(ODD, ODD, ODD, ODD), min_size=1, max_size=5))
def test_a_fix_me_file_read_again_gives_the_same_texts(cells):
    names = ["patient_id", "analyte", "value", "method"]
    given_rows = pd.DataFrame(cells, columns=names).assign(collected_at="2025-01-03", unit="nonsense")
    table = read_bytes("a.csv", given_rows.to_csv(index=False, lineterminator="\r\n").encode())[0]
    analysis = analyze_tables([table], as_of="2026-01-01", wanted=("issues",))
    fixed = build_fix_file([table], analysis.issues, "a.csv")
    if fixed.empty:
        return
    again = read_bytes("fix_me.csv", fixed.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig"))[0]
    rejected = set(analysis.issues.loc[analysis.issues["outcome"] == "rejected", "source_line"])
    before = [
        tuple(table.columns[name].texts()[i] for name in names)
        for i, line in enumerate(table.lines)
        if line in rejected
    ]
    after = list(zip(*(again.columns[name].texts() for name in names), strict=True))
    assert after == list(dict.fromkeys(before))


@pytest.mark.parametrize(
    "header", ["patient_id,collected_at,analyte,value,unit", "PATIENT_ID,collected_at,analyte,value,unit,problem"]
)
def test_an_apostrophe_that_is_not_ours_stays(header):
    more = ",x" if "problem" in header else ""
    table = read_bytes("a.csv", f"{header}\n'=P1,2025-01-03,C3,62,mg/dL{more}\n".encode())[0]
    assert table.columns["patient_id"].texts().tolist() == ["'=P1"]


def test_a_wide_file_gives_only_its_rejected_cells():
    rows = fix_file("wide.csv", WIDE)
    assert rows[["patient_id", "analyte", "value"]].to_numpy().tolist() == [["P2", "C3", "9999"]]


def test_lines_are_joined_and_counted():
    assert join_lines(pd.Series([2, 3, 4, 9])) == "2–4, 9"
    assert join_lines(pd.Series(range(2, 60, 2))).endswith("and 17 more")


def test_a_sealed_search_says_nothing_and_opens_only_here():
    token = links.seal("Müller", b"k" * 32)
    assert "M" not in token[:2] and links.unseal(token, b"k" * 32) == "Müller"
    assert links.unseal(token, b"x" * 32) == "" and links.unseal("nonsense!", b"k" * 32) == ""


@pytest.fixture
def app(monkeypatch, tmp_path):
    for name in ("LUPUSMON_DEMO", "LUPUSMON_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LUPUSMON_HOME", str(tmp_path))
    for cached in (session.load_store, session.link_key, session.current_analysis):
        cached.clear()
    yield AppTest.from_file(DASHBOARD, default_timeout=60)
    for cached in (session.load_store, session.link_key, session.current_analysis):
        cached.clear()


def open_import(app):
    app.run()
    app._page_hash = calc_hash("import")
    return app.run()


def button(app, label):
    return next(b for b in app.button if b.label == label)


def grid(app, name):
    return next(g for g in (json.loads(c.proto.json) for c in app.get("bidi_component")) if g["name"] == name)


def test_nothing_is_stored_before_import_and_undo_takes_it_back(app):
    open_import(app)
    app.file_uploader[0].set_value([("march.csv", LABS.encode(), "text/csv")]).run()
    assert "Nothing has been stored yet" in texts(app) and session.load_store().history() == []
    assert "“mg/gl”" in json.dumps(grid(app, "issues"), ensure_ascii=False)
    total = grid(app, "receipt")["rows"][-1]["cells"]
    assert total[2]["text"] == "5" and total[3:] == [2, 0, 0, 3, 0]
    button(app, "Import 1 file").click().run()
    assert "Imported: 2 of 5 rows accepted" in texts(app)
    assert [b.files for b in session.load_store().history()] == [("march.csv",)]
    button(app, "Undo this import").click().run()
    assert session.load_store().history()[0].undone_at


def test_results_whose_status_says_that_they_do_not_hold_are_named(app):
    lines = ["patient_id,collected_at,analyte,value,unit,status", "P1,2025-01-03,C3,62,mg/dL,Entered in Error"]
    lines += ["P1,2025-02-03,C3,63,mg/dL,final", "P1,2025-03-03,C3,64,mg/dL,cancelled"]
    open_import(app)
    app.file_uploader[0].set_value([("status.csv", "\n".join(lines).encode(), "text/csv")]).run()
    said = next(text.value for text in app.warning if "says otherwise" in text.value)
    assert said.startswith("2 results with a status") and "“Entered in Error”" in said and "final" not in said
    without = "\n".join(line.rsplit(",", 1)[0] for line in lines)
    app.file_uploader[0].set_value([("plain.csv", without.encode(), "text/csv")]).run()
    assert not any("says otherwise" in text.value for text in app.warning)


def test_importing_the_same_file_again_says_so_and_offers_nothing(app):
    open_import(app)
    for _ in range(2):
        app.file_uploader[0].set_value([("march.csv", LABS.encode(), "text/csv")]).run()
        if any(b.label == "Import 1 file" for b in app.button):
            button(app, "Import 1 file").click().run()
    assert "already imported" in texts(app) and "There is nothing to import" in texts(app)
    assert not any(b.label.startswith("Import ") for b in app.button)


def test_an_unusable_file_is_named_and_does_not_hide_the_others(app):
    open_import(app)
    files = [("junk.csv", b"a,b\n1,2\n", "text/csv"), ("march.csv", LABS.encode(), "text/csv")]
    app.file_uploader[0].set_value(files).run()
    assert "junk.csv cannot be used" in texts(app)
    assert grid(app, "receipt")["rows"][-1]["cells"][2]["text"] == "5"


def test_an_ambiguous_date_order_is_a_question_the_page_can_answer(app):
    text = LABS.replace("2025-01-03", "03/01/2025").replace("2025-02-30", "05/02/2025")
    text = text.replace("2025-03-03", "03/03/2025").replace("2025-04-03", "03/04/2025")
    open_import(app)
    app.file_uploader[0].set_value([("march.csv", text.encode(), "text/csv")]).run()
    assert "march.csv is checked as soon as this is answered" in texts(app)
    assert "cannot be used" not in texts(app) and "--date-order" not in texts(app), "a question is no fault"
    app.selectbox(key="date_order").select("dmy").run()
    assert "cannot be used" not in texts(app) and "Nothing has been stored yet" in texts(app)


def test_the_store_outlives_the_server(app, tmp_path):
    open_import(app)
    app.file_uploader[0].set_value([("march.csv", LABS.encode(), "text/csv")]).run()
    button(app, "Import 1 file").click().run()
    key = session.link_key()
    session.load_store.clear()
    session.link_key.clear()
    assert session.load_store().history()[0].files == ("march.csv",) and session.link_key() == key
    assert oct((tmp_path / "link.key").stat().st_mode)[-3:] == "600"
