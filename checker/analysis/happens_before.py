"""The order that synchronization gives to the steps of one schedule, as vector clocks.

    program order          a task's step before its next one
    start -> begin         of a process
    end -> who has seen it     the exit of a process, or the signal that killed it, with all that its tasks did before;
                           seen by a join that did not give up, and by `exitcode` or `is_alive()` of one that is no more
    release -> acquire     of the same unit of a lock: a semaphore's units are taken in the order in which they came
                           back, its first ones before all of these. A bounded queue counts its room in the same way
    put -> feed -> get     of the same item (or `empty()` that saw it); what was fed -> `join_thread()`
    task_done -> join      of a JoinableQueue
    guarded access         takes the guard and gives it back: ordered after the guard's releases and before its
                           acquires, and with other guarded accesses where one changes what the other touches

Everything else orders nothing: failed tries, timeouts that expired, looks at a count, printing, raw access to memory,
and the locks inside a queue, which come in either order. The clocks are those of Mattern, "Virtual Time and Global
States of Distributed Systems", Parallel and Distributed Algorithms, 1989: entry t of a step's clock counts the steps of
task t that happened before it.
The order is part of the order that the footprints give, so that it is the same in equivalent schedules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeAlias

from checker.analysis.accesses import guard_of, touched
from checker.trace import Cell, Step, Trace

Clock: TypeAlias = tuple[int, ...]

_CARRIED = frozenset({"buffer", "message", "fed"})
"""The cells of a queue through which an item goes from its put to its get."""


class Order:
    """Which steps of a trace happened before which; steps are meant by their index in the trace."""

    __slots__ = ("_clocks", "_own")

    def __init__(self, clocks: list[Clock], own: list[int]) -> None:
        self._clocks = clocks
        self._own = own

    def before(self, one: int, other: int) -> bool:
        """Whether step `one` is ordered before step `other`; no step is before itself."""
        task = self._own[one]
        return one != other and self._clocks[one][task] <= self._clocks[other][task]

    def ordered(self, one: int, other: int) -> bool:
        """Whether the two steps are ordered, either way round."""
        return self.before(one, other) or self.before(other, one)


def happens_before(trace: Trace, links: Mapping[str, Link] | None = None) -> Order:
    """The order of a trace's steps by synchronization; `links` leaves out some of `LINKS` where it is given."""
    return _Clocks(trace).run(LINKS if links is None else links)


class _Clocks:
    """The clocks of the tasks while a trace is gone through, and what each thing that orders was last told."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._number = {task: n for n, task in enumerate(dict.fromkeys(step.task for step in trace.steps))}
        self._now = [[0] * len(self._number) for _ in self._number]
        self._told: dict[object, list[int]] = {}
        self._units: dict[str, list[list[int]]] = {}
        self._taken: dict[str, int] = {}
        self._mine: list[int] = []

    def run(self, links: Mapping[str, Link]) -> Order:
        clocks: list[Clock] = []
        own: list[int] = []
        for step in self.trace.steps:
            number = self._number[step.task]
            self._mine = self._now[number]
            self._mine[number] += 1
            link = links.get(step.op.kind)
            if link is not None:
                link(self, step)
            clocks.append(tuple(self._mine))
            own.append(number)
        return Order(clocks, own)

    # What a link says of the present step

    def hears(self, what: object) -> None:
        """The step comes after all that `what` was told."""
        self._raise(self._mine, self._told.get(what))

    def tells(self, what: object) -> None:
        """Whoever hears of `what` later comes after the step, and after all who told it before."""
        told = self._told.get(what)
        if told is None:
            self._told[what] = self._mine.copy()
        else:
            self._raise(told, self._mine)

    def tells_of_the_end(self, process: str) -> None:
        """Whoever hears of the end of `process` comes after all that its tasks did."""
        self.tells(("end", process))
        for task, number in self._number.items():
            record = self.trace.tasks.get(task)
            if (record.process if record is not None else task) == process:
                self._raise(self._told["end", process], self._now[number])

    def takes(self, thing: str, units: int) -> None:
        """The step takes a unit of which there were `units` at first: it comes after the one that gave it back."""
        taken = self._taken[thing] = self._taken.get(thing, 0) + 1
        given = self._units.get(thing, ())
        if units < taken <= units + len(given):
            self._raise(self._mine, given[taken - units - 1])

    def gives_back(self, thing: str) -> None:
        """The step gives a unit back."""
        self._units.setdefault(thing, []).append(self._mine.copy())

    def last_given_back(self, thing: str) -> None:
        """The step comes after the last one that gave a unit back."""
        if thing in self._units:
            self._raise(self._mine, self._units[thing][-1])

    @staticmethod
    def _raise(clock: list[int], other: Iterable[int] | None) -> None:
        if other is not None:
            clock[:] = map(max, clock, other)


Link: TypeAlias = Callable[[_Clocks, Step], None]
"""What one kind of operation orders."""


def _start(clocks: _Clocks, step: Step) -> None:
    clocks.tells(("start", step.op.obj))


def _begin(clocks: _Clocks, step: Step) -> None:
    clocks.hears(("start", step.task))


def _exit(clocks: _Clocks, step: Step) -> None:
    clocks.tells_of_the_end(step.task)


def _signal(clocks: _Clocks, step: Step) -> None:
    if ("life", step.op.obj) in step.footprint.writes:
        clocks.tells_of_the_end(step.op.obj or "")


def _see_end(clocks: _Clocks, step: Step) -> None:
    if step.answer is not None and step.answer is not False:
        clocks.hears(("end", step.op.obj))


def _acquire(clocks: _Clocks, step: Step) -> None:
    if step.answer is True:
        _take(clocks, step.op.obj or "")


def _take(clocks: _Clocks, lock: str) -> None:
    clocks.takes(lock, initial_units(clocks.trace, lock))
    clocks.hears(("guarded", lock))


def _release(clocks: _Clocks, step: Step) -> None:
    if step.done and step.answer is None:
        clocks.gives_back(step.op.obj or "")


def _access(clocks: _Clocks, step: Step) -> None:
    guard = guard_of(clocks.trace, step.op.obj)
    if guard is None:
        return
    if not (step.done and step.stage == 0):  # the guard is taken, and given back, in a step of its own
        if step.stage == 0:
            _take(clocks, guard)
        elif step.done:
            clocks.gives_back(guard)
        return
    clocks.last_given_back(guard)
    for cell, is_write in touched(step):
        clocks.hears(("write", cell))
        if is_write:
            clocks.hears(("read", cell))
        clocks.tells(("write" if is_write else "read", cell))
    clocks.tells(("guarded", guard))


def _carry(clocks: _Clocks, step: Step) -> None:
    for cell in step.footprint.reads:
        if _is_carried(cell):
            clocks.hears(cell)
    used = (step.op.obj, "used") in step.footprint.writes  # of an unbounded queue it is only counted
    if used and step.op.kind == "queue.put":
        clocks.takes(step.op.obj or "", clocks.trace.objects[step.op.obj or ""].args[0])
    elif used:
        clocks.gives_back(step.op.obj or "")
    for cell in step.footprint.writes:
        if _is_carried(cell):
            clocks.tells(cell)


def _is_carried(cell: Cell) -> bool:
    return type(cell) is tuple and len(cell) > 1 and cell[1] in _CARRIED


def _task_done(clocks: _Clocks, step: Step) -> None:
    if (step.op.obj, "unfinished") in step.footprint.writes:
        clocks.tells(("task_done", step.op.obj))


def _join_queue(clocks: _Clocks, step: Step) -> None:
    if step.stage == 1 or (step.stage == 0 and step.done):  # woken up, or nothing to wait for
        clocks.hears(("task_done", step.op.obj))


def initial_units(trace: Trace, lock: str) -> int:
    """How many units a lock is created with."""
    record = trace.objects.get(lock)
    return int(record.args[0]) if record is not None and record.kind.endswith("semaphore") and record.args else 1


CAUSES: dict[str, Link] = {
    "process.start": _start,
    "begin": _begin,
    "exit": _exit,
    "process.signal": _signal,
    "process.join": _see_end,
    "process.poll": _see_end,
    "queue.put": _carry,
    "queue.feed": _carry,
    "queue.get": _carry,
    "queue.empty": _carry,
    "queue.join_thread": _carry,
    "queue.task_done": _task_done,
    "queue.join": _join_queue,
    "simple_queue.put": _carry,
    "simple_queue.get": _carry,
    "simple_queue.empty": _carry,
}
"""What orders by its meaning, the same way round in every schedule in which it is seen."""

def causes_with(signals: Collection[str]) -> dict[str, Link]:
    """`CAUSES`, and the locks and semaphores `signals`, which one task gives back so that another one goes on."""

    def only(link: Link) -> Link:
        return lambda clocks, step: link(clocks, step) if step.op.obj in signals else None

    return {**CAUSES, "lock.acquire": only(_acquire), "lock.release": only(_release)}


LINKS: dict[str, Link] = {
    **CAUSES,
    "lock.acquire": _acquire,
    "lock.release": _release,
    "memory.read": _access,
    "memory.write": _access,
    "memory.read_slice": _access,
    "memory.write_slice": _access,
}
"""Everything that orders: locks do so, too, in whichever order they were taken here."""
