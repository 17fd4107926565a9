"""Steps in words, and the count of preemptions."""

from __future__ import annotations

import pytest

from checker.analysis.names import names_of
from checker.analysis.preemptions import preemptions
from checker.analysis.steps import StepTold, is_unnoticed, is_wait, steps_told
from checker.trace import EndKind, ObjectRecord, Trace
from tests.analysis.traces import (
    BANK,
    BANK_SOURCE,
    MAIN,
    ONE,
    TWO,
    acquire,
    lock,
    op,
    opposite_locks,
    reads,
    release,
    step,
    trace,
)

A, B, JOBS = "main/lock.1", "main/lock.2", "main/queue.1"
SOURCE = "alice = Lock()\ncount = Value('i', 0)\nslots = Array('i', 4)\njobs = Queue()\n"
OBJECTS = {
    A: lock(1),
    "main/memory.1": ObjectRecord("memory", (1, 0, None), 2, "main"),
    "main/memory.2": ObjectRecord("memory", (4, 0, None), 3, "main"),
    JOBS: lock(4, kind="queue", args=(0, False)),
}


def told(given: Trace, source: str = BANK_SOURCE, only=None) -> list[StepTold]:
    return list(steps_told(given, names_of(source, given), only))


def test_a_deadlock_as_its_two_tasks_see_it():
    given = opposite_locks()
    granted = [number for number, step in enumerate(given.steps) if step.op.kind == "lock.acquire"]
    assert told(given, only=("main.1", "main.2")) == [
        StepTold(1, "one", "acquire", "alice", 24, False, granted[0]),
        StepTold(2, "two", "acquire", "bob", 24, False, granted[1]),
        StepTold(3, "one", "acquire", "bob", 26, blocked=True),
        StepTold(4, "two", "acquire", "alice", 26, blocked=True),
    ]


def test_all_tasks_are_told_where_nobody_is_chosen():
    lines = told(opposite_locks())
    assert [(s.task, s.op, s.object) for s in lines[:2]] == [("main", "start", "one"), ("main", "start", "two")]
    assert lines[4] == StepTold(5, "main", "join", "one", 32, blocked=True)


@pytest.mark.parametrize(
    ("what", "answer", "op_words", "object_name"),
    [
        (acquire(A), True, "acquire", "alice"),
        (op("lock.acquire", A, False, None), False, "fail to acquire", "alice"),
        (op("lock.acquire", A, True, 0.5), False, "give up waiting to acquire", "alice"),
        (release(A), None, "release", "alice"),
        (release(A), ["ValueError", "semaphore or lock released too many times"], "ValueError from release", "alice"),
        (op("lock.value", A), 1, "get_value() is 1", "alice"),
        (op("memory.read", "main/memory.1", 0), 4, "read 4", "count"),
        (op("memory.write", "main/memory.1", 0, 5), None, "write 5", "count"),
        (op("memory.read", "main/memory.2", 3), 4, "read 4", "slots[3]"),
        (op("memory.read_slice", "main/memory.2", 0, 4, 1), [1, 2, 3, 4], "read [1, 2, 3, 4]", "slots[0:4]"),
        (op("memory.write_slice", "main/memory.2", 0, 4, 2, [1, 2]), None, "write [1, 2]", "slots[0:4:2]"),
        (op("queue.put", JOBS, True, None, True), None, "put", "jobs"),
        (op("queue.put", JOBS, False, None), ["Full", ""], "fail to put", "jobs"),
        (op("queue.get", JOBS, True, None), None, "get", "jobs"),
        (op("queue.get", JOBS, True, 1.0), ["Empty", ""], "give up waiting to get", "jobs"),
        (op("queue.empty", JOBS), True, "empty() is True", "jobs"),
        (op("queue.feed", JOBS), None, "send", "jobs"),
        (op("queue.task_done", JOBS), None, "task_done()", "jobs"),
        (op("stdout.write", None, "ab\n"), None, "print 'ab'", ""),
        (op("stdout.write", None, "a" * 99), None, "print 'aaaaaaaaaaaaaaaaaaaaa…'", ""),
        (op("stderr.write", None, "ab\n"), None, "print 'ab' to stderr", ""),
        (op("process.start", "main.1", "one", False), None, "start", "one"),
        (op("process.join", "main.1", None), True, "join", "one"),
        (op("process.join", "main.1", 1.0), False, "give up waiting to join", "one"),
        (op("process.poll", "main.1"), None, "exitcode is None", "one"),
        (op("process.signal", "main.1", 15), None, "terminate", "one"),
        (op("exit", None, 0, None, False, None), None, "exit", ""),
        (op("exit", None, 1, "Traceback", False, None), None, "exit with code 1", ""),
    ],
)
def test_an_operation_in_words(what, answer, op_words, object_name):
    given = trace([step("main", what, answer)], [MAIN, ONE], OBJECTS, kind=EndKind.FINISHED)
    (line,) = told(given, SOURCE)
    assert (line.op, line.object) == (op_words, object_name)


def test_an_operation_of_several_steps_has_one_line_where_it_ended():
    get = op("queue.get", JOBS, True, None, line=8)
    given = trace(
        [
            step("main", get, done=False),
            step("main.1", release(A)),
            step("main", get, stage=1),
        ],
        [MAIN, ONE],
        OBJECTS,
        kind=EndKind.FINISHED,
    )
    assert [line.op for line in told(given, SOURCE)] == ["release", "get"]


def test_what_no_other_task_can_notice_is_left_out():
    given = trace(
        [step("main", op("sleep", None, 1.0)), step("main", op("clock"), 1.0), step("main", op("begin"))], [MAIN]
    )
    assert told(given) == []


def test_waits_can_be_told_with_what_is_held_meanwhile():
    given = trace(
        [
            step("main", acquire(A), True),
            step("main", op("sleep", None, 1.0, line=9)),
            step("main", op("sleep", None, 0.0)),
            step("main", release(A)),
            step("main", op("sleep", None, 0.5)),
        ],
        [MAIN],
        BANK,
    )
    lines = steps_told(given, names_of(BANK_SOURCE, given), left_out=lambda op: is_unnoticed(op) and not is_wait(op))
    assert [(line.op, line.object) for line in lines if line.op.startswith("sleep")] == [
        ("sleep 1.0 s, holding", "alice"),
        ("sleep 0.5 s", ""),
    ]


def test_a_traceback_is_no_print_of_the_students():
    text = "Process one:\nTraceback (most recent call last):\nValueError\n"
    given = trace([step("main.1", op("stderr.write", None, text))], [MAIN, ONE])
    assert [line.op for line in told(given)] == ["print a traceback to stderr"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("FileNotFoundError: [Errno 2] No such file or directory\n", None, "print a traceback to stderr"),
        ("queue.Empty\n", None, "print a traceback to stderr"),
        ("Error: no\n", 7, "print 'Error: no' to stderr"),
        ("Good bye\n", None, "print 'Good bye' to stderr"),
    ],
)
def test_so_is_an_exception_without_frames_unless_the_program_prints_it(text, line, words):
    given = trace([step("main.1", op("stderr.write", None, text, line=line))], [ONE])
    assert [one.op for one in told(given)] == [words]



def count(*steps, waits=()) -> int:
    return preemptions(trace(steps, [MAIN, ONE, TWO], BANK, waits))


def test_leaving_a_task_that_could_go_on_is_a_preemption():
    assert count(step("main.1", acquire(A), True), step("main.2", acquire(B), True), step("main.1", release(A))) == 1


def test_leaving_a_task_that_is_blocked_or_has_ended_is_none():
    assert count(step("main.1", acquire(A), True), step("main.1", release(A)), step("main.2", acquire(A), True)) == 0
    blocked = (
        step("main.1", acquire(A), True),
        step("main.2", acquire(B), True),
        step("main.2", release(B)),
        step("main.1", release(A)),
        step("main.2", acquire(A), True),
    )
    assert count(*blocked) == 1, "main.1 was left while it could release; main.2 was blocked when it was left"


def test_a_lock_that_was_free_until_another_took_it_is_a_preemption():
    given = (
        step("main.1", release(B)),
        step("main.2", acquire(A), True),
        step("main.2", release(A)),
        step("main.1", acquire(A), True),
    )
    assert count(*given) == 1


def test_the_schedule_of_a_deadlock():
    # main is left once while it could start another, once while it can only join; the others are always left free.
    assert preemptions(opposite_locks()) == 4


def test_a_queue_that_others_only_looked_at_was_free():
    get = op("queue.get", JOBS, True, None)
    looks = step("main.2", op("queue.empty", JOBS), False)._replace(footprint=reads("head"))
    first = step("main.1", get, done=False, touches="read lock")
    last = step("main.1", get, stage=1, touches="head")
    assert count(first, looks, last) == 1
    changes = step("main.2", op("queue.feed", JOBS), touches="head")
    assert count(first, changes, last) == 0, "there may have been nothing to get before"
