"""Alerts on single tests: platelets, proteinuria, creatinine, complement (the rules: clinical.alert_rules)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lupusmon.analysis.alert_rows import (
    Alerts,
    dated_texts,
    later_texts,
    make_alerts,
    select_recent,
    since_texts,
    subject_texts,
)
from lupusmon.analysis.answers import NO, YES, all_of, any_of, where
from lupusmon.analysis.daily import Daily
from lupusmon.analysis.episodes import Episodes, find_episodes
from lupusmon.analysis.intervals import Interval, is_above, is_at_least, is_below
from lupusmon.analysis.trends import assess_beyond_rcv, rcv_limits
from lupusmon.clinical import alert_rules as rules
from lupusmon.clinical.analytes import INDEX
from lupusmon.rounding import round_compare


def find_platelet_alerts(platelets: Daily, as_of: int) -> list[Alerts]:
    """Under 25, under 50, and falling beyond the reference change value."""
    value = platelets.read().value
    parts = []
    for code, limit in (
        ("platelets_under_25", rules.PLATELETS_VERY_LOW),
        ("platelets_under_50", rules.PLATELETS_LOW),
    ):
        episodes = _episodes(platelets, is_below(value, limit), as_of)
        parts.append(_level_alerts(platelets, code, f"under {limit:g}", episodes))
    return [*parts, _falling(platelets, as_of)]


def _falling(platelets: Daily, as_of: int) -> Alerts:
    before = platelets.earlier(1, rules.CHANGE_DAYS)
    now, old = platelets.read(), platelets.read(before)
    analyte = np.full(len(before), INDEX["PLT"])
    _, fell = assess_beyond_rcv(old.value, now.value, analyte, now.titre)
    answer = where(old.present, fell, np.full(len(before), NO))  # nothing before: not seen to fall
    episodes = _episodes(platelets, answer, as_of)
    at = episodes.now
    down = float(rcv_limits(np.array([INDEX["PLT"]]), np.zeros(1, dtype=bool))[1][0]) * 100
    change = _change_texts(old.value.take(at), now.value.take(at))
    again = _again_texts(platelets, episodes)
    seen = subject_texts(platelets.labs.results, platelets.rows[at])
    since = dated_texts(platelets.labs.results, platelets.at(before[at]))
    texts = [
        f"{s}, {c} from {b}, beyond the reference change value ({down:.1f} %){more}{later}"
        for s, c, b, more, later in zip(seen, change, since, again, later_texts(platelets, episodes), strict=True)
    ]
    eased = now.take(at).below != YES
    return make_alerts("platelets_falling", platelets.patient[at], texts, analyte="PLT", eased=eased)


def find_upcr_alerts(upcr: Daily, as_of: int) -> list[Alerts]:
    """Renal flare by KDIGO 2012 (severe, moderate), doubling, and a new crossing of 0.5."""
    now = upcr.read().value
    base, at_base = upcr.lowest_before(rules.CHANGE_DAYS)
    severe, moderate = assess_proteinuric_flare(base, now)
    high = is_above(now, rules.UPCR_HIGH)
    doubled = all_of(high, is_at_least(now, base.scale(rules.UPCR_DOUBLED)))
    words = {
        "renal_flare_severe": (severe, "severe renal flare by KDIGO 2012, more than 5 g/g above"),
        "renal_flare_moderate": (moderate, "moderate renal flare by KDIGO 2012, against"),
        "upcr_doubled": (doubled, "at least twice"),
    }
    parts = []
    for code, (answer, phrase) in words.items():
        episodes = _episodes(upcr, answer, as_of)
        parts.append(_base_alerts(upcr, code, phrase, episodes, at_base))
    crossed = select_recent(upcr, find_episodes(upcr.patient, high), as_of, new_only=True)
    return [*parts, _level_alerts(upcr, "upcr_above_0_5", f"above {rules.UPCR_HIGH:g} g/g", crossed)]


def assess_proteinuric_flare(base: Interval, now: Interval) -> tuple[np.ndarray, np.ndarray]:
    """(severe, at least moderate): UPCR against a base value, g/g, three-valued; a base not known may be anything.

    Moderate: base < 0.5 to >= 1.0; 0.5-1.0 to >= 2.0; > 1.0 to twice. Severe: a rise of more than 5. The table's
    "absolute uPCR < 5000" for a base above 1000 mg/g is read as the rise, as in the line before it.
    Source: KDIGO 2012, table 29.
    """
    unknown = np.isnan(base.lo)
    lo, hi = np.where(unknown, 0.0, base.lo), np.where(unknown, np.inf, base.hi)
    closed = np.zeros(len(lo), dtype=bool)
    needed = Interval(
        _needed_for_flare(lo, from_below=closed), _needed_for_flare(hi, from_below=base.hi_open), closed, closed
    )
    rise = Interval(now.lo - hi, now.hi - lo, now.lo_open | base.hi_open, now.hi_open | base.lo_open)
    severe = is_above(rise, rules.FLARE_SEVERE_RISE)
    return severe, any_of(is_at_least(now, needed), severe)


def _needed_for_flare(base: np.ndarray, *, from_below: np.ndarray) -> np.ndarray:
    """The value that makes a moderate flare. from_below: the base lies anywhere under this end."""
    base = round_compare(base)
    low = (base < rules.FLARE_BASE_LOW) | ((base == rules.FLARE_BASE_LOW) & from_below)
    middle = base <= rules.FLARE_BASE_HIGH
    return np.select([low, middle], [rules.FLARE_FROM_LOW, rules.FLARE_FROM_MIDDLE], base * rules.FLARE_RATIO)


def find_creatinine_alerts(creatinine: Daily, as_of: int) -> list[Alerts]:
    """At least 30 % above the lowest of the year before."""
    now = creatinine.read().value
    base, at_base = creatinine.lowest_before(rules.CHANGE_DAYS)
    answer = is_at_least(now, base.scale(1 + rules.CREATININE_RISE))
    episodes = _episodes(creatinine, answer, as_of)
    at = episodes.now
    rise = Interval(now.lo[at] - base.hi[at], now.hi[at] - base.lo[at], now.lo_open[at], now.hi_open[at])
    eased = is_below(rise, rules.CREATININE_SMALL_RISE) == YES
    change = _change_texts(base.take(at), now.take(at))
    return [_base_alerts(creatinine, "creatinine_up", [f"{c} from" for c in change], episodes, at_base, eased)]


def find_complement_alerts(complement: Daily, as_of: int) -> list[Alerts]:
    """Newly below its own lower limit."""
    low = complement.read().below
    episodes = select_recent(complement, find_episodes(complement.patient, low), as_of, new_only=True)
    limit = complement.labs.results.ref_low[complement.rows[episodes.now]]
    words = [f"below its lower limit of {x:g}" for x in limit.tolist()]
    return [_level_alerts(complement, "complement_newly_low", words, episodes, newly=True)]


def not_steady(parts: Mapping[str, Sequence[Alerts]], patients: int) -> np.ndarray:
    """Patients with a proteinuria or creatinine alert."""
    out = np.zeros(patients, dtype=bool)
    for code in ("UPCR", "CREAT"):
        for alerts in parts[code]:
            out[alerts.patient] = True
    return out


def _episodes(daily: Daily, answer: np.ndarray, as_of: int) -> Episodes:
    return select_recent(daily, find_episodes(daily.patient, answer), as_of)


def _level_alerts(
    daily: Daily, code: str, words: str | Sequence[str], episodes: Episodes, *, newly: bool = False
) -> Alerts:
    """`Platelets 38 ×10⁹/L on 2026-10-02, under 50 since 2026-09-04`."""
    seen = subject_texts(daily.labs.results, daily.rows[episodes.now])
    words = [words] * len(seen) if isinstance(words, str) else words
    tails = zip(since_texts(daily, episodes), later_texts(daily, episodes), strict=True)
    texts = [
        f"{s}, {'newly ' if newly else ''}{w}{since}{later}"
        for s, w, (since, later) in zip(seen, words, tails, strict=True)
    ]
    return make_alerts(code, daily.patient[episodes.now], texts, analyte=daily.code)


def _base_alerts(
    daily: Daily,
    code: str,
    words: str | Sequence[str],
    episodes: Episodes,
    at_base: np.ndarray,
    eased: np.ndarray | None = None,
) -> Alerts:
    """`UPCR 1.3 g/g on 2026-10-02, at least twice 0.6 on 2026-03-01 (lowest of the year before), so since …`."""
    at = episodes.now
    seen = subject_texts(daily.labs.results, daily.rows[at])
    bases = dated_texts(daily.labs.results, daily.at(at_base[at]))
    words = [words] * len(seen) if isinstance(words, str) else words
    tails = zip(_again_texts(daily, episodes), later_texts(daily, episodes), strict=True)
    texts = [
        f"{s}, {w} {b} (lowest of the 365 days before){again}{later}"
        for s, w, b, (again, later) in zip(seen, words, bases, tails, strict=True)
    ]
    return make_alerts(code, daily.patient[at], texts, analyte=daily.code, eased=eased)


def _again_texts(daily: Daily, episodes: Episodes) -> list[str]:
    since, now = daily.day[episodes.since], daily.day[episodes.now]
    days = since.astype("datetime64[D]").astype(str).tolist()
    return [f", so since {day}" if s != n else "" for day, s, n in zip(days, since.tolist(), now.tolist(), strict=True)]


def _change_texts(before: Interval, now: Interval) -> list[str]:
    """`up 56 %`, `down 25 %`; `up` or `down` alone where an end is censored."""
    out = []
    for a, b, exact in zip(
        before.lo.tolist(), now.lo.tolist(), ((before.lo == before.hi) & (now.lo == now.hi)).tolist(), strict=True
    ):
        direction = "up" if b >= a else "down"
        out.append(f"{direction} {abs(b / a - 1) * 100:.0f} %" if exact and a else direction)
    return out
