"""Earliest first: the enabled task with the least virtual clock, as it goes when nothing but waiting takes time."""

from __future__ import annotations

from collections.abc import Sequence

from checker.strategies.base import GrantedStep, Situation


class Earliest:
    """One schedule, always the same; of tasks with equal clocks, the one that came to be first."""

    name = "earliest first"

    def begin(self) -> None:
        pass

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        return min(enabled, key=situation.clock_s)

    def granted(self, granted: GrantedStep) -> None:
        pass

    def end(self, situation: Situation, *, complete: bool) -> None:
        pass
