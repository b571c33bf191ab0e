"""Tables left on a shelf come back as they were; what is too large is refused, not cut."""

import os

import pyarrow as pa
import pytest

from lupusmon import handover
from lupusmon.handover import Shelves

SMALL = pa.table({"word": pa.array(["a", None, "b"]).dictionary_encode(), "number": [1.5, None, 3.0]})
EMPTY = SMALL.slice(0, 0)


def test_tables_come_back_as_they_were():
    shelves = Shelves(2)
    left = shelves.leave(1, {"results": SMALL, "trends": EMPTY})
    back = shelves.fetch(left)
    assert list(back) == ["results", "trends"]
    assert back["results"].equals(SMALL) and back["trends"].equals(EMPTY)
    assert back["results"].schema == SMALL.schema


def test_what_another_process_left_is_seen():
    shelves = Shelves(1)
    places = shelves.leave(0, {"results": SMALL})
    child = os.fork()
    if not child:
        shelves.leave(0, {"results": SMALL.take([2, 1, 0])})
        os._exit(0)
    os.waitpid(child, 0)
    assert shelves.fetch(places)["results"]["number"].to_pylist() == [3.0, None, 1.5]


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(handover, "_BYTES", 4096)
    shelves = Shelves(1)
    assert shelves.leave(0, {"results": pa.table({"number": list(range(10_000))})}) is None
    assert shelves.leave(0, {"results": SMALL}) is not None
