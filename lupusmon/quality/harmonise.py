"""Laboratory rows in our terms: which analyte, what value, which unit, which limits (CONTRACT 2-3, CRITERIA 1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lupusmon.clean import FROM_DEFAULT, FROM_RESULT, NO_LIMIT, NUMBER, TITRE, WORD
from lupusmon.clinical.analytes import ANALYTES, CODES, INDEX
from lupusmon.clinical.names import Status, match_loinc, match_name
from lupusmon.clinical.units import UnitMatch, match_unit, units_that_fit
from lupusmon.ingest.source import SourceTable
from lupusmon.issues import IssueLog, Outcome
from lupusmon.quality.checks import check_date, check_patient, check_rows, column, open_log, texts_of
from lupusmon.quality.pairs import map_pairs
from lupusmon.rounding import round_compare, round_value
from lupusmon.text.columns import TextColumn
from lupusmon.text.values import ValueKind, parse_glued, parse_values

_DSDNA = INDEX["DSDNA"]
_LOW, _HIGH, _IMPOSSIBLE = (
    np.array([np.nan if v is None else float(v) for v in column_])
    for column_ in zip(*((a.default_low, a.default_high, a.impossible_above) for a in ANALYTES.values()), strict=True)
)
_LOG_SCALE = np.array([a.log for a in ANALYTES.values()])
_TAKES_WORDS = np.array([a.words for a in ANALYTES.values()])
_UNIT_NEEDED = "missing"
_TITRE_UNIT = "{titer}"
_ZERO = "the trend of {} is on a logarithmic scale, so this 0 is left out of its slope"


@dataclass(frozen=True)
class LabRows:
    """One laboratory file, harmonised: one entry per row of the file, usable or not (see `log`).

    Fields as clean.Results; analyte -1 where not recognised.
    """

    table: SourceTable
    log: IssueLog
    patient: TextColumn
    analyte: np.ndarray
    method: TextColumn
    day: np.ndarray
    micros: np.ndarray
    kind: np.ndarray
    value: np.ndarray
    comparator: np.ndarray
    word: np.ndarray
    unit: TextColumn
    ref_low: np.ndarray
    ref_high: np.ndarray
    ref_source: np.ndarray


def harmonise_labs(table: SourceTable, *, as_of: int | None) -> LabRows:
    """Every row of one labs file in canonical terms; problems go to the log, the first one found of each row.

    Keeps every row. Source: CONTRACT 2-3, CRITERIA 1.
    """
    log = open_log(table)
    analyte = _find_analytes(table, log)
    patient = check_patient(table, log)
    day, micros = check_date(table, log, "collected_at", as_of=as_of)
    parsed, unit_text = _read_values(table, log)
    kind, number = parsed.kind.copy(), parsed.number
    match, match_of = _match_units(analyte, unit_text)
    factor = np.array([m.factor for m in match], dtype=np.float64).take(match_of)
    is_titre_unit = np.array([m.unit == _TITRE_UNIT for m in match], dtype=bool).take(match_of)
    kind = np.where((kind == NUMBER) & (analyte == _DSDNA) & is_titre_unit, TITRE, kind)
    _check_values(table, log, analyte, kind, parsed)
    _check_units(log, analyte, kind, unit_text, match, match_of)

    # A titre has no unit, and a word needs none: without one its limits stand as they are.
    factor = np.where((kind == TITRE) | is_titre_unit | ((kind == WORD) & np.isnan(factor)), 1.0, factor)
    value = np.where(kind == WORD, np.nan, round_value(number * factor))
    _check_possible(table, log, analyte, value, number, kind)
    zero = value == 0
    if zero.any():
        zero &= (analyte >= 0) & _LOG_SCALE[np.clip(analyte, 0, None)]
        log.note(zero, "value", "zero_on_log_scale", texts_of(column(table, "value")), _named(analyte, _ZERO))
    unit = _choose_words(kind, match_of, [m.unit for m in match], _TITRE_UNIT)
    low, high, source = _find_limits(table, analyte, kind, factor, unit)
    return LabRows(
        table=table,
        log=log,
        patient=patient,
        analyte=analyte,
        method=_add_suffix(column(table, "method"), _choose_words(kind, match_of, [m.suffix for m in match], "titre")),
        day=day,
        micros=micros,
        kind=kind.astype(np.int8),
        value=value,
        comparator=parsed.comparator,
        word=parsed.word,
        unit=unit,
        ref_low=low,
        ref_high=high,
        ref_source=source,
    )


def _find_analytes(table: SourceTable, log: IssueLog) -> np.ndarray:
    """Index of the analyte of each row, -1 where there is none; ignored and conflicting rows go to the log."""
    name, loinc = column(table, "analyte"), column(table, "loinc")
    by_name, by_code = name.once(_match_all, match=match_name), loinc.once(_match_all, match=match_loinc)

    def decide(a: int, b: int) -> tuple[int, Outcome | None, str, str]:
        return _decide_analyte(name.words[a], by_name[a], loinc.words[b], by_code[b])

    decided, back = map_pairs(name.codes, loinc.codes, len(loinc.words), decide)
    texts = _Words([d[3] for d in decided], back)
    for end in (Outcome.IGNORED, Outcome.REJECTED):
        for code in sorted({d[2] for d in decided if d[1] == end}):
            here = np.array([d[1] == end and d[2] == code for d in decided], dtype=bool).take(back)
            log.drop(here, end, "analyte", code, texts_of(name), texts)
        check_rows(table, log)  # what is wrong with the whole row says more than what is wrong with its analyte
    for code in sorted({d[2] for d in decided if d[1] is None and d[2]}):
        here = np.array([d[1] is None and d[2] == code for d in decided], dtype=bool).take(back)
        log.note(here, "analyte", code, texts_of(name), texts)
    return np.array([d[0] for d in decided], dtype=np.int16).take(back)


def _match_all(words: np.ndarray, match: Callable[[str], Any]) -> list:
    return [match(word) for word in words]


def _decide_analyte(name: str, by_name, code: str, by_code) -> tuple[int, Outcome | None, str, str]:
    """(analyte, outcome or None, issue code, message) from a name and a LOINC code; disagreement is no guess."""
    known_name, known_code = by_name.status == Status.KNOWN, by_code.status == Status.KNOWN
    if by_name.status == Status.EMPTY and by_code.status == Status.EMPTY:
        return -1, Outcome.REJECTED, "analyte_missing", "no analyte and no LOINC code"
    conflict = (
        (known_name and known_code and by_name.code != by_code.code)
        or (known_name and by_code.status == Status.NOT_MONITORED)
        or (by_name.status == Status.NOT_MONITORED and known_code)
    )
    if conflict:
        meant = by_code.code if known_code else "another test"
        message = f'"{name}" and LOINC {code} ({meant}) are different tests; correct one of them'
        return -1, Outcome.REJECTED, "analyte_conflict", message
    if known_name:
        strange = by_code.status == Status.UNKNOWN
        note = f'LOINC {code} is not one of {by_name.code}; read by its name "{name}"' if strange else ""
        return INDEX[by_name.code], None, "loinc_unknown" if strange else "", note
    if known_code:
        note = f'"{name}" is not a known name; read as {by_code.code} by LOINC {code}' if name else ""
        return INDEX[by_code.code], None, "analyte_by_loinc" if note else "", note
    if by_name.status == Status.AMBIGUOUS:
        return -1, Outcome.REJECTED, "analyte_ambiguous", by_name.message
    return -1, Outcome.IGNORED, "analyte_not_monitored", f'"{name or code}" is not monitored'


class _Words:
    """Texts by number, looked up for the rows that need them."""

    def __init__(self, words: list[str], number: np.ndarray) -> None:
        self.words, self.number = np.array([*words, ""], dtype=object), number

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        return self.words[self.number[rows]]


@dataclass(frozen=True)
class _Values:
    kind: np.ndarray
    comparator: np.ndarray
    number: np.ndarray
    word: np.ndarray


def _read_values(table: SourceTable, log: IssueLog) -> tuple[_Values, TextColumn]:
    """Value texts as numbers, titres and words; and the unit of each row, from its cell or glued to the value."""
    value, unit = column(table, "value"), column(table, "unit")
    parsed = value.once(parse_values, decimal_comma=table.decimal_comma)
    fields = {name: value.spread(getattr(parsed, name)) for name in ("kind", "comparator", "number", "word")}
    if any(parsed.unit):
        unit = _merge_units(value, unit, parsed.unit)
    open_rows = np.flatnonzero((fields["kind"] == ValueKind.UNREADABLE) & ~unit.is_empty())
    if len(open_rows):
        _read_glued(table, value, unit, open_rows, fields)
    return _Values(**fields), unit


def _merge_units(value: TextColumn, unit: TextColumn, glued: np.ndarray) -> TextColumn:
    """The glued unit where the unit cell is empty; both where they differ, so that it is refused."""
    tail = TextColumn.from_values(glued)

    def both(t: int, u: int) -> str:
        behind, cell = tail.words[t], unit.words[u]
        if not behind or not cell:
            return cell or behind
        return cell if _same_unit(cell, behind) else f"{behind} / {cell}"

    words, back = map_pairs(tail.codes[value.codes], unit.codes, len(unit.words), both)
    merged = TextColumn.from_values(words)
    return TextColumn(merged.codes[back], merged.words)


def _same_unit(a: str, b: str) -> bool:
    """Two spellings of one unit, for some analyte."""
    if a.casefold().replace(" ", "") == b.casefold().replace(" ", ""):
        return True
    pairs = ((match_unit(a, code), match_unit(b, code)) for code in CODES)
    return any(not x.problem and not y.problem and (x.factor, x.unit) == (y.factor, y.unit) for x, y in pairs)


def _read_glued(table: SourceTable, value: TextColumn, unit: TextColumn, rows: np.ndarray, fields: dict) -> None:
    """Values with the unit of the unit cell stuck behind them, such as `383.210^9/L`."""

    def cut(v: int, u: int):
        return parse_glued(value.words[v], unit.words[u], decimal_comma=table.decimal_comma)

    cuts, back = map_pairs(value.codes[rows], unit.codes[rows], len(unit.words), cut)
    for name in fields:
        fields[name][rows] = np.array([np.ravel(getattr(c, name))[0] for c in cuts]).take(back)


def _match_units(analyte: np.ndarray, unit: TextColumn) -> tuple[list[UnitMatch], np.ndarray]:
    """The meaning of every distinct (analyte, unit text), and which of them each row has."""

    def match(a: int, u: int) -> UnitMatch:
        return UnitMatch(problem="unknown") if a == 0 else match_unit(unit.words[u], CODES[a - 1])

    return map_pairs(analyte + 1, unit.codes, len(unit.words), match)


def _check_values(table: SourceTable, log: IssueLog, analyte: np.ndarray, kind: np.ndarray, parsed: _Values) -> None:
    value = texts_of(column(table, "value"))
    log.drop(kind == ValueKind.EMPTY, Outcome.REJECTED, "value", "value_missing", "", "no value")
    message = "not a result; use a number, <number, >number, a titre or a word such as negative"
    log.drop(kind == ValueKind.UNREADABLE, Outcome.REJECTED, "value", "value_unreadable", value, message)
    at = np.clip(analyte, 0, None)
    no_word = (kind == WORD) & ~_TAKES_WORDS[at]
    log.drop(no_word, Outcome.REJECTED, "value", "value_unreadable", value, _named(analyte, "{} needs a number"))
    no_titre = (kind == TITRE) & (analyte != _DSDNA)
    log.drop(no_titre, Outcome.REJECTED, "value", "value_unreadable", value, _named(analyte, "{} has no titres"))
    negative = (parsed.number < 0) & ((kind == NUMBER) | (kind == TITRE))
    log.drop(negative, Outcome.REJECTED, "value", "value_impossible", value, "a negative value is impossible")


def _named(analyte: np.ndarray, form: str) -> _Words:
    return _Words([form.format(code) for code in CODES], analyte)


def _check_units(log: IssueLog, analyte, kind, unit: TextColumn, match: list[UnitMatch], match_of: np.ndarray) -> None:
    """A number needs a unit; a titre or a word may come without, but not with a wrong one."""
    message = _Words([m.message for m in match], match_of)
    known = analyte >= 0

    def has(problem: str) -> np.ndarray:
        return np.array([m.problem == problem for m in match], dtype=bool).take(match_of)

    log.drop(known & (kind == NUMBER) & has(_UNIT_NEEDED), Outcome.REJECTED, "unit", "unit_missing", "", message)
    for code in ("unknown", "impossible"):
        log.drop(known & has(code), Outcome.REJECTED, "unit", f"unit_{code}", texts_of(unit), message)


def _check_possible(table: SourceTable, log: IssueLog, analyte, value, number, kind) -> None:
    """Rejects values beyond the analyte's bound as a probable unit slip, naming units that would fit."""
    at = np.clip(analyte, 0, None)
    beyond = round_compare(value) > _IMPOSSIBLE[at]
    beyond |= np.isinf(value)
    rows = np.flatnonzero(beyond & (analyte >= 0) & (kind != WORD) & (log.outcome == 0))
    if not len(rows):
        return
    messages = np.full(len(value), "", dtype=object)
    for row in rows.tolist():
        messages[row] = _slip_message(CODES[analyte[row]], float(value[row]), float(number[row]))
    mask = np.zeros(len(value), dtype=bool)
    mask[rows] = True
    log.drop(mask, Outcome.REJECTED, "value", "value_impossible", texts_of(column(table, "value")), messages)


def _slip_message(code: str, value: float, number: float) -> str:
    definition = ANALYTES[code]
    fits = units_that_fit(code, number) if np.isfinite(number) else ()
    hint = f"; probably a unit slip, {number:g} would fit {' or '.join(fits)}" if fits else ""
    limit = f"above {definition.impossible_above:g}" if definition.impossible_above else "too large"
    return f"{value:.6g} {definition.unit} is impossible for {code} ({limit}){hint}"


def _choose_words(kind: np.ndarray, match_of: np.ndarray, words: list[str], of_titre: str) -> TextColumn:
    """The word of each row's unit match; titres have their own, words of the laboratory none."""
    named = TextColumn.from_values([*words, of_titre, ""])
    titre, none = named.codes[-2], named.codes[-1]
    codes = np.where(kind == TITRE, titre, np.where(kind == WORD, none, named.codes.take(match_of)))
    return TextColumn(codes.astype(np.int32), named.words)


def _find_limits(
    table: SourceTable, analyte, kind, factor, unit: TextColumn
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(low, high, source): the result's own limits, converted; an absent side takes the default."""
    own_low, own_high = (_read_limit(table, name, factor) for name in ("ref_low", "ref_high"))
    at = np.clip(analyte, 0, None)
    place = {word: i for i, word in enumerate(unit.words.tolist())}
    canonical = np.array([place.get(ANALYTES[code].unit, -1) for code in CODES])[at]
    has_default = (unit.codes == canonical) | (kind == WORD)
    default_low = np.where(has_default, _LOW[at], np.nan)
    default_high = np.where(has_default, _HIGH[at], np.nan)
    low = np.where(np.isnan(own_low), default_low, own_low)
    high = np.where(np.isnan(own_high), default_high, own_high)
    filled = (np.isnan(own_low) & ~np.isnan(default_low)) | (np.isnan(own_high) & ~np.isnan(default_high))
    nothing = np.isnan(low) & np.isnan(high)
    source = np.where(nothing, NO_LIMIT, np.where(filled, FROM_DEFAULT, FROM_RESULT))
    return low, high, source.astype(np.int8)


def _read_limit(table: SourceTable, name: str, factor: np.ndarray) -> np.ndarray:
    """A limit in the row's canonical unit; nan where absent, unreadable or of a row whose unit is not known."""
    text = column(table, name)
    parsed = text.once(parse_values, decimal_comma=table.decimal_comma)
    readable = ((parsed.kind == ValueKind.NUMBER) | (parsed.kind == ValueKind.TITRE)) & (parsed.number >= 0)
    number = text.spread(np.where(readable, parsed.number, np.nan))
    return round_value(number * factor)


def _add_suffix(method: TextColumn, suffix: TextColumn) -> TextColumn:
    """`ELISA` and `titre` become `ELISA titre`; an empty method becomes the suffix (CRITERIA 1)."""
    words, pair = map_pairs(
        method.codes, suffix.codes, len(suffix.words), lambda m, s: f"{method.words[m]} {suffix.words[s]}".strip()
    )
    named = TextColumn.from_values(words)
    return TextColumn(named.codes[pair], named.words)
