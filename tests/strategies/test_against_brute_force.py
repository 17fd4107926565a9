"""Laws over drawn programs: the explorer finds exactly what brute force finds, and footprints tell what commutes."""

from __future__ import annotations

import os
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from checker.kernel import Kernel
from checker.strategies.dpor import Dpor
from checker.strategies.pct import Bounds
from checker.strategies.portfolio import portfolio
from checker.trace import Op
from tests import scripts
from tests.scripts import (
    Script,
    acquire,
    brute_force,
    explore,
    get,
    join,
    op,
    put,
    read,
    release,
    run_script,
    start,
    write,
)

pytestmark = pytest.mark.timeout(600)  # on a machine that does other work as well

OBJECTS: dict[str, tuple[str, list[Any]]] = {
    "main/lock.1": ("lock", []),
    "main/rlock.1": ("rlock", []),
    "main/semaphore.1": ("semaphore", [2]),
    "main/bounded_semaphore.1": ("bounded_semaphore", [1]),
    "main/memory.1": ("memory", [2, 0, None]),
    "main/memory.2": ("memory", [1, 0, "main/rlock.1"]),
    "main/memory.3": ("memory", [1, 0, "main/lock.1"]),
    "main/queue.1": ("queue", [0, False]),
    "main/queue.2": ("queue", [1, False]),
    "main/queue.3": ("queue", [0, True]),
    "main/simple_queue.1": ("simple_queue", []),
}
LOCKS = ["main/lock.1", "main/rlock.1", "main/semaphore.1", "main/bounded_semaphore.1"]
QUEUES = ["main/queue.1", "main/queue.2", "main/queue.3"]
BIG = bytes(70_000)


def one_op() -> st.SearchStrategy[Op]:
    lock, memory, queue = (
        st.sampled_from(LOCKS),
        st.sampled_from(["main/memory.1", "main/memory.2", "main/memory.3"]),
        st.sampled_from(QUEUES),
    )
    plain = st.one_of(
        st.builds(acquire, lock),
        st.builds(release, lock),
        st.builds(read, memory),
        st.builds(write, memory, st.integers(1, 2)),
        st.builds(put, queue),
        st.builds(get, queue),
    )
    rare = st.one_of(
        st.builds(acquire, lock, block=st.just(False)),
        st.builds(acquire, lock, timeout=st.just(1.0)),
        st.builds(lambda name: op("lock.value", name), lock),
        st.builds(write, st.just("main/memory.1"), st.integers(1, 2), st.just(1)),
        st.just(op("memory.read_slice", "main/memory.1", 0, 2, 1)),
        st.builds(get, queue, block=st.just(False)),
        st.builds(get, queue, timeout=st.just(1.0)),
        st.builds(put, queue, block=st.just(False)),
        st.builds(put, queue, pickled=st.just(False)),
        st.builds(put, queue, st.just(BIG)),
        st.builds(
            lambda kind, name: op(kind, name), st.sampled_from(["queue.qsize", "queue.empty", "queue.full"]), queue
        ),
        st.builds(lambda kind: op(kind, "main/queue.3"), st.sampled_from(["queue.task_done", "queue.join"])),
        st.builds(lambda name: op("queue.join_thread", name), queue),
        st.just(op("simple_queue.put", "main/simple_queue.1", data=b"x")),
        st.just(op("simple_queue.get", "main/simple_queue.1")),
        st.just(op("stdout.write", None, "line\n")),
        st.just(op("stdout.write", None, "part")),
        st.just(op("sleep", None, 1)),
    )
    return st.one_of(plain, plain, rare)


@st.composite
def programs(draw: st.DrawFn, most_children: int = 3, most_ops: int = 4) -> Script:
    children = draw(st.lists(st.lists(one_op(), min_size=1, max_size=most_ops), min_size=2, max_size=most_children))
    assume(sum(map(len, children)) <= 8)
    paths = [f"main.{k}" for k in range(1, len(children) + 1)]
    main: list[Op] = []
    for path in paths:
        main.append(start(path))
        main += draw(st.lists(one_op(), max_size=1)) if draw(st.booleans()) else []
    ending = draw(st.sampled_from(["join", "timed", "kill", "poll", "leave"]))
    if ending == "timed":
        main.append(join(paths[0], 1.0))
    if ending == "kill":
        main.append(op("process.signal", draw(st.sampled_from(paths)), 15))
    if ending == "poll":
        main.append(op("process.poll", paths[0]))
    if ending != "leave":
        main += [join(path) for path in paths]
    return Script(OBJECTS, {"main": main, **dict(zip(paths, children, strict=True))})


common = settings(
    deadline=None, suppress_health_check=list(HealthCheck), max_examples=int(os.environ.get("LAB_EXAMPLES", "100"))
)


@common
@given(programs(), st.sampled_from(["ordered", "bag", "ignored"]), st.booleans())
def test_the_exhausted_exploration_finds_every_final_state(script: Script, output: str, fine: bool) -> None:
    try:
        expected = brute_force(script, output=output, fine=fine, most=4000)
        _, _, states = explore(script, Dpor(), output=output, fine=fine, most=4000)
    except AssertionError as too_large:
        assume("too many" not in str(too_large))
        raise
    event(f"final states: {min(len(expected), 10)}")
    assert states == expected


@common
@given(programs(most_ops=3), st.sampled_from(["ordered", "bag", "ignored"]), st.booleans())
def test_each_trace_is_explored_once_and_nothing_besides(script: Script, output: str, fine: bool) -> None:
    try:
        expected = scripts.mazurkiewicz_traces(script, output=output, fine=fine, most=4000)
        complete, pruned, _ = explore(script, Dpor(), output=output, fine=fine, most=4000)
    except AssertionError as too_large:
        assume("too many" not in str(too_large))
        raise
    event(f"traces: {min(expected, 100) // 10}0")
    assert (complete, pruned) == (expected, 0)


@common
@given(programs(), st.integers(0, 10**6), st.sampled_from(["ordered", "bag", "ignored"]), st.booleans())
def test_every_strategy_stays_within_what_brute_force_finds(script: Script, seed: int, output: str, fine: bool) -> None:
    try:
        states = brute_force(script, output=output, fine=fine, most=3000)
    except AssertionError as too_large:
        assume("too many" not in str(too_large))
        raise
    sampling = portfolio(Random(seed), Bounds())
    for _ in range(3 * len(sampling.members)):
        assert run_script(script, sampling, output=output, fine=fine)[1] in states, sampling.turn.name


@common
@given(programs(), st.integers(0, 10**6))
def test_steps_without_a_conflict_commute(script: Script, seed: int) -> None:
    random = Random(seed)
    kernel, program = Kernel(), scripts.ScriptedProgram(script)
    while enabled := kernel.enabled():
        for first in enabled:
            for second in enabled:
                if first < second and not kernel.footprint(first).conflicts(kernel.footprint(second)):
                    states = []
                    for order in ((first, second), (second, first)):
                        k, p = scripts._copy(kernel, program)
                        for task in order:
                            assert task in k.enabled()
                            scripts._grant(k, p, task)
                        states.append((scripts._key(k, p), sorted(k.enabled()), k.clocks.tasks))
                    assert states[0] == states[1]
        task = enabled[random.randrange(len(enabled))]
        scripts._grant(kernel, program, task)
