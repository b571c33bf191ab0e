"""Every analyte, unit, drug, criterion, threshold and reference as tables, drawn from the code that uses them."""

from __future__ import annotations

import inspect
import re

from lupusmon.analysis.criteria.registry import list_criteria
from lupusmon.analysis.trends import compute_rcv
from lupusmon.clinical import thresholds
from lupusmon.clinical.alert_rules import ALERT_RULES, AlertRule
from lupusmon.clinical.analytes import ANALYTES, DOWN, UP, Analyte
from lupusmon.clinical.drugs import DRUGS, REGIMENS, Repeat
from lupusmon.clinical.flare_rules import FLARE_RULES
from lupusmon.clinical.references import REFERENCES, UNVERIFIED
from lupusmon.clinical.units import si_unit
from lupusmon.figures import theme
from lupusmon.ui import words
from lupusmon.ui.grid import Column, Grid, group_row
from lupusmon.ui.threshold_words import name_threshold

_LEAST_PX = 900  # fits a tablet
_GOOD = {UP: "up", DOWN: "down", None: None}
_REPEATS = {
    Repeat.LAST: "then every {last} days",
    Repeat.CYCLE: "then again from the start",
    Repeat.STOP: "then no more",
}
_INDEX_NAMES = {"selena": "SELENA flare index", "bilag": "BILAG-2004 flare", "tulip": "TULIP flare"}
_MEASURE_NAMES = {
    "sledai_2k": "SLEDAI-2K",
    "pga": "PGA",
    "prednisone": "prednisone",
    "new_a": "BILAG, new A",
    "new_b": "BILAG, new B",
    "new_c": "BILAG, new C",
}
_SECTION = re.compile(r"^# --- (.+)$")
_CONSTANT = re.compile(r"^([A-Z][A-Z0-9_, ]*?) = .*?(?:  # (.+))?$")


def source_text(keys: str) -> str:
    """A reference key, marked where nobody could verify it."""
    return ", ".join(f"{key} (UNVERIFIED)" if key in UNVERIFIED else key for key in keys.split(", ") if key)


def build_analytes() -> Grid:
    rows = [{"key": a.code, "cells": _analyte_cells(a)} for a in ANALYTES.values()]
    columns = (
        Column("Test", width=190),
        Column("Unit, SI unit", width=190),
        Column("Default limits", width=130, none="none"),
        Column("Impossible above", width=100, align="right", none="no bound"),
        Column("Better when", width=80, none="–"),
        Column("CVi / CVa, %", width=100, none="none"),
        Column("Reference change", none="none"),
    )
    return Grid(name="analytes", caption="Laboratory tests", columns=columns, rows=rows, min_width=_LEAST_PX)


def _analyte_cells(a: Analyte) -> list:
    low, high = a.default_low, a.default_high
    limits = f"≤ {high:g}" if low is None and high is not None else None if low is None else f"{low:g}–{high:g}"
    known = a.cv_i is not None and a.cv_a is not None
    up, down = compute_rcv(a.cv_i, a.cv_a) if known else (None, None)
    change = None if not known else {
        "text": f"+{_percent(up)} / −{_percent(down)} %", "sub": source_text(a.cv_source)
    }  # fmt: skip
    return [
        {"text": a.name, "sub": a.code, "strong": True},
        {"text": theme.unit_text(a.unit), "sub": _units_beside(a)},
        None if limits is None else {"text": limits, "sub": source_text(a.limit_source)},
        None if a.impossible_above is None else theme.number(a.impossible_above),
        _GOOD[a.good],
        f"{a.cv_i:g} / {a.cv_a:g}" if known else None,
        change,
    ]


def _units_beside(a: Analyte) -> str:
    """`SI g/L (× 0.01)`, and how the unit is coded (UCUM) where it is not written like that."""
    shown, (label, factor) = theme.unit_text(a.unit), si_unit(a.code)
    si = "" if theme.unit_text(label) == shown else f"SI {theme.unit_text(label)}"
    si += "" if factor == 1 else f" (× {factor:g})"
    return " · ".join(part for part in (si, "" if shown == a.unit else f"UCUM {a.unit}") if part)


def _percent(value: float) -> str:
    return f"{value * 100:.1f}"


def build_drugs() -> Grid:
    rows = [
        {
            "key": r.code,
            "cells": [
                {"text": DRUGS[r.drug].name, "sub": r.code if r.code == r.drug else f"{r.drug}, {r.code}"},
                theme.speak_units(r.label),
                _intervals(r.intervals_days, r.repeat),
                None if r.late_after_days is None else r.late_after_days,
                DRUGS[r.drug].course_gap_days,
                source_text(r.source),
            ],
        }
        for r in REGIMENS.values()
    ]
    columns = (
        Column("Drug", sub="regimen", width=150),
        Column("Schedule"),
        Column("Intervals, days", width=210),
        Column("Late after, days", width=90, align="right", none="–"),
        Column("New course after a gap of, days", width=120, align="right"),
        Column("Source", width=140),
    )
    return Grid(name="drugs", caption="Infusions and their schedules", columns=columns, rows=rows, min_width=_LEAST_PX)


def _intervals(days: tuple[int, ...], repeat: Repeat) -> str:
    if not days:
        return "unscheduled"
    return ", ".join(map(str, days)) + "; " + _REPEATS[repeat].format(last=days[-1])


def build_criteria() -> Grid:
    rows = [
        {
            "key": f"{c.code}{c.weeks[0]}",
            "cells": [
                {"text": words.CRITERION_NAMES[c.code], "sub": c.code, "strong": True},
                {"text": c.entry or "everybody with a course", "sub": c.group},
                {
                    "text": theme.speak_units("; ".join(k.label for k in c.checks)),
                    "title": ", ".join(k.code for k in c.checks),
                },
                ", ".join(c.weeks),
                source_text(c.source),
            ],
        }
        for c in list_criteria("tulip")
    ]
    columns = (
        Column("Criterion", width=190),
        Column("Applies when", sub="group", width=180),
        Column("All of these must hold"),
        Column("Weeks", width=110),
        Column("Source", width=110),
    )
    return Grid(name="criteria", caption="Response criteria", columns=columns, rows=rows, min_width=_LEAST_PX)


def build_alerts() -> Grid:
    rows = [
        {
            "key": rule.code,
            "cells": [
                {"text": rule.title, "sub": rule.code, "strong": True},
                _severity_cell(rule),
                rule.rule.replace("`", ""),
                source_text(rule.source),
            ],
        }
        for rule in ALERT_RULES.values()
    ]
    columns = (
        Column("Alert", width=180),
        Column("Severity", sub="and why", width=220),
        Column("Fires when"),
        Column("Source", width=130),
    )
    return Grid(name="alerts", caption="Alerts", columns=columns, rows=rows, min_width=_LEAST_PX)


def _severity_cell(rule: AlertRule) -> dict:
    eased = f"; {rule.eased.value} where {rule.eased_when}" if rule.eased else ""
    return {"text": rule.severity.value + eased, "sub": rule.severity_source}


def build_flares() -> Grid:
    rows = [
        {
            "key": f"{rule.index}{number}",
            "cells": [
                {"text": _INDEX_NAMES.get(rule.index, rule.index), "strong": True},
                rule.severity.replace("_", " or ") or "not graded",
                _MEASURE_NAMES.get(rule.measure, rule.measure),
                rule.rule,
                source_text(rule.source),
            ],
        }
        for number, rule in enumerate(FLARE_RULES)
    ]
    columns = (
        Column("Index", width=150),
        Column("Severity", width=140),
        Column("Looks at", width=130),
        Column("A flare when"),
        Column("Source", width=150),
    )
    return Grid(name="flares", caption="Flares", columns=columns, rows=rows, min_width=_LEAST_PX)


def list_thresholds() -> list[tuple[str, str, object, str]]:
    """(section, name, value, remark) of every constant of `clinical.thresholds`, in its order."""
    found, section = [], ""
    for line in inspect.getsource(thresholds).splitlines():
        if heading := _SECTION.match(line):
            section = heading.group(1)
        elif constant := _CONSTANT.match(line):
            for name in constant.group(1).split(", "):
                found.append((section, name, getattr(thresholds, name), constant.group(2) or ""))
    return found


def build_thresholds() -> Grid:
    rows, before = [], None
    for section, name, value, remark in list_thresholds():
        if section != before:
            rows.append(group_row(f"{section[:1].upper()}{section[1:]}"))
        before = section
        said, unit = name_threshold(name)
        number = {"text": f"{_shown(value)} {theme.unit_text(unit)}".strip()}
        rows.append({"key": name, "cells": [{"text": said, "title": name}, number, remark or None]})
    columns = (Column("Number", width=380), Column("Value", width=230), Column("Remark"))
    return Grid(
        name="thresholds", caption="Every other number of a rule", columns=columns, rows=rows, min_width=_LEAST_PX
    )


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {', '.join(map(str, entry))}" for key, entry in value.items())
    return ", ".join(map(str, value)) if isinstance(value, tuple) else f"{value:g}"


def build_references() -> Grid:
    rows = [
        {"key": key, "cells": [{"text": key, "strong": True}, text, "UNVERIFIED" if key in UNVERIFIED else "checked"]}
        for key, text in REFERENCES.items()
    ]
    columns = (Column("Key", width=170), Column("Publication"), Column("State", width=130))
    return Grid(name="references", caption="References", columns=columns, rows=rows, min_width=_LEAST_PX)
