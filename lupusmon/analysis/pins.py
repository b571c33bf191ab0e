"""Pins: a person chose which result stands for a baseline or a visit, in place of the one the rules choose."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lupusmon.analysis.courses import Courses
from lupusmon.analysis.labs import LabIndex, analyte_group
from lupusmon.analysis.lookup import pack
from lupusmon.analysis.visits import LATEST, WEEKS, slot_window
from lupusmon.clean import Cohort, Pin, Results
from lupusmon.clinical.analytes import INDEX
from lupusmon.clinical.drugs import CODES as DRUG_CODES
from lupusmon.rounding import round_compare

BASELINE = "baseline"
SLOTS = (BASELINE, *WEEKS[:LATEST])  # `latest` moves with every new result: nothing can be pinned there
APPLIED = "applied"
NO_COURSE = "the course is no longer there"
NO_SLOT = "only a baseline or the value of a dated visit can be pinned"
NO_RESULT = (
    "the result is no longer there: its import was undone, it was replaced by a correction or marked as not usable"
)
OUTSIDE = "the result no longer lies in the window"
BEFORE = -1  # the number of the slot `baseline`; visits have their place in WEEKS
_SIGN = {-1: "<", 0: "", 1: ">"}
_WORD = {-1: "undecided", 0: "negative", 1: "positive"}


@dataclass(frozen=True)
class Pins:
    """The pins of a cohort. state: per pin `applied`, or why it is not. source: row of LabIndex.results or -1.

    key, row: of the applied ones, sorted; the key packs course, slot and analyte, the row is the pinned result's.
    """

    said: tuple[Pin, ...]
    state: tuple[str, ...]
    source: tuple[int, ...]
    key: np.ndarray
    row: np.ndarray

    def put_baselines(self, rows: np.ndarray, code: str) -> np.ndarray:
        """Rows of results, one per course, with the pinned ones in their places."""
        return self._put(rows, _pack(np.arange(len(rows)), BEFORE, INDEX[code]))

    def put_values(self, rows: np.ndarray, code: str, course: np.ndarray, week: np.ndarray) -> np.ndarray:
        """Rows of results, one per visit, with the pinned ones in place. week: -1 = nothing is pinned there."""
        return self._put(rows, np.where(week >= 0, _pack(course, week, INDEX[code]), -1))

    def put_series(self, rows: np.ndarray, labs: LabIndex, series: np.ndarray, course: np.ndarray) -> np.ndarray:
        """Rows of results, one per series and course: a pinned baseline is that of its own series only."""
        chosen = self._put(rows, _pack(course, BEFORE, labs.series_analyte[series]))
        return np.where(labs.series[chosen] == series, chosen, rows) if len(rows) else rows

    def is_pinned(
        self, rows: np.ndarray, course: np.ndarray, week: np.ndarray | int, analyte: np.ndarray
    ) -> np.ndarray:
        """Whether the result of each row stands there because it was pinned."""
        none = np.full(len(rows), -1, dtype=np.int64)
        return (rows >= 0) & (self._put(none, _pack(course, week, analyte)) == rows)

    def _put(self, rows: np.ndarray, key: np.ndarray) -> np.ndarray:
        if not len(self.key):
            return rows
        at = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        return np.where(self.key[at] == key, self.row[at], rows)


NO_PINS = Pins((), (), (), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def _pack(course: np.ndarray, week: np.ndarray | int, analyte: np.ndarray | int) -> np.ndarray:
    return (course.astype(np.int64) * (len(WEEKS) + 1) + week + 1) * len(INDEX) + analyte


def index_labs(cohort: Cohort, courses: Courses) -> LabIndex:
    """The cohort's results indexed, with its pins."""
    labs = LabIndex.build(cohort)
    return replace(labs, pins=find_pins(cohort, labs, courses)) if cohort.pins else labs


def find_pins(cohort: Cohort, labs: LabIndex, courses: Courses) -> Pins:
    """Finds the results that the cohort's pins speak of. Cost: a search per pin.

    A pin is applied while its result is among the accepted ones and in the window of its slot (CRITERIA 3). Of two
    pins for one slot the later in order counts.
    """
    patients = {patient: i for i, patient in enumerate(cohort.patients.tolist())}
    found = [_find(pin, patients.get(pin.patient_id, -1), labs, courses) for pin in cohort.pins]
    chosen = {key: row for state, row, key in found if state == APPLIED}
    keys = np.array(sorted(chosen), dtype=np.int64)
    return Pins(
        said=cohort.pins,
        state=tuple(state for state, _, _ in found),
        source=tuple(row for _, row, _ in found),
        key=keys,
        row=np.array([chosen[key] for key in keys.tolist()], dtype=np.int64),
    )


def _find(pin: Pin, patient: int, labs: LabIndex, courses: Courses) -> tuple[str, int, int]:
    """(state, row of the result, key)."""
    if pin.slot not in SLOTS or pin.analyte not in INDEX:
        return NO_SLOT, -1, -1
    row = _find_result(pin, patient, labs) if patient >= 0 else -1
    course = _find_course(pin, patient, courses) if patient >= 0 else -1
    if row < 0 or course < 0:
        return (NO_RESULT if row < 0 else NO_COURSE), row, -1
    week = WEEKS.index(pin.slot) if pin.slot != BASELINE else BEFORE
    if not _is_inside(labs, row, courses, course, week):
        return OUTSIDE, row, -1
    return APPLIED, row, int(_pack(np.array([course]), week, INDEX[pin.analyte])[0])


def _find_course(pin: Pin, patient: int, courses: Courses) -> int:
    first, end = np.searchsorted(courses.patient, [patient, patient + 1])
    for course in range(first, end):
        if f"{DRUG_CODES[courses.drug[course]]}-{courses.number[course]}" == pin.course_id:
            return course
    return -1


def _find_result(pin: Pin, patient: int, labs: LabIndex) -> int:
    group, index, results = analyte_group(np.array([patient]), INDEX[pin.analyte]), labs.by_analyte, labs.results
    try:
        day = np.array([np.datetime64(pin.collected_at[:10], "D").astype(np.int64)])
    except ValueError:
        return -1
    first, end = (int(np.searchsorted(index.key, pack(group, day), side=side)[0]) for side in ("left", "right"))
    for row in index.rows[first:end].tolist():
        if tell(results, row) == (pin.method, pin.collected_at, pin.value):
            return row
    return -1


def _is_inside(labs: LabIndex, row: int, courses: Courses, course: int, week: int) -> bool:
    day, micros = int(labs.results.day[row]), int(labs.results.micros[row])
    start, time = int(courses.start[course]), int(courses.start_micros[course])
    low, high = slot_window(start, None if week == BEFORE else week, labs.as_of)
    late = week == BEFORE and day == start and time >= 0 and micros > time
    return low <= day <= high and not late


def tell(results: Results, row: int) -> tuple[str, str, str]:
    """(method, time, value) of a result, in words that survive another file, unit or date format."""
    method = str(results.method.words[results.method.codes[row]])
    value = float(round_compare(results.value[row : row + 1])[0])
    said = value_text(value, int(results.comparator[row]), int(results.word[row]))
    return method, time_text(int(results.day[row]), int(results.micros[row])), said


def value_text(value: float, comparator: int, word: int) -> str:
    """`62`, `<10`, `positive`. value: canonical unit, rounded for comparison; nan for a word."""
    return _WORD[word] if np.isnan(value) else f"{_SIGN[comparator]}{value:.6g}"


def time_text(day: int, micros: int) -> str:
    """ISO 8601, with a clock time where there is one (micros >= 0)."""
    date = str(np.datetime64(day, "D"))
    if micros < 0:
        return date
    return str(np.datetime64(day, "D") + np.timedelta64(micros, "us")).removesuffix(".000000")
