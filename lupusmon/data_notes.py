"""What a reviewer should know of the doses and of the data: schedules, counts, censoring, limits, assays, gaps."""

from __future__ import annotations

from datetime import date

import pandas as pd

from lupusmon import words
from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import DRUGS, REGIMENS
from lupusmon.figures import theme
from lupusmon.figures.timeline import DEFAULT_ANALYTES
from lupusmon.missing import name_of
from lupusmon.patient_tables import PatientTables, describe_pin

_LOG_SCALE = [code for code, analyte in ANALYTES.items() if analyte.log]
_OLD_DAYS = 183  # half a year without a core test is worth a word


def describe_schedule(tables: PatientTables) -> list[str]:
    """One sentence per course."""
    sentences = []
    for row in tables.courses.itertuples():
        regimen = REGIMENS.get(row.regimen)
        plan = f"schedule: {theme.speak_units(regimen.label)}" if regimen else "unscheduled"
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
        kept = "an interval" if censored == 1 else "intervals"
        said.append(f"{words.plural(censored, 'result')} censored at the assay's limit, kept as {kept}.")
    zeros = int(((own["value"] == 0) & own["analyte"].isin(_LOG_SCALE)).sum())
    if zeros:
        said.append(f"{words.plural(zeros, 'result')} of 0 left out of the slope, which is on a logarithmic scale.")
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
    for pin in tables.pins.itertuples() if len(tables.pins) else ():
        held = "" if pin.state == "applied" else f" — not applied: {pin.state}"
        said.append(f"{name_of(pin.analyte)} {pin.value} of {str(pin.collected_at)[:10]}: {describe_pin(pin)}{held}.")
    return said


def _describe_core_tests(own: pd.DataFrame, as_of: date) -> list[str]:
    """Core tests without a result, by more than one assay, or not done for long."""
    said: list[str] = []
    old: dict[int, list[str]] = {}
    by_test = {code: own.iloc[places] for code, places in own.groupby("analyte", sort=False).indices.items()}
    for analyte in DEFAULT_ANALYTES:
        rows = by_test.get(analyte)
        if rows is None:
            said.append(f"No {ANALYTES[analyte].name} result.")
            continue
        assays = rows["method"].fillna("not stated").unique()
        if len(assays) > 1:
            said.append(
                f"{name_of(analyte)} was measured by {len(assays)} assays ({', '.join(assays)}); they are never joined."
            )
        age = (as_of - date.fromisoformat(max(rows["collected_at"].tolist())[:10])).days
        if age > _OLD_DAYS:
            old.setdefault(age, []).append(name_of(analyte))
    for age, names in old.items():
        said.append(f"The last {', '.join(names)} {'is' if len(names) == 1 else 'are'} {age} days old.")
    return said
