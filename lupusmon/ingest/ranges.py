"""A reference range in one cell, "150-400 10^9/L", taken apart into its two limits (mappings only)."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from lupusmon.clinical.names import match_name
from lupusmon.clinical.units import match_unit
from lupusmon.text.columns import TextColumn

_NUMBER = r"[0-9][0-9.,]*"
_UNIT = r"(?:\s*(?P<unit>(?:[^\W\d_%/(\[]|[%/(\[]).*|10\s*[*^].*))?"
_BETWEEN = re.compile(rf"[(\[]?\s*(?P<low>{_NUMBER})\s*(?:-|–|—|to|\.\.|…)\s*(?P<high>{_NUMBER})\s*[)\]]?{_UNIT}")
_BETWEEN_SPACED_UNIT = re.compile(rf"(?P<low>{_NUMBER})\s*(?:-|–|—|to)\s*(?P<high>{_NUMBER})\s+(?P<unit>10\s*[*^eE].*)")
_UP_TO = re.compile(rf"(?:<=|=<|[<≤]|up to|below|less than)\s*(?P<high>{_NUMBER}){_UNIT}", re.IGNORECASE)
_FROM = re.compile(rf"(?:>=|=>|[>≥]|above|more than|from)\s*(?P<low>{_NUMBER}){_UNIT}", re.IGNORECASE)


class Range(NamedTuple):
    """The texts of the limits ("" where there is none) and of the unit behind them."""

    low: str
    high: str
    unit: str


def split_range(text: str) -> Range | None:
    """ "12 - 45", "<4 U/mL", "≥60"; None for anything else, such as "Oct-49", the ruin of 10-49 in a spreadsheet."""
    text = text.strip()
    for pattern in (_BETWEEN_SPACED_UNIT, _BETWEEN, _UP_TO, _FROM):
        match = pattern.fullmatch(text)
        if match:
            parts = match.groupdict()
            return Range(parts.get("low") or "", parts.get("high") or "", (parts["unit"] or "").strip())
    return None


def split_range_column(ranges: TextColumn, units: TextColumn, analytes: TextColumn) -> tuple[TextColumn, TextColumn]:
    """(ref_low, ref_high) of each row.

    Limits count only in the unit of their result, since they are converted like it; a range that cannot be read, or is
    in another unit, stays as it is on both sides, where it reads as no number and is seen.
    """
    shape = [max(len(column.words), 1) for column in (ranges, units, analytes)]
    combined = np.ravel_multi_index([column.codes.astype(np.int64) for column in (ranges, units, analytes)], shape)
    distinct, back = np.unique(combined, return_inverse=True)
    found = [
        _limits(ranges.words[text], units.words[unit], analytes.words[analyte])
        for text, unit, analyte in zip(*np.unravel_index(distinct, shape), strict=True)
    ]
    low, high = (TextColumn.from_values([limits[side] for limits in found]) for side in (0, 1))
    return low.take(back), high.take(back)


def _limits(text: str, unit: str, analyte: str) -> tuple[str, str]:
    found = split_range(text)
    if found is None or not _is_same_unit(found.unit, unit, analyte):
        return text, text
    return found.low, found.high


def _is_same_unit(in_range: str, of_result: str, analyte: str) -> bool:
    if not in_range or _loose(in_range) == _loose(of_result):
        return True
    name = match_name(analyte)
    if name.status != "known":
        return False
    one, other = match_unit(in_range, name.code), match_unit(of_result, name.code)
    return not one.problem and not other.problem and (one.unit, one.factor) == (other.unit, other.factor)


def _loose(unit: str) -> str:
    return "".join(unit.split()).casefold()
