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
- A race whose steps the schedule shares with earlier ones is looked at again only where what has to be explored for it
  can be something else: where steps stand behind `second`, now or when it was looked at last, that do not follow from
  `first`; or where somebody who sleeps was taken to cover it since none of it concerned him.
- At the end of every schedule, a pruned one too, the pending steps of blocked and of killed tasks take part as if
  executed: another order may let them run.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from checker.errors import NotRepeatable
from checker.strategies.base import GrantedStep, Situation, told_apart
from checker.strategies.history import History
from checker.strategies.nodes import Node
from checker.strategies.races import GivenUp, reversal
from checker.strategies.wakeup import Asleep, Branch, Sequel, Taken, insert, is_sure_of


class Reversed(NamedTuple):
    """What has to be explored from state number `at` of the path, which is somebody else's."""

    at: int
    steps: tuple[Taken, ...]


class Dpor:
    """Explores until `exhausted`: every schedule that differs in effect has then been run, unless it `gave_up` a race.

    What is put behind a race that was given up is not known, so that who sleeps there may cover less than is taken.

    Args:
        path: states that somebody else goes on exploring, as he gave them; only what begins as they say is explored.
        open_steps: the steps there whose races have to be looked at again.

    Attributes:
        waits: nothing is left to explore until what was given away comes back.
        reversed: what has to be explored from states of the `path`; whoever takes it away sees to that.
    """

    name = "DPOR"

    def __init__(self, path: Sequence[Node] = (), open_steps: Collection[int] = ()) -> None:
        self.exhausted = False
        self.gave_up = False
        self.waits = False
        self.reversed: list[Reversed] = []
        self.given_states = len(path)
        self._path = list(path)
        self._told: set[Reversed] = set()
        self._depth = 0
        self._known = max(len(path) - 1, 0)
        self._history = History()
        self._open = set(open_steps)

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
        sleep: dict[str, Asleep] = {}
        last = None
        wanted: list[Branch] = []
        if self._path:
            parent = self._path[-1]
            last, wanted, sleep = parent.now.task, parent.now.then, parent.sleep_below()
            wanted = [branch for branch in wanted if branch.task not in sleep]
        if wanted:
            now, *later = wanted
            if now.task not in enabled:
                raise NotRepeatable(
                    self._depth, f"{now.task} able to run", ", ".join(enabled), line_of(situation, enabled)
                )
        else:
            awake = [task for task in enabled if task not in sleep] if sleep else enabled
            if not awake:
                return None
            task = last if last is not None and last in awake else awake[0]
            now, later = Branch(task, situation.footprint(task)), []
        self._path.append(Node(tuple(enabled), sleep, now, later))
        return now.task

    def granted(self, granted: GrantedStep) -> None:
        node, now = self._path[self._depth], granted.step
        if self._depth < len(self._history.steps):
            before = self._history.steps[self._depth].step
            if before is not now and before != now:
                raise NotRepeatable(self._depth, *told_apart(before.op, now.op), now.op.line)
        else:
            if node.footprint is not None and node.footprint != now.footprint:  # it did else where it was given
                raise NotRepeatable(self._depth, "the same step as before", now.op.kind, now.op.line)
            node.footprint = now.footprint
            self._history.append(granted)
        self._depth += 1

    def end(self, situation: Situation, *, complete: bool) -> None:
        history = self._history
        shared = self._known
        before_all = history.before_all_behind()
        for index, firsts in enumerate(history.racing):
            if not firsts:
                continue
            has_others_behind = bool(firsts & ~before_all[index])
            if index < shared and not has_others_behind and index not in self._open:
                continue
            granted = history.steps[index]
            past = history.past_at(index)
            is_open = self._races(situation, granted.pending, past, firsts)
            if is_open or has_others_behind:
                self._open.add(index)
            else:
                self._open.discard(index)
        asleep = () if complete else situation.enabled()
        for pending, footprint in situation.unfinished():
            if pending.task not in asleep:
                past = history.past_of(pending.task)
                self._races(situation, pending, past, history.conflicts(footprint) & ~past)
        self._advance()

    def give(self, number: int) -> tuple[list[Node], set[int]] | None:
        """Gives away a branch of the first state that has one to give: a path and its open steps, for another `Dpor`.

        It has to come back, under its number: see `take_back`. None where there is none.
        """
        for depth in range(self.given_states, len(self._path)):
            node = self._path[depth]
            if node.later and node.footprint is not None:  # else `now` would sleep for the other, and he here
                path = [each.shown() for each in self._path[:depth]]
                return [*path, node.give(number)], {index for index in self._open if index < depth}
        return None

    def take_back(self, number: int) -> None:
        """All that was given away under this number has been explored."""
        next(node for node in self._path if number in node.away).take_back(number)
        if self.waits:
            self._advance()

    def wake(self, at: int, sequel: Sequel) -> None:
        """Has `sequel` explored from state `at`, unless what is explored from there anyway begins it.

        What begins with the branch that is explored at present goes down to where that has come to: had it come before
        that was begun, it would have been put into its wakeup tree.
        """
        while not sequel.is_over:
            node = self._path[at]
            if node.covers(sequel):
                return
            if at < self.given_states:
                self._reverse_elsewhere(at, sequel)
                return
            if not sequel.may_begin_with(*node.taken):
                insert(node.later, sequel)
                if self.waits:
                    self._advance()
                return
            if at + 1 == len(self._path):  # it has not begun yet
                insert([node.now], sequel)
                return
            sequel.take(node.now.task)
            at += 1

    def _reverse_elsewhere(self, at: int, sequel: Sequel) -> None:
        race = Reversed(at, sequel.taken())
        if not is_sure_of(self._path[at].later, sequel):
            sequel.is_open = True  # nobody knows here what covers it there
            if race not in self._told:
                self._told.add(race)
                self.reversed.append(race)

    def _advance(self) -> None:
        """Turns to the next unexplored branch, the deepest first."""
        self.waits = False
        while len(self._path) > self.given_states:
            node = self._path[-1]
            node.end_now()
            if node.later:
                node.now = node.later.pop(0)
                node.footprint = None
                self._known = len(self._path) - 1
                self._history.cut(self._known)
                return
            if node.away:
                self.waits = True
                return
            self._path.pop()
        self.exhausted = True

    def _races(self, situation: Situation, second: Any, past: int, candidates: int) -> bool:
        """Makes sure that every reversible race of `second` with one of the `candidates` is reversed.

        Returns whether it has to be looked at again when a schedule goes on in another way.
        """
        is_open = False
        history = self._history
        length = len(history.steps)
        covered = 0
        while candidates:
            first = candidates.bit_length() - 1
            candidates &= ~(1 << first)
            if covered >> first & 1:
                continue
            independent = ((1 << length) - (2 << first)) & ~history.after(first, length)
            try:
                found = reversal(history, situation, second, past, first, independent)
            except GivenUp:
                self._wake_all(situation, first)
                continue
            if found is None:
                continue
            kept, then = found
            if then.conflicts(history.steps[first].step.footprint):  # else it does there what it can do after `first`
                covered |= history.before[first]
                sequel = Sequel(history, kept, second.task, then)
                self.wake(first, sequel)
                is_open = is_open or sequel.is_open
        return is_open

    def _wake_all(self, situation: Situation, first: int) -> None:
        """Has every task explored that was enabled before `first`, if that state is not somebody else's."""
        self.gave_up = True
        node, history = self._path[first], self._history
        if first < self.given_states:
            return
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
