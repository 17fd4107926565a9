"""Shared state as cells, and a view of it that records what an operation touches.

An operation is one pure function of a `View`. Looking at a cell is a read, changing it a write or an add, and the
record of these *is* the operation's footprint: nobody declares which operations commute, so nobody can declare it
wrong. Since whether an operation is blocked is found by the same function, the cells that decide it are in the
footprint too. Values of cells are immutable, so that a state is copied by copying the dictionary.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from checker.trace import Cell, Json, ObjectRecord, Op, Reliance

Lookup: TypeAlias = Callable[[Cell, Any], Any]
"""Value of a cell, or the given default where nobody has written it yet."""

ABSENT: Any = object()
"""What a `View` is told of a cell that nobody has written yet."""


Left: TypeAlias = tuple[tuple[Cell, Any], ...]
"""The cells that a round touched, each with the value that the task saw or left there last; see `rounds`."""

UNCERTAIN: Cell = "uncertain"
"""Raised where the program does something of which not everything is known: then no round is believed."""


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
    """The operation is finished; the task is told its virtual clock and `ticks_s` seconds more."""

    ticks_s: float


Outcome: TypeAlias = Done | Failed | Next | NeedsPickle | ClockAnswer | None
"""What a handler returns; None means: blocked, not enabled now."""


class Memo:
    """What a pending step has done before, by what it saw; see `recall`."""

    __slots__ = ("root",)

    def __init__(self) -> None:
        self.root: Any = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A task's next step: the operation, and how far into it the task is. `stage` is 0 or what `Next` carried.

    It is blocked as long as all cells in `left` hold the values there, if there are any.
    """

    task: str
    process: str
    op: Op
    stage: Any
    stage_number: int
    left: Left = ()
    memo: Memo = field(default_factory=Memo, compare=False, repr=False)

    def at(self, stage: Any) -> Pending:
        """The same operation at another stage, the number of which stays."""
        return Pending(self.task, self.process, self.op, stage, self.stage_number)


class View:
    """What one evaluation of an operation sees, and the record of what it touched.

    Attributes:
        seen: every cell that was looked at, in order, with what was there (`ABSENT`: nothing yet).
        peeked: those of them that are no reads of the operation.
    """

    __slots__ = ("_lookup", "adds", "effects", "objects", "peeked", "seen", "wait_s", "writes")

    def __init__(self, lookup: Lookup, objects: Mapping[str, ObjectRecord]) -> None:
        self._lookup = lookup
        self.objects = objects
        self.seen: dict[Cell, Any] = {}
        self.peeked: set[Cell] = set()
        self.writes: dict[Cell, Any] = {}
        self.adds: dict[Cell, int] = {}
        self.effects: list[Effect] = []
        self.wait_s = 0.0

    def get(self, cell: Cell, default: Any = None) -> Any:
        """Reads a cell (or what this evaluation itself wrote there)."""
        if cell in self.writes:
            return self.writes[cell]
        self.peeked.discard(cell)
        return self._see(cell, default)

    def peek(self, cell: Cell) -> Any:
        """Looks at a cell without reading it: what is found there must not be seen by the program."""
        if cell not in self.seen:
            self.peeked.add(cell)
        return self._see(cell, None)

    def _see(self, cell: Cell, default: Any) -> Any:
        value = self.seen.get(cell, self)  # a cell never holds a view
        if value is self:
            value = self.seen[cell] = self._lookup(cell, ABSENT)
        return default if value is ABSENT else value

    def set(self, cell: Cell, value: Any) -> None:
        """Writes a cell."""
        self.writes[cell] = value

    def add(self, cell: Cell, amount: int) -> None:
        """Raises a counter by `amount` without looking at it, which commutes with other such adds."""
        self.adds[cell] = self.adds.get(cell, 0) + amount

    def is_unchanged(self, left: Left) -> bool:
        """Whether every cell still holds what was left there; a number that is not equal to itself never does."""
        for cell, value in left:
            self.peeked.discard(cell)
            now = self._see(cell, ABSENT)
            if now is not value and (type(now) is not type(value) or repr(now) != repr(value)):
                return False
        return True

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


Handler: TypeAlias = Callable[[View, Pending], Outcome]
"""The meaning of one kind of operation: a pure function of the cells it looks at."""
