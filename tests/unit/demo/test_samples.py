"""sample_data/: the files are what the program makes, they add up to the cohort, the dictionary tells the truth."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lupusmon.demo.archetypes import ARCHETYPES
from lupusmon.demo.cohort import build_cohort
from lupusmon.demo.laboratories import SEMICOLON, WIDE
from lupusmon.demo.samples import GERMAN_NAMES, PATIENTS, SEED, build_faults, write_samples

FOLDER = Path(__file__).parents[3] / "sample_data"


def read(name: str, **options: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / name, dtype=str, keep_default_na=False, **options)


@pytest.fixture(scope="module")
def whole() -> pd.DataFrame:
    return build_cohort(PATIENTS, SEED)["labs"]


def test_the_folder_holds_what_the_program_writes(tmp_path):
    for path in write_samples(tmp_path):
        assert (FOLDER / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_three_forms_together_are_the_cohort(whole):
    keys = ["patient_id", "collected_at", "analyte", "value"]
    wide = read("labs_wide.csv").melt(["patient_id", "collected_at"], var_name="head").query("value != ''")
    wide["analyte"] = wide["head"].str.partition(" (")[0]
    german = read("labs_semicolon.csv", sep=";", encoding="cp1252")
    day = german["collected_at"]
    german["collected_at"] = day.str[6:10] + "-" + day.str[3:5] + "-" + day.str[:2] + day.str[10:]
    german["analyte"] = german["analyte"].map({v: k for k, v in GERMAN_NAMES.items()})
    german["value"] = german["value"].str.replace(",", ".")
    together = pd.concat([table[keys] for table in (read("labs.csv"), wide, german)])
    assert sorted(map(tuple, together.to_numpy())) == sorted(map(tuple, whole[keys].to_numpy()))
    assert len(wide) > 200 and len(german) > 500


def test_the_laboratory_of_the_wide_file_prints_the_default_limits(whole):
    """The wide form has no limits and no method, so nothing may be lost with them."""
    own = whole[whole["laboratory"] == WIDE.name]
    assert set(own["method"]) == {""}
    limits = set(own[["analyte", "ref_low", "ref_high"]].itertuples(index=False, name=None))
    assert limits == {
        ("C3", "90", "180"), ("C4", "10", "40"), ("dsDNA", "", "30"), ("UPCR", "", "0.2"), ("PLT", "150", "400"),
        ("CREAT", "", ""), ("WBC", "4", "11"), ("HGB", "12", "16"),
    }  # fmt: skip


def test_the_german_file_is_what_it_says():
    raw = (FOLDER / "labs_semicolon.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    table = read("labs_semicolon.csv", sep=";", encoding="cp1252")
    assert {"g/l", "mg/mmol", "µmol/l", "G/L"} <= set(table["unit"])
    assert table["value"].str.contains(",").any() and not table["value"].str.contains(".", regex=False).any()
    assert set(table["laboratory"]) == {SEMICOLON.name}
    assert (table["collected_at"].str[:2].astype(int) > 12).any()  # the order of day and month can be told


def test_every_line_of_faults_is_explained_in_the_dictionary(whole):
    faults = build_faults(whole[~whole["laboratory"].isin([WIDE.name, SEMICOLON.name])])
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for line, fault in enumerate(faults, start=2):
        assert f"| {line} | {fault.what} | {fault.outcome} |" in text
    assert len(read("labs_faulty.csv")) == len(faults)
    assert {f.outcome for f in faults} == {"rejected", "ignored", "identical", "superseded", "accepted"}


def test_the_dictionary_names_every_file_column_and_archetype():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in FOLDER.glob("*.csv"):
        assert f"`{path.name}`" in text
    for name in ("patients.csv", "infusions.csv", "labs.csv", "truth.csv"):
        assert all(f"`{column}`" in text for column in read(name)), name
    assert all(f"| {a.code} | {a.meaning} |" in text for a in ARCHETYPES)
    assert "synthetic" in text and f"--patients {PATIENTS} --seed {SEED}" in text


def test_faults_use_patients_of_the_cohort_and_dates_that_can_only_be_read_one_way():
    table = read("labs_faulty.csv")
    known = set(read("patients.csv")["patient_id"])
    assert set(table["patient_id"]) - {""} <= known
    assert not table["collected_at"].str.contains("/").any()
