"""Tells that items came through a queue in another order than their processes were started in, where only that matters.

It is said only where nothing else can have made an assertion about them fail: nobody read shared memory, every item was
got, and the assertion compares what cannot be the same in every order.
"""

from __future__ import annotations

import ast
from itertools import pairwise

from checker.analysis.accesses import line_told, process_of, touched
from checker.analysis.happens_before import CAUSES, happens_before
from checker.analysis.items import Item, items_of
from checker.analysis.names import Names, natural
from checker.analysis.steps import failure
from checker.analysis.told import NO_STORY, Story
from checker.trace import Trace

_MOST_VALUE_CHARS = 20


def order_told(trace: Trace, names: Names, source: str, line: int | None, getter: str) -> Story:
    """The first two items that `getter` got in the other order, if the assertion in `line` is about that."""
    reads = any(not touch.is_write for step in trace.steps for touch in touched(step))
    gave_up = any(step.op.kind == "queue.get" and step.done and failure(step) is not None for step in trace.steps)
    if reads or gave_up or line is None or not _depends_on_order(source, line):
        return NO_STORY
    items = items_of(trace)
    if any(item.got is None or item.put < 0 for item in items):
        return NO_STORY
    order = happens_before(trace, CAUSES)
    for first, second in pairwise(item for item in items if item.got is not None and _doer(trace, item.got) == getter):
        is_pair = first.queue == second.queue and (first.value is None or first.value != second.value)
        if is_pair and natural(_doer(trace, second.put)) < natural(_doer(trace, first.put)):
            return NO_STORY if order.before(first.put, second.put) else _told(trace, names, first, second)
    return NO_STORY


def _doer(trace: Trace, number: int) -> str:
    return process_of(trace, trace.steps[number].task)


def _told(trace: Trace, names: Names, first: Item, second: Item) -> Story:
    assert first.got is not None
    one, other, got = trace.steps[first.put], trace.steps[second.put], trace.steps[first.got]
    queue, sooner, later = names.object(first.queue), names.task(one.task), names.task(other.task)
    mine = f"{sooner} put {_what(first)} into {queue}{line_told(one)}"
    theirs = f"{later} put {_what(second)} there{line_told(other)}"
    came = f"{mine} before {theirs}"
    if first.put > second.put:
        mine, theirs = f"what {sooner} put into {queue}", f"what {later} had put there"
        came = f"{mine}{line_told(one)} was sent before {theirs}{line_told(other)}"
    told = f"{came}, and so {names.task(got.task)} got it first{line_told(got)}: nothing says which one comes first"
    return Story(told, (first.put, second.put, first.got))


def _what(item: Item) -> str:
    return "an item" if item.value is None or len(item.value) > _MOST_VALUE_CHARS else item.value


def _depends_on_order(source: str, line: int) -> bool:
    """Whether the line asserts that two things are equal which may be others in another order."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and node.lineno <= line <= (node.end_lineno or node.lineno):
            return _compares(node.test)
    return False


def _compares(test: ast.expr) -> bool:
    """Whether it is an equation in which nothing is called that may take things in any order, such as `len`."""
    if not isinstance(test, ast.Compare) or [type(op) for op in test.ops] != [ast.Eq]:
        return False
    sides = test.left, test.comparators[0]
    calls = [node for node in ast.walk(test) if isinstance(node, ast.Call)]
    if any(_is_sorted_of(one, other) for one, other in (sides, sides[::-1])):
        calls.remove(next(call for call in calls if call in sides))
    return all(isinstance(call.func, ast.Attribute) and call.func.attr == "get" for call in calls)


def _is_sorted_of(one: ast.expr, other: ast.expr) -> bool:
    match one:
        case ast.Call(func=ast.Name(id="sorted"), args=[argument]):
            return ast.dump(argument) == ast.dump(other)
    return False
