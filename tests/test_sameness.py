"""The gate of shrinking: the same kind of finding at the same places, whatever led there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.judge import Failure, judge
from checker.result import Kind
from checker.sameness import reach
from checker.spec import Scenario
from checker.strategies.replay import Replay
from checker.trace import EndKind, Trace, Wait
from tests.analysis.traces import acquire, op, step, trace
from tests.scripts import Script, run_script
from tests.scripts import acquire as take

A, B = "main/lock.1", "main/lock.2"
LOCKS = {A: ("lock", []), B: ("lock", [])}
SCRIPT = Script.of_children(LOCKS, [take(A), take(B)], [take(B), take(A)], [op("clock")] * 3)
BEGUN = ["main"] * 4 + ["main.1", "main.2"]


def stuck(*choices: str) -> tuple[Failure, Trace]:
    found = run_script(SCRIPT, Replay(choices))[0]
    failure = judge(Scenario("any", (), ()), found, "")
    assert failure is not None
    return failure, found


def test_a_deadlock_is_the_same_whoever_was_first_and_is_there_when_the_last_of_them_is_stuck() -> None:
    one = stuck(*BEGUN, "main.1", "main.2")
    other = stuck(*BEGUN, *["main.3"] * 5, "main.2", "main.1")
    assert reach(*one, *one) == 8
    assert reach(*one, *other) == 13
    assert one[0].kind is Kind.DEADLOCK


def test_a_deadlock_in_another_line_is_another() -> None:
    failure, found = stuck(*BEGUN, "main.1", "main.2")
    moved = tuple(Wait(w.task, w.op._replace(line=7), w.obj, w.holders) for w in found.waits)
    assert reach(failure, found, failure, replace(found, waits=moved)) is None
    assert reach(failure, found, replace(failure, line=99), found) == 8, "which of the lines is named first is free"


@pytest.mark.parametrize(
    "other",
    [
        Failure(Kind.WRONG_RESULT, "does not hold: the sum is right", expected="4", actual="2"),
        Failure(Kind.WRONG_RESULT, "does not hold: the sum is right", expected="5", actual="1"),
    ],
)
def test_a_wrong_result_may_be_wrong_in_another_way(other: Failure) -> None:
    one = Failure(Kind.WRONG_RESULT, "does not hold: the sum is right", expected="4", actual="3")
    ended = trace([step("a", acquire(A)), step("b", acquire(B))], kind=EndKind.FINISHED)
    assert reach(one, ended, other, ended) == 2


CRASH = Failure(Kind.EXCEPTION, "teller-1 ended with an exception: ValueError: 3", ("a",), line=5, traceback="...")


@pytest.mark.parametrize(
    "other",
    [
        None,
        replace(CRASH, kind=Kind.HANG),
        replace(CRASH, sentence="teller-1 ended with an exception: ValueError: 4"),
        replace(CRASH, tasks=("b",)),
        replace(CRASH, line=6),
    ],
)
def test_another_failure_is_not_the_same(other: Failure | None) -> None:
    ended = trace([step("a", acquire(A)), step("b", acquire(B))], kind=EndKind.FINISHED)
    assert reach(CRASH, ended, CRASH, ended) == 1, "it is there with the last step of who crashed"
    assert reach(CRASH, ended, other, ended) is None
