"""Shrinking: the same failure in fewer preemptions, switches and steps; never worse, always the same, and bounded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from checker.errors import StartAgain
from checker.judge import judge
from checker.sameness import reach
from checker.shrink import Bound, Shrunk, shrink
from checker.spec import Scenario
from checker.strategies.base import Strategy
from checker.strategies.random_walk import RandomWalk
from checker.strategies.replay import Replay
from checker.trace import EndKind, Trace
from tests.scripts import Script, acquire, op, read, release, run_script, write
from tests.strategies.test_against_brute_force import common, programs

ANY = Scenario("any", (), ())
A, B, V = "main/lock.1", "main/lock.2", "main/memory.1"
TWO_LOCKS = {A: ("lock", []), B: ("lock", []), V: ("memory", [1, 0, None])}
NESTED = [acquire(A), acquire(B), release(B), release(A)]
OPPOSITE = [acquire(B), acquire(A), release(A), release(B)]
NOISE = [op("clock"), read(V), op("sleep", None, 1), write(V, 1)] * 5


BOUND = Bound()


def failing(script: Script, *, seed: int = 0, kind: EndKind = EndKind.STUCK) -> Trace:
    """What a random walk comes to, the first one that ends so."""
    walk = RandomWalk(Random(seed))
    traces = (run_script(script, walk)[0] for _ in range(1000))
    return next(trace for trace in traces if trace.ending.kind is kind)


def run_of(script: Script) -> Callable[[Strategy], Trace]:
    return lambda strategy: run_script(script, strategy)[0]


def gate_of(trace: Trace) -> Callable[[Trace], int | None]:
    failure = judge(ANY, trace, "")
    assert failure is not None
    return lambda other: reach(failure, trace, judge(ANY, other, ""), other)


def shrunk(script: Script, trace: Trace, bound: Bound = BOUND) -> Shrunk:
    failure = judge(ANY, trace, "")
    assert failure is not None
    found = shrink(trace, failure.tasks, run_of(script), gate_of(trace), bound)
    assert found is not None
    return found


def of_two(trace: Trace, *tasks: str) -> list[tuple[str, str]]:
    """What these tasks did before they were stuck, without their beginnings."""
    return [(s.task, s.op.obj or s.op.kind) for s in trace.steps if s.task in tasks and s.op.kind != "begin"]


# What it is for


@pytest.mark.parametrize("seed", range(10))
def test_two_locks_in_noise_become_the_four_acquires(seed: int) -> None:
    script = Script.of_children(TWO_LOCKS, NOISE, NESTED, OPPOSITE, NOISE)
    before = failing(script, seed=seed)
    found = shrunk(script, before)
    assert found.before.steps > 40
    assert found.after.preemptions == 1, "the one that is between the first two acquires"
    until = found.trace.steps[: found.after.reach]
    took = {(s.task, s.op.obj) for s in until if s.op.kind == "lock.acquire"}
    assert took in ({("main.2", A), ("main.3", B)}, {("main.3", B), ("main.2", A)})
    assert {s.task for s in until} == {"main", "main.2", "main.3"}, "no step of the noise comes before"
    assert len(until) == 9, "main begins and starts all four, and two processes begin and acquire"
    assert {(w.task, w.op.obj) for w in found.trace.waits if w.task != "main"} == {("main.2", B), ("main.3", A)}


def test_a_deadlock_of_the_last_round_becomes_one_of_the_first() -> None:
    script = Script.of_children(TWO_LOCKS, NESTED * 6, OPPOSITE * 6)
    rounds = (["main.1"] * 4 + ["main.2"] * 4) * 5
    late = run_script(script, Replay(["main"] * 3 + ["main.1", "main.2"] + rounds + ["main.1", "main.2"]))[0]
    assert late.ending.kind is EndKind.STUCK
    assert sum(s.op.kind == "lock.acquire" for s in late.steps) == 22
    found = shrunk(script, late)
    assert of_two(found.trace, "main.1", "main.2") in ([("main.1", A), ("main.2", B)], [("main.2", B), ("main.1", A)])
    assert found.after.preemptions == 1


def test_a_lost_update_takes_one_preemption() -> None:
    script = Script.of_children(TWO_LOCKS, *[[read(V), write(V, 1), op("clock")]] * 3)

    def until_lost(trace: Trace) -> int | None:
        first, second = [s.op.kind for s in trace.steps if s.op.obj == V][:2]
        return len(trace.steps) if first == second else None

    trace = run_script(script, Replay(["main"] * 4 + ["main.1", "main.2", "main.3"] * 3))[0]
    found = shrink(trace, (), run_of(script), until_lost, Bound())
    assert found is not None
    assert found.before.preemptions > 5
    assert found.after.preemptions == 1
    assert found.after.switches < found.before.switches


def test_a_failure_of_every_schedule_takes_no_preemption() -> None:
    script = Script.of_children(TWO_LOCKS, [acquire(A), acquire(A)], NOISE, NOISE)
    found = shrunk(script, failing(script))
    assert found.after.preemptions == 0
    assert of_two(found.trace, "main.1") == [("main.1", A)]


# How it ends


def test_what_cannot_be_simpler_stays_as_it_is() -> None:
    script = Script.of_children(TWO_LOCKS, [acquire(A), acquire(A)])
    trace = failing(script)
    assert shrunk(script, trace).trace == trace


@pytest.mark.parametrize("runs", [1, 2, 5])
def test_runs_are_bounded(runs: int) -> None:
    script = Script.of_children(TWO_LOCKS, NOISE, NESTED, OPPOSITE, NOISE)
    count: list[Strategy] = []

    def run(strategy: Strategy) -> Trace:
        count.append(strategy)
        return run_script(script, strategy)[0]

    trace = failing(script)
    found = shrink(trace, (), run, gate_of(trace), Bound(runs=runs))
    assert found is not None
    assert found.runs == len(count) == runs
    assert found.after <= found.before


def test_steps_are_bounded() -> None:
    script = Script.of_children(TWO_LOCKS, NOISE, NESTED, OPPOSITE, NOISE)
    trace = failing(script)
    assert shrunk(script, trace, Bound(steps=2 * len(trace.steps))).runs <= 3
    assert shrunk(script, trace, Bound(steps=1)).runs == 1


def test_seconds_end_it_at_once() -> None:
    script = Script.of_children(TWO_LOCKS, NESTED, OPPOSITE)
    trace = failing(script)
    assert shrink(trace, (), run_of(script), gate_of(trace), Bound(seconds=-1.0)) is None


def test_a_schedule_that_does_not_fail_again_is_not_shrunk() -> None:
    script = Script.of_children(TWO_LOCKS, NESTED, OPPOSITE)
    assert shrink(failing(script), (), run_of(script), lambda trace: None, Bound()) is None


def test_a_program_that_goes_another_way_is_not_shrunk() -> None:
    trace = failing(Script.of_children(TWO_LOCKS, NESTED, OPPOSITE))
    other = Script.of_children(TWO_LOCKS, NESTED, NESTED)
    assert shrink(trace, (), run_of(other), lambda trace: len(trace.steps), Bound()) is None


def test_it_is_given_up_when_everything_has_to_start_again() -> None:
    script = Script.of_children(TWO_LOCKS, NESTED, OPPOSITE)
    trace = failing(script)
    traces = [trace]

    def run(strategy: Strategy) -> Trace:
        if traces:
            traces.pop()
            return run_script(script, strategy)[0]
        raise StartAgain

    with pytest.raises(StartAgain):
        shrink(trace, (), run, gate_of(trace), Bound())


def test_after_a_schedule_that_costs_seconds_no_other_is_tried() -> None:
    script = Script.of_children(TWO_LOCKS, NOISE, NESTED, OPPOSITE)
    trace = failing(script)
    runs = []

    def run(strategy: Strategy) -> Trace:
        done = run_script(script, strategy)[0]
        runs.append(done)
        return done if len(runs) == 1 else endless(done)

    found = shrink(trace, (), run, gate_of(trace), Bound())
    assert found is not None
    assert (found.runs, found.trace) == (2, trace)


def endless(trace: Trace) -> Trace:
    return replace(trace, ending=trace.ending._replace(kind=EndKind.ENDLESS_LOOP))


# Laws


@common
@given(programs(), st.integers(0, 10**6))
def test_what_is_stuck_stays_stuck_in_the_same_way(script: Script, seed: int) -> None:
    trace, _ = run_script(script, RandomWalk(Random(seed)))
    assume(trace.ending.kind is EndKind.STUCK)
    found = shrunk(script, trace)
    event(f"preemptions: {found.before.preemptions} to {found.after.preemptions}")
    hold_laws(script, trace, found, gate_of(trace))
    assert shrunk(script, trace) == found, "it is always the same"


@common
@given(programs(), st.integers(0, 10**6), st.integers(1, 30))
def test_what_ends_in_a_certain_state_ends_in_it_still(script: Script, seed: int, runs: int) -> None:
    trace, state = run_script(script, RandomWalk(Random(seed)))
    states = {trace.choices: state}

    def run(strategy: Strategy) -> Trace:
        done, state = run_script(script, strategy)
        states[done.choices] = state
        return done

    def gate(other: Trace) -> int | None:
        return len(other.steps) if states[other.choices] == state else None

    found = shrink(trace, ("main.1",), run, gate, Bound(runs=runs))
    assert found is not None
    assert found.runs <= runs
    hold_laws(script, trace, found, gate)


def hold_laws(script: Script, trace: Trace, found: Shrunk, gate: Callable[[Trace], int | None]) -> None:
    """The shrunk schedule fails, is not worse, and can be replayed to the letter."""
    assert gate(found.trace) == found.after.reach
    assert found.after <= found.before
    assert found.after.preemptions <= found.before.preemptions
    assert found.before.steps == len(trace.steps)
    assert found.after.steps == len(found.trace.steps)
    assert run_script(script, Replay(found.trace.choices))[0] == found.trace
