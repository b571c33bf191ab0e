"""The cohort strip: one row per patient, one cell per four weeks from the first infusion, sorted by need."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

import pandas as pd

from lupusmon.clinical.drugs import DRUGS
from lupusmon.clinical.thresholds import STRIP_LAST_WEEK, STRIP_STEP_WEEKS, VISIT_DAYS, VISIT_WEEKS
from lupusmon.patient_tables import current_course
from lupusmon.ui import words
from lupusmon.ui.grid import Column, Grid
from lupusmon.ui.snapshot import Snapshot

WEEKS = tuple(range(STRIP_STEP_WEEKS, STRIP_LAST_WEEK + 1, STRIP_STEP_WEEKS))
VERDICTS = {"n": "not_met", "u": "not_assessable", "m": "met", "a": "not_applicable"}  # in order of need
_NO_CELL = "."
_ROW_PX, _TABLE_PX = 46, 720
_CELL_PX, _NARROW_CELL_PX = 22, 15  # as in grid.css
_TICK_WEEKS = 12
_VISITS = f"{', '.join(map(str, VISIT_WEEKS[:-1]))} and {VISIT_WEEKS[-1]}"
DEFINITION = (
    f"One row per patient: the course the patient is on, of the drugs chosen above. One cell per {STRIP_STEP_WEEKS} "
    "weeks from its first infusion: the criterion judged as if that day were a visit, by the same rules as the ledger "
    f"(the value nearest to the day, at most {VISIT_DAYS} days away). At weeks {_VISITS} a cell is the ledger’s own "
    f"verdict. Cells end today, where the course ended, or after {STRIP_LAST_WEEK} weeks."
)
LEGEND = (
    "✓ met · ✕ not met · ? cannot tell yet · – does not apply · empty: not so far, or the criterion is not defined "
    "for that week"
)


def summarise_strip(snapshot: Snapshot, courses: pd.DataFrame, *, criterion: str) -> pd.DataFrame:
    """A row per patient of the courses: patient_id, course_id, drug, cells (a letter a week), last (the last one)."""
    current = current_course(courses)[["patient_id", "course_id", "drug"]]
    strip = snapshot.tables["strip"]
    own = strip.loc[strip["criterion"] == criterion, ["patient_id", "course_id", "cells"]]
    rows = current.merge(own, on=["patient_id", "course_id"], how="left")
    cells = rows["cells"].fillna(_NO_CELL * len(WEEKS))
    return rows.assign(cells=cells, last=[text.strip(_NO_CELL)[-1:] for text in cells])


def build_strip(rows: pd.DataFrame, worklist: pd.DataFrame, names: Mapping[str, str], *, identity: str) -> Grid:
    """The strip as a table; a row opens its patient. worklist: rows of the worklist, the neediest first."""
    columns = (
        Column("Patient", width=150, narrow=110),
        Column("Why now", sub="as on the worklist"),
        Column("Treatment", width=130, narrow=128),
        Column(
            "Weeks from first infusion",
            width=len(WEEKS) * _CELL_PX + 12,
            narrow=len(WEEKS) * _NARROW_CELL_PX + 12,
            ticks=tuple(str(week) if week % _TICK_WEEKS == 0 else "" for week in WEEKS),
        ),
        Column("Last cell", width=128, narrow=104, none="none yet"),
        Column("Met", sub="of cells decided", width=96, narrow=66, none="–"),
    )
    return Grid(
        name="strip",
        caption="Verdicts every four weeks, sorted by need. Arrow keys move, Enter opens the patient.",
        columns=columns,
        rows=[_row(row, place, names) for place, row in enumerate(_by_need(rows, worklist).itertuples())],
        identity=identity,
        height=min(_TABLE_PX, len(rows) * _ROW_PX + 70),
        row_height=_ROW_PX,
        min_width=1180,
        narrow_width=900,
        clickable=True,
        sortable=True,
        empty="No course in this selection.",
    )


def build_strip_words(rows: pd.DataFrame, worklist: pd.DataFrame, names: Mapping[str, str], *, identity: str) -> Grid:
    """The same as a table of words."""
    shown = {letter: words.SHORT_VERDICTS[verdict] for letter, verdict in VERDICTS.items()}
    table = [
        {
            "key": row.key,
            "label": names[row.patient_id],
            "cells": [{"text": names[row.patient_id], "strong": True}, *(shown.get(c) for c in row.cells)],
        }
        for row in _by_need(rows, worklist).itertuples()
    ]
    return Grid(
        name="strip_words",
        caption="Verdicts every four weeks in words",
        columns=(Column("Patient", width=150), *(Column(f"Week {week}", width=96) for week in WEEKS)),
        rows=table,
        identity=identity,
        height=min(_TABLE_PX, len(rows) * _ROW_PX + 60),
        row_height=_ROW_PX,
        min_width=150 + 96 * len(WEEKS),
        clickable=True,
        sortable=True,
        empty="No course in this selection.",
    )


def describe_strip(rows: pd.DataFrame) -> str:
    """How many stand where at their last cell."""
    counts = rows["last"].value_counts()
    parts = [f"{counts.get(letter, 0)} {words.VERDICT_NAMES[verdict]}" for letter, verdict in VERDICTS.items()]
    none = f"; {counts['']} without a cell yet" if counts.get("", 0) else ""
    return f"At their last cell: {', '.join(parts)}{none}."


def _by_need(rows: pd.DataFrame, worklist: pd.DataFrame) -> pd.DataFrame:
    need = worklist[["patient_id", "key", "reason", "severity"]]
    return need.merge(rows, on="patient_id")


def _row(row: object, place: int, names: Mapping[str, str]) -> dict:
    name, verdict = names[row.patient_id], VERDICTS.get(row.last)
    decided = sum(letter in "mn" for letter in row.cells)
    met = row.cells.count("m")
    cells = [
        {"text": name, "strong": True},
        {"text": row.reason, "order": place},
        {"text": DRUGS[row.drug].name},
        {"strip": row.cells, "step": STRIP_STEP_WEEKS, "label": say_cells(row.cells), "order": _order(row.last)},
        None
        if verdict is None
        else {"verdict": verdict, "text": words.SHORT_VERDICTS[verdict], "order": _order(row.last)},
        {"text": f"{met} of {decided}", "order": met / decided} if decided else None,
    ]
    tone = next((name for name, order in words.SEVERITY_ORDER.items() if order == row.severity), "")
    return {"key": row.key, "label": f"{name}: {say_cells(row.cells)}", "tone": tone, "cells": cells}


def _order(letter: str) -> int:
    return list(VERDICTS).index(letter) if letter in VERDICTS else len(VERDICTS)


def say_cells(cells: str) -> str:
    """`weeks 4 to 12 not met; week 16 met` for a screen reader."""
    parts, place = [], 0
    for letter, run in groupby(cells):
        n = len(list(run))
        if letter in VERDICTS:
            first, last = WEEKS[place], WEEKS[place + n - 1]
            span = f"week {first}" if n == 1 else f"weeks {first} to {last}"
            parts.append(f"{span} {words.VERDICT_NAMES[VERDICTS[letter]]}")
        place += n
    return "; ".join(parts) or "no cell yet"
