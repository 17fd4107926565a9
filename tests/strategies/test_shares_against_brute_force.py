"""Laws over drawn programs, divided at drawn moments: two explorers find what brute force finds, each trace once."""

from __future__ import annotations

from random import Random

from hypothesis import assume, event, given
from hypothesis import strategies as st

from tests import scripts
from tests.scripts import Script, brute_force
from tests.strategies.dividing import explore_divided
from tests.strategies.test_against_brute_force import common, programs


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
