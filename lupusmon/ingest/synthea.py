"""Synthea CSV: observations and patients. All its other files are ignored, row by row.

`medications.csv` holds prescriptions with a start and a stop, not doses given; to count them as infusions all the same
takes a mapping that says so. Names and addresses of patients are not read.
"""

from __future__ import annotations

from lupusmon.ingest.coded import looks_like_loinc
from lupusmon.ingest.combine import Cells, combine
from lupusmon.ingest.foreign import ForeignTable, Translated
from lupusmon.ingest.source import Kind


def _translate_observations(cells: Cells) -> Translated:
    return Translated(
        {
            "patient_id": cells["PATIENT"],
            "collected_at": cells["DATE"],
            "analyte": cells["DESCRIPTION"],
            "loinc": combine(lambda code: code if looks_like_loinc(code) else "", cells["CODE"]),
            "value": cells["VALUE"],
            "unit": cells["UNITS"],
        }
    )


def _translate_patients(cells: Cells) -> Translated:
    return Translated(
        {
            "patient_id": cells["Id"],
            "sex": cells["GENDER"],
            "birth_year": combine(lambda birth: birth[:4], cells["BIRTHDATE"]),
        }
    )


_OTHERS = (
    ("PATIENT", "ENCOUNTER", "CODE", "DESCRIPTION"),
    ("Id", "PATIENT", "ORGANIZATION", "PROVIDER", "ENCOUNTERCLASS"),
    ("PATIENT", "PAYER", ("START_YEAR", "START_DATE")),
    ("Id", "PATIENTID", "PROVIDERID"),
    ("ID", "CLAIMID", "PATIENTID"),
    ("Id", "PATIENT", "ENCOUNTER", "MODALITY_CODE"),
    ("Id", "NAME", "ADDRESS", "CITY", "REVENUE"),
    ("Id", "NAME", "ADDRESS", "CITY", "AMOUNT_COVERED"),
    ("Id", "ORGANIZATION", "NAME", "GENDER", ("SPECIALITY", "SPECIALTY")),
)

TABLES = (
    ForeignTable(
        "Synthea observations",
        Kind.LABS,
        needs=("DATE", "PATIENT", "ENCOUNTER", "CODE", "DESCRIPTION", "VALUE", "UNITS", "TYPE"),
        translate=_translate_observations,
    ),
    ForeignTable(
        "Synthea patients",
        Kind.PATIENTS,
        needs=("Id", "BIRTHDATE", "DEATHDATE", "GENDER"),
        translate=_translate_patients,
    ),
    ForeignTable(
        "Synthea medications",
        Kind.LABS,
        needs=("START", "STOP", "PATIENT", "ENCOUNTER", "CODE", "DESCRIPTION", "DISPENSES"),
        why="a prescription, not an infusion; to count it, say so in a mapping",
    ),
    *(
        ForeignTable(
            "a file of Synthea",
            Kind.LABS,
            needs=needs,
            why="only observations and patients of Synthea are monitored",
        )
        for needs in _OTHERS
    ),
)
