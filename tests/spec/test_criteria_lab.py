"""CRITERIA 7: sri_lab and bicla_lab, `no_worsening` and `rescue`. Points, grades and assays: test_scores, test_bilag_lab."""

from __future__ import annotations

from tests.spec.cases import Case, Cases

FINE = "C3 120; C4 20; DSDNA 9; UPCR 0.1; PLT 200"

WHOLE = Cases("""
    case                               | baseline                                          | week_52                                         | more_doses          | sri_lab | bicla_lab
    everything better                  | C3 50; C4 5; DSDNA 90; UPCR 2; PLT 40             | C3 120; C4 20; DSDNA 9; UPCR 0.1; PLT 200       |                     | met  | met
    4 points are enough                | C3 50; C4 5; DSDNA 90; UPCR 2; PLT 200            | C3 120; C4 20; DSDNA 9; UPCR 1.5; PLT 200       |                     | met  | met
    3 points are not                   | C3 50; C4 5; DSDNA 9; UPCR 2; PLT 40              | C3 120; C4 20; DSDNA 9; UPCR 1.5; PLT 200       |                     | not  | met
    bicla_lab needs no drop            | C3 50; C4 5; DSDNA 90; UPCR 2; PLT 200            | C3 50; C4 5; DSDNA 90; UPCR 1.5; PLT 200        |                     | not  | met
    bicla_lab: a B not improved        | C3 50; C4 5; DSDNA 90; UPCR 2; PLT 200            | C3 120; C4 20; DSDNA 9; UPCR 1.51; PLT 200      |                     | met  | not
    bicla_lab: score up                | C3 120; C4 20; DSDNA 9; UPCR 2; PLT 200           | C3 89; C4 20; DSDNA 9; UPCR 1; PLT 200          |                     | not  | not
    new A                              | C3 50; C4 5; DSDNA 90; UPCR 2; PLT 40             | C3 120; C4 20; DSDNA 9; UPCR 0.1; PLT 24        |                     | not  | not
    rescue                             | C3 50; C4 5; DSDNA 90; UPCR 2; PLT 40             | C3 120; C4 20; DSDNA 9; UPCR 0.1; PLT 200       | rituximab 1 g @200  | not  | not
    something worse                    | C3 50; C4 12; DSDNA 90; UPCR 2; PLT 40            | C3 120; C4 6; DSDNA 9; UPCR 0.1; PLT 200        |                     | not  | not
    no points, no grade                | C3 120; C4 20; DSDNA 9; UPCR 0.1; PLT 200         | C3 120; C4 20; DSDNA 9; UPCR 0.1; PLT 200       |                     | n/a  | n/a
    applies to one of the two          | C3 50; C4 5; DSDNA 90; UPCR 0.1; PLT 200          | C3 120; C4 20; DSDNA 9; UPCR 0.1; PLT 200       |                     | met  | n/a
    C3 missing at the visit            | C3 50; C4 5; DSDNA 90; UPCR 2; PLT 40             | C4 20; DSDNA 9; UPCR 0.1; PLT 200               |                     | open | open
    C4 missing at the visit            | C3 50; C4 5; DSDNA 90; UPCR 2; PLT 40             | C3 120; DSDNA 9; UPCR 0.1; PLT 200              |                     | open | open
    dsDNA missing at the visit         | C3 50; C4 5; DSDNA 90; UPCR 2; PLT 40             | C3 120; C4 20; UPCR 0.1; PLT 200                |                     | open | open
    UPCR missing at the visit          | C3 50; C4 5; DSDNA 90; UPCR 2; PLT 40             | C3 120; C4 20; DSDNA 9; PLT 200                 |                     | open | open
    platelets missing at the visit     | C3 50; C4 5; DSDNA 90; UPCR 2; PLT 40             | C3 120; C4 20; DSDNA 9; UPCR 0.1                |                     | open | open
    missing, but another check decides | C3 50; C4 5; DSDNA 90; UPCR 2; PLT 40             | C4 20; DSDNA 9; UPCR 0.1; PLT 20                |                     | not  | not
    creatinine is not needed           | C3 50; C4 5; DSDNA 90; UPCR 2; PLT 40; CREAT 1    | C3 120; C4 20; DSDNA 9; UPCR 0.1; PLT 200       |                     | met  | met
    CH50 low keeps the points          | C3 50; C4 5; DSDNA 9; UPCR 2; PLT 200             | C3 120; C4 20; CH50 20; DSDNA 9; UPCR 0.1; PLT 200 |                  | met  | met
""")


@WHOLE.each
def test_sri_lab_and_bicla_lab(case: Case) -> None:
    assert case.answers == case.expected


# --- no_worsening: beyond the reference change for the worse *and* outside the limit. Reference changes of CRITERIA 4:
# C3 -14.9 %, C4 -24.1 %, DSDNA +108.8 %, UPCR +159.3 %, PLT -20.0 %. All other results are fine in everyone.

WORSE = Cases(
    """
    case                                  | baseline      | visit                | sri_lab.no_worsening
    C3 beyond and low                     | C3 100        | C3 85                | not
    C3 not beyond, low                    | C3 100        | C3 85.2              | met
    C3 beyond, at its lower limit         | C3 120        | C3 90                | met
    C3 beyond, just below the limit       | C3 120        | C3 89.9              | not
    C3 low from before                    | C3 50         | C3 45                | met
    C3 low and lower                      | C3 50         | C3 42                | not
    C3 better                             | C3 50         | C3 80                | met
    C3 by its own limit                   | C3 120        | C3 85 [80-160]       | met
    C3 missing at the visit               | C3 100        | -C3                  | unknown
    C3 missing at baseline, low           | -C3           | C3 80                | unknown
    C3 missing at baseline, not low       | -C3           | C3 90                | met
    C3 of another assay, low              | C3 100 /A     | C3 50 /B             | unknown
    C3 of another assay, not low          | C3 100 /A     | C3 90 /B             | met
    C3 censored, surely worse             | C3 100        | C3 <80               | not
    C3 censored, perhaps worse            | C3 100        | C3 <89               | unknown
    C3 censored, surely not low           | C3 200        | C3 >90               | met
    C4 beyond and low                     | C4 10         | C4 7.5               | not
    C4 not beyond, low                    | C4 10         | C4 7.7               | met
    C4 beyond, at its lower limit         | C4 20         | C4 10                | met
    C4 missing at the visit               | C4 10         | -C4                  | unknown
    dsDNA beyond and high                 | DSDNA 100     | DSDNA 209            | not
    dsDNA not beyond, high                | DSDNA 100     | DSDNA 208            | met
    dsDNA beyond, at its limit            | DSDNA 10      | DSDNA 30             | met
    dsDNA beyond, just above              | DSDNA 10      | DSDNA 30.1           | not
    dsDNA missing at the visit            | DSDNA 10      | -DSDNA               | unknown
    dsDNA from 0, high                    | DSDNA 0       | DSDNA 31             | not
    dsDNA censored before, high           | DSDNA <10     | DSDNA 31             | not
    dsDNA censored before, perhaps beyond | DSDNA <20     | DSDNA 31             | unknown
    dsDNA two dilutions up                | DSDNA 1:40    | DSDNA 1:160          | not
    dsDNA one dilution up                 | DSDNA 1:40    | DSDNA 1:80           | met
    dsDNA two dilutions, inside           | DSDNA 1:2     | DSDNA 1:8            | met
    dsDNA turned positive                 | DSDNA negative | DSDNA positive      | unknown
    dsDNA turned negative                 | DSDNA positive | DSDNA negative      | met
    dsDNA trace                           | DSDNA 10      | DSDNA trace          | unknown
    dsDNA of another assay, high          | DSDNA 10 /A   | DSDNA 90 /B          | unknown
    dsDNA in its own unit, no limit       | DSDNA 10 U/mL | DSDNA 50 U/mL        | unknown
    dsDNA in its own unit, not beyond     | DSDNA 10 U/mL | DSDNA 12 U/mL        | met
    UPCR beyond and above 0.5             | UPCR 0.3      | UPCR 0.8             | not
    UPCR not beyond, above 0.5            | UPCR 0.3      | UPCR 0.77            | met
    UPCR beyond, at 0.5                   | UPCR 0.1      | UPCR 0.5             | met
    UPCR beyond, just above 0.5           | UPCR 0.1      | UPCR 0.501           | not
    UPCR missing at the visit             | UPCR 0.3      | -UPCR                | unknown
    UPCR missing at baseline, at 0.5      | -UPCR         | UPCR 0.5             | met
    UPCR missing at baseline, above       | -UPCR         | UPCR 0.6             | unknown
    platelets beyond and below 100        | PLT 110       | PLT 87               | not
    platelets not beyond, below 100       | PLT 110       | PLT 89               | met
    platelets beyond, at 100              | PLT 300       | PLT 100              | met
    platelets beyond, just below 100      | PLT 300       | PLT 99.9             | not
    platelets missing at the visit        | PLT 110       | -PLT                 | unknown
    one fails, another is missing         | C3 100; -C4   | C3 50; -C4           | not
    two missing                           |               | -C3; -C4             | unknown
    creatinine does not count             | CREAT 1       | CREAT 3              | met
    haemoglobin does not count            | HGB 14        | HGB 7                | met
    """,
)


def with_others(text: str, others: str) -> str:
    """The cell and every other core test; `-C3` leaves C3 out."""
    entries = [entry.strip() for entry in text.split(";") if entry.strip()]
    named = {entry.split()[0].lstrip("-") for entry in entries}
    kept = [entry for entry in entries if not entry.startswith("-")]
    return "; ".join(kept + [entry for entry in others.split("; ") if entry.split()[0] not in named])


# the entry needs 4 points: protein gives them, in the cases about protein low CH50 and anti-dsDNA
PROTEIN, SEROLOGY = (f"C3 120; C4 20; CH50 20; PLT 200; {four}" for four in ("DSDNA 9; UPCR 0.6", "DSDNA 90; UPCR 0.6"))
WORSE.table["baseline"] = [with_others(c, SEROLOGY if "UPCR" in c else PROTEIN) for c in WORSE.table.baseline]
WORSE.table["week_52"] = [with_others(c, FINE) for c in WORSE.table.visit]


@WORSE.each
def test_no_worsening(case: Case) -> None:
    assert case.answers == case.expected


# --- rescue: after the first day of the course, up to the visit's target day (364), another drug, not one of the 90 days
# up to the start; methylprednisolone from 250 mg

RESCUE = Cases("""
    case                                | more_doses                                                  | sri_lab.no_rescue
    none                                |                                                             | met
    the course's own drug               | belimumab @14; belimumab @28                                | met
    on the first day                    | rituximab @0                                                | met
    on the day after                    | rituximab @1                                                | not
    on the target day                   | rituximab @364T23:00                                        | not
    the day after the target day        | rituximab @365                                              | met
    given in the 90 days before         | rituximab @-90; rituximab @100                              | met
    given 91 days before                | rituximab @-91; rituximab @100                              | not
    given on the first day, and again   | rituximab @0; rituximab @14                                 | met
    another drug before                 | cyclophosphamide 500 mg @-10; rituximab @100                | not
    planned only                        | rituximab planned @100                                      | met
    held                                | rituximab held @100                                         | met
    planned before is not given         | rituximab planned @-10; rituximab @100                      | not
    IVIG                                | ivig 0.4 g/kg @100                                          | not
    cyclophosphamide                    | cyclophosphamide 500 mg @100                                | not
    anifrolumab                         | anifrolumab 300 mg @100                                     | not
    obinutuzumab                        | obinutuzumab 1000 mg @100                                   | not
    methylprednisolone 249 mg           | methylprednisolone 249 mg @100                              | met
    methylprednisolone 250 mg           | methylprednisolone 250 mg @100                              | not
    methylprednisolone 0.25 g           | methylprednisolone 0.25 g @100                              | not
    methylprednisolone without a dose   | methylprednisolone @100                                     | unknown
    a dose unknown and one known        | methylprednisolone @100; methylprednisolone 500 mg @110     | not
    a dose unknown after the target day | methylprednisolone @365                                     | met
    4 mg/kg at 62.5 kg                  | methylprednisolone 4 mg/kg @100 62.5kg                      | not
    4 mg/kg at 62 kg                    | methylprednisolone 4 mg/kg @100 62kg                        | met
    4 mg/kg, weight unknown             | methylprednisolone 4 mg/kg @100                             | unknown
    500 mg before is background         | methylprednisolone 500 mg @-30; methylprednisolone 500 mg @100 | met
    250 mg before is background         | methylprednisolone 250 mg @-90; methylprednisolone 500 mg @100 | met
    249 mg before is not                | methylprednisolone 249 mg @-30; methylprednisolone 500 mg @100 | not
    unknown before leaves it unknown    | methylprednisolone @-30; methylprednisolone 500 mg @100     | unknown
    unknown before, nothing after       | methylprednisolone @-30                                     | met
    unknown before, another drug after  | methylprednisolone @-30; rituximab @100                     | not
    unknown dose on the first day       | methylprednisolone @0                                       | met
    premedication with the infusion     | methylprednisolone 100 mg @0; methylprednisolone 100 mg @14 | met
""", everyone={"baseline": "UPCR 2; C3 50; DSDNA 90"})  # fmt: skip


@RESCUE.each
def test_no_rescue(case: Case) -> None:
    assert case.answers == case.expected


RESCUE_LATEST = Cases("""
    case                     | as_of | more_doses     | sri_lab.no_rescue@latest | sri_lab.no_rescue@12
    latest looks up to as_of | 100   | rituximab @100 | not                      | met
    a dose after as_of       | 99    | rituximab @100 | met                      | met
    week 12 is day 84        | 100   | rituximab @84  | not                      | not
    on the day after week 12 | 100   | rituximab @85  | not                      | met
    given before week 12     | 80    | rituximab @80  | not                      | not
    first day, as_of too     | 0     | rituximab @0   | met                      |
""", everyone={"baseline": "UPCR 2; C3 50; DSDNA 90"})  # fmt: skip


@RESCUE_LATEST.each
def test_rescue_counts_up_to_the_target_day_and_for_latest_up_to_as_of(case: Case) -> None:
    assert case.answers == case.expected
