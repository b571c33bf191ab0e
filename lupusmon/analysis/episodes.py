"""From answers in time order to what holds now and since when: one episode, however many results repeat it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lupusmon.analysis.answers import UNKNOWN, YES
from lupusmon.sorting import starts_of_runs


@dataclass(frozen=True)
class Episodes:
    """One running episode a row, by group. now: position of the last deciding answer, a yes. since: of the first yes
    of its run. no_before: of the last no before it, -1 where there never was one. last: of the group's last answer,
    whatever it says.
    """

    now: np.ndarray
    since: np.ndarray
    no_before: np.ndarray
    last: np.ndarray

    def __len__(self) -> int:
        return len(self.now)

    def take(self, rows: np.ndarray) -> Episodes:
        return Episodes(self.now[rows], self.since[rows], self.no_before[rows], self.last[rows])


def find_episodes(group: np.ndarray, answer: np.ndarray) -> Episodes:
    """The groups whose last deciding answer is yes.

    group: ascending, answers in time order within a group. Unknown answers neither start nor end an episode.
    Complexity: linear.
    """
    decided = np.flatnonzero(answer != UNKNOWN)
    if not len(decided):
        return Episodes(decided, decided, decided, decided)
    own, said = group[decided], answer[decided]
    new_group = starts_of_runs(own)
    run = np.maximum.accumulate(np.where(new_group | starts_of_runs(said), np.arange(len(own)), 0))
    final = np.flatnonzero(np.append(new_group[1:], True))
    final = final[said[final] == YES]
    start = run[final]
    before = np.where(new_group[start], -1, decided[start - 1])
    last = np.searchsorted(group, own[final], side="right") - 1
    return Episodes(decided[final], decided[start], before, last)
