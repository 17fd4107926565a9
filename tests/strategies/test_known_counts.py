"""Programs of the literature have exactly as many schedules as theory says, and not one that is redundant."""

from __future__ import annotations

import math

import pytest

from checker.strategies.dpor import Dpor
from checker.trace import Op
from tests.scripts import Script, acquire, brute_force, explore, get, mazurkiewicz_traces, put, read, release, write

X, Y = "main/memory.1", "main/memory.2"
TWO_VALUES = {X: ("memory", [1, 0, None]), Y: ("memory", [1, 0, None])}
LOCK = "main/lock.1"
QUEUE = "main/queue.1"


def counted(script: Script, output: str = "ordered") -> int:
    """The schedules of an exploration in which nothing was redundant."""
    complete, pruned, _ = explore(script, Dpor(), output=output)
    assert pruned == 0
    return complete


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ([write(X, 1), read(Y)], [write(Y, 1), read(X)]),
        ([write(X, 1), write(Y, 1)], [read(Y), read(X)]),
        ([read(X), write(Y, 1)], [read(Y), write(X, 1)]),
        ([write(X, 1), write(Y, 2)], [write(Y, 1), write(X, 2)]),
    ],
    ids=["store buffering", "message passing", "load buffering", "2+2W"],
)
def test_litmus_programs_have_three(one: list[Op], two: list[Op]) -> None:
    assert counted(Script.of_children(TWO_VALUES, one, two)) == 3


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6])
def test_n_increments_under_a_lock_have_n_factorial(n: int) -> None:
    increment = [acquire(LOCK), read(X), write(X, 1), release(LOCK)]
    objects = {LOCK: ("lock", []), X: ("memory", [1, 0, None])}
    assert counted(Script.of_children(objects, *[increment] * n)) == math.factorial(n)


@pytest.mark.parametrize("n", range(1, 11))
def test_one_writer_and_n_readers_have_two_to_the_n(n: int) -> None:
    assert counted(Script.of_children(TWO_VALUES, [write(X, 1)], *[[read(X)]] * n)) == 2**n


@pytest.mark.parametrize("n", [3, 4, 5])
def test_n_philosophers_with_ordered_forks_have_two_to_the_n_less_two(n: int) -> None:
    forks = {f"main/lock.{k}": ("lock", []) for k in range(n)}
    diners = []
    for k in range(n):
        first, second = (f"main/lock.{fork}" for fork in sorted((k, (k + 1) % n)))
        diners.append([acquire(first), acquire(second), release(second), release(first)])
    assert counted(Script.of_children(forks, *diners)) == 2**n - 2


@pytest.mark.parametrize(("producers", "consumers"), [(1, 1), (1, 2), (2, 1), (2, 2)])
@pytest.mark.parametrize("maxsize", [0, 1])
def test_producers_and_consumers(producers: int, consumers: int, maxsize: int) -> None:
    children = [[put(QUEUE)]] * producers + [[get(QUEUE)]] * consumers
    script = Script.of_children({QUEUE: ("queue", [maxsize, False])}, *children)
    assert counted(script) == mazurkiewicz_traces(script)


def test_a_barrier_of_semaphores() -> None:
    """Each of two arrives and waits for the other; a third reads what both have written before it."""
    a, b = "main/semaphore.1", "main/semaphore.2"
    objects = {**TWO_VALUES, a: ("semaphore", [0]), b: ("semaphore", [0])}
    script = Script.of_children(
        objects,
        [write(X, 1), release(a), acquire(b), read(Y)],
        [write(Y, 1), release(b), acquire(a), read(X)],
        [read(X), read(Y)],
    )
    complete, pruned, states = explore(script, Dpor())
    assert (complete, pruned) == (mazurkiewicz_traces(script), 0)
    assert states == brute_force(script)
