"""How a laboratory's unit becomes ours: the factor to the canonical unit, or why it cannot (CONTRACT 2-4, CRITERIA 1)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import nan

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.thresholds import CREATININE_UMOL_PER_MG_DL, UPCR_MG_PER_MMOL
from lupusmon.clinical.unit_grammar import LONGEST_UNIT, Reading, read_unit
from lupusmon.clinical.unit_text import unit_key
from lupusmon.clinical.unit_words import missing_spellings, whole_spellings

MISSING, UNKNOWN, IMPOSSIBLE = "missing", "unknown", "impossible"
HAEMOGLOBIN_G_PER_MOL = Fraction(16114.5)  # the monomer, Hb(Fe): NPU/IFCC laboratories report mmol/L of it

_CREATININE_G_PER_MOL = Fraction(str(UPCR_MG_PER_MMOL))
_CREATININE_UMOL = Fraction(str(CREATININE_UMOL_PER_MG_DL))


@dataclass(frozen=True)
class UnitMatch:
    """How a unit is read for an analyte: canonical value = value * factor.

    problem: "" | "missing" | "unknown" | "impossible". unit: the canonical one, or the own unit that joins to nothing
    ("U/mL", "AU/mL", "index", "{titer}"). suffix: what the method of a DSDNA series gets. message: for a problem.
    """

    problem: str
    factor: float = nan
    unit: str = ""
    suffix: str = ""
    message: str = ""


@dataclass(frozen=True)
class _Quantity:
    """A kind of unit an analyte can come in: base kind, canonical value of one base unit, and what it is called."""

    kind: str
    factor: Fraction
    unit: str = ""
    suffix: str = ""


_MG_DL = (_Quantity("g/l", Fraction(100)),)
_G_DL = (_Quantity("g/l", Fraction(1, 10)),)
_CELLS = (_Quantity("1/l", Fraction(1, 10**9)),)
_PER_FIELD = (_Quantity("1/hpf", Fraction(1)),)

# fmt: off
_QUANTITIES: dict[str, tuple[_Quantity, ...]] = {
    "C3": _MG_DL, "C4": _MG_DL, "IGG": _MG_DL, "ALB": _G_DL,
    "HGB":     (*_G_DL, _Quantity("mol/l", HAEMOGLOBIN_G_PER_MOL / 10)),
    "CREAT":   (*_MG_DL, _Quantity("mol/l", 10**6 / _CREATININE_UMOL)),
    "CH50":    (_Quantity("u/l", Fraction(1, 1000)),),
    "DSDNA":   (_Quantity("iu/l", Fraction(1, 1000)), _Quantity("u/l", Fraction(1, 1000), "U/mL", "U/mL"),
                _Quantity("au/l", Fraction(1, 1000), "AU/mL", "AU/mL")),
    "UPCR":    (_Quantity("g/g", Fraction(1)), _Quantity("g/mol", 1 / _CREATININE_G_PER_MOL)),
    "UACR":    (_Quantity("g/g", Fraction(1000)), _Quantity("g/mol", 1000 / _CREATININE_G_PER_MOL)),
    "PLT": _CELLS, "WBC": _CELLS, "NEUT": _CELLS, "LYMPH": _CELLS,
    "EGFR":    (_Quantity("l/bsa.s", Fraction(60000)), _Quantity("l/s", Fraction(60000))),
    "UPROT24": (_Quantity("g/s", Fraction(86400)),),
    "URBC": _PER_FIELD, "UWBC": _PER_FIELD,
    "CRP":     (_Quantity("g/l", Fraction(1000)),),
    "ESR":     (_Quantity("m/s", Fraction(3600 * 1000)),),
}

_ACCEPTED: dict[str, tuple[str, ...]] = {
    "C3": ("mg/dL", "g/L", "mg/L"), "C4": ("mg/dL", "g/L", "mg/L"), "IGG": ("mg/dL", "g/L"),
    "ALB": ("g/dL", "g/L"), "HGB": ("g/dL", "g/L", "mmol/L"), "CREAT": ("mg/dL", "umol/L"),
    "CH50": ("U/mL", "kU/L"), "DSDNA": ("IU/mL", "kIU/L", "U/mL", "AU/mL", "index", "{titer}"),
    "UPCR": ("g/g", "mg/g", "mg/mmol"), "UACR": ("mg/g", "mg/mmol", "g/g"),
    "PLT": ("10*9/L", "10*3/uL", "/uL"), "WBC": ("10*9/L", "10*3/uL", "/uL"),
    "NEUT": ("10*9/L", "10*3/uL", "/uL"), "LYMPH": ("10*9/L", "10*3/uL", "/uL"),
    "EGFR": ("mL/min/{1.73_m2}", "mL/min", "mL/s/{1.73_m2}"), "UPROT24": ("g/(24.h)", "mg/(24.h)"),
    "URBC": ("/[HPF]",), "UWBC": ("/[HPF]",), "CRP": ("mg/L", "mg/dL"), "ESR": ("mm/h",),
}

# Where most results lie, healthy and ill, in the canonical unit. Engineering judgement, used only to say which unit a
# number could have been meant in; no value is ever changed or refused by it.
_TYPICAL: dict[str, tuple[float, float]] = {
    "C3": (15, 350), "C4": (1, 120), "CH50": (5, 200), "DSDNA": (1, 5000), "UPCR": (0.03, 25), "PLT": (3, 1500),
    "CREAT": (0.3, 15), "EGFR": (4, 150), "WBC": (0.5, 60), "HGB": (4, 20), "NEUT": (0.2, 40), "LYMPH": (0.1, 20),
    "ALB": (1, 6), "UPROT24": (0.03, 25), "UACR": (1, 15000), "URBC": (0, 500), "UWBC": (0, 500), "CRP": (0.1, 400),
    "ESR": (1, 150), "IGG": (150, 6000),
}

_SI: dict[str, tuple[str, float]] = {
    "C3": ("g/L", 0.01), "C4": ("g/L", 0.01), "IGG": ("g/L", 0.01), "ALB": ("g/L", 10.0), "HGB": ("g/L", 10.0),
    "CREAT": ("umol/L", CREATININE_UMOL_PER_MG_DL), "CH50": ("kU/L", 1.0), "DSDNA": ("kIU/L", 1.0),
    "UPCR": ("mg/mmol", UPCR_MG_PER_MMOL), "UACR": ("mg/mmol", UPCR_MG_PER_MMOL / 1000),
}
# fmt: on


@lru_cache(maxsize=8192)
def match_unit(text: str, analyte: str) -> UnitMatch:
    """How `text` is read as a unit of `analyte` (a code of ANALYTES)."""
    key = unit_key(text[: 2 * LONGEST_UNIT])
    listed = whole_spellings().get((analyte, key))
    if listed == "titre":
        return UnitMatch("", 1.0, "{titer}", "titre")
    if listed == "index":
        return UnitMatch("", 1.0, "index", "index")
    if listed is None and key in missing_spellings():
        return UnitMatch(MISSING, message=f"no unit for {analyte}; use {_or(accepted_units(analyte))}")
    readings = read_unit(listed or text)
    for quantity in _QUANTITIES[analyte]:
        for reading in readings:
            if reading.kind == quantity.kind and _is_allowed(reading, quantity, analyte):
                factor = float(reading.factor * quantity.factor)
                return UnitMatch("", factor, quantity.unit or ANALYTES[analyte].unit, quantity.suffix)
    problem, shown = IMPOSSIBLE if readings else UNKNOWN, text.strip()[:LONGEST_UNIT]
    return UnitMatch(problem, message=f'"{shown}" is not a unit of {analyte}; use {_or(accepted_units(analyte))}')


def accepted_units(analyte: str) -> tuple[str, ...]:
    """The units to name to a person, the canonical one first; many other spellings are read."""
    return _ACCEPTED[analyte]


def units_that_fit(analyte: str, number: float) -> tuple[str, ...]:
    """Accepted units in which `number` would be a usual result; for a value that is impossible in its own unit."""
    low, high = _TYPICAL[analyte]
    return tuple(u for u in accepted_units(analyte) if low <= number * match_unit(u, analyte).factor <= high)


def si_unit(analyte: str) -> tuple[str, float]:
    """SI unit and the factor from the canonical unit to it; the canonical unit and 1 where they are the same."""
    return _SI.get(analyte, (ANALYTES[analyte].unit, 1.0))


def _is_allowed(reading: Reading, quantity: _Quantity, analyte: str) -> bool:
    """A sedimentation is read after one hour and the protein of a day is collected in a day: no other time converts."""
    factor = reading.factor * quantity.factor
    if analyte == "ESR":
        return factor == 1
    return analyte != "UPROT24" or {*str(factor.numerator), *str(factor.denominator)} <= {"0", "1"}


def _or(units: tuple[str, ...]) -> str:
    return " or ".join(filter(None, (", ".join(units[:-1]), units[-1])))
