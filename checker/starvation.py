"""Finds who starves: in the fair schedule, somebody waits for a lock for longer than the scenario allows.

Under an unfair schedule every lock starves somebody, so that no other schedule is judged.
"""

from __future__ import annotations

import contextlib

from checker.analysis.names import names_of
from checker.analysis.patience import longest_wait
from checker.confirm import REPLAYS, Confirmed
from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.errors import StartAgain
from checker.judge import Failure
from checker.result import Kind
from checker.spec import Scenario
from checker.strategies.fair import Fair
from checker.trace import Trace


def starving(engine: Engine, scenario: Scenario, source: str) -> tuple[Failure, Confirmed] | None:
    """Who starves in the fair schedule, seen in fresh processes; None if nobody does, or nobody minds.

    Raises:
        InfraError: the machine failed.
    """
    if scenario.patience_s is None:
        return None
    traces = [_fair_schedule(engine, scenario)]
    failure = starvation(scenario, traces[0], source)
    if failure is None:
        return None
    traces += [_fair_schedule(engine, scenario) for _ in range(REPLAYS - 1)]
    seen = sum(failure.same_as(starvation(scenario, trace, source)) for trace in traces)
    return failure, Confirmed(seen, REPLAYS, traces[0])


def starvation(scenario: Scenario, trace: Trace, source: str) -> Failure | None:
    """The starvation that a trace of the fair schedule shows."""
    longest = longest_wait(trace)
    if scenario.patience_s is None or longest is None or longest.waited_s <= scenario.patience_s:
        return None
    names = names_of(source, trace)
    who, lock = names.task(longest.task), names.object(longest.lock)
    sentence = f"{who} starves: it waits {longest.waited_s:.1f} s for {lock}, though all get their turn"
    return Failure(
        Kind.STARVATION,
        sentence,
        (longest.task,),
        expected=f"at most {scenario.patience_s:.1f} s of virtual time",
        actual=f"{longest.waited_s:.1f} s, first come first served",
        line=longest.line,
    )


def _fair_schedule(engine: Engine, scenario: Scenario) -> Trace:
    limits = Limits(steps=scenario.steps)
    while True:
        with contextlib.suppress(StartAgain):  # it takes finer steps then
            return engine.run_once(scenario.args, Fair(), limits, output=scenario.output.value, fresh=True)
