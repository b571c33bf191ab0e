"""Response targets as lines: only those of criteria that apply to this patient's course."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from lupusmon.clinical import thresholds

Targets = Mapping[str, tuple[tuple[float, str], ...]]

TARGETS: Targets = {
    "UPCR": ((thresholds.RENAL_COMPLETE_UPCR, f"renal response < {thresholds.RENAL_COMPLETE_UPCR} g/g"),),
    "PLT": ((thresholds.IWG_COMPLETE, f"platelet response ≥ {thresholds.IWG_COMPLETE:g}"),),
}
_CRITERION = {"UPCR": "renal_complete", "PLT": "platelets_iwg"}


def select_targets(responses: pd.DataFrame, baselines: pd.DataFrame, course_id: str | None) -> Targets:
    """The targets of tests whose criterion applies at some visit of the course.

    responses, baselines: CONTRACT 4, one patient. Without a baseline nobody can tell whether it applies: no line.
    """
    own = responses[(responses["course_id"] == course_id) & (responses["verdict"] != "not_applicable")]
    applies = set(own["criterion"])
    measured = set(baselines.loc[baselines["course_id"] == course_id, "analyte"])
    return {a: lines for a, lines in TARGETS.items() if _CRITERION[a] in applies and a in measured}
