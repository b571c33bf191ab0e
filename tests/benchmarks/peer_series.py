"""The same with one call of SciPy and pymannkendall per series: `python -m tests.benchmarks.peer_series …`.

Everything before the trends is the pandas pipeline; that is quick against what follows.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.stats import theilslopes

from tests.benchmarks import job, peer_pandas


def compute_mann_kendall(ranks: np.ndarray) -> tuple[float, float]:
    """(S, p) by pymannkendall; where all values tie its z is 0 / 0, and p is 1."""
    import pymannkendall

    if len(ranks) < 2:
        return 0.0, math.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        found = pymannkendall.original_test(ranks)
    return float(found.s), float(found.p) if len(ranks) >= 4 else math.nan


def compute_series(points: pd.DataFrame) -> pd.Series:
    slope = theilslopes(points["y"], points["x"]).slope * 30 if len(points) > 1 else math.nan
    s, p = compute_mann_kendall(points["rank"].to_numpy())
    return pd.Series({"n": len(points), "slope_per_30d": slope, "mk_s": s, "mk_p": p})


def compute_trends(points: pd.DataFrame, trends: pd.DataFrame) -> pd.DataFrame:
    logarithmic = points["analyte"].isin(job.LOGARITHMIC)
    points["y"] = points["value"].where(~logarithmic, np.log(points["value"]))
    points["x"] = (points["day"] - pd.Timestamp(0)).dt.days
    points["rank"] = peer_pandas.round_significant(points["value"], 6).rank(method="dense") * 2 - points["below"]
    out = trends.join(points.groupby("trend")[["x", "y", "rank"]].apply(compute_series))
    out["beyond_rcv"] = peer_pandas.flag_changes(points, out)
    return out


if __name__ == "__main__":
    peer_pandas.compute_trends = compute_trends
    peer_pandas.main()
