"""Lab SLEDAI-2K: the four core items the laboratory decides (CRITERIA 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lupusmon.analysis.answers import UNKNOWN, YES, all_of, any_of, negate, where
from lupusmon.analysis.intervals import Interval, is_above, is_below
from lupusmon.analysis.labs import LabIndex
from lupusmon.analysis.readings import Reading
from lupusmon.clinical.analytes import INDEX
from lupusmon.clinical.thresholds import (
    DNA_BINDING_POINTS,
    LEUKOPENIA_WBC,
    LOW_COMPLEMENT_POINTS,
    PROTEINURIA_G_24H,
    PROTEINURIA_G_G,
    PROTEINURIA_POINTS,
    SCORE_DAYS,
    THROMBOCYTOPENIA_PLT,
    THROMBOCYTOPENIA_POINTS,
)
from lupusmon.sorting import sort_order, starts_of_runs

SCORED = ("C3", "C4", "CH50", "DSDNA", "UPCR", "UPROT24", "PLT")
POINTS = {
    "low_complement": LOW_COMPLEMENT_POINTS,
    "increased_dna_binding": DNA_BINDING_POINTS,
    "proteinuria": PROTEINURIA_POINTS,
    "thrombocytopenia": THROMBOCYTOPENIA_POINTS,
}


@dataclass(frozen=True)
class Scores:
    """One row per patient and day with any scored result. items: answers by name, leukopenia too."""

    patient: np.ndarray
    day: np.ndarray
    items: Mapping[str, np.ndarray]
    points: np.ndarray
    complete: np.ndarray


def assess_low_complement(c3: Reading, c4: Reading, ch50: Reading) -> np.ndarray:
    """Any below its lower limit; no needs C3 and C4 known and not low, CH50 not low or not measured."""
    low_ch50 = where(ch50.present, ch50.below, np.zeros(len(ch50.present)))
    return any_of(c3.below, c4.below, low_ch50)


def assess_proteinuria(upcr: Reading, uprot24: Reading) -> np.ndarray:
    """UPCR > 0.5 g/g; the 24-hour protein > 0.5 g only where there is no UPCR."""
    return where(upcr.present, is_above(upcr.value, PROTEINURIA_G_G), is_above(uprot24.value, PROTEINURIA_G_24H))


def assess_items(readings: Mapping[str, Reading]) -> dict[str, np.ndarray]:
    """The four items from one reading per analyte."""
    return {
        "low_complement": assess_low_complement(readings["C3"], readings["C4"], readings["CH50"]),
        "increased_dna_binding": readings["DSDNA"].above,
        "proteinuria": assess_proteinuria(readings["UPCR"], readings["UPROT24"]),
        "thrombocytopenia": is_below(readings["PLT"].value, THROMBOCYTOPENIA_PLT),
    }


def compute_points(items: Mapping[str, np.ndarray]) -> Interval:
    """The score: from the points of the true items to those of every item not known false."""
    lo = sum(POINTS[name] * (items[name] == YES) for name in POINTS)
    hi = sum(POINTS[name] * (items[name] != 0) for name in POINTS)
    closed = np.zeros(len(lo), dtype=bool)
    return Interval(lo.astype(np.float64), hi.astype(np.float64), closed, closed)


def read_items_at(labs: LabIndex, patient: np.ndarray, day: np.ndarray) -> dict[str, np.ndarray]:
    """The four items on given days: the last result of each analyte in the 30 days up to the day."""
    return assess_items({code: _last_reading(labs, code, patient, day) for code in SCORED})


def compute_scores(labs: LabIndex) -> Scores:
    """Lab SLEDAI-2K on every patient-day with one of its results (or WBC).

    lab_sledai counts the items that are true; complete where none of the four is unknown. Source: CRITERIA 5.
    """
    results = labs.results
    rows = np.flatnonzero(np.isin(results.analyte, [INDEX[code] for code in (*SCORED, "WBC")]))
    rows = rows[sort_order(results.patient[rows], results.day[rows])]
    rows = rows[starts_of_runs(results.patient[rows], results.day[rows])]
    patient, day = results.patient[rows], results.day[rows]
    items = read_items_at(labs, patient, day)
    items["leukopenia"] = is_below(_last_reading(labs, "WBC", patient, day).value, LEUKOPENIA_WBC)
    known = all_of(*[_is_known(items[name]) for name in POINTS])
    return Scores(patient, day, items, compute_points(items).lo, known == YES)


def _last_reading(labs: LabIndex, code: str, patient: np.ndarray, day: np.ndarray) -> Reading:
    return labs.read(labs.last(code, patient, day - SCORE_DAYS, day))


def _is_known(answer: np.ndarray) -> np.ndarray:
    return negate(np.where(answer == UNKNOWN, YES, 0))
