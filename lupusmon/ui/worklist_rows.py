"""The worklist as a table: one row per patient, sorted by need, with the reason in words."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date

import pandas as pd

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import DRUGS
from lupusmon.figures.sparkline import build_sparklines
from lupusmon.flare_alerts import add_flares
from lupusmon.missing import describe_open
from lupusmon.narrative import select_open
from lupusmon.patient_tables import current_course
from lupusmon.si_words import say_in_units
from lupusmon.ui import words
from lupusmon.ui.snapshot import Snapshot

SPARK_ANALYTES = ("C3", "C4", "DSDNA", "UPCR", "PLT")
VERDICT_COLUMNS = ("sri_lab", "bicla_lab", "renal")
_RENAL = ("renal_complete", "renal_partial")
_RESPONSES = {
    "sri_4": "SRI-4",
    "bicla": "BICLA",
    "renal_partial": "renal response",
    "platelets_iwg": "platelet response",
}
_STATES = ("lldas", "doris", "renal_complete")
_JUDGED_WEEK = "24"  # the row of a visit exists from four weeks before it; then a drug has had its time
_TUPLES = ("alert_codes", "settle")  # columns whose cells are several words
_MAY_LACK = ("week", "doses", "alerts", "worst_alerts", "open_verdicts")  # numbers some patients do not have
_UNSEEN_DAYS = 183  # half a year
_MANY = 0.25  # of all patients: so many are not worth picking out
_NO_ALERT = len(words.SEVERITY_ORDER)
_LOW = words.SEVERITY_ORDER["low"]


def summarise_worklist(snapshot: Snapshot, *, units: str = "conventional") -> pd.DataFrame:
    """A row per patient of the snapshot, the neediest first.

    Order: severity of the worst alert (no response counts as low, and first there), number of such alerts, days
    overdue, open verdicts, label. Columns: patient_id, key, label, site, drug, week, course_status, next_due,
    overdue_days, severity, alert_codes, reason, last_lab, failed, one sparkline cell per analyte, one verdict per
    criterion of `VERDICT_COLUMNS`, `open_verdicts`.
    """
    ids = pd.Index(snapshot.labels, name="patient_id")
    rows = pd.DataFrame({"key": [snapshot.key_of[i] for i in ids], "label": list(snapshot.labels.values())}, index=ids)
    tables = snapshot.tables
    alerts = add_flares(tables["alerts"], tables["flares"], tables["assessments"], snapshot.as_of)
    rows = rows.join(_courses(snapshot)).join(_alerts(alerts)).join(_verdicts(snapshot))
    rows["site"] = _sites(snapshot.tables["patients"]).reindex(ids)
    rows["last_lab"] = snapshot.tables["results"].groupby("patient_id")["collected_at"].max().str[:10].reindex(ids)
    for analyte in SPARK_ANALYTES:
        cells = build_sparklines(snapshot.tables["results"], analyte=analyte, as_of=snapshot.as_of, units=units)
        directions = _directions(snapshot.tables["trends"], analyte)
        rows[analyte] = [_worded(cells.get(i), directions.get(i), ANALYTES[analyte].good) for i in ids]
    rows["severity"] = rows["severity"].fillna(_NO_ALERT).astype(int)
    rows["overdue_days"] = rows["overdue_days"].fillna(0).astype(int)
    rows["reason"] = [say_in_units(_reason(row, snapshot.as_of), units) for row in rows.itertuples()]
    return _by_need(rows).reset_index()


def note_rows(rows: pd.DataFrame) -> dict[str, list]:
    """The rows as plain lists by column, to be kept as JSON; the keys of links are left out."""
    plain = {name: [_plain(value) for value in column] for name, column in rows.drop(columns="key").items()}
    return json.loads(json.dumps(plain, default=lambda value: value.item()))


def update_rows(noted: Mapping[str, list], snapshot: Snapshot, touched: Collection[str], units: str) -> dict[str, list]:
    """What `note_rows` says now, given what it said before the touched patients changed; the other rows stay."""
    ids = [patient_id for patient_id in touched if patient_id in snapshot.labels]
    if len(ids) > len(snapshot.labels) * _MANY:
        return note_rows(summarise_worklist(snapshot, units=units))
    fresh = note_rows(summarise_worklist(snapshot.only(ids), units=units)) if ids else dict.fromkeys(noted, [])
    kept = [place for place, patient_id in enumerate(noted["patient_id"]) if patient_id not in touched]
    joined = {name: [*(column[place] for place in kept), *fresh[name]] for name, column in noted.items()}
    by_id = sorted(
        range(len(joined["patient_id"])), key=joined["patient_id"].__getitem__
    )  # as a summary of all has them
    order = _by_need(read_rows(joined, snapshot).loc[by_id]).index
    return {name: [column[place] for place in order] for name, column in joined.items()}


def read_rows(noted: Mapping[str, list], snapshot: Snapshot) -> pd.DataFrame:
    """The rows of `note_rows` again."""
    rows = pd.DataFrame({name: pd.Series(values, dtype=_dtype(name)) for name, values in noted.items()})
    for name in _TUPLES:
        rows[name] = [tuple(cell) if isinstance(cell, list) else cell for cell in rows[name]]
    return rows.assign(key=rows["patient_id"].map(snapshot.key_of))


def _plain(value: object) -> object:
    return value if isinstance(value, (dict, tuple, list)) or not pd.isna(value) else None


def _dtype(name: str) -> str | None:
    """What `pd.Series` cannot see from values alone, or would see otherwise where nobody lacks a number."""
    if name in _MAY_LACK:
        return "float64"
    return "object" if name in SPARK_ANALYTES or name in _TUPLES else None


def _by_need(rows: pd.DataFrame) -> pd.DataFrame:
    overdue = rows["overdue_days"].where(rows["course_status"] == "overdue", 0)
    failed = rows["failed"].notna() & (rows["severity"] >= _LOW)
    order = pd.DataFrame(
        {
            "severity": rows["severity"].where(~failed, _LOW),
            "failed": ~failed,
            "alerts": -rows["worst_alerts"].fillna(0),
            "overdue": -overdue,
            "open": -rows["open_verdicts"].fillna(0),
            "label": rows["label"],
        }
    )
    return rows.loc[order.sort_values(list(order.columns), kind="stable").index]


def _courses(snapshot: Snapshot) -> pd.DataFrame:
    courses = current_course(snapshot.tables["courses"]).set_index("patient_id")
    start = pd.to_datetime(courses["first_infusion"].str[:10])
    return pd.DataFrame(
        {
            "course_id": courses["course_id"],
            "drug": courses["drug"],
            "week": (pd.Timestamp(snapshot.as_of) - start).dt.days // 7,
            "doses": courses["n_infusions"],
            "course_status": courses["status"],
            "next_due": courses["next_due"],
            "overdue_days": pd.to_numeric(courses["overdue_days"]),
        }
    )


def _alerts(alerts: pd.DataFrame) -> pd.DataFrame:
    """Worst severity, how many of it, the most urgent of them in words, and all codes."""
    ranked = words.order_alerts(alerts)
    ranked = ranked.assign(severity=ranked["severity"].map(words.SEVERITY_ORDER).fillna(_NO_ALERT).astype(int))
    ranked = ranked.sort_values("patient_id", kind="stable")
    groups = ranked.groupby("patient_id", sort=False)
    worst = groups["severity"].transform("min") == ranked["severity"]
    return pd.DataFrame(
        {
            "severity": groups["severity"].first(),
            "alert_text": groups["text"].first(),
            "alerts": groups.size(),
            "worst_alerts": ranked[worst].groupby("patient_id", sort=False).size(),
            "alert_codes": groups["code"].agg(lambda codes: tuple(dict.fromkeys(codes))),
        }
    )


def _verdicts(snapshot: Snapshot) -> pd.DataFrame:
    """`latest` verdicts of the current course; kidney: the complete response, `partial` where only that is met."""
    current = current_course(snapshot.tables["courses"])[["patient_id", "course_id"]]
    responses = snapshot.tables["responses"].merge(current, on=["patient_id", "course_id"])
    latest = responses[responses["week"] == "latest"]
    wide = latest.pivot_table(index="patient_id", columns="criterion", values="verdict", aggfunc="first")
    wide = wide.reindex(columns=["sri_lab", "bicla_lab", *_RENAL])
    complete, partial = (wide[c] for c in _RENAL)
    wide["renal"] = complete.where(~((complete != "met") & (partial == "met")), "partial")
    wide["open_verdicts"] = (latest["verdict"] == "not_assessable").groupby(latest["patient_id"]).sum()
    wide["settle"] = _settles(latest)
    wide["failed"] = _name_failed(responses, latest, current)
    return wide.drop(columns=list(_RENAL))


def _name_failed(responses: pd.DataFrame, latest: pd.DataFrame, current: pd.DataFrame) -> pd.Series:
    """Which response criteria are not met, where none of any kind is, on a course old enough to be judged (week 24)."""
    old = set(responses.loc[responses["week"] == _JUDGED_WEEK, "patient_id"])
    judged = latest[latest["criterion"].isin([*_RESPONSES, *_STATES]) & latest["patient_id"].isin(old)]
    met = set(judged.loc[judged["verdict"] == "met", "patient_id"])
    failed = judged[(judged["verdict"] == "not_met") & judged["criterion"].isin(_RESPONSES)]
    failed = failed[~failed["patient_id"].isin(met)]
    failed = failed.assign(place=failed["criterion"].map(list(_RESPONSES).index))
    names = failed.sort_values(["patient_id", "place"], kind="stable")["criterion"].map(_RESPONSES)
    return names.groupby(failed["patient_id"], sort=False).agg(", ".join).reindex(current["patient_id"])


def _settles(latest: pd.DataFrame) -> pd.Series:
    """What would settle the patient's open verdicts, in the order in which the status sentence names them."""
    rows = select_open(latest).drop_duplicates(["patient_id", "settle"])
    return rows.groupby("patient_id", sort=False)["settle"].agg(tuple)


def _sites(patients: pd.DataFrame) -> pd.Series:
    if "site" not in patients or patients.empty:
        return pd.Series(dtype=object)
    return patients.drop_duplicates("patient_id", keep="last").set_index("patient_id")["site"]


def _directions(trends: pd.DataFrame, analyte: str) -> dict[str, str]:
    """The year's direction of the series measured last."""
    own = trends[(trends["analyte"] == analyte) & (trends["scope"] == "last_365d")]
    own = own.sort_values("last_at", kind="stable")
    return dict(zip(own["patient_id"], own["direction"], strict=True))


def _worded(cell: dict | None, direction: object, good: str | None) -> dict | None:
    if cell is None or not isinstance(direction, str):
        return cell
    return cell | {"word": words.direction_text(direction, good), "direction": direction}


def _reason(row: object, as_of: date) -> str:
    failed = _say_failed(row) if isinstance(row.failed, str) and row.severity >= _LOW else ""
    if isinstance(row.alert_text, str):
        return f"{failed}. {row.alert_text}" if failed else row.alert_text
    if row.course_status == "overdue":
        return f"{DRUGS[row.drug].name} {words.plural(row.overdue_days, 'day')} overdue"
    if lost := _not_seen(row, as_of):
        return lost
    if failed:
        return failed
    said = describe_open(row.settle, as_of) if isinstance(row.settle, tuple) else ""
    return said or "Nothing outstanding"


def _say_failed(row: object) -> str:
    if row.course_status == "ended":
        return f"{DRUGS[row.drug].name} has ended, not met: {row.failed}"
    return f"Not met at week {int(row.week)}: {row.failed}"


def _not_seen(row: object, as_of: date) -> str:
    """Neither dosed nor tested for long: perhaps nobody follows the patient, and alerts are of running courses."""
    if row.course_status != "ended" or not isinstance(row.last_lab, str):
        return ""
    days = (as_of - date.fromisoformat(row.last_lab)).days
    return f"{DRUGS[row.drug].name} has ended, and no lab for {days} days" if days > _UNSEEN_DAYS else ""


def select_rows(rows: pd.DataFrame, chosen: Mapping[str, object], masked: Mapping[str, str]) -> pd.DataFrame:
    """The rows every filter lets through. chosen: drug, site, alert, verdict, overdue, search (empty = any).

    masked: patient_id -> what the screen shows while identifiers are masked; then the search looks only there.
    """
    keep = pd.Series(True, index=rows.index)
    for column, name in (("drug", "drug"), ("site", "site")):
        if chosen.get(name):
            keep &= rows[column].isin(list(chosen[name]))
    if chosen.get("alert"):
        keep &= rows["alert_codes"].map(
            lambda codes: isinstance(codes, tuple) and bool(set(codes) & set(chosen["alert"]))
        )
    if chosen.get("verdict"):
        wanted = set(chosen["verdict"])
        keep &= rows[list(VERDICT_COLUMNS)].isin(wanted | ({"partial"} if "met" in wanted else set())).any(axis=1)
    if chosen.get("overdue"):
        keep &= rows["course_status"] == "overdue"
    if text := str(chosen.get("search") or "").strip().casefold():
        names = rows["patient_id"].map(masked) if masked else rows["label"] + " " + rows["patient_id"]
        found = names.str.casefold().str.contains(text, regex=False)
        keep &= found | rows["reason"].str.casefold().str.contains(text, regex=False)
    return rows[keep]
