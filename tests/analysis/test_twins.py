"""Objects that look like one in the source, and are one for each process."""

from __future__ import annotations

from checker.analysis.names import names_of
from checker.analysis.twins import twins_told
from checker.trace import ObjectRecord
from tests.analysis.traces import MAIN, ONE, THREE, TWO, acquire, lock, op, step, task, trace

OWN = {"main.1/lock.1": lock(2, "main.1"), "main.2/lock.1": lock(2, "main.2")}
SOURCE = "from multiprocessing import Lock\nprinter = Lock()\n"


def told(objects, steps, tasks=(MAIN, ONE, TWO), source=SOURCE):
    given = trace(steps, tasks, objects)
    return twins_told(given, names_of(source, given))


USED = [step("main.1", acquire("main.1/lock.1"), True), step("main.2", acquire("main.2/lock.1"), True)]


def test_a_lock_that_each_process_makes_in_a_function():
    assert told(OWN, USED) == (
        "printer of one and printer of two are two locks: each process makes its own; pass one lock as an argument"
    )


def test_a_lock_that_main_made_at_the_same_line_is_made_by_importing_the_file():
    objects = {"main/lock.1": lock(2), **OWN}
    assert "two locks: each process that is spawned, not forked, imports the file and makes" in told(objects, USED)


def test_a_value_that_main_reads_is_another_than_the_children_write():
    objects = {f"{who}/memory.1": ObjectRecord("memory", (1, 0, None), 2, who) for who in ("main", "main.1")}
    steps = [step(who, op("memory.read", f"{who}/memory.1", 0), 0) for who in ("main.1", "main")]
    said = told(objects, steps, source="\ncount = Value('i')")
    assert said.startswith("count and count of one are two Values: each process that is spawned")


def test_many_are_counted():
    tasks = [MAIN, *(task(f"main.{n}", f"p{n}") for n in range(1, 7))]
    objects = {f"main.{n}/lock.1": lock(2, f"main.{n}") for n in range(1, 7)}
    steps = [step(f"main.{n}", acquire(f"main.{n}/lock.1"), True) for n in range(1, 7)]
    assert told(objects, steps, tasks).startswith("printer of p1, printer of p2 and 4 more are 6 locks")


def test_what_is_shared_or_not_used_is_no_twin():
    assert told(OWN, USED[:1]) == ""
    assert told(OWN, [*USED, step("main", acquire("main.2/lock.1"), True)]) == "", "main got it from somewhere"
    assert told({"main/lock.1": lock(2), "main/lock.2": lock(2)}, []) == ""
    two_lines = {"main.1/lock.1": lock(2, "main.1"), "main.2/lock.1": lock(3, "main.2")}
    assert told(two_lines, USED) == ""
    assert told({}, [], (MAIN, ONE, TWO, THREE)) == ""
