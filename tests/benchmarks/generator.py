"""Labs and infusions of any number of rows, in the words of two laboratories, the same every time.

About 100 results a patient: seven analytes at about fourteen draws, before and during one or two courses. The files
come in the order of their dates, as a laboratory exports them. One row in a hundred stands twice, one in five hundred
comes again with another value, one in two thousand is no monitored test, one in five thousand has no readable value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

ROWS_PER_PATIENT = 100
LABORATORIES = ("Central Laboratory", "River Clinic")
DRUGS = (("belimumab", "700"), ("anifrolumab", "300"))
_FIRST_START, _LAST_START = 18_900, 20_000  # days since 1970: autumn 2021 to autumn 2024
_MONTH = 28
_TALLEST = 2.5  # standard deviations
_DOSES = 14


@dataclass(frozen=True)
class Test:
    """How the two laboratories write one analyte. Pairs are of the first and the second one.

    factors: to the unit of the first. level, spread, noise: log-normal, of the patients and of a draw. effect: change
    of the logarithm a year. limits: low and high. floor: values below are written `<floor`.
    """

    __test__ = False  # not one of pytest's

    names: tuple[str, str]
    units: tuple[str, str]
    factors: tuple[float, float]
    decimals: tuple[int, int]
    level: float
    spread: float
    noise: float
    effect: float
    limits: tuple[tuple[str, str], tuple[str, str]]
    methods: tuple[str, str] = ("", "")
    floor: float = 0.0


_PLT = (("150", "400"), ("150", "400"))
TESTS = (
    Test(("C3", "Complement C3"), ("mg/dL", "g/L"), (1, 100), (0, 2), 80, 0.3, 0.08, 0.2, (("90", "180"), ("0.9", "1.8"))),
    Test(("C4", "Complement C4"), ("mg/dL", "g/L"), (1, 100), (1, 3), 11, 0.4, 0.1, 0.3, (("10", "40"), ("0.1", "0.4"))),
    Test(("DSDNA", "anti-dsDNA"), ("IU/mL", "IU/mL"), (1, 1), (0, 0), 90, 1, 0.3, -0.9, (("", "30"), ("", "")), ("ELISA", "CLIA"), 10),
    Test(("UPCR", "UPCR"), ("g/g", "mg/mmol"), (1, 1 / 113.12), (2, 0), 0.7, 0.9, 0.35, -0.6, (("", "0.2"), ("", "")), floor=0.05),
    Test(("PLT", "Platelets"), ("10*9/L", "K/uL"), (1, 1), (0, 0), 220, 0.35, 0.09, 0.05, _PLT),
    Test(("CREAT", "Creatinine"), ("mg/dL", "umol/L"), (1, 1 / 88.4), (2, 0), 0.8, 0.25, 0.06, 0, (("0.5", "1.1"), ("44", "97"))),
    Test(("HGB", "Hemoglobin"), ("g/dL", "g/L"), (1, 0.1), (1, 0), 12.2, 0.1, 0.04, 0.05, (("12", "16"), ("120", "160"))),
)  # fmt: skip


@dataclass(frozen=True)
class Files:
    """Where the files of one size lie."""

    labs: Path
    infusions: Path
    patients: int


def write_files(folder: Path, rows: int, *, seed: int = 1, result_ids: bool = False) -> Files:
    """labs.csv with exactly `rows` rows and infusions.csv in `folder`; written only if they are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    patients = max(1, rows // ROWS_PER_PATIENT)
    done = folder / f".rows-{rows}-seed-{seed}-ids-{result_ids}"
    if not done.exists():
        random = np.random.default_rng(seed)
        start = random.integers(_FIRST_START, _LAST_START, patients)
        _write(_make_labs(random, rows, start, result_ids), folder / "labs.csv")
        _write(_make_infusions(random, start), folder / "infusions.csv")
        done.touch()
    return Files(folder / "labs.csv", folder / "infusions.csv", patients)


def _write(table: pa.Table, path: Path) -> None:
    with path.open("wb") as file:
        file.write((",".join(table.column_names) + "\n").encode())
        pa_csv.write_csv(table, file, pa_csv.WriteOptions(include_header=False, quoting_style="none"))


def _make_labs(random: np.random.Generator, rows: int, start: np.ndarray, result_ids: bool) -> pa.Table:
    twice, corrected = rows // 100, rows // 500
    n = rows - twice - corrected
    owner = np.sort(random.integers(0, len(start), -(-n // len(TESTS))))  # one entry a draw
    nth = np.arange(len(owner)) - np.searchsorted(owner, owner)
    draw_day = start[owner] - 2 * _MONTH + nth * _MONTH + random.integers(-5, 6, len(owner))
    draw_slot = random.integers(26, 70, len(owner))  # quarters of an hour into the day
    draw_laboratory = (owner % 5 == 0) ^ (random.random(len(owner)) < 0.02)
    draw = np.concatenate([np.repeat(np.arange(len(owner)), len(TESTS))[:n], np.empty(twice + corrected, np.int64)])
    test = np.tile(np.arange(len(TESTS)), len(owner))
    test = np.concatenate([test[:n], np.empty(twice + corrected, np.int64)])
    again = random.choice(n, twice + corrected, replace=False)
    draw[n:], test[n:] = draw[again], test[again]
    patient, day, laboratory = owner[draw], draw_day[draw], draw_laboratory[draw].astype(np.int64)
    codes, words = _values(random, patient, test, laboratory, (day - start[patient]) / 365, len(start))
    codes[n : n + twice] = codes[again[:twice]]
    odd = random.random(rows)
    codes[odd < 1 / 5000] = len(words) - 1
    order = np.argsort(day, kind="stable")
    pair = (test * 2 + laboratory)[order]
    columns = {
        "patient_id": _patient_ids(patient[order], len(start)),
        "collected_at": _times(day[order], np.where(laboratory == 0, draw_slot[draw], -1)[order]),
        "analyte": _texts(np.where(odd[order] > 1999 / 2000, 2 * len(TESTS), pair), [*_pairs("names"), "Potassium"]),
        "value": _texts(codes[order], words),
        "unit": _texts(pair, _pairs("units")),
        "ref_low": _texts(pair, [low for low, _ in _pairs("limits")]),
        "ref_high": _texts(pair, [high for _, high in _pairs("limits")]),
        "method": _texts(pair, _pairs("methods")),
        "laboratory": _texts(laboratory[order], LABORATORIES),
    }
    if result_ids:
        columns["result_id"] = pa.array([f"R{number:09d}" for number in range(rows)])
    return pa.table(columns)


def _make_infusions(random: np.random.Generator, start: np.ndarray) -> pa.Table:
    """Fourteen doses a patient, a month apart; every eighth patient stops for half a year in between."""
    patient = np.repeat(np.arange(len(start)), _DOSES)
    nth = np.tile(np.arange(_DOSES), len(start))
    pause = np.where((patient % 8 == 0) & (nth >= _DOSES // 2), 182, 0)
    day = start[patient] + nth * _MONTH + pause + np.where(nth > 0, random.integers(-3, 5, len(patient)), 0)
    drug = (patient % 4 == 0).astype(np.int64)
    order = np.argsort(day, kind="stable")
    return pa.table(
        {
            "patient_id": _patient_ids(patient[order], len(start)),
            "given_at": _times(day[order], random.integers(32, 64, len(patient))),
            "drug": _texts(drug[order], [name for name, _ in DRUGS]),
            "dose": _texts(drug[order], [dose for _, dose in DRUGS]),
            "dose_unit": _texts(drug[order] * 0, ["mg"]),
            "status": _texts(drug[order] * 0, ["given"]),
        }
    )


def _values(random: np.random.Generator, patient, test, laboratory, years, patients: int) -> tuple[np.ndarray, list]:
    """(code, words) of the value texts; the last word is not readable."""
    codes, words = np.empty(len(test), dtype=np.int64), []
    height, reply = random.standard_normal((len(TESTS), patients)), random.random((len(TESTS), patients))
    for number, one in enumerate(TESTS):
        for place in (0, 1):
            rows = np.flatnonzero((test == number) & (laboratory == place))
            who = patient[rows]
            level = np.clip(height[number, who], -_TALLEST, _TALLEST)  # beyond, values become impossible: rejected
            log = one.spread * level + one.effect * reply[number, who] * np.clip(years[rows], 0, 1.5)
            value = one.level * np.exp(log + one.noise * random.standard_normal(len(rows))) / one.factors[place]
            digits = one.decimals[place]
            floor = round(one.floor / one.factors[place] * 10**digits)
            steps = np.maximum(np.rint(value * 10**digits).astype(np.int64), floor - 1)
            found, back = np.unique(steps, return_inverse=True)
            codes[rows] = back + len(words)
            words += [
                f"<{floor / 10**digits:g}" if s < floor else f"{s / 10**digits:.{digits}f}" for s in found.tolist()
            ]
    return codes, [*words, "see comment"]


def _pairs(name: str) -> list:
    return [word for test in TESTS for word in getattr(test, name)]


def _texts(codes: np.ndarray, words: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(list(words))).cast(pa.string())


def _patient_ids(patient: np.ndarray, patients: int) -> pa.Array:
    return _texts(patient, [f"P{number:07d}" for number in range(patients)])


def _times(day: np.ndarray, slot: np.ndarray) -> pa.Array:
    """`2024-03-01 08:15`; only the date where the slot is negative."""
    keys, back = np.unique(day * 128 + slot, return_inverse=True)
    return _texts(back, list(_time_texts((keys + 1) // 128, keys)))


def _time_texts(days: np.ndarray, keys: np.ndarray) -> Iterable[str]:
    for text, day, key in zip(days.astype("datetime64[D]").astype(str), days.tolist(), keys.tolist(), strict=True):
        slot = key - day * 128
        yield text if slot < 0 else f"{text} {slot // 4:02d}:{slot % 4 * 15:02d}"
