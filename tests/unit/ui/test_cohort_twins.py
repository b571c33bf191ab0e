"""The cohort's figures as tables, and what leaves the page."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd

from lupusmon.analysis.cohort import compute_kaplan_meier
from lupusmon.ui import cohort_twins as twins
from lupusmon.ui.grid import Column, Grid


def curve(n: int):
    return compute_kaplan_meier(np.arange(1.0, n + 1), np.ones(n, dtype=bool))


def texts(grid: Grid) -> list[list]:
    return [[cell["text"] if isinstance(cell, dict) else cell for cell in row["cells"]] for row in grid.rows]


def test_a_course_stands_with_its_drug_length_and_verdicts():
    spans = pd.DataFrame({"key": ["a"], "label": ["P1"], "drug": ["belimumab"], "start": [0.0], "end": [30.2]})
    marks = pd.DataFrame({"key": ["a", "b"], "week": [12, 24], "verdict": ["met", "not_met"]})
    assert texts(twins.build_swimmer_twin(spans, marks)) == [["P1", "Belimumab", 30, "met", None]]


def test_changes_stand_in_the_order_of_the_bars_and_sort_by_number():
    changes = pd.DataFrame({"label": ["P1", "P2"], "drug": ["belimumab"] * 2, "change": [12.4, -50.0]})
    grid = twins.build_waterfall_twin(changes, analyte="UPCR")
    assert texts(grid) == [["P2", "Belimumab", "−50"], ["P1", "Belimumab", "+12"]]
    assert grid.rows[0]["cells"][2]["order"] == -50.0
    assert [row[0] for row in texts(twins.build_waterfall_twin(changes, analyte="C3"))] == ["P1", "P2"]


def test_values_over_time_say_how_many_and_no_median_under_five():
    values = pd.DataFrame({"key": ["a", "b"], "week": [4, 4], "method": ["", ""], "value": [50.0, 70.0]})
    none = pd.DataFrame(columns=["week", "q1", "median", "q3"])
    assert texts(twins.build_spaghetti_twin(values, none, assay="")) == [["Week 4", 2, None, None, None, "50 to 70"]]
    band = pd.DataFrame({"week": [4], "q1": [52.0], "median": [60.0], "q3": [68.0]})
    assert texts(twins.build_spaghetti_twin(values, band, assay=""))[0][2:5] == ["52", "60", "68"]


def test_a_rising_curve_counts_up_from_nothing_to_everybody():
    rows = texts(twins.build_survival_twin({"belimumab": curve(5)}, name="km", rising=True))
    assert rows[0][:5] == ["Belimumab", "0", 5, 0, 0] and rows[0][5].startswith("0 % (")
    assert rows[1][5].startswith("20 % (") and rows[-1][5].startswith("100 % (")


def test_a_drug_with_fewer_than_five_courses_leaves_the_page_without_numbers():
    table = pd.read_csv(io.BytesIO(twins.export_curves({"belimumab": curve(5), "ivig": curve(4)}, rising=False)))
    assert (table["drug"] == "belimumab").sum() == 6
    small = table[table["drug"] == "ivig"]
    assert len(small) == 1 and small[["time", "at_risk", "share"]].isna().all(axis=None)
    assert small["note"].tolist() == ["suppressed: fewer than 5"]


def test_agreement_of_fewer_than_five_leaves_the_page_without_numbers():
    heads = ("Visit", "Both met", "SRI-style only", "BICLA-style only", "Neither", "Courses", "κ")
    rows = [{"cells": ["Week 12", 2, 1, 0, 2, 5, "0.5"]}, {"cells": ["Week 24", 2, 1, 0, 1, 4, "0.5"]}]
    grid = Grid(name="a", caption="", columns=tuple(Column(h) for h in (*heads, "")), rows=rows)
    table = pd.read_csv(io.BytesIO(twins.export_agreement(grid)))
    assert table["Courses"].tolist()[0] == 5 and table.iloc[1, 1:7].isna().all()
