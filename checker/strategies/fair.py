"""Fair: first come, first served, each operation taking a little virtual time; it goes as a person would expect it to.

One schedule, always the same. Who waits for a lock gets it before those who asked later. A timed wait runs out when its
time has come, and not before.
"""

from __future__ import annotations

from collections.abc import Sequence

from checker.fairtime import FairTime
from checker.strategies.base import GrantedStep, Situation


class Fair:
    """Of the enabled tasks, the one whose operation is due first; of several, the one that came to be first."""

    name = "first come, first served"

    def __init__(self) -> None:
        self._time = FairTime()

    def begin(self) -> None:
        self._time = FairTime()

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        def due_s(task: str) -> float:
            in_vain = not situation.footprint(task).writes
            return self._time.due_s(task, situation.pending(task).op, in_vain=in_vain)

        for task in self._newcomers(situation):
            self._time.asked_s(task)
        return min(enabled, key=due_s)

    def granted(self, granted: GrantedStep) -> None:
        self._time.took(granted.step)

    def end(self, situation: Situation, *, complete: bool) -> None:
        pass

    def _newcomers(self, situation: Situation) -> list[str]:
        """The tasks that ask for something, blocked ones too: they ask from now on, if they have not asked before."""
        return [pending.task for pending, _ in situation.unfinished()]
