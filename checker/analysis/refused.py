"""Tells why a `get` that does not wait found nothing in a queue that was not empty: another was inside its own `get`.

CPython's `get` first takes the queue's read lock. One that may not wait gives up at once where another process has it.
"""

from __future__ import annotations

from checker.analysis.accesses import line_told
from checker.analysis.items import items_of
from checker.analysis.names import Names
from checker.analysis.steps import failure, refusals
from checker.analysis.told import NO_STORY, Story
from checker.trace import Trace


def refused_told(trace: Trace, names: Names, task: str) -> Story:
    """The last `get` of the task that failed, if it was refused while there were items."""
    fails = [n for n, s in enumerate(trace.steps) if s.task == task and s.op.kind == "queue.get" and failure(s)]
    holder = refusals(trace).get(fails[-1]) if fails else None
    if holder is None:
        return NO_STORY
    get, inside = trace.steps[fails[-1]], trace.steps[holder]
    there = [i for i in items_of(trace) if i.queue == get.op.obj and i.sent is not None and i.sent < fails[-1]]
    left = sum(item.got is None or item.got > fails[-1] for item in there)
    queue = names.object(get.op.obj)
    fact = f"{queue} was not empty, but " if left > 1 else f"{queue} was being read: "  # the holder is about to get one
    why = "which lasted longer than the timeout" if get.op.args[0] else "and get(block=False) does not wait for that"
    told = (
        f"{fact}{names.task(get.task)} could not get from it{line_told(get)}: {names.task(inside.task)} was inside its "
        f"own get{line_told(inside)} and held the read lock of {queue}, {why}"
    )
    return Story(told, (holder, fails[-1]))


def who_refused(trace: Trace, task: str) -> tuple[str, ...]:
    """Who was inside a `get` when that of the task failed last."""
    return tuple(trace.steps[step].task for step in refused_told(trace, Names({}, {}), task).steps[:1])
