"""How many schedules each strategy needs for a bug of depth 3 in 20 processes and 1,000 steps: medians over seeds."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from random import Random

from checker.strategies.base import Strategy
from checker.strategies.pct import Bounds, Pct
from checker.strategies.portfolio import portfolio
from checker.strategies.pos import Pos
from checker.strategies.random_walk import RandomWalk
from checker.strategies.surw import Surw
from tests.benchmarks.measuring import Row
from tests.strategies.deep_bug import schedules_needed

GOAL = 10_000
_SEEDS = 5
_STRATEGIES: tuple[tuple[str, int, Callable[[Random], Strategy]], ...] = (
    ("the portfolio", _SEEDS, lambda random: portfolio(random, Bounds())),
    ("POS", _SEEDS, Pos),
    ("SURW", _SEEDS, Surw),
    ("PCT, d = 3", _SEEDS, lambda random: Pct(random, 3, Bounds())),
    ("PCT, d = 2", _SEEDS, lambda random: Pct(random, 2, Bounds())),
    ("random walk", 1, RandomWalk),
)
"""Name, how many seeds, and how to make it; random walks take their time and find nothing."""


def rows() -> list[Row]:
    return [_row(name, [_needed(make, seed) for seed in range(seeds)]) for name, seeds, make in _STRATEGIES]


def _needed(make: Callable[[Random], Strategy], seed: int) -> float:
    return schedules_needed(make(Random(seed)), GOAL) or float("inf")


def _row(name: str, needed: list[float]) -> Row:
    median, most = statistics.median(needed), max(needed)
    goal = GOAL if name == "the portfolio" else None
    what = f"a bug of depth 3 in 1,000 steps: schedules of {name}"
    return Row(what, f"{median:.0f}", "", most if goal else median, goal, "")
