"""Follows the items of queues through a schedule: which step put an item, which one sent it, and which one got it.

The footprints tell: a message has its number in the pipe, and whoever reads one moves the pipe's head.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from checker.analysis.pickled import constant_told
from checker.trace import Step, Trace

_NEVER = -1


class Item(NamedTuple):
    """An item of a queue, in the order of the queue's pipe.

    `put` is the number of the step, from 0, that left it in the queue; `sent` and `got` are those in which these
    operations ended, None where they have not. What is put into a SimpleQueue is sent with that. `value` is what Python
    would write; None: not known.
    """

    queue: str
    put: int
    sent: int | None
    got: int | None
    value: str | None


def items_of(trace: Trace) -> tuple[Item, ...]:
    """The items of all queues that were sent, in the order in which the sending began."""
    flow = _Flow(trace)
    for number, step in enumerate(trace.steps):
        if step.op.kind in ("queue.put", "queue.feed", "queue.get", "simple_queue.put", "simple_queue.get"):
            flow.take(number, step)
    return tuple(flow.items)


def values_told(trace: Trace) -> dict[int, str]:
    """What was put, sent or got in the steps with these numbers, where it is a constant."""
    told: dict[int, str] = {}
    for number, step in enumerate(trace.steps):
        if step.done and step.op.kind in ("queue.put", "simple_queue.put"):
            value = constant_told(step.op.data)
            told.update({number: value} if value is not None else {})
    for item in items_of(trace):
        if item.value is not None:
            told.update({number: item.value for number in (item.sent, item.got) if number is not None})
    return told


class _Flow:
    """What has become of the items so far."""

    def __init__(self, trace: Trace) -> None:
        self.items: list[Item] = []
        self._trace = trace
        self._put: dict[tuple[str, str, int], tuple[int, str | None]] = {}
        self._fed: dict[tuple[str, str], int] = defaultdict(int)
        self._read: dict[str, int] = defaultdict(int)
        self._places: dict[str, list[int]] = defaultdict(list)
        self._mine: dict[str, int] = {}

    def take(self, number: int, step: Step) -> None:
        """Takes over what the step did; `_mine` is the item that a task is about to have sent, or got."""
        for what, *which in sorted(_changed(step), key=lambda cell: cell[0]):
            queue = step.op.obj or ""
            process = self._process(step.task)
            if what == "buffer":
                self._put[queue, which[0], which[1]] = number, constant_told(step.op.data)
            elif what == "tail":
                put, value = number, constant_told(step.op.data)
                if step.op.kind == "queue.feed":
                    put, value = self._put.get((queue, process, self._fed[queue, process]), (_NEVER, None))
                self._mine[step.task] = len(self.items)
                self._places[queue].append(len(self.items))
                self.items.append(Item(queue, put, None, None, value))
            elif what == "fed":
                self._fed[queue, process] += 1
            elif what == "head" and self._read[queue] < len(self._places[queue]):
                self._mine[step.task] = self._places[queue][self._read[queue]]
                self._read[queue] += 1
        place = self._mine.pop(step.task, None) if step.done else None
        if place is not None:
            item = self.items[place]
            if step.op.kind == "simple_queue.put":
                item = item._replace(put=number)
            is_got = step.op.kind.endswith(".get")
            self.items[place] = item._replace(got=number) if is_got else item._replace(sent=number)

    def _process(self, task: str) -> str:
        record = self._trace.tasks.get(task)
        return record.process if record is not None else task


def _changed(step: Step) -> Iterator[tuple[Any, ...]]:
    """The cells of its queue that the step changed, without the queue's name."""
    for cell in (*step.footprint.writes, *step.footprint.adds):
        if isinstance(cell, tuple) and len(cell) > 1 and cell[0] == step.op.obj:
            yield cell[1:]
