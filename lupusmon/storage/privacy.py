"""Columns that look as if they said who a patient is: a warning before anything is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_ENOUGH = 3  # filled cells, before the look of values says anything
_MOST = 0.7  # of the filled cells
_LIFETIME_YEARS = 25  # dates of visits span less, dates of birth more
_NOT_PEOPLE = {
    *("analyte", "value", "unit", "drug", "method", "laboratory", "loinc", "status", "dose", "doseunit"),
    *("collectedat", "givenat", "assessedat", "resultid", "reflow", "refhigh"),
}


@dataclass(frozen=True)
class Identifying:
    """A column that may identify people. looks_like: name, birth date, address, phone, e-mail or national id."""

    column: str
    looks_like: str
    because: str

    def __str__(self) -> str:
        return f"column {self.column} looks like a {self.looks_like} ({self.because}); lupusmon does not need it"


_HEADERS = (
    ("name", r"(patient|full|first|last|middle|family|given|maiden|sur|fore)?names?|surname|patient|initials"
             r"|(nach|vor|familien|patienten)name|nom|prenom|nomdefamille|apellidos?|nombres?|cognome|nome|sobrenome"),
    ("birth date", r".*(birthda(te|y)|dateofbirth|birthdt|geburtsdatum|geburtstag|datedenaissance|fecha(de)?nacimiento"
                   r"|datadinascita)|dob|gebdat|brthdtc?"),
    ("address", r".*(address|adresse|street|strasse|straße|direccion|indirizzo|domicil).*|zip(code)?|postcode"
                r"|postalcode|plz|city|town|wohnort|ort|ville|ciudad"),
    ("phone", r".*(phone|telefon|telephone|mobile|handy).*|tel|fax|cell"),
    ("e-mail", r".*e?mail.*"),
    ("national id", r"ssn|.*socialsecurity.*|nhs(no|nr|number|id)?|.*nationalid.*|cpr(nr|no|number)?|personn(ummer|r)"
                    r"|ahv(nr|nummer)?|bsn|dni|nie|nir|.*codicefiscale.*|.*passport.*|.*insurance(no|number|id).*"
                    r"|.*versichertennummer.*|kvnr|fodselsnummer|pesel|svnr|medicare(no|number|id)?"),
)  # fmt: skip


def find_identifying(headers: Sequence[str], samples: Mapping[str, Sequence[str]] | None = None) -> list[Identifying]:
    """The columns whose header or sample values look like a person's data, in the order of the headers.

    samples: some cells of a column, by header; columns without any are judged by their header alone.
    """
    found = []
    for header in headers:
        folded = re.sub(r"[^\w]|_", "", header.casefold())
        kind = next((kind for kind, pattern in _HEADERS if re.fullmatch(pattern, folded)), None)
        if kind is not None:
            found.append(Identifying(header, kind, "by its header"))
            continue
        kind = _judge_values(folded, [c.strip() for c in (samples or {}).get(header, ()) if c.strip()])
        if kind is not None:
            found.append(Identifying(header, kind, "by its values"))
    return found


def _judge_values(folded: str, cells: list[str]) -> str | None:
    if len(cells) < _ENOUGH or folded in _NOT_PEOPLE:
        return None
    for kind, fits in _SHAPES:
        if kind == "phone" and _IS_ID.fullmatch(folded):  # `01-701-1015` is the number of a subject
            continue
        if sum(map(fits, cells)) >= _MOST * len(cells):
            return kind
    return "birth date" if _spans_a_lifetime(cells) else None


def _spans_a_lifetime(cells: list[str]) -> bool:
    years = [int(m[0]) for m in map(_YEAR_OF_DATE.search, cells) if m]
    return len(years) >= _MOST * len(cells) and max(years) - min(years) > _LIFETIME_YEARS


def _is_nhs_number(cell: str) -> bool:
    """Ten digits whose last one checks the others (NHS Data Dictionary, modulus 11)."""
    digits = [int(d) for d in re.sub(r"[ -]", "", cell)] if re.fullmatch(r"\d{3}[ -]?\d{3}[ -]?\d{4}", cell) else []
    if not digits:
        return False
    check = 11 - sum(d * w for d, w in zip(digits, range(10, 1, -1), strict=False)) % 11
    return digits[9] == (0 if check == 11 else check)


def _fits(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda cell: compiled.fullmatch(cell) is not None


_IS_ID = re.compile(r".*id|.*(patient|subject|proband|study|case)(no|nr|num|number|code|key)?|mrn|record(no|nr|number)")
_YEAR_OF_DATE = re.compile(r"(?<!\d)(19|20)\d\d(?=[-/.]\d)|(?<=\d[-/.])(19|20)\d\d(?!\d)")
_SHAPES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("e-mail", _fits(r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}")),
    ("national id", _fits(r"\d{3}-\d{2}-\d{4}")),  # United States
    ("national id", _fits(r"756\.\d{4}\.\d{4}\.\d{2}")),  # Switzerland
    ("national id", _fits(r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{2}-\d{4}")),  # Denmark
    ("national id", _fits(r"(19|20)?\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])[-+]\d{4}")),  # Sweden
    ("national id", _fits(r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]")),  # Italy
    ("national id", _is_nhs_number),
    (
        "phone",
        _fits(
            r"(?!\d{1,2}([/-])\d{1,2}\1\d{2,4}( |$))"  # which is a date
            r"(?:\+\d[\d ()/.-]{7,}\d|\(?0\d{1,4}[)/ -][\d /-]{5,}\d|\(\d{3}\) ?\d{3}-\d{4})"
        ),
    ),
    ("name", _fits(r"[A-ZÀ-Þ][\w'’-]+, ?[A-ZÀ-Þ][\w'’-]+( [A-ZÀ-Þ][\w'’.-]*)*")),
)
