"""What the screen calls things: one word per idea, the same on every page."""

from __future__ import annotations

CRITERION_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("SRI-style and BICLA-style (simplified, labs only)", ("sri_lab", "bicla_lab")),
    ("SRI and BICLA from assessments", ("sri_4", "sri_5", "sri_6", "sri_7", "sri_8", "bicla")),
    ("Low disease activity and remission", ("lldas", "doris")),
    (
        "Kidney",
        ("renal_complete", "renal_partial", "renal_perr", "renal_crr", "renal_crr_aurora", "renal_eular"),
    ),
    ("Platelets", ("platelets_iwg",)),
    ("Serology", ("c3_normalised", "c4_normalised", "dsdna_normalised")),
)

CRITERION_NAMES = {
    "sri_lab": "SRI-style, simplified, labs only",
    "bicla_lab": "BICLA-style, simplified, labs only",
    "sri_4": "SRI-4",
    "sri_5": "SRI-5",
    "sri_6": "SRI-6",
    "sri_7": "SRI-7",
    "sri_8": "SRI-8",
    "bicla": "BICLA",
    "lldas": "LLDAS",
    "doris": "DORIS remission",
    "renal_complete": "Complete renal response (KDIGO 2024)",
    "renal_partial": "Partial renal response (KDIGO 2024)",
    "renal_perr": "PERR (BLISS-LN)",
    "renal_crr": "CRR (BLISS-LN)",
    "renal_crr_aurora": "CRR (AURORA-1)",
    "renal_eular": "EULAR renal target",
    "platelets_iwg": "Platelet response (IWG)",
    "c3_normalised": "C3 back in range",
    "c4_normalised": "C4 back in range",
    "dsdna_normalised": "Anti-dsDNA back in range",
}

VERDICT_NAMES = {
    "met": "met",
    "not_met": "not met",
    "not_assessable": "cannot tell yet",
    "not_applicable": "does not apply",
}
CHECK_VERDICT_NAMES = {"met": "met", "not_met": "not met", "unknown": "not known"}
CHECK_CHIPS = {"met": "met", "not_met": "not_met", "unknown": "not_assessable"}

# Which tests a check looks at; a check not listed may look at any of the core tests
CHECK_ANALYTES = {
    "c3": ("C3",),
    "c4": ("C4",),
    "dsdna": ("DSDNA",),
    "upcr": ("UPCR",),
    "upcr_halved": ("UPCR",),
    "upcr_fall": ("UPCR",),
    "egfr": ("EGFR", "CREAT"),
    "platelets": ("PLT",),
    "no_ivig_mask": ("PLT",),
    "sledai_drop": (),
    "sledai_2k": (),
    "sledai_not_worse": (),
    "pga": (),
    "pga_increase": (),
    "prednisone": (),
    "no_rescue": (),
    "no_treatment_failure": (),
    "no_major_organ": (),
    "no_new_activity": (),
}

DIRECTION_WORDS = {
    "improving": "better",
    "worsening": "worse",
    "stable": "steady",
    "insufficient": "too few",
}
DIRECTION_ARROWS = {"improving": "▲ better", "worsening": "▼ worse", "stable": "▬ steady", "insufficient": "· too few"}

COURSE_STATUS = {"active": "on schedule", "overdue": "overdue", "ended": "ended"}
TIMING_WORDS = {
    "first": "first dose",
    "on_time": "on time",
    "early": "early",
    "late": "late",
    "after_missed": "after a missed dose",
}
SEVERITY_ORDER = {"high": 0, "medium": 1, "low": 2}
ISSUE_LEVELS = {
    "rejected": "stop: not stored",
    "superseded": "check: stored, replaced by a later row",
    "ignored": "note: not monitored, not stored",
    "note": "note",
}

FOOTER = (
    "lupusmon is not a medical device. It describes laboratory results for review by a clinician; it does not "
    "diagnose, forecast or advise. SRI-style and BICLA-style verdicts are simplified and use labs only."
)


def week_name(week: object) -> str:
    """`12` -> `week 12`, `latest` -> `latest`."""
    text = str(week).removesuffix(".0")
    return f"week {text}" if text.isdigit() else text


def plural(count: int, word: str, many: str = "") -> str:
    """`1 result`, `2 results`."""
    return f"{count:,} {word if count == 1 else many or word + 's'}".replace(",", "\u202f")
