"""What a trace shows: how it ended, exits, then what the scenario expects; no result whatever makes the judge fail."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from checker.judge import FOLLOWED, MAX_TEXT_CHARS, Failure, Refusal, judge, judge_observation, observation, refusal
from checker.result import Kind
from checker.spec import Expectation, Mismatch, Observation, Output, Scenario
from checker.strategies.replay import Replay
from checker.trace import Ending, EndKind
from tests.scripts import EXIT, Script, acquire, op, run_script, start

NOTHING = Scenario("nothing", (), ())
LOCKS = {"main/lock.1": ("lock", []), "main/lock.2": ("lock", [])}
RETURNED = op("exit", None, 0, None, True, 6)


def trace_of(main, children=(), objects=None, choices=()):
    tasks = {f"main.{n}": ops for n, ops in enumerate(children, start=1)}
    return run_script(Script(objects or {}, {"main": [*map(start, tasks), *main], **tasks}), Replay(choices))[0]


def failure(trace, scenario=NOTHING) -> Failure:
    found = judge(scenario, trace, "")
    assert found is not None
    return found


def exit_with(code, traceback=None):
    return op("exit", None, code, traceback, False, None)


def test_a_good_trace_has_no_failure():
    assert judge(NOTHING, trace_of([RETURNED], [[EXIT]]), "") is None


def test_a_circle_of_waiting_is_a_deadlock_and_waiting_for_nobody_a_hang():
    one = [acquire("main/lock.1"), acquire("main/lock.2")]
    order = ["main"] * 3 + ["main.1"] * 2 + ["main.2"] * 2
    found = failure(trace_of([RETURNED], [one, one[::-1]], LOCKS, order))
    assert found.kind is Kind.DEADLOCK
    assert {"main.1", "main.2"} <= set(found.tasks)
    assert failure(trace_of([RETURNED], [[acquire("main/lock.1")], [acquire("main/lock.1")]], LOCKS)).kind is Kind.HANG


@pytest.mark.parametrize(
    ("ending", "kind", "said"),
    [
        (Ending(EndKind.ENDLESS_LOOP, "main", 3), Kind.ENDLESS_LOOP, "main loops without end"),
        (Ending(EndKind.OUTPUT_LIMIT, "main", 3, None, "more than 9"), Kind.WRONG_RESULT, "without end: more than 9"),
        (Ending(EndKind.VANISHED, "main", 3, None, "SIGSEGV"), Kind.PROTOCOL, "main vanished"),
        (Ending(EndKind.MALFORMED, "main", 3, None, "nonsense"), Kind.PROTOCOL, "only tampering can send: nonsense"),
        (Ending(EndKind.REFUSED, "main", 3, "thread", "a thread"), Kind.MISSING_PROCESS, "labs are about processes"),
    ],
)
def test_endings_that_are_failures(ending, kind, said):
    trace = replace(trace_of([RETURNED]), ending=ending)
    found = failure(trace)
    assert (found.kind, found.line, found.tasks) == (kind, 3, ("main",))
    assert said in found.sentence
    assert refusal(trace) is None


def test_refusals_are_no_failures_and_name_the_line():
    trace = trace_of([RETURNED])
    refused = replace(trace, ending=Ending(EndKind.REFUSED, "main", 7, "input", "input() waits"))
    elsewhere = replace(trace, ending=Ending(EndKind.REFUSED, "main", None, "import", "no"))
    said = [getattr(refusal(each), "sentence", None) for each in (refused, elsewhere)]
    assert said == ["line 7: input() waits", "no"]
    assert judge(NOTHING, refused, "") is None
    assert refusal(trace) is None
    assert refusal(refused) == Refusal("line 7: input() waits", uncontrolled=False)


@pytest.mark.parametrize(
    ("detail", "line", "said"),
    [
        (
            "multiprocessing.Condition is not controlled yet",
            12,
            "the checker cannot follow multiprocessing.Condition yet (line 12); your program may be right.",
        ),
        (
            "memory.read of so much at once is not controlled: 9 bytes",
            None,
            "the checker cannot follow memory.read of so much at once: 9 bytes; your program may be right.",
        ),
        (
            "a process waits for something",
            3,
            "the checker cannot follow this (line 3): a process waits for something; your program may be right.",
        ),
    ],
)
def test_what_cannot_be_followed_may_be_right(detail, line, said):
    ending = Ending(EndKind.REFUSED, "main", line, "uncontrolled", detail)
    why = refusal(replace(trace_of([RETURNED]), ending=ending))
    others = f"\nIt can follow {FOLLOWED}." if detail.endswith("yet") else ""
    assert why == Refusal(said + others, uncontrolled=True)


@pytest.mark.parametrize(
    ("main", "child", "said"),
    [
        (RETURNED, exit_with(1, "Traceback:\n  x\nValueError: no\n"), "main.1 ended with an exception: ValueError: no"),
        (RETURNED, exit_with(7), "main.1 ended with exit code 7"),
        (exit_with(2), EXIT, "main ended with exit code 2"),
        (RETURNED, op("process.signal", "main.1", 9), "main.1 killed itself"),
        (RETURNED, op("process.signal", "main", 9), "main was killed by main.1"),
    ],
)
def test_bad_ends_of_processes(main, child, said):
    choices = ["main", "main", "main.1", "main.1"]
    found = failure(trace_of([main], [[child]], choices=choices))
    assert (found.kind, found.sentence) == (Kind.EXCEPTION, said)


def test_of_several_that_fail_it_is_the_first_one_whatever_their_numbers():
    fails = exit_with(1, "Traceback:\n  x\nValueError: no\n")
    order = ["main"] * 3 + ["main.2"] * 2 + ["main.1"] * 2
    assert failure(trace_of([RETURNED], [[fails], [fails]], choices=order)).tasks[0] == "main.2"
    assert failure(trace_of([RETURNED], [[fails], [fails]])).tasks[0] == "main.1"


def test_who_took_two_units_of_a_semaphore_holds_two():
    gate = {"main/semaphore.1": ("semaphore", [2]), **LOCKS}
    one = [acquire("main/semaphore.1"), acquire("main/semaphore.1"), acquire("main/lock.1")]
    other = [acquire("main/lock.1"), acquire("main/semaphore.1")]
    order = ["main"] * 3 + ["main.1"] * 3 + ["main.2"] * 2
    held = trace_of([RETURNED], [one, other], gate, order).holds
    assert held == {"main.1": ("main/semaphore.1",) * 2, "main.2": ("main/lock.1",)}


def test_being_terminated_by_another_and_allowed_exit_codes_are_fine():
    killed = trace_of([op("process.signal", "main.1", 15), RETURNED], [[op("clock")] * 3])
    assert judge(NOTHING, killed, "") is None
    failed = trace_of([RETURNED], [[exit_with(3)]])
    assert judge(replace(NOTHING, exit_codes={"main.1": (3,)}), failed, "") is None
    assert judge(replace(NOTHING, exit_codes={"main.1": (4,)}), failed, "") is not None


def test_a_main_that_never_returns_is_a_wrong_result():
    found = failure(trace_of([EXIT]))
    assert (found.kind, found.sentence) == (Kind.WRONG_RESULT, "main ended the program before it returned")


def expecting(holds, kind="wrong_result"):
    return Expectation("x", "it is right", holds, kind)


SEEN = Observation(6, (), Counter(), ())


def test_the_first_expectation_that_does_not_hold_is_told():
    good, bad = expecting(lambda seen: None), expecting(lambda seen: Mismatch("a", "b"), "missing_process")
    assert judge_observation((good, good), SEEN) is None
    found = judge_observation((good, bad, expecting(lambda seen: Mismatch("c", "d"))), SEEN)
    assert found is not None
    assert (found.kind, found.sentence, found.expected, found.actual) == (
        Kind.MISSING_PROCESS, "does not hold: it is right", "a", "b",
    )  # fmt: skip


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("returned", [None, 3, "x", [], {}, [[]], {"a": None}, nested(100_000), float("nan"), 10**400])
def test_a_predicate_that_stumbles_over_a_result_says_that_it_is_not_as_expected(returned):
    def holds(seen):
        total = sum(seen.returned["balances"]) + float(seen.returned["x"][0].y)
        return None if total else Mismatch(f"{seen.returned}", "")

    found = judge_observation((expecting(holds),), replace(SEEN, returned=returned))
    assert found is not None
    assert found.kind is Kind.WRONG_RESULT
    assert len(found.actual or "") < 300


def test_long_results_are_cut():
    found = judge_observation((expecting(lambda seen: Mismatch("a" * 9999, "b" * 9999)),), SEEN)
    assert found is not None
    assert len(found.expected or "") == len(found.actual or "") == MAX_TEXT_CHARS


def test_predicates_see_as_much_of_the_order_of_lines_as_the_scenario_allows():
    prints = [op("stdout.write", None, f"{letter}\n") for letter in "ba"]
    trace = trace_of([*prints, op("sleep", None, 2.5), RETURNED])
    ordered, bag, ignored = (observation(trace, output) for output in (Output.ORDERED, Output.BAG, Output.IGNORED))
    assert ordered.lines == ("b", "a")
    assert bag.lines is None
    assert bag.line_counts == Counter("ab")
    assert (ignored.lines, ignored.line_counts) == (None, Counter())
    (main,) = ordered.processes or ()
    assert (main.path, main.printed, main.slept_s, main.operations["stdout.write"]) == ("main", ("b", "a"), 2.5, 2)
    assert ordered.children() == ()


def test_same_failures():
    one = Failure(Kind.HANG, "a waits", line=3)
    assert one.same_as(replace(one, tasks=("main",), expected="x"))
    assert not one.same_as(None)
    assert not one.same_as(replace(one, line=4))
    assert not one.same_as(replace(one, kind=Kind.DEADLOCK))
    broken = Failure(Kind.PROTOCOL, "not JSON")
    assert broken.same_as(replace(broken, sentence="a message of 7 bytes")), "how it is broken depends on timing"
