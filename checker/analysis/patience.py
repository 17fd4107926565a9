"""How long somebody waited for a lock in the fair schedule, from the first time it asked until it got it."""

from __future__ import annotations

from typing import NamedTuple

from checker.analysis.held import signals
from checker.fairtime import FairTime
from checker.trace import Trace


class LongWait(NamedTuple):
    """Who waited, for which lock, at which line, and how many virtual seconds; to its last try, if it never got it."""

    task: str
    lock: str
    line: int | None
    waited_s: float


def longest_wait(trace: Trace) -> LongWait | None:
    """The longest wait for a lock in a trace of the fair schedule; None where nobody asked for one.

    One that gives up and tries again waits all the while, one that gives up for good does not. What is a signal (see
    `signals`) is nobody's turn: whoever waits for it waits for what another one has to do first.
    """
    no_locks = signals(trace)
    time = FairTime()
    since: dict[tuple[str, str], tuple[float, int | None]] = {}
    waits: list[LongWait] = []
    for step in trace.steps:
        op = step.op
        asked = time.asked_s(step.task)
        time.took(step)
        if op.kind != "lock.acquire" or op.obj is None or op.obj in no_locks:
            continue
        first, line = since.setdefault((step.task, op.obj), (asked, op.line))
        if step.answer is True:
            del since[step.task, op.obj]
        if step.done:
            waits.append(LongWait(step.task, op.obj, line, time.now_s - first))
    for wait in trace.waits:
        first, line = since.get((wait.task, wait.obj or ""), (time.asked_s(wait.task), wait.op.line))
        if wait.op.kind == "lock.acquire" and wait.obj is not None and wait.obj not in no_locks:
            waits.append(LongWait(wait.task, wait.obj, line, time.now_s - first))
    return max(waits, key=lambda wait: wait.waited_s, default=None)
