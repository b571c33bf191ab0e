"""Round numbers on a logarithmic axis."""

from __future__ import annotations

import math

_LOG_STEPS = ((1,), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 7))


def log_ticks(low: float, high: float) -> list[float]:
    """Decades; 1-2-5 where fewer than two decades are shown; finer where only one would stand. The lane gets none."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks: list[float] = []
    for steps in _LOG_STEPS[0 if math.log10(high / low) > 2 else 1 :]:
        ticks = [v for v in (float(f"{s}e{p}") for p in powers for s in steps) if low <= v <= high]
        if len(ticks) > 1:
            break
    return ticks
