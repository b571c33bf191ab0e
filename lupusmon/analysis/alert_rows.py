"""Alerts as rows with their sentences, and how the sentences speak of values and days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lupusmon.analysis.criteria.phrases import iso_day, number_text
from lupusmon.analysis.daily import Daily
from lupusmon.analysis.episodes import Episodes
from lupusmon.clean import TITRE, WORD, Results
from lupusmon.clinical.alert_rules import ALERT_DAYS, SPOKEN_UNITS, spoken
from lupusmon.clinical.analytes import CODES

_SIGNS = {-1: "< ", 0: "", 1: "> "}
_WORDS = {1: "positive", 0: "negative", -1: "undecided"}


@dataclass(frozen=True)
class Alerts:
    """One alert a row. patient: index into Cohort.patients. code: of ALERT_RULES. analyte: code or empty.

    eased: the milder severity of the rule applies.
    """

    patient: np.ndarray
    code: np.ndarray
    analyte: np.ndarray
    eased: np.ndarray
    text: np.ndarray

    def __len__(self) -> int:
        return len(self.patient)

    def take(self, rows: np.ndarray) -> Alerts:
        return Alerts(self.patient[rows], self.code[rows], self.analyte[rows], self.eased[rows], self.text[rows])


def make_alerts(
    code: str, patient: np.ndarray, texts: Sequence[str], *, analyte: str = "", eased: np.ndarray | None = None
) -> Alerts:
    """Alerts of one rule about one analyte."""
    n = len(patient)
    return Alerts(
        patient=np.asarray(patient, dtype=np.int64),
        code=np.full(n, code, dtype=object),
        analyte=np.full(n, analyte, dtype=object),
        eased=np.zeros(n, dtype=bool) if eased is None else eased,
        text=np.array([*texts, None], dtype=object)[:n],
    )


def concat_alerts(parts: Sequence[Alerts]) -> Alerts:
    """All rows, in the order of the parts."""
    return Alerts(*(np.concatenate([getattr(p, name) for p in parts]) for name in Alerts.__dataclass_fields__))


def select_recent(daily: Daily, episodes: Episodes, as_of: int, *, new_only: bool = False) -> Episodes:
    """The episodes whose deciding result is recent; new_only: that began lately, after a result that said no."""
    keep = daily.day[episodes.now] >= as_of - ALERT_DAYS
    if new_only:
        keep &= (episodes.no_before >= 0) & (daily.day[episodes.since] >= as_of - ALERT_DAYS)
    return episodes.take(keep)


def value_texts(results: Results, rows: np.ndarray, *, units: bool = True) -> list[str]:
    """`38 ×10⁹/L`, `> 300 IU/mL`, `1:160`, `positive`; empty for row -1."""
    if not len(results):
        return [""] * len(rows)
    unit_words = results.unit.words
    out = []
    for row in np.asarray(rows).tolist():
        if row < 0:
            out.append("")
        elif results.kind[row] == WORD:
            out.append(_WORDS[int(results.word[row])])
        else:
            number = short_number(float(results.value[row]))
            sign = _SIGNS[int(results.comparator[row])]
            unit = unit_words[results.unit.codes[row]]
            if results.kind[row] == TITRE:
                out.append(f"{sign}1:{number}")
            else:
                out.append(f"{sign}{number} {SPOKEN_UNITS.get(unit, unit) if units else ''}".rstrip())
    return out


def short_number(value: float) -> str:
    """Four significant digits; from a thousand on six."""
    return f"{value:.4g}" if abs(value) < 1000 else number_text(value)


def dated_texts(results: Results, rows: np.ndarray, *, units: bool = False) -> list[str]:
    """`38 on 2026-10-02`; empty for row -1."""
    safe = results.day[np.clip(rows, 0, None)] if len(results) else rows
    values = value_texts(results, rows, units=units)
    return [f"{value} on {day}" if value else "" for value, day in zip(values, iso_day(safe), strict=True)]


def subject_texts(results: Results, rows: np.ndarray) -> list[str]:
    """`Platelets 38 ×10⁹/L on 2026-10-02`."""
    names = [spoken(CODES[a]) for a in results.analyte[rows].tolist()]
    return [f"{name} {seen}" for name, seen in zip(names, dated_texts(results, rows, units=True), strict=True)]


def since_texts(daily: Daily, episodes: Episodes) -> list[str]:
    """` since 2026-09-04` for an episode of several results; for a first one ` (before: 140 on 2026-08-07)`."""
    since = iso_day(daily.day[episodes.since])
    before = dated_texts(daily.labs.results, daily.at(episodes.no_before))
    repeated = (daily.day[episodes.since] != daily.day[episodes.now]).tolist()
    return [
        f" since {day}" if again else f" (before: {seen})" if seen else ""
        for day, seen, again in zip(since, before, repeated, strict=True)
    ]


def later_texts(daily: Daily, episodes: Episodes) -> list[str]:
    """`; the result of 2026-10-30 does not decide it` where a later one is there, else empty."""
    later = (daily.day[episodes.last] > daily.day[episodes.now]).tolist()
    days = iso_day(daily.day[episodes.last])
    return [f"; the result of {day} does not decide it" if more else "" for day, more in zip(days, later, strict=True)]
