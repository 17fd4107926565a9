"""Replay: the schedule that was, once more; a program that does something else is not repeatable."""

from __future__ import annotations

from collections.abc import Sequence

from checker.errors import NotRepeatable
from checker.strategies.base import GrantedStep, Situation


class Replay:
    """Chooses the given tasks, one a step.

    After the last of them it goes on with the first enabled task (a schedule that was cut off has no more to say).

    Raises:
        NotRepeatable: from `choose`, when the task that is due is not enabled.
    """

    name = "replay"

    def __init__(self, choices: Sequence[str]) -> None:
        self._choices = tuple(choices)
        self._next = 0

    def begin(self) -> None:
        self._next = 0

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        if self._next >= len(self._choices):
            return enabled[0]
        task = self._choices[self._next]
        if task not in enabled:
            raise NotRepeatable(self._next, f"a step of {task}", f"none but {', '.join(enabled)} could run", None)
        return task

    def granted(self, granted: GrantedStep) -> None:
        self._next += 1

    def end(self, situation: Situation, *, complete: bool) -> None:
        pass
