"""Tells what was left in a queue when a result was wrong: items that nobody got, since who got the others had ended."""

from __future__ import annotations

from checker.analysis.accesses import line_told, touched
from checker.analysis.items import Item, items_of
from checker.analysis.names import Names
from checker.analysis.steps import failure
from checker.analysis.told import NO_STORY, Story
from checker.counts import counted, is_or_are, listed
from checker.trace import Trace

_MOST_VALUES = 4
_GETS = frozenset({"queue.get", "simple_queue.get"})


def leftover_told(trace: Trace, names: Names) -> Story:
    """The first queue where all who got from it have ended, the last one after an item, and something is left there.

    Only where main looks at nothing but queues: else the result may be about something else.
    """
    if any(not touch.is_write for step in trace.steps if step.task == "main" for touch in touched(step)):
        return NO_STORY
    ended = {step.task for step in trace.steps if step.op.kind == "exit"}
    for queue in dict.fromkeys(step.op.obj for step in trace.steps if step.op.kind in _GETS):
        gets = [n for n, s in enumerate(trace.steps) if s.op.kind in _GETS and s.op.obj == queue]
        getters = {trace.steps[n].task for n in gets}
        last = trace.steps[gets[-1]]
        items = [item for item in items_of(trace) if item.queue == queue and item.sent is not None]
        left = [item for item in items if item.got is None]
        is_end = last.done and failure(last) is None and getters <= ended
        if not is_end or not [item for item in left if item.value != "None"]:
            continue
        value = next((item.value for item in items if item.got == gets[-1]), None)
        name, what = names.object(queue), "an item" if value is None else value
        told = f"{names.task(last.task)}, the last to get from {name}, got {what}{line_told(last)} and ended"
        return Story(f"{told}: {_items(left)} left in {name}", (gets[-1],))
    return NO_STORY


def _items(left: list[Item]) -> str:
    values = [item.value for item in left if item.value is not None]
    if len(values) == len(left) <= _MOST_VALUES:
        return f"{listed(values)} {is_or_are(len(left))}"
    return f"{counted(len(left), 'item')} {is_or_are(len(left))}"
