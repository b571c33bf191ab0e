"""The columns of every input and output table: name, type, meaning (CONTRACT 2, 4). Feeds docs, checks and writers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    DATE = "date"  # ISO 8601 text, with the clock time where one is known
    BOOLEAN = "true or false"


@dataclass(frozen=True)
class Column:
    """One column. needed: an input file must have it. empty: an output cell may be empty (not known)."""

    name: str
    type: Type
    meaning: str
    needed: bool = False
    empty: bool = True


def _columns(*rows: tuple) -> tuple[Column, ...]:
    return tuple(Column(name, Type(kind), meaning, empty=not always) for name, kind, meaning, always in rows)


_T, _N, _I, _D, _B = Type.TEXT, Type.NUMBER, Type.INTEGER, Type.DATE, Type.BOOLEAN
_WHO = (("patient_id", _T, "patient, as in the input", True),)
_COURSE = (*_WHO, ("course_id", _T, "course of infusions, <drug>-<k>", True))

# fmt: off
OUTPUTS: dict[str, tuple[Column, ...]] = {
    "results": _columns(
        *_WHO,
        ("collected_at", _D, "when the sample was taken", True),
        ("analyte", _T, "analyte code", True),
        ("value", _N, "value in `unit`; empty for a word", False),
        ("comparator", _T, "< or > where the value is censored", False),
        ("unit", _T, "canonical unit; the assay's own for anti-dsDNA that converts to nothing", False),
        ("ref_low", _N, "lower limit, in `unit`", False),
        ("ref_high", _N, "upper limit, in `unit`", False),
        ("ref_source", _T, "result: its own limits; default: at least one is lupusmon's", False),
        ("method", _T, "assay, with a suffix for titres and own units", False),
        ("laboratory", _T, "laboratory", False),
        ("source_file", _T, "file the row came from", False),
        ("source_line", _I, "physical line in that file", False),
        ("raw_value", _T, "value as received", False),
        ("raw_unit", _T, "unit as received", False),
    ),
    "issues": _columns(
        ("source_file", _T, "file", True),
        ("source_line", _I, "physical line", True),
        ("column", _T, "column the issue is about", False),
        ("outcome", _T, "rejected, superseded, ignored or note", True),
        ("code", _T, "kind of issue", True),
        ("value", _T, "the cell as received", False),
        ("message", _T, "what was found and what is allowed", True),
    ),
    "courses": _columns(
        *_COURSE,
        ("drug", _T, "drug code", True),
        ("first_infusion", _D, "first given dose", True),
        ("last_infusion", _D, "last given dose up to as_of", True),
        ("n_infusions", _I, "given doses", True),
        ("regimen", _T, "schedule the first dose decides; empty: unscheduled", False),
        ("next_due", _D, "day the next dose is due", False),
        ("overdue_days", _I, "days past due at as_of", False),
        ("status", _T, "active, overdue or ended", True),
    ),
    "infusions": _columns(
        *_WHO,
        ("course_id", _T, "course of infusions, <drug>-<k>", False),
        ("given_at", _D, "when it was given or planned", True),
        ("drug", _T, "drug code", True),
        ("dose", _N, "dose", False),
        ("dose_unit", _T, "unit of the dose", False),
        ("status", _T, "given, planned, held, missed or stopped", True),
        ("days_from_due", _I, "days after the due day; negative: before", False),
        ("timing", _T, "first, on_time, early, late or after_missed", False),
    ),
    "baselines": _columns(
        *_COURSE,
        ("analyte", _T, "analyte code", True),
        ("method", _T, "assay", False),
        ("value", _N, "last value in the 90 days up to the first infusion", False),
        ("comparator", _T, "< or > where censored", False),
        ("unit", _T, "unit", False),
        ("collected_at", _D, "when the sample was taken", True),
    ),
    "trends": _columns(
        *_WHO,
        ("analyte", _T, "analyte code", True),
        ("method", _T, "assay", False),
        ("scope", _T, "since_baseline or last_365d", True),
        ("course_id", _T, "course of the baseline", False),
        ("n", _I, "days with a number", True),
        ("first_at", _D, "first day", True),
        ("last_at", _D, "last day", True),
        ("first_value", _N, "first value (the limit where censored)", True),
        ("last_value", _N, "last value (the limit where censored)", True),
        ("pct_change", _N, "change in per cent; empty where an end is censored or the first is 0", False),
        ("scale", _T, "linear or log (natural)", True),
        ("slope_per_30d", _N, "Theil-Sen slope per 30 days in scale units", False),
        ("mk_s", _N, "Mann-Kendall S", False),
        ("mk_p", _N, "two-sided p; empty for n < 4", False),
        ("rcv_up_pct", _N, "reference change value upwards, per cent", False),
        ("rcv_down_pct", _N, "reference change value downwards, per cent", False),
        ("beyond_rcv", _B, "whether the change from first to last is surely beyond it", False),
        ("direction", _T, "improving, worsening, stable or insufficient", False),
        ("time_in_target_pct", _N, "share of days in target; a result speaks until the next, at most 120 days", False),
        ("days_to_normal", _I, "days from the first day to the first result in target; empty: not reached", False),
        ("nadir_value", _N, "lowest value (the limit where censored)", True),
        ("nadir_at", _D, "its day, the earliest", True),
        ("peak_value", _N, "highest value (the limit where censored)", True),
        ("peak_at", _D, "its day, the earliest", True),
    ),
    "scores": _columns(
        *_WHO,
        ("date", _D, "day", True),
        ("lab_sledai", _I, "points of the items known to be true, 0 to 9", True),
        ("low_complement", _B, "2 points", False),
        ("increased_dna_binding", _B, "2 points", False),
        ("proteinuria", _B, "4 points", False),
        ("thrombocytopenia", _B, "1 point", False),
        ("leukopenia", _B, "shown, not counted", False),
        ("complete", _B, "none of the four items is unknown", True),
    ),
    "responses": _columns(
        *_COURSE,
        ("week", _T, "12, 24, 52, 104 or latest", True),
        ("criterion", _T, "criterion code", True),
        ("verdict", _T, "met, not_met, not_assessable or not_applicable", True),
        ("reason", _T, "the checks that decided, in words", False),
        ("settle", _T, "what would settle a not_assessable, with its window", False),
        ("edge", _T, "the assumption that flips the verdict; empty: stable", False),
    ),
    "evidence": _columns(
        *_COURSE,
        ("week", _T, "12, 24, 52, 104 or latest", True),
        ("criterion", _T, "criterion code", True),
        ("check", _T, "check code", True),
        ("verdict", _T, "met, not_met or unknown", True),
        ("baseline_value", _N, "baseline value (the limit where censored)", False),
        ("baseline_at", _D, "its day", False),
        ("value", _N, "visit value (the limit where censored)", False),
        ("value_at", _D, "its day", False),
        ("limit", _N, "what the value is held against", False),
        ("unit", _T, "unit of the values", False),
        ("source_file", _T, "file of the visit value", False),
        ("source_line", _I, "line of the visit value", False),
        ("text", _T, "the check as a sentence", True),
        ("baseline_comparator", _T, "< or > where censored", False),
        ("comparator", _T, "< or > where censored", False),
    ),
    "alerts": _columns(
        *_WHO,
        ("as_of", _D, "day the alert is about", True),
        ("code", _T, "alert code", True),
        ("severity", _T, "high, medium or low", True),
        ("analyte", _T, "analyte code", False),
        ("text", _T, "the alert as a sentence", True),
    ),
    "flares": _columns(
        *_WHO,
        ("date", _D, "day of the assessment that shows the flare", True),
        ("index", _T, "selena, bilag or tulip", True),
        ("severity", _T, "mild_moderate, mild, moderate or severe: what is certain; empty: tulip has no grades", False),
        ("measure", _T, "what decides: sledai_2k, pga, prednisone, new_a, new_b or new_c", True),
        ("value", _N, "its value; for grades the number of systems", True),
        ("previous", _N, "its value at the previous assessment; empty for grades", False),
        ("previous_date", _D, "the previous assessment", True),
        ("source_file", _T, "file of the assessment", False),
        ("source_line", _I, "line of the assessment", False),
        ("text", _T, "the flare as a sentence, with what the data do not decide", True),
    ),
    "concordance": _columns(
        ("week", _T, "12, 24, 52, 104 or latest", True),
        ("pair", _T, "lab-only criterion x the assessed one it stands for", True),
        ("both_met", _I, "visits at which both are met", True),
        ("lab_only", _I, "only the lab-only criterion is met", True),
        ("assessed_only", _I, "only the assessed criterion is met", True),
        ("neither", _I, "neither is met", True),
        ("not_comparable", _I, "visits at which one of the two is neither met nor not met", True),
        ("n", _I, "visits at which both are met or not met", True),
        ("kappa", _N, "Cohen's kappa; empty where chance agreement is complete", False),
    ),
}
OUTPUTS["superseded"] = OUTPUTS["results"]  # results that lost to a correction or a later row, still visible
# fmt: on
