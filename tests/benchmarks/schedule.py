"""A whole schedule of four processes, warm, against four bare processes that are forked, end, and are waited for."""

from __future__ import annotations

import os
from random import Random

from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.strategies.random_walk import RandomWalk
from tests.benchmarks.measuring import Row, in_turns, on_one_core, seconds
from tests.benchmarks.points import PROGRAM

GOAL = 0.25
_CHILDREN, _ROUNDS, _REPETITIONS = 3, 2, 201
_LIMITS = Limits()


def rows() -> list[Row]:
    with on_one_core(), Engine(PROGRAM) as engine:
        walk = RandomWalk(Random(0))
        steps = len(engine.run_once([_CHILDREN, _ROUNDS], walk, _LIMITS).steps)
        schedule, forks = in_turns(
            [
                lambda: seconds(lambda: engine.run_once([_CHILDREN, _ROUNDS], walk, _LIMITS)),
                lambda: seconds(_four_forks),
            ],
            _REPETITIONS,
        )
    what = f"a schedule of 4 processes and {steps} steps / 4 bare forks"
    return [
        Row(what, f"{schedule * 1e3:.2f} ms", f"{forks * 1e3:.2f} ms", schedule / forks, GOAL),
        Row("schedules like that in a second", f"{1 / schedule:.0f}", "", 1 / schedule, None, ""),
    ]


def _four_forks() -> None:
    for _ in range(4):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
