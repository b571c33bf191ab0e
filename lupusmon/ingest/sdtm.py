"""CDISC SDTM: laboratory results (LB), exposure (EX, EC) and demographics (DM), from CSV or SAS transport files.

A result is read as collected (LBORRES with LBORRESU and LBORNRLO/HI); where that has no value, or no unit that its test
can have, as standardised (LBSTRESC, LBSTRESU, LBSTNRLO/HI). LBSEQ is no result_id: it is numbered anew in every cut.
"""

from __future__ import annotations

from lupusmon.clinical.names import match_name
from lupusmon.clinical.units import match_unit
from lupusmon.ingest.coded import choose_drug, choose_name
from lupusmon.ingest.combine import Cells, combine, combine_many, first_filled
from lupusmon.ingest.foreign import ForeignTable, Translated, describe_span
from lupusmon.ingest.source import Kind

_URINALYSIS = ("URINALYSIS", "URINE")
_BIRTH_YEARS = range(1880, 2200)


def _translate_results(cells: Cells) -> Translated:
    specimen = combine(_find_specimen, cells["LBSPEC"], cells["LBCAT"])
    name = combine(lambda *texts: choose_name(texts[:2], texts[2]), cells["LBTEST"], cells["LBTESTCD"], specimen)
    as_collected = [cells[c] for c in ("LBORRES", "LBORRESU", "LBORNRLO", "LBORNRHI")]
    standard = [first_filled(cells["LBSTRESC"], cells["LBSTRESN"])]
    standard += [cells[c] for c in ("LBSTRESU", "LBSTNRLO", "LBSTNRHI")]
    value, unit, low, high = combine_many(_choose_result, name, *as_collected, *standard)
    return Translated(
        {
            "patient_id": cells["USUBJID"],
            "collected_at": cells["LBDTC"],
            "analyte": name,
            "loinc": cells["LBLOINC"],
            "value": value,
            "unit": unit,
            "ref_low": low,
            "ref_high": high,
            "method": cells["LBMETHOD"],
            "laboratory": cells["LBNAM"],
        },
        problems=combine(_describe_not_done, cells["LBSTAT"], cells["LBREASND"]),
    )


def _find_specimen(specimen: str, category: str) -> str:
    return specimen or ("URINE" if category.upper() in _URINALYSIS else "")


def _choose_result(name: str, *texts: str) -> tuple[str, ...]:
    """(value, unit, lower, upper limit) as collected or as standardised."""
    collected, standard = texts[:4], texts[4:]
    code = match_name(name).code
    if not standard[0] or (collected[0] and (not code or not match_unit(collected[1], code).problem)):
        return collected
    if collected[0] and match_unit(standard[1], code).problem:
        return collected
    return standard


def _describe_not_done(status: str, reason: str) -> str:
    if not status:
        return ""
    return status.lower() + (f": {reason}" if reason else "")


def _translate_doses(prefix: str):
    def translate(cells: Cells) -> Translated:
        def of(name: str):
            return cells[prefix + name]

        drug = combine(lambda name, route: choose_drug([name], route), of("TRT"), of("ROUTE"))
        dose = of("DOSE")
        return Translated(
            {
                "patient_id": cells["USUBJID"],
                "given_at": of("STDTC"),
                "drug": drug,
                "dose": dose,
                "dose_unit": combine(lambda number, unit: unit if number else "", dose, of("DOSU")),
                "status": combine(_choose_status, of("MOOD"), of("OCCUR"), dose),
            },
            problems=combine(
                lambda start, end, *not_done: describe_span(start, end) or _describe_not_done(*not_done),
                of("STDTC"), of("ENDTC"), of("STAT"), of("REASND"),
            ),
        )  # fmt: skip

    return translate


def _choose_status(mood: str, occurred: str, dose: str) -> str:
    """A dose of 0 is a visit at which nothing was given."""
    if mood.upper() == "SCHEDULED":
        return "planned"
    return "missed" if occurred.upper() == "N" or dose.strip("0.") == "" and dose else "given"


def _translate_people(cells: Cells) -> Translated:
    reference = first_filled(cells["RFSTDTC"], cells["RFICDTC"], cells["DMDTC"])
    birth = combine(_find_birth_year, cells["BRTHDTC"], cells["AGE"], cells["AGEU"], reference)
    return Translated(
        {
            "patient_id": cells["USUBJID"],
            "sex": cells["SEX"],
            "birth_year": birth,
            "site": cells["SITEID"],
            "label": cells["SUBJID"],
        }
    )


def _find_birth_year(birth: str, age: str, age_unit: str, reference: str) -> str:
    """Year of BRTHDTC; else the year in which AGE was counted, less AGE: so is age counted again later (CRITERIA 7)."""
    if birth[:4].isdigit():
        return birth[:4]
    try:
        year = int(reference[:4]) - int(float(age))
    except ValueError:
        return ""
    return str(year) if age_unit.upper() in ("", "YEARS") and year in _BIRTH_YEARS else ""


TABLES = (
    ForeignTable(
        "CDISC SDTM LB",
        Kind.LABS,
        needs=("USUBJID", ("LBTESTCD", "LBTEST"), ("LBORRES", "LBSTRESC", "LBSTRESN"), "LBDTC"),
        reads=(
            "LBORRESU", "LBORNRLO", "LBORNRHI", "LBSTRESU", "LBSTNRLO", "LBSTNRHI", "LBSPEC", "LBCAT", "LBLOINC",
            "LBMETHOD", "LBNAM", "LBSTAT", "LBREASND",
        ),
        translate=_translate_results,
    ),
    *(
        ForeignTable(
            f"CDISC SDTM {prefix}",
            Kind.INFUSIONS,
            needs=("USUBJID", f"{prefix}TRT", f"{prefix}STDTC"),
            reads=tuple(
                prefix + name for name in ("DOSE", "DOSU", "ROUTE", "ENDTC", "MOOD", "OCCUR", "STAT", "REASND")
            ),
            translate=_translate_doses(prefix),
        )
        for prefix in ("EX", "EC")
    ),
    ForeignTable(
        "CDISC SDTM DM",
        Kind.PATIENTS,
        needs=("USUBJID", "SUBJID", "SEX"),
        reads=("BRTHDTC", "AGE", "AGEU", "RFSTDTC", "RFICDTC", "DMDTC", "SITEID"),
        translate=_translate_people,
    ),
    ForeignTable(
        "a CDISC SDTM domain",
        Kind.LABS,
        needs=("STUDYID", "DOMAIN", "USUBJID"),
        why="only the SDTM domains LB, EX, EC and DM are monitored",
    ),
    ForeignTable(
        "a CDISC SDTM supplement",
        Kind.LABS,
        needs=("STUDYID", "RDOMAIN", "USUBJID", "QNAM"),
        why="only the SDTM domains LB, EX, EC and DM are monitored",
    ),
)  # fmt: skip
