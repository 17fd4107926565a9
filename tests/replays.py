"""Shrinks failing schedules of the wrong submissions, and replays each in fresh processes: all must fail as before.

`python -m tests.replays [REPLAYS] [--seed N]` takes the schedule that a check finds, and some that random walks come
to, which have many more preemptions; so long, submission after submission and walk after walk, until so many replays
were made. It prints what shrinking took and what it gave. Not part of the suite: it takes minutes. Exit code 1 if any
replay did not fail in the same way.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

from checker import catalog
from checker.confirm import run_fresh
from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.errors import NotRepeatable, StartAgain
from checker.explore import Budget, explore
from checker.judge import Failure, judge
from checker.sameness import reach
from checker.shrink import Bound, Shrunk, shrink
from checker.spec import Scenario
from checker.strategies.base import Strategy
from checker.strategies.random_walk import RandomWalk
from checker.trace import EndKind, Trace

ROOT = Path(__file__).resolve().parent.parent
REPLAYS = 3
WALKS = 30
"""How many random walks are tried for a failure."""


@dataclass(frozen=True)
class Case:
    """One schedule that was shrunk: of which file, how it was found, how long it took in seconds, and its replays."""

    file: str
    found_by: str
    shrunk: Shrunk
    seconds: float
    reproduced: int


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.replays", description=__doc__)
    parser.add_argument("replays", nargs="?", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    files = sorted((ROOT / "tests" / "submissions").glob("*/wrong_*.py"))
    cases: list[Case] = []
    for round_number in count():
        for file in files:
            cases += _cases(file, round_number, chosen.seed)
            if len(cases) * REPLAYS >= chosen.replays:
                return _told(cases)
        print(f"round {round_number + 1}: {len(cases) * REPLAYS} replays", flush=True)
    raise AssertionError


def _cases(file: Path, round_number: int, seed: int) -> Iterator[Case]:
    """What the file's first failing scenario gives: in the first round the check's own schedule, then random walks."""
    source = file.read_text(encoding="utf-8")
    with Engine(file) as engine:
        for scenario in catalog.load_spec(file.parent.name).scenarios:
            walk = RandomWalk(Random(seed + round_number)) if round_number else None
            found = _failing(engine, scenario, source, walk)
            if found is None:
                continue
            trace, failure = found
            if trace.ending.kind in (EndKind.FINISHED, EndKind.STUCK):
                yield from _case(engine, scenario, source, trace, failure, file, "walk" if walk else "check")
            return


def _run(engine: Engine, scenario: Scenario) -> Callable[[Strategy], Trace]:
    limits = Limits(steps=scenario.steps)
    return lambda strategy: engine.run_once(scenario.args, strategy, limits, output=scenario.output.value)


def _failing(
    engine: Engine, scenario: Scenario, source: str, walk: RandomWalk | None
) -> tuple[Trace, Failure] | None:
    run = _run(engine, scenario)
    if walk is None:
        found = explore(run, lambda trace: judge(scenario, trace, source), Budget(scenario.schedules, 60.0))
        return (found.failing, found.failure) if found.failing is not None and found.failure is not None else None
    for _ in range(WALKS):
        try:
            trace = run(walk)
        except StartAgain:
            continue
        failure = judge(scenario, trace, source)
        if failure is not None:
            return trace, failure
    return None


def _case(
    engine: Engine, scenario: Scenario, source: str, trace: Trace, failure: Failure, file: Path, found_by: str
) -> Iterator[Case]:
    started = time.monotonic()

    def gate(other: Trace) -> int | None:
        return reach(failure, trace, judge(scenario, other, source), other)

    try:
        shrunk = shrink(trace, failure.tasks, _run(engine, scenario), gate, Bound())
    except StartAgain:
        return
    if shrunk is None:
        print(f"NOT SHRUNK {file.parent.name}/{file.name}: its schedule did not fail again", flush=True)
        return
    seconds = time.monotonic() - started
    reproduced = 0
    for _ in range(REPLAYS):
        try:
            again = run_fresh(engine, scenario, shrunk.trace.choices)
        except (NotRepeatable, StartAgain):
            continue
        reproduced += again.steps == shrunk.trace.steps and gate(again) == shrunk.after.reach
    if reproduced < REPLAYS:
        print(f"NOT REPRODUCED {file.parent.name}/{file.name}: {reproduced} of {REPLAYS}", flush=True)
    yield Case(f"{file.parent.name}/{file.name}", found_by, shrunk, seconds, reproduced)


def _told(cases: list[Case]) -> int:
    for found_by in ("check", "walk"):
        some = [case for case in cases if case.found_by == found_by]
        if not some:
            continue
        print(f"found by a {found_by}: {len(some)} schedules of {len({case.file for case in some})} files")
        for name in ("preemptions", "switches", "reach", "steps"):
            before = [getattr(case.shrunk.before, name) for case in some]
            after = [getattr(case.shrunk.after, name) for case in some]
            medians = f"median {statistics.median(before):g} -> {statistics.median(after):g}"
            print(f"  {name:12} {medians}, worst {max(before)} -> {max(after)}, all {sum(before)} -> {sum(after)}")
        runs, seconds = [case.shrunk.runs for case in some], [case.seconds for case in some]
        print(f"  runs         median {statistics.median(runs):g}, worst {max(runs)}")
        print(f"  seconds      median {statistics.median(seconds):.3f}, worst {max(seconds):.3f}")
    made, reproduced = len(cases) * REPLAYS, sum(case.reproduced for case in cases)
    print(f"{reproduced} of {made} replays of {len(cases)} shrunk schedules in fresh processes failed in the same way")
    return 0 if reproduced == made else 1


if __name__ == "__main__":
    raise SystemExit(main())
