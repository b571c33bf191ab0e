"""Receipt, issues and the fix-me file of an import, as tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lupusmon.ingest import SourceTable
from lupusmon.ingest.kinds import DATE_COLUMN, NUMBER_COLUMNS
from lupusmon.text.dates import parse_date
from lupusmon.text.spreadsheet import protect
from lupusmon.ui import words
from lupusmon.ui.grid import Column, Grid

OUTCOMES = ("accepted", "identical", "superseded", "rejected", "ignored")
_LINES_SHOWN = 12
_FIGURES = re.compile(r"\s*\d{1,2}[-/.]")  # a day or month first, where the order matters
_OPEN_COMMA = re.compile(r"^(\D*\d{1,3}),(\d{3})$")
_LEVELS = {"rejected": "not_met", "superseded": "not_assessable", "ignored": "not_applicable", "note": "not_applicable"}


def build_receipt(receipt: dict) -> Grid:
    """One row per file and one for the total: read = accepted + identical + superseded + rejected + ignored."""
    rows = []
    for entry in (*receipt["files"], {"file": "Total", "kind": "", **receipt["totals"]}):
        counts = [int(entry[outcome]) for outcome in OUTCOMES]
        balance = "= " + " + ".join(map(words.say_count, counts))
        sha = str(entry.get("sha256", ""))[:12]
        rows.append(
            {
                "key": entry["file"],
                "cells": [
                    {"text": entry["file"], "sub": f"sha256 {sha}…" if sha else "", "strong": entry["file"] == "Total"},
                    entry.get("kind", ""),
                    {"text": words.say_count(int(entry["read"])), "sub": balance},
                    *counts,
                ],
            }
        )
    heads = (Column("File"), Column("Kind", width=110), Column("Rows read", width=170))
    counts = tuple(Column(o.capitalize(), width=100, align="right") for o in OUTCOMES)
    return Grid(
        name="receipt", caption="Receipt: what became of every row", columns=heads + counts, rows=rows, min_width=900
    )


def build_issues(issues: pd.DataFrame) -> Grid:
    """Issues of one file, kind and column in one row, with how many and on which lines; the worst first."""
    keys = ["source_file", "outcome", "code", "column"]
    order = {outcome: place for place, outcome in enumerate(words.ISSUE_LEVELS)}
    rows = []
    for (file, outcome, code, column), group in issues.groupby(keys, sort=False, dropna=False):
        chip = {"verdict": _LEVELS.get(outcome, "not_applicable"), "text": str(outcome)}
        name = {"text": str(code).replace("_", " "), "sub": "" if pd.isna(column) else f"column {column}"}
        example = group.iloc[0]
        cells = [
            chip,
            {"text": str(file), "sub": _say_lines(group["source_line"])},
            len(group),
            name,
            _say_found(example["value"], str(example["message"])),
        ]
        rows.append((order.get(outcome, 9), {"key": f"{file}{code}{column}", "cells": cells}))
    columns = (
        Column("Level", width=120),
        Column("File, lines", width=190, narrow=160),
        Column("Rows", width=60, align="right"),
        Column("Problem", width=190, narrow=165),
        Column("What was found, and what is allowed (first of them)"),
    )
    return Grid(
        name="issues",
        caption="Issues, grouped; line 1 is the header",
        columns=columns,
        rows=[row for _, row in sorted(rows, key=lambda r: r[0])],
        min_width=760,
        empty="No issues: every row was usable.",
    )


def _say_lines(lines: pd.Series) -> str:
    said = join_lines(lines)
    return f"line{'s' if len(set(lines.dropna())) > 1 else ''} {said}" if said else ""


def _say_found(value: object, message: str) -> str:
    """What stood there, once, and what is allowed."""
    if pd.isna(value) or not str(value):
        return message
    quoted = f'"{value}"'
    return f"“{value}”{message[len(quoted) :]}" if message.startswith(quoted) else f"“{value}”: {message}"


def join_lines(lines: pd.Series) -> str:
    """`2, 5–9, 14 and 31 more`: the first places in full, runs joined."""
    known = sorted(set(lines.dropna().astype(int)))
    spans: list[list[int]] = []
    for line in known:
        if spans and line == spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    shown = ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in spans[:_LINES_SHOWN])
    rest = sum(b - a + 1 for a, b in spans[_LINES_SHOWN:])
    return shown + (f" and {rest} more" if rest else "")


def build_fix_file(sources: Sequence[SourceTable], issues: pd.DataFrame, file: str) -> pd.DataFrame:
    """The rejected rows of one file in our own columns, with `problem`: ready to be mended and uploaded again.

    A cell of a wide file is a row of its own. Cells a spreadsheet would run as a formula get a leading apostrophe,
    which the reader takes off again.
    """
    own = issues[(issues["source_file"] == file) & (issues["outcome"] == "rejected")]
    columns = own["column"].fillna("").astype(str)
    said = columns.where(columns == "", columns + ": ") + own["message"].astype(str)
    parts = []
    for table in (t for t in sources if t.file == file):
        frame = pd.DataFrame({name: column.texts() for name, column in table.columns.items()}, dtype=object)
        frame["line"] = np.asarray(table.lines)
        problems = said.groupby(own["source_line"]).agg(lambda texts: "; ".join(dict.fromkeys(texts)))
        frame = _say_plainly(frame[frame["line"].isin(problems.index)], table)
        if "column" in frame:
            wide = own.groupby("source_line")["column"].agg(set)
            named = [
                c in wide[line] or not wide[line] & set(frame["column"])
                for c, line in zip(frame["column"], frame["line"], strict=True)
            ]
            frame = frame[named].drop(columns="column")
        parts.append(frame.assign(problem=frame["line"].map(problems)).drop(columns="line"))
    rows = pd.concat(parts) if parts else pd.DataFrame({"problem": []})
    return rows.map(lambda cell: "" if pd.isna(cell) else protect(str(cell))).drop_duplicates(ignore_index=True)


def _say_plainly(frame: pd.DataFrame, table: SourceTable) -> pd.DataFrame:
    """What was known of the whole file must hold for these rows alone: readable dates become ISO 8601, and a comma
    that is a decimal sign but may be read as thousands becomes a point.
    """
    told = frame.copy()
    for column in set(DATE_COLUMN.values()) & set(frame):
        told[column] = frame[column].map(lambda text: _to_iso(text, table))
    for column in set(NUMBER_COLUMNS[table.kind]) & set(frame) if table.decimal_comma else ():
        told[column] = frame[column].str.replace(_OPEN_COMMA, r"\1.\2", regex=True)
    return told


def _to_iso(text: str, table: SourceTable) -> str:
    moment = parse_date(text, table.date_order, table.date_formats)
    if moment is None or not _FIGURES.match(text):
        return text
    day = np.datetime64(moment.day, "D")
    return str(day) if moment.micros <= 0 else str(day + np.timedelta64(moment.micros, "us")).removesuffix(".000000")
