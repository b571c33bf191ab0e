"""The tables of verdicts and of the evidence behind them (CONTRACT 4, CRITERIA 7-8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from lupusmon.analysis.answers import NO, UNKNOWN, YES
from lupusmon.analysis.answers import VERDICTS as CHECK_VERDICTS
from lupusmon.analysis.criteria.findings import ASSESSMENT, DOSE, RESULT, Finding, Point, words_at
from lupusmon.analysis.criteria.phrases import interval_texts, iso_day
from lupusmon.analysis.criteria.registry import Criterion
from lupusmon.analysis.criteria.verdicts import (
    MET,
    NO_ROW,
    NOT_APPLICABLE,
    NOT_MET,
    VERDICTS,
    Assessed,
)
from lupusmon.analysis.visits import WEEKS, Visits
from lupusmon.clinical.thresholds import BASELINE_DAYS
from lupusmon.output import columns as c
from lupusmon.output.courses import course_column, course_rank
from lupusmon.output.labs import text_rank
from lupusmon.rounding import round_value
from lupusmon.sorting import sort_order

_WEEK_RANK = text_rank(np.array(WEEKS, dtype=object))


@dataclass(frozen=True)
class Ledger:
    """All verdicts: visits x criteria as assessed, NO_ROW where there is no row; and each one's reason."""

    criteria: tuple[Criterion, ...]
    verdict: np.ndarray
    reason: np.ndarray
    reasons: list[str]

    @property
    def codes(self) -> tuple[str, ...]:
        """Criterion codes in text order."""
        return tuple(sorted({criterion.code for criterion in self.criteria}))

    def by_code(self, matrix: np.ndarray, empty: int) -> np.ndarray:
        """Columns of one code (its variants for different weeks) merged, in text order of the codes."""
        out = np.full((len(matrix), len(self.codes)), empty, dtype=matrix.dtype)
        for i, criterion in enumerate(self.criteria):
            here = self.verdict[:, i] != NO_ROW
            out[here, self.codes.index(criterion.code)] = matrix[here, i]
        return out


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
    distinct, back = np.unique(key, return_inverse=True)
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


def build_responses(visits: Visits, ledger: Ledger, settle: tuple, edge: tuple) -> pa.Table:
    """One row a visit and criterion, by patient, course, week and criterion as text.

    settle, edge: (number per visit and criterion, texts); -1 = empty.
    """
    order = visit_order(visits)
    merged = ledger.by_code(ledger.verdict, int(NO_ROW))
    n, m = merged.shape
    verdict = merged[order].ravel()
    keep = np.flatnonzero(verdict != NO_ROW)
    visit = np.repeat(order, m)[keep]
    criterion = np.tile(np.arange(m), n)[keep]

    def written(numbers: np.ndarray, words: Sequence[str]) -> pa.DictionaryArray:
        return c.text(ledger.by_code(numbers, -1)[order].ravel()[keep], words)

    return pa.table(
        {
            "patient_id": c.text(visits.patient[visit], visits.sources.cohort.patients),
            "course_id": course_column(visits.sources.courses, visits.course[visit]),
            "week": c.text(visits.week[visit], WEEKS),
            "criterion": c.text(criterion, ledger.codes),
            "verdict": c.text(verdict[keep], VERDICTS),
            "reason": written(ledger.reason, ledger.reasons),
            "settle": written(*settle),
            "edge": written(*edge),
        }
    )


def build_evidence(visits: Visits, assessed: Sequence[Assessed]) -> pa.Table:
    """One row a check of every verdict but not_applicable; by patient, course, week, criterion, ledger order."""
    place = np.empty(len(visits), dtype=np.int64)
    place[visit_order(visits)] = np.arange(len(visits))
    codes = sorted({a.criterion.code for a in assessed})
    parts, keys = [], []
    for done in assessed:
        rows = done.rows[done.verdict[done.rows] != NOT_APPLICABLE]
        for nth, (check, finding) in enumerate(zip(done.criterion.checks, done.findings, strict=True)):
            parts.append(_evidence_rows(visits, done.criterion.code, check.code, finding, rows))
            code = np.full(len(rows), codes.index(done.criterion.code))
            keys.append(np.stack([place[rows], code, np.full(len(rows), nth)]))
    table = pa.concat_tables(parts).unify_dictionaries().combine_chunks()
    return table.take(sort_order(*np.concatenate(keys, axis=1)))


def _evidence_rows(visits: Visits, criterion: str, check: str, finding: Finding, rows: np.ndarray) -> pa.Table:
    n = len(rows)
    base, now = (_side(visits, point, rows) for point in (finding.baseline, finding.value))
    limit = np.broadcast_to(np.nan if finding.limit is None else finding.limit, len(visits))[rows]
    file, line, known = _source(visits, finding.value, rows)
    return pa.table(
        {
            "patient_id": c.text(visits.patient[rows], visits.sources.cohort.patients),
            "course_id": course_column(visits.sources.courses, visits.course[rows]),
            "week": c.text(visits.week[rows], WEEKS),
            "criterion": c.text(np.zeros(n, np.int64), [criterion]),
            "check": c.text(np.zeros(n, np.int64), [check]),
            "verdict": c.text(finding.answer[rows], CHECK_VERDICTS),
            "baseline_value": base["number"],
            "baseline_at": base["date"],
            "value": now["number"],
            "value_at": now["date"],
            "limit": c.numbers(limit),
            "unit": c.texts(words_at(finding.unit, rows)),
            "source_file": file,
            "source_line": c.integers(line, known),
            "text": c.texts(_sentences(visits, finding, rows)),
            "baseline_comparator": base["sign"],
            "comparator": now["sign"],
        }
    )


def _side(visits: Visits, point: Point | None, rows: np.ndarray) -> dict[str, pa.Array]:
    """Number, sign and date of one side; a censored value shows its limit."""
    if point is None:
        none = np.full(len(rows), -1)
        return {"number": c.numbers(none * np.nan), "sign": c.text(none, []), "date": c.text(none, [])}
    value = point.value.take(rows)
    above = np.isinf(value.hi) & ~np.isnan(value.lo)
    below = value.hi_open & ~above & ~np.isnan(value.lo)
    source = _source_rows(visits, point, rows)
    return {
        "number": c.numbers(round_value(np.where(below, value.hi, value.lo))),
        "sign": c.text(np.where(below, 0, np.where(above, 1, -1)), ("<", ">")),
        "date": c.dates(point.day[rows], source.micros, known=point.known[rows]),
    }


@dataclass(frozen=True)
class _Source:
    """Where values come from, row by row: file (code into words, -1 = none), line and clock time."""

    code: np.ndarray
    words: list[str]
    line: np.ndarray
    micros: np.ndarray


def _source_rows(visits: Visits, point: Point, rows: np.ndarray) -> _Source:
    sources = visits.sources
    tables = {
        RESULT: sources.labs.results,
        ASSESSMENT: sources.assessments.assessments,
        DOSE: sources.cohort.doses,
    }
    row, kind = point.row[rows], np.broadcast_to(np.asarray(point.kind, dtype=object), len(point.row))[rows]
    found = _Source(np.full(len(rows), -1), [], np.zeros(len(rows), np.int64), np.full(len(rows), -1))
    for name, table in tables.items():
        here = np.flatnonzero((kind == name) & (row >= 0) & point.known[rows])
        if len(here):
            at = row[here]
            found.code[here] = table.file.codes[at] + len(found.words)
            found.line[here], found.micros[here] = table.line[at], table.micros[at]
            found.words.extend(table.file.words.tolist())
    return found


def _source(visits: Visits, point: Point | None, rows: np.ndarray):
    """File and line of the row a value came from."""
    if point is None:
        return c.text(np.full(len(rows), -1), []), np.zeros(len(rows)), np.zeros(len(rows), dtype=bool)
    found = _source_rows(visits, point, rows)
    return c.text(found.code, found.words), found.line, found.code >= 0


def _sentences(visits: Visits, finding: Finding, rows: np.ndarray) -> list[str]:
    """`UPCR 0.42 g/g on 2025-08-14 (week 23), below 0.5; baseline 1.8 on 2025-03-01`."""
    answer = finding.answer[rows]
    label, unit = words_at(finding.label, rows), words_at(finding.unit, rows)
    now = _seen(visits, finding.value, rows, unit, finding.shown_value)
    base = _seen(visits, finding.baseline, rows, unit, None, at_baseline=True)
    met, not_met = words_at(finding.met, rows), words_at(finding.not_met, rows)
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
    out = []
    for text, day, k, w, u in zip(texts, iso_day(np.where(known, days, 0)), known.tolist(), week, unit, strict=True):
        number = f"{text} {u}".strip() if text and not shown else text
        if not k and not number:
            out.append("")
        elif at_baseline:
            out.append(f"; baseline {number} on {day}" if number and k else "")
        elif k:
            out.append(f"{number} on {day} (week {w})".lstrip())
        else:
            out.append(number)
    return out


def _why_unknown(visits: Visits, finding: Finding, rows: np.ndarray) -> list[str]:
    """What is missing: the value, the baseline, a common assay, or a decision between the ends of an interval."""
    if finding.unknown is not None:
        return words_at(finding.unknown, rows)
    low, high = iso_day(visits.low[rows]), iso_day(visits.high[rows])
    start = visits.start[rows]
    first, last = iso_day(start - BASELINE_DAYS), iso_day(start)
    has_now = finding.value.known[rows] if finding.value is not None else np.ones(len(rows), bool)
    has_base = finding.baseline.known[rows] if finding.baseline is not None else np.ones(len(rows), bool)
    out = []
    for i in range(len(rows)):
        if not has_now[i]:
            out.append(f"no result between {low[i]} and {high[i]}")
        elif finding.needs_baseline and not has_base[i]:
            out.append(f"no baseline between {first[i]} and {last[i]}")
        elif finding.needs_baseline:
            out.append("cannot be compared with its baseline (assay changed, or a value only known as a limit)")
        else:
            out.append("cannot be decided (a value only known as a limit, or no limit to hold it against)")
    return out
