"""PCT: its guarantee measured on bugs of depth 1, 2 and 3; what bounds a schedule; what a task that spins cannot do."""

from __future__ import annotations

import math
from collections import Counter
from random import Random

import pytest

from checker.strategies.pct import Bounds, Pct
from checker.trace import EndKind, Trace
from tests.scripts import Script, acquire, read, release, run_script, write

LOCKS = {"main/lock.1": ("lock", []), "main/lock.2": ("lock", [])}
MEMORY = {"main/memory.1": ("memory", [1, 0, None]), "main/memory.2": ("memory", [3, 0, None])}
A, B = LOCKS
SIGN, OWN = MEMORY

# One constraint: what the first does last comes before what the second does first.
LATE = Script.of_children(MEMORY, [*[write(OWN, 1)] * 5, write(SIGN, 1)], [read(SIGN), *[write(OWN, 1, 1)] * 5])
# Two: each takes its first lock before the other takes its second.
OPPOSITE = Script.of_children(
    LOCKS, [acquire(A), acquire(B), release(B), release(A)], [acquire(B), acquire(A), release(A), release(B)]
)
# Three: each reads what the one before it has written, round in a circle.
CIRCLE = Script.of_children(
    MEMORY,
    [write(SIGN, 1), read(SIGN)],
    [write(OWN, 1, 1), read(SIGN), write(SIGN, 2)],
    [write(OWN, 1, 2), read(SIGN), write(SIGN, 3)],
)


def answers(trace: Trace) -> list[tuple[str, object]]:
    return sorted((step.task, step.answer) for step in trace.steps if step.op[:2] == ("memory.read", SIGN))


def is_late(trace: Trace) -> bool:
    return answers(trace) == [("main.2", 1)]


def is_stuck(trace: Trace) -> bool:
    return trace.ending.kind is EndKind.STUCK


def is_circle(trace: Trace) -> bool:
    return answers(trace) == [("main.1", 3), ("main.2", 1), ("main.3", 2)]


def found(script, fails, depth, schedules, seed):
    """How many of so many schedules fail, and the bounds; these are known after some that are not counted."""
    bounds = Bounds()
    pct = Pct(Random(seed), depth, bounds)
    for _ in range(20):
        run_script(script, pct)
    bounds.drawn = 0
    return sum(fails(run_script(script, pct)[0]) for _ in range(schedules)), bounds


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    ("script", "fails", "depth", "schedules"),
    [(LATE, is_late, 1, 300), (OPPOSITE, is_stuck, 2, 1000), (CIRCLE, is_circle, 3, 4000)],
)
def test_a_bug_is_found_as_often_as_the_theorem_says(script, fails, depth, schedules, seed):
    count, bounds = found(script, fails, depth, schedules, seed)
    assert (bounds.tasks, bounds.drawn) == (len(script.tasks), schedules)
    assert count >= schedules / (bounds.tasks * bounds.steps ** (depth - 1))
    assert count >= 3


def test_without_a_change_nobody_is_interrupted():
    assert found(OPPOSITE, is_stuck, 1, 500, seed=0)[0] == 0
    assert found(CIRCLE, is_circle, 1, 500, seed=0)[0] == 0


def test_every_order_of_priorities_is_as_likely_as_any_other():
    bodies = [[write(SIGN, k)] * 3 for k in (1, 2, 3)]
    pct, orders = Pct(Random(0), 1, Bounds(4, 100)), Counter()
    for _ in range(600):
        steps = run_script(Script.of_children(MEMORY, *bodies, joins=False), pct)[0].steps
        orders[tuple(dict.fromkeys(step.op.args[1] for step in steps if step.op.kind == "memory.write"))] += 1
    assert len(orders) == 6
    assert min(orders.values()) >= 600 / math.factorial(4), "each order comes where main is before all others, at least"


def test_the_bounds_are_those_of_the_longest_complete_schedule():
    bounds = Bounds(2, 5, 3)
    pct = Pct(Random(0), 2, bounds)
    run_script(OPPOSITE, pct, steps=6)
    assert (bounds.tasks, bounds.steps, bounds.drawn) == (2, 5, 4), "one that did not end says nothing"
    trace = run_script(LATE, pct)[0]
    assert (bounds.tasks, bounds.steps, bounds.drawn) == (3, len(trace.steps), 0)
    run_script(LATE, pct)
    assert bounds.drawn == 1


def test_a_task_that_spins_keeps_the_others_waiting_no_longer_than_schedules_are():
    spinner = Script.of_children(MEMORY, [read(SIGN)] * 5000, [write(SIGN, 1)], joins=False)
    pct = Pct(Random(0), 1, Bounds(3, 100))
    for _ in range(30):
        trace = run_script(spinner, pct, steps=300)[0]
        assert any(step.op.kind == "memory.write" for step in trace.steps)


def test_the_same_seed_gives_the_same_schedules():
    one, two = (Pct(Random(7), 3, Bounds()) for _ in range(2))
    for _ in range(20):
        assert run_script(CIRCLE, one)[0].choices == run_script(CIRCLE, two)[0].choices
