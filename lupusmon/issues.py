"""What became of rows that are not simply accepted: outcomes and the issues told to the coordinator."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np


class Outcome(IntEnum):
    """Where a data row ends (CONTRACT 3)."""

    ACCEPTED = 0
    IDENTICAL = 1
    SUPERSEDED = 2
    REJECTED = 3
    IGNORED = 4


OUTCOMES = tuple(outcome.name.lower() for outcome in Outcome)
NOTE = "note"


@dataclass(frozen=True)
class Issues:
    """One issue a row of the input table it belongs to. row: row number there. Texts are object arrays."""

    row: np.ndarray
    outcome: np.ndarray
    column: np.ndarray
    code: np.ndarray
    value: np.ndarray
    message: np.ndarray

    def __len__(self) -> int:
        return len(self.row)


class IssueLog:
    """Collects problems of the rows of one table; the first problem found of a row counts."""

    def __init__(self, n_rows: int) -> None:
        self.outcome = np.zeros(n_rows, dtype=np.int8)
        self._parts: list[tuple[np.ndarray, str, str, str, object, object]] = []

    def drop(self, mask: np.ndarray, outcome: Outcome, column: str, code: str, value: object, message: object) -> None:
        """Marks the rows of `mask` that have no problem yet. value, message: text, or one text per row of the table."""
        if not mask.any():
            return
        rows = np.flatnonzero(mask & (self.outcome == 0))
        if len(rows):
            self.outcome[rows] = int(outcome)
            self._parts.append((rows, outcome.name.lower(), column, code, value, message))

    def note(self, mask: np.ndarray, column: str, code: str, value: object, message: object) -> None:
        """Says something about usable rows without dropping them."""
        rows = np.flatnonzero(mask & (self.outcome == 0))
        if len(rows):
            self._parts.append((rows, NOTE, column, code, value, message))

    def usable(self) -> np.ndarray:
        """Row numbers without a problem so far."""
        return np.flatnonzero(self.outcome == 0)

    def issues(self) -> Issues:
        """All issues in row order."""
        rows = np.concatenate([part[0] for part in self._parts]) if self._parts else np.empty(0, dtype=np.int64)
        columns = [
            np.concatenate([_spread(part[at], part[0]) for part in self._parts])
            if self._parts
            else np.empty(0, dtype=object)
            for at in range(1, 6)
        ]
        order = np.argsort(rows, kind="stable")
        outcome, column, code, value, message = (c[order] for c in columns)
        return Issues(rows[order], outcome, column, code, value, message)


def _spread(text: object, rows: np.ndarray) -> np.ndarray:
    if not isinstance(text, str):
        return np.asarray(text[rows], dtype=object)
    out = np.empty(len(rows), dtype=object)
    out[:] = text
    return out
