"""The law: whatever real CPython is ever seen to do, exploration contains."""

from __future__ import annotations

import multiprocessing
import sys

import pytest

from checker.explore import Budget, Why
from tests.conformance import real, record
from tests.conformance.explored import explore_program

PROGRAMS = real.program_names()
OBSERVED = record.load()
RECORDED_RUNS = 200

# Each program is explored under fork and under spawn; each is held against what was seen under either, except those
# that can tell the two apart.
TELL_START_METHODS_APART = {
    "global_lock",
    "global_set_before_start",
    "lock_method_target",
    *(program for program in PROGRAMS if program.startswith("fork_")),
}

# What is let go of too early is missed by a spawned child alone.
ONLY_UNDER_SPAWN = {"lock_let_go", "queue_let_go"}

# Of these, all that can be seen was seen under fork: exploration must show that and no more.
ALL_SEEN_UNDER_FORK = sorted(
    TELL_START_METHODS_APART - {"fork_daemon"}  # which may also be killed when main has ended its line
)

# What is seen for real and not yet explored, and why. An entry that is no longer true fails its test.
NOT_YET_EXPLORED: dict[str, tuple[str, str]] = {}

# A few that together use every kind of object, for a small sample of the day: program -> all that may be seen.
LIVE = {
    "counter_get_lock": {"returned 2"},
    "lock_opposite": {'returned "done"', "stuck"},
    "semaphore_ping_pong": {"returned [1, 2, 1, 2]"},
    "queue_two_getters": {"returned [1, 2]", "returned [2, 1]"},
    "queue_join_before_drain": {"stuck"},
    "joinable_task_done_early": {"returned [0, 1]", "returned [1, 1]"},
    "print_write_whole": {
        "returned null printed 'a1\\na2\\nb1\\nb2\\n'",
        "returned null printed 'b1\\nb2\\na1\\na2\\n'",
    },
}

needs_fork = pytest.mark.skipif(sys.platform != "linux", reason="controlled fork needs a system with subreapers")
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="sees in /proc whether a run is stuck")


def observed_outcomes(program: str, start_method: str = "spawn") -> dict[str, int]:
    """What exploration is held against: outcome -> how often it was seen for real."""
    seen = dict(record.outcomes(OBSERVED[program], start_method))
    if program not in TELL_START_METHODS_APART and (start_method == "spawn" or program not in ONLY_UNDER_SPAWN):
        other = "fork" if start_method == "spawn" else "spawn"
        for outcome, count in record.outcomes(OBSERVED[program], other).items():
            seen[outcome] = seen.get(outcome, 0) + count
    return seen


def test_every_program_was_run_often_enough_as_it_stands():
    assert len(PROGRAMS) >= 40
    assert sorted(OBSERVED) == PROGRAMS
    for program in PROGRAMS:
        again = f"run: python -m tests.conformance.record {program}"
        assert OBSERVED[program]["digest"] == record.digest(program), again
        assert sum(record.outcomes(OBSERVED[program], "fork").values()) >= RECORDED_RUNS, again
        assert record.outcomes(OBSERVED[program], "spawn"), again


def test_the_noise_brings_out_more_than_one_outcome_of_most_racy_programs():
    assert sum(len(observed_outcomes(program)) > 1 for program in PROGRAMS) >= 50


@pytest.mark.parametrize("program", PROGRAMS)
def test_all_that_was_seen_for_real_is_explored(program):
    """Ends as soon as everything is seen; what is missing is missing from the whole space, or from a large part."""
    seen = set(observed_outcomes(program))
    gap = {NOT_YET_EXPLORED[program][0]} if program in NOT_YET_EXPLORED else set()
    explored = explore_program(program, Budget(schedules=5000, seconds=60), seen)
    assert gap <= seen
    assert seen - set(explored.outcomes) == gap, explored


@needs_fork
@pytest.mark.parametrize("program", PROGRAMS)
def test_all_that_was_seen_under_fork_is_explored_under_fork(program):
    seen = set(observed_outcomes(program, "fork"))
    explored = explore_program(program, Budget(schedules=5000, seconds=60), seen, "fork")
    assert seen <= set(explored.outcomes), explored


@needs_fork
@pytest.mark.parametrize("program", ALL_SEEN_UNDER_FORK)
def test_nothing_is_explored_under_fork_that_cannot_be(program):
    explored = explore_program(program, Budget(schedules=5000, seconds=60), (), "fork")
    assert explored.why is Why.EXHAUSTED
    assert set(explored.outcomes) == set(record.outcomes(OBSERVED[program], "fork"))


@needs_proc
@pytest.mark.parametrize("program", sorted(LIVE))
@pytest.mark.parametrize("start_method", ["fork", "spawn"])
def test_a_live_sample_shows_what_may_be_seen(program, start_method):
    if start_method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this system has no {start_method}")
    seen = real.observe(program, start_method, runs=6 if start_method == "fork" else 2, seed=1)
    assert set(seen) <= LIVE[program]
