"""The assessments table: what the clinician wrote down, with the gaps clinicians leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lupusmon.demo.lab_rows import format_times
from lupusmon.demo.plans import Plan, stack
from lupusmon.demo.signs import GRADES, ITEMS, SYSTEMS, Signs
from lupusmon.demo.visits import Visits

NO_BILAG_SHARE, NO_ITEMS_SHARE, BLANK_SHARE = 0.2, 0.12, 0.03


@dataclass(frozen=True)
class Written:
    """What of the signs was written down. pga: back on 0-3 from the scale it was written on, NaN if left out."""

    pga: np.ndarray
    pga_text: np.ndarray
    prednisone: np.ndarray
    has_items: np.ndarray
    has_bilag: np.ndarray
    failed: np.ndarray
    stopped: np.ndarray


def write_down(rng: np.random.Generator, plans: list[Plan], visits: Visits, signs: Signs) -> Written:
    """Some sites never grade BILAG or list items; a PGA or a dose is left out now and then."""
    p, day = visits.patient[signs.draw], visits.day[signs.draw]
    n = len(signs.draw)
    scale = np.array([plan.laboratory.pga_max for plan in plans])[p]
    steps = np.where(scale == 3, 20, np.where(scale == 10, 10, 1))  # written to 0.05, 0.1 or 1 of its scale
    on_scale = np.round(signs.pga * scale / 3 * steps) / steps
    left_out = rng.random(n) < BLANK_SHARE
    text = np.array([f"{v:.2f}".rstrip("0").rstrip(".") for v in on_scale.tolist()], dtype=object)
    pga = np.where(left_out, np.nan, np.round(on_scale * 3 / scale, 6))
    prednisone = np.where(rng.random(n) < BLANK_SHARE, np.nan, signs.prednisone)
    return Written(
        pga=pga,
        pga_text=np.where(left_out, "", text),
        prednisone=prednisone,
        has_items=(rng.random(len(plans)) >= NO_ITEMS_SHARE)[p],
        has_bilag=(rng.random(len(plans)) >= NO_BILAG_SHARE)[p],
        failed=day >= stack(plans, "rescue_day")[p],
        stopped=day >= stack(plans, "stop_day")[p],
    )


def build_assessments(plans: list[Plan], visits: Visits, signs: Signs, written: Written) -> pd.DataFrame:
    """One row per scored visit. A bare date where the draw has no time."""
    draw = signs.draw
    p = visits.patient[draw]
    no_time = np.full(len(draw), -1)
    table = {
        "patient_id": np.array([plan.patient_id for plan in plans], dtype=object)[p],
        "assessed_at": format_times(visits.day[draw] + stack(plans, "start")[p], no_time),
        "sledai_2k": np.array([str(v) for v in signs.total.tolist()], dtype=object),
        "pga": written.pga_text,
        "pga_max": np.array([str(plan.laboratory.pga_max) for plan in plans], dtype=object)[p],
        "prednisone_mg_per_day": np.array(["" if np.isnan(v) else f"{v:g}" for v in written.prednisone], dtype=object),
        "treatment_failure": np.where(written.failed, "yes", "no").astype(object),
        "discontinued": np.where(written.stopped, "yes", "no").astype(object),
    }
    for k, system in enumerate(SYSTEMS):
        table[f"bilag_{system}"] = np.where(written.has_bilag, GRADES[signs.grades[:, k]], "")
    for k, item in enumerate(ITEMS):
        mark = np.where(signs.items[:, k], "1", "0")
        table[f"sledai_{item}"] = np.where(written.has_items, mark, "")
    return pd.DataFrame(table)
