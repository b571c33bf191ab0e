"""The sentences on what would settle a verdict, put together by Arrow: nearly every one has dates of its own."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

from lupusmon.analysis.criteria.settle import BASELINE_WINDOW, WINDOW, Settling
from lupusmon.output import columns as c

_WINDOWS = re.compile(f"({re.escape(WINDOW)}|{re.escape(BASELINE_WINDOW)})")


def settle_column(codes: np.ndarray, settling: Settling) -> pa.DictionaryArray:
    """`UPCR between 2025-07-17 and 2025-09-11 and C3 between 2024-12-01 and 2025-03-01 (baseline)` of each row.

    codes: which sentence; empty for -1.
    """
    order = np.argsort(settling.form, kind="stable")
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order))
    codes = np.where(codes < 0, -1, place[codes]) if len(order) else codes
    return c.words(codes, _write(settling.forms, settling.form[order], settling.days[order]))


def _write(forms: list[str], form: np.ndarray, days: np.ndarray) -> pa.StringArray:
    """The sentences, ordered by form."""
    if not len(form):
        return c.strings([])
    calendar = [c.calendar(column) for column in days.T]
    ends = {WINDOW: calendar[:2], BASELINE_WINDOW: calendar[2:]}
    bounds = np.searchsorted(form, np.arange(len(forms) + 1))
    parts = []
    for text, begin, end in zip(forms, bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        pieces = []
        for piece in _WINDOWS.split(text):
            if piece in ends:
                one, other = (column[begin:end] for column in ends[piece])
                pieces += [_repeat("between ", end - begin), one, _repeat(" and ", end - begin), other]
            else:
                pieces.append(_repeat(piece, end - begin))
        parts.append(c.join(*pieces))
    return pa.concat_arrays(parts)


def _repeat(text: str, n: int) -> pa.StringArray:
    return c.strings([text]).take(c.indices(np.zeros(n, dtype=np.int32)))
