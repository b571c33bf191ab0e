"""Pages over made-up frames, run in Streamlit's own test harness: what they say, not only that they run."""

import json
import re
from dataclasses import replace
from itertools import count
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from lupusmon.analysis.criteria.registry import list_criteria
from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import DRUGS
from lupusmon.clinical.references import REFERENCES
from lupusmon.figures.cycle import build_cycle_profile
from lupusmon.storage import StoreTrouble
from lupusmon.ui import frame, ledger, session
from lupusmon.ui.chart_twin import Cycle, build_cycle_twin, build_twin
from lupusmon.ui.snapshot import build_snapshot, opaque_key
from lupusmon.verdict_inputs import COLUMNS
from tests.contract_frames import make_frames

DASHBOARD = str(Path(__file__).resolve().parents[2] / "dashboard.py")
KEY = b"k" * 32
FRAMES = make_frames(8)
_NUMBERS = count()  # a version is never used for other frames: pages are cached by it


class FramesStore:
    """A store that always holds the same frames; reviews are remembered."""

    def __init__(self, frames=FRAMES):
        self.frames, self.seen, self.number = frames, {}, next(_NUMBERS)

    def version(self):
        return f"frames-{self.number}"

    def analysis(self, as_of):
        return self.frames

    def prepare(self, as_of, say):
        """Nothing to wait for."""

    def read_note(self, name):
        return None

    def write_note(self, name, body):
        """Nothing is kept."""

    def touched_between(self, version, later):
        return None

    def is_demo(self):
        return True

    def reviews(self, viewer):
        return self.seen

    def verdict_inputs(self, patient_id, course_id, criterion, week, as_of):
        """Two C3 values and the second assessment: as the engine would say of the real rows."""
        c3 = self.frames.results.query("patient_id == @patient_id and analyte == 'C3'").iloc[[0, 3]]
        lines = zip(("baseline", "visit"), c3["collected_at"], c3["source_file"], c3["source_line"], strict=True)
        rows = [("result", "C3", side, at[:10], file, line) for side, at, file, line in lines]
        seen = self.frames.assessments.query("patient_id == @patient_id").iloc[1]
        rows.append(("assessment", "", "visit", seen["assessed_at"][:10], "assessments.csv", 3))
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def mark_reviewed(self, viewer, patient_id, *, at, seen):
        self.seen = {**self.seen, patient_id: {"at": at, **seen}}


@pytest.fixture
def app(monkeypatch):
    return app_over(monkeypatch, FramesStore())


def app_over(monkeypatch, store):
    monkeypatch.setattr(session, "load_store", lambda: store)
    monkeypatch.setattr(session, "link_key", lambda: KEY)
    session.current_analysis.clear()
    return AppTest.from_file(DASHBOARD, default_timeout=60)


def texts(app):
    parts = [*app.markdown, *app.caption, *app.title, *app.header, *app.warning, *app.info, *app.error, *app.success]
    said = "\n".join(str(part.value) for part in parts)
    return re.sub(r"(?<!\\)_", "", said).replace("\\", "")  # as shown: emphasis only keeps a date on one line


def open_page(app, address, **params):
    """The app on one page, as after opening its link. The harness has no call for pages that are functions."""
    for name, value in params.items():
        app.query_params[name] = value
    app._page_hash = calc_hash(address)
    return app.run()


def charts(app):
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def grids(app):
    """Data of the tables of the page, by name, and of what changes the address of a patient."""
    found = (json.loads(g.proto.json) for g in app.get("bidi_component"))
    return {grid["name"]: grid for grid in found if grid["name"] not in ("units", "zoom")}


def test_worklist_is_home_with_its_title_and_footer(app):
    app.run()
    assert not app.exception
    assert [t.value for t in app.title] == ["Worklist"]
    said = texts(app)
    assert "8 patients, sorted by need" in said and "Data as of 2026-06-01" in said.replace("data as of", "Data as of")
    assert "not a medical device" in said


def test_an_empty_store_says_how_to_begin(monkeypatch):
    app = app_over(monkeypatch, FramesStore(make_frames(0))).run()
    assert not app.exception
    assert "There are no data yet" in texts(app)


def test_a_key_finds_its_patient_and_a_plain_id_does_too():
    snapshot = build_snapshot(FRAMES, version="v", link_key=KEY)
    key = opaque_key("P003", KEY)
    assert snapshot.find(key) == "P003" and snapshot.find("P003") == "P003"
    assert "P003" not in key and len(key) == 12
    assert key != opaque_key("P003", b"x" * 32), "the key depends on the server's secret"


@pytest.mark.parametrize("asked", [None, "", "P999", "p003", "0" * 12])
def test_an_unknown_patient_is_never_another_patient(asked):
    assert build_snapshot(FRAMES, version="v", link_key=KEY).find(asked) is None


def test_patient_page_draws_every_result_and_says_whose_chart_it_is(app):
    open_page(app, "patient", patient="P001")
    assert not app.exception
    assert [t.value for t in app.title] == ["Patient"]
    (chart,) = charts(app)
    results = FRAMES.results[FRAMES.results["patient_id"] == "P001"]
    drawn = {t["meta"]["analyte"]: len(t["x"]) for t in chart["data"] if t["meta"]["role"] == "points"}
    assert drawn == results["analyte"].value_counts().to_dict()
    assert "P001" in chart["layout"]["title"]["text"]
    exchange = grids(app)["address"]
    assert (exchange["asked"], exchange["key"]) == ("P001", opaque_key("P001", KEY)), "the browser exchanges the id"


def test_an_unknown_patient_is_said_to_be_unknown(app):
    open_page(app, "patient", patient="nobody")
    assert "There is no such patient" in texts(app) and not charts(app) and not grids(app)


def test_patient_page_without_a_patient_sends_back_to_the_worklist(app):
    open_page(app, "patient")
    assert "No patient chosen yet" in texts(app) and not charts(app)


def test_status_sentence_names_drug_week_verdicts_what_is_missing_and_what_is_due(app):
    open_page(app, "patient", patient="P001")
    said = texts(app)
    assert "Week 64 on belimumab (15 doses)" in said
    assert "cannot tell yet:** " in said and "missing in the last 8 weeks:** UPCR" in said
    assert "the next dose was due on" in said


def test_settle_and_edge_are_in_the_ledger_without_a_click(app):
    open_page(app, "patient", patient="P001")
    notes = [n for row in grids(app)["ledger"]["rows"] for c in row["cells"] if c and "notes" in c for n in c["notes"]]
    assert ["would settle it:", "UPCR between 2026-02-03 and 2026-03-31 (window closed)"] in notes
    assert ["on the edge:", "C3 moves by its analytical noise"] in notes


def test_a_chosen_verdict_shows_its_checks_and_rings_its_evidence(app):
    open_page(app, "patient", patient="P001", cell="sri_lab|52")
    checks = grids(app)["checks"]["rows"]
    assert len(checks) == 1 and "labs.csv" in json.dumps(checks) and "line" in json.dumps(checks)
    c3 = next(t for t in charts(app)[0]["data"] if t["meta"]["role"] == "points" and t["meta"]["analyte"] == "C3")
    assert sorted(set(c3["marker"]["opacity"])) == [0.28, 1.0]
    assert sum(w == 3 for w in c3["marker"]["line"]["width"]) == 2
    for role in ("sledai", "pga"):
        strip = next(t for t in charts(app)[0]["data"] if t["meta"]["role"] == role)
        assert strip["marker"]["line"]["width"].count(3) == 1, "the strip rings the assessment at its own date"
    assert "The 3 values this verdict used are outlined" in texts(app)


@pytest.mark.parametrize(
    ("params", "check"),
    [
        ({"axis": "weeks"}, lambda f: "0" in f["layout"]["xaxis"]["ticktext"]),
        ({"span": "183"}, lambda f: f["layout"]["xaxis"]["range"][0].startswith("2025-11-30")),
        (
            {"labs": "C4,PLT"},
            lambda f: [t["meta"]["analyte"] for t in f["data"] if t["meta"]["role"] == "points"] == ["C4", "PLT"],
        ),
        ({"view": "cycle"}, lambda f: any(t["meta"]["role"] == "intervals" for t in f["data"])),
        ({"axis": "nonsense", "labs": "C3;drop"}, lambda f: "ticktext" not in f["layout"]["xaxis"]),
        ({"axis": "dose", "dose": "9999-99-99"}, lambda f: "0" in f["layout"]["xaxis"]["ticktext"]),
    ],
)
def test_the_address_says_how_the_chart_is_drawn(app, params, check):
    open_page(app, "patient", patient="P001", **params)
    assert not app.exception
    assert check(charts(app)[0])


def test_a_patient_without_a_core_test_does_not_hide_it_for_the_next(monkeypatch):
    results = FRAMES.results[(FRAMES.results["patient_id"] != "P001") | (FRAMES.results["analyte"] != "UPCR")]
    app = app_over(monkeypatch, FramesStore(replace(FRAMES, results=results)))
    open_page(app, "patient", patient="P001")
    assert not app.exception
    assert "labs" not in app.query_params, "nobody chose labs, and the address goes along to the next patient"


def test_masked_identifiers_are_nowhere_on_the_page(app):
    app.session_state["masked"] = True
    open_page(app, "patient", patient="P001")
    shown = texts(app) + json.dumps(charts(app)[0]["layout"]) + "".join(a.proto.alt for a in app.get("plotly_chart"))
    assert "P001" not in shown and "Patient 1" not in shown
    assert f"Patient {opaque_key('P001', KEY)[:8].upper()}" in texts(app)


def test_worklist_shows_the_neediest_first_with_the_reason_in_words(app):
    app.run()
    grid = grids(app)["worklist"]
    assert grid["rows"][0]["tone"] == "high" and "UPCR up 80 %" in grid["rows"][0]["cells"][1]["text"]
    tones = [row["tone"] for row in grid["rows"]]
    assert tones == sorted(tones, key=["high", "medium", "low", ""].index)
    assert all("P0" not in row["key"] for row in grid["rows"])


def test_filters_narrow_the_worklist_and_stand_in_the_address(app):
    app.run()
    app.text_input[0].input("Patient 2").run()
    assert [row["cells"][0]["text"] for row in grids(app)["worklist"]["rows"]] == ["Patient 2 (P002)"]
    token = app.query_params["q"]
    assert "Patient" not in token and token != "2"
    app.text_input[0].input("").run()
    app.multiselect[0].select("rituximab").run()
    assert app.query_params["drug"] == "rituximab"
    assert {row["cells"][2]["text"] for row in grids(app)["worklist"]["rows"]} == {"Rituximab"}


def test_a_filtered_link_opens_filtered(app):
    app.query_params["drug"] = "anifrolumab"
    app.run()
    assert {row["cells"][2]["text"] for row in grids(app)["worklist"]["rows"]} == {"Anifrolumab"}


def test_marking_as_reviewed_tells_the_next_look_what_is_new(app):
    open_page(app, "patient", patient="P001")
    next(b for b in app.button if b.label == "Mark as reviewed").click().run()
    assert "nothing new" in texts(app)


def test_definitions_name_every_analyte_drug_criterion_and_mark_the_unverified(app):
    open_page(app, "definitions")
    assert not app.exception
    said = json.dumps(grids(app), ensure_ascii=False)
    for code in (*ANALYTES, *DRUGS, *(c.code for c in list_criteria("tulip")), *REFERENCES):
        assert code in said, code
    assert "UNVERIFIED" in said


@pytest.mark.parametrize(
    "view",
    [
        *("Response rates", "Every 4 weeks", "Course by course", "Change from baseline", "Over time", "Time to event"),
        "Agreement",
    ],
)
def test_every_cohort_figure_is_drawn(app, view):
    app.session_state["cohort_view"] = view
    open_page(app, "cohort")
    assert not app.exception
    assert "8 patients, 8 courses" in texts(app)
    assert charts(app) or {"strip", "agreement"} & set(grids(app))


def test_the_table_under_the_chart_holds_the_same_results():
    tables = build_snapshot(FRAMES, version="v", link_key=KEY).patient("P001")
    twin = build_twin(tables, ("C3", "DSDNA"), units="si")
    assert len(twin) == tables.results["analyte"].isin(["C3", "DSDNA"]).sum()
    assert "< 5 kIU/L" in set(twin["Value"]) and twin["Date"].is_monotonic_increasing
    assert build_twin(tables, ("CREAT",), units="si").empty
    lanes = build_twin(tables, (), units="si", lanes=True)
    seen = tables.assessments
    assert (lanes["Test"] == "SLEDAI-2K").sum() == seen["sledai_2k"].notna().sum() > 0
    assert lanes["Value"].str.startswith("dose ").sum() == (tables.infusions["status"] == "given").sum() > 0


def test_the_table_under_the_infusion_cycle_says_how_long_after_the_dose():
    tables = build_snapshot(FRAMES, version="v", link_key=KEY).patient("P001")
    course = tables.courses["course_id"].iloc[0]
    twin = build_cycle_twin(tables, ("C3", "DSDNA"), units="si", cycle=Cycle(course, 2))
    figure = build_cycle_profile(
        tables.results, infusions=tables.infusions, course_id=course, analytes=("C3", "DSDNA"), units="si"
    )
    marks = [t for t in figure["data"] if t["meta"]["role"] == "points"]
    assert sorted(twin["Days after dose"]) == sorted(day for trace in marks for day in trace["x"])
    assert list(twin.columns[:3]) == ["Date", "Days after dose", "Test"]
    of_rounds = build_cycle_twin(tables, ("C3",), units="si", cycle=Cycle(course, 30))
    assert "Days after the round began" in of_rounds
    assert build_cycle_twin(tables, ("C3",), units="si", cycle=Cycle("", 2)).empty


def test_a_formula_in_the_table_under_the_chart_is_harmless_when_saved():
    tables = build_snapshot(FRAMES, version="v", link_key=KEY).patient("P001")
    odd = replace(tables, results=tables.results.assign(method="=1+1", source_file="@x.csv"))
    twin = build_twin(odd, ("C3",), units="si")
    assert set(twin["Assay"]) == {"'=1+1"} and all(source.startswith("'@") for source in twin["Source"])


@pytest.mark.parametrize("text", ["www.example.org", "see http://example.org/a", "HTTPS://x.org", "a.b@example.org"])
def test_no_address_in_data_becomes_a_link(text):
    shown = frame.plain(text)
    assert not re.search(r"https?:?\\?:?//|www\\?\.|[-.\w+]@", shown, re.IGNORECASE)
    assert shown.replace("\u2060", "").replace("\\", "") == text


@pytest.mark.parametrize(("units", "upcr"), [("conventional", "g/g"), ("si", "mg/mmol")])
def test_the_worklist_names_the_unit_of_every_test(app, units, upcr):
    app.session_state["units"] = units
    app.run()
    heads = {column["label"]: column["sub"] for column in grids(app)["worklist"]["columns"]}
    assert heads["UPCR"] == f"{upcr}\ndown is better"


class UnreachableStore(FramesStore):
    def version(self):
        raise StoreTrouble("the store cannot be reached; is the database server running?")


def test_an_unreachable_store_is_not_blamed_on_the_last_import(monkeypatch):
    app = app_over(monkeypatch, UnreachableStore()).run()
    said = texts(app)
    assert "is the database server running. Reload the page." in said and "Undo" not in said


def test_a_link_with_the_key_has_nothing_to_exchange(app):
    open_page(app, "patient", patient=opaque_key("P001", KEY))
    assert grids(app)["address"]["asked"] == "" and "Patient 1 (P001)" in texts(app)


def test_anti_dsdna_sorts_by_its_own_upper_limit(app):
    app.run()
    table = grids(app)["worklist"]
    place = [column["label"] for column in table["columns"]].index("dsDNA")
    assert "× upper limit" in table["columns"][place]["help"]
    last = FRAMES.results.query("analyte == 'DSDNA'").sort_values("collected_at").groupby("patient_id").tail(1)
    wanted = {opaque_key(r.patient_id, KEY): r.value / r.ref_high for r in last.itertuples()}
    cells = {row["key"]: row["cells"][place] for row in table["rows"]}
    assert {key: cells[key]["order"] for key in wanted} == pytest.approx(wanted)


def test_what_would_settle_a_group_is_written_once_a_visit():
    tables = build_snapshot(FRAMES, version="v", link_key=KEY).patient("P001")
    rows = [
        ("renal_complete", "12", "UPCR between 2025-01-01 and 2025-02-01"),
        ("renal_partial", "12", "UPCR between 2025-01-01 and 2025-02-01"),
        ("renal_partial", "24", "UPCR between 2025-05-01 and 2025-06-01"),
        ("c3_normalised", "12", "UPCR between 2025-01-01 and 2025-02-01"),
    ]
    columns = ["criterion", "week", "settle"]
    same = {"course_id": "c-1", "verdict": "not_assessable", "reason": "", "edge": None}
    open_ = replace(tables, responses=pd.DataFrame(rows, columns=columns).assign(**same))
    grid = ledger.build_ledger(open_, "c-1", picked=None, everything=True, as_of=FRAMES.as_of)
    notes = {cell["key"]: cell["notes"][0][1] for row in grid.rows for cell in row["cells"] if cell and "notes" in cell}
    closed = "UPCR between 2025-01-01 and 2025-02-01 (window closed)"
    assert notes["renal_complete|12"] == notes["c3_normalised|12"] == closed
    assert notes["renal_partial|12"] == "as above"
    assert notes["renal_partial|24"] == "UPCR between 2025-05-01 and 2025-06-01 (window closed)"


def test_the_infusion_cycle_shows_only_the_controls_that_apply_and_keeps_the_others_choice(app):
    key = opaque_key("P001", KEY)
    open_page(app, "patient", patient=key, view="cycle", axis="weeks", scale="limit")
    assert not app.exception
    labels = [s.label for s in (*app.selectbox, *app.toggle, *app.multiselect)]
    assert "Labs (at most six)" in labels and not {"Period", "Scale", "Log scale for dsDNA and UPCR"} & set(labels)
    assert app.query_params["axis"] == "weeks" and app.query_params["scale"] == "limit"


def test_a_very_long_id_is_shortened_in_the_heading_and_inside_the_figure(monkeypatch):
    long = "UNIVERSITY-HOSPITAL-OF-SOMEWHERE-0000000012345"
    frames = make_frames(1)
    tables = {name: getattr(frames, name) for name in ("results", "infusions", "courses", "baselines", "responses")}
    tables |= {name: getattr(frames, name) for name in ("evidence", "alerts", "assessments", "trends", "scores")}
    renamed = {name: table.assign(patient_id=long) for name, table in tables.items()}
    app = app_over(monkeypatch, FramesStore(replace(frames, patients=frames.patients.iloc[:0], **renamed)))
    open_page(app, "patient", patient=opaque_key(long, KEY))
    assert not app.exception
    short = frame.shorten(long)
    assert short in [h.value.replace("\\", "") for h in app.header]
    assert charts(app)[0]["layout"]["title"]["text"] == short


def test_filters_of_the_cohort_that_a_figure_does_not_use_are_greyed(app):
    open_page(app, "cohort")
    criterion, test = (next(s for s in app.selectbox if s.label == label) for label in ("Criterion", "Test"))
    assert test.disabled and not criterion.disabled
    app.session_state["cohort_view"] = "Over time"
    app.run()
    criterion, test = (next(s for s in app.selectbox if s.label == label) for label in ("Criterion", "Test"))
    assert criterion.disabled and not test.disabled
