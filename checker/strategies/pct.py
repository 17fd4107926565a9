"""PCT: the enabled task with the highest priority runs; priorities are random, and fall before a few random steps.

After S. Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatte, "A Randomized Scheduler with Probabilistic Guarantees of
Finding Bugs", ASPLOS 2010. A bug has depth d if d constraints "this step before that one" are enough to bring it
about. The theorem: in a program of at most n tasks and k steps, one schedule finds a given bug of depth d with a
probability of at least 1 / (n * k^(d-1)). Departures:

- Neither n nor k is known beforehand. Tasks get their priority when they are first able to run, which is the same as a
  random order of all; k is the length of the longest complete schedule seen.
- A schedule that goes on for longer than k, of which the theorem says nothing, goes on as a random walk: so a task
  that spins cannot keep all others from running for ever. As long as no length is known all of it is a random walk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from checker.strategies.base import GrantedStep, Situation


@dataclass(slots=True)
class Bounds:
    """The theorem's n and k: the most tasks and the most steps that a complete schedule had; 0 before the first.

    `drawn` counts the PCT schedules that were begun since they were last widened: the theorem holds for each of these
    if no schedule of the program has more.
    """

    tasks: int = 0
    steps: int = 0
    drawn: int = 0

    def widen(self, tasks: int, steps: int) -> None:
        """Takes a complete schedule into account."""
        if tasks > self.tasks or steps > self.steps:
            self.tasks, self.steps, self.drawn = max(self.tasks, tasks), max(self.steps, steps), 0


class Pct:
    """PCT for bugs of depth `depth`, from 1. It draws from `random`, within `bounds`, which others may widen too."""

    def __init__(self, random: Random, depth: int, bounds: Bounds) -> None:
        self.name = f"PCT, d = {depth}"
        self._random = random
        self._depth = depth
        self._bounds = bounds
        self._most = 0
        self._priorities: dict[str, float] = {}
        self._changes: dict[int, int] = {}
        self._taken = 0

    def begin(self) -> None:
        self._bounds.drawn += 1
        self._most = self._bounds.steps
        self._priorities = {}
        self._taken = 0
        self._changes = {}
        if self._most:
            for low in range(1 - self._depth, 0):  # one by one: which of the changes comes first is random as well
                self._changes[self._random.randint(1, self._most)] = low

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        priorities = self._priorities
        for task in enabled:
            if task not in priorities:
                priorities[task] = self._random.random()
        if self._taken >= self._most:
            return enabled[int(self._random.random() * len(enabled))]
        highest = max(enabled, key=priorities.__getitem__)
        low = self._changes.get(self._taken + 1)
        if low is None:
            return highest
        priorities[highest] = low
        return max(enabled, key=priorities.__getitem__)

    def granted(self, granted: GrantedStep) -> None:
        self._taken += 1

    def end(self, situation: Situation, *, complete: bool) -> None:
        if complete:
            self._bounds.widen(len(self._priorities), self._taken)
