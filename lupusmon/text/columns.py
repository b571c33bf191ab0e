"""A column of text with its distinct words stored once: parse a word once, not a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lupusmon.sorting import pick


@dataclass(frozen=True)
class TextColumn:
    """`words[codes[i]]` is the text of row i; the empty string means the cell was empty.

    codes: int32, one per row. words: object array of distinct str, stripped of outer white space. told: what was
    found out about the words, for all columns that share them (see `once`).
    """

    codes: np.ndarray
    words: np.ndarray
    told: dict = field(default_factory=dict, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def from_values(cls, values: Iterable[str]) -> TextColumn:
        """One row per value, in order; words in order of first appearance."""
        seen: dict[str, int] = {}
        codes = np.fromiter((seen.setdefault(v.strip(), len(seen)) for v in values), dtype=np.int32)
        return cls(codes, word_array(seen))

    @classmethod
    def constant(cls, text: str, n: int) -> TextColumn:
        return cls(np.zeros(n, dtype=np.int32), word_array([text]))

    @classmethod
    def concat(cls, columns: Sequence[TextColumn]) -> TextColumn:
        """Rows of all columns one below the other; equal words become one."""
        if len(columns) == 1:
            return columns[0]
        seen: dict[str, int] = {}
        parts = []
        for column in columns:
            code_of = np.array([seen.setdefault(w, len(seen)) for w in column.words], dtype=np.int32)
            parts.append(code_of[column.codes] if len(column.words) else column.codes.astype(np.int32))
        codes = np.concatenate(parts) if parts else np.empty(0, dtype=np.int32)
        return cls(codes, word_array(seen))

    def take(self, rows: np.ndarray) -> TextColumn:
        """The given rows (indices or mask), sharing the words."""
        return TextColumn(pick(self.codes, rows), self.words, self.told)

    def once(self, function: Callable, **options: object) -> Any:
        """`function(words, **options)`, asked once for all columns that share the words; nobody may write into it."""
        key = (function, *options.items())
        if key not in self.told:
            self.told[key] = function(self.words, **options)
        return self.told[key]

    def remap(self, function: Callable[[str], str]) -> TextColumn:
        """The same rows with every word replaced; words that become equal become one."""
        seen: dict[str, int] = {}
        table = np.array([seen.setdefault(function(w).strip(), len(seen)) for w in self.words], dtype=np.int32)
        return TextColumn(table[self.codes] if len(table) else self.codes, word_array(seen))

    def compact(self) -> TextColumn:
        """The same rows with only the words they use, in the order of the words."""
        used = np.zeros(len(self.words), dtype=bool)
        used[self.codes] = True
        place = np.cumsum(used, dtype=np.int32) - 1
        return TextColumn(place.take(self.codes) if len(self.words) else self.codes, self.words[used])

    def texts(self) -> np.ndarray:
        """Object array, one text per row."""
        return self.words[self.codes] if len(self.words) else np.empty(0, dtype=object)

    def map(self, function: Callable[[str], object], dtype: object) -> np.ndarray:
        """`function` of each row's text, called once per distinct word."""
        return self.spread(np.array([function(w) for w in self.words], dtype=dtype))

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Of each row what `values` has for its word."""
        return values.take(self.codes)

    def is_empty(self) -> np.ndarray:
        """True where the cell was empty."""
        empty = self.once(_are_empty)
        return self.spread(empty) if empty.any() else np.zeros(len(self.codes), dtype=bool)


def _are_empty(words: np.ndarray) -> np.ndarray:
    return words == ""


def word_array(words: Iterable[str]) -> np.ndarray:
    """Object array of str, also when there are none."""
    words = list(words)
    out = np.empty(len(words), dtype=object)
    out[:] = words
    return out
