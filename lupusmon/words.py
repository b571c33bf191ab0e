"""What lupusmon calls things, on the screen and in reports: one word per idea."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

from lupusmon.analysis.criteria.registry import list_criteria
from lupusmon.clinical.analytes import UP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pandas import DataFrame

LABS_ONLY = "simplified, labs only"
_GROUP_HEADS = {"SRI and BICLA": "SRI, BICLA and their lab-only stand-ins"}
_CRITERIA = {code: c for c in list_criteria("tulip") for code in [c.code]}
CRITERION_NAMES = {
    code: c.title.removesuffix(", labs only") + (f", {LABS_ONLY}" if c.simplified else "")
    for code, c in _CRITERIA.items()
}
CRITERION_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (
        _GROUP_HEADS.get(group, group),
        tuple(dict.fromkeys(c.code for c in list_criteria("tulip") if c.group == group)),
    )
    for group in dict.fromkeys(c.group for c in list_criteria("tulip"))
)
STRICTER = ("sri_5", "sri_6", "sri_7", "sri_8")  # shown on demand only
CHECK_LABELS = {
    (criterion.code, week, check.code): check.label
    for criterion in list_criteria("tulip")
    for week in criterion.weeks
    for check in criterion.checks
}

VERDICT_NAMES = {
    "met": "met",
    "not_met": "not met",
    "not_assessable": "cannot tell yet",
    "not_applicable": "does not apply",
}
SHORT_VERDICTS = VERDICT_NAMES | {"not_assessable": "cannot tell", "not_applicable": "n/a"}
CHECK_VERDICT_NAMES = {"met": "met", "not_met": "not met", "unknown": "not known"}
CHECK_CHIPS = {"met": "met", "not_met": "not_met", "unknown": "not_assessable"}


def criterion_analytes(criterion: str) -> frozenset[str]:
    """All tests the checks of a criterion look at."""
    return frozenset(_CRITERIA[criterion].reads)


def slot_name(slot: str) -> str:
    """`baseline`, `week 52`: where a value is pinned."""
    return slot if slot == "baseline" else f"week {slot}"


DIRECTION_WORDS = {"improving": "better", "worsening": "worse", "stable": "steady", "insufficient": "no trend"}


def noise_text(beyond: bool | None, *, known: bool) -> str:
    """Whether a change is beyond natural variation; known: False where an end is censored, so "within" is not shown."""
    if beyond is None:
        return ""
    if beyond:
        return "beyond natural variation"
    return "within natural variation" if known else "not shown to be beyond natural variation"


def direction_text(direction: object, good: str | None) -> str:
    """`↓ better`: which way the value went, and what that means."""
    if direction not in DIRECTION_WORDS:
        return ""
    up = (direction == "improving") == (good == UP)
    arrow = {"stable": "→ ", "insufficient": ""}.get(direction, "↑ " if up else "↓ ")
    return arrow + DIRECTION_WORDS[direction]


COURSE_STATUS = {"active": "ongoing", "overdue": "overdue", "ended": "ended"}
TIMING_WORDS = {
    "first": "first dose",
    "on_time": "on time",
    "early": "early",
    "late": "late",
    "after_missed": "after a missed dose",
}
SEVERITY_ORDER = {"high": 0, "medium": 1, "low": 2}
# which of equally severe alerts comes first: what may need an answer today before what is only late
_URGENCY = (
    *("assessed_flare", "renal_flare_severe", "creatinine_up", "platelets_under_25"),
    *("renal_flare_moderate", "upcr_doubled", "platelets_falling", "serologic_warning", "upcr_above_0_5"),
    *("platelets_under_50", "response_lost", "infusion_missed", "complement_newly_low", "conflicting_results"),
    *("infusion_overdue", "lab_overdue", "assay_changed"),
)
ISSUE_LEVELS = {
    "rejected": "stop: not stored",
    "superseded": "check: stored, replaced by a later row",
    "ignored": "note: not monitored, not stored",
    "note": "note",
}

FOOTER = (
    "lupusmon is not a medical device. It describes laboratory results for review by a clinician; it does not "
    "diagnose, forecast or advise. SRI-style and BICLA-style verdicts are simplified and use labs only."
)


def order_alerts(alerts: DataFrame) -> DataFrame:
    """The alerts, the worst first, of equally severe ones the most urgent; otherwise as they stood."""
    severity = alerts["severity"].map(SEVERITY_ORDER).fillna(len(SEVERITY_ORDER))
    urgency = alerts["code"].map({code: place for place, code in enumerate(_URGENCY)}).fillna(len(_URGENCY))
    keys = severity * (len(_URGENCY) + 1) + urgency
    return alerts.iloc[keys.to_numpy().argsort(kind="stable")]


def week_name(week: object) -> str:
    """`12` -> `week 12`, `latest` -> `latest`."""
    text = str(week).removesuffix(".0")
    return f"week {text}" if text.isdigit() else text


def sort_weeks(weeks: list[str]) -> list[str]:
    """12, 24, 52, 104, latest."""
    return sorted(weeks, key=lambda w: (not w.isdigit(), int(w) if w.isdigit() else 0))


def percent(change: float) -> str:
    """`+25 %`, `−3 %`, `0 %`: a change rounded to whole per cent, with a real minus sign."""
    whole = round(float(change))
    return f"{whole:+d} %".replace("-", "−") if whole else "0 %"


def change_text(trend: Mapping, points: DataFrame) -> str:
    """`+25 %`; where an end is censored `at least −90 %`; empty where nothing bounds the change (CRITERIA 4).

    trend: a row of trends. points: the results of its series, with `at` and `comparator`.
    """
    if not math.isnan(trend["pct_change"]):
        return percent(trend["pct_change"])
    signs = dict(zip(points["at"], points["comparator"], strict=True))
    (first_low, first_high), (last_low, last_high) = (
        _interval(signs.get(datetime.fromisoformat(trend[f"{end}_at"])), trend[f"{end}_value"])
        for end in ("first", "last")
    )
    if last_high < first_low:
        bound = last_high / first_low - 1
    elif 0 < first_high < last_low:
        bound = last_low / first_high - 1
    else:
        return ""
    whole = math.trunc(100 * bound + math.copysign(1e-9, bound))  # toward 0: not more than is sure
    return f"at least {percent(whole)}" if whole else ""


def _interval(comparator: object, value: float) -> tuple[float, float]:
    return {"<": (0.0, value), ">": (value, math.inf)}.get(comparator, (value, value))


def say_count(count: int) -> str:
    """`2\u202f000`: a thin space is read the same everywhere."""
    return f"{count:,}".replace(",", "\u202f")


def plural(count: int, word: str, many: str = "") -> str:
    """`1 result`, `2 results`."""
    return f"{say_count(count)} {word if count == 1 else many or word + 's'}"
