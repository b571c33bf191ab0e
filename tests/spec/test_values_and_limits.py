"""CRITERIA 1: how a value, its unit and its limits are read, and what a censored value or a word decides."""

from __future__ import annotations

import pandas as pd
import pytest

import lupusmon
from tests.spec.cases import UNITS, on, results
from tests.text_tables import table


def clean(rows: pd.DataFrame, as_of: str = "2025-01-01") -> pd.DataFrame:
    """The results table of rows of which every one is usable, a patient a row, in the order given."""
    rows = rows.assign(patient_id=[f"P{i:03d}" for i in range(len(rows))])
    for column, default in (("collected_at", "2024-05-06"), ("ref_low", ""), ("ref_high", ""), ("method", "")):
        if column not in rows:
            rows[column] = default
    analysis = lupusmon.analyze(rows, as_of=as_of)
    assert analysis.receipt["totals"]["accepted"] == len(rows), analysis.issues.message.tolist()
    return analysis.results.reset_index(drop=True)


def number(text: str) -> float:
    return float(text) if text else float("nan")


def cell(value: object) -> str:
    return "" if pd.isna(value) else str(value)


# Factors: CRITERIA 1; the worked examples 200, 500, 700, 3000 mg/g and 50, 100 mg/mmol: CLINICAL 10 (creatinine 113.12 g/mol)
CONVERSIONS = table("""
    analyte | value    | unit         | canonical
    UPCR    | 1        | g/g          | 1
    UPCR    | 1        | mg/mg        | 1
    UPCR    | 1000     | mg/g         | 1
    UPCR    | 113.12   | mg/mmol      | 1
    UPCR    | 113.12   | g/mol        | 1
    UPCR    | 22.624   | mg/mmol      | 0.2
    UPCR    | 56.56    | mg/mmol      | 0.5
    UPCR    | 79.184   | mg/mmol      | 0.7
    UPCR    | 339.36   | mg/mmol      | 3
    UPCR    | 50       | mg/mmol      | 0.442008487
    UPCR    | 100      | mg/mmol      | 0.884016973
    CREAT   | 88.4     | umol/L       | 1
    CREAT   | 88.4     | µmol/L       | 1
    CREAT   | 88.4     | μmol/L       | 1
    CREAT   | 130      | umol/L       | 1.47058824
    C3      | 0.9      | g/L          | 90
    C3      | 656      | mg/L         | 65.6
    C4      | 0.1      | g/L          | 10
    PLT     | 150      | 10*3/uL      | 150
    PLT     | 150      | K/uL         | 150
    PLT     | 150      | G/L          | 150
    PLT     | 150000   | /uL          | 150
    WBC     | 3000     | /uL          | 3
    WBC     | 3        | 10^9/L       | 3
    NEUT    | 500      | /uL          | 0.5
    LYMPH   | 1.2      | 10*3/uL      | 1.2
    DSDNA   | 30       | kIU/L        | 30
    HGB     | 120      | g/L          | 12
    ALB     | 35       | g/L          | 3.5
    UPROT24 | 500      | mg/(24.h)    | 0.5
    IGG     | 7        | g/L          | 700
    CRP     | 1        | mg/dL        | 10
""")


def test_every_unit_is_converted_to_the_canonical_one() -> None:
    got = clean(CONVERSIONS)
    assert got.value.tolist() == [float(v) for v in CONVERSIONS.canonical]  # rounded to 9 significant digits: exact
    assert got.unit.tolist() == [UNITS[a] for a in CONVERSIONS.analyte]
    assert got.raw_value.tolist() == CONVERSIONS.value.tolist()
    assert got.raw_unit.tolist() == CONVERSIONS.unit.tolist()


LIMITS = table("""
    analyte | value | unit   | ref_low | ref_high | low  | high | source
    C3      | 100   | mg/dL  |         |          | 90   | 180  | default
    C4      | 20    | mg/dL  |         |          | 10   | 40   | default
    CH50    | 40    | U/mL   |         |          | 30   | 75   | default
    DSDNA   | 12    | IU/mL  |         |          |      | 30   | default
    PLT     | 200   | K/uL   |         |          | 150  | 400  | default
    WBC     | 5     | K/uL   |         |          | 4    | 11   | default
    HGB     | 13    | g/dL   |         |          | 12   | 16   | default
    UPCR    | 0.1   | g/g    |         |          |      | 0.2  | default
    CREAT   | 1     | mg/dL  |         |          |      |      |
    EGFR    | 90    | mL/min/{1.73_m2} |  |       |      |      |
    ESR     | 9     | mm/h   |         |          |      |      |
    C3      | 100   | mg/dL  | 80      | 160      | 80   | 160  | result
    C3      | 100   | mg/dL  | 80      |          | 80   | 180  | default
    C3      | 100   | mg/dL  |         | 160      | 90   | 160  | default
    C3      | 100   | mg/dL  | see lab | 160      | 90   | 160  | default
    C3      | 1     | g/L    | 0.8     | 1.6      | 80   | 160  | result
    PLT     | 200000| /uL    | 140000  | 450000   | 140  | 450  | result
    UPCR    | 11    | mg/mmol|         | 22.624   |      | 0.2  | result
    DSDNA   | 12    | IU/mL  |         | 10       |      | 10   | result
    DSDNA   | 12    | kIU/L  |         | 10       |      | 10   | result
    CREAT   | 88.4  | umol/L | 44.2    | 106.08   | 0.5  | 1.2  | result
    CREAT   | 1     | mg/dL  |         | 1.2      |      | 1.2  | result
""")


def test_a_result_has_its_own_limits_and_the_default_for_an_absent_side() -> None:
    got = clean(LIMITS)
    assert got.ref_low.fillna(-1).tolist() == [float(v or -1) for v in LIMITS.low]
    assert got.ref_high.fillna(-1).tolist() == [float(v or -1) for v in LIMITS.high]
    assert [cell(s) for s in got.ref_source] == LIMITS.source.tolist()


DNA = table("""
    value        | unit  | method | ref_high | number | comparator | unit_out | method_out  | limit | source
    25           | IU/mL |        |          | 25     |            | IU/mL    |             | 30    | default
    25           | U/mL  |        |          | 25     |            | U/mL     | U/mL        |       |
    25           | kU/L  |        |          | 25     |            | U/mL     | U/mL        |       |
    25           | U/mL  | ELISA  | 20       | 25     |            | U/mL     | ELISA U/mL  | 20    | result
    25           | AU/mL | ELISA  |          | 25     |            | AU/mL    | ELISA AU/mL |       |
    1.4          | index |        | 1        | 1.4    |            | index    | index       | 1     | result
    1:160        |       |        |          | 160    |            | {titer}  | titre       |       |
    1:160        |       | CLIFT  | 10       | 160    |            | {titer}  | CLIFT titre | 10    | result
    <1:10        |       | CLIFT  |          | 10     | <          | {titer}  | CLIFT titre |       |
    positive     |       | CLIFT  |          |        |            |          | CLIFT       |       |
    POS          |       |        |          |        |            |          |             |       |
    negative     |       |        |          |        |            |          |             |       |
    not detected |       |        |          |        |            |          |             |       |
    trace        |       |        |          |        |            |          |             |       |
    equivocal    |       |        |          |        |            |          |             |       |
""")


def test_titres_words_and_own_units_of_anti_dsdna_are_series_of_their_own() -> None:
    got = clean(DNA.assign(analyte="DSDNA"))
    assert [("" if pd.isna(v) else f"{v:g}") for v in got.value] == DNA.number.tolist()
    for column, expected in (("comparator", DNA.comparator), ("unit", DNA.unit_out), ("method", DNA.method_out)):
        assert [cell(v) for v in got[column]] == expected.tolist(), column
    scaled = ~DNA.value.str.match("[a-zA-Z]")  # what the limits of a word are, no rule says
    assert [("" if pd.isna(v) else f"{v:g}") for v in got.ref_high[scaled]] == DNA.limit[scaled].tolist()
    assert [cell(v) for v in got.ref_source[scaled]] == DNA.source[scaled].tolist()


def test_a_word_keeps_its_own_limits_with_or_without_a_unit() -> None:
    words = table("""
        analyte | value    | unit  | ref_high | high | source
        DSDNA   | negative |       | 20       | 20   | result
        DSDNA   | negative | IU/mL | 20       | 20   | result
        DSDNA   | negative |       |          | 30   | default
    """)
    got = clean(words)
    assert got.ref_high.tolist() == [float(v) for v in words.high]
    assert got.ref_source.tolist() == words.source.tolist()


def test_a_name_and_a_code_read_by_one_of_them_alone_is_said() -> None:
    rows = table("""
        patient_id | collected_at | analyte | loinc  | value | unit
        P1         | 2024-05-06   | C3      | 9999-9 | 90    | mg/dL
        P2         | 2024-05-06   | Our C3x | 4485-9 | 90    | mg/dL
        P3         | 2024-05-06   | C3      | 4485-9 | 90    | mg/dL
    """)
    analysis = lupusmon.analyze(rows)
    assert analysis.results.analyte.tolist() == ["C3"] * 3
    assert analysis.issues[["source_line", "outcome", "code"]].values.tolist() == [
        [2, "note", "loinc_unknown"],
        [3, "note", "analyte_by_loinc"],
    ]


TEXTS = table("""
    value      | number | comparator
    12.5       | 12.5   |
    12,5       | 12.5   |
    <10        | 10     | <
    ≤ 10       | 10     | <
    <= 10      | 10     | <
    >300       | 300    | >
    ≥300       | 300    | >
    > 1,200    | 1200   | >
    1,200      | 1200   |
    1,234.5    | 1234.5 |
""")


def test_value_texts_are_read_with_their_sign_and_thousands() -> None:
    got = clean(TEXTS.assign(analyte="DSDNA", unit="IU/mL"))
    assert got.value.tolist() == [float(v) for v in TEXTS.number]
    assert [cell(v) for v in got.comparator] == TEXTS.comparator.tolist()


def test_a_comma_is_the_decimal_sign_where_all_decimals_of_the_file_use_it() -> None:
    texts = pd.DataFrame({"value": ["1,200", "12,5", "7"], "analyte": "DSDNA", "unit": "IU/mL"})
    assert clean(texts).value.tolist() == [1.2, 12.5, 7]
    assert clean(texts.replace("12,5", "12.5")).value.tolist() == [1200, 12.5, 7]


DATES = table("""
    collected_at              | out
    2024-05-06                | 2024-05-06
    20240506                  | 2024-05-06
    2024-05-06T00:00          | 2024-05-06
    2024-05-06 00:00:00       | 2024-05-06
    2024-05-06T00:00:00Z      | 2024-05-06
    2024-05-06T08:30          | 2024-05-06T08:30
    2024-05-06 08:30:00       | 2024-05-06T08:30
    2024-05-06T08:30:00+09:00 | 2024-05-06T08:30
    2024-05-06T23:30:00-11:00 | 2024-05-06T23:30
    2024-05-06T08:30:00Z      | 2024-05-06T08:30
""")


def test_a_time_stays_as_the_clock_showed_it_and_midnight_is_no_time() -> None:
    got = clean(DATES.assign(analyte="C3", value="90", unit="mg/dL"))
    assert [when[:16] for when in got.collected_at] == DATES.out.tolist()


def test_one_date_that_can_be_read_in_one_way_decides_the_order_of_the_file() -> None:
    rows = pd.DataFrame({"collected_at": ["05/02/2024", "31/01/2024"], "analyte": "C3", "value": "90", "unit": "mg/dL"})
    assert clean(rows).collected_at.tolist() == ["2024-02-05", "2024-01-31"]
    rows["collected_at"] = ["05/02/2024", "01/31/2024"]
    assert clean(rows).collected_at.tolist() == ["2024-05-02", "2024-01-31"]


def test_dates_that_can_all_be_read_both_ways_are_refused_with_a_question() -> None:
    rows = pd.DataFrame({"patient_id": "P1", "collected_at": ["05/02/2024", "06/01/2024"], "analyte": "C3"})
    with pytest.raises(Exception, match="date-order|date_order|date order"):
        lupusmon.analyze(rows.assign(value="90", unit="mg/dL"))


# --- what a value decides, seen in the four items and leukopenia of `scores` (yes, no, or ? for unknown)

DECIDES = table("""
    result                  | item                  | answer
    DSDNA 30                | increased_dna_binding | no
    DSDNA 30.1              | increased_dna_binding | yes
    DSDNA 30.00004          | increased_dna_binding | no
    DSDNA 30.0001           | increased_dna_binding | yes
    DSDNA <10               | increased_dna_binding | no
    DSDNA <30               | increased_dna_binding | no
    DSDNA ≤30               | increased_dna_binding | no
    DSDNA <50               | increased_dna_binding | ?
    DSDNA >29               | increased_dna_binding | ?
    DSDNA >30               | increased_dna_binding | yes
    DSDNA >300              | increased_dna_binding | yes
    DSDNA 12 [-10]          | increased_dna_binding | yes
    DSDNA 200 [-200]        | increased_dna_binding | no
    DSDNA positive          | increased_dna_binding | yes
    DSDNA negative          | increased_dna_binding | no
    DSDNA not_detected      | increased_dna_binding | no
    DSDNA trace             | increased_dna_binding | ?
    DSDNA equivocal         | increased_dna_binding | ?
    DSDNA 1:9               | increased_dna_binding | no
    DSDNA 1:10              | increased_dna_binding | yes
    DSDNA 1:10 [-10]        | increased_dna_binding | no
    DSDNA 1:20 [-10]        | increased_dna_binding | yes
    DSDNA 1:40 [-80]        | increased_dna_binding | no
    DSDNA <1:10             | increased_dna_binding | no
    DSDNA <1:20             | increased_dna_binding | ?
    DSDNA >1:5              | increased_dna_binding | ?
    DSDNA >1:10             | increased_dna_binding | yes
    DSDNA >1:10 [-10]       | increased_dna_binding | yes
    DSDNA >1:10 [-20]       | increased_dna_binding | ?
    DSDNA 500 U/mL          | increased_dna_binding | ?
    DSDNA 20 U/mL [-20]     | increased_dna_binding | no
    DSDNA 21 U/mL [-20]     | increased_dna_binding | yes
    DSDNA 21 kU/L [-20]     | increased_dna_binding | yes
    DSDNA 31 AU/mL          | increased_dna_binding | ?
    DSDNA 1.1 index [-1]    | increased_dna_binding | yes
    UPCR 56.56 mg/mmol      | proteinuria           | no
    UPCR 56.57 mg/mmol      | proteinuria           | yes
    UPCR 0.5000004          | proteinuria           | no
    UPCR 0.500001           | proteinuria           | yes
    UPCR <0.5               | proteinuria           | no
    UPCR <0.51              | proteinuria           | ?
    UPCR >0.5               | proteinuria           | yes
    UPCR >0.49              | proteinuria           | ?
    PLT 99.99994            | thrombocytopenia      | yes
    PLT 99.99996            | thrombocytopenia      | no
    PLT <100                | thrombocytopenia      | yes
    PLT <101                | thrombocytopenia      | ?
    PLT >100                | thrombocytopenia      | no
    PLT >99                 | thrombocytopenia      | ?
    C3 <90                  | low_complement        | yes
    C3 <91                  | low_complement        | ?
    C3 79 [80-160]          | low_complement        | yes
    C3 0.79 g/L [0.8-1.6]   | low_complement        | yes
    WBC 2.9999              | leukopenia            | yes
    WBC 3                   | leukopenia            | no
    WBC <3.1                | leukopenia            | ?
    WBC >2.9                | leukopenia            | ?
    WBC >3                  | leukopenia            | no
""")


@pytest.fixture(scope="module")
def decided() -> list[str]:
    rows = [results(line.result, f"P{i:03d}")[0] for i, line in DECIDES.iterrows()]
    scores = lupusmon.analyze(pd.DataFrame(rows, dtype=str), as_of=on("3")).scores
    assert scores.patient_id.tolist() == [row["patient_id"] for row in rows]
    answers = [score[line["item"]] for (_, score), (_, line) in zip(scores.iterrows(), DECIDES.iterrows(), strict=True)]
    return ["?" if pd.isna(answer) else "yes" if answer else "no" for answer in answers]


@pytest.mark.parametrize("at", range(len(DECIDES)), ids=DECIDES.result)
def test_a_comparison_is_true_or_false_only_where_the_whole_interval_says_so(at: int, decided: list[str]) -> None:
    assert decided[at] == DECIDES.answer[at]
