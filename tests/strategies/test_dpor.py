"""DPOR explores one complete schedule for each Mazurkiewicz trace: known counts, the traps, and brute force."""

from __future__ import annotations

import math

import pytest

from checker import explore as exploration
from checker.strategies import races
from checker.strategies.dpor import Dpor
from tests.scripts import (
    Script,
    acquire,
    brute_force,
    explore,
    get,
    op,
    put,
    read,
    release,
    run_script,
    start,
    write,
)

LOCK = {"main/lock.1": ("lock", [])}
TWO_LOCKS = {"main/lock.1": ("lock", []), "main/lock.2": ("lock", [])}
VALUE = {"main/memory.1": ("memory", [1, 0, None])}
A, B, V = "main/lock.1", "main/lock.2", "main/memory.1"


def count(script: Script) -> int:
    complete, _, states = explore(script, Dpor())
    assert states == brute_force(script)
    return complete


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_n_processes_that_enter_one_critical_section_have_n_factorial_schedules(n: int) -> None:
    script = Script.of_children(LOCK, *[[acquire(A), release(A)]] * n)
    complete, _, _ = explore(script, Dpor())
    assert complete == math.factorial(n)


def test_two_nested_locks_in_one_order_have_two_schedules() -> None:
    body = [acquire(A), acquire(B), release(B), release(A)]
    assert count(Script.of_children(TWO_LOCKS, body, body)) == 2


def test_two_nested_locks_in_opposite_orders_deadlock() -> None:
    one = [acquire(A), acquire(B), release(B), release(A)]
    two = [acquire(B), acquire(A), release(A), release(B)]
    _, _, states = explore(Script.of_children(TWO_LOCKS, one, two), Dpor())
    assert {ending for ending, _, _ in states} == {"finished", "stuck"}
    assert count(Script.of_children(TWO_LOCKS, one, two)) == 3


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_one_writer_and_n_readers_have_two_to_the_n_schedules(n: int) -> None:
    assert count(Script.of_children(VALUE, [write(V, 1)], *[[read(V)]] * n)) == 2**n


def test_trap_two_getters_and_one_item() -> None:
    script = Script.of_children({"main/queue.1": ("queue", [0, False])}, [get("main/queue.1")], [get("main/queue.1")])
    script = Script(script.objects, {**script.tasks, "main": [put("main/queue.1"), *script.tasks["main"]]})
    _, _, states = explore(script, Dpor())
    assert len(states) == 2
    assert states == brute_force(script)


def test_trap_a_lock_that_is_never_released() -> None:
    script = Script.of_children(LOCK, [acquire(A)], [acquire(A)])
    _, _, states = explore(script, Dpor())
    assert len(states) == 2
    assert states == brute_force(script)


def test_trap_two_keepers_and_a_try_acquire() -> None:
    semaphore = {"main/semaphore.1": ("semaphore", [2])}
    s = "main/semaphore.1"
    script = Script.of_children(semaphore, [acquire(s)], [acquire(s)], [acquire(s, block=False)])
    _, _, states = explore(script, Dpor())
    assert states == brute_force(script)
    tried = {dict(answers)["main.3"][0][0] for _, _, answers in states if "main.3" in dict(answers)}
    assert tried == {True, False}
    assert len(states) == 3


def test_a_killed_process_may_have_got_the_lock_before() -> None:
    script = Script(
        LOCK,
        {
            "main": [
                op("process.start", "main.1", "a", False),
                op("process.start", "main.2", "b", False),
                op("process.signal", "main.1", 15),
            ],
            "main.1": [acquire(A), release(A)],
            "main.2": [acquire(A), release(A)],
        },
    )
    _, _, states = explore(script, Dpor())
    assert states == brute_force(script)


def test_what_gives_up_a_race_is_never_a_proof(monkeypatch):
    monkeypatch.setattr(races, "MAX_STATES_FOR_ONE_RACE", 0)
    script = Script(
        LOCK,
        {
            "main": [start("main.1"), start("main.2"), op("process.signal", "main.1", 15)],
            "main.1": [acquire(A), release(A)],
            "main.2": [acquire(A), release(A)],
        },
    )
    found = exploration.explore(
        lambda strategy: run_script(script, strategy)[0], lambda trace: None, exploration.Budget(1000, 60.0)
    )
    assert found.why is exploration.Why.SCHEDULES
    assert not found.proved
