"""Alerts on anti-dsDNA with complement, on a changed assay, and on results that contradict each other."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.spec.runs import history, run
from tests.text_tables import table

AS_OF = "2026-10-10"


def alerts(*labs: pd.DataFrame, as_of: str = AS_OF) -> pd.DataFrame:
    return run("alerts", labs=pd.concat(labs, ignore_index=True), as_of=as_of).alerts


def of(frame: pd.DataFrame, code: str) -> pd.DataFrame:
    return frame[frame.code == code]


FALLING_C3 = "2026-09-04 120; 2026-10-02 100"  # -16.7 %, beyond 14.9 %
WARNINGS = table("""
    dsdna                                     | c3                                | expected | why
    2026-09-04 40; 2026-10-02 50              | 2026-09-04 120; 2026-10-02 100    | medium   | +25 %
    2026-09-04 40; 2026-10-02 49.9            | 2026-09-04 120; 2026-10-02 100    |          | under 25 %
    2026-09-04 40; 2026-10-02 50              | 2026-09-04 120; 2026-10-02 103    |          | C3 within its reference change
    2026-09-04 40; 2026-10-02 50              | 2026-10-02 80                     |          | no C3 before
    2026-09-04 40; 2026-10-02 50              |                                   |          | no C3
    2026-10-02 50                             | 2026-09-04 120; 2026-10-02 100    |          | no anti-dsDNA before
    2026-09-04 20; 2026-10-02 30              | 2026-09-04 120; 2026-10-02 100    | low      | not above its limit of 30
    2026-09-04 20; 2026-10-02 30.1            | 2026-09-04 120; 2026-10-02 100    | medium   | just above
    2026-09-04 <40; 2026-10-02 50             | 2026-09-04 120; 2026-10-02 100    | medium   | from 40 at most
    2026-09-04 >40; 2026-10-02 60             | 2026-09-04 120; 2026-10-02 100    |          | from what is not known
    2026-09-04 40; 2026-10-02 >50             | 2026-09-04 120; 2026-10-02 100    | medium   | to 50 at least
    2026-09-04 40; 2026-10-02 <60             | 2026-09-04 120; 2026-10-02 100    |          | cannot be told
    2026-09-04 40; 2026-10-02 50              | 2026-09-04 >120; 2026-10-02 100   | medium   | from 120 at least
    2026-09-04 40; 2026-10-02 50              | 2026-09-04 <120; 2026-10-02 60    |          | from what is not known
    2026-08-07 40; 2026-09-04 45; 2026-10-02 52 | 2026-08-07 120; 2026-09-04 110; 2026-10-02 100 | medium | over two visits
    2026-07-07 40; 2026-08-07 45; 2026-09-04 48; 2026-10-02 52 | 2026-09-04 120; 2026-10-02 100 | | over three visits
    2026-04-01 40; 2026-10-02 60              | 2026-04-01 120; 2026-10-02 100    | medium   | 184 days apart
    2026-03-31 40; 2026-10-02 60              | 2026-04-01 120; 2026-10-02 100    |          | 185 days apart
    2026-08-04 40; 2026-09-02 60              | 2026-07-04 120; 2026-10-02 100    | medium   | C3 30 days later
    2026-08-04 40; 2026-09-01 60              | 2026-07-04 120; 2026-10-02 100    |          | C3 31 days later
    2026-09-04 1:160; 2026-10-02 1:320        | 2026-09-04 120; 2026-10-02 100    |          | one dilution is noise
    2026-09-04 1:160; 2026-10-02 1:640        | 2026-09-04 120; 2026-10-02 100    | medium   | two dilutions
    2026-09-04 negative; 2026-10-02 positive  | 2026-09-04 120; 2026-10-02 100    |          | words do not rise
""")


@pytest.mark.parametrize("case", [c for _, c in WARNINGS.iterrows()], ids=lambda c: f"{c.dsdna} / {c.c3} ({c.why})")
def test_serologic_warning(case: pd.Series) -> None:
    found = alerts(history("DSDNA", case.dsdna), history("C3", case.c3))
    assert " ".join(of(found, "serologic_warning").severity) == case.expected


def test_another_assay_is_no_rise() -> None:
    labs = [history("DSDNA", "2026-09-04 40", method="ELISA"), history("DSDNA", "2026-10-02 90", method="Farr")]
    assert not len(of(alerts(*labs, history("C3", FALLING_C3)), "serologic_warning"))


@pytest.mark.parametrize(
    "upcr, kidney",
    [
        ("", "kidney not known (no UPCR in the last 92 days)"),
        ("2026-07-09 0.2", "kidney not known (no UPCR in the last 92 days)"),
        ("2026-07-10 0.2", "kidney steady (UPCR 0.2 on 2026-07-10)"),
        ("2026-07-10 0.2; 2026-10-02 0.6", "kidney not steady, see its own alert"),
    ],
)
def test_the_warning_says_how_the_kidney_is(upcr: str, kidney: str) -> None:
    labs = [history("DSDNA", "2026-09-04 40; 2026-10-02 60"), history("C3", FALLING_C3), history("UPCR", upcr)]
    c4 = history("C4", "2026-09-04 20; 2026-10-02 14")
    assert of(alerts(*labs, c4), "serologic_warning").text.item() == (
        "Anti-dsDNA 60 IU/mL on 2026-10-02, up from 40 on 2026-09-04, while C3 fell from 120 on 2026-09-04 to 100 on "
        f"2026-10-02 and C4 fell from 20 on 2026-09-04 to 14 on 2026-10-02; {kidney}"
    )


ASSAYS = table("""
    old                            | new                            | expected | why
    2026-05-01 40; 2026-09-04 40   | 2026-10-02 8                   | yes      | Farr in place of ELISA
    2026-05-01 40; 2026-10-02 40   | 2026-10-02 8                   |          | both on one day
    2026-05-01 40; 2026-10-05 40   | 2026-06-01 8; 2026-10-02 8     |          | side by side
    2025-09-04 40                  | 2025-10-10 8; 2026-10-02 8     | yes      | began 365 days ago
    2025-09-04 40                  | 2025-10-09 8; 2026-10-02 8     |          | began 366 days ago
    2025-10-02 40                  | 2026-10-02 8                   | yes      | 365 days between
    2025-10-01 40                  | 2026-10-02 8                   |          | 366 days between
                                   | 2026-09-04 8; 2026-10-02 8     |          | one assay
    2026-08-01 40; 2026-10-02 40   | 2026-09-04 8                   |          | and back
    2026-08-01 positive            | 2026-10-02 8                   | yes      | from words
""")


@pytest.mark.parametrize("case", [c for _, c in ASSAYS.iterrows()], ids=lambda c: f"{c.old} / {c.new} ({c.why})")
def test_assay_changed(case: pd.Series) -> None:
    old, new = history("DSDNA", case.old, method="ELISA"), history("DSDNA", case.new, method="Farr")
    for order in ((new, old), (old, new)):
        assert len(of(alerts(*order), "assay_changed")) == (1 if case.expected else 0)


def test_a_changed_assay_names_both() -> None:
    labs = [
        history("DSDNA", "2026-08-01 40", method="ELISA"),
        history("DSDNA", "2026-10-02 8; 2026-10-05 9", method=""),
    ]
    row = of(alerts(*labs), "assay_changed").squeeze()
    assert row.text == (
        "Anti-dsDNA by an unnamed assay since 2026-10-02, by ELISA until 2026-08-01: values do not compare"
    )
    assert (row.severity, row.analyte) == ("low", "DSDNA")


CONFLICTS = table("""
    analyte | first                 | second                | expected | why
    C3      | 2026-10-02 89         | 2026-10-02 90         | yes      | below the limit and at it
    C3      | 2026-10-02 89         | 2026-10-02 88         |          | both below
    C3      | 2026-10-02 179        | 2026-10-02 181        |          | the upper limit of C3 does not matter
    C3      | 2026-10-02 89         | 2026-10-03 95         |          | two days
    C3      | 2026-10-02 <90        | 2026-10-02 95         | yes      | all of it below
    C3      | 2026-10-02 <91        | 2026-10-02 95         |          | cannot be told
    C3      | 2026-09-04 85; 2026-10-02 95 | 2026-09-04 95  |          | on an earlier day
    C3      | 2025-10-10 85         | 2025-10-10 95         | yes      | 365 days ago
    C3      | 2025-10-09 85         | 2025-10-09 95         |          | 366 days ago
    DSDNA   | 2026-10-02 31         | 2026-10-02 30         | yes      | above the limit and at it
    DSDNA   | 2026-10-02 positive   | 2026-10-02 12         | yes      | a word and a number
    DSDNA   | 2026-10-02 trace      | 2026-10-02 12         |          | trace is neither
    DSDNA   | 2026-10-02 trace      | 2026-10-02 120        |          | nor does it say no
    DSDNA   | 2026-10-02 1:20       | 2026-10-02 12         | yes      | a titre and a number
    CREAT   | 2026-10-02 0.7        | 2026-10-02 3          |          | no limits
""")


@pytest.mark.parametrize(
    "case", [c for _, c in CONFLICTS.iterrows()], ids=lambda c: f"{c['first']} / {c.second} {c.why}"
)
def test_conflicting_results(case: pd.Series) -> None:
    first = history(case.analyte, case["first"], method="A")
    found = of(alerts(first, history(case.analyte, case.second, method="B")), "conflicting_results")
    assert found.analyte.tolist() == ([case.analyte] if case.expected else [])


def test_a_conflict_shows_both_results() -> None:
    labs = history("C3", "2026-10-02T08:00 85; 2026-10-02T16:00 95", method="nephelometry", limits="90-180")
    assert of(alerts(labs), "conflicting_results").text.item() == (
        "C3 on 2026-10-02: 85 mg/dL (nephelometry, limit 90) is outside its limit, "
        "95 mg/dL (nephelometry, limit 90) is not"
    )
