"""Preemption bounding finds what brute force finds with as many preemptions, fewer first, and no effect twice."""

from __future__ import annotations

import math
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from checker.errors import NotRepeatable
from checker.strategies.bounded import Bounded
from checker.strategies.dpor import Dpor
from checker.trace import EndKind, Trace
from tests import scripts
from tests.scripts import FinalState, Script, acquire, explore, op, read, release, run_script, start, write
from tests.strategies.test_against_brute_force import programs

A, B, V, W = "main/lock.1", "main/lock.2", "main/memory.1", "main/memory.2"
LOCKS = {A: ("lock", []), B: ("lock", [])}
VALUES = {V: ("memory", [1, 0, None]), W: ("memory", [1, 0, None])}
OPPOSITE = Script.of_children(
    LOCKS,
    [acquire(A), acquire(B), release(B), release(A)],
    [acquire(B), acquire(A), release(A), release(B)],
)
INCREMENT = [read(V), write(V, 1)]
ENOUGH = 50
"""More preemptions than any schedule of the drawn programs has."""


def brute_force(
    script: Script, preemptions: int, *, output: str = "ordered", fine: bool = False, most: int = 3000
) -> set[FinalState]:
    """Every final state of the schedules with at most so many preemptions; knows nothing of footprints."""
    seen: dict[Any, int] = {}
    finals: set[FinalState] = set()
    kernel, program = scripts.Kernel(output, fine=fine), scripts.ScriptedProgram(script)
    stack: list[tuple[Any, Any, str | None, int]] = [(kernel, program, None, 0)]
    while stack:
        kernel, program, last, spent = stack.pop()
        enabled = kernel.enabled()
        if not enabled:
            finals.add(scripts.visible(kernel, program, "finished" if kernel.finished else "stuck"))
        for task in enabled:
            cost = spent + (last in enabled and task != last)
            if cost > preemptions:
                continue
            k, p = scripts._copy(kernel, program)
            scripts._grant(k, p, task)
            key = scripts._key(k, p), task
            if seen.get(key, cost + 1) > cost:
                seen[key] = cost
                assert len(seen) < most, "too many states"
                stack.append((k, p, task, cost))
    return finals


def traces_within(script: Script, preemptions: int, most: int = 3000) -> int:
    """How many Mazurkiewicz traces have a schedule with at most so many preemptions: by trying all, no digests."""
    seen: dict[Any, int] = {}
    complete: set[Any] = set()
    stack: list[tuple[Any, Any, str | None, int, list[tuple[str, int, Any, frozenset[tuple[str, int]]]]]]
    stack = [(scripts.Kernel(), scripts.ScriptedProgram(script), None, 0, [])]
    while stack:
        kernel, program, last, spent, steps = stack.pop()
        enabled = kernel.enabled()
        if not enabled:
            complete.add(frozenset((t, n, past) for t, n, _, past in steps))
        for task in enabled:
            cost = spent + (last in enabled and task != last)
            if cost > preemptions:
                continue
            k, p = scripts._copy(kernel, program)
            footprint = scripts._grant(k, p, task).step.footprint
            past: set[tuple[str, int]] = set()
            for other, n, touched, before in steps:
                if other == task or touched.conflicts(footprint):
                    past |= {(other, n), *before}
            extended = [*steps, (task, sum(step[0] == task for step in steps), footprint, frozenset(past))]
            key = frozenset((t, n, before) for t, n, _, before in extended), task
            if seen.get(key, cost + 1) > cost:
                seen[key] = cost
                assert len(seen) < most, "too many traces"
                stack.append((k, p, task, cost, extended))
    return len(complete)


def preemptions(trace: Trace, script: Script, output: str, *, fine: bool) -> int:
    """Those of a schedule, counted where it is taken once more."""
    kernel, program = scripts.Kernel(output, fine=fine), scripts.ScriptedProgram(script)
    count, last = 0, None
    for task in trace.choices:
        count += last in kernel.enabled() and task != last
        scripts._grant(kernel, program, task)
        last = task
    return count


def explored(script: Script, bound: int, output: str = "ordered", *, fine: bool = False) -> list[Trace]:
    """The complete schedules, in their order."""
    strategy, traces = Bounded(bound), []
    while not strategy.exhausted:
        trace, _ = run_script(script, strategy, output=output, fine=fine)
        if trace.ending.kind is not EndKind.PRUNED:
            traces.append(trace)
    return traces


common = settings(
    deadline=None, suppress_health_check=list(HealthCheck), max_examples=int(os.environ.get("LAB_EXAMPLES", "15"))
)


@common
@given(programs(), st.integers(0, 3), st.sampled_from(["ordered", "bag", "ignored"]), st.booleans())
def test_every_final_state_within_the_bound_is_found_and_no_other(
    script: Script, bound: int, output: str, fine: bool
) -> None:
    try:
        expected = brute_force(script, bound, output=output, fine=fine)
        _, _, states = explore(script, Bounded(bound), output=output, fine=fine, most=400)
        _, _, more = explore(script, Bounded(bound + 1), output=output, fine=fine, most=400)
    except AssertionError as too_large:
        assume("too many" not in str(too_large))
        raise
    event(f"final states: {min(len(expected), 10)}")
    assert states == expected
    assert states <= more


@common
@given(programs(most_ops=3), st.integers(0, 3))
def test_every_trace_within_the_bound_is_explored_once(script: Script, bound: int) -> None:
    try:
        expected = traces_within(script, bound)
        complete, _, _ = explore(script, Bounded(bound), most=400)
    except AssertionError as too_large:
        assume("too many" not in str(too_large))
        raise
    event(f"traces: {min(expected, 100) // 10}0")
    assert complete == expected


@pytest.mark.parametrize(("bound", "traces"), [(0, 6), (1, 60), (2, 360)])
def test_three_tasks_of_two_increments(bound: int, traces: int) -> None:
    script = Script.of_children(VALUES, *[INCREMENT * 2] * 3)
    assert traces_within(script, bound, most=30_000) == traces
    assert len(explored(script, bound)) == traces


@common
@given(programs(most_ops=3), st.sampled_from(["ordered", "bag", "ignored"]), st.booleans())
def test_with_preemptions_enough_it_is_every_trace_once(script: Script, output: str, fine: bool) -> None:
    try:
        traces = scripts.mazurkiewicz_traces(script, output=output, fine=fine, most=1000)
        expected = scripts.brute_force(script, output=output, fine=fine, most=3000)
        complete, _, states = explore(script, Bounded(ENOUGH), output=output, fine=fine, most=1000)
    except AssertionError as too_large:
        assume("too many" not in str(too_large))
        raise
    event(f"traces: {min(traces, 100) // 10}0")
    assert complete == traces
    assert states == expected


@common
@given(programs(most_ops=3), st.integers(0, 3), st.sampled_from(["ordered", "bag", "ignored"]), st.booleans())
def test_none_has_more_preemptions_and_those_with_fewer_come_first(
    script: Script, bound: int, output: str, fine: bool
) -> None:
    counts = [preemptions(trace, script, output, fine=fine) for trace in explored(script, bound, output, fine=fine)]
    assert counts == sorted(counts)
    assert counts[-1] <= bound


@pytest.mark.parametrize(("bound", "endings"), [(0, {"finished"}), (1, {"finished", "stuck"})])
def test_a_deadlock_of_two_locks_needs_one_preemption(bound: int, endings: set[str]) -> None:
    _, _, states = explore(OPPOSITE, Bounded(bound))
    assert {ending for ending, _, _ in states} == endings


@pytest.mark.parametrize(("bound", "is_lost"), [(0, False), (1, True)])
def test_a_lost_update_needs_one_preemption(bound: int, is_lost: bool) -> None:
    script = Script.of_children(VALUES, [read(V), write(V, 1)], [read(V), write(V, 2)])
    _, _, states = explore(script, Bounded(bound))
    told = [[dict(answers)[f"main.{k}"][0][0] for k in (1, 2)] for _, _, answers in states]
    assert ([0, 0] in told) == is_lost


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_without_preemptions_n_children_run_in_any_order(n: int) -> None:
    assert len(explored(Script.of_children(VALUES, *[INCREMENT] * n), 0)) == math.factorial(n)


def test_a_deep_bug_needs_as_many_as_brute_force_says() -> None:
    """Each of the three reads has to come right behind another of the three writes."""
    script = Script.of_children(VALUES, [read(V), read(V), read(V)], [write(V, 1), write(V, 2), write(V, 3)])

    def is_in(states: set[FinalState]) -> bool:
        return any([told for told, _ in dict(answers)["main.1"][:3]] == [1, 2, 3] for _, _, answers in states)

    found = [is_in(explore(script, Bounded(bound))[2]) for bound in range(6)]
    assert found == [is_in(brute_force(script, bound)) for bound in range(6)]
    assert (found[1], found[5]) == (False, True)


def test_each_bound_finds_less_than_all_there_is() -> None:
    script = Script.of_children(VALUES, *[INCREMENT] * 3)
    counts = [len(explored(script, bound)) for bound in range(2)]
    assert counts == sorted(set(counts))
    complete, _, _ = explore(script, Dpor())
    assert counts[-1] < complete
    assert len(explored(script, ENOUGH)) == complete


def test_a_feeder_that_ends_and_a_killed_task_cost_nothing() -> None:
    tasks = {"main": [start("main.1"), op("process.signal", "main.1", 15)], "main.1": [acquire(A), acquire(A)]}
    script = Script(LOCKS, tasks)
    assert explore(script, Bounded(0))[2] == brute_force(script, 0)
    assert explore(script, Bounded(1))[2] == brute_force(script, 1)


def test_a_program_that_does_something_else_is_told() -> None:
    strategy = Bounded(1)
    run_script(OPPOSITE, strategy)
    other = Script.of_children(LOCKS, [acquire(B), release(B)], [acquire(B), release(B)])
    with pytest.raises(NotRepeatable):
        while not strategy.exhausted:
            run_script(other, strategy)


@pytest.mark.parametrize(
    ("bound", "name"), [(0, "at most 0 preemptions"), (1, "at most 1 preemption"), (2, "at most 2 preemptions")]
)
def test_it_says_its_bound(bound: int, name: str) -> None:
    assert Bounded(bound).name == name
