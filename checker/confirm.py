"""Fresh processes have the last word: a failure is replayed before it is shown, a proof before it is believed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.errors import NotRepeatable
from checker.explore import Exploration
from checker.judge import Failure, judge
from checker.result import Kind
from checker.spec import Scenario
from checker.strategies.replay import Replay
from checker.trace import Trace

REPLAYS = 3
MAX_REPEATED = 100
"""Of a proof of more schedules than `explore.MAX_KEPT_TRACES`, this many are repeated in fresh processes."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How often a failure was seen again in fresh processes, and the last trace that showed it."""

    replayed: int
    replays: int
    trace: Trace


def run_fresh(engine: Engine, scenario: Scenario, trace_choices: tuple[str, ...]) -> Trace:
    """Follows a schedule in processes that never had a task before.

    Raises:
        NotRepeatable: the program took another path.
    """
    limits = Limits(steps=max(scenario.steps, len(trace_choices)))
    return engine.run_once(scenario.args, Replay(trace_choices), limits, output=scenario.output.value, fresh=True)


def confirm_failure(engine: Engine, scenario: Scenario, source: str, trace: Trace, failure: Failure) -> Confirmed:
    """Replays a failing schedule in fresh processes; an endless loop once, since each costs seconds of CPU time."""
    replays = 1 if failure.kind is Kind.ENDLESS_LOOP else REPLAYS
    replayed = 0
    for _ in range(replays):
        try:
            again = run_fresh(engine, scenario, trace.choices)
        except NotRepeatable:
            continue
        if failure.same_as(judge(scenario, again, source)):
            replayed += 1
            trace = again
    return Confirmed(replayed, replays, trace)


def proof_repeats(
    engine: Engine, scenario: Scenario, found: Exploration[Failure], progress: Callable[[int], None]
) -> tuple[bool, int]:
    """Whether the kept schedules of a proof do the same in fresh processes, and how many were repeated."""
    sample = found.sample
    if len(sample) < found.schedules:
        sample = sample[:: max(1, len(sample) // MAX_REPEATED)]
    for count, (_, trace) in enumerate(sample):
        progress(count)
        try:
            again = run_fresh(engine, scenario, trace.choices)
        except NotRepeatable:
            return False, count + 1
        # In a tuple, since one NaN is equal to itself there.
        if (again.steps, again.ending, again.returned) != (trace.steps, trace.ending, trace.returned):
            return False, count + 1
    return True, len(sample)
