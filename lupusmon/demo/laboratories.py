"""The five invented laboratories: what each measures, in which unit, how it rounds, and its reference limits."""

from __future__ import annotations

from dataclasses import dataclass, field

from lupusmon.clinical.thresholds import CREATININE_UMOL_PER_MG_DL as UMOL
from lupusmon.clinical.thresholds import UPCR_MG_PER_MMOL as MG_MMOL

DSDNA_LIMIT = 30.0  # the scale all assays are drawn from: ELISA, IU/mL, positive above this
MICROMOL = "µmol/L"
EGFR_UNIT = "mL/min/{1.73_m2}"


@dataclass(frozen=True)
class Assay:
    """How a laboratory reports one test.

    factor: canonical unit (for anti-dsDNA the ELISA scale) to `unit`. low, high: limits as printed, in `unit`.
    floor, ceiling: the measuring range in `unit`; beyond it the value is printed as `<floor`, `>ceiling`.
    form: number | titre | word.
    """

    analyte: str
    name: str
    unit: str
    factor: float
    decimals: int
    low: str = ""
    high: str = ""
    method: str = ""
    loinc: str = ""
    floor: float | None = None
    ceiling: float | None = None
    form: str = "number"

    @property
    def half_step(self) -> float:
        """The largest rounding error, in canonical units."""
        return 0.5 * 10**-self.decimals / self.factor


@dataclass(frozen=True)
class Laboratory:
    """share: of the patients. missing: how often a due test has no result. timed: share of draws with a clock time."""

    name: str
    site: str
    share: float
    numeric_ids: bool
    missing: float
    timed: float
    result_ids: bool
    pga_max: int
    assays: dict[str, Assay] = field(hash=False)


def _assays(*rows: Assay) -> dict[str, Assay]:
    return {row.analyte: row for row in rows}


# fmt: off
LABORATORIES: tuple[Laboratory, ...] = (
    Laboratory("Central Laboratory", "North Hospital", 0.34, False, 0.06, 0.7, True, 3, _assays(
        Assay("C3",    "C3",    "mg/dL",    1,     0, "90",  "180", "nephelometry"),
        Assay("C4",    "C4",    "mg/dL",    1,     1, "10",  "40",  "nephelometry"),
        Assay("DSDNA", "dsDNA", "IU/mL",    1,     0, "",    "30",  "ELISA", floor=10, ceiling=300),
        Assay("UPCR",  "UPCR",  "g/g",      1,     2, "",    "0.2", floor=0.1),
        Assay("PLT",   "PLT",   "10*9/L",   1,     0, "150", "400"),
        Assay("CREAT", "CREAT", "mg/dL",    1,     2, "0.5", "1.1"),
        Assay("EGFR",  "EGFR",  EGFR_UNIT,  1,     0, "60",  ""),
        Assay("WBC",   "WBC",   "10*9/L",   1,     1, "4",   "11"),
        Assay("HGB",   "HGB",   "g/dL",     1,     1, "12",  "16"),
    )),
    Laboratory("Riverside Diagnostics", "River Clinic", 0.24, True, 0.10, 0.3, False, 10, _assays(
        Assay("C3",    "Complement C3",  "mg/dL",  1,    0, "88",  "201"),
        Assay("C4",    "Complement C4",  "mg/dL",  1,    1, "10",  "40"),
        Assay("DSDNA", "Anti-dsDNA",     "U/mL",   0.9,  0, "",    "27",  "CLIA", floor=5, ceiling=800),
        Assay("UPCR",  "UPCR",           "mg/g",   1000, 0, "",    "200", floor=40),
        Assay("PLT",   "Platelets",      "K/uL",   1,    0, "150", "450"),
        Assay("CREAT", "Creatinine",     "mg/dL",  1,    2, "0.50", "1.10"),
        Assay("WBC",   "WBC",            "K/uL",   1,    1, "4.0", "11.0"),
        Assay("HGB",   "Hemoglobin",     "g/dL",   1,    1, "12.0", "16.0"),
    )),
    Laboratory("Hill Hospital Laboratory", "Hill Hospital", 0.18, False, 0.08, 1.0, True, 3, _assays(
        Assay("C3",    "C3",    "g/L",      0.01,    2, "0.75", "1.75", "turbidimetry", "4485-9"),
        Assay("C4",    "C4",    "g/L",      0.01,    3, "0.14", "0.40", "turbidimetry", "4498-2"),
        Assay("DSDNA", "dsDNA", "IU/mL",    0.5,     1, "",     "15",   "EliA", "32677-7", floor=1, ceiling=400),
        Assay("UPCR",  "UPCR",  "mg/mmol",  MG_MMOL, 1, "",     "22.6", "", "34366-5"),
        Assay("PLT",   "PLT",   "10*9/L",   1,       0, "150",  "400",  "", "777-3"),
        Assay("CREAT", "CREAT", MICROMOL,   UMOL,    0, "45",   "97",   "", "14682-9"),
        Assay("EGFR",  "eGFR",  EGFR_UNIT,  1,       0, "60",   "",     "", "98979-8"),
        Assay("WBC",   "WBC",   "10*9/L",   1,       1, "4.0",  "11.0", "", "6690-2"),
        Assay("HGB",   "HGB",   "g/dL",     1,       1, "12.0", "16.0", "", "718-7"),
    )),
    Laboratory("Lakeside Laboratory", "Lake Clinic", 0.12, True, 0.12, 0.0, False, 100, _assays(
        Assay("C3",    "C3",    "mg/dL",    1,     0, "90",  "180"),
        Assay("C4",    "C4",    "mg/dL",    1,     1, "10",  "40"),
        Assay("DSDNA", "dsDNA", "IU/mL",    1,     0, "",    "30", floor=10, ceiling=800),
        Assay("UPCR",  "UPCR",  "g/g",      1,     2, "",    "0.2"),
        Assay("PLT",   "PLT",   "10*9/L",   1,     0, "150", "400"),
        Assay("CREAT", "CREAT", "mg/dL",    1,     2),
        Assay("WBC",   "WBC",   "10*9/L",   1,     1, "4",   "11"),
        Assay("HGB",   "HGB",   "g/dL",     1,     1, "12",  "16"),
    )),
    Laboratory("Zentrallabor Süd", "South University", 0.12, False, 0.09, 0.4, False, 3, _assays(
        Assay("C3",    "C3",    "g/L",      0.01,    2, "0.9",  "1.8", "nephelometry"),
        Assay("C4",    "C4",    "g/L",      0.01,    2, "0.1",  "0.4", "nephelometry"),
        Assay("DSDNA", "dsDNA", "IU/mL",    1,       0, "",     "30",  "ELISA", floor=10, ceiling=800),
        Assay("UPCR",  "UPCR",  "mg/mmol",  MG_MMOL, 1, "",     "22.6", floor=4),
        Assay("PLT",   "PLT",   "G/L",      1,       0, "150",  "400"),
        Assay("CREAT", "CREAT", MICROMOL,   UMOL,    0, "45",   "97"),
        Assay("WBC",   "WBC",   "G/L",      1,       1, "4.0",  "11.0"),
        Assay("HGB",   "HGB",   "g/dL",     1,       1, "12.0", "16.0"),
    )),
)

# What anti-dsDNA becomes after an assay switch, and the assay that only answers in words.
CLIA = Assay("DSDNA", "dsDNA", "U/mL", 0.9, 0, "", "27", "CLIA", floor=5, ceiling=800)
CRITHIDIA = Assay("DSDNA", "dsDNA", "", 1, 0, "", "", "CLIFT", form="titre")
WORDS = Assay("DSDNA", "dsDNA", "", 1, 0, "", "", "screen", form="word")
# fmt: on

BY_SITE: dict[str, Laboratory] = {laboratory.site: laboratory for laboratory in LABORATORIES}
WIDE, SEMICOLON = BY_SITE["Lake Clinic"], BY_SITE["South University"]  # the two that send files of their own
MEASURED: tuple[str, ...] = ("C3", "C4", "DSDNA", "UPCR", "PLT", "CREAT", "WBC", "HGB")  # EGFR follows from CREAT
BLOOD_COUNT = ("PLT", "WBC", "HGB")
