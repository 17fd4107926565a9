"""Lockstep: who must fail tries first, so that those who give back and try again never get on."""

from __future__ import annotations

import pytest

from checker.engine.schedule import Limits, run_schedule
from checker.kernel import Kernel
from checker.strategies.lockstep import Lockstep
from checker.trace import EndKind, Trace
from tests.loops import Loop, LoopedProgram, LoopScript
from tests.scripts import acquire, join, op, release, start

A, B, S = "main/lock.1", "main/lock.2", "main/semaphore.1"
OBJECTS = {A: ("lock", []), B: ("lock", []), S: ("semaphore", [2])}


def lockstep(*children) -> Trace:
    paths = [f"main.{k}" for k in range(1, len(children) + 1)]
    main = [*(start(path) for path in paths), *(join(path) for path in paths)]
    script = LoopScript(OBJECTS, {"main": main, **dict(zip(paths, children, strict=True))})
    return run_schedule(Kernel(), Lockstep(), LoopedProgram(script), Limits(steps=500))


def retry(first: str, second: str) -> Loop:
    return Loop((acquire(first), op("sleep", None, 1), acquire(second, block=False), release(first)), 2)


@pytest.mark.parametrize("clerks", [2, 3, 4])
def test_clerks_who_each_want_a_second_unit_never_get_it(clerks: int) -> None:
    trace = lockstep(*([retry(S, S), release(S), release(S)] for _ in range(clerks)))
    assert trace.ending.kind is EndKind.CYCLE
    moved = {step.task for step in trace.steps[-trace.cycle_steps :]}
    assert moved == {f"main.{k}" for k in range(1, clerks + 1)}  # nobody who could run is left out


def test_opposite_orders_never_end_and_one_order_does() -> None:
    there, back = [retry(A, B), release(B), release(A)], [retry(B, A), release(A), release(B)]
    assert lockstep(there, back).ending.kind is EndKind.CYCLE
    assert lockstep(there, there).ending.kind is EndKind.FINISHED


def test_one_who_waits_in_patience_gets_in_between() -> None:
    """He takes both locks while they are free for a moment, as each fair schedule must let him; the others go on."""
    there, back = [retry(A, B), release(B), release(A)], [retry(B, A), release(A), release(B)]
    trace = lockstep(there, back, [acquire(A), acquire(B), release(B), release(A)])
    assert trace.ending.kind is EndKind.CYCLE
    assert trace.tasks["main.3"].exit_code == 0


def test_bounded_tries_end() -> None:
    two = Loop((acquire(A, block=False),), most=2)
    assert lockstep([two], [acquire(A), release(A)]).ending.kind is EndKind.FINISHED
