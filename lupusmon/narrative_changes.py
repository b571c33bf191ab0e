"""What changed since baseline, as a part of the status sentence: better, worse, steady, and what cannot be compared."""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter

import pandas as pd

from lupusmon import words
from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import IVIG_MASK_DAYS
from lupusmon.figures import theme
from lupusmon.figures.timeline import DEFAULT_ANALYTES
from lupusmon.missing import name_of
from lupusmon.patient_tables import PatientTables

_FURTHER = ("CREAT", "EGFR", "HGB", "CH50")  # told only where they are worse: silence must not hide harm
_NORMALISED = {"C3": "c3_normalised", "C4": "c4_normalised", "DSDNA": "dsdna_normalised"}
_UNSTEADY = "unsteady"
_DIRECTIONS = (
    ("improving", "better"),
    ("worsening", "worse"),
    (_UNSTEADY, "changed without a steady trend"),
    ("stable", "no clear change"),
)


def say_changes(tables: PatientTables, course: pd.Series) -> list[str]:
    """Better, worse, no clear change since baseline; and what cannot be compared."""
    latest = _latest_trends(tables, course["course_id"])
    normal = _normalised(tables, course["course_id"])
    said, told = _say_directions(tables, latest, normal, "since baseline", _after_ivig(tables, course))
    with_baseline = _baseline_analytes(tables, course)
    left = [a for a in DEFAULT_ANALYTES if a in with_baseline and a not in told]
    few = [a for a in left if a in latest.index and latest.at[a, "n"] > 1]
    if few:
        said.append("too few results for a trend: " + ", ".join(_change(tables, latest.loc[a], normal) for a in few))
    why: dict[str, list[str]] = {}
    for analyte in left:
        if analyte not in few:
            why.setdefault(_why_not(tables, course, analyte), []).append(name_of(analyte))
    if alone := why.pop("", []):
        said.append("no result since baseline: " + ", ".join(alone))
    if why:
        said.append("not compared: " + ", ".join(f"{', '.join(names)} ({reason})" for reason, names in why.items()))
    if without := list_missing_baselines(tables, course):
        said.append("no baseline for " + ", ".join(without))
    return said + _say_day_protein(tables, course)


def say_year(tables: PatientTables) -> list[str]:
    """Better, worse, no clear change over the last 365 days: what can be told where there is no course."""
    own = tables.trends[(tables.trends["scope"] == "last_365d").to_numpy()]
    latest = own.sort_values("last_at", kind="stable").drop_duplicates("analyte", keep="last").set_index("analyte")
    return _say_directions(tables, latest, set(), "over the last year", {})[0]


def list_missing_baselines(tables: PatientTables, course: pd.Series) -> list[str]:
    """Names of the core tests without a baseline."""
    have = _baseline_analytes(tables, course)
    return [name_of(a) for a in DEFAULT_ANALYTES if a not in have]


def _latest_trends(tables: PatientTables, course_id: str) -> pd.DataFrame:
    """By analyte, the trend since the course's baseline, where the assay of the last result is the baseline's."""
    rows = tables.trends
    own = rows[((rows["scope"] == "since_baseline") & (rows["course_id"] == course_id)).to_numpy(dtype=bool)]
    own = own.sort_values("last_at", kind="stable").drop_duplicates("analyte", keep="last").set_index("analyte")
    last = _last_methods(tables)
    return own[[_text(last.get(a, m)) == _text(m) for a, m in zip(own.index, own["method"], strict=True)]]


def _normalised(tables: PatientTables, course_id: str) -> set[str]:
    rows = tables.responses
    own = (rows["course_id"] == course_id) & (rows["week"] == "latest") & (rows["verdict"] == "met")
    return set(rows.loc[own.to_numpy(dtype=bool), "criterion"])


def _say_directions(
    tables: PatientTables, latest: pd.DataFrame, normal: set[str], since: str, notes: dict[str, str]
) -> tuple[list[str], set[str]]:
    """`better since baseline: C3 (+25 %)`, …, and which core tests were told."""
    said, told = [], set()
    directions = {a: _direction(latest.loc[a]) for a in latest.index}
    for direction, word in _DIRECTIONS:
        wanted = (*DEFAULT_ANALYTES, *(_FURTHER if direction == "worsening" else ()))
        found = [a for a in wanted if directions.get(a) == direction]
        told |= set(found)
        if found:
            changes = (_change(tables, latest.loc[a], normal, notes.get(a, "")) for a in found)
            said.append(f"{word} {since}: {', '.join(changes)}")
    return said, told


def _direction(row: pd.Series) -> object:
    """As in trends; stable only because the slope disagrees with a change beyond natural variation is told apart."""
    beyond = not pd.isna(row["beyond_rcv"]) and bool(row["beyond_rcv"])
    return _UNSTEADY if beyond and row["direction"] == "stable" else row["direction"]


def _change(tables: PatientTables, row: pd.Series, normal: set[str], note: str = "") -> str:
    """`C3 (+25 %, now normal)`; a censored end bounds the change: `UPCR (at least −95 %)`."""
    said = [words.change_text(row, _points(tables, row))]
    said += ["now normal"] if _NORMALISED.get(row.name) in normal else []
    said = [text for text in (*said, note) if text]
    return name_of(row.name) + (f" ({', '.join(said)})" if said else "")


def _points(tables: PatientTables, row: pd.Series) -> pd.DataFrame:
    own = tables.results[tables.results["analyte"] == row.name]
    own = own[[_text(method) == _text(row["method"]) for method in own["method"]]]
    return pd.DataFrame(
        {"at": [datetime.fromisoformat(str(at)) for at in own["collected_at"]], "comparator": own["comparator"]}
    )


def _after_ivig(tables: PatientTables, course: pd.Series) -> dict[str, str]:
    """Platelets after IVIG say little of another drug; the note stands beside the change."""
    own = tables.infusions
    given = own.loc[(own["drug"] == "ivig") & (own["status"] == "given"), "given_at"].astype(str).str[:10]
    counts = tables.results.loc[tables.results["analyte"] == "PLT", "collected_at"].astype(str).str[:10]
    if course["drug"] == "ivig" or given.empty or counts.empty:
        return {}
    last = pd.Timestamp(counts.max())
    age = [(last - pd.Timestamp(day)).days for day in given]
    return {"PLT": f"within {IVIG_MASK_DAYS} days of IVIG"} if any(0 <= a <= IVIG_MASK_DAYS for a in age) else {}


def _say_day_protein(tables: PatientTables, course: pd.Series) -> list[str]:
    """`24-h protein 3.2 → 0.38 g/24 h (−88 %)`, where no UPCR was there to compare."""
    rows = _latest_trends(tables, course["course_id"])
    if "UPCR" in _baseline_analytes(tables, course) or "UPROT24" not in rows.index or rows.at["UPROT24", "n"] < 2:
        return []
    row = rows.loc["UPROT24"]
    ends = " → ".join(theme.number(float(row[end])) for end in ("first_value", "last_value"))
    change = words.change_text(row, _points(tables, row))
    unit = theme.unit_text(ANALYTES["UPROT24"].unit)
    return [f"{name_of('UPROT24')} {ends} {unit}" + (f" ({change})" if change else "")]


def _why_not(tables: PatientTables, course: pd.Series, analyte: str) -> str:
    """Why an analyte with a baseline has no change: assay or words; empty where there is no result since."""
    base = tables.baselines
    base = base[(base["course_id"] == course["course_id"]) & (base["analyte"] == analyte)].iloc[-1]
    if _assay_changed(tables, analyte, base["method"]):
        return "assay changed"
    return _in_words(tables, base) if pd.isna(base["value"]) else ""


def _assay_changed(tables: PatientTables, analyte: str, method: object) -> bool:
    """Whether the analyte's last result came from another assay than this one."""
    last = _last_methods(tables)
    return analyte in last and _text(last[analyte]) != _text(method)


def _last_methods(tables: PatientTables) -> dict[str, object]:
    """analyte → the assay of its last result."""
    columns = (tables.results[name].tolist() for name in ("collected_at", "analyte", "method"))
    in_time = sorted(zip(*columns, strict=True), key=itemgetter(0))
    return {analyte: method for _, analyte, method in in_time}


def _text(method: object) -> str:
    return "" if pd.isna(method) else str(method)


def _in_words(tables: PatientTables, base: pd.Series) -> str:
    """`in words: positive at baseline, negative on 2026-04-01`."""
    own = tables.results[tables.results["analyte"] == base["analyte"]].sort_values("collected_at", kind="stable")
    first = own[own["collected_at"] == base["collected_at"]]["raw_value"]
    last = own.iloc[-1]
    if first.empty or last["collected_at"] == base["collected_at"]:
        return "in words"
    return f"in words: {first.iloc[-1]} at baseline, {last['raw_value']} on {str(last['collected_at'])[:10]}"


def _baseline_analytes(tables: PatientTables, course: pd.Series) -> set[str]:
    own, rows = course["course_id"], tables.baselines
    return {analyte for course_id, analyte in zip(rows["course_id"], rows["analyte"], strict=True) if course_id == own}
