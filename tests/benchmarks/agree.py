"""Whether a peer's tables say what lupusmon's say: slopes, S and p to 1e-9, baselines and points exactly."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

TOLERANCE = 1e-9
_TREND = ["patient_id", "analyte", "method", "scope", "course_id"]
_KEYS = {
    "trends": _TREND,
    "baselines": ["patient_id", "course_id", "analyte", "method"],
    "scores": ["patient_id", "date"],
}
_CLOSE = {"trends": ("slope_per_30d", "mk_s", "mk_p"), "baselines": ("value",), "scores": ("lab_sledai",)}
_EQUAL = {"trends": ("n", "beyond_rcv"), "baselines": (), "scores": ()}


def find_differences(ours: Path, theirs: Path, tables: Iterable[str] = tuple(_KEYS)) -> list[str]:
    """One line for each table and column that differs."""
    return [line for name in tables for line in _compare(name, ours, theirs)]


def _compare(name: str, ours: Path, theirs: Path) -> list[str]:
    keys = _KEYS[name]
    a, b = (_read(folder / f"{name}.parquet", keys) for folder in (ours, theirs))
    if len(a) != len(b) or any((a[key].to_numpy() != b[key].to_numpy()).any() for key in keys):
        return [f"{name}: {len(a)} rows against {len(b)}, or other keys"]
    found = []
    for column in _CLOSE[name]:
        x, y = (frame[column].to_numpy(dtype=float, na_value=np.nan) for frame in (a, b))
        bad = ~(np.isclose(x, y, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True))
        if bad.any():
            found.append(f"{name}.{column}: {bad.sum()} of {len(a)} differ, such as {a[bad].iloc[0].to_dict()}")
    for column in _EQUAL[name]:
        bad = a[column].to_numpy() != b[column].to_numpy()
        if column in b and bad.any():
            found.append(f"{name}.{column}: {bad.sum()} of {len(a)} differ, such as {a[bad].iloc[0].to_dict()}")
    return found


def _read(path: Path, keys: list[str]) -> pd.DataFrame:
    frame = pd.read_parquet(path)
    for key in keys:
        frame[key] = frame[key].fillna("").astype(str)
    return frame.sort_values(keys).reset_index(drop=True)
