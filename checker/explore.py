"""Explores the interleavings of one scenario until they are exhausted, one fails, or the budget is spent.

    run(strategy) -> Trace -> judge(trace) -> None, or why it fails

Budgets count schedules and steps, so that a verdict does not depend on how fast the machine is; seconds are only a
backstop, and running into them is "could not be checked".
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from typing import Generic, TypeVar

from checker.errors import NotRepeatable, StartAgain
from checker.result import Share
from checker.strategies.base import Strategy
from checker.strategies.bounded import Bounded
from checker.strategies.dpor import Dpor
from checker.strategies.lockstep import Lockstep
from checker.strategies.pct import Bounds
from checker.strategies.portfolio import portfolio
from checker.trace import EndKind, Reliance, Trace

MAX_KEPT_TRACES = 300
"""A proof of up to this many schedules is repeated whole in fresh processes, of a larger one an even sample."""

MAX_CUT = 5
"""After this many schedules that ran into the step limit, depth first is no way to go on."""

SAMPLED = 200
"""How many schedules are drawn at random where depth first is no way to go on."""

HOPELESS = 2 * MAX_CUT
"""After this many schedules that ran into the step limit, half of them drawn at random, and none that ended, no more
are tried."""

UNPROVABLE = frozenset(Reliance) - {Reliance.RANDOM, Reliance.CLOCK}
"""What a program may not rely on if anything about it is to be proved."""

_F = TypeVar("_F")


class Why(Enum):
    """Why an exploration ended."""

    EXHAUSTED = "exhausted"
    BOUND = "bound"  # exhausted, as far as the bound on preemptions lets it go
    FAILED = "failed"
    SATISFIED = "satisfied"  # what was looked for was seen
    SCHEDULES = "schedules"  # the budget is spent
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Budget:
    """How much to explore: complete schedules, and wall seconds at which to give up."""

    schedules: int
    seconds: float


@dataclass(slots=True)
class Exploration(Generic[_F]):
    """What was explored, and what was found.

    `schedules` counts complete ones, `pruned` those cut off because an equivalent one is among them, `cut` those that
    ran into the step limit, `cycles` those that may go round for ever though nobody is left out. `sample` holds
    complete traces, evenly spread, with their numbers (from 1).
    `fastest` is the trace with the smallest virtual makespan of those that finished, `cut_trace` the last one that ran
    into the limit; None if there is none. `bounds` are the most tasks and steps of a complete one. `schedules_by` and
    `cut_by` have the numbers of each strategy by its name, `failed_by` is the one that found the failure.
    """

    why: Why = Why.SCHEDULES
    strategy: str = ""
    schedules: int = 0
    pruned: int = 0
    cut: int = 0
    cycles: int = 0
    steps: int = 0
    seconds: float = 0.0
    failure: _F | None = None
    failing: Trace | None = None
    failing_number: int = 0
    failed_by: str | None = None
    fastest: Trace | None = None
    cut_trace: Trace | None = None
    not_repeatable: NotRepeatable | None = None
    relies: set[Reliance] = field(default_factory=set)
    sample: list[tuple[int, Trace]] = field(default_factory=list)
    bounds: Bounds = field(default_factory=Bounds)
    schedules_by: Counter[str] = field(default_factory=Counter)
    cut_by: Counter[str] = field(default_factory=Counter)
    _every: int = 1

    @property
    def proved(self) -> bool:
        """Whether every interleaving that differs in effect was explored to its end, and the program repeats itself."""
        return self.why is Why.EXHAUSTED and self._is_in_full

    @property
    def bounded(self) -> bool:
        """The same of every interleaving with at most as many preemptions as were asked for: that is no proof."""
        return self.why is Why.BOUND and self._is_in_full

    @property
    def _is_in_full(self) -> bool:
        ended = self.cut == self.cycles == 0 and self.schedules > 0
        return ended and self.not_repeatable is None and self.relies.isdisjoint(UNPROVABLE)

    @property
    def tried(self) -> int:
        """How many schedules count against the budget."""
        return self.schedules + self.cut + self.cycles

    @property
    def shares(self) -> tuple[Share, ...]:
        """What each strategy had of it."""
        names = dict.fromkeys((*self.schedules_by, *self.cut_by))
        return tuple(Share(n, self.schedules_by[n], self.cut_by[n], n == self.failed_by) for n in names)

    def keep(self, trace: Trace) -> None:
        """Puts a complete trace into the sample; halves the sample when it has grown too large."""
        if self.schedules % self._every == 0:
            self.sample.append((self.schedules, trace))
            if len(self.sample) > MAX_KEPT_TRACES:
                self._every *= 2
                self.sample = [kept for kept in self.sample if kept[0] % self._every == 0]


def explore(
    run: Callable[[Strategy], Trace],
    judge: Callable[[Trace], _F | None],
    budget: Budget,
    *,
    seed: int = 0,
    preemptions: int | None = None,
    satisfied: Callable[[Trace], bool] = lambda trace: False,
    witness: Strategy | None = None,
    progress: Callable[[int], None] = lambda schedules: None,
) -> Exploration[_F]:
    """Explores with DPOR; where that cannot work, samples at random instead, and never proves anything.

    It cannot where the program does not repeat itself, or where schedules do not end. Where half of the budget is not
    enough for it, the other half is sampled: what is left lies beside what it has explored, or far from it.

    Args:
        run: runs the program once under a strategy; where it raises StartAgain, everything begins again.
        judge: says why a trace fails, or None.
        budget: when to stop.
        seed: of what is drawn at random.
        preemptions: explore only the schedules with at most so many, with the whole budget; None: all, with DPOR.
        satisfied: stops the exploration as soon as it holds for a trace.
        witness: its one schedule is tried before all others, for `satisfied` alone: depth first may come to it late.
        progress: told the number of complete schedules after each.
    """
    started = time.monotonic()
    while True:
        try:
            found = _witnessed(run, judge, satisfied, witness) if witness is not None else None
            found = found or _explore(run, judge, budget, started, seed, preemptions, satisfied, progress)
        except StartAgain:
            continue
        found.seconds = time.monotonic() - started
        return found


def _witnessed(
    run: Callable[[Strategy], Trace],
    judge: Callable[[Trace], _F | None],
    satisfied: Callable[[Trace], bool],
    witness: Strategy,
) -> Exploration[_F] | None:
    """What there is to say if the witness's schedule ends well and satisfies; None if it does not."""
    try:
        trace = run(witness)
    except NotRepeatable:
        return None
    found: Exploration[_F] = Exploration(strategy=witness.name)
    is_good = trace.ending.kind is EndKind.FINISHED and satisfied(trace) and judge(trace) is None
    return found if is_good and _look(found, witness.name, trace, judge, satisfied) else None


def _explore(
    run: Callable[[Strategy], Trace],
    judge: Callable[[Trace], _F | None],
    budget: Budget,
    started: float,
    seed: int,
    preemptions: int | None,
    satisfied: Callable[[Trace], bool],
    progress: Callable[[int], None],
) -> Exploration[_F]:
    """As `explore`, once; `started` is when the first attempt began, in monotonic seconds."""
    dpor: Dpor | Bounded = Dpor() if preemptions is None else Bounded(preemptions)
    found: Exploration[_F] = Exploration(strategy=dpor.name)
    sampling = portfolio(Random(seed), found.bounds)
    in_step = False
    strategy: Strategy = dpor
    most = budget.schedules
    while strategy is not dpor or not dpor.exhausted:
        if not _go_on(found, most, budget.seconds, started):
            break
        if strategy is sampling:
            found.strategy = f"{dpor.name}, then {sampling.name}"
        try:
            trace = run(strategy)
        except NotRepeatable as error:
            found.not_repeatable = error
        else:
            name = dpor.name if strategy is dpor else sampling.turn.name
            if _look(found, name, trace, judge, satisfied):
                break
            if trace.goes_round and not in_step:
                in_step = True
                if _keeps_going_round(found, run, judge):
                    break
            progress(found.schedules)
        if preemptions is not None and dpor.exhausted:
            continue  # what has more preemptions was not asked for
        tried = found.tried
        cut_short = found.cut >= (1 if dpor.exhausted else MAX_CUT)  # what lies behind a cut is not explored
        cut_short = cut_short or (dpor.exhausted and dpor.gave_up)
        if most == budget.schedules and (found.not_repeatable is not None or cut_short):
            strategy, most = sampling, min(most, tried + SAMPLED)
        elif preemptions is None and not dpor.exhausted and 2 * tried >= most:
            strategy = sampling
    else:
        found.why = Why.EXHAUSTED if preemptions is None else Why.BOUND
    return found


def _keeps_going_round(
    found: Exploration[_F], run: Callable[[Strategy], Trace], judge: Callable[[Trace], _F | None]
) -> bool:
    """Whether those who try again and again can do so for ever, found where it is likeliest; depth first comes late."""
    strategy = Lockstep()
    try:
        trace = run(strategy)
    except NotRepeatable as error:
        found.not_repeatable = error
        return False
    return trace.ending.kind is EndKind.CYCLE and _look(found, strategy.name, trace, judge, lambda trace: False)


def _go_on(found: Exploration[_F], schedules: int, seconds: float, started: float) -> bool:
    if found.tried >= schedules or (not found.schedules and found.cut >= HOPELESS):
        found.why = Why.SCHEDULES
        return False
    if time.monotonic() - started > seconds:
        found.why = Why.SECONDS
        return False
    return True


def _look(
    found: Exploration[_F],
    strategy: str,
    trace: Trace,
    judge: Callable[[Trace], _F | None],
    satisfied: Callable[[Trace], bool],
) -> bool:
    """Takes a trace into account, and whose it is; returns whether the exploration is over."""
    found.steps += len(trace.steps)
    found.relies |= trace.relies
    if trace.ending.kind is EndKind.PRUNED:
        found.pruned += 1
        return False
    if trace.ending.kind is EndKind.STEP_LIMIT:
        found.cut += 1
        found.cut_by[strategy] += 1
        found.cut_trace = trace
        return False
    if trace.ending.kind is EndKind.CYCLE and judge(trace) is None:
        found.cycles += 1
        return False
    found.schedules += 1
    found.schedules_by[strategy] += 1
    found.bounds.widen(len(trace.tasks), len(trace.steps))
    found.keep(trace)
    found.failure = judge(trace)
    if found.failure is not None:
        found.why, found.failing, found.failing_number = Why.FAILED, trace, found.schedules
        found.failed_by = strategy
        return True
    if trace.ending.kind is EndKind.FINISHED and (
        found.fastest is None or trace.makespan_s < found.fastest.makespan_s
    ):
        found.fastest = trace
    if satisfied(trace):
        found.why = Why.SATISFIED
        return True
    return False
