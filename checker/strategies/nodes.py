"""The states on the path that is being explored: who sleeps there, and what is explored from them now and later."""

from __future__ import annotations

from dataclasses import dataclass, field

from checker.strategies.wakeup import Asleep, Branch, Sequel, Taken, flat, grown
from checker.trace import Footprint


@dataclass(slots=True)
class Node:
    """One state on the path.

    `sleep` holds those who slept there from the beginning, those explored since, and those whose branch was given away,
    with their footprints in this state. `now` is the branch that is explored, with its own `footprint` once its step
    was taken; `later` are those that follow it. `away` has the task of each branch that somebody else still explores,
    by the number of the gift.
    """

    enabled: tuple[str, ...]
    sleep: dict[str, Asleep]
    now: Branch
    later: list[Branch] = field(default_factory=list)
    footprint: Footprint | None = None
    away: dict[int, str] = field(default_factory=dict)

    def sleep_below(self) -> dict[str, Asleep]:
        """Who still sleeps once the step of `now` was taken: as he sleeps here at this moment, whatever comes later."""
        assert self.footprint is not None
        if not self.sleep:
            return {}
        taken, last = self.footprint, self.now.task
        below = {
            task: asleep
            for task, asleep in self.sleep.items()
            if task != last and not asleep.footprint.conflicts(taken)
        }
        if self._all_finished():
            return below
        return {task: Asleep(asleep.footprint, finished=False) for task, asleep in below.items()}

    def covers(self, sequel: Sequel) -> bool:
        """Whether what is explored, or was, from those who sleep here begins with the sequel."""
        weakly = self._all_finished()
        return any(sequel.may_begin_with(task, one.footprint, weakly=weakly) for task, one in self.sleep.items())

    def _all_finished(self) -> bool:
        """Whether those who sleep here may cover what merely does not concern them (see `wakeup.Asleep`)."""
        return all(one.finished for one in self.sleep.values())

    def end_now(self) -> None:
        """All that begins with `now` has been explored."""
        if self.footprint is not None:
            self.sleep[self.now.task] = Asleep(self.footprint, finished=True)

    def give(self, number: int) -> Node:
        """Gives away the branch that would be explored next: this node, as it is for those who explore it.

        Its branch sleeps here from now on, and never counts as finished: what is put behind it meanwhile takes in what
        those who explore it find to be reversed here, and so must not leave anything to them in turn.
        """
        branch = self.later.pop(0)
        sleep = {self.now.task: Asleep(self.taken.footprint, finished=False), **self.sleep}
        (now,) = grown(flat([branch]))
        theirs = Node(self.enabled, sleep, now, grown(flat(self.later)), branch.footprint)
        self.sleep[branch.task] = Asleep(branch.footprint, finished=False)
        self.away[number] = branch.task
        return theirs

    def take_back(self, number: int) -> None:
        """All of what was given away under this number has been explored."""
        del self.away[number]

    def shown(self) -> Node:
        """A copy for those who explore something below it."""
        return Node(self.enabled, dict(self.sleep), Branch(*self.taken), grown(flat(self.later)), self.footprint)

    @property
    def taken(self) -> Taken:
        """The step of `now`."""
        return Taken(self.now.task, self.footprint or self.now.footprint)
