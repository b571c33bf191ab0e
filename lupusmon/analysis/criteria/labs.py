"""Checks of the lab-only criteria, SRI-style and BICLA-style (CRITERIA 5-7). Simplified: no PGA, two organ systems."""

from __future__ import annotations

import numpy as np

from lupusmon.analysis import bilag
from lupusmon.analysis.answers import NO, UNKNOWN, YES, all_of, any_of, where
from lupusmon.analysis.criteria.findings import DOSE, Evidence, Finding, Point
from lupusmon.analysis.criteria.phrases import grades_text, iso_day, items_text
from lupusmon.analysis.intervals import Interval, is_above, is_at_least, is_at_most, is_below
from lupusmon.analysis.readings import Reading, if_comparable
from lupusmon.analysis.rescue import NEVER
from lupusmon.analysis.scores import assess_items, compute_points
from lupusmon.analysis.trends import assess_beyond_rcv
from lupusmon.analysis.visits import Visits, remembered
from lupusmon.clean import DOSE_UNITS, Doses
from lupusmon.clinical.analytes import ANALYTES, DOWN, INDEX
from lupusmon.clinical.drugs import DRUGS
from lupusmon.clinical.thresholds import MAX_NEW_B, PROTEINURIA_G_G, SRI_LAB_DROP, THROMBOCYTOPENIA_PLT

WORSENING = ("C3", "C4", "DSDNA", "UPCR", "PLT")


@remembered
def baseline_items(visits: Visits) -> dict[str, np.ndarray]:
    return assess_items(visits.baseline)


@remembered
def visit_items(visits: Visits) -> dict[str, np.ndarray]:
    return assess_items(visits.value)


@remembered
def baseline_score(visits: Visits) -> Interval:
    return compute_points(baseline_items(visits))


@remembered
def visit_score(visits: Visits) -> Interval:
    return compute_points(visit_items(visits))


@remembered
def baseline_grades(visits: Visits) -> np.ndarray:
    """Possible lab grades at baseline, visits x (renal, haematological)."""
    base = visits.baseline
    return np.stack([bilag.grade_renal(base["UPCR"], base["CREAT"], None), bilag.grade_haematological(base["PLT"])], 1)


@remembered
def visit_grades(visits: Visits) -> np.ndarray:
    """Possible lab grades at the visit; previous = the baseline."""
    base, now = visits.baseline, visits.value
    renal = bilag.grade_renal(now["UPCR"], now["CREAT"], (base["UPCR"], base["CREAT"]))
    return np.stack([renal, bilag.grade_haematological(now["PLT"])], 1)


def enter_sri(visits: Visits) -> np.ndarray:
    """Baseline lab SLEDAI >= 4."""
    return is_at_least(baseline_score(visits), SRI_LAB_DROP)


def enter_bicla(visits: Visits) -> np.ndarray:
    """A lab grade A or B at baseline."""
    return bilag.assess_active(baseline_grades(visits))


@remembered
def assess_score_drop(visits: Visits) -> Finding:
    """Lab SLEDAI at least 4 points lower."""
    base, now = baseline_score(visits), visit_score(visits)
    closed = np.zeros(len(visits), bool)
    drop = Interval(base.lo - now.hi, base.hi - now.lo, closed, closed)
    return _score_finding(
        visits, is_at_least(drop, SRI_LAB_DROP), SRI_LAB_DROP, "fell by 4 points or more", "fell by less than 4 points"
    )


@remembered
def assess_score_not_worse(visits: Visits) -> Finding:
    """Lab SLEDAI not above baseline."""
    answer = is_at_most(visit_score(visits), baseline_score(visits))
    return _score_finding(visits, answer, None, "not above baseline", "above baseline")


def _score_finding(visits: Visits, answer: np.ndarray, limit, met: str, not_met: str) -> Finding:
    def unknown(rows: np.ndarray) -> list[str]:
        before = items_text({k: v[rows] for k, v in baseline_items(visits).items()})
        now = items_text({k: v[rows] for k, v in visit_items(visits).items()})
        return [f"cannot be decided; at baseline {b}; at the visit {n}" for b, n in zip(before, now, strict=True)]

    return Finding(
        answer,
        lambda: Evidence(
            label="Lab SLEDAI",
            met=met,
            not_met=not_met,
            value=_latest_point(visits.value, visit_score(visits)),
            baseline=_latest_point(visits.baseline, baseline_score(visits)),
            limit=limit,
            unit="points",
            needs_baseline=True,
            unknown=unknown,
        ),
    )


def _latest_point(readings, score: Interval) -> Point:
    """The score, dated by the latest result it rests on."""
    used = [(readings[code], readings[code].present) for code in ("C3", "C4", "CH50", "DSDNA", "UPCR", "PLT")]
    used.append((readings["UPROT24"], readings["UPROT24"].present & ~readings["UPCR"].present))
    day = np.max([np.where(counts, r.day, np.iinfo(np.int32).min) for r, counts in used], axis=0)
    row = np.full(len(day), -1)
    for reading, counts in used:
        row = np.where(counts & (reading.day == day), reading.row, row)
    exact = score.lo == score.hi
    shown = Interval(np.where(exact, score.lo, np.nan), np.where(exact, score.hi, np.nan), score.lo_open, score.hi_open)
    return Point(shown, day, row >= 0, row)


@remembered
def assess_no_new_a(visits: Visits) -> Finding:
    return grade_finding(
        visits,
        bilag.assess_no_new_a(baseline_grades(visits), visit_grades(visits)),
        ("no new A grade", "a new A grade"),
        0,
    )


@remembered
def assess_new_b(visits: Visits) -> Finding:
    return grade_finding(
        visits,
        bilag.assess_new_b(baseline_grades(visits), visit_grades(visits)),
        ("at most one new B grade", "more than one new B grade"),
        MAX_NEW_B,
    )


@remembered
def assess_improved(visits: Visits) -> Finding:
    answer = bilag.assess_improved(baseline_grades(visits), visit_grades(visits))
    return grade_finding(
        visits, answer, ("every baseline A or B grade improved", "a baseline A or B grade did not improve"), None
    )


def grade_finding(visits: Visits, answer: np.ndarray, words: tuple[str, str], limit) -> Finding:
    """Evidence of a check on lab grades: both sets of grades in words, the UPCR as the value's source."""
    before, now = baseline_grades(visits), visit_grades(visits)
    nothing = np.full(len(visits), np.nan)

    def grades(rows: np.ndarray) -> list[str]:
        return grades_text(bilag.LAB_SYSTEMS, before[rows], now[rows])

    def point(reading: Reading) -> Point:
        return Point(Interval.points(nothing), reading.day, reading.present, reading.row)

    return Finding(
        answer,
        lambda: Evidence(
            label="Lab grades",
            met=words[0],
            not_met=words[1],
            value=_first_known(point(visits.value["UPCR"]), point(visits.value["PLT"])),
            baseline=_first_known(point(visits.baseline["UPCR"]), point(visits.baseline["PLT"])),
            limit=limit,
            unknown="not decided by the grades known",
            shown_value=grades,
        ),
    )


def _first_known(a: Point, b: Point) -> Point:
    return Point(a.value, np.where(a.known, a.day, b.day), a.known | b.known, np.where(a.known, a.row, b.row), a.kind)


def assess_worse(code: str, base: Reading, now: Reading) -> np.ndarray:
    """Changed for the worse beyond the reference change value and outside its limit now; three-valued."""
    analyte = np.full(len(now.present), INDEX[code])
    rose, fell = assess_beyond_rcv(base.value, now.value, analyte, now.titre)
    worse = if_comparable(base, now, rose if ANALYTES[code].good == DOWN else fell)
    return all_of(worse, _is_outside(code, now))


def _is_outside(code: str, now: Reading) -> np.ndarray:
    match code:
        case "C3" | "C4":
            return now.below
        case "DSDNA":
            return now.above
        case "UPCR":
            return is_above(now.value, PROTEINURIA_G_G)
        case _:
            return is_below(now.value, THROMBOCYTOPENIA_PLT)


@remembered
def worsened(visits: Visits) -> np.ndarray:
    """Visits x five analytes: whether each worsened."""
    return np.stack([assess_worse(code, visits.baseline[code], visits.value[code]) for code in WORSENING], axis=1)


@remembered
def assess_no_worsening(visits: Visits) -> Finding:
    """None of C3, C4, dsDNA, UPCR, platelets worsened beyond its reference change value and out of its limit."""
    answer = 2 - any_of(*worsened(visits).T)
    return Finding(answer.astype(np.uint8), lambda: _worsening_evidence(visits))


def _worsening_evidence(visits: Visits) -> Evidence:
    """Shows the analyte that worsened, else the first that cannot be told, else the first one measured."""
    worse = worsened(visits)
    measured = np.stack([visits.value[code].present for code in WORSENING], axis=1)
    shown = np.argmax(worse.astype(np.int16) * 2 + measured, axis=1)
    names = np.array([ANALYTES[code].code for code in WORSENING], dtype=object)
    units = np.stack([np.broadcast_to(units_of(visits, code), len(visits)) for code in WORSENING], axis=1)

    def unknown(rows: np.ndarray) -> list[str]:
        open_ = worse[rows] == UNKNOWN
        return ["worsening cannot be told for " + ", ".join(names[line].tolist()) for line in open_]

    return Evidence(
        label=names[shown],
        met="no test worsened beyond its reference change value and outside its limit",
        not_met="worse beyond its reference change value and outside its limit",
        value=_pick([Point.of(visits.value[code]) for code in WORSENING], shown),
        baseline=_pick([Point.of(visits.baseline[code]) for code in WORSENING], shown),
        unit=units[np.arange(len(shown)), shown],
        unknown=unknown,
    )


def _pick(points: list[Point], which: np.ndarray) -> Point:
    def choose(columns: list[np.ndarray]) -> np.ndarray:
        return np.stack(columns, axis=1)[np.arange(len(which)), which]

    ends = {end: choose([getattr(p.value, end) for p in points]) for end in ("lo", "hi", "lo_open", "hi_open")}
    return Point(
        Interval(**ends),
        choose([p.day for p in points]),
        choose([p.known for p in points]),
        choose([p.row for p in points]),
    )


def answer_no_rescue(visits: Visits, until: np.ndarray) -> np.ndarray:
    """No rescue dose after the first day up to `until`; unknown where only a possible one."""
    possible = np.where(visits.rescue_possible <= until, UNKNOWN, YES)
    return np.where(visits.rescue_certain <= until, NO, possible).astype(np.uint8)


def rescue_finding(visits: Visits, until: np.ndarray) -> Finding:
    """The rescue rule, with the dose that decides, or that could."""
    answer = answer_no_rescue(visits, until)
    return Finding(answer, lambda: _rescue_evidence(visits, until, answer))


def _rescue_evidence(visits: Visits, until: np.ndarray, answer: np.ndarray) -> Evidence:
    rescue = visits.sources.rescue
    certain = answer == NO
    row = np.where(certain, rescue.certain_dose[visits.course], rescue.possible_dose[visits.course])
    day = np.where(certain, visits.rescue_certain, visits.rescue_possible)
    known = (answer != YES) & (row >= 0) & (day != NEVER)
    doses = visits.sources.cohort.doses
    dose = np.where(known, doses.dose[np.clip(row, 0, None)], np.nan) if len(doses) else np.full(len(visits), np.nan)
    units = np.array(DOSE_UNITS, dtype=object)
    unit = np.where(known, units[doses.dose_unit[np.clip(row, 0, None)]], "") if len(doses) else ""
    return Evidence(
        label=_rescue_label(doses, row, known),
        met=lambda rows: [f"none up to {day}" for day in iso_day(until[rows])],
        not_met="given",
        value=Point(Interval.points(dose), day, known, np.where(known, row, -1), DOSE),
        unit=unit,
        unknown="a dose that may count as rescue; its amount is not known",
    )


def _rescue_label(doses: Doses, row: np.ndarray, known: np.ndarray) -> np.ndarray:
    """`Rescue treatment`, with the drug where there is a dose."""
    names = np.array(["Rescue treatment", *(f"Rescue treatment, {drug.name}" for drug in DRUGS.values())], dtype=object)
    return names[np.where(known, doses.drug[np.clip(row, 0, None)] + 1, 0) if len(doses) else np.zeros(len(row), int)]


def units_of(visits: Visits, code: str) -> str | np.ndarray:
    """The unit of an analyte's values: canonical, or the own one of an anti-dsDNA assay that converts to nothing."""
    results = visits.sources.labs.results
    unit = ANALYTES[code].unit
    if code != "DSDNA" or not len(results):
        return unit
    now, base = visits.value[code], visits.baseline[code]
    row = np.where(now.row >= 0, now.row, base.row)
    words = np.append(results.unit.words, unit)
    return words[np.where(row >= 0, results.unit.codes[np.clip(row, 0, None)], len(words) - 1)]


@remembered
def assess_no_rescue(visits: Visits) -> Finding:
    """No rescue up to the target day."""
    return rescue_finding(visits, visits.target)


def known_where(answer: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The answer, unknown where its inputs are not there."""
    return where(known, answer, np.full(len(answer), UNKNOWN))
