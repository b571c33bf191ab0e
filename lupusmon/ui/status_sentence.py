"""One sentence a colleague would say: drug and week, what improved, what did not, what is missing, what is due."""

from __future__ import annotations

from datetime import date

import pandas as pd

from lupusmon.clinical.drugs import DRUGS
from lupusmon.figures.timeline import DEFAULT_ANALYTES
from lupusmon.ui import words
from lupusmon.ui.snapshot import PatientTables

_SHORT = {"DSDNA": "anti-dsDNA", "PLT": "platelets"}
_SETTLE_FIRST = ("sri_lab", "bicla_lab", "renal_complete", "renal_partial", "platelets_iwg", "dsdna_normalised")
_VERDICTS = (("sri_lab", "SRI-style"), ("bicla_lab", "BICLA-style"))


def describe_status(tables: PatientTables, course: pd.Series | None, as_of: date) -> str:
    """Plain text, one sentence. `course`: a row of courses, None where no infusion is known."""
    if course is None:
        count = words.plural(len(tables.results), "result")
        return f"No infusion is recorded, so there is no baseline and no verdict; {count} are shown as they are."
    parts = [_where(course, as_of), *_changes(tables, course), *_verdicts(tables, course), *_missing(tables, course)]
    return "; ".join([*parts, _due(course)]) + "."


def _where(course: pd.Series, as_of: date) -> str:
    week = (pd.Timestamp(as_of) - pd.Timestamp(str(course["first_infusion"])[:10])).days // 7
    doses = words.plural(int(course["n_infusions"]), "dose")
    name = DRUGS[course["drug"]].name
    if course["status"] == "ended":
        last = str(course["last_infusion"])[:10]
        return f"The course of {_in_sentence(name)} has ended ({doses}, last on {last}; week {week} from its start)"
    return f"Week {week} on {_in_sentence(name)} ({doses})"


def _in_sentence(name: str) -> str:
    return name if name.isupper() else name.lower()


def _changes(tables: PatientTables, course: pd.Series) -> list[str]:
    """Better, worse, no clear change since baseline; and what cannot be compared."""
    own = tables.trends[
        (tables.trends["scope"] == "since_baseline") & (tables.trends["course_id"] == course["course_id"])
    ]
    own = own[own["analyte"].isin(DEFAULT_ANALYTES)].sort_values("last_at", kind="stable")
    latest = own.groupby("analyte").tail(1).set_index("analyte")
    said = []
    for direction, phrase in (
        ("improving", "better since baseline: "),
        ("worsening", "worse since baseline: "),
        ("stable", "no clear change: "),
    ):
        names = [
            _change(latest.loc[a])
            for a in DEFAULT_ANALYTES
            if a in latest.index and latest.at[a, "direction"] == direction
        ]
        if names:
            said.append(phrase + ", ".join(names))
    without = [name_of(a) for a in DEFAULT_ANALYTES if a not in set(_baseline_analytes(tables, course))]
    if without:
        said.append("no baseline for " + ", ".join(without))
    return said


def _change(row: pd.Series) -> str:
    pct = row["pct_change"]
    return name_of(row.name) + ("" if pd.isna(pct) else f" ({pct:+.0f} %)".replace("-", "−"))


def name_of(analyte: str) -> str:
    """The short name in a sentence."""
    return _SHORT.get(analyte, analyte)


def _baseline_analytes(tables: PatientTables, course: pd.Series) -> pd.Series:
    return tables.baselines.loc[tables.baselines["course_id"] == course["course_id"], "analyte"]


def _verdicts(tables: PatientTables, course: pd.Series) -> list[str]:
    own = tables.responses[
        (tables.responses["course_id"] == course["course_id"]) & (tables.responses["week"] == "latest")
    ]
    found = own.drop_duplicates("criterion").set_index("criterion")["verdict"]
    said = [f"{name} {words.VERDICT_NAMES[found[code]]}" for code, name in _VERDICTS if code in found.index]
    kidney = found.get("renal_complete")
    if isinstance(kidney, str) and kidney != "not_applicable":
        said.append(f"complete renal response {words.VERDICT_NAMES[kidney]}")
    return ["verdicts now (simplified, labs only): " + ", ".join(said)] if said else []


def _missing(tables: PatientTables, course: pd.Series) -> list[str]:
    own = tables.responses[
        (tables.responses["course_id"] == course["course_id"]) & (tables.responses["week"] == "latest")
    ]
    settle = sort_settle(own)
    if not settle:
        return []
    more = f" (and {len(settle) - 1} more in the ledger)" if len(settle) > 1 else ""
    return [f"missing: {settle[0]}{more}"]


def sort_settle(responses: pd.DataFrame) -> list[str]:
    """What would settle open verdicts, each once: lab criteria first, assessments after them."""
    order = {code: place for place, code in enumerate(_SETTLE_FIRST)}
    rows = responses[(responses["verdict"] == "not_assessable") & responses["settle"].notna()]
    rows = rows.assign(place=rows["criterion"].map(order).fillna(len(order))).sort_values("place", kind="stable")
    return list(dict.fromkeys(text for text in rows["settle"] if text))


def _due(course: pd.Series) -> str:
    if pd.isna(course["next_due"]) or not str(course["next_due"]):
        return "no further dose is scheduled"
    late = 0 if pd.isna(course["overdue_days"]) else int(course["overdue_days"])
    due = str(course["next_due"])[:10]
    return (
        f"the next dose was due on {due}, {words.plural(late, 'day')} ago" if late else f"the next dose is due on {due}"
    )
