"""Traces written by hand, for the tests of what reads them."""

from __future__ import annotations

from collections.abc import Mapping

from checker.trace import Cell, Ending, EndKind, Footprint, ObjectRecord, Op, Step, TaskRecord, Trace, Wait

NOTHING = Footprint(frozenset(), frozenset(), frozenset())


def task(path: str, name: str, *, exit_code: int | None = None, role: str = "process", process: str = "") -> TaskRecord:
    return TaskRecord(path, process or path, role, name, False, exit_code, None, None)


def lock(line: int | None, creator: str = "main", kind: str = "lock", args: tuple = ()) -> ObjectRecord:
    return ObjectRecord(kind, args, line, creator)


def op(kind: str, obj: str | None = None, *args, line: int | None = None) -> Op:
    return Op(kind, obj, args, line)


def step(who: str, what: Op, answer=None, *, stage: int = 0, done: bool = True, touches: str | None = None) -> Step:
    footprint = _of_memory(what) if touches is None else Footprint(frozenset(), frozenset({touches}), frozenset())
    return Step(who, what, stage, footprint, done, answer, 0.0)


def _of_memory(what: Op) -> Footprint:
    """The elements that an access touches; nothing for any other operation."""
    verb = what.kind.removeprefix("memory.").partition("_")
    if verb[0] not in ("read", "write"):
        return NOTHING
    indexes = range(*what.args[:3]) if verb[2] else what.args[:1]
    cells: frozenset[Cell] = frozenset((what.obj, index) for index in indexes)
    none: frozenset[Cell] = frozenset()
    return Footprint(cells, none, none) if verb[0] == "read" else Footprint(none, cells, none)


def reads(cell: str) -> Footprint:
    return Footprint(frozenset({cell}), frozenset(), frozenset())


def acquire(obj: str, line: int | None = None) -> Op:
    return op("lock.acquire", obj, True, None, line=line)


def release(obj: str, line: int | None = None) -> Op:
    return op("lock.release", obj, line=line)


def trace(
    steps=(), tasks=(), objects: Mapping[str, ObjectRecord] | None = None, waits=(), holds=None, kind=EndKind.STUCK
) -> Trace:
    return Trace(
        steps=tuple(steps),
        ending=Ending(kind),
        tasks={t.path: t for t in tasks},
        objects=objects or {},
        chunks=(),
        has_returned=False,
        returned=None,
        makespan_s=0.0,
        waits=tuple(waits),
        holds=holds or {},
    )


MAIN, ONE, TWO, THREE = (
    task("main", "MainProcess"),
    task("main.1", "one"),
    task("main.2", "two"),
    task("main.3", "three"),
)
BANK_SOURCE = "from multiprocessing import Lock\nalice = Lock()\nbob = Lock()\n"
BANK = {"main/lock.1": lock(2), "main/lock.2": lock(3)}


def opposite_locks() -> Trace:
    """Two tasks that each hold one of two locks and want the other, and a main that joins them."""
    a, b = "main/lock.1", "main/lock.2"
    return trace(
        [
            step("main", op("process.start", "main.1", "one", False, line=30)),
            step("main.1", op("begin")),
            step("main", op("process.start", "main.2", "two", False, line=31)),
            step("main.2", op("begin")),
            step("main.1", acquire(a, 24), True),
            step("main.1", op("sleep", None, 0.1, line=25)),
            step("main.2", acquire(b, 24), True),
        ],
        [MAIN, ONE, TWO],
        BANK,
        [
            Wait("main", op("process.join", "main.1", None, line=32), "main.1", ("main.1",)),
            Wait("main.1", acquire(b, 26), b, ("main.2",)),
            Wait("main.2", acquire(a, 26), a, ("main.1",)),
        ],
        {"main.1": (a,), "main.2": (b,)},
    )
