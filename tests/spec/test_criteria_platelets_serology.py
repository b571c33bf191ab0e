"""CRITERIA 7: platelets_iwg with its IVIG mask; c3_, c4_ and dsdna_normalised."""

from __future__ import annotations

from tests.spec.cases import Case, Cases

PLATELETS = Cases("""
    case                          | baseline     | week_52      | platelets_iwg | platelets_iwg.platelets
    baseline at 100               | PLT 100      | PLT 200      | n/a  | no row
    baseline just below           | PLT 99.9     | PLT 200      | met  | met
    complete at 100               | PLT 60       | PLT 100      | met  | met
    just below 100, not doubled   | PLT 60       | PLT 99.9     | not  | not
    doubled at 30                 | PLT 15       | PLT 30       | met  | met
    doubled just below 30         | PLT 14       | PLT 29.9     | not  | not
    at 30, just not doubled       | PLT 15.1     | PLT 30       | not  | not
    exactly doubled               | PLT 30       | PLT 60       | met  | met
    just not doubled              | PLT 30       | PLT 59.9     | not  | not
    60 needs 100                  | PLT 60       | PLT 110      | met  | met
    per microlitre                | PLT 30000 /uL | PLT 60 K/uL | met  | met
    missing now                   | PLT 30       |              | open | unknown
    missing before                |              | PLT 100      | open | met
    missing before, 30 now        |              | PLT 30       | open | unknown
    missing before, under 30      |              | PLT 29       | open | not
    another assay, 100            | PLT 30 /A    | PLT 100 /B   | met  | met
    another assay, 60             | PLT 30 /A    | PLT 60 /B    | open | unknown
    another assay, 29             | PLT 10 /A    | PLT 29 /B    | not  | not
    censored before, applies      | PLT <50      | PLT 100      | met  | met
    censored before, doubled      | PLT <50      | PLT 99.99    | open | unknown
    censored before, open         | PLT <110     | PLT 150      | open | met
    censored before, surely n/a   | PLT >100     | PLT 150      | n/a  | no row
    censored now, complete        | PLT 30       | PLT >100     | met  | met
    censored now, doubled         | PLT 30       | PLT >60      | met  | met
    censored now, undecided       | PLT 30       | PLT >50      | open | unknown
    censored now, surely not      | PLT 30       | PLT <30      | not  | not
""")


@PLATELETS.each
def test_platelets_iwg(case: Case) -> None:
    assert case.answers == case.expected


MASK = Cases("""
    case                             | labs             | doses                          | platelets_iwg.no_ivig_mask | platelets_iwg
    no IVIG                          | PLT 120 @w52     | belimumab @0                   | met     | met
    28 days before the value         | PLT 120 @w52     | belimumab @0; ivig @336        | unknown | open
    29 days before                   | PLT 120 @w52     | belimumab @0; ivig @335        | met     | met
    on the day of the value          | PLT 120 @w52     | belimumab @0; ivig @364        | unknown | open
    the day after                    | PLT 120 @w52     | belimumab @0; ivig @365        | met     | met
    planned only                     | PLT 120 @w52     | belimumab @0; ivig planned @350 | met    | met
    held                             | PLT 120 @w52     | belimumab @0; ivig held @350   | met     | met
    counted from the value           | PLT 120 @w52-20  | belimumab @0; ivig @350        | met     | met
    masked, but not a response       | PLT 20 @w52      | belimumab @0; ivig @350        | unknown | not
    the course is IVIG               | PLT 120 @w52     | ivig @0; ivig @350             | met     | met
    no value                         |                  | belimumab @0                   | unknown | open
    no value, IVIG                   |                  | belimumab @0; ivig @350        | unknown | open
    IVIG before the course           | PLT 120 @w52     | belimumab @0; ivig @-10        | met     | met
""", everyone={"baseline": "PLT 30"})  # fmt: skip


@MASK.each
def test_a_platelet_rise_is_not_credited_for_28_days_after_ivig(case: Case) -> None:
    assert case.answers == case.expected


COMPLEMENT = Cases("""
    case                       | baseline            | week_52            | c3_normalised | c4_normalised
    at the lower limits        | C3 89.9; C4 9.9     | C3 90; C4 10       | met  | met
    just below                 | C3 60; C4 5         | C3 89.9; C4 9.99   | not  | not
    baseline at the limit      | C3 90; C4 10        | C3 60; C4 5        | n/a  | n/a
    above the upper limit      | C3 60; C4 5         | C3 190; C4 50      | met  | met
    missing now                | C3 60; C4 5         |                    | open | open
    missing before             |                     | C3 100; C4 20      | open | open
    own limits at baseline     | C3 85 [80-]; C4 9 [8-] | C3 85; C4 9     | n/a  | n/a
    own limits at the visit    | C3 60; C4 5         | C3 85 [80-]; C4 9 [8-] | met | met
    each by its own limit      | C3 95 [100-]; C4 12 [14-] | C3 95; C4 12  | met  | met
    another assay counts       | C3 60 /A; C4 5 /A   | C3 95 /B; C4 12 /B | met  | met
    in grams per litre         | C3 0.6 g/L; C4 0.05 g/L | C3 0.9 g/L; C4 0.1 g/L | met | met
    censored now, decided      | C3 60; C4 5         | C3 >90; C4 <10     | met  | not
    censored now, undecided    | C3 60; C4 5         | C3 >80; C4 <11     | open | open
    censored before, decided   | C3 <90; C4 >10      | C3 95; C4 12       | met  | n/a
    censored before, undecided | C3 <95; C4 >9       | C3 95; C4 12       | open | open
    rounded to six digits      | C3 60; C4 5         | C3 89.99996; C4 9.9999996 | met | met
""")


@COMPLEMENT.each
def test_complement_normalised(case: Case) -> None:
    assert case.answers == case.expected


DNA = Cases("""
    case                           | baseline              | week_52                | dsdna_normalised | dsdna_normalised.dsdna
    at the upper limit             | DSDNA 90              | DSDNA 30               | met  | met
    just above                     | DSDNA 90              | DSDNA 30.1             | not  | not
    baseline at the limit          | DSDNA 30              | DSDNA 10               | n/a  | no row
    baseline just above            | DSDNA 30.1            | DSDNA 10               | met  | met
    missing now                    | DSDNA 90              |                        | open | unknown
    missing before                 |                       | DSDNA 10               | open | unknown
    own limit                      | DSDNA 20 [-10]        | DSDNA 10 [-10]         | met  | met
    own limit at the visit only    | DSDNA 90              | DSDNA 12 [-10]         | not  | not
    another assay, inside          | DSDNA 90 /A           | DSDNA 10 /B            | open | unknown
    another assay, above           | DSDNA 90 /A           | DSDNA 90 /B            | open | unknown
    another unit                   | DSDNA 90              | DSDNA 10 U/mL [-20]    | open | unknown
    kIU/L is the same series       | DSDNA 90              | DSDNA 10 kIU/L         | met  | met
    its own unit throughout        | DSDNA 90 U/mL [-20]   | DSDNA 20 U/mL [-20]    | met  | met
    its own unit, no limit         | DSDNA 90 U/mL         | DSDNA 20 U/mL          | open | unknown
    censored now, inside           | DSDNA 90              | DSDNA <30              | met  | met
    censored now, undecided        | DSDNA 90              | DSDNA <31              | open | unknown
    censored now, above            | DSDNA 90              | DSDNA >30              | not  | not
    censored before, above         | DSDNA >300            | DSDNA 30               | met  | met
    censored before, undecided     | DSDNA <50             | DSDNA 30               | open | met
    words                          | DSDNA positive        | DSDNA negative         | met  | met
    words, still positive          | DSDNA positive        | DSDNA positive         | not  | not
    words, trace                   | DSDNA positive        | DSDNA trace            | open | unknown
    words, negative before         | DSDNA negative        | DSDNA negative         | n/a  | no row
    words, trace before            | DSDNA trace           | DSDNA negative         | open | met
    titres                         | DSDNA 1:160           | DSDNA 1:5              | met  | met
    titres, positive from 1:10     | DSDNA 1:160           | DSDNA 1:10             | not  | not
    titres with a limit            | DSDNA 1:160 [-10]     | DSDNA 1:10 [-10]       | met  | met
    a titre after a number         | DSDNA 90              | DSDNA 1:5              | open | unknown
    a word of the same assay       | DSDNA 90 /A           | DSDNA negative /A      | met  | met
""")


@DNA.each
def test_anti_dsdna_normalised_on_the_same_assay(case: Case) -> None:
    assert case.answers == case.expected
