"""Makes a failing schedule short: fewest preemptions, then fewest switches, then fewest steps until the failure.

    the failing trace -> rearranged without changing what it does -> other schedules, each a little simpler -> the best

Pure: it is given what runs a schedule, and what says whether a trace fails in the same way. Every trace that it gives
was run, and passed that one gate. The search is greedy, after A. Zeller and R. Hildebrandt, "Simplifying and Isolating
Failure-Inducing Input", IEEE Transactions on Software Engineering 28(2), 2002, whose ddmin is applied to the
preemptions; that few of them are enough, and are what makes a failing schedule easy to read, is from M. Musuvathi and
S. Qadeer, "Iterative Context Bounding for Systematic Testing of Multithreaded Programs", PLDI 2007. The result is a
local minimum: no single change that is tried here makes it better, or the bound is reached.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from checker.analysis.rearrange import rearranged
from checker.strategies.base import Strategy
from checker.strategies.guided import Block, Guided
from checker.trace import EndKind, Trace

_SLACK_STEPS = 10
_UNSTOPPED = frozenset({EndKind.ENDLESS_LOOP, EndKind.OUTPUT_LIMIT})
"""The endings that cost seconds: a schedule that comes to one is the last that is tried."""


class Cost(NamedTuple):
    """What is made small, the first first.

    A preemption is a switch away from a task that could have gone on. `reach` counts the steps until the failure is
    there, `steps` all of them.
    """

    preemptions: int
    switches: int
    reach: int
    steps: int


@dataclass(frozen=True, slots=True)
class Bound:
    """When to stop: after so many runs, or so many steps in all of them. Seconds are a backstop, and decide nothing."""

    runs: int = 60
    steps: int = 15_000
    seconds: float = 5.0


FRESH_BOUND = Bound(runs=20, steps=5_000)
"""Where each run takes fresh processes, which cost some ten times as much."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The best trace that was found (the given one, if none was better), and how many runs it took to find it."""

    trace: Trace
    before: Cost
    after: Cost
    runs: int


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A trace that fails in the same way, with its blocks; `preempted` are the indices of those that end too early."""

    trace: Trace
    cost: Cost
    blocks: tuple[Block, ...]
    preempted: tuple[int, ...]


def shrink(
    trace: Trace,
    early: Collection[str],
    run: Callable[[Strategy], Trace],
    reach: Callable[[Trace], int | None],
    bound: Bound,
) -> Shrunk | None:
    """Looks for a schedule that fails in the same way and is shorter.

    Args:
        trace: what failed.
        early: the tasks that take part in the failure: their steps are moved to the front.
        run: runs the program once under a strategy.
        reach: the gate: how many steps of a trace there are until it shows the same failure; None if it does not.
        bound: when to stop.

    Returns:
        None if the given schedule itself does not fail in the same way when it is run again.

    Raises:
        StartAgain, NotRepeatable: from `run`, for which no schedule means any more what it did.
    """
    search = _Search(early, run, reach, bound, len(trace.steps) * 5 // 4 + _SLACK_STEPS)
    first = search.attempt(_blocks(trace.choices))
    if first is None or first.trace.choices != trace.choices:
        return None
    best = search.improve(first)
    return Shrunk(best.trace, first.cost, best.cost, search.runs)


class _Search:
    """What a search has used up, and what it has tried."""

    def __init__(
        self,
        early: Collection[str],
        run: Callable[[Strategy], Trace],
        reach: Callable[[Trace], int | None],
        bound: Bound,
        most_steps: int,
    ) -> None:
        self._early = early
        self._run = run
        self._reach = reach
        self._bound = bound
        self._most_steps = most_steps
        self._most_preemptions = most_steps
        self._until = time.monotonic() + bound.seconds
        self._tried: set[tuple[Block, ...]] = set()
        self._steps = 0
        self._stopped = False
        self.runs = 0

    @property
    def _spent(self) -> bool:
        bound = self._bound
        is_over = self.runs >= bound.runs or self._steps >= bound.steps
        return is_over or self._stopped or time.monotonic() > self._until

    def attempt(self, blocks: tuple[Block, ...]) -> _Attempt | None:
        """Runs a schedule that was not tried before; None if it does not fail in the same way."""
        if blocks in self._tried or self._spent:
            return None
        self._tried.add(blocks)
        guided = Guided(blocks, self._most_steps, self._most_preemptions)
        trace = self._run(guided)
        self.runs += 1
        self._steps += len(trace.steps)
        self._stopped = trace.ending.kind in _UNSTOPPED
        reach = self._reach(trace)
        if reach is None:
            return None
        choices = trace.choices
        taken = _blocks(choices)
        self._tried.add(taken)
        cost = Cost(len(guided.preempting), len(taken) - 1, reach, len(choices))
        return _Attempt(trace, cost, taken, _ending_at(taken, guided.preempting))

    def improve(self, best: _Attempt) -> _Attempt:
        """Tries simpler schedules until none is better."""
        best = self._better(best, [(), *_in_turn(best)])
        while not self._spent:
            before = best
            best = self._rearrange(best)
            best = self._fewer_preemptions(best)
            best = self._better(best, _put_off(best))
            best = self._better(best, _without_a_task(best, self._early))
            best = self._better(best, _an_earlier_time_round(best, self._early))
            if best is before:
                break
        return best

    def _better(self, best: _Attempt, schedules: Iterator[Sequence[Block]] | Sequence[Sequence[Block]]) -> _Attempt:
        """The best of the attempt that there is and these schedules."""
        for schedule in schedules:
            self._most_preemptions = best.cost.preemptions
            found = self.attempt(_joined(schedule))
            if found is not None and found.cost < best.cost:
                best = found
        return best

    def _rearrange(self, best: _Attempt) -> _Attempt:
        steps = rearranged(best.trace, self._early)
        blocks = _blocks([step.task for step in steps])
        return self._better(best, [blocks]) if len(blocks) <= len(best.blocks) else best

    def _fewer_preemptions(self, best: _Attempt) -> _Attempt:
        """Takes preemptions away, first many at once, then fewer, in the end one by one (ddmin's complements)."""
        size = len(best.preempted)
        while size and not self._spent:
            begin = 0
            while begin < len(best.preempted):
                chosen = best.preempted[begin : begin + size]
                found = self._better(best, [tuple(_going_on(best.blocks, chosen))])
                begin = begin + size if found is best else begin
                best = found
            size = min(size, len(best.preempted) + 1) // 2
        return best


def _blocks(choices: Sequence[str]) -> tuple[Block, ...]:
    return tuple(Block(task, sum(1 for _ in group)) for task, group in groupby(choices))


def _joined(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The same, with neighbouring blocks of one task as one."""
    grouped = groupby(blocks, key=lambda block: block.task)
    return tuple(Block(task, sum(block.steps for block in group)) for task, group in grouped)


def _ending_at(blocks: Sequence[Block], steps: Collection[int]) -> tuple[int, ...]:
    """The indices of the blocks that end before one of these steps."""
    ended, found = 0, []
    for index, block in enumerate(blocks):
        ended += block.steps
        if ended in steps:
            found.append(index)
    return tuple(found)


# Simpler schedules


def _in_turn(attempt: _Attempt) -> Iterator[Sequence[Block]]:
    """One process first and without preemption, for each but the one that comes first anyway."""
    steps = attempt.cost.steps
    tasks = list(dict.fromkeys(block.task for block in attempt.blocks))
    return ((Block(tasks[0], steps), Block(task, steps)) for task in tasks[2:])


def _going_on(blocks: Sequence[Block], chosen: Collection[int]) -> Iterator[Block]:
    """Where each of the chosen blocks ends, its task goes on instead with its next one."""
    is_over: set[int] = set()
    for index, block in enumerate(blocks):
        if index in is_over:
            continue
        steps, last = block.steps, index
        while last in chosen and (later := _next_of(blocks, last)) is not None:
            is_over.add(later)
            steps += blocks[later].steps
            last = later
        yield Block(block.task, steps)


def _next_of(blocks: Sequence[Block], index: int) -> int | None:
    """The index of the next block of the same task."""
    return next((k for k in range(index + 1, len(blocks)) if blocks[k].task == blocks[index].task), None)


def _put_off(attempt: _Attempt) -> Iterator[Sequence[Block]]:
    """One block at a time later, right before the next one of its task; those that end too early come first."""
    blocks = attempt.blocks
    others = (index for index in range(1, len(blocks)) if index not in attempt.preempted)
    for index in (*attempt.preempted, *others):
        later = _next_of(blocks, index)
        if later is not None:
            yield (*blocks[:index], *blocks[index + 1 : later], blocks[index], *blocks[later:])


def _without_a_task(attempt: _Attempt, early: Collection[str]) -> Iterator[Sequence[Block]]:
    """All that a task does which takes no part is put off until the others can do no more of what they did."""
    _, *others = dict.fromkeys(block.task for block in attempt.blocks)
    for task in others:
        if task not in early:
            yield [block for block in attempt.blocks if block.task != task]


def _an_earlier_time_round(attempt: _Attempt, early: Collection[str]) -> Iterator[Sequence[Block]]:
    """Those who take part stop after the same operation as before, but the first time that they come to it.

    A deadlock in the tenth round of a loop is one in the first round, too. First all at once, then each alone.
    """
    part = [task for task in dict.fromkeys(block.task for block in attempt.blocks) if task in early]
    first_times = {task: _first_time(attempt.trace, task) for task in part}
    for tasks in (part, *([task] for task in part)):
        left = {task: first_times[task] for task in tasks}
        kept: list[Block] = []
        for task, count in attempt.blocks:
            steps = min(count, left.get(task, count))
            if task in left:
                left[task] -= steps
            if steps:
                kept.append(Block(task, steps))
        yield kept


def _first_time(trace: Trace, task: str) -> int:
    """How many steps the task takes until it has first done what its last step in the trace did."""
    ops = [(step.op.kind, step.op.obj, step.op.line, step.stage) for step in trace.steps if step.task == task]
    return ops.index(ops[-1]) + 1
