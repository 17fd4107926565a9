"""How much of an exploration is the judge's own computing, system calls left out, and how its memory grows."""

from __future__ import annotations

import resource
import time
from pathlib import Path

from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.explore import Budget, Exploration, explore
from checker.strategies.base import Strategy
from checker.trace import Trace
from tests.benchmarks.measuring import Row
from tests.benchmarks.points import PROGRAM

GOAL_PERCENT = 30.0
GOAL_MB = 120.0
_SCHEDULES = 1000
_MANY = 100_000
_CHILDREN, _ROUNDS = 4, 3
"""369,600 interleavings differ in effect."""


def rows() -> list[Row]:
    """Of an exploration with the strategy that proves: with all processes running, and as it is."""
    all_run, as_it_is = _measured(forgetting=True), _measured(forgetting=False)
    what = "the judge's own computing / wall"
    return [
        Row(f"{what}, all processes run", *_texts(*all_run), 100 * all_run[0] / all_run[1], GOAL_PERCENT, "%"),
        Row(f"{what}, as explored", *_texts(*as_it_is), 100 * as_it_is[0] / as_it_is[1], None, "%"),
        Row("wall as explored / all processes run", *_texts(as_it_is[1], all_run[1]), as_it_is[1] / all_run[1], None),
    ]


def _measured(*, forgetting: bool) -> tuple[float, float]:
    """Seconds of the judge's own computing, and wall seconds; `forgetting` what processes said in earlier schedules."""
    with Engine(PROGRAM) as engine:
        _explored(engine, 50, forgetting=forgetting)
        before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
        _explored(engine, _SCHEDULES, forgetting=forgetting)
        wall_s, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime - before.ru_utime, wall_s


def _texts(one_s: float, other_s: float) -> tuple[str, str]:
    return f"{one_s:.2f} s", f"{other_s:.2f} s"


def endurance() -> list[Row]:
    """The judge's memory after a tenth of many schedules, and after all."""
    with Engine(PROGRAM) as engine:
        _explored(engine, _MANY // 10)
        early_mb = _resident_mb()
        _explored(engine, _MANY)
        late_mb = _resident_mb()
    what = f"memory of the judge after {_MANY:,} schedules / {_MANY // 10:,}"
    return [Row(what, f"{late_mb:.1f} MB", f"{early_mb:.1f} MB", late_mb, GOAL_MB, "MB")]


def _explored(engine: Engine, schedules: int, *, forgetting: bool = False) -> Exploration[None]:
    """So many schedules of DPOR, whose share is half of a budget."""

    def run(strategy: Strategy) -> Trace:
        if forgetting:
            engine.forget()
        return engine.run_once([_CHILDREN, _ROUNDS], strategy, Limits())

    return explore(
        run,
        lambda trace: None,
        Budget(2 * schedules, 3600.0),
        satisfied=_after(schedules),
    )


def _after(schedules: int):
    seen = 0

    def enough(trace: object) -> bool:
        nonlocal seen
        seen += 1
        return seen >= schedules

    return enough


def _resident_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
