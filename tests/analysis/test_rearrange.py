"""Rearranging: fewer switches, and the same Mazurkiewicz trace, which the kernel itself confirms."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from checker.analysis.rearrange import rearranged
from checker.strategies.random_walk import RandomWalk
from checker.strategies.replay import Replay
from checker.trace import Step, Trace
from tests.analysis.traces import op, step, trace
from tests.scripts import Script, run_script
from tests.strategies.test_against_brute_force import common, programs


def made(*what: tuple[str, str | None]) -> Trace:
    """A trace of steps: who, and the cell that is written, if any; the operations are numbered."""
    steps = [step(who, op("clock", None, n), touches=cell) for n, (who, cell) in enumerate(what)]
    return trace(steps, [], {})


def order(steps: tuple[Step, ...]) -> list[int]:
    return [s.op.args[0] for s in steps]


def switches(steps: tuple[Step, ...]) -> int:
    return sum(one.task != other.task for one, other in pairwise(steps))


def test_independent_steps_of_a_task_come_together() -> None:
    assert order(rearranged(made(("a", None), ("b", None), ("a", None), ("b", None)), ())) == [0, 2, 1, 3]


def test_the_order_of_conflicting_steps_stays() -> None:
    back_and_forth = made(("a", "x"), ("b", "x"), ("a", "x"), ("b", "x"))
    assert order(rearranged(back_and_forth, ())) == [0, 1, 2, 3]
    assert order(rearranged(made(("a", None), ("b", "x"), ("a", "x"), ("b", None)), ())) == [1, 3, 0, 2]


def test_the_fewest_switches_are_found_where_the_first_best_choice_is_wrong() -> None:
    # Taking "a", "b", "c" as they come needs a second turn of "a"; beginning with "b" does not.
    assert switches(rearranged(made(("a", None), ("c", "y"), ("b", "x"), ("a", "x"), ("a", "y")), ())) == 2


def test_of_orders_with_as_many_switches_those_who_take_part_come_first() -> None:
    noise = made(("c", None), ("a", "x"), ("b", "x"), ("c", None))
    assert order(rearranged(noise, ("a", "b"))) == [1, 2, 0, 3]
    assert order(rearranged(noise, ("c",))) == [0, 3, 1, 2]


def test_nothing_is_rearranged_to_nothing() -> None:
    assert rearranged(made(), ()) == ()


@common
@given(programs(), st.integers(0, 10**6))
def test_the_program_does_the_same_in_both_orders(script: Script, seed: int) -> None:
    before, state = run_script(script, RandomWalk(Random(seed)))
    steps = rearranged(before, ("main.1",))
    after, state_after = run_script(script, Replay([s.task for s in steps]))
    assert after.steps == steps, "each step does just what it did"
    assert state_after == state
    assert switches(steps) <= switches(before.steps)
