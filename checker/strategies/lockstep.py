"""Lockstep: lets each task try just when it must fail, and otherwise lets those go on who have waited longest.

A task that gives back what it has and tries again gets on as soon as the others leave it alone. Whether they must is
the question, and this is the schedule in which they do not: whoever tries (an acquire that does not wait for ever) and
must fail now goes first, then whoever does anything else, and only when nothing else is left a try that succeeds. Of
several, the one that ran least lately goes first.
"""

from __future__ import annotations

from collections.abc import Sequence

from checker.strategies.base import GrantedStep, Situation


class Lockstep:
    """One schedule, always the same."""

    name = "lockstep"

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._steps = 0

    def begin(self) -> None:
        self._last = {}
        self._steps = 0

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        trying = [task for task in enabled if _is_try(situation, task)]
        going = [task for task in enabled if task not in trying]
        failing = [task for task in trying if not situation.footprint(task).writes]
        return min(failing or going or trying, key=lambda task: self._last.get(task, -1))

    def granted(self, granted: GrantedStep) -> None:
        self._steps += 1
        self._last[granted.step.task] = self._steps

    def end(self, situation: Situation, *, complete: bool) -> None:
        pass


def _is_try(situation: Situation, task: str) -> bool:
    """Whether the task's next operation is an acquire that may fail."""
    op = situation.pending(task).op
    return op.kind == "lock.acquire" and (not op.args[0] or op.args[1] is not None)
