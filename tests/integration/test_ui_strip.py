"""The cohort strip on the page: one row per patient in the order of need, the same verdicts as the ledger."""

from __future__ import annotations

import pytest

from lupusmon.demo.cohort import build_cohort
from lupusmon.ingest import read_frame
from lupusmon.ingest.source import Kind
from lupusmon.pipeline import analyze_tables
from lupusmon.stages import SCREEN_TABLES
from lupusmon.tables import OUTPUTS
from lupusmon.ui import cohort_rows, cohort_strip
from lupusmon.ui.snapshot import build_snapshot
from lupusmon.ui.worklist_rows import summarise_worklist

KEY = b"k" * 32


@pytest.fixture(scope="module")
def snapshot():
    frames = build_cohort(40, 5)
    kinds = {"labs": Kind.LABS, "infusions": Kind.INFUSIONS, "assessments": Kind.ASSESSMENTS, "patients": Kind.PATIENTS}
    tables = [read_frame(frames[name], kind, name) for name, kind in kinds.items()]
    return build_snapshot(analyze_tables(tables, wanted=(*OUTPUTS, *SCREEN_TABLES)), version="v", link_key=KEY)


def select(snapshot, drugs=(), criterion="sri_lab"):
    courses = cohort_rows.select_courses(snapshot, drugs=list(drugs), sites=[])
    return courses, cohort_strip.summarise_strip(snapshot, courses, criterion=criterion)


def test_every_patient_of_the_selection_has_one_row_in_the_order_of_the_worklist(snapshot):
    courses, rows = select(snapshot)
    worklist = summarise_worklist(snapshot)
    grid = cohort_strip.build_strip(rows, worklist, snapshot.labels, identity="")
    shown = [row["key"] for row in grid.rows]
    wanted = set(courses["patient_id"])
    assert shown == [key for pid, key in zip(worklist["patient_id"], worklist["key"], strict=True) if pid in wanted]
    assert len(shown) == len(set(shown)) == len(wanted) > 20
    assert [row["cells"][1]["order"] for row in grid.rows] == list(range(len(shown)))


def test_the_cells_of_the_current_course_are_the_ledgers_verdicts(snapshot):
    _, rows = select(snapshot, criterion="dsdna_normalised")
    own = snapshot.tables["responses"]
    own = own[(own["criterion"] == "dsdna_normalised") & (own["week"] == "24")]
    verdict = {(r.patient_id, r.course_id): r.verdict for r in own.itertuples()}
    cells = {(r.patient_id, r.course_id): r.cells[5] for r in rows.itertuples() if r.cells[5] != "."}
    assert {key: cohort_strip.VERDICTS[letter] for key, letter in cells.items()} == {key: verdict[key] for key in cells}
    assert len(cells) > 10


def test_a_chosen_drug_shows_the_course_of_that_drug(snapshot):
    drug = snapshot.tables["courses"]["drug"].mode()[0]
    _, rows = select(snapshot, drugs=[drug])
    assert set(rows["drug"]) == {drug}


def test_masked_names_leave_no_identifier_in_either_table(snapshot):
    _, rows = select(snapshot)
    masked = {pid: f"Patient {i}" for i, pid in enumerate(snapshot.labels)}
    worklist = summarise_worklist(snapshot)
    for build in (cohort_strip.build_strip, cohort_strip.build_strip_words):
        said = str(build(rows, worklist, masked, identity="").rows)
        assert not [pid for pid in snapshot.labels if pid in said]


def test_the_table_of_words_says_the_same(snapshot):
    _, rows = select(snapshot)
    worklist = summarise_worklist(snapshot)
    signs = cohort_strip.build_strip(rows, worklist, snapshot.labels, identity="").rows
    said = cohort_strip.build_strip_words(rows, worklist, snapshot.labels, identity="").rows
    words = {"m": "met", "n": "not met", "u": "cannot tell", "a": "n/a", ".": None}
    assert [row["cells"][1:] for row in said] == [[words[c] for c in row["cells"][3]["strip"]] for row in signs]


def test_a_strip_is_read_out_in_runs():
    assert cohort_strip.say_cells("nnm.u" + "." * 21) == ("weeks 4 to 8 not met; week 12 met; week 20 cannot tell yet")
    assert cohort_strip.say_cells("." * 26) == "no cell yet"


def test_the_sentence_counts_every_patient_once(snapshot):
    _, rows = select(snapshot)
    counted = sum(int(word) for word in cohort_strip.describe_strip(rows).replace(";", "").split() if word.isdigit())
    assert counted == len(rows)


def test_too_many_lines_are_thinned_by_whole_courses_and_counted(snapshot):
    courses, _ = select(snapshot)
    values, _, _ = cohort_rows.summarise_courses_over_time(
        snapshot, courses, analyte="C3", units="conventional", names=snapshot.labels
    )
    assert len(cohort_rows.thin_courses(values)[0]) == len(values) <= cohort_rows.MOST_POINTS
    drawn, left_out = cohort_rows.thin_courses(values, most_points=len(values) // 4)
    assert drawn["key"].nunique() + left_out == values["key"].nunique() and left_out
    whole = values[values["key"].isin(drawn["key"])]
    assert len(whole) == len(drawn) <= len(values) // 3
