"""Value, Array, RawValue and RawArray: elements of shared memory, each a cell of its own.

    cell (memory, index)   the element, a JSON scalar

Raw access is one operation a read and one a write. Synchronized access takes the guard, touches the memory and gives
the guard back; here it is one step that is enabled while the guard could be taken.
"""

from __future__ import annotations

from typing import Any

from checker.kernel.cells import Done, Handler, Outcome, Pending, View
from checker.kernel.locks import guard_is_open
from checker.trace import Json


def _guard_is_open(view: View, pending: Pending) -> bool:
    assert pending.op.obj is not None
    guard = view.objects[pending.op.obj].args[2]
    return guard is None or guard_is_open(view, guard, pending.task)


def _element(view: View, memory: str, index: int) -> Any:
    start: Json = view.objects[memory].args[1]
    return view.get((memory, index), start[index] if type(start) is list else start)


def _read(view: View, pending: Pending) -> Outcome:
    if not _guard_is_open(view, pending):
        return None
    assert pending.op.obj is not None
    return Done(_element(view, pending.op.obj, pending.op.args[0]))


def _write(view: View, pending: Pending) -> Outcome:
    if not _guard_is_open(view, pending):
        return None
    index, value = pending.op.args
    view.set((pending.op.obj, index), value)
    return Done()


def _read_slice(view: View, pending: Pending) -> Outcome:
    if not _guard_is_open(view, pending):
        return None
    memory = pending.op.obj
    assert memory is not None
    return Done([_element(view, memory, index) for index in range(*pending.op.args)])


def _write_slice(view: View, pending: Pending) -> Outcome:
    if not _guard_is_open(view, pending):
        return None
    start, stop, step, values = pending.op.args
    for index, value in zip(range(start, stop, step), values, strict=True):
        view.set((pending.op.obj, index), value)
    return Done()


HANDLERS: dict[str, Handler] = {
    "memory.read": _read,
    "memory.write": _write,
    "memory.read_slice": _read_slice,
    "memory.write_slice": _write_slice,
}
