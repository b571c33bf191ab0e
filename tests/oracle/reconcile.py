"""Accepted, identical, superseded: each row in its turn, literally (CONTRACT 3)."""

from __future__ import annotations

from .values import round6

SOURCE_KEYS = ("source_file", "source_line", "raw_value", "raw_unit", "laboratory", "loinc")


def reconcile(rows: list[dict], kind: str = "labs") -> list[str]:
    """The outcome of each row, in reading order: accepted | identical | superseded.

    kind: labs | infusions | assessments | patients. Rows are usable (not rejected, not ignored) and harmonised. Labs
    carry `result_id` and `status` (either may be missing). An accepted row may be superseded by a later one.
    """
    outcomes: list[str] = []
    for i, row in enumerate(rows):
        earlier = list(zip(rows[:i], outcomes, strict=True))
        if _is_repeat(row, earlier, kind):
            outcomes.append("identical")
            continue
        rivals = [j for j, (old, outcome) in enumerate(earlier) if outcome == "accepted" and _is_same(row, old, kind)]
        if any(_is_corrected(rows[j], kind) for j in rivals) and not _is_corrected(row, kind):
            outcomes.append("superseded")  # "a `corrected` row beats any other, else the later read wins"
            continue
        for j in rivals:
            outcomes[j] = "superseded"
        outcomes.append("accepted")
    return outcomes


def _is_repeat(row: dict, earlier: list[tuple[dict, str]], kind: str) -> bool:
    """As an accepted row, or as a superseded one of the same status."""
    for old, outcome in earlier:
        if not _is_identical(row, old, kind):
            continue
        if outcome == "accepted" or (outcome == "superseded" and _status(row) == _status(old)):
            return True
    return False


def _is_identical(row: dict, old: dict, kind: str) -> bool:
    if kind == "labs":
        return _place(row, kind) == _place(old, kind) and _result(row) == _result(old)
    return _is_same(row, old, kind) and _fields(row) == _fields(old)


def _is_same(row: dict, old: dict, kind: str) -> bool:
    """Whether the later one came again in the place of the earlier one."""
    if _place(row, kind) == _place(old, kind):
        return True
    if kind != "labs" or not row.get("result_id"):
        return False
    named = ("patient_id", "analyte", "result_id")
    return all(row.get(name) == old.get(name) for name in named)


def _place(row: dict, kind: str) -> tuple:
    if kind == "patients":
        return (row["patient_id"],)
    clock = (row["patient_id"], row["day"], row["time"])
    match kind:
        case "labs":
            return (*clock, row["analyte"], row["method"] or "")
        case "infusions":
            return (*clock, row["drug"], row["status"] == "stopped")
    return clock


def _result(row: dict) -> tuple:
    value = None if row["value"] is None else round6(row["value"])
    return row["kind"], row["comparator"] or "", value, row.get("word")


def _fields(row: dict) -> dict:
    return {k: _plain(v) for k, v in row.items() if k not in SOURCE_KEYS}


def _plain(value):
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return round6(value) if is_number else value


def _is_corrected(row: dict, kind: str) -> bool:
    return kind == "labs" and _status(row) == "corrected"


def _status(row: dict) -> str:
    return (row.get("status") or "").strip().lower()
