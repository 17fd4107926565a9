"""Where in a schedule an exception was raised."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.analysis.failing import raised_after, with_failure
from checker.analysis.names import names_of
from checker.analysis.steps import steps_told
from tests.analysis.traces import MAIN, ONE, acquire, lock, op, release, step, trace

A, CELL = "main/lock.1", "main/memory.1"
SAID = """Traceback (most recent call last):
  File "/there/swap.py", line 9, in move
    assert seats.value == 1
AssertionError
"""
IN, OUT = step("main.1", acquire(A, line=8), True), step("main.1", release(A, line=8), None)
LOOK = step("main.1", op("memory.read", CELL, 0, line=9), 0)
PRINT = step("main.1", op("stderr.write", None, SAID))
EXITING = step("main.1", op("exiting", None))
OTHER = step("main", op("memory.write", CELL, 0, 1, line=20))


def failing(*steps):
    return trace(steps, (MAIN, replace(ONE, exit_code=1, traceback=SAID)), {A: lock(1)})


@pytest.mark.parametrize(
    ("steps", "number"),
    [
        ([IN, LOOK, OUT, OTHER, PRINT, EXITING], 1),
        ([IN, LOOK, LOOK, OUT, PRINT], 2),
        ([IN, OUT, OTHER, PRINT, EXITING], 1),
        ([IN, OUT, EXITING, LOOK], 1),
        ([OTHER], None),
    ],
    ids=["the line that failed", "its last time", "nothing shared in it", "nothing printed", "no step of it"],
)
def test_it_is_raised_in_the_last_step_of_its_line(steps, number):
    assert raised_after(failing(*steps), SAID) == number


def test_the_listing_has_a_line_for_it():
    given = failing(IN, LOOK, OTHER, OUT, PRINT)
    names = names_of("", given)
    lines = with_failure(steps_told(given, names), given, names, SAID)
    assert [line.n for line in lines] == [1, 2, 3, 4, 5, 6]
    assert (lines[2].task, lines[2].op, lines[2].line, lines[2].failed) == ("one", "AssertionError", 9, True)
    assert [line.failed for line in lines].count(True) == 1
