"""Finds the steps that others waited for: who took a lock that somebody got stuck on, or gave up waiting for."""

from __future__ import annotations

from collections import defaultdict

from checker.analysis.steps import failure
from checker.trace import Step, Trace

_TAKES = frozenset({"queue.get", "simple_queue.get"})


def keepers(trace: Trace) -> frozenset[int]:
    """The numbers, from 0, of the steps that took what a task waits for at the end, or has failed to get before.

    Of a lock, they are the acquisitions that were not given back at that moment; so is what a task holds that waits
    at the end. Of a queue that somebody waits at, it is the last `get` of another that got something.
    """
    held: dict[str, list[int]] = defaultdict(list)
    found: set[int] = set()
    for number, step in enumerate(trace.steps):
        thing = step.op.obj
        if thing is None or not step.done:
            continue
        if step.op.kind == "lock.acquire" and step.answer is True:
            held[thing].append(number)
        elif step.op.kind == "lock.acquire":
            found.update(held[thing])
        elif step.op.kind == "lock.release" and failure(step) is None and held[thing]:
            held[thing].remove(_given_back(trace, step, held[thing]))
    waiting = {wait.task for wait in trace.waits}
    wanted = {wait.op.obj for wait in trace.waits}
    for thing, numbers in held.items():
        found.update(n for n in numbers if thing in wanted or trace.steps[n].task in waiting)
    for wait in trace.waits:
        found.update(_last_taken(trace, wait.op.obj, wait.task) if wait.op.kind in _TAKES else ())
    return frozenset(found)


def _given_back(trace: Trace, step: Step, held: list[int]) -> int:
    """The acquisition that a release gives back: the last one of the same task, else the first of any."""
    own = [number for number in held if trace.steps[number].task == step.task]
    return own[-1] if own else held[0]


def _last_taken(trace: Trace, queue: str | None, by_another_than: str) -> tuple[int, ...]:
    taken = [
        number
        for number, step in enumerate(trace.steps)
        if step.op.kind in _TAKES and step.op.obj == queue and step.done and failure(step) is None
    ]
    return tuple(number for number in taken[-1:] if trace.steps[number].task != by_another_than)
