"""The files of sample_data/: one cohort, two of its laboratories in files of their own form, and a file of faults."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lupusmon.demo.cohort import build_cohort, write_table
from lupusmon.demo.lab_rows import COLUMNS
from lupusmon.demo.laboratories import MICROMOL, SEMICOLON, WIDE

PATIENTS, SEED = 60, 7

# fmt: off
GERMAN_NAMES = {
    "C3": "Komplement C3", "C4": "Komplement C4", "dsDNA": "Anti-dsDNA-AK", "UPCR": "Protein/Kreatinin-Quotient",
    "PLT": "Thrombozyten", "CREAT": "Kreatinin", "WBC": "Leukozyten", "HGB": "Hämoglobin",
}
# fmt: on


@dataclass(frozen=True)
class Fault:
    """One line of labs_faulty.csv. cells: what differs from a good row; outcome: where it must end (CONTRACT 3)."""

    what: str
    outcome: str
    cells: dict[str, str]


def write_samples(out: Path, n_patients: int = PATIENTS, seed: int = SEED) -> list[Path]:
    """Writes all sample files into `out`. Results of two laboratories move from labs.csv to files of their own."""
    out.mkdir(parents=True, exist_ok=True)
    cohort = build_cohort(n_patients, seed)
    labs = cohort["labs"]
    own = labs["laboratory"].isin([WIDE.name, SEMICOLON.name])
    cohort["labs"] = labs[~own]
    paths = [write_table(table, out / f"{name}.csv") for name, table in cohort.items()]
    paths.append(write_table(build_wide(labs[labs["laboratory"] == WIDE.name]), out / "labs_wide.csv"))
    paths.append(_write_semicolon(labs[labs["laboratory"] == SEMICOLON.name], out / "labs_semicolon.csv"))
    paths.append(write_table(build_faulty(cohort["labs"]), out / "labs_faulty.csv"))
    return paths


def build_wide(labs: pd.DataFrame) -> pd.DataFrame:
    """One row per draw, a column per test with its unit in the header. Limits and method are not in this form."""
    heads = {assay.name: f"{assay.name} ({assay.unit})" for assay in WIDE.assays.values()}
    table = labs.pivot(index=["patient_id", "collected_at"], columns="analyte", values="value")
    table = table.reindex(columns=list(heads)).rename(columns=heads).fillna("")
    return table.reset_index()


def _write_semicolon(labs: pd.DataFrame, path: Path) -> Path:
    """Semicolons, decimal commas, day.month.year, German names, Windows-1252."""
    day, time = labs["collected_at"].str.slice(0, 10), labs["collected_at"].str.slice(10)
    table = labs.assign(
        collected_at=day.str.slice(8) + "." + day.str.slice(5, 7) + "." + day.str.slice(0, 4) + time,
        analyte=labs["analyte"].map(GERMAN_NAMES),
        unit=labs["unit"].replace({MICROMOL: "µmol/l", "IU/mL": "IU/ml", "g/dL": "g/dl", "g/L": "g/l"}),
        **{name: labs[name].str.replace(".", ",") for name in ("value", "ref_low", "ref_high")},
    )
    table.to_csv(path, index=False, sep=";", lineterminator="\n", encoding="cp1252")
    return path


def build_faulty(labs: pd.DataFrame) -> pd.DataFrame:
    """One fault per line, on patients of the cohort; every good part is copied from a row of labs.csv."""
    good = _good_row(labs)
    return pd.DataFrame([{**good, **fault.cells} for fault in build_faults(labs)], columns=list(COLUMNS))


def _good_row(labs: pd.DataFrame) -> dict[str, str]:
    """The first plain C3 result in mg/dL that has an id."""
    is_plain = (labs["analyte"] == "C3") & (labs["unit"] == "mg/dL") & (labs["status"] == "final")
    repeated = labs["result_id"].isin(labs.loc[labs["status"] == "corrected", "result_id"])
    return labs[is_plain & ~repeated].iloc[0].to_dict()


def build_faults(labs: pd.DataFrame) -> list[Fault]:
    """Every kind of row that is not simply accepted, and some odd ones that are."""
    return _unusable() + _impossible() + _not_monitored() + _repeats(labs) + _odd_but_good()


def _new(analyte: str, value: str, unit: str, **more: str) -> dict[str, str]:
    """A result of its own: another day, no id, limits or method."""
    blank = dict.fromkeys(("ref_low", "ref_high", "method", "loinc", "result_id", "status"), "")
    return {**blank, "collected_at": "2026-10-05", "analyte": analyte, "value": value, "unit": unit, **more}


def _unusable() -> list[Fault]:
    return [
        Fault("no patient", "rejected", _new("C3", "88", "mg/dL", patient_id="")),
        Fault("no date", "rejected", _new("C3", "88", "mg/dL", collected_at="")),
        Fault("no test", "rejected", _new("", "88", "mg/dL")),
        Fault("no value", "rejected", _new("C3", "", "mg/dL")),
        Fault("a remark instead of a value", "rejected", _new("C4", "see comment", "mg/dL")),
        Fault("a number with two decimal points", "rejected", _new("UPCR", "0.5.1", "g/g")),
        Fault("a range instead of a value", "rejected", _new("UPCR", "0.3-0.5", "g/g")),
        Fault("a word where only numbers are results", "rejected", _new("C3", "negative", "mg/dL")),
        Fault("a titre of a test that has none", "rejected", _new("C3", "1:160", "mg/dL")),
        Fault("no unit", "rejected", _new("C3", "88", "")),
        Fault("a unit that does not exist", "rejected", _new("UPCR", "420", "mg/gl")),
        Fault("a unit of another kind of test", "rejected", _new("PLT", "240", "mg/dL")),
        Fault("no such day", "rejected", _new("C3", "88", "mg/dL", collected_at="2026-02-30")),
        Fault("a word instead of a date", "rejected", _new("C3", "88", "mg/dL", collected_at="yesterday")),
        Fault("a date before 1950", "rejected", _new("C3", "88", "mg/dL", collected_at="1949-12-31")),
    ]


def _impossible() -> list[Fault]:
    return [
        Fault("a negative value", "rejected", _new("PLT", "-240", "10*9/L")),
        Fault("C3 above 400 mg/dL", "rejected", _new("C3", "880", "mg/dL")),
        Fault("C4 above 150 mg/dL", "rejected", _new("C4", "210", "mg/dL")),
        Fault("CH50 above 300 U/mL", "rejected", _new("CH50", "450", "U/mL")),
        Fault("anti-dsDNA above 100000 IU/mL", "rejected", _new("dsDNA", "250000", "IU/mL", method="ELISA")),
        Fault("mg/mmol labelled g/g", "rejected", _new("UPCR", "85", "g/g")),
        Fault("a count per µL labelled 10*9/L", "rejected", _new("PLT", "240000", "10*9/L")),
        Fault("µmol/L labelled mg/dL", "rejected", _new("CREAT", "78", "mg/dL")),
        Fault("eGFR above 200", "rejected", _new("EGFR", "980", "mL/min/{1.73_m2}")),
        Fault("g/L labelled g/dL", "rejected", _new("HGB", "126", "g/dL")),
    ]


def _not_monitored() -> list[Fault]:
    return [
        Fault("a test that is not monitored", "ignored", _new("Ferritin", "96", "ug/L")),
        Fault("the same with nothing right in it", "ignored", _new("Ferritin", "??", "", collected_at="soon")),
    ]


def _repeats(labs: pd.DataFrame) -> list[Fault]:
    good = _good_row(labs)
    final = labs[labs["status"] == "corrected"].iloc[0].to_dict()
    in_g_per_l = {"value": f"{float(good['value']) / 100:.2f}", "unit": "g/L", "ref_low": "0.9", "ref_high": "1.8"}
    older = {**final, "value": f"{float(final['value']) * 2 + 1:g}", "status": "final"}
    return [
        Fault("a row of labs.csv again", "identical", {}),
        Fault("the same in g/L", "identical", in_g_per_l),
        Fault("the same, named by LOINC code only", "identical", {"analyte": "", "loinc": "4485-9"}),
        Fault("an older version of a corrected result", "superseded", older),
        Fault("read first, then replaced by the next line", "superseded", _new("CRP", "12", "mg/L")),
        Fault("the same time again, the later one counts", "accepted", _new("CRP", "21", "mg/L")),
    ]


def _odd_but_good() -> list[Fault]:
    return [
        Fault("at most, with a blank", "accepted", _new("CRP", "≤ 5", "mg/L", collected_at="2026-09-07")),
        Fault("above the measuring range", "accepted", _new("ESR", "> 100", "mm/h")),
        Fault("a thousands comma", "accepted", _new("IGG", "1,200", "mg/dL")),
        Fault("a word where words are results, no unit", "accepted", _new("URBC", "trace", "")),
    ]
