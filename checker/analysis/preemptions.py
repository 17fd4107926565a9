"""Counts the preemptions of a trace: the switches that left a task which could have gone on."""

from __future__ import annotations

from collections.abc import Iterable

from checker.analysis.steps import failure
from checker.trace import ObjectRecord, Op, Step, Trace


def preemptions(trace: Trace) -> int:
    """How many switches left a task that could have gone on.

    Whether it could is exact for locks, guarded memory and joins; an operation on a queue counts as free to go on
    where nothing that the others did meanwhile concerned it, and one that its task was killed before, in any case. A
    replay knows it better (`strategies.replay`).
    """
    state = _LockState(trace)
    following = _following(trace)
    waits = {wait.task: wait.op for wait in trace.waits}
    count = 0
    for index, step in enumerate(trace.steps):
        state.apply(step)
        if index + 1 == len(trace.steps) or trace.steps[index + 1].task == step.task:
            continue
        later = following[index]
        op = trace.steps[later].op if later is not None else waits.get(step.task)
        if op is None:
            record = trace.tasks.get(step.task)
            count += record is not None and record.killed_by is not None  # it had more to do, if nothing held it up
            continue
        free = state.is_free(step.task, op)
        if free is None:
            between = trace.steps[index + 1 : later] if later is not None else ()
            free = later is not None and not _concerned(trace.steps[later], between)
        count += free
    return count


def _following(trace: Trace) -> list[int | None]:
    """For each step the index of the next step of the same task."""
    following: list[int | None] = []
    nearest: dict[str, int] = {}
    for index in range(len(trace.steps) - 1, -1, -1):
        task = trace.steps[index].task
        following.append(nearest.get(task))
        nearest[task] = index
    return following[::-1]


def _concerned(step: Step, others: Iterable[Step]) -> bool:
    """Whether one of the others changed what decides about the step, so that it may have been blocked before."""
    looked_at = step.footprint.reads | step.footprint.writes
    return any(looked_at & (other.footprint.writes | other.footprint.adds) for other in others)


class _LockState:
    """Who has taken which lock, and who has ended, as far into the trace as it was applied."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._free = {identity: _units(record) for identity, record in trace.objects.items()}
        self._takers: dict[str, list[str]] = {}
        self._ended: set[str] = set()

    def apply(self, step: Step) -> None:
        lock = step.op.obj or ""
        takers = self._takers.setdefault(lock, [])
        if step.op.kind == "lock.acquire" and step.answer is True:
            takers.append(step.task)
            self._free[lock] = self._free.get(lock, 1) - 1
        elif step.op.kind == "lock.release" and failure(step) is None:
            if takers:
                takers.remove(step.task if step.task in takers else takers[0])
            self._free[lock] = self._free.get(lock, 0) + 1
        elif step.op.kind == "exit":
            self._ended.add(step.task)
        elif step.op.kind == "process.signal" and self._is_killed(step):
            self._ended.add(step.op.obj or "")

    def _is_killed(self, step: Step) -> bool:
        record = self._trace.tasks.get(step.op.obj or "")
        return record is not None and record.killed_by == step.task

    def is_free(self, task: str, op: Op) -> bool | None:
        """Whether `op` could be done now; None where this does not know."""
        match op.kind.partition(".")[0], op.args:
            case "lock", [block, timeout]:
                return not block or timeout is not None or self._is_open(task, op.obj)
            case "memory", _:
                record = self._trace.objects.get(op.obj or "")
                return record is None or len(record.args) < 3 or self._is_open(task, record.args[2])
            case "process", [timeout] if op.kind == "process.join":
                return timeout is not None or op.obj in self._ended
            case (("queue" | "simple_queue"), _):
                return None
        return True

    def _is_open(self, task: str, lock: str | None) -> bool:
        record = self._trace.objects.get(lock or "")
        takers = self._takers.get(lock or "", [])
        if record is not None and record.kind == "rlock" and takers:
            return takers[0] == task
        return self._free.get(lock or "", 1) > 0


def _units(record: ObjectRecord) -> int:
    return int(record.args[0]) if record.kind.endswith("semaphore") and record.args else 1
