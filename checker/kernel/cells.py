"""Shared state as cells, and a view of it that records what an operation touches.

An operation is one pure function of a `View`. Looking at a cell is a read, changing it a write or an add, and the
record of these *is* the operation's footprint: nobody declares which operations commute, so nobody can declare it
wrong. Since whether an operation is blocked is found by the same function, the cells that decide it are in the
footprint too. Values of cells are immutable, so that a state is copied by copying the dictionary.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from checker.trace import Cell, Footprint, Json, ObjectRecord, Op, Reliance

Lookup: TypeAlias = Callable[[Cell, Any], Any]
"""Value of a cell, or the given default where nobody has written it yet."""


class Done(NamedTuple):
    """The operation is finished with this step; the task is told `answer`, with `data` behind it."""

    answer: Json = None
    data: bytes = b""


class Failed(NamedTuple):
    """The operation is finished with this step and raises `type(text)` in the task."""

    type: str
    text: str


class Next(NamedTuple):
    """The operation goes on with `stage`, at a scheduling point of its own."""

    stage: Any


class NeedsPickle(NamedTuple):
    """The operation needs item `n` that this process put into `queue`, pickled now; it goes on with what comes back."""

    queue: str
    n: int


class ClockAnswer(NamedTuple):
    """The operation is finished; the task is told its virtual clock."""


Outcome: TypeAlias = Done | Failed | Next | NeedsPickle | ClockAnswer | None
"""What a handler returns; None means: blocked, not enabled now."""


class Pending(NamedTuple):
    """A task's next step: the operation, and how far into it the task is. `stage` is 0 or what `Next` carried."""

    task: str
    process: str
    op: Op
    stage: Any
    stage_number: int


class View:
    """What one evaluation of an operation sees, and the record of what it touched."""

    __slots__ = ("_lookup", "adds", "effects", "objects", "reads", "wait_s", "writes")

    def __init__(self, lookup: Lookup, objects: Mapping[str, ObjectRecord]) -> None:
        self._lookup = lookup
        self.objects = objects
        self.reads: set[Cell] = set()
        self.writes: dict[Cell, Any] = {}
        self.adds: dict[Cell, int] = {}
        self.effects: list[Effect] = []
        self.wait_s = 0.0

    def get(self, cell: Cell, default: Any = None) -> Any:
        """Reads a cell (or what this evaluation itself wrote there)."""
        if cell in self.writes:
            return self.writes[cell]
        self.reads.add(cell)
        return self._lookup(cell, default)

    def set(self, cell: Cell, value: Any) -> None:
        """Writes a cell."""
        self.writes[cell] = value

    def add(self, cell: Cell, amount: int) -> None:
        """Raises a counter by `amount` without looking at it, which commutes with other such adds."""
        self.adds[cell] = self.adds.get(cell, 0) + amount

    def rely(self, reliance: Reliance) -> None:
        """Says what this step rests on besides the schedule."""
        self.effects.append(Effect("rely", (reliance.value,)))


class Effect(NamedTuple):
    """Something that a granted step does beyond cells.

    "start" (a new process: path, name, daemon, pickle), "end" (this process ended: exit code, traceback, has result,
    result), "kill" (a process is killed: path, exit code), "feeder" (a feeder is needed: queue), "chunk"
    (text for the terminal: stream, text), "refuse" (reason, sentence), "endless_loop" (),
    "rely" (what the program's behaviour rests on besides its schedule: a word of `trace.Reliance`).
    """

    kind: str
    args: tuple[Any, ...]


class Evaluation(NamedTuple):
    """What a pending step would do if it were granted now; `outcome` is None where it is blocked."""

    outcome: Outcome
    footprint: Footprint
    writes: dict[Cell, Any]
    adds: dict[Cell, int]
    effects: list[Effect]
    wait_s: float


Handler: TypeAlias = Callable[[View, Pending], Outcome]
"""The meaning of one kind of operation: a pure function of the cells it looks at."""

_NO_CELLS: frozenset[Cell] = frozenset()


def evaluate(pending: Pending, handler: Handler, lookup: Lookup, objects: Mapping[str, ObjectRecord]) -> Evaluation:
    """What `pending` would do in the state that `lookup` shows. Changes nothing.

    Every step needs its own process alive, so that a kill is dependent with all that the killed process still did. And
    once a process has put something that can still change into a queue, whatever it does is dependent with its feeder's
    pickling: the code that runs between two of its operations may change that thing.
    """
    view = View(lookup, objects)
    task, process, op, _, _ = pending
    alive = view.get(("life", process)) == "running" or op.kind == "begin"
    if task == process and lookup(("unpickled", process), None) is not None:
        view.get(("unpickled", process))
    outcome = handler(view, pending) if alive else None
    reads = view.reads
    if outcome is None:
        return Evaluation(None, Footprint(frozenset(reads), _NO_CELLS, _NO_CELLS), {}, {}, [], 0.0)
    writes, adds = view.writes, view.adds
    reads.difference_update(writes)
    footprint = Footprint(
        frozenset(reads), frozenset(writes) if writes else _NO_CELLS, frozenset(adds) if adds else _NO_CELLS
    )
    return Evaluation(outcome, footprint, writes, adds, view.effects, view.wait_s)
