"""The portfolio: its members take turns, one schedule each, and what they find is what is there."""

from __future__ import annotations

from random import Random

from checker.strategies.pct import Bounds
from checker.strategies.portfolio import Portfolio, portfolio
from checker.strategies.random_walk import RandomWalk
from checker.strategies.replay import Replay
from checker.trace import EndKind
from tests.scripts import Script, acquire, brute_force, get, op, put, release, run_script, write

OBJECTS = {
    "main/lock.1": ("lock", []),
    "main/memory.1": ("memory", [1, 0, None]),
    "main/queue.1": ("queue", [1, False]),
}
LOCK, MEMORY, QUEUE = OBJECTS
SCRIPT = Script.of_children(
    OBJECTS,
    [acquire(LOCK), write(MEMORY, 1), release(LOCK), put(QUEUE)],
    [acquire(LOCK, timeout=1.0), write(MEMORY, 2), get(QUEUE, block=False)],
    [write(MEMORY, 3), op("sleep", None, 1), op("queue.empty", QUEUE)],
)


def test_the_members_take_turns():
    first, second = RandomWalk(Random(0)), Replay(())
    both = Portfolio([first, second])
    turns = []
    for _ in range(4):
        run_script(SCRIPT, both)
        turns.append(both.turn)
    assert turns == [first, second, first, second]


def test_those_that_cannot_be_starved_come_first_and_no_two_have_one_name():
    names = [member.name for member in portfolio(Random(0), Bounds()).members]
    assert names == ["random walk", "POS", "SURW", "PCT, d = 3", "PCT, d = 2", "PCT, d = 1"]


def test_its_members_share_the_bounds():
    bounds = Bounds()
    members = portfolio(Random(0), bounds)
    lengths = [len(run_script(SCRIPT, members)[0].steps) for _ in range(60)]
    by_pct = [length for number, length in enumerate(lengths) if number % 6 >= 3]
    assert bounds.steps == max(by_pct)
    assert bounds.tasks == 5, "three children, main, and a feeder"


def test_all_that_it_finds_is_there_and_it_finds_most_of_what_is():
    expected, members, found = brute_force(SCRIPT), portfolio(Random(0), Bounds()), set()
    for _ in range(1200):
        trace, state = run_script(SCRIPT, members)
        assert trace.ending.kind in (EndKind.FINISHED, EndKind.STUCK)
        found.add(state)
    assert found <= expected
    assert len(found) > len(expected) / 2


def test_the_same_seed_gives_the_same_schedules():
    one, two = (portfolio(Random(7), Bounds()) for _ in range(2))
    for _ in range(30):
        assert run_script(SCRIPT, one)[0].choices == run_script(SCRIPT, two)[0].choices
