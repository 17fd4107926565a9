"""Where in a schedule an exception was raised."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.analysis.failing import raised_after, with_failure
from checker.analysis.names import names_of
from checker.analysis.steps import steps_told
from tests.analysis.traces import MAIN, ONE, TWO, acquire, lock, op, release, step, trace

A, CELL = "main/lock.1", "main/memory.1"
SOURCE = """def move(seats, lock):
    for n in range(2):
        with lock:
            check(seats, n)
    try:
        check(seats, 3)
    finally:
        seats.value = 5
        lock.release()
        check(seats, 4)

def check(seats, n):
    assert n < 1 and seats.value == 1
"""
SAID = """Traceback (most recent call last):
  File "/there/swap.py", line {}, in move
    check(seats, 1)
  File "/there/swap.py", line 13, in check
    assert n < 1 and seats.value == 1
AssertionError
"""
IN_WITH, IN_TRY = SAID.format(4), SAID.format(6)
IN, OUT = step("main.1", acquire(A, line=3), True), step("main.1", release(A, line=3), None)
LOOK = step("main.1", op("memory.read", CELL, 0, line=13), 0)
WRITE = step("main.1", op("memory.write", CELL, 0, 5, line=8))
FREE = step("main.1", release(A, line=9), None)
FEEDER = step("main.1", op("queue.join_thread", "main/queue.1"))
PRINT = step("main.1", op("stderr.write", None, IN_WITH))
EXITING = step("main.1", op("exiting", None))
OTHER = step("main", op("memory.write", CELL, 0, 1, line=20))


def failing(*steps, said=IN_WITH, others=()):
    return trace(steps, (MAIN, *others, replace(ONE, exit_code=1, traceback=said)), {A: lock(1)})


def raised(*steps, said=IN_WITH, source=SOURCE, others=()):
    return raised_after(failing(*steps, said=said, others=others), said, source, ["main.1"])


@pytest.mark.parametrize(
    ("steps", "number"),
    [
        ([IN, LOOK, OUT, OTHER, PRINT, EXITING], 1),
        ([IN, LOOK, OUT, IN, OUT, OTHER, PRINT, EXITING], 3),
        ([IN, LOOK, OUT, OUT, PRINT], 2),
        ([IN, LOOK, WRITE, PRINT], 2),
        ([IN, OUT, EXITING, LOOK], 0),
        ([IN, LOOK, OUT, FEEDER, EXITING], 1),
        ([OTHER], None),
    ],
    ids=["way out", "nothing shared in its round", "one way out", "uncertain", "not printed", "its end", "no step"],
)
def test_it_is_raised_behind_the_last_step_but_for_the_way_out(steps, number):
    assert raised(*steps) == number


def test_what_a_finally_does_for_sure_comes_behind_it():
    assert raised(LOOK, WRITE, FREE, OTHER, EXITING, said=IN_TRY) == 0
    assert raised(LOOK, WRITE, WRITE, EXITING, said=IN_TRY) == 1, "one of them is of another time"
    assert raised(LOOK, WRITE, FREE, LOOK, EXITING, said=IN_TRY) == 3, "the same line is come to again in the finally"
    assert raised(LOOK, WRITE, FREE, EXITING, said=IN_TRY, source="def move(:") == 2
    later = "def move(seats, lock):\n    with lock:\n        def do():\n            check(seats, 1)\n"
    assert raised(IN, OUT, EXITING, source=later + "    return do\n" * 2) == 1, "a function is defined in it only"


def test_of_two_that_say_the_same_it_is_the_one_that_failed():
    other = replace(TWO, exit_code=1, traceback=IN_WITH)
    assert raised(step("main.2", LOOK.op), LOOK, others=(other,)) == 1


def test_the_listing_has_a_line_for_it():
    given = failing(LOOK, OTHER, OUT, PRINT)
    names = names_of("", given)
    lines = with_failure(steps_told(given, names), given, names, IN_WITH, 0)
    assert [line.n for line in lines] == [1, 2, 3, 4, 5]
    assert (lines[1].task, lines[1].op, lines[1].line, lines[1].failed) == ("one", "AssertionError", 13, True)
    assert [line.failed for line in lines].count(True) == 1
