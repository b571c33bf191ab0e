"""Cells of infusions, assessments and patients: numbers, choices, yes and no."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lupusmon.ingest.source import SourceTable
from lupusmon.issues import IssueLog, Outcome
from lupusmon.quality.checks import column, texts_of
from lupusmon.text.values import ValueKind, parse_values

YES, UNKNOWN, NO = 2, 1, 0
_ANSWERS = {
    **dict.fromkeys(("yes", "y", "1", "true", "t", "ja", "oui", "si", "sí", "sim"), YES),
    **dict.fromkeys(("no", "n", "0", "false", "f", "nein", "non", "nao", "não"), NO),
}


def check_number(
    table: SourceTable, log: IssueLog, name: str, *, low: float = 0.0, high: float | None = None, whole: bool = False
) -> np.ndarray:
    """The numbers of a column, nan where empty; rejects rows with anything else or out of low..high."""
    text = column(table, name)
    parsed = text.once(parse_values, decimal_comma=table.decimal_comma)
    number = np.where((parsed.kind == ValueKind.NUMBER) & (parsed.comparator == 0), parsed.number, np.nan)
    number = np.where([bool(unit) for unit in parsed.unit], np.nan, number)
    bad = np.isnan(number) & (parsed.kind != ValueKind.EMPTY)
    log.drop(text.spread(bad), Outcome.REJECTED, name, "value_unreadable", texts_of(text), f"not a number for {name}")
    with np.errstate(invalid="ignore"):
        out = (number < low) | (number > (np.inf if high is None else high)) | np.isinf(number)
        if whole:
            out |= number != np.floor(number)
    out &= ~np.isnan(number)
    limits = f"{low:g} or more" if high is None else f"{low:g} to {high:g}"
    message = f"{name} is {'a whole number ' if whole else ''}{limits}"
    log.drop(text.spread(out), Outcome.REJECTED, name, "value_out_of_range", texts_of(text), message)
    return text.spread(number)


def check_choice(table: SourceTable, log: IssueLog, name: str, choices: Mapping[str, int], default: int) -> np.ndarray:
    """The number of each cell's word (compared without case and spaces), `default` where empty; rejects other words."""
    text = column(table, name)
    code = np.array([_choose(w, choices, default) for w in text.words], dtype=np.int16)[text.codes]
    message = f"not a {name}; use {', '.join(list(choices)[:8])}"
    log.drop(code == -1, Outcome.REJECTED, name, "value_unreadable", texts_of(text), message)
    return code


def check_answer(table: SourceTable, log: IssueLog, name: str) -> np.ndarray:
    """Yes 2, no 0, empty 1; rejects other words."""
    return check_choice(table, log, name, _ANSWERS, UNKNOWN).astype(np.uint8)


def _choose(word: str, choices: Mapping[str, int], default: int) -> int:
    folded = "".join(word.casefold().split())
    return choices.get(folded, -1) if folded else default
