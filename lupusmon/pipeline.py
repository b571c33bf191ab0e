"""The whole flow on one screen: rows in, tables out (CONTRACT 5). One patient and a million run the same code."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from lupusmon.analysis.criteria.registry import EPROVIDE, TULIP
from lupusmon.clean import Pin
from lupusmon.errors import UnusableArgument
from lupusmon.ingest import read_frame
from lupusmon.ingest.source import Kind, SourceTable
from lupusmon.output import labs as lab_tables
from lupusmon.output.pins import count_pins
from lupusmon.quality.assemble import Assembled, assemble
from lupusmon.result import Analysis
from lupusmon.stages import SCREEN_TABLES, compute_tables
from lupusmon.tables import OUTPUTS
from lupusmon.version import RULES_VERSION

TYPE_CHECKING = False  # the command line reads files, not frames, and does without pandas
if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

EPOCH = date(1970, 1, 1)
PINS = "pins"  # beside the output tables, where there are any


def analyze(
    labs: pd.DataFrame,
    infusions: pd.DataFrame | None = None,
    assessments: pd.DataFrame | None = None,
    patients: pd.DataFrame | None = None,
    *,
    as_of: date | str | None = None,
    bicla: str = TULIP,
) -> Analysis:
    """Data frames with the input columns of CONTRACT 2 in, all output tables out.

    as_of: default the latest day of a usable row. bicla: tulip (PGA < 0.3) or eprovide (PGA ≤ 0.3).
    Pure: no clock, no files, no state; the frames given are not changed.
    """
    if bicla not in (TULIP, EPROVIDE):
        raise UnusableArgument(f'bicla: "{bicla}" is not a wording of the PGA rule; use {TULIP} or {EPROVIDE}')
    frames = (labs, infusions, assessments, patients)
    kinds = (Kind.LABS, Kind.INFUSIONS, Kind.ASSESSMENTS, Kind.PATIENTS)
    tables = [read_frame(f, kind, kind.value) for f, kind in zip(frames, kinds, strict=True) if f is not None]
    return analyze_tables(tables, as_of=as_of, bicla=bicla)


def analyze_tables(
    tables: Sequence[SourceTable],
    *,
    as_of: date | str | None = None,
    bicla: str = TULIP,
    wanted: Collection[str] = tuple(OUTPUTS),
    pins: Sequence[Pin] = (),
) -> Analysis:
    """The same from the rows of files; only the `wanted` tables are computed. pins: values chosen by hand."""
    ready = assemble(tables, as_of=None if as_of is None else to_day(as_of))
    return analyze_assembled(ready, bicla=bicla, wanted=wanted, pins=pins)


def analyze_assembled(ready: Assembled, *, bicla: str, wanted: Collection[str], pins: Sequence[Pin] = ()) -> Analysis:
    """The same from rows that are a cohort already."""
    built = build_tables(ready, bicla=bicla, wanted=wanted, pins=pins)
    receipt = lab_tables.build_receipt(ready.files, RULES_VERSION)
    if pins:
        receipt["pins"] = count_pins(built[PINS])
    chosen = {name: built[name] for name in (*OUTPUTS, *SCREEN_TABLES) if name in built and name in wanted}
    return Analysis(chosen, receipt, to_date(ready.cohort.as_of), built.get(PINS))


def build_tables(
    ready: Assembled, *, bicla: str, wanted: Collection[str], pins: Sequence[Pin] = ()
) -> dict[str, pa.Table]:
    """The wanted tables, and the pins where there are any: those of the rules, and those of the rows."""
    cohort = replace(ready.cohort, pins=tuple(pins))
    built = compute_tables(cohort, bicla=bicla, wanted={*wanted, PINS} if pins else wanted)
    if "issues" in wanted:
        built["issues"] = lab_tables.build_issues(ready.issues)
    if "superseded" in wanted:
        built["superseded"] = lab_tables.build_results(cohort.patients, ready.superseded)
    if "unusable" in wanted:
        built["unusable"] = lab_tables.build_set_aside(ready)
    return built


def to_day(when: date | str) -> int:
    """Days since 1970 of a date, a timestamp or ISO text; a time of day does not count."""
    if isinstance(when, str):
        try:
            when = date.fromisoformat(when[:10])
        except ValueError:
            raise UnusableArgument(f'as_of: "{when}" is not a date; use 2026-01-31') from None
    return when.toordinal() - EPOCH.toordinal()


def to_date(day: int) -> date:
    """The date of a day number."""
    return date.fromordinal(EPOCH.toordinal() + day)
