"""Wakeup trees: the beginnings of schedules that have still to be explored from a state.

After P. Abdulla, S. Aronis, B. Jonsson, K. Sagonas, "Optimal Dynamic Partial Order Reduction", POPL 2014, section 6. A
tree is a list of branches, in the order in which they are explored. No branch that stands behind another could begin,
up to the order of independent steps, with that other: so nothing is explored twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from checker.strategies.history import History
from checker.trace import Cell, Footprint, Op, Step

_SOME_OP = Op("", None, (), None)


class Taken(NamedTuple):
    """A step as far as orders of steps go: whose, and what it touches."""

    task: str
    footprint: Footprint


class Grown(NamedTuple):
    """A branch in the flat form of a tree: how deep it stands, from 0, and its step."""

    depth: int
    task: str
    footprint: Footprint


class Asleep(NamedTuple):
    """One who sleeps: his footprint in that state, and whether all that begins with him had been explored before.

    If it had not, he may cover only what begins with his own step. What merely nothing in it concerns would be his as
    well, but those who explore what begins with him may leave just that to those who explore it now. Nor may anybody
    who sleeps beside him cover more, there or below: he had left to him what did not concern him, and what it became
    may have been left, in turn, to a branch that is there only since he who is not finished covered too little.
    """

    footprint: Footprint
    finished: bool


@dataclass(slots=True)
class Branch:
    """A step, with its footprint in the state where it is taken, and what is explored after it: anything, if empty."""

    task: str
    footprint: Footprint
    then: list[Branch] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Told:
    """A step of which somebody else told what a sequel needs: nobody will ask what it did."""

    taken: Taken
    pending: None = None
    writes: Mapping[Cell, Any] = field(default_factory=dict)
    adds: Mapping[Cell, int] = field(default_factory=dict)

    @property
    def step(self) -> Step:
        return Step(self.taken.task, _SOME_OP, 0, self.taken.footprint, done=True, answer=None, clock_s=0.0)


class Sequel:
    """Steps to be taken from a state: some of those that a schedule took from there, in its order, and one behind them.

    Args:
        history: the schedule.
        steps: the bits of its steps (see `history`); each of them does here what it did there.
        last: the task of the step behind them.
        footprint: that of this last step.

    Attributes:
        is_open: whether somebody was taken to come first because nothing here concerns him: which a schedule that goes
            on in another way may belie.
    """

    __slots__ = ("_footprint", "_history", "_last", "_steps", "is_open")

    def __init__(self, history: History, steps: int, last: str, footprint: Footprint) -> None:
        self._history = history
        self._steps = steps
        self._last: str | None = last
        self._footprint = footprint
        self.is_open = False

    @classmethod
    def of(cls, steps: Sequence[Taken]) -> Sequel:
        """The sequel of these steps, the last of them behind the others, as `taken` told them."""
        history = History()
        for taken in steps[:-1]:
            history.append(_Told(taken))
        return cls(history, (1 << len(steps) - 1) - 1, *steps[-1])

    def taken(self) -> tuple[Taken, ...]:
        """Its steps, in their order; it must be whole."""
        assert self._last is not None
        steps, rest, found = self._history.steps, self._steps, []
        while rest:
            index = (rest & -rest).bit_length() - 1
            rest &= rest - 1
            found.append(Taken(steps[index].step.task, steps[index].step.footprint))
        return (*found, Taken(self._last, self._footprint))

    def may_begin_with(self, task: str, footprint: Footprint, *, weakly: bool = True) -> bool:
        """Whether `task`, which could take a step of this footprint now, is a weak initial.

        It is if a schedule that begins with it can be equivalent to one that begins with the sequel: because its step
        is one of the sequel's that may as well come first, or is independent of all of them; this only if `weakly`.
        """
        own = self._first_of(task)
        if own is not None:
            return self._history.before[own] & self._steps == 1 << own
        if self._history.conflicts(footprint) & self._steps:
            return False
        if task == self._last:
            return True
        if not weakly:
            return False
        independent = self._last is None or not footprint.conflicts(self._footprint)
        self.is_open = self.is_open or independent
        return independent

    def take(self, task: str) -> None:
        """Goes on behind a step of `task`, which `may_begin_with` allowed: if it is one of the sequel's, it is gone."""
        own = self._first_of(task)
        if own is not None:
            self._steps &= ~(1 << own)
        elif task == self._last:
            self._last = None

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left of it."""
        return not self._steps and self._last is None

    def branch(self) -> Branch | None:
        """The sequel as a branch of its own; None if there is nothing left of it."""
        steps = self._history.steps
        branch = None if self._last is None else Branch(self._last, self._footprint)
        rest = self._steps
        while rest:
            index = rest.bit_length() - 1
            rest &= ~(1 << index)
            step = steps[index].step
            branch = Branch(step.task, step.footprint, [] if branch is None else [branch])
        return branch

    def _first_of(self, task: str) -> int | None:
        mine = self._history.steps_of(task) & self._steps
        return (mine & -mine).bit_length() - 1 if mine else None


def insert(tree: list[Branch], sequel: Sequel) -> None:
    """Sees to it that a schedule equivalent to one that begins with `sequel` is explored, which is used up."""
    while True:
        branch = next((b for b in tree if sequel.may_begin_with(b.task, b.footprint)), None)
        if branch is None:
            new = sequel.branch()
            if new is not None:
                tree.append(new)
            return
        if not branch.then:
            return  # whatever comes after it is explored
        sequel.take(branch.task)
        tree = branch.then


def is_sure_of(tree: Sequence[Branch], sequel: Sequel) -> bool:
    """Whether the tree sees to what begins with `sequel`, with nobody in it who comes first only as nothing matters."""
    sequel = Sequel.of(sequel.taken())
    while True:
        branch = next((b for b in tree if sequel.may_begin_with(b.task, b.footprint, weakly=False)), None)
        if branch is None:
            return False
        if not branch.then:
            return True
        sequel.take(branch.task)
        tree = branch.then


def flat(tree: Sequence[Branch]) -> list[Grown]:
    """The branches of a tree, each before what follows it: a tree may be too deep to be walked through by recursion."""
    left = [(0, branch) for branch in reversed(tree)]
    found: list[Grown] = []
    while left:
        depth, branch = left.pop()
        found.append(Grown(depth, branch.task, branch.footprint))
        left += [(depth + 1, following) for following in reversed(branch.then)]
    return found


def grown(branches: Sequence[Grown]) -> list[Branch]:
    """The tree of which `flat` made this.

    Raises:
        ValueError: no tree has such a form.
    """
    tree: list[Branch] = []
    lists = [tree]
    for depth, task, footprint in branches:
        if not 0 <= depth < len(lists):
            raise ValueError("a branch that stands on none")
        branch = Branch(task, footprint)
        del lists[depth + 1 :]
        lists[depth].append(branch)
        lists.append(branch.then)
    return tree
