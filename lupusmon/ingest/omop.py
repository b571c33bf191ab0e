"""OMOP CDM: measurement, drug_exposure and person, from CSV. All other tables of the model are ignored, row by row.

Concept ids of tests and drugs mean nothing without the vocabulary, which is not in these files: a test is known by its
`measurement_source_value` (a name or a LOINC code), a drug by its `drug_source_value`. The few concept ids below are
fixed by the model. `measurement_id` is no result_id: every load numbers anew.
"""

from __future__ import annotations

import numpy as np

from lupusmon.ingest.coded import choose_drug, looks_like_loinc
from lupusmon.ingest.combine import Cells, combine, first_filled
from lupusmon.ingest.foreign import ForeignTable, Translated, describe_span
from lupusmon.ingest.source import Kind
from lupusmon.text.values import ValueKind, parse_values

_OPERATORS = {"4171756": "<", "4171754": "<=", "4172704": ">", "4171755": ">="}
_ANSWERS = {
    **dict.fromkeys(("9191", "45884084", "45877985"), "positive"),
    **dict.fromkeys(("9189", "45878583", "45880296"), "negative"),
    "4162852": "borderline",
}
_UNITS = {
    "8840": "mg/dL",
    "8636": "g/L",
    "8713": "g/dL",
    "8751": "mg/L",
    "8749": "umol/L",
    "8848": "10*3/uL",
    "9444": "10*9/L",
    "8647": "/uL",
    "8763": "U/mL",
    "8985": "[IU]/mL",
}
_SEX = {"8507": "M", "8532": "F"}
# What was written, ordered, dispensed, claimed by a pharmacy or told by the patient was not seen to be given.
_NOT_GIVEN = {
    **dict.fromkeys(("38000177", "32838", "32833"), "a prescription"),
    **dict.fromkeys(("38000175", "38000176", "32825", "32869"), "a dispensing"),
    **dict.fromkeys(("44787730", "32865"), "told by the patient"),
}
_DOSE_UNITS = ("mg", "milligram", "g", "gram", "mg/kg", "g/kg", "mg/m2")


def _translate_measurements(cells: Cells) -> Translated:
    name = cells["measurement_source_value"]
    value = combine(
        _choose_value,
        *(cells[c] for c in ("value_source_value", "value_as_number", "operator_concept_id", "value_as_concept_id")),
    )
    unit = combine(
        lambda text, concept: text or _UNITS.get(_concept(concept), ""),
        cells["unit_source_value"],
        cells["unit_concept_id"],
    )
    return Translated(
        {
            "patient_id": combine(_whole, cells["person_id"]),
            "collected_at": first_filled(cells["measurement_datetime"], cells["measurement_date"]),
            "analyte": combine(lambda text: "" if looks_like_loinc(text) else text, name),
            "loinc": combine(lambda text: text if looks_like_loinc(text) else "", name),
            "value": value,
            "unit": unit,
            "ref_low": cells["range_low"],
            "ref_high": cells["range_high"],
        },
        ignored=combine(lambda text: "" if text else "a measurement without measurement_source_value", name),
    )


def _choose_value(text: str, number: str, operator: str, concept: str) -> str:
    """The text of the source where it is a result, with the operator where it has none of its own; else the number."""
    sign = _OPERATORS.get(_concept(operator), "")
    if text:
        parsed = parse_values(np.array([text], dtype=object), decimal_comma=False)
        kind = ValueKind(parsed.kind[0])
        if kind is ValueKind.NUMBER and not parsed.comparator[0]:
            return sign + text
        if kind > ValueKind.EMPTY or not number:
            return text
    return sign + number if number else _ANSWERS.get(_concept(concept), "")


def _concept(text: str) -> str:
    """A concept id as a whole number: empty cells make "8507.0" of it in many exports."""
    return _whole(text)


def _whole(text: str) -> str:
    head, point, tail = text.partition(".")
    return head if point and head.isdigit() and not tail.strip("0") else text


def _translate_exposures(cells: Cells) -> Translated:
    dose_unit = combine(_keep_dose_unit, cells["dose_unit_source_value"], cells["quantity"])
    kind = cells["drug_type_concept_id"]
    start, end = (
        first_filled(cells[f"drug_exposure_{name}_datetime"], cells[f"drug_exposure_{name}_date"])
        for name in ("start", "end")
    )
    return Translated(
        {
            "patient_id": combine(_whole, cells["person_id"]),
            "given_at": start,
            "drug": combine(
                lambda name, route: choose_drug([name], route), cells["drug_source_value"], cells["route_source_value"]
            ),
            "dose": combine(lambda unit, quantity: quantity if unit else "", dose_unit, cells["quantity"]),
            "dose_unit": dose_unit,
        },
        problems=combine(describe_span, start, end),
        ignored=combine(_describe_not_given, kind, cells["drug_source_value"]),
        notes=("doses: what drug_type_concept_id calls a prescription or a dispensing is ignored, the rest was given",),
    )


def _keep_dose_unit(unit: str, quantity: str) -> str:
    """`quantity` is an amount of drug only where the unit is one of doses; else it counts vials or millilitres."""
    return unit if quantity and "".join(unit.casefold().split()) in _DOSE_UNITS else ""


def _describe_not_given(kind: str, name: str) -> str:
    if not name:
        return "a drug exposure without drug_source_value"
    what = _NOT_GIVEN.get(_concept(kind))
    return f"{what} (drug_type_concept_id {_concept(kind)}), not an infusion" if what else ""


def _translate_people(cells: Cells) -> Translated:
    sex = combine(
        lambda concept, text: _SEX.get(_concept(concept), text),
        cells["gender_concept_id"],
        cells["gender_source_value"],
    )
    return Translated(
        {
            "patient_id": combine(_whole, cells["person_id"]),
            "sex": sex,
            "birth_year": combine(_whole, cells["year_of_birth"]),
        }
    )


TABLES = (
    ForeignTable(
        "OMOP measurement",
        Kind.LABS,
        needs=("person_id", ("measurement_date", "measurement_datetime"), "measurement_source_value"),
        reads=(
            "value_source_value", "value_as_number", "value_as_concept_id", "operator_concept_id", "unit_source_value",
            "unit_concept_id", "range_low", "range_high",
        ),
        translate=_translate_measurements,
    ),
    ForeignTable(
        "OMOP drug_exposure",
        Kind.INFUSIONS,
        needs=(
            "person_id", ("drug_exposure_start_date", "drug_exposure_start_datetime"), "drug_source_value",
        ),
        reads=(
            "drug_exposure_end_date", "drug_exposure_end_datetime", "drug_type_concept_id", "quantity",
            "dose_unit_source_value", "route_source_value",
        ),
        translate=_translate_exposures,
    ),
    ForeignTable(
        "OMOP person",
        Kind.PATIENTS,
        needs=("person_id", "year_of_birth", ("gender_concept_id", "gender_source_value")),
        translate=_translate_people,
    ),
    *(
        ForeignTable(
            "a table of OMOP",
            Kind.LABS,
            needs=needs,
            why="only measurement, drug_exposure and person of OMOP are monitored",
        )
        for needs in (
            ("person_id", "visit_concept_id"),
            ("person_id", "condition_concept_id"),
            ("person_id", "procedure_concept_id"),
            ("person_id", "observation_concept_id"),
            ("person_id", "device_concept_id"),
            ("person_id", "drug_concept_id", ("dose_era_id", "drug_era_id")),
            ("person_id", "visit_detail_concept_id"),
            ("person_id", "death_date"),
            ("person_id", "observation_period_id"),
            ("person_id", "note_id"),
            ("person_id", "specimen_id"),
            ("concept_id", "concept_name", "vocabulary_id"),
        )
    ),
)  # fmt: skip
