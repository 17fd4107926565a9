"""Finds when a schedule has come back to where it was, and whether it may go on like that for ever.

The whole state is what the cells hold and where each task stands: the last place in a loop that it was at, with equal
variables, and what it asked for and was told since then; a task that was never at such a place has not moved.
If the same state comes twice, everything in between can be repeated without end. That is fair if each task that could
have run meanwhile did: then no scheduler, however just, has to let anyone get further.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from checker.kernel import Kernel
from checker.kernel.cells import UNCERTAIN
from checker.trace import Step


class Cycles:
    """The states that one schedule has been in, as far as they can come again.

    Args:
        enabled: who could take each step; it grows with the schedule.
    """

    def __init__(self, enabled: Sequence[Sequence[str]]) -> None:
        self._seen: dict[Any, int] = {}
        self._enabled = enabled

    def steps(self, kernel: Kernel, task: str, steps: Sequence[Step]) -> int:
        """How many of the last steps are a fair cycle; 0 if they are none. To be asked when `task` comes to a place."""
        rounds = kernel.tasks[task].rounds
        if rounds is None or not rounds.again:  # most loops never come to the same place: nothing is spent on them
            return 0
        if kernel.values.get(UNCERTAIN) or not kernel.enabled():  # nobody can go on: that is found without a cycle
            return 0
        state = _state(kernel)
        start = self._seen.get(state)
        if start is None:
            self._seen[state] = len(steps)
            return 0
        moved = {step.task for step in steps[start:]}
        able = {one for enabled in self._enabled[start:] for one in enabled}
        return len(steps) - start if able <= moved else 0


def _state(kernel: Kernel) -> str:
    """The whole state of the program, its clocks left out: of one schedule, equal ones have the same future."""
    tasks = [
        (path, task.exit_code, task.pending and task.pending.stage, (task.rounds and task.rounds.where) or task.steps)
        for path, task in kernel.tasks.items()
    ]
    return repr((tasks, sorted(kernel.values.items(), key=repr)))  # by their texts: True is not 1 there
