"""Random infusions about every interval and gap of CRITERIA 2, and rescue drugs of CRITERIA 7 (see generator.py)."""

from __future__ import annotations

from datetime import date, time, timedelta
from random import Random

from .facts import COURSE_GAP_DAYS, LATE_AFTER_DAYS, interval_after_dose

DRUGS = tuple(COURSE_GAP_DAYS)
REGIMENS = {"rituximab": ("rituximab", "rituximab_375"), "cyclophosphamide": ("euro_lupus", "nih", None)}
DOSES = {  # by regimen
    "belimumab": ((10, "mg/kg"), (400, "mg"), (None, "mg")),
    "anifrolumab": ((300, "mg"), (0.3, "g")),
    "rituximab": ((1000, "mg"), (1, "g"), (None, "mg")),
    "rituximab_375": ((375, "mg/m2"),),
    "obinutuzumab": ((1000, "mg"),),
    "euro_lupus": ((500, "mg"), (0.5, "g"), (600, "mg"), (0.6, "g")),
    "nih": ((601, "mg"), (1000, "mg"), (1, "g"), (750, "mg/m2"), (500, "mg/m2"), (15, "mg/kg"), (5, "mg/kg")),
    None: ((None, "mg"),),
    "methylprednisolone": (
        *((100, "mg"), (249, "mg"), (249.9999, "mg"), (250, "mg"), (1000, "mg"), (0.25, "g"), (0.2, "g")),
        *((5, "mg/kg"), (4, "mg/kg"), (0.005, "g/kg"), (500, "mg/m2"), (None, "mg")),
    ),
    "ivig": ((0.4, "g/kg"), (1, "g/kg"), (400, "mg/kg"), (None, "mg")),
}


def add_doses(
    rng: Random, rows: list[dict], patient_id: str, start: date, start_time: str | None, as_of: date, *, tidy: bool
) -> None:
    """One main course (perhaps a second), rows of other statuses, other drugs before, during and after."""
    own = _Doses(rng, patient_id, as_of)
    main = rng.choice(DRUGS)
    first_time = None if start_time is None else time.fromisoformat(start_time)
    last = own.add_course(main, start, first_time, rng.randrange(1, 12))
    if rng.random() < 0.5:
        gap = COURSE_GAP_DAYS[main] + rng.choice((-1, 0, 1, 1, 30))
        last = own.add_course(main, last + timedelta(days=gap), None, rng.randrange(1, 7))
    own.add_other_statuses(main, start, last)
    for _ in range(rng.choice((0, 0, 0, 0, 1) if tidy else (0, 0, 1, 1, 2, 3))):
        drug = rng.choice((*DRUGS, "methylprednisolone", "methylprednisolone", "ivig"))
        own.add_other_drug(drug, start)
    rows += own.rows


class _Doses:
    """The infusion rows of one patient: at most one of a drug at one time."""

    def __init__(self, rng: Random, patient_id: str, as_of: date) -> None:
        self.rng, self.patient_id, self.as_of = rng, patient_id, as_of
        self.rows: list[dict] = []
        self.taken: set[tuple] = set()

    def add(self, drug: str, regimen: str | None, day: date, at: time | None, status: str) -> None:
        if status != "planned" and day > self.as_of + timedelta(days=1):
            return
        key = (drug, day, at, status == "stopped")
        if key in self.taken:
            return
        self.taken.add(key)
        dose, unit = self.rng.choice(DOSES[regimen])
        self.rows.append(
            {
                "patient_id": self.patient_id,
                "day": day,
                "time": at,
                "drug": drug,
                "dose": None if dose is None else float(dose),
                "dose_unit": unit,
                "status": status,
                "weight_kg": self.rng.choice((None, 50.0, 62.5, 70.0)),
            }
        )

    def add_course(self, drug: str, first: date, first_time: time | None, n: int) -> date:
        """Doses at their interval, or just early, late or missed. The day of the last one."""
        regimen = self.rng.choice(REGIMENS.get(drug, (drug,)))
        day, at = first, first_time
        for k in range(1, n + 1):
            self.add(drug, regimen, day, at, "given")
            if k == n:
                break
            day += timedelta(days=max(self._step(regimen, k), 1))
            at = self.rng.choice((None, None, time(9, 0)))
        return day

    def _step(self, regimen: str | None, k: int) -> int:
        interval, late = interval_after_dose(regimen, k), LATE_AFTER_DAYS.get(regimen, 7)
        if regimen == "ivig":
            return self.rng.choice((1, 1, 2, 4, 5, 6, 13, 14, 27, 28, 29, 42, 43, 56))
        if interval is None:
            return self.rng.choice((1, 14, 30, 59, 60))
        jitter = (0, 0, 0, 1, -1, late, late + 1, -late, -late - 1, interval, interval - 1)
        return interval + self.rng.choice(jitter)

    def add_other_statuses(self, drug: str, start: date, last: date) -> None:
        regimen = REGIMENS.get(drug, (drug,))[0]
        for status in ("planned", "held", "missed", "stopped"):
            if self.rng.random() < (0.3 if status != "stopped" else 0.2):
                day = self.rng.choice((start - timedelta(days=1), start, start + timedelta(days=40), last))
                day += timedelta(days=self.rng.choice((0, 0, 1, 14)))
                self.add(drug, regimen, day, self.rng.choice((None, time(9, 0))), status)
        if self.rng.random() < 0.3:
            self.add(drug, regimen, self.as_of + timedelta(days=self.rng.choice((0, 1, 2, 30))), None, "planned")

    def add_other_drug(self, drug: str, start: date) -> None:
        """A few doses about the start, the visits and as_of; sometimes before as well as after."""
        regimen = self.rng.choice(REGIMENS.get(drug, (drug,)))
        days = [-91, -90, -30, 0, 1, 14, 60]
        days += [7 * w + k for w in (12, 24, 52, 104) for k in (-29, -28, -1, 0, 1, 10, 28)]
        days += [(self.as_of - start).days + k for k in (-28, -10, 0, 1)]
        for offset in self.rng.choices(days, k=self.rng.choice((1, 1, 2, 4))):
            status = self.rng.choices(("given", "planned", "held", "missed", "stopped"), (88, 4, 3, 3, 2))[0]
            at = self.rng.choice((None, None, time(9, 0), time(11, 0)))
            self.add(drug, regimen, start + timedelta(days=offset), at, status)
