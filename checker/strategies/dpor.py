"""Optimal dynamic partial-order reduction: one complete schedule for each Mazurkiewicz trace, and no other.

After P. Abdulla, S. Aronis, B. Jonsson, K. Sagonas, "Optimal Dynamic Partial Order Reduction", POPL 2014, algorithm 2.
A race is a step `first` and a later dependent step `second` of another task, not ordered by anything the second task
did before; the reversed order must be explored from the state before `first`. How it begins there is a sequence of
steps, which is put into that state's *wakeup tree*. Sleep sets tell what has been explored already: a task explored
from a state sleeps in the siblings' subtrees until a step dependent with it is taken. Since a sequence is put into a
tree only where it wakes up everybody who sleeps there, no schedule ends because all enabled tasks sleep. Departures:

- Dependence, enabledness and their causes come from recorded footprints alone, blocking operations included. Two
  acquires of one lock race although the release between them orders them: a race is sought with *every* earlier
  dependent step, latest first, not only with the last. Whether it can be reversed at all is found by asking the kernel
  whether `second` would be enabled in the state in which `first` and all that follows from it have not happened.
- Where other steps keep it blocked in that state, and do not follow from `first`, they are left out as well, one cell's
  latest writer at a time (a process that waits for a lock and is killed waits on two cells at once).
- A race of steps that the schedule shares with earlier ones is looked at again only where the steps behind it matter:
  where somebody who sleeps was taken to cover it since none of those concerned him.
- At the end of every schedule, a pruned one too, the pending steps of blocked and of killed tasks take part as if
  executed: another order may let them run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from checker.errors import NotRepeatable
from checker.strategies.base import GrantedStep, Situation, told_apart
from checker.strategies.history import History
from checker.strategies.wakeup import Branch, Sequel, insert
from checker.trace import Cell, Footprint

MAX_STATES_FOR_ONE_RACE = 64
"""How many cuts are tried for one race until it is given up: all enabled tasks are explored from there instead."""


@dataclass(slots=True)
class _Node:
    """One state on the path that is being explored: who sleeps there, and what is explored from it now and later.

    `sleep` holds those who slept there from the beginning and those explored since, with their footprints in this
    state. `now` is the branch that is explored, `later` those that follow it.
    """

    enabled: tuple[str, ...]
    sleep: dict[str, Footprint]
    now: Branch
    later: list[Branch] = field(default_factory=list)
    footprint: Footprint | None = None


class Dpor:
    """Explores until `exhausted`: every schedule that differs in effect has then been run, unless it `gave_up` a race.

    What is put behind a race that was given up is not known, so that who sleeps there may cover less than is taken.
    """

    name = "DPOR"

    def __init__(self) -> None:
        self.exhausted = False
        self.gave_up = False
        self._path: list[_Node] = []
        self._depth = 0
        self._known = 0
        self._history = History()
        self._open: set[int] = set()

    @property
    def shared(self) -> int:
        """See `base.Backtracking`."""
        return self._known

    def begin(self) -> None:
        self._depth = 0

    def skip(self, steps: int) -> None:
        """See `base.Backtracking`."""
        self._depth = steps

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        if self._depth < len(self._path):
            node = self._path[self._depth]
            if node.enabled != tuple(enabled):
                line = line_of(situation, enabled)
                raise NotRepeatable(self._depth, f"{', '.join(node.enabled)} able to run", ", ".join(enabled), line)
            return node.now.task
        sleep: dict[str, Footprint] = {}
        last = None
        wanted: list[Branch] = []
        if self._path:
            parent = self._path[-1]
            assert parent.footprint is not None
            last, taken, wanted = parent.now.task, parent.footprint, parent.now.then
            sleep = {
                task: asleep
                for task, asleep in parent.sleep.items()
                if task != last and not asleep.conflicts(taken)
            }
            wanted = [branch for branch in wanted if branch.task not in sleep]
        if wanted:
            now, *later = wanted
            if now.task not in enabled:
                raise NotRepeatable(
                    self._depth, f"{now.task} able to run", ", ".join(enabled), line_of(situation, enabled)
                )
        else:
            awake = [task for task in enabled if task not in sleep]
            if not awake:
                return None
            task = last if last in awake else awake[0]
            now, later = Branch(task, situation.footprint(task)), []
        self._path.append(_Node(tuple(enabled), sleep, now, later))
        return now.task

    def granted(self, granted: GrantedStep) -> None:
        node = self._path[self._depth]
        if self._depth < self._known:
            before = self._history.steps[self._depth].step
            now = granted.step
            if before is not now and before != now:
                raise NotRepeatable(self._depth, *told_apart(before.op, now.op), now.op.line)
        else:
            node.footprint = granted.step.footprint
            self._history.append(granted)
        self._depth += 1

    def end(self, situation: Situation, *, complete: bool) -> None:
        history = self._history
        length = len(history.steps)
        self._open = {index for index in self._open if index < self._known}
        for index in (*sorted(self._open), *range(self._known, length)):
            granted = history.steps[index]
            if self._races(situation, granted.pending, granted.step.footprint, history.past_at(index), index):
                self._open.add(index)
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
                node.sleep[node.now.task] = node.footprint
            if node.later:
                node.now = node.later.pop(0)
                node.footprint = None
                self._known = len(self._path) - 1
                self._history.cut(self._known)
                return
            self._path.pop()
        self.exhausted = True

    def _races(self, situation: Situation, second: Any, footprint: Footprint, past: int, end: int) -> bool:
        """Makes sure that every reversible race of `second`, which comes after the first `end` steps, is reversed.

        Returns whether it has to be looked at again when a schedule goes on in another way.
        """
        is_open = False
        history = self._history
        length = len(history.steps)
        candidates = history.conflicts(footprint) & ~past & ((1 << end) - 1)
        covered = 0
        while candidates:
            first = candidates.bit_length() - 1
            candidates &= ~(1 << first)
            if covered >> first & 1:
                continue
            independent = ((1 << length) - (2 << first)) & ~history.after(first, length)
            reversed_race = self._reversal(situation, second, past, first, independent)
            if reversed_race is None:
                continue
            kept, then = reversed_race
            if then.conflicts(history.steps[first].step.footprint):  # else it does there what it can do after `first`
                covered |= history.before[first]
                sequel = Sequel(history, kept, second.task, then)
                self._wake(first, sequel)
                is_open = is_open or sequel.is_open
        return is_open

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
                self._wake_all(situation, first)
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

    def _wake(self, first: int, sequel: Sequel) -> None:
        """Has `sequel` explored from the state before `first`, unless what is explored from there anyway begins it."""
        node = self._path[first]
        if not any(sequel.may_begin_with(task, asleep) for task, asleep in node.sleep.items()):
            insert(node.later, sequel)

    def _wake_all(self, situation: Situation, first: int) -> None:
        """Has every task explored that was enabled before `first`."""
        self.gave_up = True
        node, history = self._path[first], self._history
        earlier = (1 << first) - 1
        pending = {left.task: left for left, _ in situation.unfinished()}
        for granted in reversed(history.steps[first:]):
            pending[granted.step.task] = granted.pending
        known = {node.now.task, *node.sleep, *(branch.task for branch in node.later)}
        for task in node.enabled:
            if task not in known:
                _, footprint = situation.preview(
                    pending[task], lambda cell, default: history.value(cell, default, earlier)
                )
                node.later.append(Branch(task, footprint))


def line_of(situation: Situation, enabled: Sequence[str]) -> int | None:
    """The line of the first operation that could be done next."""
    for task in enabled:
        pending = situation.pending(task)
        if pending is not None and pending.op.line is not None:
            return int(pending.op.line)
    return None
