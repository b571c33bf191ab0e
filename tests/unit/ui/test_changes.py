"""What changed since a patient was marked as reviewed: results, corrections, doses, verdicts."""

from __future__ import annotations

from itertools import count
from types import SimpleNamespace

import pandas as pd

from lupusmon.ui.changes import NOT_YET, describe_changes, summarise_seen

_NUMBERS = count()
RESULTS = pd.DataFrame(
    {
        "analyte": ["C3", "C3", "UPCR"],
        "collected_at": ["2025-01-01", "2025-02-01", "2025-01-01"],
        "method": [None, None, None],
        "raw_value": ["60", "70", "1.2"],
        "comparator": [None, None, None],
        "value": [60.0, 70.0, 1.2],
    }
)
RESPONSES = pd.DataFrame({"course_id": ["c-1"], "week": ["12"], "criterion": ["sri_lab"], "verdict": ["not_met"]})


def snapshot(results=RESULTS, responses=RESPONSES, doses=2):
    own = SimpleNamespace(results=results, responses=responses, infusions=range(doses))
    return SimpleNamespace(patient=lambda patient_id: own, version=f"changes-{next(_NUMBERS)}", as_of="2025-06-01")


def say(**now) -> str:
    return describe_changes(snapshot(**now), "P1", summarise_seen(snapshot(), "P1"))


def test_nothing_changed_and_never_reviewed():
    assert say() == "nothing new"
    assert describe_changes(snapshot(), "P1", None) == NOT_YET


def test_a_new_result_and_a_new_dose():
    more = pd.concat([RESULTS, RESULTS.tail(1).assign(collected_at="2025-03-01")])
    assert say(results=more, doses=3) == "1 new result; 1 new dose"


def test_a_corrected_value_is_told_although_the_number_of_results_is_the_same():
    assert say(results=RESULTS.assign(value=[60.0, 71.0, 1.2], raw_value=["60", "71", "1.2"])) == "1 corrected result"


def test_a_withdrawn_result_does_not_hide_a_new_one():
    moved = RESULTS.assign(collected_at=["2025-01-01", "2025-02-02", "2025-01-01"])
    assert say(results=moved) == "1 new result; 1 withdrawn result"


def test_a_second_result_of_the_same_day_is_new():
    assert say(results=pd.concat([RESULTS, RESULTS.tail(1)])) == "1 new result"


def test_a_verdict_that_turned_and_a_verdict_that_is_new():
    later = pd.concat([RESPONSES.assign(verdict="met"), RESPONSES.assign(week="24")])
    assert say(responses=later) == "1 new verdict; SRI-style, simplified, labs only week 12: not met → met"
    open_ = pd.concat([RESPONSES, RESPONSES.assign(week="24", verdict="not_assessable")])
    assert say(responses=open_) == "nothing new"


def test_a_review_that_knows_numbers_alone_still_counts():
    seen = {"results": 2, "doses": 2, "verdicts": {"c-1|12|sri_lab": "not_met"}}
    assert describe_changes(snapshot(), "P1", seen) == "1 new result"
