"""What multiplies the interleavings is named only where the program does it."""

from __future__ import annotations

from checker.analysis.looks import looks_told
from tests.analysis.traces import BANK, MAIN, ONE, acquire, op, step, trace

READ = step("main.1", op("memory.read", "main/memory.1", 0, line=12), 4)
PRINT = step("main.1", op("stdout.write", None, "4\n", line=12))
CLOCK = step("main.1", op("clock", line=9), 0.0)


def told(*steps) -> str:
    return looks_told([trace(steps, [MAIN, ONE], BANK)])


def test_nothing_is_said_of_what_is_not_there():
    assert told() == ""
    assert told(READ) == ""
    assert told(PRINT) == ""


def test_the_clock_and_a_print_that_reads_are_named():
    assert told(CLOCK) == "does each look at the clock"
    assert told(READ, PRINT) == "does each print that reads something shared (line 12)"
    assert told(CLOCK, READ, PRINT).startswith("does each look at the clock, and so does each print")


def test_only_a_read_of_the_same_task_in_the_same_line_is_one_of_the_print():
    other = step("main", op("stdout.write", None, "4\n", line=12))
    later = step("main.1", op("stdout.write", None, "4\n", line=13))
    assert told(READ, other, later) == ""


def test_of_many_lines_the_first_are_named():
    steps = [
        step("main.1", op(kind, *args, line=line))
        for line in range(1, 6)
        for kind, *args in (("memory.read", "main/memory.1", 0), ("stdout.write", None, "4\n"))
    ]
    assert told(*steps) == "does each print that reads something shared (lines 1 and 2 and 3 and others)"


def test_tries_that_fail_and_are_made_again_are_named():
    fails, works = (step("main.1", acquire("main/lock.1", line=21), answer) for answer in (False, True))
    said = "does each try that fails (line 21): what waits without a timeout tries only once"
    assert told(fails, fails) == told(fails, works) == said
    assert told(works, works) == told(works, fails) == "", "it may be that nobody tries again"
    empty = step("main.1", op("queue.get", "main/queue.1", True, 0.1, line=30), ["raise", "Empty", ""])
    assert "(line 30)" in told(empty, empty)
