"""From results to marks: value on the chosen scale, status, text under the pointer, lines between comparable points."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from lupusmon.clinical.analytes import ANALYTES, DOWN
from lupusmon.clinical.units import si_unit
from lupusmon.figures import theme
from lupusmon.figures.time_axis import DAY, moments
from lupusmon.text.values import ValueKind, parse_values

SCALES = ("value", "limit", "baseline")


def prepare_points(
    results: pd.DataFrame, *, analyte: str, units: str = "conventional", scale: str = "value", baselines: pd.DataFrame
) -> pd.DataFrame:
    """The results of one analyte in time order, ready to be drawn.

    results, baselines: CONTRACT 4 columns, one patient. Keeps every row of the analyte and adds `at`, `series`,
    `shown` and `shown_unit` (value in the chosen units), `low`, `high`, `y` (on the chosen scale; not known where the
    scale does not apply), `y_low`, `y_high`, `status`.
    """
    return prepare_all(results, analytes=(analyte,), units=units, scale=scale, baselines=baselines)[analyte]


def prepare_all(
    results: pd.DataFrame,
    *,
    analytes: Sequence[str],
    units: str = "conventional",
    scale: str = "value",
    baselines: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """`prepare_points` of several analytes at once, which costs little more than of one."""
    rows = results[results["analyte"].isin(analytes)]
    rows = rows.assign(at=moments(rows["collected_at"])).sort_values("at", kind="stable", ignore_index=True)
    codes = rows["analyte"].tolist()
    canonical = rows["unit"].to_numpy(dtype=object) == np.array([ANALYTES[c].unit for c in codes], dtype=object)
    labels = {c: si_unit(c) if units == "si" else (ANALYTES[c].unit, 1.0) for c in analytes}
    multiply = np.array([labels[c][1] if own else 1.0 for c, own in zip(codes, canonical, strict=True)], dtype=float)
    numbers = {name: rows[name].to_numpy(dtype=float, na_value=np.nan) for name in ("value", "ref_low", "ref_high")}
    units_shown = [
        theme.unit_text(labels[c][0] if own else unit)
        for c, own, unit in zip(codes, canonical, rows["unit"], strict=True)
    ]
    rows = rows.assign(
        series=_plain_texts(rows["method"]),
        status=_statuses(rows, codes, numbers),
        shown=numbers["value"] * multiply,
        shown_unit=pd.Series(units_shown, index=rows.index, dtype=object),
        low=numbers["ref_low"] * multiply,
        high=numbers["ref_high"] * multiply,
    )
    if scale == "value":
        rows = rows.assign(y=rows["shown"], y_low=rows["low"], y_high=rows["high"])
    split = _split(rows.copy(), codes, analytes)  # a copy lies in few blocks: every later step is quicker
    return split if scale == "value" else {c: _on_scale(own, c, scale, baselines) for c, own in split.items()}


def _split(rows: pd.DataFrame, codes: list[str], analytes: Sequence[str]) -> dict[str, pd.DataFrame]:
    """The rows of each analyte, numbered from 0."""
    places: dict[str, list[int]] = {code: [] for code in analytes}
    for place, code in enumerate(codes):
        places[code].append(place)
    split = {code: rows.take(own) for code, own in places.items()}
    for own in split.values():
        own.index = pd.RangeIndex(len(own))
    return split


def _plain_texts(column: pd.Series) -> pd.Series:
    return pd.Series(["" if pd.isna(text) else str(text) for text in column.tolist()], index=column.index, dtype=object)


def _statuses(rows: pd.DataFrame, codes: list[str], numbers: Mapping[str, np.ndarray]) -> list[str]:
    values, low, high = (numbers[name].tolist() for name in ("value", "ref_low", "ref_high"))
    return [
        word_status(raw, code) if value != value else status_of(value, sign, lower, upper)
        for raw, code, value, sign, lower, upper in zip(
            rows["raw_value"], codes, values, rows["comparator"], low, high, strict=True
        )
    ]


def _on_scale(rows: pd.DataFrame, analyte: str, scale: str, baselines: pd.DataFrame) -> pd.DataFrame:
    divisor = _divisor(rows, analyte, scale, baselines)
    return rows.assign(y=rows["shown"] / divisor, y_low=rows["low"] / divisor, y_high=rows["high"] / divisor)


def status_of(value: float, comparator: object, low: float, high: float) -> str:
    """in | low | high | none | unknown; a censored value counts only where its whole interval agrees."""
    no_low, no_high = pd.isna(low), pd.isna(high)
    if pd.isna(value) or (no_low and no_high):
        return "none"
    if comparator == "<":
        if not no_low:
            return "low" if value <= low else "unknown"
        return "in" if value <= high else "unknown"
    if comparator == ">":
        if not no_high:
            return "high" if value >= high else "unknown"
        return "in" if value >= low else "unknown"
    if not no_low and value < low:
        return "low"
    return "high" if not no_high and value > high else "in"


@lru_cache(maxsize=1024)
def word_status(raw: object, analyte: str) -> str:
    """high for `positive`, in for `negative`, unknown for `trace`, where the test has an upper limit; else none."""
    if not isinstance(raw, str) or not ANALYTES[analyte].words or ANALYTES[analyte].default_high is None:
        return "none"
    found = parse_values(np.array([raw], dtype=object), decimal_comma=False)
    if found.kind[0] != ValueKind.WORD:
        return "none"
    return {1: "high", 0: "in"}.get(int(found.word[0]), "unknown")


def _divisor(rows: pd.DataFrame, analyte: str, scale: str, baselines: pd.DataFrame) -> pd.Series:
    """What one unit on the y axis stands for: the limit that matters, or the baseline of the same series."""
    if scale == "limit":
        first, second = ("high", "low") if ANALYTES[analyte].good == DOWN else ("low", "high")
        limit = rows[first].fillna(rows[second])
        return limit.where(limit > 0)
    own = baselines[baselines["analyte"] == analyte]
    by_series = dict(zip(own["method"].fillna("").astype(str), own["value"].astype(float), strict=True))
    base = rows["series"].map(by_series).astype(float)
    shown_per_value = (rows["shown"] / rows["value"].astype(float)).fillna(1.0)
    return (base * shown_per_value).where(base > 0)


def value_text(rows: pd.DataFrame) -> pd.Series:
    """`< 5 IU/mL`, `0.62 g/L`, or the word as received."""
    texts = map(say_value, *(rows[name].tolist() for name in TEXT_COLUMNS))
    return pd.Series(list(texts), index=rows.index, dtype=object)


def say_value(sign: object, shown: float, unit: str, raw: object) -> str:
    """The same of one result, given what its row says in `TEXT_COLUMNS`."""
    if shown != shown:
        return "" if pd.isna(raw) else str(raw).strip()
    return f"{_SIGNS.get(sign, '')}{theme.number(shown)} {unit}".strip()


_SIGNS = {"<": "< ", ">": "> "}
TEXT_COLUMNS = ("comparator", "shown", "shown_unit", "raw_value")


_HOVER_COLUMNS = [
    *("at", "comparator", "status", "low", "high", "ref_source"),
    *("raw_value", "raw_unit", "series", "source_file", "source_line"),
]
_Hover = namedtuple("_Hover", _HOVER_COLUMNS)


def hover_texts(rows: pd.DataFrame, *, analyte: str, doses: pd.DataFrame, origin: pd.Timestamp | None) -> list[str]:
    """What the pointer shows for each row: value, its own date, days since the last dose, original text, source.

    doses: `at`, `label`, in time order. Everything that came from a file is escaped.
    """
    values = value_text(rows)
    since = _since_last_dose(rows["at"], doses)
    texts = []
    days, timed = _days(rows["at"])
    columns = (rows[name].tolist() for name in _HOVER_COLUMNS)
    drawn = map(_Hover._make, zip(*columns, strict=True))
    for row, day, clock, value, dose in zip(drawn, days.astype(str).tolist(), timed, values, since, strict=True):
        when = f"{day} {row.at:%H:%M}" if clock else day
        week = "" if origin is None else f" (week {int((row.at - origin) // (7 * DAY))})".replace("-", "−")
        head = f"<b>{theme.short_name(analyte)} {theme.safe(value)}</b> on {when}{week}{dose}"
        limits = _limits_text(row)
        censored = {"<": " (below the assay's limit)", ">": " (above the assay's limit)"}.get(row.comparator, "")
        status = f"{theme.STATUS_WORDS[row.status]}{censored}{limits}"
        source = f"received “{theme.safe(_received(row))}”{_of_method(row.series)} · {_source(row)}"
        texts.append(f"{head}<br>   {status}<br>   {source}")
    return texts


def _since_last_dose(at: pd.Series, doses: pd.DataFrame) -> list[str]:
    if doses.empty:
        return [""] * len(at)
    days, own = _days(doses["at"])[0], _days(at)[0]
    place = days.searchsorted(own, side="right") - 1
    gaps = (own - days[place]).astype(int)
    labels = doses["label"].tolist()
    return ["" if i < 0 else f" · {gap} d after {labels[i]}" for i, gap in zip(place.tolist(), gaps, strict=True)]


def _days(at: pd.Series) -> tuple[np.ndarray, list[bool]]:
    """The days of moments, and which of them have a time of day."""
    exact = at.to_numpy()
    days = exact.astype("datetime64[D]")
    return days, (days != exact).tolist()


def _limits_text(row: object) -> str:
    if pd.isna(row.low) and pd.isna(row.high):
        return ""
    if pd.isna(row.low):
        span = f"≤ {theme.number(row.high)}"
    else:
        span = (
            f"≥ {theme.number(row.low)}" if pd.isna(row.high) else f"{theme.number(row.low)}–{theme.number(row.high)}"
        )
    return f", limits {span}" + (" (lupusmon default)" if row.ref_source == "default" else "")


def _received(row: object) -> str:
    unit = "" if pd.isna(row.raw_unit) else f" {row.raw_unit}"
    return f"{'' if pd.isna(row.raw_value) else row.raw_value}{unit}"


def _of_method(series: str) -> str:
    return f" by {theme.safe(series)}" if series else ""


def _source(row: object) -> str:
    line = "" if pd.isna(row.source_line) else f", line {int(row.source_line)}"
    return f"{theme.safe('' if pd.isna(row.source_file) else row.source_file)}{line}"


def connect(rows: pd.DataFrame, *, expected_days: float) -> tuple[list[tuple], list[tuple]]:
    """Pairs of row positions to join: (solid, dashed).

    Only neighbours of one series and unit; dashed where the gap is longer than twice the expected interval.
    """
    solid: list[tuple] = []
    dashed: list[tuple] = []
    last: dict[tuple, tuple] = {}
    for right, at, *series in zip(rows.index, rows["at"], rows["series"], rows["shown_unit"], strict=True):
        before = last.get(tuple(series))
        if before is not None:
            (dashed if (at - before[1]) / DAY > 2 * expected_days else solid).append((before[0], right))
        last[tuple(series)] = (right, at)
    return solid, dashed


def assay_changes(rows: pd.DataFrame) -> list[tuple[pd.Timestamp, str]]:
    """Moments between two neighbours of different series, with the words for the boundary."""
    changes = []
    pairs = list(zip(rows["at"], rows["series"], strict=True))
    for (left, before), (right, after) in zip(pairs, pairs[1:], strict=False):
        if before != after:
            words = f"assay changed: {before or 'not stated'} → {after or 'not stated'}"
            changes.append((left + (right - left) / 2, words))
    return changes


def say_range(low: float, high: float) -> str:
    """`90–180`, `≤ 30`, `≥ 60`; empty where no limit is given."""
    if pd.isna(low):
        return "" if pd.isna(high) else f"≤ {theme.number(high)}"
    return f"≥ {theme.number(low)}" if pd.isna(high) else f"{theme.number(low)}–{theme.number(high)}"
