"""Columns made from several columns of a foreign table: each distinct combination of texts is looked at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from lupusmon.ingest.kinds import fold_name
from lupusmon.text.columns import TextColumn


class Cells:
    """The columns of a foreign table by their own names, whatever their case; one that is not there is empty."""

    def __init__(self, columns: Mapping[str, TextColumn], n_rows: int) -> None:
        self._columns = {fold_name(name): column for name, column in columns.items()}
        self._empty = TextColumn.constant("", n_rows)

    def __len__(self) -> int:
        return len(self._empty)

    def __getitem__(self, name: str) -> TextColumn:
        return self._columns.get(fold_name(name), self._empty)

    def __contains__(self, name: str) -> bool:
        return fold_name(name) in self._columns


def combine(function: Callable[..., str], *columns: TextColumn) -> TextColumn:
    """`function` of the texts of each row."""
    texts, back = _distinct(columns)
    return TextColumn.from_values(map(function, *texts)).take(back)


def combine_many(function: Callable[..., tuple[str, ...]], *columns: TextColumn) -> tuple[TextColumn, ...]:
    """The same for a function of several answers: a column for each."""
    texts, back = _distinct(columns)
    answers = list(zip(*map(function, *texts), strict=True))
    if not answers:  # no row; how many columns only the function knows
        answers = [() for _ in function(*("" for _ in columns))]
    return tuple(TextColumn.from_values(answer).take(back) for answer in answers)


def first_filled(*columns: TextColumn) -> TextColumn:
    """The first text of each row that is not empty."""
    return combine(first_text, *columns)


def first_text(*texts: str) -> str:
    """The first that is not empty."""
    return next((text for text in texts if text), "")


def _distinct(columns: Iterable[TextColumn]) -> tuple[list[list[str]], np.ndarray]:
    """The texts of every distinct combination, column by column, and the number of the combination of each row."""
    columns = list(columns)
    number = columns[0].codes.astype(np.int64)
    for column in columns[1:]:  # made small again each time: the numbers of many long columns would overflow
        number = np.unique(number * max(len(column.words), 1) + column.codes, return_inverse=True)[1]
    _, first, back = np.unique(number, return_index=True, return_inverse=True)
    return [column.take(first).texts().tolist() for column in columns], back
