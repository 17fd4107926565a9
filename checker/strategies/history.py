"""The steps of one schedule with their happens-before order, as bit sets, and what the state was at any cut through it.

Bit k stands for the k-th step (from 0). Step e happens before step k when e is of the same task and earlier, or
dependent and earlier, or happens before something that happens before k; `before[k]` has the bits of all these and of k
itself.
"""

from __future__ import annotations

from typing import Any

from checker.strategies.base import GrantedStep
from checker.trace import Cell, Footprint


class History:
    """Grows by one step at a time, and is cut back to a prefix when a schedule shares one with the last.

    Attributes:
        steps: the steps.
        before: for each, the steps that happen before it, and itself.
        racing: for each, the earlier steps dependent with it that happen before nothing its task did before.
    """

    def __init__(self) -> None:
        self.steps: list[GrantedStep] = []
        self.before: list[int] = []
        self.racing: list[int] = []
        self._last: dict[str, list[int]] = {}
        self._steps_of: dict[str, int] = {}
        self._reads: dict[Cell, int] = {}
        self._writes: dict[Cell, int] = {}
        self._adds: dict[Cell, int] = {}
        self._changes: dict[Cell, int] = {}

    def append(self, granted: GrantedStep) -> None:
        """Adds a step that was granted after all that is here."""
        index = len(self.steps)
        bit = 1 << index
        task, footprint = granted.step.task, granted.step.footprint
        past = self.past_of(task)
        racing = self.conflicts(footprint) & ~past
        reads, writes, adds, changes = self._reads, self._writes, self._adds, self._changes
        self.steps.append(granted)
        self.before.append(self._with(past, racing) | bit)
        self.racing.append(racing)
        self._last.setdefault(task, []).append(index)
        self._steps_of[task] = self._steps_of.get(task, 0) | bit
        for cell in footprint.reads:
            reads[cell] = reads.get(cell, 0) | bit
        for cell in footprint.writes:
            writes[cell] = writes.get(cell, 0) | bit
            changes[cell] = changes.get(cell, 0) | bit
        for cell in footprint.adds:
            adds[cell] = adds.get(cell, 0) | bit
            changes[cell] = changes.get(cell, 0) | bit

    def cut(self, length: int) -> None:
        """Forgets all steps from number `length` on."""
        while len(self.steps) > length:
            step = self.steps.pop().step
            footprint, task = step.footprint, step.task
            self._last[task].pop()
            self.before.pop()
            self.racing.pop()
            keep = (1 << len(self.steps)) - 1
            self._steps_of[task] &= keep
            for cell in footprint.reads:
                self._reads[cell] &= keep
            for cell in footprint.writes:
                self._writes[cell] &= keep
                self._changes[cell] &= keep
            for cell in footprint.adds:
                self._adds[cell] &= keep
                self._changes[cell] &= keep

    def steps_of(self, task: str) -> int:
        """The steps that the task took."""
        return self._steps_of.get(task, 0)

    def past_of(self, task: str) -> int:
        """All that happens before the task's next step whatever that step is: its own last step and what led there."""
        last = self._last.get(task)
        return self.before[last[-1]] if last else 0

    def past_with(self, task: str, footprint: Footprint) -> int:
        """All that happens before the task's next step if that has this footprint."""
        past = self.past_of(task)
        return self._with(past, self.conflicts(footprint) & ~past)

    def _with(self, past: int, dependent: int) -> int:
        """That past and the steps of `dependent`, with all that happens before these."""
        while dependent:
            past |= self.before[dependent.bit_length() - 1]
            dependent &= ~past
        return past

    def past_at(self, index: int) -> int:
        """`past_of` the task of step `index`, as it was before that step."""
        last = self._last[self.steps[index].step.task]
        position = last.index(index)
        return self.before[last[position - 1]] if position else 0

    def before_all_behind(self) -> list[int]:
        """For each step, the steps that all those behind it follow from; all steps for the last one."""
        common = (1 << len(self.steps)) - 1
        found = []
        for before in reversed(self.before):
            found.append(common)
            common &= before
        return found[::-1]

    def conflicts(self, footprint: Footprint) -> int:
        """The steps, of any task, that are dependent with an operation of this footprint."""
        reads, changes, found = self._reads, self._changes, 0
        for cell in footprint.reads:
            found |= changes.get(cell, 0)
        for cell in footprint.writes:
            found |= changes.get(cell, 0) | reads.get(cell, 0)
        for cell in footprint.adds:
            found |= self._writes.get(cell, 0) | reads.get(cell, 0)
        return found

    def writers(self, cell: Cell) -> int:
        """The steps that changed the cell."""
        return self._changes.get(cell, 0)

    def after(self, index: int, end: int) -> int:
        """The steps from `index` up to `end` (exclusive) that step `index` happens before, itself included."""
        found = 1 << index
        for k in range(index + 1, end):
            if self.before[k] >> index & 1:
                found |= 1 << k
        return found

    def value(self, cell: Cell, default: Any, included: int) -> Any:
        """The cell's value when of all steps only those in `included` have happened.

        `included` must be closed under happens-before: then each of its steps does just what it did here.
        """
        sets = self._writes.get(cell, 0) & included
        latest = sets.bit_length() - 1
        value = self.steps[latest].writes[cell] if sets else None
        added = self._adds.get(cell, 0) & included & ~((1 << (latest + 1)) - 1)
        total = 0
        while added:
            k = added.bit_length() - 1
            total += self.steps[k].adds.get(cell, 0)
            added &= ~(1 << k)
        if total:
            return (value or 0) + total
        return value if sets else default
