"""Dynamic partial-order reduction with source sets and sleep sets: one complete schedule for each Mazurkiewicz trace.

After P. Abdulla, S. Aronis, B. Jonsson, K. Sagonas, "Optimal Dynamic Partial Order Reduction", POPL 2014, algorithm 1
(source-DPOR). A race is a step `first` and a later dependent step `second` of another task, not ordered by anything the
second task did before; the reversed order must be explored from the state before `first`. Departures:

- Dependence, enabledness and their causes come from recorded footprints alone, blocking operations included. Two
  acquires of one lock race although the release between them orders them: a race is sought with *every* earlier
  dependent step, latest first, not only with the last. Whether it can be reversed at all is found by asking the kernel
  whether `second` would be enabled in the state in which `first` and all that follows from it have not happened.
- Where other steps keep it blocked in that state, and do not follow from `first`, they are left out as well, one cell's
  latest writer at a time (a process that waits for a lock and is killed waits on two cells at once).
- At the end of every schedule, a pruned one too, the pending steps of blocked and of killed tasks take part as if
  executed: another order may let them run.

Sleep sets: a task explored from a state sleeps in the siblings' subtrees until a step dependent with it is taken; when
all enabled tasks sleep, an equivalent schedule has been seen and the schedule is pruned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from checker.errors import NotRepeatable
from checker.strategies.base import GrantedStep, Situation
from checker.strategies.history import History
from checker.trace import Cell, Footprint, Op

MAX_STATES_FOR_ONE_RACE = 64
"""How many cuts are tried for one race until all enabled tasks are explored from there instead: sound, only slower."""


@dataclass(slots=True)
class _Node:
    """One state on the path that is being explored."""

    enabled: tuple[str, ...]
    sleep: dict[str, Footprint]
    task: str
    backtrack: list[str]
    done: dict[str, Footprint] = field(default_factory=dict)
    footprint: Footprint | None = None


class Dpor:
    """Explores until `exhausted`: every schedule that differs in effect has then been run."""

    name = "DPOR"

    def __init__(self) -> None:
        self.exhausted = False
        self._path: list[_Node] = []
        self._depth = 0
        self._known = 0
        self._history = History()

    def begin(self) -> None:
        self._depth = 0

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        if self._depth < len(self._path):
            node = self._path[self._depth]
            if node.enabled != tuple(enabled):
                raise NotRepeatable(
                    self._depth, f"{', '.join(node.enabled)} able to run", ", ".join(enabled), _line(situation, enabled)
                )
            return node.task
        sleep: dict[str, Footprint] = {}
        last = None
        if self._path:
            parent = self._path[-1]
            last = parent.task
            assert parent.footprint is not None
            taken = parent.footprint
            for asleep in (parent.sleep, parent.done):
                sleep.update((t, f) for t, f in asleep.items() if t != last and not f.conflicts(taken))
        awake = [task for task in enabled if task not in sleep]
        if not awake:
            return None
        task = last if last in awake else awake[0]
        self._path.append(_Node(tuple(enabled), sleep, task, [task]))
        return task

    def granted(self, granted: GrantedStep) -> None:
        node = self._path[self._depth]
        if self._depth < self._known:
            before = self._history.steps[self._depth].step
            now = granted.step
            if before is not now and before != now:
                raise NotRepeatable(self._depth, *_told_apart(before.op, now.op), now.op.line)
        else:
            node.footprint = granted.step.footprint
            self._history.append(granted)
        self._depth += 1

    def end(self, situation: Situation, *, complete: bool) -> None:
        history = self._history
        length = len(history.steps)
        for index in range(self._known, length):
            granted = history.steps[index]
            self._races(situation, granted.pending, granted.step.footprint, history.past_at(index), index)
        asleep = () if complete else situation.enabled()
        for pending, footprint in situation.unfinished():
            if pending.task not in asleep:
                self._races(situation, pending, footprint, history.past_of(pending.task), length)
        self._advance()

    def _advance(self) -> None:
        """Turns to the next unexplored branch, the deepest first."""
        while self._path:
            node = self._path[-1]
            if node.footprint is not None:
                node.done[node.task] = node.footprint
            for task in node.backtrack:
                if task not in node.done and task not in node.sleep:
                    node.task = task
                    node.footprint = None
                    self._known = len(self._path) - 1
                    self._history.cut(self._known)
                    return
            self._path.pop()
        self.exhausted = True

    def _races(self, situation: Situation, second: Any, footprint: Footprint, past: int, end: int) -> None:
        """Makes sure that every reversible race of `second`, which comes after the first `end` steps, is reversed."""
        history = self._history
        candidates = history.conflicts(footprint) & ~past & ((1 << end) - 1)
        covered = 0
        while candidates:
            first = candidates.bit_length() - 1
            candidates &= ~(1 << first)
            if covered >> first & 1:
                continue
            independent = ((1 << end) - (2 << first)) & ~history.after(first, end)
            reversed_race = self._reversal(situation, second, past, first, independent)
            if reversed_race is None:
                continue
            covered |= history.before[first]
            self._add_initial(second.task, first, *reversed_race)

    def _reversal(
        self, situation: Situation, second: Any, needed: int, first: int, independent: int
    ) -> tuple[int, Footprint] | None:
        """The steps after `first` that let `second` run without it, and its footprint then; None where nothing does.

        The steps are those in `independent`, less what would keep `second` blocked, but never less than `needed`.
        """
        history = self._history
        earlier = (1 << first) - 1
        tried = {independent}
        states = [independent]
        while states:
            kept = states.pop(0)
            included = earlier | kept

            def lookup(cell: Cell, default: Any, included: int = included) -> Any:
                return history.value(cell, default, included)

            enabled, footprint = situation.preview(second, lookup)
            if enabled:
                return kept, footprint
            if len(tried) > MAX_STATES_FOR_ONE_RACE:
                self._path[first].backtrack = list(self._path[first].enabled)
                return None
            for cell in footprint.reads:
                writers = history.writers(cell) & kept
                if writers:
                    latest = writers.bit_length() - 1
                    fewer = kept & ~history.after(latest, len(history.steps))
                    if fewer not in tried and not needed & ~(fewer | earlier):
                        tried.add(fewer)
                        states.append(fewer)
        return None

    def _add_initial(self, second: str, first: int, kept: int, footprint: Footprint) -> None:
        """Adds to the state before `first` a task that can begin the reversed order, unless one is explored anyway."""
        history = self._history
        node = self._path[first]
        initials: list[str] = []
        seen: set[str] = set()
        rest = kept
        while rest:
            index = (rest & -rest).bit_length() - 1
            rest &= rest - 1
            task = history.steps[index].step.task
            if task not in seen:
                seen.add(task)
                if history.before[index] & kept == 1 << index:
                    initials.append(task)
        if second not in seen and not history.conflicts(footprint) & kept:
            initials.insert(0, second)
        if not any(task in node.backtrack or task in node.sleep for task in initials):
            node.backtrack.append(initials[0])


def _told_apart(one: Op, other: Op) -> tuple[str, str]:
    """Two operations in words; with their arguments where those alone are different."""
    said = _said(one), _said(other)
    return said if said[0] != said[1] else (f"{said[0]} with {one.args!r:.50}", f"{said[1]} with {other.args!r:.50}")


def _said(op: Op) -> str:
    return op.kind if op.line is None else f"{op.kind} in line {op.line}"


def _line(situation: Situation, enabled: Sequence[str]) -> int | None:
    for task in enabled:
        pending = situation.pending(task)
        if pending is not None and pending.op.line is not None:
            return int(pending.op.line)
    return None
