"""Scripted programs for the kernel alone: each task is a list of operations, and no process is ever started."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checker.engine.running import Asked, Pickled
from checker.engine.schedule import Limits, run_schedule
from checker.kernel import Done, Failed, Kernel
from checker.kernel.kernel import Granted
from checker.strategies.base import Strategy
from checker.trace import EndKind, Op, Trace

PICKLE = b"a pickle"


def op(kind: str, obj: str | None = None, *args: Any, data: bytes = b"") -> Op:
    return Op(kind, obj, args, None, data)


EXIT = op("exit", None, 0, None, False, None)


def acquire(lock: str, *, block: bool = True, timeout: float | None = None) -> Op:
    return op("lock.acquire", lock, block, timeout)


def release(lock: str) -> Op:
    return op("lock.release", lock)


def read(memory: str, index: int = 0) -> Op:
    return op("memory.read", memory, index)


def write(memory: str, value: int, index: int = 0) -> Op:
    return op("memory.write", memory, index, value)


def put(
    queue: str, data: bytes = PICKLE, *, block: bool = True, timeout: float | None = None, pickled: bool = True
) -> Op:
    return op("queue.put", queue, block, timeout, pickled, data=data)


def get(queue: str, *, block: bool = True, timeout: float | None = None) -> Op:
    return op("queue.get", queue, block, timeout)


def start(path: str) -> Op:
    return op("process.start", path, path, False)


def join(path: str, timeout: float | None = None) -> Op:
    return op("process.join", path, timeout)


@dataclass(frozen=True)
class Script:
    """Objects that main creates, what main does, and what each other process does once started."""

    objects: Mapping[str, tuple[str, list[Any]]]
    tasks: Mapping[str, Sequence[Op]]

    @staticmethod
    def of_children(
        objects: Mapping[str, tuple[str, list[Any]]], *children: Sequence[Op], joins: bool = True
    ) -> Script:
        """Main starts all children, one after the other, and joins them."""
        paths = [f"main.{k}" for k in range(1, len(children) + 1)]
        main = [start(path) for path in paths] + ([join(path) for path in paths] if joins else [])
        return Script(objects, {"main": main, **dict(zip(paths, children, strict=True))})


@dataclass
class ScriptedProgram:
    """Plays a script as the engine's program; records every answer."""

    script: Script
    positions: dict[str, int] = field(default_factory=dict)
    answers: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def start(self, process: str, name: str, pickled: bytes, *, daemon: bool) -> None:
        pass

    def begin(self, process: str) -> Asked:
        news = [[name, kind, args, None] for name, (kind, args) in self.script.objects.items()]
        return Asked(news if process == "main" else [], self._next(process))

    def answer(self, task: str, outcome: Done | Failed) -> Asked:
        shown = (outcome.answer, outcome.data) if isinstance(outcome, Done) else tuple(outcome)
        self.answers[task] = (*self.answers.get(task, ()), freeze(shown))
        return Asked([], self._next(task))

    def _next(self, task: str) -> Op:
        position = self.positions.get(task, 0)
        self.positions[task] = position + 1
        ops = self.script.tasks[task]
        return ops[position] if position < len(ops) else EXIT

    def pickle(self, process: str, queue: str, n: int) -> Pickled:
        return Pickled(b"position %d" % self.positions[process], changed=False)

    def ended(self, process: str) -> None:
        pass

    def kill(self, process: str) -> None:
        pass


def freeze(value: Any) -> Any:
    return tuple(freeze(v) for v in value) if isinstance(value, list | tuple) else value


FinalState = tuple[str, frozenset[Any], frozenset[Any]]
"""Ending, memory and other visible cells, and every task's answers."""


def visible(kernel: Kernel, program: ScriptedProgram, ending: str) -> FinalState:
    cells = frozenset(
        (cell, _without_order(value)) for cell, value in kernel.values.items() if value not in (None, 0)
    )
    return ending, cells, frozenset(program.answers.items())


def _without_order(value: Any) -> Any:
    """Who took a lock first is no part of the state: only who has it."""
    match value:
        case (int(free), tuple(takers)):
            return free, tuple(sorted(takers))
    return value


def run_script(
    script: Script, strategy: Strategy, *, output: str = "ordered", fine: bool = False, steps: int = 2000
) -> tuple[Trace, FinalState]:
    kernel, program = Kernel(output, fine=fine), ScriptedProgram(script)
    trace = run_schedule(kernel, strategy, program, Limits(steps=steps))
    return trace, visible(kernel, program, trace.ending.kind.value)


def explore(
    script: Script, strategy: Any, *, output: str = "ordered", fine: bool = False, most: int = 100_000
) -> tuple[int, int, set[FinalState]]:
    """Complete schedules, pruned schedules, and the final states of all complete ones."""
    complete, pruned, states = 0, 0, set()
    while not strategy.exhausted:
        trace, state = run_script(script, strategy, output=output, fine=fine)
        if trace.ending.kind is EndKind.PRUNED:
            pruned += 1
        else:
            complete += 1
            states.add(state)
        assert complete + pruned < most, "too many schedules"
    return complete, pruned, states


def brute_force(script: Script, *, output: str = "ordered", fine: bool = False, most: int = 200_000) -> set[FinalState]:
    """Every final state, by trying every enabled task in every reachable state; knows nothing of footprints."""
    kernel, program = Kernel(output, fine=fine), ScriptedProgram(script)
    seen: set[Any] = set()
    finals: set[FinalState] = set()
    stack = [(kernel, program)]
    while stack:
        kernel, program = stack.pop()
        enabled = kernel.enabled()
        if not enabled:
            finals.add(visible(kernel, program, "finished" if kernel.finished else "stuck"))
            continue
        for task in enabled:
            k, p = _copy(kernel, program)
            _grant(k, p, task)
            key = _key(k, p)
            if key not in seen:
                seen.add(key)
                assert len(seen) < most, "too many states"
                stack.append((k, p))
    return finals


def _copy(kernel: Kernel, program: ScriptedProgram) -> tuple[Kernel, ScriptedProgram]:
    k = copy.copy(kernel)
    k.values = dict(kernel.values)
    k._lookup = k.values.get
    k.objects = dict(kernel.objects)
    k.tasks = {path: copy.copy(task) for path, task in kernel.tasks.items()}
    k.killed = dict(kernel.killed)
    k.clocks = copy.deepcopy(kernel.clocks)
    k._evaluations = {}
    return k, type(program)(program.script, dict(program.positions), dict(program.answers))


def _grant(kernel: Kernel, program: ScriptedProgram, task: str) -> Granted:
    granted = kernel.step(task)
    outcome, process = granted.outcome, granted.pending.process
    if any(effect.kind == "end" for effect in granted.effects):
        return granted
    if type(outcome).__name__ == "NeedsPickle":
        kernel.provide(task, program.pickle(process, outcome.queue, outcome.n).data)
    elif isinstance(outcome, Done | Failed) and kernel.pending(task) is None and kernel.tasks[task].exit_code is None:
        asked = program.begin(process) if granted.pending.op.kind == "begin" else program.answer(task, outcome)
        kernel.create(task, asked.news)
        kernel.submit(task, asked.op)
    return granted


def _key(kernel: Kernel, program: ScriptedProgram) -> Any:
    pendings = frozenset((t, s.pending) for t, s in kernel.tasks.items())
    return (
        frozenset(kernel.values.items()),
        pendings,
        frozenset(program.positions.items()),
        frozenset(program.answers.items()),
    )


MazurkiewiczTrace = frozenset[tuple[str, int, frozenset[tuple[str, int]]]]
"""The steps of a schedule, each with those that happen before it: the same for schedules that differ in no effect."""


def mazurkiewicz_traces(script: Script, *, output: str = "ordered", fine: bool = False, most: int = 20_000) -> int:
    """How many complete schedules differ in effect; found by trying all, from footprints alone."""
    kernel, program = Kernel(output, fine=fine), ScriptedProgram(script)
    seen: set[MazurkiewiczTrace] = set()
    complete = 0
    stack: list[tuple[Kernel, ScriptedProgram, list[tuple[str, int, Any, frozenset[tuple[str, int]]]]]]
    stack = [(kernel, program, [])]
    while stack:
        kernel, program, steps = stack.pop()
        enabled = kernel.enabled()
        complete += not enabled
        for task in enabled:
            k, p = _copy(kernel, program)
            footprint = _grant(k, p, task).step.footprint
            number = sum(step[0] == task for step in steps)
            past: set[tuple[str, int]] = set()
            for other, n, touched, before in steps:
                if other == task or touched.conflicts(footprint):
                    past |= {(other, n), *before}
            extended = [*steps, (task, number, footprint, frozenset(past))]
            key = frozenset((t, n, before) for t, n, _, before in extended)
            if key not in seen:
                seen.add(key)
                assert len(seen) < most, "too many traces"
                stack.append((k, p, extended))
    return complete
