"""A bug of depth 3 among 20 processes and 1,000 steps is found by the portfolio, and not by random walks."""

from __future__ import annotations

from random import Random

import pytest

from checker.strategies.pct import Bounds
from checker.strategies.portfolio import portfolio
from checker.strategies.random_walk import RandomWalk
from tests.scripts import run_script
from tests.strategies.deep_bug import PROCESSES, deep_bug, fails, schedules_needed


def test_it_is_as_large_as_it_says():
    trace, _ = run_script(deep_bug(), RandomWalk(Random(0)))
    assert len(trace.tasks) == PROCESSES + 1
    assert 990 <= len(trace.steps) <= 1010
    assert not fails(trace)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_portfolio_finds_it_within_10000_schedules(seed):
    assert schedules_needed(portfolio(Random(seed), Bounds()), 10_000) is not None


def test_random_walks_do_not():
    assert schedules_needed(RandomWalk(Random(0)), 40) is None  # nor do 10,000: see `python -m tests.benchmarks deep`
