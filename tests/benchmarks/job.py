"""The narrower job that the peers do, in constants: what the words of the generated files mean, and what comes out.

Harmonise units, drop repeats, find courses and baselines, slopes and Mann-Kendall of every series in the last year and
since each baseline, lab items of every day, change beyond the reference change value. Each peer writes three tables:

trends: patient_id, analyte, method, scope, course_id (empty in the last year), n, slope_per_30d, mk_s, mk_p, beyond_rcv.
baselines: patient_id, course_id, analyte, method, value. scores: patient_id, date, lab_sledai.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np

# name in the file, unit in the file, analyte, factor to the canonical unit
MEANINGS = (
    ("C3", "mg/dL", "C3", 1.0),
    ("Complement C3", "g/L", "C3", 100.0),
    ("C4", "mg/dL", "C4", 1.0),
    ("Complement C4", "g/L", "C4", 100.0),
    ("DSDNA", "IU/mL", "DSDNA", 1.0),
    ("anti-dsDNA", "IU/mL", "DSDNA", 1.0),
    ("UPCR", "g/g", "UPCR", 1.0),
    ("UPCR", "mg/mmol", "UPCR", 1 / 113.12),
    ("PLT", "10*9/L", "PLT", 1.0),
    ("Platelets", "K/uL", "PLT", 1.0),
    ("CREAT", "mg/dL", "CREAT", 1.0),
    ("Creatinine", "umol/L", "CREAT", 1 / 88.4),
    ("HGB", "g/dL", "HGB", 1.0),
    ("Hemoglobin", "g/L", "HGB", 0.1),
)
LOW = {"C3": 90.0, "C4": 10.0}
DSDNA_HIGH, UPCR_HIGH, PLT_LOW = 30.0, 0.5, 100.0
SCORED = ("C3", "C4", "DSDNA", "UPCR", "PLT")
LOGARITHMIC = ("DSDNA", "UPCR")
CV = {  # within a person, of the assay, per cent
    "C3": (5.2, 2.6), "C4": (8.9, 4.45), "DSDNA": (25, 10), "UPCR": (35, 5), "PLT": (7.26, 3.5), "CREAT": (4.39, 3),
    "HGB": (2.7, 1),
}  # fmt: skip
GAP, BASELINE_DAYS, YEAR, CARRIED = 120, 90, 365, 30


def reference_changes() -> dict[str, tuple[float, float]]:
    """(up, down) as fractions."""
    out = {}
    for code, (inside, assay) in CV.items():
        sigma = math.sqrt(math.log(1 + (assay / 100) ** 2) + math.log(1 + (inside / 100) ** 2))
        out[code] = math.exp(1.96 * math.sqrt(2) * sigma) - 1, 1 - math.exp(-1.96 * math.sqrt(2) * sigma)
    return out


def p_values(n: np.ndarray, s: np.ndarray, ties: np.ndarray) -> np.ndarray:
    """Two-sided p of Mann-Kendall; ties: sum of t(t-1)(2t+5)."""
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(s == 0, 0.0, (np.abs(s) - 1) / np.sqrt(variance))
    distinct, back = np.unique(z, return_inverse=True)
    p = np.array([math.erfc(value / math.sqrt(2)) for value in distinct.tolist()])[back]
    return np.where(n < 4, np.nan, p)


def arguments() -> tuple[Path, Path, Path]:
    """labs, infusions and the folder to write to, made if missing."""
    labs, infusions, out = map(Path, sys.argv[1:4])
    out.mkdir(parents=True, exist_ok=True)
    return labs, infusions, out
