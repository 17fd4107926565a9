"""The explored side of the conformance tests: the outcomes of one program over its interleavings under control."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

from checker.engine.call import Asking, Manner
from checker.engine.engine import Engine
from checker.engine.schedule import Limits
from checker.errors import StartAgain
from checker.explore import Budget, Why, explore
from checker.strategies.base import Situation
from checker.strategies.replay import Replay
from checker.trace import EndKind, Trace
from tests.conformance import real

STEPS = 2000


@dataclass(frozen=True)
class Explored:
    """What exploration saw: outcome -> schedules, and why it ended."""

    outcomes: Counter[str]
    why: Why
    proved: bool


def explore_program(
    program: str, budget: Budget, wanted: Collection[str] = (), start_method: str = "spawn"
) -> Explored:
    """Explores `main()` of a program until all is seen that is wanted, the space is exhausted, or the budget spent."""
    outcomes: Counter[str] = Counter()
    missing = set(wanted)

    def collect(trace: Trace) -> None:
        outcome = outcome_of(trace)
        outcomes[outcome] += 1
        missing.discard(outcome)

    manner = Manner(start_method=start_method, asking=Asking.ASKED)
    with Engine(real.PROGRAMS / f"{program}.py", manner=manner) as engine:
        with suppress(StartAgain):
            collect(engine.run_once([], YoungestFirst(), Limits(steps=STEPS)))
        found = explore(
            lambda strategy: engine.run_once([], strategy, Limits(steps=STEPS)),
            collect,
            budget,
            satisfied=lambda trace: bool(wanted) and not missing,
        )
    return Explored(outcomes, found.why, found.proved)


class YoungestFirst(Replay):
    """Lets the youngest task run as long as it can: far from where a depth-first search begins."""

    def __init__(self) -> None:
        super().__init__(())

    def choose(self, situation: Situation, enabled: Sequence[str]) -> str | None:
        return enabled[-1]


def outcome_of(trace: Trace) -> str:
    """The outcome of one schedule, in the same words as that of a real run."""
    if trace.ending.kind is EndKind.STUCK:
        return real.STUCK
    if trace.ending.kind is not EndKind.FINISHED:
        return f"{trace.ending.kind.value}: {trace.ending.detail}"
    if trace.has_returned:
        return real.outcome_text("returned " + json.dumps(trace.returned), trace.stdout)
    lines = (trace.tasks["main"].traceback or "nothing").strip().splitlines()
    while lines[-1].startswith("when serializing "):  # notes, since Python 3.14
        del lines[-1]
    return real.outcome_text(real.raised(lines[-1]), trace.stdout)
