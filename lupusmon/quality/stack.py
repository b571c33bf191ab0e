"""The usable rows of all files of one kind as one table; what becomes of them is told to the logs of their files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from lupusmon.issues import Outcome
from lupusmon.quality.reconcile import Reconciled, reconcile
from lupusmon.text.columns import TextColumn, word_array


class Stack:
    """The usable rows of all files of one kind, one below the other in reading order."""

    def __init__(self, parts: list) -> None:
        self.parts = parts
        self.usable = [rows.log.usable() for rows in parts]
        self.outcome = np.zeros(sum(len(u) for u in self.usable), dtype=np.int8)

    def __len__(self) -> int:
        return len(self.outcome)

    def _picked(self, rows: np.ndarray | None) -> Iterator[tuple[Any, np.ndarray]]:
        """(rows of a file, which of them): the given rows of the stack, or all of it, part by part.

        The files lie one below the other, so of ascending rows each file has a run.
        """
        end = 0
        for part, usable in zip(self.parts, self.usable, strict=True):
            begin, end = end, end + len(usable)
            if rows is None:
                yield part, usable
            else:
                first, last = np.searchsorted(rows, (begin, end))
                yield part, usable[rows[first:last] - begin]

    def array(self, name: str, rows: np.ndarray | None = None) -> np.ndarray:
        """One column of the stack; rows: of these rows, ascending."""
        return _concatenate([getattr(part, name).take(some, axis=0) for part, some in self._picked(rows)])

    def text(self, name: str, rows: np.ndarray | None = None) -> TextColumn:
        return TextColumn.concat([getattr(part, name).take(some) for part, some in self._picked(rows)])

    def raw(self, name: str, rows: np.ndarray | None = None) -> TextColumn:
        """A column of the files as received."""
        columns = []
        for part, some in self._picked(rows):
            found = part.table.columns.get(name)
            columns.append(TextColumn.constant("", len(some)) if found is None else found.take(some))
        return TextColumn.concat(columns)

    def files(self, rows: np.ndarray | None = None) -> TextColumn:
        columns = []
        for part, some in self._picked(rows):
            own = part.table.row_files
            columns.append(TextColumn.constant(part.table.file, len(some)) if own is None else own.take(some))
        return TextColumn.concat(columns)

    def lines(self, rows: np.ndarray | None = None) -> np.ndarray:
        return _concatenate([part.table.lines.take(some) for part, some in self._picked(rows)])

    def settle(self, keys_of) -> None:
        """Finds identical and superseded rows and tells the files' logs."""
        if not len(self):
            return
        settled = reconcile(keys_of(self))
        self.outcome = settled.outcome
        self._tell(settled)
        self._set_aside()

    def _set_aside(self) -> None:
        """A row that a person marked as not usable enters no rule; what it had replaced stays replaced."""
        begin = 0
        for rows, usable in zip(self.parts, self.usable, strict=True):
            outcome = self.outcome[begin : begin + len(usable)]  # a view: changed in place
            begin += len(usable)
            reason = rows.table.columns.get("unusable")
            if reason is None:
                continue
            out = ~reason.is_empty()[usable] & (outcome != Outcome.SUPERSEDED)
            mask = np.zeros(len(rows.table), dtype=bool)
            mask[usable[out]] = True
            outcome[out], rows.log.outcome[mask] = Outcome.REJECTED, Outcome.ACCEPTED
            message = reason.remap("marked not usable: {}".format)
            rows.log.drop(
                mask, Outcome.REJECTED, "", "marked_unusable", _Lazy(rows.table.columns["value"]), _Lazy(message)
            )

    def _tell(self, settled: Reconciled) -> None:
        file, line = self.files(), self.lines()
        begin = 0
        for rows, usable in zip(self.parts, self.usable, strict=True):
            here = slice(begin, begin + len(usable))
            outcome, winner = settled.outcome[here], settled.winner[here]
            begin += len(usable)
            lost = np.flatnonzero(outcome == Outcome.SUPERSEDED)
            mask = np.zeros(len(rows.table), dtype=bool)
            mask[usable[lost]] = True
            by = winner[lost].tolist()
            message = _Told(usable[lost], [f"replaced by {file.words[file.codes[i]]}, line {line[i]}" for i in by])
            value = rows.table.columns.get("value")
            text = "" if value is None else _Lazy(value)
            rows.log.drop(mask, Outcome.SUPERSEDED, "", "superseded", text, message)
            rows.log.outcome[usable] = outcome

    @cached_property
    def patient(self) -> TextColumn:
        return self.text("patient")

    def patients(self) -> list[str]:
        """Ids of the accepted and superseded rows."""
        if not len(self):
            return []
        used = np.zeros(len(self.patient.words), dtype=bool)
        used[self.patient.codes] = True
        return self.patient.words[used].tolist()

    def patient_index(self, ids: np.ndarray) -> np.ndarray:
        if not len(self):
            return np.empty(0, dtype=np.int32)
        place = {word: i for i, word in enumerate(ids.tolist())}
        return np.array([place.get(w, -1) for w in self.patient.words], dtype=np.int32).take(self.patient.codes)

    def rows(self, outcome: Outcome) -> np.ndarray:
        return np.flatnonzero(self.outcome == outcome)


def _concatenate(parts: list[np.ndarray]) -> np.ndarray:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


class _Lazy:
    def __init__(self, text: TextColumn) -> None:
        self.text = text

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        return self.text.words[self.text.codes[rows]]


class _Told:
    """Texts of a few rows by their ascending numbers."""

    def __init__(self, rows: np.ndarray, texts: list[str]) -> None:
        self.rows, self.texts = rows, word_array(texts)

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        return self.texts[np.searchsorted(self.rows, rows)]
