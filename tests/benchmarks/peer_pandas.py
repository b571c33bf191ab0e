"""The narrower job in good plain pandas: `python -m tests.benchmarks.peer_pandas LABS INFUSIONS OUT`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.benchmarks import job

SERIES = ["patient_id", "analyte", "method"]
_CHUNK = 400_000  # points whose pairs are joined at a time


def round_significant(x: pd.Series, digits: int) -> pd.Series:
    power = 10.0 ** (digits - 1 - np.floor(np.log10(x.where(x > 0, 1.0))))
    return (x * power).round() / power


def read_labs(path) -> pd.DataFrame:
    labs = pd.read_csv(path, dtype={"value": "str"})
    meaning = pd.DataFrame(job.MEANINGS, columns=["analyte", "unit", "code", "factor"])
    labs = labs.merge(meaning, on=["analyte", "unit"])
    labs["below"] = labs["value"].str.startswith("<")
    labs["number"] = pd.to_numeric(labs["value"].str.lstrip("<"), errors="coerce")
    labs = labs[labs["number"].notna()].copy()
    labs["value"] = round_significant(labs["number"] * labs["factor"], 9)
    for side in ("ref_low", "ref_high"):
        labs[side] = labs[side] * labs["factor"]
    labs["analyte"] = labs["code"]
    labs["method"] = labs["method"].fillna("")
    labs["at"] = pd.to_datetime(labs["collected_at"], format="ISO8601")
    labs["day"] = labs["at"].dt.normalize()
    labs = labs.drop_duplicates([*SERIES, "at"], keep="last")
    labs = labs.sort_values([*SERIES, "at"], kind="stable").reset_index(drop=True)
    labs["series"] = labs.groupby(SERIES, sort=False).ngroup()
    return labs.drop(columns=["collected_at", "unit", "code", "number", "factor", "laboratory"])


def read_courses(path) -> pd.DataFrame:
    doses = pd.read_csv(path)
    doses["at"] = pd.to_datetime(doses["given_at"], format="ISO8601")
    doses = doses.sort_values(["patient_id", "drug", "at"])
    day = doses["at"].dt.normalize()
    by_drug = doses.groupby(["patient_id", "drug"])
    gap = day.groupby([doses["patient_id"], doses["drug"]]).diff().dt.days
    doses["new"] = gap.isna() | (gap > job.GAP)
    doses["number"] = by_drug["new"].cumsum()
    courses = doses.groupby(["patient_id", "drug", "number"], as_index=False).agg(
        start=("at", "min"), last=("at", "max")
    )
    courses["course_id"] = courses["drug"] + "-" + courses["number"].astype("str")
    return courses


def find_baselines(labs: pd.DataFrame, courses: pd.DataFrame) -> pd.DataFrame:
    series = labs.drop_duplicates("series")[["patient_id", "series"]]
    wanted = courses[["patient_id", "course_id", "start"]].merge(series, on="patient_id").sort_values("start")
    found = pd.merge_asof(
        wanted, labs.drop(columns="patient_id").sort_values("at"), left_on="start", right_on="at", by="series"
    )
    early = found["start"].dt.normalize() - pd.Timedelta(days=job.BASELINE_DAYS)
    return found[found["day"] >= early].astype({"below": bool})


def select_points(
    labs: pd.DataFrame, baselines: pd.DataFrame, as_of: pd.Timestamp
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(points, trends), numbered alike."""
    daily = labs.drop_duplicates(["series", "day"], keep="last")[["series", "day", "value", "below", "analyte"]]
    year = daily[daily["day"] >= as_of - pd.Timedelta(days=job.YEAR)].assign(course_id="")
    first = baselines[["series", "course_id", "day", "value", "below", "analyte"]]
    later = daily.merge(first[["series", "course_id", "day"]].rename(columns={"day": "from"}), on="series")
    later = later[later["day"] > later["from"]].drop(columns="from")
    points = pd.concat([year, first, later])
    points = points.sort_values(["series", "course_id", "day"], kind="stable").reset_index(drop=True)
    points["trend"] = points.groupby(["series", "course_id"], sort=False).ngroup()
    trends = points.drop_duplicates("trend")[["trend", "series", "course_id", "analyte"]]
    return points, trends.set_index("trend")


def compute_trends(points: pd.DataFrame, trends: pd.DataFrame) -> pd.DataFrame:
    logarithmic = points["analyte"].isin(job.LOGARITHMIC)
    points["y"] = points["value"].where(~logarithmic, np.log(points["value"]))
    points["x"] = (points["day"] - pd.Timestamp(0)).dt.days
    points["rank"] = round_significant(points["value"], 6).rank(method="dense") * 2 - points["below"]
    out = trends.assign(n=points.groupby("trend").size())
    parts = []
    slim = points[["trend", "x", "y", "rank"]]
    bounds = np.searchsorted(slim["trend"], slim["trend"].iloc[_CHUNK - 1 :: _CHUNK].to_list() + [len(trends)])
    for begin, end in zip([0, *bounds[:-1]], bounds, strict=True):
        some = slim.iloc[begin:end]
        pairs = some.merge(some, on="trend", suffixes=("", "2"))
        pairs = pairs[pairs["x2"] > pairs["x"]]
        pairs["slope"] = (pairs["y2"] - pairs["y"]) / (pairs["x2"] - pairs["x"]) * 30
        pairs["sign"] = np.sign(pairs["rank2"] - pairs["rank"])
        parts.append(pairs.groupby("trend").agg(slope_per_30d=("slope", "median"), mk_s=("sign", "sum")))
    out = out.join(pd.concat(parts))
    tied = points.groupby(["trend", "rank"]).size()
    tied = (tied * (tied - 1) * (2 * tied + 5)).groupby("trend").sum()
    out["mk_s"] = out["mk_s"].fillna(0.0)
    out["mk_p"] = job.p_values(out["n"].to_numpy(), out["mk_s"].to_numpy(), tied.reindex(out.index).to_numpy())
    out["beyond_rcv"] = flag_changes(points, out)
    return out


def flag_changes(points: pd.DataFrame, trends: pd.DataFrame) -> pd.Series:
    """Whether last against first is surely beyond the reference change value; a value below a limit is [0, limit)."""
    ends = points.groupby("trend").agg(
        first=("value", "first"), last=("value", "last"), first_below=("below", "first"), last_below=("below", "last")
    )
    limits = pd.DataFrame(job.reference_changes(), index=["up", "down"]).T
    up, down = trends["analyte"].map(limits["up"]), trends["analyte"].map(limits["down"])
    change = ends["last"] / ends["first"] - 1
    return (~ends["last_below"] & (change > up)) | (~ends["first_below"] & (change < -down))


def score_days(labs: pd.DataFrame) -> pd.DataFrame:
    """Points of the lab items on every day with one of their analytes."""
    scored = labs[labs["analyte"].isin(job.SCORED)].sort_values(["patient_id", "at"], kind="stable")
    days = scored[["patient_id", "day"]].drop_duplicates().sort_values("day", kind="stable")
    answers = {}
    for code in job.SCORED:
        own = scored[scored["analyte"] == code].drop_duplicates(["patient_id", "day"], keep="last").sort_values("day")
        columns = ["patient_id", "day", "value", "below", "ref_low", "ref_high"]
        near = pd.merge_asof(days, own[columns], on="day", by="patient_id", tolerance=pd.Timedelta(days=job.CARRIED))
        value = round_significant(near["value"], 6)
        if code in job.LOW:
            answers[code] = value < near["ref_low"].fillna(job.LOW[code])
        elif code == "PLT":
            answers[code] = value < job.PLT_LOW
        else:
            high = near["ref_high"].fillna(job.DSDNA_HIGH) if code == "DSDNA" else job.UPCR_HIGH
            answers[code] = (value > high) & ~near["below"].fillna(False).astype(bool)
    points = 2 * (answers["C3"] | answers["C4"]) + 2 * answers["DSDNA"] + 4 * answers["UPCR"] + 1 * answers["PLT"]
    days = days.reset_index(drop=True)
    return days.assign(date=days["day"].dt.strftime("%Y-%m-%d"), lab_sledai=points)


def main() -> None:
    labs_path, infusions_path, out = job.arguments()
    labs = read_labs(labs_path)
    courses = read_courses(infusions_path)
    as_of = max(labs["day"].max(), courses["last"].max().normalize())
    baselines = find_baselines(labs, courses)
    trends = compute_trends(*select_points(labs, baselines, as_of))
    names = labs.drop_duplicates("series").set_index("series")[SERIES]
    trends = trends.drop(columns="analyte").join(names, on="series")
    trends["scope"] = np.where(trends["course_id"] == "", "last_365d", "since_baseline")
    baselines = baselines.drop(columns=["analyte", "method", "patient_id"]).join(names, on="series")
    trends.drop(columns="series").to_parquet(out / "trends.parquet")
    baselines[[*SERIES, "course_id", "value"]].to_parquet(out / "baselines.parquet")
    score_days(labs)[["patient_id", "date", "lab_sledai"]].to_parquet(out / "scores.parquet")


if __name__ == "__main__":
    main()
