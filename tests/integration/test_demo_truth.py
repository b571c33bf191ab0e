"""The sample data through the command line: every certain verdict, every fault, and the counts of the dictionary."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from lupusmon.demo.cohort import build_cohort
from lupusmon.demo.laboratories import SEMICOLON, WIDE
from lupusmon.demo.samples import PATIENTS, SEED, build_faults

ROOT = Path(__file__).parents[2]
KEYS = ["patient_id", "course_id", "week", "criterion"]


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    command = [sys.executable, "-m", "lupusmon", "analyze", "sample_data", "--out", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300)
    return folder


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_every_certain_verdict_is_found(out):
    truth = read(ROOT / "sample_data" / "truth.csv").query("criterion != ''")
    both = truth.merge(read(out / "responses.csv"), on=KEYS, how="left")
    assert len(both) == len(truth) > 3000
    wrong = both[both["verdict"] != both["expected"]]
    assert wrong.empty, wrong[[*KEYS, "archetype", "expected", "verdict", "reason"]].head(20).to_string()


def test_every_fault_ends_where_the_dictionary_says(out):
    labs = build_cohort(PATIENTS, SEED)["labs"]
    faults = build_faults(labs[~labs["laboratory"].isin([WIDE.name, SEMICOLON.name])])
    issues = read(out / "issues.csv").query("source_file == 'labs_faulty.csv' and outcome != 'note'")
    found = dict(zip(issues["source_line"].astype(int), issues["outcome"], strict=True))
    quiet = ("accepted", "identical")
    assert found == {k: f.outcome for k, f in enumerate(faults, start=2) if f.outcome not in quiet}
    counts = {f["file"]: f for f in json.loads((out / "receipt.json").read_text())["files"]}["labs_faulty.csv"]
    for outcome in ("accepted", "identical", "superseded", "rejected", "ignored"):
        assert counts[outcome] == sum(f.outcome == outcome for f in faults), outcome


def test_no_row_of_the_other_files_is_lost(out):
    files = json.loads((out / "receipt.json").read_text())["files"]
    assert {f["file"] for f in files} == {p.name for p in (ROOT / "sample_data").glob("*.csv")} - {"truth.csv"}
    for f in files:
        if f["file"] != "labs_faulty.csv":
            assert (f["rejected"], f["ignored"], f["identical"]) == (0, 0, 0), f["file"]
