"""CRITERIA 8: what would settle an open verdict, and which single assumption would flip a decided one."""

from __future__ import annotations

import re
from itertools import product
from random import Random

import pandas as pd

from tests.spec.cases import UNITS, WORDS, Case, Cases, analyze, assessment, doses, on, result, results

# --- settle: the smallest set, with its window. Week 52 is 2024-12-31: 2024-12-03 to 2025-01-28; baseline: 2023-10-04 to
# 2024-01-02; as_of 2025-03-01: latest from 2025-01-04

VISIT, BEFORE = "between 2024-12-03 and 2025-01-28", "between 2023-10-04 and 2024-01-02 (baseline)"

SETTLE = Cases("""
    case                          | baseline                       | week_52                     | criterion        | settle
    nothing open                  | UPCR 2                         | UPCR 0.4                    | renal_eular      | none
    not met is not open           | UPCR 2                         | UPCR 3                      | renal_eular      | none
    not applicable is not open    | UPCR 0.2                       |                             | renal_eular      | none
    UPCR at the visit             | UPCR 2                         |                             | renal_eular      | UPCR VISIT
    UPCR before                   |                                | UPCR 0.4                    | renal_eular      | UPCR BEFORE
    both                          | EGFR 90                        | EGFR 90                     | renal_eular      | UPCR BEFORE
    censored UPCR                 | UPCR 2                         | UPCR <0.9                   | renal_eular      | UPCR VISIT
    eGFR at the visit             | UPCR 2; EGFR 90                | UPCR 0.4                    | renal_complete   | EGFR VISIT
    eGFR or UPCR, either fails it | UPCR 2; EGFR 90                |                             | renal_complete   | UPCR VISIT
    eGFR at the visit is enough   | UPCR 2                         | UPCR 0.4                    | renal_crr        | EGFR VISIT
    C3                            | C3 60                          |                             | c3_normalised    | C3 VISIT
    C4 before                     |                                | C4 12                       | c4_normalised    | C4 BEFORE
    dsDNA on the same assay       | DSDNA 90 /A                    | DSDNA 12 /B                 | dsdna_normalised | DSDNA VISIT
    platelets                     | PLT 40                         |                             | platelets_iwg    | PLT VISIT
    low C3 decides the points     | C3 50; C4 5; DSDNA 9; UPCR 0.1; PLT 200 | C3 120; C4 20; DSDNA 9; UPCR 0.1; PLT 200 | sri_lab | none
    one test for no_worsening     | C3 50; C4 12; DSDNA 90; UPCR 0.1; PLT 200 | C3 120; C4 20; UPCR 0.1; PLT 200 | sri_lab | DSDNA VISIT
""")  # fmt: skip


@SETTLE.each
def test_what_would_settle_an_open_laboratory_verdict(case: Case) -> None:
    rows = case.rows("responses").query("week == '52'").set_index("criterion")
    expected = case.line["settle"].replace("VISIT", VISIT).replace("BEFORE", BEFORE)
    settle = rows.loc[case.line["criterion"], "settle"]
    assert ("none" if pd.isna(settle) else settle) == expected


SETTLE_ASSESSED = Cases("""
    case            | at_baseline     | at_week_52                        | criterion | settle
    SLEDAI missing  | 10, pga 1       | pga 1                             | sri_4     | SLEDAI-2K VISIT
    PGA missing     | 10, pga 1       | 2                                 | sri_4     | PGA VISIT
    a grade missing | 10, pga 1       | 2, pga 1, MSK -                   | sri_4     | BILAG musculoskeletal VISIT
    no baseline PGA | 10              | 2, pga 1                          | sri_4     | PGA BEFORE
    prednisone      |                 | 0, pga 0.4                        | doris     | prednisone dose VISIT
    all but SLEDAI  |                 | pga 0.4, prednisone 5             | doris     | SLEDAI-2K VISIT
    a major item    | 6, no items     | 2, pga 1, prednisone 5, no items, casts - | lldas | SLEDAI-2K item casts VISIT
    any other item  | 6, no items     | 2, pga 1, prednisone 5, no items, rash -  | lldas | SLEDAI-2K item rash VISIT
""")


@SETTLE_ASSESSED.each
def test_what_would_settle_an_open_assessed_verdict(case: Case) -> None:
    rows = case.rows("responses").query("week == '52'").set_index("criterion")
    expected = case.line["settle"].replace("VISIT", VISIT).replace("BEFORE", BEFORE)
    settle = rows.loc[case.line["criterion"], "settle"]
    assert not pd.isna(settle) and settle.lower() == expected.lower()


def test_the_window_of_latest_is_the_56_days_up_to_as_of() -> None:
    responses = analyze(results("UPCR 2 @-7"), doses("belimumab @0"), as_of=on("100")).responses
    row = responses.query("week == 'latest' and criterion == 'renal_perr'").iloc[0]
    assert row.settle.startswith(f"UPCR between {on('44')} and {on('100')}") or row.settle.startswith(
        f"EGFR between {on('44')} and {on('100')}"
    )


def test_on_the_day_of_the_first_infusion_no_result_of_latest_can_settle_anything_yet() -> None:
    analysis = analyze(results("UPCR 2 @-7"), doses("belimumab @0"), as_of=on("0"))
    settle = analysis.responses.query("week == 'latest'").set_index("criterion").settle
    assert pd.isna(settle["renal_perr"]) and pd.isna(settle["lldas"])
    assert settle["c3_normalised"].endswith("(baseline)"), "a baseline may still turn up"
    check = analysis.evidence.query("criterion == 'renal_perr' and check == 'upcr'").iloc[0]
    assert "no result yet; only those after the day of the first infusion count" in check.text


def test_only_open_verdicts_name_what_would_settle_them() -> None:
    labs = results("UPCR 2 @-7; C3 60 @-7; UPCR 0.4 @w52; C3 95 @w52; PLT 30 @w52")
    responses = analyze(labs, doses("belimumab @0"), as_of=on("w52+9")).responses
    assert responses[responses.verdict != "not_assessable"].settle.isna().all()


# --- the settle set decides, at some value, and no single one of two does

OPEN = Cases("""
    case   | baseline                             | week_52
    open 1 | UPCR 2                               |
    open 2 |                                      | UPCR 0.4; EGFR 90
    open 3 | EGFR 90                              | EGFR 90
    open 4 | C3 50; C4 5; DSDNA 90; UPCR 2        | C3 120; C4 20
    open 5 | C3 50; C4 5                          | PLT 90; DSDNA 9
    open 6 | PLT 20 /A; UPCR 2 /A; DSDNA 90 /A    | PLT 60 /B; UPCR 0.8 /B; DSDNA 10 /B
    open 7 | PLT <60; UPCR <0.6; C3 <95; DSDNA <40 | PLT >90; UPCR <0.6; C3 >80; DSDNA <40; C4 12
    open 8 |                                      |
    open 9 | PLT 40; C3 60; C4 5; UPCR 0.1        | C3 85; UPCR 0.6; PLT 120
""")
TRIALS = {
    "C3": (130, 1),
    "C4": (25, 0.1),
    "CH50": (50, 1),
    "DSDNA": (1, 9000),
    "UPCR": (0.01, 39, 0.6),
    "PLT": (300, 1),
}
TRIALS |= {"EGFR": (150, 1), "CREAT": (0.3, 19), "UPROT24": (0.1, 20)}
PART = re.compile(r"([A-Z0-9]+) between (\S+) and (\S+)( \(baseline\))?")


ASSESSED = ("sri_4", "sri_5", "sri_6", "sri_7", "sri_8", "bicla", "lldas", "doris")


def open_settles() -> list[tuple[str, dict]]:
    """(patient, its row of responses with the parts of `settle`) for every open laboratory verdict at week 52."""
    found = []
    for case in (Case(OPEN, line) for line in OPEN.table.to_dict("records")):
        rows = case.rows("responses").query("week == '52' and verdict == 'not_assessable'")
        rows = rows[~rows.criterion.isin(ASSESSED)]
        assert rows.settle.notna().all(), rows
        for row in rows.to_dict("records"):
            parts = re.findall(PART, row["settle"])
            assert len(parts) == row["settle"].count(" between ")
            found.append((case.name, row | {"parts": parts}))
    return found


def with_results(name: str, who: str, parts: list[tuple], values: tuple) -> list[dict]:
    """The patient's rows under another id with results put where the parts say, in the series the patient has."""
    line = OPEN.table.set_index("case").loc[name]
    rows = results(line.baseline, who, "-7") + results(line.week_52, who, "w52")
    for (analyte, _, end, baseline), value in zip(parts, values, strict=True):
        other = [row for row in rows if row["analyte"] == analyte]
        row = result(f"{analyte} {value}", who) | {"unit": UNITS[analyte]}
        row["collected_at"] = end if baseline else on("w52") + "T23:59:59"
        row["method"] = other[0]["method"] if other else ""
        rows.append(row)
    return rows


def decided(trials: list[tuple[str, list[tuple], tuple, str]]) -> list[bool]:
    """Whether each trial (patient, parts, values, criterion) decides the verdict; all in one run."""
    labs, given = [], []
    for at, (name, parts, values, _) in enumerate(trials):
        labs += with_results(name, f"T{at:05d}", parts, values)
        given += doses("belimumab @0", f"T{at:05d}")
    responses = analyze(labs, given, as_of=on("w52+60")).responses.query("week == '52'")
    verdicts = responses.set_index(["patient_id", "criterion"]).verdict
    return [verdicts[f"T{at:05d}", trial[3]] != "not_assessable" for at, trial in enumerate(trials)]


def test_the_settle_set_decides_the_verdict_and_no_smaller_set_does() -> None:
    found = open_settles()
    assert len(found) > 60
    whole, single = [], []
    for name, row in found:
        parts = row["parts"]
        whole += [(name, parts, v, row["criterion"]) for v in product(*(TRIALS[p[0]] for p in parts))]
        if len(parts) > 1:  # a smaller set: any one result, of any test, at the visit or before
            anywhere = [(analyte, "", on("0"), side) for analyte in TRIALS for side in ("", "(baseline)")]
            single += [(name, [p], (v,), row["criterion"]) for p in anywhere for v in TRIALS[p[0]]]
    settled = {(t[0], t[3]) for t, is_decided in zip(whole, decided(whole), strict=True) if is_decided}
    missing = {
        (name, row["criterion"]): row["settle"] for name, row in found if (name, row["criterion"]) not in settled
    }
    assert not missing
    assert len(single) > 300
    too_much = [t for t, is_decided in zip(single, decided(single), strict=True) if is_decided]
    assert not too_much


# --- edge: window ± 7 days, a censored value at either end, a value by its CVa (C3 2.6, C4 4.45, DSDNA 10, UPCR 5, PLT 3.5,
# CREAT 3, EGFR 3.6 %)

EDGE = Cases("""
    case                                  | baseline            | labs                                | criterion        | verdict | edge
    UPCR well inside                      | UPCR 2; EGFR 100    | UPCR 0.3 @w52; EGFR 100 @w52        | renal_crr        | met | none
    UPCR 0.476 + 5 % is under 0.5         | UPCR 2; EGFR 100    | UPCR 0.476 @w52; EGFR 100 @w52      | renal_crr        | met | none
    UPCR 0.4762 + 5 % is not              | UPCR 2; EGFR 100    | UPCR 0.4762 @w52; EGFR 100 @w52     | renal_crr        | met | UPCR at the visit
    UPCR 0.526 - 5 % is under 0.5         | UPCR 2; EGFR 100    | UPCR 0.526 @w52; EGFR 100 @w52      | renal_crr        | not | UPCR at the visit
    UPCR 0.527 - 5 % is not               | UPCR 2; EGFR 100    | UPCR 0.527 @w52; EGFR 100 @w52      | renal_crr        | not | none
    eGFR 92 - 3.6 % is under both         | UPCR 2; EGFR 101    | UPCR 0.3 @w52; EGFR 92 @w52         | renal_crr        | met | EGFR at the visit
    UPCR half of a noisy baseline         | UPCR 2; EGFR 100    | UPCR 0.99 @w52; EGFR 100 @w52       | renal_partial    | met | UPCR at baseline
    baseline UPCR about 0.5 is no flip    | UPCR 0.51; EGFR 100 | UPCR 0.1 @w52; EGFR 100 @w52        | renal_crr        | met | none
    C3 92.4 - 2.6 % is under 90           | C3 60               | C3 92.4 @w52                        | c3_normalised    | met | C3 at the visit
    C3 92.5 - 2.6 % is not                | C3 60               | C3 92.5 @w52                        | c3_normalised    | met | none
    C3 88 + 2.6 % is 90                   | C3 60               | C3 88 @w52                          | c3_normalised    | not | C3 at the visit
    C4                                    | C4 5                | C4 10.4 @w52                        | c4_normalised    | met | C4 at the visit
    C4, sure                              | C4 5                | C4 10.5 @w52                        | c4_normalised    | met | none
    dsDNA                                 | DSDNA 90            | DSDNA 28 @w52                       | dsdna_normalised | met | DSDNA at the visit
    dsDNA, sure                           | DSDNA 90            | DSDNA 27 @w52                       | dsdna_normalised | met | none
    platelets                             | PLT 40              | PLT 103 @w52                        | platelets_iwg    | met | none
    platelets, not doubled                | PLT 60              | PLT 103 @w52                        | platelets_iwg    | met | PLT at the visit
    platelets, sure                       | PLT 60              | PLT 104 @w52                        | platelets_iwg    | met | none
    platelets doubled, noisy baseline     | PLT 30              | PLT 61 @w52                         | platelets_iwg    | met | PLT at baseline
    censored, read at its limit           | C3 60               | C3 <90 @w52                         | c3_normalised    | not | C3
    censored, sure at both ends           | C3 60               | C3 <80 @w52                         | c3_normalised    | not | none
    censored UPCR, read at its limit      | UPCR 2              | UPCR <0.5 @w52; EGFR 100 @w52       | renal_crr        | met | UPCR
    window 7 days earlier                 | UPCR 2              | UPCR 0.4 @w52; UPCR 0.9 @w52-8      | renal_eular      | met | 7 days earlier
    window 7 days later                   | UPCR 2              | UPCR 0.4 @w52; UPCR 0.9 @w52+8      | renal_eular      | met | 7 days later
    too far to win the moved window       | UPCR 2              | UPCR 0.4 @w52; UPCR 0.9 @w52+15     | renal_eular      | met | none
    no value in the moved window          | UPCR 2              | UPCR 0.4 @w52+28                    | renal_eular      | met | none
    an open verdict has no edge           | UPCR 2              |                                     | renal_eular      | open | none
""")


@EDGE.each
def test_a_verdict_is_on_the_edge_when_one_assumption_flips_it(case: Case) -> None:
    row = case.rows("responses").query("week == '52'").set_index("criterion").loc[case.line["criterion"]]
    assert WORDS.get(row.verdict, row.verdict) == case.line["verdict"]
    if case.line["edge"] == "none":
        assert pd.isna(row.edge)
    else:
        assert case.line["edge"] in row.edge


def test_the_window_of_an_assessed_criterion_moves_too() -> None:
    assessed = [assessment("10, pga 1 @-7"), assessment("2, pga 1 @w52"), assessment("9, pga 1 @w52-8")]
    responses = analyze((), doses("belimumab @0"), assessed, as_of=on("w52+30")).responses
    row = responses.query("week == '52' and criterion == 'sri_4'").iloc[0]
    assert row.verdict == "met" and "7 days earlier" in row.edge


# --- monotone: a better value at the visit never turns met into not met, nor an exact one into an open verdict

BETTER = {"C3": 1.5, "C4": 1.5, "DSDNA": 0.3, "UPCR": 0.3, "PLT": 1.5, "EGFR": 1.4}
RANK = {"not_met": 0, "not_assessable": 1, "met": 2, "not_applicable": 3}


def random_values(rng: Random) -> dict[str, float]:
    choices = {
        "C3": (50, 80, 89, 90, 100),
        "C4": (4, 9, 10, 14),
        "DSDNA": (5, 30, 31, 90),
        "UPCR": (0.2, 0.49, 0.5, 0.7, 1, 3),
    }
    choices |= {"PLT": (20, 30, 45, 60, 99, 150), "EGFR": (40, 55, 60, 80, 95)}
    return {code: rng.choice(values) for code, values in choices.items()}


def test_improving_one_value_never_makes_a_verdict_worse() -> None:
    rng, labs, given = Random(7), [], []
    for at in range(80):
        before, after = random_values(rng), random_values(rng)
        for changed in (None, *BETTER):
            who = f"{at:03d} {changed or 'as it was'}"
            better = {c: v * BETTER[c] if c == changed else v for c, v in after.items()}
            labs += results("; ".join(f"{c} {v}" for c, v in before.items()), who, "-7")
            labs += results("; ".join(f"{c} {v:.6g}" for c, v in better.items()), who, "w52")
            given += doses("belimumab @0", who)
    responses = analyze(labs, given, as_of=on("w52+9")).responses.query("week == '52'")
    ranks = responses.assign(
        patient=responses.patient_id.str[:3], changed=responses.patient_id.str[4:], rank=responses.verdict.map(RANK)
    ).pivot(index=["patient", "criterion"], columns="changed", values="rank")
    for code in BETTER:
        worse = ranks[ranks[code] < ranks["as it was"]]
        assert not len(worse), (code, worse.head())
    assert {0, 2} <= set(ranks["as it was"])


def test_improving_one_assessed_value_never_makes_a_verdict_worse() -> None:
    rng, assessed, given = Random(8), [], []
    better = {"sledai": lambda s: max(0, s - 3), "pga": lambda p: p / 2, "prednisone": lambda d: d / 2}
    for at in range(60):
        now = {
            "sledai": rng.randrange(9),
            "pga": rng.choice((0.2, 0.5, 1, 1.4)),
            "prednisone": rng.choice((0, 5, 7.5, 10)),
        }
        grades = f"MSK {rng.choice('ABCD')}, MUC {rng.choice('ABCD')}"
        start = f"{rng.randrange(3, 12)}, pga {rng.choice((0.5, 1, 1.2))}, no items, MSK {rng.choice('AB')}, MUC {rng.choice('BC')} @-7"
        for changed in (None, *better):
            who = f"{at:03d} {changed or 'as it was'}"
            v = now | ({changed: better[changed](now[changed])} if changed else {})
            text = f"{v['sledai']}, pga {v['pga']:g}, prednisone {v['prednisone']:g}, no items, {grades} @w52"
            assessed += [assessment(start, who), assessment(text, who)]
            given += doses("belimumab @0", who)
    responses = analyze((), given, assessed, as_of=on("w52+9")).responses.query("week == '52'")
    ranks = responses.assign(
        patient=responses.patient_id.str[:3], changed=responses.patient_id.str[4:], rank=responses.verdict.map(RANK)
    ).pivot(index=["patient", "criterion"], columns="changed", values="rank")
    for name in better:
        worse = ranks[ranks[name] < ranks["as it was"]]
        assert not len(worse), (name, worse.head())
