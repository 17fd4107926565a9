"""PCT: the enabled task with the highest priority runs; priorities are random, and fall at a few random steps.

After S. Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatte, "A Randomized Scheduler with Probabilistic Guarantees of
Finding Bugs", ASPLOS 2010. A bug has depth d if d constraints "this step before that one" are enough to bring it
about. The theorem: in a program of at most n tasks and k steps, one schedule finds a given bug of depth d with a
probability of at least 1 / (n * k^(d-1)). Departures:

- Neither n nor k is known beforehand. Tasks get their priority when they are first able to run, which is the same as a
  random order of all; k is the longest complete schedule seen.
- A schedule that goes on for longer than k, of which the theorem says nothing, goes on as a random walk: so a task
  that spins cannot keep all others from running for ever. As long as no length is known all of it is a random walk.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from checker.strategies.base import GrantedStep, Situation


class Pct:
    """PCT for bugs of depth `depth`, from 1.

    `tasks` and `steps` are n and k: the most that a complete schedule had. Where other schedules were seen before,
    `steps` begins with the length of the longest.
    """

    def __init__(self, random: Random, depth: int, steps: int = 0) -> None:
        self.name = f"PCT, d = {depth}"
        self.depth = depth
        self.tasks = 0
        self.steps = steps
        self._random = random
        self._priorities: dict[str, float] = {}
        self._changes: dict[int, float] = {}
        self._taken = 0

    @property
    def guarantee(self) -> float | None:
        """How probable it is at least that one schedule finds a given bug of this depth; None before the first.

        It holds as long as no schedule has more tasks and steps than were seen.
        """
        return 1 / (self.tasks * self.steps ** (self.depth - 1)) if self.tasks else None

    def begin(self) -> None:
        self._priorities = {}
        self._taken = 0
        self._changes = {}
        if self.steps:
            for low in range(1 - self.depth, 0):  # drawn one by one: which of them comes first is random, too
                self._changes[self._random.randint(1, self.steps)] = low

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        priorities = self._priorities
        for task in enabled:
            if task not in priorities:
                priorities[task] = self._random.random()
        if self._taken >= self.steps:
            return enabled[int(self._random.random() * len(enabled))]
        return max(enabled, key=priorities.__getitem__)

    def granted(self, granted: GrantedStep) -> None:
        self._taken += 1
        low = self._changes.get(self._taken)
        if low is not None:
            self._priorities[granted.step.task] = low

    def end(self, situation: Situation, *, complete: bool) -> None:
        if complete:
            self.tasks = max(self.tasks, len(self._priorities))
            self.steps = max(self.steps, self._taken)
