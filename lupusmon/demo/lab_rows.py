"""The laboratory reports: measured values as printed, with units, limits, methods, ids and corrections."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lupusmon.demo.measure import Measured
from lupusmon.demo.plans import Plan, stack
from lupusmon.demo.visits import Visits

COLUMNS = (
    "patient_id", "collected_at", "analyte", "value", "unit", "ref_low", "ref_high", "method", "laboratory", "loinc",
    "result_id", "status",
)  # fmt: skip
CORRECTED_SHARE = 0.006  # of the results with an id: first a wrong value, then a corrected one
EQUIVOCAL = (0.9, 1.1)  # a word assay says so when the level is this close to its limit, as a share of the limit
TITRES = (1.0, 10)  # 1:10 at the limit, doubling with the level


def build_labs(rng: np.random.Generator, plans: list[Plan], visits: Visits, tests: dict[str, Measured]) -> pd.DataFrame:
    """One row per result, by patient and time; a corrected result stands directly before or after the first."""
    parts = [_rows_of(visits, test, order) for order, test in enumerate(tests.values())]
    table = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((table["order"], table["draw"]))
    table = {name: column[order] for name, column in table.items()}
    labs = _add_patients(plans, visits, table)
    return _add_ids(rng, plans, visits.patient[table["draw"]], labs)[list(COLUMNS)]


def format_fixed(values: np.ndarray, decimals: np.ndarray | int) -> np.ndarray:
    """Each number with its count of decimals, as text."""
    decimals = np.broadcast_to(decimals, values.shape)
    out = np.empty(len(values), dtype=object)
    for d in np.unique(decimals):
        rows = decimals == d
        whole = np.floor(values[rows] * 10.0**d + 0.5).astype(np.int64)
        distinct, index = np.unique(whole, return_inverse=True)
        words = np.array([f"{w / 10**d:.{d}f}" for w in distinct.tolist()], dtype=object)
        out[rows] = words[index]
    return out


def format_times(day: np.ndarray, minute: np.ndarray) -> np.ndarray:
    """ISO date, with hour and minute where minute is not negative. day: since 1970."""
    distinct, index = np.unique(day * 10000 + np.maximum(minute, -1) + 1, return_inverse=True)
    days = (distinct // 10000).astype("datetime64[D]").astype(str)
    minutes = (distinct % 10000 - 1).tolist()
    words = [d if m < 0 else f"{d} {m // 60:02d}:{m % 60:02d}" for d, m in zip(days.tolist(), minutes, strict=True)]
    return np.array(words, dtype=object)[index]


def _rows_of(visits: Visits, test: Measured, order: int) -> dict[str, np.ndarray]:
    draw = np.flatnonzero(test.known)
    index = test.assay[draw]

    def of_assay(name: str) -> np.ndarray:
        return np.array([getattr(a, name) for a in test.assays], dtype=object)[index]

    return {
        "draw": draw,
        "order": np.full(len(draw), order),
        "analyte": of_assay("name"),
        "value": _format_values(test, draw),
        "unit": of_assay("unit"),
        "ref_low": of_assay("low"),
        "ref_high": of_assay("high"),
        "method": of_assay("method"),
        "loinc": of_assay("loinc"),
    }


def _format_values(test: Measured, draw: np.ndarray) -> np.ndarray:
    text = np.empty(len(draw), dtype=object)
    for k, assay in enumerate(test.assays):
        rows = test.assay[draw] == k
        values = test.value[draw][rows]
        if assay.form == "word":
            text[rows] = _words(values / 30.0)
            continue
        if assay.form == "titre":
            text[rows] = _titres(values / 30.0)
            continue
        in_unit = values * assay.factor
        own = format_fixed(in_unit, assay.decimals)
        if assay.floor is not None:
            own[in_unit < assay.floor] = f"<{assay.floor}"
        if assay.ceiling is not None:
            own[in_unit > assay.ceiling] = f">{assay.ceiling}"
        text[rows] = own
    return text


def _words(ratio: np.ndarray) -> np.ndarray:
    return np.where(ratio > EQUIVOCAL[1], "positive", np.where(ratio < EQUIVOCAL[0], "negative", "equivocal"))


def _titres(ratio: np.ndarray) -> np.ndarray:
    steps = np.floor(np.log2(np.maximum(ratio, TITRES[0]))).astype(int)
    return np.where(
        ratio > TITRES[0], np.array([f"1:{TITRES[1] * 2**k}" for k in range(12)], dtype=object)[steps], "negative"
    )


def _add_patients(plans: list[Plan], visits: Visits, table: dict[str, np.ndarray]) -> pd.DataFrame:
    draw = table["draw"]
    patient = visits.patient[draw]
    names = np.array([plan.laboratory.name for plan in plans], dtype=object)
    table["patient_id"] = np.array([plan.patient_id for plan in plans], dtype=object)[patient]
    table["laboratory"] = names[patient]
    table["collected_at"] = format_times(visits.day[draw] + stack(plans, "start")[patient], visits.minute[draw])
    return pd.DataFrame(table)


def _add_ids(rng: np.random.Generator, plans: list[Plan], patient: np.ndarray, labs: pd.DataFrame) -> pd.DataFrame:
    """Adds result_id and status, and the rows that were corrected afterwards."""
    has_id = np.array([plan.laboratory.result_ids for plan in plans])[patient]
    numbers = np.cumsum(has_id).tolist()
    labs["result_id"] = [f"R{k:07d}" if own else "" for k, own in zip(numbers, has_id.tolist(), strict=True)]
    labs["status"] = np.where(has_id, "final", "")
    is_number = labs["value"].str.fullmatch(r"[0-9.]+").to_numpy(dtype=bool)
    chosen = np.flatnonzero(has_id & is_number & (rng.random(len(labs)) < CORRECTED_SHARE))
    if not len(chosen):
        return labs
    wrong = labs.iloc[chosen].copy()
    wrong["value"] = [_misread(text) for text in wrong["value"]]
    status = labs["status"].to_numpy(dtype=object, copy=True)
    status[chosen] = "corrected"
    labs["status"] = status
    place = np.concatenate([np.arange(len(labs), dtype=float), chosen + rng.choice([-0.5, 0.5], len(chosen))])
    return pd.concat([labs, wrong]).iloc[np.argsort(place, kind="stable")].reset_index(drop=True)


def _misread(text: str) -> str:
    """The same count of decimals, 30 per cent higher."""
    decimals = len(text.partition(".")[2])
    return f"{float(text) * 1.3 + 10**-decimals:.{decimals}f}"
