"""The response ledger on paper: weeks × criteria, and the reasons behind the verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from lupusmon import words
from lupusmon.figures import theme
from lupusmon.missing import say_closed
from lupusmon.si_words import say_in_units


@dataclass(frozen=True)
class Cell:
    """One verdict. edge: whether an assumption flips it."""

    verdict: str
    text: str
    edge: bool


@dataclass(frozen=True)
class Row:
    """A criterion at every visit; None where the criterion is not defined for the visit."""

    name: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Group:
    """Criteria of one kind."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Ledger:
    """visits: name and day of each column. silent: names of criteria that apply at no visit."""

    visits: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    silent: tuple[str, ...]
    empty: str = ""


@dataclass(frozen=True)
class Reason:
    """What decided a criterion at one or more visits. notes: what would settle or flip it."""

    criterion: str
    visits: str
    verdict: str
    verdict_text: str
    reason: str
    notes: tuple[str, ...]


def build_ledger(responses: pd.DataFrame, first_infusion: date | None, as_of: date) -> Ledger:
    """Of one course (CONTRACT 4); the same rows as the short ledger on the screen.

    Criteria that apply at no visit are only named; SRI-5 to 8 are left to the screen.
    """
    if first_infusion is None:
        return Ledger((), (), (), "No infusion is recorded, so there is no verdict.")
    by_cell = {(r.criterion, str(r.week)): r for r in responses.itertuples()}
    weeks = words.sort_weeks(sorted({week for _, week in by_cell}))
    groups, silent = [], []
    for title, criteria in words.CRITERION_GROUPS:
        rows = []
        for criterion in criteria:
            found = [by_cell.get((criterion, week)) for week in weeks]
            if criterion in words.STRICTER or not any(found):
                continue
            if all(r is None or r.verdict == "not_applicable" for r in found):
                silent.append(words.CRITERION_NAMES[criterion])
            else:
                rows.append(Row(words.CRITERION_NAMES[criterion], tuple(_cell(r) for r in found)))
        if rows:
            groups.append(Group(title, tuple(rows)))
    visits = tuple((words.week_name(w).capitalize(), _day(w, first_infusion, as_of)) for w in weeks)
    empty = "" if groups else "No criterion applies to this course yet."
    return Ledger(visits, tuple(groups), tuple(silent), empty)


def _cell(response: object | None) -> Cell | None:
    if response is None:
        return None
    return Cell(response.verdict, words.SHORT_VERDICTS[response.verdict], bool(_text(response.edge)))


def _day(week: str, first_infusion: date, as_of: date) -> str:
    return (first_infusion + timedelta(weeks=int(week))).isoformat() if week.isdigit() else f"up to {as_of}"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def list_reasons(responses: pd.DataFrame, as_of: date, units: str = "conventional") -> tuple[Reason, ...]:
    """Every verdict of the ledger in words; visits with the same words are told together."""
    out = []
    for _, criteria in words.CRITERION_GROUPS:
        for criterion in criteria:
            own = responses[(responses["criterion"] == criterion) & (responses["verdict"] != "not_applicable")]
            if criterion in words.STRICTER or own.empty:
                continue
            by_week = {str(r.week): r for r in own.itertuples()}
            said: dict[tuple, list[str]] = {}
            for week in words.sort_weeks(list(by_week)):
                row = by_week[week]
                said.setdefault((row.verdict, say_in_units(_text(row.reason), units), _notes(row, as_of)), []).append(
                    week
                )
            for (verdict, reason, notes), weeks in said.items():
                name, text = words.CRITERION_NAMES[criterion], words.VERDICT_NAMES[verdict]
                out.append(Reason(name, _visits(weeks), verdict, text, reason, notes))
    return tuple(out)


def _visits(weeks: list[str]) -> str:
    numbers = [week for week in weeks if week.isdigit()]
    parts = [f"week{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"] if numbers else []
    return ", ".join(parts + [week for week in weeks if not week.isdigit()])


def _notes(row: object, as_of: date) -> tuple[str, ...]:
    settle, edge = say_closed(_text(row.settle), as_of), _text(row.edge)
    notes = (("Would settle it:", settle), ("On the edge:", edge))
    return tuple(f"{label} {theme.speak_units(text)}" for label, text in notes if text)
