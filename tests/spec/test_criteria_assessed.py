"""CRITERIA 7: SRI-k, BICLA, LLDAS and DORIS from assessments. The twelve cases of CRITERIA 9: test_truth_table."""

from __future__ import annotations

import pytest

from tests.spec.cases import ITEMS, SYSTEMS, Case, Cases, analyze, assessment, doses, on

# --- SRI-k: entry and drop for every k

K = (4, 5, 6, 7, 8)


@pytest.mark.parametrize("k", K)
def test_sri_k_needs_k_points_at_baseline_and_a_drop_of_k(k: int) -> None:
    pairs = [(k - 1, 0, "n/a"), (k, 0, "met"), (k, 1, "not"), (20, 20 - k, "met"), (20, 21 - k, "not"), (20, 0, "met")]
    rows = []
    for at, (before, after, _) in enumerate(pairs):
        rows += [assessment(f"{before}, pga 1 @-7", f"P{at}"), assessment(f"{after}, pga 1 @w52", f"P{at}")]
    given = [row for at in range(len(pairs)) for row in doses("belimumab @0", f"P{at}")]
    responses = analyze((), given, rows, as_of=on("w52+9")).responses.query(f"week == '52' and criterion == 'sri_{k}'")
    words = {"met": "met", "not_met": "not", "not_applicable": "n/a"}
    assert [words[v] for v in responses.verdict] == [expected for _, _, expected in pairs]


SRI = Cases("""
    case                                | at_baseline                     | at_week_52                        | sri_4 | sri_4.sledai_drop | sri_4.pga_increase | sri_4.no_new_a | sri_4.new_b
    no baseline                         |                                 | 2, pga 1                          | open  | unknown | unknown | met     | met
    no visit                            | 10, pga 1                       |                                   | open  | unknown | unknown | unknown | unknown
    SLEDAI missing at baseline          | pga 1                           | 2, pga 1                          | open  | unknown | met     | met     | met
    SLEDAI missing at the visit         | 10, pga 1                       | pga 1                             | open  | unknown | met     | met     | met
    PGA missing at baseline             | 10                              | 2, pga 1                          | open  | met     | unknown | met     | met
    PGA missing at the visit            | 10, pga 1                       | 2                                 | open  | met     | unknown | met     | met
    PGA missing at baseline, low now    | 10                              | 2, pga 0.29                       | open  | met     | unknown | met     | met
    PGA missing at baseline, 0.3 now    | 10                              | 2, pga 0.3                        | open  | met     | unknown | met     | met
    PGA missing, drop decides           | 10                              | 7, pga 1                          | not   | not     | unknown | met     | met
    PGA +0.29                           | 10, pga 1.0                     | 2, pga 1.29                       | met   | met     | met     | met     | met
    PGA +0.30                           | 10, pga 1.0                     | 2, pga 1.3                        | not   | met     | not     | met     | met
    PGA +0.30, where floats fall short  | 10, pga 0.9                     | 2, pga 1.2                        | not   | met     | not     | met     | met
    PGA +0.296 rounds to 0.30           | 10, pga 1.0                     | 2, pga 1.296                      | not   | met     | not     | met     | met
    PGA +0.294 rounds to 0.29           | 10, pga 1.0                     | 2, pga 1.294                      | met   | met     | met     | met     | met
    PGA better                          | 10, pga 1.8                     | 2, pga 0.2                        | met   | met     | met     | met     | met
    PGA 0 to 10, +0.9 of 10 is 0.27     | 10, pga 4, max 10               | 2, pga 4.9, max 10                | met   | met     | met     | met     | met
    PGA 0 to 10, +1.0 of 10 is 0.30     | 10, pga 4, max 10               | 2, pga 5, max 10                  | not   | met     | not     | met     | met
    PGA 0 to 100, +9 is 0.27            | 10, pga 40, max 100             | 2, pga 49, max 100                | met   | met     | met     | met     | met
    PGA 0 to 100, +10 is 0.30           | 10, pga 40, max 100             | 2, pga 50, max 100                | not   | met     | not     | met     | met
    PGA on two scales                   | 10, pga 1.5                     | 2, pga 50, max 100                | met   | met     | met     | met     | met
    one new B                           | 10, pga 1                       | 2, pga 1, MSK B                   | met   | met     | met     | met     | met
    two new B                           | 10, pga 1                       | 2, pga 1, MSK B, MUC B            | not   | met     | met     | met     | not
    a new B from C                      | 10, pga 1, MSK C, MUC C         | 2, pga 1, MSK B, MUC B            | not   | met     | met     | met     | not
    a new B from E                      | 10, pga 1, MSK E, MUC E         | 2, pga 1, MSK B, MUC B            | not   | met     | met     | met     | not
    A to B is not new                   | 10, pga 1, MSK A, MUC A         | 2, pga 1, MSK B, MUC B            | met   | met     | met     | met     | met
    B to B is not new                   | 10, pga 1, MSK B, MUC B         | 2, pga 1, MSK B, MUC B            | met   | met     | met     | met     | met
    a new A from B                      | 10, pga 1, MSK B                | 2, pga 1, MSK A                   | not   | met     | met     | not     | met
    a new A from D                      | 10, pga 1                       | 2, pga 1, HAEM A                  | not   | met     | met     | not     | met
    A to A is not new                   | 10, pga 1, MSK A                | 2, pga 1, MSK A                   | met   | met     | met     | met     | met
    ungraded now                        | 10, pga 1                       | 2, pga 1, MSK -                   | open  | met     | met     | unknown | met
    two ungraded now                    | 10, pga 1                       | 2, pga 1, MSK -, MUC -            | open  | met     | met     | unknown | unknown
    one ungraded, one new B             | 10, pga 1                       | 2, pga 1, MSK -, MUC B            | open  | met     | met     | unknown | unknown
    ungraded, but A at baseline         | 10, pga 1, MSK A, MUC A         | 2, pga 1, MSK -, MUC -            | met   | met     | met     | met     | met
    ungraded at baseline, D now         | 10, pga 1, MSK -, MUC -         | 2, pga 1                          | met   | met     | met     | met     | met
    ungraded at baseline, A now         | 10, pga 1, MSK -                | 2, pga 1, MSK A                   | open  | met     | met     | unknown | met
    ungraded at baseline, two B now     | 10, pga 1, MSK -, MUC -         | 2, pga 1, MSK B, MUC B            | open  | met     | met     | met     | unknown
    ungraded, a new A decides           | 10, pga 1                       | 2, pga 1, MSK -, MUC A            | not   | met     | met     | not     | met
    no grades at all                    | 10, pga 1, ungraded             | 2, pga 1, ungraded                | open  | met     | met     | unknown | unknown
""")


@SRI.each
def test_sri_4(case: Case) -> None:
    assert case.answers == case.expected


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_of_the_nine_systems_can_be_new_a(system: str) -> None:
    rows = [assessment("10, pga 1 @-7"), assessment(f"2, pga 1, {system} A @w52")]
    evidence = analyze((), doses("belimumab @0"), rows, as_of=on("w52+9")).evidence.query("week == '52'")
    assert (evidence[evidence.check == "no_new_a"].query("criterion == 'sri_4'").verdict == "not_met").all()


# --- BICLA

BICLA_CASES = """
    case                            | at_baseline             | at_week_52               | bicla | bicla.bilag_improved | bicla.sledai_not_worse
    one B suffices                  | 4, pga 1, MSK B         | 4, pga 1, MSK C          | met  | met     | met
    no A or B                       | 4, pga 1, MSK C         | 0, pga 0                 | n/a  | no row  | no row
    A to B                          | 4, pga 1, MSK A         | 4, pga 1, MSK B          | met  | met     | met
    A to C                          | 4, pga 1, MSK A         | 4, pga 1, MSK C          | met  | met     | met
    A to D                          | 4, pga 1, MSK A         | 4, pga 1, MSK D          | met  | met     | met
    A to A                          | 4, pga 1, MSK A         | 4, pga 1, MSK A          | not  | not     | met
    B to D                          | 4, pga 1, MSK B         | 4, pga 1, MSK D          | met  | met     | met
    B to B                          | 4, pga 1, MSK B         | 4, pga 1, MSK B          | not  | not     | met
    B to A                          | 4, pga 1, MSK B         | 4, pga 1, MSK A          | not  | not     | met
    every A and B                   | 4, pga 1, MSK A, MUC B  | 4, pga 1, MSK C, MUC B   | not  | not     | met
    SLEDAI one up                   | 4, pga 1, MSK B         | 5, pga 1, MSK C          | not  | met     | not
    SLEDAI missing at baseline      | pga 1, MSK B            | 5, pga 1, MSK C          | open | met     | unknown
    SLEDAI missing at baseline, 0   | pga 1, MSK B            | 0, pga 1, MSK C          | open | met     | unknown
    no baseline grades              | 4, pga 1, ungraded      | 4, pga 1                 | open | met     | met
    ungraded baseline beside a B    | 4, pga 1, MSK -, MUC B  | 4, pga 1, MUC C          | met  | met     | met
    ungraded now                    | 4, pga 1, MSK B         | 4, pga 1, MSK -          | open | unknown | met
    ungraded now, another failed    | 4, pga 1, MSK B, MUC B  | 4, pga 1, MSK -, MUC B   | not  | not     | met
    ungraded where D was            | 4, pga 1, MSK B         | 4, pga 1, MSK C, MUC -   | open | met     | met
    one ungraded, rest D, entry open| 4, pga 1, MSK -         | 4, pga 1                 | open | met     | met
    one new B is allowed            | 4, pga 1, MSK B         | 4, pga 1, MSK C, MUC B   | met  | met     | met
    two new B                       | 4, pga 1, MSK B         | 4, pga 1, MSK C, MUC B, GI B | not | met  | met
    no visit                        | 4, pga 1, MSK B         |                          | open | unknown | unknown
"""
BICLA = Cases(BICLA_CASES)


@BICLA.each
def test_bicla(case: Case) -> None:
    assert case.answers == case.expected


EPROVIDE_CASES = """
    case                | at_baseline       | at_week_52         | bicla.pga_increase | sri_4.pga_increase
    PGA +0.29           | 4, pga 1, MSK B   | 0, pga 1.29, MSK C | met | met
    PGA +0.30           | 4, pga 1, MSK B   | 0, pga 1.30, MSK C | met | not
    PGA +0.304 is 0.30  | 4, pga 1, MSK B   | 0, pga 1.304, MSK C| met | not
    PGA +0.31           | 4, pga 1, MSK B   | 0, pga 1.31, MSK C | not | not
"""
EPROVIDE = Cases(EPROVIDE_CASES, bicla="eprovide")


@EPROVIDE.each
def test_under_eprovide_bicla_allows_a_pga_increase_of_exactly_03_and_sri_does_not(case: Case) -> None:
    assert case.answers == case.expected


# --- treatment failure: yes in any assessment after the first infusion's day up to the visit's, or rescue

FAILURE = Cases("""
    case                              | assessments                                                         | more_doses    | sri_4.no_treatment_failure
    none recorded                     | 10, pga 1 @-7; 2, pga 1 @w52                                        |               | met
    said no                           | 10, pga 1 @-7; 2, pga 1, failure no @w52                            |               | met
    at the visit                      | 10, pga 1 @-7; 2, pga 1, failure yes @w52                           |               | not
    discontinued at the visit         | 10, pga 1 @-7; 2, pga 1, discontinued yes @w52                      |               | not
    in between                        | 10, pga 1 @-7; 4, failure yes @100; 2, pga 1, failure no @w52       |               | not
    on the day after the infusion     | 10, pga 1 @-7; 4, failure yes @1; 2, pga 1 @w52                     |               | not
    on the day of the infusion        | 10, pga 1, failure yes @0; 2, pga 1 @w52                            |               | met
    before the course                 | 10, pga 1, failure yes @-7; 2, pga 1 @w52                           |               | met
    after the visit                   | 10, pga 1 @-7; 2, pga 1 @w52-3; 4, failure yes @w52+9               |               | met
    visit late in its window          | 10, pga 1 @-7; 4, failure yes @w52+20; 2, pga 1 @w52+9              |               | met
    between target and a late visit   | 10, pga 1 @-7; 4, failure yes @w52+15; 2, pga 1 @w52-16; 2 @w52+14  |               | met
    no visit, no yes                  | 10, pga 1 @-7; 4 @100                                               |               | unknown
    no visit, a yes before            | 10, pga 1 @-7; 4, failure yes @100                                  |               | not
    no visit, a yes after the target  | 10, pga 1 @-7; 4, failure yes @w52+29                               |               | unknown
    rescue                            | 10, pga 1 @-7; 2, pga 1 @w52                                        | rituximab @50 | not
    rescue, no visit                  | 10, pga 1 @-7                                                       | rituximab @50 | not
    rescue up to a late visit         | 10, pga 1 @-7; 2, pga 1 @w52+9                                      | rituximab @373 | not
    rescue the day after that visit   | 10, pga 1 @-7; 2, pga 1 @w52+9                                      | rituximab @374 | met
    rescue up to target, early visit  | 10, pga 1 @-7; 2, pga 1 @w52-9                                      | rituximab @364 | not
    steroid pulse of unknown dose     | 10, pga 1 @-7; 2, pga 1 @w52                                        | methylprednisolone @50 | unknown
""")


@FAILURE.each
def test_no_treatment_failure(case: Case) -> None:
    assert case.answers == case.expected


# --- which assessment

WHICH = Cases("""
    case                            | assessments                                          | sri_4.sledai_drop.baseline_value | sri_4.sledai_drop.value | sri_4.sledai_drop.value_at
    baseline on day -90             | 10 @-90; 2 @w52                                      | 10   | 2    | 364
    baseline on day -91             | 10 @-91; 2 @w52                                      | none | 2    | 364
    the last baseline               | 10 @-9; 12 @-3; 2 @w52                               | 12   | 2    | 364
    the day of the infusion         | 10 @-9; 12 @0; 2 @w52                                | 12   | 2    | 364
    that day, after the infusion    | 10 @-9; 12 @0T18:00; 2 @w52                          | 12   | 2    | 364
    the day after is no baseline    | 12 @1; 2 @w52                                        | none | 2    | 364
    first day of the visit          | 10 @-9; 2 @w52-28                                    | 10   | 2    | 336
    the day before                  | 10 @-9; 2 @w52-29                                    | 10   | none | none
    last day of the visit           | 10 @-9; 2 @w52+28                                    | 10   | 2    | 392
    the day after it                | 10 @-9; 2 @w52+29                                    | 10   | none | none
    nearest                         | 10 @-9; 2 @w52-3; 3 @w52+4                           | 10   | 2    | 361
    tie to the later                | 10 @-9; 3 @w52+4; 2 @w52-4                           | 10   | 3    | 368
    several that day: the last      | 10 @-9; 3 @w52T15:00; 2 @w52T09:00; 4 @w52           | 10   | 3    | 364
    no field from another           | 10 @-9; 2 @w52-3; pga 1 @w52                         | 10   | none | none
    no field from another baseline  | 10 @-9; pga 1 @-3; 2 @w52                            | none | 2    | 364
""", everyone={"doses": "belimumab @0T10:00"})  # fmt: skip


@WHICH.each
def test_which_assessment_is_the_baseline_and_which_the_visit(case: Case) -> None:
    wanted = {name: value for name, value in case.expected.items() if not (name.endswith("_at") and value == "none")}
    assert {name: case.answers[name] for name in wanted} == wanted


LATEST = Cases("""
    case                       | as_of | assessments              | sri_4.sledai_drop.value@latest | sri_4.sledai_drop.value_at@latest
    56 days back               | 200   | 10 @-9; 2 @144           | 2    | 144
    57 days back               | 200   | 10 @-9; 2 @143           | none | none
    the last                   | 200   | 10 @-9; 2 @199; 3 @150   | 2    | 199
    as_of                      | 200   | 10 @-9; 2 @200           | 2    | 200
    after as_of                | 200   | 10 @-9; 3 @150; 2 @201   | 3    | 150
    not the day of the infusion| 20    | 10 @-9; 12 @0            | none | none
    the day after              | 20    | 10 @-9; 12 @1            | 12   | 1
""")


@LATEST.each
def test_latest_assessment_is_the_last_in_56_days(case: Case) -> None:
    assert case.answers == case.expected


# --- LLDAS

LLDAS = Cases("""
    case                              | assessments                                                                       | lldas | lldas.sledai_2k | lldas.no_major_organ | lldas.no_new_activity | lldas.pga | lldas.prednisone
    all at their limits               | 6, no items, rash yes @100; 4, pga 1, prednisone 7.5, no items, rash yes @w52     | met  | met | met | met | met | met
    SLEDAI 5                          | 6, no items, rash yes @100; 5, pga 1, prednisone 7.5, no items, rash yes @w52     | not  | not | met | met | met | met
    PGA 1.01                          | 6, no items, rash yes @100; 4, pga 1.01, prednisone 7.5, no items, rash yes @w52  | not  | met | met | met | not | met
    PGA 3.3 of 10 is 0.99             | 6, no items, rash yes @100; 4, pga 3.3, max 10, prednisone 7.5, no items, rash yes @w52 | met | met | met | met | met | met
    PGA 3.4 of 10 is 1.02             | 6, no items, rash yes @100; 4, pga 3.4, max 10, prednisone 7.5, no items, rash yes @w52 | not | met | met | met | not | met
    prednisone 7.6                    | 6, no items, rash yes @100; 4, pga 1, prednisone 7.6, no items, rash yes @w52     | not  | met | met | met | met | not
    SLEDAI missing                    | 6, no items @100; pga 1, prednisone 7.5, no items @w52                            | open | unknown | met | met | met | met
    PGA missing                       | 6, no items @100; 4, prednisone 7.5, no items @w52                                | open | met | met | met | unknown | met
    prednisone missing                | 6, no items @100; 4, pga 1, no items @w52                                         | open | met | met | met | met | unknown
    proteinuria                       | 6, no items, proteinuria yes @100; 4, pga 1, prednisone 5, no items, proteinuria yes @w52 | not | met | not | met | met | met
    serology only                     | 6, no items, increased_dna_binding yes @100; 2, pga 1, prednisone 5, no items, increased_dna_binding yes @w52 | met | met | met | met | met | met
    a new item                        | 6, no items @100; 2, pga 1, prednisone 5, no items, rash yes @w52                 | not  | met | met | not | met | met
    new since baseline, not before    | 6, no items @-7; 6, no items, rash yes @300; 2, pga 1, prednisone 5, no items, rash yes @w52 | met | met | met | met | met | met
    gone last time, back again        | 6, no items, rash yes @-7; 4, no items @300; 2, pga 1, prednisone 5, no items, rash yes @w52 | not | met | met | not | met | met
    previous unknown, now true        | 6, no items, rash - @300; 2, pga 1, prednisone 5, no items, rash yes @w52         | open | met | met | unknown | met | met
    previous unknown, now false       | 6, no items, rash - @300; 2, pga 1, prednisone 5, no items @w52                   | met  | met | met | met | met | met
    now unknown, true before          | 6, no items, rash yes @300; 2, pga 1, prednisone 5, no items, rash - @w52         | met  | met | met | met | met | met
    now unknown, false before         | 6, no items @300; 2, pga 1, prednisone 5, no items, rash - @w52                   | open | met | met | unknown | met | met
    a major item unknown              | 6, no items @300; 2, pga 1, prednisone 5, no items, casts - @w52                  | open | met | unknown | unknown | met | met
    a major item unknown, one true    | 6, no items, casts -, fever yes @300; 1, pga 1, prednisone 5, no items, casts -, fever yes @w52 | not | met | not | unknown | met | met
    no items at all                   | 6 @300; 2, pga 1, prednisone 5 @w52                                               | open | met | unknown | unknown | met | met
    a total of 0 makes them false     | 6 @300; 0, pga 1, prednisone 5 @w52                                               | met  | met | met | met | met | met
    a total of 0 before               | 0 @300; 2, pga 1, prednisone 5, no items, rash yes @w52                           | not  | met | met | not | met | met
    no previous, nothing now          | 0, pga 1, prednisone 5 @w52                                                       | met  | met | met | met | met | met
    no visit                          | 6, no items @100                                                                  | open | unknown | unknown | unknown | unknown | unknown
""")


@LLDAS.each
def test_lldas(case: Case) -> None:
    assert case.answers == case.expected


MAJOR = (
    "casts haematuria proteinuria pyuria seizure psychosis organic_brain visual cranial_nerve headache cva pleurisy "
    "pericarditis vasculitis fever"
)


def test_major_organs_are_renal_cns_cardiopulmonary_vasculitis_and_fever_and_no_other_item() -> None:
    rows = [assessment(f"4, no items, {item} yes @w52", item) for item in ITEMS]
    given = [row for item in ITEMS for row in doses("belimumab @0", item)]
    evidence = analyze((), given, rows, as_of=on("w52+9")).evidence
    evidence = evidence.query("week == '52' and check == 'no_major_organ'")
    assert set(evidence[evidence.verdict == "not_met"].patient_id) == set(MAJOR.split())
    assert set(evidence.verdict) == {"met", "not_met"} and len(evidence) == 24


# --- DORIS

DORIS = Cases("""
    case                              | at_week_52                                                                  | labs              | doris | doris.clinical_sledai | doris.pga | doris.prednisone
    all at their limits               | 0, pga 0.49, prednisone 5                                                   |                   | met  | met | met | met
    PGA 0.5                           | 0, pga 0.5, prednisone 5                                                    |                   | not  | met | not | met
    PGA 0.499999                      | 0, pga 0.499999, prednisone 5                                               |                   | met  | met | met | met
    PGA 1.7 of 10 is 0.51             | 0, pga 1.7, max 10, prednisone 5                                            |                   | not  | met | not | met
    PGA 1.6 of 10 is 0.48             | 0, pga 1.6, max 10, prednisone 5                                            |                   | met  | met | met | met
    prednisone 5.1                    | 0, pga 0.4, prednisone 5.1                                                  |                   | not  | met | met | not
    clinical 1                        | 1, pga 0.4, prednisone 5, low_complement no, increased_dna_binding no       |                   | not  | not | met | met
    serology only                     | 4, pga 0.4, prednisone 5, low_complement yes, increased_dna_binding yes     |                   | met  | met | met | met
    one item more than serology       | 5, pga 0.4, prednisone 5, low_complement yes, increased_dna_binding yes     |                   | not  | not | met | met
    only complement                   | 2, pga 0.4, prednisone 5, low_complement yes, increased_dna_binding no      |                   | met  | met | met | met
    items unknown, 2 points           | 2, pga 0.4, prednisone 5                                                    |                   | open | unknown | met | met
    items unknown, 3 points           | 3, pga 0.4, prednisone 5                                                    |                   | open | unknown | met | met
    items unknown, 5 points           | 5, pga 0.4, prednisone 5                                                    |                   | not  | not | met | met
    never below 0                     | 1, pga 0.4, prednisone 5, low_complement yes, increased_dna_binding no      |                   | met  | met | met | met
    a total of 0 needs no item        | 0, pga 0.4, prednisone 5                                                    | C3 50 @w52        | met  | met | met | met
    from the labs                     | 4, pga 0.4, prednisone 5                                                    | C3 50 @w52; DSDNA 90 @w52 | met | met | met | met
    from the labs, neither            | 4, pga 0.4, prednisone 5                                                    | C3 120 @w52; C4 20 @w52; DSDNA 9 @w52 | not | not | met | met
    labs 30 days before               | 4, pga 0.4, prednisone 5                                                    | C3 50 @w52-30; DSDNA 90 @w52-30 | met | met | met | met
    labs 31 days before               | 4, pga 0.4, prednisone 5                                                    | C3 50 @w52-31; DSDNA 90 @w52-31 | open | unknown | met | met
    labs the day after                | 4, pga 0.4, prednisone 5                                                    | C3 50 @w52+1; DSDNA 90 @w52+1 | open | unknown | met | met
    the assessment before the labs    | 2, pga 0.4, prednisone 5, low_complement no, increased_dna_binding no       | C3 50 @w52; DSDNA 90 @w52 | not | not | met | met
    one item from each                | 4, pga 0.4, prednisone 5, low_complement yes                                | DSDNA 90 @w52     | met  | met | met | met
    SLEDAI missing                    | pga 0.4, prednisone 5                                                       |                   | open | unknown | met | met
    PGA missing                       | 0, prednisone 5                                                             |                   | open | met | unknown | met
    prednisone missing                | 0, pga 0.4                                                                  |                   | open | met | met | unknown
    missing, but another check fails  | 0, pga 0.5                                                                  |                   | not  | met | not | unknown
    no visit                          |                                                                             |                   | open | unknown | unknown | unknown
""")


@DORIS.each
def test_doris(case: Case) -> None:
    assert case.answers == case.expected


def test_the_clinical_sledai_shown_is_never_below_0() -> None:
    rows = [assessment("1, pga 0.4, prednisone 5, low_complement yes, increased_dna_binding yes @w52")]
    evidence = analyze((), doses("belimumab @0"), rows, as_of=on("w52+9")).evidence.query("week == '52'")
    assert evidence.query("check == 'clinical_sledai'").value.tolist() == [0]
