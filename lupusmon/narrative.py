"""What a colleague would say of a patient: status in one sentence, schedule, what is not so good in the data."""

from __future__ import annotations

from datetime import date

import pandas as pd

from lupusmon import words
from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import DRUGS, REGIMENS
from lupusmon.figures.timeline import DEFAULT_ANALYTES
from lupusmon.patient_tables import PatientTables, describe_pin

_SHORT = {"DSDNA": "anti-dsDNA", "PLT": "platelets"}
SETTLE_FIRST = ("sri_lab", "bicla_lab", "renal_complete", "renal_partial", "platelets_iwg", "dsdna_normalised")
_OLD_DAYS = 183  # half a year without a core test is worth a word
_LATEST_DAYS = 56  # CRITERIA 3: what the verdicts called latest look at
_VERDICTS = (("sri_lab", "SRI-style"), ("bicla_lab", "BICLA-style"))


def describe_status(tables: PatientTables, course: pd.Series | None, as_of: date) -> str:
    """Plain text, one sentence. `course`: a row of courses, None where no infusion is known."""
    if course is None:
        count = words.plural(len(tables.results), "result")
        return f"No infusion is recorded, so there is no baseline and no verdict; {count} are shown as they are."
    parts = [
        _where(course, as_of),
        *_last_seen(tables, as_of),
        *_changes(tables, course),
        *_verdicts(tables, course),
        *_missing(tables, course),
    ]
    return "; ".join([*parts, _due(course)]) + "."


def _where(course: pd.Series, as_of: date) -> str:
    week = (pd.Timestamp(as_of) - pd.Timestamp(str(course["first_infusion"])[:10])).days // 7
    doses = words.plural(int(course["n_infusions"]), "dose")
    name = DRUGS[course["drug"]].name
    if course["status"] == "ended":
        last = str(course["last_infusion"])[:10]
        return f"The course of {_in_sentence(name)} has ended ({doses}, last on {last}; week {week} from its start)"
    return f"Week {week} on {_in_sentence(name)} ({doses})"


def _last_seen(tables: PatientTables, as_of: date) -> list[str]:
    """How old the picture is, where it is older than the window of the latest verdicts."""
    core = tables.results[tables.results["analyte"].isin(DEFAULT_ANALYTES)]
    if core.empty:
        return []
    last = str(core["collected_at"].max())[:10]
    age = (pd.Timestamp(as_of) - pd.Timestamp(last)).days
    return [f"last labs on {last}, {words.plural(age, 'day')} ago"] if age > _LATEST_DAYS else []


def _in_sentence(name: str) -> str:
    return name if name.isupper() else name.lower()


def _changes(tables: PatientTables, course: pd.Series) -> list[str]:
    """Better, worse, no clear change since baseline; and what cannot be compared."""
    own = tables.trends[
        (tables.trends["scope"] == "since_baseline") & (tables.trends["course_id"] == course["course_id"])
    ]
    own = own[own["analyte"].isin(DEFAULT_ANALYTES)].sort_values("last_at", kind="stable")
    latest = own.groupby("analyte").tail(1).set_index("analyte")
    latest = latest[[not _assay_changed(tables, a, row["method"]) for a, row in latest.iterrows()]]
    said, told = [], set()
    for direction, phrase in (
        ("improving", "better since baseline: "),
        ("worsening", "worse since baseline: "),
        ("stable", "no clear change: "),
    ):
        found = [a for a in DEFAULT_ANALYTES if a in latest.index and latest.at[a, "direction"] == direction]
        told |= set(found)
        if found:
            said.append(phrase + ", ".join(_change(latest.loc[a]) for a in found))
    left = [a for a in DEFAULT_ANALYTES if a in set(_baseline_analytes(tables, course)) and a not in told]
    if left:
        said.append("not compared: " + ", ".join(f"{name_of(a)} ({_why_not(tables, course, a)})" for a in left))
    without = [name_of(a) for a in DEFAULT_ANALYTES if a not in set(_baseline_analytes(tables, course))]
    if without:
        said.append("no baseline for " + ", ".join(without))
    return said


def _assay_changed(tables: PatientTables, analyte: str, method: object) -> bool:
    """Whether the analyte's last result came from another assay than this one."""
    own = tables.results[tables.results["analyte"] == analyte].sort_values("collected_at", kind="stable")
    return len(own) > 0 and _text(own["method"].iloc[-1]) != _text(method)


def _text(method: object) -> str:
    return "" if pd.isna(method) else str(method)


def _why_not(tables: PatientTables, course: pd.Series, analyte: str) -> str:
    """Why an analyte with a baseline has no change: assay, words, or too few results since."""
    base = tables.baselines
    base = base[(base["course_id"] == course["course_id"]) & (base["analyte"] == analyte)].iloc[-1]
    if _assay_changed(tables, analyte, base["method"]):
        return "assay changed"
    return "results in words" if pd.isna(base["value"]) else "too few results since baseline"


def _change(row: pd.Series) -> str:
    pct = row["pct_change"]
    return name_of(row.name) + ("" if pd.isna(pct) else f" ({words.percent(pct)})")


def name_of(analyte: str) -> str:
    """The short name in a sentence."""
    return _SHORT.get(analyte, analyte)


def _baseline_analytes(tables: PatientTables, course: pd.Series) -> pd.Series:
    return tables.baselines.loc[tables.baselines["course_id"] == course["course_id"], "analyte"]


def _verdicts(tables: PatientTables, course: pd.Series) -> list[str]:
    own = tables.responses[
        (tables.responses["course_id"] == course["course_id"]) & (tables.responses["week"] == "latest")
    ]
    found = own.drop_duplicates("criterion").set_index("criterion")["verdict"]
    said = [f"{name} {words.VERDICT_NAMES[found[code]]}" for code, name in _VERDICTS if code in found.index]
    kidney = found.get("renal_complete")
    if isinstance(kidney, str) and kidney != "not_applicable":
        said.append(f"complete renal response {words.VERDICT_NAMES[kidney]}")
    return ["verdicts now (simplified, labs only): " + ", ".join(said)] if said else []


def _missing(tables: PatientTables, course: pd.Series) -> list[str]:
    own = tables.responses[
        (tables.responses["course_id"] == course["course_id"]) & (tables.responses["week"] == "latest")
    ]
    settle = sort_settle(own)
    if not settle:
        return []
    more = f" (and {len(settle) - 1} more in the ledger)" if len(settle) > 1 else ""
    return [f"missing: {settle[0]}{more}"]


def sort_settle(responses: pd.DataFrame) -> list[str]:
    """What would settle open verdicts, each once: lab criteria first, assessments after them."""
    order = {code: place for place, code in enumerate(SETTLE_FIRST)}
    rows = responses[(responses["verdict"] == "not_assessable") & responses["settle"].notna()]
    rows = rows.assign(place=rows["criterion"].map(order).fillna(len(order))).sort_values("place", kind="stable")
    return list(dict.fromkeys(text for text in rows["settle"] if text))


def _due(course: pd.Series) -> str:
    if pd.isna(course["next_due"]) or not str(course["next_due"]):
        return "no further dose is scheduled"
    late = 0 if pd.isna(course["overdue_days"]) else int(course["overdue_days"])
    due = str(course["next_due"])[:10]
    return (
        f"the next dose was due on {due}, {words.plural(late, 'day')} ago" if late else f"the next dose is due on {due}"
    )


def describe_schedule(tables: PatientTables) -> list[str]:
    """One sentence per course."""
    sentences = []
    for row in tables.courses.itertuples():
        regimen = REGIMENS.get(row.regimen)
        plan = f"schedule: {regimen.label}" if regimen else "unscheduled"
        due = ""
        if not pd.isna(row.next_due) and str(row.next_due):
            late = 0 if pd.isna(row.overdue_days) else int(row.overdue_days)
            due = f"; next dose due {str(row.next_due)[:10]}" + (
                f", {words.plural(late, 'day')} overdue" if late else ""
            )
        status = words.COURSE_STATUS.get(row.status, row.status)
        sentences.append(
            f"{DRUGS[row.drug].name} from {str(row.first_infusion)[:10]} to {str(row.last_infusion)[:10]}: "
            f"{words.plural(int(row.n_infusions), 'dose')}, {status}; {plan}{due}."
        )
    return sentences or ["No infusion is recorded for this patient."]


def describe_data(tables: PatientTables, as_of: date) -> list[str]:
    """Sentences a reviewer should know: counts, censoring, default limits, assays, days in which nothing came."""
    own = tables.results
    doses = words.plural(len(tables.infusions), "infusion row")
    said = [f"{words.plural(len(own), 'result')} and {doses} are stored for this patient."]
    if len(tables.superseded):
        said.append(
            f"{words.plural(len(tables.superseded), 'result')} superseded by a later row; shown small and grey."
        )
    said += _describe_decisions(tables)
    censored = int(own["comparator"].isin(["<", ">"]).sum())
    if censored:
        said.append(f"{words.plural(censored, 'result')} censored at the assay's limit; they are kept as intervals.")
    default = int((own["ref_source"] == "default").sum())
    if default:
        said.append(
            f"{words.plural(default, 'result')} came without a complete range; lupusmon's default limits stand in."
        )
    return said + _describe_core_tests(own, as_of)


def _describe_decisions(tables: PatientTables) -> list[str]:
    """What people decided by hand: results set aside, values pinned; pins that do not hold say why."""
    said = []
    if len(tables.unusable):
        reasons = ", ".join(dict.fromkeys(tables.unusable["reason"].astype(str)))
        count = words.plural(len(tables.unusable), "result")
        said.append(f"{count} marked as not usable ({reasons}); in no verdict, shown hollow and crossed.")
    for pin in tables.pins.itertuples():
        held = "" if pin.state == "applied" else f" — not applied: {pin.state}"
        said.append(f"{name_of(pin.analyte)} {pin.value} of {str(pin.collected_at)[:10]}: {describe_pin(pin)}{held}.")
    return said


def _describe_core_tests(own: pd.DataFrame, as_of: date) -> list[str]:
    """Core tests without a result, by more than one assay, or not done for long."""
    said: list[str] = []
    old: dict[int, list[str]] = {}
    for analyte in DEFAULT_ANALYTES:
        rows = own[own["analyte"] == analyte]
        if rows.empty:
            said.append(f"No {ANALYTES[analyte].name} result.")
            continue
        assays = rows["method"].fillna("not stated").unique()
        if len(assays) > 1:
            said.append(
                f"{name_of(analyte)} was measured by {len(assays)} assays ({', '.join(assays)}); they are never joined."
            )
        age = (pd.Timestamp(as_of) - pd.Timestamp(str(rows["collected_at"].max())[:10])).days
        if age > _OLD_DAYS:
            old.setdefault(age, []).append(name_of(analyte))
    for age, names in old.items():
        said.append(f"The last {', '.join(names)} {'is' if len(names) == 1 else 'are'} {age} days old.")
    return said
