"""What a colleague would say of a patient in one sentence: treatment, what improved, what did not, missing, due."""

from __future__ import annotations

from datetime import date
from operator import itemgetter

import numpy as np
import pandas as pd

from lupusmon import missing, words
from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import DRUGS
from lupusmon.clinical.thresholds import BASELINE_DAYS, LATEST_DAYS
from lupusmon.figures import theme
from lupusmon.figures.timeline import DEFAULT_ANALYTES
from lupusmon.missing import name_of
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
_SETBACKS = ("no_rescue", "no_treatment_failure")
_TOLD = ("met", "not_met")
_STAND_INS = {"sri_lab": "sri_4", "bicla_lab": "bicla"}
_NORMALISED = {"C3": "c3_normalised", "C4": "c4_normalised", "DSDNA": "dsdna_normalised"}
_SCORES = (("sledai_2k", "SLEDAI-2K", ""), ("pga", "PGA", ""), ("prednisone_mg_per_day", "prednisone", " mg/d"))


def describe_status(tables: PatientTables, course: pd.Series | None, as_of: date) -> str:
    """Plain text, one sentence. `course`: a row of courses, None where no infusion is known."""
    if course is None:
        n = len(tables.results)
        shown = "1 result is shown as it is" if n == 1 else f"{words.say_count(n)} results are shown as they are"
        return f"No infusion is recorded, so there is no baseline and no verdict; {shown if n else 'no result either'}."
    parts = [
        _where(course, as_of),
        *_last_seen(tables, as_of),
        *_changes(tables, course),
        *_assessed(tables, course),
        *_setbacks(tables, course),
        *_verdicts(tables, course),
        *_missing(tables, course, as_of),
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
    return [f"last labs on {last}, {words.plural(age, 'day')} ago"] if age > LATEST_DAYS else []


def _in_sentence(name: str) -> str:
    return name if name.isupper() else name.lower()


def _changes(tables: PatientTables, course: pd.Series) -> list[str]:
    """Better, worse, no clear change since baseline; and what cannot be compared."""
    rows = tables.trends
    since = _equals(rows["scope"], "since_baseline") & _equals(rows["course_id"], course["course_id"])
    own = rows[since & rows["analyte"].isin(DEFAULT_ANALYTES).to_numpy()].sort_values("last_at", kind="stable")
    latest = own.drop_duplicates("analyte", keep="last").set_index("analyte")
    last = _last_methods(tables)
    latest = latest[[_text(last.get(a, m)) == _text(m) for a, m in zip(latest.index, latest["method"], strict=True)]]
    verdicts = _latest(tables, course)
    normal = set(verdicts.loc[verdicts["verdict"] == "met", "criterion"])
    said, told = [], set()
    for direction, phrase in (
        ("improving", "better since baseline: "),
        ("worsening", "worse since baseline: "),
        ("stable", "no clear change since baseline: "),
    ):
        found = [a for a in DEFAULT_ANALYTES if a in latest.index and latest.at[a, "direction"] == direction]
        told |= set(found)
        if found:
            said.append(phrase + ", ".join(_change(latest.loc[a], normal) for a in found))
    left = [a for a in DEFAULT_ANALYTES if a in _baseline_analytes(tables, course) and a not in told]
    if left:
        said.append("not compared: " + ", ".join(f"{name_of(a)} ({_why_not(tables, course, a)})" for a in left))
    if without := _missing_baselines(tables, course):
        said.append("no baseline for " + ", ".join(without))
    return said


def _missing_baselines(tables: PatientTables, course: pd.Series) -> list[str]:
    have = _baseline_analytes(tables, course)
    return [name_of(a) for a in DEFAULT_ANALYTES if a not in have]


def _assay_changed(tables: PatientTables, analyte: str, method: object) -> bool:
    """Whether the analyte's last result came from another assay than this one."""
    last = _last_methods(tables)
    return analyte in last and _text(last[analyte]) != _text(method)


def _last_methods(tables: PatientTables) -> dict[str, object]:
    """analyte → the assay of its last result."""
    columns = (tables.results[name].tolist() for name in ("collected_at", "analyte", "method"))
    in_time = sorted(zip(*columns, strict=True), key=itemgetter(0))
    return {analyte: method for _, analyte, method in in_time}


def _text(method: object) -> str:
    return "" if pd.isna(method) else str(method)


def _why_not(tables: PatientTables, course: pd.Series, analyte: str) -> str:
    """Why an analyte with a baseline has no change: assay, words, or too few results since."""
    base = tables.baselines
    base = base[(base["course_id"] == course["course_id"]) & (base["analyte"] == analyte)].iloc[-1]
    if _assay_changed(tables, analyte, base["method"]):
        return "assay changed"
    return _in_words(tables, base) if pd.isna(base["value"]) else "too few results since baseline"


def _in_words(tables: PatientTables, base: pd.Series) -> str:
    """`in words: positive at baseline, negative on 2026-04-01`."""
    own = tables.results[tables.results["analyte"] == base["analyte"]].sort_values("collected_at", kind="stable")
    first = own[own["collected_at"] == base["collected_at"]]["raw_value"]
    last = own.iloc[-1]
    if first.empty or last["collected_at"] == base["collected_at"]:
        return "in words"
    return f"in words: {first.iloc[-1]} at baseline, {last['raw_value']} on {str(last['collected_at'])[:10]}"


def _change(row: pd.Series, normal: set[str]) -> str:
    pct = row["pct_change"]
    said = [] if pd.isna(pct) else [words.percent(pct)]
    said += ["now normal"] if _NORMALISED.get(row.name) in normal else []
    return name_of(row.name) + (f" ({', '.join(said)})" if said else "")


def _baseline_analytes(tables: PatientTables, course: pd.Series) -> set[str]:
    own, rows = course["course_id"], tables.baselines
    return {analyte for course_id, analyte in zip(rows["course_id"], rows["analyte"], strict=True) if course_id == own}


def _assessed(tables: PatientTables, course: pd.Series) -> list[str]:
    """`at the visit of 2026-06-20: SLEDAI-2K 12 → 4, PGA 2 → 0.5, prednisone 20 → 7.5 mg/d`."""
    start = pd.Timestamp(str(course["first_infusion"])[:10])
    days = pd.to_datetime(tables.assessments["assessed_at"].astype(str).str[:10])
    before = tables.assessments[(days <= start) & (days >= start - pd.Timedelta(days=BASELINE_DAYS))]
    since = tables.assessments[days > start].sort_values("assessed_at", kind="stable")
    if since.empty:
        return []
    last = since.iloc[-1]
    first = before.sort_values("assessed_at", kind="stable").iloc[-1] if len(before) else None
    said = [
        f"{name} {_arrow(None if first is None else first.get(column), last[column])}{unit}"
        for column, name, unit in _SCORES
        if column in last and not pd.isna(last[column])
    ]
    return [f"at the visit of {str(last['assessed_at'])[:10]}: {', '.join(said)}"] if said else []


def _setbacks(tables: PatientTables, course: pd.Series) -> list[str]:
    """`rescue treatment on 2025-06-16`, `treatment failure or discontinuation on …`: why verdicts cannot be met."""
    rows = tables.evidence
    latest = _equals(rows["week"], "latest") & _equals(rows["verdict"], "not_met")
    own = rows[latest & _equals(rows["course_id"], course["course_id"])]
    said = {}
    for check, text, at in zip(own["check"], own["text"], own["value_at"], strict=True):
        if check in _SETBACKS and isinstance(at, str):
            kind = "treatment failure or discontinuation" if "recorded on" in text else "rescue treatment"
            said[kind] = min(said.get(kind, at[:10]), at[:10])
    return [f"{kind} on {at}" for kind, at in said.items()]


def _arrow(first: object, last: object) -> str:
    now = theme.number(float(last))
    if first is None or pd.isna(first):
        return now
    before = theme.number(float(first))
    return f"still {now}" if before == now else f"{before} → {now}"


def _verdicts(tables: PatientTables, course: pd.Series) -> list[str]:
    """`met now: SRI-4, LLDAS`, `not met: DORIS`, `cannot tell yet: BICLA`; labs alone speak where nobody assessed."""
    own = _latest(tables, course)
    found = own.drop_duplicates("criterion").set_index("criterion")["verdict"].to_dict()
    shown = [code for code in _VERDICTS if not _said_better(code, found)]
    said = []
    for verdict, head in (("met", "met now: "), ("not_met", "not met: "), ("not_assessable", "cannot tell yet: ")):
        names = [_VERDICTS[code] for code in shown if found.get(code) == verdict]
        if names:
            said.append(head + ", ".join(names))
    return said or ["no response criterion applies to this course"]


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
    names = [_wanted_lab(tables, need) for need in wanted if need.what in ANALYTES]
    names += _wanted_assessments(tables, [need.name for need in wanted if need.what not in ANALYTES], as_of)
    said = [f"missing in the last {LATEST_DAYS // 7} weeks: {', '.join(names)}"] if names else []
    told = set(_missing_baselines(tables, course))
    lost = [need.name.removesuffix(" visit") for need in missing.list_lost(texts, as_of)]
    if lost := [name for name in lost if name not in told]:
        said.append(f"never recorded at baseline: {', '.join(lost)}")
    return said


def _wanted_lab(tables: PatientTables, need: missing.Need) -> str:
    """A test that was done, but cannot be compared or told, is asked for as such."""
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
