"""Alerts on tests: each rule below, at and above its limit, censored on each side, one row an episode."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lupusmon.analysis.alert_labs import assess_proteinuric_flare
from lupusmon.analysis.answers import YES
from lupusmon.analysis.intervals import Interval
from tests.spec.runs import history, run
from tests.text_tables import table

AS_OF = "2026-10-10"


def alerts(*labs: pd.DataFrame) -> pd.DataFrame:
    return run("alerts", labs=pd.concat(labs, ignore_index=True), as_of=AS_OF).alerts


def codes(frame: pd.DataFrame) -> str:
    return " ".join(frame.code)


def only(frame: pd.DataFrame, code: str) -> pd.Series:
    rows = frame[frame.code == code]
    assert len(rows) == 1, frame.to_dict("records")
    return rows.iloc[0]


PLATELETS = table("""
    history                                              | expected                             | why
    2026-10-02 50                                        |                                      | at the limit
    2026-10-02 49.9                                      | platelets_under_50                   | just below
    2026-10-02 25                                        | platelets_under_50                   | 25 is not under 25
    2026-10-02 24.9                                      | platelets_under_25                   | the sharper one only
    2026-10-02 <50                                       | platelets_under_50                   | all of it is below
    2026-10-02 <51                                       |                                      | cannot be told
    2026-10-02 <25                                       | platelets_under_25                   | all of it is below
    2026-10-02 >40                                       |                                      | cannot be told
    2025-10-10 40                                        | platelets_under_50                   | 365 days ago
    2025-10-09 40                                        |                                      | 366 days ago
    2026-10-11 40                                        |                                      | after as_of
    2026-09-04 40; 2026-10-02 60                         |                                      | back
    2026-09-04 40; 2026-10-02 <60                        | platelets_under_50                   | not seen to be back
    2026-09-04 100; 2026-10-02 80                        |                                      | -20.0 %, within 20.001 %
    2026-09-04 100; 2026-10-02 79.9                      | platelets_falling                    | -20.1 %
    2026-08-04 100; 2026-09-04 70; 2026-10-02 68         |                                      | no longer falling
    2026-09-04 >300; 2026-10-02 239                      | platelets_falling                    | from 300 at least
    2026-09-04 >300; 2026-10-02 241                      |                                      | may be less than 20 %
    2026-09-04 <300; 2026-10-02 100                      |                                      | from what is not known
    2026-09-04 300; 2026-10-02 <239                      | platelets_falling                    | to 239 at most
    2025-10-02 300; 2026-10-02 200                       | platelets_falling                    | 365 days between
    2025-10-01 300; 2026-10-02 200                       |                                      | 366 days between
""")


@pytest.mark.parametrize("case", [c for _, c in PLATELETS.iterrows()], ids=lambda c: f"{c.history} ({c.why})")
def test_platelets(case: pd.Series) -> None:
    assert codes(alerts(history("PLT", case.history))) == case.expected


def test_a_lasting_alert_is_one_row_that_says_since_when() -> None:
    row = only(
        alerts(history("PLT", "2026-07-01 140; 2026-08-01 49; 2026-09-04 49; 2026-10-02 48")), "platelets_under_50"
    )
    assert row.text == "Platelets 48 ×10⁹/L on 2026-10-02, under 50 since 2026-08-01"
    assert (row.severity, row.analyte, row.as_of) == ("medium", "PLT", AS_OF)


def test_an_alert_arms_again_after_a_normal_result() -> None:
    row = only(
        alerts(history("PLT", "2026-07-01 48; 2026-08-01 55; 2026-09-04 49; 2026-10-02 48")), "platelets_under_50"
    )
    assert row.text == "Platelets 48 ×10⁹/L on 2026-10-02, under 50 since 2026-09-04"


def test_the_first_result_of_an_episode_shows_the_one_before() -> None:
    row = only(alerts(history("PLT", "2026-09-04 55; 2026-10-02 48")), "platelets_under_50")
    assert row.text == "Platelets 48 ×10⁹/L on 2026-10-02, under 50 (before: 55 on 2026-09-04)"


def test_an_undecided_result_neither_ends_nor_starts_an_episode() -> None:
    row = only(
        alerts(history("PLT", "2026-07-01 48; 2026-08-01 <80; 2026-09-04 49; 2026-10-02 <100")), "platelets_under_50"
    )
    assert row.text == (
        "Platelets 49 ×10⁹/L on 2026-09-04, under 50 since 2026-07-01; the result of 2026-10-02 does not decide it"
    )


def test_falling_platelets_weigh_less_while_the_count_is_normal() -> None:
    assert only(alerts(history("PLT", "2026-09-04 300; 2026-10-02 150")), "platelets_falling").severity == "low"
    assert only(alerts(history("PLT", "2026-09-04 300; 2026-10-02 149")), "platelets_falling").severity == "medium"


def test_a_fall_is_never_seen_across_methods() -> None:
    new = history("PLT", "2026-10-02 100", method="optical")
    assert codes(alerts(history("PLT", "2026-09-04 300", method="impedance"), new)) == ""


def test_a_fall_does_not_outlive_its_method() -> None:
    fell = history("PLT", "2026-09-04 300; 2026-09-18 100", method="impedance")
    assert codes(alerts(fell)) == "platelets_falling"
    assert codes(alerts(fell, history("PLT", "2026-10-02 100", method="optical"))) == ""


UPCR = table("""
    history                                              | expected                             | why
    2026-09-04 0.49; 2026-10-02 0.99                     | upcr_doubled                         | under 1.0: no flare; twice
    2026-09-04 0.49; 2026-10-02 1.0                      | renal_flare_moderate                 | from below 0.5 to 1.0
    2026-09-04 0.5; 2026-10-02 1.99                      | upcr_doubled                         | from 0.5: needs 2.0
    2026-09-04 0.5; 2026-10-02 2                         | renal_flare_moderate                 | 2.0
    2026-09-04 1.0; 2026-10-02 2                         | renal_flare_moderate                 | 1.0 is of the middle band
    2026-09-04 1.1; 2026-10-02 2.19                      |                                      | less than twice
    2026-09-04 1.1; 2026-10-02 2.2                       | renal_flare_moderate                 | twice
    2026-09-04 4; 2026-10-02 9                           | renal_flare_moderate                 | +5.0 is not more than 5
    2026-09-04 4; 2026-10-02 9.01                        | renal_flare_severe                   | the sharper one only
    2026-09-04 8; 2026-10-02 13.5                        | renal_flare_severe                   | more than 5, not doubled
    2026-09-04 0.3; 2026-10-02 0.5                       |                                      | 0.5 is not above 0.5
    2026-09-04 0.3; 2026-10-02 0.51                      | upcr_above_0_5                       | crossed
    2026-09-04 0.2; 2026-10-02 0.4                       |                                      | twice, but not above 0.5
    2026-10-02 0.7                                       |                                      | not known to be new
    2026-09-04 <0.5; 2026-10-02 1.0                      | renal_flare_moderate                 | all of the base is below
    2026-09-04 <0.6; 2026-10-02 1.2                      | upcr_doubled                         | the base may be 0.55
    2026-09-04 <0.6; 2026-10-02 2                        | renal_flare_moderate                 | whatever the base
    2026-09-04 0.3; 2026-10-02 >1                        | renal_flare_moderate                 | at least 1
    2026-09-04 0.3; 2026-10-02 >0.9                      | upcr_doubled                         | may be under 1
    2026-09-04 0.3; 2026-10-02 <1.5                      |                                      | cannot be told
    2025-10-02 0.3; 2025-10-20 0.6; 2026-10-02 1.0       | renal_flare_moderate                 | lowest, 365 days before
    2025-10-01 0.3; 2025-10-20 0.6; 2026-10-02 1.1       | upcr_above_0_5                       | 0.3 too old a base
    2025-09-20 0.3; 2025-10-09 0.6; 2026-10-02 1.1       |                                      | crossed 366 days ago
    2026-07-01 0.3; 2026-08-01 1.4; 2026-09-04 0.8       | upcr_doubled                         | no flare any more
    2026-07-01 <0.6; 2026-08-01 2.1; 2026-09-04 1.2      | renal_flare_moderate                 | not seen to be over
""")


@pytest.mark.parametrize("case", [c for _, c in UPCR.iterrows()], ids=lambda c: f"{c.history} ({c.why})")
def test_upcr(case: pd.Series) -> None:
    assert codes(alerts(history("UPCR", case.history))) == case.expected


def test_the_base_of_a_flare_is_of_the_same_series() -> None:
    old, new = history("UPCR", "2026-08-01 0.6", method="A"), history("UPCR", "2026-10-02 2.4", method="B")
    assert codes(alerts(old, new)) == ""
    assert codes(alerts(old, new, history("UPCR", "2026-09-01 0.7", method="B"))) == "renal_flare_moderate"


def test_a_severe_flare_is_at_least_a_moderate_one() -> None:
    base, now = (Interval.points(np.array([value])) for value in (8.0, 13.5))
    assert [answer.item() for answer in assess_proteinuric_flare(base, now)] == [YES, YES]


def test_a_flare_names_its_base_and_its_first_day() -> None:
    row = only(alerts(history("UPCR", "2026-07-01 0.3; 2026-09-04 1.2; 2026-10-02 1.3")), "renal_flare_moderate")
    assert row.text == (
        "UPCR 1.3 g/g on 2026-10-02, moderate renal flare by KDIGO 2012, against 0.3 on 2026-07-01 "
        "(lowest of the 365 days before), so since 2026-09-04"
    )


CREATININE = table("""
    history                            | expected      | severity | why
    2026-09-04 1.0; 2026-10-02 1.29    |               |          | +29 %
    2026-09-04 1.0; 2026-10-02 1.3     | creatinine_up | high     | +30 %
    2026-09-04 0.5; 2026-10-02 0.69    | creatinine_up | medium   | +0.19 mg/dL
    2026-09-04 0.5; 2026-10-02 0.7     | creatinine_up | high     | +0.20 mg/dL
    2026-08-04 0.9; 2026-09-04 1.1; 2026-10-02 1.2 | creatinine_up | high | creeping
    2025-10-02 1.0; 2026-10-02 1.4     | creatinine_up | high     | 365 days
    2025-10-01 1.0; 2026-10-02 1.4     |               |          | 366 days
    2026-09-04 <1.0; 2026-10-02 1.3    | creatinine_up | high     | from 1.0 at most
    2026-09-04 >1.0; 2026-10-02 1.4    |               |          | from what is not known
    2026-10-02 1.4                     |               |          | nothing before
""")


@pytest.mark.parametrize("case", [c for _, c in CREATININE.iterrows()], ids=lambda c: f"{c.history} ({c.why})")
def test_creatinine(case: pd.Series) -> None:
    found = alerts(history("CREAT", case.history))
    assert codes(found) == case.expected
    assert " ".join(found.severity) == case.severity


COMPLEMENT = table("""
    history                                   | expected             | why
    2026-09-04 92; 2026-10-02 90              |                      | at the limit
    2026-09-04 92; 2026-10-02 89.9            | complement_newly_low | just below
    2026-09-04 88; 2026-10-02 85              |                      | low before: not new
    2026-10-02 85                             |                      | nothing before
    2026-09-04 <95; 2026-10-02 85             |                      | before is not known
    2026-09-04 92; 2026-10-02 <90             | complement_newly_low | all of it below
    2026-09-04 >90; 2026-10-02 85             | complement_newly_low | was above
    2025-08-01 92; 2025-10-10 85; 2026-10-02 86 | complement_newly_low | since 365 days
    2025-08-01 92; 2025-10-09 85; 2026-10-02 86 |                    | since 366 days
    2026-07-01 92; 2026-08-01 85; 2026-09-01 92; 2026-10-02 86 | complement_newly_low | armed again
""")


@pytest.mark.parametrize("case", [c for _, c in COMPLEMENT.iterrows()], ids=lambda c: f"{c.history} ({c.why})")
def test_complement_newly_low(case: pd.Series) -> None:
    assert codes(alerts(history("C3", case.history, limits="90-180"))) == case.expected


def test_each_result_is_held_against_its_own_limits() -> None:
    before = history("C4", "2026-09-04 13", limits="10-40")
    assert codes(alerts(before, history("C4", "2026-10-02 13", limits="14-40", method="B"))) == "complement_newly_low"


def test_rows_may_come_in_any_order() -> None:
    labs = [
        history("PLT", "2026-07-01 48; 2026-08-01 55; 2026-09-04 49; 2026-10-02 20"),
        history("UPCR", "2026-07-01 0.3; 2026-09-04 1.2; 2026-10-02 1.3", patient="P2"),
        history("C3", "2026-09-04 92; 2026-10-02 70"),
    ]
    whole = alerts(*labs)
    mixed = run("alerts", labs=pd.concat(labs).sample(frac=1, random_state=3), as_of=AS_OF).alerts
    pd.testing.assert_frame_equal(whole, mixed)
    assert whole[["patient_id", "code"]].values.tolist() == [
        ["P1", "complement_newly_low"],
        ["P1", "platelets_falling"],
        ["P1", "platelets_under_25"],
        ["P2", "renal_flare_moderate"],
    ]
