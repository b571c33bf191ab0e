"""What the chosen verdict used, and how it is set off: used marks get a dark rim, the rest fades."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

FADED, RIM_PX = 0.28, 3


@dataclass(frozen=True)
class Evidence:
    """The marks to ring. results: index labels of the results drawn. assessed: ISO days. doses: (drug, ISO day).

    prednisone: whether the dose noted at those assessments was used too.
    """

    results: pd.Index = field(default_factory=lambda: pd.Index([]))
    assessed: frozenset[str] = frozenset()
    doses: frozenset[tuple[str, str]] = frozenset()
    prednisone: bool = False

    def __bool__(self) -> bool:
        return bool(len(self.results) or self.assessed or self.doses)

    def used_days(self, at: pd.Series) -> list[bool]:
        """Which assessments, given their moments, were used."""
        return [f"{moment:%Y-%m-%d}" in self.assessed for moment in at]

    def used_prednisone(self, at: pd.Series) -> list[bool]:
        """Which notes of the prednisone dose were used."""
        return [self.prednisone and used for used in self.used_days(at)]

    def used_doses(self, drugs: pd.Series, at: pd.Series) -> list[bool]:
        """Which doses were used."""
        return [(drug, f"{moment:%Y-%m-%d}") in self.doses for drug, moment in zip(drugs, at, strict=True)]


def set_off(marker: dict, used: list[bool] | None, ink: str) -> dict:
    """The marker with a dark rim where used and faded elsewhere; as it was where no verdict is chosen (None)."""
    if used is None:
        return marker
    n = len(used)
    rim = marker.get("line", {})
    colours, widths = (_spread(rim.get(name), n) for name in ("color", "width"))
    base = _spread(marker.get("color"), n)
    line = {
        "color": [ink if u else c or b for u, c, b in zip(used, colours, base, strict=True)],
        "width": [RIM_PX if u else w or 0 for u, w in zip(used, widths, strict=True)],
    }
    return marker | {"line": line, "opacity": [1.0 if u else FADED for u in used]}


def _spread(value: object, count: int) -> list:
    return list(value) if isinstance(value, list | tuple) else [value] * count
