"""The laboratory tests lupusmon monitors: unit, limits, variation, direction of good. Facts as rows (CRITERIA 1, 4)."""

from __future__ import annotations

from dataclasses import dataclass

UP, DOWN = "up", "down"


@dataclass(frozen=True)
class Analyte:
    """One monitored test.

    unit: canonical unit (CONTRACT 4). default_low/high: limits used where a result brings none, in `unit`.
    impossible_above: a value beyond is a unit slip or an error (CONTRACT 3), in `unit`. cv_i/cv_a: within-person and
    analytical coefficient of variation, per cent. good: the direction that is improvement, or None. log: logarithmic
    trend scale. words: whether words such as "positive" are results. source: keys of `references`.
    """

    code: str
    name: str
    unit: str
    default_low: float | None = None
    default_high: float | None = None
    impossible_above: float | None = None
    cv_i: float | None = None
    cv_a: float | None = None
    good: str | None = None
    log: bool = False
    words: bool = False
    limit_source: str = ""
    cv_source: str = ""


# fmt: off
ANALYTES: dict[str, Analyte] = {
    a.code: a
    for a in (
        #        code      name                              unit                   low  high  impossible  cv_i  cv_a
        Analyte("C3",      "Complement C3",                  "mg/dL",               90,  180,  400,        5.2,  2.6,  UP,   limit_source="ARUP", cv_source="Ricos-2014"),
        Analyte("C4",      "Complement C4",                  "mg/dL",               10,  40,   150,        8.9,  4.45, UP,   limit_source="ARUP", cv_source="Ricos-2014"),
        Analyte("CH50",    "Total haemolytic complement",    "U/mL",                30,  75,   300,        8,    5,    UP,   limit_source="Mayo", cv_source="assumed"),
        Analyte("DSDNA",   "Anti-dsDNA antibodies",          "IU/mL",               None, 30,  100000,     25,   10,   DOWN, log=True, words=True, limit_source="CRITERIA", cv_source="assumed"),
        Analyte("UPCR",    "Urine protein/creatinine ratio", "g/g",                 None, 0.2, 40,         35,   5,    DOWN, log=True, limit_source="CRITERIA", cv_source="Naresh-2012"),
        Analyte("PLT",     "Platelets",                      "10*9/L",              150, 400,  2000,       7.26, 3.5,  UP,   limit_source="CRITERIA", cv_source="EFLM"),
        Analyte("CREAT",   "Creatinine, serum",              "mg/dL",               None, None, 20,        4.39, 3,    DOWN, cv_source="EFLM"),
        Analyte("EGFR",    "Estimated GFR",                  "mL/min/{1.73_m2}",    None, None, 200,       5.3,  3.6,  UP,   cv_source="EFLM"),
        Analyte("WBC",     "Leukocytes",                     "10*9/L",              4,   11,   None,       11,   2.5,  None, limit_source="CRITERIA", cv_source="CRITERIA"),
        Analyte("HGB",     "Haemoglobin",                    "g/dL",                12,  16,   25,         2.7,  1,    UP,   limit_source="CRITERIA", cv_source="EFLM"),
        Analyte("NEUT",    "Neutrophils",                    "10*9/L"),
        Analyte("LYMPH",   "Lymphocytes",                    "10*9/L"),
        Analyte("ALB",     "Albumin, serum",                 "g/dL"),
        Analyte("UPROT24", "Urine protein, 24 h",            "g/(24.h)"),
        Analyte("UACR",    "Urine albumin/creatinine ratio", "mg/g"),
        Analyte("URBC",    "Urine red cells",                "/[HPF]",              words=True),
        Analyte("UWBC",    "Urine white cells",              "/[HPF]",              words=True),
        Analyte("CRP",     "C-reactive protein",             "mg/L"),
        Analyte("ESR",     "Erythrocyte sedimentation rate", "mm/h"),
        Analyte("IGG",     "Immunoglobulin G",               "mg/dL"),
    )
}
# fmt: on

CODES: tuple[str, ...] = tuple(ANALYTES)
INDEX: dict[str, int] = {code: i for i, code in enumerate(CODES)}
