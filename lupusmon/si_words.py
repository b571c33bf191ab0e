"""Sentences of alerts and checks in SI units: the numbers of every test in the unit its chart and its table use."""

from __future__ import annotations

import re

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.units import si_unit
from lupusmon.figures import theme
from lupusmon.missing import name_of

_SPOKEN = {"Creatinine": "CREAT", "Anti-dsDNA": "DSDNA"}
_CODES = _SPOKEN | {name: code for code in ANALYTES for name in (code, ANALYTES[code].name, name_of(code))}
_OTHERS = ("prednisone", "SLEDAI", "PGA", "mg/d")  # whose numbers are no test's
_NAMES = "|".join(re.escape(name) for name in sorted((*_CODES, *_OTHERS), key=len, reverse=True))
_UNITS = "|".join(re.escape(a.unit) for a in sorted(ANALYTES.values(), key=lambda a: -len(a.unit)) if a.unit)
# A number with a unit, or one that such words mark as a value of the test named last; dates and per cents are neither.
_PART = re.compile(
    rf"(?P<name>(?<!\w)(?:{_NAMES})(?!\w))"
    rf"|(?P<number>(?<![\w.-])\d+(?:\.\d+)?) (?P<unit>{_UNITS})(?![\w/])"
    r"|(?P<before>\b(?:below|above|twice|against|from|of|to) (?:[<>] )?)"
    rf"(?P<bare>\d+(?:\.\d+)?)(?![\w.-]| ?%| days| (?:{_UNITS})(?![\w/]))"
)


def say_in_units(text: str, units: str) -> str:
    """`C3 0.62 g/L on …, below 0.88` for `C3 62 mg/dL on …, below 88`; the same text for conventional units.

    units: conventional | si. What has no SI unit of its own stays as it is.
    """
    if units != "si":
        return text
    code = None
    said, end = [], 0
    for part in _PART.finditer(text):
        if part["name"]:
            code = _CODES.get(part["name"])
            continue
        new = _convert(part, code)
        said += [text[end : part.start()], new]
        end = part.end()
    return "".join(said) + text[end:]


def find_test(text: object) -> str | None:
    """The code of the test a sentence begins with."""
    found = _PART.match(text) if isinstance(text, str) else None
    return _CODES.get(found["name"]) if found and found["name"] else None


def convert(value: float, unit: object, code: str | None, units: str) -> tuple[float, object]:
    """(value, unit) of a test in the units asked for; the same where the unit is not the one its rules use."""
    if units != "si" or code is None or unit != ANALYTES[code].unit:
        return value, unit
    si, factor = si_unit(code)
    return value * factor, si


def _convert(part: re.Match, code: str | None) -> str:
    if code is None:
        return part[0]
    if part["bare"]:
        factor = si_unit(code)[1]
        return part[0] if factor == 1 else f"{part['before']}{theme.number(float(part['bare']) * factor)}"
    value, unit = convert(float(part["number"]), part["unit"], code, "si")
    return part[0] if unit == part["unit"] else f"{theme.number(value)} {theme.unit_text(unit)}"
