"""The fair schedule: first come, first served, and what it says of those who wait."""

from __future__ import annotations

import pytest

from checker.analysis.patience import longest_wait
from checker.fairtime import OPERATION_S
from checker.strategies.fair import Fair
from checker.trace import EndKind, Trace
from tests.scripts import Script, acquire, join, op, release, run_script, start

A = "main/lock.1"
LOCK = {A: ("lock", [])}


def sleep(seconds):
    return op("sleep", None, seconds)


def fair(*children) -> Trace:
    trace, _ = run_script(Script.of_children(LOCK, *children), Fair())
    assert trace.ending.kind is EndKind.FINISHED
    return trace


def takers(trace):
    return [step.task for step in trace.steps if step.op.kind == "lock.acquire" and step.answer is True]


def test_who_asks_first_is_served_first():
    hold = [acquire(A), sleep(1), release(A)]
    trace = fair(hold, [sleep(0.2), *hold], [sleep(0.1), *hold])
    assert takers(trace) == ["main.1", "main.3", "main.2"]
    wait = longest_wait(trace)
    assert wait is not None
    assert (wait.task, wait.lock) == ("main.2", A)
    assert wait.waited_s == pytest.approx(1.8, abs=20 * OPERATION_S)


def test_who_gives_a_lock_back_and_takes_it_again_goes_to_the_end_of_the_queue():
    greedy = [acquire(A), sleep(1), release(A)] * 3
    trace = fair(greedy, [sleep(0.1), acquire(A), release(A)])
    assert takers(trace) == ["main.1", "main.2", "main.1", "main.1"]


def test_a_timed_wait_ends_when_the_lock_comes_or_the_time_is_over():
    hold = [acquire(A), sleep(1), release(A)]
    trace = fair(hold, [sleep(0.1), acquire(A, timeout=2.0), release(A)], [sleep(0.1), acquire(A, timeout=0.5)])
    answers = {step.task: step.answer for step in trace.steps if step.op.kind == "lock.acquire"}
    assert answers == {"main.1": True, "main.2": True, "main.3": False}


def test_who_tries_again_and_again_waits_all_the_while():
    hold = [acquire(A), sleep(3), release(A)]
    tries = [step for _ in range(3) for step in (acquire(A, block=False), sleep(1))]
    wait = longest_wait(fair(hold, [sleep(0.1), *tries, acquire(A), release(A)]))
    assert wait is not None
    assert wait.task == "main.2"
    assert wait.waited_s == pytest.approx(3.0, abs=0.1)


def test_who_gives_up_for_good_waits_no_longer():
    hold = [acquire(A), sleep(3), release(A)]
    wait = longest_wait(fair(hold, [sleep(0.1), acquire(A, block=False), sleep(9)]))
    assert wait is not None
    assert wait.waited_s < 1


def test_who_waits_for_a_signal_does_not_wait_for_its_turn():
    said = [acquire(A), start("main.1"), sleep(5), release(A), join("main.1")]
    script = Script({A: ("lock", [])}, {"main": said, "main.1": [acquire(A), release(A)]})
    heard = run_script(script, Fair())[0]
    wait = longest_wait(heard)
    assert wait is not None
    assert wait.waited_s == pytest.approx(5.0, abs=0.1), "whoever gives back what it took had its turn"
    passed = [acquire(A), start("main.1"), join("main.1")]
    ends = {"main": [*passed], "main.1": [start("main.1.1"), sleep(5), release(A)], "main.1.1": [acquire(A)]}
    assert longest_wait(run_script(Script({A: ("lock", [])}, ends), Fair())[0]) is None


def test_nobody_waits_for_a_lock_that_nobody_takes():
    assert longest_wait(fair([sleep(1)], [sleep(1)])) is None
