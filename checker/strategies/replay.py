"""Replay: the schedule that was, once more; a program that does something else is not repeatable."""

from __future__ import annotations

from collections.abc import Sequence

from checker.errors import NotRepeatable
from checker.strategies.base import GrantedStep, Situation


class Replay:
    """Chooses the given tasks, one a step.

    After the last of them it goes on with the first enabled task (a schedule that was cut off has no more to say).
    `preemptions` counts the switches of the last schedule away from a task that could have gone on.

    Raises:
        NotRepeatable: from `choose`, when the task that is due is not enabled.
    """

    name = "replay"

    def __init__(self, choices: Sequence[str]) -> None:
        self._choices = tuple(choices)
        self.begin()

    def begin(self) -> None:
        self._next = 0
        self._last: str | None = None
        self.preemptions = 0

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        task = self._choices[self._next] if self._next < len(self._choices) else enabled[0]
        if task not in enabled:
            raise NotRepeatable(self._next, f"a step of {task}", f"none but {', '.join(enabled)} could run", None)
        self.preemptions += self._last in enabled and task != self._last
        self._last = task
        return task

    def granted(self, granted: GrantedStep) -> None:
        self._next += 1

    def end(self, situation: Situation, *, complete: bool) -> None:
        pass
