"""Virtual time: a clock for each task, advanced only by its own waits and by what happened before it.

Two schedules that differ only in the order of independent steps give every task the same clock at the same step: a step
starts no earlier than the last dependent step before it, whichever task did that.
"""

from __future__ import annotations

from checker.kernel.cells import ClockAnswer, Done, Handler, Outcome, Pending, View
from checker.trace import Cell, Footprint, Reliance

TICK_S = 1e-6
"""By how much each look at the clock finds it further on, whoever looks (but those apart): no two see the same."""


class Clocks:
    """Seconds of virtual time of each task, and of the latest read, add and write of each cell."""

    __slots__ = ("_adds", "_reads", "_writes", "tasks")

    def __init__(self) -> None:
        self.tasks: dict[str, float] = {}
        self._reads: dict[Cell, float] = {}
        self._adds: dict[Cell, float] = {}
        self._writes: dict[Cell, float] = {}

    def copy(self) -> Clocks:
        """Clocks that show the same, and go their own way."""
        other = Clocks.__new__(Clocks)
        other.tasks, other._reads = self.tasks.copy(), self._reads.copy()
        other._adds, other._writes = self._adds.copy(), self._writes.copy()
        return other

    def advance(self, task: str, footprint: Footprint, wait_s: float) -> float:
        """Moves `task` over a step that waits `wait_s` by itself; returns its clock after the step."""
        reads, adds, writes = self._reads, self._adds, self._writes
        if not (wait_s or reads or adds or writes):  # nobody has waited yet
            self.tasks[task] = 0.0
            return 0.0
        now = self.tasks.get(task, 0.0)
        for cell in footprint.reads:
            now = max(now, writes.get(cell, 0.0), adds.get(cell, 0.0))
        for cell in footprint.adds:
            now = max(now, writes.get(cell, 0.0), reads.get(cell, 0.0))
        for cell in footprint.writes:
            now = max(now, writes.get(cell, 0.0), adds.get(cell, 0.0), reads.get(cell, 0.0))
        now += wait_s
        self.tasks[task] = now
        if now > 0.0:
            for cell in footprint.reads:
                reads[cell] = max(reads.get(cell, 0.0), now)
            for cell in footprint.adds:
                adds[cell] = max(adds.get(cell, 0.0), now)
            for cell in footprint.writes:
                writes[cell] = now
        return now


def _sleep(view: View, pending: Pending) -> Outcome:
    view.wait_s = max(pending.op.args[0], 0.0)
    return Done()


def _clock(view: View, pending: Pending) -> Outcome:
    view.rely(Reliance.CLOCK)
    looks = view.get("clock", 0) + 1
    view.set("clock", looks)
    return ClockAnswer(looks * TICK_S)


def _clock_apart(view: View, pending: Pending) -> Outcome:
    view.rely(Reliance.CLOCK)
    return ClockAnswer(0.0)


HANDLERS: dict[str, Handler] = {"sleep": _sleep, "clock": _clock, "clock.apart": _clock_apart}
