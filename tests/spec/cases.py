"""Cases of a rule as a text table: a line is a patient, its cells say what was measured and what the rule must answer.

Day 0 is the first infusion, 2024-01-02. Cells hold entries divided by `;`:

results      `C3 80` · `PLT 150000 /uL` · `DSDNA <10 @-90 /ELISA [-20]` · `UPCR 0.4 @w52+28` · `C3 80 @0T09:59`
             (value, unit if not the canonical one, day or week and offset, assay with _ for a space, own limits)
doses        `ivig @30` · `methylprednisolone 250 mg @40` · `belimumab held @14` · `rituximab 375 mg/m2 @0T10:00`
assessments  `10, pga 1.8, prednisone 5, MSK A, arthritis yes @w52` (a bare number: SLEDAI-2K; systems not named are D,
             after `ungraded` without a grade; after `no items` every item not named is no)

Columns: baseline, week_12 … week_104 (results; default days -7 and the visit's target), labs, doses (default: belimumab
on day 0), more_doses (besides belimumab on day 0), at_baseline, at_week_52 … (assessments), assessments, sex,
birth_year, as_of (a day like the others). Every other column named after a criterion, `criterion.check` or
`criterion.check.column`, with `@week` where it is not 52, is an expected answer (of the first drug's first course); an empty cell asks nothing.
Verdicts: met, not, open (not assessable), n/a, no row. Checks: met, not, unknown. Dates: the day; `none`: empty.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cached_property

import pandas as pd
import pytest

import lupusmon
from tests.text_tables import table

START = date(2024, 1, 2)
UNITS = {
    "C3": "mg/dL", "C4": "mg/dL", "IGG": "mg/dL",
    "CH50": "U/mL", "DSDNA": "IU/mL", "UPCR": "g/g", "PLT": "10*9/L", "WBC": "10*9/L", "NEUT": "10*9/L",
    "LYMPH": "10*9/L", "CREAT": "mg/dL", "EGFR": "mL/min/{1.73_m2}", "HGB": "g/dL", "ALB": "g/dL",
    "UPROT24": "g/(24.h)", "UACR": "mg/g", "URBC": "/[HPF]", "UWBC": "/[HPF]", "CRP": "mg/L", "ESR": "mm/h",
}  # fmt: skip
SYSTEMS = {
    "CON": "constitutional", "MUC": "mucocutaneous", "NEURO": "neuropsychiatric", "MSK": "musculoskeletal",
    "CARD": "cardiorespiratory", "GI": "gastrointestinal", "OPH": "ophthalmic", "REN": "renal", "HAEM": "haematological",
}  # fmt: skip
_ITEMS = (
    "seizure psychosis organic_brain visual cranial_nerve headache cva vasculitis arthritis myositis casts haematuria "
    "proteinuria pyuria rash alopecia ulcers pleurisy pericarditis low_complement increased_dna_binding fever "
    "thrombocytopenia leukopenia"
)
ITEMS = _ITEMS.split()
FIELDS = {"pga": "pga", "max": "pga_max", "prednisone": "prednisone_mg_per_day", "failure": "treatment_failure"}
FIELDS |= {"discontinued": "discontinued"}
_CRITERIA = (
    "sri_lab bicla_lab sri_4 sri_5 sri_6 sri_7 sri_8 bicla lldas doris renal_complete renal_partial renal_perr renal_crr "
    "renal_crr_aurora renal_eular platelets_iwg c3_normalised c4_normalised dsdna_normalised"
)
CRITERIA = _CRITERIA.split()
WORDS = {"not_met": "not", "not_assessable": "open", "not_applicable": "n/a"}
STATUSES = ("given", "planned", "held", "missed", "stopped")


def on(when: str) -> str:
    """`-90`, `0T09:59` or `w52+28` as a date, counted from the first infusion."""
    day, _, clock = when.partition("T")
    week = re.fullmatch(r"w(\d+)([+-]\d+)?", day)
    offset = 7 * int(week[1]) + int(week[2] or 0) if week else int(day)
    return (START + timedelta(days=offset)).isoformat() + (f"T{clock}" if clock else "")


def day_of(when: str) -> str:
    """A date of an output table as a day counted from the first infusion, `none` for an empty one."""
    return "none" if pd.isna(when) else str((date.fromisoformat(when[:10]) - START).days)


def result(entry: str, patient: str = "P1", default_day: str = "0") -> dict[str, str]:
    """A row of labs from `DSDNA <10 @-90 /ELISA [-20]`."""
    analyte, value, *rest = entry.split()
    default = "" if ":" in value or re.fullmatch(r"[a-z_]+", value) else UNITS[analyte]
    row = {"patient_id": patient, "collected_at": on(default_day), "analyte": analyte, "value": value.replace("_", " ")}
    row |= {"unit": default, "ref_low": "", "ref_high": "", "method": "", "result_id": "", "status": ""}
    for word in rest:
        if word[0] == "@":
            row["collected_at"] = on(word[1:])
        elif word[0] == "/" and len(word) > 1 and word != "/uL" and word != "/[HPF]":
            row["method"] = word[1:].replace("_", " ")
        elif word[0] == "[":
            row["ref_low"], _, row["ref_high"] = word[1:-1].partition("-")
        else:
            row["unit"] = word
    return row


def results(text: str, patient: str = "P1", default_day: str = "0") -> list[dict[str, str]]:
    return [result(entry, patient, default_day) for entry in text.split(";") if entry.strip()]


def doses(text: str, patient: str = "P1") -> list[dict[str, str]]:
    """Rows of infusions from `methylprednisolone 250 mg @40; belimumab held @14; ivig 0.4 g/kg @30 60kg`."""
    rows = []
    for entry in filter(str.strip, text.split(";")):
        drug, *rest = entry.split()
        row = {"patient_id": patient, "given_at": on("0"), "drug": drug, "dose": "", "dose_unit": "", "status": ""}
        row["weight_kg"] = ""
        for word in rest:
            if word[0] == "@":
                row["given_at"] = on(word[1:])
            elif word in STATUSES:
                row["status"] = word
            elif word.endswith("kg") and word[:-2].replace(".", "").isdigit():
                row["weight_kg"] = word[:-2]
            elif row["dose"] == "":
                row["dose"] = word
            else:
                row["dose_unit"] = word
        rows.append(row)
    return rows


def assessment(entry: str, patient: str = "P1", default_day: str = "0") -> dict[str, str]:
    """A row of assessments from `10, pga 1.8, MSK A, arthritis yes @w52`."""
    text, _, when = entry.partition("@")
    parts = [part.split() for part in text.split(",") if part.strip()]
    row = {"patient_id": patient, "assessed_at": on(when.strip() or default_day), "sledai_2k": ""}
    row |= dict.fromkeys(FIELDS.values(), "")
    row |= {f"bilag_{name}": "" if ["ungraded"] in parts else "D" for name in SYSTEMS.values()}
    row |= {f"sledai_{item}": "no" if ["no", "items"] in parts else "" for item in ITEMS}
    for part in parts:
        if part[0] in SYSTEMS:
            row[f"bilag_{SYSTEMS[part[0]]}"] = "" if part[1] == "-" else part[1]
        elif part[0] in FIELDS:
            row[FIELDS[part[0]]] = part[1]
        elif part[0] in ITEMS:
            row[f"sledai_{part[0]}"] = "" if part[1] == "-" else part[1]
        elif part not in (["ungraded"], ["no", "items"]):
            (row["sledai_2k"],) = part
    return row


def assessments(text: str, patient: str = "P1", default_day: str = "0") -> list[dict[str, str]]:
    return [assessment(entry, patient, default_day) for entry in text.split(";") if entry.strip()]


LAB_COLUMNS = list(result("C3 90"))


def analyze(
    labs: list[dict] = (), infusions: list[dict] = (), assessed: list[dict] = (), patients: list[dict] = (), **options
) -> lupusmon.Analysis:
    """lupusmon.analyze on rows of text; every row must be usable."""
    frames = [pd.DataFrame(labs, columns=LAB_COLUMNS, dtype=str)]
    frames += [pd.DataFrame(rows, dtype=str) if len(rows) else None for rows in (infusions, assessed, patients)]
    analysis = lupusmon.analyze(*frames, **options)
    totals = analysis.receipt["totals"]
    assert totals["read"] == totals["accepted"], analysis.issues.message.tolist()
    return analysis


class Cases:
    """A text table of cases, all patients analysed in one run per `as_of`. `@CASES.each` hands a test one case."""

    def __init__(
        self, text: str, as_of: str = "w52+60", everyone: dict[str, str] | None = None, **options: str
    ) -> None:
        """everyone: cells that are the same in every line."""
        self.table, self.as_of, self.options = table(text).assign(**(everyone or {})), as_of, options
        self.name_column = self.table.columns[0]
        assert self.table[self.name_column].is_unique

    @cached_property
    def runs(self) -> dict[str, lupusmon.Analysis]:
        days = self.table["as_of"] if "as_of" in self.table else pd.Series(self.as_of, index=self.table.index)
        return {
            day: self._run(self.table[days.replace("", self.as_of) == day], day)
            for day in days.replace("", self.as_of).unique()
        }

    def _run(self, lines: pd.DataFrame, as_of: str) -> lupusmon.Analysis:
        labs, given, assessed, patients = [], [], [], []
        for line in lines.to_dict("records"):
            who = line[self.name_column]
            labs += results(line.get("baseline", ""), who, "-7") + results(line.get("labs", ""), who)
            assessed += assessments(line.get("at_baseline", ""), who, "-7") + assessments(
                line.get("assessments", ""), who
            )
            for week in ("12", "24", "52", "104"):
                labs += results(line.get(f"week_{week}", ""), who, f"w{week}")
                assessed += assessments(line.get(f"at_week_{week}", ""), who, f"w{week}")
            given += doses(line.get("doses", "") or "belimumab @0; " + line.get("more_doses", ""), who)
            patients.append({"patient_id": who, "sex": line.get("sex", ""), "birth_year": line.get("birth_year", "")})
        return analyze(labs, given, assessed, patients, as_of=on(as_of), **self.options)

    @property
    def each(self):
        cases = [Case(self, line) for line in self.table.to_dict("records")]
        return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


class Case:
    """One line of a table of cases and the tables of its patient."""

    def __init__(self, cases: Cases, line: dict[str, str]) -> None:
        self.cases, self.line, self.name = cases, line, line[cases.name_column]

    def rows(self, table_name: str) -> pd.DataFrame:
        """The patient's rows of an output table."""
        run = self.cases.runs[self.line.get("as_of") or self.cases.as_of]
        frame = getattr(run, table_name)
        return frame[frame["patient_id"] == self.name]

    @property
    def course(self) -> str:
        """The course a case is about: the first one of the drug named first."""
        return (self.line.get("doses") or "belimumab").split()[0] + "-1"

    @property
    def expected(self) -> dict[str, str]:
        asked = {name: cell for name, cell in self.line.items() if re.split("[.@]", name)[0] in CRITERIA}
        return {name: cell for name, cell in asked.items() if cell}

    @property
    def answers(self) -> dict[str, str]:
        """What the analysis says to every expected answer, in the same words."""
        return {name: self._answer(name) for name in self.expected}

    def _answer(self, name: str) -> str:
        what, _, week = name.partition("@")
        criterion, _, check = what.partition(".")
        check, _, column = check.partition(".")
        frame = self.rows("evidence") if check else self.rows("responses")
        frame = frame[(frame["criterion"] == criterion) & (frame["week"] == (week or "52"))]
        frame = frame[frame["course_id"] == self.course]
        frame = frame[frame["check"] == check] if check else frame
        if not len(frame):
            return "no row"
        assert len(frame) == 1, frame
        cell = frame[column or "verdict"].iloc[0]
        if pd.isna(cell):
            return "none"
        if column.endswith("_at"):
            return day_of(cell)
        return WORDS.get(cell, cell) if isinstance(cell, str) else f"{cell:.10g}"
