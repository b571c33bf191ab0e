"""What changed since a patient was last marked as reviewed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

import pandas as pd
import streamlit as st

from lupusmon.ui import words
from lupusmon.ui.snapshot import Snapshot

NOT_YET = "not reviewed yet"
_DECIDED = ("met", "not_met")


def summarise_seen(snapshot: Snapshot, patient_id: str) -> dict:
    """What is on the screen now, to be remembered with the review."""
    own = snapshot.patient(patient_id)
    keys = zip(own.responses["course_id"], own.responses["week"], own.responses["criterion"], strict=True)
    verdicts = {"|".join(map(str, key)): v for key, v in zip(keys, own.responses["verdict"], strict=True)}
    counts = {"results": len(own.results), "doses": len(own.infusions)}
    return counts | {"verdicts": verdicts, "values": _summarise_values(own.results)}


@st.cache_resource(show_spinner=False, max_entries=2)
def _summarised(version: str, as_of: str) -> dict[str, dict]:
    """What was summarised for this state of the data, by patient: the worklist asks for everyone at every look."""
    return {}


def _summarise_values(results: pd.DataFrame) -> dict[str, str]:
    """What identifies each result -> its value, both as short digests: enough to tell a new result from a corrected."""
    rows = results.sort_values(["analyte", "collected_at"], kind="stable")
    places = [_digest(*row) for row in zip(rows["analyte"], rows["collected_at"], rows["method"], strict=True)]
    values = [_digest(*row) for row in zip(rows["raw_value"], rows["comparator"], rows["value"], strict=True)]
    taken: Counter[str] = Counter()
    found = {}
    for place, value in zip(places, values, strict=True):
        found[f"{place}{taken[place] or ''}"] = value
        taken[place] += 1
    return found


def _digest(*parts: object) -> str:
    text = "|".join("" if pd.isna(part) else str(part) for part in parts)
    return hashlib.blake2s(text.encode(), digest_size=5).hexdigest()


def describe_changes(snapshot: Snapshot, patient_id: str, seen: dict | None) -> str:
    """`3 new results; SRI-style … latest: not met → met`, `nothing new`, or that nobody looked yet."""
    if seen is None:
        return NOT_YET
    known = _summarised(snapshot.version, str(snapshot.as_of))
    if patient_id not in known:
        known[patient_id] = summarise_seen(snapshot, patient_id)
    now = known[patient_id]
    parts = [*_changed_results(now, seen)]
    if now["doses"] > seen["doses"]:
        parts.append(words.plural(now["doses"] - seen["doses"], "new dose"))
    fresh = [key for key, verdict in now["verdicts"].items() if verdict in _DECIDED and key not in seen["verdicts"]]
    if fresh:
        parts.append(words.plural(len(fresh), "new verdict"))
    for key, verdict in now["verdicts"].items():
        before = seen["verdicts"].get(key)
        if before is not None and before != verdict:
            _, week, criterion = key.split("|")
            name = words.CRITERION_NAMES.get(criterion, criterion)
            change = f"{words.VERDICT_NAMES.get(before, before)} → {words.VERDICT_NAMES.get(verdict, verdict)}"
            parts.append(f"{name} {words.week_name(week)}: {change}")
    return "; ".join(parts) or "nothing new"


def _changed_results(now: dict, seen: dict) -> Iterator[str]:
    """New, corrected and withdrawn results; a review from before version 0.2 knows their number alone."""
    if "values" not in seen:
        if now["results"] > seen["results"]:
            yield words.plural(now["results"] - seen["results"], "new result")
        return
    before, values = seen["values"], now["values"]
    both = before.keys() & values.keys()
    counts = {
        "new": len(values.keys() - before.keys()),
        "corrected": sum(before[place] != values[place] for place in both),
        "withdrawn": len(before.keys() - values.keys()),
    }
    for how, count in counts.items():
        if count:
            yield words.plural(count, f"{how} result")


def describe_reviewed(snapshot: Snapshot, ids: pd.Series, reviews: dict[str, dict]) -> dict[str, str]:
    """Patient id -> what changed, of those among `ids` that were reviewed."""
    return {pid: describe_changes(snapshot, pid, reviews[pid]) for pid in reviews.keys() & set(ids)}
