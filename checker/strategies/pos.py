"""POS: every pending step has a random priority, and those that race with the one that runs draw theirs anew.

After X. Yuan, J. Yang, R. Gu, "Partial Order Aware Concurrency Sampling", CAV 2018. A random walk hardly ever lets the
one step of a short task wait for the many of a long one. Here a step that drew a low number waits for long, whatever
else runs meanwhile; but once it lost a race it is not bound to lose the next as well. Departures:

- Two steps race if their footprints conflict, whatever kind they are. So the waiters for one lock draw anew when one of
  them gets it, and the readers of a cell when it is written, but not when it is read.
- A blocked step has no priority: it draws one whenever it becomes able to run. What made it able to run wrote a cell
  that it reads, and so raced with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from checker.strategies.base import GrantedStep, Situation


class Pos:
    """Draws the priorities from `random`, which is all that decides the schedules."""

    name = "POS"

    def __init__(self, random: Random) -> None:
        self._random = random
        self._priorities: dict[str, float] = {}

    def begin(self) -> None:
        self._priorities = {}

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        kept = self._priorities
        priorities = {task: kept[task] if task in kept else self._random.random() for task in enabled}
        chosen = max(enabled, key=priorities.__getitem__)
        footprint = situation.footprint(chosen)
        self._priorities = {
            task: priority
            for task, priority in priorities.items()
            if task != chosen and not footprint.conflicts(situation.footprint(task))
        }
        return chosen

    def granted(self, granted: GrantedStep) -> None:
        pass

    def end(self, situation: Situation, *, complete: bool) -> None:
        pass
