"""How far two yes-or-no answers agree: counts and kappa."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Concordance:
    """How two criteria agree over the same visits. kappa: nan where chance agreement is complete."""

    both: int
    first_only: int
    second_only: int
    neither: int
    kappa: float

    @property
    def n(self) -> int:
        return self.both + self.first_only + self.second_only + self.neither


def compute_concordance(both: int, first_only: int, second_only: int, neither: int) -> Concordance:
    """Cohen's kappa of a two-by-two table. Reference: Cohen J. Educ Psychol Meas 1960;20:37."""
    n = both + first_only + second_only + neither
    if n == 0:
        return Concordance(0, 0, 0, 0, float("nan"))
    agreed = (both + neither) / n
    yes = (both + first_only) * (both + second_only) / n**2
    chance = yes + (neither + first_only) * (neither + second_only) / n**2
    kappa = float("nan") if chance == 1 else (agreed - chance) / (1 - chance)
    return Concordance(both, first_only, second_only, neither, kappa)
