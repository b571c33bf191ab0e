"""The download button of the patient's report."""

from __future__ import annotations

from lupusmon.ui.snapshot import Snapshot


def draw_report_download(snapshot: Snapshot, patient_id: str, key: str) -> None:
    """Nothing yet: the button appears with the reports."""
