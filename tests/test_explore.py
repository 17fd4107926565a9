"""Exploration: until exhausted, failed, satisfied or spent; a limit never counts as a proof."""

from __future__ import annotations

import itertools
import math
from collections import deque

import pytest

from checker import exploration
from checker import explore as explore_module
from checker.errors import NotRepeatable, StartAgain
from checker.exploration import MAX_KEPT_TRACES, Budget, Why
from checker.explore import HOPELESS, MAX_CUT, SAMPLED, explore
from checker.strategies.divided import Divided
from checker.strategies.earliest import Earliest
from checker.trace import EndKind, Trace
from tests.scripts import Script, acquire, op, read, release, run_script, write

LOCK = {"main/lock.1": ("lock", [])}
L = "main/lock.1"
VALUE = {"main/memory.1": ("memory", [1, 0, None])}
V = "main/memory.1"
ENDLESS = Script(LOCK, {"main": [op("clock")] * 10_000})
PLENTY = Budget(schedules=10_000, seconds=600.0)


def critical_section(n):
    return Script.of_children(LOCK, *[[acquire(L), release(L)]] * n)


def explored(script, judge=lambda trace: None, budget=PLENTY, *, steps=2000, **more):
    return explore(lambda strategy: run_script(script, strategy, steps=steps)[0], judge, budget, **more)


def test_exhausted_without_failure_is_a_proof():
    told = []
    found = explored(critical_section(4), progress=told.append)
    assert (found.why, found.proved, found.schedules) == (Why.EXHAUSTED, True, math.factorial(4))
    assert told == list(range(1, 25))
    assert [number for number, _ in found.sample] == list(range(1, 25))
    assert found.fastest is not None
    assert found.fastest.makespan_s == 0.0
    assert found.steps >= sum(len(trace.steps) for _, trace in found.sample)


def test_the_first_failure_ends_it():
    last = explored(critical_section(3)).sample[-1][1]
    found = explored(critical_section(3), lambda trace: "bad" if trace.choices == last.choices else None)
    assert (found.why, found.proved, found.failure) == (Why.FAILED, False, "bad")
    assert found.failing == last
    assert found.failing_number == found.schedules == 6


def test_what_was_explored_in_vain_is_forgotten():
    told, runs = [], []

    def run(strategy):
        runs.append(strategy)
        if len(runs) == 4:
            raise StartAgain
        return run_script(critical_section(3), strategy)[0]

    found = explore(run, lambda trace: None, PLENTY, progress=told.append)
    assert (found.proved, found.schedules, len(found.sample), len(runs)) == (True, 6, 6, 10)
    assert told == [1, 2, 3, 1, 2, 3, 4, 5, 6]


def test_to_start_again_gives_no_more_time():
    def run(strategy):
        raise StartAgain

    assert explore(run, lambda trace: None, Budget(100, 0.05)).why is Why.SECONDS


def test_what_satisfies_ends_it():
    found = explored(critical_section(3), satisfied=lambda trace: True)
    assert (found.why, found.proved, found.schedules) == (Why.SATISFIED, False, 1)


@pytest.mark.parametrize("schedules", [1, 5, 23])
def test_a_spent_budget_is_no_proof(schedules):
    found = explored(critical_section(4), budget=Budget(schedules, 600.0))
    assert (found.why, found.proved, found.schedules) == (Why.SCHEDULES, False, schedules)


def test_a_budget_of_twice_what_there_is_is_enough_for_the_proof():
    assert explored(critical_section(4), budget=Budget(48, 600.0)).proved
    assert explored(critical_section(4), budget=Budget(47, 600.0)).proved
    assert not explored(critical_section(4), budget=Budget(46, 600.0)).proved


class Beside:
    """A partner in this process: what it explored is counted a turn before what came of it is told."""

    def __init__(self, script):
        self.script = script

    def begin(self):
        self.first, self.second, self.said = Divided(first=True), Divided(first=False), deque()
        return self.first

    def turn(self, found, seconds):
        first, second = self.first, self.second
        first.give()
        for share in first.taken_out():
            second.put_in(share)
        if not second.idle:
            self.said.append(run_script(self.script, second)[0])
        self.said.extend(second.taken_out())
        if self.said:
            told = self.said.popleft()
            if isinstance(told, Trace):
                found.schedules += told.ending.kind is not EndKind.PRUNED
            else:
                first.put_in(told)
        return None if first.idle else first

    def gather(self, found, run, judge):
        pass

    def stop(self):
        pass


@pytest.mark.parametrize("n", [3, 4])
def test_the_same_budget_is_enough_for_two(n):
    there_are = math.factorial(n)
    found = explored(critical_section(n), budget=Budget(2 * there_are - 1, 600.0), partner=Beside(critical_section(n)))
    assert (found.proved, found.schedules) == (True, there_are)
    found = explored(critical_section(n), budget=Budget(there_are, 600.0), partner=Beside(critical_section(n)))
    assert (found.proved, found.schedules) == (False, there_are)


@pytest.mark.parametrize("schedules", [1, 2, 3, 14, 40])
def test_half_of_a_budget_that_is_too_small_is_sampled_by_all_in_turn(schedules):
    found = explored(critical_section(4), budget=Budget(schedules, 600.0))
    first, *others = found.shares
    assert (first.strategy, first.schedules, first.cut) == ("DPOR", (schedules + 1) // 2, 0)
    assert sum(share.schedules for share in others) == schedules // 2
    assert {share.schedules for share in others} <= {schedules // 2 // 6, -(-(schedules // 2) // 6)}
    assert found.strategy == ("DPOR, then portfolio" if others else "DPOR")
    assert not any(share.failed for share in found.shares)


def test_who_found_the_failure_is_told():
    def entered(trace):
        return [step.task for step in trace.steps if step.op.kind == "lock.acquire"]

    script = critical_section(4)
    early = [entered(trace) for _, trace in explored(script).sample[:12]]

    def judge(trace):
        return None if entered(trace) in early else "bad"

    by_dpor = explored(script, judge)
    assert [(share.strategy, share.schedules, share.failed) for share in by_dpor.shares] == [("DPOR", 13, True)]
    drawn = explored(script, judge, Budget(24, 600.0))
    assert drawn.why is Why.FAILED
    assert [share.strategy for share in drawn.shares if share.failed] == [drawn.failed_by]
    assert drawn.failed_by != "DPOR"
    assert drawn.failing_number == sum(share.schedules for share in drawn.shares)


def test_where_only_the_sampled_schedules_do_not_end_they_are_few(monkeypatch):
    monkeypatch.setattr(explore_module, "SAMPLED", 10)

    def run(strategy):
        return run_script(critical_section(4), strategy, steps=2000 if strategy.name == "DPOR" else 20)[0]

    found = explore(run, lambda trace: None, Budget(46, 600.0))
    assert (found.schedules, found.cut, found.proved) == (23, MAX_CUT + 10, False)
    assert [share.cut for share in found.shares if share.strategy != "DPOR"] == [3, 3, 3, 2, 2, 2]


def test_running_out_of_time_is_no_proof():
    found = explored(critical_section(4), budget=Budget(10_000, -1.0))
    assert (found.why, found.proved, found.schedules) == (Why.SECONDS, False, 0)


def test_schedules_that_do_not_end_are_counted_apart_and_prove_nothing():
    found = explored(ENDLESS, budget=Budget(8, 600.0), steps=50)
    assert (found.schedules, found.proved) == (0, False)
    assert found.cut >= 1
    assert found.why is Why.EXHAUSTED or found.cut <= 8


def test_what_lies_behind_a_schedule_that_does_not_end_is_looked_for_at_random():
    # As with a program that polls: what is cut off races with nothing, and depth first all seems to be explored.
    poller = [op("clock")] * 30
    script = Script.of_children(LOCK, poller, [op("stdout.write", None, "x\n")])
    assert explored(script).proved
    found = explored(script, budget=PLENTY, steps=36)
    assert (found.proved, found.strategy) == (False, "DPOR, then portfolio")
    assert (found.why, found.cut) == (Why.SCHEDULES, HOPELESS), "it is not taken for exhausted"


def test_a_witness_that_satisfies_ends_it_and_any_other_is_forgotten():
    # Depth first, one sleeps before the other has begun to look at the clock, which then is late.
    look, sleep = op("clock"), op("sleep", None, 1)
    script = Script.of_children(LOCK, [look, sleep, look], [look, sleep, look])
    found = explored(script, satisfied=lambda trace: trace.makespan_s < 1.5, witness=Earliest())
    assert (found.why, found.schedules, found.strategy) == (Why.SATISFIED, 1, "earliest first")
    assert found.fastest is not None
    assert found.fastest.makespan_s == 1.0
    alone = explored(script)
    for bad in (lambda trace: trace.makespan_s < 0.5, lambda trace: False):
        again = explored(script, satisfied=bad, witness=Earliest())
        assert (again.why, again.schedules) == (Why.EXHAUSTED, alone.schedules)
    failing = explored(script, lambda trace: "bad", satisfied=lambda trace: True, witness=Earliest())
    assert (failing.why, failing.failing_number) == (Why.FAILED, 1)


def test_looks_apart_make_no_difference_to_others():
    looks = [op("clock"), op("clock")]
    assert explored(Script.of_children(LOCK, looks, looks)).schedules == math.comb(4, 2)
    apart = [op("clock.apart"), op("clock.apart")]
    assert explored(Script.of_children(LOCK, apart, apart)).schedules == 1


def test_where_nothing_ends_it_samples_and_stops():
    children = [[write(V, 1)], [write(V, 2)], [write(V, 3)], [read(V)] * 200]
    found = explored(Script.of_children(VALUE, *children, joins=False), steps=60)
    assert found.cut >= MAX_CUT
    assert found.strategy == "DPOR, then portfolio"
    assert found.cut + found.schedules <= MAX_CUT + SAMPLED
    assert not found.proved


def test_where_nothing_ever_ends_it_gives_up_soon_and_keeps_a_schedule():
    children = [[write(V, 1)], [write(V, 2)], [write(V, 3)], [read(V)] * 200]
    found = explored(Script.of_children(VALUE, *children, joins=False), steps=60)
    assert (found.schedules, found.cut, found.why) == (0, HOPELESS, Why.SCHEDULES)
    assert found.cut_trace is not None
    assert len(found.cut_trace.steps) == 60


def test_a_program_that_does_not_repeat_itself_is_sampled_and_never_proved():
    runs = 0

    def run(strategy):
        nonlocal runs
        runs += 1
        body = [acquire(L), release(L)]
        first = body if runs % 3 else [op("clock"), *body]
        return run_script(Script.of_children(LOCK, first, body, body), strategy)[0]

    found = explore(run, lambda trace: None, PLENTY)
    assert isinstance(found.not_repeatable, NotRepeatable)
    assert not found.proved
    assert 0 < found.schedules <= SAMPLED + 3
    assert found.strategy == "DPOR, then portfolio"


def test_of_a_large_exploration_an_even_sample_is_kept(monkeypatch):
    monkeypatch.setattr(exploration, "MAX_KEPT_TRACES", 10)
    found = explored(critical_section(4))
    numbers = [number for number, _ in found.sample]
    assert 5 <= len(numbers) <= 10
    assert len({after - before for before, after in itertools.pairwise(numbers)}) == 1
    assert MAX_KEPT_TRACES >= 100


def test_stuck_schedules_are_complete_ones():
    found = explored(Script(LOCK, {"main": [acquire(L), acquire(L)]}))
    assert found.proved
    assert found.sample[0][1].ending.kind is EndKind.STUCK
    assert found.fastest is None


OPPOSITE = Script.of_children(
    {**LOCK, "main/lock.2": ("lock", [])},
    [acquire(L), acquire("main/lock.2"), release("main/lock.2"), release(L)],
    [acquire("main/lock.2"), acquire(L), release(L), release("main/lock.2")],
)


def stuck(trace):
    return "stuck" if trace.ending.kind is EndKind.STUCK else None


def test_a_bound_that_is_exhausted_is_a_value_of_its_own_and_no_proof():
    found = explored(OPPOSITE, stuck, preemptions=0)
    assert (found.why, found.bounded, found.proved, found.schedules) == (Why.BOUND, True, False, 2)
    assert [(share.strategy, share.schedules) for share in found.shares] == [("at most 0 preemptions", 2)]
    assert explored(critical_section(3), preemptions=50).why is Why.BOUND, "even where nothing was left out"


def test_a_failure_within_the_bound_ends_it():
    found = explored(OPPOSITE, stuck, preemptions=1)
    assert (found.why, found.bounded, found.failure) == (Why.FAILED, False, "stuck")
    assert found.failed_by == found.strategy == "at most 1 preemption"


def test_the_whole_budget_is_for_what_is_within_the_bound():
    assert explored(critical_section(4), budget=Budget(25, 600.0), preemptions=50).bounded
    found = explored(critical_section(4), budget=Budget(23, 600.0), preemptions=50)
    assert (found.why, found.bounded, found.schedules) == (Why.SCHEDULES, False, 23)
    assert [share.strategy for share in found.shares] == ["at most 50 preemptions"]


def test_a_cut_within_the_bound_is_no_end_of_it_and_nothing_else_is_sampled():
    script = Script.of_children(VALUE, [read(V)] * 30, [write(V, 1)])
    found = explored(script, steps=20, preemptions=0)
    assert found.cut
    assert not found.bounded
    assert found.strategy == "at most 0 preemptions"
