"""CRITERIA 6: lab BILAG-style grades, seen in the entry of bicla_lab and in no_new_a, new_b and bilag_improved.

1 g/g is 113.12 mg/mmol, creatinine 1 mg/dL is 88.4 umol/L; cells are in the native unit of the rule.
"""

from __future__ import annotations

from tests.spec.cases import Case, Cases

# --- grades at baseline: no previous value, so nothing is improved and no creatinine rule holds

ENTRY = Cases("""
    case                            | baseline                                                | bicla_lab.bilag_improved | bicla_lab
    renal C just below 50           | UPCR 49.999 mg/mmol; CREAT 80 umol/L; PLT 200           | no row  | n/a
    renal B at 50                   | UPCR 50 mg/mmol; CREAT 80 umol/L; PLT 200               | unknown | open
    renal B above 100               | UPCR 300 mg/mmol; CREAT 80 umol/L; PLT 200              | unknown | open
    creatinine alone grades nothing | UPCR 10 mg/mmol; CREAT 400 umol/L; PLT 200              | no row  | n/a
    24 h protein is no UPCR         | UPROT24 5; PLT 200                                      | unknown | open
    0.5 g/g is over 50 mg/mmol      | UPCR 0.5; PLT 200                                       | unknown | open
    0.4421 g/g                      | UPCR 0.4421; PLT 200                                    | unknown | open
    0.4420 g/g                      | UPCR 0.4420; PLT 200                                    | no row  | n/a
    platelets A                     | UPCR 0.1; PLT 24.9                                      | unknown | open
    platelets B at 25               | UPCR 0.1; PLT 25                                        | unknown | open
    platelets B just below 50       | UPCR 0.1; PLT 49.9                                      | unknown | open
    platelets C at 50               | UPCR 0.1; PLT 50                                        | no row  | n/a
    platelets D                     | UPCR 0.1; PLT 150                                       | no row  | n/a
    no UPCR, platelets fine         | PLT 200                                                 | unknown | open
    no platelets, UPCR fine         | UPCR 0.1                                                | unknown | open
    no UPCR, platelets B            | PLT 40                                                  | unknown | open
    nothing                         | C3 90                                                   | unknown | open
    undecided between A and B       | UPCR 0.1; PLT <50                                       | unknown | open
    undecided between B and C       | UPCR 0.1; PLT <60                                       | unknown | open
    surely B or worse               | UPCR >0.5; PLT 200                                      | unknown | open
""")


@ENTRY.each
def test_grade_at_baseline_decides_the_entry(case: Case) -> None:
    assert case.answers == case.expected


APPLIES = Cases("""
    case                      | baseline                     | week_52                                                       | bicla_lab | bicla_lab.bilag_improved
    entry unknown stays open  | UPCR 0.1                     | C3 95; C4 12; DSDNA 9; UPCR 0.1; PLT 200                      | open      | met
    entry A or B, undecided which | C3 95; C4 12; DSDNA 9; UPCR 0.1; PLT <50 | C3 95; C4 12; DSDNA 9; UPCR 0.1; PLT 200  | met       | met
    entry B or C is open      | C3 95; C4 12; DSDNA 9; UPCR 0.1; PLT <60 | C3 95; C4 12; DSDNA 9; UPCR 0.1; PLT 200      | open      | met
    one B suffices            | C3 95; C4 12; DSDNA 9; PLT 40 | C3 95; C4 12; DSDNA 9; UPCR 0.1; PLT 200                     | met       | met
""")


@APPLIES.each
def test_an_entry_is_decided_where_the_possible_grades_agree(case: Case) -> None:
    assert case.answers == case.expected


# --- renal grade at the visit. Baseline UPCR 30 mg/mmol is C, so every A or B now is new; platelets go C → B in
# everyone, so a renal B is a second new B. A: no_new_a fails; B: new_b fails; C or D: both hold.

RENAL_NEW = Cases(
    """
    case                                   | labs                                                                                  | sri_lab.no_new_a | sri_lab.new_b
    D at 25                                | UPCR 30 mg/mmol; CREAT 100 umol/L; UPCR 25 mg/mmol @w52; CREAT 100 umol/L @w52        | met     | met
    C below 50                             | UPCR 30 mg/mmol; CREAT 100 umol/L; UPCR 49.999 mg/mmol @w52; CREAT 100 umol/L @w52    | met     | met
    B at 50                                | UPCR 30 mg/mmol; CREAT 100 umol/L; UPCR 50 mg/mmol @w52; CREAT 100 umol/L @w52        | met     | not
    B above 100, kidney steady             | UPCR 30 mg/mmol; CREAT 100 umol/L; UPCR 100.1 mg/mmol @w52; CREAT 100 umol/L @w52     | met     | not
    B by deterioration, little protein     | UPCR 30 mg/mmol; CREAT 100 umol/L; UPCR 20 mg/mmol @w52; CREAT 131 umol/L @w52        | met     | not
    not deteriorating at 1.30              | UPCR 30 mg/mmol; CREAT 110 umol/L; UPCR 101 mg/mmol @w52; CREAT 143 umol/L @w52       | met     | not
    A just above 1.30                      | UPCR 30 mg/mmol; CREAT 110 umol/L; UPCR 101 mg/mmol @w52; CREAT 143.1 umol/L @w52     | not     | met
    A needs more than 100                  | UPCR 30 mg/mmol; CREAT 110 umol/L; UPCR 100 mg/mmol @w52; CREAT 143.1 umol/L @w52     | met     | not
    A needs creatinine above 130           | UPCR 30 mg/mmol; CREAT 90 umol/L; UPCR 101 mg/mmol @w52; CREAT 130 umol/L @w52        | met     | not
    A with creatinine just above 130       | UPCR 30 mg/mmol; CREAT 90 umol/L; UPCR 101 mg/mmol @w52; CREAT 130.1 umol/L @w52      | not     | met
    creatinine B at 1.15                   | UPCR 30 mg/mmol; CREAT 120 umol/L; UPCR 20 mg/mmol @w52; CREAT 138 umol/L @w52        | met     | not
    creatinine B just below 1.15           | UPCR 30 mg/mmol; CREAT 120 umol/L; UPCR 20 mg/mmol @w52; CREAT 137.9 umol/L @w52      | met     | met
    creatinine B needs more than 130       | UPCR 30 mg/mmol; CREAT 100 umol/L; UPCR 20 mg/mmol @w52; CREAT 130 umol/L @w52        | met     | met
    high creatinine that was high before   | UPCR 30 mg/mmol; CREAT 400 umol/L; UPCR 20 mg/mmol @w52; CREAT 400 umol/L @w52        | met     | met
    creatinine missing at baseline         | UPCR 30 mg/mmol; UPCR 101 mg/mmol @w52; CREAT 400 umol/L @w52                         | met     | not
    creatinine missing at the visit        | UPCR 30 mg/mmol; CREAT 100 umol/L; UPCR 101 mg/mmol @w52                              | met     | not
    creatinine missing, little protein     | UPCR 30 mg/mmol; CREAT 100 umol/L; UPCR 20 mg/mmol @w52                               | met     | met
    creatinine of another assay, high      | UPCR 30 mg/mmol; CREAT 100 umol/L /A; UPCR 101 mg/mmol @w52; CREAT 400 umol/L @w52 /B | unknown | unknown
    creatinine of another assay, below 130 | UPCR 30 mg/mmol; CREAT 100 umol/L /A; UPCR 101 mg/mmol @w52; CREAT 130 umol/L @w52 /B | met     | not
    UPCR missing at the visit              | UPCR 30 mg/mmol; CREAT 100 umol/L; CREAT 100 umol/L @w52                              | unknown | unknown
    UPCR missing at baseline, D now        | CREAT 100 umol/L; UPCR 20 mg/mmol @w52; CREAT 100 umol/L @w52                         | met     | met
    UPCR missing at baseline, B now        | CREAT 100 umol/L; UPCR 60 mg/mmol @w52; CREAT 100 umol/L @w52                         | met     | unknown
    UPCR missing at baseline, A now        | CREAT 100 umol/L; UPCR 300 mg/mmol @w52; CREAT 200 umol/L @w52                        | unknown | met
    censored, surely B                     | UPCR 30 mg/mmol; CREAT 100 umol/L; UPCR >50 mg/mmol @w52; CREAT 100 umol/L @w52       | met     | not
    censored, B or less                    | UPCR 30 mg/mmol; CREAT 100 umol/L; UPCR >49 mg/mmol @w52; CREAT 100 umol/L @w52       | met     | unknown
    censored, surely under B               | UPCR 30 mg/mmol; CREAT 100 umol/L; UPCR <50 mg/mmol @w52; CREAT 100 umol/L @w52       | met     | met
    censored, A or B                       | UPCR 30 mg/mmol; CREAT 100 umol/L; UPCR >60 mg/mmol @w52; CREAT 200 umol/L @w52       | unknown | unknown
    censored, surely A                     | UPCR 30 mg/mmol; CREAT 100 umol/L; UPCR >100 mg/mmol @w52; CREAT >130 umol/L @w52     | not     | met
    censored creatinine, A or B            | UPCR 30 mg/mmol; CREAT 110 umol/L; UPCR 101 mg/mmol @w52; CREAT >131 umol/L @w52      | unknown | unknown
    """,
    everyone={"baseline": "PLT 120; C3 50; DSDNA 90", "week_52": "PLT 40"},
)


@RENAL_NEW.each
def test_renal_grade_at_the_visit(case: Case) -> None:
    assert case.answers == case.expected


# --- improvement: UPCR at or below 0.75 of the previous no longer counts as severe or as 50 and more

IMPROVED = Cases("""
    case                                     | baseline              | week_52                                | bicla_lab.bilag_improved | bicla_lab.no_new_a | bicla_lab.new_b
    B, improved at exactly 0.75              | UPCR 4; PLT 200       | UPCR 3; PLT 200                        | met     | met | met
    B, just over 0.75                        | UPCR 4; PLT 200       | UPCR 3.001; PLT 200                    | not     | met | met
    B, improved but still above 25           | UPCR 0.5; PLT 200     | UPCR 0.375; PLT 200                    | met     | met | met
    B, improved, yet creatinine B            | UPCR 4; CREAT 1.4; PLT 200 | UPCR 1; CREAT 1.62; PLT 200       | not     | met | met
    B, improved, yet creatinine deteriorates | UPCR 4; CREAT 1; PLT 200   | UPCR 1; CREAT 1.5; PLT 200        | not     | met | met
    B below 50 without improving by a fourth | UPCR 0.45; PLT 200    | UPCR 0.44; PLT 200                     | met     | met | met
    another assay, 50 and more               | UPCR 4 /A; PLT 200    | UPCR 1 /B; PLT 200                     | unknown | met | met
    another assay, under 50                  | UPCR 4 /A; PLT 200    | UPCR 0.3 /B; PLT 200                   | met     | met | met
    B to A                                   | UPCR 1; CREAT 1; PLT 200 | UPCR 2; CREAT 2; PLT 200            | not     | not | met
    platelets A to B                         | UPCR 0.1; PLT 24      | UPCR 0.1; PLT 25                       | met     | met | met
    platelets A to A                         | UPCR 0.1; PLT 10      | UPCR 0.1; PLT 24                       | not     | met | met
    platelets B to B                         | UPCR 0.1; PLT 30      | UPCR 0.1; PLT 49                       | not     | met | met
    platelets B to C                         | UPCR 0.1; PLT 30      | UPCR 0.1; PLT 50                       | met     | met | met
    platelets B to D                         | UPCR 0.1; PLT 30      | UPCR 0.1; PLT 150                      | met     | met | met
    platelets B to A                         | UPCR 0.1; PLT 30      | UPCR 0.1; PLT 24                       | not     | not | met
    one of two improved                      | UPCR 4; PLT 30        | UPCR 4; PLT 150                        | not     | met | met
    one new B is allowed                     | UPCR 4; PLT 50        | UPCR 0.1; PLT 49                       | met     | met | met
    censored platelets, not decided          | UPCR 0.1; PLT 30      | UPCR 0.1; PLT >45                      | unknown | met | met
    censored platelets, decided              | UPCR 0.1; PLT 30      | UPCR 0.1; PLT >50                      | met     | met | met
    censored baseline, decided               | UPCR 0.1; PLT <50     | UPCR 0.1; PLT 50                       | met     | met | met
    censored baseline, A or B to B           | UPCR 0.1; PLT <50     | UPCR 0.1; PLT 40                       | unknown | met | met
    platelets missing at the visit           | UPCR 0.1; PLT 30      | UPCR 0.1                               | unknown | unknown | met
    not improved decides over missing        | UPCR 4; PLT 30        | UPCR 4                                 | not     | unknown | met
    platelets of another assay grade too     | UPCR 0.1; PLT 30 /A   | UPCR 0.1; PLT 150 /B                   | met     | met | met
""")


@IMPROVED.each
def test_improvement_and_new_grades(case: Case) -> None:
    assert case.answers == case.expected
