"""A table of the analysis as the pages need it: whole as a frame, or one patient's rows; made when first asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lupusmon.result import to_frame

_WITH_WEEK = ("responses", "evidence")
_OPTIONAL = {
    "assessments": ["patient_id", "assessed_at"],
    "patients": ["patient_id", "sex", "birth_year", "site", "label"],
    "superseded": ["patient_id"],
    "unusable": ["patient_id", "reason"],
    "pins": ["patient_id", "course_id", "slot", "analyte", "state", "source_file", "source_line"],
    "flares": ["patient_id", "date", "index", "severity", "text"],
    "alerts": ["patient_id", "as_of", "code", "severity", "analyte", "text"],
    "strip": ["patient_id", "course_id", "criterion", "cells"],
}
NAMES = ("results", "courses", "infusions", "baselines", "trends", "scores", *_WITH_WEEK, *_OPTIONAL)


class FrameTable:
    """A table that came as a frame."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame.assign(patient_id=frame["patient_id"].astype(str))
        if "week" in frame:
            self.frame["week"] = frame["week"].astype(str).str.removesuffix(".0")

    @cached_property
    def _places(self) -> dict[str, np.ndarray]:
        return self.frame.groupby("patient_id", sort=False).indices

    def patient_ids(self) -> set[str]:
        return set(self._places)

    def of(self, patient_id: str) -> pd.DataFrame:
        """The rows of one patient; none where there are none."""
        places = self._places.get(patient_id)
        return (self.frame.iloc[:0] if places is None else self.frame.iloc[places]).reset_index(drop=True)

    def only(self, patient_ids: Collection[str]) -> FrameTable:
        """The table of some patients."""
        return FrameTable(self.frame[self.frame["patient_id"].isin(patient_ids)].reset_index(drop=True))


class ArrowTable:
    """A table of the pipeline, in which the rows of a patient stand together."""

    def __init__(self, name: str, table: pa.Table) -> None:
        self._name, self._table = name, table

    @cached_property
    def frame(self) -> pd.DataFrame:
        return to_frame(self._name, self._table)

    @cached_property
    def _runs(self) -> dict[str, tuple[int, int]]:
        """patient -> (first row, number of rows)."""
        runs: dict[str, tuple[int, int]] = {}
        begin = 0
        for chunk in self._table.column("patient_id").chunks:
            coded = chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()
            codes, words = coded.indices.to_numpy(), coded.dictionary
            starts = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]])) if len(codes) else []
            ends = [*starts[1:], len(codes)]
            for patient, first, end in zip(words.take(pa.array(codes[starts])).to_pylist(), starts, ends, strict=False):
                known = runs.get(patient, (begin + int(first), 0))
                runs[patient] = (known[0], known[1] + int(end) - int(first))
            begin += len(codes)
        return runs

    def patient_ids(self) -> set[str]:
        return set(self._runs)

    def of(self, patient_id: str) -> pd.DataFrame:
        """The rows of one patient; none where there are none."""
        return _to_small_frame(self._table.slice(*self._runs.get(patient_id, (0, 0))))

    def only(self, patient_ids: Collection[str]) -> ArrowTable:
        """The table of some patients."""
        runs = [self._runs[patient_id] for patient_id in sorted(patient_ids) if patient_id in self._runs]
        parts = [self._table.slice(*run) for run in runs]
        return ArrowTable(self._name, pa.concat_tables(parts) if parts else self._table.slice(0, 0))


class Tables(Mapping[str, pd.DataFrame]):
    """name -> the whole table as a frame."""

    def __init__(self, analysis: Any) -> None:
        """analysis: an object with the output tables of CONTRACT 4, as `Analysis` or as frames."""
        arrow = getattr(analysis, "arrow", None)
        if arrow is not None and analysis.pins is not None:
            arrow = {**arrow, "pins": analysis.pins}
        self._tables: dict[str, FrameTable | ArrowTable] = {
            name: _from_frames(analysis, name) if arrow is None else _from_arrow(arrow, name) for name in NAMES
        }

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self._tables[name].frame

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def of(self, name: str, patient_id: str) -> pd.DataFrame:
        """One patient's rows of a table."""
        return self._tables[name].of(patient_id)

    def only(self, patient_ids: Collection[str]) -> Tables:
        """The tables of some patients."""
        some = object.__new__(Tables)
        some._tables = {name: table.only(patient_ids) for name, table in self._tables.items()}
        return some

    def patient_ids(self) -> list[str]:
        """Everybody who has a row in a table, sorted; a pin whose patient has no data left makes none."""
        return sorted(set().union(*(table.patient_ids() for name, table in self._tables.items() if name != "pins")))


def _to_small_frame(table: pa.Table) -> pd.DataFrame:
    """As `to_frame`, texts as plain objects: with the few rows of a patient pandas is several times quicker on them."""
    columns = zip(table.column_names, table.columns, strict=True)
    return pd.DataFrame({name: _to_column(values) for name, values in columns})


def _to_column(values: pa.ChunkedArray) -> np.ndarray | pd.Series | pd.api.extensions.ExtensionArray:
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    unknown = values.is_null().to_numpy() if values.null_count else None
    if pa.types.is_boolean(values.type):
        none = np.zeros(len(values), dtype=bool) if unknown is None else unknown
        return pd.arrays.BooleanArray(values.fill_null(False).to_numpy(), none)
    if pa.types.is_integer(values.type) and unknown is not None:
        return pd.arrays.IntegerArray(values.fill_null(0).to_numpy(), unknown)
    plain = values.to_numpy()
    if plain.dtype != object:
        return plain
    if unknown is not None:
        plain[unknown] = np.nan
    return pd.Series(plain, dtype=object, copy=False)  # a bare array would be made Arrow-backed texts


def _from_arrow(arrow: Mapping[str, pa.Table], name: str) -> FrameTable | ArrowTable:
    if name == "pins" and name not in arrow:  # nothing is pinned
        return FrameTable(pd.DataFrame(columns=_OPTIONAL[name]))
    return ArrowTable(name, arrow[name])


def _from_frames(analysis: Any, name: str) -> FrameTable:
    frame = getattr(analysis, name, None) if name in _OPTIONAL else getattr(analysis, name)
    return FrameTable(pd.DataFrame(columns=_OPTIONAL[name]) if frame is None else frame)
