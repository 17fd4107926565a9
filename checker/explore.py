"""Explores the interleavings of one scenario until they are exhausted, one fails, or the budget is spent.

    run(strategy) -> Trace -> judge(trace) -> None, or why it fails

Budgets count schedules and steps, so that a verdict does not depend on how fast the machine is; seconds are only a
backstop, and running into them is "could not be checked".
"""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from typing import Protocol, TypeVar

from checker.errors import NotRepeatable, PartnerLost, StartAgain
from checker.exploration import Budget, Exploration, Why
from checker.strategies.base import Strategy
from checker.strategies.bounded import Bounded
from checker.strategies.divided import Divided
from checker.strategies.dpor import Dpor
from checker.strategies.lockstep import Lockstep
from checker.strategies.portfolio import portfolio
from checker.trace import EndKind, Trace

MAX_CUT = 5
"""After this many schedules that ran into the step limit, depth first is no way to go on."""

SAMPLED = 200
"""How many schedules are drawn at random where depth first is no way to go on."""

HOPELESS = 2 * MAX_CUT
"""After this many schedules that ran into the step limit, half of them drawn at random, and none that ended, no more
are tried."""

_F = TypeVar("_F")


class Partner(Protocol):
    """A second explorer of the same program, in a process of its own, as the first one sees it.

    Where it is lost, `begin`, `turn` and `gather` raise PartnerLost.
    """

    def begin(self) -> Divided:
        """Begins an exploration: this explorer's half of the strategy."""

    def turn(self, found: Exploration[_F], seconds: float) -> Strategy | None:
        """Talks to the other one, counts what it explored, and says what to run next here.

        That is what `begin` gave, or one schedule that the other wants looked at. None: the counts are new, all is
        explored, or so many wall seconds are over and there is still nothing to run.
        """

    def compare(self, trace: Trace, *, fails: bool) -> None:
        """Raises NotRepeatable where the schedule that was to be looked at is another one here."""

    def gather(
        self, found: Exploration[_F], run: Callable[[Strategy], Trace], judge: Callable[[Trace], _F | None]
    ) -> None:
        """Once all is explored: runs here again what the other one kept."""

    def stop(self) -> None:
        """Ends the exploration, whatever is left of it; never raises."""


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
    partner: Partner | None = None,
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
        partner: explores as well, as long as DPOR is at work without a bound; where it is lost, everything begins again
            without it.
    """
    started = time.monotonic()
    while True:
        try:
            found = _witnessed(run, judge, satisfied, witness) if witness is not None else None
            found = found or _explore(run, judge, budget, started, seed, preemptions, satisfied, progress, partner)
        except StartAgain:
            continue
        except PartnerLost:
            partner = None
            continue
        finally:
            if partner is not None:
                partner.stop()
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
    partner: Partner | None,
) -> Exploration[_F]:
    """As `explore`, once; `started` is when the first attempt began, in monotonic seconds."""
    exhaustive: Dpor | Bounded | Divided = Dpor() if preemptions is None else Bounded(preemptions)
    if partner is not None:
        exhaustive = partner.begin()
    found: Exploration[_F] = Exploration(strategy=exhaustive.name)
    sampling = portfolio(Random(seed), found.bounds)
    unheard = 2 if partner is not None else 0  # that this one was the last may be told a moment after it was counted
    in_step = False
    strategy: Strategy = exhaustive
    most = budget.schedules
    while strategy is not exhaustive or not exhaustive.exhausted:
        if not _go_on(found, most, budget.seconds, started):
            break
        if strategy is sampling:
            found.strategy = f"{exhaustive.name}, then {sampling.name}"
        due: Strategy | None = strategy
        if partner is not None:
            due = partner.turn(found, budget.seconds - (time.monotonic() - started))
        try:
            trace = run(due) if due is not None else None
            if partner is not None and trace is not None and due is not exhaustive:
                partner.compare(trace, fails=judge(trace) is not None)
        except NotRepeatable as error:
            found.not_repeatable = error
        else:
            name = exhaustive.name if strategy is exhaustive else sampling.turn.name
            if trace is not None and _look(found, name, trace, judge, satisfied):
                break
            if trace is not None and trace.goes_round and not in_step:
                in_step = True
                if _keeps_going_round(found, run, judge):
                    break
            progress(found.schedules)
        if preemptions is not None and exhaustive.exhausted:
            continue  # what has more preemptions was not asked for
        tried = found.tried
        cut_short = found.cut >= (1 if exhaustive.exhausted else MAX_CUT)  # what lies behind a cut is not explored
        cut_short = cut_short or (exhaustive.exhausted and exhaustive.gave_up)
        if most == budget.schedules and (found.not_repeatable is not None or cut_short):
            strategy, most = sampling, min(most, tried + SAMPLED)
        elif preemptions is None and not exhaustive.exhausted and 2 * tried >= most + unheard:
            strategy = sampling
        if strategy is sampling and partner is not None:
            partner.stop()
            partner = None
    else:
        found.why = Why.EXHAUSTED if preemptions is None else Why.BOUND
        if partner is not None:
            partner.gather(found, run, judge)
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
