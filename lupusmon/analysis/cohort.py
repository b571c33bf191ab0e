"""What a group of patients did: response rates with stated denominators, time to an event, concordance of criteria."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
import pandas as pd

from lupusmon.analysis.agreement import Concordance, compute_concordance
from lupusmon.clinical.drugs import MINOR_DRUGS

Z_95 = 1.959963984540054  # two-sided 95 %, standard normal
VERDICTS = ("met", "not_met", "not_assessable", "not_applicable")
OBSERVED, NRI = "observed", "nri"
LAB_FLARE_RISE = 4  # points of lab SLEDAI-2K; a rise of more than 3 is called a flare (ARD guide to SLEDAI-2K bands)


def wilson_interval(successes: int, n: int, *, z: float = Z_95) -> tuple[float, float]:
    """Score interval of a proportion, as fractions; (nan, nan) for n = 0.

    Keeps its coverage for small n and near 0 and 1, where the Wald interval does not.
    Reference: Wilson EB. J Am Stat Assoc 1927;22:209.
    """
    if n == 0:
        return float("nan"), float("nan")
    p = successes / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe_interval(a: int, n_a: int, b: int, n_b: int, *, z: float = Z_95) -> tuple[float, float]:
    """Interval of the difference of two proportions b/n_b - a/n_a from their Wilson intervals.

    Reference: Newcombe RG. Stat Med 1998;17:873, method 10.
    """
    p_a, p_b = a / n_a, b / n_b
    low_a, high_a = wilson_interval(a, n_a, z=z)
    low_b, high_b = wilson_interval(b, n_b, z=z)
    low = sqrt((p_b - low_b) ** 2 + (high_a - p_a) ** 2)
    high = sqrt((high_b - p_b) ** 2 + (p_a - low_a) ** 2)
    return p_b - p_a - low, p_b - p_a + high


def summarise_response_rates(
    responses: pd.DataFrame, courses: pd.DataFrame, *, missing: str = OBSERVED
) -> pd.DataFrame:
    """A row per drug, week and criterion: the four verdict counts, `denominator`, `rate`, `low`, `high` (Wilson 95 %).

    responses, courses: CONTRACT 4. missing: `observed` leaves an open verdict out of the denominator, `nri` counts it
    as no response (non-responder imputation). `does not apply` is in no denominator. One course, one count.
    """
    keys = ["drug", "week", "criterion"]
    rows = responses.merge(courses[["patient_id", "course_id", "drug"]], on=["patient_id", "course_id"])
    counts = rows.groupby([*keys, "verdict"]).size().unstack(fill_value=0).reindex(columns=VERDICTS, fill_value=0)
    counts = counts.rename_axis(columns=None).reset_index()
    counts["denominator"] = counts["met"] + counts["not_met"] + (counts["not_assessable"] if missing == NRI else 0)
    counts["rate"] = counts["met"] / counts["denominator"].where(counts["denominator"] > 0)
    limits = [wilson_interval(k, n) for k, n in zip(counts["met"], counts["denominator"], strict=True)]
    return counts.assign(low=[low for low, _ in limits], high=[high for _, high in limits])


@dataclass(frozen=True)
class Survival:
    """A Kaplan-Meier curve. table: time, at_risk, events, censored, survival, low, high; a row per distinct time and 0.

    median: the first time at which survival is 0.5 or less, None where it never is.
    """

    table: pd.DataFrame
    median: float | None

    def at_risk(self, times: list[float]) -> list[int]:
        """How many are still at risk just before each time."""
        own = self.table
        return [int(own.loc[own["time"] >= t, "at_risk"].iloc[0]) if (own["time"] >= t).any() else 0 for t in times]


def compute_kaplan_meier(durations: np.ndarray, events: np.ndarray, *, z: float = Z_95) -> Survival:
    """Product-limit estimate with pointwise log-log limits from Greenwood's variance.

    durations: time to event or to the end of observation, >= 0, one per subject. events: True event, False censored.
    Ties: events at a time come before censorings at it, so a subject censored at t is at risk at t. Where survival is
    1 the limits are 1; where it reaches 0 they are 0. Assumes that censoring says nothing about the event.
    References: Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457; Kalbfleisch JD, Prentice RL (log-log limits).
    """
    durations, events = np.asarray(durations, dtype=float), np.asarray(events, dtype=bool)
    times = np.unique(np.append(durations, 0.0))
    died = np.array([(durations[events] == t).sum() for t in times])
    censored = np.array([(durations[~events] == t).sum() for t in times])
    at_risk = np.array([(durations >= t).sum() for t in times])
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.cumprod(np.where(at_risk > 0, 1 - died / np.maximum(at_risk, 1), 1.0))
        greenwood = np.cumsum(np.where(at_risk > died, died / (at_risk * (at_risk - died)), 0.0))
    limits = [_log_log(s, v, z) for s, v in zip(survival.tolist(), greenwood.tolist(), strict=True)]
    columns = {"time": times, "at_risk": at_risk, "events": died, "censored": censored, "survival": survival}
    table = pd.DataFrame(columns).assign(low=[low for low, _ in limits], high=[high for _, high in limits])
    half = table.loc[table["survival"] <= 0.5, "time"]
    return Survival(table, None if half.empty else float(half.iloc[0]))


def _log_log(survival: float, greenwood: float, z: float) -> tuple[float, float]:
    if survival >= 1:
        return 1.0, 1.0
    if survival <= 0:
        return 0.0, 0.0
    width = z * sqrt(greenwood) / log(survival)
    return survival ** exp(-width), survival ** exp(width)


def compare_criteria(responses: pd.DataFrame, first: str, second: str, *, week: str) -> Concordance:
    """Concordance over the courses for which both criteria are met or not met at the visit; all others are left out."""
    rows = responses[(responses["week"] == week) & responses["criterion"].isin([first, second])]
    wide = rows.pivot_table(index=["patient_id", "course_id"], columns="criterion", values="verdict", aggfunc="first")
    wide = wide.reindex(columns=[first, second])
    known = wide[wide.isin(["met", "not_met"]).all(axis=1)]
    a, b = known[first] == "met", known[second] == "met"
    return compute_concordance(int((a & b).sum()), int((a & ~b).sum()), int((~a & b).sum()), int((~a & ~b).sum()))


def compute_time_to_response(responses: pd.DataFrame, *, criterion: str) -> pd.DataFrame:
    """patient_id, course_id, weeks, event: the first fixed visit at which the criterion is met.

    Censored at the last fixed visit with `met` or `not_met`; courses without one are left out. Visits are 12, 24, 52
    and 104 weeks, so a time says "by week", not "in week".
    """
    rows = responses[(responses["criterion"] == criterion) & responses["week"].str.isdigit()]
    rows = rows[rows["verdict"].isin(["met", "not_met"])].assign(week=lambda f: f["week"].astype(int))
    keys = ["patient_id", "course_id"]
    last = rows.groupby(keys)["week"].max()
    first = rows[rows["verdict"] == "met"].groupby(keys)["week"].min().reindex(last.index)
    return pd.DataFrame({"weeks": first.fillna(last), "event": first.notna()}).reset_index()


def compute_time_to_lab_flare(scores: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """patient_id, course_id, weeks, event: the first day with a lab SLEDAI 4 or more above the lowest of the course.

    scores: complete rows only (an unknown item could hide or feign a rise). spans: as `find_spans` has them; day 0 is
    the first infusion, a course ends with its span or with the last score. Courses without two complete scores are
    left out. Lab-only: flares outside the laboratory are not seen.
    """
    rows = scores[scores["complete"].astype("boolean").fillna(False).astype(bool)]
    rows = rows.merge(spans, on="patient_id")
    rows = rows.assign(day=pd.to_datetime(rows["date"].str[:10]))
    rows = rows[(rows["day"] >= rows["start"]) & (rows["day"] < rows["end"])]
    rows = rows.sort_values(["patient_id", "course_id", "day"], kind="stable")
    groups = rows.groupby(["patient_id", "course_id"], sort=False)
    lowest = groups["lab_sledai"].cummin()
    rows = rows.assign(
        weeks=(rows["day"] - rows["start"]).dt.days / 7, flare=rows["lab_sledai"] - lowest >= LAB_FLARE_RISE
    )
    summary = groups.size().rename("n").to_frame()
    keys = ["patient_id", "course_id"]
    summary["last"] = rows.groupby(keys)["weeks"].max()
    summary["first"] = rows[rows["flare"]].groupby(keys)["weeks"].min()
    summary = summary[summary["n"] >= 2]
    weeks = summary["first"].fillna(summary["last"])
    return pd.DataFrame({"weeks": weeks, "event": summary["first"].notna()}).reset_index()


def compute_time_to_flare(flares: pd.DataFrame, seen: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """patient_id, course_id, weeks, event: the first flare after the first infusion of a course.

    flares: patient_id, date (of one index and the severities that count). seen: patient_id, date of every assessment;
    censored at the last of the course. spans: as `find_spans` has them. Courses without an assessment after their first
    day are left out.
    """
    keys = ["patient_id", "course_id"]
    last = _within(spans, seen).groupby(keys)["weeks"].max()
    first = _within(spans, flares).groupby(keys)["weeks"].min().reindex(last.index)
    return pd.DataFrame({"weeks": first.fillna(last), "event": first.notna()}).reset_index()


def _within(spans: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Adds course_id and `weeks` since its start to the rows after the first day of a course."""
    rows = rows[["patient_id", "date"]].merge(spans, on="patient_id")
    day = pd.to_datetime(rows["date"].str[:10])
    rows = rows.assign(weeks=(day - rows["start"]).dt.days / 7)
    return rows[(rows["weeks"] > 0) & (day < rows["end"])]


def find_spans(courses: pd.DataFrame, every: pd.DataFrame) -> pd.DataFrame:
    """patient_id, course_id, drug, start, end (exclusive): what a course is held to account for.

    every: the courses of all drugs. A course ends where the patient's next one begins, whichever are looked at; pulses
    (methylprednisolone, IVIG) end only courses of their own.
    """
    rows = courses.assign(start=pd.to_datetime(courses["first_infusion"].str[:10]))
    later = every.assign(next=pd.to_datetime(every["first_infusion"].str[:10]))[["patient_id", "drug", "next"]]
    pairs = rows[["patient_id", "course_id", "drug", "start"]].merge(later, on="patient_id", suffixes=("", "_next"))
    ends = ~pairs["drug_next"].isin(MINOR_DRUGS) | (pairs["drug_next"] == pairs["drug"])
    pairs = pairs[ends & (pairs["next"] > pairs["start"])]
    end = pairs.groupby(["patient_id", "course_id"])["next"].min().rename("end").reset_index()
    rows = rows.merge(end, on=["patient_id", "course_id"], how="left").fillna({"end": pd.Timestamp("2262-01-01")})
    return rows[["patient_id", "course_id", "drug", "start", "end"]]


def summarise_change(
    baselines: pd.DataFrame, results: pd.DataFrame, spans: pd.DataFrame, *, analyte: str
) -> pd.DataFrame:
    """patient_id, course_id, drug, change: per cent from baseline to the last result of the same series in the course.

    spans: as `find_spans` has them; results under the next treatment are not this one's. Censored ends and a baseline
    of zero have no per cent and are left out.
    """
    base = baselines[(baselines["analyte"] == analyte) & baselines["comparator"].isna() & (baselines["value"] > 0)]
    base = base.sort_values("collected_at", kind="stable").groupby(["patient_id", "course_id"]).tail(1)
    base = base.assign(method=base["method"].fillna("")).merge(spans, on=["patient_id", "course_id"])
    rows = results[(results["analyte"] == analyte) & results["value"].notna()]
    rows = rows.assign(method=rows["method"].fillna(""))[
        ["patient_id", "method", "value", "comparator", "collected_at"]
    ]
    pairs = base.merge(rows, on=["patient_id", "method"], suffixes=("", "_last"))
    inside = pd.to_datetime(pairs["collected_at_last"].str[:10]) < pairs["end"]
    pairs = pairs[inside & (pairs["collected_at_last"] > pairs["collected_at"])]
    pairs = pairs.sort_values("collected_at_last", kind="stable").groupby(["patient_id", "course_id"]).tail(1)
    pairs = pairs[pairs["comparator_last"].isna()].sort_values(["patient_id", "course_id"], kind="stable")
    change = (pairs["value_last"] / pairs["value"] - 1) * 100
    return pairs.assign(change=change)[["patient_id", "course_id", "drug", "change"]].reset_index(drop=True)
