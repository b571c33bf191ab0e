"""Clean rows as dataclasses, in the order in which CRITERIA 3 puts them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from .facts import ITEMS, KINDS


@dataclass(frozen=True)
class Lab:
    patient_id: str
    day: date
    time: time | None
    analyte: str
    method: str
    kind: str  # number | titre | word
    comparator: str  # "" | "<" | ">"
    value: float | None
    word: str | None  # positive | negative | trace
    unit: str | None
    ref_low: float | None
    ref_high: float | None
    source_file: str | None = None
    source_line: int | None = None
    order: int = 0

    @property
    def series(self) -> tuple[str, str, str]:
        return (self.patient_id, self.analyte, self.method)


@dataclass(frozen=True)
class Dose:
    patient_id: str
    day: date
    time: time | None
    drug: str
    dose: float | None
    dose_unit: str | None
    status: str  # given | planned | held | missed | stopped
    weight_kg: float | None
    order: int = 0


@dataclass(frozen=True)
class Assessment:
    patient_id: str
    day: date
    time: time | None
    sledai_2k: float | None
    pga: float | None
    pga_max: float | None
    prednisone_mg_per_day: float | None
    treatment_failure: bool | None
    discontinued: bool | None
    bilag: dict[str, str] = field(default_factory=dict)
    items: dict[str, bool | None] = field(default_factory=dict)
    order: int = 0

    def item(self, name: str) -> bool | None:
        """True, False or None (unknown). "A total of 0 makes them all false"."""
        assert name in ITEMS, name
        if self.sledai_2k == 0:
            return False
        return self.items.get(name)


@dataclass(frozen=True)
class Patient:
    patient_id: str
    sex: str | None
    birth_year: int | None


def read_rows(kind: type, dicts: list[dict]) -> list:
    """Dicts in reading order to dataclasses; keys the class does not know are left out."""
    known = set(kind.__dataclass_fields__) - {"order"}
    ordered = "order" in kind.__dataclass_fields__
    return [
        kind(**{k: d[k] for k in d if k in known}, **({"order": i} if ordered else {})) for i, d in enumerate(dicts)
    ]


def clock_key(row) -> tuple:
    """Day, then time, a bare date first."""
    return (row.day, row.time is not None, row.time or time.min)


def last_key(row) -> tuple:
    """*Last* goes by day, time (a bare date first), kind (word, titre, number), reading order."""
    return (*clock_key(row), KINDS.index(row.kind) if isinstance(row, Lab) else 0, row.order)


def select_last(rows: list):
    """The last row, or None."""
    return max(rows, key=last_key) if rows else None


def moment(row) -> date | datetime | None:
    """The row's date, with its time where it has one."""
    if row is None:
        return None
    return row.day if row.time is None else datetime.combine(row.day, row.time)
