"""Which locks a task holds at each of its steps, and which of them are locks at all, and no signals."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from checker.analysis.happens_before import initial_units
from checker.analysis.steps import failure
from checker.trace import Trace


class Holding(NamedTuple):
    """One lock that is held, the step that took it, by its index in the trace, and how many can hold it at once."""

    lock: str
    since: int
    units: int


def held_before(trace: Trace) -> list[tuple[Holding, ...]]:
    """For each step what its task holds before it, in the order in which it was taken; a lock once for each time.

    Only what keeps others out counts: not a signal (see `signals`), and nothing that its taker does not give back.
    """
    no_locks = signals(trace)
    kept = _kept(trace)
    now: dict[str, tuple[Holding, ...]] = defaultdict(tuple)
    held: list[tuple[Holding, ...]] = []
    for index, step in enumerate(trace.steps):
        before = now[step.task]
        held.append(before)
        lock = step.op.obj
        if lock is None or lock in no_locks:
            continue
        if index not in kept and step.op.kind == "lock.acquire" and step.answer is True:
            now[step.task] = (*before, Holding(lock, index, initial_units(trace, lock)))
        elif step.op.kind == "lock.release" and step.done and failure(step) is None:
            last = max((n for n, one in enumerate(before) if one.lock == lock), default=len(before))
            now[step.task] = before[:last] + before[last + 1 :]
    return held


def signals(trace: Trace) -> set[str]:
    """What is acquired and released and yet keeps nobody out.

    That is a semaphore that has no unit at first, and whatever somebody gives back who has not taken it.
    """
    found = {lock for lock in trace.objects if initial_units(trace, lock) == 0}
    taken: dict[tuple[str, str | None], int] = defaultdict(int)
    for step in trace.steps:
        if step.op.kind == "lock.acquire" and step.answer is True:
            taken[step.task, step.op.obj] += 1
        elif step.op.kind == "lock.release" and step.done and failure(step) is None:
            taken[step.task, step.op.obj] -= 1
            if taken[step.task, step.op.obj] < 0:
                found.add(step.op.obj or "")
    return found


def _kept(trace: Trace) -> set[int]:
    """The steps that took what their task never gave back: it heard a signal by that, or nobody else wants it."""
    open_: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for index, step in enumerate(trace.steps):
        taken = open_[step.task, step.op.obj]
        if step.op.kind == "lock.acquire" and step.answer is True:
            taken.append(index)
        elif step.op.kind == "lock.release" and step.done and failure(step) is None and taken:
            taken.pop()
    return {index for indices in open_.values() for index in indices}
