"""Random rows that come again: re-uploads, corrections, one result id at two times (CONTRACT 3)."""

from __future__ import annotations

from datetime import date, time
from random import Random

from .builders import assessment, dose, lab


def random_repeats(seed: int, n: int) -> tuple[list[dict], list[dict], list[dict], list[dict]]:
    """(labs, infusions, assessments, patients) in reading order; few patients, days and values: most rows collide."""
    rng = Random(seed)
    kinds = (_repeat_lab, _repeat_dose, _repeat_assessment, _repeat_patient)
    return tuple([make(rng) for _ in range(n)] for make in kinds)


def _moment(rng: Random) -> dict:
    return {
        "patient_id": rng.choice(("P1", "P2")),
        "day": rng.choice((date(2025, 1, 1), date(2025, 1, 2))),
        "time": rng.choice((None, None, time(8, 0))),
    }


def _repeat_lab(rng: Random) -> dict:
    analyte = rng.choice(("C3", "DSDNA"))
    values = ("80", "80", "80.00001", "81", "<80", ">80")
    words = ("positive", "negative", "1:160") if analyte == "DSDNA" else ()
    row = lab("2025-01-01", analyte, rng.choice(values + words), method=rng.choice(("", "A")))
    result_id = rng.choice(("", "", "", "r1", "r2"))
    return (
        row | _moment(rng) | {"result_id": result_id, "status": rng.choice(("", "final", "corrected", "preliminary"))}
    )


def _repeat_dose(rng: Random) -> dict:
    amount, unit = rng.choice(((10.0, "mg/kg"), (10.0, "mg/kg"), (9.0, "mg/kg"), (None, "mg")))
    status = rng.choice(("given", "given", "planned", "stopped", "held"))
    row = dose("2025-01-01", rng.choice(("belimumab", "ivig")), amount, unit, status=status)
    return row | _moment(rng) | {"weight_kg": rng.choice((None, None, 60.0))}


def _repeat_assessment(rng: Random) -> dict:
    row = assessment("2025-01-01", sledai_2k=rng.choice((4.0, 4.0, 5.0)), pga=rng.choice((None, 1.0)))
    row |= {"discontinued": rng.choice((None, None, False)), "bilag": rng.choice(({}, {"renal": "A"}))}
    return row | _moment(rng)


def _repeat_patient(rng: Random) -> dict:
    sex, birth_year = rng.choice(("F", "F", "M", None)), rng.choice((1980, None))
    return {"patient_id": rng.choice(("P1", "P2", "P3")), "sex": sex, "birth_year": birth_year}
