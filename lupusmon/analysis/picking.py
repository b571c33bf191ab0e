"""Tables as objects with one array an attribute; the columns of picked rows are copied when first looked at.

Trials of other values and windows pick the same visits again and again and look at few of their columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np

from lupusmon.sorting import pick

Rows = np.ndarray | slice


class Columns:
    """Subclasses annotate their columns: arrays of one length, tables of this kind, mappings of them to names.

    What is annotated as a class variable, or named in SHARED, is the same for all rows.
    """

    NAMES: ClassVar[tuple[str, ...]]
    SHARED: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        names = cls.__annotations__
        cls.NAMES = tuple(name for name in names if not str(names[name]).startswith("ClassVar"))

    def __init__(self, **columns: Any) -> None:
        if columns.keys() != set(self.NAMES):
            raise TypeError(f"{type(self).__name__} needs the columns {', '.join(self.NAMES)}")
        self.__dict__.update(columns)

    def take(self, rows: Rows) -> Self:
        """The rows of the given numbers or slice."""
        some = object.__new__(type(self))
        some.__dict__["_picked"] = (self, rows)
        return some

    def change(self, **columns: Any) -> Self:
        """The same rows with other columns."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__ | columns)
        return other

    def __getattr__(self, name: str) -> Any:
        """A column of picked rows, looked at for the first time."""
        if name not in self.NAMES or "_picked" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__} has no column {name}")
        column = self.__dict__[name] = self.load(name, *self._picked)
        return column

    def load(self, name: str, source: Self, rows: Rows) -> Any:
        """The column of the rows of the source."""
        column = getattr(source, name)
        return column if name in self.SHARED else _pick(column, rows)


def _pick(column: Any, rows: Rows) -> Any:
    if isinstance(column, np.ndarray):
        return pick(column, rows)
    if isinstance(column, Mapping):
        return {name: _pick(member, rows) for name, member in column.items()}
    return column.take(rows)
