"""Rounds: what a task does between two visits to one place with equal variables, and when the next one may begin.

A round had no effect if it left every cell as it was: reads, failed tries, sleeps, locks taken and given back. If
besides nobody looked at such a lock and found it taken, the program could have done without the round: in every
schedule that ends, it can be left out, and the task come to its place later. So a task that stands where such a round
began, and is about to make another, is blocked until one of the cells that the round touched holds another value than
the task left or saw there. Nothing is lost by it: what others could have seen in the middle of the next round, they
could have seen in the middle of that one, and both are explored.

The task waits where it holds least: in a round that gives a lock back and takes it again, others may get it in between,
which they could not while the task stands still. There, no round is known.

Whether a round had an effect, and whether somebody looked, follows from the task's own steps and from those that are
dependent with them. So it is the same in equivalent schedules, and the waiting task is blocked by the cells in its
footprint, like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from checker.kernel.cells import ABSENT, UNCERTAIN, Left, Lookup, Outcome
from checker.kernel.evaluation import Evaluation
from checker.trace import Cell, ObjectRecord, Op


class _Did(NamedTuple):
    """One step of a round: cells as they were before, and as they were seen or left; what was taken (1) or given back
    (-1), if unseen."""

    before: dict[Cell, Any]
    left: dict[Cell, Any]
    taken: dict[Cell, int]
    looked_at: bool


class Looks:
    """How often each lock was looked at by somebody who did not get it."""

    def __init__(self) -> None:
        self._all: Counter[Cell] = Counter()
        self._own: Counter[tuple[Cell, str]] = Counter()

    def count(self, task: str, reads: Iterable[Cell], objects: Mapping[str, ObjectRecord]) -> None:
        """`task` has only read these cells."""
        for cell in reads:
            if _is_read_lock(cell) or _is_lock(cell, objects):
                self._all[cell] += 1
                self._own[cell, task] += 1

    def of_others(self, cell: Cell, task: str) -> int:
        """How often others than `task` have looked."""
        return self._all[cell] - self._own[cell, task]


class Rounds:
    """The rounds of one task.

    Attributes:
        place: the place that it was at last, if its variables are known to follow from that and from `since`.
        since: what it asked for, and what it was told, since it was at `place`.
        steps: how many steps the round took that it has just made for nothing.
        again: whether it has been at `place` before.
    """

    __slots__ = ("_been", "_did", "_looks", "_marks", "_task", "again", "place", "since", "steps")

    def __init__(self, task: str) -> None:
        self._task = task
        self._marks: dict[int, int] = {}
        self._did: list[_Did] = []
        self._looks: dict[Cell, list[int]] = {}
        self.place: int | None = None
        self.since: list[Any] = []
        self.steps = 0
        self.again = False
        self._been: set[int] = set()

    def did(
        self, evaluation: Evaluation, before: Lookup, objects: Mapping[str, ObjectRecord], looks: Looks
    ) -> None:
        """Takes note of a step of the task; `before` gives the cells as they were before it."""
        if self.place is None:
            return
        if evaluation.effects and any(effect.kind != "chunk" for effect in evaluation.effects):
            self.place = None
        if evaluation.effects or evaluation.adds:
            self._forget()
            return
        left: dict[Cell, Any] = {cell: before(cell, ABSENT) for cell in evaluation.footprint.reads}
        were = dict(left)
        taken: dict[Cell, int] = {}
        looked_at = False
        for cell, value in evaluation.writes.items():
            change = self._change(cell, before(cell, ABSENT), value, objects)
            if change == 0:
                self._forget()
                return
            were[cell] = before(cell, ABSENT)
            left[cell] = value
            taken[cell] = change
            open_ones = self._looks.setdefault(cell, [])
            if change > 0:
                open_ones.append(looks.of_others(cell, self._task))
            elif open_ones and open_ones.pop() != looks.of_others(cell, self._task):
                looked_at = True
        self._did.append(_Did(were, left, taken, looked_at))

    def told(self, op: Op, outcome: Outcome) -> None:
        """Takes note of an operation that has ended."""
        if self.place is not None:
            self.since.append((op, outcome))

    def arrive(self, op: Op) -> Left | None:
        """The task asks for `op` at a place: what it waits to be changed, if it has just made a round for nothing."""
        assert op.place is not None
        mark = op.place
        self.place = mark
        self.since = []
        self.again = mark in self._been
        self._been.add(mark)
        start = self._marks.get(mark)
        round_made = self._did[start:] if start is not None else []
        first: dict[Cell, Any] = {}
        left: dict[Cell, Any] = {}
        for did in round_made:
            first = {**did.before, **first}
            left.update(did.left)
        changed = any(not _is_same(first[cell], value) for cell, value in left.items())
        if not round_made or changed or not _had_no_effect(round_made):  # another round would not be like this one
            self._marks[mark] = len(self._did)
            return None
        self.steps = len(round_made)
        self._forget()
        self._marks[mark] = 0
        return (UNCERTAIN, ABSENT), *left.items()

    @property
    def where(self) -> tuple[Any, ...]:
        """Where the task stands, as far as that can come again; nothing where it cannot."""
        return () if self.place is None else (self.place, self.since)

    def forget(self) -> None:
        """The task did what nobody can take back or see: what it did before is no part of a round."""
        self._forget()
        self.place = None

    def _forget(self) -> None:
        self._marks.clear()
        self._did.clear()
        self._looks.clear()

    def _change(self, cell: Cell, before: Any, after: Any, objects: Mapping[str, ObjectRecord]) -> int:
        """1 if the task took a unit of a lock, -1 if it gave one of its own back, 0 for anything else."""
        if _is_read_lock(cell):
            return -1 if after is None else 1
        if not _is_lock(cell, objects):
            return 0
        takers = () if before is ABSENT else before[1]
        change = after[1].count(self._task) - takers.count(self._task)
        return change if len(after[1]) - len(takers) == change else 0


def _is_same(one: Any, other: Any) -> bool:
    return one is other or (type(one) is type(other) and bool(one == other))


def _is_lock(cell: Cell, objects: Mapping[str, ObjectRecord]) -> bool:
    return type(cell) is tuple and len(cell) == 1 and cell[0] in objects


def _is_read_lock(cell: Cell) -> bool:
    return type(cell) is tuple and len(cell) == 2 and cell[1] == "read lock"


def _had_no_effect(did: list[_Did]) -> bool:
    """Whether the steps gave back all they took, took nothing that they gave back before, and nobody looked."""
    held: Counter[Cell] = Counter()
    for each in did:
        if each.looked_at:
            return False
        for cell, change in each.taken.items():
            held[cell] += change
            if held[cell] < 0:
                return False
    return not any(held.values())
