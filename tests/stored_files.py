"""Small files for tests of the store, as they come from hospitals: overlaps, corrections, one name twice."""

from __future__ import annotations

from lupusmon.importing import Imported, commit_import, plan_import
from lupusmon.ingest import read_bytes
from lupusmon.ingest.source import SourceTable
from lupusmon.storage import HowRead, Store

BY = {"at": "2026-06-01T08:00:00+00:00", "who": "coordinator"}
_LABS = "patient_id,collected_at,analyte,value,unit,status,result_id\n"
FILES: dict[str, tuple[str, str]] = {
    "january": (
        "labs.csv",
        _LABS + "P1,2025-01-03,C3,62,mg/dL,final,r1\nP1,2025-01-03,UPCR,1.8,g/g,final,r2\n"
        "P2,2025-01-05,C3,88,mg/dL,final,r3\nP2,2025-01-05,PLT,24,10*9/L,final,r4\n,2025-01-05,C3,70,mg/dL,final,r5\n",
    ),
    "overlap": (
        "labs.csv",
        _LABS + "P2,2025-01-05,C3,88,mg/dL,final,r3\nP2,2025-01-05,PLT,42,10*9/L,corrected,r4\n"
        "P2,2025-03-01,PLT,61,10*9/L,final,r6\nP3,2025-03-02,DSDNA,<10,IU/mL,final,r7\n",
    ),
    "conflict": (
        "march.csv",
        _LABS + "P1,2025-01-03,C3,65,mg/dL,final,\nP2,2025-01-05,PLT,30,10*9/L,final,r4\nP1,soon,C3,80,mg/dL,,\n",
    ),
    "wide": ("wide.csv", "patient_id,collected_at,C3 (mg/dL),UPCR (g/g)\nP1,2025-06-30,95,0.3\nP3,2025-06-30,,0.9\n"),
    "doses": (
        "doses.csv",
        "patient_id,given_at,drug,dose,dose_unit,status\nP1,2025-01-10,belimumab,600,mg,given\n"
        "P1,2025-02-07,belimumab,600,mg,given\nP2,2025-01-12,rituximab,1,g,given\nP2,2025-01-26,water,1,g,given\n",
    ),
    "more_doses": (
        "doses2.csv",
        "patient_id,given_at,drug,dose,dose_unit,status\nP1,2025-02-07,belimumab,500,mg,given\n"
        "P1,2025-03-07,belimumab,600,mg,given\n",
    ),
    "assessed": ("seen.csv", "patient_id,assessed_at,sledai_2k,pga\nP1,2025-01-09,10,2.0\nP1,2025-12-20,2,0.2\n"),
    "people": ("people.csv", "patient_id,sex,birth_year\nP1,F,1980\np1,F,1980\nP2,M,1970\n"),
}


def read(*keys: str) -> list[SourceTable]:
    """The files of these keys, read one by one."""
    return [table for key in keys for table in read_bytes(FILES[key][0], FILES[key][1].encode())]


def store_files(store: Store, *keys: str) -> Imported:
    """Imports the files of these keys as one import."""
    return commit_import(store, plan_import(store, read(*keys)), HowRead(), **BY)


def describe(tables: list[SourceTable]) -> list[tuple]:
    """Everything a table holds, comparable."""
    return [
        (
            t.file,
            t.kind,
            t.sha256,
            {name: column.texts().tolist() for name, column in t.columns.items()},
            t.lines.tolist(),
            t.problems.texts().tolist(),
            (t.decimal_comma, t.date_order, t.date_formats, t.extra_columns, t.notes),
        )
        for t in tables
    ]
