"""Any sequence of imports, undos and re-imports ends where importing the surviving files in order would."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lupusmon.derived import Derived, derive
from lupusmon.output.files import csv_text
from lupusmon.pipeline import analyze_tables
from lupusmon.storage import Store
from lupusmon.stored import analyze_store
from tests.databases import make_postgres
from tests.stored_files import BY, FILES, describe, read, store_files

WANTED = ("results", "issues", "infusions", "baselines", "scores", "superseded")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("import"), st.lists(st.sampled_from(sorted(FILES)), min_size=1, max_size=3)),
        st.tuples(st.just("undo"), st.integers(0, 4)),
    ),
    min_size=1,
    max_size=7,
)


def carry_out(store: Store, sequence: list[tuple], look: Callable[[], None] = lambda: None) -> list[str]:
    """Does the steps, looking after each; returns the files that must have survived, by a model of its own."""
    model: list[tuple[int, list[str]]] = []
    for action, what in sequence:
        look()
        if action == "undo":
            if what < len(model):
                store.undo_batch(model.pop(what)[0], **BY)
            continue
        held = {key for _, keys in model for key in keys}
        new = [key for key in dict.fromkeys(what) if key not in held]
        done = store_files(store, *what)
        assert (done.batch_id is None) == (not new)
        if new:
            model.append((done.batch_id, new))
    return [key for _, keys in model for key in keys]


def check(store: Store, survivors: list[str], fresh: Store) -> None:
    for key in survivors:
        store_files(fresh, key)
    assert describe(store.load_tables()) == describe(fresh.load_tables())
    found, expected = analyze_store(store, wanted=WANTED), analyze_store(fresh, wanted=WANTED)
    assert {n: csv_text(t) for n, t in found.arrow.items()} == {n: csv_text(t) for n, t in expected.arrow.items()}
    assert found.receipt == expected.receipt
    totals = found.receipt["totals"]
    assert totals["read"] == sum(n for name, n in totals.items() if name != "read")
    if len({FILES[key][0] for key in survivors}) == len(survivors):  # no two of one name
        direct = analyze_tables(read(*survivors), wanted=WANTED)
        assert {n: csv_text(t) for n, t in found.arrow.items()} == {n: csv_text(t) for n, t in direct.arrow.items()}
    assert store.verify_audit() is None


@given(sequence=steps)
@settings(max_examples=25)
def test_any_sequence_on_sqlite(sequence: list[tuple]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store, fresh = Store(f"sqlite:///{folder}/a.db"), Store(f"sqlite:///{folder}/b.db")
        check(store, carry_out(store, sequence), fresh)
        store.close()
        fresh.close()


@given(sequence=steps)
@settings(max_examples=8)
def test_an_analysis_kept_up_to_date_is_that_of_a_full_run(sequence: list[tuple]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/a.db")
        known: list[Derived | None] = [None]

        def look() -> None:
            known.append(derive(store, as_of=date(2026, 1, 31), before=known[-1]))

        carry_out(store, sequence, look)
        look()
        full = derive(store, as_of=date(2026, 1, 31)).analysis
        assert {n: csv_text(t) for n, t in known[-1].analysis.arrow.items()} == {
            n: csv_text(t) for n, t in full.arrow.items()
        }
        assert known[-1].analysis.receipt == full.receipt
        store.close()


@pytest.mark.postgres
@given(sequence=steps)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_sequence_on_postgresql(postgres: str, sequence: list[tuple]) -> None:
    store, fresh = Store(make_postgres(postgres)), Store(make_postgres(postgres))
    check(store, carry_out(store, sequence), fresh)
    store.close()
    fresh.close()
