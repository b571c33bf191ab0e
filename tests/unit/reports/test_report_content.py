"""What the report says, before it is drawn."""

from __future__ import annotations

import pytest

from lupusmon.errors import UnusableArgument
from lupusmon.reports.patient import compute_fingerprint
from tests.text_tables import table


def numbers(report):
    return {n.test.split()[-1]: n for n in report.key_numbers}


def cells(report, name):
    rows = [row for group in report.ledger.groups for row in group.rows if row.name == name]
    return [cell and cell.verdict for cell in rows[0].cells]


def test_a_responder_has_a_sentence_a_ledger_numbers_and_gaps(make_report):
    report = make_report("R")
    assert report.sentence.startswith("Week 28 on belimumab (4 doses); better since baseline: C3 (+63 %, now normal)")
    assert report.period == "15 results from 2025-12-20 to 2026-06-20"
    assert report.person == "female · born 1988 · <i>North"
    assert [name for name, _ in report.ledger.visits] == ["Week 12", "Week 24", "Latest"]
    assert report.ledger.visits[0][1] == "2026-03-30"
    assert cells(report, "Complete renal response (KDIGO 2024)") == ["not_met", "not_assessable", "not_assessable"]
    assert cells(report, "C3 normalised") == ["not_met", "met", "met"]
    assert report.course.startswith("Belimumab from 2026-01-05 to 2026-03-30: 4 doses, overdue")
    assert any("Would settle an open verdict:" in text and "eGFR" in text for text in report.gaps)
    assert report.assessed[:3] == (
        "SLEDAI-2K 4 (2026-06-20)",
        "PGA (0–3) 0.5 (2026-06-20)",
        "Prednisone 7.5 mg/d (2026-06-20)",
    )


def test_key_numbers_show_latest_baseline_change_limits_and_date(make_report):
    c3 = numbers(make_report("R"))["C3"]
    assert (c3.latest, c3.at, c3.age_days) == ("101 mg/dL", "2026-06-20", 30)
    assert (c3.status, c3.limits, c3.limits_source) == ("in", "90–180", "lab")
    assert (c3.baseline, c3.baseline_at) == ("62 mg/dL", "2025-12-20")
    assert (c3.change, c3.change_words) == ("+63 %", "↑ better, beyond natural variation")


def test_a_censored_value_keeps_its_sign_and_its_change_is_a_bound(make_report):
    dna = numbers(make_report("R"))["antibodies"]
    assert (dna.latest, dna.censored, dna.status, dna.change) == ("< 10 IU/mL", True, "in", "at least −95 %")


def test_key_numbers_and_full_table_equal_the_results(make_report, tables):
    report = make_report("R")
    by_test = {}
    for row in report.results:
        by_test.setdefault(row.test, row)  # the latest comes first
    for number in report.key_numbers:
        assert (number.latest, number.at) == (by_test[number.test].value, by_test[number.test].at[:10])
    assert len(report.results) == 15
    first = report.results[0]
    assert (first.analyte, first.value, first.received, first.source) == (
        "C3",
        "101 mg/dL",
        "101 mg/dL",
        "labs, line 4",
    )


def test_si_units_change_every_number_and_no_received_text(make_report):
    report = make_report("R", units="si")
    assert numbers(report)["C3"].latest == "1.01 g/L" and numbers(report)["C3"].baseline == "0.62 g/L"
    assert (report.results[0].value, report.results[0].received) == ("1.01 g/L", "101 mg/dL")


def test_without_a_baseline_it_is_said_and_no_change_is_shown(make_report):
    report = make_report("NB")
    c3 = numbers(report)["C3"]
    assert (c3.latest, c3.baseline, c3.change) == ("85 mg/dL", "", "")
    assert "No baseline in the window before the first dose: C3, C4, anti-dsDNA, UPCR, platelets." in report.gaps


def test_without_infusions_there_is_no_verdict_but_every_result(make_report):
    report = make_report("NI")
    assert report.sentence.startswith("No infusion is recorded")
    assert report.ledger.groups == () and report.ledger.empty == "No infusion is recorded, so there is no verdict."
    assert report.course == "No infusion is recorded for this patient."
    assert len(report.results) == 2 and report.first_infusion is None


def test_without_labs_the_doses_are_there_and_all_tests_are_missing(make_report):
    report = make_report("NL")
    assert report.period == "no laboratory results" and report.results == ()
    assert [n.latest for n in report.key_numbers] == [""] * 5
    assert [d.drug for d in report.doses] == ["Belimumab"]
    assert "No Complement C3 result." in report.gaps


def test_an_unknown_patient_is_told_in_words(make_report):
    with pytest.raises(UnusableArgument, match='patient "X": not among the 4 patients in the data'):
        make_report("X")


def test_doses_keep_number_status_and_timing(make_report):
    doses = make_report("R").doses
    assert [d.number for d in doses] == ["1", "2", "3", "", "4"]
    assert doses[3].status == "missed" and doses[4].timing == "after a missed dose (+28 d)"


def test_masking_leaves_out_id_label_and_file_names(make_report):
    report = make_report("R", masked=True)
    assert report.name == "Patient (masked)"
    assert {row.source.split(",")[0] for row in report.results} == {"file 1"}
    assert [f.name for f in report.sources] == ["file 1"]


def test_the_figure_is_the_one_of_the_screen(make_report):
    drawn = [t for t in make_report("R").figure["data"] if t["meta"]["role"] == "points"]
    assert [t["meta"]["analyte"] for t in drawn] == ["C3", "C4", "DSDNA", "UPCR", "PLT"]
    assert drawn[0]["y"] == [62, 88, 101]


def test_the_fingerprint_changes_with_any_file_and_with_their_order():
    files = [{"file": "a.csv", "sha256": "1"}, {"file": "b.csv", "sha256": "2"}]
    one = compute_fingerprint({"files": files})
    assert len(one) == 64 and one == compute_fingerprint({"files": [{**f, "read": 3} for f in files]})
    assert one != compute_fingerprint({"files": files[:1]})
    assert one != compute_fingerprint({"files": files[::-1]})


def test_other_courses_are_named_by_drug():
    from lupusmon.reports.patient import _name_others

    courses = table("""
        course_id | drug               | first_infusion | n_infusions
        r-1       | rituximab          | 2025-01-31     | 4
        m-1       | methylprednisolone | 2025-02-01     | 3
        i-1       | ivig               | 2025-06-10     | 1
        m-2       | methylprednisolone | 2025-08-04     | 2
    """)
    assert _name_others(courses, "r-1") == (
        "Methylprednisolone, 2 courses, the last from 2025-08-04 (2 doses); IVIG from 2025-06-10 (1 dose)"
    )
