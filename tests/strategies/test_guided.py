"""Guided schedules: a whole trace is followed to the letter, any other wish as far as the program allows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.strategies.guided import Block, Guided
from checker.strategies.random_walk import RandomWalk
from checker.trace import EndKind, Trace
from tests.scripts import Script, acquire, op, release, run_script
from tests.strategies.test_against_brute_force import common, programs

LOCK = {"main/lock.1": ("lock", [])}
L = "main/lock.1"
MANY = 1000


def guided(script: Script, *blocks: tuple[str, int], most_steps: int = MANY, most_preemptions: int = MANY) -> Guided:
    """The strategy after it has chosen one schedule."""
    strategy = Guided([Block(*block) for block in blocks], most_steps, most_preemptions)
    run_script(script, strategy)
    return strategy


def followed(script: Script, *blocks: tuple[str, int], **limits: int) -> Trace:
    made = [Block(*block) for block in blocks]
    return run_script(script, Guided(made, limits.get("most_steps", MANY), limits.get("most_preemptions", MANY)))[0]


def short(choices: Sequence[str]) -> list[tuple[str, int]]:
    return [(task, len(list(group))) for task, group in groupby(choices)]


LOOKING = Script.of_children({}, [op("clock")] * 3, [op("clock")] * 3)
"""Two processes that never wait for anything: each has a begin, three operations and an exit."""
SECTIONS = Script.of_children(LOCK, *[[acquire(L), op("clock"), release(L)]] * 2)


def test_without_a_wish_nobody_is_preempted() -> None:
    assert short(followed(LOOKING).choices) == [("main", 3), ("main.1", 5), ("main", 1), ("main.2", 5), ("main", 2)]
    assert guided(LOOKING).preempting == []


def test_wishes_come_in_their_order_and_then_the_last_task_goes_on() -> None:
    taken = followed(LOOKING, ("main", 3), ("main.2", 2), ("main.1", 3))
    assert short(taken.choices) == [("main", 3), ("main.2", 2), ("main.1", 5), ("main", 1), ("main.2", 3), ("main", 2)]


def test_a_preemption_leaves_a_task_that_could_have_gone_on() -> None:
    strategy = guided(LOOKING, ("main", 3), ("main.2", 2), ("main.1", 3))
    assert strategy.preempting == [5], "main, which had started both, was left where it waits for the end of one"


def test_leaving_a_task_that_waits_is_no_preemption() -> None:
    strategy = guided(SECTIONS, ("main", 3), ("main.1", 2), ("main.2", 1), ("main.1", 3))
    assert strategy.preempting == [5], "but main.2 is not preempted where it wants the lock that main.1 has"


def test_a_wish_that_cannot_be_granted_is_put_off_and_does_not_break_into_another() -> None:
    taken = followed(SECTIONS, ("main", 3), ("main.1", 2), ("main.2", 4), ("main.1", 3), ("main", 1))
    assert short(taken.choices)[:4] == [("main", 3), ("main.1", 2), ("main.2", 1), ("main.1", 3)]
    assert short(taken.choices)[4][0] == "main.2", "what was put off comes as soon as the block is over"


@pytest.mark.parametrize("nonsense", [[("main.7", 3)], [("main.1", 500)], [("main", 0), ("main.2", 1)]])
def test_any_wish_gives_a_schedule_of_the_program(nonsense: list[tuple[str, int]]) -> None:
    assert followed(LOOKING, *nonsense).ending.kind is EndKind.FINISHED


def test_what_takes_too_many_steps_or_preemptions_is_pruned() -> None:
    assert followed(LOOKING, most_steps=9).ending.kind is EndKind.PRUNED
    assert len(followed(LOOKING, most_steps=9).steps) == 9
    blocks = ("main", 3), ("main.2", 2), ("main.1", 3)
    assert followed(LOOKING, *blocks, most_preemptions=1).ending.kind is EndKind.FINISHED
    assert followed(LOOKING, *blocks, most_preemptions=0).ending.kind is EndKind.PRUNED


def test_it_can_be_used_again() -> None:
    strategy = Guided([Block("main", 2), Block("main.1", 2)], MANY, MANY)
    first, second = run_script(LOOKING, strategy)[0], run_script(LOOKING, strategy)[0]
    assert first == second
    assert strategy.preempting == [2]


@common
@given(programs(), st.integers(0, 10**6))
def test_the_blocks_of_a_trace_give_that_trace_again(script: Script, seed: int) -> None:
    trace, state = run_script(script, RandomWalk(Random(seed)))
    again, state_again = run_script(script, Guided([Block(*b) for b in short(trace.choices)], MANY, MANY))
    assert again == trace
    assert state_again == state
