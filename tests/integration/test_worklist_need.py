"""Who comes first on the worklist, and why: what only assessments show, and patients nobody follows."""

from __future__ import annotations

import pytest

from lupusmon.ingest import read_frame
from lupusmon.ingest.source import Kind
from lupusmon.pipeline import analyze_tables
from lupusmon.stages import SCREEN_TABLES
from lupusmon.tables import OUTPUTS
from lupusmon.ui.snapshot import build_snapshot
from lupusmon.ui.worklist_rows import summarise_worklist
from tests.text_tables import table

LABS = table("""
    patient_id | collected_at | analyte | value | unit
    FLARE      | 2026-05-20   | C3      | 95    | mg/dL
    FLARE      | 2026-11-16   | C3      | 95    | mg/dL
    GONE       | 2024-01-03   | C3      | 60    | mg/dL
    GONE       | 2024-10-14   | C3      | 70    | mg/dL
    LOWPLT     | 2026-11-16   | PLT     | 45    | 10*9/L
    FAILED     | 2026-05-20   | C3      | 60    | mg/dL
    FAILED     | 2026-11-16   | C3      | 60    | mg/dL
    ARRIVED    | 2026-05-20   | C3      | 60    | mg/dL
    ARRIVED    | 2026-11-16   | C3      | 60    | mg/dL
""")
INFUSIONS = table("""
    patient_id | given_at   | drug      | dose | dose_unit
    FLARE      | 2026-05-25 | belimumab | 10   | mg/kg
    FLARE      | 2026-11-16 | belimumab | 10   | mg/kg
    GONE       | 2024-01-08 | belimumab | 10   | mg/kg
    LOWPLT     | 2026-11-16 | belimumab | 10   | mg/kg
    FAILED     | 2026-05-25 | obinutuzumab | 1000 | mg
    FAILED     | 2026-06-08 | obinutuzumab | 1000 | mg
    FAILED     | 2026-11-09 | obinutuzumab | 1000 | mg
    ARRIVED    | 2026-09-14 | obinutuzumab | 1000 | mg
    ARRIVED    | 2026-09-28 | obinutuzumab | 1000 | mg
""")
SEEN = table("""
    patient_id | assessed_at | sledai_2k | pga
    FLARE      | 2026-05-22  | 8         | 1
    FLARE      | 2026-11-16  | 16        | 2.6
    FAILED     | 2026-05-22  | 12        | 1
    FAILED     | 2026-11-16  | 12        | 1
    ARRIVED    | 2026-09-01  | 12        | 1
    ARRIVED    | 2026-11-16  | 12        | 1
""")


@pytest.fixture(scope="module")
def rows():
    frames = ((LABS, Kind.LABS), (INFUSIONS, Kind.INFUSIONS), (SEEN, Kind.ASSESSMENTS))
    tables = [read_frame(frame, kind, kind.value) for frame, kind in frames]
    analysis = analyze_tables(tables, as_of="2026-11-30", wanted=(*OUTPUTS, *SCREEN_TABLES))
    return summarise_worklist(build_snapshot(analysis, version="v", link_key=b"k" * 32))


def test_a_severe_flare_seen_at_the_visit_comes_before_a_medium_laboratory_alert(rows) -> None:
    assert rows["patient_id"].tolist()[:2] == ["FLARE", "LOWPLT"]
    assert rows["reason"][0].startswith(
        "Severe flare at the visit of 2026-11-16 by the SELENA flare index (SLEDAI-2K 16"
    )
    assert "assessed_flare" in rows["alert_codes"][0]


def test_no_response_after_half_a_year_is_a_reason_and_comes_before_open_verdicts(rows) -> None:
    reasons = rows.set_index("patient_id")["reason"]
    assert rows["patient_id"].tolist()[2] == "FAILED"
    assert reasons["FAILED"].startswith("Not met at week 27: SRI-4. C4 overdue: none on record")
    assert "Not met" not in reasons["ARRIVED"], "week 11 is too early to say"


def test_a_patient_without_doses_or_labs_for_long_is_said_to_be_so(rows) -> None:
    reason = rows.set_index("patient_id").loc["GONE", "reason"]
    assert reason == "Belimumab has ended, and no lab for 777 days"
