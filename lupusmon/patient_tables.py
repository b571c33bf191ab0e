"""The output tables of one patient, and the course the patient is on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from lupusmon.clinical.drugs import MINOR_DRUGS
from lupusmon.flare_alerts import add_flares
from lupusmon.result import Analysis, to_frame

_TABLES = ("results", "courses", "infusions", "baselines", "trends", "scores", "responses", "evidence")
_EXTRAS = ("alerts", "superseded", "flares")


@dataclass(frozen=True)
class PatientTables:
    """The rows of one patient, in the order of the output tables."""

    patient_id: str
    label: str
    results: pd.DataFrame
    courses: pd.DataFrame
    infusions: pd.DataFrame
    baselines: pd.DataFrame
    trends: pd.DataFrame
    scores: pd.DataFrame
    responses: pd.DataFrame
    evidence: pd.DataFrame
    alerts: pd.DataFrame
    assessments: pd.DataFrame
    patients: pd.DataFrame
    superseded: pd.DataFrame
    unusable: pd.DataFrame = field(default_factory=pd.DataFrame)
    pins: pd.DataFrame = field(default_factory=pd.DataFrame)
    flares: pd.DataFrame = field(default_factory=pd.DataFrame)

    def drawn_results(self) -> pd.DataFrame:
        """Results for a chart: accepted ones and, by `outcome`, those superseded or unusable (with their `reason`).

        `pinned`: what a person pinned the result to, in words, "" for most; `pinned_base`: the course whose baseline it
        was made.
        """
        if self.superseded.empty and self.unusable.empty and self.pins.empty:
            return self.results
        named = {"accepted": self.results, "superseded": self.superseded, "unusable": self.unusable}
        parts = [frame.assign(outcome=outcome) for outcome, frame in named.items() if len(frame)]
        drawn = pd.concat(parts, ignore_index=True) if parts else self.results.assign(outcome="accepted")
        return self._say_pinned(drawn)

    def applied_pins(self) -> pd.DataFrame:
        """The pins that the verdicts rest on."""
        return self.pins[self.pins["state"] == "applied"] if len(self.pins) else self.pins

    def _say_pinned(self, drawn: pd.DataFrame) -> pd.DataFrame:
        said, base = [""] * len(drawn), [""] * len(drawn)
        live = drawn["outcome"] == "accepted"
        for pin in self.applied_pins().itertuples():
            same = live & (drawn["source_file"] == pin.source_file) & (drawn["source_line"] == pin.source_line)
            for at in np.flatnonzero(same & (drawn["analyte"] == pin.analyte)):
                said[at] = f"{said[at]}; {describe_pin(pin)}".removeprefix("; ")
                base[at] = pin.course_id if pin.slot == "baseline" else base[at]
        return drawn.assign(pinned=said, pinned_base=base)


def describe_pin(pin: object) -> str:
    """`baseline of belimumab course 1 pinned by Ann on 2026-06-01: before the flare`. pin: a row of the pins."""
    return f"{say_slot(pin.slot, pin.course_id)} {say_by(pin)}"


def say_slot(slot: str, course_id: str) -> str:
    """`value of week 52 of belimumab course 1`: what a result can be pinned to."""
    drug, _, number = course_id.rpartition("-")
    of_course = f"{drug} course {number}" if drug and number.isdigit() else course_id
    return f"{'baseline' if slot == 'baseline' else f'value of week {slot}'} of {of_course}"


def say_by(pin: object) -> str:
    """`pinned by Ann on 2026-06-01: before the flare`."""
    reason = f": {pin.reason}" if pin.reason else ""
    return f"pinned by {pin.pinned_by or 'somebody'} on {str(pin.pinned_at)[:10]}{reason}"


def current_course(courses: pd.DataFrame) -> pd.DataFrame:
    """One row per patient: the course dosed last; a pulse only where there is nothing else."""
    if len(courses) == 1:
        return courses.reset_index(drop=True)
    ranked = courses.assign(minor=courses["drug"].isin(MINOR_DRUGS))
    ranked = ranked.sort_values(["patient_id", "minor", "last_infusion"], ascending=[True, False, True], kind="stable")
    return ranked.groupby("patient_id", sort=False).tail(1).drop(columns="minor").reset_index(drop=True)


def split_courses(courses: pd.DataFrame, chosen: str, *, most: int) -> tuple[list[str], list[str]]:
    """(ids shown, ids left), each the latest first: treatment courses are shown, and the chosen one always.

    Pulses are left, unless there is nothing else. courses: of one patient.
    """
    ranked = courses.sort_values("first_infusion", ascending=False, kind="stable")
    ids = ranked["course_id"].tolist()
    minor = dict(zip(ids, ranked["drug"].isin(MINOR_DRUGS), strict=True))
    first = [i for i in ids if not minor[i]] or ids
    shown = set(first[:most]) | {chosen}
    return [i for i in ids if i in shown], [i for i in ids if i not in shown]


def select_patient(
    analysis: Analysis,
    patient_id: str,
    *,
    assessments: pd.DataFrame,
    patients: pd.DataFrame,
    unusable: pd.DataFrame | None = None,
) -> PatientTables | None:
    """The rows of one patient; None where no table has any. assessments, patients: as from `output.people`.

    The label is the patients table's and the id, or the id alone.
    """
    frames = {name: getattr(analysis, name) for name in (*_TABLES, *_EXTRAS)}
    frames |= {"assessments": assessments, "patients": patients}
    frames |= {} if unusable is None else {"unusable": unusable}
    frames |= {} if analysis.pins is None else {"pins": to_frame("pins", analysis.pins)}
    own = {name: f[f["patient_id"].astype(str) == patient_id].reset_index(drop=True) for name, f in frames.items()}
    if all(frame.empty for frame in own.values()):
        return None
    own["alerts"] = add_flares(own["alerts"], own["flares"], own["assessments"], analysis.as_of)
    given = own["patients"]["label"].dropna().astype(str) if len(own["patients"]) else pd.Series(dtype=str)
    label = f"{given.iloc[0]} ({patient_id})" if len(given) and given.iloc[0].strip() else patient_id
    return PatientTables(patient_id, label, **own)
