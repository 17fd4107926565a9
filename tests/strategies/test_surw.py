"""SURW: interleavings of what counts are equally likely, children count for parents, estimates come from before."""

from __future__ import annotations

import math
from collections import Counter
from random import Random

import pytest

from checker.strategies.random_walk import RandomWalk
from checker.strategies.surw import Surw
from tests.scripts import Script, acquire, join, put, read, release, run_script, start, write

MEMORY = {"main/memory.1": ("memory", [1, 0, None]), "main/memory.2": ("memory", [1, 0, None])}
SHARED, OWN = MEMORY


def two_tasks(in_main: int, in_child: int) -> Script:
    """After the start main has `in_main` steps left and the child `in_child`; none depends on one of the other's."""
    return Script(
        MEMORY,
        {"main": [start("main.1"), *[write(OWN, 1)] * (in_main - 1)], "main.1": [write(SHARED, 1)] * (in_child - 2)},
    )


def chi_square(strategy, script, interleavings, each):
    """The statistic of `each` schedules for each of so many interleavings, all being equally likely."""
    seen = Counter()
    for _ in range(each * interleavings):
        seen[run_script(script, strategy)[0].choices] += 1
    assert len(seen) <= interleavings
    missing = (interleavings - len(seen)) * each
    return missing + sum((count - each) ** 2 / each for count in seen.values())


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("in_main", "in_child"), [(4, 4), (2, 7), (7, 2)])
def test_every_interleaving_of_two_tasks_is_equally_likely(in_main, in_child, seed):
    interleavings = math.comb(in_main + in_child, in_main)
    surw = Surw(Random(seed))
    run_script(two_tasks(in_main, in_child), surw)  # the first schedule measures
    freedom = interleavings - 1
    far = freedom + 4 * math.sqrt(2 * freedom)  # four standard deviations off the mean
    assert chi_square(surw, two_tasks(in_main, in_child), interleavings, 50) < far
    walk = RandomWalk(Random(seed))
    assert chi_square(walk, two_tasks(in_main, in_child), interleavings, 50) > 2 * far


def test_grandchildren_count_for_who_starts_their_parents():
    # Of all 7 steps after the second start, 5 are the grandchild's: so main's last comes late, if it does not know.
    tasks = {
        "main": [start("main.1")],
        "main.1": [start("main.1.1")],
        "main.1.1": [write(OWN, 1)] * 8,
    }
    surw, script = Surw(Random(0)), Script(MEMORY, tasks)
    run_script(script, surw)
    places = Counter(run_script(script, surw)[0].choices[2:].index("main") for _ in range(1300))
    steps = 2 + 1 + 10 + 1  # main's exit among: begin, start and exit of the child, and all of the grandchild
    assert set(places) == set(range(steps))
    assert all(1300 / steps / 2 < count < 1300 / steps * 2 for count in places.values())


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_what_counts_comes_in_any_order_however_much_else_there_is(seed):
    one = [*[write(OWN, 1)] * 30, write(SHARED, 1), write(SHARED, 2)]
    two = [write(SHARED, 3), write(SHARED, 4), *[read(OWN)] * 30]
    script = Script.of_children(MEMORY, one, two)
    surw, walk, by_surw, by_walk = Surw(Random(seed)), RandomWalk(Random(seed)), Counter(), Counter()
    for strategy, orders in ((surw, by_surw), (walk, by_walk)):
        for _ in range(600):
            steps = run_script(script, strategy)[0].steps
            orders[tuple(step.op.args[1] for step in steps if step.op[:2] == ("memory.write", SHARED))] += 1
    assert len(by_surw) == 6
    alone = 600 / 3  # one of the two shared objects is selected in two of three schedules
    assert min(by_surw.values()) >= alone / 6 / 2
    assert by_walk[1, 2, 3, 4] == 0


def test_what_only_one_task_uses_and_processes_are_not_selected():
    script = Script.of_children(MEMORY, [write(SHARED, 1), write(OWN, 1)], [write(SHARED, 2)])
    surw = Surw(Random(0))
    run_script(script, surw)
    assert surw._shared == [SHARED]


def test_the_feeder_of_a_queue_counts_for_the_process_that_puts():
    queue = {"main/queue.1": ("queue", [0, False])}
    script = Script(queue, {"main": [start("main.1"), join("main.1")], "main.1": [put("main/queue.1")] * 3})
    surw = Surw(Random(0))
    for _ in range(20):
        run_script(script, surw)
        assert all(left >= 0 for left in surw._left.values())
    assert surw._expected["main.1"] > surw._expected["main.1/feeder.main/queue.1"] > 0


def test_a_task_that_is_blocked_has_no_turn():
    locks = {"main/lock.1": ("lock", []), **MEMORY}
    body = [acquire("main/lock.1"), *[write(SHARED, 1)] * 5, release("main/lock.1")]
    surw, first = Surw(Random(0)), Counter()
    for _ in range(300):
        trace = run_script(Script.of_children(locks, body, body, body), surw)[0]
        first[next(step.task for step in trace.steps if step.op.kind == "lock.acquire")] += 1
    assert min(first.values()) > 50


def test_a_task_that_spins_holds_the_others_no_longer_than_schedules_are():
    def script(rounds):
        return Script.of_children(MEMORY, [*[read(OWN)] * rounds, write(SHARED, 1)], [write(SHARED, 2), write(OWN, 1)])

    surw = Surw(Random(0))
    for _ in range(3):
        run_script(script(5), surw)
    for _ in range(60):
        trace = run_script(script(5000), surw, steps=200)[0]
        assert any(step.op.kind == "memory.write" for step in trace.steps)


def test_schedules_that_do_not_end_are_no_measure():
    surw = Surw(Random(0))
    run_script(two_tasks(4, 4), surw, steps=5)
    assert (surw._complete, dict(surw._totals)) == (0, {})


def test_the_same_seed_gives_the_same_schedules():
    one, two = Surw(Random(7)), Surw(Random(7))
    for _ in range(20):
        assert run_script(two_tasks(5, 5), one)[0].choices == run_script(two_tasks(5, 5), two)[0].choices
