"""The law of waiting rounds: who only waits where a round had no effect comes to every end that there is."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, event, example, given, settings
from hypothesis import strategies as st

from checker.engine.schedule import Limits, run_schedule
from checker.kernel import Kernel
from checker.strategies.dpor import Dpor
from checker.trace import EndKind, Op
from tests import scripts
from tests.loops import MOST_STEPS, Loop, LoopedProgram, LoopScript, explored
from tests.scripts import FinalState, acquire, get, join, op, put, read, release, start, visible, write

pytestmark = pytest.mark.timeout(600)  # on a machine that does other work as well

A, B, S, M, Q = "main/lock.1", "main/rlock.1", "main/semaphore.1", "main/memory.1", "main/queue.1"
OBJECTS = {
    A: ("lock", []),
    B: ("rlock", []),
    S: ("semaphore", [2]),
    M: ("memory", [1, 0, None]),
    Q: ("queue", [0, False]),
}
LOCKS = [A, B, S]


def give_back(first: str, second: str) -> Loop:
    return Loop((acquire(first), acquire(second, block=False), release(first)), 1)


def let_in(first: str, second: str) -> Loop:
    return Loop((acquire(second, timeout=1.0), release(first), op("sleep", None, 1), acquire(first)), 0)


def loops() -> st.SearchStrategy[Loop]:
    lock = st.sampled_from(LOCKS)
    unbounded = st.one_of(  # in the model anybody may ask for the end of main.1, itself too
        st.just(Loop((read(M), op("sleep", None, 1)))),
        st.just(Loop((op("sleep", None, 1), read(M)), 1)),
        st.builds(lambda one: Loop((acquire(one, block=False),)), lock),
        st.builds(lambda one: Loop((acquire(one, timeout=1.0), op("lock.value", S)), 0), lock),
        st.builds(lambda one: Loop((acquire(one), read(M), release(one)), 1), lock),
        st.builds(give_back, lock, lock),
        st.builds(give_back, lock, lock),
        st.builds(let_in, lock, lock),
        st.just(Loop((get(Q, timeout=1.0),))),
        st.just(Loop((get(Q, block=False), read(M)))),
        st.builds(lambda path: Loop((join(path, 1.0), read(M))), st.just("main.1")),
    )
    return st.builds(lambda loop, most: replace(loop, most=most), unbounded, st.sampled_from([None, None, None, 2]))


def one_op() -> st.SearchStrategy[Op]:
    lock = st.sampled_from(LOCKS)
    return st.one_of(
        st.builds(acquire, lock),
        st.builds(release, lock),
        st.builds(acquire, lock, block=st.just(False)),
        st.builds(lambda one: op("lock.value", one), lock),
        st.just(read(M)),
        st.builds(write, st.just(M), st.integers(0, 2)),
        st.just(put(Q)),
        st.builds(get, st.just(Q), block=st.just(False)),
    )


@st.composite
def programs(draw: st.DrawFn) -> LoopScript:
    children = draw(
        st.lists(st.lists(st.one_of(one_op(), one_op(), loops()), min_size=1, max_size=4), min_size=2, max_size=3)
    )
    assume(sum(map(len, children)) <= 8)
    paths = [f"main.{k}" for k in range(1, len(children) + 1)]
    main: list[Op | Loop] = [start(path) for path in paths]
    ending = draw(st.sampled_from(["join", "join", "kill", "poll"]))
    if ending == "kill":
        main.append(op("process.signal", draw(st.sampled_from(paths)), 15))
    if ending == "poll":
        main.append(Loop((join(paths[0], 1.0), op("sleep", None, 1))))
    main += [join(path) for path in paths]
    return LoopScript(OBJECTS, {"main": main, **dict(zip(paths, children, strict=True))})


common = settings(
    deadline=None, suppress_health_check=list(HealthCheck), max_examples=int(os.environ.get("LAB_EXAMPLES", "100"))
)


def brute_force(script: LoopScript) -> set[FinalState]:
    """Every state in which nothing is enabled, with no round that waits."""
    kernel, program = Kernel(), LoopedProgram(replace(script, placed=False))
    seen, finals, stack = set(), set(), [(kernel, program)]
    while stack:
        kernel, program = stack.pop()
        enabled = kernel.enabled()
        if not enabled:
            finals.add(visible(kernel, program, "finished" if kernel.finished else "stuck"))
        for task in enabled:
            k, p = scripts._copy(kernel, program)
            scripts._grant(k, p, task)
            key = scripts._key(k, p)
            if key not in seen:
                seen.add(key)
                assume(len(seen) < 6000)
                stack.append((k, p))
    return finals


@common
@example(
    LoopScript(
        OBJECTS,
        {
            "main": [start("main.1"), start("main.2"), join("main.1"), join("main.2")],
            "main.1": [give_back(A, B)],
            "main.2": [acquire(B), acquire(A, block=False), op("lock.value", A), acquire(A, block=False), release(B)],
        },
    )
)
@given(programs())
def test_waiting_rounds_come_to_every_end_and_to_no_other(script: LoopScript) -> None:
    expected = brute_force(script)
    try:
        states, in_full, waiting = explored(script)
    except AssertionError as too_large:
        assume("too many" not in str(too_large))
        raise
    event(f"in full: {in_full}, some wait: {waiting > 0}, ends: {min(len(expected), 5)}")
    assert states <= expected
    if in_full:
        assert states == expected


@common
@given(programs())
def test_a_round_that_waits_is_one_that_nothing_ends(script: LoopScript) -> None:
    """From a state in which somebody goes round for nothing, and nobody else can run, no other state can be reached."""
    dpor = Dpor()
    for _ in range(200):
        if dpor.exhausted:
            break
        kernel, program = Kernel(), LoopedProgram(script)
        trace = run_schedule(kernel, dpor, program, Limits(steps=MOST_STEPS))
        if trace.ending.kind is EndKind.STUCK and any(wait.round_steps for wait in trace.waits):
            again, plain = Kernel(), LoopedProgram(replace(script, placed=False))
            for task in trace.choices:
                scripts._grant(again, plain, task)
            assert not _ends(again, plain)


def _ends(kernel: Kernel, program: LoopedProgram) -> bool:
    """Whether some schedule comes from here to an end, or changes what it began with for good."""
    start_of = {task: program._position(task)[0] for task in program.positions}
    seen, stack = set(), [(kernel, program)]
    while stack:
        kernel, program = stack.pop()
        if any(program._position(task)[0] != pc for task, pc in start_of.items()):
            return True
        for task in kernel.enabled():
            k, p = scripts._copy(kernel, program)
            scripts._grant(k, p, task)
            key = scripts._key(k, p)
            if key not in seen:
                seen.add(key)
                assume(len(seen) < 3000)
                stack.append((k, p))
    return False
