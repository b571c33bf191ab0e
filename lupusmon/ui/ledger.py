"""The ledger of verdicts, the checks behind a cell, and the results those checks used."""

from __future__ import annotations

from datetime import date

import pandas as pd

from lupusmon.clinical.drugs import DRUGS
from lupusmon.figures import theme
from lupusmon.figures.evidence import Evidence
from lupusmon.missing import name_of, say_closed
from lupusmon.patient_tables import say_by
from lupusmon.si_words import convert, find_test, say_in_units
from lupusmon.ui import words
from lupusmon.ui.grid import Column, Grid, group_row
from lupusmon.ui.snapshot import PatientTables

_CHECK_COLUMNS = (
    Column("Check", width=210, narrow=160),
    Column("Answer", width=110, narrow=104),
    Column("In words"),
    Column("Baseline", width=120, narrow=100),
    Column("Value", width=120, narrow=100),
    Column("Limit", width=70, narrow=54),
    Column("Source", width=150, narrow=104),
)

_CRITERION_PX, _LEAST_CELL_PX = 200, 150  # five visits fit a tablet of 1024 px
_SIDES = {"baseline": "at baseline", "visit": "at the visit", "before": "at the assessment before"}


def build_ledger(
    tables: PatientTables,
    course_id: str,
    *,
    picked: str | None,
    everything: bool,
    as_of: date,
    units: str = "conventional",
) -> Grid:
    """Weeks x criteria of one course, grouped; what applies at no visit, and SRI-5 to 8, only if `everything`.

    A cell's key is `criterion|week`. What would settle an open verdict, and the assumption an unstable one hangs on,
    are written under the verdict.
    """
    own = tables.responses[tables.responses["course_id"] == course_id]
    weeks = words.sort_weeks(own["week"].unique())
    by_cell = {(r.criterion, r.week): r for r in own.itertuples()}
    why = _why_open(tables, own, course_id)
    rows = []
    for title, criteria in words.CRITERION_GROUPS:
        used = [c for c in criteria if any((c, w) in by_cell for w in weeks)]
        applies = [c for c in used if everything or _shown(c, [by_cell.get((c, w)) for w in weeks])]
        if applies:
            rows.append(group_row(title))
        said: set[tuple[str, str]] = set()  # visit and words
        for criterion in applies:
            cells = [
                _cell(
                    by_cell.get((criterion, week)),
                    criterion,
                    week,
                    as_of,
                    said,
                    select_pins(tables, course_id, criterion, week),
                    say_in_units(why.get((criterion, week), ""), units),
                )
                for week in weeks
            ]
            rows.append({"key": criterion, "cells": [{"text": words.CRITERION_NAMES[criterion]}, *cells]})
    for cell in (cell for row in rows for cell in row["cells"] if cell and "title" in cell):
        cell["title"] = say_in_units(cell["title"], units)
    return Grid(
        name="ledger",
        caption="Verdicts by criterion and visit. Each verdict is a button that opens its checks.",
        columns=(
            Column("Criterion", width=_CRITERION_PX),
            *(Column(_week_head(w), none="not defined") for w in weeks),
        ),
        rows=rows,
        identity=course_id,
        min_width=_CRITERION_PX + _LEAST_CELL_PX * len(weeks),
        picked=picked,
        empty="No criterion applies to this course yet: the window of the first visit (week 12) has not opened, "
        "or the entry conditions were not met at baseline.",
    )


def _why_open(tables: PatientTables, responses: pd.DataFrame, course_id: str) -> dict[tuple[str, str], str]:
    """(criterion, week) → the first undecided check in words, for open verdicts that no result would settle."""
    no_remedy = (responses["verdict"] == "not_assessable") & ~responses["settle"].fillna("").astype(bool)
    wanted = set(zip(responses.loc[no_remedy, "criterion"], responses.loc[no_remedy, "week"], strict=True))
    if not wanted:
        return {}
    rows = tables.evidence
    rows = rows[(rows["course_id"] == course_id) & (rows["verdict"] == "unknown") & rows["text"].notna()]
    found: dict[tuple[str, str], str] = {}
    for row in rows.itertuples():
        if (row.criterion, row.week) in wanted:
            found.setdefault((row.criterion, row.week), row.text)
    return found


def _week_head(week: str) -> str:
    return words.week_name(week).capitalize()


def _shown(criterion: str, responses: list) -> bool:
    """Whether the short ledger has the row: it applies somewhere and is not one of the stricter SRI variants."""
    applies = any(r is not None and r.verdict != "not_applicable" for r in responses)
    return applies and criterion not in words.STRICTER


def _cell(
    response: object | None, criterion: str, week: str, as_of: date, said: set, pins: pd.DataFrame, why: str
) -> dict | None:
    """said: what would settle the verdicts above in this group; it is not written twice. why: open without a remedy."""
    if response is None:
        return None
    notes = []
    if isinstance(response.settle, str) and response.settle:
        again = (week, response.settle) in said
        said.add((week, response.settle))
        settle = theme.speak_units(say_closed(response.settle, as_of))
        notes.append(["would settle it:", "as above" if again else settle])
    if why:
        notes.append(["open because:", theme.speak_units(why)])
    if isinstance(response.edge, str) and response.edge:
        notes.append(["on the edge:", theme.speak_units(response.edge)])
    if len(pins) and response.verdict != "not_applicable":
        notes += [
            [f"{words.slot_name(pin.slot)} {theme.short_name(pin.analyte)}", say_by(pin)] for pin in pins.itertuples()
        ]
    text = words.VERDICT_NAMES[response.verdict]
    name = f"{words.CRITERION_NAMES[criterion]}, {words.week_name(week)}: {text}. Open the checks"
    return {
        "verdict": response.verdict,
        "text": text,
        "key": cell_key(criterion, week),
        "label": name,
        "title": response.reason if isinstance(response.reason, str) else "",
        "notes": notes,
    }


def select_pins(tables: PatientTables, course_id: str, criterion: str, week: str) -> pd.DataFrame:
    """The applied pins that a verdict rests on: of its visit or the baseline, and a test its checks look at."""
    pins = tables.applied_pins()
    if pins.empty:
        return pins
    own = pins[(pins["course_id"] == course_id) & pins["slot"].isin(["baseline", week])]
    return own[own["analyte"].isin(words.criterion_analytes(criterion))]


def cell_key(criterion: str, week: str) -> str:
    return f"{criterion}|{week}"


def select_evidence(tables: PatientTables, course_id: str, key: str | None) -> pd.DataFrame:
    """The evidence rows behind a ledger cell; none for no cell."""
    if not key or "|" not in key:
        return tables.evidence.iloc[:0]
    criterion, week = key.split("|", 1)
    own = tables.evidence
    return own[(own["course_id"] == course_id) & (own["criterion"] == criterion) & (own["week"] == week)]


def select_response(tables: PatientTables, course_id: str, key: str | None) -> pd.Series | None:
    """The response of a ledger cell."""
    if not key or "|" not in key:
        return None
    criterion, week = key.split("|", 1)
    own = tables.responses
    found = own[(own["course_id"] == course_id) & (own["criterion"] == criterion) & (own["week"] == week)]
    return None if found.empty else found.iloc[0]


def ring_inputs(results: pd.DataFrame, inputs: pd.DataFrame, *, prednisone: bool) -> Evidence:
    """The marks of the values a verdict used (`verdict_inputs.COLUMNS`).

    results: the rows drawn. prednisone: whether a check looks at the dose noted with the assessments.
    """
    labs = inputs[inputs["kind"] == "result"]
    wanted = set(zip(labs["code"], labs["source_file"], labs["source_line"].astype(int), strict=True))
    live = results[results["outcome"] != "superseded"] if "outcome" in results else results
    lines = live["source_line"].fillna(-1).astype(int)
    keys = zip(live["analyte"], live["source_file"], lines, strict=True)
    doses = inputs[inputs["kind"] == "dose"]
    return Evidence(
        results=live.index[[key in wanted for key in keys]],
        assessed=frozenset(inputs.loc[inputs["kind"] == "assessment", "at"]),
        doses=frozenset(zip(doses["code"], doses["at"], strict=True)),
        prednisone=prednisone,
    )


def list_inputs(inputs: pd.DataFrame) -> str:
    """`baseline C3, C4 (2025-12-20); visit C3 (2026-03-28), assessment (2026-03-30)`."""
    said = []
    for side, head in _SIDES.items():
        own = inputs[inputs["side"] == side]
        days: dict[str, list[str]] = {}
        for kind, code, at in zip(own["kind"], own["code"], own["at"], strict=True):
            days.setdefault(at, []).append(_input_name(kind, code))
        if days:
            parts = [f"{', '.join(dict.fromkeys(names))} ({at})" for at, names in sorted(days.items())]
            said.append(f"{head} {', '.join(parts)}")
    return "; ".join(said)


def _input_name(kind: str, code: str) -> str:
    if kind == "assessment":
        return "assessment"
    return DRUGS[code].name if kind == "dose" else name_of(code)


def build_checks(evidence: pd.DataFrame, units: str = "conventional") -> Grid:
    """The clauses of one verdict: threshold, values, dates, source."""
    rows = []
    for row in evidence.itertuples():
        chip = {
            "verdict": words.CHECK_CHIPS.get(row.verdict, "not_assessable"),
            "text": words.CHECK_VERDICT_NAMES.get(row.verdict, row.verdict),
        }
        source = "" if not isinstance(row.source_file, str) else row.source_file
        line = "" if pd.isna(row.source_line) else f"line {int(row.source_line)}"
        test = find_test(row.text)
        baseline, _ = convert(row.baseline_value, row.unit, test, units)
        value, unit = convert(row.value, row.unit, test, units)
        absolute = test is not None and row.check == test.lower()  # the limits of the others are shares or per cents
        limit = convert(row.limit, row.unit, test, units)[0] if absolute else row.limit
        text = theme.speak_units(say_in_units(row.text, units)) if isinstance(row.text, str) else ""
        rows.append(
            {
                "key": row.check,
                "cells": [
                    {"text": words.CHECK_LABELS.get((row.criterion, row.week, row.check), row.check.replace("_", " "))},
                    chip,
                    {"text": text},
                    _dated(baseline, row.baseline_comparator, unit, row.baseline_at),
                    _dated(value, row.comparator, unit, row.value_at),
                    None if pd.isna(limit) else theme.number(float(limit)),
                    {"text": source, "sub": line},
                ],
            }
        )
    return Grid(
        name="checks",
        caption="The checks of the chosen verdict",
        columns=_CHECK_COLUMNS,
        rows=rows,
        min_width=840,
        empty="This verdict has no checks: the criterion does not apply.",
    )


def _dated(value: float, comparator: object, unit: object, at: object) -> dict | None:
    if pd.isna(value):
        return None if not isinstance(at, str) else {"text": "in words", "sub": at[:10]}
    sign = f"{comparator} " if comparator in ("<", ">") else ""
    units = f" {theme.unit_text(unit)}" if isinstance(unit, str) else ""
    return {"text": f"{sign}{theme.number(float(value))}{units}", "sub": at[:10] if isinstance(at, str) else ""}
