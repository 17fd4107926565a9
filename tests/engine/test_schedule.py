"""The loop of one schedule, with scripts in place of processes: limits, endings, and whatever a worker may send."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.engine.running import Asked, Pickled, Unpicklable, Vanished
from checker.engine.schedule import Limits, run_schedule
from checker.errors import MalformedMessage
from checker.kernel import Kernel, admission
from checker.strategies.random_walk import RandomWalk
from checker.strategies.replay import Replay
from checker.trace import EndKind, Op
from checker.vocabulary import CREATIONS, OPERATIONS
from tests.scripts import EXIT, Script, ScriptedProgram, acquire, op, read, write

VALUE = {"main/memory.1": ("memory", [1, 0, None])}
V = "main/memory.1"


def ended(main, limits=None, program=ScriptedProgram, objects=VALUE):
    return run_schedule(Kernel(), Replay(()), program(Script(objects, {"main": main})), limits or Limits())


def test_the_step_limit_counts_granted_steps():
    ops = [read(V)] * 8
    assert ended(ops, Limits(steps=10)).ending.kind is EndKind.FINISHED  # begin and exit are steps too
    cut = ended(ops, Limits(steps=9))
    assert (cut.ending.kind, cut.ending.detail, len(cut.steps)) == (EndKind.STEP_LIMIT, "9 steps", 9)
    assert not cut.has_returned


def test_the_output_limit_counts_characters_of_both_streams():
    texts = [op("stdout.write", None, "x" * 60), op("stderr.write", None, "y" * 40)]
    assert ended(texts, Limits(output_chars=100)).ending.kind is EndKind.FINISHED
    ending = ended(texts, Limits(output_chars=99)).ending
    assert (ending.kind, ending.task, ending.detail) == (EndKind.OUTPUT_LIMIT, "main", "more than 99 characters")


def test_the_limit_of_seconds_cuts_a_schedule_off():
    assert ended([read(V)], Limits(seconds=-1.0)).ending.kind is EndKind.STEP_LIMIT
    assert "s" in ended([read(V)], Limits(seconds=-1.0)).ending.detail


def test_nobody_left_who_could_go_on_is_stuck():
    trace = ended([acquire("main/lock.1")] * 2, objects={"main/lock.1": ("lock", [])})
    assert trace.ending.kind is EndKind.STUCK
    assert [wait.obj for wait in trace.waits] == ["main/lock.1"]
    assert trace.holds == {"main": ("main/lock.1",)}


def test_a_result_is_that_of_main():
    trace = ended([write(V, 3), op("exit", None, 0, None, True, [1, 2])])
    assert (trace.has_returned, trace.returned) == (True, [1, 2])


class Breaking(ScriptedProgram):
    """Raises what the script holds in place of an operation."""

    def _next(self, task):
        following = super()._next(task)
        if isinstance(following, Exception):
            raise following
        return following


@pytest.mark.parametrize(
    ("code", "detail"),
    [(-11, "SIGSEGV"), (-9, "SIGKILL"), (0, "exit code 0"), (3, "exit code 3"), (-127, "signal 127")],
)
def test_a_process_that_vanishes_ends_the_schedule(code, detail):
    trace = ended([read(V)._replace(line=7), Vanished("main", code)], program=Breaking)
    assert trace.ending == (EndKind.VANISHED, "main", 7, None, detail)
    assert trace.tasks["main"].exit_code == code


def test_a_process_that_vanishes_at_once_ends_the_schedule():
    assert ended([Vanished("main", -9)], program=Breaking).ending.kind is EndKind.VANISHED


def test_a_malformed_message_ends_the_schedule():
    ending = ended([read(V), MalformedMessage("nonsense")], program=Breaking).ending
    assert (ending.kind, ending.task, ending.detail) == (EndKind.MALFORMED, "main", "nonsense")


@pytest.mark.parametrize(
    ("last", "kind", "reason"),
    [
        (op("refuse", None, "input", "it asks"), EndKind.REFUSED, "input"),
        (op("endless_loop"), EndKind.ENDLESS_LOOP, None),
    ],
)
def test_last_words_end_the_schedule(last, kind, reason):
    ending = ended([read(V), last._replace(line=5)]).ending
    assert (ending.kind, ending.line, ending.reason) == (kind, 5, reason)


QUEUE = {"main/queue.1": ("queue", [0, False])}
PUT = op("queue.put", "main/queue.1", True, None, False)


class Pickling(ScriptedProgram):
    """Answers every wish for a pickle with `pickled`."""

    pickled: object = b""

    def pickle(self, process, queue, n):
        return self.pickled


@pytest.mark.parametrize(
    ("pickled", "kind"),
    [
        (Pickled(b"a pickle", changed=False), EndKind.FINISHED),
        (Unpicklable("Traceback: cannot pickle"), EndKind.FINISHED),
        (op("refuse", None, "uncontrolled", "not so"), EndKind.REFUSED),
        (op("endless_loop"), EndKind.ENDLESS_LOOP),
    ],
)
def test_what_may_come_of_pickling(pickled, kind):
    class Program(Pickling):
        pass

    Program.pickled = pickled
    trace = ended([PUT, op("queue.join_thread", "main/queue.1")], program=Program, objects=QUEUE)
    assert trace.ending.kind is kind
    assert [chunk.stream for chunk in trace.chunks] == (["stderr"] if isinstance(pickled, Unpicklable) else [])


# Whatever a worker sends that has the right types, the kernel goes on or says that it is malformed.

OBJECTS = {
    "lock": ["main/lock.1", "main/rlock.1", "main/semaphore.1"],
    "memory": ["main/memory.1", "main/memory.2"],
    "queue": ["main/queue.1"],
    "simple_queue": ["main/simple_queue.1"],
    "process": ["main", "main.1", "main.2", "main.1.1"],
}
ANY_OBJECT = st.sampled_from([None, "x", "main.1/lock.1", *(name for names in OBJECTS.values() for name in names)])


def mostly(usual, *odd):
    """One of the usual values; once in a while an odd one, so that a schedule gets somewhere before it ends by one."""
    return st.integers(0, 24).flatmap(lambda n: st.sampled_from(usual) if n else st.sampled_from(odd))


VALUES = {
    bool: st.booleans(),
    int: mostly([0, 1], -1, 2, 9, 15, 2**31, 10**400),
    float: mostly([0.0, 0.5], -1.0, 1e308, float("nan"), float("inf")),
    str: st.sampled_from(["", "x", "x\n", "main/lock.1", "default", "ignore", "\ud800"]),
    list: st.lists(st.integers(0, 3) | st.none() | st.just([]), max_size=4),
    dict: st.just({}),
    type(None): st.none(),
}


@st.composite
def arguments(draw, signature):
    return [draw(VALUES[draw(st.sampled_from(types))]) for types in signature]


@st.composite
def operations(draw):
    kind = draw(st.sampled_from(sorted(OPERATIONS.keys() - {"exit", "refuse", "endless_loop"})))
    args = tuple(draw(arguments(OPERATIONS[kind])))
    data = draw(st.sampled_from([b"", b"\0unpickled", b"x" * 70_000]))
    fitting = OBJECTS.get(kind.partition(".")[0])
    obj = draw(st.sampled_from(fitting) if fitting and draw(st.integers(0, 24)) else ANY_OBJECT)
    return Op(kind, obj, args, draw(st.none() | st.integers(0, 9)), data)


@st.composite
def creations(draw):
    kind = draw(st.sampled_from(sorted(CREATIONS)))
    count = draw(st.integers(1, 2))
    maker = draw(st.sampled_from(["main", "main.1"]))
    return [f"{maker}/{kind}.{count}", kind, draw(arguments(CREATIONS[kind])), draw(st.none() | st.integers(0, 9))]


SENSIBLE = [
    ["main/lock.1", "lock", [], 1],
    ["main/rlock.1", "rlock", [], 1],
    ["main/semaphore.1", "semaphore", [1], 1],
    ["main/memory.1", "memory", [3, 0, "main/rlock.1"], 1],
    ["main/memory.2", "memory", [2, [1, 2], None], 1],
    ["main/queue.1", "queue", [1, True], 1],
    ["main/simple_queue.1", "simple_queue", [], 1],
]


class Hostile(ScriptedProgram):
    """Each process plays operations out of one list, whatever the answers; most of those not admitted are left out."""

    def __init__(self, kernel, ops, news):
        super().__init__(Script({}, {}))
        self.kernel = kernel
        self.left = list(ops)
        self.news = news

    def begin(self, process):
        return Asked(SENSIBLE if process == "main" else self.news, self._next(process))

    def _next(self, task):
        while self.left:
            following = self.left.pop()
            try:
                admission.check_operation(self.kernel.objects, self.kernel.values, task, following)
            except MalformedMessage:
                if len(self.left) % 10:
                    continue
            return following
        return EXIT

    def pickle(self, process, queue, n):
        return b"x" * 70_000 if n % 2 else Unpicklable("")


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(operations(), min_size=5, max_size=40),
    st.lists(creations(), max_size=1),
    st.integers(0, 99),
    st.booleans(),
)
def test_nothing_that_a_worker_sends_makes_the_kernel_fail(ops, news, seed, starts):
    begin = [op("process.start", "main.2", "b", True), op("process.start", "main.1", "a", False)] if starts else []
    kernel = Kernel()
    trace = run_schedule(kernel, RandomWalk(Random(seed)), Hostile(kernel, [*ops, *begin], news), Limits(steps=200))
    assert isinstance(trace.ending.kind, EndKind)
