"""What changed since a patient was last marked as reviewed."""

from __future__ import annotations

import pandas as pd

from lupusmon.ui import words
from lupusmon.ui.snapshot import Snapshot

NOT_YET = "not reviewed yet"


def summarise_seen(snapshot: Snapshot, patient_id: str) -> dict:
    """What is on the screen now, to be remembered with the review."""
    own = snapshot.patient(patient_id)
    keys = zip(own.responses["course_id"], own.responses["week"], own.responses["criterion"], strict=True)
    verdicts = {"|".join(map(str, key)): v for key, v in zip(keys, own.responses["verdict"], strict=True)}
    return {"results": len(own.results), "doses": len(own.infusions), "verdicts": verdicts}


def describe_changes(snapshot: Snapshot, patient_id: str, seen: dict | None) -> str:
    """`3 new results; SRI-style … latest: not met → met`, `nothing new`, or that nobody looked yet."""
    if seen is None:
        return NOT_YET
    now = summarise_seen(snapshot, patient_id)
    parts = [
        f"{words.plural(now[what] - seen[what], f'new {what[:-1]}')}"
        for what in ("results", "doses")
        if now[what] > seen[what]
    ]
    for key, verdict in now["verdicts"].items():
        before = seen["verdicts"].get(key)
        if before is not None and before != verdict:
            _, week, criterion = key.split("|")
            name = words.CRITERION_NAMES.get(criterion, criterion)
            change = f"{words.VERDICT_NAMES.get(before, before)} → {words.VERDICT_NAMES.get(verdict, verdict)}"
            parts.append(f"{name} {words.week_name(week)}: {change}")
    return "; ".join(parts) or "nothing new"


def describe_all(snapshot: Snapshot, ids: pd.Series, reviews: dict[str, dict]) -> list[str]:
    """One text per patient, in order; only reviewed patients cost anything."""
    return [describe_changes(snapshot, pid, reviews[pid]) if pid in reviews else NOT_YET for pid in ids]
