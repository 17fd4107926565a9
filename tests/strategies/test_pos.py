"""POS: both outcomes of a race are likely, however long the way to it; what races draws anew, what does not keeps."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from checker.strategies.pos import Pos
from checker.strategies.random_walk import RandomWalk
from tests.scripts import Script, acquire, read, release, run_script, write

MEMORY = {"main/memory.1": ("memory", [1, 0, None]), "main/memory.2": ("memory", [3, 0, None])}
SHARED, OWN = MEMORY


def writers(strategy, script, schedules):
    """How often the writes came in which order, by the values written."""
    orders = Counter()
    for _ in range(schedules):
        steps = run_script(script, strategy)[0].steps
        orders[tuple(step.op.args[1] for step in steps if step.op[:2] == ("memory.write", SHARED))] += 1
    return orders


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_step_waits_for_a_long_way_of_another_task_far_more_often_than_in_a_random_walk(seed):
    # The second must lose against 12 steps: one in 2^12 random walks, but if its number is the lowest of 13, it does.
    script = Script.of_children(MEMORY, [*[write(OWN, 1)] * 10, write(SHARED, 1)], [write(SHARED, 2)])
    by_pos = writers(Pos(Random(seed)), script, 1000)
    by_walk = writers(RandomWalk(Random(seed)), script, 1000)
    assert by_pos[1, 2] >= 1000 / 13 / 2
    assert by_walk[1, 2] <= 10
    assert by_pos[2, 1] > by_pos[1, 2]


def test_the_partial_orders_of_races_in_a_row_are_more_even_than_in_a_random_walk():
    one, two = ([*[write(OWN, 1, k)] * (6 * k), *[write(SHARED, k + 1), write(SHARED, k + 3)]] for k in (0, 1))
    script = Script.of_children(MEMORY, one, two)
    by_pos = writers(Pos(Random(0)), script, 2000)
    by_walk = writers(RandomWalk(Random(0)), script, 2000)
    assert len(by_pos) == 6
    assert min(by_pos.values()) >= 3 * min(by_walk[order] for order in by_pos)
    assert max(by_pos.values()) < max(by_walk.values())


def test_who_lost_one_race_is_not_bound_to_lose_the_next():
    # Without new numbers the second, once behind, would stay so: the writes would hardly ever take turns.
    body = [[write(SHARED, 10 * task + k) for k in range(3)] for task in (1, 2)]
    orders = writers(Pos(Random(0)), Script.of_children(MEMORY, *body), 2000)
    assert len(orders) == 20
    assert min(orders.values()) >= 2000 / 20 / 10


def test_readers_do_not_race_and_keep_their_numbers():
    script = Script.of_children(MEMORY, [read(SHARED)] * 3, [read(SHARED)] * 3)
    pos = Pos(Random(0))
    kept = 0
    for _ in range(50):
        pos.begin()
        before = {}

        def granted(step, before=before):
            nonlocal kept
            for task, priority in before.items():
                if step.step.op.kind == "memory.read" and task != step.step.task:
                    kept += 1
                    assert pos._priorities[task] == priority
            before.clear()
            before.update(pos._priorities)

        pos.granted = granted
        run_script(script, pos)
    assert kept > 100


def test_the_waiters_for_a_lock_get_it_in_any_order():
    lock = {"main/lock.1": ("lock", [])}
    script = Script.of_children(lock, *[[acquire("main/lock.1"), release("main/lock.1")]] * 3)
    pos, orders = Pos(Random(0)), Counter()
    for _ in range(600):
        orders[tuple(s.task for s in run_script(script, pos)[0].steps if s.op.kind == "lock.acquire")] += 1
    assert len(orders) == 6
    assert min(orders.values()) >= 30


def test_the_same_seed_gives_the_same_schedules():
    script = Script.of_children(MEMORY, [write(SHARED, 1)] * 3, [read(SHARED)] * 3)
    one, two = Pos(Random(7)), Pos(Random(7))
    for _ in range(20):
        assert run_script(script, one)[0].choices == run_script(script, two)[0].choices
