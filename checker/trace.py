"""What happened in one schedule: tasks, operations, footprints, steps, the ending, and the trace that holds them.

These are plain data. The kernel makes footprints, the engine makes traces, strategies, judge, analysis and reports
read them. Identities are paths and the same in every schedule: task ``main`` is the program's first process,
``main.2`` the second process it created, ``main.2/feeder.main/queue.1`` a helping task inside that one, and
``main.2/lock.1`` the first lock that process made.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple, TypeAlias

Json: TypeAlias = Any
"""A value that JSON can carry: None, bool, int, float, str, lists of these, dicts with str keys."""

Cell: TypeAlias = Hashable
"""One abstract piece of shared state; whatever two operations both touch is the same cell."""


class Footprint(NamedTuple):
    """The cells that one operation touches, including those that decide whether it is enabled.

    `adds` are updates that commute with each other (a counter raised, a line put into a bag) but not with a read or a
    write of the same cell.
    """

    reads: frozenset[Cell]
    writes: frozenset[Cell]
    adds: frozenset[Cell]

    def conflicts(self, other: Footprint) -> bool:
        """Whether the two operations are dependent: one changes what the other reads or changes."""
        return not (
            self.writes.isdisjoint(other.reads)
            and self.writes.isdisjoint(other.writes)
            and self.writes.isdisjoint(other.adds)
            and self.reads.isdisjoint(other.writes)
            and self.reads.isdisjoint(other.adds)
            and self.adds.isdisjoint(other.reads)
            and self.adds.isdisjoint(other.writes)
        )


class Op(NamedTuple):
    """One operation as a task asked for it.

    `kind` is a word of the wire's vocabulary ("lock.acquire"), `obj` the identity of what it acts on, `args` its JSON
    arguments, `line` the line in the student's file (None outside of it), `data` opaque bytes (a pickle). `place` is
    the same number where the task comes to the same operation in a loop with equal variables; None: not known.
    """

    kind: str
    obj: str | None
    args: tuple[Json, ...]
    line: int | None
    data: bytes = b""
    place: int | None = None


class Step(NamedTuple):
    """One granted step. An operation takes one or more: a blocking `get` first takes the read lock, then the item.

    `stage` counts the steps within the operation from 0; `done` says whether the operation ended with this step, and
    then `answer` is what the task was told. `clock_s` is the task's virtual clock after the step, in seconds.
    """

    task: str
    op: Op
    stage: int
    footprint: Footprint
    done: bool
    answer: Json
    clock_s: float


class EndKind(Enum):
    """Why a schedule ended."""

    FINISHED = "finished"  # every process ended
    STUCK = "stuck"  # no operation is enabled and some process has not ended
    CYCLE = "cycle"  # all is as it was before, and every task that could run meanwhile did: it may go on so for ever
    PRUNED = "pruned"  # the strategy needs no more of it: an equivalent schedule is explored elsewhere
    STEP_LIMIT = "step limit"
    OUTPUT_LIMIT = "output limit"
    ENDLESS_LOOP = "endless loop"  # CPU time burnt without a scheduling point
    REFUSED = "refused"  # the program did what cannot be controlled, or cannot be run at all
    VANISHED = "vanished"  # a process of the program ended without saying so
    MALFORMED = "malformed"  # a process of the program sent what the protocol does not allow


class Ending(NamedTuple):
    """How a schedule ended: who and where, a word of `vocabulary.REFUSALS`, a sentence; where there are any."""

    kind: EndKind
    task: str | None = None
    line: int | None = None
    reason: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """One task of the program.

    `process` is the path of the process it belongs to (its own path for a process's first task); `role` is "main",
    "process" or "feeder"; `name` is the name the program gave the process. `exit_code` is None while not ended;
    `traceback` is the text of an uncaught exception. `killed_by` is the task that killed it, if one did.
    """

    path: str
    process: str
    role: str
    name: str
    daemon: bool
    exit_code: int | None
    traceback: str | None
    killed_by: str | None


class ObjectRecord(NamedTuple):
    """One shared object: its kind ("lock", "memory" …), the arguments and the line it was created with."""

    kind: str
    args: tuple[Json, ...]
    line: int | None
    creator: str


class Wait(NamedTuple):
    """A task that waits at the end of a stuck schedule, for `obj` (an object or a process), held by `holders`.

    `holders` are tasks or processes: the last who acquired, for what has no owner. Empty where nobody ever did.
    `round_steps`: the task does not wait in patience, but goes the same round again and again, for ever, which its last
    so many steps were; 0 otherwise.
    """

    task: str
    op: Op
    obj: str | None
    holders: tuple[str, ...]
    round_steps: int = 0


class Reliance(Enum):
    """What a schedule's course rests on besides the order of its steps."""

    RANDOM = "random"  # the seed of `random`
    CLOCK = "clock"  # virtual time
    ENTROPY = "entropy"  # the system's own random numbers (os.urandom), others in every run
    CHANGED = "changed"  # an object may have changed after it was put into a queue: any state in between might arrive
    NATIVE = "native"  # code in C that the program loads and calls by itself
    FILES = "files"  # it writes files, whose accesses are no scheduling points
    IDENTITY = "identity"  # id() or hash(), others in every process
    DEATH = "death"  # what others see between a signal and the end of the process that it kills
    MEMORY = "memory"  # which block new shared memory gets, where one that was let go of may be in use
    ROOM = "room"  # how much room there is in a pipe that was full and has been read from


class Chunk(NamedTuple):
    """One write to the terminal: the task that wrote, "stdout" or "stderr", and the text."""

    task: str
    stream: str
    text: str


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything that one schedule did.

    `choices` is the schedule: the task of each step, and all that a replay needs. `makespan_s` is the largest virtual
    clock at the end. `returned` is what `main` returned, if `has_returned`.
    """

    steps: tuple[Step, ...]
    ending: Ending
    tasks: Mapping[str, TaskRecord]
    objects: Mapping[str, ObjectRecord]
    chunks: tuple[Chunk, ...]
    has_returned: bool
    returned: Json
    makespan_s: float
    waits: tuple[Wait, ...]
    holds: Mapping[str, tuple[str, ...]]
    """For a stuck schedule: task -> the objects that it holds."""
    relies: frozenset[Reliance] = frozenset()
    cycle_steps: int = 0
    """For a cycle: how many of the last steps it is."""
    fine: bool = False
    """Whether synchronized accesses were taken in three steps (see `kernel.memory`)."""

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(step.task for step in self.steps)

    @property
    def goes_round(self) -> bool:
        """Whether some task came again to an operation in a loop, with equal variables."""
        places = [(step.task, step.op.place) for step in self.steps if step.stage == 0 and step.op.place is not None]
        return len(set(places)) < len(places)

    @property
    def stdout(self) -> str:
        return "".join(chunk.text for chunk in self.chunks if chunk.stream == "stdout")
