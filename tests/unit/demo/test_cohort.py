"""The synthetic cohort: repeatable, complete, plausible, and consistent with itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lupusmon.clinical.drugs import CODES, DRUGS, REGIMENS
from lupusmon.demo.archetypes import ARCHETYPES, LAST_DAY
from lupusmon.demo.cohort import TABLES, build_cohort, write_cohort
from lupusmon.demo.doses import draw_doses
from lupusmon.demo.levels import Levels, draw_levels
from lupusmon.demo.plans import Plan, draw_plans
from lupusmon.demo.signs import ITEMS, SYSTEMS

EXPECTED = {"", "met", "not_met", "not_assessable", "not_applicable"}
CANONICAL = {"g/L": 100, "mg/mmol": 1 / 113.12, "mg/g": 1 / 1000, "µmol/L": 1 / 88.4}
NAMES = {"C3": ("C3", "Complement C3"), "C4": ("C4", "Complement C4"), "UPCR": ("UPCR",), "PLT": ("PLT", "Platelets")}


@pytest.fixture(scope="module")
def sixty() -> dict[str, pd.DataFrame]:
    return build_cohort(60, 7)


@pytest.fixture(scope="module")
def many() -> dict[str, pd.DataFrame]:
    return build_cohort(1200, 1)


def drug_codes(infusions: pd.DataFrame) -> pd.Series:
    brands = {brand: code for code, drug in DRUGS.items() for brand in drug.brands}
    return infusions["drug"].replace(brands)


def first_main_dose(cohort: dict[str, pd.DataFrame]) -> pd.Series:
    """The first dose of each patient's main course, worked out from the tables alone."""
    truth = cohort["truth"].drop_duplicates("patient_id").set_index("patient_id")
    doses = cohort["infusions"].assign(code=drug_codes(cohort["infusions"]))
    doses = doses[doses["status"] == "given"]
    doses = doses[doses["code"].to_numpy() == truth.loc[doses["patient_id"], "drug"].to_numpy()]
    doses = doses.assign(day=pd.to_datetime(doses["given_at"].str[:10])).sort_values(["patient_id", "day"])
    gap = doses.groupby("patient_id")["day"].diff().dt.days
    longest = doses["code"].map({code: drug.course_gap_days for code, drug in DRUGS.items()})
    number = (gap > longest).groupby(doses["patient_id"]).cumsum() + 1
    wanted = truth.loc[doses["patient_id"], "course_id"].str.rpartition("-")[2].astype(int).to_numpy()
    return doses[number.to_numpy() == wanted].groupby("patient_id")["day"].min()


def baseline_values(cohort: dict[str, pd.DataFrame], analyte: str) -> pd.Series:
    """Last number at or before day 0, canonical unit."""
    labs = cohort["labs"]
    labs = labs[labs["analyte"].isin(NAMES[analyte]) & labs["value"].str.fullmatch(r"[0-9.]+")]
    day = pd.to_datetime(labs["collected_at"].str[:10])
    before = labs[(day <= first_main_dose(cohort).reindex(labs["patient_id"]).to_numpy()).to_numpy()]
    number = before["value"].astype(float) * before["unit"].map(CANONICAL).fillna(1)
    return number.groupby(before["patient_id"]).last()


def draw_truth(seed: int) -> tuple[list[Plan], Levels]:
    """Plans and true levels of 600 patients."""
    rng = np.random.default_rng(seed)
    plans = draw_plans(rng, 600)
    return plans, draw_levels(rng, plans, [draw_doses(rng, plan) for plan in plans])


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    first = write_cohort(tmp_path / "a", 12, 3)
    again = write_cohort(tmp_path / "b", 12, 3)
    other = write_cohort(tmp_path / "c", 12, 4)
    assert [p.name for p in first] == [f"{name}.csv" for name in TABLES]
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in again]
    assert first[0].read_bytes() != other[0].read_bytes()


@pytest.mark.parametrize("n_patients", [1, 2, 59, 61])
def test_any_number_of_patients_is_made(n_patients):
    cohort = build_cohort(n_patients, 5)
    assert len(cohort["patients"]) == n_patients
    assert set(cohort["labs"]["patient_id"]) == set(cohort["patients"]["patient_id"])


def test_ids_are_unique_text_and_some_begin_with_zeros(many):
    ids = many["patients"]["patient_id"]
    assert ids.is_unique
    assert ids.str.fullmatch(r"P\d{4,}").any() and ids.str.fullmatch(r"0\d{4}").any()
    assert many["patients"]["label"].is_unique
    for name in ("labs", "infusions", "assessments", "truth"):
        assert set(many[name]["patient_id"]) <= set(ids)


def test_every_column_is_text_without_gaps_in_type(sixty):
    for name, table in sixty.items():
        for column in table:
            assert all(isinstance(value, str) for value in table[column]), (name, column)


@pytest.mark.parametrize("seed", [1, 7, 2026])
def test_every_drug_regimen_and_archetype_occurs_among_sixty_patients(seed):
    cohort = build_cohort(60, seed)
    truth = cohort["truth"]
    assert set(truth["archetype"]) == {a.code for a in ARCHETYPES}
    assert set(truth["drug"]) == set(CODES)
    assert set(truth["responder"]) == {"yes", "no", "partial", "unknown"}
    assert (cohort["infusions"]["dose_unit"] == "mg/m2").any()
    assert len(REGIMENS) == 9


def test_rows_of_every_kind_exist(many):
    labs, infusions = many["labs"], many["infusions"]
    value = labs["value"]
    for text in ("<10", ">300", "<0.1", "positive", "negative", "equivocal", "1:40"):
        assert (value == text).any(), text
    assert set(infusions["status"]) == {"given", "planned", "held", "missed", "stopped"}
    assert {"mg/dL", "g/L", "g/g", "mg/g", "mg/mmol", "µmol/L", "K/uL", "G/L", "U/mL", "IU/mL"} <= set(labs["unit"])
    assert labs["collected_at"].str.len().isin([10, 16]).all() and labs["collected_at"].str.len().nunique() == 2
    assert labs["laboratory"].nunique() == 5 and labs.loc[labs["analyte"] == "C3", "ref_low"].nunique() >= 3
    assert set(many["assessments"]["pga_max"]) == {"3", "10", "100"}
    assert set(infusions["dose_unit"]) == {"mg", "g", "mg/kg", "g/kg", "mg/m2", ""}
    assert (many["patients"]["birth_year"] == "").any()


def test_a_corrected_result_shares_its_id_time_and_test_with_one_wrong_row(many):
    labs = many["labs"]
    corrected = labs[labs["status"] == "corrected"]
    assert len(corrected) > 20
    both = labs[labs["result_id"].isin(corrected["result_id"])]
    groups = both.groupby("result_id")
    assert (groups.size() == 2).all() and (groups["value"].nunique() == 2).all()
    assert (groups[["patient_id", "collected_at", "analyte"]].nunique() == 1).all(axis=None)
    ids = labs.loc[(labs["result_id"] != "") & (labs["status"] == "final"), "result_id"]
    assert ids.is_unique


def test_no_test_is_printed_twice_for_one_time_except_corrections(many):
    labs = many["labs"]
    again = labs.duplicated(["patient_id", "collected_at", "analyte"], keep=False)
    assert set(labs[again]["result_id"]) == set(labs.loc[labs["status"] == "corrected", "result_id"])


def test_the_cohort_ends_on_the_last_day_and_only_plans_go_beyond(many):
    last = LAST_DAY.isoformat()
    infusions = many["infusions"]
    done = infusions[infusions["status"] != "planned"]
    assert many["labs"]["collected_at"].str[:10].max() == last
    assert max(done["given_at"].str[:10].max(), many["assessments"]["assessed_at"].max()) <= last
    assert (infusions.loc[infusions["status"] == "planned", "given_at"] > last).any()


def test_women_are_92_per_cent_and_ages_are_those_of_trials(many):
    patients = many["patients"]
    year = first_main_dose(many).dt.year.reindex(patients["patient_id"]).to_numpy()
    age = (year - pd.to_numeric(patients["birth_year"], errors="coerce")).dropna()
    assert (patients["sex"] == "F").mean() == pytest.approx(0.92, abs=0.03)  # TULIP 92.5 %
    assert age.mean() == pytest.approx(42.6, abs=1.5) and age.std() == pytest.approx(12.0, abs=1.5)  # TULIP
    assert age.between(19, 78).all()  # adults at the first dose and at the draws before it


def test_baseline_levels_match_the_published_medians(many):
    c3, c4, upcr, platelets = (baseline_values(many, a) for a in ("C3", "C4", "UPCR", "PLT"))
    assert np.log(c3.median()) == pytest.approx(4.249, abs=0.10)  # 76 +- 32 mg/dL: CLINICAL 15
    assert np.log(c4.median()) == pytest.approx(2.610, abs=0.12)  # 15 +- 7 mg/dL: CLINICAL 15
    assert np.log(upcr[upcr > 0.6].median()) == pytest.approx(0.894, abs=0.15)  # BLISS-LN 3.2 +- 2.7 g/g
    assert np.log(upcr[upcr <= 0.6].median()) == pytest.approx(-1.795, abs=0.20)  # quiescent: CLINICAL 15
    assert np.log(platelets[platelets > 110].median()) == pytest.approx(5.484, abs=0.10)  # quiescent: CLINICAL 15
    both = pd.concat([np.log(c3), np.log(c4)], axis=1).dropna()
    assert np.corrcoef(both.T.to_numpy())[0, 1] == pytest.approx(0.55, abs=0.08)  # CLINICAL 15


def test_sledai_is_at_trial_levels_at_baseline_and_pga_follows_it(many):
    table = many["assessments"]
    first = table.groupby("patient_id")["sledai_2k"].first().astype(float)
    assert first.mean() == pytest.approx(11.4, abs=1.5)  # TULIP 11.4 +- 3.8
    scored = table[table["pga"] != ""]
    pga = scored["pga"].astype(float) * 3 / scored["pga_max"].astype(float)
    r = np.corrcoef(scored["sledai_2k"].astype(float), pga)[0, 1]
    assert 0.65 < r < 0.92  # published .742
    assert pga.between(0, 3).all()


def test_the_sledai_total_is_the_sum_of_its_items(many):
    table = many["assessments"]
    columns = [f"sledai_{item}" for item in ITEMS]
    listed = table[(table[columns] != "").all(axis=1)]
    assert 0.75 < len(listed) / len(table) < 0.95
    assert (table.loc[table.index.difference(listed.index), columns] == "").all(axis=None)
    total = (listed[columns] == "1").to_numpy() @ np.array(list(ITEMS.values()))
    assert (total == listed["sledai_2k"].astype(int)).all()
    assert sum(ITEMS.values()) == 105 and len(ITEMS) == 24  # CLINICAL 1


def test_laboratory_items_agree_with_the_results_of_the_day(many):
    table = many["assessments"].assign(day=many["assessments"]["assessed_at"])
    labs = many["labs"]
    wrong = labs["result_id"].isin(labs.loc[labs["status"] == "corrected", "result_id"]) & (labs["status"] == "final")
    good = labs[~wrong & labs["value"].str.fullmatch(r"[0-9.]+")].copy()
    good["day"] = good["collected_at"].str[:10]
    good["number"] = good["value"].astype(float) * good["unit"].map(CANONICAL).fillna(1)
    upcr = table.merge(good[good["analyte"] == "UPCR"], on=["patient_id", "day"])
    platelets = table.merge(good[good["analyte"].isin(NAMES["PLT"])], on=["patient_id", "day"])
    listed = upcr["sledai_proteinuria"] != ""
    assert ((upcr["sledai_proteinuria"] == "1") == (upcr["number"] > 0.5))[listed].all()
    listed = platelets["sledai_thrombocytopenia"] != ""
    assert ((platelets["sledai_thrombocytopenia"] == "1") == (platelets["number"] < 100))[listed].all()
    assert len(upcr) > 3000 and len(platelets) > 3000


def test_bilag_is_graded_in_all_nine_systems_or_in_none(many):
    grades = many["assessments"][[f"bilag_{system}" for system in SYSTEMS]]
    assert grades.isin(list("ABCDE") + [""]).all(axis=None)
    assert ((grades == "").sum(axis=1).isin([0, 9])).all()
    assert ((grades == "A") | (grades == "B")).any().sum() >= 6


def test_a_system_once_involved_is_never_graded_e_again(many):
    """E is "never involved": CLINICAL 2."""
    table = many["assessments"]
    for system in SYSTEMS:
        grade = table[f"bilag_{system}"]
        involved = grade.isin(list("ABCD")).groupby(table["patient_id"]).cummax()
        assert not (involved & (grade == "E")).any(), system


def test_five_to_fifteen_per_cent_of_tests_are_missing_at_a_visit(many):
    assessed = many["assessments"][["patient_id", "assessed_at"]].rename(columns={"assessed_at": "day"})
    labs = many["labs"].assign(day=many["labs"]["collected_at"].str[:10])
    for analyte in ("C3", "PLT", "UPCR"):
        have = labs[labs["analyte"].isin(NAMES[analyte])][["patient_id", "day"]].drop_duplicates()
        share = 1 - len(assessed.merge(have)) / len(assessed)
        assert 0.05 < share < 0.15, analyte


def test_a_test_never_measured_stays_never_measured(many):
    truth, labs = many["truth"], many["labs"]
    stories = truth[truth["archetype"] == "missing_tests"]["patient_id"].unique()
    seen = labs[labs["patient_id"].isin(stories)].groupby("patient_id")["analyte"].nunique()
    usual = labs[~labs["patient_id"].isin(stories)].groupby("patient_id")["analyte"].nunique()
    assert seen.max() < usual.max()
    assert len(stories) == 80


def test_an_assay_switch_changes_the_method_once(many):
    truth, labs = many["truth"], many["labs"]
    stories = truth[truth["archetype"] == "assay_switch"]["patient_id"].unique()
    dsdna = labs[labs["patient_id"].isin(stories) & labs["analyte"].isin(["dsDNA", "Anti-dsDNA"])]
    for _, own in dsdna.groupby("patient_id"):
        method = own.sort_values("collected_at", kind="stable")["method"]
        assert (method != method.shift()).sum() == 2
    assert set(dsdna["method"]) >= {"ELISA", "CLIA", "CLIFT"}


def test_platelets_jump_after_ivig_and_are_back_before_the_next_cycle_in_partial_responders():
    """Rise within 1-3 days, gone by four weeks: CLINICAL 7 and 12."""
    plans, levels = draw_truth(11)
    on_ivig = np.array([p.index for p in plans if p.regimen.drug == "ivig" and p.profile.value == "full"])
    at = {d: levels.log_true("PLT", on_ivig, np.full(len(on_ivig), d)) for d in (-1, 3, 26)}
    base = levels.base["PLT"][on_ivig]
    assert np.median(at[3] - base) > np.log(3)
    slow = levels.effect["PLT"][on_ivig] * 0.25
    assert np.median(at[26] - base - slow) < 0.15


def test_anifrolumab_leaves_complement_and_antibodies_where_they_are():
    plans, levels = draw_truth(12)
    change = {}
    for drug in ("anifrolumab", "belimumab", "obinutuzumab"):
        who = np.array([p.index for p in plans if p.regimen.drug == drug and p.profile.value == "full"])
        at = np.full(len(who), 364)
        change[drug] = [np.median(levels.log_true(a, who, at) - levels.base[a][who]) for a in ("C3", "DSDNA")]
    assert change["anifrolumab"] == [0, 0]  # labs flat: CLINICAL 12
    assert change["belimumab"][0] > 0.2 and np.log(0.5) < change["belimumab"][1] < np.log(0.7)  # -30 to -45 %
    assert change["obinutuzumab"][1] < np.log(0.25)  # -84 % at week 104


def test_truth_is_tidy_and_every_criterion_has_every_possible_answer(many):
    truth = many["truth"]
    assert set(truth["expected"]) == EXPECTED
    assert not truth.duplicated(["patient_id", "course_id", "week", "criterion"]).any()
    summary = truth[truth["criterion"] == ""]
    assert sorted(summary["patient_id"]) == sorted(many["patients"]["patient_id"])
    assert set(truth["week"]) == {"", "12", "24", "52", "104", "latest"}
    answers = truth[truth["criterion"] != ""].groupby("criterion")["expected"].agg(set)
    for criterion, found in answers.items():
        never = {"lldas": {"not_applicable"}, "doris": {"not_applicable"}}.get(criterion, set())
        assert found == EXPECTED - {""} - never, criterion


def test_truth_follows_the_story(many):
    truth = many["truth"]
    at_year = truth[(truth["week"] == "52") & (truth["criterion"] == "renal_complete")]
    count = at_year.groupby(["archetype", "expected"]).size().unstack(fill_value=0)
    assert count.loc["responder", "met"] > 50 and count.loc["responder", "not_met"] == 0
    assert count.loc["non_responder", "met"] == 0 and count.loc["non_responder", "not_met"] > 10
    assert count.loc["lost_to_follow_up", ["met", "not_met"]].sum() == 0
    rescued = truth[(truth["archetype"] == "rescue") & (truth["week"] == "52")]
    assert set(rescued.loc[rescued["criterion"].isin(["sri_4", "bicla", "sri_lab"]), "expected"]) <= {
        "not_met",
        "not_applicable",
        "not_assessable",
    }
    stopped = truth[(truth["archetype"] == "early_stop") & (truth["week"] == "52") & (truth["criterion"] == "sri_4")]
    assert set(stopped["expected"]) == {"not_met", "not_applicable"}  # discontinued is failure, seen or not
    quiet = truth[(truth["archetype"] == "serologically_active") & (truth["criterion"] == "doris")]
    assert (quiet["expected"] == "met").sum() > 80 and (quiet["expected"] == "not_met").mean() < 0.1
    switched = truth[(truth["archetype"] == "assay_switch") & (truth["criterion"] == "dsdna_normalised")]
    assert "not_assessable" in set(switched.loc[switched["week"] == "52", "expected"])


def test_doses_keep_their_schedule_on_weekdays(many):
    infusions = many["infusions"].assign(code=drug_codes(many["infusions"]))
    given = infusions[(infusions["status"] == "given") & (infusions["code"] == "anifrolumab")]
    days = pd.to_datetime(given["given_at"].str[:10])
    gap = days.groupby(given["patient_id"]).diff().dt.days.dropna()
    assert gap.min() >= 14 and gap.median() == 28  # never under 14 days: label
    assert (days.dt.day_of_week < 5).all()
    assert (gap > 35).mean() < 0.15
