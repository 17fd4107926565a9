"""Who goes round for ever, and when something else is the matter."""

from __future__ import annotations

from dataclasses import replace

from checker.analysis.livelock import Livelock, livelock
from checker.analysis.names import names_of
from checker.analysis.waits import stuck
from checker.trace import EndKind, Trace, Wait
from tests.analysis.traces import BANK, MAIN, ONE, TWO, acquire, op, release, step, trace

A, B = "main/lock.1", "main/lock.2"
MAIN_JOINS = Wait("main", op("process.join", "main.1", None, line=50), "main.1", ("main.1",))
ROUND = [step("main.1", acquire(A, 31), True), step("main.1", release(A, 36))]
GOES_ROUND = Wait("main.1", acquire(A, 31), A, (), 2)


def told(given: Trace) -> Livelock | None:
    names = names_of("", given)
    return livelock(given, names, stuck(given, names) if given.ending.kind is EndKind.STUCK else None)


def test_who_looks_in_vain_is_told_with_the_lines_of_its_round():
    given = trace([step("main.1", op("sleep", None, 1, line=3)), *ROUND], [MAIN, ONE], BANK, [MAIN_JOINS, GOES_ROUND])
    assert told(given) == Livelock(("main.1",), "one lines 31-36", 31)


def test_patience_is_no_livelock():
    given = trace(ROUND, [MAIN, ONE], BANK, [MAIN_JOINS, GOES_ROUND._replace(round_steps=0)])
    assert told(given) is None


def test_a_deadlock_of_others_comes_first_and_one_with_somebody_who_goes_round_does_not():
    deadlock = [Wait("main.1", acquire(B, 3), B, ("main.2",)), Wait("main.2", acquire(A, 4), A, ("main.1",))]
    polls = Wait("main", op("process.poll", "main.1", line=9), "main.1", (), 1)
    steps = [step("main", op("process.poll", "main.1", line=9)), *ROUND]
    assert told(trace(steps, [MAIN, ONE, TWO], BANK, [polls, *deadlock])) is None
    circling = [deadlock[0]._replace(round_steps=2), deadlock[1]]
    found = told(trace(steps, [MAIN, ONE, TWO], BANK, circling))
    assert found is not None
    assert found.tasks == ("main.1",)


def test_a_daemon_that_goes_round_is_not_why_another_hangs():
    daemon = replace(ONE, daemon=True)
    gets = Wait("main", op("queue.get", "main/queue.1", True, None, line=50), "main/queue.1", ())
    assert told(trace(ROUND, [MAIN, daemon], BANK, [gets, GOES_ROUND])) is None
    assert told(trace(ROUND, [MAIN, daemon], BANK, [MAIN_JOINS, GOES_ROUND])) is not None


def test_all_who_moved_in_a_cycle_take_part():
    steps = [step("main", op("sleep", None, 1, line=1)), *ROUND, step("main.2", acquire(B, 40), False)]
    cycle = replace(trace(steps, [MAIN, ONE, TWO], BANK, kind=EndKind.CYCLE), cycle_steps=3)
    assert told(cycle) == Livelock(("main.1", "main.2"), "one lines 31-36, two line 40", 31)
