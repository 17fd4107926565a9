"""What orders the steps of a schedule, and what does not; laws over drawn programs."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.analysis.happens_before import CAUSES, Order, happens_before
from checker.strategies.random_walk import RandomWalk
from checker.strategies.replay import Replay
from checker.trace import Op, Trace
from tests.scripts import Script, acquire, get, join, op, put, read, release, run_script, start, write
from tests.strategies.test_against_brute_force import common, programs

LOCK, SEMAPHORE, RAW, GUARDED, QUEUE = (
    "main/lock.1",
    "main/semaphore.1",
    "main/memory.1",
    "main/memory.2",
    "main/queue.1",
)
OBJECTS: dict[str, tuple[str, list[Any]]] = {
    LOCK: ("lock", []),
    "main/lock.2": ("lock", []),
    SEMAPHORE: ("semaphore", [2]),
    RAW: ("memory", [2, 0, None]),
    GUARDED: ("memory", [2, 0, "main/lock.2"]),
    QUEUE: ("queue", [0, False]),
    "main/queue.2": ("queue", [1, False]),
    "main/queue.3": ("queue", [0, True]),
}


def run(*children: list[Op], schedule: str = "", main: list[Op] | None = None, fine: bool = False) -> Trace:
    """Children that main starts and joins (or what `main` does), under a schedule of their numbers, main being 0.

    After the schedule everybody goes on for himself, the children first.
    """
    script = Script.of_children(OBJECTS, *children)
    if main is not None:
        script = Script(OBJECTS, {**script.tasks, "main": main})
    return run_script(script, _Follow(schedule), fine=fine)[0]


class _Follow(Replay):
    """Begins all processes first; takes the children by number, each step of theirs, and their feeders at once."""

    def __init__(self, schedule: str) -> None:
        super().__init__(())
        self._left = list(schedule)

    def choose(self, kernel: Any, enabled: list[str]) -> str | None:
        starting = kernel.pending("main")
        if starting is not None and starting.op.kind in ("begin", "process.start") and "main" in enabled:
            return "main"
        early = [task for task in enabled if "feeder" in task or kernel.pending(task).op.kind == "begin"]
        if early:
            return early[0]
        while self._left:
            number = self._left.pop(0)
            task = "main" if number == "0" else f"main.{number}"
            if task in enabled:
                return task
        return max(enabled)


def index(trace: Trace, task: str, kind: str, nth: int = 0) -> int:
    """The last step of the task's n-th operation of this kind."""
    found = [n for n, step in enumerate(trace.steps) if (step.task, step.op.kind) == (task, kind) and step.done]
    return found[nth]


def before(trace: Trace, one: tuple[str, str], other: tuple[str, str]) -> bool:
    return happens_before(trace).before(index(trace, *one), index(trace, *other))


def test_start_and_end_of_a_process_order_and_what_two_children_do_is_not_ordered():
    main = [write(RAW, 1), start("main.1"), start("main.2"), join("main.1"), read(RAW), join("main.2")]
    trace = run([write(RAW, 2)], [write(RAW, 3)], main=main)
    order = happens_before(trace)
    first, one, two, last = (
        index(trace, task, kind) for task, kind in (
            ("main", "memory.write"), ("main.1", "memory.write"), ("main.2", "memory.write"), ("main", "memory.read"),
        )
    )
    assert order.before(first, one)
    assert order.before(first, two)
    assert order.before(one, last)
    assert not order.ordered(one, two)
    assert not order.ordered(two, last), "it was not joined yet"


@pytest.mark.parametrize(("answer", "is_ordered"), [("seen", True), ("too early", False)])
def test_a_look_at_the_exit_code_orders_once_there_is_one(answer: str, is_ordered: bool):
    main = [start("main.1"), op("process.poll", "main.1"), join("main.1")]
    trace = run([write(RAW, 1)], main=main, schedule="11" if answer == "seen" else "0")
    assert before(trace, ("main.1", "memory.write"), ("main", "process.poll")) is is_ordered


def test_a_join_that_gives_up_orders_nothing():
    main = [start("main.1"), join("main.1", 1.0), join("main.1")]
    trace = run([write(RAW, 1), write(RAW, 2)], main=main, schedule="10")
    assert not before(trace, ("main.1", "memory.write"), ("main", "process.join"))


def test_a_process_that_was_killed_is_over_for_who_joins_it():
    main = [start("main.1"), op("process.signal", "main.1", 15), join("main.1")]
    trace = run([write(RAW, 1), acquire(LOCK), acquire(LOCK)], main=main, schedule="110")
    assert before(trace, ("main.1", "memory.write"), ("main", "process.join"))
    assert not before(trace, ("main.1", "memory.write"), ("main", "process.signal"))


def test_a_release_is_before_the_next_acquire_and_a_failed_try_orders_nothing():
    section = [acquire(LOCK), write(RAW, 1), release(LOCK)]
    trace = run(section, section, schedule="111")
    assert before(trace, ("main.1", "memory.write"), ("main.2", "memory.write"))
    assert not happens_before(trace, CAUSES).before(
        index(trace, "main.1", "memory.write"), index(trace, "main.2", "memory.write")
    ), "they come in either order"
    trace = run(section, [acquire(LOCK, block=False), write(RAW, 2)], schedule="112")
    assert not before(trace, ("main.1", "memory.write"), ("main.2", "memory.write"))


def test_who_takes_a_unit_comes_after_who_gave_back_that_unit():
    user = [acquire(SEMAPHORE), write(RAW, 1), release(SEMAPHORE)]
    trace = run(user, user, user, schedule="111222")
    assert not before(trace, ("main.1", "memory.write"), ("main.2", "memory.write")), "it took the second unit"
    assert before(trace, ("main.1", "memory.write"), ("main.3", "memory.write"))
    assert not before(trace, ("main.2", "memory.write"), ("main.3", "memory.write"))


@pytest.mark.parametrize("fine", [False, True])
def test_guarded_accesses_are_ordered_where_they_touch_the_same_and_after_the_guard(fine: bool):
    trace = run([write(GUARDED, 1)], [read(GUARDED)], schedule="111222", fine=fine)
    assert before(trace, ("main.1", "memory.write"), ("main.2", "memory.read"))
    trace = run([write(RAW, 1), write(GUARDED, 1)], [read(GUARDED, 1), read(RAW)], schedule="1111222222")
    assert not before(trace, ("main.1", "memory.write"), ("main.2", "memory.read"))
    guarded = [acquire("main/lock.2"), write(RAW, 1), release("main/lock.2")]
    trace = run(guarded, [read(GUARDED, 1), acquire(LOCK)], schedule="111222222", fine=fine)
    assert before(trace, ("main.1", "memory.write"), ("main.2", "memory.read"))
    trace = run([read(GUARDED, 1), acquire(LOCK)], guarded, schedule="1111222", fine=fine)
    assert before(trace, ("main.1", "memory.read"), ("main.2", "memory.write"))


def test_an_item_is_put_before_it_is_got_and_who_gets_another_one_is_not_ordered():
    trace = run(
        [write(RAW, 1), put(QUEUE)], [put(QUEUE)], [get(QUEUE), write(RAW, 2)], [get(QUEUE), write(RAW, 3)],
        schedule="112" + 5 * "3" + 5 * "4",
    )
    assert before(trace, ("main.1", "memory.write"), ("main.3", "memory.write"))
    assert not before(trace, ("main.1", "memory.write"), ("main.4", "memory.write"))
    assert not before(trace, ("main.3", "memory.write"), ("main.4", "memory.write"))


def test_room_in_a_bounded_queue_comes_from_who_got_an_item():
    queue = "main/queue.2"
    trace = run([put(queue), put(queue)], [write(RAW, 1), get(queue)], schedule="1" + 9 * "2" + "1")
    assert happens_before(trace).before(index(trace, "main.2", "memory.write"), index(trace, "main.1", "queue.put", 1))
    assert not happens_before(trace).before(index(trace, "main.2", "memory.write"), index(trace, "main.1", "queue.put"))


@pytest.mark.parametrize("schedule", ["22222111", "122222111", "22222" + "0" + "111"])
def test_the_last_task_done_is_before_the_join_of_the_queue(schedule: str):
    queue = "main/queue.3"
    main = [put(queue), start("main.1"), op("queue.join", queue), join("main.1")]
    trace = run([get(queue), write(RAW, 1), op("queue.task_done", queue)], main=main, schedule=schedule)
    assert before(trace, ("main.1", "memory.write"), ("main", "queue.join"))


# Laws


def walked(script: Script, seed: int, *, fine: bool = False) -> Trace:
    return run_script(script, RandomWalk(Random(seed)), fine=fine)[0]


def dependence(trace: Trace) -> list[set[int]]:
    """For each step those before it in the order that the footprints give, itself included."""
    past: list[set[int]] = []
    for later, step in enumerate(trace.steps):
        mine = {later}
        for earlier in range(later):
            other = trace.steps[earlier]
            if other.task == step.task or other.footprint.conflicts(step.footprint):
                mine |= past[earlier]
        past.append(mine)
    return past


def pairs(trace: Trace, order: Order) -> set[tuple[int, int]]:
    steps = range(len(trace.steps))
    return {(one, other) for one in steps for other in steps if order.before(one, other)}


@common
@given(programs(), st.integers(0, 10**6), st.booleans())
def test_the_order_is_part_of_the_order_of_footprints_and_holds_each_task_s_own(script, seed, fine):
    trace = walked(script, seed, fine=fine)
    allowed = dependence(trace)
    order = happens_before(trace)
    ordered = pairs(trace, order)
    assert all(one in allowed[other] for one, other in ordered)
    assert all(one < other for one, other in ordered)
    assert pairs(trace, happens_before(trace, CAUSES)) <= ordered
    for other, step in enumerate(trace.steps):
        assert all((one, other) in ordered for one in range(other) if trace.steps[one].task == step.task)


@common
@given(programs(), st.integers(0, 10**6))
def test_it_is_a_strict_partial_order(script, seed):
    trace = walked(script, seed)
    order = pairs(trace, happens_before(trace))
    after: dict[int, set[int]] = {}
    for one, other in order:
        after.setdefault(one, set()).add(other)
    for one, others in after.items():
        assert one not in others
        for other in others:
            assert after.get(other, set()) <= others


@common
@given(programs(), st.integers(0, 10**6), st.integers(0, 10**6))
def test_equivalent_schedules_have_the_same_order(script, seed, other_seed):
    trace = walked(script, seed)
    choices = [step.task for step in trace.steps]
    swapped = _swapped(trace, Random(other_seed))
    again = run_script(script, Replay(tuple(choices[n] for n in swapped)))[0]
    assert [(s.task, s.op, s.answer) for s in again.steps] == [
        (trace.steps[n].task, trace.steps[n].op, trace.steps[n].answer) for n in swapped
    ]
    where = {n: position for position, n in enumerate(swapped)}
    assert {(where[a], where[b]) for a, b in pairs(trace, happens_before(trace))} == pairs(again, happens_before(again))


def _swapped(trace: Trace, random: Random) -> list[int]:
    """The steps in another order, in which no two that are dependent, or of one task, have changed places."""
    order = list(range(len(trace.steps)))
    for _ in range(5 * len(order)):
        at = random.randrange(max(1, len(order) - 1))
        if at + 1 < len(order):
            one, other = trace.steps[order[at]], trace.steps[order[at + 1]]
            if one.task != other.task and not one.footprint.conflicts(other.footprint):
                order[at], order[at + 1] = order[at + 1], order[at]
    return order
