"""Who goes round and round at the end of a schedule that was cut off."""

from __future__ import annotations

from checker.analysis.names import names_of
from checker.analysis.rounds import Round, rounds, rounds_told
from checker.trace import EndKind, Step
from tests.analysis.traces import BANK, MAIN, ONE, TWO, acquire, op, release, step, task, trace

A, B = "main/lock.1", "main/lock.2"


def attempt(who: str, first: str, *, succeeds: bool = True) -> list[Step]:
    return [
        step(who, acquire(first, 31), succeeds),
        *([step(who, release(first, 36))] if succeeds else []),
    ]


def found(steps, tasks=(MAIN, ONE, TWO)):
    given = trace(steps, tasks, BANK, kind=EndKind.STEP_LIMIT)
    return rounds(given, names_of("", given))


def test_rounds_need_not_be_alike():
    steps = [step("main", op("process.start", "main.1", "one", False, line=50))]
    for n in range(20):
        steps += attempt("main.1", A, succeeds=n % 3 > 0) + attempt("main.2", B)
    assert found(steps) == (Round("one", 31, 36), Round("two", 31, 36))


def test_who_has_ended_or_came_to_something_new_all_the_time_does_not_go_round():
    busy = [step("main.2", op("stdout.write", None, "x", line=n)) for n in range(100)]
    steps = [one for n in range(50) for one in (*attempt("main.1", A), busy[2 * n], busy[2 * n + 1])]
    assert found(steps, (MAIN, task("main.1", "one", exit_code=0), TWO)) == ()
    assert found([]) == ()


def test_in_words():
    assert rounds_told((Round("one", 31, 36), Round("two", 4, 4))) == "one lines 31-36, two line 4"
