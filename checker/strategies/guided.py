"""Follows a wanted order of tasks as far as it can be followed, and counts the preemptions that this takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from checker.strategies.base import GrantedStep, Situation


class Block(NamedTuple):
    """So many steps of one task in a row."""

    task: str
    steps: int


class Guided:
    """Takes the wanted blocks in their order, one after the other, and never fails for what cannot be done.

    A block whose task is not enabled is put off until it is: whenever a block is done, or its task cannot go on, the
    first one that can is next. After the last wanted step no task is preempted any more: the one that ran goes on as
    long as it can, then the first enabled one does. So the blocks of a whole trace give that trace again, and any other
    list of blocks gives a schedule of the program too, though perhaps another one than it says.

    A schedule of more than `most_steps` or `most_preemptions` is pruned. `preempting` has the indices of the steps
    before which a task that could have gone on was left, in the last schedule.
    """

    name = "guided"

    def __init__(self, blocks: Sequence[Block], most_steps: int, most_preemptions: int) -> None:
        self._blocks = tuple(blocks)
        self._most_steps = most_steps
        self._most_preemptions = most_preemptions
        self.begin()

    def begin(self) -> None:
        self._left = [block.steps for block in self._blocks]
        self._current = -1
        self._first_left = 0
        self._last: str | None = None
        self._steps = 0
        self.preempting: list[int] = []

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        if self._steps >= self._most_steps:
            return None
        task = self._wanted(enabled) or (self._last if self._last in enabled else enabled[0])
        if self._last is not None and task != self._last and self._last in enabled:
            self.preempting.append(self._steps)
            if len(self.preempting) > self._most_preemptions:
                return None
        return task

    def _wanted(self, enabled: Sequence[str]) -> str | None:
        """The task of the block that is due, which is the current one while it lasts; None when none can be."""
        blocks, left = self._blocks, self._left
        current = self._current
        if current >= 0 and left[current] and blocks[current].task in enabled:
            return blocks[current].task
        while self._first_left < len(left) and not left[self._first_left]:
            self._first_left += 1
        for index in range(self._first_left, len(blocks)):
            if left[index] and blocks[index].task in enabled:
                self._current = index
                return blocks[index].task
        self._current = -1
        return None

    def granted(self, granted: GrantedStep) -> None:
        if self._current >= 0:
            self._left[self._current] -= 1
        self._last = granted.step.task
        self._steps += 1

    def end(self, situation: Situation, *, complete: bool) -> None:
        pass
