"""Laws over drawn programs, divided at drawn moments: two explorers find what brute force finds, each trace once."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from checker.engine.schedule import Limits, run_schedule
from checker.kernel import Kernel
from checker.strategies.divided import Divided
from checker.trace import EndKind
from tests import scripts
from tests.loops import MOST_CUT, MOST_STEPS, LoopedProgram, LoopScript
from tests.scripts import Script, brute_force, visible
from tests.strategies import test_rounds_against_brute_force as rounds
from tests.strategies.dividing import explore_divided, take_turns
from tests.strategies.test_against_brute_force import common, programs

pytestmark = pytest.mark.timeout(600)  # on a machine that does other work as well


@common
@given(programs(), st.integers(0, 10**6), st.sampled_from(["ordered", "bag", "ignored"]), st.booleans())
def test_two_explorers_find_every_final_state(script: Script, seed: int, output: str, fine: bool) -> None:
    try:
        expected = brute_force(script, output=output, fine=fine, most=4000)
        complete, _, states, gifts = explore_divided(script, Random(seed), output=output, fine=fine, most=4000)
    except AssertionError as too_large:
        assume("too many" not in str(too_large))
        raise
    event(f"schedules: {min(complete, 100) // 10}0, gifts: {min(gifts, 10)}")
    assert states == expected


@common
@given(programs(most_ops=3), st.integers(0, 10**6), st.sampled_from(["ordered", "bag", "ignored"]), st.booleans())
def test_each_trace_is_explored_once_by_one_of_two(script: Script, seed: int, output: str, fine: bool) -> None:
    try:
        expected = scripts.mazurkiewicz_traces(script, output=output, fine=fine, most=4000)
        complete, pruned, _, gifts = explore_divided(script, Random(seed), output=output, fine=fine, most=4000)
    except AssertionError as too_large:
        assume("too many" not in str(too_large))
        raise
    event(f"traces: {min(expected, 100) // 10}0, gifts: {min(gifts, 10)}, pruned: {min(pruned, 10)}")
    assert complete == expected


@common
@given(rounds.programs(), st.integers(0, 10**6))
def test_two_explorers_of_rounds_that_wait_come_to_every_end(script: LoopScript, seed: int) -> None:
    expected = rounds.brute_force(script)
    states, cut = set(), 0

    def run(one: Divided) -> None:
        nonlocal cut
        kernel, program = Kernel(), LoopedProgram(script)
        trace = run_schedule(kernel, one, program, Limits(steps=MOST_STEPS))
        if trace.ending.kind in (EndKind.CYCLE, EndKind.STEP_LIMIT):
            cut += 1
            assume(cut < MOST_CUT)
        elif trace.ending.kind is not EndKind.PRUNED and not any(wait.round_steps for wait in trace.waits):
            states.add(visible(kernel, program, trace.ending.kind.value))

    try:
        gifts = take_turns(run, Random(seed), most=3000)
    except AssertionError as too_large:
        assume("too many" not in str(too_large))
        raise
    event(f"in full: {not cut}, gifts: {min(gifts, 10)}")
    assert states <= expected
    if not cut:
        assert states == expected
