"""Opposite orders of locks are found where they could end in a deadlock, and not where something keeps them apart."""

from __future__ import annotations

from random import Random
from typing import Any

from checker.analysis.lock_order import inversion_told, inversions
from checker.analysis.names import names_of
from checker.strategies.dpor import Dpor
from checker.strategies.random_walk import RandomWalk
from checker.trace import EndKind, Op, Trace
from tests.analysis.traces import BANK, BANK_SOURCE, MAIN, ONE, TWO, step, trace
from tests.analysis.traces import acquire as acquiring
from tests.analysis.traces import release as releasing
from tests.scripts import Script, acquire, get, join, put, read, release, run_script, start

A, B, C = "main/lock.1", "main/lock.2", "main/lock.3"
OBJECTS: dict[str, tuple[str, list[Any]]] = {
    **{name: ("lock", []) for name in (A, B, C)},
    "main/semaphore.1": ("semaphore", [2]),
    "main/semaphore.2": ("semaphore", [0]),
    "main/rlock.1": ("rlock", []),
    "main/memory.1": ("memory", [1, 0, C]),
    "main/queue.1": ("queue", [0, False]),
}


def nested(*locks: str) -> list[Op]:
    return [*map(acquire, locks), *(release(lock) for lock in reversed(locks))]


def passing(*children: list[Op], main: list[Op] | None = None) -> list[Trace]:
    script = Script.of_children(OBJECTS, *children)
    script = script if main is None else Script(OBJECTS, {**script.tasks, "main": main})
    dpor, found = Dpor(), []
    while not dpor.exhausted:
        trace = run_script(script, dpor)[0]
        if trace.ending.kind is EndKind.FINISHED:
            found.append(trace)
    assert found
    return found


def inverted(*children: list[Op], main: list[Op] | None = None) -> bool:
    found = {bool(inversions(trace)) for trace in passing(*children, main=main)}
    assert len(found) == 1, "every schedule that passes shows it, or none does"
    return found.pop()


def test_two_locks_in_opposite_orders():
    assert inverted(nested(A, B), nested(B, A))
    assert not inverted(nested(A, B), nested(A, B))
    assert not inverted([*nested(A), *nested(B)], nested(B, A))


def test_a_ring_of_three():
    assert inverted(nested(A, B), nested(B, C), nested(C, A))
    assert not inverted(nested(A, B), nested(B, C), nested(A, C))


def test_a_gate_keeps_them_apart():
    assert not inverted(nested(C, A, B), nested(C, B, A))
    assert inverted(nested(C, A, B), nested(B, A))


def test_a_semaphore_that_does_not_let_in_so_many_keeps_them_apart():
    places = "main/semaphore.1"
    ring = [nested(places, A, B), nested(places, B, C), nested(places, C, A)]
    tasks = {"main": [], **{f"main.{n}": ops for n, ops in enumerate(ring, start=1)}}
    tasks["main"] = [start(f"main.{n}") for n in (1, 2, 3)]
    for seed in range(20):
        found = run_script(Script(OBJECTS, tasks), RandomWalk(Random(seed)))[0]
        assert found.ending.kind is EndKind.FINISHED
        assert not inversions(found)
    assert inverted(nested(places, A, B), nested(places, B, A)), "two it does let in"


def test_one_task_alone_and_a_lock_that_it_holds_already_are_no_danger():
    assert not inverted([*nested(A, B), *nested(B, A)])
    assert not inverted(nested("main/rlock.1", A, "main/rlock.1"), nested("main/rlock.1", A))


def test_who_has_ended_before_the_other_begins_is_never_in_its_way():
    main = [start("main.1"), join("main.1"), start("main.2"), join("main.2")]
    assert not inverted(nested(A, B), nested(B, A), main=main)
    queue = "main/queue.1"
    assert not inverted([*nested(A, B), put(queue)], [get(queue), *nested(B, A)])


def test_who_gives_up_waiting_does_not_wait_for_ever():
    tries = [acquire(B), acquire(A, timeout=1.0)]
    assert not any(map(inversions, passing(nested(A, B), [*tries, release(B)])))


def test_units_of_a_semaphore_are_no_locks():
    assert not inverted(nested("main/semaphore.1", A), nested(A, "main/semaphore.1"))


def test_a_signal_that_is_waited_for_orders():
    signal = "main/semaphore.2"
    assert inverted(nested(A, B), nested(B, A))
    assert not inverted([*nested(A, B), release(signal)], [acquire(signal), *nested(B, A)])
    assert inverted([*nested(A, B), release(signal)], [*nested(B, A), acquire(signal)])


def test_only_what_its_taker_gives_back_keeps_others_out():
    first = [step("main.1", acquiring(A, 10), True), step("main.1", acquiring(B, 11), True)]
    back = [step("main.1", releasing(B, 12)), step("main.1", releasing(A, 13))]
    second = [step("main.2", acquiring(B, 20), True), step("main.2", acquiring(A, 21), True)]

    def warned(*steps):
        return bool(inversions(trace(steps, (MAIN, ONE, TWO), BANK, kind=EndKind.FINISHED)))

    assert warned(*first, *back, *second, step("main.2", releasing(A, 22)), step("main.2", releasing(B, 23)))
    assert not warned(*first, *back, *second), "two never gives back what it took"


def test_the_guard_of_a_value_is_a_lock_like_any_other():
    assert inverted([acquire(A), read("main/memory.1"), release(A)], nested(C, A))


def test_in_words():
    steps = [
        step("main.1", acquiring(A, 10), True),
        step("main.1", acquiring(B, 11), True),
        step("main.1", releasing(B, 12)),
        step("main.1", releasing(A, 13)),
        step("main.2", acquiring(B, 20), True),
        step("main.2", acquiring(A, 21), True),
        step("main.2", releasing(A, 22)),
        step("main.2", releasing(B, 23)),
    ]
    given = trace(steps, (MAIN, ONE, TWO), BANK, kind=EndKind.FINISHED)
    (cycle,) = inversions(given)
    assert inversion_told(given, names_of(BANK_SOURCE, given), cycle) == (
        "lock order: one takes alice (line 10), then bob (line 11); two takes bob (line 20), then alice (line 21): if "
        "both have their first, none gets its second"
    )
