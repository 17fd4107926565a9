"""Tells that items came through a queue in another order than their processes were started in, where only that matters.

It is said only where nothing else can have made an assertion about them fail: nobody read shared memory, every item was
got, and the assertion would hold for the same items in the order in which their processes were started.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

from checker.analysis.accesses import line_told, process_of, touched
from checker.analysis.happens_before import CAUSES, happens_before
from checker.analysis.items import Item, items_of
from checker.analysis.names import Names, natural
from checker.analysis.sources import nodes_of
from checker.analysis.steps import failure
from checker.analysis.told import NO_STORY, Story
from checker.trace import Trace

_MOST_VALUE_CHARS = 20


def order_told(trace: Trace, names: Names, source: str, line: int | None, getter: str) -> Story:
    """The first two items that `getter` got in the other order, if the assertion in `line` is about that."""
    reads = any(not touch.is_write for step in trace.steps for touch in touched(step))
    gave_up = any(step.op.kind == "queue.get" and step.done and failure(step) is not None for step in trace.steps)
    if reads or gave_up or line is None:
        return NO_STORY
    items = items_of(trace)
    if any(item.got is None or item.put < 0 for item in items):
        return NO_STORY
    queues = {item.queue for item in items if item.got is not None and _doer(trace, item.got) == getter}
    test = _test_in(source, line)
    if len(queues) != 1 or test is None or not _holds(test, _in_order(trace, items, *queues)):
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


def _in_order(trace: Trace, items: Sequence[Item], queue: str) -> list[Any] | None:
    """The items of the queue by who put them, as if each process had done all before the next; None: not known."""
    mine = sorted((item for item in items if item.queue == queue), key=lambda i: (natural(_doer(trace, i.put)), i.put))
    try:
        return [ast.literal_eval(item.value or "") for item in mine]
    except (ValueError, SyntaxError):  # not known; or a float that is no number
        return None


def _test_in(source: str, line: int) -> ast.expr | None:
    """What the line asserts."""
    asserts = [node for node in nodes_of(source) if isinstance(node, ast.Assert)]
    return next((one.test for one in asserts if one.lineno <= line <= (one.end_lineno or one.lineno)), None)


def _holds(test: ast.expr, items: list[Any] | None) -> bool:
    """Whether it is an equation of a list with these items, or with itself sorted, and would be true of them."""
    if items is None or not isinstance(test, ast.Compare) or [type(op) for op in test.ops] != [ast.Eq]:
        return False
    sides = test.left, test.comparators[0]
    return any(_is_equal(one, other, items) for one, other in (sides, sides[::-1]))


def _is_equal(one: ast.expr, other: ast.expr, items: list[Any]) -> bool:
    match one:
        case ast.Call(func=ast.Name(id="sorted"), args=[argument], keywords=[]):
            with suppress(TypeError):  # what cannot be sorted
                return ast.dump(argument) == ast.dump(other) and sorted(items) == items
        case ast.List() | ast.Tuple() if not _is_constant(other) and not _calls_more_than_get(other):
            return _is_constant(one) and list(ast.literal_eval(one)) == items
    return False


def _is_constant(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _calls_more_than_get(node: ast.expr) -> bool:
    """Whether something is called that may take things in any order, such as `sorted`."""
    calls = [call for call in ast.walk(node) if isinstance(call, ast.Call)]
    return any(not isinstance(call.func, ast.Attribute) or call.func.attr != "get" for call in calls)
