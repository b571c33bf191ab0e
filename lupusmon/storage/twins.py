"""Ids that may mean one patient. They are shown, never merged: only a person can know."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import combinations

_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


def possible_duplicates(patient_ids: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of ids that differ only in case, spaces or zero padding (`p7`, `P007`), sorted."""
    groups: dict[str, list[str]] = {}
    for patient_id in sorted(set(patient_ids) - {""}):
        groups.setdefault(fold_id(patient_id), []).append(patient_id)
    return sorted(pair for group in groups.values() for pair in combinations(group, 2))


def fold_id(patient_id: str) -> str:
    """An id as a tired person might read it."""
    return _LEADING_ZEROS.sub("", "".join(patient_id.casefold().split()))
