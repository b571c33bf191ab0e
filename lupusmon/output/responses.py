"""The tables of verdicts and of the evidence behind them (CONTRACT 4, CRITERIA 7-8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
import pyarrow as pa

from lupusmon.analysis.answers import NO, UNKNOWN, YES
from lupusmon.analysis.answers import VERDICTS as CHECK_VERDICTS
from lupusmon.analysis.criteria.findings import ASSESSMENT, DOSE, RESULT, Finding, Point, words_at
from lupusmon.analysis.criteria.phrases import interval_texts, iso_day
from lupusmon.analysis.criteria.registry import Criterion
from lupusmon.analysis.criteria.settle import Settling
from lupusmon.analysis.criteria.verdicts import (
    MET,
    NO_ROW,
    NOT_APPLICABLE,
    NOT_MET,
    VERDICTS,
    Assessed,
)
from lupusmon.analysis.pins import BEFORE
from lupusmon.analysis.visits import WEEKS, Visits
from lupusmon.clinical.thresholds import BASELINE_DAYS
from lupusmon.output import columns as c
from lupusmon.output.courses import course_column, course_rank
from lupusmon.output.labs import text_rank
from lupusmon.output.settling import settle_column
from lupusmon.rounding import round_value
from lupusmon.sorting import number_distinct, sort_order
from lupusmon.text.columns import word_array

_CENSORED = ("<", ">")
_WEEK_RANK = text_rank(np.array(WEEKS, dtype=object))


@dataclass(frozen=True)
class Ledger:
    """All verdicts: visits x criteria as assessed, NO_ROW where there is no row; and each one's reason."""

    criteria: tuple[Criterion, ...]
    verdict: np.ndarray
    reason: np.ndarray
    reasons: list[str]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Criterion codes in text order."""
        return tuple(sorted({criterion.code for criterion in self.criteria}))

    def by_code(self, matrix: np.ndarray, empty: int) -> np.ndarray:
        """Columns of one code (its variants for different weeks) merged, in text order of the codes."""
        out = np.full((len(self.codes), len(matrix)), empty, dtype=matrix.dtype)
        for i, criterion in enumerate(self.criteria):
            np.copyto(out[self.codes.index(criterion.code)], matrix[:, i], where=self.verdict[:, i] != NO_ROW)
        return out.T


def visit_order(visits: Visits) -> np.ndarray:
    """Visits by patient, course_id, week, all as text."""
    rank = course_rank(visits.sources.courses)
    return sort_order(visits.patient, rank[visits.course], _WEEK_RANK[visits.week])


def build_ledger(assessed: Sequence[Assessed], n_visits: int) -> Ledger:
    """Verdicts and reasons of all criteria side by side."""
    verdict = np.full((n_visits, len(assessed)), NO_ROW)
    reason = np.full((n_visits, len(assessed)), -1, dtype=np.int32)
    reasons: list[str] = []
    for at, done in enumerate(assessed):
        verdict[done.rows, at] = done.verdict[done.rows]
        reason[done.rows, at] = _number_reasons(done, reasons)[done.rows]
    return Ledger(tuple(done.criterion for done in assessed), verdict, reason, reasons)


def _number_reasons(done: Assessed, reasons: list[str]) -> np.ndarray:
    """The number of each visit's reason; reasons are few and written once."""
    criterion = done.criterion
    key = np.zeros(len(done.verdict), dtype=np.int64)
    for finding in done.findings:
        key = key * 3 + finding.answer
    key = (key * 3 + done.entry) * len(VERDICTS) + done.verdict
    distinct, back = number_distinct(key)
    numbers = np.empty(len(distinct), dtype=np.int64)
    for i, value in enumerate(distinct.tolist()):
        rest, verdict = divmod(value, len(VERDICTS))
        rest, entry = divmod(rest, 3)
        answers = []
        for _ in criterion.checks:
            rest, answer = divmod(rest, 3)
            answers.append(answer)
        numbers[i] = len(reasons)
        reasons.append(_reason(criterion, verdict, entry, answers[::-1]))
    return numbers[back]


def _reason(criterion: Criterion, verdict: int, entry: int, answers: list[int]) -> str:
    if verdict == NOT_APPLICABLE:
        return f"needs {criterion.entry}"
    if verdict == MET:
        return "every check met"
    if verdict == NOT_MET:
        failed = [check.label for check, answer in zip(criterion.checks, answers, strict=True) if answer == NO]
        return "not met: " + "; ".join(failed)
    if entry == UNKNOWN:
        return f"cannot tell whether it applies: {criterion.entry}"
    open_ = [check.label for check, answer in zip(criterion.checks, answers, strict=True) if answer == UNKNOWN]
    return "cannot tell: " + "; ".join(open_)


def build_responses(visits: Visits, ledger: Ledger, settling: Settling, edge: tuple) -> pa.Table:
    """One row a visit and criterion, by patient, course, week and criterion as text.

    edge: (number per visit and criterion, texts); -1 = empty.
    """
    order = visit_order(visits)
    merged = ledger.by_code(ledger.verdict, int(NO_ROW))
    n, m = merged.shape
    verdict = merged[order].ravel()
    keep = np.flatnonzero(verdict != NO_ROW)
    visit = np.repeat(order, m)[keep]
    criterion = np.tile(np.arange(m), n)[keep]

    def codes(numbers: np.ndarray) -> np.ndarray:
        return ledger.by_code(numbers, -1)[order].ravel()[keep]

    return pa.table(
        {
            "patient_id": c.text(visits.patient[visit], visits.sources.cohort.patients),
            "course_id": course_column(visits.sources.courses, visits.course[visit]),
            "week": c.text(visits.week[visit], WEEKS),
            "criterion": c.text(criterion, ledger.codes),
            "verdict": c.text(verdict[keep], VERDICTS),
            "reason": c.text(codes(ledger.reason), ledger.reasons),
            "settle": settle_column(codes(settling.number), settling),
            "edge": c.text(codes(edge[0]), edge[1]),
        }
    )


@dataclass(frozen=True)
class _Evidence:
    """Evidence rows as arrays of one length, or those of several checks one below the other. at: (day, micros, known).

    visit, criterion, nth, check: place of the row in the ledger. signs: 0 `<`, 1 `>`, -1 none.
    """

    visit: np.ndarray
    criterion: np.ndarray
    nth: np.ndarray
    check: np.ndarray
    verdict: np.ndarray
    base_number: np.ndarray
    base_sign: np.ndarray
    base_at: np.ndarray
    number: np.ndarray
    sign: np.ndarray
    at: np.ndarray
    limit: np.ndarray
    unit: np.ndarray
    file: np.ndarray
    line: np.ndarray
    text: np.ndarray

    @classmethod
    def stack(cls, parts: Sequence[_Evidence]) -> _Evidence:
        return cls(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)))

    def take(self, rows: np.ndarray) -> _Evidence:
        return _Evidence(*(getattr(self, f.name)[rows] for f in fields(self)))

    def pick(self, visits: np.ndarray, place: tuple[int, int, int]) -> _Evidence:
        """The rows of these visits, which are some of its own in the same order, at their place in the ledger."""
        some = self if len(visits) == len(self.visit) else self.take(np.searchsorted(self.visit, visits))
        numbers = (np.full(len(visits), number) for number in place)
        return replace(some, **dict(zip(("criterion", "nth", "check"), numbers, strict=True)))


def build_evidence(visits: Visits, assessed: Sequence[Assessed]) -> pa.Table:
    """One row a check of every verdict but not_applicable; by patient, course, week, criterion, ledger order."""
    codes = sorted({a.criterion.code for a in assessed})
    checks = sorted({check.code for a in assessed for check in a.criterion.checks})
    wanted = [(done, done.rows[done.verdict[done.rows] != NOT_APPLICABLE]) for done in assessed]
    told = _tell_findings(visits, wanted)
    parts = []
    for done, rows in wanted:
        for nth, (check, finding) in enumerate(zip(done.criterion.checks, done.findings, strict=True)):
            place = (codes.index(done.criterion.code), nth, checks.index(check.code))
            parts.append(told[id(finding)].pick(rows, place))
    place = np.empty(len(visits), dtype=np.int64)
    place[visit_order(visits)] = np.arange(len(visits))
    e = _Evidence.stack(parts)
    e = e.take(sort_order(place[e.visit], e.criterion, e.nth))
    known = e.line >= 0
    return pa.table(
        {
            "patient_id": c.text(visits.patient[e.visit], visits.sources.cohort.patients),
            "course_id": course_column(visits.sources.courses, visits.course[e.visit]),
            "week": c.text(visits.week[e.visit], WEEKS),
            "criterion": c.text(e.criterion, codes),
            "check": c.text(e.check, checks),
            "verdict": c.text(e.verdict, CHECK_VERDICTS),
            "baseline_value": c.numbers(e.base_number),
            "baseline_at": c.dates(*e.base_at.T[:2], known=e.base_at[:, 2] > 0),
            "value": c.numbers(e.number),
            "value_at": c.dates(*e.at.T[:2], known=e.at[:, 2] > 0),
            "limit": c.numbers(e.limit),
            "unit": c.texts(e.unit.tolist()),
            "source_file": c.texts(e.file.tolist()),
            "source_line": c.integers(e.line, known),
            "text": c.texts(e.text.tolist()),
            "baseline_comparator": c.text(e.base_sign, _CENSORED),
            "comparator": c.text(e.sign, _CENSORED),
        }
    )


def _tell_findings(visits: Visits, wanted: Sequence[tuple[Assessed, np.ndarray]]) -> dict[int, _Evidence]:
    """By identity of the finding: the evidence of all its rows; criteria share checks, which are told once."""
    rows: dict[int, tuple[Finding, np.ndarray]] = {}
    for done, own in wanted:
        for finding in done.findings:
            _, mask = rows.setdefault(id(finding), (finding, np.zeros(len(visits), dtype=bool)))
            mask[own] = True
    return {key: _gather_evidence(visits, finding, np.flatnonzero(mask)) for key, (finding, mask) in rows.items()}


def _gather_evidence(visits: Visits, finding: Finding, rows: np.ndarray) -> _Evidence:
    source = _find_sources(visits, finding.evidence.value, rows)
    nowhere = np.full(len(rows), -1)
    return _Evidence(
        rows,
        *(nowhere, nowhere, nowhere),
        finding.answer[rows],
        *_side(finding.evidence.baseline, rows, _find_sources(visits, finding.evidence.baseline, rows)),
        *_side(finding.evidence.value, rows, source),
        limit=_limits(finding.evidence.limit, rows),
        unit=word_array(words_at(finding.evidence.unit, rows)),
        file=source.file,
        line=source.line,
        text=word_array(_sentences(visits, finding, rows)),
    )


def _limits(limit: float | np.ndarray | None, rows: np.ndarray) -> np.ndarray:
    if isinstance(limit, np.ndarray):
        return limit[rows]
    return np.full(len(rows), np.nan if limit is None else limit, dtype=np.float64)


def _side(point: Point | None, rows: np.ndarray, source: _Sources) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number, sign and date of one side; a censored value shows its limit."""
    at = np.zeros((len(rows), 3), dtype=np.int64)
    if point is None:
        return np.full(len(rows), np.nan), np.full(len(rows), -1), at
    value = point.value.take(rows)
    above = np.isinf(value.hi) & ~np.isnan(value.lo)
    below = value.hi_open & ~above & ~np.isnan(value.lo)
    at[:, 0], at[:, 1], at[:, 2] = point.day[rows], source.micros, point.known[rows]
    return round_value(np.where(below, value.hi, value.lo)), np.where(below, 0, np.where(above, 1, -1)), at


@dataclass(frozen=True)
class _Sources:
    """Where values come from, row by row: file ("" = nowhere), line (-1) and clock time (-1)."""

    file: np.ndarray
    line: np.ndarray
    micros: np.ndarray


def _find_sources(visits: Visits, point: Point | None, rows: np.ndarray) -> _Sources:
    n = len(rows)
    found = _Sources(np.full(n, "", dtype=object), np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64))
    if point is None:
        return found
    sources = visits.sources
    tables = {
        RESULT: sources.labs.results,
        ASSESSMENT: sources.assessments.assessments,
        DOSE: sources.cohort.doses,
    }
    row = point.row[rows]
    there = (row >= 0) & point.known[rows]
    for name, table in tables.items():
        if isinstance(point.kind, str) and point.kind != name:
            continue
        here = np.flatnonzero(there if isinstance(point.kind, str) else there & (point.kind[rows] == name))
        if len(here):
            at = row[here]
            found.file[here] = table.file.words[table.file.codes[at]]
            found.line[here], found.micros[here] = table.line[at], table.micros[at]
    return found


def _sentences(visits: Visits, finding: Finding, rows: np.ndarray) -> list[str]:
    """`UPCR 0.42 g/g on 2025-08-14 (week 23), below 0.5; baseline 1.8 on 2025-03-01`."""
    answer = finding.answer[rows]
    label, unit = words_at(finding.evidence.label, rows), words_at(finding.evidence.unit, rows)
    now = _seen(visits, finding.evidence.value, rows, unit, finding.evidence.shown_value)
    base = _seen(visits, finding.evidence.baseline, rows, unit, None, at_baseline=True)
    met, not_met = words_at(finding.evidence.met, rows), words_at(finding.evidence.not_met, rows)
    unknown = _why_unknown(visits, finding, rows)
    out = []
    for a, name, value, before, yes, no, why in zip(answer, label, now, base, met, not_met, unknown, strict=True):
        said = yes if a == YES else no if a == NO else why
        subject = f"{name} {value}".rstrip()
        out.append(f"{subject}{',' if value else ':'} {said}{before}")
    return out


def _seen(visits, point: Point | None, rows, unit, shown, *, at_baseline: bool = False) -> list[str]:
    """A value with its unit, date and week; for the baseline as a tail of the sentence."""
    if point is None:
        return [""] * len(rows)
    value = point.value.take(rows)
    texts = shown(rows) if shown else interval_texts(value.lo, value.hi, value.lo_open, value.hi_open)
    days, known = point.day[rows], point.known[rows]
    week = np.round((days - visits.start[rows]) / 7).astype(int).tolist()
    chosen = _say_pinned(visits, point, rows, at_baseline=at_baseline)
    out = []
    shown_days = iso_day(np.where(known, days, 0))
    for text, day, k, w, u, by in zip(texts, shown_days, known.tolist(), week, unit, chosen, strict=True):
        number = f"{text} {u}".strip() if text and not shown else text
        if not k and not number:
            out.append("")
        elif at_baseline:
            out.append(f"; baseline {number} on {day}{by and ' (pinned)'}" if number and k else "")
        elif k:
            out.append(f"{number} on {day} (week {w}{by})".lstrip())
        else:
            out.append(number)
    return out


def _say_pinned(visits: Visits, point: Point, rows: np.ndarray, *, at_baseline: bool) -> list[str]:
    """`, pinned` where the result stands there because a person chose it."""
    labs, row = visits.sources.labs, point.row[rows]
    if labs.pins is None or not len(labs.results):
        return [""] * len(rows)
    kind = np.broadcast_to(np.asarray(point.kind, dtype=object), len(point.row))[rows]
    row = np.where(kind == RESULT, row, -1)
    week = np.full(len(rows), BEFORE) if at_baseline else visits.week[rows]
    pinned = labs.pins.is_pinned(row, visits.course[rows], week, labs.results.analyte[np.clip(row, 0, None)])
    return [", pinned" if by else "" for by in pinned.tolist()]


def _why_unknown(visits: Visits, finding: Finding, rows: np.ndarray) -> list[str]:
    """What is missing: the value, the baseline, a common assay, or a decision between the ends of an interval."""
    if finding.evidence.unknown is not None:
        return words_at(finding.evidence.unknown, rows)
    low, high = iso_day(visits.low[rows]), iso_day(visits.high[rows])
    start = visits.start[rows]
    first, last = iso_day(start - BASELINE_DAYS), iso_day(start)
    has_now = finding.evidence.value.known[rows] if finding.evidence.value is not None else np.ones(len(rows), bool)
    has_base = (
        finding.evidence.baseline.known[rows] if finding.evidence.baseline is not None else np.ones(len(rows), bool)
    )
    out = []
    for i in range(len(rows)):
        if not has_now[i] and visits.low[rows[i]] > visits.high[rows[i]]:
            out.append("no result yet; only those after the day of the first infusion count")
        elif not has_now[i]:
            out.append(f"no result between {low[i]} and {high[i]}")
        elif finding.evidence.needs_baseline and not has_base[i]:
            out.append(f"no baseline between {first[i]} and {last[i]}")
        elif finding.evidence.needs_baseline:
            out.append("cannot be compared with its baseline (assay changed, or a value only known as a limit)")
        else:
            out.append("cannot be decided (a value only known as a limit, or no limit to hold it against)")
    return out
