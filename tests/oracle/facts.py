"""The numbers of CRITERIA, typed in again from the page (not imported), so that a slip in `lupusmon.clinical` shows."""

from __future__ import annotations

INFINITE = float("inf")
KINDS = ("word", "titre", "number")  # order of CRITERIA 3

DEFAULT_LIMITS = {
    "C3": (90, 180),
    "C4": (10, 40),
    "CH50": (30, 75),
    "DSDNA": (None, 30),
    "PLT": (150, 400),
    "WBC": (4, 11),
    "HGB": (12, 16),
    "UPCR": (None, 0.2),
}
UNITS = {
    **{"C3": "mg/dL", "C4": "mg/dL", "CH50": "U/mL", "DSDNA": "IU/mL", "UPCR": "g/g"},
    **{"PLT": "10*9/L", "WBC": "10*9/L", "NEUT": "10*9/L", "LYMPH": "10*9/L"},
    **{"CREAT": "mg/dL", "EGFR": "mL/min/{1.73_m2}", "HGB": "g/dL", "ALB": "g/dL"},
    **{"UPROT24": "g/(24.h)", "UACR": "mg/g", "URBC": "/[HPF]", "UWBC": "/[HPF]"},
    **{"CRP": "mg/L", "ESR": "mm/h", "IGG": "mg/dL"},
}
CV_WITHIN_AND_ANALYTICAL = {  # per cent
    "C3": (5.2, 2.6),
    "C4": (8.9, 4.45),
    "CH50": (8, 5),
    "DSDNA": (25, 10),
    "UPCR": (35, 5),
    "PLT": (7.26, 3.5),
    "CREAT": (4.39, 3),
    "EGFR": (5.3, 3.6),
    "HGB": (2.7, 1),
    "WBC": (11, 2.5),
}
GOOD_DIRECTION = {
    **dict.fromkeys(("C3", "C4", "CH50", "PLT", "EGFR", "HGB"), "up"),
    **dict.fromkeys(("DSDNA", "UPCR", "CREAT"), "down"),
}
LOG_SCALE = ("DSDNA", "UPCR")
SCORE_ANALYTES = ("C3", "C4", "CH50", "DSDNA", "UPCR", "UPROT24", "PLT", "WBC")

COURSE_GAP_DAYS = {
    "belimumab": 120,
    "anifrolumab": 120,
    "rituximab": 300,
    "obinutuzumab": 300,
    "cyclophosphamide": 120,
    "methylprednisolone": 60,
    "ivig": 90,
}
LATE_AFTER_DAYS = {  # by regimen
    "belimumab": 7,
    "anifrolumab": 7,
    "rituximab": 14,
    "rituximab_375": 14,
    "obinutuzumab": 14,
    "euro_lupus": 7,
    "nih": 14,
    "ivig": 14,
}
VISIT_WEEKS = (12, 24, 52, 104)
SYSTEMS = (
    *("constitutional", "mucocutaneous", "neuropsychiatric", "musculoskeletal", "cardiorespiratory"),
    *("gastrointestinal", "ophthalmic", "renal", "haematological"),
)
CNS_ITEMS = ("seizure", "psychosis", "organic_brain", "visual", "cranial_nerve", "headache", "cva")
RENAL_ITEMS = ("casts", "haematuria", "proteinuria", "pyuria")
MAJOR_ORGAN_ITEMS = (*RENAL_ITEMS, *CNS_ITEMS, "pleurisy", "pericarditis", "vasculitis", "fever")
ITEMS = (
    *(*CNS_ITEMS, "vasculitis", "arthritis", "myositis", *RENAL_ITEMS, "rash", "alopecia", "ulcers"),
    *("pleurisy", "pericarditis", "low_complement", "increased_dna_binding"),
    *("fever", "thrombocytopenia", "leukopenia"),
)


def interval_after_dose(regimen: str | None, number: int) -> int | None:
    """Days from the number-th dose (1, 2, …) of a course to the next one; None: no dose is to come, or no schedule."""
    match regimen:
        case "belimumab":
            return 14 if number <= 2 else 28
        case "anifrolumab":
            return 28
        case "rituximab":
            return 14 if number % 2 == 1 else 168
        case "rituximab_375":
            return 161 if number % 4 == 0 else 7
        case "obinutuzumab":
            return {1: 14, 2: 154, 3: 14}.get(number, 182)
        case "euro_lupus":
            return 14 if number < 6 else None
        case "nih":
            return 28 if number <= 5 else 91
    return None
