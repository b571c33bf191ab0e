"""What must hold for any input: rows balance, order and units do not matter, more data is harmless."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lupusmon
from lupusmon.demo.cohort import build_cohort
from tests.oracle.generator import random_cohort, to_csv_frames

TABLES = ("results", "courses", "infusions", "baselines", "trends", "scores", "responses", "evidence", "alerts")
WHERE = ["source_file", "source_line"]


@pytest.fixture(scope="module")
def cohort() -> dict[str, pd.DataFrame]:
    return build_cohort(30, 11)


def analyse(cohort: dict[str, pd.DataFrame], **changed: pd.DataFrame) -> lupusmon.Analysis:
    frames = {name: cohort[name] for name in ("labs", "infusions", "assessments", "patients")} | changed
    return lupusmon.analyze(**frames, as_of="2026-11-15")


def same(a: lupusmon.Analysis, b: lupusmon.Analysis, *, drop: tuple[str, ...] = ()) -> None:
    for name in TABLES:
        left, right = (getattr(x, name).drop(columns=[*WHERE, *drop], errors="ignore") for x in (a, b))
        pd.testing.assert_frame_equal(left, right, obj=name)


def test_the_order_of_rows_does_not_matter(cohort: dict[str, pd.DataFrame]) -> None:
    rng = np.random.default_rng(5)
    shuffled = {}
    for name in ("labs", "infusions", "assessments", "patients"):
        frame = cohort[name]
        if name == "labs":  # a correction must still come after what it corrects
            order = np.lexsort((rng.permutation(len(frame)), frame["status"].to_numpy() == "corrected"))
        else:
            order = rng.permutation(len(frame))
        shuffled[name] = frame.iloc[order]
    same(analyse(cohort), analyse(cohort, **shuffled))


def test_one_patient_alone_gets_what_the_cohort_run_gives(cohort: dict[str, pd.DataFrame]) -> None:
    whole = analyse(cohort)
    for patient in cohort["patients"]["patient_id"].iloc[:8]:
        alone = analyse({name: frame[frame.patient_id == patient] for name, frame in cohort.items()})
        for name in TABLES:
            ours = getattr(whole, name)
            ours = ours[ours.patient_id == patient].reset_index(drop=True).drop(columns=WHERE, errors="ignore")
            theirs = getattr(alone, name).drop(columns=WHERE, errors="ignore")
            assert ours.astype(str).equals(theirs.astype(str)), name


UNITS = {
    "C3": ("mg/dL", "g/L", 0.01),
    "UPCR": ("g/g", "mg/mmol", 113.12),
    "CREAT": ("mg/dL", "umol/L", 88.4),
    "PLT": ("10*9/L", "/uL", 1000),
}


@pytest.mark.parametrize("analyte", UNITS)
def test_the_unit_of_the_input_does_not_change_the_output(analyte: str) -> None:
    canonical, other, factor = UNITS[analyte]
    values = [0.31, 0.5, 0.77, 1.2, 3.3, 19] if analyte in ("UPCR", "CREAT") else [12, 25, 49.5, 90, 149, 310]
    days = pd.date_range("2025-01-01", periods=len(values), freq="37D").strftime("%Y-%m-%d")
    infusions = pd.DataFrame({"patient_id": ["P1"], "given_at": ["2025-01-20"], "drug": ["belimumab"]})

    def run(unit: str, scale: float) -> lupusmon.Analysis:
        texts = [f"{value * scale:.12g}" for value in values]
        labs = pd.DataFrame(
            {"patient_id": "P1", "collected_at": days, "analyte": analyte, "value": texts, "unit": unit}
        )
        return lupusmon.analyze(labs, infusions)

    same(run(canonical, 1), run(other, factor), drop=("raw_value", "raw_unit"))


def test_results_outside_all_windows_change_no_verdict(cohort: dict[str, pd.DataFrame]) -> None:
    old = cohort["labs"].groupby(["patient_id", "analyte"], as_index=False).first().assign(collected_at="1999-05-05")
    old = old.assign(result_id="", status="")
    more = pd.concat([cohort["labs"], old], ignore_index=True)
    pd.testing.assert_frame_equal(analyse(cohort).responses, analyse(cohort, labs=more).responses)


@pytest.mark.parametrize("parts", [2, 5])
def test_splitting_a_file_gives_the_same_tables(cohort: dict[str, pd.DataFrame], parts: int) -> None:
    from lupusmon.ingest import Kind, read_frame
    from lupusmon.pipeline import analyze_tables

    labs = cohort["labs"]
    pieces = [labs.iloc[index] for index in np.array_split(np.arange(len(labs)), parts)]
    kinds = {"infusions": Kind.INFUSIONS, "assessments": Kind.ASSESSMENTS, "patients": Kind.PATIENTS}
    tables = [read_frame(piece, Kind.LABS, f"labs{i}") for i, piece in enumerate(pieces)]
    tables += [read_frame(cohort[name], kind, name) for name, kind in kinds.items()]
    same(analyze_tables(tables, as_of="2026-11-15"), analyse(cohort))


TEXT = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), max_size=12)
CELL = st.one_of(
    TEXT,
    st.sampled_from(
        ["", "P1", "2025-01-31", "31/01/2025", "C3", "DSDNA", "PLT", "90", "<10", "1:80", "negative", "mg/dL", "IU/mL"]
    ),
)
ROW = st.tuples(
    st.sampled_from(["P1", "P2", "", "p1"]),
    st.one_of(st.sampled_from(["2025-01-31", "2025-01-31T08:00", "", "2199-01-01"]), CELL),
    st.one_of(st.sampled_from(["C3", "PLT", "DSDNA", "GLU"]), CELL),
    st.one_of(st.sampled_from(["90", "91", "<10", "-3", "1e308"]), CELL),
    st.one_of(st.sampled_from(["mg/dL", "10*9/L", "IU/mL", ""]), CELL),
    st.sampled_from(["", "R1", "R2"]),
    st.sampled_from(["", "final", "corrected"]),
)
COLUMNS = ["patient_id", "collected_at", "analyte", "value", "unit", "result_id", "status"]


@settings(max_examples=150)
@given(st.lists(ROW, max_size=12))
def test_the_receipt_balances_for_any_rows(rows: list[tuple]) -> None:
    from lupusmon.errors import UnusableFile

    try:
        analysis = lupusmon.analyze(pd.DataFrame(rows, columns=COLUMNS, dtype=str))
    except UnusableFile:
        return  # dates that could be read both ways are refused as a whole
    totals = analysis.receipt["totals"]
    assert totals["read"] == len(rows) == sum(n for name, n in totals.items() if name != "read")
    assert len(analysis.results) == totals["accepted"]
    for outcome in ("rejected", "superseded", "ignored"):
        assert (analysis.issues.outcome == outcome).sum() == totals[outcome]


@pytest.mark.parametrize("seed", range(3))
def test_settling_names_the_smallest_set_that_decides(seed: int) -> None:
    """Puts results of the settle set in at some values and sees the verdict decided; no single result did it before."""
    labs, infusions, assessments, patients, as_of = random_cohort(seed, 10)
    frames = dict(
        zip(
            ("labs", "infusions", "assessments", "patients"),
            to_csv_frames(labs, infusions, assessments, patients),
            strict=True,
        )
    )
    before = lupusmon.analyze(**frames, as_of=as_of).responses
    simple = before.settle.str.fullmatch(r"(C3|C4|UPCR|PLT|CREAT) between (\S+) and (\S+)", na=False)
    simple &= ~before.week.isin(["latest"])
    tried = 0
    for row in before[simple].head(12).itertuples():
        analyte, low, high = row.settle.split()[0], row.settle.split()[2], row.settle.split()[4]
        tried += 1
        assert any(_decided(frames, as_of, row, analyte, low, high, value) for value in VALUES[analyte]), row
    assert tried


UNIT = {"C3": "mg/dL", "C4": "mg/dL", "UPCR": "g/g", "PLT": "10*9/L", "CREAT": "mg/dL"}
VALUES = {"C3": (130, 1), "C4": (25, 0.1), "UPCR": (0.001, 39), "PLT": (300, 1), "CREAT": (0.3, 19)}


def _decided(frames: dict, as_of, row, analyte: str, low: str, high: str, value: float) -> bool:
    """Whether the verdict is decided with a result in the middle of the window, of each series the patient has."""
    middle = pd.Timestamp(low) + (pd.Timestamp(high) - pd.Timestamp(low)) / 2
    day = min(middle, pd.Timestamp(as_of)).strftime("%Y-%m-%d")
    own = frames["labs"]
    methods = own[(own.patient_id == row.patient_id) & (own.analyte == analyte)].method.unique().tolist() or [""]
    for method in methods:
        new = {"patient_id": row.patient_id, "collected_at": f"{day}T23:59:59", "analyte": analyte, "method": method}
        new |= {"value": str(value), "unit": UNIT[analyte]}
        labs = pd.concat([own, pd.DataFrame([new])], ignore_index=True).fillna("")
        after = lupusmon.analyze(**(frames | {"labs": labs}), as_of=as_of).responses
        key = (after.patient_id == row.patient_id) & (after.course_id == row.course_id)
        key &= (after.week == row.week) & (after.criterion == row.criterion)
        if (after[key].verdict != "not_assessable").all():
            return True
    return False


@pytest.mark.parametrize("wrong", [{"as_of": "01/02/2025"}, {"as_of": "soon"}, {"bicla": "foo"}])
def test_a_wrong_argument_is_refused_in_our_words(wrong: dict[str, str]) -> None:
    from lupusmon.errors import UnusableArgument

    labs = pd.DataFrame(
        {"patient_id": ["P1"], "collected_at": ["2025-01-31"], "analyte": ["C3"], "value": [90], "unit": ["mg/dL"]}
    )
    with pytest.raises(UnusableArgument, match=next(iter(wrong.values()))):
        lupusmon.analyze(labs, **wrong)
