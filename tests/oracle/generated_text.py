"""Other ways in which a laboratory writes the same result: units, words, signs (see generator.py)."""

from __future__ import annotations

from decimal import Decimal
from random import Random

WORDS = {
    "positive": ("positive", "POS", "Positive"),
    "negative": ("negative", "NEG", "not detected"),
    "trace": ("trace", "equivocal", "Trace"),
}
SIGNS = {"": ("",), "<": ("<", "< ", "≤", "≤ "), ">": (">", "> ", "≥")}
# unit → what a value in the canonical unit is multiplied by; exact in decimals, so that nothing is lost on the way
EXACT_UNITS = {
    "C3": {"mg/dL": "1", "g/L": "0.01"},
    "C4": {"mg/dL": "1", "g/L": "0.01", "mg/L": "10"},
    "DSDNA": {"IU/mL": "1", "kIU/L": "1"},
    "UPCR": {"g/g": "1", "mg/mg": "1", "mg/g": "1000"},
    "PLT": {"10*9/L": "1", "K/uL": "1", "10*3/uL": "1", "/uL": "1000"},
    "WBC": {"10*9/L": "1", "G/L": "1"},
    "HGB": {"g/dL": "1", "g/L": "10"},
}
DIVIDED_UNITS = {"UPCR": ("mg/mmol", 113.12), "CREAT": ("umol/L", 88.4)}


def spell_number(rng: Random, row: dict) -> dict[str, str] | None:
    """value, unit, ref_low, ref_high of a number in a unit chosen at random; None to write it plainly.

    A division (mg/mmol, µmol/L) is used only where it gives back the very value, rounded to 9 digits.
    """
    analyte = row["analyte"]
    if analyte in DIVIDED_UNITS and rng.random() < 0.5:
        unit, factor = DIVIDED_UNITS[analyte]
        for digits in (0, 1, 2, 4):
            number = round(row["value"] * factor, digits)
            if float(f"{number / factor:.9g}") == row["value"] and row["ref_high"] in (None, 0.2):
                return {"value": _plain(Decimal(str(number))), "unit": unit}
    if analyte not in EXACT_UNITS or row["unit"] not in EXACT_UNITS[analyte]:
        return None
    unit = rng.choice(list(EXACT_UNITS[analyte]))
    factor = Decimal(EXACT_UNITS[analyte][unit])
    columns = ("value", "ref_low", "ref_high")
    return {"unit": unit} | {c: _plain(Decimal(str(row[c])) * factor) for c in columns if row[c] is not None}


def spell_word(rng: Random, word: str) -> str:
    return rng.choice(WORDS[word])


def spell_sign(rng: Random, comparator: str) -> str:
    return rng.choice(SIGNS[comparator])


def _plain(number: Decimal) -> str:
    written = format(number, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written
