"""Drain: lets a pruned schedule run out, so that its worker processes end by themselves and stay warm."""

from __future__ import annotations

from collections.abc import Sequence

from checker.strategies.base import GrantedStep, Situation


class Drain:
    """Grants the first enabled task, whatever it is."""

    name = "drain"

    def begin(self) -> None:
        pass

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        return enabled[0]

    def granted(self, granted: GrantedStep) -> None:
        pass

    def end(self, situation: Situation, *, complete: bool) -> None:
        pass
