"""What a colleague would say of a patient in one sentence: treatment, what improved, what did not, missing, due."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd

from lupusmon import missing, words
from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import DRUGS, MINOR_DRUGS
from lupusmon.clinical.thresholds import BASELINE_DAYS, LATEST_DAYS
from lupusmon.figures import theme
from lupusmon.figures.timeline import DEFAULT_ANALYTES
from lupusmon.flare_alerts import say_flare, select_last_flares
from lupusmon.narrative_changes import list_missing_baselines, say_changes, say_year
from lupusmon.patient_tables import PatientTables

SETTLE_FIRST = ("sri_lab", "bicla_lab", "renal_complete", "renal_partial", "platelets_iwg", "dsdna_normalised")
_VERDICTS = {
    "sri_4": "SRI-4",
    "bicla": "BICLA",
    "lldas": "LLDAS",
    "doris": "DORIS",
    "renal_complete": "complete renal response",
    "renal_partial": "partial renal response",
    "platelets_iwg": "platelet response",
    "sri_lab": f"SRI-style ({words.LABS_ONLY})",
    "bicla_lab": f"BICLA-style ({words.LABS_ONLY})",
}
_RESCUE = re.compile(r"Rescue treatment, (?P<drug>\S+)(?P<dose>.*?) on \d{4}-\d\d-\d\d")
_UNCOUNTED = "prednisone is above baseline, which counts against {} only where recorded as treatment failure"
_EGFR = missing.name_of("EGFR")
_SETBACKS = ("no_rescue", "no_treatment_failure")
_TOLD = ("met", "not_met")
_STAND_INS = {"sri_lab": "sri_4", "bicla_lab": "bicla"}
_SCORES = (("sledai_2k", "SLEDAI-2K", ""), ("pga", "PGA", ""), ("prednisone_mg_per_day", "prednisone", " mg/d"))


def describe_status(tables: PatientTables, course: pd.Series | None, as_of: date) -> str:
    """Plain text, one sentence. `course`: a row of courses, None where no infusion is known."""
    if course is None:
        parts = [_without_course(tables), *_last_seen(tables, as_of), *say_year(tables), *_assessed(tables, None)]
        return "; ".join([*parts, *_flares(tables)]) + "."
    parts = [
        _where(tables, course, as_of),
        *_beside(tables, course),
        *_last_seen(tables, as_of),
        *say_changes(tables, course),
        *_assessed(tables, course),
        *_flares(tables),
        *_setbacks(tables, course),
        *_verdicts(tables, course, as_of),
        *_missing(tables, course, as_of),
    ]
    return "; ".join([*parts, _due(course)]) + "."


def _without_course(tables: PatientTables) -> str:
    n = len(tables.results)
    shown = "1 result is shown as it is" if n == 1 else f"{words.say_count(n)} results are shown as they are"
    return f"No infusion is recorded, so there is no baseline and no verdict; {shown if n else 'no result either'}"


def _where(tables: PatientTables, course: pd.Series, as_of: date) -> str:
    week = (pd.Timestamp(as_of) - pd.Timestamp(str(course["first_infusion"])[:10])).days // 7
    doses = words.plural(int(course["n_infusions"]), "dose")
    name = _in_sentence(DRUGS[course["drug"]].name)
    held = _held(tables, course)
    if course["status"] == "ended":
        last = str(course["last_infusion"])[:10]
        why = _why_ended(tables, course, as_of)
        return f"The course of {name} has ended ({why}; {doses}, last on {last}{held}; week {week} from its start)"
    return f"Week {week} on {name} ({doses}{held})"


def _why_ended(tables: PatientTables, course: pd.Series, as_of: date) -> str:
    """Recorded as stopped, or only not dosed for long: the second may be a patient nobody has seen."""
    stopped = _rows_since_last_dose(tables, course, "stopped")
    if len(stopped):
        return f"stopped on {stopped[0]}"
    days = (pd.Timestamp(as_of) - pd.Timestamp(str(course["last_infusion"])[:10])).days
    return f"no dose for {words.plural(days, 'day')}"


def _held(tables: PatientTables, course: pd.Series) -> str:
    """`, held on 2026-06-22 and 2026-07-20`: doses put off since the last one given."""
    days = _rows_since_last_dose(tables, course, "held")
    more = f" and {len(days) - 1} more" if len(days) > 2 else f" and {days[1]}" if len(days) == 2 else ""
    return f", held on {days[0]}{more}" if days else ""


def _rows_since_last_dose(tables: PatientTables, course: pd.Series, status: str) -> list[str]:
    rows = tables.infusions
    own = rows[_equals(rows["course_id"], course["course_id"]) & _equals(rows["status"], status)]
    days = own["given_at"].astype(str).str[:10]
    return sorted(days[days >= str(course["last_infusion"])[:10]])


def _beside(tables: PatientTables, course: pd.Series) -> list[str]:
    """`also on rituximab (2 doses, next due on 2026-11-30)`: other courses that run, pulses apart."""
    said = []
    for other in tables.courses.itertuples():
        if other.course_id != course["course_id"] and other.status != "ended" and other.drug not in MINOR_DRUGS:
            due = f", next due on {str(other.next_due)[:10]}" if isinstance(other.next_due, str) else ""
            doses = words.plural(int(other.n_infusions), "dose")
            said.append(f"{_in_sentence(DRUGS[other.drug].name)} ({doses}{due})")
    return ["also on " + ", ".join(said)] if said else []


def _last_seen(tables: PatientTables, as_of: date) -> list[str]:
    """How old the picture is, where it is older than the window of the latest verdicts."""
    core = tables.results[tables.results["analyte"].isin(DEFAULT_ANALYTES)]
    if core.empty:
        return []
    last = str(core["collected_at"].max())[:10]
    age = (pd.Timestamp(as_of) - pd.Timestamp(last)).days
    return [f"last labs on {last}, {words.plural(age, 'day')} ago"] if age > LATEST_DAYS else []


def _in_sentence(name: str) -> str:
    return name if name.isupper() else name.lower()


def _assessed(tables: PatientTables, course: pd.Series | None) -> list[str]:
    """`at the visit of 2026-06-20: SLEDAI-2K 12 → 4, PGA 2 → 0.5, prednisone 20 → 7.5 mg/d`."""
    first, last = _two_assessments(tables, course)
    if last is None:
        return []
    said = [
        f"{name} {_arrow(None if first is None else first.get(column), last[column])}{unit}"
        for column, name, unit in _SCORES
        if column in last and not pd.isna(last[column])
    ]
    return [f"at the visit of {str(last['assessed_at'])[:10]}: {', '.join(said)}"] if said else []


def _two_assessments(tables: PatientTables, course: pd.Series | None) -> tuple[pd.Series | None, pd.Series | None]:
    """The baseline assessment and the last one since; without a course only the last."""
    rows = tables.assessments.sort_values("assessed_at", kind="stable")
    if course is None:
        return None, rows.iloc[-1] if len(rows) else None
    start = pd.Timestamp(str(course["first_infusion"])[:10])
    days = pd.to_datetime(rows["assessed_at"].astype(str).str[:10])
    before = rows[(days <= start) & (days >= start - pd.Timedelta(days=BASELINE_DAYS))]
    since = rows[days > start]
    return before.iloc[-1] if len(before) else None, since.iloc[-1] if len(since) else None


def _flares(tables: PatientTables) -> list[str]:
    """`severe flare at that visit by BILAG (since 2026-05-22 renal D to A) and by the SELENA flare index`."""
    rows = select_last_flares(tables.flares, tables.assessments)
    return [say_flare(rows)] if len(rows) else []


def _setbacks(tables: PatientTables, course: pd.Series) -> list[str]:
    """`rescue treatment (…) on 2025-06-16`, `treatment failure or discontinuation on …`: why verdicts cannot be met."""
    rows = tables.evidence
    latest = _equals(rows["week"], "latest") & _equals(rows["verdict"], "not_met")
    own = rows[latest & _equals(rows["course_id"], course["course_id"])]
    said: dict[str, tuple[str, str]] = {}
    for check, text, at in zip(own["check"], own["text"], own["value_at"], strict=True):
        if check in _SETBACKS and isinstance(at, str):
            kind = "treatment failure or discontinuation" if "recorded on" in text else "rescue treatment"
            said[kind] = min(said.get(kind, (at[:10], "~")), (at[:10], _rescue_drug(text) or "~"))
    return [f"{kind}{drug.strip('~')} on {day}" for kind, (day, drug) in said.items()]


def _rescue_drug(text: str) -> str:
    """`Rescue treatment, Rituximab 1000 mg on 2026-06-01 (week 17), given` → ` (rituximab 1000 mg)`."""
    found = _RESCUE.match(text)
    return f" ({_in_sentence(found['drug'])}{found['dose']})" if found else ""


def _arrow(first: object, last: object) -> str:
    now = theme.number(float(last))
    if first is None or pd.isna(first):
        return now
    before = theme.number(float(first))
    return f"still {now}" if before == now else f"{before} → {now}"


def _verdicts(tables: PatientTables, course: pd.Series, as_of: date) -> list[str]:
    """`met now: SRI-4, LLDAS`, `not met: DORIS`, `cannot tell yet: BICLA`; labs alone speak where nobody assessed."""
    own = _latest(tables, course).drop_duplicates("criterion").set_index("criterion")
    found = own["verdict"].to_dict()
    shown = [code for code in _VERDICTS if not _said_better(code, found)]
    open_ = [code for code in shown if found.get(code) == "not_assessable"]
    hopeless = [code for code in open_ if _lacks_baseline(tables, own.at[code, "settle"], as_of)]
    said = []
    for head, codes in (
        ("met now", [code for code in shown if found.get(code) == "met"]),
        ("not met", [code for code in shown if found.get(code) == "not_met"]),
        ("cannot tell yet", [code for code in open_ if code not in hopeless]),
        ("cannot be told without a baseline", hopeless),
    ):
        if codes:
            said.append(f"{head}: {', '.join(_VERDICTS[code] for code in codes)}")
            said += _uncounted_prednisone(tables, course, codes) if head == "met now" else []
            said += _met_before(tables, course, codes) if head == "not met" else []
    return said or ["no response criterion applies to this course"]


def _met_before(tables: PatientTables, course: pd.Series, codes: list[str]) -> list[str]:
    """`met before: LLDAS (week 24)`: responses of earlier visits that are lost, each with its last visit."""
    rows = tables.responses
    own = rows[_equals(rows["course_id"], course["course_id"]) & _equals(rows["verdict"], "met")]
    weeks = {code: [int(w) for w in own.loc[own["criterion"] == code, "week"] if str(w).isdigit()] for code in codes}
    lost = [f"{_VERDICTS[code]} (week {max(weeks[code])})" for code in codes if weeks[code]]
    return [f"met before: {', '.join(lost)}"] if lost else []


def _lacks_baseline(tables: PatientTables, settle: object, as_of: date) -> bool:
    """Whether no result of today could decide: part of what would settle it belongs before the first dose."""
    lost = missing.list_lost([settle], as_of) if isinstance(settle, str) else []
    return any(need.what != "EGFR" or not _lacks_person(tables) for need in lost)


def _lacks_person(tables: PatientTables) -> bool:
    """Whether eGFR is missing only because sex or birth year is: creatinine has been measured."""
    if "CREAT" not in set(tables.results["analyte"]):
        return False
    rows = tables.patients
    return rows.empty or any(pd.isna(rows.iloc[-1].get(name)) for name in ("sex", "birth_year"))


def _uncounted_prednisone(tables: PatientTables, course: pd.Series, met: list[str]) -> list[str]:
    """A response on more prednisone than before, which trials would not credit."""
    first, last = _two_assessments(tables, course)
    names = [_VERDICTS[code] for code in met if code in _STAND_INS.values()]
    if first is None or last is None or not names or "prednisone_mg_per_day" not in last:
        return []
    before, now = first["prednisone_mg_per_day"], last["prednisone_mg_per_day"]
    return [_UNCOUNTED.format(" and ".join(names))] if not (pd.isna(before) or pd.isna(now)) and now > before else []


def _said_better(code: str, found: dict[str, str]) -> bool:
    """Whether another verdict makes this one not worth a word."""
    if code in _STAND_INS:
        return found.get(_STAND_INS[code]) in _TOLD or found.get(code) not in _TOLD
    complete, partial = found.get("renal_complete"), found.get("renal_partial")
    return code == "renal_partial" and (complete == "met" or partial == complete)


def _latest(tables: PatientTables, course: pd.Series) -> pd.DataFrame:
    rows = tables.responses
    return rows[_equals(rows["course_id"], course["course_id"]) & _equals(rows["week"], "latest")]


def _equals(column: pd.Series, text: str) -> np.ndarray:
    return column.to_numpy(dtype=object) == text


def _missing(tables: PatientTables, course: pd.Series, as_of: date) -> list[str]:
    """Labs first, then whole assessments; what is lost for good (a baseline) apart."""
    texts = sort_settle(_latest(tables, course))
    wanted = missing.list_obtainable(texts, as_of)
    names = list(dict.fromkeys(_wanted_lab(tables, need) for need in wanted if need.what in ANALYTES))
    names += _wanted_assessments(tables, [need.name for need in wanted if need.what not in ANALYTES], as_of)
    said = [f"missing in the last {LATEST_DAYS // 7} weeks: {', '.join(names)}"] if names else []
    told = set(list_missing_baselines(tables, course)) | ({_EGFR} if _lacks_person(tables) else set())
    lost = [need.name.removesuffix(" visit") for need in missing.list_lost(texts, as_of)]
    if lost := [name for name in lost if name not in told]:
        said.append(f"never recorded at baseline: {', '.join(lost)}")
    return said


def _wanted_lab(tables: PatientTables, need: missing.Need) -> str:
    """A test that was done, but cannot be compared or told, is asked for as such."""
    if need.name == _EGFR:
        return f"{_EGFR} (to compute it, sex and birth year)" if _lacks_person(tables) else f"{_EGFR} or creatinine"
    own = tables.results[tables.results["analyte"] == need.what]["collected_at"].str[:10]
    return f"{need.name} comparable with baseline" if own.between(need.first, need.last).any() else need.name


def _wanted_assessments(tables: PatientTables, names: list[str], as_of: date) -> list[str]:
    """Where nobody assessed the patient in the window, a visit with all of it; else what the visit left out."""
    if missing.SLEDAI not in names:
        return names
    begin = (pd.Timestamp(as_of) - pd.Timedelta(days=LATEST_DAYS)).strftime("%Y-%m-%d")
    own = tables.assessments
    if (own["assessed_at"].astype(str).str[:10] >= begin).any():
        return names
    graded = own["bilag_systems"] if "bilag_systems" in own else pd.Series([1])
    whole = [missing.SLEDAI, missing.PGA, *([missing.BILAG] if (graded > 0).any() or own.empty else [])]
    return list(dict.fromkeys([*whole, *(name for name in names if name != missing.ITEMS)]))


def sort_settle(responses: pd.DataFrame) -> list[str]:
    """What would settle open verdicts, each once: lab criteria first, assessments after them."""
    return list(dict.fromkeys(select_open(responses)["settle"]))


def select_open(responses: pd.DataFrame) -> pd.DataFrame:
    """The open verdicts that something would settle: lab criteria first, assessments after them."""
    order = {code: place for place, code in enumerate(SETTLE_FIRST)}
    says = [isinstance(text, str) and text != "" for text in responses["settle"].tolist()]
    rows = responses[_equals(responses["verdict"], "not_assessable") & np.array(says, dtype=bool)]
    places = [order.get(criterion, len(order)) for criterion in rows["criterion"].tolist()]
    return rows.iloc[np.argsort(places, kind="stable")]


def _due(course: pd.Series) -> str:
    if pd.isna(course["next_due"]) or not str(course["next_due"]):
        return "no further dose is scheduled"
    late = 0 if pd.isna(course["overdue_days"]) else int(course["overdue_days"])
    due = str(course["next_due"])[:10]
    return (
        f"the next dose was due on {due}, {words.plural(late, 'day')} ago" if late else f"the next dose is due on {due}"
    )
