"""Who holds what, and for whom a blocked task waits: what a wait-for graph is drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checker.kernel.admission import LOCKS
from checker.kernel.cells import Pending
from checker.trace import Cell, ObjectRecord


def holders(pending: Pending, values: Mapping[Cell, Any], objects: Mapping[str, ObjectRecord]) -> tuple[str, ...]:
    """The tasks (or, for a join, the process) that `pending` waits for, without repetition; may be empty."""
    op = pending.op
    if op.obj is None:
        return ()
    if op.kind == "process.join":
        return (op.obj,)
    record = objects.get(op.obj)
    if record is None:
        return ()
    if record.kind in LOCKS:
        return _takers(values, op.obj)
    if record.kind == "memory":
        guard = record.args[2]
        return _takers(values, guard) if guard is not None else ()
    if op.kind in ("queue.get", "simple_queue.get") and pending.stage == 0:
        reader = values.get((op.obj, "read lock"))
        return () if reader is None else (reader,)
    if op.kind in ("queue.feed", "simple_queue.put"):
        writer = values.get((op.obj, "write lock"))
        return () if writer in (None, pending.task) else (writer,)
    if op.kind == "queue.join_thread":
        return (f"{pending.process}/feeder.{op.obj}",)
    return ()


def _takers(values: Mapping[Cell, Any], lock: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_takings(values, lock)))


def _takings(values: Mapping[Cell, Any], lock: str) -> tuple[str, ...]:
    """Whoever has it, once for each time that he took it and did not give it back."""
    state = values.get((lock,))
    return () if state is None else tuple(state[1])


def taken(values: Mapping[Cell, Any], objects: Mapping[str, ObjectRecord]) -> dict[str, tuple[str, ...]]:
    """Task -> the locks that it took and has not given back, in order of their creation, as often as it has them."""
    result: dict[str, list[str]] = {}
    for identity, record in objects.items():
        if record.kind in LOCKS:
            for task in _takings(values, identity):
                result.setdefault(task, []).append(identity)
    return {task: tuple(locks) for task, locks in result.items()}
