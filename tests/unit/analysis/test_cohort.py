"""Cohort statistics against published numbers, textbook values and lifelines."""

import math

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from lupusmon.analysis import cohort
from tests.text_tables import table


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [  # Newcombe RG. Stat Med 1998;17:857, table I, method 3 (score)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_interval_reproduces_newcombe(k, n, low, high):
    assert cohort.wilson_interval(k, n) == pytest.approx((low, high), abs=5e-5)


def test_wilson_interval_of_nobody_is_not_known():
    assert all(math.isnan(v) for v in cohort.wilson_interval(0, 0))


@pytest.mark.parametrize(
    ("a", "n_a", "b", "n_b", "low", "high"),
    [  # CLINICAL 16, test-case constants, per cent points
        (147, 366, 188, 360, 4.8, 19.1),  # TULIP pooled SRI-4
        (29, 64, 28, 62, -17.0, 16.7),  # TULIP pooled SRI-4, interferon low
        (218, 562, 285, 563, 6.0, 17.5),  # BLISS pooled, 10 mg
        (218, 562, 258, 559, 1.6, 13.1),  # BLISS pooled, 1 mg
        (33, 72, 41, 72, -5.1, 26.5),  # LUNAR
    ],
)
def test_newcombe_interval_reproduces_the_trials(a, n_a, b, n_b, low, high):
    assert [100 * v for v in cohort.newcombe_interval(a, n_a, b, n_b)] == pytest.approx([low, high], abs=0.051)


@pytest.mark.parametrize(
    ("neither", "both", "first_only", "second_only", "kappa"),
    [(101, 51, 4, 28, 0.63), (83, 76, 9, 12, 0.77)],  # TULIP-1 BICLA x SRI, CLINICAL 14
)
def test_kappa_reproduces_tulip_1(neither, both, first_only, second_only, kappa):
    assert cohort.compute_concordance(both, first_only, second_only, neither).kappa == pytest.approx(kappa, abs=0.005)


def test_kappa_without_disagreement_by_chance_is_not_known():
    assert math.isnan(cohort.compute_concordance(5, 0, 0, 0).kappa)
    assert math.isnan(cohort.compute_concordance(0, 0, 0, 0).kappa)


def verdicts(*rows):
    return pd.DataFrame(rows, columns=["patient_id", "course_id", "week", "criterion", "verdict"])


COURSES = pd.DataFrame(
    {"patient_id": list("ABCDE"), "course_id": "belimumab-1", "drug": "belimumab", "first_infusion": "2025-01-01"}
)


def spans(courses, every=None):
    return cohort.find_spans(courses, courses if every is None else every)


def test_a_course_ends_with_the_next_treatment_whichever_drug_is_looked_at():
    every = table("""
        patient_id | course_id            | drug               | first_infusion
        A          | belimumab-1          | belimumab          | 2025-01-01
        A          | methylprednisolone-1 | methylprednisolone | 2025-02-01
        A          | anifrolumab-1        | anifrolumab        | 2025-06-01T09:30
        A          | belimumab-2          | belimumab          | 2026-01-01
        B          | ivig-1               | ivig               | 2025-01-01
        B          | ivig-2               | ivig               | 2025-03-01
        """)
    found = spans(every, every).set_index("course_id")["end"].dt.strftime("%Y-%m-%d").to_dict()
    assert found == {
        "belimumab-1": "2025-06-01", "methylprednisolone-1": "2025-06-01", "anifrolumab-1": "2026-01-01",
        "belimumab-2": "2262-01-01", "ivig-1": "2025-03-01", "ivig-2": "2262-01-01",
    }  # fmt: skip
    belimumab = spans(every[every["drug"] == "belimumab"], every).set_index("course_id")["end"]
    assert belimumab["belimumab-1"] == pd.Timestamp("2025-06-01"), "also where belimumab alone is chosen"


def test_response_rates_spell_out_their_denominators():
    answers = ("met", "not_met", "met", "not_assessable", "not_applicable")
    rows = verdicts(*((p, "belimumab-1", "52", "sri_lab", v) for p, v in zip("ABCDE", answers, strict=True)))
    observed = cohort.summarise_response_rates(rows, COURSES).iloc[0]
    assert (observed[["met", "not_met", "not_assessable", "not_applicable"]] == [2, 1, 1, 1]).all()
    assert (observed["denominator"], observed["rate"]) == (3, pytest.approx(2 / 3))
    nri = cohort.summarise_response_rates(rows, COURSES, missing=cohort.NRI).iloc[0]
    assert (nri["denominator"], nri["rate"]) == (4, 0.5)
    assert (nri["low"], nri["high"]) == pytest.approx(cohort.wilson_interval(2, 4))


def test_response_rate_of_nobody_is_not_known():
    rows = verdicts(("A", "belimumab-1", "52", "sri_lab", "not_applicable"))
    assert math.isnan(cohort.summarise_response_rates(rows, COURSES)["rate"].iloc[0])


@pytest.mark.parametrize("seed", range(5))
def test_kaplan_meier_equals_lifelines_with_ties_and_censoring(seed):
    random = np.random.default_rng(seed)
    times = random.integers(1, 15, 60).astype(float)
    events = random.random(60) < 0.6
    own = cohort.compute_kaplan_meier(times, events)
    fitter = KaplanMeierFitter().fit(times, events)
    assert own.table["survival"].to_numpy() == pytest.approx(fitter.survival_function_.iloc[:, 0].to_numpy())
    limits = fitter.confidence_interval_survival_function_.to_numpy()
    assert own.table[["low", "high"]].to_numpy() == pytest.approx(np.nan_to_num(limits, nan=0.0), abs=1e-9)
    table = fitter.event_table
    assert own.table["events"].tolist() == table["observed"].tolist()
    assert own.table["at_risk"].tolist() == table["at_risk"].tolist()
    median = fitter.median_survival_time_
    assert own.median == (None if math.isinf(median) else median)


def test_kaplan_meier_of_the_6_mp_arm():
    """Freireich 1963, as in Kleinbaum & Klein: S(6) = 0.857, S(10) = 0.753, S(23) = 0.448; median 23."""
    times = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    events = [True] * 9 + [False] * 12
    own = cohort.compute_kaplan_meier(np.array(times), np.array(events))
    at = own.table.set_index("time")["survival"]
    assert [at[6], at[10], at[23]] == pytest.approx([0.8571, 0.7529, 0.4482], abs=5e-5)
    assert own.median == 23
    assert own.at_risk([0, 10, 20, 40]) == [21, 15, 8, 0]


def test_concordance_leaves_out_what_is_open():
    rows = verdicts(
        ("A", "c", "52", "sri_lab", "met"), ("A", "c", "52", "bicla_lab", "not_met"),
        ("B", "c", "52", "sri_lab", "met"), ("B", "c", "52", "bicla_lab", "not_assessable"),
        ("C", "c", "52", "sri_lab", "met"), ("C", "c", "52", "bicla_lab", "met"),
    )  # fmt: skip
    found = cohort.compare_criteria(rows, "sri_lab", "bicla_lab", week="52")
    assert (found.both, found.first_only, found.second_only, found.neither) == (1, 1, 0, 0)


def test_time_to_response_is_the_first_visit_met_or_censored_at_the_last_known():
    rows = verdicts(
        ("A", "c", "12", "sri_lab", "not_met"), ("A", "c", "24", "sri_lab", "met"),
        ("A", "c", "52", "sri_lab", "not_met"),
        ("B", "c", "12", "sri_lab", "not_met"), ("B", "c", "24", "sri_lab", "not_assessable"),
        ("C", "c", "12", "sri_lab", "not_applicable"),
        ("D", "c", "latest", "sri_lab", "met"),
    )  # fmt: skip
    times = cohort.compute_time_to_response(rows, criterion="sri_lab").set_index("patient_id")
    assert times.loc["A", ["weeks", "event"]].tolist() == [24, True]
    assert times.loc["B", ["weeks", "event"]].tolist() == [12, False]
    assert list(times.index) == ["A", "B"]


def test_lab_flare_is_a_rise_of_four_above_the_lowest_complete_score():
    days = ["2025-01-01", "2025-02-12", "2025-03-26", "2025-05-07"]
    scores = pd.DataFrame(
        {"patient_id": ["A"] * 4 + ["B"] * 4, "date": days * 2, "lab_sledai": [6, 2, 5, 6, 6, 2, 6, 5],
         "complete": [True] * 6 + [False, True]}
    )  # fmt: skip
    found = cohort.compute_time_to_lab_flare(scores, spans(COURSES[:2])).set_index("patient_id")
    assert found.loc["A", ["weeks", "event"]].tolist() == [18.0, True]
    assert found.loc["B", ["weeks", "event"]].tolist() == [18.0, False]


def test_change_is_within_one_series_and_never_from_a_censored_end():
    def labs(*rows):
        return pd.DataFrame(rows, columns=["patient_id", "analyte", "method", "value", "comparator", "collected_at"])

    base = labs(("A", "C3", None, 50.0, None, "2025-01-01"), ("B", "C3", None, 50.0, "<", "2025-01-01"))
    results = labs(
        ("A", "C3", None, 75.0, None, "2025-06-01"), ("A", "C3", "other", 200.0, None, "2025-07-01"),
        ("B", "C3", None, 75.0, None, "2025-06-01"),
    )  # fmt: skip
    found = cohort.summarise_change(base.assign(course_id="belimumab-1"), results, spans(COURSES), analyte="C3")
    assert found[["patient_id", "change"]].to_numpy().tolist() == [["A", 50.0]]


def test_change_ends_where_the_next_treatment_begins():
    columns = ["patient_id", "analyte", "method", "value", "comparator", "collected_at"]
    base = pd.DataFrame([("A", "UPCR", None, 2.0, None, "2024-12-30")], columns=columns).assign(course_id="belimumab-1")
    values = ((1.0, "2025-03-01"), (1.5, "2025-05-31T23:59"), (0.2, "2025-06-01"))
    results = pd.DataFrame([("A", "UPCR", None, v, None, day) for v, day in values], columns=columns)
    switch = pd.DataFrame({"patient_id": ["A"], "course_id": "rituximab-1", "drug": "rituximab"})
    every = pd.concat([COURSES[:1], switch.assign(first_infusion="2025-06-01T10:00")])
    found = cohort.summarise_change(base, results, spans(COURSES[:1], every), analyte="UPCR")
    assert found["change"].tolist() == [-25.0], "not -90, which is the next drug's"


def test_time_to_flare_counts_from_the_first_infusion_and_is_censored_at_the_last_look():
    seen = pd.DataFrame(
        {"patient_id": list("AABBC"), "date": ["2025-02-12", "2025-05-07", "2025-02-12", "2025-03-26", "2025-01-01"]}
    )
    flares = pd.DataFrame({"patient_id": ["A", "A", "B"], "date": ["2025-05-07", "2025-02-12", "2024-12-01"]})
    found = cohort.compute_time_to_flare(flares, seen, spans(COURSES[:3])).set_index("patient_id")
    assert found.loc["A", ["weeks", "event"]].tolist() == [6.0, True]
    assert found.loc["B", ["weeks", "event"]].tolist() == [12.0, False], "a flare before the course does not count"
    assert "C" not in found.index
