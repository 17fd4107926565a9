"""Rearranges the independent steps of a trace, so that it takes fewer switches and does the same.

Two steps of different tasks whose footprints do not conflict may change places: the schedule stays in the same
Mazurkiewicz trace (A. Mazurkiewicz, "Trace Theory", 1987), and each step does just what it did. Of all orders that this
allows, one with few switches is sought breadth first: by the sets of steps that can be done with so many switches. A
task that runs may as well run on as long as it can without changing the order of conflicting steps, since that only
makes more steps possible; so each set leads on to at most as many others as there are tasks.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from checker.trace import Cell, Footprint, Step, Trace

MAX_KEPT = 16
"""Of all sets of steps that can be done with so many switches, how many are followed: those of the most steps."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What was done with so many switches: the steps as bits, and the order as indices into the trace.

    `positions` says how many steps of each task that are, `reach` how many steps of the order lead up to the last one
    of those that shall come early, that one included.
    """

    done: int
    order: tuple[int, ...]
    positions: tuple[int, ...]
    reach: int


def rearranged(trace: Trace, early: Collection[str]) -> tuple[Step, ...]:
    """The steps of `trace` in an order with few switches; of several, one in which the tasks `early` end soon."""
    needed = _needed(trace.steps)
    of_task: dict[str, list[int]] = {}
    for index, step in enumerate(trace.steps):
        of_task.setdefault(step.task, []).append(index)
    length = len(trace.steps)
    parts = [_Part(0, (), (0,) * len(of_task), 0)]
    while len(parts[0].order) < length:
        following: dict[int, _Part] = {}
        for part in parts:
            for number, (task, indices) in enumerate(of_task.items()):
                more = _run_on(part, number, indices, needed)
                if more.done == part.done:
                    continue
                if task not in early:
                    more = replace(more, reach=part.reach)
                known = following.get(more.done)
                if known is None or more.reach < known.reach:
                    following[more.done] = more
        parts = sorted(following.values(), key=lambda part: (-len(part.order), part.reach))[:MAX_KEPT]
    return tuple(trace.steps[index] for index in parts[0].order)


def _run_on(part: _Part, number: int, indices: list[int], needed: list[int]) -> _Part:
    """Lets a task, whose steps are `indices`, go on after `part` as long as the order of conflicting steps allows."""
    done, begin = part.done, part.positions[number]
    end = begin
    while end < len(indices) and not needed[indices[end]] & ~done:
        done |= 1 << indices[end]
        end += 1
    order = (*part.order, *indices[begin:end])
    positions = (*part.positions[:number], end, *part.positions[number + 1 :])
    return _Part(done, order, positions, reach=len(order))


def _needed(steps: Collection[Step]) -> list[int]:
    """For each step those that have to be done before it, as bits: earlier ones of its task, or in conflict with it."""
    seen = _Seen()
    latest: dict[str, int] = {}
    needed: list[int] = []
    for index, step in enumerate(steps):
        needed.append(seen.conflicts(step.footprint) | latest.get(step.task, 0))
        seen.add(step.footprint, 1 << index)
        latest[step.task] = 1 << index
    return needed


@dataclass(slots=True)
class _Seen:
    """Which steps read, wrote and added to each cell, as bits."""

    reads: dict[Cell, int] = field(default_factory=dict)
    writes: dict[Cell, int] = field(default_factory=dict)
    adds: dict[Cell, int] = field(default_factory=dict)

    def conflicts(self, footprint: Footprint) -> int:
        found = 0
        for cell in footprint.reads:
            found |= self.writes.get(cell, 0) | self.adds.get(cell, 0)
        for cell in footprint.writes:
            found |= self.writes.get(cell, 0) | self.adds.get(cell, 0) | self.reads.get(cell, 0)
        for cell in footprint.adds:
            found |= self.writes.get(cell, 0) | self.reads.get(cell, 0)
        return found

    def add(self, footprint: Footprint, bit: int) -> None:
        kinds = (self.reads, footprint.reads), (self.writes, footprint.writes), (self.adds, footprint.adds)
        for cells, touched in kinds:
            for cell in touched:
                cells[cell] = cells.get(cell, 0) | bit
