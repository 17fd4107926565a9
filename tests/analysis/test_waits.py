"""Deadlock or hang, who takes part, and who waits for whom."""

from __future__ import annotations

from dataclasses import replace

from checker.analysis.names import names_of
from checker.analysis.waits import Stuck, WaitTold, stuck
from checker.trace import ObjectRecord, Trace, Wait
from tests.analysis.traces import (
    BANK,
    BANK_SOURCE,
    MAIN,
    ONE,
    THREE,
    TWO,
    acquire,
    lock,
    op,
    opposite_locks,
    release,
    step,
    task,
    trace,
)

A, B = "main/lock.1", "main/lock.2"
GATE, JOBS = "main/semaphore.1", "main/queue.1"


def judged(given: Trace, source: str = BANK_SOURCE) -> Stuck:
    return stuck(given, names_of(source, given))


def test_opposite_locks_are_a_deadlock_of_the_two_and_main_only_waits_for_it():
    found = judged(opposite_locks())
    assert found.deadlock
    assert found.tasks == ("main.1", "main.2")
    assert found.cycle == ("main.1", "main.2")
    assert found.waits == (WaitTold("one", ("alice",), "bob"), WaitTold("two", ("bob",), "alice"))
    assert found.line == 26


def test_a_lock_taken_twice_is_a_deadlock_with_oneself():
    given = trace(
        [step("main", acquire(A, 1), True)], [MAIN], BANK, [Wait("main", acquire(A, 2), A, ("main",))], {"main": (A,)}
    )
    found = judged(given)
    assert (found.deadlock, found.cycle) == (True, ("main",))
    assert found.waits == (WaitTold("main", ("alice",), "alice, which it holds itself"),)


def test_an_access_waits_for_the_lock_that_guards_the_memory():
    count = "main/memory.1"
    objects = {A: lock(2), count: ObjectRecord("memory", (1, 0, A), 4, "main")}
    read = op("memory.read", count, 0, line=8)
    source = BANK_SOURCE + "count = Value('i', 0, lock=alice)\n"
    itself = trace(
        [step("main", acquire(A, 7), True)], [MAIN], objects, [Wait("main", read, count, ("main",))], {"main": (A,)}
    )
    assert judged(itself, source).waits == (WaitTold("main", ("alice",), "alice, which it holds itself"),)
    gone = task("main.1", "one", exit_code=0)
    kept = trace(
        [step("main.1", acquire(A, 7), True)],
        [MAIN, gone],
        objects,
        [Wait("main", read, count, ("main.1",))],
        {"main.1": (A,)},
    )
    assert judged(kept, source).waits == (WaitTold("main", (), "alice, which one held to the end"),)


def test_a_lock_that_an_ended_process_kept_is_a_hang():
    ended = task("main.1", "one", exit_code=1)
    given = trace(
        [step("main.1", acquire(A, 3), True)],
        [MAIN, ended, TWO],
        BANK,
        [
            Wait("main", op("process.join", "main.2", None, line=9), "main.2", ("main.2",)),
            Wait("main.2", acquire(A, 5), A, ("main.1",)),
        ],
        {"main.1": (A,)},
    )
    found = judged(given)
    assert not found.deadlock
    assert found.tasks == ("main.2", "main.1")
    assert found.waits == (WaitTold("two", (), "alice, which one held to the end"),)
    assert found.line == 3


def test_of_a_recursive_lock_the_acquisition_that_was_kept_is_the_one_to_look_at():
    steps = [step("main.1", acquire(A, 46), True), step("main.1", acquire(A, 39), True), step("main.1", release(A, 39))]
    given = trace(
        steps,
        [MAIN, task("main.1", "one", exit_code=0), TWO],
        {A: lock(2, kind="rlock")},
        [Wait("main.2", acquire(A, 46), A, ("main.1",))],
        {"main.1": (A,)},
    )
    assert judged(given).line == 46
    given = replace(given, steps=(*steps[:2], step("main.1", acquire(A, 38), True), *steps[2:]))
    assert judged(given).line == 39


def test_units_of_a_semaphore_held_by_all_who_want_one_more_are_a_deadlock_of_all():
    waits = [Wait(t, acquire(GATE, 7), GATE, ("main.1", "main.2", "main.3")) for t in ("main.1", "main.2", "main.3")]
    given = trace(
        [],
        [MAIN, ONE, TWO, THREE],
        {GATE: lock(1, kind="semaphore", args=(3,))},
        waits,
        dict.fromkeys(("main.1", "main.2", "main.3"), (GATE,)),
    )
    found = judged(given, "printers = Semaphore(3)")
    assert found.deadlock
    assert found.tasks == ("main.1", "main.2", "main.3")
    assert found.waits[0] == WaitTold("one", ("1 of printers",), "one more of printers")


def test_a_unit_that_a_process_which_ended_took_along_makes_a_circle_of_no_single_one_but_hides_none_of_others():
    gone = task("main.1", "one", exit_code=0)
    alive = ("main.2", "main.3")
    taken = ("main.1", *alive)
    one, both = (
        trace(
            [step("main.1", acquire(GATE, 3), True), *(step(t, acquire(GATE, 6), True) for t in alive[:count])],
            [MAIN, gone, TWO, THREE],
            {GATE: lock(1, kind="semaphore", args=(1 + count,))},
            [Wait(t, acquire(GATE, 7), GATE, taken[: 1 + count]) for t in alive[:count]],
            dict.fromkeys(taken[: 1 + count], (GATE,)),
        )
        for count in (1, 2)
    )
    assert judged(both).deadlock
    found = judged(one, "printers = Semaphore(2)")
    assert (found.deadlock, found.cycle, found.line) == (False, (), 3)
    assert found.waits == (
        WaitTold("two", ("1 of printers",), "one more of printers, of which one kept some to the end"),
    )


def test_nobody_ever_held_it_is_a_hang():
    given = trace([], [MAIN], {GATE: lock(1, kind="semaphore", args=(0,))}, [Wait("main", acquire(GATE, 2), GATE, ())])
    found = judged(given, "gate = Semaphore(0)")
    assert (found.deadlock, found.tasks) == (False, ("main",))
    assert found.waits == (WaitTold("main", (), "one of gate"),)


def test_a_getter_with_nothing_to_get_is_a_hang_and_the_other_getter_takes_part():
    get = op("queue.get", JOBS, True, None, line=12)
    given = trace(
        [step("main.1", get, touches=JOBS), step("main.1", op("exit", None, 0, None, False, None))],
        [
            MAIN,
            task("main.1", "one", exit_code=0),
            TWO,
            task("main/feeder." + JOBS, "main", role="feeder", process="main"),
        ],
        {JOBS: lock(1, kind="queue", args=(0, False))},
        [
            Wait("main", op("process.join", "main.2", None, line=20), "main.2", ("main.2",)),
            Wait("main/feeder." + JOBS, op("queue.feed", JOBS), JOBS, ()),
            Wait("main.2", get, JOBS, ()),
        ],
    )
    found = judged(given, "jobs = Queue()")
    assert (found.deadlock, found.tasks) == (False, ("main.2", "main.1"))
    assert found.waits == (WaitTold("two", (), "an item in jobs"),)


def test_a_full_queue_whose_takers_all_put_is_a_deadlock():
    put, get = op("queue.put", JOBS, True, None, True, line=5), op("queue.get", JOBS, True, None, line=4)
    given = trace(
        [step("main.1", get), step("main.2", get)],
        [MAIN, ONE, TWO],
        {JOBS: lock(1, kind="queue", args=(1, False))},
        [
            Wait("main", op("process.join", "main.1", None, line=9), "main.1", ("main.1",)),
            Wait("main.1", put, JOBS, ()),
            Wait("main.2", put, JOBS, ()),
        ],
    )
    found = judged(given, "jobs = Queue(1)")
    assert (found.deadlock, found.tasks) == (True, ("main.1", "main.2"))
    assert found.waits[0] == WaitTold("one", (), "room in jobs")


def test_of_many_only_the_circle_takes_part():
    tasks = [task(f"main.{n}", f"p{n}") for n in range(1, 7)]
    objects = {f"main/lock.{n}": lock(n) for n in range(1, 7)}
    wants = {1: 2, 2: 1, 3: 1, 4: 3, 5: 4, 6: 5}
    given = trace(
        [],
        [MAIN, *tasks],
        objects,
        [Wait(f"main.{a}", acquire(f"main/lock.{b}"), f"main/lock.{b}", (f"main.{b}",)) for a, b in wants.items()],
        {f"main.{n}": (f"main/lock.{n}",) for n in range(1, 7)},
    )
    found = judged(given, "")
    assert found.tasks == ("main.1", "main.2")
    assert found.waits[0] == WaitTold("p1", ("Lock 1",), "Lock 2")


def test_five_philosophers_are_one_circle():
    tasks = [task(f"main.{n}", f"p{n}") for n in range(1, 6)]
    objects = {f"main/lock.{n}": lock(1) for n in range(1, 6)}
    given = trace(
        [],
        [MAIN, *tasks],
        objects,
        [
            Wait(f"main.{n}", acquire(f"main/lock.{n % 5 + 1}", 9), f"main/lock.{n % 5 + 1}", (f"main.{n % 5 + 1}",))
            for n in range(1, 6)
        ],
        {f"main.{n}": (f"main/lock.{n}",) for n in range(1, 6)},
    )
    found = judged(given, "forks = [Lock() for _ in range(5)]")
    assert found.cycle == tuple(f"main.{n}" for n in range(1, 6))
    assert found.waits[4] == WaitTold("p5", ("forks[4]",), "forks[0]")


def test_who_was_killed_with_a_lock_is_looked_for_where_it_was_killed():
    killed = task("main.1", "one", exit_code=-15)
    steps = [step("main.1", acquire(A, 3), True), step("main", op("process.signal", "main.1", 15, line=8))]
    given = trace(steps, [MAIN, killed], BANK, [Wait("main", acquire(A, 9), A, ("main.1",))], {"main.1": (A,)})
    assert judged(given).line == 8


def test_who_joins_a_process_whose_feeder_has_no_room_is_shown_and_looked_at():
    feeder = task(f"main.1/feeder.{JOBS}", "one", role="feeder", process="main.1")
    waits = [
        Wait("main", op("process.join", "main.1", None, line=9), "main.1", ("main.1",)),
        Wait("main.1", op("queue.join_thread", JOBS), JOBS, ()),
        Wait(feeder.path, op("queue.feed", JOBS), JOBS, ()),
    ]
    given = trace([], [MAIN, ONE, feeder], {JOBS: lock(1, kind="queue", args=(0, False))}, waits)
    found = judged(given, "jobs = Queue()")
    assert (found.deadlock, found.line) == (False, 9)
    assert [wait.waits_for for wait in found.waits] == ["the end of one", "the feeder of jobs", "room in jobs"]


def test_who_owes_how_many_task_done():
    put, get = op("queue.put", JOBS, True, None, True), op("queue.get", JOBS, True, None)
    steps = [step("main", put), step("main", put), step("main.1", get), step("main.2", get)]
    steps.append(step("main.1", op("queue.task_done", JOBS)))
    waits = [Wait("main", op("queue.join", JOBS, line=9), JOBS, ())]
    objects = {JOBS: lock(1, kind="queue", args=(0, True))}
    owed = judged(trace(steps, [MAIN, ONE, TWO], objects, waits), "jobs = JoinableQueue()").waits[0]
    assert owed.waits_for == "1 more task_done() of jobs, which two (1) did not call for what came from it"
    left = judged(trace(steps[:1], [MAIN, ONE, TWO], objects, waits), "jobs = JoinableQueue()").waits[0]
    assert left.waits_for == "1 more task_done() of jobs"
