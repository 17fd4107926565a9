"""Two explorers share one exploration: known counts, who waits for whom, and what is no share at all."""

from __future__ import annotations

import json
import math
from random import Random

import pytest

from checker.errors import MalformedMessage, NotRepeatable
from checker.strategies.divided import Divided
from checker.strategies.shares import Gift, from_json, to_json
from tests.scripts import Script, acquire, join, op, put, read, release, run_script, start, write
from tests.strategies.dividing import explore_divided

LOCK, X = "main/lock.1", "main/memory.1"
OBJECTS = {LOCK: ("lock", []), X: ("memory", [1, 0, None])}


def increments(n: int) -> Script:
    return Script.of_children(OBJECTS, *[[acquire(LOCK), read(X), write(X, 1), release(LOCK)]] * n)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_n_increments_under_a_lock_have_n_factorial_whoever_explores_them(n: int, seed: int) -> None:
    complete, pruned, _, gifts = explore_divided(increments(n), Random(seed))
    assert (complete, pruned) == (math.factorial(n), 0)
    assert gifts or n == 2


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n", [3, 5, 7])
def test_one_writer_and_n_readers_have_two_to_the_n_whoever_explores_them(n: int, seed: int) -> None:
    script = Script.of_children(OBJECTS, [write(X, 1)], *[[read(X)]] * n)
    complete, _, _, _ = explore_divided(script, Random(seed))
    assert complete == 2**n


def given() -> tuple[Divided, Gift]:
    first = Divided(first=True)
    run_script(increments(3), first)
    assert first.give()
    (gift,) = first.taken_out()
    assert isinstance(gift, Gift)
    return first, gift


def test_a_share_is_the_same_after_its_way_as_json() -> None:
    _, gift = given()
    assert from_json(json.loads(json.dumps(to_json(gift)))) == gift


def test_the_first_is_not_done_before_all_has_come_back() -> None:
    first, gift = given()
    while not first.idle:
        run_script(increments(3), first)
    assert not first.exhausted
    second = Divided(first=False)
    second.put_in(gift)
    while not second.idle:
        run_script(increments(3), second)
    for share in second.taken_out():
        first.put_in(share)
    while not first.idle:
        run_script(increments(3), first)
    assert first.exhausted


def test_a_program_that_does_something_else_where_it_is_taken_is_told_apart() -> None:
    _, gift = given()
    second = Divided(first=False)
    second.put_in(gift)
    plain = increments(3)
    other = Script(plain.objects, {**plain.tasks, "main": [write(X, 1), *plain.tasks["main"]]})
    with pytest.raises(NotRepeatable):
        run_script(other, second)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_wished_is_not_left_to_a_branch_that_nobody_has_begun(seed: int) -> None:
    """Who explores the other branch leaves some of it to the wisher, who is done with before it is begun."""
    objects = {LOCK: ("lock", []), "main/queue.1": ("queue", [0, False])}
    ending = [join("main.1", 1.0), join("main.1"), join("main.2")]
    tasks = {
        "main": [start("main.1"), put("main/queue.1"), start("main.2"), *ending],
        "main.1": [acquire(LOCK)],
        "main.2": [read(X)],
    }
    script = Script({**OBJECTS, **objects}, tasks)
    complete, pruned, _, _ = explore_divided(script, Random(seed))
    assert (complete, pruned) == (12, 0)


@pytest.mark.parametrize("seed", [12, 18, 28, 41, 85, 98, 102, 126, 138, 160])
def test_a_race_is_looked_at_again_with_other_steps_behind_it(seed: int) -> None:
    """These divisions missed a trace or two while only those races were that a sleeper was taken to cover."""
    one, other, large = "main/queue.1", "main/queue.2", b"0" * 70_000
    objects = {LOCK: ("lock", []), one: ("queue", [1, False]), other: ("queue", [0, True])}
    tasks = {
        "main": [start("main.1"), start("main.2"), op("process.signal", "main.2", 15), join("main.1"), join("main.2")],
        "main.1": [put(one, large), put(other, large)],
        "main.2": [acquire(LOCK), put(one), acquire(LOCK, block=False)],
    }
    complete, _, _, _ = explore_divided(Script(objects, tasks), Random(seed), output="bag", fine=True)
    assert complete == 57


@pytest.mark.parametrize("seed", [146, 303, 378, 9069])
def test_nobody_covers_weakly_beside_one_who_is_not_done_with(seed: int) -> None:
    """In a circle each of three left a trace to the next: to a sleeper whom nothing in it concerns, to a branch that
    somebody else explored, and to one that is there only since that one was not done with.
    """
    one, other = "main/queue.1", "main/queue.2"
    kill = op("process.signal", "main.1.1", 9)
    tasks = {
        "main": [start("main.1"), join("main.1", 1.0)],
        "main.1": [start("main.1.1"), put(one), kill, kill],
        "main.1.1": [put(other), op("sleep", None, 1)],
    }
    script = Script({one: ("queue", [0, True]), other: ("queue", [2, True])}, tasks)
    complete, _, _, _ = explore_divided(script, Random(seed), output="ignored", fine=True)
    assert complete == 180


@pytest.mark.parametrize("told", [None, [], ["gift", 1, [], []], ["gift", 1, [[]], []], ["wish", 1, -1, [["main", 0]]]])
def test_what_is_no_share_is_malformed(told: object) -> None:
    with pytest.raises(MalformedMessage):
        from_json(told)


def test_nobody_gives_back_what_he_was_not_given() -> None:
    with pytest.raises(MalformedMessage):
        Divided(first=True).put_in(from_json(["returned", 2]))


def test_a_new_gift_shares_nothing_with_the_schedule_before() -> None:
    first, second = Divided(first=True), Divided(first=False)
    run_script(increments(4), first)
    assert first.shared > 0
    while first.give():
        pass
    one, other, *_ = first.taken_out()
    second.put_in(one)
    assert second.shared == 0
    run_script(increments(4), second)
    assert second.shared > 0
    second.put_in(other)  # the latest gift comes first
    assert second.shared == 0
