"""The narrower job in good plain polars: `python -m tests.benchmarks.peer_polars LABS INFUSIONS OUT`."""

from __future__ import annotations

import polars as pl

from tests.benchmarks import job

SERIES = ["patient_id", "analyte", "method"]


def to_time(column: str) -> pl.Expr:
    text = pl.col(column)
    return pl.coalesce(
        text.str.to_datetime("%Y-%m-%d %H:%M", strict=False),
        text.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime),
    )


def read_labs(path) -> pl.DataFrame:
    meaning = pl.DataFrame(job.MEANINGS, schema=["analyte", "unit", "code", "factor"], orient="row")
    texts = {"value": pl.String, "ref_low": pl.Float64, "ref_high": pl.Float64}
    labs = pl.scan_csv(path, schema_overrides=texts, row_index_name="row")
    labs = labs.join(meaning.lazy(), on=["analyte", "unit"], maintain_order="left")
    labs = labs.with_columns(
        below=pl.col("value").str.starts_with("<"),
        value=pl.col("value").str.strip_prefix("<").cast(pl.Float64, strict=False) * pl.col("factor"),
        ref_low=pl.col("ref_low") * pl.col("factor"),
        ref_high=pl.col("ref_high") * pl.col("factor"),
        analyte=pl.col("code"),
        method=pl.col("method").fill_null(""),
        at=to_time("collected_at"),
    ).filter(pl.col("value").is_not_null())
    labs = labs.with_columns(value=pl.col("value").round_sig_figs(9), day=pl.col("at").dt.date())
    labs = labs.sort([*SERIES, "at", "row"]).unique([*SERIES, "at"], keep="last", maintain_order=True)
    labs = labs.with_columns(series=pl.struct(SERIES).rle_id())
    return labs.select(*SERIES, "series", "at", "day", "value", "below", "ref_low", "ref_high").collect()


def read_courses(path) -> pl.DataFrame:
    doses = pl.scan_csv(path).with_columns(at=to_time("given_at")).sort("patient_id", "drug", "at")
    gap = pl.col("at").dt.date().diff().dt.total_days().over("patient_id", "drug")
    doses = doses.with_columns(number=(gap.is_null() | (gap > job.GAP)).cum_sum().over("patient_id", "drug"))
    courses = doses.group_by("patient_id", "drug", "number").agg(start=pl.col("at").min(), last=pl.col("at").max())
    return courses.with_columns(course_id=pl.format("{}-{}", "drug", "number")).collect()


def find_baselines(labs: pl.DataFrame, courses: pl.DataFrame) -> pl.DataFrame:
    series = labs.select("patient_id", "series").unique()
    wanted = courses.select("patient_id", "course_id", "start").join(series, on="patient_id").sort("start")
    found = wanted.join_asof(
        labs.drop("patient_id").sort("at"), left_on="start", right_on="at", by="series", check_sortedness=False
    )
    return found.filter(pl.col("day") >= pl.col("start").dt.date().dt.offset_by(f"-{job.BASELINE_DAYS}d"))


def select_points(labs: pl.DataFrame, baselines: pl.DataFrame, as_of) -> pl.DataFrame:
    columns = ["series", "course_id", "day", "value", "below", "analyte"]
    daily = labs.unique(["series", "day"], keep="last", maintain_order=True)
    daily = daily.select("series", "day", "value", "below", "analyte")
    year = daily.filter(pl.col("day") >= pl.lit(as_of).dt.offset_by(f"-{job.YEAR}d")).with_columns(course_id=pl.lit(""))
    later = daily.join(baselines.select("series", "course_id", start_day="day"), on="series")
    later = later.filter(pl.col("day") > pl.col("start_day"))
    points = pl.concat([year.select(columns), baselines.select(columns), later.select(columns)])
    logarithmic = pl.col("analyte").is_in(job.LOGARITHMIC)
    return points.sort("series", "course_id", "day").with_columns(
        trend=pl.struct("series", "course_id").rle_id(),
        x=pl.col("day").to_physical().cast(pl.Int64),
        y=pl.when(logarithmic).then(pl.col("value").log()).otherwise(pl.col("value")),
        rank=pl.col("value").round_sig_figs(6).rank("dense").cast(pl.Int64) * 2 - pl.col("below").cast(pl.Int64),
    )


def compute_trends(points: pl.DataFrame) -> pl.DataFrame:
    slim = points.lazy().select("trend", "x", "y", "rank")
    pairs = slim.join(slim, on="trend", suffix="2").filter(pl.col("x2") > pl.col("x"))
    slopes = pairs.group_by("trend").agg(
        slope_per_30d=((pl.col("y2") - pl.col("y")) / (pl.col("x2") - pl.col("x")) * 30).median(),
        mk_s=(pl.col("rank2") - pl.col("rank")).sign().sum().cast(pl.Float64),
    )
    tied = slim.group_by("trend", "rank").len("t").with_columns(pl.col("t").cast(pl.Float64))
    tied = tied.group_by("trend").agg(ties=(pl.col("t") * (pl.col("t") - 1) * (2 * pl.col("t") + 5)).sum())
    ends = (
        points.lazy()
        .group_by("trend")
        .agg(
            pl.col("series", "course_id", "analyte").first(),
            n=pl.len().cast(pl.Int64),
            first=pl.col("value").first(),
            last=pl.col("value").last(),
            first_below=pl.col("below").first(),
            last_below=pl.col("below").last(),
        )
    )
    limits = pl.LazyFrame(
        [(c, u, d) for c, (u, d) in job.reference_changes().items()], ["analyte", "up", "down"], orient="row"
    )
    change = pl.col("last") / pl.col("first") - 1
    beyond = (~pl.col("last_below") & (change > pl.col("up"))) | (~pl.col("first_below") & (change < -pl.col("down")))
    out = ends.join(slopes, on="trend", how="left").join(tied, on="trend").join(limits, on="analyte")
    out = out.with_columns(beyond_rcv=beyond, mk_s=pl.col("mk_s").fill_null(0.0)).collect(engine="streaming")
    p = job.p_values(*(out[name].to_numpy() for name in ("n", "mk_s", "ties")))
    return out.with_columns(mk_p=pl.Series(p).fill_nan(None))


def score_days(labs: pl.DataFrame) -> pl.DataFrame:
    scored = labs.filter(pl.col("analyte").is_in(job.SCORED)).sort("at", maintain_order=True)
    days = scored.select("patient_id", "day").unique().sort("day")
    answers = days
    for code in job.SCORED:
        own = scored.filter(pl.col("analyte") == code).unique(["patient_id", "day"], keep="last", maintain_order=True)
        own = own.select("patient_id", "day", "below", "ref_low", "ref_high", v=pl.col("value").round_sig_figs(6))
        near = days.join_asof(
            own.sort("day"), on="day", by="patient_id", tolerance=f"{job.CARRIED}d", check_sortedness=False
        )
        if code in job.LOW:
            answer = pl.col("v") < pl.col("ref_low").fill_null(job.LOW[code])
        elif code == "PLT":
            answer = pl.col("v") < job.PLT_LOW
        else:
            high = pl.col("ref_high").fill_null(job.DSDNA_HIGH) if code == "DSDNA" else pl.lit(job.UPCR_HIGH)
            answer = (pl.col("v") > high) & ~pl.col("below")
        answers = answers.with_columns(near.select(answer.fill_null(False).cast(pl.Int64).alias(code)))
    low = pl.max_horizontal("C3", "C4")
    points = 2 * low + 2 * pl.col("DSDNA") + 4 * pl.col("UPCR") + pl.col("PLT")
    return answers.select("patient_id", date=pl.col("day").dt.to_string("%Y-%m-%d"), lab_sledai=points)


def main() -> None:
    labs_path, infusions_path, out = job.arguments()
    labs = read_labs(labs_path)
    courses = read_courses(infusions_path)
    as_of = max(labs["day"].max(), courses["last"].max().date())
    baselines = find_baselines(labs, courses)
    trends = compute_trends(select_points(labs, baselines, as_of)).drop("analyte")
    names = labs.select("series", *SERIES).unique()
    scope = pl.when(pl.col("course_id") == "").then(pl.lit("last_365d")).otherwise(pl.lit("since_baseline"))
    columns = [*SERIES, "scope", "course_id", "n", "slope_per_30d", "mk_s", "mk_p", "beyond_rcv"]
    trends.join(names, on="series").with_columns(scope=scope).select(columns).write_parquet(out / "trends.parquet")
    baselines.select(*SERIES, "course_id", "value").write_parquet(out / "baselines.parquet")
    score_days(labs).write_parquet(out / "scores.parquet")


if __name__ == "__main__":
    main()
