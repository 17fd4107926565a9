"""Which steps took what others wait for, or have waited for in vain."""

from __future__ import annotations

from checker.analysis.keepers import keepers
from checker.trace import EndKind, Wait
from tests.analysis.traces import MAIN, ONE, TWO, acquire, lock, op, opposite_locks, release, step, trace

A, JOBS = "main/lock.1", "main/queue.1"
OBJECTS = {A: lock(1), JOBS: lock(2, kind="queue", args=(0, False))}
GET = op("queue.get", JOBS, True, None)


def named(*steps, waits=()):
    kind = EndKind.STUCK if waits else EndKind.FINISHED
    return sorted(keepers(trace(steps, (MAIN, ONE, TWO), OBJECTS, waits, kind=kind)))


def test_those_who_hold_what_others_wait_for():
    given = opposite_locks()
    assert sorted(keepers(given)) == [n for n, one in enumerate(given.steps) if one.op.kind == "lock.acquire"]


def test_who_held_a_lock_when_another_gave_up():
    gave_up = step("main.2", acquire(A), False)
    mine = [step("main.1", acquire(A), True), step("main.1", release(A), None)]
    assert named(*mine, mine[0], gave_up, mine[1]) == [2]
    assert named(*mine, *mine) == []


def test_who_took_the_last_item_of_a_queue_that_another_waits_at():
    got, empty = step("main.1", GET, None), step("main.1", GET, ["raise", "Empty", ""])
    wait = Wait("main.2", GET, JOBS, ())
    assert named(got, got, empty, waits=[wait]) == [1]
    assert named(step("main.2", GET, None), waits=[wait]) == [], "its own: nobody else took it"
