"""The states on the path that is being explored: who sleeps there, and what is explored from them now and later."""

from __future__ import annotations

from dataclasses import dataclass, field

from checker.strategies.wakeup import Asleep, Branch, Sequel, Taken, flat, grown, insert
from checker.trace import Footprint


@dataclass(slots=True)
class Node:
    """One state on the path.

    `sleep` holds those who slept there from the beginning, those explored since, and those whose branch was given away,
    with their footprints in this state. `now` is the branch that is explored, with its own `footprint` once its step
    was taken; `later` are those that follow it. `away` has the task of each branch that somebody else still explores,
    by the number of the gift. `unsure` are those whom something to be explored from here does not concern, though it
    was put here before they were finished: they are never taken to be, since what they left to it they may not cover.
    """

    enabled: tuple[str, ...]
    sleep: dict[str, Asleep]
    now: Branch
    later: list[Branch] = field(default_factory=list)
    footprint: Footprint | None = None
    away: dict[int, str] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)

    def sleep_below(self) -> dict[str, Asleep]:
        """Who still sleeps once the step of `now` was taken: as he sleeps here at this moment, whatever comes later."""
        assert self.footprint is not None
        taken, last = self.footprint, self.now.task
        return {
            task: asleep
            for task, asleep in self.sleep.items()
            if task != last and not asleep.footprint.conflicts(taken)
        }

    def covers(self, sequel: Sequel) -> bool:
        """Whether what is explored, or was, from those who sleep here or from `now` begins with the sequel."""
        if any(sequel.may_begin_with(task, one.footprint, weakly=one.finished) for task, one in self.sleep.items()):
            return True
        return self.footprint is not None and sequel.may_begin_with(self.now.task, self.footprint, weakly=False)

    def insert(self, sequel: Sequel) -> None:
        """Has the sequel explored from here, which nobody covers: with `now`, if that was not begun yet, or later."""
        unfinished = {task: one.footprint for task, one in self.sleep.items() if not one.finished}
        if self.footprint is not None:
            unfinished[self.now.task] = self.footprint
        self.unsure |= {task for task, footprint in unfinished.items() if sequel.leaves_alone(task, footprint)}
        if self.footprint is not None:
            insert(self.later, sequel)
            return
        tree = [self.now, *self.later]
        insert(tree, sequel)
        self.later = tree[1:]

    def end_now(self) -> None:
        """All that begins with `now` has been explored."""
        if self.footprint is not None:
            self.sleep[self.now.task] = Asleep(self.footprint, finished=self.now.task not in self.unsure)

    def give(self, number: int) -> Node:
        """Gives away the branch that would be explored next: this node, as it is for those who explore it.

        Until the gift comes back, its branch sleeps here.
        """
        branch = self.later.pop(0)
        sleep = {self.now.task: Asleep(self._footprint_of_now, finished=False), **self.sleep}
        (now,) = grown(flat([branch]))
        theirs = Node(self.enabled, sleep, now, grown(flat(self.later)), branch.footprint)
        self.sleep[branch.task] = Asleep(branch.footprint, finished=False)
        self.away[number] = branch.task
        return theirs

    def take_back(self, number: int) -> None:
        """All of what was given away under this number has been explored."""
        task = self.away.pop(number)
        self.sleep[task] = Asleep(self.sleep[task].footprint, finished=task not in self.unsure)

    def shown(self) -> Node:
        """A copy for those who explore something below it."""
        return Node(self.enabled, dict(self.sleep), Branch(*self.taken), grown(flat(self.later)), self.footprint)

    @property
    def taken(self) -> Taken:
        """The step of `now`."""
        return Taken(self.now.task, self._footprint_of_now)

    @property
    def _footprint_of_now(self) -> Footprint:
        return self.footprint or self.now.footprint
