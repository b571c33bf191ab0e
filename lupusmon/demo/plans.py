"""Who each invented patient is and what will happen: the plan everything else follows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lupusmon.clinical.drugs import REGIMENS, Regimen
from lupusmon.demo.archetypes import (
    ARCHETYPES,
    BY_CODE,
    LAST_DAY,
    NEVER,
    PHENOTYPE_SHARES,
    REGIMENS_PER_60,
    Archetype,
    Phenotype,
    Profile,
    is_plausible,
)
from lupusmon.demo.laboratories import (
    CLIA,
    CRITHIDIA,
    LABORATORIES,
    WIDE,
    WORDS,
    Assay,
    Laboratory,
)

FEMALE_SHARE = 0.92  # TULIP 92.5 %: CLINICAL 15
AGE_MEAN, AGE_SD = 42.6, 12.0  # TULIP: CLINICAL 15
LAST = int(np.datetime64(LAST_DAY, "D").astype(int))  # days since 1970
_OPEN_TESTS = ("UPCR", "DSDNA", "CREAT", "C4")  # one of them is never measured in the archetype missing_tests


@dataclass(frozen=True)
class Plan:
    """One patient. Days count from the first dose of the main course (day 0); `start` is that day since 1970.

    last_day: last day of contact. stop_day, flare_day, rescue_day, switch_day: NEVER when it does not happen.
    never: the test never measured, or "". earlier_course: an older course of the same drug exists.
    late_dose: the next dose is overdue at the end.
    """

    index: int
    patient_id: str
    label: str
    laboratory: Laboratory
    sex: str
    birth_year: int
    birth_year_known: bool
    weight_kg: int
    regimen: Regimen
    archetype: Archetype
    profile: Profile
    phenotype: Phenotype
    start: int
    last_day: int
    stop_day: int
    flare_day: int
    rescue_day: int
    rescue_drug: str
    switch_day: int
    dsdna: Assay
    dsdna_later: Assay
    never: str
    earlier_course: bool
    induction: bool
    late_dose: bool

    @property
    def as_of(self) -> int:
        """LAST_DAY, counted from the first dose."""
        return LAST - self.start

    @property
    def is_followed(self) -> bool:
        """Still seen at LAST_DAY."""
        return self.archetype.code != "lost_to_follow_up"

    @property
    def course_id(self) -> str:
        return f"{self.regimen.drug}-{2 if self.earlier_course else 1}"


def draw_plans(rng: np.random.Generator, n_patients: int) -> list[Plan]:
    """One plan per patient; every sixty patients hold every regimen and every archetype in fixed numbers."""
    pairs: list[tuple[str, str]] = []
    while len(pairs) < n_patients:
        pairs += _draw_sixty(rng, first=not pairs)
    return [_draw_plan(rng, i, *pair) for i, pair in enumerate(pairs[:n_patients])]


def _draw_sixty(rng: np.random.Generator, first: bool) -> list[tuple[str, str]]:
    """Sixty plausible pairs (archetype, regimen). The very first is a responder on a scheduled drug."""
    stories = [a.code for a in ARCHETYPES for _ in range(a.per_60)]
    regimens = [code for code, count in REGIMENS_PER_60.items() for _ in range(count)]
    stories = [stories[i] for i in rng.permutation(60)]
    regimens = [regimens[i] for i in rng.permutation(60)]
    for i in range(60):
        if is_plausible(stories[i], regimens[i]):
            continue
        for j in range(60):
            if is_plausible(stories[j], regimens[i]) and is_plausible(stories[i], regimens[j]):
                stories[i], stories[j] = stories[j], stories[i]
                break
    pairs = list(zip(stories, regimens, strict=True))
    if first:
        k = next(i for i, (s, r) in enumerate(pairs) if s == "responder" and r not in ("methylprednisolone", "ivig"))
        pairs[0], pairs[k] = pairs[k], pairs[0]
    return pairs


def _draw_plan(rng: np.random.Generator, index: int, story: str, regimen_code: str) -> Plan:
    archetype, regimen = BY_CODE[story], REGIMENS[regimen_code]
    phenotype = _draw_phenotype(rng, regimen_code, story)
    laboratory = _draw_laboratory(rng, story)
    start = LAST - int(rng.integers(archetype.weeks[0] * 7, archetype.weeks[1] * 7))
    start -= max(0, (start + 3) % 7 - 4)  # a weekday
    as_of = LAST - start
    age = int(np.clip(rng.normal(AGE_MEAN, AGE_SD), 19, 78))
    sex = "F" if rng.random() < FEMALE_SHARE else "M"
    dsdna, later = _draw_assays(rng, story, laboratory)
    lost = story == "lost_to_follow_up"
    return Plan(
        index=index,
        patient_id=f"{401 + index * 16:05d}" if laboratory.numeric_ids else f"P{index + 1:04d}",
        label=f"LU-{index + 1:03d}",
        laboratory=laboratory,
        sex=sex,
        birth_year=int(np.datetime64(start, "D").astype("datetime64[Y]").astype(int)) + 1970 - age,
        birth_year_known=bool(rng.random() > 0.03),
        weight_kg=int(np.clip(rng.normal(68, 13), 44, 120)),
        regimen=regimen,
        archetype=archetype,
        profile=archetype.profiles[int(rng.integers(len(archetype.profiles)))],
        phenotype=phenotype,
        start=start,
        last_day=int(rng.integers(98, 210)) if lost else as_of - int(index > 0) * int(rng.integers(0, 26)),
        stop_day=int(rng.integers(56, 140)) if story == "early_stop" else NEVER,
        flare_day=int(rng.integers(196, 280)) if story == "flare_after_response" else NEVER,
        rescue_day=int(rng.integers(98, 238)) if story == "rescue" else NEVER,
        rescue_drug=_draw_rescue(rng, regimen.drug, phenotype),
        switch_day=int(rng.integers(120, 260)) if story == "assay_switch" else NEVER,
        dsdna=dsdna,
        dsdna_later=later,
        never=_OPEN_TESTS[int(rng.integers(len(_OPEN_TESTS)))] if story == "missing_tests" else "",
        earlier_course=regimen.drug in ("belimumab", "rituximab") and rng.random() < 0.1,
        induction=regimen.drug in ("cyclophosphamide", "obinutuzumab") and story != "rescue" and rng.random() < 0.6,
        late_dose=bool(index > 0 and rng.random() < 0.08),
    )


def _draw_phenotype(rng: np.random.Generator, regimen: str, story: str) -> Phenotype:
    renal, haem = PHENOTYPE_SHARES[regimen]
    point = rng.random()
    if story == "serologically_active" or point >= renal + haem:
        return Phenotype.GENERAL
    return Phenotype.RENAL if point < renal else Phenotype.HAEM


def _draw_laboratory(rng: np.random.Generator, story: str) -> Laboratory:
    """By share; one that prints `>300` for the archetype censored, one that names its method for assay stories."""
    if story == "censored":
        return LABORATORIES[0]
    choices = [lab for lab in LABORATORIES if lab is not WIDE or story not in ("assay_switch", "qualitative")]
    shares = np.array([lab.share for lab in choices])
    return choices[int(rng.choice(len(choices), p=shares / shares.sum()))]


def _draw_assays(rng: np.random.Generator, story: str, laboratory: Laboratory) -> tuple[Assay, Assay]:
    usual = laboratory.assays["DSDNA"]
    if story == "qualitative":
        return WORDS, WORDS
    if story == "assay_switch":
        new = CRITHIDIA if usual.method == CLIA.method or rng.random() < 0.4 else CLIA
        return usual, new
    return usual, usual


def _draw_rescue(rng: np.random.Generator, drug: str, phenotype: Phenotype) -> str:
    """Methylprednisolone in half, else a drug that fits the organ and is not the one already given."""
    if rng.random() < 0.5:
        return "methylprednisolone"
    if phenotype is Phenotype.HAEM:
        return "ivig"
    if phenotype is Phenotype.RENAL:
        return "rituximab" if drug == "cyclophosphamide" else "cyclophosphamide"
    return "belimumab" if drug == "rituximab" else "rituximab"


def stack(plans: list[Plan], name: str) -> np.ndarray:
    """One attribute of every plan as an array."""
    return np.array([getattr(plan, name) for plan in plans])
