"""Flares, as far as assessments decide them: the rule in words, its numbers and where they come from.

Always against the patient's previous assessment (a response is against the baseline). SLEDAI-2K stands in for
SELENA-SLEDAI. What an assessment does not hold (new signs with their treatment, other new drugs, hospital) stays open.
"""

from __future__ import annotations

from dataclasses import dataclass

SLEDAI_RISE = 3.0  # SFI: this or more, not to above SLEDAI_SEVERE
SLEDAI_SEVERE = 12.0  # SFI: a rise to more than this, from not more, or of SLEDAI_RISE
PGA_RISE = 1.0  # SFI, PGA 0-3: this or more, not to above PGA_SEVERE
PGA_SEVERE = 2.5  # SFI, PGA 0-3: a rise to more than this, from not more, or of PGA_RISE
PREDNISONE_SEVERE_MG_KG = 0.5  # SFI: an increase to more than this, mg/kg a day
WEIGHT_DAYS = 365  # a weight of an infusion this close, either way, serves for mg/kg (engineering judgement)
BILAG_SEVERE_NEW_A = 1
BILAG_MODERATE_NEW_B = 2
BILAG_MILD_NEW_B, BILAG_MILD_NEW_C = 1, 3
TULIP_NEW_A, TULIP_NEW_B = 1, 2

SELENA, BILAG, TULIP = "selena", "bilag", "tulip"
MILD_MODERATE, MILD, MODERATE, SEVERE = "mild_moderate", "mild", "moderate", "severe"
NOT_IN_DATA = "new signs with their treatment, other new drugs, hospital admission"  # parts of SFI no assessment holds


@dataclass(frozen=True)
class FlareRule:
    """One part of one index. measure: what it looks at (column `measure` of the table). severity: empty = ungraded."""

    index: str
    severity: str
    measure: str
    rule: str
    source: str


# fmt: off
FLARE_RULES: tuple[FlareRule, ...] = (
    FlareRule(SELENA, SEVERE,        "sledai_2k",  "SLEDAI-2K rose to more than 12: from 12 or less, or by 3 or more", "SFI"),
    FlareRule(SELENA, SEVERE,        "pga",        "PGA rose to more than 2.5: from 2.5 or less, or by 1.0 or more", "SFI"),
    FlareRule(SELENA, SEVERE,        "prednisone", "prednisone increased to more than 0.5 mg/kg a day (weight: the "
                                                   "infusion nearest within 365 days)", "SFI"),
    FlareRule(SELENA, MILD_MODERATE, "sledai_2k",  "SLEDAI-2K rose by 3 or more, not to more than 12", "SFI"),
    FlareRule(SELENA, MILD_MODERATE, "pga",        "PGA rose by 1.0 or more (difference rounded to 2 decimals), not to "
                                                   "more than 2.5", "SFI"),
    FlareRule(SELENA, MILD_MODERATE, "prednisone", "prednisone increased, not to more than 0.5 mg/kg a day; also where "
                                                   "the weight is not known, and then the text says so", "SFI"),
    FlareRule(BILAG,  SEVERE,        "new_a",      "1 or more systems newly A", "BILAG-flare"),
    FlareRule(BILAG,  MODERATE,      "new_b",      "2 or more systems newly B (from C, D or E)", "BILAG-flare"),
    FlareRule(BILAG,  MILD,          "new_b",      "1 system newly B", "BILAG-flare"),
    FlareRule(BILAG,  MILD,          "new_c",      "3 or more systems newly C (from D or E)", "BILAG-flare"),
    FlareRule(TULIP,  "",            "new_a",      "1 or more systems newly A", "TULIP-flare"),
    FlareRule(TULIP,  "",            "new_b",      "2 or more systems newly B (from C, D or E)", "TULIP-flare"),
)
# fmt: on
