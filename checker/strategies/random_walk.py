"""Random walk: every enabled task is equally likely at every scheduling point."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from checker.strategies.base import GrantedStep, Situation


class RandomWalk:
    """Draws each choice from `random`, which is all that decides the schedules."""

    name = "random walk"

    def __init__(self, random: Random) -> None:
        self._random = random

    def begin(self) -> None:
        pass

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        return enabled[int(self._random.random() * len(enabled))]

    def granted(self, granted: GrantedStep) -> None:
        pass

    def end(self, situation: Situation, *, complete: bool) -> None:
        pass
