"""Which of their columns may be which of ours: a first guess for a person to confirm, from headers and some cells."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files

from lupusmon.clinical.drug_names import match_drug
from lupusmon.clinical.matches import Status
from lupusmon.clinical.names import match_name
from lupusmon.ingest.kinds import COLUMNS, DATE_COLUMN, NEEDED
from lupusmon.ingest.source import Kind
from lupusmon.ingest.wide import TestColumn, find_test_columns, split_header
from lupusmon.text.dates import parse_date

REF_RANGE = "ref_range"
_ANY_KIND = "*"
_CLOSE = 0.86  # of equal letters: "Collecton date" is a slip, "result" and "results" a habit
_PARTLY = 0.7  # "Sample date (local)" holds a listed spelling
_ENOUGH = 0.6
_LOOKED_AT = 400  # cells; a guess needs no more
_FITS_BLOCK = 0.9
_FITS = 0.5  # of the filled cells
_BONUS = 0.25
_RANK, _LAST_RANK = 0.003, 40  # the order of the spellings decides between them, and nothing else
_BY_CELLS = ("analyte", "drug")  # found under any heading
_SIGNS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"[<>≤≥=~\s]*[+-]?\d[\d.,\s]*\S*|1:\d+|(neg|pos)\w*|not detected|trace", re.IGNORECASE)


def targets(kind: Kind) -> tuple[str, ...]:
    """Our columns of a kind and, of results, the one column that holds both limits."""
    if kind is not Kind.LABS:
        return COLUMNS[kind]
    behind = COLUMNS[kind].index("ref_high") + 1
    return (*COLUMNS[kind][:behind], REF_RANGE, *COLUMNS[kind][behind:])


def guess_kind(headers: Sequence[str], cells: Mapping[str, Sequence[str]] | None = None) -> Kind:
    """The kind most of whose needed columns are found; results where nothing tells."""
    return max(Kind, key=lambda kind: _likeness(headers, kind, cells or {}))


def guess_columns(
    headers: Sequence[str], kind: Kind, cells: Mapping[str, Sequence[str]] | None = None
) -> dict[str, str]:
    """Our column → their header, the likeliest pairs first; no header twice, no column without a good reason.

    cells: some texts of each column; they decide between headers of one meaning (collection before report date).
    In a table with a column per test, those columns are left to the reader, and analyte, value and unit have none.
    """
    samples = cells or {}
    tests = {test.header for test in guess_tests(headers, kind)}
    free = [header for header in dict.fromkeys(headers) if header and header not in tests]
    wanted = [ours for ours in targets(kind) if not tests or ours not in ("analyte", "value", "unit", "loinc")]
    scores = [
        (score, -place, ours, header)
        for ours in wanted
        for place, header in enumerate(free)
        if (score := _score(ours, header, kind, samples.get(header, ()))) >= _ENOUGH
    ]
    found: dict[str, str] = {}
    for _, _, ours, header in sorted(scores, key=lambda s: (-s[0], -s[1])):
        if ours not in found and header not in found.values():
            found[ours] = header
    return {ours: found[ours] for ours in wanted if ours in found}


def guess_constants(kind: Kind, columns: Mapping[str, str]) -> dict[str, str]:
    """Texts that hold for every row: the unit in the header of the values, "Result (mg/dL)"."""
    pairs = {Kind.LABS: ("value", "unit"), Kind.INFUSIONS: ("dose", "dose_unit")}
    of, ours = pairs.get(kind, ("", ""))
    if of not in columns or ours in columns:
        return {}
    unit = split_header(columns[of])[1]
    return {ours: unit} if unit else {}


def guess_tests(headers: Sequence[str], kind: Kind) -> list[TestColumn]:
    """The columns of a table with a column per test; none where a column of values says it is a list of results."""
    if kind is not Kind.LABS or any(_named(header, kind, "value") >= _CLOSE for header in headers):
        return []
    return find_test_columns(headers, ())


def guess_fill_down(columns: Mapping[str, str], cells: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Our columns whose cells stand only on the first row of a block: the id first, then what is empty with it."""
    texts = cells.get(columns.get("patient_id", ""), ())
    if not texts or not texts[0].strip() or _filled(texts) > 0.8:
        return ()
    empty = {i for i, text in enumerate(texts) if not text.strip()}
    names = ("patient_id", *DATE_COLUMN.values())
    return tuple(
        ours
        for ours in names
        if ours in columns
        and (found := _empty(cells.get(columns[ours], ())))
        and len(found & empty) >= 0.9 * len(found)
    )


def count_familiar(headers: Sequence[str]) -> int:
    """How many cells of a row look like the heading of a column: tells the header from titles above and data below."""
    listed = {name for names in _spellings().values() for name in names}
    return sum(_fold(split_header(header)[0]) in listed for header in headers)


def _likeness(headers: Sequence[str], kind: Kind, cells: Mapping[str, Sequence[str]]) -> float:
    found = guess_columns(headers, kind, cells)
    if guess_tests(headers, kind):
        found |= dict.fromkeys(("analyte", "value", "unit"), "")
    needed = sum(ours in found for ours in NEEDED[kind]) / len(NEEDED[kind])
    own = len(found.keys() - {"patient_id", "status", DATE_COLUMN.get(kind)})
    return (needed if own else 0.0) - (0.5 if kind is Kind.PATIENTS else 0.0) + 0.05 * own


def _score(ours: str, header: str, kind: Kind, texts: Sequence[str]) -> float:
    name = _named(header, kind, ours)
    look = _look(ours, texts)
    return name + _BONUS * look if name else (_ENOUGH if look == 1 and ours in _BY_CELLS else 0.0)


def _named(header: str, kind: Kind, ours: str) -> float:
    """1 for a listed spelling, a little less for a later one; _PARTLY where one is part of the header; else 0."""
    return _likeness_of_name(_fold(split_header(header)[0]), kind, ours)


@cache
def _likeness_of_name(folded: str, kind: Kind, ours: str) -> float:
    known = _spellings().get((kind.value, ours), ())
    if folded in known:
        return 1.0 - _RANK * min(known.index(folded), _LAST_RANK)
    if len(folded) < 4:
        return 0.0
    best = max((SequenceMatcher(None, folded, name).ratio() for name in known if len(name) > 4), default=0.0)
    if best >= _CLOSE and not _is_another(folded, kind, ours):
        return best * 0.95
    inside = any(len(name) >= 6 and (folded.startswith(name) or folded.endswith(name)) for name in known)
    return _PARTLY if inside and not _is_another(folded, kind, ours) else 0.0


def _is_another(folded: str, kind: Kind, ours: str) -> bool:
    """Whether the name is listed for another column of the kind."""
    return any(folded in names for (of, other), names in _spellings().items() if of == kind.value and other != ours)


def _look(ours: str, texts: Sequence[str]) -> int:
    """1 where the cells are what the column holds, -1 where they are not, 0 where that cannot be told."""
    filled = list(dict.fromkeys(text.strip() for text in texts[:_LOOKED_AT] if text.strip()))[:60]
    check = _LOOKS.get(ours)
    if check is None or len(filled) < 1:
        return 0
    share = sum(map(check, filled)) / len(filled)
    return 1 if share >= _FITS else -1 if share < 0.2 and ours not in _BY_CELLS else 0


def _is_date(text: str) -> bool:
    if re.match(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?!\d)", text):
        return True
    return any(parse_date(text, order) is not None for order in ("dmy", "mdy"))


def _is_drug(text: str) -> bool:
    return match_drug(text).status in (Status.KNOWN, Status.AMBIGUOUS)


def _is_analyte(text: str) -> bool:
    return match_name(text).status in (Status.KNOWN, Status.AMBIGUOUS, Status.NOT_MONITORED)


_LOOKS = {
    **dict.fromkeys(DATE_COLUMN.values(), _is_date),
    **dict.fromkeys(("value", "dose", "ref_low", "ref_high"), lambda text: _NUMBER.match(text) is not None),
    "analyte": _is_analyte,
    "drug": _is_drug,
    "loinc": lambda text: re.fullmatch(r"\d{1,6}-\d", text) is not None,
    "ref_range": lambda text: re.search(r"\d", text) is not None,
    "birth_year": lambda text: re.match(r"(19|20)\d\d", text) is not None,
}


def _filled(texts: Sequence[str]) -> float:
    return sum(bool(text.strip()) for text in texts) / len(texts) if texts else 0.0


def _empty(texts: Sequence[str]) -> set[int]:
    return {i for i, text in enumerate(texts) if not text.strip()}


def _fold(header: str) -> str:
    return _SIGNS.sub("", header).casefold()


@cache
def _spellings() -> dict[tuple[str, str], tuple[str, ...]]:
    """(kind, our column) → folded spellings, the likeliest first; our own name always."""
    table = files("lupusmon.ingest").joinpath("column_spellings.csv").read_text(encoding="utf-8")
    found = {(kind.value, ours): (_fold(ours),) for kind in Kind for ours in targets(kind)}
    for row in csv.DictReader(table.splitlines()):
        for kind in Kind if row["kind"] == _ANY_KIND else (Kind(row["kind"]),):
            key = (kind.value, row["column"])
            found[key] = tuple(dict.fromkeys((*found[key], *(_fold(name) for name in row["spellings"].split("|")))))
    return found
