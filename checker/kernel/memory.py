"""Value, Array, RawValue and RawArray: elements of shared memory, each a cell of its own.

    cell (memory, index)   the element, a JSON scalar

Raw access to an element is one step; a raw slice is copied element by element, each a step (of a long slice, piece by
piece). Synchronized access takes the guard, touches the memory and gives the guard back. For all who take that guard
patiently this is one step, enabled while the guard could be taken, and so it is here (`HANDLERS`). Whoever only tries
to take it, looks at it, gives it back in another's place, or kills the process in the middle, can see that it is taken
meanwhile: where a program does any of that, the access is explored in its three steps (`SPLIT_HANDLERS`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from checker.kernel.cells import Done, Handler, Next, Outcome, Pending, View
from checker.kernel.locks import give_back, guard_is_open, take
from checker.trace import Json, Step, Trace

MAX_PIECES = 64
"""In how many steps a raw slice is copied at most."""


Access: TypeAlias = Callable[[View, Pending], Outcome]
"""What an operation does to the memory, the guard left out; `pending.stage` is 0, or how far a raw slice has got."""


def _guard_of(view: View, pending: Pending) -> str | None:
    assert pending.op.obj is not None
    guard: str | None = view.objects[pending.op.obj].args[2]
    return guard


def _element(view: View, memory: str, index: int) -> Any:
    start: Json = view.objects[memory].args[1]
    return view.get((memory, index), start[index] if type(start) is list else start)


def _read(view: View, pending: Pending) -> Outcome:
    assert pending.op.obj is not None
    return Done(_element(view, pending.op.obj, pending.op.args[0]))


def _write(view: View, pending: Pending) -> Outcome:
    index, value = pending.op.args
    view.set((pending.op.obj, index), value)
    return Done()


def _piece(view: View, pending: Pending, done: int) -> slice:
    """Which elements of a slice the next step touches, after `done` of them."""
    count = len(range(*pending.op.args[:3]))
    guarded = _guard_of(view, pending) is not None
    return slice(done, count if guarded else done + max(1, -(-count // MAX_PIECES)))


def _read_slice(view: View, pending: Pending) -> Outcome:
    memory = pending.op.obj
    assert memory is not None
    got: tuple[Json, ...] = pending.stage or ()
    touched = range(*pending.op.args)
    got += tuple(_element(view, memory, index) for index in touched[_piece(view, pending, len(got))])
    return Next(got) if len(got) < len(touched) else Done(list(got))


def _write_slice(view: View, pending: Pending) -> Outcome:
    start, stop, step, values = pending.op.args
    touched = range(start, stop, step)
    piece = _piece(view, pending, pending.stage)
    for index, value in zip(touched[piece], values[piece], strict=True):
        view.set((pending.op.obj, index), value)
    return Next(piece.stop) if piece.stop < len(touched) else Done()


def _in_one_step(access: Access) -> Handler:
    def handler(view: View, pending: Pending) -> Outcome:
        guard = _guard_of(view, pending)
        if guard is not None and not guard_is_open(view, guard, pending.task):
            return None
        return access(view, pending)

    return handler


def _in_three_steps(access: Access) -> Handler:
    def handler(view: View, pending: Pending) -> Outcome:
        guard = _guard_of(view, pending)
        if guard is None:
            return access(view, pending)
        if pending.stage == 0:
            return Next("access") if take(view, guard, pending.task) else None
        if pending.stage == "access":
            return Next(access(view, pending.at(0)))
        give_back(view, guard, pending.task)
        done: Done = pending.stage
        return done

    return handler


_ACCESSES: dict[str, Access] = {
    "memory.read": _read,
    "memory.write": _write,
    "memory.read_slice": _read_slice,
    "memory.write_slice": _write_slice,
}
HANDLERS: dict[str, Handler] = {kind: _in_one_step(access) for kind, access in _ACCESSES.items()}
SPLIT_HANDLERS: dict[str, Handler] = {kind: _in_three_steps(access) for kind, access in _ACCESSES.items()}


def needs_split(trace: Trace) -> bool:
    """Whether somebody could have seen a guard taken in the middle of an access: the exploration needs finer steps."""
    guards = {record.args[2] for record in trace.objects.values() if record.kind == "memory"} - {None}
    return bool(guards) and any(_could_see(step, guards) for step in trace.steps)


def _could_see(step: Step, guards: set[str]) -> bool:
    kind, obj, args = step.op[:3]
    if kind == "process.signal":
        return obj != step.task
    if obj not in guards:
        return False
    if kind == "lock.acquire":
        return not args[0] or args[1] is not None
    gave_back_anothers = kind == "lock.release" and (step.stage > 0 or step.answer is not None)
    return gave_back_anothers or kind in ("lock.state", "lock.value")
