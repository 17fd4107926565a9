"""A timed wait: where the thing is unavailable at first, both ends are explored, that it comes and that it does not."""

from __future__ import annotations

from typing import Any

import pytest

from checker.strategies.dpor import Dpor
from checker.trace import Op
from tests.loops import Loop, LoopScript, explored
from tests.scripts import Script, acquire, explore, get, join, op, put, read, release, start, write

LOCK, VALUE, QUEUE, FULL = "main/lock.1", "main/memory.1", "main/queue.1", "main/queue.2"
OBJECTS: dict[str, tuple[str, list[Any]]] = {
    LOCK: ("lock", []),
    VALUE: ("memory", [1, 0, None]),
    QUEUE: ("queue", [0, False]),
    FULL: ("queue", [1, False]),
}
WAITS: dict[str, tuple[list[Op], list[Op]]] = {
    "acquire": ([acquire(LOCK, timeout=1.0)], [acquire(LOCK), release(LOCK)]),
    "get": ([get(QUEUE, timeout=1.0)], [put(QUEUE)]),
    "put": ([put(FULL), put(FULL, timeout=1.0)], [get(FULL)]),
}


@pytest.mark.parametrize(("waiting", "other"), WAITS.values(), ids=WAITS)
def test_both_ends_of_a_timed_wait_are_explored(waiting: list[Op], other: list[Op]) -> None:
    _, _, states = explore(Script.of_children(OBJECTS, waiting, other), Dpor())
    ends = {dict(answers)["main.1"][len(waiting) - 1] for _, _, answers in states}
    assert len(ends) == 2


def test_both_ends_of_a_timed_join_are_explored() -> None:
    script = Script(OBJECTS, {"main": [start("main.1"), join("main.1", 1.0), join("main.1")], "main.1": [read(VALUE)]})
    _, _, states = explore(script, Dpor())
    assert {dict(answers)["main"][1] for _, _, answers in states} == {(True, b""), (False, b"")}


@pytest.mark.parametrize(
    ("wait", "after", "other"),
    [
        (acquire(LOCK, timeout=1.0), [release(LOCK)], [acquire(LOCK), release(LOCK)]),
        (get(QUEUE, timeout=1.0), [], [put(QUEUE), op("queue.join_thread", QUEUE)]),
    ],
    ids=["acquire", "get"],
)
def test_a_loop_around_a_timed_wait_waits_for_a_change_and_always_ends(
    wait: Op, after: list[Op], other: list[Op]
) -> None:
    main = [start("main.1"), start("main.2"), join("main.1"), join("main.2")]
    loop = Loop((wait, op("sleep", None, 1)))
    states, in_full, waits = explored(LoopScript(OBJECTS, {"main": main, "main.1": [loop, *after], "main.2": other}))
    assert in_full
    assert not waits
    assert {ending for ending, _, _ in states} == {"finished"}


def test_a_loop_around_a_flag_that_stays_as_it_is_waits_for_ever() -> None:
    loop = Loop((op("sleep", None, 1), read(VALUE)), 1)
    script = LoopScript(OBJECTS, {"main": [start("main.1"), loop], "main.1": [write(VALUE, 0)]})
    _, in_full, waits = explored(script)
    assert in_full
    assert waits > 0


def test_a_loop_that_is_bounded_never_waits() -> None:
    script = LoopScript(OBJECTS, {"main": [acquire(LOCK), Loop((acquire(LOCK, block=False),), most=3)]})
    states, in_full, waits = explored(script)
    assert in_full
    assert not waits
    assert {ending for ending, _, _ in states} == {"finished"}
