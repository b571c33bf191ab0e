"""What coded fields of foreign formats mean together: several names, codes and units of one thing, and its specimen.

Nothing is decided here that the rows of a CSV file would not be asked as well: the texts chosen are recognised, refused
or ignored later by the same rules. The choice is only between the texts that a format offers for one field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lupusmon.clinical.names import Status, match_drug, match_loinc, match_name
from lupusmon.clinical.units import match_unit

# Where these words stand in a specimen, the test is not of blood. Its name then has to say so, or the urine creatinine
# of a laboratory that calls both "Creatinine" would pass for that of serum.
_SPECIMENS = (
    (re.compile(r"urin|\b(ur|u|uri|urn|urt|usub)\b", re.IGNORECASE), "Urine"),
    (re.compile(r"csf|cerebrospinal|liquor", re.IGNORECASE), "CSF"),
    (re.compile(r"pleura", re.IGNORECASE), "Pleural fluid"),
    (re.compile(r"synovi|joint", re.IGNORECASE), "Joint fluid"),
    (re.compile(r"ascit|periton", re.IGNORECASE), "Ascites fluid"),
    (re.compile(r"saliva|sputum|stool|faec|feces|fluid(?!.*(blood|plasma|serum))", re.IGNORECASE), "Fluid"),
)
_OF_URINE = frozenset({"UPCR", "UACR", "UPROT24", "URBC", "UWBC"})
LOINC_SYSTEMS = ("http://loinc.org", "https://loinc.org", "urn:oid:2.16.840.1.113883.6.1", "ln", "lnc", "loinc")
_LOINC = re.compile(r"[0-9]{1,5}-[0-9]")


def looks_like_loinc(text: str) -> bool:
    """Digits, a dash, a check digit."""
    return bool(_LOINC.fullmatch(text.strip()))


def is_loinc_system(system: str) -> bool:
    """Whether a coding of that system is LOINC."""
    return system.strip().casefold().rstrip("/") in LOINC_SYSTEMS


def choose_name(names: Iterable[str], specimen: str = "") -> str:
    """The first of several names of one test that says what it is, with the specimen where that is not blood.

    A name that is known not to be monitored wins over a later one that is known: nothing is forced into a series.
    """
    names = [name for name in names if name]
    telling = (name for name in names if match_name(name).status not in (Status.UNKNOWN, Status.EMPTY))
    name = next(telling, names[0] if names else "")
    return add_specimen(name, specimen)


@lru_cache(maxsize=8192)
def add_specimen(name: str, specimen: str) -> str:
    """ "Creatinine", "URINE" → "Creatinine, Urine"; the name alone for blood, serum, plasma and what is not known."""
    if not specimen or not name:
        return name
    place = next((word for pattern, word in _SPECIMENS if pattern.search(specimen)), "")
    found = match_name(name)
    if not place or found.status is not Status.KNOWN or (place == "Urine" and found.code in _OF_URINE):
        return name
    return f"{name}, {place}"


def choose_loinc(codes: Iterable[str], name: str) -> str:
    """The first LOINC code of a monitored test, else the first.

    Where two mean different tests, the one that contradicts the name, so that the row is refused.
    """
    codes = [code for code in dict.fromkeys(codes) if code]
    known = {match_loinc(code).code: code for code in reversed(codes) if match_loinc(code).status is Status.KNOWN}
    if len(known) > 1:
        return next(code for analyte, code in known.items() if analyte != match_name(name).code)
    return next(iter(known.values()), codes[0] if codes else "")


@lru_cache(maxsize=8192)
def choose_unit(shown: str, code: str, name: str, loinc: str) -> str:
    """The unit as shown, or its code where only that is understood; both, to be refused, where they contradict."""
    if not shown or not code or shown == code:
        return shown or code
    found = match_name(name)
    analyte = (found if found.status is Status.KNOWN else match_loinc(loinc)).code
    if not analyte:
        return shown
    one, other = match_unit(shown, analyte), match_unit(code, analyte)
    if one.problem or other.problem:
        return code if one.problem and not other.problem else shown
    return shown if (one.unit, one.factor) == (other.unit, other.factor) else f"{shown} / {code}"


@lru_cache(maxsize=4096)
def same_unit(a: str, b: str, name: str, loinc: str = "") -> bool:
    """Whether two unit texts are one unit of the test; where the test is not known, whether they are written alike."""
    if not a or not b or a.casefold().replace(" ", "") == b.casefold().replace(" ", ""):
        return True
    found = match_name(name)
    analyte = (found if found.status is Status.KNOWN else match_loinc(loinc)).code
    if not analyte:
        return False
    one, other = match_unit(a, analyte), match_unit(b, analyte)
    return not one.problem and not other.problem and (one.unit, one.factor) == (other.unit, other.factor)


def choose_drug(names: Iterable[str], route: str = "") -> str:
    """The first of several names of one drug that says what it is, with the route where that is no infusion."""
    names = [name for name in names if name]
    telling = (name for name in names if match_drug(name).status not in (Status.UNKNOWN, Status.EMPTY))
    drug = next(telling, names[0] if names else "")
    if drug and route and match_drug(f"{drug} {route}").status is Status.NOT_MONITORED:
        return f"{drug} {route}"
    return drug


def choose_dose_unit(shown: str, code: str) -> str:
    """Of a shown unit and its code the one that is a unit of doses."""
    return code if code.strip().casefold() in ("mg", "g", "mg/kg", "g/kg", "mg/m2") else shown or code
