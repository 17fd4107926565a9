"""Data races and updates that are not atomic: found where they are, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.analysis.names import names_of
from checker.analysis.races import broken_updates, data_races, race_told, update_told
from checker.strategies.dpor import Dpor
from checker.trace import ObjectRecord, Op, Trace
from tests.analysis.traces import MAIN, ONE, TWO, lock, op, step, trace
from tests.analysis.traces import acquire as acquiring
from tests.analysis.traces import release as releasing
from tests.scripts import Script, acquire, join, read, release, run_script, start, write
from tests.strategies.test_against_brute_force import common

LOCK, RAW, GUARDED, GUARD = "main/lock.1", "main/memory.1", "main/memory.2", "main/lock.2"
SCRIPTED = {
    LOCK: ("lock", []),
    GUARD: ("lock", []),
    RAW: ("memory", [2, 0, None]),
    GUARDED: ("memory", [1, 0, GUARD]),
}
UPDATE = [read(RAW), write(RAW, 1)]
SECTION = [acquire(LOCK), *UPDATE, release(LOCK)]


def schedules(script: Script) -> Iterator[Trace]:
    """Every schedule of a script that differs in effect."""
    dpor = Dpor()
    while not dpor.exhausted:
        found = run_script(script, dpor)[0]
        if found.ending.kind.value == "finished":
            yield found


def of(*children: list[Op]) -> Script:
    return Script.of_children(SCRIPTED, *children)


def test_a_program_whose_accesses_are_under_one_lock_has_no_race_in_any_schedule():
    assert all(not data_races(found) for found in schedules(of(SECTION, SECTION, SECTION)))


@pytest.mark.parametrize("other", [UPDATE, [read(RAW)], [acquire(GUARD), *UPDATE, release(GUARD)]])
def test_without_the_lock_in_one_of_them_there_is_one_in_some_schedule(other):
    assert any(data_races(found) for found in schedules(of(SECTION, other)))


def test_who_is_joined_before_and_who_touches_something_else_does_not_race():
    child = [write(RAW, 1)]
    in_turn = [start("main.1"), join("main.1"), start("main.2"), join("main.2"), read(RAW)]
    assert not any(map(data_races, schedules(Script(SCRIPTED, {"main": in_turn, "main.1": child, "main.2": child}))))
    assert not any(map(data_races, schedules(of(child, [write(RAW, 1, 1)]))))
    assert not any(map(data_races, schedules(of([read(RAW)], [read(RAW)]))))


def test_guarded_accesses_do_not_race_but_an_update_of_two_is_not_atomic():
    update = [read(GUARDED), write(GUARDED, 1)]
    found = list(schedules(of(update, update)))
    assert not any(map(data_races, found))
    assert any(broken_updates(one, ()) for one in found)
    section = [acquire(LOCK), *update, release(LOCK)]
    assert not any(broken_updates(one, ()) for one in schedules(of(section, section)))


@common
@given(st.lists(st.lists(st.sampled_from([read(RAW), write(RAW, 1), write(RAW, 2, 1)]), max_size=3), max_size=3))
def test_sections_of_any_accesses_under_one_lock_have_no_race(bodies):
    script = of(*([acquire(LOCK), *body, release(LOCK)] for body in bodies))
    assert not any(map(data_races, schedules(script)))


# In words

SOURCE = "from multiprocessing import Lock, Value\nbank = Lock()\nlog = Lock()\nseats = Value('i', 1)\n"
NAMED = {
    "main/lock.1": lock(2),
    "main/lock.2": lock(3),
    "main/memory.1": ObjectRecord("memory", (1, 1, None), 4, "main"),
}


def reading(line, value=1):
    return op("memory.read", "main/memory.1", 0, line=line), value


def writing(line, value=0):
    return op("memory.write", "main/memory.1", 0, value, line=line), None


def told(*steps, objects=None):
    given = trace([step(task, *what) for task, what in steps], (MAIN, ONE, TWO), objects or NAMED)
    names = names_of(SOURCE, given)
    races = data_races(given)
    updates = broken_updates(given, races)
    return [*(race_told(given, names, race) for race in races), *(update_told(given, names, lost) for lost in updates)]


def within(task, name, *steps):
    return [
        (task, (acquiring(name, 9), True)),
        *((task, what) for what in steps),
        (task, (releasing(name, 12), None)),
    ]


def test_a_race_is_told_with_both_lines_and_with_the_lock_that_one_of_them_holds():
    assert told(*within("main.1", "main/lock.1", writing(10)), ("main.2", reading(20))) == [
        "data race: one writes seats (line 10) and two reads it (line 20), with nothing that orders the two; "
        "one holds bank there, two holds nothing"
    ]


def test_what_else_would_order_a_race():
    bare = [("main.1", writing(10)), ("main.2", reading(20))]
    assert told(*bare)[0].endswith("; a lock round both would")
    elsewhere = within("main.1", "main/lock.1", reading(30))
    assert told(*bare, *elsewhere)[0].endswith("; elsewhere it is touched under bank")
    both = [*within("main.1", "main/lock.1", writing(10)), *within("main.2", "main/lock.2", writing(20))]
    assert told(*both)[0].endswith("; each holds another lock there: it has to be the same")
    parent = told(("main.1", writing(10)), ("main", reading(20)))
    assert parent[0].endswith("; a lock round both would, or that main waits for the end of one")


def test_a_pair_of_lines_is_told_once():
    assert len(told(*3 * [("main.1", writing(10)), ("main.2", writing(10))])) == 1


def test_an_update_that_is_not_atomic_is_told_with_the_guard_that_would_help():
    guarded = {**NAMED, "main/memory.1": ObjectRecord("memory", (1, 1, "main/lock.2"), 4, "main")}
    steps = [("main.1", reading(10)), ("main.2", writing(20)), ("main.1", writing(10))]
    assert told(*steps, objects=guarded) == [
        "not atomic: one reads and writes seats (line 10) in two steps, and two writes it in between (line 20); "
        "with log: round both would help"
    ]
    steps[-1] = ("main.1", writing(11))
    (sentence,) = told(*steps, objects=guarded)
    assert sentence.startswith("not atomic: one reads seats (line 10) and writes it (line 11), and two writes it in ")
    assert len(told(*steps)) == 2, "unguarded, the read and the write are data races"


def test_who_has_looked_again_updates_in_one_piece():
    guarded = {**NAMED, "main/memory.1": ObjectRecord("memory", (1, 1, "main/lock.2"), 4, "main")}
    looked = [("main.1", reading(10)), ("main.2", writing(20)), ("main.1", reading(11)), ("main.1", writing(12))]
    assert told(*looked, objects=guarded) == []


def test_nothing_is_said_of_a_task_without_a_record():
    given = replace(trace([step("main.7", *writing(1)), step("main.8", *writing(2))]), tasks={})
    assert len(data_races(given)) == 1
