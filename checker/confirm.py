"""Fresh processes have the last word: a failure is replayed before it is shown, a proof before it is believed."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.errors import InfraError, NotRepeatable, StartAgain
from checker.exploration import Exploration
from checker.judge import Failure, judge
from checker.result import Kind
from checker.spec import Scenario
from checker.strategies.replay import Replay
from checker.trace import Trace

REPLAYS = 3
MAX_REPEATED = 100
"""Of a proof of more schedules than `explore.MAX_KEPT_TRACES`, no more than this many are repeated."""
WORTH_HELPING = 12
"""From so many schedules on, a second engine is worth its start."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How often a failure was seen again in fresh processes, and the last trace that showed it.

    `preemptions` are those of that trace, by what was enabled then; None where it was not counted.
    """

    replayed: int
    replays: int
    trace: Trace
    preemptions: int | None = None


def run_fresh(engine: Engine, scenario: Scenario, trace_choices: tuple[str, ...]) -> Trace:
    """Follows a schedule in processes that never had a task before.

    Raises:
        NotRepeatable, StartAgain: the program took another path.
    """
    return _replayed(engine, scenario, Replay(trace_choices), len(trace_choices))


def _replayed(engine: Engine, scenario: Scenario, replay: Replay, steps: int) -> Trace:
    limits = Limits(steps=max(scenario.steps, steps))
    return engine.run_once(scenario.args, replay, limits, output=scenario.output.value, fresh=True)


def confirm_failure(engine: Engine, scenario: Scenario, source: str, trace: Trace, failure: Failure) -> Confirmed:
    """Replays a failing schedule in fresh processes; an endless loop once, since each costs seconds of CPU time."""
    replays = 1 if failure.kind is Kind.ENDLESS_LOOP else REPLAYS
    replayed, count = 0, None
    for _ in range(replays):
        replay = Replay(trace.choices)
        try:
            again = _replayed(engine, scenario, replay, len(trace.choices))
        except (NotRepeatable, StartAgain):
            continue
        if failure.same_as(judge(scenario, again, source)):
            replayed += 1
            trace, count = again, replay.preemptions
    return Confirmed(replayed, replays, trace, count)


def proof_repeats(
    engine: Engine, scenario: Scenario, found: Exploration[Failure], progress: Callable[[int], None]
) -> tuple[bool, int]:
    """Whether the kept schedules of a proof do the same in fresh processes, and how many were repeated.

    A second engine takes its share, on another core. What it cannot confirm, the first one decides: it alone runs the
    program in the folder in which it was explored.
    """
    sample = found.sample
    if len(sample) < found.schedules:
        sample = sample[:: max(1, -(-len(sample) // MAX_REPEATED))]
    left = deque(trace for _, trace in sample)
    count = len(left)
    with _helped(engine, scenario, left) as unconfirmed:
        while (trace := _next(left)) is not None:
            progress(count - len(left) - 1)
            if not _repeats(engine, scenario, trace):
                return False, count
    return all(_repeats(engine, scenario, trace) for trace in unconfirmed), count


@contextmanager
def _helped(engine: Engine, scenario: Scenario, left: deque[Trace]) -> Iterator[list[Trace]]:
    """Lets a second engine take traces from `left` as well; gives those that it could not confirm."""
    unconfirmed: list[Trace] = []
    stopping = threading.Event()

    second = engine.twin()

    def help_out() -> None:
        with contextlib.suppress(InfraError), second as twin:
            while not stopping.is_set() and (trace := _next(left)) is not None:
                unconfirmed.append(trace)
                if _repeats(twin, scenario, trace):
                    unconfirmed.pop()

    helper = threading.Thread(target=help_out, name="second engine")
    try:
        if len(left) >= WORTH_HELPING and engine.spare_cores:
            helper.start()
        yield unconfirmed
    finally:
        stopping.set()
        if helper.ident is not None:
            helper.join()


def _next(left: deque[Trace]) -> Trace | None:
    """Takes the next one, if the other engine has left one: to look first and then take would not do."""
    try:
        return left.popleft()
    except IndexError:
        return None


def _repeats(engine: Engine, scenario: Scenario, trace: Trace) -> bool:
    try:
        again = run_fresh(engine, scenario, trace.choices)
    except (NotRepeatable, StartAgain):
        return False
    # In a tuple, since one NaN is equal to itself there.
    return (again.steps, again.ending, again.returned) == (trace.steps, trace.ending, trace.returned)
