"""CONTRACT 3: every row ends in exactly one place: accepted, identical, superseded, rejected or ignored."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest

import lupusmon
from tests.text_tables import table

AS_OF = "2024-06-01"
NO_LABS = pd.DataFrame(
    {name: pd.Series(dtype=str) for name in ("patient_id", "collected_at", "analyte", "value", "unit")}
)
OUTCOMES = ("accepted", "identical", "superseded", "rejected", "ignored")
KINDS = ("labs", "infusions", "assessments", "patients")


def analyze(kind: str, rows: pd.DataFrame) -> lupusmon.Analysis:
    frames = {"labs": NO_LABS, kind: rows}
    return lupusmon.analyze(*(frames.get(name) for name in KINDS), as_of=AS_OF)


def outcomes(analysis: lupusmon.Analysis, kind: str, n: int) -> list[str]:
    """Where each row of one table ended: what is neither in the issues nor in the results is identical."""
    issues = analysis.issues[analysis.issues.source_file == kind]
    ended = dict(zip(issues.source_line, issues.outcome, strict=True))
    ended = {line: outcome for line, outcome in ended.items() if outcome != "note"}
    if kind == "labs":
        ended |= dict.fromkeys(analysis.results.source_line, "accepted")
    found = [ended.get(line, "identical") for line in range(2, n + 2)]
    (receipt,) = (file for file in analysis.receipt["files"] if file["file"] == kind)
    assert receipt["read"] == n == sum(receipt[name] for name in OUTCOMES)
    counts = Counter(found) if kind == "labs" else Counter(o for o in found if o not in ("accepted", "identical"))
    for name in OUTCOMES if kind == "labs" else ("superseded", "rejected", "ignored"):
        assert receipt[name] == counts[name], (name, receipt)
    return found


# --- rows that come again; each patient is a case of its own, `time` in hours of one day

AGAIN = table("""
    patient_id                     | time  | analyte | value    | unit  | method | result_id | status    | outcome
    re-upload                      |       | C3      | 90       | mg/dL |        |           |           | accepted
    re-upload                      |       | C3      | 90       | mg/dL |        |           |           | identical
    other unit                     |       | C3      | 90       | mg/dL |        |           |           | accepted
    other unit                     |       | C3      | 0.9      | g/L   |        |           |           | identical
    same to six digits             |       | C3      | 90       | mg/dL |        |           |           | accepted
    same to six digits             |       | C3      | 90.00004 | mg/dL |        |           |           | identical
    differs in the sixth digit     |       | C3      | 90       | mg/dL |        |           |           | superseded
    differs in the sixth digit     |       | C3      | 90.0001  | mg/dL |        |           |           | accepted
    other value                    |       | C3      | 90       | mg/dL |        |           |           | superseded
    other value                    |       | C3      | 91       | mg/dL |        |           |           | accepted
    censored is another value      |       | C3      | 90       | mg/dL |        |           |           | superseded
    censored is another value      |       | C3      | <90      | mg/dL |        |           |           | accepted
    the same word                  |       | DSDNA   | negative |       |        |           |           | accepted
    the same word                  |       | DSDNA   | NEG      |       |        |           |           | identical
    word and number                |       | DSDNA   | negative |       |        |           |           | superseded
    word and number                |       | DSDNA   | 12       | IU/mL |        |           |           | accepted
    a titre is another series      |       | DSDNA   | 1:160    |       |        |           |           | accepted
    a titre is another series      |       | DSDNA   | 160      | IU/mL |        |           |           | accepted
    own units are other series     |       | DSDNA   | 160      | U/mL  |        |           |           | accepted
    own units are other series     |       | DSDNA   | 161      | IU/mL |        |           |           | accepted
    kU/L is U/mL                   |       | DSDNA   | 160      | U/mL  |        |           |           | accepted
    kU/L is U/mL                   |       | DSDNA   | 160      | kU/L  |        |           |           | identical
    another time                   | 08:00 | C3      | 90       | mg/dL |        |           |           | accepted
    another time                   | 08:01 | C3      | 91       | mg/dL |        |           |           | accepted
    a bare date is another time    |       | C3      | 90       | mg/dL |        |           |           | accepted
    a bare date is another time    | 08:00 | C3      | 91       | mg/dL |        |           |           | accepted
    midnight is a bare date        |       | C3      | 90       | mg/dL |        |           |           | superseded
    midnight is a bare date        | 00:00 | C3      | 91       | mg/dL |        |           |           | accepted
    another assay                  |       | C3      | 90       | mg/dL |        |           |           | accepted
    another assay                  |       | C3      | 91       | mg/dL | neph   |           |           | accepted
    same result id, other time     | 08:00 | C3      | 90       | mg/dL |        | R1        |           | superseded
    same result id, other time     | 09:00 | C3      | 90       | mg/dL |        | R1        |           | accepted
    same result id, other assay    |       | C3      | 90       | mg/dL |        | R1        |           | superseded
    same result id, other assay    |       | C3      | 90       | mg/dL | neph   | R1        |           | accepted
    same result id, all the same   |       | C3      | 90       | mg/dL |        | R1        |           | accepted
    same result id, all the same   |       | C3      | 90       | mg/dL |        | R1        |           | identical
    same result id, other analyte  |       | C3      | 90       | mg/dL |        | R1        |           | accepted
    same result id, other analyte  |       | C4      | 20       | mg/dL |        | R1        |           | accepted
    the id of another patient 1    |       | C3      | 90       | mg/dL |        | R9        |           | accepted
    the id of another patient 2    |       | C3      | 91       | mg/dL |        | R9        |           | accepted
    corrected last                 |       | C3      | 90       | mg/dL |        | R1        | final     | superseded
    corrected last                 |       | C3      | 95       | mg/dL |        | R1        | corrected | accepted
    corrected first                |       | C3      | 95       | mg/dL |        | R1        | corrected | accepted
    corrected first                |       | C3      | 90       | mg/dL |        | R1        | final     | superseded
    corrected first, by time       |       | C3      | 95       | mg/dL |        |           | corrected | accepted
    corrected first, by time       |       | C3      | 90       | mg/dL |        |           |           | superseded
    corrected twice                |       | C3      | 95       | mg/dL |        | R1        | corrected | superseded
    corrected twice                |       | C3      | 96       | mg/dL |        | R1        | corrected | accepted
    corrected but the same         |       | C3      | 90       | mg/dL |        |           | final     | accepted
    corrected but the same         |       | C3      | 90       | mg/dL |        |           | corrected | identical
    the old file again             |       | C3      | 90       | mg/dL |        |           |           | superseded
    the old file again             |       | C3      | 95       | mg/dL |        |           |           | accepted
    the old file again             |       | C3      | 90       | mg/dL |        |           |           | identical
    back by a correction           |       | C3      | 90       | mg/dL |        |           | final     | superseded
    back by a correction           |       | C3      | 95       | mg/dL |        |           | final     | superseded
    back by a correction           |       | C3      | 90       | mg/dL |        |           | corrected | accepted
    old file after a correction    |       | C3      | 90       | mg/dL |        | R1        | final     | superseded
    old file after a correction    |       | C3      | 95       | mg/dL |        | R1        | corrected | accepted
    old file after a correction    |       | C3      | 90       | mg/dL |        | R1        | final     | identical
    old file after a correction    |       | C3      | 95       | mg/dL |        | R1        | corrected | identical
    three by time, the last wins   |       | C3      | 90       | mg/dL |        |           |           | superseded
    three by time, the last wins   |       | C3      | 91       | mg/dL |        |           |           | superseded
    three by time, the last wins   |       | C3      | 92       | mg/dL |        |           |           | accepted
    by id, then by time            | 08:00 | C3      | 90       | mg/dL |        | R1        |           | superseded
    by id, then by time            | 09:00 | C3      | 91       | mg/dL |        | R1        |           | superseded
    by id, then by time            | 09:00 | C3      | 92       | mg/dL |        | R2        |           | accepted
    corrected to another time      | 08:00 | C3      | 90       | mg/dL |        | R1        |           | superseded
    corrected to another time      | 09:00 | C3      | 95       | mg/dL |        | R1        | corrected | accepted
""")


@pytest.fixture(scope="module")
def again() -> lupusmon.Analysis:
    rows = AGAIN.drop(columns="outcome")
    rows["collected_at"] = "2024-05-06" + rows.time.map(lambda t: f"T{t}" if t else "")
    return analyze("labs", rows.drop(columns="time"))


@pytest.mark.parametrize("case", AGAIN.patient_id.unique())
def test_results_that_come_again(case: str, again: lupusmon.Analysis) -> None:
    found = pd.Series(outcomes(again, "labs", len(AGAIN)), index=AGAIN.index)
    mine = AGAIN.patient_id == case
    assert found[mine].tolist() == AGAIN.outcome[mine].tolist()


def test_what_lost_stays_visible_with_its_line(again: lupusmon.Analysis) -> None:
    lost = AGAIN.index[AGAIN.outcome == "superseded"]
    issues = again.issues[again.issues.outcome == "superseded"]
    assert issues.source_line.tolist() == [i + 2 for i in lost]


# --- rows that cannot be used

UNUSABLE = table("""
    case                | patient_id | collected_at     | analyte | value        | unit    | column
    good                | P1         | 2024-05-01       | C3      | 90           | mg/dL   |
    no patient          |            | 2024-05-01       | C3      | 90           | mg/dL   | patient_id
    no date             | P1         |                  | C3      | 90           | mg/dL   | collected_at
    no analyte          | P1         | 2024-05-02       |         | 90           | mg/dL   | analyte
    no value            | P1         | 2024-05-02       | C3      |              | mg/dL   | value
    unreadable date     | P1         | yesterday        | C3      | 90           | mg/dL   | collected_at
    no such day         | P1         | 2024-02-30       | C3      | 90           | mg/dL   | collected_at
    unreadable value    | P1         | 2024-05-02       | C3      | see comment  | mg/dL   | value
    haemolysed          | P1         | 2024-05-02       | C3      | HEMOLYZED    | mg/dL   | value
    no unit             | P1         | 2024-05-02       | C3      | 90           |         | unit
    unknown unit        | P1         | 2024-05-02       | C3      | 90           | mg/gl   | unit
    impossible unit     | P1         | 2024-05-02       | PLT     | 150          | mg/dL   | unit
    volume for mass     | P1         | 2024-05-02       | UPCR    | 0.4          | mL/min  | unit
    negative            | P1         | 2024-05-02       | C3      | -1           | mg/dL   | value
    word for a number   | P1         | 2024-05-02       | PLT     | negative     | 10*9/L  | value
    word for UPCR       | P1         | 2024-05-02       | UPCR    | trace        | g/g     | value
    titre of another    | P1         | 2024-05-02       | UPCR    | 1:10         |         | value
    before 1950         | P1         | 1949-12-31       | C3      | 90           | mg/dL   | collected_at
    from 1950           | P1         | 1950-01-01       | C3      | 90           | mg/dL   |
    a day after as_of   | P1         | 2024-06-02       | C3      | 90           | mg/dL   |
    late on that day    | P1         | 2024-06-02T23:59 | C3      | 90           | mg/dL   |
    two days after      | P1         | 2024-06-03       | C3      | 90           | mg/dL   | collected_at
    C3 400              | P2         | 2024-05-02       | C3      | 400          | mg/dL   |
    C3 above            | P2         | 2024-05-03       | C3      | 400.1        | mg/dL   | value
    C3 4 g/L            | P2         | 2024-05-04       | C3      | 4            | g/L     |
    C3 above in g/L     | P2         | 2024-05-05       | C3      | 4.01         | g/L     | value
    C4 150              | P2         | 2024-05-02       | C4      | 150          | mg/dL   |
    C4 above            | P2         | 2024-05-03       | C4      | 150.1        | mg/dL   | value
    CH50 300            | P2         | 2024-05-02       | CH50    | 300          | U/mL    |
    CH50 above          | P2         | 2024-05-03       | CH50    | 300.1        | U/mL    | value
    DSDNA 100000        | P2         | 2024-05-02       | DSDNA   | 100000       | IU/mL   |
    DSDNA above         | P2         | 2024-05-03       | DSDNA   | 100001       | IU/mL   | value
    UPCR 40             | P2         | 2024-05-02       | UPCR    | 40           | g/g     |
    UPCR above          | P2         | 2024-05-03       | UPCR    | 40.1         | g/g     | value
    UPCR above in mg/g  | P2         | 2024-05-04       | UPCR    | 40001        | mg/g    | value
    PLT 2000            | P2         | 2024-05-02       | PLT     | 2000         | 10*9/L  |
    PLT above           | P2         | 2024-05-03       | PLT     | 2001         | 10*9/L  | value
    PLT unit slip       | P2         | 2024-05-04       | PLT     | 150000       | K/uL    | value
    CREAT 20            | P2         | 2024-05-02       | CREAT   | 20           | mg/dL   |
    CREAT above         | P2         | 2024-05-03       | CREAT   | 20.1         | mg/dL   | value
    EGFR 200            | P2         | 2024-05-02       | EGFR    | 200          | mL/min/{1.73_m2} |
    EGFR above          | P2         | 2024-05-03       | EGFR    | 201          | mL/min/{1.73_m2} | value
    HGB 25              | P2         | 2024-05-02       | HGB     | 25           | g/dL    |
    HGB above           | P2         | 2024-05-03       | HGB     | 25.1         | g/dL    | value
    zero                | P2         | 2024-05-06       | C3      | 0            | mg/dL   |
    dsDNA no unit       | P2         | 2024-05-06       | DSDNA   | 12           |         | unit
    dsDNA word          | P2         | 2024-05-07       | DSDNA   | positive     |         |
    dsDNA titre         | P2         | 2024-05-08       | DSDNA   | 1:80         |         |
    urine cells, word   | P2         | 2024-05-06       | URBC    | negative     |         |
    urine cells, no unit| P2         | 2024-05-07       | URBC    | 4            |         | unit
""")


@pytest.fixture(scope="module")
def unusable() -> lupusmon.Analysis:
    return analyze("labs", UNUSABLE.drop(columns=["case", "column"]))


@pytest.mark.parametrize("at", range(len(UNUSABLE)), ids=UNUSABLE.case)
def test_an_unusable_result_is_rejected_with_its_line_column_and_reason(at: int, unusable: lupusmon.Analysis) -> None:
    line = UNUSABLE.loc[at]
    found = outcomes(unusable, "labs", len(UNUSABLE))[at]
    assert found == ("rejected" if line.column else "accepted")
    if line.column:
        issue = unusable.issues.query("source_line == @at + 2 and outcome == 'rejected'")
        assert issue.column.tolist() == [line.column]
        assert issue.message.str.len().gt(0).all()


IGNORED = table("""
    patient_id | collected_at | analyte   | value   | unit
    P1         | 2024-05-01   | glucose   | 90      | mg/dL
               | 2024-05-01   | glucose   | 90      | mg/dL
    P1         | someday      | glucose   | 90      | mg/dL
    P1         | 2199-05-01   | glucose   | -1      |
    P1         | 2024-05-01   | Ferritin  |         | furlongs
""")


def test_what_is_not_monitored_is_ignored_whatever_else_is_wrong_with_it() -> None:
    assert outcomes(analyze("labs", IGNORED), "labs", len(IGNORED)) == ["ignored"] * len(IGNORED)


def test_the_analyte_may_be_missing_where_its_loinc_code_is_present() -> None:
    rows = table("""
        patient_id | collected_at | analyte | loinc  | value | unit
        P1         | 2024-05-01   |         | 4485-9 | 90    | mg/dL
        P1         | 2024-05-01   |         | 4498-2 | 20    | mg/dL
    """)
    assert analyze("labs", rows).results.analyte.tolist() == ["C3", "C4"]


# --- infusions, assessments, patients

INFUSIONS = table("""
    patient_id           | given_at         | drug               | dose | dose_unit | status  | outcome
    again                | 2024-05-01       | belimumab          | 600  | mg        | given   | accepted
    again                | 2024-05-01       | belimumab          | 600  | mg        | given   | identical
    empty is given in mg | 2024-05-01       | belimumab          | 600  | mg        | given   | accepted
    empty is given in mg | 2024-05-01       | belimumab          | 600  |           |         | identical
    other dose           | 2024-05-01       | belimumab          | 600  | mg        |         | superseded
    other dose           | 2024-05-01       | belimumab          | 650  | mg        |         | accepted
    plan became a dose   | 2024-05-01       | belimumab          | 600  | mg        | planned | superseded
    plan became a dose   | 2024-05-01       | belimumab          | 600  | mg        | given   | accepted
    stopped is no dose   | 2024-05-01       | belimumab          | 600  | mg        | given   | accepted
    stopped is no dose   | 2024-05-01       | belimumab          |      |           | stopped | accepted
    stopped is no dose   | 2024-05-01       | belimumab          |      |           | stopped | identical
    two drugs            | 2024-05-01       | rituximab          | 1000 | mg        |         | accepted
    two drugs            | 2024-05-01       | methylprednisolone | 100  | mg        |         | accepted
    two times            | 2024-05-01T08:00 | methylprednisolone | 500  | mg        |         | accepted
    two times            | 2024-05-01T20:00 | methylprednisolone | 500  | mg        |         | accepted
    the plan again       | 2024-05-01       | belimumab          | 600  | mg        | planned | superseded
    the plan again       | 2024-05-01       | belimumab          | 600  | mg        | given   | accepted
    the plan again       | 2024-05-01       | belimumab          | 600  | mg        | planned | identical
                         | 2024-05-01       | belimumab          | 600  | mg        |         | rejected
    no date              |                  | belimumab          | 600  | mg        |         | rejected
    no drug              | 2024-05-01       |                    | 600  | mg        |         | rejected
    1949                 | 1949-12-31       | belimumab          | 600  | mg        |         | rejected
    a day after as_of    | 2024-06-02       | belimumab          | 600  | mg        |         | accepted
    two days after       | 2024-06-03       | belimumab          | 600  | mg        |         | rejected
    held two days after  | 2024-06-03       | belimumab          | 600  | mg        | held    | rejected
    planned may be       | 2024-06-03       | belimumab          | 600  | mg        | planned | accepted
    planned next year    | 2025-03-01       | belimumab          | 600  | mg        | planned | accepted
    other drug           | 2024-05-01       | infliximab         | 600  | mg        |         | ignored
                         | no day           | infliximab         | x    | y         | z       | ignored
""")

ASSESSMENTS = table("""
    patient_id        | assessed_at      | sledai_2k | pga  | pga_max | prednisone_mg_per_day | bilag_renal | sledai_rash | treatment_failure | outcome
    again             | 2024-05-01       | 4         | 1    |         |     |   |       |     | accepted
    again             | 2024-05-01       | 4         | 1    |         |     |   |       |     | identical
    another field     | 2024-05-01       | 4         | 1    |         |     |   |       |     | superseded
    another field     | 2024-05-01       | 4         | 1    |         |     | C |       |     | accepted
    another time      | 2024-05-01T08:00 | 4         | 1    |         |     |   |       |     | accepted
    another time      | 2024-05-01T09:00 | 6         | 1    |         |     |   |       |     | accepted
    the first again   | 2024-05-01       | 4         |      |         |     |   |       |     | superseded
    the first again   | 2024-05-01       | 5         |      |         |     |   |       |     | accepted
    the first again   | 2024-05-01       | 4         |      |         |     |   |       |     | identical
                      | 2024-05-01       | 4         |      |         |     |   |       |     | rejected
    no date           |                  | 4         |      |         |     |   |       |     | rejected
    SLEDAI 105        | 2024-05-01       | 105       |      |         |     |   |       |     | accepted
    SLEDAI 106        | 2024-05-01       | 106       |      |         |     |   |       |     | rejected
    SLEDAI negative   | 2024-05-01       | -1        |      |         |     |   |       |     | rejected
    SLEDAI unreadable | 2024-05-01       | low       |      |         |     |   |       |     | rejected
    PGA 3             | 2024-05-01       |           | 3    |         |     |   |       |     | accepted
    PGA 3.1           | 2024-05-01       |           | 3.1  |         |     |   |       |     | rejected
    PGA negative      | 2024-05-01       |           | -0.1 |         |     |   |       |     | rejected
    PGA 10 of 10      | 2024-05-01       |           | 10   | 10      |     |   |       |     | accepted
    PGA 10.1 of 10    | 2024-05-01       |           | 10.1 | 10      |     |   |       |     | rejected
    PGA 100 of 100    | 2024-05-01       |           | 100  | 100     |     |   |       |     | accepted
    PGA 101 of 100    | 2024-05-01       |           | 101  | 100     |     |   |       |     | rejected
    PGA of 5          | 2024-05-01       |           | 1    | 5       |     |   |       |     | rejected
    prednisone        | 2024-05-01       |           |      |         | -1  |   |       |     | rejected
    BILAG E           | 2024-05-01       |           |      |         |     | E |       |     | accepted
    BILAG F           | 2024-05-01       |           |      |         |     | F |       |     | rejected
    item yes          | 2024-05-01       |           |      |         |     |   | yes   |     | accepted
    item 0            | 2024-05-01       |           |      |         |     |   | 0     |     | accepted
    item maybe        | 2024-05-01       |           |      |         |     |   | maybe |     | rejected
    failure maybe     | 2024-05-01       | 4         |      |         |     |   |       | maybe | rejected
    1949              | 1949-12-31       | 4         |      |         |     |   |       |     | rejected
    a day after as_of | 2024-06-02       | 4         |      |         |     |   |       |     | accepted
    two days after    | 2024-06-03       | 4         |      |         |     |   |       |     | rejected
""")

PATIENTS = table("""
    patient_id | sex | birth_year | site | outcome
    P1         | F   | 1980       | A    | accepted
    P1         | F   | 1980       | A    | identical
    P2         | F   | 1980       |      | superseded
    P2         | F   | 1981       |      | accepted
    P2         | F   | 1980       |      | identical
    02         | M   | 1990       |      | accepted
    2          | M   | 1991       |      | accepted
    P3         | Frau | 1991      |      | accepted
    P4         | maschio | 1991   |      | accepted
    P5         | divers | 1991    |      | accepted
               | M   | 1990       |      | rejected
""")


@pytest.mark.parametrize(
    ("kind", "rows"),
    [("infusions", INFUSIONS), ("assessments", ASSESSMENTS), ("patients", PATIENTS)],
    ids=["infusions", "assessments", "patients"],
)
def test_rows_of_the_other_tables(kind: str, rows: pd.DataFrame) -> None:
    analysis = analyze(kind, rows.drop(columns="outcome"))
    found = outcomes(analysis, kind, len(rows))
    expected = [o if o not in ("accepted", "identical") else "identical" for o in rows.outcome]
    wrong = rows[[a != b for a, b in zip(found, expected, strict=True)]]
    assert not len(wrong), (wrong.iloc[:, [0, -1]], analysis.issues.message.tolist())
    (receipt,) = (file for file in analysis.receipt["files"] if file["file"] == kind)
    assert {name: receipt[name] for name in OUTCOMES} == {name: (rows.outcome == name).sum() for name in OUTCOMES}


def test_a_wide_row_counts_as_a_row_for_every_filled_analyte_cell() -> None:
    rows = table("""
        patient_id | collected_at | C3 (mg/dL) | C4 (g/L) | UPCR [mg/mmol]
        P1         | 2024-05-01   | 90         | 0.1      |
        P1         | 2024-05-08   |            |          | 56.56
        P1         | 2024-05-09   | broken     |          |
    """)
    analysis = analyze("labs", rows)
    totals = analysis.receipt["totals"]
    assert (totals["read"], totals["accepted"], totals["rejected"]) == (4, 3, 1)
    assert analysis.results.value.tolist() == [90, 10, 0.5]
    assert analysis.results.source_line.tolist() == [2, 2, 3]


def test_as_of_defaults_to_the_latest_day_of_a_usable_row_planned_infusions_apart() -> None:
    labs = table("""
        patient_id | collected_at | analyte | value | unit
        P1         | 2024-05-01   | C3      | 90    | mg/dL
        P1         | 2025-01-01   | glucose | 90    | mg/dL
        P1         | 2025-02-01   | C3      | 90    | furlong
    """)
    infusions = table("""
        patient_id | given_at   | drug      | status
        P1         | 2024-05-20 | belimumab | given
        P1         | 2024-06-17 | belimumab | planned
    """)
    assert lupusmon.analyze(labs, infusions).as_of.isoformat() == "2024-05-20"
    assert lupusmon.analyze(labs).as_of.isoformat() == "2024-05-01"
