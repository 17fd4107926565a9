"""The portfolio: strategies that take turns, since no one of them is the best for every program."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from checker.strategies.base import GrantedStep, Situation, Strategy
from checker.strategies.pct import Bounds, Pct
from checker.strategies.pos import Pos
from checker.strategies.random_walk import RandomWalk
from checker.strategies.surw import Surw


class Portfolio:
    """Each of the members decides one schedule in turn; `turn` is the one that decides now, or decided last."""

    name = "portfolio"

    def __init__(self, members: Sequence[Strategy]) -> None:
        self.members = tuple(members)
        self.turn = self.members[-1]

    def begin(self) -> None:
        self.turn = self.members[(self.members.index(self.turn) + 1) % len(self.members)]
        self.turn.begin()

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        return self.turn.choose(situation, enabled)

    def granted(self, granted: GrantedStep) -> None:
        self.turn.granted(granted)

    def end(self, situation: Situation, *, complete: bool) -> None:
        self.turn.end(situation, complete=complete)


def portfolio(random: Random, bounds: Bounds) -> Portfolio:
    """The portfolio that explorations use, those members first that no task can starve.

    `bounds` are those of the complete schedules seen before.
    """
    fair = (RandomWalk(random), Pos(random), Surw(random))
    return Portfolio([*fair, *(Pct(random, depth, bounds) for depth in (3, 2, 1))])
