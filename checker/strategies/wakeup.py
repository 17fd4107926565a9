"""Wakeup trees: the beginnings of schedules that have still to be explored from a state.

After P. Abdulla, S. Aronis, B. Jonsson, K. Sagonas, "Optimal Dynamic Partial Order Reduction", POPL 2014, section 6. A
tree is a list of branches, in the order in which they are explored. No branch that stands behind another could begin,
up to the order of independent steps, with that other: so nothing is explored twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from checker.strategies.history import History
from checker.trace import Footprint


@dataclass(slots=True)
class Branch:
    """A step, with its footprint in the state where it is taken, and what is explored after it: anything, if empty."""

    task: str
    footprint: Footprint
    then: list[Branch] = field(default_factory=list)


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

    def may_begin_with(self, task: str, footprint: Footprint) -> bool:
        """Whether `task`, which could take a step of this footprint now, is a weak initial.

        It is if a schedule that begins with it can be equivalent to one that begins with the sequel: because its step
        is one of the sequel's that may as well come first, or is independent of all of them.
        """
        own = self._first_of(task)
        if own is not None:
            return self._history.before[own] & self._steps == 1 << own
        if self._history.conflicts(footprint) & self._steps:
            return False
        if task == self._last:
            return True
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
