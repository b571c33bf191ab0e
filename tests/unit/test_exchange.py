"""Rows of some patients exchanged in a table that is sorted by patient."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lupusmon import exchange

ids = st.sampled_from(["", "P1", "P10", "P2", "p1", "Ä", "Z"])
rows = st.lists(st.tuples(ids, st.integers(0, 99)), max_size=30)


def table(found: list[tuple[str, int]], pieces: int = 1) -> pa.Table:
    """Sorted by patient, the ids coded, in several pieces with words of their own."""
    found = sorted(found, key=lambda row: row[0])
    cut = [found[i * len(found) // pieces : (i + 1) * len(found) // pieces] for i in range(pieces)]
    parts = [
        pa.table(
            {
                "patient_id": pa.array([patient for patient, _ in part], pa.string()).dictionary_encode(),
                "value": pa.array([value for _, value in part], pa.int64()),
            }
        )
        for part in cut
    ]
    return pa.concat_tables(parts)


@pytest.mark.parametrize("many", [0, 50])  # a text for every row, or a look at each
@given(before=rows, fresh=rows, touched=st.sets(ids), pieces=st.integers(1, 3))
def test_exchanged_rows_are_those_of_sorting_everything_anew(many, before, fresh, touched, pieces) -> None:
    fresh = [row for row in fresh if row[0] in touched]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange, "_MANY_PATIENTS", many)
        found = exchange.exchange_patients(table(before, pieces), table(fresh), touched)
    expected = table([row for row in before if row[0] not in touched] + fresh)
    assert found.to_pylist() == expected.to_pylist()
