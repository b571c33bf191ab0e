"""Every alert: its code, how serious it is, the rule in words, its numbers and where they come from.

An alert is the state at the as-of day. A result that does not decide its rule (a censored value, nothing to compare
with) neither starts nor ends an alert. One row an episode: the text says since when; a result that is back within the
rule ends the episode, the next one that breaks it starts another.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """high: act within days. medium: look at it before the next dose. low: know about it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


JUDGEMENT = "engineering judgement"

# --- windows, days (engineering judgement unless said)
ALERT_DAYS = 365  # the last result that decides a rule is no older; what is "new" began no longer ago
CHANGE_DAYS = 365  # what a change is held against (lowest or previous value of the series) is no older
SEROLOGY_VISITS = 2  # anti-dsDNA and complement are held against the previous result or the one before (Tseng 2006)
SEROLOGY_DAYS = 184  # which is no older than this: two quarterly visits
PAIR_DAYS = 30  # a complement result this close to the anti-dsDNA result belongs to it
KIDNEY_DAYS = 92  # a UPCR no older says whether the kidney is steady

# --- limits
PLATELETS_VERY_LOW = 25.0  # BILAG-2004 haematology, grade A below (unverified)
PLATELETS_LOW = 50.0  # BILAG-2004 haematology, grade B below (unverified)
UPCR_HIGH = 0.5  # SLEDAI-2K proteinuria: above, g/g
UPCR_DOUBLED = 2.0  # times the lowest of the series; only above UPCR_HIGH
FLARE_BASE_LOW, FLARE_BASE_HIGH = 0.5, 1.0  # KDIGO 2012, g/g: base below the first; up to the second; above
FLARE_FROM_LOW, FLARE_FROM_MIDDLE, FLARE_RATIO = 1.0, 2.0, 2.0  # KDIGO 2012: at least this, g/g; from above: times base
FLARE_SEVERE_RISE = 5.0  # KDIGO 2012: a rise of more than this, g/g
CREATININE_RISE = 0.30  # share of the lowest of the series (nephritic flare, CLINICAL 6)
CREATININE_SMALL_RISE = 0.20  # mg/dL; KDIGO 2012 counts a rise from here
DSDNA_RISE = 0.25  # Tseng 2006

CORE_LABS = ("C3", "C4", "DSDNA", "UPCR", "PLT", "CREAT")  # expected while on a drug
# a criterion is not lost while this one, of the same response, is still met (engineering judgement)
HELD_BY = {"renal_partial": "renal_complete"} | {f"sri_{k}": "sri_4" for k in (5, 6, 7, 8)}
STANDS_IN = {"UPCR": "UPROT24", "CREAT": "EGFR"}  # counts as the test having been done


@dataclass(frozen=True)
class AlertRule:
    """One alert. eased, eased_when: a milder severity and the case in which it applies.

    ladder: of the rules of one ladder only the first that holds gives a row (they are listed sharpest first).
    source: keys of `references`, or JUDGEMENT. severity_source: why it is that severe.
    """

    code: str
    severity: Severity
    title: str
    rule: str
    source: str
    severity_source: str
    eased: Severity | None = None
    eased_when: str = ""
    ladder: str = ""


HIGH, MEDIUM, LOW = Severity
_FLARE = "against the lowest value of the series in the 365 days before"

# fmt: off
ALERT_RULES: dict[str, AlertRule] = {
    r.code: r
    for r in (
        AlertRule("platelets_under_25", HIGH, "Platelets under 25",
                  "platelets below 25 ×10⁹/L", "BILAG-2004-haematology", "BILAG-2004 grade A", ladder="platelets"),
        AlertRule("platelets_under_50", MEDIUM, "Platelets under 50",
                  "platelets below 50 ×10⁹/L", "BILAG-2004-haematology", "BILAG-2004 grade B", ladder="platelets"),
        AlertRule("platelets_falling", MEDIUM, "Platelets falling",
                  "platelets fell beyond their reference change value since the previous result of the series "
                  "(no older than 365 days)", "RCV, EFLM", JUDGEMENT,
                  eased=LOW, eased_when="the count is not below its own lower limit"),
        AlertRule("renal_flare_severe", HIGH, "Renal flare, severe (proteinuria)",
                  f"UPCR rose by more than 5 g/g {_FLARE}", "KDIGO-2012", "KDIGO-2012", ladder="upcr"),
        AlertRule("renal_flare_moderate", MEDIUM, "Renal flare, moderate (proteinuria)",
                  f"UPCR {_FLARE}: from below 0.5 to 1.0 g/g or more; from 0.5–1.0 to 2.0 or more; from above 1.0 to "
                  "twice or more", "KDIGO-2012", "KDIGO-2012", ladder="upcr"),
        AlertRule("upcr_doubled", MEDIUM, "UPCR doubled",
                  f"UPCR above 0.5 g/g and at least twice as high, {_FLARE}", JUDGEMENT, JUDGEMENT, ladder="upcr"),
        AlertRule("upcr_above_0_5", MEDIUM, "UPCR newly above 0.5",
                  "UPCR above 0.5 g/g after a value that was not, crossed within the last 365 days", "SLEDAI-2K",
                  JUDGEMENT, ladder="upcr"),
        AlertRule("creatinine_up", HIGH, "Creatinine up by 30 %",
                  f"creatinine at least 30 % higher, {_FLARE}", JUDGEMENT, JUDGEMENT,
                  eased=MEDIUM, eased_when="the rise is below 0.20 mg/dL (KDIGO-2012 counts from there)"),
        AlertRule("serologic_warning", MEDIUM, "Serologic warning",
                  "anti-dsDNA at least 25 % higher on the same assay (a titre: two dilutions) while C3 or C4 fell beyond "
                  "its reference change value (a result within 30 days), each against the previous result of its series or "
                  "the one before (no older than 184 days); the text says whether the kidney is steady", "Tseng-2006, RCV", JUDGEMENT,
                  eased=LOW, eased_when="anti-dsDNA is not above its own upper limit"),
        AlertRule("complement_newly_low", LOW, "Complement newly low",
                  "C3 or C4 below its own lower limit after a result that was not, within the last 365 days",
                  "SLEDAI-2K", JUDGEMENT),
        AlertRule("response_lost", MEDIUM, "Response lost",
                  "a criterion met at an earlier visit of the course and not met at `latest`; courses that run, and the "
                  "patient's last begun; SRI-5 to SRI-8 count as held while SRI-4 is met, a partial renal response while "
                  "the complete one is", "CRITERIA", JUDGEMENT),
        AlertRule("infusion_missed", MEDIUM, "Infusion missed",
                  "the next dose is overdue by its whole interval or more", "CRITERIA", JUDGEMENT, ladder="infusion"),
        AlertRule("infusion_overdue", LOW, "Infusion overdue",
                  "the next dose is overdue by more than the tolerance of its schedule", "CRITERIA", JUDGEMENT,
                  ladder="infusion"),
        AlertRule("lab_overdue", LOW, "Laboratory test overdue",
                  "while a course runs: longer than the interval of its schedule (31 or 92 days) without C3, C4, "
                  "anti-dsDNA, UPCR (or 24-h protein), platelets or creatinine (or eGFR), counted from the last "
                  "result or, if later, the first infusion", JUDGEMENT, JUDGEMENT),
        AlertRule("assay_changed", LOW, "Anti-dsDNA assay changed",
                  "the last anti-dsDNA result is of a series that began within 365 days, after another one had ended "
                  "(at most 365 days before); the values do not compare", "CRITERIA", JUDGEMENT),
        AlertRule("conflicting_results", LOW, "Conflicting results",
                  "on the last day with the test, two results (another method or another time) lie on different sides "
                  "of their limit: the lower one where higher is better, the upper one where lower is better",
                  JUDGEMENT, JUDGEMENT),
    )
}
# fmt: on

# How a sentence names a test and its unit
SPOKEN = {
    "PLT": "Platelets",
    "DSDNA": "Anti-dsDNA",
    "CREAT": "Creatinine",
    "EGFR": "eGFR",
    "WBC": "Leukocytes",
    "HGB": "Haemoglobin",
    "UPROT24": "24-h urine protein",
}
SPOKEN_UNITS = {"10*9/L": "×10⁹/L", "g/(24.h)": "g/24 h", "mL/min/{1.73_m2}": "mL/min/1.73 m²", "/[HPF]": "/HPF"}


def spoken(analyte: str) -> str:
    """The name of a test in a sentence."""
    return SPOKEN.get(analyte, analyte)
