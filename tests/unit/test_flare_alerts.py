"""The flare of the last assessment as a line among the alerts, with its grade and what it rests on."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from lupusmon.flare_alerts import CODE, add_flares
from lupusmon.words import order_alerts
from tests.text_tables import table

ALERTS = table("""
    patient_id | as_of      | code               | severity | analyte | text
    R          | 2026-11-30 | lab_overdue        | low      | C3      | C3 overdue
    R          | 2026-11-30 | platelets_under_50 | medium   | PLT     | Platelets 48
    R          | 2026-11-30 | creatinine_up      | high     | CREAT   | Creatinine 1.9
    R          | 2026-11-30 | upcr_doubled       | medium   | UPCR    | UPCR 2.9
""")
SELENA = (
    "SELENA flare index on 2026-11-16: mild or moderate flare; SLEDAI-2K 16, up from 8; PGA (0-3) 2.6, up from 1 on "
    "2026-05-22. Not decided: new signs"
)
BILAG = "BILAG flare on 2026-11-16: severe; since 2026-05-22 renal D to A"
SEEN = pd.DataFrame({"patient_id": ["R", "R", "S"], "assessed_at": ["2026-05-22", "2026-11-16", "2026-11-20"]})


def flares(*rows: tuple[str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["index", "severity", "text"])
    return frame.assign(patient_id="R", date="2026-11-16", severity=frame["severity"].replace("", None))


def added(found: pd.DataFrame, seen: pd.DataFrame = SEEN, as_of: date = date(2026, 11, 30)) -> pd.DataFrame:
    rows = add_flares(ALERTS, found, seen, as_of)
    return rows[rows["code"] == CODE]


def test_a_severe_flare_is_a_high_alert_with_its_systems() -> None:
    (row,) = added(flares(("bilag", "severe", BILAG), ("selena", "severe", SELENA), ("tulip", "", "T"))).itertuples()
    assert (row.patient_id, row.severity, row.as_of) == ("R", "high", "2026-11-30")
    assert row.text == (
        "Severe flare at the visit of 2026-11-16 by BILAG (since 2026-05-22 renal D to A) and by the SELENA flare index"
    )


def test_selena_alone_says_what_rose_and_not_what_it_could_not_decide() -> None:
    (row,) = added(flares(("selena", "mild_moderate", SELENA))).itertuples()
    assert row.severity == "medium"
    assert row.text == (
        "Mild or moderate flare at the visit of 2026-11-16 by the SELENA flare index "
        "(SLEDAI-2K 16, up from 8, PGA (0-3) 2.6, up from 1 on 2026-05-22)"
    )


@pytest.mark.parametrize(("as_of", "shown"), [(date(2027, 1, 11), 1), (date(2027, 1, 12), 0), (date(2026, 11, 15), 0)])
def test_a_flare_is_news_for_56_days(as_of: date, shown: int) -> None:
    assert len(added(flares(("bilag", "severe", BILAG)), as_of=as_of)) == shown


def test_a_flare_of_an_earlier_visit_is_none_of_the_last() -> None:
    later = pd.concat([SEEN, pd.DataFrame({"patient_id": ["R"], "assessed_at": ["2026-11-25 10:00"]})])
    assert added(flares(("bilag", "severe", BILAG)), later).empty
    assert add_flares(ALERTS, flares(), SEEN, date(2026, 11, 30)) is ALERTS


def test_of_equally_severe_alerts_the_most_urgent_comes_first() -> None:
    found = add_flares(ALERTS, flares(("bilag", "severe", BILAG)), SEEN, date(2026, 11, 30))
    assert order_alerts(found)["code"].tolist() == [
        CODE, "creatinine_up", "upcr_doubled", "platelets_under_50", "lab_overdue",
    ]  # fmt: skip
