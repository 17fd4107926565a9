"""What a worker may ask for at all: the rules that every creation and operation is checked against.

A worker that the student's code has taken over can send anything. What passes here cannot make the kernel fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checker.errors import MalformedMessage
from checker.kernel.locks import SEM_VALUE_MAX
from checker.trace import Cell, Json, ObjectRecord, Op

LOCKS = frozenset({"lock", "rlock", "semaphore", "bounded_semaphore"})
MAX_ELEMENTS = 10_000_000
_NUMBER = (int, float)
_SCALARS = frozenset({int, float, str, bool, type(None)})
_MOST = 1.7e308  # seconds above it, in an int of thousands of digits, would not go into a float
MAX_OBJECTS = 100_000
MAX_PROCESSES = 1000

_OBJECTS_OF = {
    "lock": LOCKS,
    "memory": frozenset({"memory"}),
    "queue": frozenset({"queue"}),
    "simple_queue": frozenset({"simple_queue"}),
}


def check_creation(
    objects: Mapping[str, ObjectRecord], process: str, identity: str, kind: str, args: list[Json]
) -> None:
    """Raises MalformedMessage unless `process` may create this object."""
    if identity in objects or not identity.startswith(f"{process}/{kind}.") or len(objects) >= MAX_OBJECTS:
        raise MalformedMessage(f"creation of {identity!r} by process {process}")
    if kind in ("semaphore", "bounded_semaphore") and not 0 <= args[0] <= SEM_VALUE_MAX:
        raise MalformedMessage(f"a semaphore with {args[0]} units")
    if kind == "memory":
        size, initial, guard = args
        for_all = type(initial) is not list
        fits = 0 <= size <= MAX_ELEMENTS and (for_all or len(initial) == size)
        if not fits or not _are_scalars([initial] if for_all else initial):
            raise MalformedMessage(f"memory of {size} elements with other initial values")
        if guard is not None and (guard not in objects or objects[guard].kind not in ("lock", "rlock")):
            raise MalformedMessage("memory with a guard that is no lock")


UNSETTLED = frozenset(
    {"lock.open", "lock.unlink", "process.start", "process.join", "process.poll", "process.signal"}
)
"""The operations that may make sense in one state and none in another, though all that they are about is there."""


def check_operation(
    objects: Mapping[str, ObjectRecord], values: Mapping[Cell, Any], process: str, op: Op
) -> None:
    """Raises MalformedMessage unless the operation names what exists and makes sense for it."""
    family = op.kind.partition(".")[0]
    if op.kind in ("lock.open", "lock.unlink"):
        _check_named(objects, process, op)
        return
    kinds = _OBJECTS_OF.get(family)
    if kinds is not None:
        record = objects.get(op.obj) if op.obj is not None else None
        if record is None or record.kind not in kinds:
            raise MalformedMessage(f"{op.kind} on {op.obj!r}")
        if family == "memory":
            _check_elements(record.args[0], op)
        elif op.kind in ("queue.task_done", "queue.join") and not record.args[1]:
            raise MalformedMessage(f"{op.kind} on a queue that is not joinable")
    elif family == "process":
        known = ("life", op.obj) in values
        if op.kind == "process.start":
            if known or not _is_child(process, op.obj) or len(values) > 50 * MAX_ELEMENTS:
                raise MalformedMessage(f"{op.kind} of {op.obj!r} by process {process}")
        elif not known:
            raise MalformedMessage(f"{op.kind} on {op.obj!r}")
    if family not in ("memory", "exit"):
        for value in op.args:
            if isinstance(value, _NUMBER) and not -_MOST <= value <= _MOST:  # NaN neither
                raise MalformedMessage(f"{op.kind} with {value!r:.20}")


def _check_named(objects: Mapping[str, ObjectRecord], process: str, op: Op) -> None:
    for identity in op.args[0].split():
        record = objects.get(identity)
        if record is None or record.kind == "memory" or (op.kind == "lock.unlink" and record.creator != process):
            raise MalformedMessage(f"{op.kind} of {identity!r:.60}")


def _is_child(process: str, path: str | None) -> bool:
    head, _, count = (path or "").rpartition(".")
    return head == process and count.isdecimal() and 0 < int(count) <= MAX_PROCESSES


def _check_elements(size: int, op: Op) -> None:
    if op.kind in ("memory.read", "memory.write"):
        if not 0 <= op.args[0] < size:
            raise MalformedMessage(f"{op.kind} of element {op.args[0]} of {size}")
        return
    start, stop, step = op.args[:3]
    if step == 0 or not (-1 <= start <= size and -1 <= stop <= size):
        raise MalformedMessage(f"{op.kind} of elements {start}:{stop}:{step} of {size}")
    touched = range(start, stop, step)
    if touched and not (0 <= touched[0] < size and 0 <= touched[-1] < size):
        raise MalformedMessage(f"{op.kind} of elements {start}:{stop}:{step} of {size}")
    if op.kind == "memory.write_slice" and (len(op.args[3]) != len(touched) or not _are_scalars(op.args[3])):
        raise MalformedMessage(f"{op.kind} of {len(op.args[3])} values to {len(touched)} elements")


def _are_scalars(values: list[Json]) -> bool:
    return all(type(value) in _SCALARS for value in values)
