"""Results set aside by a person, and the analysis that is kept up to date patient by patient."""

from __future__ import annotations

from datetime import date

import pytest

from lupusmon import derived
from lupusmon.analysis.pins import NO_RESULT
from lupusmon.derived import Derived, derive
from lupusmon.errors import LupusmonError
from lupusmon.importing import commit_import, plan_import
from lupusmon.ingest import read_bytes
from lupusmon.marks import mark_unusable, mark_usable, pin, pin_result
from lupusmon.output.files import csv_text
from lupusmon.storage import EditKind, HowRead, Store
from lupusmon.stored import analyze_store
from tests.stored_files import BY, FILES, store_files

AS_OF = date(2026, 1, 31)
FIRST = {"source_file": "labs.csv", "source_line": 5, "analyte": "PLT"}


@pytest.fixture
def store(database_url: str):
    opened = Store(database_url)
    yield opened
    opened.close()


def values(store: Store, analyte: str, patient: str) -> list[float]:
    results = analyze_store(store).results
    return results[(results["analyte"] == analyte) & (results["patient_id"] == patient)]["value"].tolist()


def test_a_marked_result_is_rejected_with_its_reason_and_the_receipt_balances(store: Store) -> None:
    store_files(store, "january")
    mark_unusable(store, **FIRST, reason="clotted", **BY)
    analysis = analyze_store(store)
    assert values(store, "PLT", "P2") == []
    row = analysis.issues[analysis.issues["code"] == "marked_unusable"].iloc[0]
    assert (row.source_line, row.outcome, row.value, row.message) == (5, "rejected", "24", "marked not usable: clotted")
    totals = analysis.receipt["totals"]
    assert (totals["read"], totals["accepted"], totals["rejected"]) == (5, 3, 2)
    mark_usable(store, **FIRST, reason="it was not", **BY)
    assert values(store, "PLT", "P2") == [24]
    assert [line.action for line in store.audit_trail()][1:] == ["unusable", "unusable, taken back"]
    assert store.edits() == []


def test_a_mark_follows_the_result_into_other_files(store: Store) -> None:
    store_files(store, "january")
    mark_unusable(store, **FIRST, reason="clotted", **BY)
    text = (
        "patient_id;collected_at;analyte;value;unit\nP2;05.01.2025;Platelets;24000;/uL\nP2;25.12.2025;PLT;70;10*9/L\n"
    )
    commit_import(store, plan_import(store, read_bytes("other.csv", text.encode())), HowRead(), **BY)
    assert values(store, "PLT", "P2") == [70]
    store.undo_batch(1, **BY)
    assert values(store, "PLT", "P2") == [70]


def test_a_corrected_value_is_used_and_what_a_marked_one_replaced_stays_replaced(store: Store) -> None:
    store_files(store, "january")
    mark_unusable(store, **FIRST, reason="clotted", **BY)
    store_files(store, "overlap")
    assert values(store, "PLT", "P2") == [42, 61]
    mark_unusable(store, source_file="labs.csv (2)", source_line=3, analyte="PLT", reason="still clotted", **BY)
    assert values(store, "PLT", "P2") == [61]
    assert len(store.edits(EditKind.UNUSABLE, ["P2"])) == 2


def test_a_mark_needs_a_reason_and_a_result(store: Store) -> None:
    store_files(store, "january")
    with pytest.raises(LupusmonError, match="reason"):
        mark_unusable(store, **FIRST, reason=" ", **BY)
    for wrong in ({"source_line": 6}, {"source_file": "none.csv"}, {"analyte": "C3"}, {"source_line": 99}):
        with pytest.raises(LupusmonError, match="no usable result"):
            mark_unusable(store, **{**FIRST, **wrong}, reason="x", **BY)


def test_pins_are_kept_and_logged(store: Store) -> None:
    slot = {"patient_id": "P1", "course_id": "belimumab-1", "slot": "baseline", "analyte": "C3"}
    chosen = {"method": "", "collected_at": "2025-01-03", "value": 62, "source_file": "labs.csv", "source_line": 2}
    pin(store, **slot, chosen=chosen, reason="fasting", **BY)
    kept = store.edits(EditKind.PIN)
    assert [(e.patient_id, e.subject["slot"], e.detail, e.reason) for e in kept] == [
        ("P1", "baseline", chosen, "fasting")
    ]
    pin(store, **slot, chosen=None, **BY)
    assert store.edits() == []
    assert [line.action for line in store.audit_trail()] == ["pin", "pin, taken back"]


def assert_same(updated: Derived, full: Derived) -> None:
    for name, table in full.analysis.arrow.items():
        assert csv_text(updated.analysis.arrow[name]) == csv_text(table), name
    assert updated.analysis.receipt == full.analysis.receipt
    assert (updated.data_version, updated.files, updated.analysis.as_of) == (full.data_version, full.files, AS_OF)


def test_only_touched_patients_are_computed_again(store: Store) -> None:
    store_files(store, "people", "doses", "assessed")
    known = derive(store, as_of=AS_OF)
    assert known.recomputed is None
    steps = [
        (lambda: store_files(store, "january"), 3),  # P1, P2 and a row without an id
        (lambda: store_files(store, "overlap"), 2),
        (lambda: store_files(store, "more_doses"), 1),
        (lambda: mark_unusable(store, source_file="labs.csv (2)", source_line=4, analyte="PLT", reason="x", **BY), 1),
        (lambda: store_files(store, "conflict"), 2),
        (lambda: store.undo_batch(3, **BY), 2),
        (lambda: store_files(store, "wide"), 2),
        (lambda: store.undo_batch(5, **BY), 2),
    ]
    for act, patients in steps:
        act()
        known = derive(store, as_of=AS_OF, before=known)
        assert known.recomputed == patients
        assert_same(known, derive(store, as_of=AS_OF))
    assert derive(store, as_of=AS_OF, before=known) is known


def test_where_most_patients_are_touched_all_are_computed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "MANY", 1)
    store_files(store, "people", "doses", "assessed")
    known = derive(store, as_of=AS_OF)
    store_files(store, "january")
    everybody = derive(store, as_of=AS_OF, before=known)
    assert everybody.recomputed is None
    assert_same(everybody, derive(store, as_of=AS_OF))
    store_files(store, "more_doses")
    assert derive(store, as_of=AS_OF, before=everybody).recomputed == 1


PIN = {"patient_id": "P1", "course_id": "belimumab-1", "slot": "baseline", "analyte": "C3"}
EARLY = "patient_id,collected_at,analyte,value,unit\nP1,2024-12-20,C3,95,mg/dL\n"


def test_a_pin_is_applied_while_its_result_is_there_and_only_its_patient_is_computed_again(store: Store) -> None:
    store_files(store, "january", "doses")
    commit_import(store, plan_import(store, read_bytes("early.csv", EARLY.encode())), HowRead(), **BY)
    known = derive(store, as_of=AS_OF)
    there = {"source_file": "early.csv", "source_line": 2}
    mark = {**there, "analyte": "C3", "patient_id": "P1"}
    steps = [
        (lambda: pin_result(store, **PIN, **there, reason="before the flare", **BY), ["applied"], 95),
        (lambda: mark_unusable(store, **mark, reason="clotted", **BY), [NO_RESULT], 62),
        (lambda: mark_usable(store, **mark, **BY), ["applied"], 95),
        (lambda: store.undo_batch(2, **BY), [NO_RESULT], 62),
        (lambda: store_files(store, "wide"), [NO_RESULT], 62),
        (lambda: pin(store, **PIN, chosen=None, **BY), None, 62),
    ]
    for act, states, value in steps:
        act()
        known = derive(store, as_of=AS_OF, before=known)
        assert known.recomputed in (1, 2)
        full = derive(store, as_of=AS_OF)
        assert_same(known, full)
        assert (known.analysis.pins and known.analysis.pins.to_pylist()) == (
            full.analysis.pins and full.analysis.pins.to_pylist()
        )
        assert (known.analysis.pins and known.analysis.pins.column("state").to_pylist()) == states
        base = known.analysis.baselines.query("patient_id == 'P1' and analyte == 'C3'")
        assert base["value"].tolist() == [value]


def test_a_pin_needs_a_reason_a_slot_that_stays_and_a_result_of_the_patient(store: Store) -> None:
    store_files(store, "january", "doses")
    good = {**PIN, "source_file": "labs.csv", "source_line": 2, "reason": "x", **BY}
    for wrong, said in (
        ({"reason": " "}, "reason"),
        ({"slot": "latest"}, "nothing can be pinned"),
        ({"patient_id": "P2"}, "no usable result"),
        ({"source_line": 3}, "no usable result"),
    ):
        with pytest.raises(LupusmonError, match=said):
            pin_result(store, **{**good, **wrong})
    assert store.edits() == []


def test_another_day_or_another_name_of_a_file_means_a_full_run(store: Store) -> None:
    store_files(store, "january")
    store_files(store, "overlap")
    known = derive(store, as_of=AS_OF)
    assert derive(store, as_of=date(2026, 2, 1), before=known).recomputed is None
    store.undo_batch(1, **BY)  # labs.csv (2) becomes labs.csv
    updated = derive(store, as_of=AS_OF, before=known)
    assert updated.recomputed is None
    assert_same(updated, derive(store, as_of=AS_OF))


def test_all_files_together_step_by_step(store: Store) -> None:
    known = derive(store, as_of=AS_OF)
    for key in FILES:
        store_files(store, key)
        known = derive(store, as_of=AS_OF, before=known)
        assert known.recomputed is not None
    assert_same(known, derive(store, as_of=AS_OF))
