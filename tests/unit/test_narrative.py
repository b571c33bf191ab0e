"""The status sentence: what cannot be compared is named with its reason, and an old picture with its date."""

from __future__ import annotations

import pandas as pd
import pytest

from lupusmon.clean import SYSTEMS
from lupusmon.ingest import read_frame
from lupusmon.ingest.source import Kind
from lupusmon.reporting import report_patient
from lupusmon.reports.patient import Report
from tests.spec.runs import history
from tests.text_tables import table

INFUSIONS = """
    patient_id | given_at   | drug      | dose | dose_unit | status
    R          | 2026-01-05 | belimumab | 700  | mg        | given
    R          | 2026-01-19 | belimumab | 700  | mg        | given
"""


def sentence(*labs: pd.DataFrame, as_of: str, assessments: str = "", infusions: str = INFUSIONS) -> str:
    return report(*labs, as_of=as_of, assessments=assessments, infusions=infusions).sentence


def report(*labs: pd.DataFrame, as_of: str, assessments: str = "", infusions: str = INFUSIONS) -> Report:
    frames = {Kind.LABS: pd.concat(labs, ignore_index=True), Kind.INFUSIONS: table(infusions)}
    if assessments:
        frames[Kind.ASSESSMENTS] = table(assessments)
    tables = [read_frame(frame, kind, kind.value) for kind, frame in frames.items()]
    return report_patient(tables, "R", as_of=as_of)


C3 = history("C3", "2025-12-20 62; 2026-03-01 88; 2026-04-01 101", patient="R", limits="90-180")


def test_an_old_picture_is_dated() -> None:
    assert "; last labs on 2026-04-01, 91 days ago; better since baseline: C3" in sentence(C3, as_of="2026-07-01")


def test_what_did_not_change_is_said_to_be_since_baseline() -> None:
    steady = history("C3", "2026-01-01 60; 2026-03-01 61; 2026-04-01 60; 2026-05-20 61", patient="R", limits="90-180")
    assert "no clear change since baseline: C3 (+2 %)" in sentence(steady, as_of="2026-05-27")


def test_a_fresh_picture_needs_no_date() -> None:
    assert "last labs" not in sentence(C3, as_of="2026-05-27")


def test_after_a_change_of_assay_the_old_course_of_values_is_not_told_as_news() -> None:
    before = history("DSDNA", "2025-12-20 240; 2026-01-20 150; 2026-03-01 60", patient="R", method="ELISA")
    after = history("DSDNA", "2026-04-01 300", patient="R", method="CLIA")
    said = sentence(C3, before, after, as_of="2026-05-01")
    assert "not compared: anti-dsDNA (assay changed)" in said and "anti-dsDNA (−" not in said
    assert "anti-dsDNA (−75 %)" in sentence(C3, before, as_of="2026-05-01")


def test_words_and_single_results_are_said_to_be_so() -> None:
    word = history("DSDNA", "2025-12-20 positive; 2026-04-01 positive", patient="R")
    once = history("C4", "2025-12-20 8; 2026-01-20 9", patient="R")
    said = sentence(C3, word, once, as_of="2026-05-01")
    assert "not compared: anti-dsDNA (in words: positive at baseline, positive on 2026-04-01)" in said
    assert "too few results for a trend: C4 (+12 %)" in said


def test_tests_not_repeated_since_baseline_are_named_together() -> None:
    once = [history(code, f"2025-12-20 {value}", patient="R") for code, value in (("C4", 8), ("UPCR", 1.2))]
    assert "; no result since baseline: C4, UPCR; " in sentence(C3, *once, as_of="2026-05-01")


def test_a_bound_is_told_where_an_end_is_censored() -> None:
    protein = history("UPCR", "2025-12-20 1.2; 2026-03-01 0.6; 2026-04-01 <0.06", patient="R")
    assert "better since baseline: C3 (+63 %, now normal), UPCR (at least −95 %)" in sentence(
        C3, protein, as_of="2026-05-01"
    )


def test_a_worse_kidney_is_told_beside_what_improved_and_steady_creatinine_is_not() -> None:
    rising = history("CREAT", "2025-12-20 0.8; 2026-03-01 1.1; 2026-04-01 1.9", patient="R")
    assert "; worse since baseline: creatinine (+137 %); " in sentence(C3, rising, as_of="2026-05-01")
    steady = history("CREAT", "2025-12-20 0.8; 2026-03-01 0.8; 2026-04-01 0.8", patient="R")
    assert "creatinine (" not in sentence(C3, steady, as_of="2026-05-01")


def test_24_hour_protein_speaks_where_no_ratio_was_measured_at_baseline() -> None:
    collected = history("UPROT24", "2025-12-20 3.2; 2026-03-01 1.5; 2026-04-01 0.4", patient="R")
    ratio = history("UPCR", "2025-12-20 3.2; 2026-03-01 1.5; 2026-04-01 0.4", patient="R")
    assert "; 24-h protein 3.2 → 0.4 g/24 h (−88 %); " in sentence(C3, collected, as_of="2026-05-01")
    assert "24-h protein 3.2" not in sentence(C3, collected, ratio, as_of="2026-05-01")


@pytest.mark.parametrize(("day", "noted"), [("2026-04-28", True), ("2026-04-29", False)])
def test_platelets_after_ivig_are_marked(day: str, noted: bool) -> None:
    counts = history("PLT", f"2025-12-20 40; 2026-03-01 30; {day} 120", patient="R")
    ivig = "R          | 2026-03-31 | ivig | 1  | g/kg        | given"
    said = sentence(C3, counts, as_of="2026-05-01", infusions=INFUSIONS.rstrip() + "\n    " + ivig)
    assert ("platelets (+200 %, within 28 days of IVIG)" in said) == noted


def test_without_infusions_the_course_of_the_year_is_told() -> None:
    other = INFUSIONS.replace("R  ", "S  ")
    protein = history("UPCR", "2026-02-01 0.4; 2026-04-01 1.3; 2026-06-20 2.9", patient="R")
    said = sentence(protein, as_of="2026-07-01", infusions=other, assessments=UNGRADED)
    assert said.startswith("No infusion is recorded, so there is no baseline and no verdict; 3 results are shown as ")
    assert "; worse over the last year: UPCR (+625 %); at the visit of 2026-06-20: SLEDAI-2K 4, PGA 0.5, " in said


ALL_D = "".join(f" | bilag_{s}" for s in SYSTEMS)
GRADED = f"""
    patient_id | assessed_at | sledai_2k | pga | prednisone_mg_per_day{ALL_D}
    R          | 2025-12-20  | 12        | 2   | 20 {"| B " + "| D " * (len(SYSTEMS) - 1)}
    R          | 2026-06-20  | 4         | 0.5 | 20 {"| C " + "| D " * (len(SYSTEMS) - 1)}
"""
UNGRADED = """
    patient_id | assessed_at | sledai_2k | pga | prednisone_mg_per_day
    R          | 2025-12-20  | 12        | 2   | 20
    R          | 2026-06-20  | 4         | 0.5 | 7.5
"""


def test_assessed_verdicts_and_what_the_physician_saw_are_told() -> None:
    said = sentence(C3, as_of="2026-07-01", assessments=GRADED)
    assert "; at the visit of 2026-06-20: SLEDAI-2K 12 → 4, PGA 2 → 0.5, prednisone still 20 mg/d;" in said
    assert "; met now: SRI-4, BICLA; not met: LLDAS" in said
    assert "SRI-style" not in said, "the stand-in is silent where the assessed verdict is known"


def test_labs_alone_speak_where_nobody_assessed_and_say_that_they_are_simplified() -> None:
    fine = [
        history(code, f"2025-12-20 {a}; 2026-03-01 {b}; 2026-06-20 {b}", patient="R", limits=limits)
        for code, a, b, limits in (
            ("C3", 62, 101, "90-180"),
            ("C4", 7, 14, "10-40"),
            ("DSDNA", 240, 20, "-30"),
            ("UPCR", 0.1, 0.1, "-0.2"),
            ("PLT", 200, 200, "150-400"),
        )
    ]
    said = sentence(*fine, as_of="2026-07-01")
    assert "met now: SRI-style (simplified, labs only)" in said and "C3 (+63 %, now normal)" in said


def test_labs_are_missing_first_then_whole_assessments_never_single_items() -> None:
    said = sentence(C3, as_of="2026-09-01", assessments=GRADED)
    missing = said.split("missing in the last 8 weeks: ")[1].split(";")[0]
    assert missing.endswith("C3, SLEDAI-2K visit, physician's global assessment, BILAG")
    assert "constitutional" not in said and "item " not in said


def test_what_was_never_recorded_at_baseline_is_not_asked_for_now() -> None:
    said = sentence(C3, as_of="2026-07-01", assessments=UNGRADED)
    assert "never recorded at baseline: BILAG" in said
    assert "cannot be told without a baseline: SRI-4, BICLA" in said and "cannot tell yet: SRI-4" not in said
    assert "BILAG" not in said.split("never recorded")[0].split("missing in")[-1]


def test_a_result_that_cannot_be_compared_is_asked_for_as_comparable() -> None:
    before = history("DSDNA", "2025-12-20 240; 2026-01-20 150", patient="R", method="ELISA", limits="-30")
    after = history("DSDNA", "2026-06-20 300", patient="R", method="CLIA", limits="-30")
    assert "anti-dsDNA comparable with baseline" in sentence(C3, before, after, as_of="2026-07-01")


def test_a_rescue_is_told_with_its_day() -> None:
    pulse = "R          | 2026-06-16 | methylprednisolone | 1000  | mg        | given"
    said = sentence(C3, as_of="2026-07-01", infusions=INFUSIONS.rstrip() + "\n    " + pulse)
    assert "; rescue treatment (methylprednisolone 1000 mg) on 2026-06-16; " in said


def test_a_course_that_ended_says_why_and_doses_put_off_are_told() -> None:
    late = "2026-09-01"
    assert "has ended (no dose for 225 days; 2 doses, last on 2026-01-19; " in sentence(C3, as_of=late)
    stop, hold = (f"R | 2026-02-{day} | belimumab | | | {what}" for day, what in (("02", "stopped"), ("16", "held")))
    stopped = INFUSIONS.rstrip() + "\n    " + stop
    assert "has ended (stopped on 2026-02-02; 2 doses" in sentence(C3, as_of=late, infusions=stopped)
    held = INFUSIONS.rstrip() + "\n    " + hold
    assert "Week 6 on belimumab (2 doses, held on 2026-02-16); " in sentence(C3, as_of="2026-02-20", infusions=held)


def test_another_course_that_runs_is_told() -> None:
    second = INFUSIONS.rstrip() + "\n    R | 2026-01-12 | rituximab | 1000 | mg | given"
    assert "; also on rituximab (1 dose, next due on 2026-01-26); " in sentence(
        C3, as_of="2026-01-20", infusions=second
    )


def test_a_flare_at_the_last_visit_is_told_with_its_systems() -> None:
    worse = GRADED.replace("| 4         | 0.5 | 20 | C ", "| 16        | 2.6 | 40 | A ")
    said = sentence(C3, as_of="2026-07-01", assessments=worse)
    told = "severe flare at that visit by BILAG (since 2025-12-20 constitutional B to A) and by the SELENA flare index"
    assert f"prednisone 20 → 40 mg/d; {told}; " in said
    assert report(C3, as_of="2026-07-01", assessments=worse).alerts[0][0] == "high"
    assert "flare" not in sentence(C3, as_of="2026-07-01", assessments=GRADED)


def test_a_response_on_more_prednisone_says_that_it_is_not_counted() -> None:
    more = GRADED.replace("| 0.5 | 20", "| 0.5 | 40")
    said = "; met now: SRI-4, BICLA; prednisone is above baseline, which counts against SRI-4 and BICLA only where "
    assert said in sentence(C3, as_of="2026-07-01", assessments=more)
    assert "prednisone is above" not in sentence(C3, as_of="2026-07-01", assessments=GRADED)


def test_egfr_that_lacks_only_sex_and_birth_year_is_not_called_lost() -> None:
    kidney = [
        history(code, f"2025-12-20 {a}; 2026-03-01 {b}; 2026-06-20 {b}", patient="R")
        for code, a, b in (("UPCR", 2, 0.3), ("CREAT", 0.8, 0.8))
    ]
    said = sentence(C3, *kidney, as_of="2026-07-01")
    assert "eGFR (to compute it, sex and birth year)" in said and "eGFR" not in said.split("never recorded")[-1]
    assert "complete renal response" in said.split("cannot tell yet: ")[1].split(";")[0]


def test_a_recorded_failure_is_told_with_its_day() -> None:
    failed = """
        patient_id | assessed_at | sledai_2k | treatment_failure
        R          | 2025-12-20  | 12        | no
        R          | 2026-06-20  | 11        | yes
    """
    assert "; treatment failure or discontinuation on 2026-06-20; " in sentence(
        C3, as_of="2026-07-01", assessments=failed
    )


def test_a_response_that_is_lost_is_told_with_its_visit() -> None:
    protein = history("UPCR", "2025-12-20 3; 2026-03-30 0.3; 2026-06-20 2.9", patient="R")
    egfr = history("EGFR", "2025-12-20 90; 2026-03-30 90; 2026-06-20 90", patient="R")
    said = sentence(C3, protein, egfr, as_of="2026-07-01")
    assert "; met before: complete renal response (week 12)" in said


def test_a_change_beyond_noise_without_a_steady_slope_is_not_called_no_change() -> None:
    up_and_down = "2025-12-20 3; 2026-02-01 0.1; 2026-03-01 0.2; 2026-04-01 0.3; 2026-05-01 0.4; 2026-06-20 0.5"
    said = sentence(C3, history("UPCR", up_and_down, patient="R"), as_of="2026-07-01")
    assert "changed without a steady trend since baseline: UPCR (−83 %)" in said and "no clear change" not in said
