"""What is remembered of an operation is what the operation does, whatever was seen before and in whatever state."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.engine.running import Asked
from checker.engine.schedule import Limits, run_schedule
from checker.kernel import Kernel, Recall, recall
from checker.kernel.evaluation import evaluate
from checker.kernel.recall import MAX_EVALUATIONS, MAX_SIZE
from checker.strategies.base import Situation
from checker.strategies.random_walk import RandomWalk
from checker.trace import EndKind
from tests.scripts import Script, ScriptedProgram, op, read, write
from tests.strategies.test_against_brute_force import programs

MEMORY = "main/memory.1"


class Compared(RandomWalk):
    """A random walk that compares, for every task in every state, what is remembered with what is so."""

    def choose(self, situation: Situation, enabled: Any) -> str | None:
        assert isinstance(situation, Kernel)
        for task in situation.tasks:
            pending = situation.pending(task)
            if pending is not None:
                handler = situation._recall._handlers[pending.op.kind]
                fresh, _ = evaluate(pending, handler, situation.values.get, situation.objects)
                remembered = situation._recall.evaluation(pending, situation.values.get, situation.objects)
                assert shown(remembered) == shown(fresh)
        return super().choose(situation, enabled)


def shown(evaluation: Any) -> str:
    """Everything about an evaluation, so that nothing that can be told apart is equal."""
    footprint = [sorted(map(repr, cells)) for cells in evaluation.footprint]
    cells = [sorted(map(repr, cells)) for cells in (evaluation.looked_at, evaluation.changed)]
    others = (evaluation.outcome, evaluation.writes, evaluation.adds, evaluation.effects, evaluation.wait_s)
    step = evaluation.at_once and (evaluation.at_once.step.answer, evaluation.at_once.step.stage)
    return repr((footprint, cells, others, evaluation.following, step))


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=100)
@given(programs(), st.sampled_from(["ordered", "bag", "ignored"]), st.booleans(), st.integers(0, 10**6))
def test_what_is_remembered_is_what_happens(script: Script, output: str, fine: bool, seed: int) -> None:
    remembered = recall(output, fine=fine)
    walk = Compared(Random(seed))
    program = ScriptedProgram(script)
    first = program.begin("main").news
    for _ in range(6):
        program = Constant(script, first)
        run_schedule(Kernel(output, fine=fine, remembered=remembered), walk, program, Limits())


class Constant(ScriptedProgram):
    """As a program whose requests were validated before: what it creates is the same in every run.

    `news` come with the first operation of main, `later` with its second.
    """

    def __init__(self, script: Script, news: list[Any], later: Sequence[Any] = ()) -> None:
        super().__init__(script)
        self._news = news
        self._later = list(later)

    def begin(self, process: str) -> Asked:
        return super().begin(process)._replace(news=self._news if process == "main" else [])

    def answer(self, task: str, outcome: Any) -> Asked:
        asked = super().answer(task, outcome)
        return asked._replace(news=self._later) if task == "main" and self.positions[task] == 2 else asked


def results(remembered: Recall, kind: str, args: list[Any], *ops: Any) -> list[Any]:
    """The answers to the operations of a program of one process that has made one object."""
    program = ScriptedProgram(Script({f"main/{kind}.1": (kind, args)}, {"main": ops}))
    trace = run_schedule(Kernel(remembered=remembered), RandomWalk(Random(0)), program, Limits(steps=100_000))
    assert trace.ending.kind is EndKind.FINISHED
    return [step.answer for step in trace.steps if step.op.kind == "memory.read"]


def test_equal_values_that_can_be_told_apart_are() -> None:
    remembered = recall("ordered", fine=False)
    for _ in range(2):
        for value in (True, 1, 1.0, 0.0, -0.0, False, 0):
            (got,) = results(remembered, "memory", [1, 5, None], write(MEMORY, value), read(MEMORY))
            assert repr(got) == repr(value)


def test_another_object_of_the_same_name_is_another_object() -> None:
    remembered, look = recall("ordered", fine=False), read(MEMORY)
    for initial in (3, 4, True, 1, 3):
        (got,) = results(remembered, "memory", [1, initial, None], look)
        assert repr(got) == repr(initial)


def test_what_becomes_of_one_object_changes_nothing_about_another() -> None:
    remembered, look = recall("ordered", fine=False), read(MEMORY)
    other = "main/memory.2"
    made = {(name, value): [name, "memory", [1, value, None], None] for name in (MEMORY, other) for value in (1, 2)}
    for first, second in itertools.product((1, 2), repeat=2):
        program = Constant(Script({}, {"main": [look, look]}), [made[MEMORY, first]], [made[other, second]])
        trace = run_schedule(Kernel(remembered=remembered), RandomWalk(Random(0)), program, Limits())
        assert [step.answer for step in trace.steps if step.op.kind == "memory.read"] == [first, first]


def test_no_more_is_remembered_than_so_much() -> None:
    remembered = recall("ordered", fine=False)
    ops = [write(MEMORY, value) for value in range(MAX_EVALUATIONS)]
    for _ in range(2):
        results(remembered, "memory", [1, 0, None], *ops)
    assert remembered._count < MAX_EVALUATIONS
    assert len(remembered._pendings) <= MAX_EVALUATIONS
    assert len(remembered._values) <= MAX_EVALUATIONS


def test_what_is_large_is_not_kept() -> None:
    remembered, large = recall("ordered", fine=False), bytes(MAX_SIZE + 1)
    queue = "main/queue.1"
    put = op("queue.put", queue, True, None, True, data=large)
    text = op("stdout.write", None, "x" * (MAX_SIZE + 1))
    results(remembered, "queue", [0, False], put, op("queue.get", queue, True, None), text)
    assert all(pending.op not in (put, text) for pending, _ in remembered._pendings.values())
    assert large not in remembered._values.values()
