"""Where an analysis and the oracle say different things, key by key, in sentences."""

from __future__ import annotations

from collections import Counter
from datetime import date
from math import isclose, isnan

KEYS = {
    "courses": ("patient_id", "course_id"),
    "infusions": ("patient_id", "drug", "given_at", "status"),
    "baselines": ("patient_id", "course_id", "analyte", "method"),
    "trends": ("patient_id", "analyte", "method", "scope", "course_id"),
    "scores": ("patient_id", "date"),
    "responses": ("patient_id", "course_id", "week", "criterion"),
    "evidence": ("patient_id", "course_id", "week", "criterion", "check"),
}
RELATIVE, ABSOLUTE = 1e-9, 1e-12  # the second for a slope that is a sum of opposites


def differences(analysis, tables: dict[str, list[dict]], *, limit: int | None = 20) -> list[str]:
    """One message per difference, the first `limit` and a count of the rest; empty where all is the same.

    analysis: has the tables of CONTRACT 4 as frames. Only columns the oracle fills are compared, row order is not.
    """
    messages = []
    for name, key in KEYS.items():
        messages += _compare_table(name, key, getattr(analysis, name).to_dict("records"), tables[name])
    if limit is None or len(messages) <= limit:
        return messages
    return [*messages[:limit], f"and {len(messages) - limit} more"]


def _compare_table(name: str, key: tuple[str, ...], got: list[dict], expected: list[dict]) -> list[str]:
    ours, theirs = _index(name, key, expected), _index(name, key, got)
    messages = [f"{name} {_place(k)}: {n} rows of one key" for k, n in _count(key, got).items() if n > 1]
    messages += [f"{name} {_place(k)}: missing, expected {_row(ours[k])}" for k in ours if k not in theirs]
    messages += [f"{name} {_place(k)}: not expected, got {_row(theirs[k])}" for k in theirs if k not in ours]
    for k, row in ours.items():
        for column, value in row.items():
            if k in theirs and not is_same(theirs[k].get(column), value):
                shown = f"{column} is {theirs[k].get(column)!r}, expected {value!r}"
                messages.append(f"{name} {_place(k)}: {shown}")
    return messages


def _index(name: str, key: tuple[str, ...], rows: list[dict]) -> dict[tuple, dict]:
    return {_key(key, row): {c: plain(v) for c, v in row.items() if _is_meant(name, c, row)} for row in rows}


def _is_meant(name: str, column: str, row: dict) -> bool:
    """The unit of a dose that is not known says nothing."""
    return not (name == "infusions" and column == "dose_unit" and plain(row["dose"]) is None)


def _count(key: tuple[str, ...], rows: list[dict]) -> Counter:
    return Counter(_key(key, row) for row in rows)


def _key(key: tuple[str, ...], row: dict) -> tuple:
    return tuple("" if plain(row[c]) is None else str(plain(row[c])) for c in key)


def _place(key: tuple) -> str:
    return " ".join(part or "-" for part in key)


def _row(row: dict) -> str:
    return ", ".join(f"{k}={v}" for k, v in row.items() if v is not None)


def plain(value):
    """None for anything that means "not known"; text for dates and truth; float for numbers."""
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return str(bool(value)).lower()
    if value is None or type(value).__name__ in ("NAType", "NaTType") or value == "":
        return None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    number = float(value)
    return None if isnan(number) else number


def is_same(got, expected) -> bool:
    if isinstance(got, float) and isinstance(expected, float):
        return isclose(got, expected, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return got == expected
