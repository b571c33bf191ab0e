"""CRITERIA 8: every check leaves one evidence row, with both values, dates, the limit, the source line and a sentence."""

from __future__ import annotations

import pandas as pd
import pytest

import lupusmon
from tests.spec.cases import CRITERIA, Case, Cases, analyze, assessments, doses, on, results
from tests.text_tables import table

LEDGER = {
    "sri_lab": "lab_sledai_drop no_new_a new_b no_worsening no_rescue",
    "bicla_lab": "bilag_improved no_new_a new_b lab_sledai_not_worse no_worsening no_rescue",
    **{f"sri_{k}": "sledai_drop no_new_a new_b pga_increase no_treatment_failure" for k in (4, 5, 6, 7, 8)},
    "bicla": "bilag_improved no_new_a new_b sledai_not_worse pga_increase no_treatment_failure",
    "lldas": "sledai_2k no_major_organ no_new_activity pga prednisone",
    "doris": "clinical_sledai pga prednisone",
    "renal_complete": "upcr egfr",
    "renal_partial": "upcr_halved upcr egfr",
    "renal_perr": "upcr egfr no_rescue",
    "renal_crr": "upcr egfr no_rescue",
    "renal_crr_aurora": "upcr egfr no_rescue",
    "renal_eular": "upcr",
    "platelets_iwg": "platelets no_ivig_mask",
    "c3_normalised": "c3",
    "c4_normalised": "c4",
    "dsdna_normalised": "dsdna",
}
EULAR = {"12": "upcr_fall", "24": "upcr_fall", "52": "upcr", "104": "", "latest": ""}
WEEKS = ("12", "24", "52", "104", "latest")
ACTIVE = "C3 50; C4 5; DSDNA 90; UPCR 2; PLT 40; EGFR 100"


@pytest.fixture(scope="module")
def runs() -> dict[str, lupusmon.Analysis]:
    """A patient to whom everything applies; one of whom nothing is known; one to whom no laboratory criterion applies."""
    given, end = doses("belimumab @0"), on("w104+9")
    labs = results(ACTIVE, default_day="-7") + results(
        "C3 95; C4 12; DSDNA 9; UPCR 0.42; PLT 200; EGFR 95", default_day="w52"
    )
    assessed = assessments(
        "10, pga 1.8, prednisone 10, MSK A, no items @-7; 4, pga 1, prednisone 5, MSK B, no items @w52"
    )
    well = results("C3 120; C4 20; DSDNA 9; UPCR 0.1; PLT 200", default_day="-7")
    return {
        "everything": analyze(labs, given, assessed, as_of=end),
        "nothing": analyze((), given, as_of=end),
        "well": analyze(well, given, assessments("0, pga 0 @-7"), as_of=end),
    }


@pytest.mark.parametrize("week", WEEKS)
@pytest.mark.parametrize("known", ["everything", "nothing"])
def test_every_check_leaves_one_row_in_the_order_of_the_ledger(known: str, week: str, runs) -> None:
    evidence = runs[known].evidence.query("week == @week")
    found = {c: " ".join(rows.check) for c, rows in evidence.groupby("criterion", sort=False)}
    expected = LEDGER | {"renal_eular": EULAR[week]}
    assert found == {c: checks for c, checks in expected.items() if checks}
    responses = runs[known].responses.query("week == @week")
    assert sorted(responses.criterion) == sorted(c for c in CRITERIA if expected[c])


def test_not_applicable_has_no_evidence(runs) -> None:
    responses, evidence = runs["well"].responses, runs["well"].evidence
    without = {"lldas", "doris"}
    assert set(responses[responses.verdict == "not_applicable"].criterion) == set(CRITERIA) - without
    assert set(evidence.criterion) == without


def test_the_verdict_is_all_of_its_checks(runs) -> None:
    for analysis in runs.values():
        keys = ["course_id", "week", "criterion"]
        checks = analysis.evidence.groupby(keys).verdict.agg(set)
        for row in analysis.responses.itertuples():
            if row.verdict == "not_applicable":
                continue
            answers = checks[row.course_id, row.week, row.criterion]
            expected = "not_met" if "not_met" in answers else "not_assessable" if "unknown" in answers else "met"
            assert row.verdict == expected or (
                row.verdict == "not_assessable" and "whether it applies" in row.reason
            ), row


def test_every_row_has_a_sentence_and_every_open_verdict_a_reason(runs) -> None:
    for analysis in runs.values():
        assert analysis.evidence.text.str.len().gt(10).all()
        decided = analysis.responses.verdict.isin(["not_assessable", "not_applicable", "not_met"])
        assert analysis.responses[decided].reason.str.len().gt(5).all()


# --- the sentences; they begin with what is measured, and name day and week of the value and the limit

TEXTS = Cases("""
    case                     | labs                                             | criterion        | check  | text
    as in CRITERIA 8         | UPCR 2 @-7; UPCR 0.42 @w24-4                     | renal_crr        | upcr   | UPCR 0.42 g/g on 2024-06-14 (week 23), below 0.5
    at the visit             | UPCR 2 @-7; UPCR 0.42 @w24                       | renal_crr        | upcr   | UPCR 0.42 g/g on 2024-06-18 (week 24), below 0.5
    not met                  | UPCR 2 @-7; UPCR 0.5 @w24                        | renal_crr        | upcr   | UPCR 0.5 g/g on 2024-06-18 (week 24), not below 0.5
    not above                | UPCR 2 @-7; UPCR 0.7 @w24                        | renal_perr       | upcr   | UPCR 0.7 g/g on 2024-06-18 (week 24), not above 0.7
    above                    | UPCR 2 @-7; UPCR 0.71 @w24                       | renal_perr       | upcr   | UPCR 0.71 g/g on 2024-06-18 (week 24), above 0.7
    censored                 | UPCR 2 @-7; UPCR <0.1 @w24                       | renal_crr        | upcr   | UPCR < 0.1 g/g on 2024-06-18 (week 24), below 0.5
    missing                  | UPCR 2 @-7                                       | renal_crr        | upcr   | UPCR: no result between 2024-05-21 and 2024-07-16
    missing baseline         | UPCR 0.2 @w24                                    | renal_partial    | upcr_halved | UPCR 0.2 g/g on 2024-06-18 (week 24), no baseline between 2023-10-04 and 2024-01-02
""")  # fmt: skip


@TEXTS.each
def test_sentence_of_a_check(case: Case) -> None:
    rows = case.rows("evidence").query("week == '24'").set_index(["criterion", "check"])
    text = rows.loc[(case.line["criterion"], case.line["check"]), "text"]
    assert text.startswith(case.line["text"])


# --- the columns

COLUMNS = Cases("""
    case                  | baseline             | week_52                  | criterion        | check    | baseline_value | baseline_at | value | value_at | limit | unit
    protein               | UPCR 2               | UPCR 0.4                 | renal_crr        | upcr     | 2    | -7   | 0.4  | 364  | 0.5  | g/g
    in another unit       | UPCR 2               | UPCR 56.56 mg/mmol       | renal_perr       | upcr     | 2    | -7   | 0.5  | 364  | 0.7  | g/g
    partial response      | UPCR 2               | UPCR 0.4                 | renal_partial    | upcr     | 2    | -7   | 0.4  | 364  | 3    | g/g
    kidney function       | UPCR 2; EGFR 80 @-20 | UPCR 0.4; EGFR 75 @w52+3 | renal_complete   | egfr     | 80   | -20  | 75   | 367  |      | mL/min/{1.73_m2}
    platelets             | PLT 40               | PLT 110                  | platelets_iwg    | platelets | 40  | -7   | 110  | 364  |      | 10*9/L
    C3, default limit     | C3 60                | C3 95                    | c3_normalised    | c3       | 60   | -7   | 95   | 364  | 90   | mg/dL
    C3, its own limit     | C3 60                | C3 85 [80-]              | c3_normalised    | c3       | 60   | -7   | 85   | 364  | 80   | mg/dL
    C4                    | C4 5                 | C4 12                    | c4_normalised    | c4       | 5    | -7   | 12   | 364  | 10   | mg/dL
    dsDNA                 | DSDNA 90             | DSDNA 12                 | dsdna_normalised | dsdna    | 90   | -7   | 12   | 364  | 30   | IU/mL
    dsDNA titre           | DSDNA 1:160 [-40]    | DSDNA 1:20 [-40]         | dsdna_normalised | dsdna    | 160  | -7   | 20   | 364  | 40   | {titer}
    dsDNA in AU/mL        | DSDNA 90 AU/mL [-20] | DSDNA 12 AU/mL [-20]     | dsdna_normalised | dsdna    | 90   | -7   | 12   | 364  | 20   | AU/mL
    a word has no value   | DSDNA positive       | DSDNA negative           | dsdna_normalised | dsdna    | none | -7   | none | 364  |      |
    missing               | UPCR 2               |                          | renal_crr        | upcr     | 2    | -7   | none | none | 0.5  | g/g
    lab score             | C3 50; DSDNA 90; C4 12; UPCR 0.1; PLT 200 | C3 95; DSDNA 9; C4 12; UPCR 0.1; PLT 200 | sri_lab | lab_sledai_drop | 4 | -7 | 0 | 364 | 4 |
""")  # fmt: skip


@COLUMNS.each
def test_values_days_limit_and_unit_of_a_check(case: Case) -> None:
    names = ("baseline_value", "baseline_at", "value", "value_at", "limit", "unit")
    line = case.line | {f"{case.line['criterion']}.{case.line['check']}.{name}": case.line[name] for name in names}
    asked = Case(case.cases, line)
    assert asked.answers == asked.expected


def test_source_line_is_the_line_of_the_visit_value_and_comparators_are_kept() -> None:
    labs = results("UPCR >2 @-7; C3 50 @-7; UPCR <0.4 @w52; C3 95 @w52")
    evidence = analyze(labs, doses("belimumab @0"), as_of=on("w52+9")).evidence.query("week == '52'")
    rows = evidence.set_index(["criterion", "check"])
    assert rows.loc[("renal_crr", "upcr"), "source_line"] == 4
    assert rows.loc[("c3_normalised", "c3"), "source_line"] == 5
    assert (rows.loc[("c3_normalised", "c3"), "source_file"] or "") == "labs"
    assert rows.loc[("renal_crr", "upcr"), ["baseline_comparator", "comparator"]].tolist() == [">", "<"]
    assert pd.isna(rows.loc[("renal_crr", "egfr"), "source_line"])


def test_assessed_checks_name_the_line_of_the_assessment() -> None:
    assessed = assessments("10, pga 1 @-7; 4, failure yes @100; 2, pga 1 @w52")
    evidence = analyze((), doses("belimumab @0"), assessed, as_of=on("w52+9")).evidence
    rows = evidence.query("week == '52' and criterion == 'sri_4'").set_index("check")
    lines = {
        check: str(rows.loc[check, "source_line"]) for check in ("sledai_drop", "pga_increase", "no_treatment_failure")
    }
    assert lines == {"sledai_drop": "4", "pga_increase": "4", "no_treatment_failure": "3"}
    assert (rows.source_file == "assessments").all()


RESCUED = table("""
    dose                          | named
    ivig 0.4 g/kg @300            | ivig
    rituximab 1000 mg @300        | rituximab
    methylprednisolone 500 mg @300 | methylprednisolone
""")


@pytest.mark.parametrize(("dose", "named"), list(RESCUED.itertuples(index=False)), ids=RESCUED.named)
def test_the_sentence_on_rescue_names_the_drug_and_the_day(dose: str, named: str) -> None:
    labs = results("UPCR 2 @-7; UPCR 0.4 @w52")
    evidence = analyze(labs, doses(f"belimumab @0; {dose}"), as_of=on("w52+9")).evidence
    row = evidence.query("week == '52' and criterion == 'renal_crr' and check == 'no_rescue'").iloc[0]
    assert on("300") in row.text and named in row.text.lower()
    assert (row.source_file, row.source_line) == ("infusions", 3)
