# ruff: noqa: E501
"""Frames in the shape of CONTRACT 4 for tests of the screen: made up, small, with every oddity it must show.

The numbers are invented and the verdicts are not computed: this is furniture for pages and figures, not medicine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pandas as pd

AS_OF = date(2026, 6, 1)
_WINDOWS = ("2026-02-03 and 2026-03-31", "2026-04-06 and 2026-06-01")
CRITERIA = ("sri_lab", "bicla_lab", "renal_complete", "platelets_iwg", "c3_normalised", "dsdna_normalised")
LEVELS = {
    "C3": (62, 98, 90, 180, "mg/dL"),
    "C4": (7, 14, 10, 40, "mg/dL"),
    "DSDNA": (240, 45, None, 30, "IU/mL"),
    "UPCR": (2.4, 0.4, None, 0.2, "g/g"),
    "PLT": (160, 220, 150, 400, "10*9/L"),
}
INTERVALS = {"belimumab": 28, "anifrolumab": 28, "rituximab": 168, "obinutuzumab": 168}


@dataclass(frozen=True)
class Frames:
    """The attributes of an Analysis."""

    results: pd.DataFrame
    issues: pd.DataFrame
    courses: pd.DataFrame
    infusions: pd.DataFrame
    baselines: pd.DataFrame
    trends: pd.DataFrame
    scores: pd.DataFrame
    responses: pd.DataFrame
    evidence: pd.DataFrame
    alerts: pd.DataFrame
    assessments: pd.DataFrame
    patients: pd.DataFrame
    receipt: dict = field(default_factory=dict)
    as_of: date = AS_OF


def make_frames(patients: int = 12, *, seed: int = 7) -> Frames:
    """P001 has an assay switch, censored values, a zero, a late and a missed dose; P003 has no baseline."""
    parts: dict[str, list[dict]] = {name: [] for name in _TABLES}
    for i in range(patients):
        _add_patient(parts, i, np.random.default_rng(seed + i))
    frames = {
        name: pd.DataFrame(rows, columns=columns)
        for (name, columns), rows in zip(_TABLES.items(), parts.values(), strict=True)
    }
    frames["responses"]["week"] = frames["responses"]["week"].astype("str")
    return Frames(**frames, receipt=_receipt(len(frames["results"])))


_TABLES = {
    "results": [
        "patient_id",
        "collected_at",
        "analyte",
        "value",
        "comparator",
        "unit",
        "ref_low",
        "ref_high",
        "ref_source",
        "method",
        "laboratory",
        "source_file",
        "source_line",
        "raw_value",
        "raw_unit",
    ],
    "issues": ["source_file", "source_line", "column", "outcome", "code", "value", "message"],
    "courses": [
        "patient_id",
        "course_id",
        "drug",
        "first_infusion",
        "last_infusion",
        "n_infusions",
        "regimen",
        "next_due",
        "overdue_days",
        "status",
    ],
    "infusions": [
        "patient_id",
        "course_id",
        "given_at",
        "drug",
        "dose",
        "dose_unit",
        "status",
        "days_from_due",
        "timing",
    ],
    "baselines": ["patient_id", "course_id", "analyte", "method", "value", "comparator", "unit", "collected_at"],
    "trends": [
        "patient_id",
        "analyte",
        "method",
        "scope",
        "course_id",
        "n",
        "first_at",
        "last_at",
        "first_value",
        "last_value",
        "pct_change",
        "scale",
        "slope_per_30d",
        "mk_s",
        "mk_p",
        "rcv_up_pct",
        "rcv_down_pct",
        "beyond_rcv",
        "direction",
    ],
    "scores": [
        "patient_id",
        "date",
        "lab_sledai",
        "low_complement",
        "increased_dna_binding",
        "proteinuria",
        "thrombocytopenia",
        "leukopenia",
        "complete",
    ],
    "responses": ["patient_id", "course_id", "week", "criterion", "verdict", "reason", "settle", "edge"],
    "evidence": [
        "patient_id",
        "course_id",
        "week",
        "criterion",
        "check",
        "verdict",
        "baseline_value",
        "baseline_comparator",
        "baseline_at",
        "value",
        "comparator",
        "value_at",
        "limit",
        "unit",
        "source_file",
        "source_line",
        "text",
    ],
    "alerts": ["patient_id", "as_of", "code", "severity", "analyte", "text"],
    "assessments": ["patient_id", "assessed_at", "sledai_2k", "pga", "prednisone_mg_per_day"],
    "patients": ["patient_id", "sex", "birth_year", "site", "label"],
}


def _add_patient(parts: dict, i: int, rng: np.random.Generator) -> None:
    pid, drug = f"P{i + 1:03d}", list(INTERVALS)[i % 4]
    start = date(2025, 3, 4) + timedelta(days=3 * i)
    parts["patients"].append(
        {
            "patient_id": pid,
            "sex": "F" if i % 9 else "M",
            "birth_year": 1970 + i % 30,
            "site": "ABC"[i % 3],
            "label": f"Patient {i + 1}",
        }
    )
    _add_doses(parts, pid, drug, start, i)
    for analyte, (first, last, low, high, unit) in LEVELS.items():
        _add_labs(parts, pid, analyte, start, i, rng, (first, last, low, high, unit))
    for k in range(5):
        parts["assessments"].append(
            {
                "patient_id": pid,
                "assessed_at": (start + timedelta(days=84 * k)).isoformat(),
                "sledai_2k": max(0, 10 - 2 * k),
                "pga": round(1.8 - 0.3 * k, 2),
                "prednisone_mg_per_day": [20, 15, 10, 7.5, 5][k],
            }
        )
    _add_verdicts(parts, pid, f"{drug}-1", start, i)


def _add_doses(parts: dict, pid: str, drug: str, start: date, i: int) -> None:
    step, day, given = INTERVALS[drug], start, []
    while day <= AS_OF - timedelta(days=20 if i % 5 else 60):
        late = 12 if len(given) == 3 and i == 0 else 0
        timing = "first" if not given else "late" if late else "on_time"
        parts["infusions"].append(
            {
                "patient_id": pid,
                "course_id": f"{drug}-1",
                "given_at": (day + timedelta(days=late)).isoformat(),
                "drug": drug,
                "dose": 10,
                "dose_unit": "mg/kg",
                "status": "given",
                "days_from_due": None if not given else late,
                "timing": timing,
            }
        )
        given.append(day)
        day += timedelta(days=step)
    if i == 0:
        parts["infusions"].append(
            {
                "patient_id": pid,
                "course_id": f"{drug}-1",
                "given_at": "2025-10-20",
                "drug": drug,
                "dose": None,
                "dose_unit": None,
                "status": "missed",
                "days_from_due": None,
                "timing": None,
            }
        )
        parts["infusions"].append(
            {
                "patient_id": pid,
                "course_id": "methylprednisolone-1",
                "given_at": "2025-08-02",
                "drug": "methylprednisolone",
                "dose": 500,
                "dose_unit": "mg",
                "status": "given",
                "days_from_due": None,
                "timing": "first",
            }
        )
    overdue = max(0, (AS_OF - day).days)
    parts["courses"].append(
        {
            "patient_id": pid,
            "course_id": f"{drug}-1",
            "drug": drug,
            "first_infusion": start.isoformat(),
            "last_infusion": given[-1].isoformat(),
            "n_infusions": len(given),
            "regimen": drug,
            "next_due": day.isoformat(),
            "overdue_days": overdue,
            "status": "overdue" if overdue > 7 else "active",
        }
    )
    if overdue > 7:
        parts["alerts"].append(
            {
                "patient_id": pid,
                "as_of": AS_OF.isoformat(),
                "code": "dose_overdue",
                "severity": "medium",
                "analyte": None,
                "text": f"{drug} dose {overdue} days overdue",
            }
        )


def _add_labs(parts: dict, pid: str, analyte: str, start: date, i: int, rng: np.random.Generator, level: tuple) -> None:
    first, last, low, high, unit = level
    weeks = [-1, *range(6, 64, 7)] if i != 2 else list(range(6, 64, 7))
    rows = []
    for k, week in enumerate(weeks):
        day = start + timedelta(days=7 * week + int(rng.integers(-2, 3)))
        if day > AS_OF or (analyte == "UPCR" and i == 3 and week > 40):
            continue
        value = round(float((first + (last - first) * min(1, k / 6)) * rng.normal(1, 0.05)), 3)
        comparator, method = None, None
        if analyte == "DSDNA":
            method = "ELISA" if k < 6 or i != 0 else "Farr"
            if i == 0 and k == 8:
                value, comparator = 5.0, "<"
        if analyte == "UPCR" and i == 0 and k == 5:
            value = 0.0
        if analyte == "C3" and i == 0 and k == 7:
            low = 85
        rows.append(
            {
                "patient_id": pid,
                "collected_at": day.isoformat() + ("T08:30:00" if k % 2 else ""),
                "analyte": analyte,
                "value": value,
                "comparator": comparator,
                "unit": unit,
                "ref_low": low,
                "ref_high": high,
                "ref_source": "result" if i % 2 == 0 else "default",
                "method": method,
                "laboratory": "Central",
                "source_file": "labs.csv",
                "source_line": len(parts["results"]) + len(rows) + 2,
                "raw_value": f"{comparator or ''}{value}",
                "raw_unit": unit,
            }
        )
    parts["results"] += rows
    base = [r for r in rows if r["collected_at"][:10] <= start.isoformat()][-1:]
    course = f"{list(INTERVALS)[i % 4]}-1"
    parts["baselines"] += [
        {
            "patient_id": pid,
            "course_id": course,
            **{k: r[k] for k in ("analyte", "method", "value", "comparator", "unit", "collected_at")},
        }
        for r in base
    ]
    end, begin = rows[-1], rows[0]
    change = (end["value"] / begin["value"] - 1) * 100
    better = (change > 0) == (analyte in ("C3", "C4", "PLT"))
    direction = "stable" if abs(change) < 10 else "improving" if better else "worsening"
    parts["trends"] += [
        {
            "patient_id": pid,
            "analyte": analyte,
            "method": end["method"],
            "scope": "last_365d",
            "course_id": None,
            "n": len(rows),
            "first_at": begin["collected_at"],
            "last_at": end["collected_at"],
            "first_value": begin["value"],
            "last_value": end["value"],
            "pct_change": change,
            "scale": "log" if analyte in ("DSDNA", "UPCR") else "linear",
            "slope_per_30d": change / 400,
            "mk_s": 5,
            "mk_p": 0.04,
            "rcv_up_pct": 17.5,
            "rcv_down_pct": 14.9,
            "beyond_rcv": abs(change) > 17,
            "direction": direction,
        }
    ]


def _add_verdicts(parts: dict, pid: str, course: str, start: date, i: int) -> None:
    c3 = [r for r in parts["results"] if r["patient_id"] == pid and r["analyte"] == "C3"]
    for week in ("12", "24", "52", "latest"):
        for j, criterion in enumerate(CRITERIA):
            verdict = ("met", "not_met", "not_assessable", "not_applicable")[(i + j + (week == "12")) % 4]
            open_ = verdict == "not_assessable"
            parts["responses"].append(
                {
                    "patient_id": pid,
                    "course_id": course,
                    "week": week,
                    "criterion": criterion,
                    "verdict": verdict,
                    "reason": {
                        "met": "all checks met",
                        "not_met": "C3 still below its limit",
                        "not_assessable": "no UPCR in the window",
                        "not_applicable": "baseline lab SLEDAI below 4",
                    }[verdict],
                    "settle": (f"UPCR between {_WINDOWS[week == 'latest']}" if open_ else None),
                    "edge": "C3 moves by its analytical noise" if verdict == "met" and j == 0 else None,
                }
            )
            if verdict == "not_applicable":
                continue
            row = c3[min(len(c3) - 1, 3)]
            parts["evidence"].append(
                {
                    "patient_id": pid,
                    "course_id": course,
                    "week": week,
                    "criterion": criterion,
                    "check": "c3",
                    "verdict": {"met": "met", "not_met": "not_met"}.get(verdict, "unknown"),
                    "baseline_value": c3[0]["value"],
                    "baseline_comparator": None,
                    "baseline_at": c3[0]["collected_at"],
                    "value": row["value"],
                    "comparator": None,
                    "value_at": row["collected_at"],
                    "limit": 90.0,
                    "unit": "mg/dL",
                    "source_file": row["source_file"],
                    "source_line": row["source_line"],
                    "text": f"C3 {row['value']} mg/dL on {row['collected_at'][:10]}, limit 90",
                }
            )
    if i % 4 == 1:
        parts["alerts"].append(
            {
                "patient_id": pid,
                "as_of": AS_OF.isoformat(),
                "code": "worsening",
                "severity": "high",
                "analyte": "UPCR",
                "text": "UPCR up 80 % since the last visit, beyond its reference change value",
            }
        )
    parts["scores"].append(
        {
            "patient_id": pid,
            "date": AS_OF.isoformat(),
            "lab_sledai": 4,
            "low_complement": True,
            "increased_dna_binding": True,
            "proteinuria": None,
            "thrombocytopenia": False,
            "leukopenia": None,
            "complete": False,
        }
    )
    if i == 0:
        parts["issues"].append(
            {
                "source_file": "labs.csv",
                "source_line": 14,
                "column": "unit",
                "outcome": "rejected",
                "code": "unknown_unit",
                "value": "mg/gl",
                "message": 'labs.csv, line 14, unit: "mg/gl" is not a unit of UPCR; use g/g, mg/g or mg/mmol',
            }
        )


def _receipt(accepted: int) -> dict:
    counts = {"read": accepted + 1, "accepted": accepted, "identical": 0, "superseded": 0, "rejected": 1, "ignored": 0}
    return {
        "files": [{"file": "labs.csv", "kind": "labs", "sha256": "0" * 64, **counts}],
        "totals": counts,
        "rules_version": "test",
    }
