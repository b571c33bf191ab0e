"""Checks shared by the rows of every kind: the row as a whole, the patient, the date (CONTRACT 3)."""

from __future__ import annotations

import numpy as np

from lupusmon.ingest.source import SourceTable
from lupusmon.issues import IssueLog, Outcome
from lupusmon.text.columns import TextColumn
from lupusmon.text.dates import parse_dates

FIRST_DAY = int(np.datetime64("1950-01-01").astype("datetime64[D]").astype(int))
FORM = {
    "ymd": "a date such as 2025-01-31",
    "dmy": "a date such as 2025-01-31 or 31/01/2025",
    "mdy": "a date such as 2025-01-31 or 01/31/2025",
}


def column(table: SourceTable, name: str) -> TextColumn:
    """A column of the table; empty texts where the file has none."""
    found = table.columns.get(name)
    return TextColumn.constant("", len(table)) if found is None else found


def open_log(table: SourceTable) -> IssueLog:
    """A log in which the rows that their reader found to be of no monitored section are ignored."""
    log, why = IssueLog(len(table)), column(table, "ignored")
    log.drop(~why.is_empty(), Outcome.IGNORED, "", "section_not_monitored", "", texts_of(why))
    return log


def check_rows(table: SourceTable, log: IssueLog) -> None:
    """Rejects rows that are broken as a whole."""
    log.drop(~table.problems.is_empty(), Outcome.REJECTED, "", "row", "", texts_of(table.problems))


def check_patient(table: SourceTable, log: IssueLog) -> TextColumn:
    """Rejects rows without a patient; returns the ids."""
    patient = column(table, "patient_id")
    log.drop(patient.is_empty(), Outcome.REJECTED, "patient_id", "patient_missing", "", "no patient_id")
    return patient


def check_date(
    table: SourceTable, log: IssueLog, name: str, *, as_of: int | None, may_be_future: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """(day, micros) of the date column; rejects rows without one, unreadable, before 1950 or over a day after as_of.

    may_be_future: rows that may lie ahead (planned infusions).
    """
    text = column(table, name)
    days, micros, ok = text.once(parse_dates, order=table.date_order, formats=table.date_formats)
    ok, day, time = (text.spread(column) for column in (ok, days, micros))
    texts = _Texts(text)
    log.drop(text.is_empty(), Outcome.REJECTED, name, "date_missing", "", f"no {name}")
    log.drop(~ok, Outcome.REJECTED, name, "date_unreadable", texts, f"not a date; use {FORM[table.date_order]}")
    log.drop(ok & (day < FIRST_DAY), Outcome.REJECTED, name, "date_too_early", texts, "before 1950-01-01")
    if as_of is not None:
        late = ok & (day > as_of + 1)
        if may_be_future is not None:
            late &= ~may_be_future
        log.drop(late, Outcome.REJECTED, name, "date_in_future", texts, "more than a day after the as-of date")
    return day, time


class _Texts:
    """The texts of a column, looked up only for the rows that need them."""

    def __init__(self, text: TextColumn) -> None:
        self.text = text

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        return self.text.words[self.text.codes[rows]]


def texts_of(text: TextColumn) -> _Texts:
    """Lazy texts for issues."""
    return _Texts(text)
