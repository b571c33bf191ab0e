"""Every analyte, unit, drug, criterion, threshold and reference as tables, drawn from the code that uses them."""

from __future__ import annotations

import inspect
import re

from lupusmon.analysis.criteria.registry import list_criteria
from lupusmon.analysis.trends import compute_rcv
from lupusmon.clinical import thresholds
from lupusmon.clinical.alert_rules import ALERT_RULES
from lupusmon.clinical.analytes import ANALYTES, DOWN, UP, Analyte
from lupusmon.clinical.drugs import DRUGS, REGIMENS, Repeat
from lupusmon.clinical.flare_rules import FLARE_RULES
from lupusmon.clinical.references import REFERENCES, UNVERIFIED
from lupusmon.clinical.units import si_unit
from lupusmon.figures import theme
from lupusmon.ui import words
from lupusmon.ui.grid import Column, Grid

_GOOD = {UP: "up", DOWN: "down", None: "–"}
_REPEATS = {
    Repeat.LAST: "then every {last} days",
    Repeat.CYCLE: "then again from the start",
    Repeat.STOP: "then no more",
}
_SECTION = re.compile(r"^# --- (.+)$")
_CONSTANT = re.compile(r"^([A-Z][A-Z0-9_, ]*?) = .*?(?:  # (.+))?$")


def source_text(keys: str) -> str:
    """A reference key, marked where nobody could verify it."""
    return ", ".join(f"{key} (UNVERIFIED)" if key in UNVERIFIED else key for key in keys.split(", ") if key)


def build_analytes() -> Grid:
    rows = [{"key": a.code, "cells": _analyte_cells(a)} for a in ANALYTES.values()]
    columns = (
        Column("Code", width=80),
        Column("Test", width=200),
        Column("Unit", width=140),
        Column("SI unit", width=120),
        Column("Default limits", width=95, none="none"),
        Column("Limits from", width=95, none="–"),
        Column("Impossible above", width=90, align="right", none="no bound"),
        Column("Good direction", width=90),
        Column("CVi / CVa %", width=100, none="none"),
        Column("Reference change", width=130, none="none"),
        Column("Variation from", width=180, none="–"),
    )
    return Grid(name="analytes", caption="Laboratory tests", columns=columns, rows=rows, min_width=1320)


def _analyte_cells(a: Analyte) -> list:
    low, high = a.default_low, a.default_high
    limits = f"≤ {high:g}" if low is None and high is not None else None if low is None else f"{low:g}–{high:g}"
    known = a.cv_i is not None and a.cv_a is not None
    up, down = compute_rcv(a.cv_i, a.cv_a) if known else (None, None)
    label, factor = si_unit(a.code)
    return [
        {"text": a.code, "strong": True},
        a.name,
        {"text": a.unit, "sub": "" if theme.unit_text(a.unit) == a.unit else theme.unit_text(a.unit)},
        {"text": theme.unit_text(label), "sub": "" if factor == 1 else f"× {factor:g}"},
        limits,
        source_text(a.limit_source) or None,
        None if a.impossible_above is None else f"{a.impossible_above:g}",
        _GOOD[a.good],
        f"{a.cv_i:g} / {a.cv_a:g}" if known else None,
        f"+{_percent(up)} / −{_percent(down)} %" if known else None,
        source_text(a.cv_source) or None,
    ]


def _percent(value: float) -> str:
    return f"{value * 100:.1f}"


def build_drugs() -> Grid:
    rows = [
        {
            "key": r.code,
            "cells": [
                {"text": DRUGS[r.drug].name, "sub": r.drug},
                r.code,
                r.label,
                _intervals(r.intervals_days, r.repeat),
                None if r.late_after_days is None else r.late_after_days,
                DRUGS[r.drug].course_gap_days,
                source_text(r.source),
            ],
        }
        for r in REGIMENS.values()
    ]
    columns = (
        Column("Drug", width=170),
        Column("Regimen", width=170),
        Column("Schedule"),
        Column("Intervals, days", width=250),
        Column("Late after, days", width=100, align="right", none="–"),
        Column("New course after a gap of, days", width=130, align="right"),
        Column("Source", width=150),
    )
    return Grid(name="drugs", caption="Infusions and their schedules", columns=columns, rows=rows, min_width=1200)


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
                c.group,
                c.entry or "everybody with a course",
                {"text": "; ".join(check.label for check in c.checks), "title": ", ".join(k.code for k in c.checks)},
                ", ".join(c.weeks),
                source_text(c.source),
            ],
        }
        for c in list_criteria("tulip")
    ]
    columns = (
        Column("Criterion", width=260),
        Column("Group", width=160),
        Column("Applies when", width=230),
        Column("All of these must hold"),
        Column("Weeks", width=170),
        Column("Source", width=120),
    )
    return Grid(name="criteria", caption="Response criteria", columns=columns, rows=rows, min_width=1300)


def build_alerts() -> Grid:
    rows = [
        {
            "key": rule.code,
            "cells": [
                {"text": rule.title, "sub": rule.code, "strong": True},
                rule.severity.value + (f"; {rule.eased.value} where {rule.eased_when}" if rule.eased else ""),
                rule.rule,
                source_text(rule.source),
                rule.severity_source,
            ],
        }
        for rule in ALERT_RULES.values()
    ]
    columns = (
        Column("Alert", width=240),
        Column("Severity", width=220),
        Column("Fires when"),
        Column("Source", width=150),
        Column("Why that severe", width=220),
    )
    return Grid(name="alerts", caption="Alerts", columns=columns, rows=rows, min_width=1300)


def build_flares() -> Grid:
    rows = [
        {
            "key": f"{rule.index}{number}",
            "cells": [
                {"text": rule.index, "strong": True},
                rule.severity.replace("_", " or ") or "not graded",
                rule.measure,
                rule.rule,
                source_text(rule.source),
            ],
        }
        for number, rule in enumerate(FLARE_RULES)
    ]
    columns = (
        Column("Index", width=110),
        Column("Severity", width=150),
        Column("Looks at", width=140),
        Column("A flare when"),
        Column("Source", width=150),
    )
    return Grid(name="flares", caption="Flares", columns=columns, rows=rows, min_width=1100)


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
    rows = [
        {"key": name, "cells": [section, name.replace("_", " ").lower(), _shown(value), remark or None]}
        for section, name, value, remark in list_thresholds()
    ]
    columns = (
        Column("Rule and source", width=420),
        Column("Number", width=280),
        Column("Value", width=260),
        Column("Remark"),
    )
    return Grid(name="thresholds", caption="Every other number of a rule", columns=columns, rows=rows, min_width=1100)


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
    return Grid(name="references", caption="References", columns=columns, rows=rows, min_width=900)
